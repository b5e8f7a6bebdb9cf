-- One row per logged spell of handling; key: source, time_entry_id.
with

-- No load holds an entry twice: only a source loaded more than once can have handed one over again.
reloaded as (
    select source
    from raw.files_time_entries
    group by source
    having min(_loaded_at) <> max(_loaded_at)
),

replaced as (
    select *
    from (
        select
            entries.source,
            entries.time_entry_id,
            entries._row_hash,
            row_number() over (
                partition by entries.source, entries.time_entry_id
                order by entries._loaded_at desc, entries._row_hash desc
            ) as version_rank
        from raw.files_time_entries as entries
        inner join reloaded
            on reloaded.source = entries.source
    ) as versions
    where version_rank > 1
)

select
    entries.source,
    entries.time_entry_id,
    entries.ticket_id,
    case when entries.agent_id is not null then entries.source || ':' || entries.agent_id end as agent_key,
    entries.started_at,
    entries.seconds as handling_seconds,
    coalesce(entries.activity, 'timer') as activity
from raw.files_time_entries as entries
left join replaced
    on replaced.source = entries.source
    and replaced.time_entry_id = entries.time_entry_id
    and replaced._row_hash = entries._row_hash
where replaced.source is null
