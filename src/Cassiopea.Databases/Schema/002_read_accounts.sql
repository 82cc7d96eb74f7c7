-- Accounts that were made at old servers: written before the server is asked, so that each can be found and removed again.
create table read_account (
    item_id    uuid not null,
    number     int not null,
    host       text not null,
    port       int not null,
    database   text not null,
    login      text not null,
    tls        text not null,
    pin        text,
    asked_at   timestamptz not null,
    added_at   timestamptz,
    removed_at timestamptz,
    primary key (item_id, number)
);
