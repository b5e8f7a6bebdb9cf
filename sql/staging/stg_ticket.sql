-- One row per ticket of every source; key: ticket_key (also source, ticket_id).
with recursive

tickets as (
    select stg_files_ticket.*
    from stg_files_ticket
    cross join cfg_setting
    where cfg_setting.as_of is null or stg_files_ticket.created_at <= cfg_setting.as_of
),

-- A ticket merged into a ticket merged into a third belongs to the third; a circle belongs to nobody.
survivors as (
    select
        source,
        ticket_id,
        merged_into_ticket_id as survivor_id,
        1 as steps
    from tickets
    where merged_into_ticket_id is not null
    union all
    select
        survivors.source,
        survivors.ticket_id,
        tickets.merged_into_ticket_id as survivor_id,
        survivors.steps + 1 as steps
    from survivors
    inner join tickets
        on tickets.source = survivors.source
        and tickets.ticket_id = survivors.survivor_id
    where tickets.merged_into_ticket_id is not null
        and survivors.steps < 10
),

last_survivors as (
    select
        source,
        ticket_id,
        survivor_id
    from (
        select
            *,
            row_number() over (
                partition by source, ticket_id
                order by steps desc
            ) as step_rank
        from survivors
    ) as ranked
    where step_rank = 1
),

-- Numbered on their own: the rest of a ticket is not sorted along.
numbered as (
    select
        source,
        ticket_id,
        row_number() over (order by source, ticket_id) as ticket_key
    from tickets
),

surviving as (
    select
        numbered.ticket_key,
        tickets.*,
        coalesce(last_survivors.survivor_id, tickets.ticket_id) as surviving_ticket_id
    from tickets
    inner join numbered
        on numbered.source = tickets.source
        and numbered.ticket_id = tickets.ticket_id
    left join last_survivors
        on last_survivors.source = tickets.source
        and last_survivors.ticket_id = tickets.ticket_id
)

select
    surviving.*,
    surviving.merged_into_ticket_id is not null as is_merged,
    -- Who opened it, where the source does not say on whose behalf.
    coalesce(surviving.initiated_by, case when stg_event_ticket.is_opened_by_agent then 'agent' end, 'requester')
    = 'agent' as is_agent_initiated,
    case
        when surviving.merged_into_ticket_id is null then surviving.ticket_key else survivors.ticket_key
    end as surviving_ticket_key
from surviving
left join stg_event_ticket
    on stg_event_ticket.source = surviving.source
    and stg_event_ticket.ticket_id = surviving.ticket_id
left join numbered as survivors
    on survivors.source = surviving.source
    -- Only the few merged ones look for another.
    and survivors.ticket_id = case when surviving.merged_into_ticket_id is not null then surviving.surviving_ticket_id end
