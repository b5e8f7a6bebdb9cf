-- One row per agent and spell in a team and role; key: agent_key, valid_from.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, agent_id, valid_from
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_agents
)

select
    source || ':' || agent_id as agent_key,
    source,
    agent_id,
    valid_from,
    coalesce(name, agent_id) as name,
    case when team_id is not null then source || ':' || team_id end as team_key,
    coalesce(role, 'agent') as role,
    joined_on,
    left_on,
    hours_per_week,
    time_zone,
    case when schedule_id is not null then source || ':' || schedule_id end as schedule_key,
    coalesce(is_deleted, false) as is_deleted
from versions
where version_rank = 1
