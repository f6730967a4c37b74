"""Checks of lesson 08."""

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_beyond.exercises.checking import exercise, expect, hint
from keras_beyond.exercises.reading import array, called, describe, items, number, shape_of


@exercise("tape-derivatives")
def derivatives(answer: Callable[[Callable[[tf.Tensor], tf.Tensor], float], Any]) -> None:
    """Check a function of f and a float x: first and second derivative of f at x."""
    cases = [
        ("x ** 3", lambda x: x**3, 1.5, 6.75, 9.0),
        ("sin(x)", tf.sin, 0.5, np.cos(0.5), -np.sin(0.5)),
        ("exp(2 x)", lambda x: tf.exp(2 * x), 0.25, 2 * np.exp(0.5), 4 * np.exp(0.5)),
        ("x ** 4 - 5 x", lambda x: x**4 - 5 * x, -2.0, -37.0, 48.0),
    ]
    for name, f, x, first, second in cases:
        made = _two_numbers(answer, f, x)
        value = float(f(tf.constant(x)))
        if np.allclose(made, (second, first), rtol=5e-3, atol=1e-2):
            hint("wrong-order")
        if np.allclose(made, (first, first), rtol=5e-3, atol=1e-2):
            hint("first-twice")
        if np.allclose(made, (value, first), rtol=5e-3, atol=1e-2):
            hint("one-order-short")
        if np.allclose(made, (first, first**2), rtol=5e-3, atol=1e-2):
            hint("first-squared")
        expect(
            np.allclose(made, (first, second), rtol=5e-3, atol=1e-2),
            "expected",
            found=f"{made[0]:.3f}, {made[1]:.3f}",
            name=name,
            x=x,
            first=first,
            second=second,
        )


def _two_numbers(answer: Callable[..., Any], f: Callable[[tf.Tensor], tf.Tensor], x: float) -> tuple[float, float]:
    """Return the derivatives that an answer gives; hints at a tape that cannot give them."""
    try:
        returned = called(answer, f, x)
    except (TypeError, ValueError, AttributeError, RuntimeError) as error:
        _hint_at_tape(str(error))
        if _works(answer, x, f):
            hint("arguments-swapped")
        raise
    if isinstance(returned, Mapping):
        returned = list(returned.values())
    try:
        pieces = returned if isinstance(returned, str) else list(itertools.islice(returned, 10))
    except Exception:  # no container; a tensor without axes, say
        pieces = returned
    if isinstance(pieces, list) and len(pieces) == 3:
        hint("three")
    if not isinstance(pieces, (list, str)) and _is_a_number(pieces):
        hint("only-one")
    first, second = items(pieces, 2)
    if first is None:
        hint("first-is-none")
    if second is None:
        hint("second-is-none")
    return number(first), number(second)


def _works(function: Callable[..., Any], *values: Any) -> bool:
    try:
        function(*values)
    except Exception:  # whatever it raises
        return False
    return True


def _is_a_number(returned: Any) -> bool:
    try:
        float(returned)
    except Exception:  # each kind of object refuses in its own way
        return False
    return True


def _hint_at_tape(message: str) -> None:
    """Hints at what a tape refuses, by what it says."""
    if "one set of gradients" in message:
        hint("tape-is-used-up")
    if "has no attribute '_id'" in message or "to a TensorFlow DType" in message:
        hint("plain-number")
    # the outer tape is asked for the gradient of None, or a tape to watch a float
    if "received None" in message or "of type 'float'" in message:
        hint("first-is-none")


@exercise("tape-none")
def none_gradients(answer: Any) -> None:
    """Check the letters of the gradients that are None: B, D, E."""
    letters = _letters(answer)
    if not letters or not letters <= set("ABCDE"):
        expect(False, "letters", found=describe(answer))
    if letters == set("AC"):
        hint("reversed")
    if letters == set("ABCDE"):
        hint("not-all")
    if "C" in letters:
        hint("relu-has-slope")
    if "A" in letters:
        hint("a-has-gradient")
    if "B" not in letters:
        hint("look-at-b")
    if "D" not in letters:
        hint("look-at-d")
    if "E" not in letters:
        hint("look-at-e")


def _letters(answer: Any) -> set[str]:
    """Return the letters that an answer names: in a string or a container, or as the keys of what is None, or True."""
    if isinstance(answer, tf.Tensor):
        answer = answer.numpy()
    if isinstance(answer, Mapping) and not any(isinstance(value, str) for value in answer.values()):
        answer = [letter for letter, value in answer.items() if value is None or value is True]
    try:
        pieces = [answer] if isinstance(answer, str) else [str(part) for part in itertools.islice(answer, 20)]
    except Exception:  # no container
        pieces = []
    words = {word for piece in pieces for word in re.findall("[A-Z]+", piece.upper())} - {"AND"}
    return {letter for word in words for letter in word}


@exercise("tape-global")
def mended_scores(answer: Callable[[Any, Any, Any], Any]) -> None:
    """Check a function of points (n, 2), W (2, 1) and b (1,): points W + b."""
    source = np.random.default_rng(8)
    for rows, spread in ((5, 1), (3, 20)):
        points = source.normal(0, spread, size=(rows, 2)).astype("float32")
        weights, other_weights = source.normal(size=(2, 2, 1)).astype("float32")
        bias, other_bias = source.normal(0, spread, size=(2, 1)).astype("float32")
        linear = points @ weights + bias
        returned = _scores(answer, points, weights, bias)
        made = array(returned, (rows, 1))
        if made.dtype == bool:
            hint("decided")
        tolerance = 2e-2 * spread
        if not np.allclose(made, linear, atol=tolerance):
            if np.allclose(made, points @ weights, atol=tolerance):
                hint("bias-missing")
            if np.allclose(made, 1 / (1 + np.exp(-linear)), atol=1e-3):
                hint("sigmoid")
            for name, others in (
                ("points", (points[::-1].copy(), weights, bias)),
                ("W", (points, other_weights, bias)),
                ("b", (points, weights, other_bias)),
            ):
                if np.allclose(made, array(_scores(answer, *others), (rows, 1))):
                    hint("not-read", name=name)
        expect(np.allclose(made, linear, atol=tolerance), "expected", found=f"{made[0, 0]:.3f}", first=linear[0, 0])


def _scores(answer: Callable[..., Any], points: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> Any:
    """Return what the answer gives; hints at another number of answers than points."""
    returned, rows = called(answer, points.copy(), tf.Variable(weights), tf.Variable(bias)), len(points)
    shape = shape_of(returned)
    if shape == () and _is_a_number(returned):
        hint("single", rows=rows)
    if shape == (rows,):
        hint("axis-lost", rows=rows)
    if shape == (rows, 2):
        hint("not-summed")
    if shape and rows not in shape:
        hint("outer-points", rows=rows, answers=shape[0])
    return returned


def _floor(points: np.ndarray, targets: np.ndarray) -> float:
    table = np.hstack([points, np.ones((len(points), 1))])
    best = np.linalg.lstsq(table, targets, rcond=None)[0]
    return float(np.mean((table @ best - targets) ** 2))


def _after_40_steps(points: np.ndarray, targets: np.ndarray) -> float:
    """Return the loss after 40 steps of learning rate 0.1 from the lesson's start."""
    table = np.hstack([points, np.ones((len(points), 1))])
    parameters = np.array([[1.0], [0.7], [0.0]])
    for _ in range(40):
        parameters = parameters - 0.1 * 2 / len(table) * table.T @ (table @ parameters - targets)
    return float(np.mean((table @ parameters - targets) ** 2))


def _unexplained(points: np.ndarray, made: np.ndarray) -> float:
    """Return the share of the spread of `points` that a linear map of `made` does not give back."""
    table = np.hstack([made, np.ones((len(made), 1))])
    back = table @ np.linalg.lstsq(table, points, rcond=None)[0]
    return float(np.max((points - back).std(axis=0) / points.std(axis=0)))


@exercise("tape-valley")
def prepare(answer: Callable[[np.ndarray], Any]) -> None:
    """Check a function of points (n, 2): an invertible affine map of them on which 40 steps reach the floor."""
    source = np.random.default_rng(11)
    cloud = source.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 1200, method="cholesky")
    order = source.permutation(1200)  # not one class after the other, as in the lesson
    points = (cloud + np.repeat([[0, 3], [3, 0]], 600, axis=0)).astype("float32")[order]
    targets = np.repeat([[0.0], [1.0]], 600, axis=0)[order]
    before = points.copy()
    try:
        returned = called(answer, points)
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        if "broadcast" not in str(error) and "ncompatible shapes" not in str(error):
            raise
        hint("axis-of-the-mean")
    if not np.array_equal(points, before):
        hint("changed-in-place")
    shape = shape_of(returned)
    if shape[1:] == (2,) and shape[0] != len(points):
        hint("other-points", rows=len(points), answers=shape[0])
    made = array(returned, points.shape).astype("float64")
    if not np.isfinite(made).all():
        expect(False, "finite", found="nan, inf")
    spread = np.linalg.svd(made - made.mean(axis=0), compute_uv=False)
    if spread[1] < 1e-3 * spread[0]:
        hint("one-line")
    floor, floor_before = _floor(made, targets), _floor(points, targets)
    if floor > 1.02 * floor_before:
        hint("information-lost", floor=floor, floor_before=floor_before)
    if floor < 0.98 * floor_before:
        expect(False, "same-floor", found=f"{floor:.4f}", floor_before=floor_before)
    if _unexplained(points, made) > 0.1:
        hint("not-found-back")
    loss = _after_40_steps(made, targets)
    if not loss < 10:
        hint("diverges")
    if loss > 1.05 * floor and np.abs(made.mean(axis=0)).max() > 0.05:
        centre = ", ".join(f"{value:.2f}" for value in made.mean(axis=0))
        hint("not-centred", centre=centre)
    expect(loss <= 1.05 * floor, "expected", found=f"{loss / floor:.2f}", floor=floor)


@exercise("tape-logistic")
def logistic_step(answer: Callable[..., Any]) -> None:
    """One step of gradient descent on the mean cross-entropy of sigmoid(points W + b), in place; the loss before it."""
    source = np.random.default_rng(5)
    for count, spread, rate in ((40, 1, 1.7), (25, 2, 0.07)):
        points = source.normal(spread, spread, size=(count, 2)).astype("float32")
        noise = 0.7 * source.normal(size=(count, 1))
        targets = (points[:, :1] - points[:, 1:] + noise > 0.4).astype("float32")
        weights, bias = source.normal(0, 0.4, size=(2, 1)).astype("float32"), np.array([0.2 * spread], "float32")
        W, b = tf.Variable(weights), tf.Variable(bias)
        returned = _one_step(answer, points, targets, W, b, rate)
        _look_at_step(points, targets, weights, bias, rate, (W.numpy() - weights, b.numpy() - bias))
        _look_at_loss(returned, points, targets, weights, bias, (W.numpy(), b.numpy()))


def _one_step(answer: Callable[..., Any], *values: Any) -> Any:
    """Return what the answer gives; hints at a gradient that is None, and at a tape that is asked twice."""
    points, targets, *others = values
    try:
        return called(answer, points.copy(), targets.copy(), *others)
    except (TypeError, ValueError, AttributeError, RuntimeError) as error:
        if "type_value" in str(error) or "has no attribute '_id'" in str(error):
            hint("gradient-is-none")
        if "NoneType" in str(error) and ("operand" in str(error) or "convert a value" in str(error)):
            hint("gradient-is-none")
        if "No gradients" in str(error):
            hint("gradient-is-none")
        if "one set of gradients" in str(error):
            hint("tape-is-used-up")
        raise


def _sigmoid(linear: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-linear))


def _entropy(points: np.ndarray, targets: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Return the cross-entropy of each point, (n, 1)."""
    p = _sigmoid(points @ weights + bias)
    return -np.log(np.where(targets > 0.5, p, 1 - p))


def _look_at_step(
    points: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    rate: float,
    step: tuple[np.ndarray, np.ndarray],
) -> None:
    """Whether W and b have moved by what one step of gradient descent moves them; hints at other steps."""
    linear, count = points @ weights + bias, len(points)
    p = _sigmoid(linear)

    def slopes(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the gradients of W and b for that of x W + b, (n, 1)."""
        return points.T @ signal / count, signal.sum(axis=0) / count

    slope_w, slope_b = slopes(p - targets)

    def moved(by_w: np.ndarray, by_b: np.ndarray) -> bool:
        size = max(0.02, np.abs(by_w).max(), np.abs(by_b).max())
        return np.allclose(step[0], by_w, atol=0.03 * size) and np.allclose(step[1], by_b, atol=0.03 * size)

    def followed(signal: np.ndarray) -> bool:
        """Whether the step follows another loss, its mean or its sum."""
        by_w, by_b = slopes(signal)
        return any(moved(-factor * rate * by_w, -factor * rate * by_b) for factor in (1, count))

    if moved(-rate * slope_w, -rate * slope_b):
        return
    if moved(0 * slope_w, 0 * slope_b):
        hint("not-moved")
    if moved(-rate * slope_w, 0 * slope_b):
        hint("bias-not-moved")
    if moved(0 * slope_w, -rate * slope_b):
        hint("weights-not-moved")
    if moved(rate * slope_w, rate * slope_b):
        hint("uphill")
    if moved(-slope_w, -slope_b):
        hint("no-rate")
    if moved(-0.1 * slope_w, -0.1 * slope_b) or moved(-0.01 * slope_w, -0.01 * slope_b):
        hint("rate-not-read", rate=rate)
    if moved(-2 * rate * slope_w, -2 * rate * slope_b):
        hint("several-steps", steps=2)
    walked_w, walked_b, distances = weights, bias, {}
    for steps in range(1, 101):
        by_w, by_b = slopes(_sigmoid(points @ walked_w + walked_b) - targets)
        walked_w, walked_b = walked_w - rate * by_w, walked_b - rate * by_b
        if steps > 1 and moved(walked_w - weights, walked_b - bias):
            distances[steps] = np.abs(walked_w - weights - step[0]).max()
    if distances:
        hint("several-steps", steps=min(distances, key=lambda steps: distances[steps]))
    if any(moved(-rate / np.log(base) * slope_w, -rate / np.log(base) * slope_b) for base in (2, 10)):
        hint("other-base")
    if moved(-rate * count * slope_w, -rate * count * slope_b):
        hint("summed-loss", count=count)
    if moved(-rate * np.sign(slope_w), -rate * np.sign(slope_b)):
        hint("other-optimizer")
    if moved(-weights - rate * slope_w, -bias - rate * slope_b):
        hint("assigned-the-step")
    if followed(2 * (p - targets) * p * (1 - p)) or followed(2 * (linear - targets)):
        hint("squared-error")
    if followed(targets + p - 1):
        hint("classes-exchanged")
    if any(followed(signal) for signal in ((p - 1) * targets, p * (1 - targets), p - 1, p)):
        hint("only-one-class")
    if followed((_sigmoid(p) - targets) * p * (1 - p)):
        hint("sigmoid-twice")
    certain = np.clip(targets, 1e-7, 1 - 1e-7)
    if followed((np.log(1 - certain) - np.log(certain)) * p * (1 - p)):
        hint("swapped")
    clipped = np.clip(linear, 1e-7, 1 - 1e-7)
    inside = (linear > 1e-7) & (linear < 1 - 1e-7)
    if followed(np.where(inside, (clipped - targets) / (clipped * (1 - clipped)), 0)):
        hint("no-sigmoid")
    if not (np.isfinite(step[0]).all() and np.isfinite(step[1]).all()):
        hint("no-sigmoid")
    expect(
        False,
        "expected",
        found=f"{step[0][0, 0]:.4f}, {step[0][1, 0]:.4f}; {step[1][0]:.4f}",
        w_1=-rate * slope_w[0, 0],
        w_2=-rate * slope_w[1, 0],
        b=-rate * slope_b[0],
    )


def _look_at_loss(
    returned: Any,
    points: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    after: tuple[np.ndarray, np.ndarray],
) -> None:
    """Whether the loss from before the step came back."""
    losses = _entropy(points, targets, weights, bias)
    if isinstance(returned, (tuple, list)) and len(returned) > 1:
        hint("more-than-the-loss", count=len(returned))
    if np.size(returned) == len(points):
        hint("loss-of-each-point", count=len(points))
    value, loss = number(returned), losses.mean()
    if not abs(value - loss) < 3e-3:
        if abs(value - _entropy(points, targets, *after).mean()) < 2e-3:
            hint("loss-after")
        if abs(value - losses.sum()) < 2e-2:
            hint("loss-summed", count=len(points))
    expect(abs(value - loss) < 3e-3, "loss-before", found=f"{value:.4f}", loss=loss)
