-- Messages that failed for good in any service, as their services told; the bodies stay there.
create table kept_letter (
    id                  uuid primary key,
    service             text not null,
    queue               text not null,
    message_type        text not null,
    error_type          text not null,
    error               text not null, -- redacted
    can_be_requeued     boolean not null,
    at                  timestamptz not null,
    waiting             boolean not null,
    requeued            boolean not null,
    decided_by          text not null,
    discard_proposed_by text not null,
    discard_reason      text not null
);
create index kept_letter_waiting on kept_letter (id) where waiting;

-- What the last verification found in each service's audit chain.
create table audit_verdict (
    service      text primary key,
    operation_id uuid not null,
    intact       boolean not null,
    entries      bigint not null,
    head         text not null, -- of the last intact chain
    problem      text not null,
    as_of        timestamptz not null
);

-- Acts on a host and on failure codes look for these.
create index item_parked on item (failure_code) where state in ('NeedsStaff', 'CredentialsNeeded');
create index item_source_host on item (lower(source ->> 'host'));
create index item_target_host on item (lower(target ->> 'host'));

-- Who held an item: no pass of it runs.
alter table item add column held_by text not null default '';
