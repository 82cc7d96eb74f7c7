-- The newest word on the rights over a domain counts, whichever comes last.
alter table item add column rights_as_of timestamptz;
