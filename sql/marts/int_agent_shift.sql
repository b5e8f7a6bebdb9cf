-- One row per agent, day and working spell: the roster's, else that of the agent's hours; key: agent_key, own_day, starts_at.
-- Days are those of the zone the agent's hours are kept in. A break of up to an hour belongs to the spell.
with

rostered as (
    select
        agent_key,
        starts_at,
        ends_at,
        max(ends_at) over (
            partition by agent_key
            order by starts_at, ends_at
            rows between unbounded preceding and 1 preceding
        ) as busy_until
    from stg_roster
    where activity <> 'leave'
),

numbered as (
    select
        agent_key,
        starts_at,
        ends_at,
        sum(case when seconds_between(busy_until, starts_at) <= 3600 then 0 else 1 end) over (
            partition by agent_key
            order by starts_at, ends_at
            rows between unbounded preceding and current row
        ) as shift_number
    from rostered
),

shifts as (
    select
        agent_key,
        min(starts_at) as starts_at,
        max(ends_at) as ends_at
    from numbered
    group by agent_key, shift_number
),

zoned as (
    select
        shifts.agent_key,
        shifts.starts_at,
        shifts.ends_at,
        cast(to_local(shifts.starts_at, dim_agent.time_zone) as date) as first_day,
        cast(to_local(shifts.ends_at, dim_agent.time_zone) as date) as last_day
    from shifts
    inner join dim_agent
        on dim_agent.agent_key = shifts.agent_key
        and cast(shifts.starts_at as date) >= dim_agent.valid_from
        and cast(shifts.starts_at as date) < dim_agent.valid_to
),

-- As long as somebody is rostered, days of leave included, the roster alone says when they work.
spans as (
    select
        agent_key,
        cast(min(starts_at) as date) as first_day,
        cast(max(ends_at) as date) as last_day
    from stg_roster
    group by agent_key
),

unrostered as (
    select
        dim_agent.agent_key,
        clock.day,
        clock.first_opens_at as starts_at,
        add_seconds(clock.first_opens_at, clock.first_open_seconds) as ends_at,
        clock.second_opens_at,
        add_seconds(clock.second_opens_at, clock.second_open_seconds) as second_ends_at
    from dim_agent
    cross join build_clock
    inner join dim_business_clock as clock
        on clock.schedule_key = dim_agent.schedule_key
        and clock.day >= dim_agent.valid_from
        and clock.day < dim_agent.valid_to
    left join spans
        on spans.agent_key = dim_agent.agent_key
    where clock.first_open_seconds > 0
        and clock.day <= add_days(cast(build_clock.as_of as date), 1)
        and not coalesce(clock.day between spans.first_day and spans.last_day, false)
)

select
    zoned.agent_key,
    dim_date.day as own_day,
    zoned.starts_at,
    zoned.ends_at
from zoned
inner join dim_date
    on dim_date.day between zoned.first_day and zoned.last_day

union all

select
    agent_key,
    day as own_day,
    starts_at,
    case when seconds_between(ends_at, second_opens_at) <= 3600 then second_ends_at else ends_at end as ends_at
from unrostered

union all

select
    agent_key,
    day as own_day,
    second_opens_at as starts_at,
    second_ends_at as ends_at
from unrostered
where seconds_between(ends_at, second_opens_at) > 3600
