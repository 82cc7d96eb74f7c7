-- Append-only: each row carries the hash of the one before, so that a change anywhere shows (AuditChain.VerifyAsync).
create table audit_entry (
    seq           bigint primary key,
    at            timestamptz not null,
    actor         text not null,
    action        text not null,
    object        text not null,
    reason        text not null,
    before        text,
    after         text,
    previous_hash text not null,
    hash          text not null
);

create function audit_field(value text) returns text language sql immutable as
$$ select case when value is null then '-1:' else octet_length(value) || ':' || value end $$;

create function audit_append() returns trigger language plpgsql as $$
declare
    last record;
begin
    perform pg_advisory_xact_lock(hashtextextended('audit_entry', 0)); -- one chain: the next writer waits for this commit
    select seq, hash into last from audit_entry order by seq desc limit 1;
    new.seq := coalesce(last.seq, 0) + 1;
    new.previous_hash := coalesce(last.hash, '');
    new.hash := encode(sha256(convert_to(
        new.seq || '|' || new.previous_hash || '|'
        || to_char(new.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '|'
        || audit_field(new.actor) || audit_field(new.action) || audit_field(new.object) || audit_field(new.reason)
        || audit_field(new.before) || audit_field(new.after), 'UTF8')), 'hex');
    return new;
end
$$;
create trigger audit_append before insert on audit_entry for each row execute function audit_append();

create function audit_refuse() returns trigger language plpgsql as
$$ begin raise exception 'audit_entry is append-only'; end $$;
create trigger audit_refuse before update or delete or truncate on audit_entry for each statement execute function audit_refuse();
