-- One row per spell of a ticket with one team and agent; key: ticket_key, assignment_number.
with

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
),

holdings as (
    select
        ticket_key,
        row_number() over life as assignment_number,
        team_number,
        agent_number,
        started_at,
        lead(started_at) over life as ended_at,
        is_handoff
    from int_status_spell
    where is_held_anew
    window life as (partition by ticket_key order by interval_number)
)

select
    holdings.ticket_key,
    holdings.assignment_number,
    dim_team.team_key,
    agents.agent_key,
    holdings.started_at,
    holdings.ended_at,
    holdings.is_handoff
from holdings
left join dim_team
    on dim_team.team_number = holdings.team_number
left join agents
    on agents.agent_number = holdings.agent_number
