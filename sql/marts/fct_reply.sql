-- One row per requester message that opened a wait; key: ticket_key, asked_event_number.
with

conversation as (
    select
        ticket_key,
        event_number,
        occurred_at,
        is_requester_message,
        lag(is_requester_message) over life as follows_requester,
        min(case when is_human_contact then event_number end) over (
            partition by ticket_key
            order by event_number
            rows between 1 following and unbounded following
        ) as answered_event_number
    from fct_ticket_event
    where is_requester_message or is_human_contact
    window life as (partition by ticket_key order by event_number)
)

-- A requester writing twice in a row is still waiting for one answer.
select
    conversation.ticket_key,
    conversation.event_number as asked_event_number,
    conversation.occurred_at as asked_at,
    conversation.answered_event_number,
    answers.occurred_at as answered_at,
    answers.agent_key as answered_by_agent_key,
    seconds_between(conversation.occurred_at, answers.occurred_at) as reply_calendar_seconds
from conversation
left join fct_ticket_event as answers
    on answers.ticket_key = conversation.ticket_key
    and answers.event_number = conversation.answered_event_number
where conversation.is_requester_message
    and not coalesce(conversation.follows_requester, false)
