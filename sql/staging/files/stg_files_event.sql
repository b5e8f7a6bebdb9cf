-- View: everything that happened to tickets handed over in files, in all four shapes; key: source, ticket_id, position, event_id.
with

events as (
    select *
    from stg_files_told_event
),

logged_events as (
    select *
    from stg_files_logged_event
),

-- A ticket known by one row only: its life is what the row says.
bare_tickets as (
    select tickets.*
    from stg_files_ticket as tickets
    left join stg_files_told_ticket as told
        on told.source = tickets.source
        and told.ticket_id = tickets.ticket_id
    left join raw.files_snapshots as snapshots
        on snapshots.source = tickets.source
        and snapshots.ticket_id = tickets.ticket_id
    where told.ticket_id is null
        and snapshots.ticket_id is null
),

-- A call its ticket already tells of is not told twice.
tickets_with_live_events as (
    select
        source,
        ticket_id
    from stg_files_told_ticket
    where has_live_events
),

contacts as (
    select stg_contact.*
    from stg_contact
    left join tickets_with_live_events
        on tickets_with_live_events.source = stg_contact.source
        and tickets_with_live_events.ticket_id = stg_contact.ticket_id
    where stg_contact.answered_at is not null
        and tickets_with_live_events.ticket_id is null
),

bare_events as (
    select
        source,
ticket_id,
created_at as occurred_at,
0 as position,
'created' as event_type,
coalesce(initiated_by, 'requester') as actor_type,
requester_id as actor_id,
as_text(null) as to_value
    from bare_tickets
    union all
    select
        source,
ticket_id,
created_at as occurred_at,
1 as position,
'team' as event_type,
'system' as actor_type,
as_text(null) as actor_id,
team_id as to_value
    from bare_tickets
    where team_id is not null
    union all
    select
        source,
ticket_id,
coalesce(first_assigned_at, created_at) as occurred_at,
2 as position,
'agent' as event_type,
'system' as actor_type,
as_text(null) as actor_id,
agent_id as to_value
    from bare_tickets
    where agent_id is not null
    union all
    select
        source,
ticket_id,
first_replied_at as occurred_at,
3 as position,
'message' as event_type,
'agent' as actor_type,
agent_id as actor_id,
as_text(null) as to_value
    from bare_tickets
    where first_replied_at is not null
    union all
    select
        source,
ticket_id,
coalesce(updated_at, created_at) as occurred_at,
4 as position,
'status' as event_type,
'system' as actor_type,
as_text(null) as actor_id,
status as to_value
    from bare_tickets
    where status in ('open', 'pending', 'hold') and solved_at is null and closed_at is null
    union all
    select
        source,
ticket_id,
solved_at as occurred_at,
5 as position,
'status' as event_type,
case when agent_id is null then 'system' else 'agent' end as actor_type,
agent_id as actor_id,
'solved' as to_value
    from bare_tickets
    where solved_at is not null
    union all
    select
        source,
ticket_id,
closed_at as occurred_at,
6 as position,
'status' as event_type,
'system' as actor_type,
as_text(null) as actor_id,
'closed' as to_value
    from bare_tickets
    where closed_at is not null
)

select
    source,
    ticket_id,
    occurred_at,
    position,
    event_id,
    event_type,
    actor_type,
    actor_id,
    coalesce(is_public, true) as is_public,
    to_value,
    cast(duration_seconds as bigint) as duration_seconds
from events

union all

select
    source,
    ticket_id,
    occurred_at,
    position,
    event_type as event_id,
    event_type,
    actor_type,
    actor_id,
    true as is_public,
    to_value,
    cast(null as bigint) as duration_seconds
from logged_events

union all

select
    source,
    ticket_id,
    occurred_at,
    position,
    event_type as event_id,
    event_type,
    actor_type,
    actor_id,
    true as is_public,
    to_value,
    cast(null as bigint) as duration_seconds
from bare_events

union all

-- An answered call or chat is one session with a person.
select
    source,
    ticket_id,
    answered_at as occurred_at,
    10 as position,
    contact_id as event_id,
    case when channel = 'chat' then 'chat' else 'call' end as event_type,
    'agent' as actor_type,
    agent_id as actor_id,
    true as is_public,
    as_text(null) as to_value,
    coalesce(talk_seconds, 0) + coalesce(hold_seconds, 0) as duration_seconds
from contacts

union all

select
    source,
    ticket_id,
    ended_at as occurred_at,
    20 as position,
    contact_id || '-solved' as event_id,
    'status' as event_type,
    'agent' as actor_type,
    agent_id as actor_id,
    true as is_public,
    'solved' as to_value,
    cast(null as bigint) as duration_seconds
from contacts
where is_own_ticket and is_resolved
