-- One row per rostered agent, team and ISO week: points solved an hour beside the team's median; key: agent_key, team_key, week_starts_on.
with

weeks as (
    select
        agent_key,
        team_key,
        source,
        date_trunc('week', cast(day as timestamp)) as week_at,
        sum(tickets_solved) as tickets_solved,
        sum(solved_points) as solved_points,
        sum(solved_points_squared) as solved_points_squared,
        coalesce(sum(scheduled_seconds), 0) as scheduled_seconds
    from fct_agent_day
    where is_rostered and role <> 'bot' and team_key is not null
    group by 1, 2, 3, 4
),

-- Under eight scheduled hours a week says little about load.
paced as (
    select
        *,
        solved_points * 3600.0 / nullif(scheduled_seconds, 0) as points_per_hour,
        scheduled_seconds >= 28800 and solved_points is not null as is_comparable
    from weeks
),

teams as (
    select
        team_key,
        week_at,
        count(*) as comparable_agents,
        percentile_cont(0.5) within group (order by as_double(points_per_hour)) as team_points_per_hour
    from paced
    where is_comparable
    group by 1, 2
),

judged as (
    select
        paced.*,
        teams.team_points_per_hour,
        coalesce(paced.is_comparable and teams.comparable_agents >= 2 and teams.team_points_per_hour > 0, false) as is_judged
    from paced
    left join teams
        on teams.team_key = paced.team_key
        and teams.week_at = paced.week_at
)

-- A hair's breadth keeps exactly 120 % from counting as more.
select
    agent_key,
    team_key,
    cast(week_at as date) as week_starts_on,
    cast(week_at as timestamp) as week_local_at,
    source,
    cast(tickets_solved as bigint) as tickets_solved,
    cast(solved_points as bigint) as solved_points,
    cast(solved_points_squared as bigint) as solved_points_squared,
    cast(scheduled_seconds as bigint) as scheduled_seconds,
    as_double(points_per_hour) as points_per_hour,
    team_points_per_hour,
    is_judged,
    is_judged and points_per_hour > 1.2 * team_points_per_hour + 0.000000001 as is_above,
    is_judged and points_per_hour < 0.8 * team_points_per_hour - 0.000000001 as is_below
from judged
