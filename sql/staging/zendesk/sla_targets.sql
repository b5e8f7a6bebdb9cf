-- Service targets applied to Zendesk's tickets; key: source, ticket_id, target_type, applied_at.
with

targets as (
    select
        *,
        case
            when metric = 'reply_time' and instance_id <= 1 then 'first_reply'
            when metric = 'reply_time' then 'next_reply'
            when metric = 'requester_wait_time' then 'requester_wait'
            when metric = 'resolution_time' then 'resolution'
        end as target_type
    from raw.zendesk_sla_events
),

ranked as (
    select
        *,
        row_number() over (
            partition by source, ticket_id, target_type, occurred_at
            order by cast(sla_event_id as bigint) desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from targets
    -- Agent work time and update intervals have no like among our targets.
    where target_type is not null
)

select
    source,
    ticket_id,
    target_type,
    occurred_at as applied_at,
    target_seconds,
    is_business_clock,
    policy
from ranked
where version_rank = 1
