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

    even, odd, activation, returns = 2, 3, None, True

    def build(self, input_shape: tuple[int, ...]) -> None:
        n = input_shape[-1]
        units = n * (self.odd if n % 2 else self.even)
        self.W = self.add_weight(shape=(n, units), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(units,), initializer="zeros")

    def call(self, x: Any) -> Any:
        y = keras.ops.matmul(x, self.W) + self.b
        y = self.activation(y) if self.activation else y
        return y if self.returns else None


def widen_with(**wrong: object) -> type:
    wrong = {name: staticmethod(value) if callable(value) else value for name, value in wrong.items()}
    return type("WidenWrong", (WidenWith,), {**wrong, "call": WidenWith.call})


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


class WidenTheExamples(layers.Layer):
    def build(self, input_shape: tuple[int, ...]) -> None:
        self.dense = layers.Dense({6: 12, 5: 15}.get(input_shape[-1], 30))
        self.dense.build(input_shape)

    def call(self, x: Any) -> Any:
        return self.dense(x)


class WidenWithoutBias(layers.Layer):
    def build(self, input_shape: tuple[int, ...]) -> None:
        self.dense = layers.Dense(wider(input_shape[-1]), use_bias=False)
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
        ],
        foreseen={
            "Even lengths are right": lambda: widen_with(odd=2),
            "wrong way round": lambda: widen_with(even=3, odd=2),
            "made anew in every call": lambda: WidenAnew,
            "Keras knows of no weights": lambda: WidenUntracked,
            "leave the activation out": lambda: widen_with(activation=keras.ops.tanh),
            "`call` returned nothing": lambda: widen_with(returns=False),
            "subclasses layers.Layer": lambda: lambda: lambda x: x,
        },
        unforeseen=[
            lambda: widen_with(even=4),
            lambda: widen_with(odd=1),
            lambda: WidenTheExamples,
            lambda: WidenWithoutBias,
        ],
    ),
    "mended-activation": Answers(
        right=[
            lambda: Mended,
            lambda: MendedLayer,
            lambda: layers.Dense,
            lambda: OnlyDense,
            lambda: MendedByLambda,
            lambda: lambda units, activation=None: layers.Dense(units, activation=activation),
        ],
        foreseen={
            "still called like a function": lambda: mended(lambda activation: activation or tf.identity),
            "is not taken: you need not": lambda: mended(only_two_names),
            "but a function": lambda: mended(names_only),
            "fails without an activation": lambda: mended(no_none),
            "has not been through any activation": lambda: mended(lambda activation: tf.identity),
        },
        unforeseen=[
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
        ],
        foreseen={
            "These are the points themselves": lambda: lambda points: points,
            "without an axis for features": lambda: lambda points: (points**2).sum(axis=1),
        },
        unforeseen=[
            lambda: lambda points: points[:, :1] * points[:, 1:],
            lambda: lambda points: points[:5] ** 2,
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
        ],
        foreseen={
            "softmax over one unit": lambda: heads(odd=(layers.Dense(1, activation="softmax"), "bce")),
            "wants one-hot rows": lambda: heads(
                digit=(layers.Dense(10, activation="softmax"), "categorical_crossentropy")
            ),
            "a sparse_ loss wants whole numbers": lambda: heads(
                digit_one_hot=(layers.Dense(10, activation="softmax"), "sparse_categorical_crossentropy")
            ),
            "may be several at once": lambda: heads(genres=(layers.Dense(12, activation="softmax"), "bce")),
            "chooses one of several": lambda: heads(
                digit=(layers.Dense(10, activation="sigmoid"), "sparse_categorical_crossentropy")
            ),
            "shuts some temperatures": lambda: heads(temperature=(layers.Dense(1, activation="relu"), "mse")),
            "is a number, not a probability": lambda: heads(temperature=(layers.Dense(1), "binary_crossentropy")),
            "The squared error compares numbers": lambda: heads(digit=(layers.Dense(10, activation="softmax"), "mse")),
            "no probabilities for a cross-entropy": lambda: heads(genres=(layers.Dense(12), "binary_crossentropy")),
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
            lambda: heads(genres=(layers.Dense(12, activation="sigmoid"), "hinge")),
            lambda: heads(digit=(layers.Reshape((16, 1)), "mse")),
        ],
    ),
    "stop-at-target": Answers(
        right=[
            lambda: StopInEpoch,
            lambda: StopAfterTest,
            lambda: stop_by_lambda,
            lambda: StopByEarly,
            lambda: StopByKeyword,
            lambda: functools.partial(StopInEpoch),
        ],
        foreseen={
            "training goes on": lambda: stop_when(lambda logs, target: False),
            "You look at the training accuracy": lambda: stop_when(lambda logs, target: logs["accuracy"] >= target),
            "mind the equals sign": lambda: stop_when(lambda logs, target: logs["val_accuracy"] > target),
            "after epoch 1 whatever": lambda: stop_when(lambda logs, target: True),
            "subclasses keras.callbacks.Callback": lambda: lambda target: target,
        },
        unforeseen=[
            lambda: stop_when(lambda logs, target: logs["val_accuracy"] >= target - 0.1),
            lambda: stop_when(lambda logs, target: logs["val_accuracy"] >= min(target, 0.9375)),
        ],
    ),
}
