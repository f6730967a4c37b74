"""Other systems, as far as this one can play them: without `fcntl`, as on Windows, and with CRLF line endings."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sandbox

from tools.source import ROOT

pytestmark = pytest.mark.slow

WITHOUT_FCNTL = "import sys; sys.modules['fcntl'] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"


def test_tests_are_collected_without_fcntl() -> None:
    command = [sys.executable, "-c", WITHOUT_FCNTL, "--collect-only", "-q", "-n0", "-m", "", "tests"]
    collected = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert collected.returncode == 0, collected.stdout[-2000:]
    assert "tests/test_whole.py::" in collected.stdout


UPDATE = """
from tools import build, source
lessons = [source.read_lesson(path) for path in source.lesson_paths()]
for path, content in build.other_files(lessons).items():
    path.write_bytes(content)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the files that git tracks, with its READMEs and pictures up to date."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folder = tmp_path / "checkout"
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    assert run_in(folder, "-c", UPDATE).returncode == 0
    return folder


def run_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(folder / "src")])}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=200
    )


def test_the_check_of_the_build_is_the_same_with_crlf(checkout: Path) -> None:
    before = run_in(checkout, "-m", "tools.build", "--check")
    assert before.stdout and not before.stderr and "README" not in before.stdout
    for path in checkout.rglob("*"):
        content = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in content:
            path.write_bytes(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    after = run_in(checkout, "-m", "tools.build", "--check")
    assert (after.stdout, after.stderr, after.returncode) == (before.stdout, before.stderr, before.returncode)


@pytest.mark.parametrize(
    ("command", "reason"),
    [(["no-such-bwrap"], "bubblewrap is not installed"), (["false"], "bubblewrap cannot run here")],
)
def test_without_a_sandbox_it_says_what_was_not_enforced(
    monkeypatch: pytest.MonkeyPatch, command: list[str], reason: str
) -> None:
    monkeypatch.setattr(sandbox, "sandboxed", lambda folder: command)
    monkeypatch.setattr(sandbox, "missing_sandbox", sandbox.missing_sandbox.__wrapped__)
    for name in ("CI", "COURSE_REQUIRE_SANDBOX"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"{reason}.*not enforced: no network"):
        sandbox.require_sandbox()
    monkeypatch.setenv("COURSE_REQUIRE_SANDBOX", "1")
    with pytest.raises(pytest.fail.Exception, match=f"{reason}.*not enforced: no network"):
        sandbox.require_sandbox()
