-- What did not arrive as it was, or differs: all that the engine listed, while an event carries 200 at most.
create table pass_exception (
    item_id uuid not null,
    pass    int not null,
    step    text not null, -- Transfer Verify
    number  int not null,  -- from 1, in the engine's order
    item    text not null,
    side    text not null,
    kind    text not null,
    code    text not null,
    text    text not null,
    action  text not null,
    primary key (item_id, pass, step, number)
);

-- The proof of a verification: per table counts, and the SHA-256 of the list of all chunks with their hashes.
create table manifest (
    item_id     uuid not null,
    pass        int not null,
    sha256      text not null,
    grade       text not null,
    compared    bigint not null,
    bytes       bigint not null,
    extra       bigint not null,
    differences bigint not null,
    tables      jsonb not null,
    as_of       timestamptz not null,
    primary key (item_id, pass)
);

-- What each table held when it was copied for the last time before the cut-over: what is written at the old place later shows against it.
create table last_delta (
    item_id    uuid not null,
    table_name text not null,
    pass       int not null,
    rows       bigint not null,
    hash       text not null,
    as_of      timestamptz not null,
    primary key (item_id, table_name)
);
