-- One row per ticket with handling, logged or estimated; key: ticket_key.
with

entries as (
    select
        ticket_key,
        sum(case when entry_kind = 'logged' then handling_seconds end) as logged_seconds,
        sum(case when entry_kind = 'estimated' then handling_seconds end) as estimated_seconds
    from fct_time_entry
    group by ticket_key
)

select
    ticket_key,
    coalesce(logged_seconds, estimated_seconds) as handling_seconds,
    case when logged_seconds is not null then 'logged' when estimated_seconds is not null then 'estimated' end as handling_kind
from entries
