-- The last answer to each question of the checklist; an empty item id stands for the whole migration, or for all items of the rule's kind.
alter table migration add column answer_number int not null default 0;
-- What the dry run of the whole foretold when the plan was approved.
alter table migration add column foretold jsonb;

create table answer (
    migration_id uuid not null references migration (correlation_id),
    rule         int not null,
    item_id      uuid not null,
    choice       text not null,
    number       int not null,
    actor        text not null,
    note_id      uuid,
    answered_at  timestamptz not null,
    primary key (migration_id, rule, item_id)
);

-- What invoice lines and server lists name: compared with what was found.
create table listed_row (
    id               uuid primary key,
    member_reference text not null,
    source           text not null,
    kind             text not null,
    name             text not null,
    as_of            timestamptz not null
);
create index listed_row_member on listed_row (member_reference, source);

-- What people of the association have to do before a gate opens.
create table staff_task (
    id           uuid primary key,
    migration_id uuid not null references migration (correlation_id),
    rule         int not null,
    item_id      uuid,
    code         text not null,
    gate         text not null,
    state        text not null,
    assignee     text not null,
    reason       text not null,
    opened_at    timestamptz not null,
    due_at       timestamptz not null,
    closed_by    text not null,
    closed_at    timestamptz,
    told_version int not null,
    told_sha256  text not null
);
create index staff_task_migration on staff_task (migration_id);
