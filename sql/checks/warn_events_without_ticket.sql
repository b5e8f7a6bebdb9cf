-- Warning: tickets that have events but were never handed over, so that no figure can use them.
select
    named.source,
    named.ticket_id
from (
    select
        source,
        ticket_id
    from stg_files_told_ticket
    union
    select
        source,
        ticket_id
    from stg_contact
    where answered_at is not null
) as named
left join stg_ticket
    on stg_ticket.source = named.source
    and stg_ticket.ticket_id = named.ticket_id
where stg_ticket.ticket_id is null
