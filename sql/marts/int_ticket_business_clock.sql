-- One row per ticket: business seconds from the start of the human clock to the first reply, or to where waiting ended;
-- key: ticket_key.
with

instants as (
    select
        int_ticket_conversation.ticket_key,
        int_ticket_conversation.human_clock_started_at as instant,
        1 as is_start
    from int_ticket_conversation
    where int_ticket_conversation.human_clock_started_at is not null
    union all
    select
        int_ticket_conversation.ticket_key,
        coalesce(int_ticket_conversation.first_reply_at, int_ticket_outcome.first_solved_at, build_clock.as_of) as instant,
        0 as is_start
    from int_ticket_conversation
    inner join int_ticket_outcome
        on int_ticket_outcome.ticket_key = int_ticket_conversation.ticket_key
    cross join build_clock
),

-- The spell that holds the instant; the last one also holds its own end.
held as (
    select
        instants.ticket_key,
        instants.is_start,
        instants.instant,
        spells.business_seconds_before,
        spells.started_clock_seconds,
        teams.team_number,
        cast(to_local(instants.instant, teams.time_zone) as date) as day
    from instants
    inner join int_status_spell as spells
        on spells.ticket_key = instants.ticket_key
        and spells.started_at <= instants.instant
        and (spells.ended_at is null or spells.ended_at > instants.instant)
    inner join int_team_schedule as teams
        on teams.team_number = spells.team_number
),

positions as (
    select
        held.ticket_key,
        held.is_start,
        held.business_seconds_before
        - held.started_clock_seconds
        + clock.business_seconds_before
        + coalesce(least(greatest(seconds_between(clock.first_opens_at, held.instant), 0), clock.first_open_seconds), 0)
        + coalesce(least(greatest(seconds_between(clock.second_opens_at, held.instant), 0), clock.second_open_seconds), 0)
            as business_seconds
    from held
    inner join int_team_clock as clock
        on clock.team_number = held.team_number
        and clock.day = held.day
)

select
    ticket_key,
    max(case when is_start = 0 then business_seconds end)
    - max(case when is_start = 1 then business_seconds end) as first_reply_business_seconds
from positions
group by ticket_key
