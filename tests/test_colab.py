"""Colab replayed: the setup cell in an empty folder, a stand-in for `google.colab`, an environment without igraph.

Git takes a local repository for the one at GitHub (`url.<base>.insteadOf`), so that the cell is the reader's own.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
from fresh import FreshEnvironment, code_of

from tools.compose import setup_code
from tools.source import ROOT, course_settings

pytestmark = [pytest.mark.slow, pytest.mark.skipif("sys.platform == 'win32'", reason="Colab is a Linux")]

SETUP = setup_code("01_sequential", "en")
COLAB = "import google.colab"  # Colab imports it before any cell
DIGITS = "from keras_beyond import load_mnist; print(load_mnist()[0][0].shape)"


def git_reads(address: Path, **more: str) -> dict[str, str]:
    """Return the environment variables by which git fetches from `address` whatever it is told to fetch from GitHub."""
    key = f"url.file://{address}.insteadOf"
    real = f"https://github.com/{course_settings()['repository']}"
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": key, "GIT_CONFIG_VALUE_0": real, **more}


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository to install from: the files of this checkout, committed on the branch that the badges use."""
    folder = tmp_path_factory.mktemp("origin") / "course"
    kept = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, kept.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for command in (
        ["git", "init", "--quiet", "--initial-branch", course_settings()["ref"]],
        ["git", "add", "--all"],
        ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "-m", "test"],
    ):
        subprocess.run(command, cwd=folder, check=True)
    return folder


@pytest.fixture
def colab(tmp_path: Path) -> FreshEnvironment:
    """An environment like Colab's: TensorFlow and the rest are there, igraph and the course are not."""
    environment = FreshEnvironment(tmp_path / "venv", without=("igraph", "texttable"))
    (environment.site / "google" / "colab").mkdir(parents=True)  # no google/__init__.py: it would hide google.protobuf
    (environment.site / "google" / "colab" / "__init__.py").write_text("")
    (tmp_path / "content").mkdir()
    return environment


def test_first_run_second_run_and_after_a_restart(colab: FreshEnvironment, origin: Path, tmp_path: Path) -> None:
    content, before = tmp_path / "content", colab.pip("freeze").splitlines()
    printed, error = colab.run(COLAB, SETUP, SETUP, DIGITS, folder=content, environment=git_reads(origin))
    assert not error and printed.count("TensorFlow") == 2 and "(60000, 28, 28)" in printed
    after = colab.pip("freeze").splitlines()
    assert [line for line in before if line not in after] == []
    new = sorted(line.split(" @ ")[0] for line in after if line not in before)
    assert new == ["igraph==1.0.0", "keras-beyond-sequential", "texttable==1.7.0"]
    assert list(content.iterdir()) == []

    printed, error = colab.run(COLAB, SETUP, DIGITS, folder=content, environment=OFFLINE)
    assert not error and "(60000, 28, 28)" in printed and "pip" not in printed


OFFLINE = git_reads(Path("/nowhere"), PIP_NO_INDEX="1", PIP_FIND_LINKS="/nowhere")


@pytest.mark.parametrize("case", ["address", "git"])
def test_what_cannot_be_fetched_gives_one_message_and_leaves_nothing(
    colab: FreshEnvironment, origin: Path, tmp_path: Path, case: str
) -> None:
    """The repository is out of reach, or there is no git; the next try mends both."""
    content, before = tmp_path / "content", colab.pip("freeze")
    without_git = tmp_path / "without_git"
    without_git.mkdir()
    (without_git / "sh").symlink_to("/bin/sh")  # IPython runs pip through it
    out_of_reach = {
        "address": git_reads(tmp_path / "nowhere"),
        "git": git_reads(origin, PATH=str(without_git)),
    }
    _, error = colab.run(COLAB, SETUP, folder=content, environment=out_of_reach[case])
    assert error.startswith("ModuleNotFoundError: No module named 'keras_beyond'. Download the course")
    assert "On Colab, check the network and run this cell again" in error
    assert colab.pip("freeze") == before and list(content.iterdir()) == []
    printed, error = colab.run(COLAB, SETUP, folder=content, environment=git_reads(origin))
    assert not error and "TensorFlow" in printed


def test_a_lesson_runs_to_its_end(colab: FreshEnvironment, origin: Path, tmp_path: Path) -> None:
    content = tmp_path / "content"
    codes = code_of("00_getting_started")
    _, error = colab.run(COLAB, *codes, *codes, folder=content, environment=git_reads(origin))
    assert not error and list(content.iterdir()) == []
    _, error = colab.run(COLAB, *codes, folder=content, environment=OFFLINE)
    assert not error and list(content.iterdir()) == []
