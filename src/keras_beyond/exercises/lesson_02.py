"""Checks of lesson 02."""

from collections.abc import Callable

import numpy as np
from tensorflow import keras

from keras_beyond._keras import flat_layers
from keras_beyond.data import load_mnist
from keras_beyond.exercises.checking import exercise, exercise_number, expect, hint
from keras_beyond.exercises.reading import array, built_model, called, outputs, parts, whole_number
from keras_beyond.weights import load_weights

# 784-500-500-2 with only its second Dense frozen
exercise_number(
    "left-to-train",
    right=393_502,
    wrong={
        1_002: "both-frozen",
        250_500: "frozen-part",
        392_500: "output-layer-missing",
        251_502: "first-frozen",
        397_510: "ten-outputs",
    },
    read=whole_number,
)


def borrowed_layers(source: keras.Model, model: keras.Model) -> list[keras.layers.Layer]:
    """The layers with weights that a model takes from `source`, nested ones included."""
    held = {id(weight) for weight in source.weights}
    layers = [layer for layer in flat_layers(model) if not isinstance(layer, keras.Model)]
    return [layer for layer in layers if any(id(weight) in held for weight in layer.weights)]


def _still_as_shipped(digits: keras.Model) -> bool:
    """Whether `digits` (784-500-500-10) has the weights that come with the course."""
    shipped = keras.Sequential([keras.Input((784,))])
    for units in (500, 500, 10):
        shipped.add(keras.layers.Dense(units))
    load_weights(shipped, "handwriting")
    pairs = zip(digits.get_weights(), shipped.get_weights(), strict=True)
    return all(np.allclose(mine, other, atol=1e-6) for mine, other in pairs)


@exercise("small-or-large", seconds=5)
def small_or_large(answer: dict[str, object]) -> None:
    """A model on borrowed, frozen layers of `digits` that tells 0 to 4 from 5 to 9."""
    digits, model = map(built_model, parts(answer, "digits", "small_large"))
    borrowed = borrowed_layers(digits, model)
    if not borrowed:
        hint("nothing-borrowed")
    if any(layer is digits.layers[-2] for layer in borrowed):
        hint("output-layer-borrowed")
    _, (images, labels) = load_mnist()
    y = labels[::5]
    given = outputs(model, images[::5].reshape(-1, 784).astype("float32") / 255)
    if given.shape[1:] not in ((2,), (1,)):
        expect(False, "two-outputs", found=given.shape[1:])
    # one output is a probability, cut at 1/2, or a logit, cut at 0
    readings = [given.argmax(axis=1)] if given.shape[1] == 2 else [given[:, 0] > 0.5, given[:, 0] > 0]
    answers = max(readings, key=lambda one: np.mean(one == y // 5))
    right = float(np.mean(answers == y // 5))
    intact = _still_as_shipped(digits)
    if any(layer.trainable_weights for layer in borrowed) and not (intact and right >= 0.96):
        hint("not-frozen")
    if not intact:
        hint("digits-changed")
    if right < 0.2:
        hint("reversed")
    if np.mean(answers == y % 2) > 0.9:
        hint("learned-parity")
    if right < 0.75:
        hint("untrained", accuracy=right)
    expect(right >= 0.96, "expected", found=f"{right:.1%}")


@exercise("independent-copy")
def independent_copy(answer: dict[str, object]) -> None:
    """Same predictions as `digits`, no layer in common."""
    digits, copy = map(built_model, parts(answer, "digits", "independent"))
    if copy is digits:
        hint("second-name")
    if borrowed_layers(digits, copy):
        hint("shared-layers")
    x = np.random.default_rng(3).random((16, 784)).astype("float32")
    given, wanted = outputs(copy, x), outputs(digits, x)
    if given.shape != wanted.shape:
        expect(False, "ten-outputs", found=given.shape[1:])
    difference = np.abs(given - wanted).max()
    pairs = [
        (mine, other) for mine, other in zip(copy.get_weights(), digits.get_weights(), strict=False) if mine.ndim > 1
    ]
    if difference > 1e-4 and not any(mine.shape == other.shape and np.allclose(mine, other) for mine, other in pairs):
        hint("random-weights")
    expect(difference <= 1e-4, "expected", found=f"a difference of {difference:.2g}")


@exercise("parity-labels")
def parity_labels(answer: Callable[[np.ndarray], object]) -> None:
    """A function: 0 for each even digit, 1 for each odd one, the array it is given left alone."""
    digits = np.array([[7, 2, 1, 0], [4, 1, 4, 9]], "uint8")
    given = digits.copy()
    result = called(answer, given)
    if not np.array_equal(given, digits):
        hint("changed-in-place")
    labels = array(result, digits.shape)
    if np.all(labels == 1):
        hint("all-ones")
    if np.array_equal(labels, 1 - digits % 2):
        hint("reversed")
    expect(np.array_equal(labels, digits % 2), "expected", found=labels.tolist(), digits=str(digits.tolist()))


@exercise("borrow-convolutions", seconds=5)
def borrow_convolutions(answer: dict[str, object]) -> None:
    """Five categories, 5 to 9, on the frozen layers of `conv_base`."""
    base, model = map(built_model, parts(answer, "conv_base", "high"))
    borrowed = borrowed_layers(base, model)
    if len(borrowed) < 2:
        hint("base-unused")
    if any(layer.trainable_weights for layer in borrowed):
        hint("not-frozen")
    _, (images, labels) = load_mnist()
    x, y = images[labels >= 5][:2000, ..., None].astype("float32") / 255, labels[labels >= 5][:2000]
    given = outputs(model, x)
    if given.shape[1:] == (10,) and np.mean(given.argmax(axis=1) == y) > 0.8:
        hint("labels-not-shifted")
    if given.shape[1:] != (5,):
        expect(False, "five-outputs", found=given.shape[1:])
    right = float(np.mean(given.argmax(axis=1) == y - 5))
    if right < 0.5:
        hint("untrained", accuracy=right)
    if right < 0.85:
        hint("half-trained", accuracy=right)
