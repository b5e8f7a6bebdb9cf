-- One row per day and organization, or everybody else; key: source, day, organization_key.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, day, nullif(organization_id, '')
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_activity
)

select
    source,
    day,
    case when nullif(organization_id, '') is not null then source || ':' || organization_id end as organization_key,
    active_customers,
    orders
from versions
where version_rank = 1
