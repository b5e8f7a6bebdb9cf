-- Changes of Freshdesk's tickets that no export told of, from their own instants and the versions seen; key: source, ticket_id, event_id.
with

versions as (
    select
        tickets.source,
        tickets.ticket_id,
        tickets.updated_at,
        tickets.status,
        tickets.agent_id,
        tickets.team_id,
        tickets.priority,
        tickets.category,
        stats.status_updated_at,
        stats.pending_since,
        stats.resolved_at,
        stats.closed_at,
        stats.reopened_at,
        row_number() over (
            partition by tickets.source, tickets.ticket_id, tickets.updated_at
            order by tickets._loaded_at desc, tickets._row_hash desc, stats._loaded_at desc, stats._row_hash desc
        ) as version_rank
    from raw.live_tickets as tickets
    inner join raw.freshdesk_stats as stats
        on stats.source = tickets.source
        and stats.ticket_id = tickets.ticket_id
        and stats.updated_at = tickets.updated_at
),

seen as (
    select
        *,
        lag(updated_at) over (
            partition by source, ticket_id
            order by updated_at
        ) as former_at,
        lag(status) over (
            partition by source, ticket_id
            order by updated_at
        ) as former_status,
        lag(agent_id) over (
            partition by source, ticket_id
            order by updated_at
        ) as former_agent_id,
        lag(team_id) over (
            partition by source, ticket_id
            order by updated_at
        ) as former_team_id,
        lag(priority) over (
            partition by source, ticket_id
            order by updated_at
        ) as former_priority,
        lag(category) over (
            partition by source, ticket_id
            order by updated_at
        ) as former_category
    from versions
    where version_rank = 1
),

told as (
    select
        source,
        ticket_id,
        resolved_at as occurred_at,
        'status' as event_type,
        'solved' as to_value,
        agent_id as actor_id
    from seen
    where resolved_at is not null

    union all

    select
        source,
        ticket_id,
        closed_at as occurred_at,
        'status' as event_type,
        'closed' as to_value,
        cast(null as varchar) as actor_id
    from seen
    where closed_at is not null

    union all

    select
        source,
        ticket_id,
        reopened_at as occurred_at,
        'status' as event_type,
        'open' as to_value,
        cast(null as varchar) as actor_id
    from seen
    where reopened_at is not null

    union all

    -- When the other statuses began is told of the last change only.
    select
        source,
        ticket_id,
        coalesce(pending_since, status_updated_at, updated_at) as occurred_at,
        'status' as event_type,
        status as to_value,
        cast(null as varchar) as actor_id
    from seen
    where status in ('pending', 'hold')
        or (status = 'open' and former_at is not null and former_status <> 'open' and reopened_at is null)

    union all

    select
        source,
        ticket_id,
        updated_at as occurred_at,
        'agent' as event_type,
        coalesce(agent_id, '') as to_value,
        cast(null as varchar) as actor_id
    from seen
    where former_at is not null
        and coalesce(agent_id, '') <> coalesce(former_agent_id, '')

    union all

    select
        source,
        ticket_id,
        updated_at as occurred_at,
        'team' as event_type,
        coalesce(team_id, '') as to_value,
        cast(null as varchar) as actor_id
    from seen
    where former_at is not null
        and coalesce(team_id, '') <> coalesce(former_team_id, '')

    union all

    select
        source,
        ticket_id,
        updated_at as occurred_at,
        'priority' as event_type,
        priority as to_value,
        cast(null as varchar) as actor_id
    from seen
    where former_at is not null
        and priority <> former_priority

    union all

    select
        source,
        ticket_id,
        updated_at as occurred_at,
        'category' as event_type,
        coalesce(category, '') as to_value,
        cast(null as varchar) as actor_id
    from seen
    where former_at is not null
        and coalesce(category, '') <> coalesce(former_category, '')
),

-- Versions repeat what they tell; what an export covers is known from it, with who did it.
once as (
    select
        source,
        ticket_id,
        occurred_at,
        event_type,
        to_value,
        max(actor_id) as actor_id
    from told
    where not exists (
        select 1
        from raw.freshdesk_exports as exports
        where exports.source = told.source
            and told.occurred_at between exports.starts_at and exports.ends_at
    )
    group by source, ticket_id, occurred_at, event_type, to_value
)

select
    source,
    ticket_id,
    'seen-' || event_type || '-' || to_value || '-' || cast(occurred_at as varchar) as event_id,
    cast(3 as bigint) as position,
    occurred_at,
    event_type,
    case when actor_id is null then 'system' else 'agent' end as actor_type,
    actor_id,
    true as is_public,
    to_value
from once
