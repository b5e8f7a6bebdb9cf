-- One row per clean event of a ticket that survived; key: ticket_key, event_number; in slices of tickets.
-- A contact is a public reply, a call or a chat by a person; replies in a row by one person are one contact.
-- A turn begins where the other side speaks: the requester, or any person of ours.
with

bots as (
    select distinct agent_key
    from dim_agent
    where role = 'bot'
),

events as (
    select
        stg_event.ticket_key,
        row_number() over (
            partition by stg_event.ticket_key
            order by stg_event.occurred_at, stg_event.position nulls last, stg_event.type_rank, stg_event.event_id
        ) as event_number,
        stg_event.source,
        stg_event.occurred_at,
        stg_event.event_type,
        stg_event.actor_type,
        bots.agent_key is not null as is_bot,
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
        actor_type = 'requester' and not is_bot and event_type in ('created', 'message') and is_public as is_requester_message,
        actor_type = 'agent'
        and not is_bot
        and (event_type in ('call', 'chat') or (event_type = 'message' and is_public)) as is_human_contact
    from events
),

conversation as (
    select
        *,
        lag(is_human_contact) over life as follows_contact,
        lag(agent_key) over life as previous_agent_key
    from flagged
    where is_requester_message or is_human_contact
    window life as (partition by ticket_key order by event_number)
)

select
    ticket_key,
    event_number,
    source,
    occurred_at,
    event_type,
    case when is_bot then 'bot' else actor_type end as actor_type,
    agent_key,
    is_public,
    to_value,
    duration_seconds,
    is_requester_message,
    is_human_contact,
    is_human_contact
    and (
        event_type in ('call', 'chat')
        or not coalesce(follows_contact, false)
        or coalesce(previous_agent_key, 'somebody') <> coalesce(agent_key, 'somebody')
    ) as is_new_contact,
    coalesce(follows_contact <> is_human_contact, true) as is_turn
from conversation

union all

select
    ticket_key,
    event_number,
    source,
    occurred_at,
    event_type,
    case when is_bot then 'bot' else actor_type end as actor_type,
    agent_key,
    is_public,
    to_value,
    duration_seconds,
    is_requester_message,
    is_human_contact,
    false as is_new_contact,
    false as is_turn
from flagged
where not (is_requester_message or is_human_contact)
