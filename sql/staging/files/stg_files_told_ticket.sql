-- One row per ticket whose events were handed over; key: source, ticket_id.
select
    source,
    ticket_id,
    max(case when event_type in ('call', 'chat') then 1 else 0 end) = 1 as has_live_events,
    max(case when event_type = 'created' and actor_type = 'agent' then 1 else 0 end) = 1 as is_opened_by_agent
from stg_files_told_event
group by source, ticket_id
