-- What was decided about an item beside its two ends, and what came of it.
alter table item add column arrangement jsonb;

-- One-time links: for a part of an archive, or for the old place's password that the new host's people need.
create table link (
    id           uuid primary key,
    kind         text not null, -- Archive Host
    hash         bytea not null unique, -- SHA-256 of the link's secret
    migration_id uuid not null,
    item_id      uuid not null,
    part         text not null, -- of an archive: the file
    made_by      text not null,
    made_at      timestamptz not null,
    expires_at   timestamptz not null,
    delivered    bigint not null, -- octets of the file that went out, from the start without a gap
    used_at      timestamptz
);
create index link_expires_at on link (expires_at);
