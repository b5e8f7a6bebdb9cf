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

-- Who opened it, where the source does not say on whose behalf.
openers as (
    select distinct
        source,
        ticket_id
    from stg_files_event
    where event_type = 'created' and actor_type = 'agent'
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
)

select
    row_number() over (order by tickets.source, tickets.ticket_id) as ticket_key,
    tickets.*,
    tickets.merged_into_ticket_id is not null as is_merged,
    coalesce(tickets.initiated_by, case when openers.ticket_id is not null then 'agent' end, 'requester')
    = 'agent' as is_agent_initiated,
    coalesce(last_survivors.survivor_id, tickets.ticket_id) as surviving_ticket_id
from tickets
left join last_survivors
    on last_survivors.source = tickets.source
    and last_survivors.ticket_id = tickets.ticket_id
left join openers
    on openers.source = tickets.source
    and openers.ticket_id = tickets.ticket_id
