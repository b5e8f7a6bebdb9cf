-- One row per ticket and tag; key: ticket_key, tag. A ticket with two tags has two rows, one without any has none.
with recursive

told as (
    select distinct tags
    from stg_ticket
    where tags is not null
),

-- Tags come separated by commas; each list that occurs is taken apart once.
apart as (
    select
        tags,
        as_text('') as tag,
        as_text(tags || ',') as rest
    from told
    union all
    select
        tags,
        as_text(trim(substr(rest, 1, position(',' in rest) - 1))) as tag,
        as_text(substr(rest, position(',' in rest) + 1)) as rest
    from apart
    where rest <> ''
),

parts as (
    select distinct
        tags,
        tag
    from apart
    where tag <> ''
)

select
    stg_ticket.ticket_key,
    parts.tag
from stg_ticket
inner join parts
    on parts.tags = stg_ticket.tags
