-- Versions of the master key. The keys themselves are files, never rows.
create table master_key (
    version      int primary key check (version > 0),
    state        text not null check (state in ('Active', 'Retiring', 'Destroyed')),
    fingerprint  bytea not null,
    created_at   timestamptz not null,
    destroyed_at timestamptz
);
create unique index master_key_active on master_key (state) where state = 'Active';

-- One data key per member, wrapped by a master key. Deleting the row makes the member's credentials unreadable.
create table data_key (
    id                 uuid primary key,
    member_id          uuid not null unique,
    master_key_version int not null references master_key (version),
    wrapped            bytea not null,
    created_at         timestamptz not null
);
create index data_key_master_key_version on data_key (master_key_version, id);

-- Secrets, sealed: AES-256-GCM bound to member, credential, field and version.
create table credential (
    id          uuid primary key,
    member_id   uuid not null,
    data_key_id uuid not null references data_key (id),
    version     int not null,
    sealed      bytea not null,
    stored_at   timestamptz not null
);
create index credential_member_id on credential (member_id);

create table credential_grant (
    credential_id uuid not null,
    service       text not null,
    item_id       uuid not null,
    member_id     uuid not null,
    migration_id  uuid not null,
    until         timestamptz not null,
    primary key (credential_id, service, item_id)
);
create index credential_grant_migration_id on credential_grant (migration_id);
create index credential_grant_member_id on credential_grant (member_id);

create table ended_migration (
    migration_id uuid primary key,
    ended_at     timestamptz not null
);

create table lease (
    id            uuid primary key,
    credential_id uuid not null,
    service       text not null,
    job_id        uuid not null,
    purpose       text not null,
    issued_at     timestamptz not null,
    expires_at    timestamptz not null,
    ended_at      timestamptz
);
create index lease_credential_id on lease (credential_id);

create table erasure (
    migration_id       uuid primary key,
    member_id          uuid not null,
    count              int not null,
    data_key_id        uuid not null,
    master_key_version int not null,
    erased_at          timestamptz not null
);
