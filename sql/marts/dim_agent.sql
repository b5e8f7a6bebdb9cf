-- One row per agent and spell in a team and role (SCD2); key: agent_key, valid_from. valid_to is the day after the last.
with

listed as (
    select *
    from stg_agent
),

mentioned as (
    select distinct
        agent_key,
        source,
        actor_type
    from stg_event
    where agent_key is not null
    union
    select distinct
        source || ':' || to_value as agent_key,
        source,
        'agent' as actor_type
    from stg_event
    where event_type = 'agent' and to_value is not null
),

unlisted as (
    select
        mentioned.agent_key,
        mentioned.source,
        max(case when mentioned.actor_type = 'bot' then 'bot' else 'agent' end) as role
    from mentioned
    left join listed
        on listed.agent_key = mentioned.agent_key
    where listed.agent_key is null
    group by mentioned.agent_key, mentioned.source
),

spells as (
    select
        agent_key,
        source,
        name,
        team_key,
        role,
        joined_on,
        left_on,
        hours_per_week,
        schedule_key,
        is_deleted,
        valid_from,
        lead(valid_from) over (
            partition by agent_key
            order by valid_from
        ) as next_valid_from,
        row_number() over (
            partition by agent_key
            order by valid_from
        ) as spell_number
    from listed
    union all
    select
        agent_key,
        source,
        substr(agent_key, length(source) + 2) as name,
        as_text(null) as team_key,
        role,
        cast(null as date) as joined_on,
        cast(null as date) as left_on,
        as_double(null) as hours_per_week,
        as_text(null) as schedule_key,
        false as is_deleted,
        date '1900-01-01' as valid_from,
        cast(null as date) as next_valid_from,
        1 as spell_number
    from unlisted
)

-- Whoever keeps no hours of their own keeps the team's, without a team the desk's.
select
    spells.agent_key,
    dense_rank() over (order by spells.agent_key) as agent_number,
    spells.source,
    spells.name,
    spells.team_key,
    spells.role,
    spells.joined_on,
    spells.left_on,
    spells.hours_per_week,
    coalesce(own_hours.schedule_key, dim_team.schedule_key, cfg_setting.default_schedule_key) as schedule_key,
    coalesce(own_hours.time_zone, dim_team.time_zone, cfg_setting.default_schedule_time_zone) as time_zone,
    spells.is_deleted,
    -- Work done before the first listed spell still belongs to somebody.
    case when spells.spell_number = 1 then date '1900-01-01' else spells.valid_from end as valid_from,
    coalesce(spells.next_valid_from, date '9999-12-31') as valid_to,
    spells.next_valid_from is null as is_current
from spells
cross join cfg_setting
left join dim_team
    on dim_team.team_key = spells.team_key
left join int_schedule_zone as own_hours
    on own_hours.schedule_key = spells.schedule_key
