-- What people decide about one database, what came of it at the new place, and the second account at the old server.
alter table item
    add column choices             jsonb,
    add column repair_asked_pass   int not null default 0,
    add column repaired_pass       int not null default 0,
    add column repaired            jsonb,
    add column count_asked         boolean not null default false,
    add column replace_asked_pass  int not null default 0,
    add column replaced_pass       int not null default 0,
    add column replaced            jsonb,
    add column archive_asked_pass  int not null default 0,
    add column archived_pass       int not null default 0,
    add column read_account        jsonb,
    add column read_account_number int not null default 0;
