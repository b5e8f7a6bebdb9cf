-- One row per channel; key: channel. Live channels are answered while the requester waits.
with

channels as (
    select distinct channel
    from stg_ticket
    where channel is not null
)

select
    channel,
    channel in ('phone', 'chat') as is_live
from channels
