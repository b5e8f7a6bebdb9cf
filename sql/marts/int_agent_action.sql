-- One row per agent action, in the order the agent acted, in numbers only; key: ticket_key, event_number.
with

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
),

actions as (
    select
        agents.agent_number,
        events.ticket_key,
        events.event_number,
        events.occurred_at,
        events.is_human_contact,
        stg_ticket.category,
        cast(to_local(events.occurred_at, build_clock.reporting_time_zone) as date) as day
    from fct_ticket_event as events
    cross join build_clock
    inner join agents
        on agents.agent_key = events.agent_key
    inner join stg_ticket
        on stg_ticket.ticket_key = events.ticket_key
    where events.actor_type = 'agent'
)

select
    agent_number,
    ticket_key,
    event_number,
    occurred_at,
    day,
    is_human_contact,
    seconds_between(lag(occurred_at) over life, occurred_at) as seconds_since_previous_action,
    -- Where no category is known nobody can tell a switch; a new day begins without one.
    case
        when category <> lag(category) over life and lag(day) over life = day then 1
        when category is not null then 0
    end as context_switches
from actions
window life as (partition by agent_number order by occurred_at, ticket_key, event_number)
