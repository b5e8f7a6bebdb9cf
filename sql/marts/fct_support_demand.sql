-- One row per thing people wanted help with: a help session that met it, or a contact; key: demand_type, demand_id.
-- Deflection is a share of all of it, so both live in one fact.
select
    'session' as demand_type,
    source || ':' || help_session_id as demand_id,
    source,
    started_at,
    started_local_at,
    session_type as channel,
    category,
    cast(null as varchar) as organization_key,
    requester_key is not null as is_identified,
    not is_followed_by_contact as is_deflected,
    not is_followed_by_contact and coalesce(was_helpful, false) as is_confirmed_deflected,
    not is_followed_by_contact as is_demand
from fct_help_session
where has_intent and not is_abandoned

union all

select
    'contact' as demand_type,
    source || ':' || ticket_id as demand_id,
    source,
    created_at as started_at,
    created_local_at as started_local_at,
    channel,
    category,
    organization_key,
    has_requester as is_identified,
    false as is_deflected,
    false as is_confirmed_deflected,
    true as is_demand
from fct_ticket
where is_eligible and not is_agent_initiated
