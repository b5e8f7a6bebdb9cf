-- One row per spell of a ticket with one team and agent; key: ticket_key, assignment_number.
-- A handoff is a change from one person to another; the step from a queue to the first person is none.
with

starts as (
    select
        ticket_key,
        interval_number,
        team_key,
        agent_key,
        started_at,
        lag(coalesce(team_key, '') || '|' || coalesce(agent_key, '')) over (
            partition by ticket_key
            order by interval_number
        ) as previous_holder,
        max(case when agent_key is not null then lpad(cast(interval_number as varchar), 8, '0') || agent_key end) over (
            partition by ticket_key
            order by interval_number
            rows between unbounded preceding and 1 preceding
        ) as last_person
    from fct_status_interval
)

select
    ticket_key,
    row_number() over (partition by ticket_key order by interval_number) as assignment_number,
    team_key,
    agent_key,
    started_at,
    lead(started_at) over (partition by ticket_key order by interval_number) as ended_at,
    agent_key is not null and last_person is not null and substr(last_person, 9) <> agent_key as is_handoff
from starts
where previous_holder is null
    or previous_holder <> coalesce(team_key, '') || '|' || coalesce(agent_key, '')
