-- One row per spell of a ticket in one status, held by one team and agent; key: ticket_key, interval_number.
-- business_seconds_before is the ticket's own business clock: the schedules of the teams that held it, in turn.
with

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
),

placed as (
    select
        changes.*,
        coalesce(dim_team.schedule_key, cfg_setting.default_schedule_key) as schedule_key,
        to_local(changes.started_at, coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone)) as started_team_local_at,
        to_local(
            coalesce(changes.ended_at, build_clock.as_of),
            coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone)
        ) as ended_team_local_at,
        coalesce(changes.ended_at, build_clock.as_of) as measured_until
    from int_status_change as changes
    cross join build_clock
    cross join cfg_setting
    left join dim_team
        on dim_team.team_number = changes.team_number
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
        placed.started_at,
        placed.ended_at,
        placed.measured_until,
        placed.started_team_local_at,
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
    left join dim_business_clock as started
        on started.schedule_key = placed.schedule_key
        and started.day = cast(placed.started_team_local_at as date)
    left join dim_business_clock as ended
        on ended.schedule_key = placed.schedule_key
        and ended.day = cast(placed.ended_team_local_at as date)
),

lived as (
    select
        *,
        ended_clock_seconds - started_clock_seconds as business_seconds,
        coalesce(sum(ended_clock_seconds - started_clock_seconds) over (
            partition by ticket_key
            order by interval_number
            rows between unbounded preceding and 1 preceding
        ), 0) as business_seconds_before,
        -- Who solved last, as (interval, person): credited with the solve, and with its coming back.
        max(case
            when status_code >= 4 and coalesce(previous_status_code, 0) < 4
                then interval_number * 1000000 + case when actor_number > 0 then actor_number else agent_number end
        end) over (
            partition by ticket_key
            order by interval_number
            rows between unbounded preceding and current row
        ) % 1000000 as solver_number
    from clocked
)

select
    lived.ticket_key,
    lived.interval_number,
    lived.event_number,
    case lived.status_code
        when 0 then 'new' when 1 then 'open' when 2 then 'pending' when 3 then 'hold' when 4 then 'solved' else 'closed'
    end as status,
    case lived.previous_status_code
        when 0 then 'new' when 1 then 'open' when 2 then 'pending' when 3 then 'hold' when 4 then 'solved' when 5 then 'closed'
    end as previous_status,
    dim_team.team_key,
    agents.agent_key,
    actors.agent_key as actor_agent_key,
    credited.agent_key as credited_agent_key,
    coalesce(dim_team.schedule_key, cfg_setting.default_schedule_key) as schedule_key,
    coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone) as time_zone,
    lived.started_at,
    lived.ended_at,
    to_local(lived.started_at, build_clock.reporting_time_zone) as started_local_at,
    lived.started_team_local_at,
    cast(lived.started_team_local_at as date) as started_on,
    case when lived.ended_at is not null then lived.ended_on end as ended_on,
    seconds_between(lived.started_at, lived.measured_until) as calendar_seconds,
    lived.business_seconds,
    cast(lived.business_seconds_before as bigint) as business_seconds_before,
    lived.started_clock_seconds,
    lived.status_code < 4 as is_open,
    lived.status_code <= 1 as is_waiting_on_us,
    lived.status_code >= 4 and coalesce(lived.previous_status_code, 0) < 4 as is_solve,
    lived.status_code < 4 and coalesce(lived.previous_status_code, 0) >= 4 as is_reopen
from lived
cross join build_clock
cross join cfg_setting
left join dim_team
    on dim_team.team_number = lived.team_number
left join agents
    on agents.agent_number = lived.agent_number
left join agents as actors
    on actors.agent_number = lived.actor_number
left join agents as credited
    on credited.agent_number = case
        when lived.status_code >= 4 or coalesce(lived.previous_status_code, 0) >= 4
            then coalesce(nullif(lived.solver_number, 0), lived.agent_number)
        else lived.agent_number
    end
