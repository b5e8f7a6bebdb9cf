-- One row per category, listed or only used; key: category.
with

listed as (
    select
        category,
        max(product_area) as product_area,
        max(effort_tier) as effort_tier,
        max(case when is_automatable then 1 else 0 end) as automatable,
        max(case when is_multi_contact then 1 else 0 end) as multi_contact
    from stg_category
    group by category
),

used as (
    select category
    from stg_ticket
    where category is not null
    union
    select to_value as category
    from stg_event
    where event_type = 'category' and to_value is not null
    union
    select category
    from listed
),

configured as (
    select category
    from cfg_multi_contact_category
)

select
    used.category,
    listed.product_area,
    coalesce(effort.effort_tier, listed.effort_tier) as effort_tier,
    coalesce(effort.points, 0) as effort_supplement_points,
    coalesce(listed.automatable, 0) = 1 as is_automatable,
    coalesce(listed.multi_contact, 0) = 1 or configured.category is not null as is_multi_contact
from used
left join listed
    on listed.category = used.category
left join cfg_category_effort as effort
    on effort.category = used.category
left join configured
    on configured.category = used.category
