-- One row per promise that has run: the seconds it used up and when it is, or was, due; key: ticket_key, promise_number.
with

deciding as (
    select *
    from int_sla_spell
),

offsets as (
    select row_number() over (order by day) - 1 as hour_offset
    from dim_date
),

-- Every open day, by each hour of the business clock it touches: a due second finds its day by its hour.
open_hours as (
    select
        clock.schedule_key,
        cast(floor(clock.business_seconds_before / 3600.0) as bigint) + offsets.hour_offset as clock_hour,
        clock.business_seconds_before,
        clock.business_seconds_before + clock.first_open_seconds + clock.second_open_seconds as business_seconds_after,
        clock.first_opens_at,
        clock.first_open_seconds,
        clock.second_opens_at
    from dim_business_clock as clock
    inner join offsets
        on offsets.hour_offset
        <= floor((clock.business_seconds_before + clock.first_open_seconds + clock.second_open_seconds - 1) / 3600.0)
        - floor(clock.business_seconds_before / 3600.0)
    where clock.first_open_seconds + clock.second_open_seconds > 0
)

select
    deciding.ticket_key,
    deciding.promise_number,
    deciding.consumed_seconds,
    case
        when not deciding.is_business_clock then add_seconds(deciding.counted_from, deciding.seconds_to_go)
        when deciding.due_clock_seconds - open_hours.business_seconds_before <= open_hours.first_open_seconds
            then add_seconds(open_hours.first_opens_at, deciding.due_clock_seconds - open_hours.business_seconds_before)
        else add_seconds(
            open_hours.second_opens_at,
            deciding.due_clock_seconds - open_hours.business_seconds_before - open_hours.first_open_seconds
        )
    end as due_at
from deciding
left join open_hours
    on open_hours.schedule_key = deciding.schedule_key
    and open_hours.clock_hour = case
        when deciding.is_business_clock then cast(floor((deciding.due_clock_seconds - 1) / 3600.0) as bigint)
    end
    and open_hours.business_seconds_before < deciding.due_clock_seconds
    and open_hours.business_seconds_after >= deciding.due_clock_seconds
