"""Who is carrying too much, and what in the work could change. An occasion for a conversation, never a rating."""

from ui import check_ins, strain
from ui.page import page

with page("Wellbeing · burnout risk") as p:
    told = strain.opened(p)
    strain.cannot_see()
    strain.notices(told, p)
    strain.teams(told)
    person = strain.people(told, p)
    if person:
        strain.one_person(told, p, person)
        check_ins.check_ins(told, p, person)
    strain.proposals(told, p)
    strain.missing(told)
