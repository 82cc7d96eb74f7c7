-- The second contact of a member, and when each was verified.
alter table member
    add column second_email        text not null default '',
    add column contact_verified_at timestamptz,
    add column second_verified_at  timestamptz;
