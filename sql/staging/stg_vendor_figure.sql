-- One row per figure the helpdesk itself tells of a ticket, as last handed over; key: source, ticket_id, figure.
with

-- No load holds a figure twice: only a source loaded more than once can have handed one over again.
reloaded as (
    select source
    from raw.files_vendor_figures
    group by source
    having min(_loaded_at) <> max(_loaded_at)
),

ranked as (
    select
        figures.source,
        figures.ticket_id,
        figures.figure,
        figures.value,
        row_number() over (
            partition by figures.source, figures.ticket_id, figures.figure
            order by figures._loaded_at desc, figures._row_hash desc
        ) as version_rank
    from raw.files_vendor_figures as figures
    inner join reloaded
        on reloaded.source = figures.source
)

select
    figures.source,
    figures.ticket_id,
    figures.figure,
    figures.value as vendor_value
from raw.files_vendor_figures as figures
left join reloaded
    on reloaded.source = figures.source
where reloaded.source is null

union all

select
    source,
    ticket_id,
    figure,
    value as vendor_value
from ranked
where version_rank = 1
