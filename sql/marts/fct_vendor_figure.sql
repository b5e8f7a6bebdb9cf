-- One row per ticket and figure the helpdesk itself tells of it, with ours of the same name; key: ticket_key, figure.
-- Counts, and minutes. Ours is null where we have no such figure, or not yet; variant_value is ours as vendors count,
-- where that differs by definition (first_reply_time_zendesk, reopens_zendesk).
with

told as (
    select
        stg_ticket.ticket_key,
        stg_vendor_figure.figure,
        stg_vendor_figure.vendor_value
    from stg_vendor_figure
    inner join stg_ticket
        on stg_ticket.source = stg_vendor_figure.source
        and stg_ticket.ticket_id = stg_vendor_figure.ticket_id
),

returns_from_solved as (
    select
        fct_solve_or_reopen.ticket_key,
        count(*) as reopens
    from fct_solve_or_reopen
    inner join told
        on told.ticket_key = fct_solve_or_reopen.ticket_key
    where told.figure = 'reopens' and fct_solve_or_reopen.is_reopen and fct_solve_or_reopen.previous_status = 'solved'
    group by fct_solve_or_reopen.ticket_key
)

select
    told.ticket_key,
    told.figure,
    told.vendor_value,
    as_double(
        case
            when told.figure = 'reopens' then case when ticket.has_history then ticket.reopens end
            when told.figure = 'replies' then case when ticket.has_messages then ticket.replies end
            when told.figure = 'group_stations' then ticket.group_stations
            when told.figure = 'first_reply_minutes_calendar'
                then case when ticket.is_replied then ticket.first_reply_calendar_seconds end / 60.0
            when told.figure = 'first_reply_minutes_business'
                then case when ticket.is_replied then ticket.first_reply_business_seconds end / 60.0
            when told.figure = 'first_resolution_minutes_calendar'
                then case when ticket.is_solved then ticket.first_resolution_calendar_seconds end / 60.0
            when told.figure = 'first_resolution_minutes_business'
                then case when ticket.is_solved then ticket.first_resolution_business_seconds end / 60.0
            when told.figure = 'full_resolution_minutes_calendar'
                then case when ticket.is_solved_now then ticket.full_resolution_calendar_seconds end / 60.0
            when told.figure = 'full_resolution_minutes_business'
                then case when ticket.is_solved_now then ticket.full_resolution_business_seconds end / 60.0
            when told.figure = 'requester_wait_minutes_calendar' then ticket.requester_wait_calendar_seconds / 60.0
            when told.figure = 'requester_wait_minutes_business' then ticket.requester_wait_business_seconds / 60.0
            when told.figure = 'agent_wait_minutes_calendar' then ticket.agent_wait_calendar_seconds / 60.0
            when told.figure = 'agent_wait_minutes_business' then ticket.agent_wait_business_seconds / 60.0
            when told.figure = 'on_hold_minutes_calendar' then ticket.on_hold_calendar_seconds / 60.0
            when told.figure = 'on_hold_minutes_business' then ticket.on_hold_business_seconds / 60.0
        end
    ) as our_value,
    as_double(
        case
            when told.figure = 'reopens' then case when ticket.has_history then coalesce(returns_from_solved.reopens, 0) end
            when told.figure = 'first_reply_minutes_calendar' then ticket.first_comment_calendar_seconds / 60.0
        end
    ) as variant_value
from told
inner join fct_ticket as ticket
    on ticket.ticket_key = told.ticket_key
left join returns_from_solved
    on returns_from_solved.ticket_key = told.ticket_key
