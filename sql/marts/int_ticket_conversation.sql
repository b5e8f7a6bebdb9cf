-- One row per ticket: who spoke, when first, how often; key: ticket_key.
with

settings as (
    select *
    from cfg_setting
),

starts as (
    select
        ticket_key,
        max(case when event_type = 'created' then occurred_at end) as created_at,
        max(case when event_type = 'created' and actor_type = 'agent' then 1 else 0 end) as opened_by_agent,
        min(case when is_requester_message then occurred_at end) as first_asked_at,
        min(case when is_human_contact then event_number end) as first_contact_number,
        min(case when is_human_contact and event_type <> 'call' then occurred_at end) as first_comment_at,
        sum(case when is_requester_message and event_type = 'message' then 1 else 0 end) as requester_messages,
        max(case when actor_type = 'bot' then 1 else 0 end) as has_bot,
        max(case when actor_type = 'agent' and event_type <> 'created' then 1 else 0 end) as has_human
    from fct_ticket_event
    group by ticket_key
),

-- A bot's answer is not a person's: the human clock starts when the bot hands over, unless a person was there before.
handovers as (
    select
        fct_ticket_event.ticket_key,
        min(fct_ticket_event.occurred_at) as handed_over_at
    from fct_ticket_event
    inner join starts
        on starts.ticket_key = fct_ticket_event.ticket_key
    where fct_ticket_event.actor_type = 'bot'
        and fct_ticket_event.event_type in ('team', 'agent', 'escalated')
        and (starts.first_contact_number is null or fct_ticket_event.event_number < starts.first_contact_number)
    group by fct_ticket_event.ticket_key
),

-- On a ticket an agent opened, the clock starts with the requester's first message.
clocks as (
    select
        starts.*,
        case
            when starts.opened_by_agent = 1 then starts.first_asked_at
            else coalesce(handovers.handed_over_at, starts.created_at)
        end as human_clock_started_at
    from starts
    left join handovers
        on handovers.ticket_key = starts.ticket_key
),

spoken as (
    select
        fct_ticket_event.ticket_key,
        fct_ticket_event.event_number,
        fct_ticket_event.occurred_at,
        fct_ticket_event.is_human_contact,
        fct_ticket_event.is_new_contact,
        clocks.human_clock_started_at,
        clocks.first_contact_number,
        outcomes.first_reopened_at,
        fct_ticket_event.occurred_at <= outcomes.first_solved_at as is_before_solve,
        seconds_between(outcomes.first_solved_at, fct_ticket_event.occurred_at)
        <= settings.fcr_window_days * 86400 as is_in_window
    from fct_ticket_event
    inner join clocks
        on clocks.ticket_key = fct_ticket_event.ticket_key
    inner join int_ticket_outcome as outcomes
        on outcomes.ticket_key = fct_ticket_event.ticket_key
    cross join settings
    where fct_ticket_event.is_human_contact or fct_ticket_event.is_requester_message
),

contacts as (
    select
        ticket_key,
        min(case when is_human_contact and occurred_at >= human_clock_started_at then occurred_at end) as first_reply_at,
        max(case when is_human_contact then occurred_at end) as last_reply_at,
        sum(case when is_human_contact then 1 else 0 end) as replies,
        sum(case when is_human_contact and is_before_solve then 1 else 0 end) as replies_before_solve,
        sum(case when is_new_contact then 1 else 0 end) as human_contacts,
        sum(case when is_new_contact and is_in_window then 1 else 0 end) as human_contacts_in_window,
        -- When it stopped being one contact, and when a reopened ticket was answered again.
        min(case when is_new_contact and is_in_window and event_number > first_contact_number then occurred_at end) as second_contact_at,
        min(case when is_human_contact and is_in_window and not is_before_solve then occurred_at end) as answered_after_solve_at,
        min(case when is_human_contact and occurred_at > first_reopened_at then occurred_at end) as worked_again_at,
        -- The requester came back after the solve, and somebody answered within the window.
        min(case when not is_human_contact and not is_before_solve then event_number end)
        < max(case when is_human_contact and is_in_window then event_number end) as was_answered_again
    from spoken
    group by ticket_key
)

select
    clocks.ticket_key,
    clocks.human_clock_started_at,
    clocks.first_comment_at,
    clocks.requester_messages,
    contacts.first_reply_at,
    contacts.last_reply_at,
    coalesce(contacts.replies, 0) as replies,
    coalesce(contacts.replies_before_solve, 0) as replies_before_solve,
    coalesce(contacts.human_contacts, 0) as human_contacts,
    coalesce(contacts.human_contacts_in_window, 0) as human_contacts_in_window,
    coalesce(contacts.was_answered_again, false) as was_answered_again,
    contacts.second_contact_at,
    contacts.answered_after_solve_at,
    contacts.worked_again_at,
    clocks.has_bot = 1 as has_bot,
    clocks.has_human = 1 as has_human
from clocks
left join contacts
    on contacts.ticket_key = clocks.ticket_key
