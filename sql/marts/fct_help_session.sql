-- One row per self-service or bot session and whether a ticket followed; key: source, help_session_id.
with

sessions as (
    select
        stg_help_session.*,
        case when requester_id is not null then md5(source || ':' || requester_id) end as requester_key
    from stg_help_session
),

settings as (
    select *
    from cfg_setting
),

-- Who never was in the help center has no session that a contact could follow.
visitors as (
    select distinct requester_key
    from sessions
    where requester_key is not null
),

-- Sessions and contacts of a person on one line of time: the next contact after each session.
points as (
    select
        requester_key,
        help_session_id,
        source,
        started_at as point_at,
        0 as is_contact
    from sessions
    where requester_key is not null
    union all
    select
        fct_ticket.requester_key,
        as_text(null) as help_session_id,
        fct_ticket.source,
        fct_ticket.created_at as point_at,
        1 as is_contact
    from fct_ticket
    inner join visitors
        on visitors.requester_key = fct_ticket.requester_key
    where not fct_ticket.is_agent_initiated and not (fct_ticket.is_spam or fct_ticket.is_test or fct_ticket.is_deleted)
    union all
    -- A call or chat on a ticket that exists already is asking us too, answered or not.
    select
        fct_ticket.requester_key,
        as_text(null) as help_session_id,
        fct_ticket.source,
        fct_ticket_event.occurred_at as point_at,
        1 as is_contact
    from fct_ticket_event
    inner join fct_ticket
        on fct_ticket.ticket_key = fct_ticket_event.ticket_key
    inner join visitors
        on visitors.requester_key = fct_ticket.requester_key
    where fct_ticket_event.event_type in ('call', 'chat')
    union all
    select
        md5(source || ':' || requester_id) as requester_key,
        as_text(null) as help_session_id,
        source,
        offered_at as point_at,
        1 as is_contact
    from stg_contact
    where requester_id is not null
),

followed as (
    select
        source,
        help_session_id,
        is_contact,
        min(case when is_contact = 1 then point_at end) over (
            partition by requester_key
            order by point_at, is_contact
            rows between 1 following and unbounded following
        ) as next_contact_at
    from points
)

select
    sessions.source,
    sessions.help_session_id,
    sessions.session_type,
    sessions.requester_key,
    sessions.started_at,
    to_local(sessions.started_at, build_clock.reporting_time_zone) as started_local_at,
    sessions.category,
    sessions.article_id,
    sessions.was_helpful,
    sessions.ticket_id,
    sessions.articles_read,
    sessions.searches,
    sessions.bot_questions,
    followed.next_contact_at,
    coalesce(sessions.duration_seconds < 10, false) and sessions.articles_read = 0 and sessions.bot_questions = 0 as is_abandoned,
    sessions.articles_read + sessions.searches + sessions.bot_questions > 0 as has_intent,
    sessions.ticket_id is not null
    or coalesce(
        seconds_between(sessions.started_at, followed.next_contact_at) <= settings.deflection_window_hours * 3600,
        false
    ) as is_followed_by_contact
from sessions
cross join settings
cross join build_clock
left join followed
    on followed.source = sessions.source
    and followed.help_session_id = sessions.help_session_id
    and followed.is_contact = 0
where sessions.started_at <= build_clock.as_of
