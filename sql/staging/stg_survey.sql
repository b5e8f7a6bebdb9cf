-- One row per survey sent, with its first and its last answer; key: source, survey_id.
with

versions as (
    select
        files_surveys.*,
        row_number() over (
            partition by source, survey_id
            order by updated_at desc nulls last, _loaded_at desc, _row_hash desc
        ) as version_rank,
        row_number() over (
            partition by source, survey_id
            order by
                case when score is null then 1 else 0 end,
                updated_at nulls first,
                _loaded_at,
                _row_hash
        ) as answer_rank
    from raw.files_surveys
    cross join cfg_setting
    where cfg_setting.as_of is null or coalesce(updated_at, sent_at, answered_at) <= cfg_setting.as_of
),

first_answers as (
    select
        source,
        survey_id,
        score
    from versions
    where answer_rank = 1
)

select
    versions.source,
    versions.survey_id,
    versions.ticket_id,
    versions.survey_type,
    versions.scale,
    versions.sent_at,
    versions.answered_at,
    versions.score,
    first_answers.score as first_score,
    versions.agent_id
from versions
inner join first_answers
    on first_answers.source = versions.source
    and first_answers.survey_id = versions.survey_id
where versions.version_rank = 1
