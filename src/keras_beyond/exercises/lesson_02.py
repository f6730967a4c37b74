"""Checks of lesson 02."""

from collections.abc import Callable

import numpy as np
from tensorflow import keras

from keras_beyond._keras import flat_layers, trained_variables
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
        644_002: "all-of-them",
        393_000: "weights-only",
        393_500: "weights-only",
        393_002: "weights-only",
        643_000: "weights-only",
    },
    read=whole_number,
)


# Layers that one model takes from another


def borrowed_layers(source: keras.Model, model: keras.Model) -> list[keras.layers.Layer]:
    """Return the layers with weights that a model takes from `source`, nested ones included."""
    held = {id(weight) for weight in source.weights}
    layers = [layer for layer in flat_layers(model) if not isinstance(layer, keras.Model)]
    return [layer for layer in layers if any(id(weight) in held for weight in layer.weights)]


def other_weights(model: keras.Model, borrowed: list[keras.layers.Layer]) -> list[keras.Variable]:
    """Return the weights of a model that belong to none of its borrowed layers."""
    held = {id(weight) for layer in borrowed for weight in layer.weights}
    return [weight for weight in model.weights if id(weight) not in held]


def trained_with(model: keras.Model, borrowed: list[keras.layers.Layer]) -> bool:
    """Whether the last `fit` has moved borrowed layers."""
    moved = {id(weight) for weight in trained_variables(model)}
    return any(id(weight) in moved for layer in borrowed for weight in layer.weights)


def is_read_through_sigmoid(model: keras.Model, layer: keras.layers.Layer) -> bool:
    """Whether a unit of `layer` counts the same at 20 and at 40, as it does behind a sigmoid."""
    kernel, bias = (weight.numpy() for weight in layer.weights)
    image = np.zeros((1, 784), "float32")
    layer.weights[0].assign(np.zeros_like(kernel))
    predictions = []
    for unit in range(0, len(bias), 100):
        for value in (20, 40):
            layer.weights[1].assign(np.where(np.arange(len(bias)) == unit, value, 0))
            predictions.append(outputs(model, image))
    layer.weights[0].assign(kernel)
    layer.weights[1].assign(bias)
    return np.allclose(predictions[::2], predictions[1::2], atol=1e-5)


# `digits` and its weights


def _shipped_weights() -> list[np.ndarray]:
    """Return the weights that come with the course, of a model 784-500-500-10."""
    shipped = keras.Sequential([keras.Input((784,)), *map(keras.layers.Dense, (500, 500, 10))])
    load_weights(shipped, "handwriting")
    return shipped.get_weights()


def read_digits(digits: object) -> tuple[keras.Model, bool]:
    """Return `digits`, and whether its weights are those that come with the course; a hint when it has other layers."""
    model, shipped = built_model(digits), _shipped_weights()
    mine = model.get_weights()
    if [weight.shape for weight in mine] != [weight.shape for weight in shipped]:
        hint("digits-rebuilt")
    return model, all(map(np.array_equal, mine, shipped))


def read_test_set() -> tuple[np.ndarray, np.ndarray]:
    """Return the test digits, (10000, 784) from 0 to 1, and their labels."""
    _, (images, labels) = load_mnist()
    return images.reshape(-1, 784).astype("float32") / 255, labels


@exercise("small-or-large", seconds=5)
def small_or_large(answer: dict[str, object]) -> None:
    """A model on borrowed, frozen layers of `digits` that tells 0 to 4 from 5 to 9."""
    digits, model = parts(answer, "digits", "small_large")
    (digits, intact), model = read_digits(digits), built_model(model)
    first, second, last = (layer for layer in flat_layers(digits) if len(layer.weights) == 2)
    borrowed = borrowed_layers(digits, model)
    if not borrowed:
        hint("nothing-borrowed")
    if last in borrowed:
        hint("output-layer-borrowed")
    if first not in borrowed or second not in borrowed:
        hint("one-piece-alone")
    x, y = read_test_set()
    predictions = outputs(model, x)
    if predictions.shape[1:] not in ((2,), (1,)):
        expect(False, "two-outputs", found=predictions.shape[1:])
    # one output is a probability, cut at 1/2, or a logit, cut at 0
    readings = (
        [predictions.argmax(axis=1)] if predictions.shape[1] == 2 else [predictions[:, 0] > cut for cut in (0.5, 0)]
    )
    answers = max(readings, key=lambda reading: np.mean(reading == y // 5))
    right = float(np.mean(answers == y // 5))
    still_trainable = any(layer.trainable_weights for layer in borrowed)
    if still_trainable and (trained_with(model, borrowed) or not (intact and right >= 0.96)):
        hint("not-frozen")
    if trained_with(model, borrowed):
        hint("frozen-too-late")
    if not intact:
        hint("digits-changed")
    if not all(is_read_through_sigmoid(model, layer) for layer in (first, second)):
        hint("activation-missing")
    if right < 0.2:
        hint("reversed")
    if np.mean(answers == y % 2) > 0.9:
        hint("learned-parity")
    of_digit = [float(np.mean((answers == y // 5)[y == digit])) for digit in range(10)]
    for digit in (4, 5):
        if of_digit[digit] < 0.5 and np.mean(of_digit) * 10 - of_digit[digit] > 0.85 * 9:
            hint("boundary", digit=digit)
    if right < 0.96 and not any(weight.trainable for weight in other_weights(model, borrowed)):
        hint("all-frozen", accuracy=right)
    if right < 0.75:
        hint("untrained", accuracy=right)
    if 0.9 < right < 0.96:
        hint("half-trained", accuracy=right)
    expect(right >= 0.96, "expected", found=f"{right:.1%}")


@exercise("independent-copy")
def independent_copy(answer: dict[str, object]) -> None:
    """The same weights and predictions as `digits`, which keeps its own, and no layer in common."""
    digits, copy = parts(answer, "digits", "independent")
    (digits, intact), copy = read_digits(digits), built_model(copy)
    if copy is digits:
        hint("second-name")
    if borrowed_layers(digits, copy):
        hint("shared-layers")
    if set(map(id, digits.layers)) & set(map(id, flat_layers(copy))):
        hint("shared-activations")
    x, y = (values[:200] for values in read_test_set())
    given, wanted = outputs(copy, x), outputs(digits, x)
    if given.shape != wanted.shape:
        expect(False, "ten-outputs", found=given.shape[1:])
    if not intact and np.mean(wanted.argmax(axis=1) == y) < 0.5:
        hint("digits-destroyed")
    mine, theirs = copy.get_weights(), digits.get_weights()
    pairs = [[own for own in mine if own.shape == other.shape] for other in theirs]
    equal = [any(np.allclose(own, other, atol=1e-6) for own in owns) for owns, other in zip(pairs, theirs, strict=True)]
    if not any(equal):
        near = [np.corrcoef(own.ravel(), theirs[2].ravel())[0, 1] for own in pairs[2]]
        if max(near, default=0) > 0.8:
            hint("moved-afterwards")
        hint("random-weights")
    if not all(equal):
        hint("some-copied", count=sum(equal), all=len(equal))
    if np.abs(given - wanted).max() > 1e-4:
        hint("other-activations")


@exercise("parity-labels")
def parity_labels(answer: Callable[[np.ndarray], object]) -> None:
    """A function: 0 for each even digit, 1 for each odd one, in the same shape, the array it is given left alone."""
    row = np.array([3, 8, 8, 5, 0, 6, 2, 9, 1, 4, 4])
    table = np.array([[6, 3, 3], [0, 5, 8]], "uint8")
    for digits in (row, table, np.arange(24, dtype="int32").reshape(3, 2, 4) * 7 % 10):
        received = digits.copy()
        try:
            labels = called(answer, received) if digits is row else answer(received)
        except Exception:
            if digits is row and not _takes(answer, table):
                raise
            hint("any-shape", shape=digits.shape)
        if not np.array_equal(received, digits):
            hint("changed-in-place")
        labels = array(labels, digits.shape)
        if np.all(labels == labels.flat[0]):
            hint("all-the-same", label=labels.flat[0])
        if np.array_equal(labels, 1 - digits % 2):
            hint("reversed")
        if np.array_equal(labels, digits // 2) or np.array_equal(labels, digits / 2):
            hint("quotient")
        expect(np.array_equal(labels, digits % 2), "expected", found=labels.tolist(), digits=str(digits.tolist()))


def _takes(answer: object, digits: np.ndarray) -> bool:
    """Whether a function returns anything for these digits."""
    try:
        return answer(digits.copy()) is not None
    except Exception:
        return False


@exercise("borrow-convolutions", seconds=5)
def borrow_convolutions(answer: dict[str, object]) -> None:
    """Five categories, 5 to 9, on the frozen layers of `conv_base`, with a new output layer of 725 parameters."""
    base, low, model = map(built_model, parts(answer, "conv_base", "low", "high"))
    borrowed = borrowed_layers(base, model)
    if not borrowed:
        hint("base-unused")
    if len(borrowed) < 2:
        hint("one-convolution-alone")
    if any(layer.trainable_weights for layer in borrowed) and (
        trained_with(model, borrowed) or not trained_variables(model)
    ):
        hint("not-frozen")
    if trained_with(model, borrowed):
        hint("frozen-too-late")
    x, y = read_test_set()
    x = x.reshape(-1, 28, 28, 1)
    predictions = outputs(model, x[y >= 5])
    if predictions.shape[1:] == (10,) and np.mean(predictions.argmax(axis=1) == y[y >= 5]) > 0.8:
        hint("labels-not-shifted")
    if predictions.shape[1:] != (5,):
        expect(False, "five-outputs", found=predictions.shape[1:])
    if set(map(id, low.weights)) & set(map(id, other_weights(model, borrowed))):
        hint("old-output-layer")
    new = sum(int(np.prod(weight.shape)) for weight in other_weights(model, borrowed))
    if new > 725:
        hint("more-than-the-output-layer", count=new)
    if np.mean(outputs(low, x[y < 5]).argmax(axis=1) == y[y < 5]) < 0.95:
        hint("base-has-moved")
    right = float(np.mean(predictions.argmax(axis=1) == y[y >= 5] - 5))
    if right < 0.6 and not any(weight.trainable for weight in other_weights(model, borrowed)):
        hint("all-frozen", accuracy=right)
    if right < 0.4:
        hint("untrained", accuracy=right)
    if right < 0.6:
        hint("half-trained", accuracy=right)
