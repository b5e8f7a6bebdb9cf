-- One row per organization and ISO week of the last year with anything to tell of it; key: organization_key, week_starts_on.
-- Counts are of the 14 days that end with the week; points are those of config/customer_risk.toml.
with

settings as (
    select *
    from cfg_customer_risk
),

-- A year and a week, so that every week has its like a year before, and one more for the first week's 14 days.
span as (
    select
        reporting_time_zone,
        cast(date_trunc('week', local_as_of) as date) as current_week,
        add_days(cast(date_trunc('week', local_as_of) as date), -53 * 7) as first_week
    from build_clock
),

topics as (
    select
        fct_ticket.organization_key,
        fct_ticket.first_category as category,
        cast(date_trunc('week', fct_ticket.created_local_at) as date) as week,
        count(*) as tickets
    from fct_ticket
    cross join span
    where fct_ticket.organization_key is not null
        and fct_ticket.is_eligible
        and not fct_ticket.is_agent_initiated
        and fct_ticket.created_local_at >= add_days(span.first_week, -7)
    group by fct_ticket.organization_key, fct_ticket.first_category, cast(date_trunc('week', fct_ticket.created_local_at) as date)
),

-- What a fortnight usually brings: a large customer's many tickets are no alarm. A new one has at least eight weeks to fill.
usual as (
    select
        topics.organization_key,
        2.0 * sum(topics.tickets) / greatest(8, days_between(min(topics.week), max(span.current_week)) / 7.0 + 1) as usual_tickets
    from topics
    cross join span
    group by topics.organization_key
),

-- A week and the one before it make 14 days: what happened in a week tells in it and in the next.
told_in as (
    select 0 as weeks
    union all
    select 1 as weeks
),

topics_again as (
    select
        topics.organization_key,
        add_days(topics.week, 7 * told_in.weeks) as week,
        sum(topics.tickets) as tickets,
        case when topics.category is not null then sum(topics.tickets) - 1 else 0 end as same_category_tickets
    from topics
    cross join told_in
    group by topics.organization_key, topics.category, add_days(topics.week, 7 * told_in.weeks)
),

happened as (
    select
        ticket_key,
        happened_local_at,
        'reopen' as reason
    from fct_solve_or_reopen
    where is_reopen
    union all
    select
        fct_survey.ticket_key,
        fct_survey.answered_local_at as happened_local_at,
        'low answer' as reason
    from fct_survey
    where fct_survey.is_answered
        and (
            (fct_survey.survey_type = 'csat' and not fct_survey.is_satisfied)
            or (fct_survey.survey_type = 'nps' and fct_survey.scale = '0_to_10' and fct_survey.score <= 6)
            or (fct_survey.survey_type = 'ces' and fct_survey.scale = '1_to_7' and fct_survey.score <= 3)
            or (fct_survey.survey_type = 'ces' and fct_survey.scale = '1_to_5' and fct_survey.score <= 2)
        )
    union all
    select
        fct_ticket_event.ticket_key,
        to_local(fct_ticket_event.occurred_at, span.reporting_time_zone) as happened_local_at,
        'escalation' as reason
    from fct_ticket_event
    cross join span
    where fct_ticket_event.event_type = 'escalated' and fct_ticket_event.actor_type <> 'bot'
    union all
    select
        fct_sla_target.ticket_key,
        fct_sla_target.due_local_at as happened_local_at,
        'breach' as reason
    from fct_sla_target
    where fct_sla_target.verdict = 'breached'
),

counted as (
    select
        organization_key,
        week,
        tickets,
        same_category_tickets,
        0 as reopens,
        0 as low_answers,
        0 as escalations,
        0 as breaches
    from topics_again
    union all
    select
        fct_ticket.organization_key,
        add_days(cast(date_trunc('week', happened.happened_local_at) as date), 7 * told_in.weeks) as week,
        0 as tickets,
        0 as same_category_tickets,
        case happened.reason when 'reopen' then 1 else 0 end as reopens,
        case happened.reason when 'low answer' then 1 else 0 end as low_answers,
        case happened.reason when 'escalation' then 1 else 0 end as escalations,
        case happened.reason when 'breach' then 1 else 0 end as breaches
    from happened
    cross join span
    cross join told_in
    inner join fct_ticket
        on fct_ticket.ticket_key = happened.ticket_key
    where happened.happened_local_at >= add_days(span.first_week, -7)
        and fct_ticket.organization_key is not null
        and fct_ticket.is_eligible
),

weekly as (
    select
        counted.organization_key,
        counted.week,
        cast(sum(counted.tickets) as bigint) as tickets,
        cast(sum(counted.same_category_tickets) as bigint) as same_category_tickets,
        cast(sum(counted.reopens) as bigint) as reopens,
        cast(sum(counted.low_answers) as bigint) as low_answers,
        cast(sum(counted.escalations) as bigint) as escalations,
        cast(sum(counted.breaches) as bigint) as breaches
    from counted
    cross join span
    where counted.week between span.first_week and span.current_week
    group by counted.organization_key, counted.week
),

-- What is usual for a customer of that size is free, and so is what stays below the number from which a reason counts.
beyond as (
    select
        weekly.*,
        coalesce(usual.usual_tickets, 0) as usual_tickets,
        weekly.tickets - floor(coalesce(usual.usual_tickets, 0) * settings.tickets_usual)
        - settings.tickets_from + 1 as tickets_beyond,
        weekly.same_category_tickets - floor(coalesce(usual.usual_tickets, 0) * settings.same_category_usual)
        - settings.same_category_from + 1 as same_category_beyond,
        weekly.reopens - floor(coalesce(usual.usual_tickets, 0) * settings.reopens_usual)
        - settings.reopens_from + 1 as reopens_beyond,
        weekly.low_answers - floor(coalesce(usual.usual_tickets, 0) * settings.low_answers_usual)
        - settings.low_answers_from + 1 as low_answers_beyond,
        weekly.escalations - floor(coalesce(usual.usual_tickets, 0) * settings.escalations_usual)
        - settings.escalations_from + 1 as escalations_beyond,
        weekly.breaches - floor(coalesce(usual.usual_tickets, 0) * settings.breaches_usual)
        - settings.breaches_from + 1 as breaches_beyond
    from weekly
    cross join settings
    left join usual
        on usual.organization_key = weekly.organization_key
),

weighed as (
    select
        beyond.*,
        least(settings.tickets_at_most, greatest(0, tickets_beyond) * settings.tickets_points) as tickets_points,
        least(settings.same_category_at_most, greatest(0, same_category_beyond) * settings.same_category_points)
            as same_category_points,
        least(settings.reopens_at_most, greatest(0, reopens_beyond) * settings.reopens_points) as reopens_points,
        least(settings.low_answers_at_most, greatest(0, low_answers_beyond) * settings.low_answers_points) as low_answers_points,
        least(settings.escalations_at_most, greatest(0, escalations_beyond) * settings.escalations_points) as escalations_points,
        least(settings.breaches_at_most, greatest(0, breaches_beyond) * settings.breaches_points) as breaches_points,
        settings.at_risk_from
    from beyond
    cross join settings
),

added as (
    select
        weighed.*,
        tickets_points + same_category_points + reopens_points + low_answers_points + escalations_points + breaches_points
            as risk_points
    from weighed
)

select
    dim_organization.source,
    added.organization_key,
    added.week as week_starts_on,
    cast(added.week as timestamp) as week_local_at,
    as_double(added.usual_tickets) as usual_tickets,
    added.tickets,
    added.same_category_tickets,
    added.reopens,
    added.low_answers,
    added.escalations,
    added.breaches,
    cast(added.tickets_points as bigint) as tickets_points,
    cast(added.same_category_points as bigint) as same_category_points,
    cast(added.reopens_points as bigint) as reopens_points,
    cast(added.low_answers_points as bigint) as low_answers_points,
    cast(added.escalations_points as bigint) as escalations_points,
    cast(added.breaches_points as bigint) as breaches_points,
    cast(added.risk_points as bigint) as risk_points,
    added.risk_points >= added.at_risk_from as is_at_risk
from added
inner join dim_organization
    on dim_organization.organization_key = added.organization_key
