-- One row per day and organization whose activity is told, with the tickets it had; key: source, day, organization_key.
-- Without an organization: everybody who has no row of their own that day. Days without activity have no row.
with

activity as (
    select
        stg_activity.source,
        stg_activity.day,
        stg_activity.organization_key,
        stg_activity.active_customers,
        stg_activity.orders
    from stg_activity
    cross join build_clock
    where stg_activity.day <= cast(build_clock.local_as_of as date)
),

days as (
    select distinct
        source,
        day
    from activity
),

listed as (
    select
        source,
        day,
        organization_key
    from activity
    where organization_key is not null
),

tickets as (
    select
        days.source,
        days.day,
        listed.organization_key,
        count(*) as tickets
    from fct_ticket
    inner join days
        on days.source = fct_ticket.source
        and days.day = cast(fct_ticket.created_local_at as date)
    left join listed
        on listed.source = fct_ticket.source
        and listed.organization_key = fct_ticket.organization_key
        and listed.day = cast(fct_ticket.created_local_at as date)
    where fct_ticket.is_eligible and not fct_ticket.is_agent_initiated
    group by days.source, days.day, listed.organization_key
)

select
    activity.source,
    activity.day,
    cast(activity.day as timestamp) as day_local_at,
    activity.organization_key,
    coalesce(tickets.tickets, 0) as tickets,
    activity.active_customers,
    activity.orders
from activity
left join tickets
    on tickets.source = activity.source
    and tickets.day = activity.day
    and coalesce(tickets.organization_key, '') = coalesce(activity.organization_key, '')
