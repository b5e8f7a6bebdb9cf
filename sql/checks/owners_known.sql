-- Every team, agent, category and organization of a ticket is in its dimension.
select
    fct_ticket.ticket_key,
    fct_ticket.solving_team_key,
    fct_ticket.solving_agent_key,
    fct_ticket.category
from fct_ticket
left join dim_team
    on dim_team.team_key = fct_ticket.solving_team_key
left join dim_agent
    on dim_agent.agent_key = fct_ticket.solving_agent_key
    and dim_agent.is_current
left join dim_category
    on dim_category.category = fct_ticket.category
left join dim_organization
    on dim_organization.organization_key = fct_ticket.organization_key
where (fct_ticket.solving_team_key is not null and dim_team.team_key is null)
    or (fct_ticket.solving_agent_key is not null and dim_agent.agent_key is null)
    or (fct_ticket.category is not null and dim_category.category is null)
    or (fct_ticket.organization_key is not null and dim_organization.organization_key is null)
