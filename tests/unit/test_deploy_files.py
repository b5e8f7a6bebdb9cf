"""What ``deploy/`` ships for systemd and containers: units systemd accepts, and an image that has what it needs."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import ROOT
from etl.__main__ import parser as etl
from reports.__main__ import parser as reports
from tests.unit.test_architecture import HOUSE

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
PARSERS = {"etl": etl, "reports": reports}
PROGRAM = "/opt/deskpulse/.venv/bin/python"
MOST_EXPOSED = 15  # of 100, as systemd reckons: a service without any hardening has 96
CONTAINERFILE = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")


def value(unit: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.M)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units as they would be, the programs being those of this machine."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here")
    folder = tmp_path_factory.mktemp("units")
    for unit in UNITS:
        told = unit.read_text(encoding="utf-8").replace(PROGRAM, sys.executable).replace("/opt/deskpulse", str(ROOT))
        (folder / unit.name.replace("@.", "@8501.")).write_text(told, encoding="utf-8")
    return folder


def test_systemd_accepts_every_unit(installed: Path) -> None:
    verify = ["systemd-analyze", "verify", "--man=no"]
    names = sorted(str(path) for path in installed.iterdir())
    done = subprocess.run([*verify, *names], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "deskpulse" in line] == []
    assert done.returncode == 0
    broken = installed / "deskpulse-broken.service"
    broken.write_text("[Service]\nExecStart=/nowhere/at/all\n", encoding="utf-8")
    assert subprocess.run([*verify, str(broken)], capture_output=True, check=False).returncode != 0  # it does look
    broken.unlink()


def test_services_may_do_little(installed: Path) -> None:
    judge = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}"]
    for service in sorted(installed.glob("*.service")):
        done = subprocess.run([*judge, str(service)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.stem)
def test_a_service_runs_a_documented_command_as_nobody_special(service: Path) -> None:
    [command] = value(service, "ExecStart")
    program, _, room, *arguments = shlex.split(command)
    assert program == PROGRAM
    if room == "streamlit":
        assert arguments == ["run", "dashboard.py", "--server.port", "%i"]
    else:
        PARSERS[room]().parse_args(arguments)  # ends the test where it does not know one
    assert value(service, "User") == ["deskpulse"]
    secret = re.compile(r"(SECRET|KEY|PASSWORD|TOKEN)\w*=", re.IGNORECASE)
    assert not secret.search(" ".join(value(service, "Environment")))


def test_every_timer_has_its_service() -> None:
    timers = {path.stem for path in UNITS if path.suffix == ".timer"}
    assert timers == {path.stem for path in SERVICES if value(path, "Type") == ["oneshot"]}


def instructions() -> list[tuple[str, str]]:
    told = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", CONTAINERFILE, flags=re.M))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in told.splitlines() if line.strip())]


def copied() -> list[str]:
    parts = [rest.split() for word, rest in instructions() if word == "COPY" and "--from" not in rest]
    return [source for *sources, _ in parts for source in sources]


def test_the_image_is_of_this_repository_pinned_and_not_run_by_root() -> None:
    known = set(copied())
    assert [source for source in known if not (ROOT / source).exists()] == []
    assert known >= {*HOUSE, "sql", "dashboard.py", ".streamlit/config.toml"}
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in sent if line.startswith("!")} == known
    assert next(line for line in sent if line and not line.startswith("#")) == "*"
    last = [word for word, _ in instructions()]
    user = next(rest for word, rest in instructions() if word == "USER")
    assert user.split(":")[0] not in ("root", "0")
    assert last.index("USER") < last.index("CMD")
    assert "HEALTHCHECK" in last
    for file in (source for source in known if source.startswith("requirements")):
        lines = [line for line in (ROOT / file).read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")]
        assert [line for line in lines if "==" not in line and not line.startswith(" ")] == []
    command = next(rest for word, rest in instructions() if word == "CMD")
    assert json.loads(command) == ["python", "-m", "streamlit", "run", "dashboard.py"]
    assert not re.search(r"(SECRET|PASSWORD|TOKEN|_KEY)\w*=", CONTAINERFILE)


def test_what_is_copied_is_all_that_is_read(tmp_path: Path) -> None:
    read = re.compile(r"""ROOT\s*/\s*"([^"]+)\"""")
    for room in HOUSE:
        for file in (ROOT / room).rglob("*.py"):
            named = set(read.findall(file.read_text(encoding="utf-8"))) - {"docs"}
            assert named <= {source.split("/")[0] for source in copied()}, file
    for source in copied():
        target = tmp_path / source
        target.parent.mkdir(exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, target)
    environment = {**os.environ, "DESKPULSE_HOME": str(tmp_path / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "etl", "status", "--json"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["build"] is None
