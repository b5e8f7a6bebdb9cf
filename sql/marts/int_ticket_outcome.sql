-- One row per ticket: how its statuses and owners went; key: ticket_key.
with

-- First, solving and last holder ride on the interval they belong to: (interval number, holder), smallest or largest.
intervals as (
    select
        *,
        lpad(cast(interval_number as varchar), 8, '0') as ordinal
    from fct_status_interval
),

per_ticket as (
    select
        ticket_key,
        min(case when is_solve then interval_number end) as first_solve_interval_number,
        min(case when is_solve then started_at end) as first_solved_at,
        max(case when is_solve then started_at end) as last_solved_at,
        min(case when is_reopen then started_at end) as first_reopened_at,
        min(case when agent_key is not null then started_at end) as first_assigned_at,
        max(case when status = 'closed' then started_at end) as closed_at,
        sum(case when is_solve then 1 else 0 end) as solves,
        sum(case when is_reopen then 1 else 0 end) as reopens,
        substr(min(case when team_key is not null then ordinal || team_key end), 9) as first_team_key,
        substr(min(case when agent_key is not null then ordinal || agent_key end), 9) as first_agent_key,
        substr(min(case when is_solve and team_key is not null then ordinal || team_key end), 9) as solving_team_key,
        substr(max(case when team_key is not null then ordinal || team_key end), 9) as final_team_key,
        substr(max(case when agent_key is not null then ordinal || agent_key end), 9) as final_agent_key,
        substr(max(ordinal || status), 9) as status
    from intervals
    group by ticket_key
),

first_solves as (
    select
        intervals.ticket_key,
        -- Credit goes to the person who solved; if nobody did, to the person who held the ticket then.
        coalesce(intervals.actor_agent_key, intervals.agent_key)
            as solving_agent_key,
        intervals.team_key as solving_team_key,
        intervals.started_local_at as first_solved_local_at,
        intervals.started_team_local_at as first_solved_team_local_at,
        intervals.business_seconds_before as first_solved_business_seconds
    from intervals
    inner join per_ticket
        on per_ticket.ticket_key = intervals.ticket_key
        and per_ticket.first_solve_interval_number = intervals.interval_number
),

-- The business clock of the whole life so far: the last spell's, measured until now.
lives as (
    select
        ticket_key,
        max(business_seconds_before + business_seconds) as business_seconds_so_far
    from intervals
    group by ticket_key
),

last_solves as (
    select
        ticket_key,
        max(business_seconds_before) as last_solved_business_seconds
    from intervals
    where is_solve
    group by ticket_key
),

handoffs as (
    select
        ticket_key,
        count(*) as handoffs,
        min(started_at) as first_handoff_at
    from fct_assignment
    where is_handoff
    group by ticket_key
)

select
    per_ticket.ticket_key,
    per_ticket.first_solved_at,
    first_solves.first_solved_local_at,
    first_solves.first_solved_team_local_at,
    per_ticket.last_solved_at,
    per_ticket.first_reopened_at,
    per_ticket.first_assigned_at,
    per_ticket.closed_at,
    per_ticket.solves,
    per_ticket.reopens,
    per_ticket.status,
    per_ticket.first_team_key,
    first_solves.solving_team_key,
    per_ticket.final_team_key,
    per_ticket.first_agent_key,
    first_solves.solving_agent_key,
    per_ticket.final_agent_key,
    first_solves.first_solved_business_seconds,
    last_solves.last_solved_business_seconds,
    lives.business_seconds_so_far,
    coalesce(handoffs.handoffs, 0) as handoffs,
    handoffs.first_handoff_at
from per_ticket
left join first_solves
    on first_solves.ticket_key = per_ticket.ticket_key
left join lives
    on lives.ticket_key = per_ticket.ticket_key
left join last_solves
    on last_solves.ticket_key = per_ticket.ticket_key
left join handoffs
    on handoffs.ticket_key = per_ticket.ticket_key
