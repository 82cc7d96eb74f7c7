-- What the domains service knows of the rights over a domain, and the member's consent to the change of DNS.
alter table item add column rights jsonb;
alter table item add column transfer_credential uuid;
alter table migration add column switch_consent text not null default '';
alter table migration add column switch_consent_by text not null default '';
alter table migration add column switch_consent_at timestamptz;
