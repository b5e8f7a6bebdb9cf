-- One row per figure the helpdesk itself tells of a ticket, as last handed over; key: source, ticket_id, figure.
select
    source,
    ticket_id,
    figure,
    value as vendor_value
from (
    select
        source,
        ticket_id,
        figure,
        value,
        row_number() over (
            partition by source, ticket_id, figure
            order by _loaded_at desc, _row_hash desc
        ) as version_rank
    from raw.files_vendor_figures
) as versions
where version_rank = 1
