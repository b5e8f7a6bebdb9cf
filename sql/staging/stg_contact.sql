-- One row per call or chat offered to the desk; key: source, contact_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, contact_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_contacts
)

select
    source,
    contact_id,
    -- Answered without naming a ticket, it is one of its own.
    coalesce(ticket_id, case when answered_at is not null then contact_id end) as ticket_id,
    ticket_id is null and answered_at is not null as is_own_ticket,
    channel,
    offered_at,
    answered_at,
    coalesce(ended_at, answered_at) as ended_at,
    team_id,
    agent_id,
    case when agent_id is not null then source || ':' || agent_id end as agent_key,
    requester_id,
    category,
    cast(talk_seconds as bigint) as talk_seconds,
    cast(hold_seconds as bigint) as hold_seconds,
    cast(wrap_up_seconds as bigint) as wrap_up_seconds,
    coalesce(is_resolved, true) as is_resolved
from versions
where version_rank = 1
