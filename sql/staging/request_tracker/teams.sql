-- Queues of RT; key: source, team_id.
with

newest as (
    select
        *,
        row_number() over (
            partition by source, queue_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.request_tracker_queues
)

select
    source,
    queue_id as team_id,
    name,
    tier,
    is_triage
from newest
where version_rank = 1
