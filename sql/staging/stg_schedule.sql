-- One row per opening spell of a weekday; key: schedule_key, weekday, opens, valid_from.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, schedule_id, weekday, opens, valid_from
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_schedules
)

select
    source || ':' || schedule_id as schedule_key,
    time_zone,
    weekday,
    opens,
    closes,
    valid_from,
    valid_to
from versions
where version_rank = 1
