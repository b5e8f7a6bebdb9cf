-- One row per visit to the help centre or talk with the bot; key: source, help_session_id.
with

-- No load holds a session twice: only a source loaded more than once can have handed one over again.
reloaded as (
    select source
    from raw.files_help_sessions
    group by source
    having min(_loaded_at) <> max(_loaded_at)
),

replaced as (
    select *
    from (
        select
            sessions.source,
            sessions.help_session_id,
            sessions._row_hash,
            row_number() over (
                partition by sessions.source, sessions.help_session_id
                order by sessions._loaded_at desc, sessions._row_hash desc
            ) as version_rank
        from raw.files_help_sessions as sessions
        inner join reloaded
            on reloaded.source = sessions.source
    ) as versions
    where version_rank > 1
)

select
    sessions.source,
    sessions.help_session_id,
    sessions.session_type,
    sessions.requester_id,
    sessions.started_at,
    sessions.duration_seconds,
    coalesce(sessions.articles_read, 0) as articles_read,
    coalesce(sessions.searches, 0) as searches,
    coalesce(sessions.bot_questions, 0) as bot_questions,
    sessions.article_id,
    sessions.category,
    sessions.was_helpful,
    sessions.ticket_id
from raw.files_help_sessions as sessions
left join replaced
    on replaced.source = sessions.source
    and replaced.help_session_id = sessions.help_session_id
    and replaced._row_hash = sessions._row_hash
where replaced.source is null
