-- One row per clean event of a ticket that survived; key: ticket_key, event_number.
-- A contact is a public reply, a call or a chat by a person; replies in a row by one person are one contact.
with

bots as (
    select distinct agent_key
    from dim_agent
    where role = 'bot'
),

events as (
    select
        stg_event.ticket_key,
        stg_event.event_number,
        stg_event.source,
        stg_event.occurred_at,
        stg_event.event_type,
        case when bots.agent_key is not null then 'bot' else stg_event.actor_type end as actor_type,
        stg_event.agent_key,
        stg_event.is_public,
        stg_event.to_value,
        stg_event.duration_seconds
    from stg_event
    left join bots
        on bots.agent_key = stg_event.agent_key
),

flagged as (
    select
        *,
        actor_type = 'requester' and event_type in ('created', 'message') and is_public as is_requester_message,
        actor_type = 'agent'
        and (event_type in ('call', 'chat') or (event_type = 'message' and is_public)) as is_human_contact
    from events
),

conversation as (
    select
        *,
        lag(coalesce(case when is_human_contact then coalesce(agent_key, 'somebody') end, 'requester')) over (
            partition by ticket_key
            order by event_number
        ) as previous_speaker
    from flagged
    where is_requester_message or is_human_contact
)

select
    ticket_key,
    event_number,
    source,
    occurred_at,
    event_type,
    actor_type,
    agent_key,
    is_public,
    to_value,
    duration_seconds,
    is_requester_message,
    is_human_contact,
    is_human_contact
    and (event_type in ('call', 'chat') or coalesce(previous_speaker, 'requester') <> coalesce(agent_key, 'somebody'))
        as is_new_contact
from conversation

union all

select
    ticket_key,
    event_number,
    source,
    occurred_at,
    event_type,
    actor_type,
    agent_key,
    is_public,
    to_value,
    duration_seconds,
    is_requester_message,
    is_human_contact,
    false as is_new_contact
from flagged
where not (is_requester_message or is_human_contact)
