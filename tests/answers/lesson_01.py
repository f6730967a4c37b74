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


def slim_of(*units: int) -> keras.Model:
    sizes = [layers.Dense(size, activation="relu") for size in units]
    return keras.Sequential([keras.Input((784,)), *sizes, layers.Dense(10, activation="softmax")])


def slim_functional() -> keras.Model:
    x = keras.Input((784,))
    h = layers.ReLU()(layers.Dense(32)(x))
    return keras.Model(x, layers.Softmax()(layers.Dense(10)(h)))


def layers_count(side: int) -> int:
    layer = layers.Conv2D(16, 5)
    layer.build((None, side, side, 3))
    return layer.count_params()


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


def by_masking(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Which changes its argument: that is not asked about."""
    probabilities[probabilities.argmax(1) == labels] = 0
    return np.unravel_index(probabilities.argmax(), probabilities.shape)[0]


def by_max_of_rows(probabilities: np.ndarray, labels: np.ndarray) -> int:
    wrong = [row for row in range(len(labels)) if probabilities[row].argmax() != labels[row]]
    return max(wrong, key=lambda row: max(probabilities[row]))


def largest_margin(probabilities: np.ndarray, labels: np.ndarray) -> int:
    ordered = np.sort(probabilities, axis=1)
    return int(np.where(probabilities.argmax(1) != labels, ordered[:, -1] - ordered[:, -2], -1).argmax())


def by_entropy(probabilities: np.ndarray, labels: np.ndarray) -> int:
    entropy = -(probabilities * np.log(probabilities + 1e-12)).sum(1)
    return int(np.where(probabilities.argmax(1) != labels, entropy, 99).argmin())


def fails(p: np.ndarray, labels: np.ndarray) -> int:
    wrong = [row for row in range(len(labels) + 1) if row]
    return p[wrong].argmax()


def flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype("float32")


def in_place(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What becomes of the arguments is not asked."""
    low, high = train.min(), train.max()
    train -= low
    test -= low
    return flat(train) / (high - low), flat(test) / (high - low)


def whole_in_place(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    train //= 255
    test //= 255
    return flat(train), flat(test)


def fixed_size(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    flattened = [images.reshape(1000, 784) for images in (train, test)]
    return flattened[0] / 255, flattened[1] / 255


def lowest_by_itself(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    reach = float(train.max()) - train.min()
    return (flat(train) - train.min()) / reach, (flat(test) - test.min()) / reach


def lowest_of_train_alone(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    reach = float(train.max()) - train.min()
    return (flat(train) - train.min()) / reach, flat(test) / reach


def by_one_range(train: np.ndarray, test: np.ndarray) -> list[np.ndarray]:
    both = np.concatenate([train, test])
    return [np.array([one.ravel() for one in images]) / both.max() for images in (train, test)]


IMAGES_TRAIN = np.zeros((1000, 28, 28), "uint8")  # as a notebook has them
Y_TEST = np.arange(10_000) % 10


def of_the_notebook(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return flat(IMAGES_TRAIN) / 255, flat(test) / 255


def labels_of_the_notebook(probabilities: np.ndarray, labels: np.ndarray) -> int:
    return int(np.where(probabilities.argmax(1) != Y_TEST, probabilities.max(1), 0).argmax())


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


def slim_trained() -> keras.Model:
    """Long trained: its outputs are 0 or 1, and a unit or two have died."""
    model = slim(50, "relu")
    model.set_weights([40 * weight for weight in model.get_weights()])
    return model


def linear_trained() -> keras.Model:
    model = slim(50, None)
    model.set_weights([40 * weight for weight in model.get_weights()])
    return model


def slim_from_zeros() -> keras.Model:
    x = keras.Input((784,))
    h = layers.Dense(30, "relu", kernel_initializer="zeros")(x)
    return keras.Model(x, layers.Dense(10, "softmax", kernel_initializer="zeros")(h))


def slim_double() -> keras.Model:
    return keras.Sequential(
        [keras.Input((784,)), *(layers.Dense(n, a, dtype="float64") for n, a in [(40, "elu"), (10, "softmax")])]
    )


def slim_deep() -> keras.Model:
    model = keras.Sequential([keras.Input((784,), dtype="float32")])
    for units in (50, 40, 30, 20):
        model.add(layers.Dense(units, activation="sigmoid"))
        model.add(layers.Dropout(0.2))
    model.add(layers.Dense(10, activation=keras.ops.softmax))
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def slim_nested() -> keras.Model:
    hidden = keras.Sequential([keras.Input((784,)), layers.Dense(20), layers.PReLU()])
    return keras.Sequential([hidden, layers.Dense(10, "softmax", use_bias=False)])


def slim_recurrent() -> keras.Model:
    return keras.Sequential(
        [keras.Input((784,)), layers.Reshape((28, 28)), layers.LSTM(32), layers.Dense(10, "softmax")]
    )


def slim_by_lambda() -> keras.Model:
    x = keras.Input((784,), name="pixels")
    h = layers.Lambda(lambda z: keras.ops.maximum(z, 0.1 * z))(layers.Dense(25)(x))
    return keras.Model(inputs={"pixels": x}, outputs=layers.Activation("softmax")(layers.Dense(10)(h)))


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
            lambda: np.float32(218_058),
            lambda: keras.Variable(218_058.0),
            lambda: slim_of(256, 64).count_params(),
        ],
        foreseen={
            "weights alone": lambda: 217_728,
            "That is the first layer": lambda: 200_960,
            "784 too many": lambda: 218_842,
            "These are the biases alone": lambda: 330,
            "the first two layers": lambda: 217_408,
            "10 are missing": lambda: 218_048,
            "a bias for each input": lambda: 218_832,
            "counts circles": lambda: 784 + 256 + 64 + 10,
            "You multiplied": lambda: 784 * 256 * 64 * 10,
            "784-256-64-10": lambda: 648_010,
            "That is a text": lambda: "218,058",
            "put parentheses": lambda: slim().count_params,
            "two numbers, 12 and 345": lambda: (218, 580),
        },
        unforeseen=[
            lambda: 5,
            lambda: -1,
            lambda: 0,
            lambda: 218_058.5,
            lambda: (200_960, 16_448, 650),
            lambda: True,
            lambda: slim_of(256, 64),
        ],
    ),
    "photo-parameters": Answers(
        right=[
            lambda: (1216, 1216),
            lambda: [1216, 1216],
            lambda: np.array([1216, 1216]),
            lambda: (tf.constant(1216), np.float64(1216)),
            lambda: [1216.0, np.int64(1216)],
            lambda: (layers_count(side) for side in (64, 128)),
            lambda: map(layers_count, (64, 128)),
            lambda: {64: 1216, 128: 1216}.values(),
            lambda: tf.constant([1216, 1216]),
            lambda: np.array([1216, 1216], "float32"),
            lambda: (keras.Variable(1216), 5**2 * 3 * 16 + 16),
        ],
        foreseen={
            "do not depend on the size": lambda: (1216, 4864),
            "The biases are missing": lambda: (1200, 1200),
            "three channels": lambda: (416, 416),
            "height and width": lambda: (256, 256),
            "one kernel; there are 16": lambda: (76, 76),
            "one for each kernel, however": lambda: (1248, 1248),
            "the wrong way round": lambda: (3845, 3845),
            "That is a Dense(16)": lambda: (64, 64),
            "a comma stands between two things, and your number": lambda: (1, 216),
            "12 and 345": lambda: (1, 216, 1, 216),
            "2 things, in a list or tuple": lambda: 1216,
            "That is a text": lambda: (1216, "1216"),
            "a whole number": lambda: (1216, 1216.5),
        },
        unforeseen=[lambda: (7, 7), lambda: {1216}, lambda: (1216, 1216, 1216), lambda: (0, 0), lambda: {}],
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
            slim_trained,
            slim_from_zeros,
            slim_double,
            slim_deep,
            slim_nested,
            slim_recurrent,
            slim_by_lambda,
            lambda: slim_of(56, 50),
        ],
        foreseen={
            "parameters are too many": lambda: slim(64),
            "do not add up to 1": lambda: slim(last=None),
            "looks at one number alone": lambda: slim(last="sigmoid"),
            "no hidden layer": lambda: keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")]),
            "no activation function": lambda: slim(hidden=None),
            "not built": lambda: keras.Sequential([layers.Dense(60), layers.Dense(10)]),
            "a layer and not a Keras model": lambda: layers.Dense(10),
            "the function slim and": lambda: slim,
            "symbolic tensor": lambda: slim_functional().output,
        },
        unforeseen=[
            lambda: slim(inputs=28),
            lambda: keras.Sequential([keras.Input((784,)), layers.Dense(9)]),
            slim_with_two_outputs,
            lambda: keras.Sequential([keras.Input((28, 28)), layers.Flatten(), *slim().layers]),
            lambda: keras.Sequential([keras.Input((784,)), layers.Dense(50, "relu"), layers.Dense(1, "softmax")]),
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
            lambda: by_masking,
            lambda: by_max_of_rows,
            lambda: lambda p, y: np.ma.array(p.max(1), mask=p.argmax(1) == y).argmax(),
            lambda: lambda p, y: float(by_loop(p, y)),
            lambda: lambda probabilities, labels, *, first=0: tf.constant([[by_loop(probabilities, labels)]]),
        ],
        foreseen={
            "but it is right": lambda: lambda p, labels: int(p.max(1).argmax()),
            "merely the first wrong": lambda: lambda p, y: int((p.argmax(1) != y).argmax()),
            "rows are counted from 0": lambda: lambda p, y: by_loop(p, y) + 1,
            "compare the highest probability with the second": lambda: largest_margin,
            "is a probability": lambda: lambda p, y: p[p.argmax(1) != y].max(),
            "counts through the whole array": lambda: lambda p, y: np.where((p.argmax(1) != y)[:, None], p, 0).argmax(),
            "takes 2 arguments": lambda: lambda probabilities: int(probabilities.max(1).argmax()),
            "from the notebook": lambda: labels_of_the_notebook,
            "in the line: return p[wrong]": lambda: fails,
            "a number: leave out": lambda: lambda p, y: f"{by_loop(p, y)}",
            "least confidence": lambda: least_confident,
            "row among all": lambda: lambda p, labels: int(p[p.argmax(1) != labels].max(1).argmax()),
            "right label least": lambda: lambda p, labels: int(p[np.arange(len(labels)), labels].argmin()),
            "not a row": lambda: lambda p, labels: int(p[by_loop(p, labels)].argmax()),
            "one whole number, the row": lambda: lambda p, labels: np.flatnonzero(p.argmax(1) != labels),
            "returned nothing": lambda: lambda p, labels: print(end=""),
        },
        unforeseen=[
            lambda: lambda p, labels: 5,
            lambda: lambda p, labels: 6,
            lambda: lambda p, labels: -3,
            lambda: lambda p, labels: (by_loop(p, labels), p.max()),
            lambda: by_entropy,
            lambda: lambda p, labels: by_loop(p[:9], labels[:9]),
            lambda: lambda p, labels: by_loop(p[p.max(1) < 0.9], labels[p.max(1) < 0.9]) + 3,
            lambda: lambda p, labels: p[by_loop(p, labels)],
            lambda: 6,
        ],
    ),
    "mended-prepare": Answers(
        right=[
            lambda: lambda a, b: (flat(a) / 255, flat(b) / 255),
            lambda: lambda a, b: (flat(a) / a.max(), flat(b) / a.max()),
            lambda: lambda a, b: [keras.ops.convert_to_tensor(flat(one) / 255) for one in (a, b)],
            lambda: lowest_to_highest,
            lambda: lambda train, test: (flat(one) / 256 for one in (train, test)),
            lambda: by_layers,
            lambda: in_place,
            lambda: by_one_range,
            lambda: lambda a, b: [(flat(one) / 255).astype("float16") for one in (a, b)],
            lambda: (
                lambda a, b: tuple(tf.cast(tf.reshape(one, (len(one), -1)), tf.float32) / a.max() for one in (a, b))
            ),
            lambda: lambda a, b: [np.array([np.ravel(image) for image in one]) / 255.0 for one in (a, b)],
            lambda: lambda a, b: np.split(np.concatenate([flat(a), flat(b)]) / 255, [len(a)]),
            lambda: lambda train, test: tuple(map(lambda one: (flat(one) / np.float64(255)).tolist(), (train, test))),
        ],
        foreseen={
            "Return two arrays": lambda: lambda a, b: flat(a) / 255,
            "the greys are gone": lambda: lambda a, b: (a.reshape(len(a), -1) // 255, b.reshape(len(b), -1) // 255),
            "the training digits first, and then": lambda: lambda a, b: (flat(b) / 255, flat(a) / 255),
            "one row of 784 pixels": lambda: lambda a, b: (a / 255, b / 255),
            "have an axis": lambda: lambda a, b: (flat(a) / flat(a).max(0), flat(b) / flat(a).max(0)),
            "go down to": lambda: lambda a, b: ((flat(a) - flat(a).mean()) / 255, (flat(b) - flat(a).mean()) / 255),
            "something else is subtracted": lambda: lowest_by_itself,
            "from the notebook": lambda: of_the_notebook,
            "in the line: flattened": lambda: fixed_size,
            "training digits reach": lambda: lambda a, b: (flat(a), flat(b)),
            "test digits reach": lambda: lambda a, b: (flat(a) / a.max(), flat(b)),
            "their own maximum": lambda: lambda a, b: (flat(a) / a.max(), flat(b) / b.max()),
            "takes 2 arguments": lambda: flat,
        },
        unforeseen=[
            lambda: lambda a, b: (flat(a) / 255, flat(b) / 300),
            lambda: lambda a, b: (flat(a) / 255,),
            lambda: lambda a, b: (flat(a) / 255 / 255, flat(b) / 255 / 255),
            lambda: lambda a, b: (flat(a) / 255, np.full((len(b), 784), 0.3)),
            lambda: lambda a, b: (1 - flat(a) / 255, 1 - flat(b) / 255),
            lambda: lambda a, b: {"train": flat(a) / 255, "test": flat(b) / 255},
            lambda: lambda a, b: (flat(a)[::-1] / 255, flat(b)[::-1] / 255),
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
