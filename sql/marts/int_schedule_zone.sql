-- One row per schedule: the zone its days are counted in; key: schedule_key.
select
    schedule_key,
    max(time_zone) as time_zone
from (
    select
schedule_key,
time_zone
from stg_schedule
    union all
    select
schedule_key,
time_zone
from cfg_schedule
) as schedules
group by schedule_key
