"""A build or a training that is killed (SIGKILL) half-way: what stood there before is whole, and the next one mends.

And a kernel that dies while the lessons are tested: it is reported, and the other lessons are tested all the same.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from tools.source import ROOT

pytestmark = pytest.mark.slow

LESSON = """# ---
# jupyter:
#   course:
#     needs: []
# ---

# %% [markdown] lang="zh-TW"
# # 99 標題

# %% [markdown] lang="en"
# # 99 Title

# %%
"""
KILL_THE_BUILD = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"
IN_FOLDER = """
import os, signal, sys
from pathlib import Path
folder, killed_at = Path(sys.argv[1]), int(sys.argv[2])  # 0: not killed; 1: when it is about to replace its first file
replaced = []

def watch(event, arguments):
    if event == "os.rename" and str(arguments[1]).startswith(str(folder)):
        replaced.append(arguments)
        if len(replaced) == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
"""
BUILD = """
from tools import build, source
source.LESSONS, build.NOTEBOOKS, build.ROOT = folder / "lessons", folder / "notebooks", folder
build.other_files = lambda lessons: {}
sys.exit(build.main(sys.argv[3:]))
"""
TRAIN = """
from tools import train
import keras_beyond.weights
train.WEIGHTS = keras_beyond.weights.WEIGHTS = folder
train.MANIFEST = keras_beyond.weights.MANIFEST = folder / "manifest.toml"
model = train.keras.Sequential([train.keras.Input((2,)), train.keras.layers.Dense(2)])
if "load" in sys.argv:
    keras_beyond.start("en")
    keras_beyond.load_weights(model, "tiny")
    print("loaded", model.layers[0].bias.numpy()[0])
else:
    model.layers[0].bias.assign([float(sys.argv[3])] * 2)
    train.ship("tiny", model, {"architecture": "2-2"})
"""


def run(script: str, folder: Path, killed_at: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", IN_FOLDER + script, str(folder), str(killed_at), *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write(folder: Path, code: str) -> None:
    (folder / "lessons" / "99_test.py").write_text(LESSON + code, encoding="utf-8")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one lesson, built."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "lessons").mkdir()
    (folder / "notebooks").mkdir()
    write(folder, "print(6 * 7)\n")
    done = run(BUILD, folder, 0)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def built(finished: Path, tmp_path: Path) -> Path:
    """The same, of a test's own."""
    return shutil.copytree(finished, tmp_path / "built", symlinks=True)


def test_a_build_killed_while_it_executes_leaves_both_notebooks(built: Path) -> None:
    old = contents(built / "notebooks")
    write(built, KILL_THE_BUILD)
    assert run(BUILD, built, 0).returncode == -signal.SIGKILL
    assert contents(built / "notebooks") == old


@pytest.mark.parametrize("killed_at", [1, 2])
def test_a_build_killed_while_it_writes_leaves_whole_notebooks(built: Path, killed_at: int) -> None:
    old = contents(built / "notebooks")
    write(built, "print(6 * 8)\n")
    assert run(BUILD, built, killed_at).returncode == -signal.SIGKILL
    left = contents(built / "notebooks")
    stray = set(left) - set(old)
    assert len(stray) == 1 and all(name.endswith(".ipynb.part") for name in stray)
    ignored = subprocess.run(["git", "check-ignore", "--quiet", "notebooks/" + stray.pop()], cwd=ROOT)
    assert ignored.returncode == 0

    unbuilt = ["zh-TW/99_test.ipynb", "en/99_test.ipynb"][killed_at - 1 :]
    for name in old:
        assert (left[name] == old[name]) == (name in unbuilt), name
    told = run(BUILD, built, 0, "--check")
    assert told.returncode == 1 and all(name in told.stdout for name in unbuilt) and ".part" not in told.stdout

    assert run(BUILD, built, 0).returncode == 0
    assert set(contents(built / "notebooks")) == set(old) and run(BUILD, built, 0, "--check").returncode == 0


def test_a_training_killed_while_it_writes_leaves_weights_that_are_whole_or_refused(tmp_path: Path) -> None:
    assert run(TRAIN, tmp_path, 0, "1").returncode == 0
    old = contents(tmp_path)
    assert set(old) == {"tiny.weights.h5", "manifest.toml"}

    assert run(TRAIN, tmp_path, 1, "2").returncode == -signal.SIGKILL
    left = contents(tmp_path)
    assert {name: left[name] for name in old} == old and set(left) - set(old) == {
        "part.tiny.weights.h5",
        "part.manifest.toml",
    }
    ignored = subprocess.run(["git", "check-ignore", "--quiet", "weights/part.manifest.toml"], cwd=ROOT)
    assert ignored.returncode == 0
    assert "loaded 1.0" in run(TRAIN, tmp_path, 0, "load").stdout

    assert run(TRAIN, tmp_path, 2, "2").returncode == -signal.SIGKILL  # new weights, old manifest
    assert "tiny.weights.h5 cannot be used. Expected: SHA-256" in run(TRAIN, tmp_path, 0, "load").stderr
    assert run(TRAIN, tmp_path, 0, "2").returncode == 0
    assert set(contents(tmp_path)) == set(old) and "loaded 2.0" in run(TRAIN, tmp_path, 0, "load").stdout


def test_a_kernel_that_dies_is_reported_in_time_and_the_other_lessons_are_tested(tmp_path: Path) -> None:
    for name, codes in {"1_dies": ["import os\nos._exit(1)", "1"], "2_lives": ["2", "3"]}.items():
        cells = [nbformat.v4.new_code_cell(code) for code in codes]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "-rA", "-p", "no:cacheprovider", "-c", os.devnull]
    begin = time.monotonic()
    done = subprocess.run(
        [*command, "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=5", f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "FAILED 1_dies.ipynb::Cell 0" in done.stdout, done.stdout
    assert all(f"PASSED 2_lives.ipynb::Cell {number}" in done.stdout for number in (0, 1))
    assert time.monotonic() - begin < 5 + 5 + 20
