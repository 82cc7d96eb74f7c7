-- Both hosts of the kill test use these, each in its own database; nothing here is unique on purpose: the test counts what ran twice.
create table journey (
    correlation_id uuid primary key,
    current_state  text not null,
    steps          int not null,
    deadline_token uuid
);
create table transition (
    id         bigint generated always as identity primary key,
    journey_id uuid not null,
    state      text not null
);
create table step (
    id         bigint generated always as identity primary key,
    journey_id uuid not null,
    name       text not null
);
create table outside_call (
    id         bigint generated always as identity primary key,
    journey_id uuid not null,
    name       text not null
);
