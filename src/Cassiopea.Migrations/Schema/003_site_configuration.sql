-- A site is told its new databases between its last delta and the change of DNS.
alter table item add column configure_asked_at timestamptz;
alter table item add column configured_at timestamptz;
