-- The key an operation was asked with: logs name the key, never the person.
alter table operation add column key_id uuid not null default '00000000-0000-0000-0000-000000000000';
