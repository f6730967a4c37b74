"""Checks of lesson 01."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from keras_beyond.exercises.checking import exercise, exercise_number, expect, hint
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
        784 * 256 + 256: "first-layer-only",
        784 + 784 * 256 + 256 + 256 * 64 + 64 + 64 * 10 + 10: "inputs-have-no-bias",
    },
    read=whole_number,
)


@exercise("photo-parameters")
def photo_parameters(answer: object) -> None:
    """Conv2D(16, 5) on (64, 64, 3) and on (128, 128, 3)."""
    small, large = (whole_number(part) for part in array(answer, (2,)))
    if small != large:
        hint("photo-size-is-irrelevant")
    if small == 5 * 5 * 3 * 16:
        hint("no-biases")
    if small == 5 * 5 * 16 + 16:
        hint("one-channel")
    if small == 5 * 3 * 16 + 16:
        hint("one-sided-kernel")
    expect(small == 5 * 5 * 3 * 16 + 16, "expected", found=f"{small:,}")


@exercise("slim-model")
def slim_model(answer: object) -> None:
    """Takes 784 numbers, gives 10 probabilities, has a hidden layer with an activation, below 50,000 parameters."""
    model = built_model(answer)
    x, y = np.random.default_rng(1).normal(size=(2, 64, 784)).astype("float32")
    given = outputs(model, x)
    if given.shape != (64, 10):
        expect(False, "ten-outputs", found=given.shape[1:])
    if model.count_params() >= 50_000:
        hint("too-many-parameters", count=model.count_params())
    if (given < 0).any() or not np.allclose(given.sum(axis=1), 1, atol=1e-3):
        hint("no-probabilities")
    if len([weight for weight in model.weights if len(weight.shape) > 1]) < 2:
        hint("no-hidden-layer")
    # Without an activation between the layers, the logarithms of the outputs are affine in the input, up to a constant.
    logits = [np.log(outputs(model, one / 3) + 1e-12) for one in (x, y, x + y, np.zeros_like(x))]
    one, other, both, none = (values - values.mean(axis=1, keepdims=True) for values in logits)
    if np.abs(one + other - both - none).max() < 1e-4:
        hint("no-activation")


@exercise("confident-mistake")
def confident_mistake(answer: Callable[[np.ndarray, np.ndarray], object]) -> None:
    """A function of probabilities (n, 10) and labels (n,): the row of the wrong answer with the highest probability."""
    labels = np.array([3, 1, 4, 1, 5], "uint8")
    sure = [(3, 0.99), (1, 0.95), (6, 0.80), (9, 0.90), (7, 0.60)]  # rows 0 and 1 are right
    probabilities = np.full((5, 10), 0.001, "float32")
    for row, (digit, confidence) in enumerate(sure):
        probabilities[row] = (1 - confidence) / 9
        probabilities[row, digit] = confidence
    probabilities[2, labels[2]], probabilities[2, 0] = 0, probabilities[2, 0] + probabilities[2, labels[2]]
    given = called(answer, probabilities.copy(), labels.copy())
    if np.size(given) > 1:
        expect(False, "one-row", found=f"{np.size(given)} values")
    row = whole_number(given)
    if row == 0:
        hint("right-answer")
    if row == 1:
        hint("row-among-wrong")
    if row == 2:
        hint("least-for-the-label")
    if row == 4:
        hint("least-confident")
    if row == 9:
        hint("digit-for-row")
    expect(row == 3, "expected", found=row)
    all_right = np.eye(10, dtype="float32")[labels] * 0.9 + 0.01
    all_right[4] = np.roll(all_right[4], 1)
    row = whole_number(called(answer, all_right, labels.copy()))
    expect(row == 4, "only-one-wrong", found=row)


@exercise("mended-prepare")
def mended_prepare(answer: Callable[[np.ndarray, np.ndarray], object]) -> None:
    """A function of two sets of images: both flattened, both scaled by the training set's range."""
    source = np.random.default_rng(2)
    train = source.integers(0, 201, (6, 28, 28)).astype("uint8")
    test = source.integers(0, 101, (4, 28, 28)).astype("uint8")
    train[0, 0, :2], test[0, 0, :2] = (0, 200), (0, 100)
    before = train.copy(), test.copy()
    given = called(answer, train, test)
    if isinstance(given, (np.ndarray, tf.Tensor)):
        hint("one-array")
    given = items(given, 2)
    if not (np.array_equal(train, before[0]) and np.array_equal(test, before[1])):
        hint("changed-in-place")
    made_train, made_test = array(given[0], (6, 784)), array(given[1], (4, 784))
    if made_train.max() > 1.001:
        hint("train-not-scaled", largest=made_train.max())
    if made_test.max() > 1.001:
        hint("test-not-scaled", largest=made_test.max())
    if np.allclose(made_test, test.reshape(4, 784) / 100, atol=1e-5):
        hint("test-by-its-own-maximum")
    scale = 200 / max(float(made_train.max()), 1e-9)  # what the brightest training pixel was divided by
    expect(
        np.allclose(made_train, train.reshape(6, 784) / scale, atol=1e-5),
        "train-expected",
        found=f"pixels from {made_train.min():g} to {made_train.max():g}",
    )
    expect(
        np.allclose(made_test, test.reshape(4, 784) / scale, atol=1e-5),
        "test-expected",
        found=f"pixels from {made_test.min():g} to {made_test.max():g}",
        scale=scale,
    )


@exercise("relu-or-sigmoid")
def relu_or_sigmoid(answer: object) -> None:
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


def _accuracies(name: str, values: object) -> list[float]:
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
