"""How a check reads an answer: as a number, an array, a model, or by calling it. What it cannot be, each says clearly."""

import inspect
import math
import numbers
import types
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond._keras import flat_layers
from keras_beyond.exercises.checking import NotAnswered, expect, hint, is_stub


def describe(answer: object) -> str:
    """An answer in a few words: a short value as it is, anything else by its type."""
    if isinstance(answer, type):
        return f"class {answer.__name__}"
    plain = (bool, int, float, str, np.generic, type(None))
    values = answer if isinstance(answer, (tuple, list)) and answer else [answer]
    if all(isinstance(value, plain) for value in values) and len(repr(answer)) < 60:
        return repr(answer)
    return type(answer).__name__


def rounded(values: object, digits: int = 2) -> str:
    """Return numbers as a reply shows them, in brackets and without the digits that float32 makes up."""
    return str(np.round(np.asarray(values, "float64"), digits).tolist())


def parts(answer: object, *names: str) -> list[object]:
    """What a check cell hands over together, in a dict or tuple; while one of them is a stub, nothing is answered."""
    if isinstance(answer, Mapping):
        answer = [answer.get(name) for name in names]
    if not isinstance(answer, (tuple, list)) or len(answer) != len(names):
        expect(False, "not-together", found=describe(answer), names=list(names))
    if any(is_stub(part) for part in answer):
        raise NotAnswered
    return list(answer)


def items(given: object, count: int) -> list[object]:
    """The things in a list, tuple, array or generator; a hint when there are not `count` of them."""
    try:
        found = [] if isinstance(given, (str, dict)) else list(given)
    except Exception:  # what is no container refuses in its own way
        found = []
    if len(found) != count:
        if len(found) == 2 * count and all(_cut_by_a_comma(found[i : i + 2]) for i in range(0, len(found), 2)):
            hint("comma-in-number")
        size = f", {len(found)}" if found else ""
        expect(False, "not-so-many-items", found=f"{describe(given)}{size}", count=count)
    return found


def _cut_by_a_comma(values: object) -> bool:
    """Whether these may be one whole number that was written with commas, such as 12,345."""
    whole = isinstance(values, (tuple, list)) and len(values) > 1 and all(type(value) is int for value in values)
    return whole and 0 < values[0] < 1000 and all(value == 0 or 100 <= value < 1000 for value in values[1:])


def _hint_at_no_number(answer: object) -> None:
    """End the check at what is likely to stand where a number is wanted: a string, or a function that was not called."""
    if isinstance(answer, str):
        hint("string-for-number")
    if isinstance(answer, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
        hint("function-for-number")


def number(answer: object) -> float:
    """The answer as a float; a hint when it is no number. Scalars of NumPy, TensorFlow and Keras count."""
    try:
        value = float(np.asarray(answer).reshape(-1)[0]) if np.size(answer) == 1 else None
    except Exception:  # each kind of object refuses in its own way
        value = None
    if value is None or isinstance(answer, (bool, np.bool_, str)):
        _hint_at_no_number(answer)
        expect(False, "not-a-number", found=describe(answer))
    return value


def whole_number(answer: object) -> int:
    """The answer as an int; a hint when it is not a whole number. `1002`, `1002.0` and NumPy's and TensorFlow's count."""
    try:
        value = np.asarray(answer).item() if np.size(answer) == 1 and not isinstance(answer, str) else None
    except Exception:  # each kind of object refuses in its own way
        value = None
    if (
        isinstance(value, bool)
        or not isinstance(value, numbers.Real)
        or not math.isfinite(value)
        or value != int(value)
    ):
        _hint_at_no_number(answer)
        if _cut_by_a_comma(answer):
            hint("comma-in-number")
        expect(False, "not-a-whole-number", found=describe(answer))
    return int(value)


def array(answer: object, shape: Sequence[int]) -> np.ndarray:
    """The answer as an array of this shape; a hint when it is none or has another shape. Tensors, lists, generators count."""
    try:
        values = np.asarray(list(answer) if isinstance(answer, Iterator) else answer)
    except Exception:  # each kind of object refuses in its own way
        values = np.asarray(None)
    if values.dtype.kind == "U" and not isinstance(answer, str):
        hint("strings-in-array")
    if values.dtype.kind not in "biuf" or values.shape != tuple(shape):
        found = f"{describe(answer)}, shape {values.shape}" if values.dtype.kind in "biuf" else describe(answer)
        expect(False, "not-such-an-array", found=found, shape=tuple(shape))
    return values


def built_model(answer: object) -> keras.Model:
    """The answer as a Keras model that has its weights; a hint when it is not a model, or not built.

    A Sequential of built layers counts: what is still missing is its Input, and the first layer knows the shape.
    """
    if isinstance(answer, keras.KerasTensor):
        hint("tensor-for-model")
    if isinstance(answer, type) and issubclass(answer, keras.Model):
        hint("class-for-model", name=answer.__name__)
    if isinstance(answer, keras.layers.Layer) and not isinstance(answer, keras.Model):
        hint("layer-for-model")
    if isinstance(answer, (np.ndarray, tf.Tensor)):
        hint("numbers-for-model")
    if isinstance(answer, types.FunctionType):
        hint("function-for-model", name=answer.__name__)
    if not isinstance(answer, keras.Model):
        expect(False, "not-a-model", found=describe(answer))
    if isinstance(answer, keras.Sequential) and not answer.built and answer.layers and answer.layers[0].built:
        shape = input_shape(answer.layers[0])
        answer = keras.Sequential([keras.Input(shape[1:]), *answer.layers]) if shape else answer
    inner = [layer for layer in flat_layers(answer) if not isinstance(layer, keras.Model)]
    if not answer.built and not (inner and all(layer.built for layer in inner)):
        hint("model-not-built")
    return answer


def input_shape(layer: keras.layers.Layer) -> tuple[int | None, ...] | None:
    """The shape of the input that a built layer has seen, with the axis of the rows, or None where it is not known."""
    if isinstance(layer, keras.Model) and getattr(layer, "inputs", None):
        return layer.input_shape
    try:
        return tuple(layer.input.shape)
    except AttributeError:  # never called on a symbolic tensor
        shape = (layer.get_build_config() or {}).get("input_shape")
        return tuple(shape) if shape else None


def called(function: object, *values: object) -> object:
    """What a function gives for these values; a hint when it cannot be called so, gives nothing, or is a class."""
    if isinstance(function, type) and values:
        hint("class-for-function", name=function.__name__)
    return made(function, *values)


def made(function: object, *values: object) -> object:
    """What a class or a function gives for these values; a hint when it cannot be called so, or gives nothing."""
    if not callable(function):
        expect(False, "not-a-function", found=describe(function))
    try:
        inspect.signature(function).bind(*values)
    except ValueError:  # a built-in function that does not tell what it takes
        pass
    except TypeError:
        expect(
            False,
            "other-arguments",
            found=f"{describe(function)}{inspect.signature(function)}",
            count=len(values),
            plural="s" * (len(values) != 1),
        )
    given = function(*values)
    if given is None:
        hint("nothing-returned")
    return given


def outputs(model: keras.Model, data: np.ndarray) -> np.ndarray:
    """What a model gives for `data`, as an array; a hint when it takes another input or has several outputs."""
    wanted = (None, *data.shape[1:])
    try:
        given = model(data)
    except (ValueError, TypeError, tf.errors.InvalidArgumentError):
        found = getattr(model, "input_shape", None)
        if found in (None, wanted):
            raise
        expect(False, "other-input-shape", found=found, wanted=wanted)
    if isinstance(given, dict) and len(given) == 1:
        (given,) = given.values()
    if isinstance(given, (tuple, list, dict)):
        expect(False, "several-outputs", found=len(given))
    return np.asarray(given)
