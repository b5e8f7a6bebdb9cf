-- What happened to tickets of helpdesks that share raw tables; key: source, ticket_id, event_id.
with

ranked as (
    select
        *,
        row_number() over (
            partition by source, ticket_id, change_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.live_changes
),

newest as (
    select *
    from ranked
    where version_rank = 1
),

known as (
    select
        source,
        agent_id,
        is_bot,
        row_number() over (
            partition by source, agent_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.live_agents
),

agents as (
    select
        source,
        agent_id,
        case when is_bot then 'bot' else 'agent' end as actor_type
    from known
    where version_rank = 1
),

first_changes as (
    select
        *,
        row_number() over (
            partition by source, ticket_id, what
            order by occurred_at, position, change_id
        ) as change_rank
    from newest
    where what in ('status', 'agent', 'team', 'category', 'priority')
),

-- As a ticket was when it was first seen: of what never changed, how it came in.
first_seen as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by updated_at, _loaded_at, _row_hash
        ) as version_rank
    from raw.live_tickets
),

traits as (
    select 'status' as what
    union all
    select 'agent' as what
    union all
    select 'team' as what
    union all
    select 'category' as what
    union all
    select 'priority' as what
),

-- What a ticket came in with is what its first change replaced, or what it has.
intake as (
    select
        first_seen.source,
        first_seen.ticket_id,
        first_seen.created_at as occurred_at,
        traits.what,
        case
            when changes.source is not null then changes.from_value
            when traits.what = 'status' then first_seen.status
            when traits.what = 'agent' then first_seen.agent_id
            when traits.what = 'team' then first_seen.team_id
            when traits.what = 'category' then first_seen.category
            else first_seen.priority
        end as to_value
    from first_seen
    cross join traits
    left join first_changes as changes
        on changes.source = first_seen.source
        and changes.ticket_id = first_seen.ticket_id
        and changes.what = traits.what
        and changes.change_rank = 1
    where first_seen.version_rank = 1
)

select
    newest.source,
    newest.ticket_id,
    newest.change_id as event_id,
    coalesce(newest.position, cast(0 as bigint)) + 10 as position,
    newest.occurred_at,
    newest.what as event_type,
    case
        when newest.actor_is is not null then newest.actor_is
        when newest.actor_id is null then 'system'
        else coalesce(agents.actor_type, 'requester')
    end as actor_type,
    newest.actor_id,
    newest.is_public,
    case
        when newest.what in ('status', 'agent', 'team', 'priority', 'category') then coalesce(newest.to_value, '')
    end as to_value
from newest
left join agents
    on agents.source = newest.source
    and agents.agent_id = newest.actor_id

union all

select
    source,
    ticket_id,
    'intake-' || what as event_id,
    cast(1 as bigint) as position,
    occurred_at,
    what as event_type,
    'system' as actor_type,
    cast(null as varchar) as actor_id,
    true as is_public,
    to_value
from intake
where coalesce(to_value, '') <> ''
    and not (what = 'status' and to_value in ('new', 'solved', 'closed'))
