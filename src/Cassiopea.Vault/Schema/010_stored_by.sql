-- A service that stores what it finds replaces nothing that people entered.
alter table credential add column stored_by text not null default 'gateway';
