-- Helpdesks' own figures of tickets, as last told; key: source, ticket_id, figure.
with

versions as (
    select
        *,
        row_number() over (
            partition by source, ticket_id, figure
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.live_vendor_figures
)

select
    source,
    ticket_id,
    figure,
    value
from versions
where version_rank = 1
    -- What a helpdesk does not know, or no longer, is not told.
    and value is not null
