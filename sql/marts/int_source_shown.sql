-- One row per source: what it shows of how its tickets are worked; key: source.
-- One that never shows a pause cannot tell how long one lasts; one that never says who holds a ticket, nor how it lies.
-- One that shows no handling at all has none to report; one that does spent nothing where nobody acted.
select
    tickets.source,
    max(case when handling.ticket_key is not null then 1 else 0 end) = 1 as has_handling,
    coalesce(max(waits.agent_wait_calendar_seconds), 0) > 0 as has_pending,
    coalesce(max(waits.on_hold_calendar_seconds), 0) > 0 as has_hold,
    max(case when outcome.first_assigned_at is not null then 1 else 0 end) = 1 as has_holders
from stg_ticket as tickets
left join int_ticket_handling as handling
    on handling.ticket_key = tickets.ticket_key
left join int_ticket_wait as waits
    on waits.ticket_key = tickets.ticket_key
left join int_ticket_outcome as outcome
    on outcome.ticket_key = tickets.ticket_key
group by tickets.source
