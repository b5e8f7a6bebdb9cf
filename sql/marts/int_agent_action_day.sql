-- One row per agent and day (reporting zone) with actions: how many, at which hours, across how many categories; key: agent_key, day.
with

actions as (
    select
        fct_ticket_event.agent_key,
        fct_ticket_event.ticket_key,
        fct_ticket_event.event_number,
        fct_ticket_event.occurred_at,
        fct_ticket_event.is_human_contact,
        stg_ticket.category,
        cast(to_local(fct_ticket_event.occurred_at, build_clock.reporting_time_zone) as date) as day
    from fct_ticket_event
    cross join build_clock
    inner join stg_ticket
        on stg_ticket.ticket_key = fct_ticket_event.ticket_key
    where fct_ticket_event.actor_type = 'agent' and fct_ticket_event.agent_key is not null
),

placed as (
    select
        actions.*,
        cast(to_local(actions.occurred_at, dim_agent.time_zone) as date) as own_day,
        lag(actions.category) over (
            partition by dim_agent.agent_number, actions.day
            order by actions.occurred_at, actions.ticket_key, actions.event_number
        ) as previous_category
    from actions
    inner join dim_agent
        on dim_agent.agent_key = actions.agent_key
        and actions.day >= dim_agent.valid_from
        and actions.day < dim_agent.valid_to
)

select
    placed.agent_key,
    placed.day,
    count(*) as actions,
    sum(case when placed.is_human_contact then 1 else 0 end) as replies,
    count(distinct placed.ticket_key) as tickets_touched,
    sum(case when shifts.own_day is null then 1 else 0 end) as after_hours_actions,
    sum(case when iso_weekday(placed.own_day) >= 6 then 1 else 0 end) as weekend_actions,
    -- Where no category is known nobody can tell a switch.
    sum(case when placed.category <> placed.previous_category then 1 when placed.category is not null then 0 end)
        as context_switches
from placed
left join int_agent_shift as shifts
    on shifts.agent_key = placed.agent_key
    and shifts.own_day = placed.own_day
    and placed.occurred_at >= shifts.starts_at
    and placed.occurred_at < shifts.ends_at
group by placed.agent_key, placed.day
