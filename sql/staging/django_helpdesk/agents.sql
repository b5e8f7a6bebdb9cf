-- Staff of django-helpdesk; key: source, agent_id, valid_from.
with

newest as (
    select
        *,
        row_number() over (
            partition by source, user_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.django_helpdesk_users
)

select
    source,
    user_id as agent_id,
    date '1900-01-01' as valid_from,
    name,
    cast(joined_at as date) as joined_on,
    not is_active as is_deleted
from newest
where version_rank = 1
    and is_staff
