-- One row per target applied to a ticket: from when the promise runs, what kept it, what took its place;
-- key: ticket_key, target_type, applied_at.
with

targets as (
    select
        survivors.ticket_key,
        case when stg_sla_target.target_type = 'next_reply' then survivors.ticket_key end as waiting_ticket_key,
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
        coalesce(lead(asked_at) over (partition by ticket_key order by asked_event_number), timestamp '9999-12-31 00:00:00')
            as next_asked_at
    from fct_reply
),

-- The first solve after a wait began: nobody waits for a reply on what is solved.
solved_waits as (
    select
        waits.ticket_key,
        waits.asked_at,
        min(intervals.started_at) as solved_at
    from waits
    inner join fct_status_interval as intervals
        on intervals.ticket_key = waits.ticket_key
        and intervals.started_at >= waits.asked_at
    where intervals.is_solve
    group by waits.ticket_key, waits.asked_at
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
        case
            when targets.target_type = 'first_reply' then fct_ticket.first_solved_at
            when targets.target_type = 'next_reply' then solved_waits.solved_at
        end as moot_at
    from targets
    inner join fct_ticket
        on fct_ticket.ticket_key = targets.ticket_key
    inner join int_ticket_conversation
        on int_ticket_conversation.ticket_key = targets.ticket_key
    left join waits
        on waits.ticket_key = targets.waiting_ticket_key
        and waits.asked_at <= targets.applied_at
        and waits.next_asked_at > targets.applied_at
    left join solved_waits
        on solved_waits.ticket_key = waits.ticket_key
        and solved_waits.asked_at = waits.asked_at
)

select
    promises.*,
    lead(promises.applied_at) over (
        partition by promises.ticket_key, promises.target_type, promises.runs_from
        order by promises.applied_at
    ) as replaced_at,
    coalesce(promises.kept_at, promises.moot_at, build_clock.as_of) as counts_until
from promises
cross join build_clock
where promises.runs_from is not null
