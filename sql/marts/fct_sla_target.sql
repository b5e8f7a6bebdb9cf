-- One row per target in force on a ticket, with its verdict; key: ticket_key, target_type, applied_at.
-- Reply targets run through; resolution pauses while pending or on hold, requester wait while pending only.
with

targets as (
    select
        survivors.ticket_key,
        stg_sla_target.target_type,
        stg_sla_target.applied_at,
        stg_sla_target.target_seconds,
        stg_sla_target.is_business_clock,
        stg_sla_target.cancelled_at,
        stg_sla_target.policy
    from stg_sla_target
    inner join stg_ticket as survivors
        on survivors.source = stg_sla_target.source
        and survivors.ticket_id = stg_sla_target.ticket_id
        and not survivors.is_merged
    cross join build_clock
    where stg_sla_target.applied_at <= build_clock.as_of
),

waits as (
    select
        ticket_key,
        asked_at,
        answered_at,
        lead(asked_at) over (partition by ticket_key order by asked_event_number) as next_asked_at
    from fct_reply
),

-- From which instant each promise runs, and what kept it.
promises as (
    select
        targets.*,
        case
            when targets.target_type = 'first_reply' then int_ticket_conversation.human_clock_started_at
            when targets.target_type = 'next_reply' then waits.asked_at
            else fct_ticket.created_at
        end as runs_from,
        case
            when targets.target_type = 'first_reply' then fct_ticket.first_reply_at
            when targets.target_type = 'next_reply' then waits.answered_at
            else fct_ticket.first_solved_at
        end as kept_at,
        -- An unreplied ticket somebody solved is no longer waiting for a reply.
        case when targets.target_type in ('first_reply', 'next_reply') then fct_ticket.first_solved_at end as moot_at
    from targets
    inner join fct_ticket
        on fct_ticket.ticket_key = targets.ticket_key
    inner join int_ticket_conversation
        on int_ticket_conversation.ticket_key = targets.ticket_key
    left join waits
        on targets.target_type = 'next_reply'
        and waits.ticket_key = targets.ticket_key
        and waits.asked_at <= targets.applied_at
        and (waits.next_asked_at is null or waits.next_asked_at > targets.applied_at)
),

bounded as (
    select
        promises.*,
        lead(promises.applied_at) over (
            partition by promises.ticket_key, promises.target_type, promises.runs_from
            order by promises.applied_at
        ) as replaced_at,
        coalesce(promises.kept_at, build_clock.as_of) as counts_until
    from promises
    cross join build_clock
    where promises.runs_from is not null
),

-- Of each spell of the ticket, the part in which the promise runs.
counted as (
    select
        bounded.ticket_key,
        bounded.target_type,
        bounded.applied_at,
        bounded.target_seconds,
        bounded.is_business_clock,
        intervals.interval_number,
        intervals.schedule_key,
        greatest(intervals.started_at, bounded.runs_from) as counted_from,
        least(coalesce(intervals.ended_at, bounded.counts_until), bounded.counts_until) as counted_until,
        schedule_zones.time_zone
    from bounded
    inner join fct_status_interval as intervals
        on intervals.ticket_key = bounded.ticket_key
        and intervals.started_at < bounded.counts_until
        and (intervals.ended_at is null or intervals.ended_at > bounded.runs_from)
    inner join int_schedule_zone as schedule_zones
        on schedule_zones.schedule_key = intervals.schedule_key
    where bounded.target_type in ('first_reply', 'next_reply')
        or (bounded.target_type = 'resolution' and intervals.status in ('new', 'open'))
        or (bounded.target_type = 'requester_wait' and intervals.status in ('new', 'open', 'hold'))
),

clocked as (
    select
        counted.*,
        case
            when counted.is_business_clock
                then coalesce(clock_from.business_seconds_before, 0)
                    + coalesce(least(greatest(seconds_between(clock_from.first_opens_at, counted.counted_from), 0), clock_from.first_open_seconds), 0)
                    + coalesce(least(greatest(seconds_between(clock_from.second_opens_at, counted.counted_from), 0), clock_from.second_open_seconds), 0)
            else 0
        end as clock_at_start,
        case
            when counted.is_business_clock
                then coalesce(clock_until.business_seconds_before, 0)
                    + coalesce(least(greatest(seconds_between(clock_until.first_opens_at, counted.counted_until), 0), clock_until.first_open_seconds), 0)
                    + coalesce(least(greatest(seconds_between(clock_until.second_opens_at, counted.counted_until), 0), clock_until.second_open_seconds), 0)
            else seconds_between(counted.counted_from, counted.counted_until)
        end as clock_at_end
    from counted
    left join dim_business_clock as clock_from
        on counted.is_business_clock
        and clock_from.schedule_key = counted.schedule_key
        and clock_from.day = cast(to_local(counted.counted_from, counted.time_zone) as date)
    left join dim_business_clock as clock_until
        on counted.is_business_clock
        and clock_until.schedule_key = counted.schedule_key
        and clock_until.day = cast(to_local(counted.counted_until, counted.time_zone) as date)
),

accumulated as (
    select
        *,
        clock_at_end - clock_at_start as counted_seconds,
        sum(clock_at_end - clock_at_start) over (
            partition by ticket_key, target_type, applied_at
            order by interval_number
            rows between unbounded preceding and current row
        ) as seconds_so_far
    from clocked
),

-- The spell in which the promise ran out, or else the last one in which it ran, tells when it is due.
deciding as (
    select
        *,
        row_number() over (
            partition by ticket_key, target_type, applied_at
            order by
                case when seconds_so_far >= target_seconds then 0 else 1 end,
                case when seconds_so_far >= target_seconds then interval_number else -interval_number end
        ) as decision_rank
    from accumulated
),

dues as (
    select
        deciding.ticket_key,
        deciding.target_type,
        deciding.applied_at,
        totals.consumed_seconds,
        case
            when deciding.is_business_clock
                then deciding.clock_at_start + deciding.target_seconds - (deciding.seconds_so_far - deciding.counted_seconds)
        end as due_clock_seconds,
        case
            when not deciding.is_business_clock
                then add_seconds(
                    deciding.counted_from,
                    cast(deciding.target_seconds - (deciding.seconds_so_far - deciding.counted_seconds) as bigint)
                )
        end as due_calendar_at,
        deciding.schedule_key
    from deciding
    inner join (
        select
            ticket_key,
            target_type,
            applied_at,
            sum(counted_seconds) as consumed_seconds
        from accumulated
        group by ticket_key, target_type, applied_at
    ) as totals
        on totals.ticket_key = deciding.ticket_key
        and totals.target_type = deciding.target_type
        and totals.applied_at = deciding.applied_at
    where deciding.decision_rank = 1
),

dated as (
    select
        dues.ticket_key,
        dues.target_type,
        dues.applied_at,
        dues.consumed_seconds,
        coalesce(
            dues.due_calendar_at,
            case
                when dues.due_clock_seconds - clock.business_seconds_before <= clock.first_open_seconds
                    then add_seconds(clock.first_opens_at, cast(dues.due_clock_seconds - clock.business_seconds_before as bigint))
                else add_seconds(
                    clock.second_opens_at,
                    cast(dues.due_clock_seconds - clock.business_seconds_before - clock.first_open_seconds as bigint)
                )
            end
        ) as due_at
    from dues
    left join dim_business_clock as clock
        on clock.schedule_key = dues.schedule_key
        and clock.business_seconds_before < dues.due_clock_seconds
        and clock.business_seconds_before + clock.first_open_seconds + clock.second_open_seconds >= dues.due_clock_seconds
),

judged as (
    select
        bounded.*,
        coalesce(dated.consumed_seconds, 0) as consumed_seconds,
        dated.due_at,
        case
            when bounded.replaced_at is not null and (bounded.kept_at is null or bounded.replaced_at <= bounded.kept_at) then 'replaced'
            when bounded.cancelled_at is not null
                and (bounded.kept_at is null or bounded.cancelled_at < bounded.kept_at)
                and bounded.cancelled_at <= coalesce(dated.due_at, bounded.cancelled_at) then 'cancelled'
            when bounded.kept_at is not null and coalesce(dated.consumed_seconds, 0) <= bounded.target_seconds then 'met'
            when coalesce(dated.consumed_seconds, 0) > bounded.target_seconds then 'breached'
            when bounded.kept_at is null and bounded.moot_at is not null then 'cancelled'
            else 'active'
        end as verdict
    from bounded
    left join dated
        on dated.ticket_key = bounded.ticket_key
        and dated.target_type = bounded.target_type
        and dated.applied_at = bounded.applied_at
),

holders as (
    select
        judged.ticket_key,
        judged.target_type,
        judged.applied_at,
        max(lpad(cast(intervals.interval_number as varchar), 8, '0') || coalesce(intervals.team_key, '')) as team_then,
        max(lpad(cast(intervals.interval_number as varchar), 8, '0') || coalesce(intervals.agent_key, '')) as agent_then
    from judged
    inner join fct_status_interval as intervals
        on intervals.ticket_key = judged.ticket_key
        and intervals.started_at <= least(judged.counts_until, coalesce(judged.due_at, judged.counts_until))
    group by judged.ticket_key, judged.target_type, judged.applied_at
)

select
    judged.ticket_key,
    judged.target_type,
    judged.applied_at,
    judged.policy,
    judged.target_seconds,
    judged.is_business_clock,
    nullif(substr(holders.team_then, 9), '') as team_key,
    nullif(substr(holders.agent_then, 9), '') as agent_key,
    judged.runs_from,
    judged.kept_at,
    judged.consumed_seconds,
    judged.due_at,
    to_local(coalesce(judged.due_at, judged.kept_at, judged.counts_until), build_clock.reporting_time_zone) as due_local_at,
    judged.verdict,
    judged.verdict = 'met' as is_met,
    judged.verdict in ('met', 'breached') and fct_ticket.is_eligible as is_judged
from judged
cross join build_clock
inner join fct_ticket
    on fct_ticket.ticket_key = judged.ticket_key
left join holders
    on holders.ticket_key = judged.ticket_key
    and holders.target_type = judged.target_type
    and holders.applied_at = judged.applied_at
