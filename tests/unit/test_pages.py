"""Pages without a browser: their states, their access, what they import."""

import ast
import subprocess
import sys

import pytest
from streamlit.testing.v1 import AppTest

from config.settings import ROOT
from metrics import HEADLINE, METRICS, Scope
from tests.support.asking import build_of
from tests.support.stories import stories, warehouse
from ui import access, asking
from ui.names import labels

PAGES = sorted((ROOT / "pages").rglob("*.py"))
ALL = [
    "executive/headline.py",
    "manager/forecast.py",
    "analyst/explore.py",
    "analyst/automation.py",
    "analyst/customers.py",
    "manager/digest.py",
    "manager/goals.py",
]
ALL += ["analyst/definitions.py", "analyst/data_health.py"]
HEAVY = ("prophet", "statsmodels", "dlt", "sqlglot", "vl_convert", "openpyxl")


@pytest.fixture(autouse=True)
def _fresh_house(monkeypatch, tmp_path):
    monkeypatch.setenv("DESKPULSE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(access.st, "get_option", lambda name: "127.0.0.1" if name == "server.address" else None)
    access.house.cache_clear()
    for kept in ("_frames", "_made", "_options", "_health", "_first_days"):  # every story's build has the same id
        monkeypatch.setattr(asking, kept, asking.Kept())
    yield
    access.house.cache_clear()


@pytest.fixture(scope="module")
def one_ticket():
    """One ticket, as the semantic layer's own stories tell it."""
    return build_of(warehouse(stories(ROOT / "tests" / "golden")[0]))


@pytest.fixture
def small_build(one_ticket, monkeypatch):
    monkeypatch.setattr(access, "published", lambda: one_ticket)
    return one_ticket


def shown(page: str) -> AppTest:
    return AppTest.from_file(str(ROOT / "pages" / page), default_timeout=30).run()


def text_of(app: AppTest) -> str:
    return " ".join(str(e.value) for e in [*app.title, *app.text, *app.caption, *app.markdown, *app.code, *app.error])


@pytest.mark.parametrize("page", ALL)
def test_without_a_build_every_page_says_how_to_get_one(page):
    app = shown(page)
    assert not app.exception
    assert "make demo" in text_of(app)
    assert "etl run --input" in text_of(app)


def test_one_ticket_is_too_few_for_rates_and_says_so(small_build):
    app = shown("executive/headline.py")
    assert not app.exception
    assert app.metric[0].label == "First contact resolution"
    assert len(app.metric) == len(HEADLINE)
    assert "–" in [metric.value for metric in app.metric]


def test_a_failure_is_a_sentence_and_its_details_stay_in_the_log(small_build, monkeypatch, caplog):
    monkeypatch.setattr("ui.asking.ask", lambda *_: 1 / 0)
    app = shown("executive/headline.py")
    assert not app.exception
    assert [error.value for error in app.error] == ["Something went wrong on this page. The server's log says what."]
    assert "ZeroDivisionError" in caplog.text


def test_a_bad_setting_is_one_line(monkeypatch):
    monkeypatch.setenv("DESKPULSE_TIME_ZONE", "Mars/Olympus")
    app = shown("executive/headline.py")
    assert not app.exception
    assert "is not an IANA zone" in app.error[0].value.replace("\\", "")


def test_nobody_is_served_beyond_this_machine(small_build, monkeypatch):
    monkeypatch.setattr(access.st, "get_option", lambda _: "0.0.0.0")
    app = shown("executive/headline.py")
    assert "knows no sign\\-in" in app.error[0].value
    assert not app.metric


def test_without_forecasts_pages_say_how_to_get_them(small_build):
    app = shown("manager/forecast.py")
    assert not app.exception
    assert not app.error
    assert "run python \\-m forecasting run" in app.info[0].value
    headline = shown("executive/headline.py")
    assert not headline.exception
    assert "has not been computed yet" in headline.info[0].value


def test_forecasts_under_way_are_told(small_build, monkeypatch):
    monkeypatch.setattr("ui.forecast.under_way", lambda _: True)
    app = shown("manager/forecast.py")
    assert "being computed" in app.info[0].value
    assert app.button[0].label == "Look again"


def test_definitions_without_a_hit(small_build):
    app = shown("analyst/definitions.py")
    app.text_input(key="find").set_value("zzz <b>").run()
    assert app.info[0].value == "No definition holds these words."


def test_definitions_hold_ours_against_the_figures_of_the_helpdesk(monkeypatch):
    [story] = [story for story in stories(ROOT / "tests" / "golden") if story.name == "vendor_figures"]
    build = build_of(warehouse(story))
    monkeypatch.setattr(access, "published", lambda: build)
    app = shown("analyst/definitions.py")
    assert not app.dataframe
    app.session_state["reconciled"] = True
    app.run()
    assert not app.exception
    assert not app.error
    figures, tickets = (frame.value for frame in app.dataframe)
    reopens = figures.set_index("Figure").loc["Reopens"]
    assert reopens[["Equal", "Tickets compared", "Differ", "Sum, theirs", "Sum, ours"]].tolist() == [
        "1",
        "3",
        "2",
        "2",
        "2",
    ]
    assert "returns from solved and from closed" in reopens["Why readings differ"]
    assert figures.set_index("Figure").loc["comments", "Tickets compared"] == "0"
    assert tickets["Ticket"].tolist() == ["T2"]  # of the first figure that differs: the first reply
    monkeypatch.setattr(access, "viewer_scope", lambda: Scope("eve", None, "executive"))
    assert "one by one are not for your role" in text_of(app.run())
    assert len(app.dataframe) == 1


# One metric of every kind, and of every way its rows are placed in time.
SORTS = {(type(m), m.on.reads, m.on.finest, m.on.team is None): name for name, m in METRICS.items()}


@pytest.mark.parametrize("metric", sorted(SORTS.values()))
def test_explore_shows_every_sort_of_metric(small_build, metric):
    label = next(label for label, name in labels().items() if name == metric)
    app = AppTest.from_file(str(ROOT / "pages" / "analyst/explore.py"), default_timeout=30)
    app.query_params["metric"] = label
    app.run()
    assert not app.exception
    assert not app.error
    assert app.metric[0].label.replace("\\", "") == METRICS[metric].title


def test_one_ticket_is_no_topic_and_no_customer(small_build):
    automation = shown("analyst/automation.py")
    assert not automation.exception
    assert not automation.error
    assert "known well enough to audit" in text_of(automation)
    customers = shown("analyst/customers.py")
    assert not customers.exception
    assert "No organizations are known" in customers.info[0].value


def test_explore_without_a_metric_asks_for_one(small_build):
    app = shown("analyst/explore.py")
    app.multiselect(key="metric").set_value([]).run()
    assert app.info[0].value == "Choose a metric."


def test_pages_stand_in_folders_and_stay_short():
    assert not list((ROOT / "pages").glob("*.py"))
    for page in PAGES:
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 100


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_hold_no_arithmetic_and_import_only_what_they_may(page):
    tree = ast.parse(page.read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.BinOp | ast.AugAssign)]
    roots = {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    roots |= {name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert roots <= {"ui", "metrics", "journal", "reports", "streamlit"}


def test_the_web_process_stays_light():
    code = (
        "import sys; from ui.warm import warm_up; warm_up();"
        "import ui.definitions, ui.trust, ui.explore_views, ui.weekly_parts, ui.staffing;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_team_manager_gets_no_data_health_and_no_figures_without_a_team(small_build, monkeypatch):
    monkeypatch.setattr(access, "viewer_scope", lambda: Scope("kim", frozenset({"story:t1"}), "manager"))
    assert "not for your role" in shown("analyst/data_health.py").error[0].value
    explored = shown("analyst/explore.py")
    assert not explored.exception
    assert not explored.error
    definitions = shown("analyst/definitions.py")
    assert not definitions.exception
    assert not definitions.error
    for page in ("analyst/automation.py", "analyst/customers.py"):
        told = shown(page)
        assert not told.exception
        assert not told.error
        assert "belongs to no team" in text_of(told)
    app = shown("executive/headline.py")
    assert not app.exception
    assert not app.error
    deflection = next(metric for metric in app.metric if metric.label == "Deflection rate")
    assert deflection.value == "–"
    assert "Belongs to no team" in text_of(app)
