-- One row per spell in one category of a ticket that was put into another; key: ticket_key, from_event_number.
-- A ticket never recategorised has none: it always was what it is. The first spell has no beginning, the last no end.
-- A change belongs to the day of the team that held the ticket; of several in a day the last stays.
with

recategorised as (
    select ticket_key
    from fct_ticket_event
    where event_type = 'category' and to_value is not null
    group by ticket_key
    having min(to_value) <> max(to_value)
),

told as (
    select
        events.ticket_key,
        events.event_number,
        events.occurred_at,
        events.to_value as category,
        lag(events.to_value) over (partition by events.ticket_key order by events.event_number) as previous_category
    from fct_ticket_event as events
    inner join recategorised
        on recategorised.ticket_key = events.ticket_key
    where events.event_type = 'category' and events.to_value is not null
),

changes as (
    select *
    from told
    where previous_category is null or previous_category <> category
),

-- What the ticket was when it changed: the spell it was in, hence whose day it was.
held as (
    select
        changes.ticket_key,
        changes.event_number,
        max(spells.interval_number) as interval_number
    from changes
    inner join int_status_spell as spells
        on spells.ticket_key = changes.ticket_key
        and spells.event_number <= changes.event_number
    group by changes.ticket_key, changes.event_number
),

dated as (
    select
        changes.ticket_key,
        changes.event_number,
        changes.category,
        changes.previous_category,
        least(
            cast(
                to_local(changes.occurred_at, coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone)) as date
            ),
            case when spells.ended_at is not null then spells.ended_on end
        ) as changed_on
    from changes
    cross join cfg_setting
    left join held
        on held.ticket_key = changes.ticket_key
        and held.event_number = changes.event_number
    left join int_status_spell as spells
        on spells.ticket_key = held.ticket_key
        and spells.interval_number = held.interval_number
    left join dim_team
        on dim_team.team_number = spells.team_number
),

ranged as (
    select
        ticket_key,
        category,
        case when previous_category is null then 0 else event_number end as from_event_number,
        lead(event_number) over life as to_event_number,
        case
            when previous_category is null then cast('1900-01-01' as date)
            else min(changed_on) over from_now
        end as started_on,
        min(changed_on) over from_next as ended_on
    from dated
    window
        life as (partition by ticket_key order by event_number),
        from_now as (partition by ticket_key order by event_number rows between current row and unbounded following),
        from_next as (partition by ticket_key order by event_number rows between 1 following and unbounded following)
)

select
    ranged.ticket_key,
    case
        when ranged.to_event_number is null then coalesce(stg_ticket.category, ranged.category) else ranged.category
    end as category,
    ranged.from_event_number,
    coalesce(ranged.to_event_number, 1000000000) as to_event_number,
    ranged.started_on,
    coalesce(ranged.ended_on, cast('9999-12-31' as date)) as ended_on
from ranged
inner join stg_ticket
    on stg_ticket.ticket_key = ranged.ticket_key
