-- One row per agent and day with a roster or work: output, handling, scheduled time; key: agent_key, day (in the reporting zone).
with

actions as (
    select
        fct_ticket_event.agent_key,
        cast(to_local(fct_ticket_event.occurred_at, build_clock.reporting_time_zone) as date) as day,
        count(*) as actions,
        sum(case when fct_ticket_event.is_human_contact then 1 else 0 end) as replies,
        count(distinct fct_ticket_event.ticket_key) as tickets_touched
    from fct_ticket_event
    cross join build_clock
    where fct_ticket_event.actor_type = 'agent' and fct_ticket_event.agent_key is not null
    group by 1, 2
),

solved as (
    select
        solving_agent_key as agent_key,
        cast(first_solved_local_at as date) as day,
        count(*) as tickets_solved
    from fct_ticket
    where is_eligible and is_solved and solving_agent_key is not null
    group by 1, 2
),

-- Where an agent's tickets have logged time, the log is the handling; elsewhere the estimate.
handled as (
    select
        fct_time_entry.agent_key,
        cast(to_local(fct_time_entry.started_at, build_clock.reporting_time_zone) as date) as day,
        sum(case when fct_time_entry.entry_kind = 'logged' then fct_time_entry.handling_seconds else 0 end) as logged_seconds,
        sum(case when fct_time_entry.entry_kind = 'estimated' then fct_time_entry.handling_seconds else 0 end)
            as estimated_seconds
    from fct_time_entry
    cross join build_clock
    where fct_time_entry.agent_key is not null
    group by 1, 2
),

scheduled as (
    select
        stg_roster.agent_key,
        cast(to_local(stg_roster.starts_at, build_clock.reporting_time_zone) as date) as day,
        sum(case when stg_roster.activity <> 'leave' then seconds_between(stg_roster.starts_at, stg_roster.ends_at) else 0 end)
            as scheduled_seconds,
        sum(case when stg_roster.activity = 'tickets' then seconds_between(stg_roster.starts_at, stg_roster.ends_at) else 0 end)
            as scheduled_ticket_seconds
    from stg_roster
    cross join build_clock
    group by 1, 2
),

agent_days as (
    select
agent_key,
day
from actions
    union
    select
agent_key,
day
from solved
    union
    select
agent_key,
day
from handled
    union
    select
agent_key,
day
from scheduled
)

select
    agent_days.agent_key,
    agent_days.day,
    dim_agent.team_key,
    coalesce(actions.actions, 0) as actions,
    coalesce(actions.replies, 0) as replies,
    coalesce(actions.tickets_touched, 0) as tickets_touched,
    coalesce(solved.tickets_solved, 0) as tickets_solved,
    cast(handled.logged_seconds as bigint) as logged_seconds,
    cast(handled.estimated_seconds as bigint) as estimated_seconds,
    cast(scheduled.scheduled_seconds as bigint) as scheduled_seconds,
    cast(scheduled.scheduled_ticket_seconds as bigint) as scheduled_ticket_seconds
from agent_days
left join actions
    on actions.agent_key = agent_days.agent_key
    and actions.day = agent_days.day
left join solved
    on solved.agent_key = agent_days.agent_key
    and solved.day = agent_days.day
left join handled
    on handled.agent_key = agent_days.agent_key
    and handled.day = agent_days.day
left join scheduled
    on scheduled.agent_key = agent_days.agent_key
    and scheduled.day = agent_days.day
left join dim_agent
    on dim_agent.agent_key = agent_days.agent_key
    and agent_days.day >= dim_agent.valid_from
    and agent_days.day < dim_agent.valid_to
