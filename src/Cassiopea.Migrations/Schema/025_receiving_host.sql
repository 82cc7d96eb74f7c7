-- A mailing list leaves only after the receiving host asked for it and the member consented.
alter table item add column receiving jsonb;
