-- Items that wait for the same failure are looked for together.
alter table item add column failure_code text generated always as (failure ->> 'code') stored;
create index item_state on item (state, id);
create index item_failure on item (failure_code, id) where failure_code is not null;
