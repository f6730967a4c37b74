"""Exercises that answer back: `check`, and the ways in which a check ends.

A check is a function that takes the answer and returns when it is right. `hint` ends it at a mistake that was foreseen,
`expect` at one that was not; what they say stands in the TOML beside the module. A check looks at what an answer does, never
at how it is written.
"""

import difflib
import inspect
import linecache
import sys
import sysconfig
import textwrap
import traceback
import types
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import tensorflow as tf

from keras_beyond.exercises.state import reseed, unchanged
from keras_beyond.exercises.stubs import is_stub
from keras_beyond.exercises.texts import Texts, common_texts
from keras_beyond.exercises.timelimit import OutOfTime, time_limit

Check = Callable[[Any], None]

SECONDS = 2.0  # of computing that a check may take
CHECKS: dict[str, "Exercise"] = {}
TEXTS: dict[str, Texts] = {}  # by exercise, of the lessons that are loaded
_texts = common_texts()  # of the running check
CALLS = ("called", "made", "outputs")  # the functions in which an answer is called: what fails there is the answer


@dataclass(frozen=True)
class Exercise:
    """The check of an exercise, how many seconds it may compute, and the file and line that register it."""

    check: Check
    seconds: float
    source: str


class NotAnswered(Exception):
    """The exercise still has its stub."""


class Wrong(Exception):
    """The answer is wrong; the text says how, in the reader's language."""


def exercise(name: str, *, seconds: float = SECONDS) -> Callable[[Check], Check]:
    """Register a function as the check of the exercise called `name`, which may compute for `seconds`.

    Raises ValueError where the course has an exercise of that name already.
    """
    return _register(name, seconds)


def exercise_number(
    name: str,
    *,
    right: float,
    wrong: Mapping[float, str],
    read: Callable[[object], float],
    tolerance: float = 0.0,
) -> None:
    """Register an exercise whose answer is a number, which `read` takes from what the learner hands over.

    `wrong` names the hint of each foreseen wrong number. Any other that is further than `tolerance` from `right` is met
    with the text "expected".
    """

    def check_number(answer: object) -> None:
        value = read(answer)
        hint_at_number(value, wrong=wrong, tolerance=tolerance)
        shown = f"{value:,}" if isinstance(value, int) else f"{value:g}"
        expect(abs(value - right) <= tolerance, "expected", found=shown)

    _register(name, SECONDS)(check_number)


def _register(name: str, seconds: float) -> Callable[[Check], Check]:
    frame = sys._getframe(2)  # in the module of checks
    source = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
    if name in CHECKS:
        raise ValueError(f"{source}: expected a name of its own, and {CHECKS[name].source} has {name!r} too")

    def register(function: Check) -> Check:
        CHECKS[name] = Exercise(function, seconds, source)
        return function

    return register


def text(key: str, /, **values: object) -> str:
    """Return a text of the running check in the reader's language, its placeholders filled with `values`."""
    return _texts[key].say(**values)


def hint(key: str, /, **values: object) -> NoReturn:
    """End the check at a foreseen mistake, with the hint of that id."""
    raise Wrong(_texts[key].say(**values))


def hint_at_number(value: float, *, wrong: Mapping[float, str], tolerance: float = 0.0) -> None:
    """End the check where `value` is within `tolerance` of a foreseen wrong number, with the hint of that number."""
    for number, key in wrong.items():
        if abs(value - number) <= tolerance:
            raise Wrong(_texts[key].say())


def expect(right: object, key: str, /, *, found: object, **values: object) -> None:
    """End the check unless `right`: say what was expected, the text of that id, and what was found."""
    if not right:
        found = " ".join(str(found).split())
        raise Wrong(text("expected-and-found", expected=_texts[key].say(**values), found=found))


def check(name: str, answer: object) -> None:
    """Say whether `answer` solves the exercise called `name`, and if not, what is wrong with it. Never raises."""
    if name not in CHECKS:
        names = difflib.get_close_matches(str(name), CHECKS, n=8, cutoff=0)
        print(f"[!] {text('unknown-exercise', name=name, names=names) if names else text('not-loaded')}")
        return
    reseed(name)
    try:
        if is_stub(answer) and not isinstance(answer, type):  # a class may be right by what it inherits
            raise NotAnswered
        wrong = _what_is_wrong(name, answer)
        if wrong and is_stub(answer):
            raise NotAnswered
    except NotAnswered:
        print(f"[ ] {name}: 還沒作答 · not answered yet")
    else:
        print(f"[✗] {name}: {wrong}" if wrong else f"[✓] {name}: {text('right')}")
    finally:
        reseed(name)


def _what_is_wrong(name: str, answer: object) -> str | None:
    """Return what a check says of an answer, or None when it is right; whatever an answer does, the notebook goes on."""
    global _texts
    exercise, before = CHECKS[name], _texts
    _texts = TEXTS.get(name, common_texts())
    try:
        with warnings.catch_warnings(), unchanged(answer), time_limit(exercise.seconds):
            warnings.simplefilter("ignore")
            exercise.check(answer)
    except NotAnswered:
        raise
    except Wrong as wrong:
        return _with_arrays_of_the_notebook(str(wrong), answer)
    except OutOfTime:
        return text("out-of-time", seconds=exercise.seconds)
    except Exception as error:
        message = textwrap.shorten(f"{type(error).__name__}: {error}", 240, placeholder=" ...")
        if _fails_in_the_check(error):
            return text("unreadable", message=message)
        line = _line_of_the_answer(error)
        reply = text("failed-at", message=message, line=line) if line else text("failed", message=message)
        return _with_arrays_of_the_notebook(reply, answer)
    finally:
        _texts = before
    return None


def _fails_in_the_check(error: Exception) -> bool:
    """Whether an error comes from the check's own lines, and not from the answer, nor from Keras at work on it."""
    last = list(traceback.walk_tb(error.__traceback__))[-1][0].f_code
    return Path(last.co_filename).parent == Path(__file__).parent and last.co_name not in CALLS


def _line_of_the_answer(error: Exception) -> str:
    """Return the last line of the notebook's own code through which an error passed, or "" where there is none."""
    installed = (str(Path(__file__).parents[1]), *map(sysconfig.get_path, ("stdlib", "purelib", "platlib")))
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        line = linecache.getline(frame.f_code.co_filename, number)
        if line and not frame.f_code.co_filename.startswith(installed):
            return textwrap.shorten(line, 100, placeholder=" ...")
    return ""


def _with_arrays_of_the_notebook(reply: str, answer: object) -> str:
    """Return the reply to a wrong answer; where a function reads arrays from outside, it names them."""
    if not isinstance(answer, types.FunctionType):
        return reply
    try:
        outside = inspect.getclosurevars(answer).globals
    except ValueError:  # a name that has no value yet
        return reply
    names = [name for name, value in outside.items() if isinstance(value, (np.ndarray, tf.Tensor))]
    return text("reads-the-notebook", reply=reply, names=names) if names else reply
