-- The word of two people that the plan may delete more than the guard allows.
alter table moving_domain add column deletions jsonb;
