"""The exercises of the course: one module a lesson, with its checks and hints in both languages."""

import importlib
import pkgutil
from pathlib import Path

from keras_beyond.exercises.checking import TEXTS, check
from keras_beyond.exercises.texts import lesson_texts, verify_common_texts

__all__ = ["check", "lessons_with_checks", "load_checks"]


def lessons_with_checks() -> list[str]:
    """Return the numbers of the lessons that have checks: "00", "01" and so on."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.removeprefix("lesson_") for name in modules if name.startswith("lesson_"))


def load_checks(lesson: str) -> None:
    """Import the checks of a lesson, given by its name or number ("01_sequential" or "01"), with their texts.

    Raises TextError where the two do not agree.
    """
    verify_common_texts()
    if lesson[:2] in lessons_with_checks():
        module = f"lesson_{lesson[:2]}"
        importlib.import_module(f"{__name__}.{module}")
        TEXTS.update(lesson_texts(Path(__file__).with_name(f"{module}.py")))
