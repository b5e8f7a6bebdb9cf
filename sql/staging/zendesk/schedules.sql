-- Zendesk's business hours; key: source, schedule_id, weekday, opens.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, schedule_id, weekday, opens
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.zendesk_schedules
)

select
    source,
    schedule_id,
    time_zone,
    weekday,
    opens,
    closes,
    date '1900-01-01' as valid_from
from versions
where version_rank = 1
