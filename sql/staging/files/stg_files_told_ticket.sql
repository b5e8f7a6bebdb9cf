-- One row per ticket whose events were handed over; key: source, ticket_id.
select
    source,
    ticket_id,
    max(case when event_type in ('call', 'chat') then 1 else 0 end) = 1 as has_live_events
from raw.files_events
group by source, ticket_id
