-- One row per help article; key: article_key.
select
    article_key,
    source,
    title,
    category,
    owner_agent_key,
    created_on,
    reviewed_on,
    votes_up,
    votes_down
from stg_article
