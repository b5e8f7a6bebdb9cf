-- Every ticket of every source is in the warehouse.
select
stg_ticket.source,
stg_ticket.ticket_id
from stg_ticket
left join fct_ticket
    on fct_ticket.ticket_key = stg_ticket.ticket_key
where fct_ticket.ticket_key is null
