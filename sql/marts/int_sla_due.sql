-- One row per promise that has run: the seconds it used up and when it is, or was, due; key: ticket_key, promise_number.
with

deciding as (
    select *
    from int_sla_spell
),

-- Which business day holds the due second: days and dues of a schedule on one line, each due after the days that begin before it.
line as (
    select
        schedule_key,
        business_seconds_before as clock_seconds,
        1 as is_day,
        day
    from dim_business_clock
    union all
    select distinct
        schedule_key,
        due_clock_seconds as clock_seconds,
        0 as is_day,
        cast(null as date) as day
    from deciding
    where is_business_clock
),

due_days as (
    select
        schedule_key,
        clock_seconds,
        is_day,
        max(day) over (
            partition by schedule_key
            order by clock_seconds, is_day
            rows between unbounded preceding and current row
        ) as day
    from line
),

clocks as (
    select
        due_days.schedule_key,
        due_days.clock_seconds,
        case
            when due_days.clock_seconds - clock.business_seconds_before <= clock.first_open_seconds
                then add_seconds(clock.first_opens_at, due_days.clock_seconds - clock.business_seconds_before)
            when due_days.clock_seconds - clock.business_seconds_before <= clock.first_open_seconds + clock.second_open_seconds
                then add_seconds(
                    clock.second_opens_at,
                    due_days.clock_seconds - clock.business_seconds_before - clock.first_open_seconds
                )
        end as due_at
    from due_days
    inner join dim_business_clock as clock
        on clock.schedule_key = due_days.schedule_key
        and clock.day = due_days.day
    where due_days.is_day = 0
)

select
    deciding.ticket_key,
    deciding.promise_number,
    deciding.consumed_seconds,
    case
        when deciding.is_business_clock then clocks.due_at
        else add_seconds(deciding.counted_from, deciding.seconds_to_go)
    end as due_at
from deciding
left join clocks
    on clocks.schedule_key = deciding.schedule_key
    and clocks.clock_seconds = deciding.due_clock_seconds
