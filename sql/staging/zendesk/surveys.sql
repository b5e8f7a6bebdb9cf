-- Satisfaction ratings, every version: the first answer is told beside the last; key: source, survey_id, updated_at.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, rating_id, updated_at
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.zendesk_ratings
)

select
    source,
    rating_id as survey_id,
    ticket_id,
    updated_at,
    'csat' as survey_type,
    'good_bad' as scale,
    created_at as sent_at,
    case when score not in ('offered', 'unoffered') then updated_at end as answered_at,
    case
        when score in ('good', 'good_with_comment') then 1.0
        when score in ('bad', 'bad_with_comment') then 0.0
    end as score,
    assignee_id as agent_id
from versions
where version_rank = 1
    and score <> 'unoffered'
