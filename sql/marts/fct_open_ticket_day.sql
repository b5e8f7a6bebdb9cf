-- One row per eligible ticket and day at whose end, in the day of the team that held it, it was not solved; key: ticket_key, day.
-- The last day ends with the build's clock. Each spell is unfolded by its length, so that no day is looked for.
-- In the order of day: who asks how it stood reads those days.
with

-- Hardly a ticket is put into another category: only those that are look for the one of the day.
moved as (
    select distinct ticket_key
    from int_category_spell
),

spells as (
    select
        spells.ticket_key,
        spells.interval_number,
        spells.status_code,
        spells.team_number,
        spells.agent_number,
        spells.started_at,
        spells.started_clock_seconds,
        spells.ended_clock_seconds,
        spells.started_on,
        fct_ticket.created_at,
        fct_ticket.category,
        moved.ticket_key is not null as is_moved,
        debts.active_seconds_before,
        debts.is_business_clock,
        debts.target_seconds,
        days_between(
            spells.started_on,
            case
                when spells.ended_at is null then add_days(cast(build_clock.local_as_of as date), 1)
                else least(spells.ended_on, add_days(cast(build_clock.local_as_of as date), 1))
            end
        ) as days
    from int_status_spell as spells
    cross join build_clock
    inner join fct_ticket
        on fct_ticket.ticket_key = spells.ticket_key
        and fct_ticket.is_eligible
    left join moved
        on moved.ticket_key = spells.ticket_key
    left join int_debt_spell as debts
        on debts.ticket_key = spells.ticket_key
        and debts.interval_number = spells.interval_number
    where spells.status_code < 4
        and (spells.ended_at is null or spells.ended_on > spells.started_on)
),

first_days as (
    select min(day) as first_day
    from dim_date
),

offsets as (
    select days_between(first_days.first_day, dim_date.day) as day_offset
    from dim_date
    cross join first_days
),

lengths as (
    select distinct days
    from spells
    where days > 0
),

unfolded as (
    select
        lengths.days,
        offsets.day_offset
    from lengths
    inner join offsets
        on offsets.day_offset < lengths.days
),

-- When a team's day ends, and what its business clock shows then.
day_ends as (
    select
        clock.team_number,
        clock.day,
        to_utc(cast(add_days(clock.day, 1) as timestamp), teams.time_zone) as ends_at,
        clock.business_seconds_before + clock.first_open_seconds + clock.second_open_seconds as clock_seconds
    from int_team_clock as clock
    inner join int_team_schedule as teams
        on teams.team_number = clock.team_number
),

standing as (
    select
        spells.*,
        add_days(spells.started_on, unfolded.day_offset) as day
    from spells
    inner join unfolded
        on unfolded.days = spells.days
),

placed as (
    select
        ticket_key,
        day,
        status_code,
        team_number,
        agent_number,
        category,
        created_at,
        started_at,
        started_clock_seconds,
        ended_clock_seconds,
        active_seconds_before,
        is_business_clock,
        target_seconds
    from standing
    where not is_moved
    union all
    select
        standing.ticket_key,
        standing.day,
        standing.status_code,
        standing.team_number,
        standing.agent_number,
        coalesce(homes.category, standing.category) as category,
        standing.created_at,
        standing.started_at,
        standing.started_clock_seconds,
        standing.ended_clock_seconds,
        standing.active_seconds_before,
        standing.is_business_clock,
        standing.target_seconds
    from standing
    left join int_category_spell as homes
        on homes.ticket_key = standing.ticket_key
        and homes.started_on <= standing.day
        and homes.ended_on > standing.day
    where standing.is_moved
),

aged as (
    select
        placed.ticket_key,
        placed.day,
        placed.status_code,
        placed.team_number,
        placed.agent_number,
        placed.category,
        seconds_between(placed.created_at, least(day_ends.ends_at, build_clock.as_of)) as age_seconds,
        coalesce(placed.active_seconds_before + case
            when placed.status_code > 1 then 0
            when placed.is_business_clock
                then case
                    when day_ends.ends_at > build_clock.as_of then placed.ended_clock_seconds
                    else day_ends.clock_seconds
                end - placed.started_clock_seconds
            else seconds_between(placed.started_at, least(day_ends.ends_at, build_clock.as_of))
        end > placed.target_seconds, false) as is_in_debt
    from placed
    cross join build_clock
    inner join day_ends
        on day_ends.team_number = placed.team_number
        and day_ends.day = placed.day
),

owed as (
    select
        ticket_key,
        add_days(day, 1) as next_day
    from aged
    where is_in_debt
),

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
)

select
    aged.ticket_key,
    aged.day,
    cast(aged.day as timestamp) as day_local_at,
    dim_team.team_key,
    agents.agent_key,
    aged.category,
    case aged.status_code when 0 then 'new' when 1 then 'open' when 2 then 'pending' else 'hold' end as status,
    aged.status_code <= 1 as is_waiting_on_us,
    aged.age_seconds,
    case
        when aged.age_seconds < 86400 then '00–01 days'
        when aged.age_seconds < 3 * 86400 then '01–03 days'
        when aged.age_seconds < 7 * 86400 then '03–07 days'
        when aged.age_seconds < 14 * 86400 then '07–14 days'
        when aged.age_seconds < 30 * 86400 then '14–30 days'
        else 'over 30 days'
    end as age_band,
    aged.is_in_debt,
    owed.ticket_key is not null as is_rolled_over
from aged
left join owed
    -- What is in no debt was not rolled over.
    on owed.ticket_key = case when aged.is_in_debt then aged.ticket_key end
    and owed.next_day = aged.day
left join dim_team
    on dim_team.team_number = aged.team_number
left join agents
    on agents.agent_number = aged.agent_number
order by aged.day
