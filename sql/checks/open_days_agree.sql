-- Every day's open tickets, unfolded one by one, are as many as the movements add up to.
select
    stood.day,
    stood.open_tickets as added_up,
    coalesce(stands.open_tickets, 0) as counted
from (
    select
        day,
        sum(open_at_day_end) as open_tickets
    from fct_backlog_day
    group by day
) as stood
left join (
    select
        day,
        count(*) as open_tickets
    from fct_open_ticket_day
    group by day
) as stands
    on stands.day = stood.day
where stood.open_tickets <> coalesce(stands.open_tickets, 0)
