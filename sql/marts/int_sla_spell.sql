-- One row per promise that has run: the spell of the ticket in which it ran out, or else the last one in which it ran;
-- key: ticket_key, promise_number.
-- Reply targets run through; resolution pauses while pending or on hold, requester wait while pending only.
with

counted as (
    select
        promises.ticket_key,
        promises.promise_number,
        promises.target_seconds,
        promises.is_business_clock,
        spells.interval_number,
        spells.team_number,
        spells.started_clock_seconds,
        spells.ended_clock_seconds,
        greatest(spells.started_at, promises.runs_from) as counted_from,
        least(coalesce(spells.ended_at, promises.counts_until), promises.counts_until) as counted_until,
        -- A spell knows the clock at its own ends; only where a promise begins or ends within one is it read again.
        -- No day, no join: a calendar promise asks no business clock.
        promises.is_business_clock and promises.runs_from > spells.started_at as starts_within,
        promises.is_business_clock and (spells.ended_at is null or spells.ended_at > promises.counts_until) as ends_within
    from int_sla_promise as promises
    inner join int_status_spell as spells
        on spells.ticket_key = promises.ticket_key
        and spells.started_at < promises.counts_until
        and coalesce(spells.ended_at, promises.counts_until) > promises.runs_from
    where promises.target_type in ('first_reply', 'next_reply')
        or (promises.target_type = 'resolution' and spells.status_code <= 1)
        or (promises.target_type = 'requester_wait' and spells.status_code in (0, 1, 3))
),

placed as (
    select
        counted.*,
        case when counted.starts_within
                then cast(to_local(counted.counted_from, teams.time_zone) as date)
        end as day_from,
        case when counted.ends_within
                then cast(to_local(counted.counted_until, teams.time_zone) as date)
        end as day_until
    from counted
    inner join int_team_schedule as teams
        on teams.team_number = counted.team_number
),

clocked as (
    select
        placed.ticket_key,
        placed.promise_number,
        placed.target_seconds,
        placed.is_business_clock,
        placed.interval_number,
        placed.team_number,
        placed.counted_from,
        case
            when not placed.is_business_clock then 0
            when not placed.starts_within then coalesce(placed.started_clock_seconds, 0)
            else
                coalesce(clock_from.business_seconds_before, 0)
                + coalesce(
                    least(
                        greatest(seconds_between(clock_from.first_opens_at, placed.counted_from), 0),
                        clock_from.first_open_seconds
                    ),
                    0
                )
                + coalesce(
                    least(
                        greatest(seconds_between(clock_from.second_opens_at, placed.counted_from), 0),
                        clock_from.second_open_seconds
                    ),
                    0
                )
        end as clock_at_start,
        case
            when not placed.is_business_clock then seconds_between(placed.counted_from, placed.counted_until)
            when not placed.ends_within then coalesce(placed.ended_clock_seconds, 0)
            else
                coalesce(clock_until.business_seconds_before, 0)
                + coalesce(
                    least(
                        greatest(seconds_between(clock_until.first_opens_at, placed.counted_until), 0),
                        clock_until.first_open_seconds
                    ),
                    0
                )
                + coalesce(
                    least(
                        greatest(seconds_between(clock_until.second_opens_at, placed.counted_until), 0),
                        clock_until.second_open_seconds
                    ),
                    0
                )
        end as clock_at_end
    from placed
    left join int_team_clock as clock_from
        on clock_from.team_number = placed.team_number
        and clock_from.day = placed.day_from
    left join int_team_clock as clock_until
        on clock_until.team_number = placed.team_number
        and clock_until.day = placed.day_until
),

totals as (
    select
        ticket_key,
        promise_number,
        sum(clock_at_end - clock_at_start) as consumed_seconds,
        max(interval_number) as last_number
    from clocked
    group by ticket_key, promise_number
),

summed as (
    select
        clocked.*,
        clocked.clock_at_end - clocked.clock_at_start as own_seconds,
        totals.consumed_seconds,
        totals.last_number
    from clocked
    inner join totals
        on totals.ticket_key = clocked.ticket_key
        and totals.promise_number = clocked.promise_number
),

-- Where a promise ran out is looked for only if it did.
overrun as (
    select
        *,
        coalesce(sum(own_seconds) over (
            partition by ticket_key, promise_number
            order by interval_number
            rows between unbounded preceding and 1 preceding
        ), 0) as seconds_before,
        lag(interval_number) over (partition by ticket_key, promise_number order by interval_number) as previous_number
    from summed
    where consumed_seconds >= target_seconds
),

run as (
    select
        ticket_key,
        promise_number,
        team_number,
        is_business_clock,
        target_seconds,
        counted_from,
        clock_at_start,
        consumed_seconds,
        seconds_before
    from overrun
    where seconds_before + own_seconds >= target_seconds
        and (seconds_before < target_seconds or previous_number is null)
    union all
    select
        ticket_key,
        promise_number,
        team_number,
        is_business_clock,
        target_seconds,
        counted_from,
        clock_at_start,
        consumed_seconds,
        consumed_seconds - own_seconds as seconds_before
    from summed
    where consumed_seconds < target_seconds
        and interval_number = last_number
)

select
    run.ticket_key,
    run.promise_number,
    teams.schedule_key,
    run.is_business_clock,
    cast(run.consumed_seconds as bigint) as consumed_seconds,
    run.counted_from,
    cast(run.target_seconds - run.seconds_before as bigint) as seconds_to_go,
    cast(run.clock_at_start + run.target_seconds - run.seconds_before as bigint) as due_clock_seconds
from run
inner join int_team_schedule as teams
    on teams.team_number = run.team_number
