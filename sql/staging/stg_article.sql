-- One row per help article; key: article_key.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, article_id
            order by updated_at desc nulls last, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_articles
)

select
    source || ':' || article_id as article_key,
    source,
    article_id,
    title,
    category,
    case when owner_agent_id is not null then source || ':' || owner_agent_id end as owner_agent_key,
    created_on,
    reviewed_on,
    coalesce(votes_up, 0) as votes_up,
    coalesce(votes_down, 0) as votes_down
from versions
where version_rank = 1
