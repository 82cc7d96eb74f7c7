-- A dossier to print, the signed list of its files, and the receipts of what was erased later, each with the list of then.
alter table dossier add column pdf bytea not null default ''::bytea, add column public_key_pem text not null default '',
    add column contents text not null default '', add column contents_signature text not null default '';

create table receipt (
    migration_id       uuid not null,
    name               text not null, -- credentials, or the service that erased its own
    json               text not null,
    signature          text not null,
    as_of              timestamptz not null,
    number             integer not null,
    contents           text not null,
    contents_signature text not null,
    primary key (migration_id, name)
);
