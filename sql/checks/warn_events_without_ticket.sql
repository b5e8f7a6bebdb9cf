-- Warning: tickets that have events but were never handed over, so that no figure can use them.
select
    stg_event_ticket.source,
    stg_event_ticket.ticket_id
from stg_event_ticket
left join stg_ticket
    on stg_ticket.source = stg_event_ticket.source
    and stg_ticket.ticket_id = stg_event_ticket.ticket_id
where stg_ticket.ticket_id is null
