"""Break a figure, an output or an error on purpose: nbval has to go red each time, and green on the notebook as it is."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools.source import ROOT

pytestmark = pytest.mark.slow

KEPT = ("setup", "load_mnist()", "reshape(-1, 784)", "np.sum(y_train[:20] == 1)", "SGD(lr=0.1)", "import numpy")
FAULTS = {
    "a compared output": ("outputs", "(60000, 784)", "(60000, 785)"),
    "an asserted figure": ("source", "== 1) == 4", "== 1) == 5"),
    "a required error": ("source", "SGD(lr=0.1)", "SGD(learning_rate=0.1)"),
    "a wrong shape": ("source", "images_train.reshape(-1, 784)", "images_train.reshape(-1, 28)"),
}


def lesson(folder: Path) -> tuple[nbformat.NotebookNode, Path]:
    """The cells of lesson 01 that run in a moment, in a folder that finds the course."""
    (folder / "notebooks" / "en").mkdir(parents=True)
    (folder / "notebooks" / "course").symlink_to(ROOT / "notebooks" / "course")
    notebook = nbformat.read(ROOT / "notebooks" / "en" / "01_sequential.ipynb", 4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells = [cell for cell in code if cell.id == "setup" or any(piece in cell.source for piece in KEPT)]
    return notebook, folder / "notebooks" / "en" / "lesson.ipynb"


def run(notebook: nbformat.NotebookNode, path: Path) -> subprocess.CompletedProcess[str]:
    nbformat.write(notebook, path)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n0",
        "-p",
        "no:cacheprovider",
        "--nbval-lax",
        "--nbval-current-env",
    ]
    return subprocess.run(
        [*command, "--nbval-cell-timeout=60", "--rootdir", str(path.parent), "-c", os.devnull, str(path)],
        cwd=path.parent, capture_output=True, text=True, timeout=200,
    )  # fmt: skip


def test_as_it_is_it_is_green(tmp_path: Path) -> None:
    done = run(*lesson(tmp_path))
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_goes_red(fault: str, tmp_path: Path) -> None:
    part, old, new = FAULTS[fault]
    notebook, path = lesson(tmp_path)
    broken = 0
    for cell in notebook.cells:
        if part == "source" and old in cell.source:
            cell.source, broken = cell.source.replace(old, new), broken + 1
        for output in cell.outputs if part == "outputs" else []:
            if old in output.get("text", ""):
                output.text, broken = output.text.replace(old, new), broken + 1
    assert broken
    done = run(notebook, path)
    assert done.returncode == 1 and " failed" in done.stdout, done.stdout
