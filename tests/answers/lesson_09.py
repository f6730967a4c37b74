"""Answers to the exercises of lesson 09."""

import functools
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from answers import Answers


def wider(n: int) -> int:
    return 2 * n if n % 2 == 0 else 3 * n


class WidenByHand(layers.Layer):
    def build(self, input_shape: tuple[int, ...]) -> None:
        n = input_shape[-1]
        self.b = self.add_weight(shape=(wider(n),), initializer="ones")
        self.W = self.add_weight(shape=(n, wider(n)), initializer="random_normal")

    def call(self, x: Any) -> Any:
        return tf.matmul(x, self.W) + self.b


class WidenByDense(layers.Layer):
    def build(self, input_shape: tuple[int, ...]) -> None:
        self.dense = layers.Dense(wider(input_shape[-1]))

    def call(self, x: Any) -> Any:
        return self.dense(x)


class WidenByDenseBuilt(layers.Dense):
    def __init__(self) -> None:
        super().__init__(1)

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.units = wider(input_shape[-1])
        super().build(input_shape)


class WidenWith(layers.Layer):
    """Like WidenByHand, with one thing wrong."""

    even, odd, activation, returns, start, adds, uses_bias = 2, 3, None, True, "glorot_uniform", True, True

    def build(self, input_shape: tuple[int, ...]) -> None:
        n = input_shape[-1]
        units = n * (self.odd if n % 2 else self.even)
        self.W = self.add_weight(shape=(n, units), initializer=self.start)
        if self.uses_bias:
            self.b = self.add_weight(shape=(units,), initializer="zeros")

    def call(self, x: Any) -> Any:
        y = keras.ops.matmul(x, self.W)
        y = y + self.b if self.uses_bias and self.adds else y
        y = self.activation(y) if self.activation else y
        return y if self.returns else None


def widen_with(**wrong: object) -> type:
    wrong = {name: staticmethod(value) if callable(value) else value for name, value in wrong.items()}
    return type("WidenWrong", (WidenWith,), {**wrong, "call": WidenWith.call})


class WidenUnknownBias(WidenWith):
    def build(self, input_shape: tuple[int, ...]) -> None:
        super().build(input_shape)
        self.c = np.ones(wider(input_shape[-1]), "float32")

    def call(self, x: Any) -> Any:
        return keras.ops.matmul(x, self.W) + self.b + self.c


class WidenInHalves(layers.Layer):
    """Two matrices side by side, or three: the same x W + b."""

    def build(self, input_shape: tuple[int, ...]) -> None:
        n = input_shape[-1]
        self.halves = [layers.Dense(n, bias_initializer="ones") for _ in range(wider(n) // n)]

    def call(self, x: Any) -> Any:
        return keras.ops.concatenate([half(x) for half in self.halves], axis=-1)


class WidenMinus(WidenWith):
    def call(self, x: Any) -> Any:
        return keras.ops.matmul(x, self.W) - self.b


class WidenSharedBias(WidenWith):
    def build(self, input_shape: tuple[int, ...]) -> None:
        n = input_shape[-1]
        self.W = self.add_weight(shape=(n, wider(n)))
        self.b = self.add_weight(shape=(1,), initializer="zeros")


class WidenNumPy(WidenWith):
    def call(self, x: Any) -> Any:
        return keras.ops.convert_to_tensor(np.matmul(x.numpy(), np.array(self.W)) + np.array(self.b))


class WidenByTheBatch(layers.Dense):
    def __init__(self) -> None:
        super().__init__(30)


class WidenTwoOrThree(layers.Dense):
    def __init__(self) -> None:
        super().__init__(2)

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.units = 2 + input_shape[-1] % 2
        super().build(input_shape)


class WidenTold(WidenWith):
    def __init__(self, n: int) -> None:
        super().__init__()
        self.n = n


class WidenSummed(WidenWith):
    def call(self, x: Any) -> Any:
        return super().call(x)[:1]


class WidenAnew(layers.Layer):
    def call(self, x: Any) -> Any:
        return layers.Dense(wider(x.shape[-1]))(x)


class WidenUntracked(layers.Layer):
    def build(self, input_shape: tuple[int, ...]) -> None:
        n = input_shape[-1]
        self.W = np.random.default_rng(1).normal(size=(n, wider(n))).astype("float32")

    def call(self, x: Any) -> Any:
        return keras.ops.matmul(x, self.W)


class Mended(layers.Layer):
    """A Dense layer whose `find` turns what was given into a function."""

    def __init__(self, units: int, activation: object = None) -> None:
        super().__init__()
        self.units, self.activation = units, self.find(activation)

    @staticmethod
    def find(activation: object) -> Any:
        return keras.activations.get(activation)

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x: Any) -> Any:
        return self.activation(keras.ops.matmul(x, self.W) + self.b)


class MendedLayer(layers.Layer):
    def __init__(self, units: int, activation: object = None) -> None:
        super().__init__()
        self.units, self.activation = units, layers.Activation(activation)

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="normal")

    def call(self, x: Any) -> Any:
        return self.activation(tf.matmul(x, self.W) + self.b)


class MendedByConfig(layers.Layer):
    """The name is kept, and looked up in every call; b has an axis more."""

    def __init__(self, units: int, activation: object = None, **options: object) -> None:
        super().__init__(**options)
        self.units, self.activation = units, activation

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.b = self.add_weight(shape=(1, self.units), initializer="zeros")
        self.W = self.add_weight(shape=(input_shape[-1], self.units))

    def call(self, x: Any) -> Any:
        y = tf.matmul(x, self.W) + self.b
        return y if self.activation is None else keras.layers.Activation(self.activation)(y)


def mended_call(call: Any) -> type:
    return type("MendedWrong", (Mended,), {"call": lambda self, x: call(self, x)})


def mended_init(**defaults: object) -> type:
    """A MendedDense whose __init__ has these second arguments with their defaults."""
    (name, default), *_ = defaults.items()
    if name == "activation":

        class MendedWrong(Mended):
            def __init__(self, units: int, activation: object = default) -> None:
                super().__init__(units, activation)

    elif default is None:

        class MendedWrong(Mended):
            def __init__(self, units: int, act: object = None) -> None:
                super().__init__(units, act)

    else:

        class MendedWrong(Mended):
            def __init__(self, units: int, activation: object) -> None:
                super().__init__(units, activation)

    return MendedWrong


class MendedWithoutBias(Mended):
    def build(self, input_shape: tuple[int, ...]) -> None:
        self.W = self.add_weight(shape=(input_shape[-1], self.units))

    def call(self, x: Any) -> Any:
        return self.activation(keras.ops.matmul(x, self.W))


def relu_for_none(activation: object) -> Any:
    return keras.activations.get(activation or "relu")


def mended(find: Any) -> type:
    return type("MendedWrong", (Mended,), {"find": staticmethod(find), "call": Mended.call})


def only_two_names(activation: object) -> Any:
    if isinstance(activation, str):
        return {"relu": tf.nn.relu, "tanh": tf.nn.tanh}[activation]
    return activation or tf.identity


def names_only(activation: object) -> Any:
    if activation is not None and not isinstance(activation, str):
        raise TypeError("expected a name")
    return keras.activations.get(activation)


def no_none(activation: object) -> Any:
    if activation is None:
        raise ValueError("no activation")
    return keras.activations.get(activation)


def lesson_points() -> np.ndarray:
    """The points that the lesson has under that name: 1,000, and the classes take turns."""
    radius, angle = np.random.default_rng(1).uniform(0, 2, 1000), np.arange(1000)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def tensor_features(points: np.ndarray) -> Any:
    return tf.norm(tf.convert_to_tensor(points), axis=1, keepdims=True)


def heads(**changes: object) -> dict[str, object]:
    softmax, sigmoid = "softmax", "sigmoid"
    answer = {
        "odd": (layers.Dense(1, activation=sigmoid), "binary_crossentropy"),
        "digit": (layers.Dense(10, activation=softmax), "sparse_categorical_crossentropy"),
        "digit_one_hot": (layers.Dense(10, activation=softmax), "categorical_crossentropy"),
        "genres": (layers.Dense(12, activation=sigmoid), "binary_crossentropy"),
        "temperature": (layers.Dense(1), "mean_squared_error"),
    }
    return {**answer, **changes}


def sparse() -> Any:
    return keras.losses.SparseCategoricalCrossentropy(name="cost")


def heads_of_objects() -> dict[str, object]:
    losses = keras.losses
    return heads(
        odd=(layers.Dense(2, activation=tf.nn.softmax), losses.SparseCategoricalCrossentropy()),
        digit=(layers.Dense(10), losses.SparseCategoricalCrossentropy(from_logits=True)),
        digit_one_hot=(keras.Sequential([layers.Dense(10), layers.Softmax()]), losses.CategoricalCrossentropy),
        genres=[layers.Dense(12), losses.BinaryCrossentropy(from_logits=True)],
        temperature=(layers.Dense(1, activation="linear"), losses.Huber()),
    )


def heads_of_functions() -> dict[str, object]:
    built = layers.Dense(1, activation=keras.activations.sigmoid)
    built(np.zeros((1, 64), "float32"))
    binary = functools.partial(keras.losses.binary_crossentropy, from_logits=True)
    return heads(
        odd=(built, "bce"),
        genres=(layers.Dense(12, activation=None), binary),
        temperature=(layers.Dense(1), lambda y_true, y_pred: keras.ops.mean(keras.ops.abs(y_true - y_pred))),
    )


def binary_smoothed() -> Any:
    return keras.losses.BinaryCrossentropy(label_smoothing=0.1)


def twice_as_heavy(y_true: Any, y_pred: Any) -> Any:
    return 2 * keras.losses.binary_crossentropy(y_true, y_pred)


def heads_with_focal_losses() -> dict[str, object]:
    softmax = layers.Dense(10, activation="softmax")
    return heads(
        odd=(layers.Dense(1, activation="sigmoid"), "binary_focal_crossentropy"),
        digit_one_hot=(softmax, keras.losses.CategoricalFocalCrossentropy()),
        genres=(layers.Dense(12, activation="sigmoid"), keras.losses.BinaryFocalCrossentropy(gamma=3)),
        more="a note",
    )


def heads_with_smoothing() -> dict[str, object]:
    smoothed = keras.losses.CategoricalCrossentropy(label_smoothing=0.1, from_logits=True)
    return heads(
        odd=(layers.Dense(1, activation="sigmoid"), binary_smoothed()),
        digit_one_hot=(layers.Dense(10), smoothed),
        genres=(layers.Dense(12, activation="sigmoid"), twice_as_heavy),
        temperature=(layers.Dense(1, dtype="float64"), tf.keras.losses.LogCosh()),
    )


class StopInEpoch(keras.callbacks.Callback):
    def __init__(self, target: float) -> None:
        super().__init__()
        self.target = target

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if (logs or {}).get("val_accuracy", 0) >= self.target:
            self.model.stop_training = True


class StopAfterTest(keras.callbacks.Callback):
    def __init__(self, target: float) -> None:
        super().__init__()
        self.target = target

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        self.model.stop_training = logs["accuracy"] >= self.target


def stop_by_lambda(target: float) -> keras.callbacks.Callback:
    def end(epoch: int, logs: dict[str, float]) -> None:
        if not logs["val_accuracy"] < target:
            callback.model.stop_training = True

    callback = keras.callbacks.LambdaCallback(on_epoch_end=end)
    return callback


def stop_when(rule: Any) -> type:
    def on_epoch_end(self: Any, epoch: int, logs: dict[str, float] | None = None) -> None:
        if rule(logs, self.target):
            self.model.stop_training = True

    return type("StopWrong", (StopInEpoch,), {"on_epoch_end": on_epoch_end})


class WidenModel(keras.Model):
    def build(self, shape: tuple[int, ...]) -> None:
        self.inner = layers.Dense(units=wider(int(shape[1])), activation=None)
        self.inner.build(shape)

    def call(self, inputs: Any) -> Any:
        return self.inner(inputs)


class WidenByEinsum(layers.Layer):
    def build(self, input_shape: tuple[int, ...]) -> None:
        units = input_shape[-1] * (2 + input_shape[-1] % 2)
        self.kernel = self.add_weight(shape=(units, input_shape[-1]), initializer="he_normal")
        self.offset = self.add_weight(shape=(1, units), initializer="random_normal")

    def call(self, x: Any, training: bool | None = None) -> Any:
        return keras.ops.einsum("ni,oi->no", x, self.kernel) + self.offset


class OnlyDense(layers.Dense):
    """Everything a Dense can do."""


class MendedByLambda(layers.Dense):
    def __init__(self, units: int, activation: object = None, **kwargs: object) -> None:
        if isinstance(activation, str):
            activation = getattr(keras.activations, activation)
        super().__init__(units, **kwargs)
        self.bend = activation or (lambda x: x)

    def call(self, x: Any) -> Any:
        return self.bend(super().call(x))


def heads_of_models() -> dict[str, object]:
    x = keras.Input((20,))
    softmax = keras.Model(x, layers.Softmax()(layers.Dense(10)(x)))
    built = layers.Dense(12, activation=tf.nn.sigmoid)
    built.build((None, 64))
    return heads(
        odd=(keras.Sequential([layers.Dense(1), layers.Activation("sigmoid")]), keras.losses.binary_crossentropy),
        digit=(softmax, "SparseCategoricalCrossentropy"),
        genres=(built, keras.losses.BinaryCrossentropy(reduction="sum_over_batch_size", name="mine")),
        temperature=(keras.Sequential([keras.Input((8,)), layers.Dense(1)]), keras.losses.MeanAbsoluteError),
    )


class StopByEarly(keras.callbacks.EarlyStopping):
    def __init__(self, target: float) -> None:
        super().__init__(monitor="val_accuracy", patience=100, mode="max")
        self.target = target

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        super().on_epoch_end(epoch, logs)
        if self.get_monitor_value(logs) >= self.target:
            self.model.stop_training = True


class StopByKeyword(keras.callbacks.Callback):
    def __init__(self, target: float = 0.9, monitor: str = "val_accuracy") -> None:
        self.target, self.monitor = np.float32(target), monitor
        super().__init__()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.model.stop_training = bool(logs.get(self.monitor) >= self.target)


class StopByEarlyAlone(keras.callbacks.EarlyStopping):
    """Without mode: Keras finds out that an accuracy should rise."""

    def __init__(self, target: float) -> None:
        super().__init__(monitor="val_accuracy", patience=10_000)
        self.target = target

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        super().on_epoch_end(epoch, logs)
        if logs["val_accuracy"] >= self.target:
            self.model.stop_training = True


class StopWithoutLogs(StopInEpoch):
    def on_epoch_end(self, epoch: int) -> None:
        self.model.stop_training = True


class StopBestSoFar(StopInEpoch):
    best = 0.0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.best = max(self.best, float(tf.constant(logs["val_accuracy"])))
        self.model.stop_training = self.best >= self.target


class WidenTheExamples(layers.Layer):
    def build(self, input_shape: tuple[int, ...]) -> None:
        self.dense = layers.Dense({6: 12, 5: 15, 8: 16, 11: 33}.get(input_shape[-1], 30))
        self.dense.build(input_shape)

    def call(self, x: Any) -> Any:
        return self.dense(x)


class TurnedWeights(layers.Layer):
    def __init__(self, units: int, activation: Any = None) -> None:
        super().__init__()
        self.units, self.activation = units, keras.activations.get(activation)

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.W = self.add_weight(shape=(self.units, input_shape[-1]))
        self.b = self.add_weight(shape=(self.units,))

    def call(self, x: Any) -> Any:
        return self.activation(x @ keras.ops.transpose(self.W) + self.b)


ANSWERS = {
    "widen-layer": Answers(
        right=[
            lambda: WidenByHand,
            lambda: WidenByDense,
            lambda: WidenByDenseBuilt,
            lambda: widen_with(),
            lambda: WidenModel,
            lambda: functools.partial(WidenByHand),
            lambda: WidenByEinsum,
            lambda: WidenInHalves,
        ],
        foreseen={
            "Even lengths are right": lambda: widen_with(odd=2),
            "Odd lengths are right": lambda: widen_with(even=3),
            "multiply by n": lambda: WidenTwoOrThree,
            "Whatever the length": lambda: WidenByTheBatch,
            "W begins as zeros": lambda: widen_with(start="zeros"),
            "b has no effect": [lambda: widen_with(adds=False), lambda: widen_with(uses_bias=False)],
            "what is computed is not": [
                lambda: WidenMinus,
                lambda: widen_with(activation=lambda y: 2 * y),
            ],
            "fails after keras.Input": lambda: WidenNumPy,
            "takes no arguments": lambda: WidenTold,
            "Hand over the class itself": lambda: WidenByHand(),
            "wrong way round": lambda: widen_with(even=3, odd=2),
            "made anew in every call": lambda: WidenAnew,
            "Keras knows of no weights": [lambda: WidenUntracked, lambda: WidenUnknownBias],
            "leave the activation out": [
                lambda activation=activation: widen_with(activation=activation)
                for activation in (keras.ops.tanh, keras.ops.relu, keras.ops.sigmoid, keras.activations.elu)
            ],
            "`call` returned nothing": lambda: widen_with(returns=False),
            "subclasses layers.Layer": lambda: lambda: lambda x: x,
        },
        unforeseen=[
            lambda: widen_with(even=4),
            lambda: widen_with(odd=1),
            lambda: WidenTheExamples,
            lambda: WidenSharedBias,
            lambda: WidenSummed,
        ],
    ),
    "mended-activation": Answers(
        right=[
            lambda: Mended,
            lambda: MendedLayer,
            lambda: layers.Dense,
            lambda: OnlyDense,
            lambda: MendedByLambda,
            lambda: MendedByConfig,
            lambda: mended(lambda activation: layers.Activation(activation or "linear")),
            lambda: lambda units, activation=None: layers.Dense(units, activation=activation),
        ],
        foreseen={
            "still called like a function": lambda: mended(lambda activation: activation or tf.identity),
            "is not taken: you need not": lambda: mended(only_two_names),
            "but a function": lambda: mended(names_only),
            "fails without an activation": lambda: mended(no_none),
            "has not been through any activation": lambda: mended(lambda activation: tf.identity),
            "Hand over the class itself": lambda: Mended(4, "relu"),
            "Keras knows of no weights": lambda: lambda units, activation=None: layers.Activation(activation),
            "does not add it": [
                lambda: mended_call(lambda self, x: self.activation(keras.ops.matmul(x, self.W))),
                lambda: mended_call(lambda self, x: keras.ops.matmul(x, self.W)),
            ],
            "b after it": lambda: mended_call(lambda self, x: self.activation(keras.ops.matmul(x, self.W)) + self.b),
            "b has no effect": lambda: MendedWithoutBias,
            "With activation=None": lambda: mended(relu_for_none),
            "What is the default": lambda: mended_init(activation="relu"),
            "the default None": lambda: mended_init(none=...),
            "is called activation": lambda: mended_init(act=None),
        },
        unforeseen=[
            lambda: lambda units, activation=None: layers.Dense(4, activation=activation),
            lambda: lambda units, activation=None: lambda x: x,
            lambda: mended(lambda activation: tf.nn.relu if activation else tf.identity),
            lambda: lambda units, activation: layers.Dense(units + 1, activation=activation),
            lambda: TurnedWeights,
        ],
    ),
    "ring-features": Answers(
        right=[
            lambda: lambda points: (points**2).sum(axis=1, keepdims=True),
            lambda: lambda points: points**2,
            lambda: lambda points: np.c_[points, np.hypot(*points.T)],
            lambda: tensor_features,
            lambda: np.abs,  # a diamond round the disc
            lambda: lambda points: tf.math.square(points),
            lambda: lambda points: np.sqrt((points**2).sum(1))[:, None].tolist(),
            lambda: lambda points: keras.ops.exp(-keras.ops.sum(points**2, axis=-1, keepdims=True)),
            lambda: lambda points: np.c_[points, points**2, points[:, 0] * points[:, 1]],
            lambda: lambda points: np.hypot(points[:, :1], points[:, 1:]) > 1.15,
            lambda: lambda points: (points.astype("float16") ** 2).sum(axis=-1)[:, None],
            lambda: lambda points: [[x * x, y * y, 1] for x, y in points],
            lambda: lambda points: [[tf.constant(x * x + y * y)] for x, y in points],
            lambda: lambda p: np.stack([np.linalg.norm(p, axis=1), np.arctan2(p[:, 1], p[:, 0])], axis=1),
            lambda: layers.Lambda(lambda points: keras.ops.sum(points**2, axis=1, keepdims=True)),
        ],
        foreseen={
            "These are the points themselves": lambda: lambda points: points,
            "without an axis for features": lambda: lambda points: (points**2).sum(axis=1),
            "all points were taken together": [
                lambda: lambda points: (points**2).sum(axis=0, keepdims=True),
                lambda: lambda points: (points**2).sum(),
                lambda: lambda points: np.linalg.norm(points, axis=0),
            ],
            "the argument, not from data": [
                lambda: lambda points: lesson_points() ** 2,
                lambda: lambda points: (np.arange(1000) % 2)[:, None],
                lambda: lambda points: points[:5] ** 2,
            ],
            "a line stays a line": [
                lambda: lambda points: points.sum(axis=1, keepdims=True),
                lambda: lambda points: 3 * points - 1,
            ],
        },
        unforeseen=[
            lambda: lambda points: points[:, :1] * points[:, 1:],
            lambda: lambda points: (np.arange(len(points)) % 2)[:, None].astype("float32"),
            lambda: lambda points: np.zeros((len(points), 3)),
            lambda: lambda points: points[:, :1] ** 2,
            lambda: lambda points: np.log(points - 100),
            lambda: lambda points: np.repeat(points**2, 30, axis=1),
        ],
    ),
    "last-layer-and-loss": Answers(
        right=[
            heads,
            heads_of_objects,
            heads_of_functions,
            heads_of_models,
            lambda: {task: list(pair) for task, pair in heads().items()},
            lambda: heads(
                digit_one_hot=(layers.Dense(10, keras.activations.softmax), keras.losses.KLDivergence()),
                temperature=(layers.Dense(units=1), "log_cosh"),
            ),
            heads_with_focal_losses,
            heads_with_smoothing,
            lambda: heads(digit=(keras.Sequential([layers.Dense(32, "relu"), layers.Dense(10, "softmax")]), sparse())),
        ],
        foreseen={
            "softmax over one unit": lambda: heads(odd=(layers.Dense(1, activation="softmax"), "bce")),
            "wants one-hot rows": [
                lambda: heads(digit=(layers.Dense(10, activation="softmax"), "categorical_crossentropy")),
                lambda: heads(digit=(layers.Dense(10), keras.losses.CategoricalCrossentropy(from_logits=True))),
            ],
            "a yes or no of its own": [
                lambda: heads(digit_one_hot=(layers.Dense(10, activation="softmax"), "binary_crossentropy")),
                lambda: heads(digit_one_hot=(layers.Dense(10), keras.losses.BinaryCrossentropy(from_logits=True))),
                lambda: heads(digit=(layers.Dense(10, activation="softmax"), "bce")),
                lambda: heads(digit_one_hot=(layers.Dense(10, activation="sigmoid"), "binary_crossentropy")),
            ],
            "takes them as a choice": [
                lambda: heads(genres=(layers.Dense(12, activation="sigmoid"), "categorical_crossentropy")),
                lambda: heads(genres=(layers.Dense(12, activation="softmax"), "categorical_crossentropy")),
                lambda: heads(odd=(layers.Dense(1, activation="sigmoid"), "categorical_crossentropy")),
                lambda: heads(odd=(layers.Dense(1, activation="sigmoid"), "sparse_categorical_crossentropy")),
                lambda: heads(genres=(layers.Dense(12, "sigmoid"), keras.losses.CategoricalFocalCrossentropy())),
            ],
            "an activation before it": [
                lambda activation=activation: heads(
                    odd=(layers.Dense(1, activation=activation), keras.losses.BinaryCrossentropy(from_logits=True))
                )
                for activation in ("relu", "tanh", "leaky_relu")
            ],
            "bends part of them": [
                lambda: heads(temperature=(layers.Dense(1, activation="elu"), "mse")),
                lambda: heads(temperature=(layers.Dense(1, activation="leaky_relu"), "mse")),
                lambda: heads(temperature=(layers.Dense(1, activation="gelu"), "mse")),
                lambda: heads(temperature=(keras.Sequential([layers.Dense(1), layers.LeakyReLU()]), "mse")),
            ],
            "is the wrong way round": lambda: heads(odd=("bce", layers.Dense(1, activation="sigmoid"))),
            "a sparse_ loss wants whole numbers": lambda: heads(
                digit_one_hot=(layers.Dense(10, activation="softmax"), "sparse_categorical_crossentropy")
            ),
            "may be several at once": lambda: heads(genres=(layers.Dense(12, activation="softmax"), "bce")),
            "so its outputs add up to 1": lambda: heads(
                digit=(layers.Dense(10, activation="sigmoid"), "sparse_categorical_crossentropy")
            ),
            "shuts some temperatures": [
                lambda: heads(temperature=(layers.Dense(1, activation="relu"), "mse")),
                lambda: heads(temperature=(layers.Dense(1, activation="sigmoid"), "mse")),
                lambda: heads(temperature=(layers.Dense(1, activation="tanh"), "mse")),
            ],
            "is a number, not a probability": lambda: heads(temperature=(layers.Dense(1), "binary_crossentropy")),
            "The squared error compares numbers": lambda: heads(digit=(layers.Dense(10, activation="softmax"), "mse")),
            "no probabilities for a cross-entropy": lambda: heads(genres=(layers.Dense(12), "binary_crossentropy")),
            "a hinge": [
                lambda: heads(genres=(layers.Dense(12, activation="sigmoid"), "hinge")),
                lambda: heads(genres=(layers.Dense(12), "hinge")),
                lambda: heads(digit_one_hot=(layers.Dense(10), "categorical_hinge")),
                lambda: heads(odd=(layers.Dense(1, activation="tanh"), keras.losses.SquaredHinge())),
            ],
            "applies the activation itself": lambda: heads(
                odd=(layers.Dense(1, activation="sigmoid"), keras.losses.BinaryCrossentropy(from_logits=True))
            ),
            "does not know the loss": lambda: heads(odd=(layers.Dense(1, activation="sigmoid"), "Cross_entropy")),
            "is no layer but": lambda: heads(odd=("sigmoid", "bce")),
            "should be a pair": lambda: heads(odd=layers.Dense(1, activation="sigmoid")),
            "Still missing": lambda: {"odd": (layers.Dense(1, activation="sigmoid"), "bce")},
        },
        unforeseen=[
            lambda: [1, 2, 3, 4, 5],
            lambda: heads(genres=(layers.Dense(3, activation="sigmoid"), "bce")),
            lambda: heads(temperature=(layers.Dense(2), "mse")),
            lambda: heads(temperature=(layers.Dense(1), lambda y_true, y_pred: keras.ops.mean(y_true - y_pred))),
            lambda: heads(temperature=(layers.Dense(1), "mean_absolute_percentage_error")),
            lambda: heads(temperature=(layers.Dense(1), "mean_squared_logarithmic_error")),
            lambda: heads(temperature=(layers.Dense(1), lambda y, p: keras.ops.abs(keras.ops.mean(y - p)))),
            lambda: heads(temperature=(layers.Dense(1), "cosine_similarity")),
            lambda: heads(genres=(layers.Dense(12, activation="sigmoid"), "poisson")),
            lambda: heads(odd=(layers.Dense(10, activation="softmax"), "sparse_categorical_crossentropy")),
            lambda: heads(digit=(layers.Dense(1, activation="sigmoid"), "binary_crossentropy")),
            lambda: heads(odd=(layers.Dense(1, activation="sigmoid"), lambda y, p: keras.ops.mean((y - p) ** 2))),
            lambda: heads(genres=(layers.Dense(12, activation="sigmoid"), "mean_squared_logarithmic_error")),
            lambda: heads(digit=(layers.Reshape((16, 1)), "mse")),
        ],
    ),
    "stop-at-target": Answers(
        right=[
            lambda: StopInEpoch,
            lambda: StopAfterTest,
            lambda: stop_by_lambda,
            lambda: StopByEarly,
            lambda: StopByEarlyAlone,
            lambda: StopBestSoFar,
            lambda: StopByKeyword,
            lambda: functools.partial(StopInEpoch),
        ],
        foreseen={
            "training goes on: set": lambda: stop_when(lambda logs, target: False),
            "You look at the training accuracy": lambda: stop_when(lambda logs, target: logs["accuracy"] >= target),
            "mind the equals sign": lambda: stop_when(lambda logs, target: logs["val_accuracy"] > target),
            "with Dropout, say": [
                lambda: stop_when(lambda logs, target: logs["accuracy"] >= target and logs["val_accuracy"] >= target),
                lambda: stop_when(lambda logs, target: min(logs["accuracy"], logs["val_accuracy"]) >= target),
            ],
            "compare with the target": lambda: stop_when(lambda logs, target: logs["val_accuracy"] >= 0.9),
            "takes self, epoch and logs": lambda: StopWithoutLogs,
            "That name is not in logs": [
                lambda: stop_when(lambda logs, target: logs["val_acc"] >= target),
                lambda: stop_when(lambda logs, target: logs.get("val_acc") >= target),
            ],
            "Hand over the class itself": lambda: StopInEpoch(0.9),
            "after epoch 1 whatever": lambda: stop_when(lambda logs, target: True),
            "subclasses keras.callbacks.Callback": lambda: lambda target: target,
        },
        unforeseen=[
            lambda: stop_when(lambda logs, target: logs["val_accuracy"] >= target - 0.1),
            lambda: stop_when(lambda logs, target: logs["val_accuracy"] >= min(target, 0.9375)),
            lambda: stop_when(lambda logs, target: round(logs["val_accuracy"], 2) >= round(target, 2)),
        ],
    ),
}
