-- One row per eligible ticket that is not solved now: who holds it, how it waits, why somebody should look; key: ticket_key.
with

open_tickets as (
    select
        spells.ticket_key,
        spells.status_code,
        spells.team_number,
        spells.agent_number,
        fct_ticket.category,
        fct_ticket.created_at,
        fct_ticket.first_reply_calendar_seconds,
        fct_ticket.is_replied
    from int_status_spell as spells
    inner join fct_ticket
        on fct_ticket.ticket_key = spells.ticket_key
        and fct_ticket.is_eligible
    where spells.ended_at is null and spells.status_code < 4
),

taken as (
    select
        open_tickets.ticket_key,
        max(spells.started_at) as taken_at
    from open_tickets
    inner join int_status_spell as spells
        on spells.ticket_key = open_tickets.ticket_key
        and spells.is_held_anew
    group by open_tickets.ticket_key
),

worked as (
    select
        open_tickets.ticket_key,
        max(case when events.actor_type = 'agent' then events.occurred_at end) as last_worked_at,
        max(case when events.actor_type = 'agent' and events.event_type <> 'created' then 1 else 0 end) as is_touched,
        max(case when events.is_human_contact then events.event_number else 0 end) as last_contact_number
    from open_tickets
    inner join fct_ticket_event as events
        on events.ticket_key = open_tickets.ticket_key
    group by open_tickets.ticket_key
),

asked as (
    select
        worked.ticket_key,
        count(*) as messages_since_reply
    from worked
    inner join fct_ticket_event as events
        on events.ticket_key = worked.ticket_key
        and events.event_number > worked.last_contact_number
    where events.is_requester_message
    group by worked.ticket_key
),

-- Nine in ten tickets of a category are solved this long after somebody took them; of a rare one, as of all.
solved as (
    select
        category,
        as_double(seconds_between(first_assigned_at, first_solved_at)) as solving_seconds
    from fct_ticket
    where is_eligible and is_solved and first_assigned_at <= first_solved_at
),

paces as (
    select
        category,
        count(*) as tickets,
        percentile_cont(0.9) within group (order by solving_seconds) as slow_seconds
    from solved
    group by category
),

desk_pace as (
    select percentile_cont(0.9) within group (order by solving_seconds) as slow_seconds
    from solved
),

judged as (
    select
        open_tickets.*,
        build_clock.as_of,
        greatest(
            open_tickets.created_at,
            coalesce(taken.taken_at, open_tickets.created_at),
            coalesce(worked.last_worked_at, open_tickets.created_at)
        ) as still_since_at,
        coalesce(case when paces.tickets >= 20 then paces.slow_seconds end, desk_pace.slow_seconds) as slow_seconds,
        coalesce(worked.is_touched, 0) = 0 as is_untouched,
        coalesce(asked.messages_since_reply, 0) as messages_since_reply
    from open_tickets
    cross join build_clock
    cross join desk_pace
    left join taken
        on taken.ticket_key = open_tickets.ticket_key
    left join worked
        on worked.ticket_key = open_tickets.ticket_key
    left join asked
        on asked.ticket_key = open_tickets.ticket_key
    left join paces
        on paces.category = open_tickets.category
),

flagged as (
    select
        *,
        status_code <= 1 as is_waiting_on_us,
        status_code <= 1 and agent_number = 0 as is_unassigned,
        status_code <= 1 and not is_replied and first_reply_calendar_seconds is not null as is_unreplied,
        status_code <> 2 and coalesce(seconds_between(still_since_at, as_of) > slow_seconds, false) as is_still,
        messages_since_reply >= 3 as is_frustrated
    from judged
),

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
)

select
    flagged.ticket_key,
    dim_team.team_key,
    agents.agent_key,
    case flagged.status_code when 0 then 'new' when 1 then 'open' when 2 then 'pending' else 'hold' end as status,
    seconds_between(flagged.created_at, flagged.as_of) as age_seconds,
    seconds_between(flagged.still_since_at, flagged.as_of) as still_seconds,
    cast(floor(flagged.slow_seconds + 0.5) as bigint) as slow_seconds,
    cast(flagged.messages_since_reply as bigint) as messages_since_reply,
    flagged.is_waiting_on_us,
    flagged.is_unassigned,
    flagged.is_unreplied,
    flagged.is_unassigned or flagged.is_unreplied as is_in_queue,
    flagged.is_waiting_on_us and flagged.is_untouched as is_untouched,
    flagged.is_still,
    flagged.is_frustrated,
    flagged.is_still or flagged.is_frustrated as is_stuck
from flagged
left join dim_team
    on dim_team.team_number = flagged.team_number
left join agents
    on agents.agent_number = flagged.agent_number
