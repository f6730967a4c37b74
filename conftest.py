"""Let the tests find the tools, keep two workers out of each other's way, and fail a full run that executed no notebook."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

# Two workers run side by side: one thread each is faster than two that wait for each other.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # as in the notebooks

_examined = 0


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count the notebook cells that were run; under xdist the reports reach the controller too."""
    global _examined
    _examined += report.when == "call" and ".ipynb::" in report.nodeid


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run of everything fails when it has examined no notebook."""
    everything = (
        session.config.args == session.config.getini("testpaths") and "not slow" in session.config.option.markexpr
    )
    if everything and not hasattr(session.config, "workerinput") and not _examined and exitstatus == 0:
        print("\nno notebook was examined: expected notebooks/zh-TW/*.ipynb and notebooks/en/*.ipynb")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the guards of the lessons after their cells."""
    if any(item.nodeid.split("::")[0].endswith(".ipynb") for item in items):
        from guards import with_guards

        items[:] = with_guards(items)
