"""Checks of lesson 03."""

import itertools
from collections.abc import Callable, Mapping

import numpy as np
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, expect, hint
from keras_beyond.exercises.reading import built_model, called, describe, outputs, whole_number
from keras_beyond.weights import load_weights


@exercise("symbol-shapes")
def symbol_shapes(answer: object) -> None:
    """The shapes of h_1, W_1, b_2, W_3 and y in 64-32-32-10, for 20 rows at once."""
    right = {"h_1": (20, 32), "W_1": (64, 32), "b_2": (32,), "W_3": (32, 10), "y": (20, 10)}
    if not isinstance(answer, Mapping) or set(answer) != set(right):
        found = ", ".join(map(str, answer)) if isinstance(answer, Mapping) else describe(answer)
        expect(False, "keys", found=found, names=list(right))
    shapes = {}
    for name, value in answer.items():
        shapes[name] = _shape(name, value)
    for name in ("W_1", "W_3"):
        if shapes[name] == right[name][::-1]:
            hint("transposed", name=name)
    for name in ("h_1", "y"):
        if shapes[name] == right[name][1:]:
            hint("row-axis-missing", name=name)
    if len(shapes["b_2"]) == 2:
        hint("bias-not-a-vector")
    for name, shape in right.items():
        expect(shapes[name] == shape, "expected", found=shapes[name], name=name)


def _shape(name: str, value: object) -> tuple[int, ...]:
    """One of the shapes as a tuple of ints; a hint where an axis has no number."""
    try:
        lengths = list(itertools.islice(value, 9)) if not isinstance(value, (str, bytes, Mapping)) else None
    except TypeError:
        lengths = None
    if lengths is None:
        hint("not-a-tuple", name=name)
    if None in lengths:
        hint("none-in-shape", name=name)
    return tuple(map(whole_number, lengths))


def _tower(hidden: str | None = "relu", last: str | None = "softmax", *, pooling: bool = True) -> keras.Model:
    """The convolutional model of exercise 3.2, or one with something missing."""
    pool = [keras.layers.MaxPooling2D(2)] if pooling else []
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(8, 3, activation=hidden),
            *pool,
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation=last),
        ]
    )


def _same_function(model: keras.Model, other: keras.Model, data: np.ndarray) -> bool:
    """Whether `other` gives what `model` gives, once it has the same weights (found by their shapes)."""
    weights = {tuple(weight.shape): weight.numpy() for weight in model.weights}
    if {tuple(weight.shape) for weight in other.weights} != set(weights):
        return False
    other.set_weights([weights[tuple(weight.shape)] for weight in other.weights])
    given, wanted = np.asarray(model(data)), np.asarray(other(data))
    return given.shape == wanted.shape and np.allclose(given, wanted, atol=1e-4)


@exercise("functional-tower")
def functional_tower(answer: object) -> None:
    """A model that computes what Conv2D(8, 3, relu), MaxPooling2D(2), Flatten, Dense(10, softmax) computes."""
    model = built_model(answer)
    data = np.random.default_rng(5).normal(size=(3, 28, 28, 1)).astype("float32")
    given = outputs(model, data)
    if given.shape != (3, 10):
        expect(False, "ten-outputs", found=given.shape)
    if isinstance(model, keras.Sequential):
        hint("sequential")
    if _same_function(model, _tower(), data):
        return
    if _same_function(model, _tower(pooling=False), data):
        hint("pooling-missing")
    if _same_function(model, _tower(hidden=None), data):
        hint("no-activation")
    if _same_function(model, _tower(last=None), data):
        hint("no-softmax")
    expect(False, "expected", found=f"{model.count_params():,} parameters and other outputs")


@exercise("first-hidden")
def first_hidden(answer: object) -> None:
    """A submodel of 784-500-500-10 with the shipped weights that gives h_1."""
    if isinstance(answer, keras.KerasTensor):
        hint("symbolic-tensor")
    model = built_model(answer)
    reference = keras.Sequential([keras.Input((784,))])
    for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
        reference.add(keras.layers.Dense(units, activation=activation))
    load_weights(reference, "handwriting")
    w_1, b_1, w_2, b_2 = reference.get_weights()[:4]
    x = np.random.default_rng(6).random((4, 784)).astype("float32")
    before_1 = x @ w_1 + b_1
    h_1 = 1 / (1 + np.exp(-before_1))
    before_2 = h_1 @ w_2 + b_2
    given = outputs(model, x)
    if given.shape == (4, 10):
        hint("whole-model")
    if given.shape != (4, 500):
        expect(False, "500-outputs", found=given.shape)
    if np.allclose(given, h_1, atol=1e-4):
        return
    if np.allclose(given, before_1, atol=1e-3):
        hint("before-sigmoid")
    if np.allclose(given, before_2, atol=1e-3) or np.allclose(given, 1 / (1 + np.exp(-before_2)), atol=1e-4):
        hint("second-hidden")
    if not any(weight.shape == w_1.shape and np.allclose(weight, w_1) for weight in model.weights):
        hint("new-layers")
    expect(False, "expected", found="other numbers")


@exercise("repeat-block")
def repeat_block(answer: Callable[[keras.Model, int], object]) -> None:
    """A function of a model and a number: a model that applies it so many times, with the same weights."""
    for length, times in [(3, 3), (5, 2), (3, 1)]:
        dense, entrance = keras.layers.Dense(length, activation="tanh"), keras.Input((length,))
        block = keras.Model(entrance, dense(entrance))
        dense.bias.assign(np.linspace(-0.5, 0.5, length))
        points = np.random.default_rng(7).normal(size=(4, length)).astype("float32")
        try:
            made = called(answer, block, times)
        except ValueError as error:
            if "not connected" in str(error):
                hint("not-connected")
            if "names should be unique" not in str(error):
                raise
            hint("clones")
        if isinstance(made, keras.KerasTensor):
            hint("symbolic-tensor")
        if not isinstance(made, keras.Model):
            expect(False, "returns-no-model", found=describe(made))
        given, applied = outputs(made, points), [points]
        for _ in range(6):
            applied.append(np.asarray(block(applied[-1])))
        if made.count_params() > block.count_params():
            hint("new-weights", times=times, count=made.count_params(), own=block.count_params())
        found = [count for count, value in enumerate(applied) if np.allclose(given, value, atol=1e-5)]
        if found and found[0] != times:
            hint("wrong-times", times=times, applied=found[0])
        expect(
            bool(found),
            "expected",
            found=f"{given.shape}, {np.round(given[0], 3)}" if given.ndim else given,
            times=times,
        )
        dense.bias.assign(np.ones(length))
        wanted = points
        for _ in range(times):
            wanted = np.asarray(block(wanted))
        if not np.allclose(outputs(made, points), wanted, atol=1e-5):
            hint("copied-weights")


@exercise("mended-shared")
def mended_shared(answer: object) -> None:
    """R2 to R3 to R2 to R3, all tanh, the first and the third layer the same: 17 parameters."""
    model = built_model(answer)
    points = np.random.default_rng(8).normal(size=(6, 2)).astype("float32")
    given = outputs(model, points)
    if model.count_params() == 26:
        hint("three-layers")
    if given.shape != (6, 3):
        hint("second-f-missing", shape=given.shape[1:])
    weights = {tuple(weight.shape): weight.numpy() for weight in model.weights}
    expect(
        model.count_params() == 17 and set(weights) == {(2, 3), (3,), (3, 2), (2,)},
        "parameters",
        found=f"{model.count_params()} parameters, shapes {[tuple(weight.shape) for weight in model.weights]}",
    )
    for bends in itertools.product([True, False], repeat=3):  # which of the three calls have a tanh
        values = points
        for bend, kernel, bias in zip(bends, [(2, 3), (3, 2), (2, 3)], [(3,), (2,), (3,)], strict=True):
            values = values @ weights[kernel] + weights[bias]
            values = np.tanh(values) if bend else values
        if np.allclose(given, values, atol=1e-4):
            if all(bends):
                return
            hint("tanh-missing")
    expect(False, "expected", found="other outputs")
