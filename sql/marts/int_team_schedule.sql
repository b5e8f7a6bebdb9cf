-- One row per team, and number 0 where nobody holds a ticket: the schedule and zone its days are counted in; key: team_number.
select
    team_number,
    schedule_key,
    time_zone
from dim_team

union all

select
    0 as team_number,
    default_schedule_key as schedule_key,
    default_schedule_time_zone as time_zone
from cfg_setting
