"""Let the tests find the tools, keep two workers out of each other's way, and fail a full run that executed no notebook."""

import os
import re
import sys
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

# Two workers run side by side: one thread each is faster than two that wait for each other.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # as in the notebooks

LONG = {"test_exercises.py", "test_pipeline.py"}  # over a minute each; run by name, they run whole

_examined = 0


class ByFileAndLesson(LoadScopeScheduling):
    """Give a worker all tests of a file and a lesson: a notebook needs its kernel, and a catalogue is long.

    A test belongs to a lesson if its first parameter begins with the lesson's number, as in [01_sequential] or [01-tally].
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        lesson = re.search(r"\[(\d\d)[] _-]", test)
        return f"{file}::{lesson[1]}" if lesson else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFileAndLesson:
    """Distribute by file and lesson, whatever --dist says."""
    return ByFileAndLesson(config, log)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count the notebook cells that were run; under xdist the reports reach the controller too."""
    global _examined
    _examined += report.when == "call" and ".ipynb::" in report.nodeid


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run of everything that has examined no notebook."""
    whole = _runs_everything(session.config) and "not slow" in session.config.option.markexpr
    if whole and not hasattr(session.config, "workerinput") and not _examined and exitstatus == 0:
        print("\nno notebook was examined: expected notebooks/zh-TW/*.ipynb and notebooks/en/*.ipynb")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the guards of the lessons after their cells; when everything runs, LONG and the Chinese notebooks are slow tests.

    The code and the outputs of the Chinese ones are proven equal to the English ones', so that running them again adds little.
    """
    if any(item.path.suffix == ".ipynb" for item in items):
        from guards import with_guards

        items[:] = with_guards(items)
    if _runs_everything(config):
        for item in items:
            if item.path.name in LONG or (item.path.suffix == ".ipynb" and item.path.parent.name == "zh-TW"):
                item.add_marker("slow")


def _runs_everything(config: pytest.Config) -> bool:
    return [Path(argument).name for argument in config.args] == config.getini("testpaths")
