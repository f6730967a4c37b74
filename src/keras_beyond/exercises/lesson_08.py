"""Checks of lesson 08."""

import itertools
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from keras_beyond.exercises.checking import exercise, expect, hint
from keras_beyond.exercises.reading import array, called, describe, items, number


@exercise("tape-derivatives")
def derivatives(answer: Callable[[Callable[[tf.Tensor], tf.Tensor], float], object]) -> None:
    """A function of f and a float x: first and second derivative of f at x."""
    cases = [
        ("x ** 3", lambda x: x**3, 1.5, 6.75, 9.0),
        ("sin(x)", tf.sin, 0.5, np.cos(0.5), -np.sin(0.5)),
        ("exp(2 x)", lambda x: tf.exp(2 * x), 0.25, 2 * np.exp(0.5), 4 * np.exp(0.5)),
    ]
    for name, f, x, first, second in cases:
        try:
            given = items(called(answer, f, x), 2)
        except (TypeError, ValueError) as error:
            # the outer tape is asked for the gradient of None, or a tape to watch a float
            if "received None" not in str(error) and "of type 'float'" not in str(error):
                raise
            given = [None, None]
        if given[0] is None:
            hint("first-is-none")
        if given[1] is None:
            hint("second-is-none")
        made = number(given[0]), number(given[1])
        if np.allclose(made, (second, first), atol=1e-2):
            hint("wrong-order")
        if np.allclose(made, (first, first), atol=1e-2):
            hint("first-twice")
        if np.allclose(made, (float(f(tf.constant(x))), first), atol=1e-2):
            hint("one-order-short")
        expect(
            np.allclose(made, (first, second), atol=1e-2),
            "expected",
            found=f"{made[0]:.3f} and {made[1]:.3f}",
            name=name,
            x=x,
            first=first,
            second=second,
        )


@exercise("tape-none")
def none_gradients(answer: object) -> None:
    """The letters of the gradients that are None: B, D, E."""
    try:
        letters = {letter for part in itertools.islice(answer, 20) for letter in str(part).upper() if letter.isalpha()}
    except Exception:  # no container
        letters = set()
    if not letters or not letters <= set("ABCDE"):
        expect(False, "letters", found=describe(answer))
    if letters == set("AC"):
        hint("reversed")
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


@exercise("tape-global")
def mended_scores(answer: Callable[[object, object, object], object]) -> None:
    """A function of points (n, 2), W (2, 1) and b (1,): points W + b."""
    source = np.random.default_rng(8)
    for rows in (5, 3):
        points = source.normal(size=(rows, 2)).astype("float32")
        weights = source.normal(size=(2, 1)).astype("float32")
        bias = np.array([2.5], "float32")
        given = called(answer, points.copy(), tf.Variable(weights), tf.Variable(bias))
        shape = np.shape(given)
        if shape and shape[0] != rows:
            hint("outer-points", rows=rows, answers=shape[0])
        made = array(given, (rows, 1))
        if np.allclose(made, points @ weights, atol=2e-2):
            hint("bias-missing")
        expect(
            np.allclose(made, points @ weights + bias, atol=2e-2),
            "expected",
            found=f"{made[0, 0]:.3f}",
            first=(points @ weights + bias)[0, 0],
        )


def _floor(points: np.ndarray, targets: np.ndarray) -> float:
    table = np.hstack([points, np.ones((len(points), 1))])
    best = np.linalg.lstsq(table, targets, rcond=None)[0]
    return float(np.mean((table @ best - targets) ** 2))


def _after_40_steps(points: np.ndarray, targets: np.ndarray) -> float:
    """The loss after 40 steps of learning rate 0.1 from the lesson's start."""
    table = np.hstack([points, np.ones((len(points), 1))])
    parameters = np.array([[1.0], [0.7], [0.0]])
    for _ in range(40):
        parameters = parameters - 0.1 * 2 / len(table) * table.T @ (table @ parameters - targets)
    return float(np.mean((table @ parameters - targets) ** 2))


@exercise("tape-valley")
def prepare(answer: Callable[[np.ndarray], object]) -> None:
    """A function of points (n, 2): an invertible affine map of them on which 40 steps reach the floor."""
    source = np.random.default_rng(11)
    cloud = source.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 1200, method="cholesky")
    points = (cloud + np.repeat([[0, 3], [3, 0]], 600, axis=0)).astype("float32")
    targets = np.repeat([[0.0], [1.0]], 600, axis=0)
    before = points.copy()
    given = called(answer, points)
    if not np.array_equal(points, before):
        hint("changed-in-place")
    made = array(given, points.shape).astype("float64")
    if not np.isfinite(made).all():
        expect(False, "finite", found="nan or inf")
    spread = np.linalg.svd(made - made.mean(axis=0), compute_uv=False)
    if spread[1] < 1e-3 * spread[0]:
        hint("one-line")
    floor, floor_before = _floor(made, targets), _floor(points, targets)
    if floor > 1.02 * floor_before:
        hint("information-lost", floor=floor, floor_before=floor_before)
    if floor < 0.98 * floor_before:
        expect(False, "same-floor", found=f"{floor:.4f}", floor_before=floor_before)
    loss = _after_40_steps(made, targets)
    if not loss < 10:
        hint("diverges")
    if loss > 1.05 * floor and np.abs(made.mean(axis=0)).max() > 0.05:
        centre = ", ".join(f"{value:.2f}" for value in made.mean(axis=0))
        hint("not-centred", centre=centre)
    expect(loss <= 1.05 * floor, "expected", found=f"{loss / floor:.2f}", floor=floor)


@exercise("tape-logistic")
def logistic_step(answer: Callable[..., object]) -> None:
    """One step of gradient descent on the mean cross-entropy of sigmoid(points W + b), in place; the loss before it."""
    source = np.random.default_rng(5)
    points = source.normal(size=(40, 2)).astype("float32")
    targets = (points[:, :1] - points[:, 1:] + 0.7 * source.normal(size=(40, 1)) > 0.4).astype("float32")
    weights, bias, rate = np.array([[0.3], [0.5]], "float32"), np.array([0.2], "float32"), 0.5

    def slopes(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return points.T @ signal, signal.sum(axis=0)

    linear = points @ weights + bias
    p = 1 / (1 + np.exp(-linear))
    loss = float(np.mean(-np.log(np.where(targets > 0.5, p, 1 - p))))
    slope_w, slope_b = slopes((p - targets) / len(points))

    W, b = tf.Variable(weights), tf.Variable(bias)
    given = called(answer, points.copy(), targets.copy(), W, b, rate)
    step_w, step_b = W.numpy() - weights, b.numpy() - bias

    def moved(by_w: np.ndarray, by_b: np.ndarray) -> bool:
        return np.allclose(step_w, by_w, atol=3e-3) and np.allclose(step_b, by_b, atol=3e-3)

    if moved(0 * slope_w, 0 * slope_b):
        hint("not-moved")
    if moved(-rate * slope_w, 0 * slope_b):
        hint("bias-not-moved")
    if moved(rate * slope_w, rate * slope_b):
        hint("uphill")
    if moved(-slope_w, -slope_b):
        hint("no-rate")
    if moved(-rate * len(points) * slope_w, -rate * len(points) * slope_b):
        hint("summed-loss", count=len(points))
    square = 2 * (p - targets) * p * (1 - p) / len(points)
    if any(moved(*(-rate * one for one in slopes(s))) for s in (square, 2 * (linear - targets) / len(points))):
        hint("squared-error")
    certain = np.clip(targets, 1e-7, 1 - 1e-7)
    swapped = (np.log(1 - certain) - np.log(certain)) * p * (1 - p) / len(points)
    if moved(*(-rate * one for one in slopes(swapped))):
        hint("swapped")
    clipped = np.clip(linear, 1e-7, 1 - 1e-7)
    inside = (linear > 1e-7) & (linear < 1 - 1e-7)
    raw = np.where(inside, (clipped - targets) / (clipped * (1 - clipped)), 0) / len(points)
    if moved(*(-rate * one for one in slopes(raw))) or not (np.isfinite(step_w).all() and np.isfinite(step_b).all()):
        hint("no-sigmoid")
    expect(
        moved(-rate * slope_w, -rate * slope_b),
        "expected",
        found=f"{step_w[0, 0]:.4f}, {step_w[1, 0]:.4f}; {step_b[0]:.4f}",
        w_1=-rate * slope_w[0, 0],
        w_2=-rate * slope_w[1, 0],
        b=-rate * slope_b[0],
    )
    expect(abs(number(given) - loss) < 5e-3, "loss-before", found=f"{number(given):.4f}", loss=loss)
