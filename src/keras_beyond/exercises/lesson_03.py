"""Checks of lesson 03."""

import itertools
from collections.abc import Callable, Mapping, Set

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, expect, hint
from keras_beyond.exercises.reading import built_model, describe, made, outputs, whole_number
from keras_beyond.weights import load_weights


@exercise("symbol-shapes")
def symbol_shapes(answer: object) -> None:
    """Check the shapes of h_1, W_1, b_2, W_3 and y in 64-32-32-10, for 20 rows at once; further symbols are welcome."""
    right = {"h_1": (20, 32), "W_1": (64, 32), "b_2": (32,), "W_3": (32, 10), "y": (20, 10)}
    if not isinstance(answer, Mapping) or not set(right) <= set(answer):
        keys = ", ".join(map(str, answer)) if isinstance(answer, Mapping) else describe(answer)
        expect(False, "keys", found=keys, names=list(right))
    shapes = {name: _shape(name, answer[name]) for name in right}
    for name, shape in right.items():
        _near_miss(name, shapes[name], shape)
    for name, shape in right.items():
        expect(shapes[name] == shape, "expected", found=shapes[name], name=name)


def _near_miss(name: str, shape: tuple[int, ...], right: tuple[int, ...]) -> None:
    """End the check at a foreseen mistake in one of the shapes."""
    if shape == (1, 2):
        hint("example-left", name=name)
    if name == "b_2" and len(shape) != 1:
        hint("bias-not-a-vector")
    if name == "b_2" and shape in ((1,), (20,), (64,), (10,)):
        hint("bias-of-another-length", length=shape[0])
    if name in ("W_1", "W_3"):
        if shape == right[::-1]:
            hint("transposed", name=name)
        if len(shape) != 2 or 20 in shape:
            hint("weights-per-row", name=name)
    if name in ("h_1", "y"):
        if shape in (right[1:], right[:1]):
            hint("axis-missing", name=name)
        if shape == right[::-1]:
            hint("rows-last", name=name)
        if shape == {"h_1": (20, 64), "y": (20, 32)}[name]:
            hint("shape-of-the-input", name=name)


def _shape(name: str, value: object) -> tuple[int, ...]:
    """Return one of the shapes as a tuple of ints; a hint where an axis has no number, or where it is no shape at all."""
    if isinstance(value, (np.ndarray, tf.Tensor, keras.Variable, keras.KerasTensor)) and len(value.shape) > 1:
        hint("not-the-shape", name=name)
    try:
        lengths = list(itertools.islice(value, 9)) if not isinstance(value, (str, bytes, Mapping, Set)) else None
    except TypeError:
        lengths = None
    if lengths is None:
        hint("not-a-tuple", name=name)
    if None in lengths:
        hint("none-in-shape", name=name)
    return tuple(map(whole_number, lengths))


def _tower(
    hidden: str | None = "relu",
    last: str | None = "softmax",
    *,
    pooling: type[keras.layers.Layer] | None = keras.layers.MaxPooling2D,
    padding: str = "valid",
) -> keras.Model:
    """Return the convolutional model of exercise 3.2, or one with something missing."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(8, 3, activation=hidden, padding=padding),
            *([pooling(2)] if pooling else []),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation=last),
        ]
    )


def _shuffle(model: keras.Model) -> None:
    """Give a model random weights, biases included, such that other activations give other outputs."""
    source = np.random.default_rng(9)
    for weight in model.trainable_weights:
        size = 1 / np.sqrt(np.prod(weight.shape[:-1])) if len(weight.shape) > 1 else 0.3
        weight.assign(source.normal(0, size, tuple(weight.shape)))


def _same_function(model: keras.Model, other: keras.Model, data: np.ndarray) -> bool:
    """Return whether `other` gives what `model` gives, once it has the same weights (found by their shapes)."""
    weights = {tuple(weight.shape): weight.numpy() for weight in model.weights}
    if {tuple(weight.shape) for weight in other.weights} != set(weights):
        return False
    other.set_weights([weights[tuple(weight.shape)] for weight in other.weights])
    prediction, wanted = outputs(model, data), outputs(other, data)
    return prediction.shape == wanted.shape and np.allclose(prediction, wanted, atol=1e-4)


@exercise("functional-tower")
def functional_tower(answer: object) -> None:
    """Check a functional model: Conv2D(8, 3, relu), MaxPooling2D(2), Flatten, Dense(10, softmax)."""
    model = built_model(answer)
    data = np.random.default_rng(5).normal(0, 3, (5, 28, 28, 1)).astype("float32")
    prediction = outputs(model, data)
    expect(prediction.shape == (5, 10), "ten-outputs", found=prediction.shape)
    if isinstance(model, keras.Sequential):
        hint("sequential")
    if not getattr(model, "inputs", None):
        hint("subclass")
    expect(
        tuple(model.inputs[0].shape) == (None, 28, 28, 1),
        "other-input-shape",
        found=tuple(model.inputs[0].shape),
        wanted=(None, 28, 28, 1),
    )
    shapes = [tuple(weight.shape) for weight in model.weights]
    if (5408, 10) in shapes:
        hint("pooling-missing")
    if (1568, 10) in shapes:
        hint("padding")
    wanted = [tuple(weight.shape) for weight in _tower().weights]
    expect(sorted(shapes) == sorted(wanted), "expected", found=shapes, shapes=str(wanted))
    _shuffle(model)
    if _same_function(model, _tower(), data):
        *_, in_training = tf.nest.flatten(model(data, training=True))
        if not np.allclose(in_training, outputs(model, data), atol=1e-4):
            hint("other-in-training")
        return
    for hidden, last in itertools.product(("relu", None), ("softmax", None, "sigmoid", "relu")):
        if _same_function(model, _tower(hidden, last, pooling=keras.layers.AveragePooling2D), data):
            hint("average-pooling")
        if _same_function(model, _tower(hidden, last), data):
            hint("no-softmax") if hidden else hint("no-activation")
    hint("other-function")


@exercise("first-hidden")
def first_hidden(answer: object) -> None:
    """Check a submodel of 784-500-500-10 with the shipped weights that gives h_1."""
    if isinstance(answer, keras.KerasTensor):
        hint("symbolic-tensor")
    if isinstance(answer, keras.layers.Layer) and not isinstance(answer, keras.Model):
        hint("layer-alone")
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
    prediction = outputs(model, x)
    if prediction.shape == (4, 10):
        hint("whole-model")
    if prediction.shape == (4, 784):
        hint("input-alone")
    expect(prediction.shape == (4, 500), "500-outputs", found=prediction.shape)
    if np.allclose(prediction, h_1, atol=1e-4):
        return
    if np.allclose(prediction, before_1, atol=1e-3):
        hint("before-sigmoid")
    if np.allclose(prediction, before_2, atol=1e-3) or np.allclose(prediction, 1 / (1 + np.exp(-before_2)), atol=1e-4):
        hint("second-hidden")
    if np.allclose(prediction, 1 / (1 + np.exp(-h_1)), atol=1e-4):
        hint("sigmoid-twice")
    if not any(weight.shape == w_1.shape and np.allclose(weight, w_1) for weight in model.weights):
        hint("new-layers")
    expect(False, "expected", found=f"{prediction.min():.2f} ... {prediction.max():.2f}")


@exercise("repeat-block")
def repeat_block(answer: Callable[[keras.Model, int], object]) -> None:
    """Check a function of a model and a number, for a model that applies it so many times with the same weights."""
    if isinstance(answer, keras.Model):
        hint("model-for-function")
    for length, times in [(3, 3), (5, 2), (4, 5), (3, 1)]:
        _repeats(answer, length, times)


def _repeats(answer: Callable[[keras.Model, int], object], length: int, times: int) -> None:
    """End the check unless the answer repeats a new block of this length so many times."""
    entrance, wide = keras.Input((length,)), keras.layers.Dense(length + 2, activation="tanh")
    narrow = keras.layers.Dense(length, activation="tanh")
    block = keras.Model(entrance, narrow(wide(entrance)))
    narrow.bias.assign(np.linspace(-0.5, 0.5, length))
    points = np.random.default_rng(7).normal(size=(4, length)).astype("float32")
    try:
        model = made(answer, block, times)
        if isinstance(model, keras.KerasTensor):
            hint("symbolic-tensor")
        if not isinstance(model, keras.Model):
            expect(False, "returns-no-model", found=describe(model))
        prediction = outputs(model, points)
    except ValueError as error:
        if "not connected" in str(error):
            hint("not-connected")
        if "names should be unique" in str(error):
            hint("clones")
        if length != 3:  # it has passed with 3
            hint("only-three", length=length)
        raise
    if model.count_params() > block.count_params():
        hint("new-weights", times=times, count=model.count_params(), own=block.count_params())
    applied = [points]
    for _ in range(8):
        applied.append(np.asarray(block(applied[-1])))
    counts = [count for count, value in enumerate(applied) if _close(prediction, value)]
    if counts and counts[0] != times:
        hint("wrong-times", times=times, applied=counts[0])
    if not counts and {id(weight) for weight in model.weights} - {id(weight) for weight in block.weights}:
        hint("new-weights", times=times, count=model.count_params(), own=block.count_params())
    expect(counts, "expected", found=np.round(prediction[:1], 3), times=times)
    narrow.bias.assign(np.ones(length))
    wanted = points
    for _ in range(times):
        wanted = np.asarray(block(wanted))
    if not _close(outputs(model, points), wanted):
        hint("copied-weights")


def _close(values: np.ndarray, others: np.ndarray) -> bool:
    return values.shape == others.shape and np.allclose(values, others, atol=1e-5)


@exercise("mended-shared")
def mended_shared(answer: object) -> None:
    """Check R2 to R3 to R2 to R3, all tanh, the first and the third layer the same: 17 parameters."""
    model = built_model(answer)
    points = np.random.default_rng(8).normal(size=(6, 2)).astype("float32")
    prediction = outputs(model, points)
    if model.count_params() == 26:
        hint("three-layers")
    weights = {tuple(weight.shape): weight for weight in model.weights}
    expect(
        prediction.shape in ((6, 3), (6, 2))
        and model.count_params() == 17
        and set(weights) == {(2, 3), (3,), (3, 2), (2,)},
        "parameters",
        found=f"{model.count_params()}, {[tuple(weight.shape) for weight in model.weights]}",
    )
    source = np.random.default_rng(9)
    for weight in model.weights:
        weight.assign(source.normal(size=tuple(weight.shape)))
    prediction = outputs(model, points)
    f, g = ((np.array(weights[kernel]), np.array(weights[bias])) for kernel, bias in (((2, 3), (3,)), ((3, 2), (2,))))
    for length in range(1, 6):
        layers = [f, g, f, g, f][:length]
        for bends in itertools.product([True, False], repeat=len(layers)):  # which of the calls have a tanh
            values = points
            for bend, (kernel, bias) in zip(bends, layers, strict=True):
                values = values @ kernel + bias
                values = np.tanh(values) if bend else values
            if _close(prediction, values):
                if length == 2:
                    hint("second-f-missing", shape=(2,))
                if length != 3:
                    hint("other-length", count=length)
                if not all(bends):
                    hint("tanh-missing")
                return
    hint("other-function")
