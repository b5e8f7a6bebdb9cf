-- One row per ticket of a helpdesk that names effort tiers: the points it was expected to take, as known at creation;
-- key: ticket_key. The points stand in config/effort.toml.
with

tier_points as (
    select
        value as effort_tier,
        points
    from cfg_effort_point
    where fact = 'tier'
),

category_points as (
    select
        dim_category.category,
        dim_category.effort_tier,
        tier_points.points + dim_category.effort_supplement_points as points
    from dim_category
    inner join tier_points
        on tier_points.effort_tier = coalesce(dim_category.effort_tier, 'unlisted')
),

priority_points as (
    select
        value as priority,
        points
    from cfg_effort_point
    where fact = 'priority'
),

organization_points as (
    select
        dim_organization.organization_key,
        cfg_effort_point.points
    from dim_organization
    inner join cfg_effort_point
        on cfg_effort_point.value = dim_organization.segment
    where cfg_effort_point.fact = 'segment'
),

-- A priority that was changed, without a word on what it was before, was unknown at creation.
tickets as (
    select
        stg_ticket.ticket_key,
        stg_ticket.source,
        coalesce(topic.first_category, stg_ticket.category) as category,
        case when coalesce(topic.is_priority_told, false) then topic.first_priority else stg_ticket.priority end as priority,
        case
            when stg_ticket.organization_id is not null then stg_ticket.source || ':' || stg_ticket.organization_id
        end as organization_key
    from stg_ticket
    left join int_ticket_topic as topic
        on topic.ticket_key = stg_ticket.ticket_key
),

-- Where no category has a tier, nothing is known of effort.
sources_with_tiers as (
    select distinct tickets.source
    from tickets
    inner join category_points
        on category_points.category = tickets.category
    where category_points.effort_tier is not null
),

unlisted as (
    select points
    from tier_points
    where effort_tier = 'unlisted'
)

select
    tickets.ticket_key,
    cast(least(greatest(
        coalesce(category_points.points, unlisted.points)
        + coalesce(priority_points.points, 0)
        + coalesce(organization_points.points, 0),
        1
    ), 8) as bigint) as effort_expected_points
from tickets
inner join sources_with_tiers
    on sources_with_tiers.source = tickets.source
cross join unlisted
left join category_points
    on category_points.category = tickets.category
left join priority_points
    on priority_points.priority = tickets.priority
left join organization_points
    on organization_points.organization_key = tickets.organization_key
