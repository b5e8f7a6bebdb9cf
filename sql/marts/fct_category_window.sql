-- One row per category people asked about in the 90 days up to now: could it be automated, is it explained; key: source, category.
-- Weights are those of config/automation_potential.toml and config/knowledge_gap.toml.
with

clock as (
    select
        as_of,
        local_as_of,
        add_seconds(as_of, -90 * 86400) as window_starts_at
    from build_clock
),

weights as (
    select *
    from cfg_automation_potential
),

gap as (
    select *
    from cfg_knowledge_gap
),

-- Whoever did nothing else between two actions on one ticket was with it: a long chat, a long letter. An hour at most.
actions as (
    select
        int_agent_action.ticket_key,
        int_agent_action.seconds_since_previous_action as pause_seconds,
        lag(int_agent_action.ticket_key) over (
            partition by int_agent_action.agent_number
            order by int_agent_action.occurred_at, int_agent_action.ticket_key, int_agent_action.event_number
        ) as previous_ticket_key
    from int_agent_action
    cross join clock
    where int_agent_action.occurred_at > clock.window_starts_at
),

sittings as (
    select
        ticket_key,
        sum(pause_seconds - 120) as unbroken_seconds
    from actions
    where pause_seconds > 900 and pause_seconds <= 3600 and previous_ticket_key = ticket_key
    group by ticket_key
),

recent as (
    select
        fct_ticket.source,
        fct_ticket.ticket_id,
        fct_ticket.category,
        ',' || replace(coalesce(fct_ticket.tags, ''), ', ', ',') || ',' as tag_list,
        fct_ticket.is_solved and fct_ticket.is_human_eligible as is_solved_by_people,
        fct_ticket.is_solved
        and fct_ticket.is_human_eligible
        and fct_ticket.replies_before_solve = 1
        and fct_ticket.reopens = 0
        and fct_ticket.handoffs = 0
        and not fct_ticket.is_escalated as is_on_path,
        fct_ticket.replies_before_solve,
        fct_ticket.handling_seconds,
        fct_ticket.handling_seconds
        + case when fct_ticket.handling_kind = 'estimated' then coalesce(sittings.unbroken_seconds, 0) else 0 end as spent_seconds,
        fct_ticket.effort_expected_points
    from fct_ticket
    cross join clock
    left join sittings
        on sittings.ticket_key = fct_ticket.ticket_key
    where fct_ticket.category is not null
        and fct_ticket.is_eligible
        and not fct_ticket.is_agent_initiated
        and fct_ticket.created_at > clock.window_starts_at
),

macros as (
    select
        recent.source,
        recent.ticket_id
    from recent
    inner join cfg_macro_tag
        on recent.tag_list like '%,' || cfg_macro_tag.tag || ',%'
    group by recent.source, recent.ticket_id
),

sources_with_macros as (
    select distinct source
    from macros
),

asked as (
    select
        recent.source,
        recent.category,
        count(*) as tickets,
        sum(case when recent.is_solved_by_people then 1 else 0 end) as solved_tickets,
        sum(case when recent.is_on_path then 1 else 0 end) as path_tickets,
        sum(case when recent.is_on_path then recent.spent_seconds else 0 end) as path_seconds,
        sum(case
            when recent.is_on_path then as_double(recent.spent_seconds) * recent.spent_seconds
            else 0
        end) as path_square_seconds,
        avg(as_double(case when recent.is_solved_by_people then case when recent.replies_before_solve = 1 then 1 else 0 end end))
            as one_touch_share,
        percentile_cont(0.25) within group (
            order by as_double(case when recent.is_solved_by_people then recent.handling_seconds end)
        ) as handling_quartile_seconds,
        percentile_cont(0.5) within group (
            order by as_double(case when recent.is_solved_by_people then recent.handling_seconds end)
        ) as handling_median_seconds,
        percentile_cont(0.75) within group (
            order by as_double(case when recent.is_solved_by_people then recent.handling_seconds end)
        ) as handling_third_quartile_seconds,
        avg(as_double(case
            when recent.is_solved_by_people and sources_with_macros.source is not null
                then case when macros.ticket_id is not null then 1 else 0 end
        end)) as macro_share,
        avg(as_double(recent.effort_expected_points)) as effort_points
    from recent
    left join sources_with_macros
        on sources_with_macros.source = recent.source
    left join macros
        on macros.source = recent.source
        and macros.ticket_id = recent.ticket_id
    group by recent.source, recent.category
),

judged as (
    select
        *,
        case
            when handling_median_seconds > 0
                then 1 - least(1, (handling_third_quartile_seconds - handling_quartile_seconds) / handling_median_seconds)
        end as handling_evenness,
        (8 - effort_points) / 7 as ease
    from asked
),

predicted as (
    select
        judged.*,
        (
            coalesce(weights.weights_one_touch * judged.one_touch_share, 0)
            + coalesce(weights.weights_handling * judged.handling_evenness, 0)
            + coalesce(weights.weights_macro * judged.macro_share, 0)
        ) / nullif(
            case when judged.one_touch_share is not null then weights.weights_one_touch else 0 end
            + case when judged.handling_evenness is not null then weights.weights_handling else 0 end
            + case when judged.macro_share is not null then weights.weights_macro else 0 end,
            0
        ) as predictability
    from judged
    cross join weights
),

visits as (
    select
        visited.source,
        visited.article_id,
        count(*) as views,
        sum(case when visited.was_helpful then 1 else 0 end) as votes_up,
        sum(case when not visited.was_helpful then 1 else 0 end) as votes_down
    from fct_help_session as visited
    cross join clock
    where visited.article_id is not null and visited.started_at > clock.window_starts_at
    group by visited.source, visited.article_id
),

-- A source counts its votes with the article, or tells them visit by visit: whichever knows of more.
articles as (
    select
        dim_article.source,
        dim_article.category,
        coalesce(visits.views, 0) as views,
        case
            when coalesce(visits.votes_up + visits.votes_down, 0) > dim_article.votes_up + dim_article.votes_down
                then visits.votes_up
            else dim_article.votes_up
        end as votes_up,
        greatest(dim_article.votes_up + dim_article.votes_down, coalesce(visits.votes_up + visits.votes_down, 0)) as votes
    from dim_article
    left join visits
        on dim_article.article_key = visits.source || ':' || visits.article_id
    where dim_article.category is not null
),

explained as (
    select
        articles.source,
        articles.category,
        count(*) as articles,
        sum(articles.views) as article_views,
        sum(articles.votes_up) as votes_up,
        sum(articles.votes - articles.votes_up) as votes_down,
        sum(case when articles.votes >= gap.article_votes_from then 1 else 0 end) as proven_articles,
        sum(case
            when articles.votes >= gap.article_votes_from and articles.votes_up >= gap.article_helpful_from * articles.votes then 1
            else 0
        end) as helpful_articles
    from articles
    cross join gap
    group by articles.source, articles.category
),

-- A helpdesk that hands over no article at all has no knowledge to find gaps in.
sources_with_articles as (
    select distinct source
    from dim_article
)

select
    predicted.source,
    predicted.category,
    clock.as_of as window_ends_at,
    clock.local_as_of as window_ends_local_at,
    predicted.tickets,
    predicted.one_touch_share,
    cast(floor(predicted.handling_median_seconds + 0.5) as bigint) as handling_median_seconds,
    as_double(predicted.handling_evenness) as handling_evenness,
    predicted.macro_share,
    predicted.effort_points,
    as_double(predicted.predictability) as predictability,
    as_double(predicted.ease) as ease,
    as_double(predicted.tickets * predicted.predictability * predicted.ease) as automation_tickets,
    coalesce(predicted.predictability >= weights.path_predictability_from, false)
    and coalesce(predicted.effort_points <= weights.path_effort_points_to, false) as is_path,
    cast(predicted.path_tickets as bigint) as path_tickets,
    cast(predicted.path_seconds as bigint) as path_seconds,
    as_double(predicted.path_square_seconds) as path_squares,
    coalesce(dim_category.is_automatable, false) as is_automatable,
    cast(coalesce(explained.articles, 0) as bigint) as articles,
    cast(coalesce(explained.article_views, 0) as bigint) as article_views,
    cast(coalesce(explained.votes_up, 0) as bigint) as votes_up,
    cast(coalesce(explained.votes_down, 0) as bigint) as votes_down,
    cast(coalesce(explained.helpful_articles, 0) as bigint) as helpful_articles,
    case
        when sources_with_articles.source is null then 'unknown'
        when coalesce(explained.articles, 0) = 0 then 'no article'
        when explained.helpful_articles > 0 then 'helpful article'
        when explained.proven_articles > 0 then 'votes down'
        when explained.article_views > 0 then 'views without votes'
        else 'not read'
    end as knowledge,
    sources_with_articles.source is not null
    and coalesce(explained.helpful_articles, 0) = 0
    and predicted.tickets >= gap.category_many_tickets as is_knowledge_gap
from predicted
cross join clock
cross join gap
cross join weights
left join explained
    on explained.source = predicted.source
    and explained.category = predicted.category
left join sources_with_articles
    on sources_with_articles.source = predicted.source
left join dim_category
    on dim_category.category = predicted.category
