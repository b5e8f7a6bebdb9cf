-- One row per day, team, channel, category and priority with open work or movement;
-- key: day, source, team_key, channel, category, priority.
-- Open at day end = what opened until then - what closed until then, by the day of the team that held it.
-- In the order of day: who asks how it stood reads those days.
with

-- A ticket's part of the desk as one number: what is counted by is not carried along with every movement.
parts as (
    select
        source,
        channel,
        category,
        priority
    from fct_ticket
    where is_eligible
    union
    select
        fct_ticket.source,
        fct_ticket.channel,
        homes.category,
        fct_ticket.priority
    from int_category_spell as homes
    inner join fct_ticket
        on fct_ticket.ticket_key = homes.ticket_key
        and fct_ticket.is_eligible
),

desks as (
    select
        source,
        channel,
        category,
        priority,
        row_number() over (order by source, channel, category, priority) as desk_number
    from parts
),

tickets as (
    select
        fct_ticket.ticket_key,
        desks.desk_number
    from fct_ticket
    inner join desks
        on desks.source = fct_ticket.source
        and coalesce(desks.channel, '') = coalesce(fct_ticket.channel, '')
        and coalesce(desks.category, '') = coalesce(fct_ticket.category, '')
        and coalesce(desks.priority, '') = coalesce(fct_ticket.priority, '')
    where fct_ticket.is_eligible
),

-- Where a recategorised ticket stood before it came to where it is.
homes as (
    select
        spells.ticket_key,
        spells.from_event_number,
        spells.to_event_number,
        spells.started_on,
        spells.ended_on,
        desks.desk_number
    from int_category_spell as spells
    inner join fct_ticket
        on fct_ticket.ticket_key = spells.ticket_key
        and fct_ticket.is_eligible
    inner join desks
        on desks.source = fct_ticket.source
        and coalesce(desks.channel, '') = coalesce(fct_ticket.channel, '')
        and coalesce(desks.category, '') = coalesce(spells.category, '')
        and coalesce(desks.priority, '') = coalesce(fct_ticket.priority, '')
),

-- Spells of open work (statuses below 4) that see the end of a day.
open_spells as (
    select
        ticket_key,
        team_number,
        status_code <= 1 as is_waiting,
        started_on,
        case when ended_at is null then cast('9999-12-31' as date) else ended_on end as ended_on
    from int_status_spell
    where status_code < 4
        and (ended_at is null or ended_on > started_on)
),

standings as (
    select
        open_spells.ticket_key,
        homes.desk_number as home_desk_number,
        open_spells.team_number,
        open_spells.is_waiting,
        greatest(open_spells.started_on, coalesce(homes.started_on, open_spells.started_on)) as started_on,
        least(open_spells.ended_on, coalesce(homes.ended_on, open_spells.ended_on)) as ended_on
    from open_spells
    left join homes
        on homes.ticket_key = open_spells.ticket_key
        and homes.started_on < open_spells.ended_on
        and homes.ended_on > open_spells.started_on
        and homes.started_on < homes.ended_on
),

-- Each enters on its first day and leaves on its last; what came, was solved or came back counts on its day.
movements as (
    select
        ticket_key,
        home_desk_number,
        team_number,
        started_on as day,
        1 as open_change,
        case when is_waiting then 1 else 0 end as waiting_change,
        0 as created,
        0 as solved,
        0 as reopened
    from standings
    union all
    select
        ticket_key,
        home_desk_number,
        team_number,
        ended_on as day,
        -1 as open_change,
        case when is_waiting then -1 else 0 end as waiting_change,
        0 as created,
        0 as solved,
        0 as reopened
    from standings
    where ended_on < cast('9999-12-31' as date)
    union all
    select
        spells.ticket_key,
        homes.desk_number as home_desk_number,
        spells.team_number,
        spells.started_on as day,
        0 as open_change,
        0 as waiting_change,
        case when spells.previous_status_code is null then 1 else 0 end as created,
        case when spells.is_solve then 1 else 0 end as solved,
        case when spells.is_reopen then 1 else 0 end as reopened
    from int_status_spell as spells
    left join homes
        on homes.ticket_key = spells.ticket_key
        and homes.from_event_number <= spells.event_number
        and homes.to_event_number > spells.event_number
    where spells.previous_status_code is null or spells.is_solve or spells.is_reopen
),

daily as (
    select
        movements.day,
        coalesce(movements.home_desk_number, tickets.desk_number) as desk_number,
        movements.team_number,
        cast(sum(movements.open_change) as bigint) as open_change,
        cast(sum(movements.waiting_change) as bigint) as waiting_change,
        cast(sum(movements.created) as bigint) as created,
        cast(sum(movements.solved) as bigint) as solved,
        cast(sum(movements.reopened) as bigint) as reopened
    from movements
    inner join tickets
        on tickets.ticket_key = movements.ticket_key
    group by movements.day, coalesce(movements.home_desk_number, tickets.desk_number), movements.team_number
),

segments as (
    select
        desk_number,
        team_number,
        min(day) as first_day
    from daily
    group by desk_number, team_number
),

-- How many of the last 28 days a team's hours were open.
working_days as (
    select
        schedule_key,
        day,
        sum(case when first_open_seconds > 0 then 1 else 0 end) over (
            partition by schedule_key
            order by day
            rows between 27 preceding and current row
        ) as days_open
    from dim_business_clock
),

standing as (
    select
        segments.desk_number,
        segments.team_number,
        dim_date.day,
        coalesce(daily.created, 0) as created,
        coalesce(daily.solved, 0) as solved,
        coalesce(daily.reopened, 0) as reopened,
        sum(coalesce(daily.open_change, 0)) over life as open_at_day_end,
        sum(coalesce(daily.waiting_change, 0)) over life as waiting_on_us_at_day_end,
        sum(coalesce(daily.solved, 0)) over four_weeks as solved_in_28_days
    from segments
    cross join build_clock
    inner join dim_date
        on dim_date.day >= segments.first_day
        and dim_date.day <= cast(build_clock.local_as_of as date)
    left join daily
        on daily.desk_number = segments.desk_number
        and daily.team_number = segments.team_number
        and daily.day = dim_date.day
    window
        life as (
            partition by segments.desk_number, segments.team_number
            order by dim_date.day
            rows between unbounded preceding and current row
        ),
        four_weeks as (
            partition by segments.desk_number, segments.team_number
            order by dim_date.day
            rows between 27 preceding and current row
        )
)

select
    standing.day,
    cast(standing.day as timestamp) as day_local_at,
    desks.source,
    dim_team.team_key,
    desks.channel,
    desks.category,
    desks.priority,
    cast(standing.created as bigint) as created,
    cast(standing.solved as bigint) as solved,
    cast(standing.reopened as bigint) as reopened,
    cast(standing.open_at_day_end as bigint) as open_at_day_end,
    cast(standing.waiting_on_us_at_day_end as bigint) as waiting_on_us_at_day_end,
    case
        when working_days.days_open > 0 then as_double(standing.solved_in_28_days) / working_days.days_open else 0
    end as solved_a_working_day
from standing
cross join cfg_setting
inner join desks
    on desks.desk_number = standing.desk_number
left join dim_team
    on dim_team.team_number = standing.team_number
left join working_days
    on working_days.schedule_key = coalesce(dim_team.schedule_key, cfg_setting.default_schedule_key)
    and working_days.day = standing.day
where standing.created + standing.solved + standing.reopened + standing.solved_in_28_days > 0
    or standing.open_at_day_end <> 0
    or standing.waiting_on_us_at_day_end <> 0
order by standing.day
