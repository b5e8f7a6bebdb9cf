-- One row per ticket: how long its requester waited, how long the desk did, how long it was on hold; key: ticket_key.
select
    ticket_key,
    cast(sum(case when status <> 'pending' then calendar_seconds else 0 end) as bigint) as requester_wait_calendar_seconds,
    cast(sum(case when status <> 'pending' then business_seconds else 0 end) as bigint) as requester_wait_business_seconds,
    cast(sum(case when status = 'pending' then calendar_seconds else 0 end) as bigint) as agent_wait_calendar_seconds,
    cast(sum(case when status = 'pending' then business_seconds else 0 end) as bigint) as agent_wait_business_seconds,
    cast(sum(case when status = 'hold' then calendar_seconds else 0 end) as bigint) as on_hold_calendar_seconds,
    cast(sum(case when status = 'hold' then business_seconds else 0 end) as bigint) as on_hold_business_seconds
from fct_ticket_status
group by ticket_key
