-- One row per spell of a ticket that outgrew its resolution target: how long it had been ours to work on before;
-- key: ticket_key, interval_number. Only new and open count: a paused clock does not age.
with

-- What was promised last and not taken back.
ranked as (
    select
        ticket_key,
        target_seconds,
        is_business_clock,
        row_number() over (partition by ticket_key order by applied_at desc) as target_rank
    from int_sla_promise
    where target_type = 'resolution' and cancelled_at is null
),

promised as (
    select *
    from ranked
    where target_rank = 1
),

aged as (
    select
        ticket_key,
        sum(seconds_between(started_at, measured_until)) as calendar_seconds,
        sum(ended_clock_seconds - started_clock_seconds) as business_seconds
    from int_status_spell
    where status_code <= 1
    group by ticket_key
),

outgrown as (
    select
        aged.ticket_key,
        coalesce(promised.target_seconds, cfg_setting.debt_days * 86400) as target_seconds,
        coalesce(promised.is_business_clock, false) as is_business_clock
    from aged
    cross join cfg_setting
    left join promised
        on promised.ticket_key = aged.ticket_key
    where case when promised.is_business_clock then aged.business_seconds else aged.calendar_seconds end
        > coalesce(promised.target_seconds, cfg_setting.debt_days * 86400)
)

select
    outgrown.ticket_key,
    spells.interval_number,
    outgrown.target_seconds,
    outgrown.is_business_clock,
    coalesce(sum(case
        when spells.status_code > 1 then 0
        when outgrown.is_business_clock then spells.ended_clock_seconds - spells.started_clock_seconds
        else seconds_between(spells.started_at, spells.measured_until)
    end) over (
        partition by outgrown.ticket_key
        order by spells.interval_number
        rows between unbounded preceding and 1 preceding
    ), 0) as active_seconds_before
from outgrown
inner join int_status_spell as spells
    on spells.ticket_key = outgrown.ticket_key
