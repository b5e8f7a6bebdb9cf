-- One row per call or chat offered to the desk, answered or not; key: source, contact_id.
-- Without an answer it left the queue when it ended; with no end told, it waits, for no queue keeps anybody for a day.
-- Handling is the record's own, else what was logged on its ticket as talk, hold and wrap-up, in equal parts for its contacts.
with

contacts as (
    select
        stg_contact.*,
        stg_ticket.surviving_ticket_key as ticket_key,
        stg_contact.source || ':' || stg_contact.team_id as team_key,
        stg_contact.answered_at is not null and stg_contact.answered_at <= build_clock.as_of as is_answered,
        coalesce(stg_contact.ended_at <= build_clock.as_of, seconds_between(stg_contact.offered_at, build_clock.as_of) >= 86400)
            as is_over,
        seconds_between(
            stg_contact.offered_at,
            least(coalesce(stg_contact.answered_at, stg_contact.ended_at, build_clock.as_of), build_clock.as_of)
        ) as queue_seconds
    from stg_contact
    cross join build_clock
    left join stg_ticket
        on stg_ticket.source = stg_contact.source
        and stg_ticket.ticket_id = stg_contact.ticket_id
    where stg_contact.offered_at <= build_clock.as_of
),

entries as (
    select
        fct_time_entry.ticket_key,
        sum(fct_time_entry.handling_seconds) as handling_seconds
    from fct_time_entry
    where fct_time_entry.activity in ('talk', 'hold', 'wrap_up') and fct_time_entry.entry_kind = 'logged'
    group by fct_time_entry.ticket_key
),

shared as (
    select
        contacts.ticket_key,
        count(*) as contacts
    from contacts
    where contacts.is_answered and contacts.ticket_key is not null
    group by contacts.ticket_key
)

select
    contacts.source,
    contacts.contact_id,
    contacts.ticket_key,
    contacts.channel,
    coalesce(fct_ticket.category, contacts.category) as category,
    coalesce(fct_ticket.organization_key, dim_requester.organization_key) as organization_key,
    coalesce(dim_team.team_key, fct_ticket.first_team_key) as team_key,
    contacts.agent_key,
    contacts.requester_id is not null as has_requester,
    contacts.offered_at,
    to_local(contacts.offered_at, build_clock.reporting_time_zone) as offered_local_at,
    to_local(contacts.offered_at, coalesce(dim_team.time_zone, cfg_setting.default_schedule_time_zone)) as offered_team_local_at,
    contacts.answered_at,
    contacts.queue_seconds,
    contacts.is_answered,
    not contacts.is_answered and not contacts.is_over as is_waiting,
    not contacts.is_answered and contacts.is_over and contacts.queue_seconds >= cfg_setting.short_abandon_seconds as is_abandoned,
    not contacts.is_answered and contacts.is_over and contacts.queue_seconds < cfg_setting.short_abandon_seconds as is_short_abandon,
    contacts.is_answered and contacts.queue_seconds <= cfg_setting.service_level_seconds as is_answered_in_target,
    case
        when not contacts.is_answered then null
        when contacts.talk_seconds is not null
            then as_double(
                contacts.talk_seconds + coalesce(contacts.hold_seconds, 0) + coalesce(contacts.wrap_up_seconds, 0)
            )
        else entries.handling_seconds * 1.0 / shared.contacts
    end as handling_seconds,
    coalesce(fct_ticket.is_spam or fct_ticket.is_test or fct_ticket.is_deleted, false) as is_void
from contacts
cross join build_clock
cross join cfg_setting
left join fct_ticket
    on fct_ticket.ticket_key = contacts.ticket_key
left join dim_team
    on dim_team.team_key = contacts.team_key
left join entries
    on entries.ticket_key = contacts.ticket_key
left join shared
    on shared.ticket_key = contacts.ticket_key
left join dim_requester
    on dim_requester.requester_key = md5(contacts.source || ':' || contacts.requester_id)
