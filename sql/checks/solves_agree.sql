-- A ticket's solves and reopens are as many as are told one by one.
select
    fct_ticket.ticket_key,
    fct_ticket.solves,
    fct_ticket.reopens
from fct_ticket
left join (
    select
        ticket_key,
        sum(case when is_solve then 1 else 0 end) as solves,
        sum(case when is_reopen then 1 else 0 end) as reopens
    from fct_solve_or_reopen
    group by ticket_key
) as counted
    on counted.ticket_key = fct_ticket.ticket_key
where coalesce(counted.solves, 0) <> fct_ticket.solves
    or coalesce(counted.reopens, 0) <> fct_ticket.reopens
