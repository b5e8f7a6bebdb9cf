-- One row per ticket of every source; key: ticket_key (also source, ticket_id).
-- Keys are numbers from 1 in the order of created_at: a slice of tickets is a span of time.
with recursive

-- Numbered on their own: the rest of a ticket is not sorted along.
numbered as (
    select
        stg_files_ticket.source,
        stg_files_ticket.ticket_id,
        stg_files_ticket.merged_into_ticket_id,
        row_number() over (
            order by stg_files_ticket.created_at, stg_files_ticket.source, stg_files_ticket.ticket_id
        ) as ticket_key
    from stg_files_ticket
    cross join cfg_setting
    where cfg_setting.as_of is null or stg_files_ticket.created_at <= cfg_setting.as_of
),

merged as (
    select
        ticket_key,
        source,
        ticket_id,
        merged_into_ticket_id
    from numbered
    where merged_into_ticket_id is not null
),

-- A ticket merged into a ticket merged into a third belongs to the third; a circle belongs to nobody.
survivors as (
    select
        ticket_key,
        source,
        merged_into_ticket_id as survivor_id,
        1 as steps
    from merged
    union all
    select
        survivors.ticket_key,
        survivors.source,
        merged.merged_into_ticket_id as survivor_id,
        survivors.steps + 1 as steps
    from survivors
    inner join merged
        on merged.source = survivors.source
        and merged.ticket_id = survivors.survivor_id
    where survivors.steps < 10
),

last_survivors as (
    select
        ticket_key,
        source,
        survivor_id
    from (
        select
            *,
            row_number() over (
                partition by ticket_key
                order by steps desc
            ) as step_rank
        from survivors
    ) as ranked
    where step_rank = 1
),

surviving as (
    select
        last_survivors.ticket_key,
        numbered.ticket_key as surviving_ticket_key
    from last_survivors
    inner join numbered
        on numbered.source = last_survivors.source
        and numbered.ticket_id = last_survivors.survivor_id
)

select
    numbered.ticket_key,
    tickets.source,
    tickets.ticket_id,
    tickets.created_at,
    tickets.requester_id,
    tickets.organization_id,
    tickets.channel,
    tickets.category,
    tickets.priority,
    tickets.subject,
    tickets.brand,
    tickets.tags,
    tickets.is_spam,
    tickets.is_test,
    tickets.is_deleted,
    tickets.url,
    tickets.merged_into_ticket_id is not null as is_merged,
    -- Who opened it, where the source does not say on whose behalf.
    coalesce(tickets.initiated_by, case when told.is_opened_by_agent then 'agent' end, 'requester') = 'agent' as is_agent_initiated,
    case
        when tickets.merged_into_ticket_id is null then numbered.ticket_key else surviving.surviving_ticket_key
    end as surviving_ticket_key
from stg_files_ticket as tickets
inner join numbered
    on numbered.source = tickets.source
    and numbered.ticket_id = tickets.ticket_id
left join surviving
    on surviving.ticket_key = numbered.ticket_key
left join stg_files_told_ticket as told
    on told.source = tickets.source
    and told.ticket_id = tickets.ticket_id
