-- What is known of the rights over the domain beside its ladder, and what was told of it last.
alter table moving_domain add column custodian text not null default '';
alter table moving_domain add column ends_at timestamptz;
alter table moving_domain add column registrant_mail_sha256 text not null default '';
alter table moving_domain add column tasks text not null default '';      -- comma-separated: holder-differs, changed-by-others
alter table moving_domain add column told_rights text not null default '';
