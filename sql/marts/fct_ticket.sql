-- One row per ticket, merged, spam, test and deleted ones too; key: ticket_key; in slices of tickets.
-- Accumulating snapshot as of the build's clock. In the order of created_at: who asks about a week reads that week.
with

settings as (
    select *
    from cfg_setting
),

known as (
    select
        tickets.*,
        build_clock.as_of,
        build_clock.reporting_time_zone,
        settings.fcr_window_days * 86400 as fcr_window_seconds,
        settings.reopen_window_days * 86400 as reopen_window_seconds,
        settings.repeat_window_days * 86400 as repeat_window_seconds,
        settings.resolution_window_days * 86400 as resolution_window_seconds,
        outcome.first_solved_at,
        outcome.first_solved_local_at,
        outcome.first_solved_team_local_at,
        outcome.last_solved_at,
        outcome.first_reopened_at,
        coalesce(outcome.first_assigned_at, conversation.first_reply_at) as first_assigned_to_person_at,
        outcome.closed_at as closed_event_at,
        coalesce(outcome.status, 'new') as current_status,
        cast(coalesce(outcome.solves, 0) as bigint) as solves,
        cast(coalesce(outcome.reopens, 0) as bigint) as reopens,
        cast(coalesce(outcome.handoffs, 0) as bigint) as handoffs,
        outcome.first_handoff_at,
        outcome.first_team_key,
        outcome.solving_team_key,
        outcome.final_team_key,
        outcome.first_agent_key,
        outcome.solving_agent_key,
        outcome.final_agent_key,
        outcome.first_solved_business_seconds,
        outcome.last_solved_business_seconds,
        outcome.business_seconds_so_far,
        conversation.human_clock_started_at,
        conversation.first_comment_at,
        cast(coalesce(conversation.requester_messages, 0) as bigint) as requester_messages,
        conversation.first_reply_at,
        conversation.last_reply_at,
        cast(coalesce(conversation.replies, 0) as bigint) as replies,
        cast(coalesce(conversation.replies_before_solve, 0) as bigint) as replies_before_solve,
        cast(coalesce(conversation.human_contacts, 0) as bigint) as human_contacts,
        cast(coalesce(conversation.human_contacts_in_window, 0) as bigint) as human_contacts_in_window,
        coalesce(conversation.was_answered_again, false) as was_answered_again,
        conversation.second_contact_at,
        conversation.answered_after_solve_at,
        conversation.worked_again_at,
        coalesce(conversation.has_bot, false) and not coalesce(conversation.has_human, false) as is_bot_only,
        coalesce(conversation.has_bot, false) as is_bot_involved,
        business_clock.first_reply_business_seconds,
        coalesce(single_schedule.first_reply_business_seconds, business_clock.first_reply_business_seconds)
            as first_reply_single_schedule_seconds,
        case when shown.has_holders then outcome.life_business_seconds end as life_business_seconds,
        -- It lies while nobody holds it, and in somebody's hands.
        case
            when shown.has_holders
                then outcome.queue_business_seconds + coalesce(idle.silent_business_seconds, 0)
        end as idle_business_seconds,
        waits.requester_wait_calendar_seconds,
        waits.requester_wait_business_seconds,
        case when shown.has_pending then waits.agent_wait_calendar_seconds end as agent_wait_calendar_seconds,
        case when shown.has_pending then waits.agent_wait_business_seconds end as agent_wait_business_seconds,
        case when shown.has_hold then waits.on_hold_calendar_seconds end as on_hold_calendar_seconds,
        case when shown.has_hold then waits.on_hold_business_seconds end as on_hold_business_seconds,
        repeats.next_created_after_solve_at,
        repeats.last_solved_before_creation_at,
        coalesce(repeats.open_at_creation, 0) as open_at_creation,
        handling.handling_seconds,
        handling.handling_kind,
        shown.has_handling,
        coalesce(topic.first_category, tickets.category) as first_category,
        coalesce(topic.solving_category, topic.first_category, tickets.category) as solving_category,
        coalesce(dim_category.is_multi_contact, false) as is_multi_contact,
        coalesce(dim_team.time_zone, settings.default_schedule_time_zone) as first_team_time_zone,
        effort.effort_expected_points,
        effort_actual.effort_actual_points,
        coalesce(touch.agent_actions, 0) as agent_actions,
        route.group_stations,
        coalesce(route.is_escalated, false) as is_escalated,
        coalesce(route.is_misrouted, false) as is_misrouted,
        coalesce(topic.is_recategorised, false) as is_recategorised,
        stg_history.source is not null as has_history,
        coalesce(stg_history.has_messages, false) as has_messages,
        coalesce(stg_history.has_escalations, false) as has_escalations,
        usual.is_outside_usual
    from stg_ticket as tickets
    cross join settings
    cross join build_clock
    left join int_ticket_outcome as outcome
        on outcome.ticket_key = tickets.ticket_key
    left join int_ticket_conversation as conversation
        on conversation.ticket_key = tickets.ticket_key
    left join int_ticket_business_clock as business_clock
        on business_clock.ticket_key = tickets.ticket_key
    left join int_ticket_repeat as repeats
        on repeats.ticket_key = tickets.ticket_key
    left join int_ticket_single_schedule as single_schedule
        on single_schedule.ticket_key = tickets.ticket_key
    left join int_ticket_idle as idle
        on idle.ticket_key = tickets.ticket_key
    left join int_ticket_wait as waits
        on waits.ticket_key = tickets.ticket_key
    left join int_source_shown as shown
        on shown.source = tickets.source
    left join int_ticket_handling as handling
        on handling.ticket_key = tickets.ticket_key
    left join int_ticket_topic as topic
        on topic.ticket_key = tickets.ticket_key
    left join int_ticket_effort as effort
        on effort.ticket_key = tickets.ticket_key
    left join int_ticket_effort_actual as effort_actual
        on effort_actual.ticket_key = tickets.ticket_key
    left join int_ticket_touch as touch
        on touch.ticket_key = tickets.ticket_key
    left join int_ticket_route as route
        on route.ticket_key = tickets.ticket_key
    left join stg_history
        on stg_history.source = tickets.source
    left join int_ticket_usual as usual
        on usual.ticket_key = tickets.ticket_key
    left join dim_category
        on dim_category.category = coalesce(topic.solving_category, topic.first_category, tickets.category)
    left join dim_team
        on dim_team.team_key = outcome.first_team_key
),

judged as (
    select
        *,
        not(is_spam or is_test or is_deleted or is_merged) as is_eligible,
        not(is_spam or is_test or is_deleted or is_merged or is_bot_only or is_agent_initiated) as is_human_eligible,
        coalesce(
            first_reopened_at is not null and seconds_between(first_solved_at, first_reopened_at) <= reopen_window_seconds, false
        )
            as is_reopened,
        coalesce(
            first_reopened_at is not null and seconds_between(first_solved_at, first_reopened_at) <= fcr_window_seconds, false
        )
            as is_reopened_in_fcr_window,
        coalesce(first_handoff_at is not null and seconds_between(first_solved_at, first_handoff_at) <= fcr_window_seconds, false)
            as is_handed_off_in_fcr_window,
        coalesce(seconds_between(first_solved_at, next_created_after_solve_at) <= fcr_window_seconds, false)
            as is_followed_by_repeat
    from known
)

select
    ticket_key,
    source,
    ticket_id,
    subject,
    url,
    brand,
    tags,
    channel,
    category,
    first_category,
    solving_category,
    priority,
    current_status as status,
    case when requester_id is not null then md5(source || ':' || requester_id) end as requester_key,
    case when organization_id is not null then source || ':' || organization_id end as organization_key,
    first_team_key,
    solving_team_key,
    final_team_key,
    first_agent_key,
    solving_agent_key,
    final_agent_key,

    is_spam,
    is_test,
    is_deleted,
    is_merged,
    is_bot_only,
    is_bot_involved,
    is_agent_initiated,
    is_eligible,
    is_human_eligible,
    requester_id is not null as has_requester,
    is_multi_contact,

    created_at,
    to_local(created_at, reporting_time_zone) as created_local_at,
    to_local(created_at, first_team_time_zone) as created_team_local_at,
    first_assigned_to_person_at as first_assigned_at,
    first_reply_at,
    first_solved_at,
    first_solved_local_at,
    first_solved_team_local_at,
    last_solved_at,
    to_local(last_solved_at, reporting_time_zone) as last_solved_local_at,
    first_reopened_at,
    closed_event_at as closed_at,

    first_reply_at is not null as is_replied,
    -- Without a reply the wait lasts until somebody solved it, or until now: censored there.
    seconds_between(human_clock_started_at, coalesce(first_reply_at, first_solved_at, as_of)) as first_reply_calendar_seconds,
    first_reply_business_seconds,
    first_solved_at is not null as is_solved,
    current_status in ('solved', 'closed') as is_solved_now,
    seconds_between(created_at, coalesce(first_solved_at, as_of)) as first_resolution_calendar_seconds,
    coalesce(first_solved_business_seconds, business_seconds_so_far) as first_resolution_business_seconds,
    seconds_between(
        created_at,
        case when current_status in ('solved', 'closed') then last_solved_at else as_of end
    ) as full_resolution_calendar_seconds,
    case
        when current_status in ('solved', 'closed') then last_solved_business_seconds else business_seconds_so_far
    end as full_resolution_business_seconds,

    replies,
    replies_before_solve,
    human_contacts_in_window,
    human_contacts,
    solves,
    reopens,
    handoffs,
    cast(coalesce(handling_seconds, case when has_handling then 0 end) as bigint) as handling_seconds,
    handling_kind,

    is_reopened,
    is_reopened and last_reply_at > first_reopened_at as is_reopened_and_worked,
    worked_again_at,
    -- When a ticket stopped looking solved at first contact; null where it never did.
    least(
        second_contact_at,
        case when was_answered_again then answered_after_solve_at end,
        case when is_reopened_in_fcr_window then first_reopened_at end,
        case when is_handed_off_in_fcr_window then first_handoff_at end,
        case when is_followed_by_repeat then next_created_after_solve_at end
    ) as fcr_lost_at,
    is_human_eligible and first_solved_at is not null and has_contact_and_requester and not is_multi_contact as is_fcr_eligible,
    is_human_eligible
    and first_solved_at is not null
    and has_contact_and_requester
    and not is_multi_contact
    and human_contacts_in_window = 1
    and not is_reopened_in_fcr_window
    and not is_handed_off_in_fcr_window
    and not was_answered_again
    and not is_followed_by_repeat as is_first_contact_resolved,
    is_human_eligible
    and last_solved_before_creation_at is not null
    and seconds_between(last_solved_before_creation_at, created_at) <= repeat_window_seconds as is_repeat_contact,
    is_human_eligible and open_at_creation > 0 as is_duplicate,

    effort_expected_points,
    case
        when effort_expected_points <= 2 then 'simple'
        when effort_expected_points <= 5 then 'medium'
        when effort_expected_points is not null then 'complex'
    end as complexity,
    case when has_messages then effort_actual_points end as effort_actual_points,
    agent_actions,
    group_stations,
    is_escalated,
    is_misrouted,
    is_recategorised,
    has_history,
    has_messages,
    has_escalations,

    -- As vendors count: from creation whoever opened it, to the first written answer of a person.
    seconds_between(created_at, first_comment_at) as first_comment_calendar_seconds,
    requester_messages,

    coalesce(seconds_between(created_at, first_solved_at) <= resolution_window_seconds, false) as is_resolved_in_window,
    first_assigned_to_person_at is not null as is_assigned,
    -- Nobody took it: it waited until somebody or something solved it, or until now.
    seconds_between(created_at, coalesce(first_assigned_to_person_at, first_solved_at, as_of)) as assignment_calendar_seconds,
    requester_wait_calendar_seconds,
    requester_wait_business_seconds,
    agent_wait_calendar_seconds,
    agent_wait_business_seconds,
    on_hold_calendar_seconds,
    on_hold_business_seconds,
    life_business_seconds,
    idle_business_seconds,
    first_reply_single_schedule_seconds,
    is_outside_usual
from (
    select
        *,
        human_contacts_in_window > 0 and requester_id is not null as has_contact_and_requester
    from judged
) as final
order by created_at
