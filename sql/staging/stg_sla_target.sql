-- One row per target applied to a ticket; key: source, ticket_id, target_type, applied_at.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, ticket_id, target_type, applied_at
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_sla_targets
)

select
    source,
    ticket_id,
    target_type,
    applied_at,
    cast(target_seconds as bigint) as target_seconds,
    coalesce(is_business_clock, false) as is_business_clock,
    cancelled_at,
    policy
from versions
where version_rank = 1
