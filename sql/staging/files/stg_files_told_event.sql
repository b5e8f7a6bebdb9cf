-- View: every event handed over in files, newest version; key: source, ticket_id, event_id.
with

-- No load holds an event twice: only a source loaded more than once can have handed one over again.
reloaded as (
    select source
    from raw.files_events
    group by source
    having min(_loaded_at) <> max(_loaded_at)
),

-- Hardly an event is: only those that were are ranked.
repeated as (
    select
        events.source,
        events.ticket_id,
        events.event_id
    from raw.files_events as events
    inner join reloaded
        on reloaded.source = events.source
    group by events.source, events.ticket_id, events.event_id
    having count(*) > 1
),

ranked as (
    select
        events.*,
        row_number() over (
            partition by events.source, events.ticket_id, events.event_id
            order by events._loaded_at desc, events._row_hash desc
        ) as version_rank
    from raw.files_events as events
    inner join repeated
        on repeated.source = events.source
        and repeated.ticket_id = events.ticket_id
        and repeated.event_id = events.event_id
)

select
    events.source,
    events.ticket_id,
    events.occurred_at,
    events.position,
    events.event_id,
    events.event_type,
    events.actor_type,
    events.actor_id,
    events.is_public,
    events.to_value,
    events.duration_seconds
from raw.files_events as events
left join repeated
    on repeated.source = events.source
    and repeated.ticket_id = events.ticket_id
    and repeated.event_id = events.event_id
where repeated.event_id is null

union all

select
    source,
    ticket_id,
    occurred_at,
    position,
    event_id,
    event_type,
    actor_type,
    actor_id,
    is_public,
    to_value,
    duration_seconds
from ranked
where version_rank = 1
