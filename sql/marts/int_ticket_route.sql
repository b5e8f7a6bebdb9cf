-- One row per ticket that was with a team or escalated: its way through the desk; key: ticket_key.
with

held as (
    select
        ticket_key,
        interval_number,
        event_number,
        team_number
    from int_status_spell
    where is_held_anew and team_number > 0
),

ways as (
    select
        ticket_key,
        min(team_number) <> max(team_number) as is_moved
    from held
    group by ticket_key
),

-- Few tickets move, and only their way is followed.
arrivals as (
    select
        held.ticket_key,
        held.interval_number,
        held.event_number,
        held.team_number,
        lag(held.team_number) over (
            partition by held.ticket_key
            order by held.interval_number
        ) as previous_team_number
    from held
    inner join ways
        on ways.ticket_key = held.ticket_key
    where ways.is_moved
),

stations as (
    select
        arrivals.ticket_key,
        arrivals.interval_number,
        arrivals.event_number,
        arrivals.team_number,
        dim_team.tier,
        dim_team.is_triage,
        lead(arrivals.event_number) over way as left_event_number,
        lag(dim_team.tier) over way as previous_tier,
        coalesce(lag(dim_team.is_triage) over way, false) as is_routed
    from arrivals
    inner join dim_team
        on dim_team.team_number = arrivals.team_number
    where arrivals.previous_team_number is null or arrivals.previous_team_number <> arrivals.team_number
    window way as (partition by arrivals.ticket_key order by arrivals.interval_number)
),

-- A triage team hands out: what leaves it is routed, not escalated, and the team it chose is the one to judge.
moved as (
    select
        ticket_key,
        count(*) as group_stations,
        count(distinct case when not is_triage then team_number end) as teams,
        max(case when tier > previous_tier and not is_routed then 1 else 0 end) as raised,
        min(case when not is_triage then interval_number * 100000 + team_number end) % 100000 as chosen_team_number
    from stations
    group by ticket_key
),

worked as (
    select distinct stations.ticket_key
    from stations
    inner join moved
        on moved.ticket_key = stations.ticket_key
        and moved.chosen_team_number = stations.team_number
    inner join fct_ticket_event as contacts
        on contacts.ticket_key = stations.ticket_key
        and contacts.event_number >= stations.event_number
        and contacts.event_number < coalesce(stations.left_event_number, contacts.event_number + 1)
    where contacts.is_human_contact
),

-- A bot that gives up hands over to people; it escalates nothing.
escalations as (
    select distinct ticket_key
    from fct_ticket_event
    where event_type = 'escalated' and actor_type <> 'bot'
)

select
    coalesce(ways.ticket_key, escalations.ticket_key) as ticket_key,
    case when ways.ticket_key is not null then coalesce(moved.group_stations, 1) end as group_stations,
    coalesce(moved.teams, 1) as teams,
    escalations.ticket_key is not null or coalesce(moved.raised, 0) = 1 as is_escalated,
    moved.chosen_team_number is not null
    and worked.ticket_key is null
    and coalesce(dim_team.team_number, 0) <> moved.chosen_team_number as is_misrouted
from ways
full join escalations
    on escalations.ticket_key = ways.ticket_key
left join moved
    on moved.ticket_key = ways.ticket_key
left join worked
    on worked.ticket_key = ways.ticket_key
left join int_ticket_outcome as outcome
    on outcome.ticket_key = ways.ticket_key
left join dim_team
    on dim_team.team_key = outcome.solving_team_key
