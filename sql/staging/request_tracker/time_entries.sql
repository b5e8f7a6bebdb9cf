-- Time agents logged in RT; key: source, time_entry_id.
with

newest as (
    select
        *,
        row_number() over (
            partition by source, transaction_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.request_tracker_transactions
)

select
    source,
    cast(transaction_id as varchar) as time_entry_id,
    ticket_id,
    actor_id as agent_id,
    occurred_at as started_at,
    seconds,
    'timer' as activity
from newest
where version_rank = 1
    and seconds > 0
    and actor_type = 'agent'
