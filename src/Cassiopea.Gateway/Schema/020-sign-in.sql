-- People of the house (S19): the password is never stored, and the secret of the second factor is sealed with a key that only the password makes.
create table person (
    id              uuid primary key,
    login           text not null unique,
    role            text not null,
    language        text not null,
    salt            bytea not null,
    verifier        bytea not null,
    sealed_totp     bytea not null,
    last_step       bigint not null,
    recovery        bytea[] not null,
    failures        integer not null,
    locked_until    timestamptz,
    created_by      text not null,
    created_at      timestamptz not null,
    activated_at    timestamptz,
    disabled_at     timestamptz
);

-- Sessions of people and members: the cookie's value is never stored, only its SHA-256.
create table session (
    id            uuid primary key,
    hash          bytea not null unique,
    owner         text not null,
    role          text not null,
    member_id     uuid,
    person_id     uuid,
    language      text not null,
    created_at    timestamptz not null,
    seen_at       timestamptz not null,
    expires_at    timestamptz not null,
    revoked_at    timestamptz,
    constraint member_sessions_name_a_member check ((role in ('Member', 'Provider')) = (member_id is not null))
);
create index session_expires_at on session (expires_at);
create index session_person on session (person_id) where person_id is not null;

-- Links that sign in once: a member's (S20), or the first visit of a person of the house. hash is null until the mail was written.
create table sign_in_link (
    id            uuid primary key,
    hash          bytea unique,
    member_id     uuid,
    person_id     uuid,
    made_by       text not null,
    made_at       timestamptz not null,
    expires_at    timestamptz not null,
    used_at       timestamptz,
    constraint a_link_is_for_one check ((member_id is null) <> (person_id is null))
);
create index sign_in_link_member on sign_in_link (member_id, made_at) where member_id is not null;
create index sign_in_link_expires_at on sign_in_link (expires_at);
create index member_contact_email on member (lower(contact_email));
