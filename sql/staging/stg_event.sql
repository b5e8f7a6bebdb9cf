-- Everything that happened, on the ticket that survived, in no order yet; a row per event.
with

events as (
    select *
    from stg_files_event
),

tickets as (
    select
        source,
        ticket_id,
        is_merged,
        surviving_ticket_key as ticket_key
    from stg_ticket
    where surviving_ticket_key is not null
),

settings as (
    select *
    from cfg_setting
),

-- What was said and done on a merged ticket belongs to the survivor; its statuses and owners do not.
surviving as (
    select
        tickets.ticket_key,
        events.source,
        events.occurred_at,
        events.position,
        events.event_id,
        case
            when not tickets.is_merged or events.event_type in ('message', 'call', 'chat') then events.event_type
            when events.event_type = 'created' and events.actor_type = 'requester' then 'message'
            else 'other'
        end as event_type,
        events.actor_type,
        events.actor_id,
        events.is_public,
        nullif(events.to_value, '') as to_value,
        events.duration_seconds
    from events
    inner join tickets
        on tickets.source = events.source
        and tickets.ticket_id = events.ticket_id
    cross join settings
    where settings.as_of is null or events.occurred_at <= settings.as_of
)

select
    ticket_key,
    source,
    occurred_at,
    position,
    case event_type when 'created' then 0 when 'status' then 2 else 1 end as type_rank,
    event_id,
    event_type,
    actor_type,
    case when actor_type in ('agent', 'bot') and actor_id is not null then source || ':' || actor_id end as agent_key,
    is_public,
    to_value,
    duration_seconds
from surviving
