-- Agents and the team they were in, one row a spell as far as versions tell; key: source, agent_id, valid_from.
with

-- Of several versions of a day the last counts; the first ever seen holds from the beginning.
days as (
    select
        *,
        cast(updated_at as date) as told_on,
        row_number() over (
            partition by source, user_id, cast(updated_at as date)
            order by updated_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank,
        min(cast(updated_at as date)) over (partition by source, user_id) as first_told_on,
        max(case when role <> 'end-user' then 1 else 0 end) over (partition by source, user_id) as was_agent
    from raw.zendesk_users
),

told as (
    select
        *,
        lag(coalesce(default_group_id, '')) over (
            partition by source, user_id
            order by told_on
        ) as former_group_id,
        first_value(name) over (
            partition by source, user_id
            order by case when name is null then 1 else 0 end, told_on desc
        ) as last_name,
        first_value(is_active) over (
            partition by source, user_id
            order by told_on desc
        ) as is_active_now
    from days
    where version_rank = 1
        and was_agent = 1
)

select
    source,
    user_id as agent_id,
    case when told_on = first_told_on then date '1900-01-01' else told_on end as valid_from,
    last_name as name,
    default_group_id as team_id,
    case when is_bot then 'bot' else 'agent' end as role,
    cast(created_at as date) as joined_on,
    not is_active_now as is_deleted
from told
where former_group_id is null or former_group_id <> coalesce(default_group_id, '')
