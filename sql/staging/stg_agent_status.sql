-- One row per spell of an agent in a status of the telephone or chat desk; key: agent_key, started_at.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, agent_id, started_at
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_agent_statuses
)

select
    source || ':' || agent_id as agent_key,
    started_at,
    ended_at,
    status
from versions
where version_rank = 1
