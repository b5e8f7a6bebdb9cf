-- RT's tickets as the import format has them; key: source, ticket_id.
with

transactions as (
    select
        *,
        row_number() over (
            partition by source, transaction_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.request_tracker_transactions
),

-- A ticket that was merged answers as its survivor: of itself it has only its transactions.
told as (
    select
        source,
        ticket_id,
        min(case when what = 'created' then occurred_at end) as created_at,
        max(case when what = 'created' then actor_type end) as creator_type,
        max(case when what = 'merged' then new_value end) as merged_into_ticket_id
    from transactions
    where version_rank = 1
    group by source, ticket_id
),

versions as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by updated_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.request_tracker_tickets
)

select
    told.source,
    told.ticket_id,
    versions.updated_at,
    coalesce(told.created_at, versions.created_at) as created_at,
    versions.requester_key as requester_id,
    versions.category,
    versions.priority,
    versions.subject,
    case when told.creator_type = 'agent' then 'agent' else 'requester' end as initiated_by,
    coalesce(versions.status = 'deleted', false) as is_deleted,
    told.merged_into_ticket_id,
    case when versions.status <> 'deleted' then versions.status end as status,
    versions.queue_id as team_id,
    versions.owner as agent_id,
    versions.url
from told
left join versions
    on versions.source = told.source
    and versions.ticket_id = case when told.merged_into_ticket_id is null then told.ticket_id end
    and versions.version_rank = 1
where coalesce(told.created_at, versions.created_at) is not null
