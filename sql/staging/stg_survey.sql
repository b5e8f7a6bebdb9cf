-- One row per survey sent, with its first and its last answer; key: source, survey_id.
with

surveys as (
    select files_surveys.*
    from raw.files_surveys
    cross join cfg_setting
    where cfg_setting.as_of is null or coalesce(updated_at, sent_at, answered_at) <= cfg_setting.as_of
),

-- Few answers change: only those that did are ranked.
changed as (
    select
        source,
        survey_id
    from surveys
    group by source, survey_id
    having count(*) > 1
),

versions as (
    select
        surveys.*,
        row_number() over (
            partition by surveys.source, surveys.survey_id
            order by surveys.updated_at desc nulls last, surveys._loaded_at desc, surveys._row_hash desc
        ) as version_rank,
        row_number() over (
            partition by surveys.source, surveys.survey_id
            order by
                case when surveys.score is null then 1 else 0 end,
                surveys.updated_at nulls first,
                surveys._loaded_at,
                surveys._row_hash
        ) as answer_rank
    from surveys
    inner join changed
        on changed.source = surveys.source
        and changed.survey_id = surveys.survey_id
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
    surveys.source,
    surveys.survey_id,
    surveys.ticket_id,
    surveys.survey_type,
    surveys.scale,
    surveys.sent_at,
    surveys.answered_at,
    surveys.score,
    surveys.score as first_score,
    surveys.agent_id
from surveys
left join changed
    on changed.source = surveys.source
    and changed.survey_id = surveys.survey_id
where changed.survey_id is null

union all

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
