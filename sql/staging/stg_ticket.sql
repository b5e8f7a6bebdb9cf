-- One row per ticket of every source; key: ticket_key (also source, ticket_id).
with recursive

tickets as (
    select *
    from stg_files_ticket
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
)

select
    row_number() over (order by tickets.source, tickets.ticket_id) as ticket_key,
    tickets.*,
    tickets.merged_into_ticket_id is not null as is_merged,
    coalesce(last_survivors.survivor_id, tickets.ticket_id) as surviving_ticket_id
from tickets
left join last_survivors
    on last_survivors.source = tickets.source
    and last_survivors.ticket_id = tickets.ticket_id
