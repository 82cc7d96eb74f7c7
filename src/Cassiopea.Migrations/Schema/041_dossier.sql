-- A dossier to print, the signed list of its files, and a domain's records before and after; dossiers made before have none.
alter table dossier add column pdf bytea not null default ''::bytea;
alter table migration add column dossier_files jsonb not null default '[]';
alter table item add column zone_texts jsonb;
