"""Exercises that answer back: `check`, and what a lesson's checks are written with.

A check is a function that takes the answer and returns when it is right. `hint` ends it at a mistake that was foreseen,
`expect` at one that was not. It looks at what an answer does, never at how it is written.
"""

import contextlib
import difflib
import dis
import numbers
import random
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR
from tensorflow import keras
from tensorflow.python.eager import context

from course.language import say

Check = Callable[[Any], None]

CHECKS: dict[str, Check] = {}


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
        raise Wrong(say(f"應該是：{zh}；你的答案是：{found}。", f"Expected: {en}; found: {found}."))


def whole_number(answer: object) -> int:
    """The answer as an int; a hint when it is not a whole number. `1002`, `1002.0` and NumPy's and TensorFlow's count."""
    value = np.asarray(answer).item() if hasattr(answer, "shape") and np.size(answer) == 1 else answer
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or value != int(value):
        expect(False, zh="一個整數", en="a whole number", found=describe(answer))
    return int(value)


def number(answer: object) -> float:
    """The answer as a float; a hint when it is no number. Scalars of NumPy, TensorFlow and Keras count."""
    try:
        value = float(np.asarray(answer).reshape(-1)[0]) if np.size(answer) == 1 else None
    except (TypeError, ValueError):
        value = None
    if value is None or isinstance(answer, (bool, str)):
        expect(False, zh="一個數字", en="a number", found=describe(answer))
    return value


def array(answer: object, shape: Sequence[int]) -> np.ndarray:
    """The answer as an array of this shape; a hint when it is none or has another shape. Tensors and lists count."""
    try:
        values = np.asarray(answer)
    except (TypeError, ValueError):
        values = np.asarray(None)
    if values.dtype.kind not in "biuf" or values.shape != tuple(shape):
        found = f"{describe(answer)}, shape {values.shape}" if values.dtype.kind in "biuf" else describe(answer)
        expect(False, zh=f"形狀 {tuple(shape)} 的陣列", en=f"an array of shape {tuple(shape)}", found=found)
    return values


def built_model(answer: object) -> keras.Model:
    """The answer as a Keras model that has its weights; a hint when it is not a model, or not built."""
    if not isinstance(answer, keras.Model):
        expect(False, zh="一個 Keras 模型", en="a Keras model", found=describe(answer))
    if not answer.built:
        hint(
            zh="模型還沒建立，Keras 不知道輸入的形狀，也就還沒有權重：從 keras.Input(...) 開始。",
            en="The model is not built: Keras does not know the shape of its input, so there are no weights yet. Start with "
            "keras.Input(...).",
        )
    return answer


def describe(answer: object) -> str:
    """An answer in a few words: a short value as it is, anything else by its type."""
    text = repr(answer)
    if isinstance(answer, (bool, int, float, str, np.generic)) and len(text) < 60:
        return text
    return type(answer).__name__ if not isinstance(answer, type) else f"class {answer.__name__}"


@contextlib.contextmanager
def unchanged(*models: keras.Model) -> Iterator[None]:
    """Whatever is done to these models in the block, weights, random state and `trainable` are as before after it."""
    before = [(variable, variable.numpy()) for model in models for variable in model.variables]
    trainable = [(layer, layer.trainable) for model in models for layer in model._flatten_layers()]
    try:
        yield
    finally:
        for layer, flag in trainable:
            layer.trainable = flag
        for variable, value in before:
            variable.assign(value)


@contextlib.contextmanager
def _random_state_kept() -> Iterator[None]:
    """Python's, NumPy's, Keras's and TensorFlow's random state are as before after the block."""
    keras_seeds = global_state.get_global_attribute(GLOBAL_SEED_GENERATOR)  # None until it is first used
    tensorflow_seeds = getattr(context.context(), "_rng", None)  # there once a seed is set
    before = random.getstate(), np.random.get_state()
    keras_state = keras_seeds and keras_seeds.state.numpy()
    tensorflow_state = tensorflow_seeds and tensorflow_seeds.getstate()
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
        global_state.set_global_attribute(GLOBAL_SEED_GENERATOR, keras_seeds)
        if keras_seeds:
            keras_seeds.state.assign(keras_state)
        if tensorflow_seeds:
            tensorflow_seeds.setstate(tensorflow_state)


def is_stub(answer: object) -> bool:
    """Whether an answer is still missing: None, something with None in it, a function or class with nothing in it."""
    if isinstance(answer, (tuple, list)):
        return any(is_stub(part) for part in answer)
    if isinstance(answer, dict):
        return any(is_stub(part) for part in answer.values())
    if isinstance(answer, types.FunctionType):
        does = {instruction.opname for instruction in dis.get_instructions(answer)}
        return (
            does <= {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
            and answer.__code__.co_consts[-1] is None
        )
    if isinstance(answer, type):
        functions = [part for part in vars(answer).values() if isinstance(part, types.FunctionType)]
        return all(is_stub(function) for function in functions)
    return answer is None


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
    try:
        if is_stub(answer):
            raise NotAnswered
        with warnings.catch_warnings(), _random_state_kept():
            warnings.simplefilter("ignore")
            CHECKS[name](answer)
    except NotAnswered:
        print(f"[ ] {name}: 還沒作答 · not answered yet")
    except Wrong as wrong:
        print(f"[✗] {name}: {wrong}")
    except Exception as error:  # whatever an answer does, the notebook goes on
        told = f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"
        print(
            f"[✗] {name}: "
            + say(zh=f"檢查的時候，你的答案出錯了：{told}", en=f"Your answer failed while it was checked: {told}")
        )
    else:
        print(f"[✓] {name}: {say(zh='答對了。', en='Right.')}")
