-- One row per requester message that opened a wait, with who held the ticket when the wait was over; key: ticket_key, asked_event_number.
-- Nobody has answered: the wait lasts until somebody solved the ticket, or until now. On a solved ticket nobody waits.
-- In the order of asked_at: who asks about a week reads that week.
with

turns as (
    select
        ticket_key,
        event_number,
        occurred_at,
        is_requester_message,
        lead(event_number) over life as answered_event_number,
        lead(occurred_at) over life as answered_at,
        lead(agent_key) over life as answered_by_agent_key
    from fct_ticket_event
    where is_turn
    window life as (partition by ticket_key order by event_number)
),

-- A requester writing twice in a row is still waiting for one answer.
waits as (
    select
        ticket_key,
        event_number as asked_event_number,
        occurred_at as asked_at,
        answered_event_number,
        answered_at,
        answered_by_agent_key
    from turns
    where is_requester_message
),

-- Only the last wait of a ticket can be unanswered.
given_up as (
    select
        waits.ticket_key,
        min(case when spells.is_solve and spells.started_at >= waits.asked_at then spells.started_at end) as solved_at,
        max(case when spells.ended_at is null then spells.status_code end) as status_code
    from waits
    inner join int_status_spell as spells
        on spells.ticket_key = waits.ticket_key
    where waits.answered_at is null
    group by waits.ticket_key
),

ended as (
    select
        waits.*,
        coalesce(waits.answered_at, given_up.solved_at, build_clock.as_of) as ended_at
    from waits
    cross join build_clock
    left join given_up
        on given_up.ticket_key = waits.ticket_key
    where waits.answered_at is not null
        or given_up.solved_at is not null
        or given_up.status_code < 4
),

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
)

select
    ended.ticket_key,
    ended.asked_event_number,
    ended.asked_at,
    to_local(ended.asked_at, build_clock.reporting_time_zone) as asked_local_at,
    to_local(ended.asked_at, coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone)) as asked_team_local_at,
    ended.answered_event_number,
    ended.answered_at,
    ended.answered_by_agent_key,
    dim_team.team_key,
    coalesce(ended.answered_by_agent_key, agents.agent_key) as agent_key,
    ended.answered_at is not null as is_answered,
    seconds_between(ended.asked_at, ended.ended_at) as reply_calendar_seconds
from ended
cross join build_clock
cross join cfg_setting
left join int_status_spell as holding
    on holding.ticket_key = ended.ticket_key
    and holding.started_at <= ended.ended_at
    and coalesce(holding.ended_at, timestamp '9999-12-31 00:00:00') > ended.ended_at
left join dim_team
    on dim_team.team_number = holding.team_number
left join agents
    on agents.agent_number = holding.agent_number
order by asked_at
