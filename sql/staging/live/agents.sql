-- Agents of helpdesks that tell the present only: a new team counts from the day it was seen; key: source, agent_id, valid_from.
with

-- Of what was seen on a day the last counts.
days as (
    select
        *,
        cast(_loaded_at as date) as seen_on,
        row_number() over (
            partition by source, agent_id, cast(_loaded_at as date)
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.live_agents
),

told as (
    select
        *,
        lag(coalesce(team_id, '')) over (
            partition by source, agent_id
            order by seen_on
        ) as former_team_id,
        row_number() over (
            partition by source, agent_id
            order by seen_on desc
        ) as age_rank
    from days
    where version_rank = 1
),

present as (
    select
        source,
        agent_id,
        name,
        is_bot,
        joined_on,
        is_deleted
    from told
    where age_rank = 1
)

select
    told.source,
    told.agent_id,
    case when told.former_team_id is null then date '1900-01-01' else told.seen_on end as valid_from,
    present.name,
    told.team_id,
    case when present.is_bot then 'bot' else 'agent' end as role,
    present.joined_on,
    present.is_deleted
from told
inner join present
    on present.source = told.source
    and present.agent_id = told.agent_id
where told.former_team_id is null or told.former_team_id <> coalesce(told.team_id, '')
