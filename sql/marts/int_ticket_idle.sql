-- One row per ticket that lay in somebody's hands before the first solve: for how many business seconds; key: ticket_key.
-- Held, it lies once nothing has happened to it for longer than a business day of its team.
with

schedules as (
    select
        schedule_key,
        cast(
            sum(first_open_seconds + second_open_seconds)
            / nullif(sum(case when first_open_seconds > 0 then 1 else 0 end), 0) as bigint
        ) as day_seconds
    from dim_business_clock
    group by schedule_key
),

-- A spell that knows no solver yet comes before the first solve.
spells as (
    select
        ticket_key,
        interval_number,
        event_number,
        team_number,
        ended_at,
        ended_clock_seconds - started_clock_seconds as business_seconds
    from int_status_spell
    where solver_number is null and ended_at is not null and agent_number > 0
),

-- Only a spell longer than a business day can hide a silence that long.
long_spells as (
    select
        spells.ticket_key,
        spells.interval_number,
        spells.event_number,
        spells.team_number,
        spells.ended_at,
        schedules.day_seconds,
        teams.time_zone
    from spells
    inner join int_team_schedule as teams
        on teams.team_number = spells.team_number
    inner join schedules
        on schedules.schedule_key = teams.schedule_key
    where spells.business_seconds > schedules.day_seconds
),

silences as (
    select
        long_spells.team_number,
        long_spells.time_zone,
        long_spells.day_seconds,
        long_spells.ticket_key,
        events.occurred_at as silent_from,
        coalesce(
            lead(events.occurred_at) over (
                partition by long_spells.ticket_key, long_spells.interval_number
                order by events.event_number
            ),
            long_spells.ended_at
        ) as silent_until
    from long_spells
    inner join fct_ticket_event as events
        on events.ticket_key = long_spells.ticket_key
        and events.event_number >= long_spells.event_number
        and events.occurred_at < long_spells.ended_at
),

-- Every instant is within the clock; as left joins they are not multiplied with one another first.
clocked as (
    select
        silences.ticket_key,
        silences.day_seconds,
        clock_from.business_seconds_before
        + coalesce(least(greatest(seconds_between(clock_from.first_opens_at, silences.silent_from), 0), clock_from.first_open_seconds), 0)
        + coalesce(
            least(greatest(seconds_between(clock_from.second_opens_at, silences.silent_from), 0), clock_from.second_open_seconds), 0
        ) as clock_from_seconds,
        clock_until.business_seconds_before
        + coalesce(
            least(greatest(seconds_between(clock_until.first_opens_at, silences.silent_until), 0), clock_until.first_open_seconds), 0
        )
        + coalesce(
            least(greatest(seconds_between(clock_until.second_opens_at, silences.silent_until), 0), clock_until.second_open_seconds), 0
        ) as clock_until_seconds
    from silences
    left join int_team_clock as clock_from
        on clock_from.team_number = silences.team_number
        and clock_from.day = cast(to_local(silences.silent_from, silences.time_zone) as date)
    left join int_team_clock as clock_until
        on clock_until.team_number = silences.team_number
        and clock_until.day = cast(to_local(silences.silent_until, silences.time_zone) as date)
    where seconds_between(silences.silent_from, silences.silent_until) > silences.day_seconds
)

select
    ticket_key,
    cast(sum(greatest(clock_until_seconds - clock_from_seconds - day_seconds, 0)) as bigint) as silent_business_seconds
from clocked
group by ticket_key
