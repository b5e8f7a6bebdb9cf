-- django-helpdesk's tickets as the import format has them, newest version; key: source, ticket_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by modified_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.django_helpdesk_tickets
),

openings as (
    select
        source,
        ticket_id,
        user_id,
        row_number() over (
            partition by source, ticket_id
            order by cast(followup_id as bigint)
        ) as followup_rank
    from raw.django_helpdesk_followups
)

select
    versions.source,
    versions.ticket_id,
    versions.modified_at as updated_at,
    versions.created_at,
    versions.requester_key as requester_id,
    versions.category,
    case
        when versions.priority = 1 then 'urgent'
        when versions.priority = 2 then 'high'
        when versions.priority >= 4 then 'low'
        else 'normal'
    end as priority,
    versions.subject,
    case when openings.user_id is not null then 'agent' else 'requester' end as initiated_by,
    versions.status,
    versions.queue_id as team_id,
    versions.assigned_to_id as agent_id,
    present.id is null as is_deleted,
    versions.merged_to_id as merged_into_ticket_id,
    versions.url
from versions
left join openings
    on openings.source = versions.source
    and openings.ticket_id = versions.ticket_id
    and openings.followup_rank = 1
left join raw.django_helpdesk_present as present
    on present.source = versions.source
    and present.what = 'ticket'
    and present.id = versions.ticket_id
where versions.version_rank = 1
