-- One row per ticket whose events tell of category or priority: what it came in with, and what it was solved as; key: ticket_key.
-- Text rides behind its event number, so that first and last are smallest and largest.
select
    events.ticket_key,
    substr(min(case
        when
            events.event_type = 'category' and events.occurred_at <= stg_ticket.created_at
            then lpad(as_text(events.event_number), 8, '0') || events.to_value
    end), 9) as first_category,
    substr(max(case
        when
            events.event_type = 'category' and events.occurred_at <= outcome.first_solved_at
            then lpad(as_text(events.event_number), 8, '0') || events.to_value
    end), 9) as solving_category,
    substr(min(case
        when
            events.event_type = 'priority' and events.occurred_at <= stg_ticket.created_at
            then lpad(as_text(events.event_number), 8, '0') || events.to_value
    end), 9) as first_priority,
    max(case when events.event_type = 'priority' then 1 else 0 end) = 1 as is_priority_told,
    coalesce(
        min(case when events.event_type = 'category' and events.occurred_at <= outcome.first_solved_at then events.to_value end)
        <> max(case when events.event_type = 'category' and events.occurred_at <= outcome.first_solved_at then events.to_value end),
        false
    ) as is_recategorised
from fct_ticket_event as events
inner join stg_ticket
    on stg_ticket.ticket_key = events.ticket_key
inner join int_ticket_outcome as outcome
    on outcome.ticket_key = events.ticket_key
where events.event_type in ('category', 'priority') and events.to_value is not null
group by events.ticket_key
