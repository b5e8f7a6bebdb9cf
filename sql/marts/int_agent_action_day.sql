-- One row per agent and day (reporting zone) with actions: how many, at which hours, across how many categories; key: agent_key, day.
with

placed as (
    select
        actions.*,
        dim_agent.agent_key,
        cast(to_local(actions.occurred_at, dim_agent.time_zone) as date) as own_day
    from int_agent_action as actions
    inner join dim_agent
        on dim_agent.agent_number = actions.agent_number
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
    sum(placed.context_switches) as context_switches
from placed
left join int_agent_shift as shifts
    on shifts.agent_key = placed.agent_key
    and shifts.own_day = placed.own_day
    and placed.occurred_at >= shifts.starts_at
    and placed.occurred_at < shifts.ends_at
group by placed.agent_key, placed.day
