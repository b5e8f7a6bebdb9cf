-- What happened to Zendesk's tickets: the creation, then each comment and change; key: source, ticket_id, event_id.
with

-- Hardly an event has versions: only those that do are ranked.
repeated as (
    select
        source,
        ticket_id,
        event_id
    from raw.zendesk_events
    group by source, ticket_id, event_id
    having count(*) > 1
),

ranked as (
    select
        events.*,
        row_number() over (
            partition by events.source, events.ticket_id, events.event_id
            order by events._loaded_at desc, events._row_hash desc
        ) as version_rank
    from raw.zendesk_events as events
    inner join repeated
        on repeated.source = events.source
        and repeated.ticket_id = events.ticket_id
        and repeated.event_id = events.event_id
),

newest as (
    select
        events.source,
        events.ticket_id,
        events.event_id,
        events.child_id,
        events.occurred_at,
        events.updater_id,
        events.what,
        events.is_creation,
        events.is_public,
        events.to_value
    from raw.zendesk_events as events
    left join repeated
        on repeated.source = events.source
        and repeated.ticket_id = events.ticket_id
        and repeated.event_id = events.event_id
    where repeated.event_id is null
    union all
    select
        source,
        ticket_id,
        event_id,
        child_id,
        occurred_at,
        updater_id,
        what,
        is_creation,
        is_public,
        to_value
    from ranked
    where version_rank = 1
),

users as (
    select
        *,
        row_number() over (
            partition by source, user_id
            order by updated_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.zendesk_users
),

tickets as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by generated_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.zendesk_tickets
),

people as (
    select
        source,
        user_id,
        case when is_bot then 'bot' when role = 'end-user' then 'requester' else 'agent' end as actor_type
    from users
    where version_rank = 1
)

select
    tickets.source,
    tickets.ticket_id,
    'created' as event_id,
    cast(0 as bigint) as position,
    tickets.created_at as occurred_at,
    'created' as event_type,
    case
        when tickets.submitter_id = tickets.requester_id then 'requester' else coalesce(people.actor_type, 'requester')
    end as actor_type,
    tickets.submitter_id as actor_id,
    true as is_public,
    cast(null as varchar) as to_value
from tickets
left join people
    on people.source = tickets.source
    and people.user_id = tickets.submitter_id
where tickets.version_rank = 1

union all

select
    newest.source,
    newest.ticket_id,
    newest.event_id,
    newest.child_id as position,
    newest.occurred_at,
    case when newest.what = 'comment' then 'message' else newest.what end as event_type,
    -- What a ticket came in with is nobody's work.
    case when newest.is_creation then 'system' else coalesce(people.actor_type, 'system') end as actor_type,
    case when not newest.is_creation then newest.updater_id end as actor_id,
    newest.is_public,
    newest.to_value
from newest
left join people
    on people.source = newest.source
    and people.user_id = newest.updater_id
-- The description is what created the ticket; a status or priority nobody chose says nothing.
where not (newest.is_creation and newest.what = 'comment')
    and not (newest.is_creation and newest.what = 'status' and newest.to_value = 'new')
    and not (newest.what in ('status', 'priority') and newest.to_value in ('', 'deleted'))
    and not (newest.is_creation and newest.to_value = '')
