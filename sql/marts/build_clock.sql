-- One row: the instant this build speaks of; every "now", age and maturity is measured from it.
with

settings as (
    select *
    from cfg_setting
),

records as (
    select max(newest_at) as newest_at
    from (
        select max(occurred_at) as newest_at from stg_event
        union all
        select max(answered_at) as newest_at from stg_survey
        union all
        select max(started_at) as newest_at from stg_help_session
    ) as newest
)

select
    coalesce(settings.as_of, records.newest_at) as as_of,
    to_local(coalesce(settings.as_of, records.newest_at), settings.reporting_time_zone) as local_as_of,
    settings.reporting_time_zone
from settings
cross join records
