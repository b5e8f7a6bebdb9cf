-- One row per source, category and quarter in which people solved it, and who solved most;
-- key: source, category, quarter_starts_local_at.
-- Fewer than five tickets concentrate nothing.
with

solved as (
    select
        source,
        solving_category as category,
        date_trunc('quarter', first_solved_local_at) as quarter_starts_local_at,
        solving_agent_key as agent_key,
        count(*) as solved_tickets
    from fct_ticket
    where is_eligible and first_solved_at is not null and solving_agent_key is not null and solving_category is not null
    group by source, solving_category, date_trunc('quarter', first_solved_local_at), solving_agent_key
),

ranked as (
    select
        *,
        row_number() over (
            partition by source, category, quarter_starts_local_at
            order by solved_tickets desc, agent_key asc
        ) as agent_rank
    from solved
)

select
    source,
    category,
    quarter_starts_local_at,
    sum(solved_tickets) as solved_tickets,
    max(case when agent_rank = 1 then agent_key end) as top_agent_key,
    max(solved_tickets) as top_agent_solved_tickets,
    sum(solved_tickets) >= 5 and max(solved_tickets) * 2 > sum(solved_tickets) as is_concentrated
from ranked
group by source, category, quarter_starts_local_at
