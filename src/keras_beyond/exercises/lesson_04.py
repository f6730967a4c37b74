"""Checks of lesson 04."""

import itertools
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, exercise_number, expect, hint
from keras_beyond.exercises.reading import built_model, called, describe, outputs, whole_number

# The merged model with add in place of concatenate: f_1, f_2, f_4 and f_3
exercise_number(
    "merge-added-parameters",
    right=392_500 + 250_500 + 250_500 + 5_010,
    wrong={
        392_500 + 250_500 + 250_500 + 10_010: "with-concatenate",
        392_500 + 250_500 + 250_500: "f3-missing",
        392_500 + 250_500 + 5_010: "one-way-only",
        250_500 + 250_500 + 5_010: "f1-missing",
        392_500 + 392_500 + 250_500 + 250_500 + 5_010: "f1-twice",
        392_000 + 250_000 + 250_000 + 5_000: "no-biases",
        5_010: "f3-only",
        5_000: "difference",
    },
    read=whole_number,
)


@exercise("two-colours")
def two_colours(answer: Any) -> None:
    """Check red R2 to R3 to R2, blue R2 to R to R2, both from the same x; joined to R4, then R3; 39 parameters."""
    model = built_model(answer)
    if len(getattr(model, "inputs", None) or [0]) > 1:
        hint("two-inputs")
    x = np.random.default_rng(4).uniform(0, 1.5, (23, 2)).astype("float32")
    try:
        result = tf.nest.flatten(model(x))
    except (ValueError, TypeError):
        expect(False, "input-shape", found=getattr(model, "input_shape", None) or describe(answer))
    if len(result) > 1:
        hint("two-outputs")
    size = tuple(result[0].shape)[1:]
    kernels = sorted(tuple(weight.shape) for weight in model.weights if len(weight.shape) == 2)
    if size == (4,):
        hint("last-gives-4") if (4, 4) in kernels else hint("last-layer-missing")
    expect(size == (3,), "three-outputs", found=size)
    _foreseen_kernels(kernels)
    count = model.count_params()
    expected = [(1, 2), (2, 1), (2, 3), (3, 2), (4, 3)]
    if kernels == expected and count < 39:
        hint("no-biases", count=count)
    expect(kernels == expected and count == 39, "expected", found=f"{count}, {kernels}", kernels=str(expected))
    _joined_colours(model, x)


def _foreseen_kernels(kernels: list[tuple[int, ...]]) -> None:
    """End the check where the shapes of the kernels show a foreseen mistake."""
    if (4, 3) not in kernels and kernels.count((2, 3)) == 2:
        hint("added-not-joined")
    if (4, 3) not in kernels and (1, 2) not in kernels and (3, 3) in kernels:
        hint("blue-stops-at-r")
    if (4, 3) not in kernels and (3, 2) not in kernels and (5, 3) in kernels:
        hint("red-stops-at-r3")
    if (2, 1) not in kernels and (4, 3) in kernels and (2, 2) in kernels:
        hint("blue-too-wide")


def _joined_colours(model: keras.Model, x: np.ndarray) -> None:
    """End the check unless the last layer reads two numbers that are red alone and two that are blue alone.

    The last kernel lets through one of the four at a time. What then stays the same for every x while a colour is cut
    off comes from that colour.
    """
    source = np.random.default_rng(5)
    for weight in model.weights:
        weight.assign(source.uniform(0.2, 1.0, tuple(weight.shape)) if len(weight.shape) == 2 else weight * 0 + 0.1)
    kernels = {tuple(weight.shape): weight for weight in model.weights}
    red, blue, last = kernels[3, 2], kernels[1, 2], kernels[4, 3]
    whole = outputs(model, x)
    if any(np.abs(_without(model, kernels[first], x) - whole).max() < 1e-6 for first in ((2, 3), (2, 1))):
        hint("constant-colour")
    if not (_varies(_without(model, red, x)) and _varies(_without(model, blue, x))):
        hint("colours-in-a-row")
    colours, rows = [], last.numpy()
    for index in range(4):
        last.assign(rows * np.eye(4, dtype="float32")[:, index : index + 1])
        colours.append((_varies(_without(model, blue, x)), _varies(_without(model, red, x))))
    if sorted(colours) != [(False, True)] * 2 + [(True, False)] * 2:
        hint("mixed-colours")


def _varies(predictions: np.ndarray) -> bool:
    """Return whether a model's predictions depend on the row."""
    return bool(np.ptp(predictions, axis=0).max() > 1e-6)


def _without(model: keras.Model, kernel: keras.Variable, x: np.ndarray) -> np.ndarray:
    """Return what a model gives while this kernel is zero."""
    kept = kernel.numpy()
    kernel.assign(kept * 0)
    predictions = outputs(model, x)
    kernel.assign(kept)
    return predictions


def _tensor(answer: Callable[..., Any], x: keras.KerasTensor, *more: Any) -> keras.KerasTensor:
    """Return the symbolic tensor that an answer makes of x; a hint when it is something else."""
    result = called(answer, x, *more)
    if isinstance(result, keras.Model):
        hint("model-for-tensor")
    if isinstance(result, keras.layers.Layer):
        hint("layer-not-called", name=type(result).__name__)
    expect(isinstance(result, keras.KerasTensor), "tensor", found=describe(result))
    return result


def _model(x: keras.KerasTensor, result: keras.KerasTensor) -> keras.Model:
    """Return the model from x to a tensor; a hint when that was not made of x alone."""
    try:
        return keras.Model(x, result)
    except ValueError:
        hint("argument-ignored")


@exercise("mended-branch-b")
def mended_branch_b(answer: Callable[[Any], Any]) -> None:
    """Check a function of an image (28, 28, 256): 1x1 to 64 channels, then 3x3 with stride 2 to 128, ReLU after both."""
    x = keras.Input((28, 28, 256))
    result = _tensor(answer, x)
    shape = tuple(result.shape)[1:]
    if shape == (13, 13, 128):
        hint("padding-missing")
    if shape == (28, 28, 128):
        hint("stride-missing")
    if shape == (14, 14, 64):
        hint("second-layer-missing")
    expect(shape == (14, 14, 128), "output-shape", found=shape)
    model = _model(x, result)
    count, pixels = model.count_params(), _pixels_read(model)
    if count == 9 * 256 * 128 + 128:
        hint("bottleneck-missing")
    if count == 9 * 256 * 64 + 64 + 64 * 128 + 128:
        hint("kernels-swapped")
    if pixels < 4:
        hint("stride-at-1x1", pixels=pixels)
    expect(count == 256 * 64 + 64 + 9 * 64 * 128 + 128, "expected", found=f"{count:,}")
    _same_branch(model)


def _pixels_read(model: keras.Model) -> int:
    """Count which of the four pixels (14, 14), (14, 15), (15, 14), (15, 15) change what the model gives."""
    images = np.random.default_rng(6).normal(size=(1, 28, 28, 256)).astype("float32").repeat(5, axis=0)
    for index, (row, column) in enumerate([(14, 14), (14, 15), (15, 14), (15, 15)], 1):
        images[index, row, column] += 3
    plain, *changed = np.asarray(model(images))
    return sum(float(np.abs(prediction - plain).max()) > 1e-4 for prediction in changed)


def _same_branch(model: keras.Model) -> None:
    """End the check unless a model is 1x1, ReLU, 3x3 with stride 2, ReLU; zeros may be padded at either edge."""
    source = np.random.default_rng(7)
    for weight in model.weights:
        size = 1 / np.sqrt(np.prod(weight.shape[:-1])) if len(weight.shape) > 1 else 0.5
        weight.assign(source.normal(0, size, tuple(weight.shape)))
    weights = {int(np.prod(weight.shape)): np.array(weight) for weight in model.weights}
    sizes = [256 * 64, 64, 9 * 64 * 128, 128]
    shapes = str([tuple(weight.shape) for weight in model.weights])
    expect(sorted(weights) == sorted(sizes), "expected", found=shapes)
    squeeze, squeeze_bias, look, look_bias = (weights[size] for size in sizes)
    image = source.normal(0, 5, (1, 28, 28, 256)).astype("float32")
    prediction = np.asarray(model(image))
    for bends in itertools.product([True, False], repeat=2):  # which of the two layers have a ReLU
        h = image @ squeeze.reshape(256, 64) + squeeze_bias
        h = np.maximum(h, 0) if bends[0] else h
        for edges in ((0, 1), (1, 0)):
            padded = np.pad(h, ((0, 0), edges, edges, (0, 0)))
            values = np.asarray(tf.nn.conv2d(padded, look.reshape(3, 3, 64, 128), 2, "VALID")) + look_bias
            values = np.maximum(values, 0) if bends[1] else values
            if np.allclose(prediction, values, atol=1e-3):
                if not all(bends):
                    hint("relu-missing")
                return
    hint("other-function")


# SeparableConv2D(256, 3) on 128 channels
exercise_number(
    "separable-parameters",
    right=9 * 128 + 128 * 256 + 256,
    wrong={
        9 * 128 * 256 + 256: "ordinary-convolution",
        9 * 128 * 256: "ordinary-convolution",
        9 * 128 * 128 * 256: "multiplied",
        9 * 128 + 128 * 256: "no-biases",
        9 * 128 + 128 + 128 * 256 + 256: "bias-between",
        9 * 256 + 128 * 256 + 256: "kernel-per-output-channel",
        9 * 256 + 256 * 128 + 128: "channels-swapped",
        9 * 128: "first-step-only",
        128 * 256 + 256: "second-step-only",
        8_896: "model-of-the-lesson",
    },
    read=whole_number,
)


@exercise("residual-block")
def residual_block(answer: Callable[[Any, int], Any]) -> None:
    """Check a function of x and a number of filters: x, projected where the channels differ, plus two convolutions."""
    if isinstance(answer, keras.layers.Layer):
        hint("layer-for-function")
    model = _block(answer, 12)
    shapes = [_kernel(weight) for weight in model.weights if _kernel(weight)]
    if (1, 1, 12, 12) in shapes:
        hint("needless-projection")
    expect(shapes == [(3, 3, 12, 12)] * 2, "two-kernels", found=shapes)
    x = np.random.default_rng(7).normal(0, 2, (2, 6, 10, 12)).astype("float32")
    random = _random_kernels(model)
    bare = _run(model, x, [kernel * 0 for kernel in random])
    if np.abs(bare).max() < 1e-6:
        hint("x-not-added")
    if np.allclose(bare, np.maximum(x, 0), atol=1e-5) and _run(model, x, random).min() >= 0:
        hint("relu-after-sum")
    worst = np.abs(bare - x).argmax()
    expect(np.allclose(bare, x, atol=1e-5), "x-unchanged", found=f"{bare.flat[worst]:.3f}", x=x.flat[worst])
    _bent_between(model, x, random)
    tap = np.zeros((3, 3, 12, 12), "float32")
    tap[1, 1] = np.eye(12)  # a convolution that changes nothing
    if (_run(model, np.abs(x), [tap, tap]) - np.abs(x)).mean() < -1e-3:
        hint("subtracted")
    for filters in (20, 5):
        _projected(answer, x, filters, biases=_count_biases(model))


def _kernel(weight: keras.Variable) -> tuple[int, ...]:
    """Return the shape of a kernel, () for another weight; a Dense along the channels is a 1x1 convolution."""
    shape = tuple(weight.shape)
    return {1: (), 2: (1, 1, *shape), 3: ()}.get(len(shape), shape)


def _count_biases(model: keras.Model) -> int:
    return len([weight for weight in model.weights if weight.name == "bias"])


def _random_kernels(model: keras.Model) -> list[np.ndarray]:
    source = np.random.default_rng(8)
    shapes = [tuple(weight.shape) for weight in model.weights if _kernel(weight)]
    return [source.normal(0, 0.1, shape).astype("float32") for shape in shapes]


def _run(model: keras.Model, x: np.ndarray, kernels: list[np.ndarray]) -> np.ndarray:
    """Return what a model gives on x with these kernels, without biases, and with normalizations that change nothing."""
    remaining = iter(kernels)
    for weight in model.weights:
        if _kernel(weight):
            weight.assign(next(remaining))
        elif weight.name in ("bias", "beta", "moving_mean", "gamma", "moving_variance"):
            weight.assign(np.full(weight.shape, float(weight.name in ("gamma", "moving_variance"))))
    return np.asarray(model(x))


def _bent_between(model: keras.Model, x: np.ndarray, kernels: list[np.ndarray]) -> None:
    """End the check where a factor may be moved from one 3x3 to the other: then no activation stands between them."""
    large = [index for index, kernel in enumerate(kernels) if kernel.shape[:2] == (3, 3)]
    first, second = (
        _run(model, x, [kernel * (-3 if index == scaled else 1) for index, kernel in enumerate(kernels)])
        for scaled in large
    )
    if np.abs(first - second).max() < 1e-4 * np.abs(first).max():
        hint("no-activation")


def _projected(answer: Callable[[Any, int], Any], x: np.ndarray, filters: int, biases: int) -> None:
    """Check the block from 12 channels to others: a 1x1 convolution without bias on the way of x.

    The change may start from x before or after it.
    """
    model = _block(answer, filters)
    shapes = sorted(_kernel(weight) for weight in model.weights if _kernel(weight))
    if shapes and (1, 1, 12, filters) not in shapes:
        hint("x-not-added-projected", filters=filters)
    expect(
        shapes in [[(1, 1, 12, filters), *large] for large in _large_kernels(filters)],
        "three-kernels",
        found=shapes,
        filters=filters,
    )
    if _count_biases(model) > biases:
        hint("biased-projection")
    kernels = _random_kernels(model)
    _bent_between(model, x, kernels)
    small = [kernel * _is_1x1(kernel.shape) for kernel in kernels]
    bare = _run(model, x, small)
    if not np.allclose(_run(model, -3 * x, small), -3 * bare, atol=1e-3):
        hint("bent-projection")
    expect(np.abs(bare).max() > 1e-5, "three-kernels", found=0, filters=filters)


def _large_kernels(filters: int) -> list[list[tuple[int, ...]]]:
    """Return the shapes of the two 3x3 kernels, where the change starts from x, and where it starts from the projected x."""
    return [sorted([(3, 3, channels, filters), (3, 3, filters, filters)]) for channels in (12, filters)]


def _is_1x1(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 or shape[:2] == (1, 1)


def _block(answer: Callable[[Any, int], Any], filters: int) -> keras.Model:
    """Return the answer's block from 12 channels to `filters`, as a model of its own."""
    x = keras.Input((6, 10, 12))
    try:
        result = _tensor(answer, x, filters)
    except ValueError as error:
        _unlike_shapes(str(error), filters)
        raise
    if result.shape[-1] == 12 + filters:
        hint("concatenated", channels=result.shape[-1])
    if result.shape[-1] != filters:
        hint("filters-ignored", filters=filters, channels=result.shape[-1])
    expect(tuple(result.shape)[1:] == (6, 10, filters), "shape", found=tuple(result.shape)[1:], wanted=(6, 10, filters))
    return _model(x, result)


def _unlike_shapes(message: str, filters: int) -> None:
    """End the check where Keras's message says that two shapes cannot be added."""
    if "incompatible shapes" not in message and "Cannot broadcast" not in message:
        return
    shapes = [
        tuple(map(int, re.findall(r"\d+", shape)))[-3:] for shape in re.findall(r"[(\[][^()\[\]]+[)\]]", message)
    ][-2:]
    if len(shapes) < 2 or {len(shape) for shape in shapes} != {3}:
        return
    if all(shape[0] <= 6 and shape[1] <= 10 for shape in shapes) and shapes[0][:2] != shapes[1][:2]:
        hint("padding-missing", shapes=[str(shape) for shape in shapes])
    if shapes[0][:2] != shapes[1][:2]:
        return
    if {shape[2] for shape in shapes} == {12, filters}:
        hint("projection-missing")
    hint("filters-ignored", filters=filters, channels=next(shape[2] for shape in shapes if shape[2] != filters))
