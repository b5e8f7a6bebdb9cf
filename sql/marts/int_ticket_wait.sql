-- One row per ticket: how long it stood in which status over its whole life, solved spells apart; key: ticket_key.
-- Calendar seconds, and business seconds on the schedules of the teams that held it.
select
    ticket_key,
    cast(sum(case when status_code in (0, 1, 3) then seconds_between(started_at, measured_until) else 0 end) as bigint)
        as requester_wait_calendar_seconds,
    cast(sum(case when status_code in (0, 1, 3) then ended_clock_seconds - started_clock_seconds else 0 end) as bigint)
        as requester_wait_business_seconds,
    cast(sum(case when status_code = 2 then seconds_between(started_at, measured_until) else 0 end) as bigint)
        as agent_wait_calendar_seconds,
    cast(sum(case when status_code = 2 then ended_clock_seconds - started_clock_seconds else 0 end) as bigint)
        as agent_wait_business_seconds,
    cast(sum(case when status_code = 3 then seconds_between(started_at, measured_until) else 0 end) as bigint)
        as on_hold_calendar_seconds,
    cast(sum(case when status_code = 3 then ended_clock_seconds - started_clock_seconds else 0 end) as bigint)
        as on_hold_business_seconds
from int_status_spell
where status_code < 4
group by ticket_key
