"""Checks of lesson 08."""

import itertools
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from keras_beyond.exercises.machinery import exercise, expect, hint
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
            hint(
                zh="一階導數是 None：x 是一般的小數，先變成 Variable，或變成常數張量再 watch。看「算過的步驟錄在 tape 上」。",
                en='The first derivative is None: x is a plain float. Make a Variable of it, or a constant that is watched; see "The '
                'tape records the steps".',
            )
        if given[1] is None:
            hint(
                zh="二階導數是 None：求一階導數的那一行，要寫在外面那捲 tape 的區塊裡，外面那捲也要盯著 x。看蘋果那一節。",
                en="The second derivative is None: the line that takes the first one has to stand inside the block of the outer tape, "
                "and the outer tape has to watch x as well. See the apple.",
            )
        made = number(given[0]), number(given[1])
        if np.allclose(made, (second, first), atol=1e-2):
            hint(
                zh="兩個都算對了，順序反了：先一階，再二階。",
                en="Both are right, in the wrong order: the first derivative comes first.",
            )
        if np.allclose(made, (first, first), atol=1e-2):
            hint(
                zh="你把一階導數傳回了兩次：第二個要對一階導數再求一次梯度。",
                en="That is the first derivative twice: for the second, take the gradient of the first derivative.",
            )
        if np.allclose(made, (float(f(tf.constant(x))), first), atol=1e-2):
            hint(
                zh="你傳回的是函數值和一階導數，各少了一階。",
                en="Those are the value of f and its first derivative: both are one order short.",
            )
        expect(
            np.allclose(made, (first, second), atol=1e-2),
            zh=f"{name} 在 x = {x}：{first:.3f} 和 {second:.3f}",
            en=f"{first:.3f} and {second:.3f} for {name} at x = {x}",
            found=f"{made[0]:.3f} and {made[1]:.3f}",
        )


@exercise("tape-none")
def none_gradients(answer: object) -> None:
    """The letters of the gradients that are None: B, D, E."""
    try:
        letters = {letter for part in itertools.islice(answer, 20) for letter in str(part).upper() if letter.isalpha()}
    except Exception:  # no container
        letters = set()
    if not letters or not letters <= set("ABCDE"):
        expect(False, zh='幾個字母，例如 ["A", "B"]', en='letters such as ["A", "B"]', found=describe(answer))
    if letters == set("AC"):
        hint(
            zh="你列的是有梯度的那些，要列的是 None 的。",
            en="These are the ones that do have a gradient; list those that are None.",
        )
    if "C" in letters:
        hint(
            zh="C 有路可走：ReLU 在負數那邊是平的，斜率是 0，不是 None。",
            en="C has a way back: ReLU is flat on the negative side, so its slope is 0, which is not None.",
        )
    if "A" in letters:
        hint(
            zh="A：p 是 Variable，z 也在區塊裡算的，梯度是 3。",
            en="A: p is a Variable and z was computed in the block, so there is a gradient, 3.",
        )
    if "B" not in letters:
        hint(
            zh="再看一次 B：q 是 Variable 嗎？有人 watch 它嗎？",
            en="Look at B again: is q a Variable? Does anybody watch it?",
        )
    if "D" not in letters:
        hint(
            zh="再看一次 D：比較的結果是一階一階跳的。看 None 那一節的「a comparison」。",
            en='Look at D again: the result of a comparison goes in jumps. See "a comparison" in the section on None.',
        )
    if "E" not in letters:
        hint(
            zh="再看一次 E：.numpy() 之後，tape 還跟得上嗎？",
            en="Look at E again: can the tape follow past .numpy()?",
        )


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
            hint(
                zh=f"給了 {rows} 點，傳回 {shape[0]} 個答案：函式裡還在讀外面的變數，而不是引數 points。",
                en=f"{rows} points went in and {shape[0]} answers came out: the function still reads a variable from outside and not "
                "its argument points.",
            )
        made = array(given, (rows, 1))
        if np.allclose(made, points @ weights, atol=2e-2):
            hint(zh="少了 b。", en="The b is missing.")
        expect(
            np.allclose(made, points @ weights + bias, atol=2e-2),
            zh=f"傳進去的 points、W、b 算出來的 points W + b，第一個是 {(points @ weights + bias)[0, 0]:.3f}",
            en="points W + b with the points, W and b that were passed, the first of them "
            f"{(points @ weights + bias)[0, 0]:.3f}",
            found=f"{made[0, 0]:.3f}",
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
        hint(
            zh="你的函式改到了傳進來的陣列：points -= ... 會就地修改，改寫成 points - ...。",
            en="Your function changed the array that it was given: points -= ... works in place; write points - ... instead.",
        )
    made = array(given, points.shape).astype("float64")
    if not np.isfinite(made).all():
        expect(False, zh="有限的數字", en="finite numbers", found="nan or inf")
    spread = np.linalg.svd(made - made.mean(axis=0), compute_uv=False)
    if spread[1] < 1e-3 * spread[0]:
        hint(
            zh="換算後的點全落在一條線上，兩個座標說的是同一件事，資訊丟了一半。減平均數的軸是不是寫成了 axis=1？",
            en="The new points all lie on one line: both coordinates say the same, and half of the information is lost. Was the mean "
            "taken with axis=1?",
        )
    floor, floor_before = _floor(made, targets), _floor(points, targets)
    if floor > 1.02 * floor_before:
        hint(
            zh=f"資訊不見了：換算後的底是 {floor:.4f}，原來是 {floor_before:.4f}。平移、縮放不會改變底，別的換算可能會。",
            en=f"Information was lost: the floor is now {floor:.4f} and was {floor_before:.4f}. Shifting and scaling leave the floor "
            "alone; other conversions may not.",
        )
    if floor < 0.98 * floor_before:
        expect(
            False,
            zh=f"底和原來一樣，{floor_before:.4f}（平移、縮放）",
            en=f"the same floor as before, {floor_before:.4f} (shift and scale)",
            found=f"{floor:.4f}",
        )
    loss = _after_40_steps(made, targets)
    if not loss < 10:
        hint(
            zh="發散了：座標放大，曲率也跟著放大，0.1 就超過學習率的界線了。",
            en="It diverges: larger coordinates mean larger curvatures, and 0.1 is then beyond the limit of the learning rate.",
        )
    if loss > 1.05 * floor and np.abs(made.mean(axis=0)).max() > 0.05:
        centre = ", ".join(f"{value:.2f}" for value in made.mean(axis=0))
        hint(
            zh=f"點的中心在 ({centre})，還沒到原點，W 一動 b 還是得跟著動。",
            en=f"The points lie around ({centre}), not yet around the origin: when W moves, b still has to follow.",
        )
    expect(
        loss <= 1.05 * floor,
        zh=f"40 步之後的損失不超過底 ({floor:.4f}) 的 1.05 倍；點太擠，曲率就小，走得也慢",
        en=f"a loss of at most 1.05 times the floor ({floor:.4f}) after 40 steps; crowded points have small curvatures, "
        "which is slow",
        found=f"{loss / floor:.2f}",
    )


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
        hint(
            zh="W 和 b 都沒有動：W = W - ... 只是給一個新的張量取名叫 W，要用 assign_sub 改原來的 Variable。",
            en="W and b have not moved: W = W - ... only gives the name W to a new tensor. Change the Variable itself with assign_sub.",
        )
    if moved(-rate * slope_w, 0 * slope_b):
        hint(zh="W 動了，b 沒有動。", en="W has moved, and b has not.")
    if moved(rate * slope_w, rate * slope_b):
        hint(
            zh="方向反了：要減掉梯度，損失才會降。",
            en="That is uphill: subtract the gradient, and the loss falls.",
        )
    if moved(-slope_w, -slope_b):
        hint(zh="步伐沒有乘上學習率。", en="The stride was not multiplied by the learning rate.")
    if moved(-rate * len(points) * slope_w, -rate * len(points) * slope_b):
        hint(
            zh=f"步伐大了 {len(points)} 倍：求梯度的損失要是平均的一個數。tape 遇到一筆一個的損失（例如 "
            "keras.losses.binary_crossentropy 傳回的），會全部加起來。",
            en=f"The stride is {len(points)} times too long: take the gradient of one number, the mean. Given one loss per point (as "
            "keras.losses.binary_crossentropy returns), the tape adds them all up.",
        )
    square = 2 * (p - targets) * p * (1 - p) / len(points)
    if any(moved(*(-rate * one for one in slopes(s))) for s in (square, 2 * (linear - targets) / len(points))):
        hint(
            zh="這一步走的還是均方誤差，要換成交叉熵。",
            en="This step still follows the mean squared error; the loss is to be the cross-entropy.",
        )
    certain = np.clip(targets, 1e-7, 1 - 1e-7)
    swapped = (np.log(1 - certain) - np.log(certain)) * p * (1 - p) / len(points)
    if moved(*(-rate * one for one in slopes(swapped))):
        hint(
            zh="Keras 的損失先放正確答案，再放預測，你的好像反了。",
            en="Keras's losses take the truth first and the prediction second; yours seem to be swapped.",
        )
    clipped = np.clip(linear, 1e-7, 1 - 1e-7)
    inside = (linear > 1e-7) & (linear < 1 - 1e-7)
    raw = np.where(inside, (clipped - targets) / (clipped * (1 - clipped)), 0) / len(points)
    if moved(*(-rate * one for one in slopes(raw))) or not (np.isfinite(step_w).all() and np.isfinite(step_b).all()):
        hint(
            zh="交叉熵要的是機率，x W + b 卻可能小於 0 或大於 1：先過 sigmoid（或用 from_logits=True）。",
            en="Cross-entropy wants probabilities, and x W + b may be below 0 or above 1: put it through a sigmoid first (or use "
            "from_logits=True).",
        )
    expect(
        moved(-rate * slope_w, -rate * slope_b),
        zh=f"W 動 {-rate * slope_w[0, 0]:.4f}, {-rate * slope_w[1, 0]:.4f}，b 動 {-rate * slope_b[0]:.4f}",
        en=f"W to move by {-rate * slope_w[0, 0]:.4f}, {-rate * slope_w[1, 0]:.4f} and b by {-rate * slope_b[0]:.4f}",
        found=f"{step_w[0, 0]:.4f}, {step_w[1, 0]:.4f}; {step_b[0]:.4f}",
    )
    expect(
        abs(number(given) - loss) < 5e-3,
        zh=f"傳回這一步之前的損失 {loss:.4f}",
        en=f"the loss from before the step, {loss:.4f}",
        found=f"{number(given):.4f}",
    )
