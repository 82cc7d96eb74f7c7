-- Inventory and registrar, compared last: one row.
create table domain_comparison (
    id        int primary key check (id = 1),
    domains   int not null, -- that the registrar shows
    conflicts jsonb not null,
    as_of     timestamptz not null
);

-- Where in the vault the transfer code of a domain is, or is waited for; never the code.
create table transfer_code (
    item_id       uuid primary key,
    migration_id  uuid not null,
    credential_id uuid not null,
    from_registry boolean not null,
    expires_at    timestamptz,
    as_of         timestamptz not null
);
