-- One row per promise and spell of the ticket in which it runs, with the seconds used up so far;
-- key: ticket_key, target_type, applied_at, interval_number.
-- Reply targets run through; resolution pauses while pending or on hold, requester wait while pending only.
with

counted as (
    select
        promises.ticket_key,
        promises.target_type,
        promises.applied_at,
        promises.target_seconds,
        promises.is_business_clock,
        intervals.interval_number,
        -- No key, no join: a calendar promise asks no business clock.
        case when promises.is_business_clock then intervals.schedule_key end as schedule_key,
        intervals.time_zone,
        greatest(intervals.started_at, promises.runs_from) as counted_from,
        least(coalesce(intervals.ended_at, promises.counts_until), promises.counts_until) as counted_until
    from int_sla_promise as promises
    inner join fct_status_interval as intervals
        on intervals.ticket_key = promises.ticket_key
        and intervals.started_at < promises.counts_until
        and coalesce(intervals.ended_at, promises.counts_until) > promises.runs_from
    where promises.target_type in ('first_reply', 'next_reply')
        or (promises.target_type = 'resolution' and intervals.status in ('new', 'open'))
        or (promises.target_type = 'requester_wait' and intervals.status in ('new', 'open', 'hold'))
),

placed as (
    select
        *,
        case when schedule_key is not null then cast(to_local(counted_from, time_zone) as date) end as day_from,
        case when schedule_key is not null then cast(to_local(counted_until, time_zone) as date) end as day_until
    from counted
),

clocked as (
    select
        placed.*,
        coalesce(clock_from.business_seconds_before, 0)
        + coalesce(
            least(greatest(seconds_between(clock_from.first_opens_at, placed.counted_from), 0), clock_from.first_open_seconds), 0
        )
        + coalesce(
            least(greatest(seconds_between(clock_from.second_opens_at, placed.counted_from), 0), clock_from.second_open_seconds),
            0
        )
            as clock_at_start,
        case
            when placed.is_business_clock
                then coalesce(clock_until.business_seconds_before, 0)
                    + coalesce(
                        least(
                            greatest(seconds_between(clock_until.first_opens_at, placed.counted_until), 0),
                            clock_until.first_open_seconds
                        ),
                        0
                    )
                    + coalesce(
                        least(
                            greatest(seconds_between(clock_until.second_opens_at, placed.counted_until), 0),
                            clock_until.second_open_seconds
                        ),
                        0
                    )
            else seconds_between(placed.counted_from, placed.counted_until)
        end as clock_at_end
    from placed
    left join dim_business_clock as clock_from
        on clock_from.schedule_key = placed.schedule_key
        and clock_from.day = placed.day_from
    left join dim_business_clock as clock_until
        on clock_until.schedule_key = placed.schedule_key
        and clock_until.day = placed.day_until
)

select
    ticket_key,
    target_type,
    applied_at,
    target_seconds,
    is_business_clock,
    interval_number,
    schedule_key,
    counted_from,
    clock_at_start,
    clock_at_end - clock_at_start as counted_seconds,
    cast(sum(clock_at_end - clock_at_start) over (
        partition by ticket_key, target_type, applied_at
        order by interval_number
        rows between unbounded preceding and current row
    ) as bigint) as seconds_so_far
from clocked
