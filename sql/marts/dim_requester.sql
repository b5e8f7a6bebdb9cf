-- One row per requester, under a pseudonym; key: requester_key.
with

listed as (
    select *
    from stg_requester
),

seen as (
    select
        source,
        requester_id,
        max(organization_id) as organization_id
    from stg_ticket
    where requester_id is not null
    group by source, requester_id
)

select
    md5(coalesce(listed.source, seen.source) || ':' || coalesce(listed.requester_id, seen.requester_id)) as requester_key,
    coalesce(listed.source, seen.source) as source,
    coalesce(listed.source, seen.source) || ':' || coalesce(listed.organization_id, seen.organization_id) as organization_key,
    listed.created_on
from listed
full join seen
    on seen.source = listed.source
    and seen.requester_id = listed.requester_id
