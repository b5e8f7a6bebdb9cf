-- One row per matter that was settled: a help session no contact followed, or a solved ticket; key: source, contact_type, contact_id.
-- Tier 0 helped itself, tier 1 was settled by automation, tier 2 and above by people.
select
    source,
    'session' as contact_type,
    help_session_id as contact_id,
    session_type as channel,
    category,
    as_text(null) as organization_key,
    started_at as resolved_at,
    started_local_at as resolved_local_at,
    case when session_type = 'bot' then '1 automation' else '0 self-service' end as support_tier
from fct_help_session
where has_intent and not is_abandoned and not is_followed_by_contact

union all

select
    source,
    'ticket' as contact_type,
    ticket_id as contact_id,
    channel,
    solving_category as category,
    organization_key,
    first_solved_at as resolved_at,
    first_solved_local_at as resolved_local_at,
    case when is_bot_only then '1 automation' else '2+ people' end as support_tier
from fct_ticket
where is_eligible and is_solved and not is_agent_initiated
