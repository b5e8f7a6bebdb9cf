-- One row per handoff of a ticket from one person to another; key: ticket_key, event_number.
-- It is noted if anybody of ours left an internal note since the handoff before, and credited to the person who held it
-- before and the team that person was in on that day.
with

handoffs as (
    select
        ticket_key,
        interval_number,
        event_number
    from int_status_spell
    where is_handoff
),

handed_over as (
    select distinct ticket_key
    from handoffs
),

holdings as (
    select
        spells.ticket_key,
        spells.interval_number,
        spells.event_number,
        spells.is_handoff,
        spells.started_at,
        spells.started_team_local_at,
        lag(spells.agent_number) over life as from_agent_number,
        lag(spells.team_number) over life as from_team_number
    from int_status_spell as spells
    inner join handed_over
        on handed_over.ticket_key = spells.ticket_key
    where spells.agent_number > 0 and spells.is_held_anew
    window life as (partition by spells.ticket_key order by spells.interval_number)
),

-- What was noted since the handoff before, or since the beginning.
since as (
    select
        ticket_key,
        event_number,
        from_agent_number,
        from_team_number,
        started_at,
        started_team_local_at,
        coalesce(
            lag(event_number) over (
                partition by ticket_key
                order by event_number
            ),
            0
        ) as previous_event_number
    from holdings
    where is_handoff
),

noted as (
    select distinct
        since.ticket_key,
        since.event_number
    from since
    inner join fct_ticket_event as notes
        on notes.ticket_key = since.ticket_key
        and notes.event_number < since.event_number
        and notes.event_number > since.previous_event_number
    where notes.event_type = 'message' and notes.actor_type = 'agent' and not notes.is_public
)

select
    since.ticket_key,
    since.event_number,
    since.started_at as handed_over_at,
    coalesce(givers.team_key, dim_team.team_key) as team_key,
    givers.agent_key,
    noted.ticket_key is not null as is_noted
from since
left join noted
    on noted.ticket_key = since.ticket_key
    and noted.event_number = since.event_number
left join dim_team
    on dim_team.team_number = since.from_team_number
left join dim_agent as givers
    on givers.agent_number = since.from_agent_number
    and givers.valid_from <= cast(since.started_team_local_at as date)
    and givers.valid_to > cast(since.started_team_local_at as date)
