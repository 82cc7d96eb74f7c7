-- A transfer uses slots at both ends.
alter table job add column second_host text;
