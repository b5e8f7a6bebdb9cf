-- Holidays of Zendesk's schedules; key: source, calendar_event_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, holiday_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.zendesk_holidays
)

select
    source,
    holiday_id as calendar_event_id,
    'holiday' as kind,
    title,
    starts_on,
    ends_on,
    schedule_id
from versions
where version_rank = 1
