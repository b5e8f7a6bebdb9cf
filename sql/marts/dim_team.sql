-- One row per team, listed or only mentioned; key: team_key. A team keeps the hours and the day of its schedule's zone.
with

listed as (
    select *
    from stg_team
),

mentioned as (
    select
        source,
        to_value as team_id
    from stg_event
    where event_type = 'team' and to_value is not null
    union
    select
        source,
        substr(team_key, length(source) + 2) as team_id
    from stg_agent
    where team_key is not null
),

schedules as (
    select *
    from int_schedule_zone
),

settings as (
    select *
    from cfg_setting
),

teams as (
    select
        team_key,
        source,
        name,
        tier,
        is_triage,
        schedule_key
    from listed
    union all
    select
        mentioned.source || ':' || mentioned.team_id as team_key,
        mentioned.source,
        mentioned.team_id as name,
        cast(null as bigint) as tier,
        false as is_triage,
        as_text(null) as schedule_key
    from mentioned
    left join listed
        on listed.team_key = mentioned.source || ':' || mentioned.team_id
    where listed.team_key is null
)

select
    teams.team_key,
    row_number() over (order by teams.team_key) as team_number,
    teams.source,
    teams.name,
    coalesce(teams.tier, 1) as tier,
    teams.is_triage,
    coalesce(schedules.schedule_key, settings.default_schedule_key) as schedule_key,
    coalesce(schedules.time_zone, settings.default_schedule_time_zone) as time_zone
from teams
left join schedules
    on schedules.schedule_key = teams.schedule_key
cross join settings
