-- One domain that moves: what was planned for it and how far each step is. Zones and states are the engine's own texts.
create table moving_domain (
    item_id         uuid primary key,
    migration_id    uuid not null,
    domain          text not null,          -- A-labels, final dot
    provider        text not null,          -- name in Domains:Providers; empty = the new host's people do it by hand
    name_servers    text not null,          -- new ones, comma-separated; empty = only records change
    plan_sha256     text not null,
    plan            jsonb,                   -- null while there is no plan
    old_zone        text not null,          -- at the survey
    wanted_zone     text not null,
    findings        jsonb not null,
    surveyed_at     timestamptz not null,
    old_ttl         bigint not null,        -- largest TTL of the old zone before any lowering, seconds
    ttl_apply       jsonb,                   -- journal of the lowering at the old provider
    old_ttls_over   timestamptz,
    apply           jsonb,                   -- journal of the plan at the new provider
    published_at    timestamptz,
    name_server_change jsonb,                -- journal of the change of name servers
    cut_over_at     timestamptz,
    way_back        jsonb,                   -- journal of the way back
    recovery        jsonb                    -- the ladder of rights over the domain
);
