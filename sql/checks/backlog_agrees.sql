-- The backlog of the last day, added up from movements, is the number of tickets open at its end, counted one by one.
select
    stood.open_tickets as added_up,
    stands.open_tickets as counted
from (
    select coalesce(sum(fct_backlog_day.open_at_day_end), 0) as open_tickets
    from fct_backlog_day
    inner join build_clock
        on fct_backlog_day.day = cast(build_clock.local_as_of as date)
) as stood
cross join (
    select count(*) as open_tickets
    from fct_status_interval
    inner join fct_ticket
        on fct_ticket.ticket_key = fct_status_interval.ticket_key
        and fct_ticket.is_eligible
    cross join build_clock
    where fct_status_interval.is_open
        and fct_status_interval.started_on <= cast(build_clock.local_as_of as date)
        and (fct_status_interval.ended_on is null or fct_status_interval.ended_on > cast(build_clock.local_as_of as date))
) as stands
where stood.open_tickets <> stands.open_tickets
