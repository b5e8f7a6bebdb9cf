-- One row per spell of a ticket in one status, held by one team and agent; key: ticket_key, interval_number.
with

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
)

select
    spells.ticket_key,
    spells.interval_number,
    case spells.status_code
        when 0 then 'new' when 1 then 'open' when 2 then 'pending' when 3 then 'hold' when 4 then 'solved' else 'closed'
    end as status,
    case spells.previous_status_code
        when 0 then 'new' when 1 then 'open' when 2 then 'pending' when 3 then 'hold' when 4 then 'solved' when 5 then 'closed'
    end as previous_status,
    dim_team.team_key,
    agents.agent_key,
    spells.started_at,
    spells.ended_at,
    to_local(spells.started_at, build_clock.reporting_time_zone) as started_local_at,
    spells.started_on,
    case when spells.ended_at is not null then spells.ended_on end as ended_on,
    seconds_between(spells.started_at, spells.measured_until) as calendar_seconds,
    spells.ended_clock_seconds - spells.started_clock_seconds as business_seconds,
    spells.status_code < 4 as is_open,
    spells.status_code <= 1 as is_waiting_on_us
from int_status_spell as spells
cross join build_clock
left join dim_team
    on dim_team.team_number = spells.team_number
left join agents
    on agents.agent_number = spells.agent_number
