-- Zendesk's own figures of its tickets, newest version; key: source, ticket_id, figure.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by generated_at desc, _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.zendesk_metric_sets
),

figures as (
    select 'reopens' as figure

    union all
    select 'replies' as figure

    union all
    select 'group_stations' as figure

    union all
    select 'first_reply_minutes_calendar' as figure

    union all
    select 'first_reply_minutes_business' as figure

    union all
    select 'first_resolution_minutes_calendar' as figure

    union all
    select 'first_resolution_minutes_business' as figure

    union all
    select 'full_resolution_minutes_calendar' as figure

    union all
    select 'full_resolution_minutes_business' as figure

    union all
    select 'requester_wait_minutes_calendar' as figure

    union all
    select 'requester_wait_minutes_business' as figure

    union all
    select 'agent_wait_minutes_calendar' as figure

    union all
    select 'agent_wait_minutes_business' as figure

    union all
    select 'on_hold_minutes_calendar' as figure

    union all
    select 'on_hold_minutes_business' as figure
),

told as (
    select
        versions.source,
        versions.ticket_id,
        figures.figure,
        case figures.figure
            when 'reopens' then versions.reopens
            when 'replies' then versions.replies
            when 'group_stations' then versions.group_stations
            when 'first_reply_minutes_calendar' then versions.first_reply_minutes_calendar
            when 'first_reply_minutes_business' then versions.first_reply_minutes_business
            when 'first_resolution_minutes_calendar' then versions.first_resolution_minutes_calendar
            when 'first_resolution_minutes_business' then versions.first_resolution_minutes_business
            when 'full_resolution_minutes_calendar' then versions.full_resolution_minutes_calendar
            when 'full_resolution_minutes_business' then versions.full_resolution_minutes_business
            when 'requester_wait_minutes_calendar' then versions.requester_wait_minutes_calendar
            when 'requester_wait_minutes_business' then versions.requester_wait_minutes_business
            when 'agent_wait_minutes_calendar' then versions.agent_wait_minutes_calendar
            when 'agent_wait_minutes_business' then versions.agent_wait_minutes_business
            when 'on_hold_minutes_calendar' then versions.on_hold_minutes_calendar
            when 'on_hold_minutes_business' then versions.on_hold_minutes_business
        end as value
    from versions
    cross join figures
    where versions.version_rank = 1
)

select
    source,
    ticket_id,
    figure,
    value
from told
-- What Zendesk does not know yet is not told.
where value is not null
