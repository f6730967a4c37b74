"""The package as a reader gets it: a wheel in an empty environment, and a notebook alone, far from the checkout."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fresh import FreshEnvironment, clean, code_of

from tools.compose import setup_code
from tools.source import ROOT, course_version

pytestmark = [pytest.mark.slow, pytest.mark.skipif("sys.platform == 'win32'", reason="borrows packages by links")]

DIGITS = "from keras_beyond import load_mnist; print(load_mnist()[0][0].shape)"
HANDWRITING = """
from tensorflow import keras
from keras_beyond import load_weights
load_weights(keras.Sequential([keras.Input((784,)), *(keras.layers.Dense(n) for n in (500, 500, 10))]), "handwriting")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, env=clean(), check=True)
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> FreshEnvironment:
    environment = FreshEnvironment(tmp_path_factory.mktemp("installed") / "venv")
    environment.pip("install", "--quiet", "--no-deps", "--no-index", str(wheel))
    return environment


def test_what_travels_in_the_wheel(wheel: Path) -> None:
    assert wheel.name == f"keras_beyond_sequential-{course_version()}-py3-none-any.whl"
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "src/keras_beyond", "weights", "assets/mnist.npz", "assets/symbols.npz"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    expected = {
        name.removeprefix("src/") if name.startswith("src/") else f"keras_beyond/shipped/{name}"
        for name in tracked.stdout.splitlines()
        if (ROOT / name).is_file()
    }
    assert "keras_beyond/shipped/weights/manifest.toml" in expected
    assert {name for name in names if ".dist-info/" not in name} == expected


def test_lesson_01_runs_from_its_notebook_alone(installed: FreshEnvironment, tmp_path: Path) -> None:
    where = "import keras_beyond; print(keras_beyond.__file__)"
    printed, error = installed.run(*code_of("01_sequential"), where, folder=tmp_path)
    assert not error and f"{installed.site}/keras_beyond/__init__.py" in printed
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_the_setup_cell_says_what_to_install(tmp_path: Path) -> None:
    empty = FreshEnvironment(tmp_path / "venv")
    printed, error = empty.run(setup_code("01_sequential", "en"), "print('went on')", folder=tmp_path)
    assert error.startswith(
        "ModuleNotFoundError: No module named 'keras_beyond'. Download the course and run pip install"
    )
    assert printed == ""


@pytest.mark.parametrize("version", ["0.9.0", "99.0.0"], ids=["newer than the notebook", "older than the notebook"])
def test_a_package_of_another_version_says_so_in_one_line(
    installed: FreshEnvironment, tmp_path: Path, version: str
) -> None:
    setup = setup_code("01_sequential", "en").replace(f'"{course_version()}"', f'"{version}"')
    printed, error = installed.run(setup, folder=tmp_path)
    note, versions = printed.splitlines()
    assert not error and versions.startswith("TensorFlow")
    assert note.startswith(f"Note: this notebook is of version {version}, and the installed package")
    assert f"of version {course_version()}. " in note


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("assets/mnist.npz", DIGITS),
        ("assets/symbols.npz", "from keras_beyond import load_symbols; load_symbols()"),
        ("assets", DIGITS),
        ("weights/handwriting.weights.h5", HANDWRITING),
        ("weights", HANDWRITING),
        ("", DIGITS),
    ],
)
def test_what_is_missing_from_an_install_is_named_with_its_remedy(
    installed: FreshEnvironment, tmp_path: Path, missing: str, code: str
) -> None:
    shipped, kept = installed.site / "keras_beyond" / "shipped", tmp_path / "kept"
    shutil.copytree(shipped, kept)
    try:
        whole = shipped / missing
        shutil.rmtree(whole) if whole.is_dir() else whole.unlink()
        _, error = installed.run(setup_code("01_sequential", "en"), code, folder=tmp_path)
    finally:
        shutil.rmtree(shipped, ignore_errors=True)
        shutil.copytree(kept, shipped)
    assert error.startswith(f"CourseError: {shipped / missing}")
    assert "Install the course's package again (pip install --force-reinstall --no-deps" in error
