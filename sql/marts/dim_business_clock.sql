-- One row per schedule and day, with the business seconds before it; key: schedule_key, day.
-- Business time between two instants is a subtraction: (seconds before the day + seconds into it), twice.
with

schedules as (
    select * from stg_schedule
    union all
    select * from cfg_schedule
),

zones as (
    select *
    from int_schedule_zone
),

holidays as (
    select
        dim_date.day,
        stg_calendar_event.schedule_key
    from stg_calendar_event
    inner join dim_date
        on dim_date.day between stg_calendar_event.starts_on and stg_calendar_event.ends_on
    where stg_calendar_event.kind = 'holiday'
),

spells as (
    select
        zones.schedule_key,
        dim_date.day,
        to_utc(
            add_seconds(
                cast(dim_date.day as timestamp),
                cast(substr(schedules.opens, 1, 2) as bigint) * 3600 + cast(substr(schedules.opens, 4, 2) as bigint) * 60
            ),
            zones.time_zone
        ) as opens_at,
        to_utc(
            add_seconds(
                cast(dim_date.day as timestamp),
                cast(substr(schedules.closes, 1, 2) as bigint) * 3600 + cast(substr(schedules.closes, 4, 2) as bigint) * 60
            ),
            zones.time_zone
        ) as closes_at,
        row_number() over (
            partition by zones.schedule_key, dim_date.day
            order by schedules.opens
        ) as spell_number
    from zones
    cross join dim_date
    inner join schedules
        on schedules.schedule_key = zones.schedule_key
        and schedules.weekday = dim_date.iso_weekday
        and dim_date.day >= coalesce(schedules.valid_from, dim_date.day)
        and dim_date.day <= coalesce(schedules.valid_to, dim_date.day)
    left join holidays
        on holidays.day = dim_date.day
        and coalesce(holidays.schedule_key, zones.schedule_key) = zones.schedule_key
    where holidays.day is null
),

days as (
    select
        zones.schedule_key,
        dim_date.day,
        first_spells.opens_at as first_opens_at,
        coalesce(seconds_between(first_spells.opens_at, first_spells.closes_at), 0) as first_open_seconds,
        second_spells.opens_at as second_opens_at,
        coalesce(seconds_between(second_spells.opens_at, second_spells.closes_at), 0) as second_open_seconds
    from zones
    cross join dim_date
    left join spells as first_spells
        on first_spells.schedule_key = zones.schedule_key
        and first_spells.day = dim_date.day
        and first_spells.spell_number = 1
    left join spells as second_spells
        on second_spells.schedule_key = zones.schedule_key
        and second_spells.day = dim_date.day
        and second_spells.spell_number = 2
)

select
    schedule_key,
    day,
    first_opens_at,
    first_open_seconds,
    second_opens_at,
    second_open_seconds,
    cast(coalesce(sum(first_open_seconds + second_open_seconds) over (
        partition by schedule_key
        order by day
        rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as business_seconds_before
from days
