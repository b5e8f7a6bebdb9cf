-- One row per time a ticket became solved or came back, credited to who solved it; key: ticket_key, interval_number.
-- In the order of happened_at: who asks about a week reads that week.
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
    case spells.previous_status_code
        when 0 then 'new' when 1 then 'open' when 2 then 'pending' when 3 then 'hold' when 4 then 'solved' when 5 then 'closed'
    end as previous_status,
    dim_team.team_key,
    agents.agent_key,
    spells.started_at as happened_at,
    to_local(spells.started_at, build_clock.reporting_time_zone) as happened_local_at,
    spells.started_team_local_at as happened_team_local_at,
    spells.is_solve,
    spells.is_reopen
from int_status_spell as spells
cross join build_clock
left join dim_team
    on dim_team.team_number = case when spells.is_reopen then spells.solving_team_number else spells.team_number end
left join agents
    on agents.agent_number = coalesce(nullif(spells.solver_number, 0), spells.agent_number)
where spells.is_solve
    or spells.is_reopen
order by happened_at
