-- Answers to the checklist as the saga took them, all of them: the one with the highest number counts.
create table answer (
    migration_id uuid not null,
    number       integer not null,
    rule         integer not null,
    item_id      uuid,
    choice       text not null,
    actor        text not null,
    note_id      uuid,
    as_of        timestamptz not null,
    primary key (migration_id, number)
);

-- What people have to do before a gate opens.
create table staff_task (
    id           uuid primary key,
    migration_id uuid not null,
    version      integer not null,
    rule         integer not null,
    item_id      uuid,
    code         text not null,
    gate         text not null,
    state        text not null,
    assignee     text not null,
    reason       text not null,
    opened_at    timestamptz not null,
    due_at       timestamptz not null,
    closed_at    timestamptz,
    as_of        timestamptz not null
);
create index staff_task_migration on staff_task (migration_id, id);
create index staff_task_open on staff_task (assignee, due_at) where state = 'Open';

-- What invoice lines and server lists name of a member.
create table listed (
    member_reference text not null,
    source           text not null,
    services         jsonb not null,
    as_of            timestamptz not null,
    primary key (member_reference, source)
);

-- What people wrote: with an answer, or in the thread of a task. Words stay here and are never sent to another service.
create table note (
    id           uuid primary key,
    migration_id uuid not null,
    task_id      uuid,
    rule         integer not null,
    item_id      uuid,
    author       text not null,
    words        text not null,
    at           timestamptz not null
);
create index note_migration on note (migration_id, at);
create index note_task on note (task_id, at) where task_id is not null;
