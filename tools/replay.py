"""Run a notebook as `pytest` does, with nbval, in a small checkout of its own: which cells fail, and how."""

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from collections.abc import Callable
from pathlib import Path

import nbformat

from tools.build import NOTEBOOKS
from tools.source import Lesson

LANGUAGE = "en"  # the code is the same in both
CELL_TIMEOUT, TIMEOUT = 120, 590  # seconds
COLOR = re.compile(r"(\x1b|#x1B)\[[0-9;]*m")


def with_committed_outputs(notebook: nbformat.NotebookNode, lesson: Lesson) -> nbformat.NotebookNode:
    """Give the code cells of a composed notebook, in place, the outputs that are committed: what nbval compares with.

    Guards have none.
    """
    committed = nbformat.read(NOTEBOOKS / LANGUAGE / f"{lesson.name}.ipynb", 4)
    published = {cell.id: cell for cell in committed.cells}
    for cell in notebook.cells:
        if cell.cell_type == "code" and "guard" not in cell.metadata.get("tags", []):
            cell.outputs, cell.execution_count = published[cell.id].outputs, published[cell.id].execution_count
    return notebook


def replay(
    notebook: nbformat.NotebookNode, *, inside: Callable[[Path], list[str]] | None = None, until_first: bool = False
) -> list[tuple[nbformat.NotebookNode, str]]:
    """Return the code cells that fail, each with "AssertionError: ..." or what else it ended with, or "its output differs".

    `inside`, when there is one, is called with the only folder that has to be writable, and returns what to put before the
    command.
    `until_first` stops at the first cell that fails. Raises RuntimeError where nbval itself could not run.
    """
    with tempfile.TemporaryDirectory() as folder:
        checkout, writable = Path(folder, "checkout", "notebooks"), Path(folder, "writable")
        (checkout / LANGUAGE).mkdir(parents=True)
        writable.mkdir()
        path, report = checkout / LANGUAGE / "lesson.ipynb", writable / "report.xml"
        nbformat.write(notebook, path)
        command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "-c", os.devnull]
        command += ["--nbval-lax", "--nbval-current-env", f"--nbval-cell-timeout={CELL_TIMEOUT}"]
        command += [f"--rootdir={path.parent}", f"--junitxml={report}", str(path), *(["-x"] if until_first else [])]
        process = subprocess.run(
            [*(inside(writable) if inside else []), *command],
            cwd=path.parent, env={**os.environ, "TMPDIR": str(writable)}, timeout=TIMEOUT, capture_output=True, text=True,
        )  # fmt: skip
        if not report.is_file():
            raise RuntimeError(f"the notebook was not run: {(process.stderr or process.stdout).strip()[-2000:]}")
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        failed = []
        for case in xml.parse(report).iter("testcase"):
            for failure in (*case.iter("failure"), *case.iter("error")):
                failed.append((code[int(case.attrib["name"].split()[-1])], _reason(failure)))
        return failed


def _reason(failure: xml.Element) -> str:
    """Return the one line of nbval's report that says what happened."""
    lines = [line for line in COLOR.sub("", failure.text or failure.attrib["message"]).splitlines() if line.strip()]
    return "its output differs" if any("Cell outputs differ" in line for line in lines) else lines[-1].strip()[:160]
