-- Nothing is a success that is not counted, and no duration is negative.
select ticket_key
from fct_ticket
where (is_first_contact_resolved and not is_fcr_eligible)
    or (is_reopened and not is_solved)
    or (is_reopened_and_worked and not is_reopened)
    or handling_seconds < 0
    or (is_solved and first_resolution_business_seconds < 0)
