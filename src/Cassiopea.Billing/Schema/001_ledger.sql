-- Members that a source knows, and when it last confirmed them.
create table account (
    member_reference text primary key,
    source           text not null,
    confirmed_at     timestamptz not null,
    told_lines       text not null,
    next_change_at   timestamptz
);
create index account_next_change_at on account (next_change_at) where next_change_at is not null;

-- One row per invoice of a source; money in integer euro cents.
create table invoice (
    source           text not null,
    invoice_no       text not null,
    member_reference text not null,
    year             int not null,
    issued_on        date not null,
    due_on           date not null,
    amount_cents     bigint not null,
    paid_cents       bigint not null,
    credited_cents   bigint not null,
    recorded_cents   bigint not null check (recorded_cents >= 0),
    state            text not null check (state in ('Issued', 'Draft', 'Cancelled')),
    communication    text not null,
    changed_at       timestamptz not null,
    primary key (source, invoice_no)
);
create index invoice_member_reference on invoice (member_reference);
create index invoice_communication on invoice (communication) where communication <> '';

-- Payments recorded by people, each bank reference once; member_reference is empty while nobody could be matched.
create table payment (
    bank_reference   text primary key,
    member_reference text not null,
    amount_cents     bigint not null check (amount_cents > 0),
    communication    text not null,
    received_on      date not null,
    actor            text not null,
    recorded_at      timestamptz not null,
    credit_cents     bigint not null check (credit_cents between 0 and amount_cents)
);
create index payment_member_reference on payment (member_reference);

-- Waivers, exemptions and plans of instalments, from their proposal on.
create table decision (
    id                 uuid primary key,
    member_reference   text not null,
    kind               text not null check (kind in ('Waiver', 'Exempt', 'Instalments')),
    proposed_by        text not null,
    proposed_at        timestamptz not null,
    reason             text not null,
    document_reference text not null,
    expires_on         date,
    decided_by         text,
    decided_at         timestamptz,
    ended_at           timestamptz,
    check (kind = 'Instalments' or decided_by is null or lower(decided_by) <> lower(proposed_by))
);
create index decision_member_reference on decision (member_reference);
create unique index decision_proposal on decision (member_reference, kind) where decided_at is null and ended_at is null;

-- Files that were imported: the same content never counts twice.
create table imported_file (
    sha256      text primary key,
    file_name   text not null,
    actor       text not null,
    invoices    int not null,
    imported_at timestamptz not null
);

-- Migrations that want to know how their member stands, and what they were told last.
create table watch (
    migration_id     uuid primary key,
    member_reference text not null,
    asked_at         timestamptz not null,
    ended_at         timestamptz,
    told_status      text,
    told_open_cents  bigint not null,
    told_explanation text not null,
    told_source      text not null,
    next_change_at   timestamptz
);
create index watch_member_reference on watch (member_reference);
create index watch_next_change_at on watch (next_change_at) where next_change_at is not null;
