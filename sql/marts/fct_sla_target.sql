-- One row per target in force on a ticket, with its verdict; key: ticket_key, target_type, applied_at.
-- Met to the second is met; running past due is breached; a paused clock is never past due.
-- In the order of due_at: who asks about a week reads that week.
with

judged as (
    select
        promises.*,
        coalesce(dues.consumed_seconds, 0) as consumed_seconds,
        dues.due_at,
        case
            when promises.replaced_at is not null
                and (promises.kept_at is null or promises.replaced_at <= promises.kept_at)
                and promises.replaced_at <= coalesce(dues.due_at, promises.replaced_at) then 'replaced'
            when promises.cancelled_at is not null
                and (promises.kept_at is null or promises.cancelled_at < promises.kept_at)
                and promises.cancelled_at <= coalesce(dues.due_at, promises.cancelled_at) then 'cancelled'
            when promises.kept_at is not null and coalesce(dues.consumed_seconds, 0) <= promises.target_seconds then 'met'
            when coalesce(dues.consumed_seconds, 0) > promises.target_seconds then 'breached'
            when promises.kept_at is null and promises.moot_at is not null then 'cancelled'
            else 'active'
        end as verdict
    from int_sla_promise as promises
    left join int_sla_due as dues
        on dues.ticket_key = promises.ticket_key
        and dues.promise_number = promises.promise_number
),

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
)

select
    judged.ticket_key,
    judged.target_type,
    judged.applied_at,
    judged.policy,
    judged.target_seconds,
    judged.is_business_clock,
    dim_team.team_key,
    agents.agent_key,
    judged.runs_from,
    judged.kept_at,
    judged.consumed_seconds,
    judged.due_at,
    to_local(coalesce(judged.due_at, judged.kept_at, judged.counts_until), build_clock.reporting_time_zone) as due_local_at,
    to_local(
        coalesce(judged.due_at, judged.kept_at, judged.counts_until),
        coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone)
    ) as due_team_local_at,
    judged.verdict,
    seconds_between(fct_ticket.created_at, build_clock.as_of) as age_seconds,
    seconds_between(build_clock.as_of, judged.due_at) as due_in_seconds,
    -- Running now, and due soon: a resolution clock stands still while pending or on hold, a requester's while pending.
    judged.verdict = 'active'
    and fct_ticket.is_eligible
    and not (judged.target_type = 'resolution' and fct_ticket.status in ('pending', 'hold'))
    and not (judged.target_type = 'requester_wait' and fct_ticket.status = 'pending')
    and coalesce(seconds_between(build_clock.as_of, judged.due_at) <= cfg_setting.sla_risk_hours * 3600, false)
        as is_at_risk,
    judged.verdict = 'met' as is_met,
    judged.verdict in ('met', 'breached') and fct_ticket.is_eligible as is_judged
from judged
cross join build_clock
cross join cfg_setting
inner join fct_ticket
    on fct_ticket.ticket_key = judged.ticket_key
-- Who held the ticket when it was due, or when the promise ended: spells follow one another, so it is one.
left join int_status_spell as holding
    on holding.ticket_key = judged.ticket_key
    and holding.started_at <= least(judged.counts_until, coalesce(judged.due_at, judged.counts_until))
    and coalesce(holding.ended_at, timestamp '9999-12-31 00:00:00')
    > least(judged.counts_until, coalesce(judged.due_at, judged.counts_until))
left join dim_team
    on dim_team.team_number = holding.team_number
left join agents
    on agents.agent_number = holding.agent_number
order by due_at
