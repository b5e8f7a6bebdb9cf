-- One row per rostered spell of the last eight weeks and of all that is ahead; key: agent_key, starts_at.
-- Also those of days nobody can tell of yet: what is left of them says how many people the coming weeks have.
with

spells as (
    select
        stg_roster.agent_key,
        stg_roster.starts_at,
        stg_roster.ends_at,
        stg_roster.activity,
        cast(stg_roster.starts_at as date) as starts_on,
        build_clock.reporting_time_zone
    from stg_roster
    cross join build_clock
    where cast(stg_roster.starts_at as date) >= add_days(cast(build_clock.as_of as date), -57)
        and stg_roster.ends_at > stg_roster.starts_at
)

select
    spells.agent_key,
    dim_agent.source,
    dim_agent.team_key,
    spells.activity,
    spells.starts_at,
    spells.ends_at,
    to_local(spells.starts_at, spells.reporting_time_zone) as starts_local_at,
    to_local(spells.ends_at, spells.reporting_time_zone) as ends_local_at
from spells
inner join dim_agent
    on dim_agent.agent_key = spells.agent_key
    and spells.starts_on >= dim_agent.valid_from
    and spells.starts_on < dim_agent.valid_to
where dim_agent.team_key is not null
