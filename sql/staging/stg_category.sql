-- One row per category; key: source, category.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, category
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_categories
)

select
    source,
    category,
    product_area,
    effort_tier,
    coalesce(is_automatable, false) as is_automatable,
    coalesce(is_multi_contact, false) as is_multi_contact
from versions
where version_rank = 1
