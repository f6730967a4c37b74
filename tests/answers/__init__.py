"""Answers to every exercise: right ones, foreseen mistakes with a piece of the hint each must get, and others.

One module a lesson. Every answer is a function without arguments that makes it, so that nothing is built before it is
needed. `test_exercises.py` runs them all.
"""

from collections.abc import Callable
from dataclasses import dataclass

Maker = Callable[[], object]


@dataclass(frozen=True)
class Answers:
    """What a check must say yes to, and what it must say no to and how."""

    right: list[Maker]  # the solution's kind and at least two others
    foreseen: dict[str, Maker | list[Maker]]  # a piece of the English hint -> the mistakes that must get it
    unforeseen: list[Maker]  # a mistake without a hint of its own: told what was expected and what was found
