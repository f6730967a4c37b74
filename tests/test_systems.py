"""Other systems, as far as this one can play them: without `fcntl`, as on Windows, and with CRLF line endings."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.source import ROOT

pytestmark = pytest.mark.slow

WITHOUT_FCNTL = "import sys; sys.modules['fcntl'] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"


def test_tests_are_collected_without_fcntl() -> None:
    command = [sys.executable, "-c", WITHOUT_FCNTL, "--collect-only", "-q", "-n0", "-m", "", "tests"]
    collected = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert collected.returncode == 0, collected.stdout[-2000:]
    assert "tests/test_whole.py::" in collected.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the files that git tracks, with CRLF in those that are text."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        original, copy = ROOT / name, tmp_path / "checkout" / name
        if original.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(original, copy)
            content = original.read_bytes()
            if b"\0" not in content:
                copy.write_bytes(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return tmp_path / "checkout"


def test_the_check_of_the_build_is_the_same_with_crlf(checkout: Path) -> None:
    def check(folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tools.build", "--check"], cwd=folder, capture_output=True, text=True, timeout=200,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(folder / "src")])},
        )  # fmt: skip

    crlf, lf = check(checkout), check(ROOT)
    assert (crlf.stdout, crlf.stderr, crlf.returncode) == (lf.stdout, lf.stderr, lf.returncode)
    assert crlf.stdout
