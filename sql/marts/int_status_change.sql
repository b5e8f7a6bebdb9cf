-- One row per change of a ticket's status, team or agent, in numbers only; key: ticket_key, interval_number; in slices of tickets.
-- Statuses: 0 new, 1 open, 2 pending, 3 hold, 4 solved, 5 closed; team and agent 0 = none.
with

-- A bot's account holds nothing: who is handed a ticket by a bot is the first person to have it.
agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
    where role <> 'bot'
),

events as (
    select
        fct_ticket_event.ticket_key,
        fct_ticket_event.event_number,
        fct_ticket_event.occurred_at,
        case
            when fct_ticket_event.event_type = 'created' then 0
            when fct_ticket_event.event_type = 'status'
                then case fct_ticket_event.to_value
                    when 'new' then 0 when 'open' then 1 when 'pending' then 2 when 'hold' then 3 when 'solved' then 4 else 5
                end
        end as status_code,
        case when fct_ticket_event.event_type = 'team' then coalesce(dim_team.team_number, 0) end as team_number,
        case when fct_ticket_event.event_type = 'agent' then coalesce(agents.agent_number, 0) end as agent_number,
        case when fct_ticket_event.actor_type = 'agent' then fct_ticket_event.agent_key end as actor_agent_key
    from fct_ticket_event
    left join dim_team
        on dim_team.team_key = case
            when fct_ticket_event.event_type = 'team' then fct_ticket_event.source || ':' || fct_ticket_event.to_value
        end
    left join agents
        on agents.agent_key = case
            when fct_ticket_event.event_type = 'agent' then fct_ticket_event.source || ':' || fct_ticket_event.to_value
        end
    where fct_ticket_event.event_type in ('created', 'team', 'agent')
        or (fct_ticket_event.event_type = 'status' and fct_ticket_event.to_value is not null)
),

numbered as (
    select
        events.ticket_key,
        events.event_number,
        events.occurred_at,
        events.event_number * 8 + events.status_code as status_word,
        events.event_number * 100000 + events.team_number as team_word,
        events.event_number * 1000000 + events.agent_number as agent_word,
        coalesce(actors.agent_number, 0) as actor_number
    from events
    left join agents as actors
        on actors.agent_key = events.actor_agent_key
),

-- A word is (event number, value): the largest before is what was said last. An event says one thing; the rest stays.
told as (
    select
        ticket_key,
        event_number,
        occurred_at,
        actor_number,
        status_word,
        team_word,
        agent_word,
        max(status_word) over until_before as previous_status_word,
        max(team_word) over until_before as previous_team_word,
        max(agent_word) over until_before as previous_agent_word,
        row_number() over life as told_number,
        lead(occurred_at) over life as next_told_at
    from numbered
    window
        life as (partition by ticket_key order by event_number),
        until_before as (partition by ticket_key order by event_number rows between unbounded preceding and 1 preceding)
),

said as (
    select
        ticket_key,
        event_number,
        occurred_at,
        told_number,
        next_told_at,
        cast(coalesce(status_word, previous_status_word, 0) % 8 as smallint) as status_code,
        cast(coalesce(team_word, previous_team_word, 0) % 100000 as integer) as team_number,
        cast(coalesce(agent_word, previous_agent_word, 0) % 1000000 as integer) as agent_number,
        cast(actor_number as integer) as actor_number,
        cast(previous_status_word % 8 as smallint) as previous_status_code,
        cast(coalesce(previous_team_word, 0) % 100000 as integer) as previous_team_number,
        cast(coalesce(previous_agent_word, 0) % 1000000 as integer) as previous_agent_number
    from told
),

judged as (
    select
        *,
        previous_status_code is null
        or previous_status_code <> status_code
        or previous_team_number <> team_number
        or previous_agent_number <> agent_number as is_change,
        previous_team_number <> team_number or previous_agent_number <> agent_number as is_held_anew
    from said
),

-- Hardly a ticket is told what it knows: only those that are have their changes numbered anew.
told_again as (
    select distinct ticket_key
    from judged
    where not is_change
)

select
    judged.ticket_key,
    judged.told_number as interval_number,
    judged.event_number,
    judged.status_code,
    judged.previous_status_code,
    judged.team_number,
    judged.agent_number,
    judged.actor_number,
    judged.is_held_anew,
    judged.occurred_at as started_at,
    judged.next_told_at as ended_at
from judged
left join told_again
    on told_again.ticket_key = judged.ticket_key
where told_again.ticket_key is null

union all

select
    judged.ticket_key,
    row_number() over life as interval_number,
    judged.event_number,
    judged.status_code,
    judged.previous_status_code,
    judged.team_number,
    judged.agent_number,
    judged.actor_number,
    judged.is_held_anew,
    judged.occurred_at as started_at,
    lead(judged.occurred_at) over life as ended_at
from judged
inner join told_again
    on told_again.ticket_key = judged.ticket_key
where judged.is_change
window life as (partition by judged.ticket_key order by judged.event_number)
