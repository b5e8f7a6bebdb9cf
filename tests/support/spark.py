"""A Spark Thrift Server of the tests' own: on a free loopback port, over a temporary folder, gone afterwards."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

SECONDS_TO_START = 180
# What Spark's own start script opens for it. Without the script the process is the server, to be stopped by its id.
OPENED = (
    *("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util"),
    *("java.util.concurrent", "java.util.concurrent.atomic", "jdk.internal.ref", "sun.nio.ch", "sun.nio.cs"),
    *("sun.security.action", "sun.util.calendar"),
)
# Tables of a few rows: compiling each query, sharing it out, or thinking long about it takes longer than reading them.
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.lightweightPlanChangeValidation": "false",
    "spark.buffer.pageSize": "1m",
    "spark.ui.enabled": "false",
}
# It plans hundreds of statements and little else: compiled once and lightly, in a cache so large that nothing is swept
# out to be compiled again, with room for what each statement leaves behind.
QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=256m", "-Xms1g", "-Xmn700m")
LARGE = {"spark.sql.shuffle.partitions": "8", "spark.ui.enabled": "false"}


class SparkServer:
    """A server's process over its folder: it may be killed and started again."""

    def __init__(self, folder: Path, small: bool = True) -> None:
        self.folder, self.port, self.small = folder, _free_port(), small
        self.start()

    @property
    def address(self) -> str:
        return f"sparksql://127.0.0.1:{self.port}/?auth=NOSASL"

    @property
    def files(self) -> str:
        """The folder it shares with a pipeline."""
        return str(self.folder / "files")

    def start(self) -> None:
        log = self.folder / "log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                _command(self.folder, self.port, self.small), stdout=out, stderr=subprocess.STDOUT, cwd=self.folder
            )
        _wait_for(self._process, self.port, log)

    def stop(self) -> None:
        """Kill it, as a machine that fails does."""
        self._process.kill()
        self._process.wait(timeout=60)


def missing() -> str:
    """Return what a server needs and is not here; empty where it can be started."""
    if find_spec("pyspark") is None or find_spec("pyhive") is None:
        return "no pyspark here: requirements-spark.txt and requirements-dev.txt"
    return "" if shutil.which("java") else "no Java here: apt-get install openjdk-17-jre-headless"


@contextmanager
def running_spark(small: bool = True) -> Iterator[SparkServer]:
    """Run an empty server, for tables of a few rows or for ``small=False`` ones; stop that process and no other."""
    folder = Path(tempfile.mkdtemp(prefix="deskpulse-spark-"))
    try:
        server = SparkServer(folder, small)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _command(folder: Path, port: int, small: bool) -> list[str]:
    spec = find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    kept = folder / "warehouse"
    java = [
        *("-cp", str(Path(spec.origin).parent / "jars" / "*"), "-Xmx2g" if small else "-Xmx6g", "-Xshare:auto"),
        *(QUICK if small else ("-XX:+UseParallelGC",)),
        *(f"-Djava.io.tmpdir={folder}", f"-Dderby.system.home={folder}"),
        "-Dderby.system.durability=test",
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
    ]
    chosen = (SMALL if small else LARGE) | {
        "spark.sql.warehouse.dir": str(kept),
        "spark.local.dir": str(folder),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    server = {
        "hive.server2.thrift.port": str(port),
        "hive.server2.thrift.bind.host": "127.0.0.1",
        "hive.server2.authentication": "NOSASL",
    }
    return [
        *("java", *java, "org.apache.spark.deploy.SparkSubmit", "--master", "local[2]"),
        *("--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"),
        *(word for name, value in chosen.items() for word in ("--conf", f"{name}={value}")),
        "spark-internal",
        *(word for name, value in server.items() for word in ("--hiveconf", f"{name}={value}")),
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"Spark did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)
