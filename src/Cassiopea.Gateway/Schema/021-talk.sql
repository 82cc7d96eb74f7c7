-- What a member and the house write to each other.
create table message (
    id            uuid primary key,
    member_id     uuid not null,
    item_id       uuid,
    about         text not null,
    text          text not null,
    internal      boolean not null,
    author        text not null,
    from_member   boolean not null,
    at            timestamptz not null,
    closed_at     timestamptz
);
create index message_member on message (member_id, id);
create index message_open on message (id) where closed_at is null and from_member;

-- When the member would like the change.
create table date_wish (
    migration_id  uuid primary key,
    opens_at      timestamptz not null,
    author        text not null,
    at            timestamptz not null
);
