"""Checks of lesson 04."""

from collections.abc import Callable

import numpy as np
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, exercise_number, expect, hint
from keras_beyond.exercises.reading import built_model, called, describe, whole_number
from keras_beyond.exercises.state import unchanged

# The merged model with add in place of concatenate: f_1, f_2, f_4 and f_3
exercise_number(
    "merge-added-parameters",
    right=392_500 + 250_500 + 250_500 + 5_010,
    wrong={
        392_500 + 250_500 + 250_500 + 10_010: "with-concatenate",
        392_500 + 250_500 + 250_500: "f3-missing",
        392_500 + 250_500 + 5_010: "one-way-only",
        5_010: "f3-only",
    },
    read=whole_number,
)


@exercise("two-colours")
def two_colours(answer: object) -> None:
    """Red R2 to R3 to R2, blue R2 to R to R2, both from the same x; joined to R4, then R3; 39 parameters."""
    model = built_model(answer)
    if len(getattr(model, "inputs", None) or [0]) > 1:
        hint("two-inputs")
    x = np.random.default_rng(4).random((16, 2)).astype("float32")
    try:
        given = model(x)
    except (ValueError, TypeError):
        expect(False, "input-shape", found=describe_input(model))
    if isinstance(given, (list, tuple, dict)):
        hint("two-outputs")
    size = tuple(given.shape)[1:]
    if size == (4,):
        hint("last-layer-missing")
    expect(size == (3,), "three-outputs", found=size)
    kernels = sorted(tuple(weight.shape) for weight in model.weights if len(weight.shape) == 2)
    if (4, 3) not in kernels and kernels.count((2, 3)) == 2:
        hint("added-not-joined")
    if (4, 3) not in kernels and (1, 2) not in kernels and (3, 3) in kernels:
        hint("blue-stops-at-r")
    expected = [(1, 2), (2, 1), (2, 3), (3, 2), (4, 3)]
    if kernels == expected and model.count_params() < 39:
        hint("no-biases", count=model.count_params())
    expect(
        kernels == expected and model.count_params() == 39,
        "expected",
        found=f"{model.count_params()} parameters, kernels {kernels}",
    )
    _both_read_x(model, x)


def describe_input(model: keras.Model) -> object:
    """The shape of a model's input, where Keras knows it."""
    return getattr(model, "input_shape", None) or "another shape"


def _both_read_x(model: keras.Model, x: np.ndarray) -> None:
    """Each colour must carry x to the output by itself; the wiring shows when the other one is cut."""
    source = np.random.default_rng(5)
    with unchanged(model):
        for weight in model.weights:
            weight.assign(source.uniform(0.2, 1.0, tuple(weight.shape)) if len(weight.shape) == 2 else weight * 0 + 0.1)
        red, blue = (
            next(weight for weight in model.weights if tuple(weight.shape) == size) for size in ((2, 3), (2, 1))
        )
        whole = np.asarray(model(x))
        without_red, without_blue = _cut(model, red, x), _cut(model, blue, x)
    if np.allclose(without_blue, whole, atol=1e-7) or np.allclose(without_red, whole, atol=1e-7):
        hint("constant-colour")
    if np.ptp(without_red, axis=0).max() < 1e-7 or np.ptp(without_blue, axis=0).max() < 1e-7:
        hint("colours-in-a-row")


def _cut(model: keras.Model, kernel: keras.Variable, x: np.ndarray) -> np.ndarray:
    """What the model gives while this kernel is zero."""
    kept = kernel.numpy()
    kernel.assign(kept * 0)
    given = np.asarray(model(x))
    kernel.assign(kept)
    return given


@exercise("mended-branch-b")
def mended_branch_b(answer: Callable[[object], object]) -> None:
    """A function of an image (28, 28, 256): 1x1 to 64 channels, then 3x3 with stride 2 to 128 channels."""
    x = keras.Input((28, 28, 256))
    given = called(answer, x)
    expect(isinstance(given, keras.KerasTensor), "tensor", found=describe(given))
    shape = tuple(given.shape)[1:]
    if shape == (13, 13, 128):
        hint("padding-missing")
    if shape == (28, 28, 128):
        hint("stride-missing")
    expect(shape == (14, 14, 128), "output-shape", found=shape)
    model = keras.Model(x, given)
    total = model.count_params()
    pixels = _pixels_read(model)
    if pixels < 4:
        hint("stride-at-1x1", pixels=pixels)
    if total == 9 * 256 * 128 + 128:
        hint("bottleneck-missing")
    if total == 9 * 256 * 64 + 64 + 64 * 128 + 128:
        hint("kernels-swapped")
    expect(total == 256 * 64 + 64 + 9 * 64 * 128 + 128, "expected", found=f"{total:,}")


def _pixels_read(model: keras.Model) -> int:
    """How many of the four pixels (14, 14), (14, 15), (15, 14), (15, 15) change what the model gives."""
    images = np.random.default_rng(6).normal(size=(1, 28, 28, 256)).astype("float32").repeat(5, axis=0)
    for place, (row, column) in enumerate([(14, 14), (14, 15), (15, 14), (15, 15)], 1):
        images[place, row, column] += 1
    given = np.asarray(model(images))
    return sum(float(np.abs(one - given[0]).max()) > 1e-4 for one in given[1:])


# SeparableConv2D(256, 3) on 128 channels
exercise_number(
    "separable-parameters",
    right=9 * 128 + 128 * 256 + 256,
    wrong={
        9 * 128 * 256 + 256: "ordinary-convolution",
        9 * 128 + 128 * 256: "no-biases",
        9 * 128 + 128 + 128 * 256 + 256: "bias-between",
        9 * 256 + 128 * 256 + 256: "kernel-per-output-channel",
    },
    read=whole_number,
)


@exercise("residual-block")
def residual_block(answer: Callable[[object, int], object]) -> None:
    """A function of a tensor x and a number of filters: x, projected where the channels differ, plus two convolutions."""
    same = _block(answer, 16)
    expect(same.output_shape[1:] == (8, 8, 16), "shape-16", found=same.output_shape[1:])
    kernels = [_kernel(weight) for weight in same.weights if _kernel(weight)]
    if (1, 1, 16, 16) in kernels:
        hint("needless-projection")
    expect(kernels == [(3, 3, 16, 16)] * 2, "two-kernels", found=kernels)
    x = np.random.default_rng(7).normal(size=(2, 8, 8, 16)).astype("float32")
    _, bare = _given(same, x)
    if np.abs(bare).max() < 1e-6:
        hint("x-not-added")
    if np.allclose(bare, np.maximum(x, 0), atol=1e-5):
        hint("relu-after-sum")
    expect(np.allclose(bare, x, atol=1e-5), "x-unchanged", found=f"a difference of up to {np.abs(bare - x).max():.3g}")
    one, other, both = (_given(same, images)[0] for images in (x, x[::-1], x + x[::-1]))
    if np.abs(both - one - other).max() < 1e-4 * np.abs(both).max():
        hint("no-activation")
    _projected(answer, x, biases=_count_biases(same))


def _kernel(weight: keras.Variable) -> tuple[int, ...]:
    """The shape of a kernel, () for a bias; a Dense along the channels is a 1x1 convolution."""
    shape = tuple(weight.shape)
    return {1: (), 2: (1, 1, *shape)}.get(len(shape), shape)


def _count_biases(model: keras.Model) -> int:
    return len([weight for weight in model.weights if len(weight.shape) == 1])


def _projected(answer: Callable[[object, int], object], x: np.ndarray, biases: int) -> None:
    """The block from 16 channels to 32: a 1x1 convolution without bias on the way of x."""
    try:
        model = _block(answer, 32)
    except ValueError:
        hint("projection-missing")
    expect(model.output_shape[1:] == (8, 8, 32), "shape-32", found=model.output_shape[1:])
    kernels = sorted(_kernel(weight) for weight in model.weights if _kernel(weight))
    expect(kernels == [(1, 1, 16, 32), (3, 3, 16, 32), (3, 3, 32, 32)], "three-kernels", found=kernels)
    if _count_biases(model) > biases:
        hint("biased-projection")
    (_, bare), (_, back) = _given(model, x), _given(model, -x)
    expect(np.abs(bare).max() > 1e-5 and np.allclose(bare, -back, atol=1e-4), "linear-projection", found="another map")


def _block(answer: Callable[[object, int], object], filters: int) -> keras.Model:
    """The answer's block from 16 channels to `filters`, as a model of its own."""
    x = keras.Input((8, 8, 16))
    given = called(answer, x, filters)
    expect(isinstance(given, keras.KerasTensor), "tensor", found=describe(given))
    if given.shape[-1] == 16 + filters:
        hint("concatenated", channels=16 + filters)
    return keras.Model(x, given)


def _given(model: keras.Model, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the model gives on x with random weights, and with all weights but those of 1x1 kernels at zero."""
    source = np.random.default_rng(8)
    with unchanged(model):
        for weight in model.weights:
            weight.assign(source.normal(size=tuple(weight.shape)) * (0.1 if _kernel(weight) else 0.0))
        whole = np.asarray(model(x))
        for weight in model.weights:
            if _kernel(weight)[:2] != (1, 1):
                weight.assign(np.zeros(weight.shape))
        return whole, np.asarray(model(x))
