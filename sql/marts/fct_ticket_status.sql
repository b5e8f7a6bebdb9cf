-- One row per ticket and status it has stood in, solved and closed apart: how long, over its whole life; key: ticket_key, status.
-- Calendar seconds, and business seconds on the schedules of the teams that held it.
with

spells as (
    select
        ticket_key,
        status_code,
        sum(seconds_between(started_at, measured_until)) as calendar_seconds,
        sum(ended_clock_seconds - started_clock_seconds) as business_seconds
    from int_status_spell
    where status_code < 4
    group by ticket_key, status_code
)

select
    ticket_key,
    case status_code when 0 then 'new' when 1 then 'open' when 2 then 'pending' else 'hold' end as status,
    cast(calendar_seconds as bigint) as calendar_seconds,
    cast(business_seconds as bigint) as business_seconds
from spells
