-- Time spent as logged with follow-ups; key: source, time_entry_id.
with

newest as (
    select
        *,
        row_number() over (
            partition by source, followup_id
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.django_helpdesk_followups
)

select
    newest.source,
    newest.followup_id as time_entry_id,
    newest.ticket_id,
    newest.user_id as agent_id,
    newest.occurred_at as started_at,
    newest.seconds,
    'timer' as activity
from newest
inner join raw.django_helpdesk_present as present
    on present.source = newest.source
    and present.what = 'followup'
    and present.id = newest.followup_id
where newest.version_rank = 1
    and newest.seconds > 0
