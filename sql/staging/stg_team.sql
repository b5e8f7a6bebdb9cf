-- One row per team; key: team_key.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, team_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_teams
)

select
    source || ':' || team_id as team_key,
    source,
    team_id,
    coalesce(name, team_id) as name,
    tier,
    coalesce(is_triage, false) as is_triage,
    case when schedule_id is not null then source || ':' || schedule_id end as schedule_key,
    time_zone
from versions
where version_rank = 1
