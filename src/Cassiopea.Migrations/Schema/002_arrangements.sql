-- What people decide about one item beside its two ends, and what came of it.
alter table item
    add column strategy                text not null default 'MoveAll',
    add column online_since            timestamptz,
    add column last_fetch_confirmed_at timestamptz,
    add column last_fetch_confirmed_by text not null default '',
    add column host                    jsonb,
    add column host_reminded           int not null default 0,
    add column archive                 jsonb,
    add column prediction              jsonb,
    add column seconds                 double precision not null default 0;

-- What each service erased of its own when the migration was over: signed, like the receipt of credentials.
create table work_receipt (
    migration_id   uuid not null references migration (correlation_id),
    service        text not null,
    json           text not null,
    signature      text not null,
    public_key_pem text not null,
    signed_at      timestamptz not null,
    primary key (migration_id, service)
);
