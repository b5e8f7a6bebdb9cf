-- One row: the instant this build speaks of; every "now", age and maturity is measured from it.
with

settings as (
    select *
    from cfg_setting
),

events as (
    select max(occurred_at) as newest_at
    from stg_event
)

select
    coalesce(settings.as_of, events.newest_at) as as_of,
    to_local(coalesce(settings.as_of, events.newest_at), settings.reporting_time_zone) as local_as_of,
    settings.reporting_time_zone
from settings
cross join events
