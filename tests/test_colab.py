"""Colab replayed: a lesson alone in an empty folder, a stand-in `google.colab`, and a local clone address."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools.source import ROOT, course_settings

pytestmark = pytest.mark.slow

SETUP = (ROOT / "tools" / "setup_cell.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository to clone from: the files of this checkout, committed on the branch that the badges use."""
    folder = tmp_path_factory.mktemp("origin") / "course"
    shutil.copytree(
        ROOT, folder, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", ".pytest_cache", "en", "zh-TW")
    )
    for command in (
        ["git", "init", "--quiet", "--initial-branch", course_settings()["ref"]],
        ["git", "add", "--all"],
        ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "-m", "test"],
    ):
        subprocess.run(command, cwd=folder, check=True)
    return folder


@pytest.fixture
def colab(tmp_path: Path) -> Path:
    """An empty folder to work in, beside a stand-in for google.colab."""
    (tmp_path / "site" / "google" / "colab").mkdir(parents=True)  # no google/__init__.py: it would hide google.protobuf
    (tmp_path / "site" / "google" / "colab" / "__init__.py").write_text("")
    (tmp_path / "content").mkdir()
    return tmp_path / "content"


def run_setup(
    colab: Path, address: object, *, after: str = "", path: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the setup cell as Colab does, once, in a kernel of its own."""
    code = SETUP.replace('"LANGUAGE"', '"en"').replace('"REF"', f'"{course_settings()["ref"]}"')
    environment = {**os.environ, "PYTHONPATH": str(colab.parent / "site"), "COURSE_CLONE_ADDRESS": str(address)}
    if path is not None:
        environment["PATH"] = path
    return subprocess.run(
        [sys.executable, "-c", f"import google.colab\n{code}\n{after}"],
        cwd=colab, env=environment, capture_output=True, text=True, timeout=200,
    )  # fmt: skip


def test_first_run_second_run_and_after_a_restart(colab: Path, origin: Path) -> None:
    twice = "start(LANGUAGE); assert sys.path.count(notebooks) == 1; from keras_beyond import load_mnist; print(load_mnist()[0][0].shape)"
    first = run_setup(colab, f"file://{origin}", after=twice)
    assert first.returncode == 0, first.stderr
    assert first.stdout.count("TensorFlow") == 2 and "(60000, 28, 28)" in first.stdout
    assert [path.name for path in colab.iterdir()] == ["keras-beyond-sequential"]
    restarted = run_setup(colab, "file:///nowhere", after=twice)
    assert restarted.returncode == 0 and "(60000, 28, 28)" in restarted.stdout


def test_a_clone_that_was_interrupted_is_made_anew(colab: Path, origin: Path) -> None:
    (colab / "keras-beyond-sequential.part123" / ".git").mkdir(parents=True)
    done = run_setup(colab, f"file://{origin}")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in colab.iterdir()] == ["keras-beyond-sequential"]


def test_an_address_out_of_reach_says_so_and_leaves_nothing_behind(colab: Path, tmp_path: Path) -> None:
    done = run_setup(colab, f"file://{tmp_path / 'nowhere'}")
    assert done.returncode and "could not be cloned" in done.stderr and "run this cell again" in done.stderr
    assert list(colab.iterdir()) == []


def test_without_git_it_says_so(colab: Path, origin: Path, tmp_path: Path) -> None:
    done = run_setup(colab, f"file://{origin}", path=str(tmp_path / "empty"))
    assert done.returncode and "could not be cloned" in done.stderr and "git" in done.stderr
    assert list(colab.iterdir()) == []


def test_nothing_is_installed_but_what_colab_lacks(colab: Path, origin: Path) -> None:
    """Without igraph, as on Colab: a stand-in for pip notes what it is asked for."""
    (colab.parent / "site" / "sitecustomize.py").write_text("import sys\nsys.modules['igraph'] = None\n")
    (colab.parent / "site" / "pip").mkdir()
    asked = colab.parent / "asked"
    note = f"import sys\nopen({str(asked)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
    (colab.parent / "site" / "pip" / "__init__.py").write_text("")
    (colab.parent / "site" / "pip" / "__main__.py").write_text(note)
    done = run_setup(colab, f"file://{origin}")
    assert done.returncode == 0, done.stderr
    assert asked.read_text() == "install --quiet --no-deps igraph==1.0.0 texttable==1.7.0\n"


def installed() -> str:
    return subprocess.run([sys.executable, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout


def test_a_lesson_runs_to_its_end_then_again_and_after_a_restart(colab: Path, origin: Path) -> None:
    """The whole of a lesson, its notebook alone in Colab's folder: all cells, all once more, then in a new kernel."""
    notebook = nbformat.read(ROOT / "notebooks" / "en" / "00_getting_started.ipynb", 4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells = [*code, *(nbformat.v4.new_code_cell(cell.source) for cell in code)]
    nbformat.write(notebook, colab / "lesson.ipynb")
    (colab.parent / "site" / "sitecustomize.py").write_text("import google.colab\n")  # Colab imports it before any cell
    before = installed()
    for address in (f"file://{origin}", "file:///nowhere"):  # after the restart, nothing is cloned
        environment = {**os.environ, "PYTHONPATH": str(colab.parent / "site"), "COURSE_CLONE_ADDRESS": address}
        done = subprocess.run(
            [sys.executable, "-m", "jupyter", "execute", "--timeout=120", "lesson.ipynb"],
            cwd=colab, env=environment, capture_output=True, text=True, timeout=200,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        assert sorted(path.name for path in colab.iterdir()) == ["keras-beyond-sequential", "lesson.ipynb"]
    assert installed() == before
