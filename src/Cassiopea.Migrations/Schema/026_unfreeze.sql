-- A list that was frozen for a cut-over that was not gets its own rules back before anything ends; a failure of that is asked again.
alter table item add column unfreeze_asked_at timestamptz;
alter table item add column unfreeze_round integer not null default 0;
alter table migration add column cancel_asked text not null default '';
