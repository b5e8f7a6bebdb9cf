-- What happened to django-helpdesk's tickets; key: source, ticket_id, event_id.
with

tickets as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by modified_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.django_helpdesk_tickets
),

newest as (
    select
        followups.*,
        row_number() over (
            partition by followups.source, followups.followup_id
            order by followups._loaded_at desc, followups._row_hash desc
        ) as version_rank
    from raw.django_helpdesk_followups as followups
    -- Editing a follow-up writes it anew under another number and deletes the old one.
    inner join raw.django_helpdesk_present as present
        on present.source = followups.source
        and present.what = 'followup'
        and present.id = followups.followup_id
),

staff as (
    select
        source,
        user_id,
        max(username) as username
    from raw.django_helpdesk_users
    where is_staff
    group by source, user_id
),

followups as (
    select
        newest.*,
        row_number() over (
            partition by newest.source, newest.ticket_id
            order by cast(newest.followup_id as bigint)
        ) = 1
        and newest.occurred_at <= tickets.created_at + interval '60' second as is_opening,
        case
            when staff.user_id is not null then 'agent'
            when newest.user_id is not null or newest.is_public then 'requester'
            else 'system'
        end as actor_type
    from newest
    inner join tickets
        on tickets.source = newest.source
        and tickets.ticket_id = newest.ticket_id
        and tickets.version_rank = 1
    left join staff
        on staff.source = newest.source
        and staff.user_id = newest.user_id
    where newest.version_rank = 1
),

changes as (
    select
        followups.source,
        followups.ticket_id,
        followups.followup_id,
        followups.occurred_at,
        followups.actor_type,
        followups.user_id,
        changes.what,
        -- Owners stand there by their login, the others by number.
        case when changes.what = 'agent' then old_owner.user_id else changes.old_value end as old_value,
        case when changes.what = 'agent' then coalesce(new_owner.user_id, '') else changes.new_value end as new_value,
        row_number() over (
            partition by followups.source, followups.ticket_id, changes.what
            order by cast(changes.change_id as bigint)
        ) as change_rank,
        row_number() over (
            partition by changes.source, changes.change_id
            order by changes._loaded_at desc, changes._row_hash desc
        ) as version_rank
    from raw.django_helpdesk_changes as changes
    inner join followups
        on followups.source = changes.source
        and followups.followup_id = changes.followup_id
    left join staff as old_owner
        on old_owner.source = changes.source
        and old_owner.username = changes.old_value
    left join staff as new_owner
        on new_owner.source = changes.source
        and new_owner.username = changes.new_value
),

-- What a ticket came in with is what its first change replaced, or what it still has.
intake as (
    select
        tickets.source,
        tickets.ticket_id,
        tickets.created_at,
        case when owners.source is not null then owners.old_value else tickets.assigned_to_id end as agent_id,
        case when queues.source is not null then queues.old_value else tickets.queue_id end as team_id
    from tickets
    left join changes as owners
        on owners.source = tickets.source
        and owners.ticket_id = tickets.ticket_id
        and owners.what = 'agent'
        and owners.change_rank = 1
    left join changes as queues
        on queues.source = tickets.source
        and queues.ticket_id = tickets.ticket_id
        and queues.what = 'team'
        and queues.change_rank = 1
    where tickets.version_rank = 1
),

openings as (
    select
        source,
        ticket_id,
        max(actor_type) as actor_type,
        max(user_id) as user_id
    from followups
    where is_opening
    group by source, ticket_id
)

select
    intake.source,
    intake.ticket_id,
    'created' as event_id,
    cast(0 as bigint) as position,
    intake.created_at as occurred_at,
    'created' as event_type,
    case when openings.actor_type = 'agent' then 'agent' else 'requester' end as actor_type,
    openings.user_id as actor_id,
    true as is_public,
    cast(null as varchar) as to_value
from intake
left join openings
    on openings.source = intake.source
    and openings.ticket_id = intake.ticket_id

union all

select
    source,
    ticket_id,
    'intake-team' as event_id,
    cast(1 as bigint) as position,
    created_at as occurred_at,
    'team' as event_type,
    'system' as actor_type,
    cast(null as varchar) as actor_id,
    true as is_public,
    team_id as to_value
from intake
where team_id is not null

union all

select
    source,
    ticket_id,
    'intake-agent' as event_id,
    cast(2 as bigint) as position,
    created_at as occurred_at,
    'agent' as event_type,
    'system' as actor_type,
    cast(null as varchar) as actor_id,
    true as is_public,
    agent_id as to_value
from intake
where agent_id is not null

union all

select
    source,
    ticket_id,
    followup_id || '-message' as event_id,
    cast(followup_id as bigint) * 10 + 1 as position,
    occurred_at,
    'message' as event_type,
    actor_type,
    user_id as actor_id,
    is_public,
    cast(null as varchar) as to_value
from followups
where has_comment and not is_opening

union all

select
    source,
    ticket_id,
    followup_id || '-' || what as event_id,
    cast(followup_id as bigint) * 10 + 2 as position,
    occurred_at,
    case what when 'hold' then 'status' else what end as event_type,
    actor_type,
    user_id as actor_id,
    true as is_public,
    case
        when what = 'hold' and new_value = 'True' then 'hold'
        when what = 'hold' then 'open'
        when what = 'priority' and new_value = '1' then 'urgent'
        when what = 'priority' and new_value = '2' then 'high'
        when what = 'priority' and new_value = '3' then 'normal'
        when what = 'priority' then 'low'
        else new_value
    end as to_value
from changes
where version_rank = 1

union all

select
    source,
    ticket_id,
    followup_id || '-status' as event_id,
    cast(followup_id as bigint) * 10 + 3 as position,
    occurred_at,
    'status' as event_type,
    actor_type,
    user_id as actor_id,
    true as is_public,
    status as to_value
from followups
where status is not null
