-- A count by its own number, whether a second account was answered, and why it is still there.
alter table item
    add column count_round           int not null default 0,
    add column read_account_answered int not null default 0,
    add column read_account_failure  jsonb;
update item set count_round = pass, read_account_answered = read_account_number;
