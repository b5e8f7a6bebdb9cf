-- One row per requester; key: source, requester_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, requester_id
            order by updated_at desc nulls last, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_requesters
)

select
    source,
    requester_id,
    organization_id,
    created_on
from versions
where version_rank = 1
