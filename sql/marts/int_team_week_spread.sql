-- One row per team and ISO week with agents to compare: how unequal their points an hour are; key: team_key, week_starts_on.
-- Chance: every ticket of the week falls to somebody in proportion to scheduled hours; the difference of two agents' points an
-- hour then has the variance (sum of squared points / all hours) * (1 / hours + 1 / hours), and is near to normal.
-- Added up in decimals: a sum of doubles depends on the order of its rows, and two builds of one helpdesk would differ.
with

agents as (
    select
        agent_key,
        team_key,
        week_starts_on,
        solved_points,
        solved_points_squared,
        scheduled_seconds,
        points_per_hour,
        scheduled_seconds / 3600.0 as scheduled_hours
    from fct_agent_week
    where is_judged
),

teams as (
    select
        team_key,
        week_starts_on,
        count(*) as agents,
        sum(cast(points_per_hour as decimal(18, 9))) as points_per_hour,
        sum(solved_points) as solved_points,
        sum(solved_points_squared) as solved_points_squared,
        sum(scheduled_seconds) / 3600.0 as scheduled_hours
    from agents
    group by team_key, week_starts_on
)

select
    teams.team_key,
    teams.week_starts_on,
    as_double(
        sum(cast(abs(ours.points_per_hour - theirs.points_per_hour) as decimal(18, 9))) / (2 * max(teams.agents))
    ) as spread_points_per_hour,
    as_double(max(teams.points_per_hour)) as summed_points_per_hour,
    as_double(sum(case when ours.agent_key <> theirs.agent_key then cast(sqrt(
        2 / pi() * teams.solved_points_squared / teams.scheduled_hours
        * (1 / ours.scheduled_hours + 1 / theirs.scheduled_hours)
    ) as decimal(18, 9)) else 0 end) / (2 * max(teams.agents))) as chance_points_per_hour,
    as_double(max(teams.agents * teams.solved_points / teams.scheduled_hours)) as even_points_per_hour
from teams
inner join agents as ours
    on ours.team_key = teams.team_key
    and ours.week_starts_on = teams.week_starts_on
inner join agents as theirs
    on theirs.team_key = teams.team_key
    and theirs.week_starts_on = teams.week_starts_on
group by teams.team_key, teams.week_starts_on
