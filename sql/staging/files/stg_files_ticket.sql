-- One row per ticket handed over in files, newest version; key: source, ticket_id.
with

-- Hardly a ticket has versions: only those that have are ranked.
repeated as (
    select
        source,
        ticket_id
    from raw.files_tickets
    group by source, ticket_id
    having count(*) > 1
),

ranked as (
    select
        versions.source,
        versions.ticket_id,
        versions._row_hash,
        row_number() over (
            partition by versions.source, versions.ticket_id
            order by versions.updated_at desc nulls last, versions._loaded_at desc, versions._row_hash desc
        ) as version_rank
    from raw.files_tickets as versions
    inner join repeated
        on repeated.source = versions.source
        and repeated.ticket_id = versions.ticket_id
),

replaced as (
    select *
    from ranked
    where version_rank > 1
),

tickets as (
    select versions.*
    from raw.files_tickets as versions
    left join replaced
        on replaced.source = versions.source
        and replaced.ticket_id = versions.ticket_id
        and replaced._row_hash = versions._row_hash
    where replaced.ticket_id is null
),

snapshots as (
    select
        *,
        row_number() over (
            partition by source, ticket_id, position
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_snapshots
),

-- The state of a ticket is spread over its log: the last known value of each column, text riding behind its position.
logged_tickets as (
    select
        source,
        ticket_id,
        coalesce(min(created_at), min(occurred_at)) as created_at,
        substr(max(case
            when requester_id is not null
                then lpad(as_text(position), 12, '0') || requester_id
        end), 13) as requester_id,
        substr(max(case
            when organization_id is not null
                then lpad(as_text(position), 12, '0') || organization_id
        end), 13) as organization_id,
        substr(max(case
            when channel is not null
                then lpad(as_text(position), 12, '0') || channel
        end), 13) as channel,
        substr(max(case
            when category is not null
                then lpad(as_text(position), 12, '0') || category
        end), 13) as category,
        substr(max(case
            when priority is not null
                then lpad(as_text(position), 12, '0') || priority
        end), 13) as priority,
        substr(max(case
            when subject is not null
                then lpad(as_text(position), 12, '0') || subject
        end), 13) as subject,
        substr(max(case
            when url is not null
                then lpad(as_text(position), 12, '0') || url
        end), 13) as url
    from snapshots
    where version_rank = 1
    group by source, ticket_id
)

select
    source,
    ticket_id,
    created_at,
    requester_id,
    organization_id,
    channel,
    category,
    priority,
    subject,
    brand,
    tags,
    initiated_by,
    coalesce(is_spam, false) as is_spam,
    coalesce(is_test, false) as is_test,
    coalesce(is_deleted, false) as is_deleted,
    merged_into_ticket_id,
    url,
    updated_at,
    status,
    team_id,
    agent_id,
    first_assigned_at,
    first_replied_at,
    solved_at,
    closed_at
from tickets

union all

select
    logged_tickets.source,
    logged_tickets.ticket_id,
    logged_tickets.created_at,
    logged_tickets.requester_id,
    logged_tickets.organization_id,
    logged_tickets.channel,
    logged_tickets.category,
    logged_tickets.priority,
    logged_tickets.subject,
    as_text(null) as brand,
    as_text(null) as tags,
    as_text(null) as initiated_by,
    false as is_spam,
    false as is_test,
    false as is_deleted,
    as_text(null) as merged_into_ticket_id,
    logged_tickets.url,
    cast(null as timestamp) as updated_at,
    as_text(null) as status,
    as_text(null) as team_id,
    as_text(null) as agent_id,
    cast(null as timestamp) as first_assigned_at,
    cast(null as timestamp) as first_replied_at,
    cast(null as timestamp) as solved_at,
    cast(null as timestamp) as closed_at
from logged_tickets

union all

-- A call or chat that was answered is a ticket of its own, unless it names one.
select
    source,
    ticket_id,
    offered_at as created_at,
    requester_id,
    as_text(null) as organization_id,
    channel,
    category,
    as_text(null) as priority,
    as_text(null) as subject,
    as_text(null) as brand,
    as_text(null) as tags,
    as_text(null) as initiated_by,
    false as is_spam,
    false as is_test,
    false as is_deleted,
    as_text(null) as merged_into_ticket_id,
    as_text(null) as url,
    cast(null as timestamp) as updated_at,
    as_text(null) as status,
    team_id,
    agent_id,
    cast(null as timestamp) as first_assigned_at,
    cast(null as timestamp) as first_replied_at,
    cast(null as timestamp) as solved_at,
    cast(null as timestamp) as closed_at
from stg_contact
where is_own_ticket
