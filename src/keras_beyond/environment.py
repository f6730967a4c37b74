"""Start a lesson: language, seed, quiet logs, and one line that says what it runs on.

Imported first of all the course: it chooses the back end, refuses what the course cannot run on, and imports TensorFlow.
"""

import contextlib
import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from keras_beyond.errors import CourseError
from keras_beyond.language import say, set_language

PACKAGE = "keras-beyond-sequential"
CHECKED = {"tensorflow": "TensorFlow", "keras": "Keras"}  # their ranges stand in the package's metadata
SEED = 20170


def _refuse_legacy_keras() -> None:
    """Raise CourseError where `TF_USE_LEGACY_KERAS` would turn tf.keras into Keras 2."""
    if os.environ.get("TF_USE_LEGACY_KERAS", "").lower() in ("1", "true"):
        raise CourseError(
            say(
                zh="環境變數 TF_USE_LEGACY_KERAS 讓 tf.keras 變成 Keras 2，這門課需要 Keras 3：請刪掉這個變數，再重新啟動核心。",
                en="The environment variable TF_USE_LEGACY_KERAS turns tf.keras into Keras 2; this course needs Keras 3: "
                "unset it and restart the kernel.",
            )
        )


def _installed() -> Iterator[tuple[Requirement, Version]]:
    """Yield what the package's metadata requires of TensorFlow and Keras, each with the version that is installed.

    A build under another name, such as tf-nightly, is skipped: its metadata are not those of the required package.
    """
    for requirement in map(Requirement, importlib.metadata.requires(PACKAGE) or []):
        if requirement.name in CHECKED and requirement.marker is None:
            with contextlib.suppress(importlib.metadata.PackageNotFoundError):
                yield requirement, Version(importlib.metadata.version(requirement.name))


def _bounds(requirement: Requirement, *operators: str) -> SpecifierSet:
    """Return those parts of a required range that have one of these operators, such as ">="."""
    return SpecifierSet(",".join(str(part) for part in requirement.specifier if part.operator in operators))


def _refuse_old_versions() -> None:
    """Raise CourseError where TensorFlow or Keras is older than the package's metadata allow."""
    for requirement, version in _installed():
        if not _bounds(requirement, ">=").contains(version, prereleases=True):
            name, required = CHECKED[requirement.name], f"{requirement.name}{requirement.specifier}"
            raise CourseError(
                say(
                    zh=f'這門課需要的 {name} 是 {required}，目前裝的是 {version}：請執行 pip install "{required}"，再重新啟動核心。',
                    en=f"This course needs {name} in the range {required}, and {version} is installed: run "
                    f'pip install "{required}" and restart the kernel.',
                )
            )


def _warn_of_new_versions() -> None:
    """Print one line where TensorFlow or Keras is newer than what the course was tested with."""
    newer = [
        (f"{CHECKED[requirement.name]} {version}", str(_bounds(requirement, "<")))
        for requirement, version in _installed()
        if not _bounds(requirement, "<").contains(version, prereleases=True)
    ]
    if newer:
        print(
            say(
                zh=f"注意：{'、'.join(f'{installed}（測試過的是 {proven}）' for installed, proven in newer)}比這門課測試過的版本新，"
                "有些輸出或錯誤訊息可能和文字說的不同。",
                en=f"Note: {' and '.join(f'{installed} (tested: {proven})' for installed, proven in newer)} is newer than what "
                "this course was tested with; some outputs or error messages may differ from the text.",
            )
        )


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Silence file descriptor 2: TensorFlow's C++ prints lines there that no log level stops."""
    sys.stderr.flush()
    saved = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


_refuse_legacy_keras()
_refuse_old_versions()
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with _silent_stderr():
    import tensorflow as tf
    from tensorflow import keras

from keras_beyond.exercises import load_checks  # noqa: E402  only now: the checks import Keras


def start(language: str, lesson: str | None = None, version: str | None = None) -> None:
    """Start a lesson in "zh-TW" or "en": set the seed, load the checks of `lesson`, print versions and device in one line.

    `lesson` is its name, such as "01_sequential"; `version` is that of the notebook, and another one than the package's
    is told in a line of its own. The seed gives the same figures each time on the same machine with a CPU; another
    processor or a GPU rounds otherwise. Raises CourseError when Keras runs on another back end than TensorFlow.
    """
    set_language(language)
    if lesson is not None:
        load_checks(lesson)
    if keras.backend.backend() != "tensorflow":
        raise CourseError(
            say(
                zh=f"Keras 已經用 {keras.backend.backend()} 當後端載入了，這門課用 tensorflow：請重新啟動核心。",
                en=f"Keras was already imported with the back end {keras.backend.backend()}; this course uses tensorflow: "
                "restart the kernel.",
            )
        )
    keras.utils.set_random_seed(SEED)
    tf.get_logger().setLevel("ERROR")  # no warning that several small models are traced one after the other
    with _silent_stderr():
        gpus = tf.config.list_physical_devices("GPU")
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
        tf.zeros(1)  # makes the device now, while its messages are silent
    _compare_versions(version)
    _warn_of_new_versions()
    device = f"{len(gpus)} GPU" if gpus else "CPU"
    print(
        f"TensorFlow {tf.__version__} | Keras {keras.version()} ({keras.backend.backend()}) | "
        f"Python {platform.python_version()} | {device}"
    )


def _compare_versions(notebook: str | None) -> None:
    """Print one line where a notebook and the package are of different versions."""
    installed = importlib.metadata.version(PACKAGE)
    if notebook is not None and notebook != installed:
        print(
            say(
                zh=f"注意：這份筆記本是 {notebook} 版，安裝的套件 {PACKAGE} 是 {installed} 版。請讓兩者的版本相同："
                "重新下載課程，再執行 pip install -e .；在 Colab 則刪除執行階段，再從頭執行。",
                en=f"Note: this notebook is of version {notebook}, and the installed package {PACKAGE} of version {installed}. "
                "Use one version for both: download the course again and run pip install -e . in its folder; on Colab, "
                "delete the runtime and run from the top.",
            )
        )
