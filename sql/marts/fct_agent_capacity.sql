-- One row per agent of now with a rostered past: the points they can finish today and hold already; key: agent_key.
-- Capacity: their own median of points finished a rostered day of the last 56, times today's share of their usual ticket time.
with

held as (
    select
        fct_open_ticket.agent_key,
        sum(fct_ticket.effort_expected_points) as held_points
    from fct_open_ticket
    inner join fct_ticket
        on fct_ticket.ticket_key = fct_open_ticket.ticket_key
    where fct_open_ticket.is_waiting_on_us and fct_open_ticket.agent_key is not null
    group by fct_open_ticket.agent_key
),

usual as (
    select
        fct_agent_day.agent_key,
        percentile_cont(0.5) within group (order by as_double(fct_agent_day.solved_points)) as points_a_day,
        percentile_cont(0.5) within group (order by as_double(fct_agent_day.scheduled_ticket_seconds))
            as seconds_a_day
    from fct_agent_day
    cross join build_clock
    where fct_agent_day.scheduled_ticket_seconds > 0
        and fct_agent_day.solved_points is not null
        and fct_agent_day.day >= add_days(cast(build_clock.local_as_of as date), -56)
        and fct_agent_day.day < cast(build_clock.local_as_of as date)
    group by fct_agent_day.agent_key
),

today as (
    select
        stg_roster.agent_key,
        sum(seconds_between(stg_roster.starts_at, stg_roster.ends_at)) as rostered_seconds
    from stg_roster
    cross join build_clock
    where stg_roster.activity = 'tickets'
        and cast(to_local(stg_roster.starts_at, build_clock.reporting_time_zone) as date) = cast(build_clock.local_as_of as date)
    group by stg_roster.agent_key
),

agents as (
    select
        dim_agent.agent_key,
        dim_agent.source,
        dim_agent.team_key,
        build_clock.as_of,
        build_clock.local_as_of,
        coalesce(held.held_points, 0) as active_load_points,
        usual.points_a_day * coalesce(today.rostered_seconds, 0) / usual.seconds_a_day as capacity_points
    from dim_agent
    cross join build_clock
    inner join usual
        on usual.agent_key = dim_agent.agent_key
    left join today
        on today.agent_key = dim_agent.agent_key
    left join held
        on held.agent_key = dim_agent.agent_key
    where dim_agent.is_current
        and dim_agent.role <> 'bot'
        and coalesce(dim_agent.left_on >= cast(build_clock.local_as_of as date), true)
)

select
    agent_key,
    source,
    team_key,
    as_of as told_at,
    local_as_of as told_local_at,
    as_double(active_load_points) as active_load_points,
    as_double(capacity_points) as capacity_points,
    as_double(capacity_points - active_load_points) as bandwidth_points
from agents
