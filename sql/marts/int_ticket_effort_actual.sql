-- One row per solved ticket: the points it turned out to take, from teams, escalation, replies and handling; key: ticket_key.
-- The points stand in config/effort.toml.
with

solved as (
    select
        outcome.ticket_key,
        coalesce(topic.solving_category, topic.first_category, stg_ticket.category) as category,
        coalesce(route.teams, 1) as teams,
        coalesce(route.is_escalated, false) as is_escalated,
        coalesce(conversation.replies, 0) as replies,
        as_double(handling.handling_seconds) as handling_seconds,
        handling.handling_kind
    from int_ticket_outcome as outcome
    inner join stg_ticket
        on stg_ticket.ticket_key = outcome.ticket_key
    left join int_ticket_topic as topic
        on topic.ticket_key = outcome.ticket_key
    left join int_ticket_route as route
        on route.ticket_key = outcome.ticket_key
    left join int_ticket_conversation as conversation
        on conversation.ticket_key = outcome.ticket_key
    left join int_ticket_handling as handling
        on handling.ticket_key = outcome.ticket_key
    where outcome.first_solved_at is not null
        and not stg_ticket.is_merged
        and not stg_ticket.is_spam
        and not stg_ticket.is_test
        and not stg_ticket.is_deleted
),

-- Logged and estimated handling are not compared with each other, nor anything with a category of a few.
usual as (
    select
        category,
        handling_kind,
        percentile_cont(0.5) within group (order by handling_seconds) as median_seconds
    from solved
    where category is not null and handling_seconds is not null
    group by category, handling_kind
    having count(*) >= 5
),

compared as (
    select
        solved.*,
        solved.handling_seconds / nullif(usual.median_seconds, 0) as handling_share
    from solved
    left join usual
        on usual.category = solved.category
        and usual.handling_kind = solved.handling_kind
)

select
    compared.ticket_key,
    cast(least(
        points.begins_with
        + case
            when compared.teams >= points.teams_many then points.teams_many_points
            when compared.teams >= points.teams_some then points.teams_some_points
            else 0
        end
        + case when compared.is_escalated then points.escalated_points else 0 end
        + case
            when compared.replies >= points.replies_many then points.replies_many_points
            when compared.replies >= points.replies_some then points.replies_some_points
            else 0
        end
        + case
            when compared.handling_share >= points.handling_many then points.handling_many_points
            when compared.handling_share >= points.handling_some then points.handling_some_points
            else 0
        end,
        8
    ) as bigint) as effort_actual_points
from compared
cross join cfg_effort_actual as points
