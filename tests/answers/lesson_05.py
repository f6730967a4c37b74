"""Answers to the exercises of lesson 05."""

import types
from collections.abc import Callable

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from answers import Answers


def house(
    *, hidden: str | None = "relu", names: tuple[str, str] = ("photo", "facts"), facts: int = 5, last: str | None = None
) -> keras.Model:
    photo, figures = keras.Input((32, 32, 3), name=names[0]), keras.Input((facts,), name=names[1])
    seen = layers.GlobalMaxPooling2D()(layers.Conv2D(8, 3, activation="relu")(photo))
    h = layers.concatenate([seen, figures])
    h = layers.Dense(16, activation=hidden)(h)
    return keras.Model([photo, figures], layers.Dense(1, activation=last)(h))


def house_of_dict() -> keras.Model:
    photo, facts = keras.Input((32, 32, 3), name="photo"), keras.Input((5,), name="facts")
    seen = layers.Dense(5)(layers.Flatten()(photo))
    return keras.Model({"facts": facts, "photo": photo}, layers.Dense(1)(layers.multiply([seen, facts])))


class HouseSubclass(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.flat, self.join = layers.Flatten(), layers.Concatenate()
        self.hidden, self.last = layers.Dense(20, activation="tanh"), layers.Dense(1)

    def call(self, inputs: dict[str, object]) -> object:
        return self.last(self.hidden(self.join([self.flat(inputs["photo"]), inputs["facts"]])))


def house_subclassed() -> keras.Model:
    model = HouseSubclass()
    model({"photo": np.zeros((1, 32, 32, 3), "float32"), "facts": np.zeros((1, 5), "float32")})
    return model


def house_straight() -> keras.Model:
    photo, facts = keras.Input((32, 32, 3), name="photo"), keras.Input((5,), name="facts")
    joined = layers.concatenate([layers.Flatten()(photo), facts])
    return keras.Model([photo, facts], layers.Dense(1, activation="softplus")(joined))


def house_blind() -> keras.Model:
    photo, facts = keras.Input((32, 32, 3), name="photo"), keras.Input((5,), name="facts")
    seen = layers.Flatten()(photo) * 0.0
    return keras.Model([photo, facts], layers.Dense(1)(layers.Dense(9, "relu")(layers.concatenate([seen, facts]))))


def one_input() -> keras.Model:
    return keras.Sequential([keras.Input((5,)), layers.Dense(1)])


def head(units: int = 1, activation: str | None = "sigmoid", inputs: int = 64) -> keras.Model:
    return keras.Sequential([keras.Input((inputs,)), layers.Dense(units, activation=activation)])


def head_functional() -> keras.Model:
    x = keras.Input((64,))
    return keras.Model(x, layers.Activation("sigmoid")(layers.Dense(1)(layers.Dense(8, activation="relu")(x))))


def head_from_softmax() -> keras.Model:
    x = keras.Input((64,))
    return keras.Model(x, layers.Dense(2, activation="softmax")(x)[:, 1:])


def constant_head() -> keras.Model:
    model = head()
    model.set_weights([np.zeros((64, 1)), np.zeros(1)])
    return model


def with_loop(losses: dict[str, float]) -> dict[str, np.float64]:
    weights = {}
    for name in losses:
        weights[name] = np.float64(1.0) / losses[name]
    return weights


def of(weight: Callable[[float, float], float]) -> Callable[[dict[str, float]], dict[str, float]]:
    """A function from losses to weights, each weight made from its loss and the sum of all."""
    return lambda losses: {name: weight(loss, sum(losses.values())) for name, loss in losses.items()}


def sum_and_product(a: object, b: object) -> object:
    return layers.concatenate([layers.add([a, b]), layers.multiply([a, b])])


class HouseOfList(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.last = layers.Dense(8, activation="gelu"), layers.Dense(1)

    def call(self, inputs: list[object]) -> object:
        photo, facts = inputs
        seen = tf.reduce_mean(photo, axis=(1, 2))
        return self.last(self.hidden(tf.concat([seen, facts], axis=1)))


def house_of_list() -> keras.Model:
    model = HouseOfList()
    model([np.zeros((1, 32, 32, 3), "float32"), np.zeros((1, 5), "float32")])
    return model


def house_rescaled() -> keras.Model:
    photo, facts = keras.Input(shape=(32, 32, 3), name="photo"), keras.Input(shape=(5,), name="facts")
    seen = layers.Dense(8, "relu")(layers.Flatten()(layers.Rescaling(1 / 255)(photo)))
    both = layers.Dense(8, "sigmoid")(keras.ops.concatenate([facts, seen], axis=1))
    return keras.Model(inputs={"photo": photo, "facts": facts}, outputs=layers.Dense(1)(both))


def head_by_ops() -> keras.Model:
    x = keras.Input(shape=(64,))
    return keras.Model(x, (keras.ops.tanh(layers.Dense(1)(x)) + 1) / 2)


class Head(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.score = layers.Dense(1)

    def call(self, codes: object) -> object:
        return tf.sigmoid(self.score(codes))[:, 0]


def head_subclassed() -> keras.Model:
    model = Head()
    model(np.zeros((1, 64), "float32"))
    return model


def compare_by_layer() -> Callable[[object, object], object]:
    """A hidden layer of the learner's own, made outside, reads each side; the product of the two."""
    read = layers.Dense(6, activation="tanh")
    read(np.zeros((1, 32), "float32"))
    return lambda a, b: read(a) * read(b)


def two_prices() -> keras.Model:
    model = house()
    return keras.Model(model.inputs, layers.Dense(2)(model.output))


ANSWERS = {
    "house-model": Answers(
        right=[
            house,
            house_of_dict,
            house_subclassed,
            lambda: house(names=("photo", "facts"), hidden="sigmoid"),
            lambda: house(last="relu"),
            lambda: house(last="softplus"),
            house_of_list,
            house_rescaled,
            lambda: keras.models.clone_model(house()),
        ],
        foreseen={
            "are called": lambda: house(names=("picture", "facts")),
            "scored apart": house_straight,
            "a softmax": lambda: house(last="softmax"),
            "two inputs": one_input,
            "a Keras model": lambda: "house",
        },
        unforeseen=[lambda: house(facts=4), house_blind, two_prices],
    ),
    "shortest-post": Answers(
        right=[lambda: 78, lambda: 78.0, lambda: np.int64(78), lambda: tf.constant(78), lambda: np.array([78])],
        foreseen={
            "takes only k - 1": lambda: 83,
            "need room too": lambda: 48,
            "One too few": lambda: 77,
            "belongs to the model of the lesson": lambda: 269,
        },
        unforeseen=[lambda: 40, lambda: 78.5],
    ),
    "balancing-weights": Answers(
        right=[
            lambda: of(lambda loss, _: 1 / loss),
            lambda: with_loop,
            lambda: of(lambda loss, _: tf.constant(1.0) / loss),
            lambda: lambda losses: dict(zip(losses, 1 / np.array(list(losses.values())), strict=True)),
            lambda: (
                lambda losses: types.MappingProxyType({name: keras.ops.divide(1.0, losses[name]) for name in losses})
            ),
            lambda: lambda losses: {name: np.array([loss**-1]) for name, loss in losses.items()},
        ],
        foreseen={
            "the losses themselves": lambda: of(lambda loss, _: loss),
            "wrong way round": lambda: of(lambda loss, total: loss / total),
            "products are equal, but": lambda: of(lambda loss, total: total / loss),
            "returned nothing": lambda: lambda losses: print(end=""),
        },
        unforeseen=[
            lambda: lambda losses: [1 / loss for loss in losses.values()],
            lambda: of(lambda loss, _: 1 / loss**2),
            lambda: lambda losses: {"age": 1 / 2000, "income": 0.4, "gender": 2},
        ],
    ),
    "mended-head": Answers(
        right=[
            head,
            head_functional,
            head_from_softmax,
            lambda: keras.Sequential([keras.Input((64,)), head()]),
            head_by_ops,
            head_subclassed,
            lambda: head(activation="hard_sigmoid"),
            lambda: head(activation=tf.nn.sigmoid),
            lambda: keras.Sequential(head_functional().layers),
        ],
        foreseen={
            "still always 1": lambda: head(activation="softmax"),
            "no probabilities": lambda: head(activation=None),
            "two units": lambda: head(2, "softmax"),
            "not built": lambda: keras.Sequential([layers.Dense(1)]),
        },
        unforeseen=[lambda: head(3, "softmax"), constant_head, lambda: head(inputs=32)],
    ),
    "compare-codes": Answers(
        right=[
            lambda: lambda a, b: a * b,
            lambda: lambda a, b: (a - b) ** 2,
            lambda: sum_and_product,
            lambda: lambda a, b: keras.ops.sum(a * b, axis=1, keepdims=True),
            lambda: lambda a, b: layers.maximum([a, b]),
            lambda: lambda a, b: layers.Dot(axes=1, normalize=True)([a, b]),
            lambda: lambda a, b: keras.ops.norm(a - b, axis=1, keepdims=True),
            lambda: compare_by_layer(),
            lambda: lambda left, right: layers.Lambda(lambda both: tf.square(both[0] - both[1]))([left, right]),
            lambda: lambda a, b: keras.ops.abs(a**2 - b**2),
        ],
        foreseen={
            "know their sides": lambda: lambda a, b: layers.concatenate([a, b]),
            "a sum of left and right": lambda: lambda a, b: layers.average([a, b]),
            "absolute difference of the lesson": lambda: lambda a, b: keras.ops.abs(b - a),
            "the first axis": lambda: lambda a, b: keras.ops.sum(a * b),
            "symbolic tensors": lambda: lambda a, b: tf.square(a - b),
            "returned nothing": lambda: lambda a, b: print(end=""),
            "its axis is gone": lambda: lambda a, b: keras.ops.sum(a * b, axis=1),
        },
        unforeseen=[
            lambda: lambda a, b: keras.ops.log(a * b) + keras.ops.log(a * a * b * b) * 0,
            lambda: lambda a, b: (a * b)[..., None],
        ],
    ),
}
