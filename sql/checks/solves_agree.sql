-- A ticket's solves and reopens are those of its status intervals.
select
    fct_ticket.ticket_key,
    fct_ticket.solves,
    fct_ticket.reopens
from fct_ticket
inner join (
    select
        ticket_key,
        sum(case when is_solve then 1 else 0 end) as solves,
        sum(case when is_reopen then 1 else 0 end) as reopens
    from fct_status_interval
    group by ticket_key
) as counted
    on counted.ticket_key = fct_ticket.ticket_key
where counted.solves <> fct_ticket.solves
    or counted.reopens <> fct_ticket.reopens
