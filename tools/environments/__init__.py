"""Run every lesson on one set of versions: `python -m tools.environments newest`, `colab`, `gpu` or `nightly`.

A new virtual environment of the Python that runs this command, the course and the versions in it, then nbval over all
notebooks. The result is recorded in `records/environments.json`, from which tables are made; on GitHub it is also shown
in the summary of the run. Needs nothing but Python itself.
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

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = {  # what pip does, one command after the other
    "newest": ["install --require-hashes -r tools/environments/newest.txt", "install --no-deps -e ."],
    "colab": ["install -c tools/environments/colab.txt -e .[dev]"],
    "gpu": ["install -e .[dev,gpu]"],
    "nightly": [
        "install -e .[dev]",
        "uninstall --yes tensorflow keras",
        "install tf-nightly keras-nightly",
    ],
}
PACKAGES = ["tensorflow", "keras", "numpy", "matplotlib", "ipython", "ipykernel", "ipywidgets"]
ASK = f"""
import importlib.metadata, json, keras, tensorflow
versions = {{name: importlib.metadata.version(name) for name in {PACKAGES[2:]}}}
versions.update(tensorflow=tensorflow.__version__, keras=keras.__version__)
print(json.dumps([versions, len(tensorflow.config.list_physical_devices("GPU"))]))
"""


def lessons_in(report: Path) -> dict[str, bool]:
    """Return, from pytest's JUnit report, whether every cell of each lesson passed in both languages."""
    passed: dict[str, bool] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        lesson = case.get("classname", "").split(".")[2]  # notebooks.en.01_sequential.ipynb
        good = not any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
        passed[lesson] = passed.get(lesson, True) and good
    return passed


def run_environment(name: str, folder: Path) -> int:
    """Install an environment in an empty folder, run all notebooks in it, record the result; return pytest's exit status."""
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    for command in ENVIRONMENTS[name]:
        subprocess.run([python, "-m", "pip", *command.split(), "--quiet"], cwd=ROOT, check=True)
    answer = subprocess.run([python, "-c", ASK], capture_output=True, text=True, check=True)
    versions, gpus = json.loads(answer.stdout)
    if name == "gpu" and not gpus:
        print(
            "gpu: expected a GPU that TensorFlow can use, found none; see `nvidia-smi`, and the driver", file=sys.stderr
        )
        return 1
    report = folder / "report.xml"
    status = subprocess.run([python, "-m", "pytest", "notebooks", f"--junitxml={report}"], cwd=ROOT).returncode
    lessons = lessons_in(report)
    result = {
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "system": platform.system(),
        "gpus": gpus,
        "versions": versions,
        "passed": sorted(lesson for lesson, good in lessons.items() if good),
        "failed": sorted(lesson for lesson, good in lessons.items() if not good),
    }
    write_record("environments", {**read_record("environments"), name: result})
    show_in_summary(name, result)
    return status


def show_in_summary(name: str, result: dict) -> None:
    """On GitHub, append the result to the summary of the job; elsewhere do nothing."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(summary, "a", encoding="utf-8") as file:
            file.write(f"### {name}\n\n```json\n{json.dumps(result, indent=2)}\n```\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.environments", description=__doc__.splitlines()[0])
    parser.add_argument("environment", choices=sorted(ENVIRONMENTS))
    name = parser.parse_args(arguments).environment
    with tempfile.TemporaryDirectory() as folder:
        return run_environment(name, Path(folder))
