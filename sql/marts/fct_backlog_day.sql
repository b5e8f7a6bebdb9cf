-- One row per day, team, channel, category and priority with open work or movement;
-- key: day, source, team_key, channel, category, priority.
-- Open at day end = what opened until then - what closed until then, by the day of the team that held it.
with

tickets as (
    select
        ticket_key,
        source,
        channel,
        category,
        priority
    from fct_ticket
    where is_eligible
),

-- Every spell of open work enters on its first day and leaves on its last.
movements as (
    select
        intervals.ticket_key,
        intervals.team_key,
        intervals.started_on as day,
        1 as open_change,
        case when intervals.is_waiting_on_us then 1 else 0 end as waiting_change,
        case when intervals.previous_status is null then 1 else 0 end as created,
        0 as solved,
        case when intervals.is_reopen then 1 else 0 end as reopened
    from fct_status_interval as intervals
    where intervals.is_open
    union all
    select
        intervals.ticket_key,
        intervals.team_key,
        intervals.ended_on as day,
        -1 as open_change,
        case when intervals.is_waiting_on_us then -1 else 0 end as waiting_change,
        0 as created,
        0 as solved,
        0 as reopened
    from fct_status_interval as intervals
    where intervals.is_open and intervals.ended_at is not null
    union all
    select
        intervals.ticket_key,
        intervals.team_key,
        intervals.started_on as day,
        0 as open_change,
        0 as waiting_change,
        case when intervals.previous_status is null then 1 else 0 end as created,
        1 as solved,
        0 as reopened
    from fct_status_interval as intervals
    where intervals.is_solve
),

daily as (
    select
        movements.day,
        tickets.source,
        movements.team_key,
        tickets.channel,
        tickets.category,
        tickets.priority,
        sum(movements.open_change) as open_change,
        sum(movements.waiting_change) as waiting_change,
        sum(movements.created) as created,
        sum(movements.solved) as solved,
        sum(movements.reopened) as reopened
    from movements
    inner join tickets
        on tickets.ticket_key = movements.ticket_key
    group by movements.day, tickets.source, movements.team_key, tickets.channel, tickets.category, tickets.priority
),

segments as (
    select
        source,
        team_key,
        channel,
        category,
        priority,
        row_number() over (order by source, team_key, channel, category, priority) as segment_key,
        min(day) as first_day
    from daily
    group by source, team_key, channel, category, priority
),

numbered as (
    select
        segments.segment_key,
        daily.day,
        daily.open_change,
        daily.waiting_change,
        daily.created,
        daily.solved,
        daily.reopened
    from daily
    inner join segments
        on segments.source = daily.source
        and coalesce(segments.team_key, '') = coalesce(daily.team_key, '')
        and coalesce(segments.channel, '') = coalesce(daily.channel, '')
        and coalesce(segments.category, '') = coalesce(daily.category, '')
        and coalesce(segments.priority, '') = coalesce(daily.priority, '')
),

standing as (
    select
        segments.segment_key,
        dim_date.day,
        coalesce(numbered.created, 0) as created,
        coalesce(numbered.solved, 0) as solved,
        coalesce(numbered.reopened, 0) as reopened,
        sum(coalesce(numbered.open_change, 0)) over life as open_at_day_end,
        sum(coalesce(numbered.waiting_change, 0)) over life as waiting_on_us_at_day_end
    from segments
    cross join build_clock
    inner join dim_date
        on dim_date.day >= segments.first_day
        and dim_date.day <= cast(build_clock.local_as_of as date)
    left join numbered
        on numbered.segment_key = segments.segment_key
        and numbered.day = dim_date.day
    window life as (
        partition by segments.segment_key
        order by dim_date.day
        rows between unbounded preceding and current row
    )
)

select
    standing.day,
    cast(standing.day as timestamp) as day_local_at,
    segments.source,
    segments.team_key,
    segments.channel,
    segments.category,
    segments.priority,
    cast(standing.created as bigint) as created,
    cast(standing.solved as bigint) as solved,
    cast(standing.reopened as bigint) as reopened,
    cast(standing.open_at_day_end as bigint) as open_at_day_end,
    cast(standing.waiting_on_us_at_day_end as bigint) as waiting_on_us_at_day_end
from standing
inner join segments
    on segments.segment_key = standing.segment_key
where standing.created + standing.solved + standing.reopened > 0
    or standing.open_at_day_end <> 0
    or standing.waiting_on_us_at_day_end <> 0
