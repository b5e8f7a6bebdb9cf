-- Only the six statuses occur.
select distinct status
from fct_status_interval
where status not in ('new', 'open', 'pending', 'hold', 'solved', 'closed')
