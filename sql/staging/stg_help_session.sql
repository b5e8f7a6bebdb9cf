-- One row per visit to the help centre or talk with the bot; key: source, help_session_id.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, help_session_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_help_sessions
)

select
    source,
    help_session_id,
    session_type,
    requester_id,
    started_at,
    duration_seconds,
    coalesce(articles_read, 0) as articles_read,
    coalesce(searches, 0) as searches,
    coalesce(bot_questions, 0) as bot_questions,
    article_id,
    category,
    was_helpful,
    ticket_id
from versions
where version_rank = 1
