"""Answers to the exercises of lesson 01."""

import functools

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from answers import Answers


def slim(
    units: int = 60, hidden: str | None = "sigmoid", last: str | None = "softmax", inputs: int = 784
) -> keras.Model:
    return keras.Sequential(
        [keras.Input((inputs,)), layers.Dense(units, activation=hidden), layers.Dense(10, activation=last)]
    )


def slim_functional() -> keras.Model:
    x = keras.Input((784,))
    h = layers.ReLU()(layers.Dense(32)(x))
    return keras.Model(x, layers.Softmax()(layers.Dense(10)(h)))


class SlimSubclass(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.last = layers.Dense(20, activation="tanh"), layers.Dense(10, activation="softmax")

    def call(self, x: object) -> object:
        return self.last(self.hidden(x))


def slim_subclassed() -> keras.Model:
    model = SlimSubclass()
    model(np.zeros((1, 784), "float32"))
    return model


def by_loop(probabilities: np.ndarray, labels: np.ndarray) -> int:
    best, row = -1.0, -1
    for i, (p, label) in enumerate(zip(probabilities, labels, strict=True)):
        if int(p.argmax()) != label and p.max() > best:
            best, row = p.max(), i
    return row


def by_sorting(probabilities: np.ndarray, labels: np.ndarray) -> np.int64:
    wrong = np.flatnonzero(probabilities.argmax(1) != labels)
    return wrong[np.argsort(probabilities[wrong].max(1))[-1]]


def by_ops(probabilities: np.ndarray, labels: np.ndarray) -> object:
    mistaken = keras.ops.argmax(probabilities, axis=1) != keras.ops.cast(labels, "int32")
    return keras.ops.argmax(keras.ops.where(mistaken, keras.ops.max(probabilities, axis=1), 0.0))


def least_confident(probabilities: np.ndarray, labels: np.ndarray) -> int:
    wrong = np.flatnonzero(probabilities.argmax(1) != labels)
    return int(wrong[probabilities[wrong].max(1).argmin()])


def flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype("float32")


def in_place(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    train //= 255
    test //= 255
    return flat(train), flat(test)


def slim_in_pieces() -> keras.Model:
    model = keras.Sequential()
    for one in (keras.Input(shape=(784,)), layers.Dropout(0.3), layers.Dense(units=16), layers.BatchNormalization()):
        model.add(one)
    for one in (layers.Activation(keras.activations.gelu), layers.Dense(10), layers.Activation("softmax")):
        model.add(one)
    return model


def slim_convolutional() -> keras.Model:
    x = keras.Input((784,))
    maps = layers.Conv2D(4, 5, strides=4, activation=keras.ops.relu)(layers.Reshape((28, 28, 1))(x))
    return keras.Model(x, keras.ops.softmax(layers.Dense(10)(layers.Flatten()(maps))))


def slim_by_ops() -> keras.Model:
    x = keras.Input((784,))
    score = keras.ops.exp(layers.Dense(10)(keras.ops.sin(layers.Dense(30)(x))))
    return keras.Model(x, score / keras.ops.sum(score, axis=-1, keepdims=True))


def by_tensorflow(probabilities: np.ndarray, labels: np.ndarray, nothing: float = -1.0) -> tf.Tensor:
    wrong = tf.argmax(probabilities, axis=1) != tf.cast(labels, tf.int64)
    return tf.argmax(tf.where(wrong, tf.reduce_max(probabilities, axis=1), nothing))


def by_where(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    rows = np.where(np.argmax(p, axis=-1) != y)[0]
    return rows[[np.max(p[rows], axis=-1).argmax()]]


def lowest_to_highest(train: np.ndarray, test: np.ndarray) -> list[np.ndarray]:
    low, high = train.min(), train.max()
    return [(flat(one) - low) / (float(high) - low) for one in (train, test)]


def by_layers(train: np.ndarray, test: np.ndarray) -> tuple[tf.Tensor, tf.Tensor]:
    prepare = keras.Sequential([layers.Flatten(), layers.Rescaling(1 / 255)])
    return prepare(train), prepare(test)


def slim_with_two_outputs() -> keras.Model:
    x = keras.Input((784,))
    return keras.Model(x, [layers.Dense(10, "softmax")(layers.Dense(20, "relu")(x)) for _ in range(2)])


def runs(sigmoid: object, relu: object, verdict: str) -> dict[str, object]:
    return {"results": {"sigmoid": sigmoid, "relu": relu}, "verdict": verdict}


ANSWERS = {
    "dense-parameters": Answers(
        right=[
            lambda: 218_058,
            lambda: 218_058.0,
            lambda: np.int64(218_058),
            lambda: np.array([218_058]),
            lambda: tf.constant(218_058),
            lambda: keras.ops.convert_to_tensor(218_058.0),
            lambda: [218_058],
        ],
        foreseen={
            "weights alone": lambda: 217_728,
            "That is the first layer": lambda: 200_960,
            "784 too many": lambda: 218_842,
            "a whole number": lambda: "218,058",
        },
        unforeseen=[lambda: 5, lambda: -1],
    ),
    "photo-parameters": Answers(
        right=[
            lambda: (1216, 1216),
            lambda: [1216, 1216],
            lambda: np.array([1216, 1216]),
            lambda: (tf.constant(1216), np.float64(1216)),
            lambda: [1216.0, np.int64(1216)],
        ],
        foreseen={
            "do not depend on the size": lambda: (1216, 4864),
            "The biases are missing": lambda: (1200, 1200),
            "three channels": lambda: (416, 416),
            "height and width": lambda: (256, 256),
            "an array of shape (2,)": lambda: 1216,
        },
        unforeseen=[lambda: (7, 7)],
    ),
    "slim-model": Answers(
        right=[
            slim,
            slim_functional,
            slim_subclassed,
            lambda: slim(8, "relu"),
            lambda: slim(1, "relu"),
            lambda: slim(1, "tanh"),
            lambda: keras.Sequential(slim().layers),
            slim_in_pieces,
            slim_convolutional,
            slim_by_ops,
        ],
        foreseen={
            "parameters are too many": lambda: slim(64),
            "do not add up to 1": lambda: slim(last=None),
            "no hidden layer": lambda: keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")]),
            "no activation function": lambda: slim(hidden=None),
            "not built": lambda: keras.Sequential([layers.Dense(60), layers.Dense(10)]),
            "a Keras model": lambda: layers.Dense(10),
            "symbolic tensor": lambda: slim_functional().output,
        },
        unforeseen=[
            lambda: slim(inputs=28),
            lambda: keras.Sequential([keras.Input((784,)), layers.Dense(9)]),
            slim_with_two_outputs,
        ],
    ),
    "confident-mistake": Answers(
        right=[
            lambda: by_loop,
            lambda: by_sorting,
            lambda: by_ops,
            lambda: by_tensorflow,
            lambda: by_where,
            lambda: functools.partial(by_loop),
        ],
        foreseen={
            "but it is right": lambda: lambda p, labels: int(p.max(1).argmax()),
            "least confidence": lambda: least_confident,
            "row among all": lambda: lambda p, labels: int(p[p.argmax(1) != labels].max(1).argmax()),
            "right label least": lambda: lambda p, labels: int(p[np.arange(len(labels)), labels].argmin()),
            "not a row": lambda: lambda p, labels: int(p[by_loop(p, labels)].argmax()),
            "one whole number": lambda: lambda p, labels: np.flatnonzero(p.argmax(1) != labels),
            "returned nothing": lambda: lambda p, labels: print(end=""),
        },
        unforeseen=[lambda: lambda p, labels: 8, lambda: lambda p, labels: 3],
    ),
    "mended-prepare": Answers(
        right=[
            lambda: lambda a, b: (flat(a) / 255, flat(b) / 255),
            lambda: lambda a, b: (flat(a) / a.max(), flat(b) / a.max()),
            lambda: lambda a, b: [keras.ops.convert_to_tensor(flat(one) / 255) for one in (a, b)],
            lambda: lowest_to_highest,
            lambda: lambda train, test: (flat(one) / 256 for one in (train, test)),
            lambda: by_layers,
            lambda: lambda train, test: tuple(map(lambda one: (flat(one) / np.float64(255)).tolist(), (train, test))),
        ],
        foreseen={
            "Return two arrays": lambda: lambda a, b: flat(a) / 255,
            "changed the images": lambda: in_place,
            "training digits reach": lambda: lambda a, b: (flat(a), flat(b)),
            "test digits reach": lambda: lambda a, b: (flat(a) / a.max(), flat(b)),
            "their own maximum": lambda: lambda a, b: (flat(a) / a.max(), flat(b) / b.max()),
            "takes 2 arguments": lambda: flat,
        },
        unforeseen=[
            lambda: lambda a, b: (flat(a) / 255, flat(b) / 300),
            lambda: lambda a, b: (flat(a) / 255,),
            lambda: lambda a, b: (a / 255, b / 255),
            lambda: lambda a, b: (np.sqrt(flat(a) / 255), flat(b) / 255),
        ],
    ),
    "relu-or-sigmoid": Answers(
        right=[
            lambda: runs([0.85, 0.86, 0.87], [0.90, 0.91, 0.92], "relu"),
            lambda: runs([0.93, 0.94, 0.95], [0.90, 0.91, 0.92], "sigmoid"),
            lambda: runs([0.90, 0.92, 0.91], [0.915, 0.93, 0.92], "not clear"),
            lambda: runs(np.array([0.85, 0.86, 0.87, 0.88]), (0.90, 0.91, 0.92, 0.93), "relu"),
            lambda: runs([tf.constant(0.85), np.float32(0.86), 0.87], [0.90, 0.91, 0.92], "relu"),
        ],
        foreseen={
            "at least three seeds": lambda: runs([0.85], [0.92], "relu"),
            "should be a list": lambda: runs(0.85, 0.92, "relu"),
            "different numbers of runs": lambda: runs([0.85, 0.86, 0.87, 0.88], [0.90, 0.91, 0.92], "relu"),
            "lies between 0 and 1": lambda: runs([85, 86, 87], [90, 91, 92], "relu"),
            "did the seed change": lambda: runs([0.85, 0.85, 0.85], [0.90, 0.91, 0.92], "relu"),
            "looks untrained": lambda: runs([0.5, 0.6, 0.7], [0.90, 0.91, 0.92], "relu"),
            "has to beat the best run": lambda: runs([0.90, 0.92, 0.91], [0.915, 0.93, 0.92], "relu"),
            "with the keys": lambda: {"results": {"sigmoid": [0.85, 0.86, 0.87]}, "verdict": "relu"},
        },
        unforeseen=[
            lambda: runs([0.85, 0.86, 0.87], [0.90, 0.91, 0.92], "ReLU is better"),
            lambda: {"results": [0.9], "verdict": "relu"},
        ],
    ),
}
