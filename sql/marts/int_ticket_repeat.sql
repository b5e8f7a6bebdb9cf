-- One row per ticket whose requester has others in its category: how it stands to them; key: ticket_key.
-- Creations, solves and reopens of a person and category on one line of time, so that no ticket is joined to all others.
with

-- What a ticket was solved as, else what it came in as: a category changed long after changes no figure.
named as (
    select
        stg_ticket.ticket_key,
        stg_ticket.source || ':' || stg_ticket.requester_id || '|'
        || coalesce(topics.solving_category, topics.first_category, stg_ticket.category, '') as topic,
        stg_ticket.created_at
    from stg_ticket
    left join int_ticket_topic as topics
        on topics.ticket_key = stg_ticket.ticket_key
    where stg_ticket.requester_id is not null
        and not stg_ticket.is_merged
        and not stg_ticket.is_spam
        and not stg_ticket.is_test
        and not stg_ticket.is_deleted
),

-- A topic of one ticket repeats nothing: most end here, the others go on under a number.
topics as (
    select
        topic,
        min(ticket_key) as topic_number
    from named
    group by topic
    having count(*) > 1
),

tickets as (
    select
        named.ticket_key,
        topics.topic_number,
        named.created_at
    from named
    inner join topics
        on topics.topic = named.topic
),

points as (
    select
        ticket_key,
        topic_number,
        created_at as point_at,
        'created' as point,
        2 as point_rank
    from tickets
    union all
    select
        tickets.ticket_key,
        tickets.topic_number,
        spells.started_at as point_at,
        case when spells.is_solve then 'solved' else 'reopened' end as point,
        -- Solved in the second it came, a ticket is no repeat of itself: its solve follows its creation.
        case
            when spells.is_solve and spells.started_at > tickets.created_at then 0
            when spells.is_solve then 3
            else 1
        end as point_rank
    from tickets
    inner join int_status_spell as spells
        on spells.ticket_key = tickets.ticket_key
    where spells.is_solve or spells.is_reopen
),

neighbours as (
    select
        ticket_key,
        point,
        min(case when point = 'created' then point_at end) over (
            partition by topic_number
            order by point_at, point_rank, ticket_key
            rows between 1 following and unbounded following
        ) as next_created_at,
        max(case when point = 'solved' then point_at end) over (
            partition by topic_number
            order by point_at, point_rank, ticket_key
            rows between unbounded preceding and 1 preceding
        ) as last_solved_at,
        sum(case when point = 'solved' then -1 else 1 end) over (
            partition by topic_number
            order by point_at, point_rank, ticket_key
            rows between unbounded preceding and 1 preceding
        ) as open_before
    from points
)

select
    ticket_key,
    min(case when point = 'solved' then next_created_at end) as next_created_after_solve_at,
    max(case when point = 'created' then last_solved_at end) as last_solved_before_creation_at,
    max(case when point = 'created' then coalesce(open_before, 0) else 0 end) as open_at_creation
from neighbours
group by ticket_key
