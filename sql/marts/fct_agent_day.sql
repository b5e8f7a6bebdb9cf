-- One row per agent and day with a roster or work, up to now: output, handling, hours; key: agent_key, day (in the reporting zone).
-- Scheduled time is what the roster holds but leave; what lies ahead of now is not worked yet.
with

solved as (
    select
        solving_agent_key as agent_key,
        cast(first_solved_local_at as date) as day,
        count(*) as tickets_solved,
        sum(effort_expected_points) as solved_points,
        sum(effort_expected_points * effort_expected_points) as solved_points_squared
    from fct_ticket
    where is_eligible and is_solved and solving_agent_key is not null
    group by 1, 2
),

sources_with_effort as (
    select distinct source
    from fct_ticket
    where effort_expected_points is not null
),

-- Where a ticket has logged time, the log is its handling; elsewhere the estimate.
handled as (
    select
        fct_time_entry.agent_key,
        cast(to_local(fct_time_entry.started_at, build_clock.reporting_time_zone) as date) as day,
        sum(case when fct_time_entry.entry_kind = 'logged' then fct_time_entry.handling_seconds else 0 end) as logged_seconds,
        sum(case when fct_time_entry.entry_kind = 'estimated' then fct_time_entry.handling_seconds else 0 end)
            as estimated_seconds,
        sum(case when fct_time_entry.entry_kind = fct_ticket.handling_kind then fct_time_entry.handling_seconds else 0 end)
            as handling_seconds
    from fct_time_entry
    cross join build_clock
    inner join fct_ticket
        on fct_ticket.ticket_key = fct_time_entry.ticket_key
    where fct_time_entry.agent_key is not null
    group by 1, 2
),

rostered as (
    select
        stg_roster.agent_key,
        stg_roster.activity,
        cast(to_local(stg_roster.starts_at, build_clock.reporting_time_zone) as date) as day,
        seconds_between(stg_roster.starts_at, least(stg_roster.ends_at, build_clock.as_of)) as seconds
    from stg_roster
    cross join build_clock
    where stg_roster.starts_at < build_clock.as_of
),

scheduled as (
    select
        agent_key,
        day,
        sum(case when activity <> 'leave' then seconds else 0 end) as scheduled_seconds,
        sum(case when activity = 'tickets' then seconds else 0 end) as scheduled_ticket_seconds,
        sum(case when activity = 'training' then seconds else 0 end) as training_seconds,
        sum(case when activity = 'meeting' then seconds else 0 end) as meeting_seconds,
        sum(case when activity = 'documentation' then seconds else 0 end) as documentation_seconds
    from rostered
    group by 1, 2
),

statuses as (
    select
        stg_agent_status.agent_key,
        stg_agent_status.status,
        cast(to_local(stg_agent_status.started_at, build_clock.reporting_time_zone) as date) as day,
        seconds_between(
            stg_agent_status.started_at,
            least(coalesce(stg_agent_status.ended_at, build_clock.as_of), build_clock.as_of)
        ) as seconds
    from stg_agent_status
    cross join build_clock
    where stg_agent_status.started_at < build_clock.as_of
),

stood_by as (
    select
        agent_key,
        day,
        sum(case when status = 'handling' then seconds else 0 end) as serving_seconds,
        sum(case when status = 'available' then seconds else 0 end) as available_seconds
    from statuses
    group by 1, 2
),

agent_days as (
    select
        agent_key,
        day
    from int_agent_action_day
    union
    select
        agent_key,
        day
    from solved
    union
    select
        agent_key,
        day
    from handled
    union
    select
        agent_key,
        day
    from scheduled
    union
    select
        agent_key,
        day
    from stood_by
),

-- Days worked without one off between them have the same distance from their number.
runs as (
    select
        agent_key,
        day,
        row_number() over (
            partition by agent_key, begins
            order by day
        ) as days_in_a_row
    from (
        select
            agent_key,
            day,
            add_days(day, -row_number() over (
                partition by agent_key
                order by day
            )) as begins
        from int_agent_action_day
    ) as worked
),

days as (
    select
        agent_days.agent_key,
        agent_days.day,
        dim_agent.source,
        dim_agent.team_key,
        dim_agent.role,
        coalesce(actions.actions, 0) as actions,
        coalesce(actions.replies, 0) as replies,
        coalesce(actions.tickets_touched, 0) as tickets_touched,
        coalesce(actions.after_hours_actions, 0) as after_hours_actions,
        coalesce(actions.weekend_actions, 0) as weekend_actions,
        actions.context_switches,
        runs.days_in_a_row,
        coalesce(solved.tickets_solved, 0) as tickets_solved,
        case when sources_with_effort.source is not null then coalesce(solved.solved_points, 0) end as solved_points,
        case when sources_with_effort.source is not null then coalesce(solved.solved_points_squared, 0) end as solved_points_squared,
        handled.logged_seconds,
        handled.estimated_seconds,
        handled.handling_seconds,
        scheduled.scheduled_seconds,
        scheduled.scheduled_ticket_seconds,
        scheduled.training_seconds,
        scheduled.meeting_seconds,
        scheduled.documentation_seconds,
        stood_by.serving_seconds,
        stood_by.available_seconds,
        sum(handled.logged_seconds) over month as month_logged_seconds,
        sum(handled.handling_seconds) over month as month_handling_seconds,
        min(scheduled.day) over (partition by agent_days.agent_key) as rostered_from,
        max(scheduled.day) over (partition by agent_days.agent_key) as rostered_to
    from agent_days
    left join int_agent_action_day as actions
        on actions.agent_key = agent_days.agent_key
        and actions.day = agent_days.day
    left join runs
        on runs.agent_key = agent_days.agent_key
        and runs.day = agent_days.day
    left join solved
        on solved.agent_key = agent_days.agent_key
        and solved.day = agent_days.day
    left join handled
        on handled.agent_key = agent_days.agent_key
        and handled.day = agent_days.day
    left join scheduled
        on scheduled.agent_key = agent_days.agent_key
        and scheduled.day = agent_days.day
    left join stood_by
        on stood_by.agent_key = agent_days.agent_key
        and stood_by.day = agent_days.day
    left join dim_agent
        on dim_agent.agent_key = agent_days.agent_key
        and agent_days.day >= dim_agent.valid_from
        and agent_days.day < dim_agent.valid_to
    left join sources_with_effort
        on sources_with_effort.source = dim_agent.source
    window month as (partition by agent_days.agent_key, date_trunc('month', cast(agent_days.day as timestamp)))
)

select
    days.agent_key,
    days.day,
    cast(days.day as timestamp) as day_local_at,
    days.source,
    days.team_key,
    days.role,
    days.actions,
    cast(days.replies as bigint) as replies,
    days.tickets_touched,
    cast(days.after_hours_actions as bigint) as after_hours_actions,
    cast(days.weekend_actions as bigint) as weekend_actions,
    cast(days.context_switches as bigint) as context_switches,
    days.days_in_a_row,
    days.tickets_solved,
    cast(days.solved_points as bigint) as solved_points,
    cast(days.solved_points_squared as bigint) as solved_points_squared,
    cast(days.logged_seconds as bigint) as logged_seconds,
    cast(days.estimated_seconds as bigint) as estimated_seconds,
    cast(days.handling_seconds as bigint) as handling_seconds,
    cast(days.scheduled_seconds as bigint) as scheduled_seconds,
    cast(days.scheduled_ticket_seconds as bigint) as scheduled_ticket_seconds,
    cast(days.training_seconds as bigint) as training_seconds,
    cast(days.meeting_seconds as bigint) as meeting_seconds,
    cast(days.documentation_seconds as bigint) as documentation_seconds,
    cast(days.serving_seconds as bigint) as serving_seconds,
    cast(days.available_seconds as bigint) as available_seconds,
    case when days.is_rostered then coalesce(days.scheduled_seconds, 0) / 3600.0 * cfg_setting.loaded_rate_per_hour end
        as scheduled_cost,
    days.is_rostered,
    coalesce(days.scheduled_seconds, 0) > 0 as is_scheduled,
    coalesce(days.serving_seconds, 0) + coalesce(days.available_seconds, 0) > 0 as has_availability,
    -- Who logs calls only and writes letters all day would look idle: a month counts where four fifths are logged.
    coalesce(days.month_logged_seconds > 0 and days.month_logged_seconds >= 0.8 * days.month_handling_seconds, false)
        as is_handling_logged
from (
    select
        *,
        coalesce(day between rostered_from and rostered_to, false) as is_rostered
    from days
) as days
cross join cfg_setting
