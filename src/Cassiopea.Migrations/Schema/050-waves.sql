-- Groups of members whose first copies are started together.
create table wave (
    id           uuid primary key,
    name         text not null,
    plan         jsonb not null, -- WavePlan
    state        text not null, -- Planned Running Paused Cancelled Done
    reason       text not null default '',
    wake_at      timestamptz,
    told_version int not null default 0
);

create table wave_place (
    wave_id         uuid not null references wave (id),
    member_id       uuid not null,
    number          int not null,
    asked_at        timestamptz,
    asked_operation uuid,
    refused_at      timestamptz,
    refusal         text not null default '',
    primary key (wave_id, member_id)
);
create index wave_place_member on wave_place (member_id);
create unique index wave_place_operation on wave_place (asked_operation) where asked_operation is not null;
