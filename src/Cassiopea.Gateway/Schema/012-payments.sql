-- Payments as Billing counted them; member_reference is empty while nobody could be matched.
create table payment (
    bank_reference   text primary key,
    member_reference text not null,
    amount_cents     bigint not null,
    communication    text not null,
    received_on      date not null,
    as_of            timestamptz not null
);
create index payment_unmatched on payment (bank_reference) where member_reference = '';
