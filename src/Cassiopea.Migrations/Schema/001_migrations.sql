create table member (
    id            uuid primary key,
    reference     text not null unique,
    name          text not null,
    language      text not null,
    contact_email text not null,
    registered_at timestamptz not null,
    changed_at    timestamptz not null
);

-- Which credentials the vault holds: which version, never what.
create table credential (
    id        uuid primary key,
    member_id uuid not null,
    version   int not null,
    stored_at timestamptz not null
);
create index credential_member on credential (member_id);

-- The saga: one row per migration.
create table migration (
    correlation_id       uuid primary key,
    current_state        text not null,
    member_id            uuid not null references member (id),
    member_reference     text not null,
    requested_at         timestamptz not null,
    held_from            text,
    gate_return_to       text,
    held_reason          text not null,
    invoices             text,
    open_cents           bigint not null,
    invoice_explanation  text not null,
    invoice_source       text not null,
    invoice_source_as_of timestamptz,
    invoices_as_of       timestamptz,
    reminders            int not null,
    reminded_for         text not null,
    survey_round         int not null,
    survey_asked_at      timestamptz,
    plan_sha256          text not null,
    planned_at           timestamptz,
    last_round_at        timestamptz,
    window_opens_at      timestamptz,
    window_closes_at     timestamptz,
    window_approved      boolean not null,
    window_round         int not null,
    dns_asked_at         timestamptz,
    watching_since       timestamptz,
    differences_told_at  timestamptz,
    handed_over_at       timestamptz,
    ended_at             timestamptz,
    end_reason           text not null,
    erasure_asked_at     timestamptz,
    erased_at            timestamptz,
    told_version         int not null,
    told_sha256          text not null,
    wake_at              timestamptz
);
-- a member leaves once at a time
create unique index migration_open on migration (member_id) where ended_at is null;

create table item (
    id                  uuid primary key,
    migration_id        uuid not null references migration (correlation_id),
    kind                text not null,
    name                text not null,
    state               text not null,
    source              jsonb,
    target              jsonb,
    declared            boolean not null,
    facts               jsonb not null,
    surveyed_at         timestamptz,
    survey_attempt      int not null,
    surveyed_attempt    int not null,
    survey_wanted       boolean not null,
    survey_pending      boolean not null,
    pass                int not null,
    bucket              text not null,
    transferred_pass    int not null,
    verify_asked_pass   int not null,
    verified_pass       int not null,
    failed_pass         int not null,
    last_delta_pass     int not null,
    retries             int not null,
    retry_at            timestamptz,
    counts              jsonb,
    bytes               bigint not null,
    refusals            jsonb not null,
    differences         jsonb not null,
    difference_count    bigint not null,
    compared            bigint not null,
    grade               text,
    manifest_sha256     text not null,
    failure             jsonb,
    last_new_at         timestamptz,
    last_quiet_pass_at  timestamptz,
    exceptions_approved boolean not null,
    approved_by         text not null,
    approval_reason     text not null,
    excluded_reason     text not null,
    cut_over_at         timestamptz,
    freeze_asked_at     timestamptz,
    frozen_at           timestamptz,
    ttl_asked_at        timestamptz,
    published_at        timestamptz,
    zone_asked_at       timestamptz,
    zone_changed_at     timestamptz,
    old_ttls_over_at    timestamptz,
    roll_back_asked_at  timestamptz,
    rolled_back_at      timestamptz,
    told_version        int not null,
    told_sha256         text not null
);
create index item_migration on item (migration_id);

create table kind_survey (
    migration_id    uuid not null references migration (correlation_id),
    kind            text not null,
    asked_at        timestamptz not null,
    outcome         text,
    failure         jsonb,
    as_of           timestamptz,
    excluded_by     text not null,
    excluded_reason text not null,
    primary key (migration_id, kind)
);

-- One person's yes to one cut-over window.
create table approval (
    migration_id uuid not null references migration (correlation_id),
    window_round int not null,
    actor        text not null,
    opens_at     timestamptz not null,
    closes_at    timestamptz not null,
    approved_at  timestamptz not null,
    primary key (migration_id, window_round, actor)
);

create table notice (
    id           uuid primary key,
    migration_id uuid not null references migration (correlation_id),
    member_id    uuid not null,
    template     text not null,
    step         text not null,
    number       int not null,
    language     text not null,
    recipient    text not null,
    subject      text not null,
    body         text not null,
    message_id   text not null unique,
    state        text not null,
    attempts     int not null,
    last_error   text not null,
    created_at   timestamptz not null,
    sent_at      timestamptz
);
-- the same text for the same step is never sent twice
create unique index notice_once on notice (migration_id, template, step, number);

create table dossier (
    migration_id uuid primary key references migration (correlation_id),
    member_id    uuid not null,
    sha256       text not null,
    json         text not null,
    html         text not null,
    made_at      timestamptz not null
);

create table erasure_receipt (
    migration_id   uuid primary key references migration (correlation_id),
    json           text not null,
    signature      text not null,
    public_key_pem text not null,
    signed_at      timestamptz not null
);
