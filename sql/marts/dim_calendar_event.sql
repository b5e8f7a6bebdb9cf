-- One row per holiday, release, campaign, outage or intervention of the calendar; key: source, calendar_event_id.
select
    source,
    calendar_event_id,
    kind,
    title,
    starts_on,
    ends_on,
    schedule_key,
    team_key,
    category
from stg_calendar_event
