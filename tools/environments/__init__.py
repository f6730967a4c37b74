"""Run every lesson on one set of versions: `python -m tools.lanes newest`, `colab` or `gpu`.

A new virtual environment of the Python that runs this command, the lane's requirements in it, then nbval over all
notebooks. What was found is recorded for the README's table. Needs nothing but Python itself.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from xml.etree import ElementTree

from tools.records import read_record, write_record

ROOT = Path(__file__).resolve().parents[1]
LANES = {
    "newest": ["--require-hashes", "-r", "requirements-lock.txt"],
    "colab": ["-r", "requirements-colab.txt"],
    "gpu": ["-r", "requirements-gpu.txt"],
}
PACKAGES = ["tensorflow", "keras", "numpy", "matplotlib", "ipython", "ipykernel", "ipywidgets"]
ASK = f"""
import importlib.metadata, json, tensorflow
versions = {{name: importlib.metadata.version(name) for name in {PACKAGES}}}
print(json.dumps([versions, len(tensorflow.config.list_physical_devices("GPU"))]))
"""


def lessons_in(report: Path) -> dict[str, bool]:
    """From pytest's JUnit report: for each lesson, whether every cell of it passed in both languages."""
    passed: dict[str, bool] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        lesson = case.get("classname", "").split(".")[2]  # notebooks.en.01_sequential.ipynb
        good = not any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
        passed[lesson] = passed.get(lesson, True) and good
    return passed


def run_lane(lane: str, folder: Path) -> int:
    """Install and run a lane in an empty folder, and record it; the exit status of pytest."""
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *LANES[lane]], cwd=ROOT, check=True)
    asked = subprocess.run([python, "-c", ASK], capture_output=True, text=True, check=True)
    versions, gpus = json.loads(asked.stdout)
    if lane == "gpu" and not gpus:
        print(
            "gpu: expected a GPU that TensorFlow can use, found none; see `nvidia-smi`, and the driver", file=sys.stderr
        )
        return 1
    report = folder / "report.xml"
    done = subprocess.run([python, "-m", "pytest", "notebooks", f"--junitxml={report}"], cwd=ROOT)
    lessons = lessons_in(report)
    record = read_record("lanes")
    record[lane] = {
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "system": platform.system(),
        "gpus": gpus,
        "versions": versions,
        "passed": sorted(name for name, good in lessons.items() if good),
        "failed": sorted(name for name, good in lessons.items() if not good),
    }
    write_record("lanes", record)
    return done.returncode


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.lanes", description=__doc__.splitlines()[0])
    parser.add_argument("lane", choices=sorted(LANES))
    lane = parser.parse_args(arguments).lane
    with tempfile.TemporaryDirectory() as folder:
        return run_lane(lane, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
