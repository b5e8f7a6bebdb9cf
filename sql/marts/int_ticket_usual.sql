-- One row per solved ticket with a solver and a category: whether it lies outside what the solver usually solves; key: ticket_key.
-- Usual is a category of at least a twentieth of what they solved in the eight ISO weeks before; under twenty tickets nobody knows.
with

solves as (
    select
        stg_ticket.ticket_key,
        outcome.solving_agent_key as agent_key,
        coalesce(topic.solving_category, topic.first_category, stg_ticket.category) as category,
        cast(floor(days_between(date '1970-01-05', cast(outcome.first_solved_local_at as date)) / 7.0) as bigint) as week_number
    from int_ticket_outcome as outcome
    inner join stg_ticket
        on stg_ticket.ticket_key = outcome.ticket_key
    left join int_ticket_topic as topic
        on topic.ticket_key = outcome.ticket_key
    where outcome.first_solved_at is not null and outcome.solving_agent_key is not null
        and not (stg_ticket.is_spam or stg_ticket.is_test or stg_ticket.is_deleted or stg_ticket.is_merged)
),

weeks as (
    select
        agent_key,
        category,
        week_number,
        count(*) as solved
    from solves
    where category is not null
    group by agent_key, category, week_number
),

before as (
    select
        agent_key,
        category,
        week_number,
        coalesce(sum(solved) over (
            partition by agent_key, category
            order by week_number
            range between 8 preceding and 1 preceding
        ), 0) as solved_of_category,
        coalesce(sum(solved) over (
            partition by agent_key
            order by week_number
            range between 8 preceding and 1 preceding
        ), 0) as solved_of_all
    from weeks
)

select
    solves.ticket_key,
    before.solved_of_category * 20 < before.solved_of_all as is_outside_usual
from solves
inner join before
    on before.agent_key = solves.agent_key
    and before.category = solves.category
    and before.week_number = solves.week_number
where before.solved_of_all >= 20
