-- One row per scheduled spell of an agent; key: agent_key, starts_at.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, agent_id, starts_at
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_rosters
)

select
    source || ':' || agent_id as agent_key,
    starts_at,
    ends_at,
    activity
from versions
where version_rank = 1
