-- What happened to RT's tickets; key: source, ticket_id, event_id.
with

transactions as (
    select
        *,
        row_number() over (
            partition by source, transaction_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.request_tracker_transactions
),

newest as (
    select *
    from transactions
    where version_rank = 1
),

versions as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by updated_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.request_tracker_tickets
),

created as (
    select
        source,
        ticket_id,
        min(occurred_at) as occurred_at
    from newest
    where what = 'created'
    group by source, ticket_id
),

merged as (
    select distinct
        source,
        ticket_id
    from newest
    where what = 'merged'
),

first_changes as (
    select
        *,
        row_number() over (
            partition by source, ticket_id, what
            order by transaction_id
        ) as change_rank
    from newest
    where what in ('agent', 'team', 'category')
),

-- What a ticket came in with is what its first change replaced, or what it still has.
intake as (
    select
        created.source,
        created.ticket_id,
        created.occurred_at,
        case when owners.source is not null then owners.old_value else versions.owner end as agent_id,
        case when queues.source is not null then queues.old_value else versions.queue_id end as team_id,
        case when topics.source is not null then topics.old_value else versions.category end as category
    from created
    left join merged
        on merged.source = created.source
        and merged.ticket_id = created.ticket_id
    left join versions
        on versions.source = created.source
        and versions.ticket_id = case when merged.source is null then created.ticket_id end
        and versions.version_rank = 1
    left join first_changes as owners
        on owners.source = created.source
        and owners.ticket_id = created.ticket_id
        and owners.what = 'agent'
        and owners.change_rank = 1
    left join first_changes as queues
        on queues.source = created.source
        and queues.ticket_id = created.ticket_id
        and queues.what = 'team'
        and queues.change_rank = 1
    left join first_changes as topics
        on topics.source = created.source
        and topics.ticket_id = created.ticket_id
        and topics.what = 'category'
        and topics.change_rank = 1
)

select
    source,
    ticket_id,
    cast(transaction_id as varchar) as event_id,
    transaction_id as position,
    occurred_at,
    what as event_type,
    actor_type,
    actor_id,
    is_public,
    case when what in ('status', 'agent', 'team', 'priority', 'category') then coalesce(new_value, '') end as to_value
from newest
where not (what = 'status' and new_value = 'deleted')

union all

select
    source,
    ticket_id,
    'intake-team' as event_id,
    cast(1 as bigint) as position,
    occurred_at,
    'team' as event_type,
    'system' as actor_type,
    cast(null as varchar) as actor_id,
    true as is_public,
    team_id as to_value
from intake
where team_id is not null

union all

select
    source,
    ticket_id,
    'intake-agent' as event_id,
    cast(2 as bigint) as position,
    occurred_at,
    'agent' as event_type,
    'system' as actor_type,
    cast(null as varchar) as actor_id,
    true as is_public,
    agent_id as to_value
from intake
where coalesce(agent_id, '') <> ''

union all

select
    source,
    ticket_id,
    'intake-category' as event_id,
    cast(3 as bigint) as position,
    occurred_at,
    'category' as event_type,
    'system' as actor_type,
    cast(null as varchar) as actor_id,
    true as is_public,
    category as to_value
from intake
where category is not null
