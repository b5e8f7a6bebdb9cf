-- One row per target applied to a ticket; key: source, ticket_id, target_type, applied_at.
with

-- No load holds a target twice: only a source loaded more than once can have handed one over again.
reloaded as (
    select source
    from raw.files_sla_targets
    group by source
    having min(_loaded_at) <> max(_loaded_at)
),

replaced as (
    select *
    from (
        select
            targets.source,
            targets.ticket_id,
            targets.target_type,
            targets.applied_at,
            targets._row_hash,
            row_number() over (
                partition by targets.source, targets.ticket_id, targets.target_type, targets.applied_at
                order by targets._loaded_at desc, targets._row_hash desc
            ) as version_rank
        from raw.files_sla_targets as targets
        inner join reloaded
            on reloaded.source = targets.source
    ) as versions
    where version_rank > 1
)

select
    targets.source,
    targets.ticket_id,
    targets.target_type,
    targets.applied_at,
    cast(targets.target_seconds as bigint) as target_seconds,
    coalesce(targets.is_business_clock, false) as is_business_clock,
    targets.cancelled_at,
    targets.policy
from raw.files_sla_targets as targets
left join replaced
    on replaced.source = targets.source
    and replaced.ticket_id = targets.ticket_id
    and replaced.target_type = targets.target_type
    and replaced.applied_at = targets.applied_at
    and replaced._row_hash = targets._row_hash
where replaced.source is null
