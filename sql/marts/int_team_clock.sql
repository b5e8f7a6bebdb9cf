-- One row per team, number 0 where there is none, and day: its business clock, found by number; key: team_number, day.
select
    teams.team_number,
    clock.day,
    clock.first_opens_at,
    clock.first_open_seconds,
    clock.second_opens_at,
    clock.second_open_seconds,
    clock.business_seconds_before
from int_team_schedule as teams
inner join dim_business_clock as clock
    on clock.schedule_key = teams.schedule_key
