"""Checks of lesson 01."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, exercise_number, expect, hint, hint_at_number
from keras_beyond.exercises.reading import (
    array,
    built_model,
    called,
    describe,
    items,
    number,
    outputs,
    parts,
    whole_number,
)

# 784-256-64-10, all Dense
exercise_number(
    "dense-parameters",
    right=784 * 256 + 256 + 256 * 64 + 64 + 64 * 10 + 10,
    wrong={
        784 * 256 + 256 * 64 + 64 * 10: "weights-only",
        256 + 64 + 10: "biases-only",
        784 * 256 + 256: "first-layer-only",
        784 * 256 + 256 + 256 * 64 + 64: "output-layer-missing",
        784 * 256 + 256 + 256 * 64 + 64 + 64 * 10: "output-biases-missing",
        784 + 784 * 256 + 256 + 256 * 64 + 64 + 64 * 10 + 10: "inputs-have-no-bias",
        784 * 256 + 784 + 256 * 64 + 256 + 64 * 10 + 64: "bias-for-each-input",
        784 + 256 + 64 + 10: "neurons",
        784 * 256 * 64 * 10: "multiplied",
        784 * 500 + 500 + 500 * 500 + 500 + 500 * 10 + 10: "another-model",
    },
    read=whole_number,
)


@exercise("photo-parameters")
def photo_parameters(answer: Any) -> None:
    """Conv2D(16, 5) on (64, 64, 3) and on (128, 128, 3)."""
    small, large = (whole_number(part) for part in items(answer, 2))
    if (small, large) == (1, 216):
        hint("one-number-cut-in-two")
    if small != large:
        hint("photo-size-is-irrelevant")
    hint_at_number(
        small,
        wrong={
            5 * 5 * 3 * 16: "no-biases",
            5 * 5 * 16 + 16: "one-channel",
            5 * 5 * 16: "one-channel",
            5 * 3 * 16 + 16: "one-sided-kernel",
            5 * 3 * 16: "one-sided-kernel",
            5 * 5 * 3 + 1: "one-kernel",
            5 * 5 * 3: "one-kernel",
            5 * 5 * 3 * 16 + 1: "biases-of-kernels",
            5 * 5 * 3 * 16 + 3: "biases-of-kernels",
            5 * 5 * 3 * 16 + 3 * 16: "biases-of-kernels",
            16 * 16 * 3 * 5 + 5: "swapped",
            3 * 16 + 16: "dense",
        },
    )
    expect(small == 5 * 5 * 3 * 16 + 16, "expected", found=f"{small:,}")


def _with_random_weights(model: keras.Model) -> keras.Model:
    """Return the model with other weights, so that neither training nor zeros hide what it is made of."""
    source = np.random.default_rng(5)
    for weight in model.weights:
        if "float" in str(weight.dtype):
            shape = tuple(weight.shape)
            spread = 2 / np.sqrt(np.prod(shape[:-1])) if len(shape) > 1 else 0
            # biases, and means and variances of normalizations, stay positive
            weight.assign(source.normal(size=shape) * spread if spread else source.uniform(0.5, 1.5, shape))
    return model


def _is_affine_before_softmax(model: keras.Model) -> bool:
    """Whether the logarithms of the outputs are affine in the input, up to a constant: no activation in between."""
    x, y = np.random.default_rng(1).normal(size=(2, 64, 784)).astype("float32")
    outcomes = np.array([outputs(model, inputs) for inputs in (x, y, x + y, np.zeros_like(x))], "float64")
    outcomes[:, (outcomes < 1e-30).any(axis=0)] = np.nan  # too small for a logarithm in float32
    logits = np.log(outcomes)
    logits -= np.nanmean(logits, axis=2, keepdims=True)
    bend = np.nanmax(np.abs(logits[0] + logits[1] - logits[2] - logits[3]))
    return bend < 1e-4 * max(1, np.nanmax(np.abs(logits)))


@exercise("slim-model")
def slim_model(answer: Any) -> None:
    """Check a model: 784 numbers in, 10 probabilities out, a hidden layer with an activation, below 50,000 parameters."""
    model = built_model(answer)
    x = np.random.default_rng(1).normal(size=(64, 784)).astype("float32")
    predictions = outputs(model, x)
    if predictions.shape != (64, 10):
        expect(False, "ten-outputs", found=predictions.shape[1:])
    if model.count_params() >= 50_000:
        hint("too-many-parameters", count=model.count_params())
    predictions = outputs(_with_random_weights(model), x)
    if not ((predictions >= 0).all() and np.allclose(predictions.sum(axis=1), 1, atol=5e-3)):
        in_range = (predictions >= 0).all() and (predictions <= 1).all()
        if in_range:
            hint("each-by-itself")
        hint("no-probabilities")
    if len([weight for weight in model.weights if len(weight.shape) > 1]) < 2:
        hint("no-hidden-layer")
    if _is_affine_before_softmax(model):
        hint("no-activation")


# nine rows: digit of the answer, its probability, label, probability of the label (for wrong answers)
MISTAKES = [
    (3, 0.99, 3, None),
    (2, 0.50, 1, 0.30),  # the first wrong one
    (6, 0.54, 4, 0.00),  # gives its label least
    (1, 0.95, 1, None),
    (8, 0.40, 5, 0.10),  # the least confident
    (0, 0.97, 0, None),
    (9, 0.60, 7, 0.38),  # wrong, and the most confident
    (5, 0.93, 5, None),
    (4, 0.56, 2, 0.06),  # the largest margin, and the last wrong one
]


def mistakes() -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities (9, 10) and labels (9,), one row for each rule that may be taken for the right one."""
    probabilities, labels = np.zeros((9, 10)), np.zeros(9, "uint8")
    for row, (digit, confidence, label, to_label) in enumerate(MISTAKES):
        others = [other for other in range(10) if other != digit and (other != label or to_label is None)]
        probabilities[row, others] = (1 - confidence - (to_label or 0)) / len(others)
        probabilities[row, label] = to_label or 0
        probabilities[row, digit] = confidence
        labels[row] = label
    return probabilities.astype("float32"), labels


@exercise("confident-mistake")
def confident_mistake(answer: Callable[[np.ndarray, np.ndarray], Any]) -> None:
    """Check a function of probabilities (n, 10) and labels (n,): the row of the wrong answer with the highest probability."""
    probabilities, labels = mistakes()
    result = called(answer, probabilities.copy(), labels.copy())
    if np.size(result) > 1:
        expect(False, "one-row", found=np.size(result))
    if isinstance(result, (float, np.floating)) and 0 < result < 1:
        hint("confidence-for-row", confidence=float(result))
    row = whole_number(result)
    hint_at_number(
        row,
        wrong={
            0: "right-answer",
            1: "first-wrong",
            2: "least-for-the-label",
            3: "row-among-wrong",
            4: "least-confident",
            7: "counted-from-one",
            8: "margin",
            9: "digit-for-row",
        },
    )
    if row > 9:
        hint("no-such-row", row=row)
    expect(row == 6, "expected", found=row)
    source = np.random.default_rng(6)
    for rows, share_right in ((30, 0.5), (12, 0.9), (200, 0.3), (7, 0)):
        probabilities = source.dirichlet(np.ones(10) / 2, rows).astype("float32")
        labels = (probabilities.argmax(axis=1) + source.integers(1, 10, rows)) % 10
        right = source.random(rows) < share_right
        right[source.integers(rows)] = False
        labels[right] = probabilities[right].argmax(axis=1)
        wanted = np.where(right, 0, probabilities.max(axis=1)).argmax()
        row = whole_number(called(answer, probabilities.copy(), labels.astype("uint8")))
        expect(row == wanted, "other-rows", found=row, wanted=wanted, rows=rows)


def brightness(source: np.random.Generator, images: int, lowest: int, highest: int) -> np.ndarray:
    """Return images of `uint8`, (images, 28, 28), that reach from `lowest` to `highest`, each by itself less far."""
    reach = np.linspace(highest, (lowest + highest) / 2, images).astype(int)
    drawn = np.stack([source.integers(lowest, high + 1, (28, 28)) for high in reach])
    drawn[0, 3, :2] = lowest, highest
    return drawn.astype("uint8")


def line_through(before: np.ndarray, after: np.ndarray) -> tuple[float, float] | None:
    """Return slope and intercept of `after` as a straight line over `before`, or None where it is no such line."""
    before, after = before.reshape(-1).astype("float64"), after.reshape(-1).astype("float64")
    if not np.isfinite(after).all():
        return None
    slope, intercept = np.polyfit(before, after, 1)
    on_the_line = np.allclose(after, slope * before + intercept, atol=1e-3 * np.abs(after).max())  # float16 as well
    return (slope, intercept) if on_the_line else None


def _shape(values: Any) -> tuple[int, ...]:
    """Return the shape of an array, or of what may become one; () where it is nothing of the kind."""
    try:
        return tuple(np.shape(values))
    except Exception:  # each kind of object refuses in its own way
        return ()


@exercise("mended-prepare")
def mended_prepare(answer: Callable[[np.ndarray, np.ndarray], Any]) -> None:
    """Check a function of two sets of images: both flattened, both scaled by the training set's range."""
    source = np.random.default_rng(2)
    _prepares(answer, brightness(source, 6, 10, 200), brightness(source, 4, 30, 100))
    _prepares(answer, brightness(source, 3, 40, 250), brightness(source, 8, 50, 180))


def _prepares(answer: Callable, train: np.ndarray, test: np.ndarray) -> None:
    """Look at what the answer makes of these images; all that the test images have lies within the training ones'."""
    result = called(answer, train.copy(), test.copy())
    if isinstance(result, (np.ndarray, tf.Tensor)):
        hint("one-array")
    first, second = items(result, 2)
    if (_shape(first), _shape(second)) == ((len(test), 784), (len(train), 784)):
        hint("test-first")
    if _shape(first) in (train.shape, (train.size,), (784, len(train))):
        hint("not-flattened", shape=_shape(first))
    made_train = array(first, (len(train), 784)).astype("float64")
    made_test = array(second, (len(test), 784)).astype("float64")
    if np.isin(made_train, (0, 1)).all():
        hint("whole-numbers")
    if made_train.max() > 1.001:
        hint("train-not-scaled", largest=made_train.max())
    if np.allclose(made_train.max(axis=0), 1, atol=1e-3) or np.allclose(made_train.max(axis=1), 1, atol=1e-3):
        hint("along-an-axis")
    if made_train.min() < -0.001:
        hint("below-zero", smallest=made_train.min())
    line = line_through(train, made_train)
    shown = f"{made_train.min():g} .. {made_train.max():g}"
    if not (line and line[0] > 0 and made_train.max() > 0.02):
        expect(False, "train-expected", found=shown)
    slope, intercept = line
    if made_test.max() > 1.001:
        hint("test-not-scaled", largest=made_test.max())
    wanted = slope * test.reshape(len(test), 784) + intercept
    if np.allclose(made_test, wanted, atol=2e-3 * made_train.max()):
        return
    if np.isclose(made_test.max(), 1, atol=2e-3):
        hint("test-by-its-own-maximum")
    if np.isin(made_test, (0, 1)).all():
        hint("whole-numbers")
    other = line_through(test, made_test)
    if other and np.isclose(other[0], slope, rtol=0.01):
        hint("test-by-its-own-minimum")
    expect(False, "test-expected", found=f"{made_test.min():g} .. {made_test.max():g}", scale=1 / slope)


@exercise("relu-or-sigmoid")
def relu_or_sigmoid(answer: Any) -> None:
    """Accuracies of at least three seeds for each activation, and the verdict that follows from them."""
    results, verdict = parts(answer, "results", "verdict")
    names = set(results) if isinstance(results, dict) else None
    expect(names == {"sigmoid", "relu"}, "dict-of-both", found=sorted(map(str, names)) if names else describe(results))
    runs = {name: _accuracies(name, results[name]) for name in ("sigmoid", "relu")}
    if len(runs["sigmoid"]) != len(runs["relu"]):
        hint("unequal-runs")
    decided = "not clear"
    for name, other in (("sigmoid", "relu"), ("relu", "sigmoid")):
        if min(runs[name]) > max(runs[other]):
            decided = name
    known = isinstance(verdict, str) and verdict in ("sigmoid", "relu", "not clear")
    expect(known, "verdict", found=describe(verdict))
    if verdict != decided:
        ranges = [f"{name} {min(values):.3f} .. {max(values):.3f}" for name, values in runs.items()]
        hint("against-the-rule", ranges=ranges)


def _accuracies(name: str, values: Any) -> list[float]:
    """Return the accuracies of an activation; a hint where they cannot be those of different seeds."""
    if np.ndim(values) == 0:
        hint("one-run", name=name)
    runs = [number(value) for value in values]
    if len(runs) < 3:
        hint("too-few-runs", name=name, count=len(runs))
    if max(runs) > 1 or min(runs) < 0:
        hint("no-share")
    if len(set(runs)) == 1:
        hint("same-seed", name=name)
    if min(runs) < 0.6:
        hint("untrained", name=name, accuracy=min(runs))
    return runs
