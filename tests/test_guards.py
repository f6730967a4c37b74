"""Faults put into the lessons, one at a time: nbval has to go red each time (and is green on the lessons as they are)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.faults import Fault, caught_by, read_faults
from tools.source import LESSONS, ROOT

FAULTS = read_faults()


def test_there_are_faults_in_every_lesson() -> None:
    assert len(FAULTS) >= 25 and {fault.lesson for fault in FAULTS} == {f"{number:02d}" for number in range(11)}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.lesson} {fault.what}")
def test_a_fault_is_caught(fault: Fault) -> None:
    caught = caught_by(fault)
    print(caught)
    assert caught is not None, "no assert, no checked output and no required error noticed it"


BREAK = """
from pathlib import Path

import tools.source

tools.source.LESSONS = Path(__file__).parent
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lesson", "old", "new"),
    [
        ("00_getting_started", '# %% tags=["guard"]\n', "# %% tags=[\"guard\"]\nassert 'guarded' == 'failing'\n"),
    ],
)
def test_a_guard_is_an_item_that_fails_by_name(lesson: str, old: str, new: str, tmp_path: Path) -> None:
    """The published notebook is as it was; a guard in the source alone is broken."""
    source = (LESSONS / f"{lesson}.py").read_text(encoding="utf-8")
    assert old in source
    (tmp_path / f"{lesson}.py").write_text(source.replace(old, new, 1), encoding="utf-8")
    (tmp_path / "broken_guard.py").write_text(BREAK)
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "broken_guard", f"notebooks/en/{lesson}.ipynb"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200)
    failures = re.findall(r"^FAILED .*::(Guard of .*\.py:\d+\))", outcome.stdout, re.MULTILINE)
    assert len(failures) == 1 and outcome.returncode == 1, outcome.stdout[-2000:]
