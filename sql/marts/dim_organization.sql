-- One row per customer organization, listed or only mentioned; key: organization_key.
with

listed as (
    select *
    from stg_organization
),

mentioned as (
    select distinct
        source,
        organization_id
    from stg_ticket
    where organization_id is not null
)

select
    coalesce(listed.organization_key, mentioned.source || ':' || mentioned.organization_id) as organization_key,
    coalesce(listed.source, mentioned.source) as source,
    coalesce(listed.name, mentioned.organization_id) as name,
    listed.segment,
    listed.plan,
    listed.created_on
from listed
full join mentioned
    on mentioned.source || ':' || mentioned.organization_id = listed.organization_key
