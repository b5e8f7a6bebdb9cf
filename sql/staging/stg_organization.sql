-- One row per customer organization; key: organization_key.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, organization_id
            order by updated_at desc nulls last, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_organizations
)

select
    source || ':' || organization_id as organization_key,
    source,
    organization_id,
    coalesce(name, organization_id) as name,
    segment,
    plan,
    created_on
from versions
where version_rank = 1
