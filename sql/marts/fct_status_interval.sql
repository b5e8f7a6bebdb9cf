-- One row per spell of a ticket in one status, held by one team and agent; key: ticket_key, interval_number.
-- business_seconds_before is the ticket's own business clock: the schedules of the teams that held it, in turn.
with

-- The newest word on each attribute travels along as (event number, word): the largest is the latest.
said as (
    select
        ticket_key,
        event_number,
        source,
        occurred_at,
        actor_type,
        agent_key as actor_agent_key,
        max(case
            when event_type = 'created' then lpad(cast(event_number as varchar), 8, '0') || 'new'
            when event_type = 'status' then lpad(cast(event_number as varchar), 8, '0') || to_value
        end) over life as status_said,
        max(case
            when event_type = 'team' then lpad(cast(event_number as varchar), 8, '0') || coalesce(to_value, '')
        end) over life as team_said,
        max(case
            when event_type = 'agent' then lpad(cast(event_number as varchar), 8, '0') || coalesce(to_value, '')
        end) over life as agent_said
    from fct_ticket_event
    where event_type in ('created', 'team', 'agent') or (event_type = 'status' and to_value is not null)
    window life as (partition by ticket_key order by event_number rows between unbounded preceding and current row)
),

states as (
    select
        ticket_key,
        event_number,
        source,
        occurred_at,
        actor_type,
        actor_agent_key,
        coalesce(substr(status_said, 9), 'new') as status,
        source || ':' || nullif(substr(team_said, 9), '') as team_key,
        source || ':' || nullif(substr(agent_said, 9), '') as agent_key
    from said
),

changes as (
    select
        *,
        lag(status) over life as previous_status,
        lag(coalesce(team_key, '')) over life as previous_team_key,
        lag(coalesce(agent_key, '')) over life as previous_agent_key
    from states
    window life as (partition by ticket_key order by event_number)
),

intervals as (
    select
        changes.ticket_key,
        row_number() over life as interval_number,
        changes.event_number,
        changes.status,
        changes.previous_status,
        changes.team_key,
        changes.agent_key,
        changes.actor_type,
        changes.actor_agent_key,
        changes.occurred_at as started_at,
        lead(changes.occurred_at) over life as ended_at
    from changes
    where previous_status is null
        or previous_status <> status
        or previous_team_key <> coalesce(team_key, '')
        or previous_agent_key <> coalesce(agent_key, '')
    window life as (partition by changes.ticket_key order by changes.event_number)
),

placed as (
    select
        intervals.*,
        coalesce(dim_team.schedule_key, cfg_setting.default_schedule_key) as schedule_key,
        coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone) as time_zone,
        to_local(intervals.started_at, coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone))
            as started_team_local_at,
        to_local(
            coalesce(intervals.ended_at, build_clock.as_of),
            coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone)
        ) as ended_team_local_at,
        to_local(intervals.started_at, build_clock.reporting_time_zone) as started_local_at,
        coalesce(intervals.ended_at, build_clock.as_of) as measured_until
    from intervals
    cross join build_clock
    cross join cfg_setting
    left join dim_team
        on dim_team.team_key = intervals.team_key
),

clocked as (
    select
        placed.*,
        max(case
            when placed.status in ('solved', 'closed') and coalesce(placed.previous_status, 'new') not in ('solved', 'closed')
                then lpad(cast(placed.interval_number as varchar), 8, '0')
                    || coalesce(case when placed.actor_type = 'agent' then placed.actor_agent_key end, placed.agent_key, '')
        end) over (
            partition by placed.ticket_key
            order by placed.interval_number
            rows between unbounded preceding and current row
        ) as solver,
        started.business_seconds_before
        + coalesce(least(greatest(seconds_between(started.first_opens_at, placed.started_at), 0), started.first_open_seconds), 0)
        + coalesce(
            least(greatest(seconds_between(started.second_opens_at, placed.started_at), 0), started.second_open_seconds), 0
        )
            as started_clock_seconds,
        ended.business_seconds_before
        + coalesce(least(greatest(seconds_between(ended.first_opens_at, placed.measured_until), 0), ended.first_open_seconds), 0)
        + coalesce(
            least(greatest(seconds_between(ended.second_opens_at, placed.measured_until), 0), ended.second_open_seconds), 0
        )
            as ended_clock_seconds
    from placed
    left join dim_business_clock as started
        on started.schedule_key = placed.schedule_key
        and started.day = cast(placed.started_team_local_at as date)
    left join dim_business_clock as ended
        on ended.schedule_key = placed.schedule_key
        and ended.day = cast(placed.ended_team_local_at as date)
)

select
    ticket_key,
    interval_number,
    event_number,
    status,
    previous_status,
    team_key,
    agent_key,
    actor_type,
    actor_agent_key,
    -- Who solved is credited with the solve, and with its coming back.
    case
        when status in ('solved', 'closed') or coalesce(previous_status, 'new') in ('solved', 'closed')
            then coalesce(nullif(substr(solver, 9), ''), agent_key)
        else agent_key
    end as credited_agent_key,
    schedule_key,
    time_zone,
    started_at,
    ended_at,
    started_local_at,
    started_team_local_at,
    cast(started_team_local_at as date) as started_on,
    case when ended_at is not null then cast(ended_team_local_at as date) end as ended_on,
    seconds_between(started_at, measured_until) as calendar_seconds,
    ended_clock_seconds - started_clock_seconds as business_seconds,
    cast(coalesce(sum(ended_clock_seconds - started_clock_seconds) over (
        partition by ticket_key
        order by interval_number
        rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as business_seconds_before,
    started_clock_seconds,
    status not in ('solved', 'closed') as is_open,
    status in ('new', 'open') as is_waiting_on_us,
    status in ('solved', 'closed') and coalesce(previous_status, 'new') not in ('solved', 'closed') as is_solve,
    status not in ('solved', 'closed') and coalesce(previous_status, 'new') in ('solved', 'closed') as is_reopen
from clocked
