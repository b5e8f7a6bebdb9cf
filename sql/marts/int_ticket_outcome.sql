-- One row per ticket: how its statuses and owners went; key: ticket_key.
with

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
),

-- First, solving and last holder ride on the interval they belong to: (interval number, holder), smallest or largest.
lives as (
    select
        ticket_key,
        min(case when is_solve then started_at end) as first_solved_at,
        max(case when is_solve then started_at end) as last_solved_at,
        min(case when is_reopen then started_at end) as first_reopened_at,
        min(case when agent_number > 0 then started_at end) as first_assigned_at,
        max(case when status_code = 5 then started_at end) as closed_at,
        sum(case when is_solve then 1 else 0 end) as solves,
        sum(case when is_reopen then 1 else 0 end) as reopens,
        max(interval_number * 8 + status_code) % 8 as status_code,
        min(case when team_number > 0 then interval_number * 100000 + team_number end) % 100000 as first_team_number,
        min(case when is_solve then interval_number * 100000 + team_number end) % 100000 as solving_team_number,
        max(case when team_number > 0 then interval_number * 100000 + team_number end) % 100000 as final_team_number,
        min(case when agent_number > 0 then interval_number * 1000000 + agent_number end) % 1000000 as first_agent_number,
        -- Credit goes to the person who solved; if nobody did, to the person who held the ticket then.
        min(case
            when is_solve then interval_number * 1000000 + case when actor_number > 0 then actor_number else agent_number end
        end) % 1000000 as solving_agent_number,
        max(case when agent_number > 0 then interval_number * 1000000 + agent_number end) % 1000000 as final_agent_number,
        -- The business clock never runs backwards: its first and last reading are its smallest and largest.
        min(case when is_solve then business_seconds_before end) as first_solved_business_seconds,
        max(case when is_solve then business_seconds_before end) as last_solved_business_seconds,
        max(business_seconds_before + ended_clock_seconds - started_clock_seconds) as business_seconds_so_far,
        sum(case when is_handoff then 1 else 0 end) as handoffs,
        min(case when is_handoff then started_at end) as first_handoff_at,
        -- A spell that knows no solver yet comes before the first solve.
        sum(case
            when solver_number is null and ended_at is not null then ended_clock_seconds - started_clock_seconds
        end) as life_business_seconds,
        sum(case
            when solver_number is null and ended_at is not null
                then case when agent_number = 0 then ended_clock_seconds - started_clock_seconds else 0 end
        end) as queue_business_seconds
    from int_status_spell
    group by ticket_key
)

select
    lives.ticket_key,
    lives.first_solved_at,
    to_local(lives.first_solved_at, build_clock.reporting_time_zone) as first_solved_local_at,
    to_local(lives.first_solved_at, coalesce(solving_teams.time_zone, cfg_setting.default_schedule_time_zone))
        as first_solved_team_local_at,
    lives.last_solved_at,
    lives.first_reopened_at,
    lives.first_assigned_at,
    lives.closed_at,
    lives.solves,
    lives.reopens,
    case lives.status_code
        when 0 then 'new' when 1 then 'open' when 2 then 'pending' when 3 then 'hold' when 4 then 'solved' else 'closed'
    end as status,
    first_teams.team_key as first_team_key,
    solving_teams.team_key as solving_team_key,
    final_teams.team_key as final_team_key,
    first_agents.agent_key as first_agent_key,
    solving_agents.agent_key as solving_agent_key,
    final_agents.agent_key as final_agent_key,
    lives.first_solved_business_seconds,
    lives.last_solved_business_seconds,
    lives.business_seconds_so_far,
    lives.handoffs,
    lives.first_handoff_at,
    cast(lives.life_business_seconds as bigint) as life_business_seconds,
    cast(lives.queue_business_seconds as bigint) as queue_business_seconds
from lives
cross join build_clock
cross join cfg_setting
left join dim_team as first_teams
    on first_teams.team_number = lives.first_team_number
left join dim_team as solving_teams
    on solving_teams.team_number = lives.solving_team_number
left join dim_team as final_teams
    on final_teams.team_number = lives.final_team_number
left join agents as first_agents
    on first_agents.agent_number = lives.first_agent_number
left join agents as solving_agents
    on solving_agents.agent_number = lives.solving_agent_number
left join agents as final_agents
    on final_agents.agent_number = lives.final_agent_number
