-- One row per survey sent, credited to who served the ticket then; key: source, survey_id.
-- In the order of answered_at, or of sent_at without an answer: who asks about a week reads that week.
with

agents as (
    select distinct
        agent_key,
        agent_number
    from dim_agent
),

surveys as (
    select
        stg_survey.*,
        stg_ticket.surviving_ticket_key as ticket_key,
        coalesce(stg_survey.answered_at, stg_survey.sent_at) as asked_about_at
    from stg_survey
    inner join stg_ticket
        on stg_ticket.source = stg_survey.source
        and stg_ticket.ticket_id = stg_survey.ticket_id
        and stg_ticket.surviving_ticket_key is not null
),

-- The last person who spoke to the requester before the answer is who was rated, unless the source names somebody.
served as (
    select
        surveys.ticket_key,
        surveys.asked_about_at,
        max(events.event_number * 1000000 + coalesce(agents.agent_number, 0)) % 1000000 as last_agent_number,
        max(events.occurred_at) as served_at
    from surveys
    inner join fct_ticket_event as events
        on events.ticket_key = surveys.ticket_key
        and events.is_human_contact
        and events.agent_key is not null
        and events.occurred_at <= surveys.asked_about_at
    left join agents
        on agents.agent_key = events.agent_key
    group by surveys.ticket_key, surveys.asked_about_at
),

credited as (
    select
        surveys.*,
        case
            when surveys.agent_id is not null then surveys.source || ':' || surveys.agent_id
            else agents.agent_key
        end as agent_key,
        coalesce(served.served_at, surveys.asked_about_at) as served_at
    from surveys
    left join served
        on served.ticket_key = surveys.ticket_key
        and served.asked_about_at = surveys.asked_about_at
    left join agents
        on agents.agent_number = served.last_agent_number
)

select
    credited.source,
    credited.survey_id,
    credited.ticket_key,
    credited.agent_key,
    coalesce(dim_agent.team_key, fct_ticket.solving_team_key) as team_key,
    credited.survey_type,
    credited.scale,
    credited.sent_at,
    to_local(credited.sent_at, build_clock.reporting_time_zone) as sent_local_at,
    credited.answered_at,
    to_local(credited.answered_at, build_clock.reporting_time_zone) as answered_local_at,
    to_local(credited.served_at, coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone)) as served_team_local_at,
    credited.score,
    credited.first_score,
    coalesce(credited.answered_at <= build_clock.as_of, false) and credited.score is not null as is_answered,
    coalesce(
        seconds_between(coalesce(credited.sent_at, credited.answered_at), credited.answered_at)
        <= cfg_setting.csat_window_days * 86400,
        false
    ) and coalesce(credited.answered_at <= build_clock.as_of, false) and credited.score is not null as is_answered_in_window,
    case
        when credited.scale = 'good_bad' then credited.score >= 1
        when credited.scale = '1_to_5' then credited.score >= 4
        when credited.scale = '1_to_7' then credited.score >= 5
        else credited.score >= 9
    end as is_satisfied,
    case
        when credited.scale = 'good_bad' then credited.first_score >= 1
        when credited.scale = '1_to_5' then credited.first_score >= 4
        when credited.scale = '1_to_7' then credited.first_score >= 5
        else credited.first_score >= 9
    end as is_first_answer_satisfied,
    fct_ticket.is_human_eligible
from credited
cross join build_clock
cross join cfg_setting
inner join fct_ticket
    on fct_ticket.ticket_key = credited.ticket_key
left join dim_agent
    on dim_agent.agent_key = credited.agent_key
    and cast(credited.served_at as date) >= dim_agent.valid_from
    and cast(credited.served_at as date) < dim_agent.valid_to
left join dim_team
    on dim_team.team_key = coalesce(dim_agent.team_key, fct_ticket.solving_team_key)
where coalesce(credited.sent_at, credited.answered_at) <= build_clock.as_of
order by coalesce(credited.answered_at, credited.sent_at)
