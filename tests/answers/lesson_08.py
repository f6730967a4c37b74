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


ANSWERS = {
    "tape-derivatives": Answers(
        right=[
            lambda: by_variable,
            lambda: by_watching,
            lambda: by_one_persistent_tape,
            lambda: by_differences,
            lambda: lambda f, x: tf.stack(by_variable(f, x)),
            lambda: lambda f, x: (one for one in by_variable(f, x)),
        ],
        foreseen={
            "The first derivative is None": lambda: unwatched,
            "The second derivative is None": lambda: not_nested,
            "in the wrong order": lambda: lambda f, x: by_variable(f, x)[::-1],
            "the first derivative twice": lambda: lambda f, x: [by_variable(f, x)[0]] * 2,
            "one order short": lambda: lambda f, x: (f(tf.constant(x)), by_variable(f, x)[0]),
            "returned nothing": lambda: lambda f, x: print(end=""),
        },
        unforeseen=[lambda: lambda f, x: (1.0, 2.0), lambda: lambda f, x: by_variable(f, x)[0]],
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
        ],
        foreseen={
            "its slope is 0": lambda: ["B", "C", "D", "E"],
            "there is a gradient, 3": lambda: ("A", "B", "D", "E"),
            "is q a Variable": lambda: ["D", "E"],
            "goes in jumps": lambda: ["B", "E"],
            "past .numpy()": lambda: ["B", "D"],
            "do have a gradient": lambda: ["A", "C"],
        },
        unforeseen=[lambda: ["X"], lambda: 3, lambda: []],
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
        ],
        foreseen={
            "reads a variable from outside": lambda: lambda points, W, b: tf.matmul(np.ones((9, 2), "float32"), W) + b,
            "The b is missing": lambda: lambda points, W, b: tf.matmul(points, W),
            "returned nothing": lambda: lambda points, W, b: print(end=""),
        },
        unforeseen=[
            lambda: lambda points, W, b: tf.matmul(points, tf.ones((2, 1))) + b,
            lambda: lambda points, W, b: (tf.matmul(points, W) + b)[:, 0],
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
        ],
        foreseen={
            "changed the array": lambda: centred_in_place,
            "lie on one line": lambda: lambda points: points - points.mean(axis=1, keepdims=True),
            "Information was lost": lambda: lambda points: np.ones_like(points),
            "It diverges": lambda: lambda points: 3 * (points - points.mean(axis=0)),
            "not yet around the origin": lambda: lambda points: points / 2,
            "returned nothing": lambda: lambda points: print(end=""),
        },
        unforeseen=[
            lambda: lambda points: 0.2 * (points - points.mean(axis=0)),
            lambda: lambda points: points[:10],
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
        ],
        foreseen={
            "have not moved": lambda: renamed,
            "b has not": lambda: step(by_hand, move_b=False),
            "uphill": lambda: step(by_hand, sign=-1),
            "not multiplied": lambda: without_rate,
            "times too long": lambda: step(lambda t, z: tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(t, z))),
            "still follows the mean squared error": lambda: step(lambda t, z: tf.reduce_mean((t - tf.sigmoid(z)) ** 2)),
            "seem to be swapped": lambda: step(lambda t, z: keras.losses.BinaryCrossentropy()(tf.sigmoid(z), t)),
            "wants probabilities": lambda: step(lambda t, z: keras.losses.BinaryCrossentropy()(t, z)),
            "returned nothing": lambda: step(by_hand, give_back="nothing"),
        },
        unforeseen=[lambda: step(by_hand, give_back="after"), lambda: step(without_second_axis)],
    ),
}
