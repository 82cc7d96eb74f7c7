-- Waves as they were told last.
create table wave (
    id            uuid primary key,
    name          text not null,
    plan          jsonb not null,
    state         text not null,
    next_start_at timestamptz,
    members       jsonb not null,
    version       int not null,
    actor         text not null,
    reason        text not null,
    as_of         timestamptz not null
);
