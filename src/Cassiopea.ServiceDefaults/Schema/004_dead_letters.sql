-- Messages that failed for good, or that nobody here understands; kept until a person has them sent again or discards them.
create table dead_letter (
    id              uuid primary key,
    at              timestamptz not null,
    queue           text not null,
    address         text not null,
    message_id      uuid,
    message_type    text not null, -- empty: not readable, cannot be sent again
    content_type    text not null,
    body            text not null,
    error_type      text not null, -- empty: no consumer for it
    error           text not null, -- redacted
    state           text not null, -- Waiting Requeued Discarded
    acted_by        text,
    acted_at        timestamptz
);
create index dead_letter_waiting on dead_letter (at) where state = 'Waiting';

-- Also for operators: select requeue_dead_letter('…', 'name').
create function requeue_dead_letter(letter uuid, actor text) returns boolean language plpgsql as $$
begin
    update dead_letter set state = 'Requeued', acted_by = actor, acted_at = now()
    where id = letter and state = 'Waiting' and message_type <> '';
    if not found then return false; end if;
    insert into outbox(due_at, message_id, destination_address, sent_at, content_type, message_type, body)
    select now(), message_id, address, now(), content_type, message_type, body from dead_letter where id = letter;
    return true;
end
$$;
