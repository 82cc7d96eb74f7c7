-- Two contacts per member, verified before the cut-over.
alter table member
    add column second_email         text not null default '',
    add column contact_verified_at  timestamptz,
    add column second_verified_at   timestamptz,
    add column contact_code_sha256  text not null default '',
    add column second_code_sha256   text not null default '',
    add column wrong_codes          int not null default 0;
