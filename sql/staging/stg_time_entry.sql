-- One row per logged spell of handling; key: source, time_entry_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, time_entry_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_time_entries
)

select
    source,
    time_entry_id,
    ticket_id,
    case when agent_id is not null then source || ':' || agent_id end as agent_key,
    started_at,
    seconds as handling_seconds,
    coalesce(activity, 'timer') as activity
from versions
where version_rank = 1
