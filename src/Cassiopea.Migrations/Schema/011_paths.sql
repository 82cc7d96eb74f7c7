-- Paths and addresses of a site that change at the new place; archives of a site that were asked for.
alter table item
    add column paths         jsonb,
    add column archive_round int not null default 0;
