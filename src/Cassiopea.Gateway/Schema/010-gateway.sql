-- Keys of the API (S21): the key itself is never stored, only its SHA-256.
create table api_key (
    id            uuid primary key,
    prefix        text not null unique,
    hash          bytea not null,
    owner         text not null,
    role          text not null,
    member_id     uuid,
    scopes        text[] not null,
    created_by    text not null,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    last_used_at  timestamptz,
    revoked_at    timestamptz,
    constraint owner_has_text check (length(owner) between 2 and 80),
    constraint member_keys_name_a_member check (role not in ('Member', 'Provider') or member_id is not null)
);

-- Answers that were given, so that a request sent again gets the same one.
create table idempotency (
    api_key_id    uuid not null,
    key           text not null,
    fingerprint   bytea not null,
    status        integer not null,
    location      text,
    body          text,
    created_at    timestamptz not null,
    primary key (api_key_id, key)
);
create index idempotency_created_at on idempotency (created_at);

-- What people asked for, and how it ended.
create table operation (
    id            uuid primary key,
    parent_id     uuid,
    verb          text not null,
    actor         text not null,
    member_id     uuid,
    migration_id  uuid,
    item_id       uuid,
    state         text not null,
    code          text not null,
    detail        text not null,
    allowed       text[] not null,
    result        jsonb,
    created_at    timestamptz not null,
    ended_at      timestamptz
);
create index operation_migration on operation (migration_id, created_at);
create index operation_member on operation (member_id) where member_id is not null;
create index operation_parent on operation (parent_id) where parent_id is not null;

-- The board: read model, written by consumers of events only; can be emptied and filled again from events.
create table member (
    id            uuid primary key,
    reference     text not null unique,
    name          text not null,
    language      text not null,
    contact_email text not null,
    as_of         timestamptz not null
);

create table ledger (
    member_reference text primary key,
    invoices      jsonb not null,
    as_of         timestamptz not null
);

create table migration (
    id            uuid primary key,
    member_id     uuid not null,
    member_reference text not null,
    state         text not null,
    version       integer not null,
    actor         text not null,
    reason        text not null,
    waiting_for   text not null,
    waiting_text  text not null,
    next_due_at   timestamptz,
    allowed       text[] not null,
    as_of         timestamptz not null,
    seen_at       timestamptz not null
);
create index migration_member on migration (member_id, id);
create index migration_state on migration (state, id);

create table invoice_check (
    migration_id  uuid primary key,
    member_reference text not null,
    status        text not null,
    open_cents    bigint not null,
    explanation   text not null,
    source        text not null,
    source_as_of  timestamptz,
    as_of         timestamptz not null
);

create table survey (
    migration_id  uuid not null,
    kind          text not null,
    outcome       text not null,
    found         integer not null,
    failure       jsonb,
    as_of         timestamptz not null,
    primary key (migration_id, kind)
);

create table item (
    id            uuid primary key,
    migration_id  uuid not null,
    kind          text not null,
    name          text not null,
    state         text not null,
    version       integer not null,
    pass          integer not null,
    source        jsonb,
    target        jsonb,
    grade         text,
    failure       jsonb,
    facts         jsonb not null,
    exceptions    jsonb not null,
    exceptions_approved boolean not null,
    reason        text not null,
    as_of         timestamptz not null
);
create index item_migration on item (migration_id, id);

-- Only the last report of a pass: history of progress is not kept.
create table progress (
    item_id       uuid primary key,
    migration_id  uuid not null,
    pass          integer not null,
    done          bigint not null,
    total         bigint not null,
    bytes_done    bigint not null,
    bytes_total   bigint not null,
    bytes_per_second bigint not null,
    remaining     interval,
    as_of         timestamptz not null
);

-- Which end of which item a credential opens: it is what lets a person store it. No secret is ever here.
create table credential (
    id            uuid primary key,
    member_id     uuid,
    migration_id  uuid,
    item_id       uuid,
    side          text,
    version       integer not null,
    stored_at     timestamptz,
    erased_at     timestamptz
);
create index credential_member on credential (member_id);

create table dossier (
    migration_id  uuid primary key,
    member_id     uuid not null,
    sha256        text not null,
    json          text not null,
    html          text not null,
    as_of         timestamptz not null
);

-- What happened, in one global order: source of the live stream and of the timelines.
create table event (
    id            bigint primary key,
    type          text not null,
    member_id     uuid,
    migration_id  uuid,
    item_id       uuid,
    data          jsonb not null,
    at            timestamptz not null
);
create index event_migration on event (migration_id, id);
create index event_member on event (member_id, id);
create unique index event_one_progress_per_item on event (item_id) where type = 'progress';

create sequence event_id;

-- Numbers are given under a lock that is held to the commit: whoever has read number n can never meet a smaller one later.
create function event_number() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('gateway-event', 0));
    new.id := nextval('event_id');
    return new;
end
$$;

create trigger event_number before insert on event for each row execute function event_number();
