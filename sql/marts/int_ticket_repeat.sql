-- One row per ticket with a known requester: the same person's other tickets in the same category; key: ticket_key.
-- Creations and first solves of a person and category on one line of time, so that no ticket is joined to all others.
with

tickets as (
    select
        stg_ticket.ticket_key,
        stg_ticket.source || ':' || stg_ticket.requester_id || '|' || coalesce(stg_ticket.category, '') as topic,
        stg_ticket.created_at,
        int_ticket_outcome.first_solved_at
    from stg_ticket
    inner join int_ticket_outcome
        on int_ticket_outcome.ticket_key = stg_ticket.ticket_key
    where stg_ticket.requester_id is not null
        and not stg_ticket.is_merged
        and not stg_ticket.is_spam
        and not stg_ticket.is_test
        and not stg_ticket.is_deleted
),

points as (
    select
        ticket_key,
        topic,
        created_at as point_at,
        1 as is_creation
    from tickets
    union all
    select
        ticket_key,
        topic,
        first_solved_at as point_at,
        0 as is_creation
    from tickets
    where first_solved_at is not null
),

neighbours as (
    select
        ticket_key,
        is_creation,
        point_at,
        min(case when is_creation = 1 then point_at end) over (
            partition by topic
            order by point_at, is_creation, ticket_key
            rows between 1 following and unbounded following
        ) as next_created_at,
        max(case when is_creation = 0 then point_at end) over (
            partition by topic
            order by point_at, is_creation, ticket_key
            rows between unbounded preceding and 1 preceding
        ) as last_solved_at,
        sum(case when is_creation = 1 then 1 else -1 end) over (
            partition by topic
            order by point_at, is_creation, ticket_key
            rows between unbounded preceding and 1 preceding
        ) as open_before
    from points
)

select
    ticket_key,
    max(case when is_creation = 0 then next_created_at end) as next_created_after_solve_at,
    max(case when is_creation = 1 then last_solved_at end) as last_solved_before_creation_at,
    max(case when is_creation = 1 then coalesce(open_before, 0) else 0 end) as open_at_creation
from neighbours
group by ticket_key
