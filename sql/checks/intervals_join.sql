-- A ticket's status intervals follow one another without gap or overlap.
select
ticket_key,
interval_number
from (
    select
        ticket_key,
        interval_number,
        started_at,
        ended_at,
        lead(started_at) over (partition by ticket_key order by interval_number) as next_started_at
    from fct_status_interval
) as intervals
where ended_at < started_at
    or ended_at <> next_started_at
    or (ended_at is null and next_started_at is not null)
