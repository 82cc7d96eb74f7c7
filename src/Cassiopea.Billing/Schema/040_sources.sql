-- What members say against the ledger, and what staff answered.
create table contest (
    id               uuid primary key,
    member_reference text not null,
    text             text not null,
    actor            text not null,
    at               timestamptz not null,
    answer           text,
    answered_by      text,
    answered_at      timestamptz
);
create unique index contest_open on contest (member_reference) where answered_at is null;

alter table watch add column told_contested text not null default '';

-- When a member's invoices are read at the ERP next.
create table source_check (
    member_reference text primary key,
    due_at           timestamptz not null,
    failing_since    timestamptz,
    last_error       text not null
);
create index source_check_due_at on source_check (due_at);
