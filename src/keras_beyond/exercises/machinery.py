"""Exercises that answer back: `check`, and the ways in which a check ends.

A check is a function that takes the answer and returns when it is right. `hint` ends it at a mistake that was foreseen,
`expect` at one that was not. It looks at what an answer does, never at how it is written.
"""

import difflib
import textwrap
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from keras_beyond.exercises.state import reseed, unchanged
from keras_beyond.exercises.stubs import is_stub
from keras_beyond.language import say

Check = Callable[[Any], None]

CHECKS: dict[str, Check] = {}
CALLS = ("called", "outputs")  # the functions in which an answer is called: what fails there is the answer


class NotAnswered(Exception):
    """The exercise still has its stub."""


class Wrong(Exception):
    """The answer is wrong; the text says how, in the reader's language."""


def exercise(name: str) -> Callable[[Check], Check]:
    """Register a function as the check of the exercise called `name`; names are unique in the course."""

    def register(function: Check) -> Check:
        if name in CHECKS:
            raise ValueError(f"exercise {name!r}: expected a name of its own, found it twice")
        CHECKS[name] = function
        return function

    return register


def hint(zh: str, en: str) -> NoReturn:
    """End the check: a foreseen mistake, with a hint of its own."""
    raise Wrong(say(zh, en))


def expect(right: bool, *, zh: str, en: str, found: object) -> None:
    """End the check unless `right`: say what was expected, in both languages, and what was found."""
    if not right:
        found = " ".join(str(found).split())
        raise Wrong(say(f"應該是：{zh}；你的答案是：{found}。", f"Expected: {en}; found: {found}."))


def check(name: str, answer: object) -> None:
    """Say whether `answer` solves the exercise called `name`, and if not, what is wrong with it. Never raises."""
    if name not in CHECKS:
        near = difflib.get_close_matches(str(name), CHECKS, n=3, cutoff=0) or sorted(CHECKS)
        print(
            say(
                zh=f"[!] 沒有叫做 {name!r} 的練習。名字相近的有：{'、'.join(near)}。",
                en=f"[!] There is no exercise called {name!r}. Names like it: {', '.join(near)}.",
            )
        )
        return
    reseed(name)
    try:
        if is_stub(answer) and not isinstance(answer, type):  # a class may be right by what it inherits
            raise NotAnswered
        wrong = _what_is_wrong(CHECKS[name], answer)
        if wrong and is_stub(answer):
            raise NotAnswered
    except NotAnswered:
        print(f"[ ] {name}: 還沒作答 · not answered yet")
    else:
        print(f"[✗] {name}: {wrong}" if wrong else f"[✓] {name}: {say(zh='答對了。', en='Right.')}")
    finally:
        reseed(name)


def _what_is_wrong(function: Check, answer: object) -> str | None:
    """What a check says of an answer, or None when it is right; whatever an answer does, the notebook goes on."""
    try:
        with warnings.catch_warnings(), unchanged(answer):
            warnings.simplefilter("ignore")
            function(answer)
    except NotAnswered:
        raise
    except Wrong as wrong:
        return str(wrong)
    except Exception as error:
        told = textwrap.shorten(f"{type(error).__name__}: {error}", 240, placeholder=" ...")
        if _fails_in_the_check(error):
            return say(
                zh=f"這樣的答案，檢查的程式沒有料到，看不懂（{told}）。",
                en=f"This check was not made for such an answer and cannot read it ({told}).",
            )
        return say(zh=f"檢查的時候，你的答案出錯了：{told}", en=f"Your answer failed while it was checked: {told}")
    return None


def _fails_in_the_check(error: Exception) -> bool:
    """Whether an error comes from the check's own lines, and not from the answer, nor from Keras at work on it."""
    last = list(traceback.walk_tb(error.__traceback__))[-1][0].f_code
    return Path(last.co_filename).parent == Path(__file__).parent and last.co_name not in CALLS
