-- Warning: tickets whose first event is older than their creation.
select ticket_key
from fct_ticket
where first_solved_at < created_at
