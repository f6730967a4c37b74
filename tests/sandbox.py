"""Run a command without a network and with one folder that can be written to, in bubblewrap (https://github.com/containers/bubblewrap)."""

import functools
import os
import subprocess
from pathlib import Path

import pytest


def sandboxed(folder: Path) -> list[str]:
    """Return what to put before a command: it sees everything, writes into `folder` alone, and reaches 127.0.0.1 only."""
    command = ["bwrap", "--die-with-parent", "--unshare-net", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    command += ["--bind", str(folder), str(folder), "--setenv", "TMPDIR", str(folder)]
    return [*command, "--setenv", "JUPYTER_RUNTIME_DIR", str(folder), "--"]


@functools.cache
def missing_sandbox() -> str:
    """Return why this machine has no sandbox; empty where it has one."""
    try:
        trial = subprocess.run([*sandboxed(Path.cwd()), "true"], capture_output=True, text=True)
    except OSError as error:
        return f"bubblewrap is not installed ({error})"
    return "" if trial.returncode == 0 else f"bubblewrap cannot run here ({trial.stderr.strip()})"


def require_sandbox() -> None:
    """Skip the test where there is no sandbox; fail it where CI or COURSE_REQUIRE_SANDBOX is set."""
    if reason := missing_sandbox():
        message = f"{reason}; not enforced: no network, and nothing written but in the temporary folder"
        if os.environ.get("CI") or os.environ.get("COURSE_REQUIRE_SANDBOX"):
            pytest.fail(message)
        pytest.skip(message)
