-- Zendesk's tickets as the import format has them, newest version; key: source, ticket_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by generated_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.zendesk_tickets
),

users as (
    select
        source,
        user_id,
        max(case when role <> 'end-user' then 1 else 0 end) = 1 as is_agent
    from raw.zendesk_users
    group by source, user_id
)

select
    versions.source,
    versions.ticket_id,
    versions.generated_at as updated_at,
    versions.created_at,
    versions.requester_id,
    versions.organization_id,
    case versions.channel
        when 'native_messaging' then 'chat'
        when 'messaging' then 'chat'
        when 'chat' then 'chat'
        when 'voice' then 'phone'
        when 'phone' then 'phone'
        when 'mobile_sdk' then 'app'
        when 'help_center' then 'web'
        when 'web_widget' then 'web'
        when 'web_form' then 'web'
        else versions.channel
    end as channel,
    versions.category,
    versions.priority,
    versions.subject,
    versions.brand_id as brand,
    versions.tags,
    case
        when versions.submitter_id <> versions.requester_id and users.is_agent then 'agent' else 'requester'
    end as initiated_by,
    -- A ticket merged nobody can tell into which counts nowhere, as one that was deleted.
    versions.status = 'deleted' or (versions.is_merged and versions.merged_into_ticket_id is null) as is_deleted,
    versions.merged_into_ticket_id,
    case when versions.status <> 'deleted' then versions.status end as status,
    versions.group_id as team_id,
    versions.assignee_id as agent_id,
    versions.url
from versions
left join users
    on users.source = versions.source
    and users.user_id = versions.submitter_id
where versions.version_rank = 1
