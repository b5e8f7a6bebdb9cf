-- One row per spell of a ticket in one status with one team and agent, on the clock and in numbers only;
-- key: ticket_key, interval_number; in slices of tickets. Codes and numbers are those of int_status_change.
-- business_seconds_before is the ticket's own business clock: the schedules of the teams that held it, in turn.
with

placed as (
    select
        changes.*,
        to_local(changes.started_at, teams.time_zone) as started_team_local_at,
        to_local(coalesce(changes.ended_at, build_clock.as_of), teams.time_zone) as ended_team_local_at,
        coalesce(changes.ended_at, build_clock.as_of) as measured_until
    from int_status_change as changes
    cross join build_clock
    inner join int_team_schedule as teams
        on teams.team_number = changes.team_number
),

clocked as (
    select
        placed.ticket_key,
        placed.interval_number,
        placed.event_number,
        placed.status_code,
        placed.previous_status_code,
        placed.team_number,
        placed.agent_number,
        placed.actor_number,
        placed.is_held_anew,
        placed.started_at,
        placed.ended_at,
        placed.measured_until,
        placed.started_team_local_at,
        cast(placed.started_team_local_at as date) as started_on,
        cast(placed.ended_team_local_at as date) as ended_on,
        started.business_seconds_before
        + coalesce(least(greatest(seconds_between(started.first_opens_at, placed.started_at), 0), started.first_open_seconds), 0)
        + coalesce(least(greatest(seconds_between(started.second_opens_at, placed.started_at), 0), started.second_open_seconds), 0)
            as started_clock_seconds,
        ended.business_seconds_before
        + coalesce(least(greatest(seconds_between(ended.first_opens_at, placed.measured_until), 0), ended.first_open_seconds), 0)
        + coalesce(least(greatest(seconds_between(ended.second_opens_at, placed.measured_until), 0), ended.second_open_seconds), 0)
            as ended_clock_seconds
    from placed
    left join int_team_clock as started
        on started.team_number = placed.team_number
        and started.day = cast(placed.started_team_local_at as date)
    left join int_team_clock as ended
        on ended.team_number = placed.team_number
        and ended.day = cast(placed.ended_team_local_at as date)
),

lived as (
    select
        *,
        status_code >= 4 and coalesce(previous_status_code, 0) < 4 as is_solve,
        status_code < 4 and coalesce(previous_status_code, 0) >= 4 as is_reopen
    from clocked
)

select
    ticket_key,
    interval_number,
    event_number,
    status_code,
    previous_status_code,
    team_number,
    agent_number,
    actor_number,
    started_at,
    ended_at,
    measured_until,
    started_team_local_at,
    -- Days follow one another also where a ticket moves between time zones: it ends each day with one holder, never with two.
    min(started_on) over from_now as started_on,
    case when ended_at is null then ended_on else min(started_on) over from_next end as ended_on,
    started_clock_seconds,
    ended_clock_seconds,
    is_solve,
    is_reopen,
    interval_number = 1 or is_held_anew as is_held_anew,
    cast(
        coalesce(sum(ended_clock_seconds - started_clock_seconds) over until_before, 0) as bigint
    ) as business_seconds_before,
    -- Who solved last, as (interval, person), and which team: credited with the solve, and with its coming back.
    max(case
        when is_solve then interval_number * 1000000 + case when actor_number > 0 then actor_number else agent_number end
    end) over until_now % 1000000 as solver_number,
    max(case when is_solve then interval_number * 100000 + team_number end) over until_now % 100000 as solving_team_number,
    -- A handoff is a change from one person to another; the step from a queue to the first person is none.
    agent_number > 0 and coalesce(
        max(case when agent_number > 0 then interval_number * 1000000 + agent_number end) over until_before % 1000000,
        agent_number
    ) <> agent_number as is_handoff
from lived
window
    from_now as (partition by ticket_key order by interval_number rows between current row and unbounded following),
    from_next as (partition by ticket_key order by interval_number rows between 1 following and unbounded following),
    until_now as (partition by ticket_key order by interval_number rows between unbounded preceding and current row),
    until_before as (partition by ticket_key order by interval_number rows between unbounded preceding and 1 preceding)
