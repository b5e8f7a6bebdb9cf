-- One row per team and ISO week begun: pace, spread, and whether it could be kept up; key: team_key, week_starts_on.
-- A four-week spell of the last 26 weeks is sustainable if in each of its weeks the reopened and the satisfied shares have the team's
-- shares of those 26 weeks inside their 95 % intervals (Wilson's, so read from the other side), and the backlog ends no higher.
with

weeks as (
    select distinct
        dim_date.week_starts_on,
        dim_date.week_ends_on
    from dim_date
    cross join build_clock
    where dim_date.week_starts_on <= cast(build_clock.local_as_of as date)
),

paces as (
    select
        team_key,
        week_starts_on,
        sum(tickets_solved) as tickets_solved,
        sum(solved_points) as solved_points,
        sum(scheduled_seconds) as scheduled_seconds
    from fct_agent_week
    group by 1, 2
),

solved as (
    select
        solving_team_key as team_key,
        cast(date_trunc('week', first_solved_local_at) as date) as week_starts_on,
        count(*) as tickets,
        sum(case when is_reopened then 1 else 0 end) as reopened
    from fct_ticket
    where is_human_eligible and is_solved
    group by 1, 2
),

answers as (
    select
        team_key,
        cast(date_trunc('week', answered_local_at) as date) as week_starts_on,
        count(*) as answers,
        sum(case when is_satisfied then 1 else 0 end) as satisfied
    from fct_survey
    where survey_type = 'csat' and is_answered and is_human_eligible
    group by 1, 2
),

backlogs as (
    select
        team_key,
        day,
        sum(open_at_day_end) as open_tickets
    from fct_backlog_day
    where iso_weekday(day) = 7
    group by 1, 2
),

lived as (
    select
        dim_team.team_key,
        dim_team.source,
        weeks.week_starts_on,
        paces.tickets_solved,
        paces.solved_points,
        paces.scheduled_seconds,
        coalesce(solved.tickets, 0) as judged_tickets,
        coalesce(solved.reopened, 0) as reopened_tickets,
        coalesce(answers.answers, 0) as answers,
        coalesce(answers.satisfied, 0) as satisfied_answers,
        coalesce(backlogs.open_tickets, 0) as open_at_week_end,
        days_between(weeks.week_starts_on, cast(date_trunc('week', build_clock.local_as_of) as date)) / 7 as weeks_ago,
        days_between(weeks.week_ends_on, cast(build_clock.local_as_of as date)) - 1
        >= greatest(cfg_setting.reopen_window_days, cfg_setting.csat_window_days) as is_final
    from dim_team
    cross join weeks
    cross join build_clock
    cross join cfg_setting
    left join paces
        on paces.team_key = dim_team.team_key
        and paces.week_starts_on = weeks.week_starts_on
    left join solved
        on solved.team_key = dim_team.team_key
        and solved.week_starts_on = weeks.week_starts_on
    left join answers
        on answers.team_key = dim_team.team_key
        and answers.week_starts_on = weeks.week_starts_on
    left join backlogs
        on backlogs.team_key = dim_team.team_key
        and backlogs.day = weeks.week_ends_on
),

usual as (
    select
        team_key,
        as_double(sum(reopened_tickets)) / nullif(sum(judged_tickets), 0) as reopened_share,
        as_double(sum(satisfied_answers)) / nullif(sum(answers), 0) as satisfied_share
    from lived
    where weeks_ago between 1 and 26 and is_final
    group by 1
),

-- Without tickets or answers a week says nothing against itself.
steady as (
    select
        lived.*,
        lived.weeks_ago between 1 and 26
        and lived.is_final
        and coalesce(abs(lived.reopened_tickets - lived.judged_tickets * usual.reopened_share)
            <= 1.959963984540054 * sqrt(lived.judged_tickets * usual.reopened_share * (1 - usual.reopened_share)), true)
        and coalesce(abs(lived.satisfied_answers - lived.answers * usual.satisfied_share)
            <= 1.959963984540054 * sqrt(lived.answers * usual.satisfied_share * (1 - usual.satisfied_share)), true)
            as is_steady,
        lag(lived.open_at_week_end, 4, 0) over (
            partition by lived.team_key
            order by lived.week_starts_on
        ) as open_before
    from lived
    left join usual
        on usual.team_key = lived.team_key
),

spells as (
    select
        *,
        open_at_week_end <= open_before and sum(case when is_steady then 1 else 0 end) over (
            partition by team_key
            order by week_starts_on
            rows between 3 preceding and current row
        ) = 4 as is_sustainable_spell
    from steady
)

select
    spells.team_key,
    spells.week_starts_on,
    cast(spells.week_starts_on as timestamp) as week_local_at,
    spells.source,
    cast(spells.tickets_solved as bigint) as tickets_solved,
    cast(spells.solved_points as bigint) as solved_points,
    cast(spells.scheduled_seconds as bigint) as scheduled_seconds,
    as_double(spells.solved_points * 3600.0 / nullif(spells.scheduled_seconds, 0)) as points_per_hour,
    spread.spread_points_per_hour,
    spread.summed_points_per_hour,
    spread.chance_points_per_hour,
    spread.even_points_per_hour,
    spells.judged_tickets,
    spells.reopened_tickets,
    spells.answers,
    spells.satisfied_answers,
    spells.open_at_week_end,
    spells.weeks_ago between 1 and 26 as is_recent,
    spells.is_final,
    spells.is_steady,
    max(case when spells.is_sustainable_spell then 1 else 0 end) over (
        partition by spells.team_key
        order by spells.week_starts_on
        rows between current row and 3 following
    ) = 1 as is_sustainable
from spells
left join int_team_week_spread as spread
    on spread.team_key = spells.team_key
    and spread.week_starts_on = spells.week_starts_on
