-- One row per ticket: who spoke, when first, how often; key: ticket_key.
with

settings as (
    select *
    from cfg_setting
),

-- A bot's answer is not a person's: the human clock starts when the bot hands over.
-- On a ticket an agent opened, it starts with the requester's first message.
starts as (
    select
        fct_ticket_event.ticket_key,
        max(case when fct_ticket_event.event_type = 'created' then fct_ticket_event.occurred_at end) as created_at,
        max(case when fct_ticket_event.event_type = 'created' and fct_ticket_event.actor_type = 'agent' then 1 else 0 end) as opened_by_agent,
        min(case when fct_ticket_event.is_requester_message then fct_ticket_event.occurred_at end) as first_asked_at,
        min(case
            when fct_ticket_event.actor_type = 'bot' and fct_ticket_event.event_type in ('team', 'agent', 'escalated')
                then fct_ticket_event.occurred_at
        end) as bot_handed_over_at,
        max(case when fct_ticket_event.actor_type = 'bot' then 1 else 0 end) as has_bot,
        max(case
            when fct_ticket_event.actor_type = 'agent' and fct_ticket_event.event_type <> 'created' then 1 else 0
        end) as has_human
    from fct_ticket_event
    group by fct_ticket_event.ticket_key
),

clocks as (
    select
        *,
        case
            when opened_by_agent = 1 then first_asked_at
            else coalesce(bot_handed_over_at, created_at)
        end as human_clock_started_at
    from starts
),

contacts as (
    select
        fct_ticket_event.ticket_key,
        min(case
            when fct_ticket_event.occurred_at >= clocks.human_clock_started_at then fct_ticket_event.occurred_at
        end) as first_reply_at,
        sum(case when fct_ticket_event.occurred_at <= outcomes.first_solved_at then 1 else 0 end) as replies_before_solve,
        count(*) as replies,
        sum(case when fct_ticket_event.is_new_contact then 1 else 0 end) as human_contacts,
        sum(case
            when fct_ticket_event.is_new_contact
                and seconds_between(outcomes.first_solved_at, fct_ticket_event.occurred_at) <= settings.fcr_window_days * 86400
                then 1
            else 0
        end) as human_contacts_in_window,
        max(fct_ticket_event.occurred_at) as last_reply_at
    from fct_ticket_event
    inner join clocks
        on clocks.ticket_key = fct_ticket_event.ticket_key
    inner join int_ticket_outcome as outcomes
        on outcomes.ticket_key = fct_ticket_event.ticket_key
    cross join settings
    where fct_ticket_event.is_human_contact
    group by fct_ticket_event.ticket_key
),

-- The requester came back after the solve, and somebody answered.
answered_again as (
    select distinct fct_reply.ticket_key
    from fct_reply
    inner join int_ticket_outcome as outcomes
        on outcomes.ticket_key = fct_reply.ticket_key
    cross join settings
    where fct_reply.asked_at > outcomes.first_solved_at
        and seconds_between(outcomes.first_solved_at, fct_reply.answered_at) <= settings.fcr_window_days * 86400
)

select
    clocks.ticket_key,
    clocks.human_clock_started_at,
    contacts.first_reply_at,
    contacts.last_reply_at,
    coalesce(contacts.replies, 0) as replies,
    coalesce(contacts.replies_before_solve, 0) as replies_before_solve,
    coalesce(contacts.human_contacts, 0) as human_contacts,
    coalesce(contacts.human_contacts_in_window, 0) as human_contacts_in_window,
    answered_again.ticket_key is not null as was_answered_again,
    clocks.opened_by_agent = 1 as is_opened_by_agent,
    clocks.has_bot = 1 as has_bot,
    clocks.has_human = 1 as has_human
from clocks
left join contacts
    on contacts.ticket_key = clocks.ticket_key
left join answered_again
    on answered_again.ticket_key = clocks.ticket_key
