-- One row per target applied to a ticket: from when the promise runs, what kept it, what took its place;
-- key: ticket_key, promise_number (also ticket_key, target_type, applied_at).
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
        min(spells.started_at) as solved_at
    from waits
    inner join int_status_spell as spells
        on spells.ticket_key = waits.ticket_key
        and spells.started_at >= waits.asked_at
    where spells.is_solve
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
),

-- A ticket's promises in a row, those of one kind that run from one instant side by side.
lined as (
    select
        *,
        row_number() over life as promise_number,
        lead(target_type) over life as next_target_type,
        lead(runs_from) over life as next_runs_from,
        lead(applied_at) over life as next_applied_at
    from promises
    where runs_from is not null
    window life as (partition by ticket_key order by target_type, runs_from, applied_at)
)

select
    lined.ticket_key,
    lined.promise_number,
    lined.target_type,
    lined.applied_at,
    lined.target_seconds,
    lined.is_business_clock,
    lined.cancelled_at,
    lined.policy,
    lined.runs_from,
    lined.kept_at,
    lined.moot_at,
    case
        when lined.next_target_type = lined.target_type and lined.next_runs_from = lined.runs_from then lined.next_applied_at
    end as replaced_at,
    coalesce(lined.kept_at, lined.moot_at, build_clock.as_of) as counts_until
from lined
cross join build_clock
