-- Findings of the last survey of a site: all of them, while an event carries the worst.
create table site_finding (
    item_id uuid not null,
    number  int not null,  -- from 1, the weightiest first
    code    text not null,
    weight  text not null, -- Note Warns Stops
    file    text not null,
    line    int not null,
    subject text not null,
    text    text not null,
    primary key (item_id, number)
);

-- What the systems of a site make again by themselves; one byte of the name per character.
create table site_cache (
    item_id uuid not null,
    path    text not null,
    primary key (item_id, path)
);

-- Files at the new place that are no copies of the old ones any more; one byte of the name per character.
create table configured_file (
    item_id uuid not null,
    path    text not null,
    primary key (item_id, path)
);

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

-- The proof of a verification: the SHA-256 of the list of all files, as compared.
create table manifest (
    item_id     uuid not null,
    pass        int not null,
    sha256      text not null,
    grade       text not null,
    compared    bigint not null,
    bytes       bigint not null,
    extra       bigint not null,
    differences bigint not null,
    as_of       timestamptz not null,
    primary key (item_id, pass)
);
