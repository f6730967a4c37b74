"""Run a command without a network and with one folder that can be written to.

`unshare --net --mount python tests/shut_in.py FOLDER COMMAND...`, with `--user --map-root-user` for one who is not root.
Before the command starts, a file is tried in every place that must be closed, and a connection to the world outside.
"""

import errno
import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

WAYS = [["unshare", "--net", "--mount"], ["unshare", "--user", "--map-root-user", "--net", "--mount"]]


def shut_in_command() -> list[str]:
    """What to put before FOLDER COMMAND... Raises RuntimeError where this machine can shut nothing in."""
    for way in WAYS:
        if subprocess.run([*way, "true"], capture_output=True).returncode == 0:
            return [*way, sys.executable, __file__]
    raise RuntimeError(f"needs root or user namespaces to shut a lesson in; tried {WAYS}")


def raise_loopback() -> None:
    """A kernel is spoken to over 127.0.0.1, which is down in a new network namespace (SIOCSIFFLAGS, IFF_UP)."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh22x", b"lo", 1))


def close_all_but(folder: Path) -> None:
    """Mount everything read-only, here and in what this process starts, but `folder`."""
    mounts = {line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()}
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    for mount in sorted(mounts):
        subprocess.run(["mount", "-o", "remount,bind,ro", mount], capture_output=True)  # tried out below


def prove(folder: Path) -> None:
    """Raise AssertionError where something can be written that must not be, or where there is a network."""
    for place in (Path.cwd(), Path(__file__).parent, Path.home(), Path(sys.prefix), Path("/tmp"), Path("/var/tmp")):
        try:
            tempfile.TemporaryFile(dir=place).close()
        except OSError as error:
            assert error.errno == errno.EROFS, f"{place}: {error}"
        else:
            raise AssertionError(f"{place} can be written to")
    tempfile.TemporaryFile(dir=folder).close()
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=1).close()
    except OSError as error:
        assert error.errno == errno.ENETUNREACH, f"the network: {error!r}"
    else:
        raise AssertionError("there is a network")


if __name__ == "__main__":
    folder, command = Path(sys.argv[1]), sys.argv[2:]
    raise_loopback()
    close_all_but(folder)
    prove(folder)
    os.environ["JUPYTER_RUNTIME_DIR"] = str(folder)
    os.execvp(command[0], command)
