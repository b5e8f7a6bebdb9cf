"""Queueing answers against a simulation that knows no formula: single calls, chats and e-mails, one after another."""

from __future__ import annotations

import heapq
from collections import deque

import numpy as np
import pytest

from forecasting.staffing.chat import ChatQueue
from forecasting.staffing.deferred import settled_backlog
from forecasting.staffing.erlang_a import ErlangA
from forecasting.staffing.erlang_c import ErlangC
from forecasting.staffing.errors import UnstableQueue
from forecasting.staffing.need import Promise, Shrinkage
from forecasting.staffing.what_if import Stream, WhatIf, apart, gap, needed

RUNS = 20


def interval(runs: list[float]) -> tuple[float, float]:
    """Return a 99.9 % interval of the mean of independent runs (t with 19 degrees of freedom)."""
    half = 3.883 * float(np.std(runs, ddof=1)) / len(runs) ** 0.5
    return float(np.mean(runs)) - half, float(np.mean(runs)) + half


def phone(
    seed: int, arrivals: float, handling: float, agents: int, patience: float | None, calls: int = 12_000
) -> float:
    """Return the share of callers answered within 20 s; the first sixth warms the queue up."""
    chance = np.random.default_rng(seed)
    came = np.cumsum(chance.exponential(1 / arrivals, calls))
    talk = chance.exponential(handling, calls)
    gives_up = came + (chance.exponential(patience, calls) if patience else np.full(calls, np.inf))
    free = [0.0] * agents
    heapq.heapify(free)
    answered = np.full(calls, np.inf)
    for nth in range(calls):
        start = max(came[nth], free[0])
        if start <= gives_up[nth]:
            answered[nth] = start - came[nth]
            heapq.heapreplace(free, start + talk[nth])
    return float(np.mean(answered[calls // 6 :] <= 20))


@pytest.mark.parametrize(("arrivals", "handling", "agents", "patience"), [(0.05, 300, 18, None), (0.06, 300, 16, 90)])
def test_phone(arrivals: float, handling: float, agents: int, patience: float | None) -> None:
    low, high = interval([phone(seed, arrivals, handling, agents, patience) for seed in range(RUNS)])
    if patience:
        assert low <= ErlangA(arrivals, handling, agents, patience).service_level(20) <= high
    else:
        assert low <= ErlangC(arrivals, handling, agents).service_level(20) <= high


def chats(seed: int, queue: ChatQueue, count: int = 6_000) -> float:
    """Return the share of chats that had to wait: every chat has work to do, its agent's attention is shared."""
    chance = np.random.default_rng(seed)
    came = np.cumsum(chance.exponential(1 / queue.arrivals_per_second, count))
    work = chance.exponential(queue.handling_seconds, count)
    at: list[list[float]] = [[] for _ in range(queue.agents)]  # work left of each chat, by agent
    line: deque[float] = deque()
    waited, now = 0, 0.0

    def speed(agent: list[float]) -> float:
        return 1.0 / (1 + queue.slow_down * (len(agent) - 1))

    def run_to(instant: float) -> None:
        nonlocal now
        while True:
            ends = [(min(agent) / speed(agent), nth) for nth, agent in enumerate(at) if agent]
            first, who = min(ends) if ends else (np.inf, -1)
            step = min(first, instant - now)
            for agent in at:
                done = step * speed(agent) if agent else 0.0
                agent[:] = [left - done for left in agent]
            now += step
            if first > step or who < 0:
                return
            at[who].remove(min(at[who]))
            if line:
                at[who].append(line.popleft())
            else:  # chats stay with their agent; the chain spreads them evenly, which only a hand-over could
                most, least = max(at, key=len), min(at, key=len)
                if len(most) - len(least) > 1:
                    least.append(most.pop())

    for nth in range(count):
        run_to(came[nth])
        agent = min(at, key=len)
        if len(agent) < queue.concurrency:
            agent.append(work[nth])
        else:
            line.append(work[nth])
            waited += nth >= count // 6
    return waited / (count - count // 6)


def test_chat() -> None:
    queue = ChatQueue(0.016, 600, 6, concurrency=3, slow_down=0.3)
    low, high = interval([chats(seed, queue) for seed in range(RUNS)])
    assert low <= queue.waiting_probability <= high


def mails(
    seed: int, arrivals: np.ndarray, agents: np.ndarray, handling: float, limit_hours: float, cycles: int
) -> float:
    """Return the share of e-mails answered in time; answering pauses while nobody is there."""
    chance = np.random.default_rng(seed)
    hours = len(arrivals)
    open_hours = np.concatenate([[0.0], np.cumsum(np.tile(agents > 0, cycles + 2))])
    came = np.sort(
        np.concatenate([h + chance.random(chance.poisson(arrivals[h % hours])) for h in range(hours * cycles)])
    )
    staff = int(agents.max())
    clock = np.interp(came, np.arange(len(open_hours)), open_hours)  # in open hours
    free = [0.0] * staff
    late = 0
    for instant in clock:
        done = max(instant, free[0]) + chance.exponential(handling / 3600)
        heapq.heapreplace(free, done)
        late += done - instant > limit_hours
    return 1 - late / len(clock)


@pytest.mark.parametrize("limit", [1.0, 2.0, 4.0])
def test_mail(limit: float) -> None:
    """A desk busy for 92 % of its time, which comes back every morning to a night's e-mails."""
    arrivals = np.array([2.0] * 8 + [12.0] * 10 + [5.0] * 6)
    agents = np.array([0.0] * 8 + [3.0] * 10 + [0.0] * 6)
    answer = settled_backlog(arrivals, agents, 600.0, limit).on_time
    simulated = float(np.mean([mails(seed, arrivals, agents, 600.0, limit, 60) for seed in range(RUNS)]))
    assert answer == pytest.approx(simulated, abs=0.04)


def test_mail_by_hand() -> None:
    """10,000 arrive in an hour nobody works; 5,000 an hour can be answered in the next, 5,500 in the one after."""
    arrivals, agents = np.array([10_000.0, 0.0, 0.0]), np.array([0.0, 50.0, 55.0])
    backlog = settled_backlog(arrivals, agents, 36, 2)
    assert backlog.open_tickets == pytest.approx([10_000, 5_000, 0], abs=10)  # luck leaves a few
    assert backlog.on_time == pytest.approx(1.0, abs=1e-3)
    assert backlog.utilization == pytest.approx(10_000 / 10_500)
    # An e-mail of the middle of that hour has 5,000 before it: one open hour is just enough, or just not.
    assert settled_backlog(arrivals, agents, 36, 1 + 0.01).on_time == pytest.approx(0.5, abs=1e-3)


def test_more_mail_than_people_is_an_error() -> None:
    with pytest.raises(UnstableQueue, match="would grow without end"):
        settled_backlog(np.array([10.0, 10.0]), np.array([5.0, 5.0]), 3600, 8)


def _week(**assumptions: float) -> np.ndarray:
    day = (*(0.0,) * 8, *(30.0,) * 10, *(0.0,) * 6)
    is_open = tuple(hourly > 0 for hourly in day * 7)
    streams = [
        Stream("phone", "calls", day * 7, 300, Promise(), patience_seconds=120),
        Stream("chat", "chats", day * 7, 600, Promise(), concurrency=3, slow_down=0.3),
        Stream("e-mail", "deferred", day * 7, 720, Promise(), within_open_hours=4, is_open=is_open),
    ]
    return needed(streams, WhatIf(**assumptions)).rostered


def test_more_work_needs_no_fewer_people() -> None:
    usual = _week().sum()  # not hour by hour: who is there for calls may have more time left for e-mail
    assert _week(volume=1.2).sum() > usual
    assert _week(handling=1.2).sum() > usual
    assert _week(deflected=0.2).sum() < usual


def test_who_waits_for_calls_answers_mail() -> None:
    """60 calls of 4 minutes: 4 of 7 agents are busy; up to 85 % the others have 1.95 hours an hour for e-mail."""
    calls = Stream("phone", "calls", (60.0,) * 10, 240, Promise())

    def mail(hourly: float) -> Stream:
        return Stream("e-mail", "deferred", (hourly,) * 10, 360, Promise(), within_open_hours=4)

    whole = WhatIf(shrinkage=Shrinkage(0.0, 0.0, 1.0))
    assert needed([calls, mail(15)], whole).agents.tolist() == [7] * 10  # 1.5 hours of work an hour
    # 5 hours of work an hour: 3.05 are left, which take 3.05 / .85 = 3.59 people, in tenths 3.6.
    assert needed([calls, mail(50)], whole).agents == pytest.approx([10.6] * 10)
    assert needed([mail(50)], whole).agents == pytest.approx([5.9] * 10)  # 5 / .85, alone


def test_nobody_answers_a_closed_desk() -> None:
    calls = Stream("phone", "calls", (60.0, 60.0), 240, Promise(), is_open=(False, True))
    assert needed([calls], WhatIf()).agents.tolist() == [0, 7]


def test_people_who_serve_three_chats_are_not_three() -> None:
    """10 Erlangs of chats, three at once: the roster follows the people who are busy, not the chats."""
    chats = Stream("chat", "chats", (60.0,), 600, Promise(0.8, 20, 1.0), concurrency=3, slow_down=0.0)
    need = needed([chats], WhatIf(shrinkage=Shrinkage(0.0, 0.0, 1.0)))
    assert need.agents[0] < 7
    assert need.rostered.tolist() == need.agents.tolist()


def test_people_to_spare_in_one_team_fill_no_other() -> None:
    """In the first hour one team lacks two and another has three to spare; in the last no roster is known."""
    gaps = [np.array([-2.0, -1.0, 0.5, np.nan]), np.array([3.0, -0.5, np.nan, np.nan])]
    missing, spare = apart(gaps)
    np.testing.assert_allclose(missing, [2.0, 1.5, 0.0, np.nan])
    np.testing.assert_allclose(spare, [3.0, 0.0, 0.5, np.nan])


def test_cost_and_gap() -> None:
    calls = Stream("phone", "calls", (0.0, 60.0), 240, Promise())
    need = needed([calls], WhatIf(shrinkage=Shrinkage(0.2, 0.0, 1.0), loaded_rate_per_hour=40.0))
    # 60 calls of 4 minutes are 4 Erlangs; 7 agents answer 80 % within 20 s (6: 76 %; 7: 89 %); 8.75 rostered.
    assert need.agents.tolist() == [0, 7]
    assert need.rostered.tolist() == [0, 8.75]
    assert need.cost == 350.0
    assert gap(np.array([1.0, 8.0]), need).tolist() == [1.0, -0.75]
    assert needed([calls], WhatIf()).cost is None  # absent, not zero, without a rate


def test_the_time_calls_leave_may_not_be_enough_in_time() -> None:
    """1.95 hours an hour are left for 1.9 hours of mail: it can be done, but within an hour only with more people."""
    calls = Stream("phone", "calls", (60.0,) * 10, 240, Promise())
    mail = Stream("e-mail", "deferred", (19.0,) * 10, 360, Promise(level=0.99), within_open_hours=1)
    assert needed([calls, mail], WhatIf(shrinkage=Shrinkage(0.0, 0.0, 1.0))).agents[0] > 7
