-- Warning: events of tickets that were never handed over, which no figure can use.
select
    stg_files_event.source,
    stg_files_event.ticket_id
from stg_files_event
left join stg_ticket
    on stg_ticket.source = stg_files_event.source
    and stg_ticket.ticket_id = stg_files_event.ticket_id
where stg_ticket.ticket_id is null
