-- Privileged users of RT; key: source, agent_id, valid_from.
with

newest as (
    select
        *,
        row_number() over (
            partition by source, login
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.request_tracker_agents
)

select
    source,
    login as agent_id,
    date '1900-01-01' as valid_from,
    name,
    case when is_bot then 'bot' else 'agent' end as role,
    is_disabled as is_deleted
from newest
where version_rank = 1
