"""Processes that read: what they begin with, what they never run, and that none outlives its caller."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pebble.pool.process import TaskManager

from parsers.errors import NoProcesses, Unreadable
from parsers.pool import Pool
from parsers.read import read
from parsers.workers import Limits, run
from tests.tools.until import until

HOUSE = Path(__file__).parents[1]

# no guard: a process that ran this again would never come to an end
PROGRAM = """
import sys
sys.path.insert(0, {house!r})
from pathlib import Path
from tests.test_workers import process_of
from parsers.workers import run
with Path({log!r}).open("a") as log:
    log.write("ran\\n")
for item, made in run(process_of, {items!r}, workers=1):
    print(item, made, flush=True)
"""


def process_of(item: str) -> int:
    """The process that reads the item; one that is called ``hang`` never ends, whatever it is asked."""
    if item == "hang":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        while True:
            time.sleep(1)
    return os.getpid()


def program(folder: Path, items: list[str]) -> subprocess.Popen[str]:
    file = folder / "program.py"
    file.write_text(PROGRAM.format(house=str(HOUSE), log=str(folder / "log"), items=items))
    return subprocess.Popen([sys.executable, file], cwd=folder, stdout=subprocess.PIPE, text=True)


def test_reading_goes_on_beside_threads_that_hold_locks() -> None:
    """A fork of this process would inherit the lock, held by a thread that is not there."""
    lock, done = threading.Lock(), threading.Event()

    def hold() -> None:
        with lock:
            done.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        made = [outcome for _, outcome in run(is_free, [lock_name(lock)] * 3, workers=2, limits=Limits(20))]
    finally:
        done.set()
        holder.join()
    assert made == [True] * 3


HELD: dict[str, threading.Lock] = {}


def lock_name(lock: threading.Lock) -> str:
    HELD["lock"] = lock
    return "lock"


def is_free(name: str) -> bool:
    """Whether a lock of this module can be taken in the process that reads."""
    return HELD.get(name, threading.Lock()).acquire(timeout=1)


def form_of_the_blank(_: str) -> str | None:
    """The form of the page with which the processes that read begin, as one of them reads it."""
    from parsers.preload import blank_form  # noqa: PLC0415  there already; here it would settle in for good

    return read(blank_form(), second="never").form


def test_the_page_that_readers_begin_with_is_of_the_form() -> None:
    ((_, form),) = run(form_of_the_blank, ["page"])
    assert form == "2021"


def test_the_main_program_runs_once(tmp_path: Path) -> None:
    with program(tmp_path, ["a", "b"]) as made:
        out, _ = made.communicate()
    assert [line.split()[0] for line in out.splitlines()] == ["a", "b"]
    assert (tmp_path / "log").read_text() == "ran\n"


def test_modules_of_the_folder_it_is_started_in_are_left_alone(tmp_path: Path) -> None:
    """Files that somebody downloaded may be called anything."""
    (tmp_path / "here").mkdir()
    for name in ("parsers", "selectors", "tempfile"):
        (tmp_path / "here" / f"{name}.py").write_text("from pathlib import Path; Path('run').touch()")
    command = [sys.executable, tmp_path / "program.py"]
    program(tmp_path, ["a"]).communicate()
    done = subprocess.run(command, cwd=tmp_path / "here", stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.startswith("a ")
    assert not (tmp_path / "here" / "run").exists()


def test_a_reader_that_hangs_ends_with_its_caller(tmp_path: Path) -> None:
    with program(tmp_path, ["a", "hang"]) as made:
        assert made.stdout is not None
        reader = int(made.stdout.readline().split()[1])
        time.sleep(0.5)
        assert Path(f"/proc/{reader}").exists()
        made.kill()
    assert until(lambda: not Path(f"/proc/{reader}").exists())


def deaf_to(_: str) -> list[int]:
    return sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, ())))


def test_processes_leave_ctrl_c_to_their_caller() -> None:
    script = "from tests.test_workers import deaf_to, run; print(*run(deaf_to, ['x']))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (f"('x', [{int(signal.SIGINT)}])\n", "")


def test_run_that_is_given_up_ends_at_once() -> None:
    outcomes = run(process_of, ["a", "hang"], limits=Limits(600))
    next(iter(outcomes))
    start = time.monotonic()
    outcomes.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 100


def test_ctrl_c_ends_a_reading_in_one_line(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>银川市人民政府2024年政府信息公开工作年度报告</p>", "utf-8")
    for pause in (0.0, 0.1, 0.3, 0.6):
        process = subprocess.Popen(
            [sys.executable, "-m", "nianbao", "parse", *[str(page)] * 20_000],
            cwd=HOUSE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        while process.poll() is None and not _children(process.pid):
            time.sleep(0.01)
        time.sleep(pause)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, said = process.communicate()
        *before, last = said.splitlines()  # before: what it had said of pages that it had read
        assert last == "nianbao: interrupted; what was finished is kept", pause
        assert all(line.startswith(f"nianbao: {page}: no annual report") for line in before), pause
        # CPython ends by the signal in spite of our status if it came while some class was being made
        assert process.returncode in (1, -signal.SIGINT), pause


NO_SERVER = """
from types import SimpleNamespace
from multiprocessing import forkserver, spawn
broken = SimpleNamespace(get_executable=lambda: b"/bin/false", get_preparation_data=spawn.get_preparation_data)
forkserver.spawn = broken
"""
NO_TRACKER = """
import errno
from multiprocessing import resource_tracker
def dead(*_):
    raise BrokenPipeError(errno.EPIPE, "Broken pipe")
resource_tracker._resource_tracker._send = dead
"""


@pytest.mark.parametrize("broken", [NO_SERVER, NO_TRACKER], ids=["server", "tracker"])
def test_processes_that_cannot_start_are_named_in_one_line(tmp_path: Path, broken: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(f"{broken}\nimport nianbao\nnianbao.main()\n")
    (tmp_path / "page.html").write_text("<p>页面</p>")
    command = [sys.executable, "-W", "ignore", str(program), "parse", "page.html"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("nianbao: can't start the processes that read (")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("items", [1, 30])
def test_processes_that_end_as_soon_as_they_begin_are_named(items: int) -> None:
    impossible = Limits(20, 1 << 70)
    with pytest.raises(NoProcesses, match="can't start the processes that read"):
        list(run(process_of, ["a"] * items, workers=2, limits=impossible))


def test_a_pool_that_breaks_before_it_is_given_anything_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = Pool.schedule

    def late(pool: Pool, *arguments: Any, **options: Any) -> Any:
        while pool.active:
            time.sleep(0.01)
        return schedule(pool, *arguments, **options)

    monkeypatch.setattr(Pool, "schedule", late)
    with pytest.raises(NoProcesses, match="they end as soon as they begin"):
        list(run(process_of, ["a"], limits=Limits(20, 1 << 70)))


def fate_of(item: str) -> str:
    """What becomes of its reader: ``dies`` at once, ``lingers`` and then dies, or is ``slow``."""
    time.sleep({"dies": 0, "lingers": 0.3, "slow": 1}[item])
    if item != "slow":
        os._exit(9)
    return item


@pytest.mark.parametrize("items", [["dies"], ["slow", "lingers"]], ids=["alone", "beside another"])
def test_a_file_that_kills_its_reader_is_known_though_its_beginning_is_heard_of_after_its_end(
    items: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hear = TaskManager.task_start

    def late(manager: TaskManager, task: int, reader: int | None) -> None:
        time.sleep(0.6 * (task == len(items) - 1))
        hear(manager, task, reader)

    monkeypatch.setattr(TaskManager, "task_start", late)
    *_, (item, made) = run(fate_of, items, workers=2, limits=Limits(5))
    assert isinstance(made, Unreadable)
    assert (item, made.code) == (items[-1], "reader_died")


def _children(pid: int) -> str:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text()
