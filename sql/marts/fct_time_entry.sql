-- One row per logged spell of handling, or per agent action with the handling estimated from it;
-- key: entry_kind, ticket_key, entry_id.
-- Estimate: the gap since the agent's previous action on any ticket, at most 15 minutes; 2 minutes after a longer pause.
with

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
),

entries as (
    select
        stg_ticket.surviving_ticket_key as ticket_key,
        stg_time_entry.source || ':' || stg_time_entry.time_entry_id as entry_id,
        stg_time_entry.agent_key,
        stg_time_entry.started_at,
        stg_time_entry.activity,
        stg_time_entry.handling_seconds
    from stg_time_entry
    inner join stg_ticket
        on stg_ticket.source = stg_time_entry.source
        and stg_ticket.ticket_id = stg_time_entry.ticket_id
        and stg_ticket.surviving_ticket_key is not null
),

contacts as (
    select
        stg_ticket.surviving_ticket_key as ticket_key,
        stg_contact.source || ':' || stg_contact.contact_id as entry_id,
        stg_contact.agent_key,
        stg_contact.answered_at as started_at,
        'talk, hold and wrap-up' as activity,
        coalesce(stg_contact.talk_seconds, 0) + coalesce(stg_contact.hold_seconds, 0) + coalesce(stg_contact.wrap_up_seconds, 0)
            as handling_seconds
    from stg_contact
    inner join stg_ticket
        on stg_ticket.source = stg_contact.source
        and stg_ticket.ticket_id = stg_contact.ticket_id
        and stg_ticket.surviving_ticket_key is not null
    where stg_contact.talk_seconds is not null
),

-- A call lasts as long as it lasts; a chat shares its minutes with others, so its length is no handling.
calls as (
    select
        ticket_key,
        as_text(event_number) as entry_id,
        agent_key,
        occurred_at as started_at,
        'talk' as activity,
        duration_seconds as handling_seconds
    from fct_ticket_event
    where event_type = 'call' and actor_type = 'agent' and duration_seconds is not null
),

-- The fullest record a ticket has is its log: time entries, else contact records, else the length of its calls.
logged as (
    select *
    from entries
    union all
    select contacts.*
    from contacts
    left join (select distinct ticket_key from entries) as told
        on told.ticket_key = contacts.ticket_key
    where told.ticket_key is null
    union all
    select calls.*
    from calls
    left join (
        select ticket_key from entries
        union
        select ticket_key from contacts
    ) as told
        on told.ticket_key = calls.ticket_key
    where told.ticket_key is null
)

select
    'logged' as entry_kind,
    entry_id,
    ticket_key,
    agent_key,
    started_at,
    activity,
    cast(handling_seconds as bigint) as handling_seconds
from logged

union all

select
    'estimated' as entry_kind,
    as_text(actions.event_number) as entry_id,
    actions.ticket_key,
    agents.agent_key,
    actions.occurred_at as started_at,
    'action' as activity,
    case when actions.seconds_since_previous_action <= 900 then actions.seconds_since_previous_action else 120 end
        as handling_seconds
from int_agent_action as actions
inner join agents
    on agents.agent_number = actions.agent_number
