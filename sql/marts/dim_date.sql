-- One row per day the desk has lived, and four months ahead; key: day.
with recursive

digits as (
    select 0 as digit
    union all
    select digit + 1 as digit
    from digits
    where digit < 9
),

numbers as (
    select ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit + 10000 * myriads.digit as number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as myriads
),

bounds as (
    select
        cast(min(stg_ticket.created_at) as date) as first_day,
        cast(max(build_clock.as_of) as date) as last_day
    from build_clock
    left join stg_ticket
        on stg_ticket.created_at <= build_clock.as_of
),

days as (
    select add_days(bounds.first_day, numbers.number - 1) as day
    from bounds
    inner join numbers
        on numbers.number <= days_between(bounds.first_day, bounds.last_day) + 122
),

truncated as (
    select
        day,
        cast(date_trunc('week', cast(day as timestamp)) as date) as week_starts_on,
        cast(date_trunc('month', cast(day as timestamp)) as date) as month_starts_on,
        cast(date_trunc('quarter', cast(day as timestamp)) as date) as quarter_starts_on
    from days
)

-- The last periods may lack days, but they lie ahead: nothing is asked of them yet.
select
    day,
    week_starts_on,
    month_starts_on,
    quarter_starts_on,
    max(day) over (partition by week_starts_on) as week_ends_on,
    max(day) over (partition by month_starts_on) as month_ends_on,
    max(day) over (partition by quarter_starts_on) as quarter_ends_on,
    iso_weekday(day) as iso_weekday,
    iso_weekday(day) >= 6 as is_weekend
from truncated
