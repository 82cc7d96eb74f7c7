-- One row per (message, consumer) that was processed: the key is the exactly-once.
create table inbox (
    message_id  uuid not null,
    consumer_id uuid not null,
    received_at timestamptz not null default now(),
    primary key (message_id, consumer_id)
);
create index inbox_received_at on inbox (received_at);

-- Messages that wait to leave: now, or at due_at (schedules, delayed redelivery).
create table outbox (
    id                  bigint generated always as identity primary key,
    due_at              timestamptz not null,
    token               uuid,
    attempts            int not null default 0,
    last_error          text,
    message_id          uuid not null,
    conversation_id     uuid,
    correlation_id      uuid,
    initiator_id        uuid,
    request_id          uuid,
    source_address      text,
    destination_address text,
    response_address    text,
    fault_address       text,
    expiration_time     timestamptz,
    sent_at             timestamptz not null,
    content_type        text not null,
    message_type        text not null,
    body                text not null,
    headers_json        text,
    properties_json     text
);
create index outbox_due on outbox (due_at, id);
create index outbox_token on outbox (token) where token is not null;
