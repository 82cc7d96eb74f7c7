-- Long work: leased, fenced, resumed from its checkpoint. Times here are the database's own, never the lab's.
create table job (
    id               uuid primary key,
    migration_id     uuid not null,
    item_id          uuid not null,
    kind             text not null,
    pass             int not null,
    host             text not null,
    bucket           text not null,
    args             jsonb not null,
    state            text not null, -- Queued Running Done Failed Cancelled
    attempts         int not null default 0, -- claims since the last checkpoint
    not_before       timestamptz not null default now(),
    lease_owner      uuid,
    lease_until      timestamptz,
    lease_epoch      bigint not null default 0, -- rises with each claim: a stale worker's writes are refused
    checkpoint       jsonb,
    progress         jsonb,
    cancel_requested boolean not null default false,
    last_error       text,
    traceparent      text,
    created_at       timestamptz not null default now(),
    ended_at         timestamptz,
    unique (item_id, kind, pass)
);
create index job_open on job (kind, not_before) where state in ('Queued', 'Running');
create index job_migration on job (migration_id);

-- How many jobs may use one remote host at once; a host without a row has the service's default.
create table host_slot (
    host   text not null,
    bucket text not null,
    slots  int not null check (slots >= 0),
    primary key (host, bucket)
);

-- Migrations whose jobs must not run now.
create table job_hold (
    migration_id uuid primary key,
    held         text not null, -- None Paused Ended
    as_of        timestamptz not null
);
