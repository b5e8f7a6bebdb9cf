-- One row per thing people wanted help with: a help session, a ticket, or a call or chat no ticket came of;
-- key: demand_type, demand_id.
-- Deflection is a share of all of it, so all live in one fact, and are told by the organization of the person.
with

visited as (
    select distinct source
    from fct_help_session
)

select
    'session' as demand_type,
    sessions.source || ':' || sessions.help_session_id as demand_id,
    sessions.source,
    sessions.started_at,
    sessions.started_local_at,
    sessions.session_type as channel,
    sessions.category,
    dim_requester.organization_key,
    sessions.requester_key is not null as is_identified,
    not sessions.is_followed_by_contact as is_deflected,
    not sessions.is_followed_by_contact and coalesce(sessions.was_helpful, false) as is_confirmed_deflected,
    not sessions.is_followed_by_contact as is_demand,
    true as has_sessions
from fct_help_session as sessions
left join dim_requester
    on dim_requester.requester_key = sessions.requester_key
where sessions.has_intent and not sessions.is_abandoned

union all

select
    'ticket' as demand_type,
    fct_ticket.source || ':' || fct_ticket.ticket_id as demand_id,
    fct_ticket.source,
    fct_ticket.created_at as started_at,
    fct_ticket.created_local_at as started_local_at,
    fct_ticket.channel,
    fct_ticket.category,
    coalesce(fct_ticket.organization_key, dim_requester.organization_key) as organization_key,
    fct_ticket.has_requester as is_identified,
    false as is_deflected,
    false as is_confirmed_deflected,
    true as is_demand,
    visited.source is not null as has_sessions
from fct_ticket
left join visited
    on visited.source = fct_ticket.source
left join dim_requester
    on dim_requester.requester_key = fct_ticket.requester_key
where fct_ticket.is_eligible and not fct_ticket.is_agent_initiated

union all

-- Who gave up in the queue, or waits in it, asked us too.
select
    'call' as demand_type,
    fct_contact.source || ':' || fct_contact.contact_id as demand_id,
    fct_contact.source,
    fct_contact.offered_at as started_at,
    fct_contact.offered_local_at as started_local_at,
    fct_contact.channel,
    fct_contact.category,
    fct_contact.organization_key,
    fct_contact.has_requester as is_identified,
    false as is_deflected,
    false as is_confirmed_deflected,
    true as is_demand,
    visited.source is not null as has_sessions
from fct_contact
left join visited
    on visited.source = fct_contact.source
where fct_contact.ticket_key is null
