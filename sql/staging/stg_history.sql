-- One row per source that tells what happened to its tickets, and not only how they stand; key: source.
-- An event log of states alone cannot tell of messages, nor of escalations where its teams have no tiers.
with

logs as (
    select
        source,
        1 as tells_messages
    from raw.files_events
    group by source
    union all
    select
        source,
        0 as tells_messages
    from raw.files_snapshots
    group by source
),

tiers as (
    select
        source,
        max(tier) as highest_tier
    from stg_team
    group by source
)

select
    logs.source,
    max(logs.tells_messages) = 1 as has_messages,
    max(logs.tells_messages) = 1 or coalesce(max(tiers.highest_tier), 1) > 1 as has_escalations
from logs
left join tiers
    on tiers.source = logs.source
group by logs.source
