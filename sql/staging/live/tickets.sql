-- Tickets of helpdesks that share raw tables, newest version; key: source, ticket_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by updated_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.live_tickets
),

-- Helpdesks whose tickets were all listed once; what came since is in the list, too.
listed as (
    select source
    from raw.live_present
    where ticket_id = '-'
    group by source
)

select
    versions.source,
    versions.ticket_id,
    versions.updated_at,
    versions.created_at,
    versions.requester_id,
    versions.organization_id,
    versions.channel,
    versions.category,
    versions.priority,
    versions.subject,
    versions.brand,
    versions.tags,
    versions.initiated_by,
    versions.status,
    versions.team_id,
    versions.agent_id,
    versions.first_assigned_at,
    versions.first_replied_at,
    versions.solved_at,
    versions.closed_at,
    versions.is_spam,
    -- What is no longer in the list of all was deleted.
    coalesce(versions.is_deleted, false) or (listed.source is not null and present.source is null) as is_deleted,
    versions.merged_into_ticket_id,
    versions.url
from versions
left join listed
    on listed.source = versions.source
left join raw.live_present as present
    on present.source = versions.source
    and present.ticket_id = versions.ticket_id
where versions.version_rank = 1
