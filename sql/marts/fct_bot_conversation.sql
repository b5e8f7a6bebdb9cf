-- One row per conversation the bot had a part in before any person; key: source, conversation_type, conversation_id.
-- A session that became a ticket is one conversation, and so is a ticket the bot answered without a session.
with

settings as (
    select *
    from cfg_setting
),

spoken as (
    select
        ticket_key,
        min(case when event_type = 'message' and is_public then occurred_at end) as spoke_at,
        max(case when event_type in ('team', 'agent', 'escalated') then 1 else 0 end) = 1 as is_handed_on
    from fct_ticket_event
    where actor_type = 'bot'
    group by ticket_key
),

sessions as (
    select
        visits.source,
        visits.help_session_id,
        visits.requester_key,
        visits.category,
        visits.started_at,
        visits.started_local_at,
        visits.was_helpful,
        visits.is_followed_by_contact,
        visits.ticket_id is not null as has_ticket,
        stg_ticket.surviving_ticket_key as ticket_key
    from fct_help_session as visits
    left join stg_ticket
        on stg_ticket.source = visits.source
        and stg_ticket.ticket_id = visits.ticket_id
    where visits.session_type = 'bot' and visits.bot_questions > 0 and not visits.is_abandoned
),

conversations as (
    select
        source,
        'session' as conversation_type,
        help_session_id as conversation_id,
        'bot' as channel,
        requester_key,
        category,
        started_at,
        started_local_at,
        was_helpful,
        is_followed_by_contact,
        has_ticket,
        ticket_key
    from sessions
    union all
    select
        fct_ticket.source,
        'ticket' as conversation_type,
        fct_ticket.ticket_id as conversation_id,
        fct_ticket.channel,
        fct_ticket.requester_key,
        fct_ticket.category,
        fct_ticket.created_at as started_at,
        fct_ticket.created_local_at as started_local_at,
        cast(null as boolean) as was_helpful,
        false as is_followed_by_contact,
        true as has_ticket,
        fct_ticket.ticket_key
    from fct_ticket
    inner join spoken
        on spoken.ticket_key = fct_ticket.ticket_key
    left join (
        select distinct ticket_key
        from sessions
    ) as told
        on told.ticket_key = fct_ticket.ticket_key
    where told.ticket_key is null
        and spoken.spoke_at is not null
        and (fct_ticket.first_reply_at is null or spoken.spoke_at <= fct_ticket.first_reply_at)
),

judged as (
    select
        conversations.*,
        fct_ticket.organization_key,
        conversations.has_ticket and (not coalesce(fct_ticket.is_bot_only, false) or coalesce(spoken.is_handed_on, false))
            as is_handed_over,
        conversations.ticket_key is not null and fct_ticket.is_solved_now as is_solved_now
    from conversations
    left join fct_ticket
        on fct_ticket.ticket_key = conversations.ticket_key
    left join spoken
        on spoken.ticket_key = conversations.ticket_key
    where coalesce(fct_ticket.is_eligible, true)
)

select
    judged.source,
    judged.conversation_type,
    judged.conversation_id,
    judged.channel,
    judged.category,
    judged.requester_key,
    judged.organization_key,
    judged.ticket_key,
    judged.started_at,
    judged.started_local_at,
    case
        when judged.is_handed_over then 'handed over'
        when not judged.has_ticket and judged.is_followed_by_contact then 'came back'
        when not judged.was_helpful then 'not helped'
        when judged.has_ticket and not judged.is_solved_now then 'pending'
        when judged.was_helpful then 'confirmed'
        when not judged.has_ticket
            and seconds_between(judged.started_at, build_clock.as_of) < settings.deflection_window_hours * 3600 then 'pending'
        else 'assumed'
    end as bot_outcome
from judged
cross join build_clock
cross join settings
