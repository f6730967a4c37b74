"""Answers to the exercises of lesson 08."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from answers import Answers

Tensor = tf.Tensor
Function = Callable[[Tensor], Tensor]


def by_variable(f: Function, x: float) -> tuple[Tensor, Tensor]:
    x = tf.Variable(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            value = f(x)
        first = inner.gradient(value, x)
    return first, outer.gradient(first, x)


def by_watching(f: Function, x: float) -> list[float]:
    x = tf.constant(x)
    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        outer.watch(x)
        inner.watch(x)
        first = inner.gradient(f(x), x)
    return [float(first), float(outer.gradient(first, x))]


def by_one_persistent_tape(f: Function, x: float) -> np.ndarray:
    x = tf.constant([[x]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        first = tape.gradient(f(x), x)
    return np.array([first.numpy().item(), tape.gradient(first, x).numpy().item()])


def by_differences(f: Function, x: float) -> tuple[float, float]:
    h = 1e-4
    low, middle, high = (float(f(tf.constant(x + step, "float64"))) for step in (-h, 0, h))
    return (high - low) / (2 * h), (high - 2 * middle + low) / h**2


def unwatched(f: Function, x: float) -> tuple[object, object]:
    x = tf.constant(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            value = f(x)
        first = inner.gradient(value, x)
    return first, outer.gradient(first, x)


def not_nested(f: Function, x: float) -> tuple[object, object]:
    x = tf.Variable(x)
    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        value = f(x)
    first = inner.gradient(value, x)
    return first, outer.gradient(first, x)


def by_layer(points: object, W: tf.Variable, b: tf.Variable) -> Tensor:
    layer = layers.Dense(1)
    layer.build((None, 2))
    layer.set_weights([W.numpy(), b.numpy()])
    return layer(points)


class Scores:
    def __call__(self, points: object, W: object, b: object) -> np.ndarray:
        return np.array([[p[0] * W[0, 0] + p[1] * W[1, 0] + b[0]] for p in np.asarray(points)])


def whitened(points: np.ndarray) -> np.ndarray:
    centred = points - points.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(centred.T))
    return centred @ vectors / np.sqrt(values)


def centred_in_place(points: np.ndarray) -> np.ndarray:
    points -= points.mean(axis=0)
    return points


Loss = Callable[[Tensor, Tensor], Tensor]  # of targets and x W + b


def by_hand(targets: Tensor, linear: Tensor) -> Tensor:
    p = tf.sigmoid(linear)
    return tf.reduce_mean(-tf.math.log(tf.where(targets > 0.5, p, 1 - p)))


def without_second_axis(targets: Tensor, linear: Tensor) -> Tensor:
    return tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(targets[:, 0] + 0 * linear, linear + 0 * targets[:, 0])
    )


def from_logits(targets: Tensor, linear: Tensor) -> Tensor:
    return keras.losses.BinaryCrossentropy(from_logits=True)(targets, linear)


def step(loss_of: Loss, *, sign: float = 1, move_b: bool = True, give_back: str = "before") -> Callable[..., object]:
    def logistic_step(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> object:
        with tf.GradientTape() as tape:
            loss = loss_of(targets, tf.matmul(points, W) + b)
        slope_w, slope_b = tape.gradient(loss, [W, b])
        W.assign_sub(sign * rate * slope_w)
        if move_b:
            b.assign_sub(sign * rate * slope_b)
        after = loss_of(targets, tf.matmul(points, W) + b)
        return {"before": loss, "after": after, "nothing": None}[give_back]

    return logistic_step


def by_optimizer(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> float:
    with tf.GradientTape() as tape:
        p = keras.ops.sigmoid(keras.ops.matmul(points, W) + b)
        loss = keras.ops.mean(keras.losses.binary_crossentropy(targets, p))
    slopes = tape.gradient(loss, [W, b])
    keras.optimizers.SGD(learning_rate=rate).apply(slopes, [W, b])
    return float(loss)


def by_numpy(points: np.ndarray, targets: np.ndarray, W: tf.Variable, b: tf.Variable, rate: float) -> np.floating:
    p = 1 / (1 + np.exp(-(points @ W.numpy() + b.numpy())))
    W.assign(W - rate * points.T @ (p - targets) / len(points))
    b.assign(b - rate * (p - targets).mean(axis=0))
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


def renamed(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> object:
    with tf.GradientTape() as tape:
        loss = by_hand(targets, tf.matmul(points, W) + b)
    slope_w, slope_b = tape.gradient(loss, [W, b])
    W, b = W - rate * slope_w, b - rate * slope_b
    return loss


def without_rate(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> object:
    return step(by_hand)(points, targets, W, b, 1.0)


def by_assign(points: object, targets: object, weight: tf.Variable, bias: tf.Variable, learning_rate: float) -> float:
    with tf.GradientTape(persistent=True) as tape:
        p = 1 / (1 + tf.exp(-(points @ weight + bias)))
        loss = -tf.reduce_sum(targets * tf.math.log(p) + (1 - targets) * tf.math.log(1 - p)) / len(points)
    for one in (weight, bias):
        one.assign(one - learning_rate * tape.gradient(loss, one))
    return loss.numpy().item()


def by_side(points: object) -> object:
    """New coordinates of which the first all but names the class."""
    return np.stack([np.sign(points[:, 0] - points[:, 1]), points[:, 0]], axis=1)


def by_keras_variable(f: Function, x: float) -> dict[str, Tensor]:
    x = keras.Variable(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            value = f(x)
        first = inner.gradient(value, x)
    return {"first": first, "second": outer.gradient(first, x)}


def by_float64(f: Function, x: float) -> tuple[np.ndarray, np.ndarray]:
    x = tf.constant(x, "float64")
    with tf.GradientTape(watch_accessed_variables=False) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            value = f(x)
        first = inner.gradient(value, x)
    return first.numpy(), outer.gradient(first, x).numpy()


def by_many_at_once(f: Function, x: float) -> np.ndarray:
    """Both derivatives in float16, from a vector of one."""
    x = tf.Variable([x])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            value = f(x)
        first = inner.gradient(value, x)
    return np.array([first, outer.gradient(first, x)], "float16")


def to_plain_number(f: Function, x: float) -> tuple[object, object]:
    x = tf.Variable(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            value = f(x)
        first = float(inner.gradient(value, x))
    return first, outer.gradient(first, x)


def of_a_plain_number(f: Function, x: float) -> tuple[object, object]:
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            value = f(x)
        first = inner.gradient(value, x)
    return first, outer.gradient(first, x)


def asked_twice(f: Function, x: float) -> tuple[object, object]:
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        value = f(x)
    first = tape.gradient(value, x)
    return first, tape.gradient(first, x)


def of_a_whole_number(f: Function, x: float) -> tuple[object, object]:
    return by_variable(lambda x: f(tf.cast(x, "float32")), int(x))


def normalized(points: np.ndarray) -> object:
    layer = layers.Normalization()
    layer.adapt(points)
    return layer(points)


def with_noise(points: np.ndarray) -> np.ndarray:
    """A first coordinate that is all the line needs, and a second that is chance."""
    score = (points - points.mean(axis=0)) @ [1, -1]
    return np.stack([score, np.random.default_rng(3).normal(size=len(points))], axis=1)


def logistic_by(signal_of: object, value_of: object = None) -> Callable[..., object]:
    """A step along another gradient of x W + b, or another value returned."""

    def logistic_step(points: np.ndarray, targets: np.ndarray, W: tf.Variable, b: tf.Variable, rate: float) -> object:
        p = 1 / (1 + np.exp(-(points @ W.numpy() + b.numpy())))
        loss = -np.log(np.where(targets > 0.5, p, 1 - p))
        signal = signal_of(p, targets)
        W.assign_sub(rate * points.T @ signal / len(points))
        b.assign_sub(rate * signal.mean(axis=0))
        return value_of(loss) if value_of else loss.mean()

    return logistic_step


def plain(p: np.ndarray, targets: np.ndarray) -> np.ndarray:
    return p - targets


def with_rate(factor: float) -> Callable[..., object]:
    """Walks with a learning rate of its own."""
    return lambda points, targets, W, b, rate: step(by_hand)(points, targets, W, b, factor)


def two_steps(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> object:
    loss = step(by_hand)(points, targets, W, b, rate)
    step(by_hand)(points, targets, W, b, rate)
    return loss


def one_after_the_other(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> object:
    """Moves W first, and b by the gradient at the new W."""
    loss = step(by_hand)(points, targets, W, tf.Variable(b), rate)
    step(by_hand)(points, targets, tf.Variable(W), b, rate)
    return loss


def only_b(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> object:
    return step(by_hand)(points, targets, tf.Variable(W), b, rate)


def by_adam(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> object:
    with tf.GradientTape() as tape:
        loss = by_hand(targets, tf.matmul(points, W) + b)
    keras.optimizers.Adam(rate).apply_gradients(zip(tape.gradient(loss, [W, b]), [W, b], strict=True))
    return loss


def replaced(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> object:
    with tf.GradientTape() as tape:
        loss = by_hand(targets, tf.matmul(points, W) + b)
    for variable, slope in zip((W, b), tape.gradient(loss, [W, b]), strict=True):
        variable.assign(-rate * slope)
    return loss


def outside_the_block(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> object:
    with tf.GradientTape() as tape:
        linear = tf.matmul(points, W) + b
    loss = by_hand(targets, linear)
    W.assign_sub(rate * tape.gradient(loss, W))
    return loss


def tape_asked_twice(points: object, targets: object, W: tf.Variable, b: tf.Variable, rate: float) -> object:
    with tf.GradientTape() as tape:
        loss = by_hand(targets, tf.matmul(points, W) + b)
    W.assign_sub(rate * tape.gradient(loss, W))
    b.assign_sub(rate * tape.gradient(loss, b))
    return loss


outer_W, outer_b = tf.Variable([[0.3], [0.5]]), tf.Variable([0.1])


ANSWERS = {
    "tape-derivatives": Answers(
        right=[
            lambda: by_variable,
            lambda: by_watching,
            lambda: by_one_persistent_tape,
            lambda: by_differences,
            lambda: lambda f, x: tf.stack(by_variable(f, x)),
            lambda: lambda f, x: (one for one in by_variable(f, x)),
            lambda: by_keras_variable,
            lambda: by_float64,
            lambda: by_many_at_once,
            lambda: lambda f, x: map(float, by_variable(f, x)),
            lambda: lambda function, at=0.0: [*by_watching(function, at)],
        ],
        foreseen={
            "The first derivative is None": lambda: unwatched,
            "The second derivative is None": lambda: not_nested,
            "A tape was given a plain number": lambda: to_plain_number,
            "you called x as the function": lambda: lambda x, f: by_variable(f, x),
            "That is one number": lambda: lambda f, x: by_variable(f, x)[0],
            "three things": lambda: lambda f, x: (f(tf.constant(x)), *by_variable(f, x)),
            "The square of the first": lambda: lambda f, x: (by_variable(f, x)[0], by_variable(f, x)[0] ** 2),
            "asked twice": lambda: asked_twice,
            "takes 2 arguments;": lambda: lambda x: by_variable(tf.sin, x),
            "in the wrong order": lambda: lambda f, x: by_variable(f, x)[::-1],
            "the first derivative twice": lambda: lambda f, x: [by_variable(f, x)[0]] * 2,
            "one order short": lambda: lambda f, x: (f(tf.constant(x)), by_variable(f, x)[0]),
            "returned nothing": lambda: lambda f, x: print(end=""),
        },
        unforeseen=[
            lambda: lambda f, x: (1.0, 2.0),
            lambda: lambda f, x: (2 * x, 2.0),
            lambda: lambda f, x: "two",
            lambda: lambda f, x: [by_variable(f, abs(x))[0], by_variable(f, x)[1]],
        ],
    ),
    "tape-none": Answers(
        right=[
            lambda: ["B", "D", "E"],
            lambda: "bde",
            lambda: {"E", "D", "B"},
            lambda: np.array(["b", "d", "e"]),
            lambda: ("d", "e", "b"),
            lambda: "B, D, E",
            lambda: {"B": "a constant", "D": "a comparison", "E": "NumPy"},
            lambda: [" b", "D ", "e"],
            lambda: (letter for letter in "BDE"),
            lambda: map(str.lower, "BDE"),
            lambda: "B, D and E",
            lambda: "B、D、E",
            lambda: {"A": 3.0, "B": None, "C": 0.0, "D": None, "E": None},
            lambda: {"A": False, "B": True, "C": False, "D": True, "E": True},
            lambda: frozenset("bde"),
            lambda: tf.constant(["B", "D", "E"]),
            lambda: [["B"], ["D"], ["E"]],
            lambda: np.array(list("BDE"), dtype=object),
        ],
        foreseen={
            "its slope is 0": lambda: ["B", "C", "D", "E"],
            "there is a gradient, 3": lambda: ("A", "B", "D", "E"),
            "is q a Variable": lambda: ["D", "E"],
            "goes in jumps": lambda: ["B", "E"],
            "past .numpy()": lambda: ["B", "D"],
            "do have a gradient": lambda: ["A", "C"],
            "All five are listed": lambda: list("ABCDE"),
        },
        unforeseen=[lambda: ["X"], lambda: 3, lambda: [], lambda: ["z", "q"], lambda: [None] * 3, lambda: [1, 3, 4]],
    ),
    "tape-global": Answers(
        right=[
            lambda: lambda points, W, b: tf.matmul(points, W) + b,
            lambda: lambda points, W, b: keras.ops.add(points @ W, b),
            lambda: lambda points, W, b: np.asarray(points) @ W.numpy() + b.numpy(),
            lambda: by_layer,
            Scores,
            lambda: tf.function(lambda points, W, b: tf.matmul(points, W) + b),
            lambda: lambda points, W, b: (points @ W.numpy() + b.numpy()).tolist(),
            lambda: lambda points, W, b: tf.linalg.matmul(points, W) + tf.reshape(b, (1, 1)),
            lambda: lambda points, W, b: keras.ops.sum(points * keras.ops.transpose(W), axis=1, keepdims=True) + b,
            lambda: lambda points, W, b: ([float(one[0])] for one in tf.matmul(points, W) + b),
            lambda: lambda points, W, b: tf.einsum("nk,kj->nj", points, W) + b[None],
            lambda: lambda points, W, b: tf.cast(tf.tensordot(points, W, 1) + b, "float64"),
        ],
        foreseen={
            "reads a variable from outside": lambda: lambda points, W, b: tf.matmul(np.ones((9, 2), "float32"), W) + b,
            "A single number": lambda: lambda points, W, b: tf.reduce_sum(tf.matmul(points, W) + b),
            "lacks an axis": lambda: lambda points, W, b: (tf.matmul(points, W) + b)[:, 0],
            "Two numbers came out": lambda: lambda points, W, b: points * W[:, 0] + b,
            "The argument W was changed": lambda: lambda points, W, b: tf.matmul(points, outer_W) + b,
            "The argument b was changed": lambda: lambda points, W, b: tf.matmul(points, W) + outer_b,
            "The argument points was changed": lambda: (
                lambda points, W, b: tf.matmul(np.ones((99, 2), "float32")[: len(points)], W) + b
            ),
            "True and False": lambda: lambda points, W, b: tf.matmul(points, W) + b > 0.5,
            "a sigmoid as well": lambda: lambda points, W, b: tf.sigmoid(tf.matmul(points, W) + b),
            "takes 3 arguments;": lambda: lambda points: tf.matmul(points, outer_W) + outer_b,
            "The b is missing": lambda: lambda points, W, b: tf.matmul(points, W),
            "returned nothing": lambda: lambda points, W, b: print(end=""),
        },
        unforeseen=[
            lambda: lambda points, W, b: tf.matmul(points, W) - b,
            lambda: lambda points, W, b: 2 * (tf.matmul(points, W) + b),
            lambda: lambda points, W, b: "scores",
            lambda: lambda points, W, b: tf.transpose(tf.matmul(points, W) + b),
            lambda: lambda points, W, b: (tf.matmul(points, W), b),
            lambda: lambda points, W, b: tf.matmul(points, tf.abs(W)) + b,
        ],
    ),
    "tape-valley": Answers(
        right=[
            lambda: lambda points: points - points.mean(axis=0),
            lambda: lambda points: (points - points.mean(axis=0)) / points.std(axis=0),
            lambda: lambda points: tf.convert_to_tensor(points) - tf.reduce_mean(points, axis=0),
            lambda: lambda points: points - np.median(points, axis=0),
            lambda: lambda points: points - 1.5,
            lambda: lambda points: [[float(x) - 1.5, float(y) - 1.5] for x, y in points],
            lambda: whitened,
            lambda: lambda points: layers.LayerNormalization(axis=0, center=False, scale=False)(points),
            lambda: lambda points: keras.ops.subtract(points, keras.ops.mean(points, axis=0))[:, ::-1],
            lambda: normalized,
            lambda: lambda points: layers.BatchNormalization()(points, training=True),
            lambda: lambda points: (row - points.mean(axis=0) for row in points),
            lambda: lambda points: (points - points.mean(axis=0)).astype("float16"),
            lambda: lambda points: (points - points.mean(axis=0)) @ np.array([[0.6, -0.8], [0.8, 0.6]]),
            lambda: lambda points, centre=1.5: np.add(points, -centre),
        ],
        foreseen={
            "changed the array": lambda: centred_in_place,
            "lie on one line": lambda: lambda points: points - points.mean(axis=1, keepdims=True),
            "Information was lost": lambda: lambda points: np.ones_like(points),
            "It diverges": lambda: lambda points: 3 * (points - points.mean(axis=0)),
            "The shapes do not fit": lambda: lambda points: points - points.mean(axis=1),
            "not data from outside": lambda: lambda points: np.zeros((2000, 2)) + points[0],
            "cannot be found back": lambda: with_noise,
            "takes 1 argument;": lambda: lambda points, targets: points - points.mean(axis=0),
            "not yet around the origin": lambda: lambda points: points / 2,
            "returned nothing": lambda: lambda points: print(end=""),
        },
        unforeseen=[
            lambda: lambda points: 0.2 * (points - points.mean(axis=0)),
            lambda: lambda points: points.T,
            lambda: lambda points: (points - points.mean(axis=0)) / 6,
            lambda: lambda points: np.log(points - 100),
            lambda: by_side,
        ],
    ),
    "tape-logistic": Answers(
        right=[
            lambda: step(by_hand),
            lambda: step(from_logits),
            lambda: step(lambda t, z: tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(t, z))),
            lambda: tf.function(step(by_hand)),
            lambda: by_optimizer,
            lambda: by_numpy,
            lambda: by_assign,
            lambda: step(lambda t, z: keras.ops.mean(keras.losses.binary_crossentropy(t, z, from_logits=True))),
            lambda: step(lambda t, z: keras.losses.BinaryCrossentropy()(t, keras.layers.Activation("sigmoid")(z))),
            lambda: step(lambda t, z: tf.reduce_mean(tf.nn.softplus(z) - t * z)),
            lambda: logistic_by(plain),
            lambda: logistic_by(plain, lambda losses: [losses.mean()]),
            lambda: logistic_by(plain, lambda losses: np.float16(losses.mean())),
        ],
        foreseen={
            "have not moved": lambda: renamed,
            "b has not": lambda: step(by_hand, move_b=False),
            "uphill": lambda: step(by_hand, sign=-1),
            "W has not": lambda: only_b,
            "not multiplied": lambda: without_rate,
            "is written out": lambda: with_rate(0.1),
            "2 steps": lambda: two_steps,
            "as with Adam": lambda: by_adam,
            "become the step itself": lambda: replaced,
            "The tape finds no gradient": lambda: outside_the_block,
            "asked twice": lambda: tape_asked_twice,
            "the wrong way round": lambda: step(lambda t, z: by_hand(1 - t, z)),
            "of only one class": lambda: step(lambda t, z: -tf.reduce_mean(t * tf.math.log_sigmoid(z))),
            "another base": lambda: step(lambda t, z: by_hand(t, z) / np.log(10)),
            "40 steps": lambda: lambda *values: min([step(by_hand)(*values) for _ in range(40)]),
            "two sigmoids": lambda: step(lambda t, z: from_logits(t, tf.sigmoid(z))),
            "You return 3 things": lambda: logistic_by(plain, lambda losses: (losses.mean(), 1, 2)),
            "You return 40 numbers": lambda: logistic_by(plain, lambda losses: losses),
            "from after the step": lambda: step(by_hand, give_back="after"),
            "the sum of the losses": lambda: logistic_by(plain, lambda losses: losses.sum()),
            "takes 5 arguments;": lambda: lambda points, targets, W, b: step(by_hand)(points, targets, W, b, 0.1),
            "times too long": lambda: step(lambda t, z: tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(t, z))),
            "still follows the mean squared error": lambda: step(lambda t, z: tf.reduce_mean((t - tf.sigmoid(z)) ** 2)),
            "seem to be swapped": lambda: step(lambda t, z: keras.losses.BinaryCrossentropy()(tf.sigmoid(z), t)),
            "wants probabilities": lambda: step(lambda t, z: keras.losses.BinaryCrossentropy()(t, z)),
            "returned nothing": lambda: step(by_hand, give_back="nothing"),
        },
        unforeseen=[
            lambda: step(without_second_axis),
            lambda: logistic_by(plain, lambda losses: 2 * losses.mean()),
            lambda: logistic_by(plain, lambda losses: object()),
            lambda: logistic_by(lambda p, targets: 3 * p - targets),
            lambda: one_after_the_other,
        ],
    ),
}
