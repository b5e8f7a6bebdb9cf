-- Zendesk's end users; key: source, requester_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, user_id
            order by updated_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.zendesk_users
)

select
    source,
    user_id as requester_id,
    updated_at,
    organization_id,
    cast(created_at as date) as created_on
from versions
where version_rank = 1
    and role = 'end-user'
