-- One row per ticket held under several schedules: its first reply on that of its first team alone; key: ticket_key.
with

-- A schedule by number: that of the first team that keeps it.
schedules as (
    select
        team_number,
        min(team_number) over (partition by schedule_key) as schedule_number
    from int_team_schedule
),

several as (
    select spells.ticket_key
    from int_status_spell as spells
    inner join schedules
        on schedules.team_number = spells.team_number
    where spells.measured_until > spells.started_at
    group by spells.ticket_key
    having min(schedules.schedule_number) <> max(schedules.schedule_number)
),

waits as (
    select
        several.ticket_key,
        conversation.human_clock_started_at as started_at,
        coalesce(conversation.first_reply_at, outcome.first_solved_at, build_clock.as_of) as ended_at,
        coalesce(dim_team.schedule_key, cfg_setting.default_schedule_key) as schedule_key,
        coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone) as time_zone
    from several
    cross join build_clock
    cross join cfg_setting
    inner join int_ticket_conversation as conversation
        on conversation.ticket_key = several.ticket_key
    inner join int_ticket_outcome as outcome
        on outcome.ticket_key = several.ticket_key
    left join dim_team
        on dim_team.team_key = outcome.first_team_key
)

select
    waits.ticket_key,
    ended.business_seconds_before
    + coalesce(least(greatest(seconds_between(ended.first_opens_at, waits.ended_at), 0), ended.first_open_seconds), 0)
    + coalesce(least(greatest(seconds_between(ended.second_opens_at, waits.ended_at), 0), ended.second_open_seconds), 0)
    - started.business_seconds_before
    - coalesce(least(greatest(seconds_between(started.first_opens_at, waits.started_at), 0), started.first_open_seconds), 0)
    - coalesce(least(greatest(seconds_between(started.second_opens_at, waits.started_at), 0), started.second_open_seconds), 0)
        as first_reply_business_seconds
from waits
inner join dim_business_clock as started
    on started.schedule_key = waits.schedule_key
    and started.day = cast(to_local(waits.started_at, waits.time_zone) as date)
inner join dim_business_clock as ended
    on ended.schedule_key = waits.schedule_key
    and ended.day = cast(to_local(waits.ended_at, waits.time_zone) as date)
