-- One row per ticket an agent acted on: how often; key: ticket_key.
-- What is done to a ticket at one instant is one action: a reply that also solves it is not two.
select
    ticket_key,
    count(distinct occurred_at) as agent_actions
from fct_ticket_event
where actor_type = 'agent'
group by ticket_key
