-- One row per holiday, release, campaign, outage or intervention; key: source, calendar_event_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, calendar_event_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_calendar_events
)

select
    source,
    calendar_event_id,
    kind,
    title,
    starts_on,
    coalesce(ends_on, starts_on) as ends_on,
    case when schedule_id is not null then source || ':' || schedule_id end as schedule_key,
    case when team_id is not null then source || ':' || team_id end as team_key,
    category
from versions
where version_rank = 1
