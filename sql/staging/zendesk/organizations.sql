-- Zendesk's organizations, newest version; key: source, organization_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, organization_id
            order by updated_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.zendesk_organizations
)

select
    source,
    organization_id,
    updated_at,
    name,
    segment,
    plan,
    cast(created_at as date) as created_on
from versions
where version_rank = 1
