-- Event logs: one row per change between a ticket's rows; key: source, ticket_id, position.
with

latest as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by source, ticket_id, position
                order by _loaded_at desc, _row_hash desc
            ) as version_rank
        from raw.files_snapshots
    ) as versions
    where version_rank = 1
),

created as (
    select
        source,
        ticket_id,
        coalesce(min(created_at), min(occurred_at)) as occurred_at
    from latest
    group by source, ticket_id
),

-- The file's order is the truth, its clock is not: an instant never precedes the row before it, nor the opening.
snapshots as (
    select
        latest.source,
        latest.ticket_id,
        latest.position,
        max(greatest(latest.occurred_at, created.occurred_at)) over (
            partition by latest.source, latest.ticket_id
            order by latest.position
            rows between unbounded preceding and current row
        ) as occurred_at,
        nullif(latest.status, '') as status,
        latest.actor_id,
        latest.agent_id,
        latest.team_id,
        latest.category,
        latest.priority
    from latest
    inner join created
        on created.source = latest.source
        and created.ticket_id = latest.ticket_id
),

-- What each row says, a line an attribute. Who holds a ticket is said by every row, and silence means nobody:
-- a ticket given to another team has nobody yet. Of the rest silence means unchanged.
said as (
    select
        source,
        ticket_id,
        position,
        occurred_at,
        actor_id,
        1 as attribute_rank,
        'category' as event_type,
        category as to_value
    from snapshots
    where category is not null
    union all
    select
        source,
        ticket_id,
        position,
        occurred_at,
        actor_id,
        2 as attribute_rank,
        'priority' as event_type,
        priority as to_value
    from snapshots
    where priority is not null
    union all
    select
        source,
        ticket_id,
        position,
        occurred_at,
        actor_id,
        3 as attribute_rank,
        'team' as event_type,
        team_id as to_value
    from snapshots
    union all
    select
        source,
        ticket_id,
        position,
        occurred_at,
        actor_id,
        4 as attribute_rank,
        'agent' as event_type,
        agent_id as to_value
    from snapshots
    union all
    select
        source,
        ticket_id,
        position,
        occurred_at,
        actor_id,
        5 as attribute_rank,
        'status' as event_type,
        status as to_value
    from snapshots
    where status is not null
),

told as (
    select
        *,
        lag(to_value) over (
            partition by source, ticket_id, event_type
            order by position
        ) as from_value
    from said
),

changes as (
    select
        *,
        from_value is null and event_type in ('category', 'priority') as is_intake
    from told
)

select
    source,
    ticket_id,
    occurred_at,
    cast(0 as bigint) as position,
    'created' as event_type,
    'requester' as actor_type,
    as_text(null) as actor_id,
    as_text(null) as to_value
from created

union all

-- The first category and priority a log knows are what the ticket came in with, not what somebody did to it.
select
    changes.source,
    changes.ticket_id,
    case when changes.is_intake then created.occurred_at else changes.occurred_at end as occurred_at,
    changes.position * 10 + changes.attribute_rank as position,
    changes.event_type,
    case when changes.is_intake then 'system' else 'agent' end as actor_type,
    case when changes.is_intake then null else changes.actor_id end as actor_id,
    changes.to_value
from changes
inner join created
    on created.source = changes.source
    and created.ticket_id = changes.ticket_id
where coalesce(changes.from_value, '') <> coalesce(changes.to_value, '')

union all

-- Every row is something its author did, whether or not it changed what we follow.
select
    source,
    ticket_id,
    occurred_at,
    position * 10 as position,
    'other' as event_type,
    'agent' as actor_type,
    actor_id,
    as_text(null) as to_value
from snapshots
