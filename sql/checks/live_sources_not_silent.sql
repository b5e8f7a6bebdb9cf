-- A helpdesk read live that brought twenty tickets or more in each of eight weeks brought some in the last one.
with

weeks as (
    select
        fct_ticket.source,
        floor(seconds_between(fct_ticket.created_at, build.built_at) / 604800.0) as weeks_ago,
        count(*) as tickets
    from fct_ticket
    cross join build
    inner join raw.live_source
        on live_source.source = fct_ticket.source
    where fct_ticket.created_at <= build.built_at
    group by fct_ticket.source, weeks_ago
)

select source
from weeks
where weeks_ago <= 8
group by source
having count(*) = 8
    and min(weeks_ago) = 1
    and min(tickets) >= 20
