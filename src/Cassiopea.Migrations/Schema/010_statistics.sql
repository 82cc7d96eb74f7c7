-- A site's visit statistics: the member's word, what was saved, and which round runs.
alter table item
    add column statistics          jsonb,
    add column statistics_round    int not null default 0,
    add column statistics_answered int not null default 0;
