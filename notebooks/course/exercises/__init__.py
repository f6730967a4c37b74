"""The exercises of the course: one module a lesson, with its checks and hints in both languages."""

import importlib
import pkgutil

from course.exercises.machinery import check

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["check"]
