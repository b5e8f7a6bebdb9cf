-- Zendesk's groups; key: source, team_id.
with

newest as (
    select
        *,
        row_number() over (
            partition by source, group_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.zendesk_groups
),

schedules as (
    select
        source,
        min(schedule_id) as schedule_id
    from raw.zendesk_schedules
    where is_default
    group by source
)

select
    newest.source,
    newest.group_id as team_id,
    newest.name,
    newest.tier,
    newest.is_triage,
    schedules.schedule_id
from newest
left join schedules
    on schedules.source = newest.source
where newest.version_rank = 1
