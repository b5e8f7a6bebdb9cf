-- One row per promise that has run: the seconds it used up and when it is, or was, due; key: ticket_key, target_type, applied_at.
with

-- The spell in which the promise ran out, or else the last one in which it ran, tells when it is due.
ranked as (
    select
        *,
        row_number() over (
            partition by ticket_key, target_type, applied_at
            order by
                case when seconds_so_far >= target_seconds then 0 else 1 end,
                case when seconds_so_far >= target_seconds then interval_number else -interval_number end
        ) as decision_rank,
        max(seconds_so_far) over (partition by ticket_key, target_type, applied_at) as consumed_seconds
    from int_sla_spell
),

deciding as (
    select
        ticket_key,
        target_type,
        applied_at,
        schedule_key,
        is_business_clock,
        consumed_seconds,
        counted_from,
        target_seconds - (seconds_so_far - counted_seconds) as seconds_to_go,
        clock_at_start + target_seconds - (seconds_so_far - counted_seconds) as due_clock_seconds
    from ranked
    where decision_rank = 1
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
    deciding.target_type,
    deciding.applied_at,
    deciding.consumed_seconds,
    case
        when deciding.is_business_clock then clocks.due_at
        else add_seconds(deciding.counted_from, deciding.seconds_to_go)
    end as due_at
from deciding
left join clocks
    on clocks.schedule_key = deciding.schedule_key
    and clocks.clock_seconds = deciding.due_clock_seconds
