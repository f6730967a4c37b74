"""Answers to the exercises of lesson 05."""

import collections
import fractions
import functools
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


def house_of_application(name: str, *, hidden: bool = True) -> keras.Model:
    make = getattr(keras.applications, name)
    base = make(input_shape=(32, 32, 3), include_top=False, weights=None, pooling="avg")
    photo, facts = keras.Input((32, 32, 3), name="photo"), keras.Input((5,), name="facts")
    joined = layers.concatenate([base(photo), facts])
    h = layers.Dense(32, activation="relu")(joined) if hidden else joined
    return keras.Model([photo, facts], layers.Dense(1)(h))


def house_merged(how: str) -> keras.Model:
    """Photograph and facts to some numbers each, merged in one way or another."""
    photo, facts = keras.Input((None, None, 3), name="photo"), keras.Input((5,), name="facts")
    seen = layers.GlobalAveragePooling2D()(layers.Conv2D(5, 3, activation="relu")(photo))
    if how == "gate":
        price = layers.Dense(1)(seen * layers.Dense(5, activation="sigmoid")(facts))
    if how == "product":
        price = layers.multiply([layers.Dense(1)(seen), layers.Dense(1)(facts)])
    if how == "hidden sum":
        price = layers.Dense(1)(layers.Dense(9, activation="relu")(layers.add([seen, facts])))
    if how == "each by itself":
        parts = [layers.Dense(7, activation="relu")(part) for part in (seen, facts)]
        price = layers.Dense(1)(layers.concatenate(parts))
    if how == "one unit":
        price = layers.Dense(1)(layers.Dense(1, activation="relu")(layers.concatenate([seen, facts])))
    if how == "linear":
        price = layers.Dense(1)(layers.Dense(16)(layers.concatenate([seen, facts])))
    if how == "without facts":
        price = layers.Dense(1)(layers.Dense(9, activation="relu")(seen))
    if how == "four facts":
        price = layers.Dense(1)(layers.Dense(9, activation="relu")(layers.concatenate([seen, facts[:, :4]])))
    if how == "two outputs":
        price = [layers.Dense(1)(layers.Dense(9, activation="relu")(layers.concatenate([seen, facts])))] * 2
    if how == "bilinear":
        price = layers.Dot(axes=1)([seen, facts])
    return keras.Model({"facts": facts, "photo": photo}, price)


def by(change: Callable[[float], float]) -> Callable[[dict[str, float]], dict[str, float]]:
    """A function from losses to weights, each weight made from its loss."""
    return lambda losses: {name: change(loss) for name, loss in losses.items()}


def frozen_head() -> keras.Model:
    model = head()
    model.trainable = False
    return model


def head_named() -> keras.Model:
    code = keras.Input((64,), name="code")
    h = layers.Dropout(0.2)(layers.BatchNormalization()(layers.Dense(16, activation="gelu")(code)))
    return keras.Model({"code": code}, {"gender": layers.Dense(1, activation="sigmoid")(h)})


def softmax_over_rows() -> keras.Model:
    x = keras.Input((64,))
    return keras.Model(x, keras.ops.softmax(layers.Dense(1)(x), axis=0))


class Compare(keras.layers.Layer):
    def call(self, left: object, right: object) -> object:
        return tf.concat([left * right, tf.minimum(left, right)], axis=1)


def swap_losses(losses: dict[str, float]) -> dict[str, float]:
    for name in losses:
        losses[name] = 1 / losses[name]
    return losses


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
            lambda: house_of_application("MobileNetV2"),
            lambda: house_of_application("EfficientNetB0"),
            lambda: house_of_application("ResNet50"),
            lambda: house_merged("gate"),
            lambda: house_merged("product"),
            lambda: house_merged("hidden sum"),
            lambda: house_merged("bilinear"),
        ],
        foreseen={
            "are called": lambda: house(names=("picture", "facts")),
            "scored apart": [
                house_straight,
                lambda: house_merged("linear"),
                lambda: house_merged("each by itself"),
                lambda: house_merged("one unit"),
                lambda: house_of_application("MobileNetV2", hidden=False),
            ],
            "a softmax": lambda: house(last="softmax"),
            "two inputs": one_input,
            "found: 'house'": lambda: "house",
            "to do with photo": house_blind,
            "to do with facts": lambda: house_merged("without facts"),
            "all five have to be read": lambda: house_merged("four facts"),
            "the function house and": lambda: house,
        },
        unforeseen=[lambda: house(facts=4), two_prices, lambda: house_merged("two outputs")],
    ),
    "shortest-post": Answers(
        right=[lambda: 78, lambda: 78.0, lambda: np.int64(78), lambda: tf.constant(78), lambda: np.array([78])],
        foreseen={
            "takes only k - 1": lambda: 83,
            "need room too": lambda: 48,
            "One too few": lambda: 77,
            "belongs to the model of the lesson": lambda: 269,
            "is not counted": lambda: 46,
            "a number on the way back": lambda: 18,
            "the three convolutions alone": lambda: 15,
            "with a word less": lambda: 79,
        },
        unforeseen=[lambda: 40, lambda: 78.5, lambda: (78, 12)],
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
            lambda: by(lambda loss: np.float32(1) / np.float32(loss)),
            lambda: by(lambda loss: fractions.Fraction(1) / fractions.Fraction(loss)),
            lambda: lambda losses: collections.OrderedDict((name, 1 / losses[name]) for name in sorted(losses)),
            lambda: swap_losses,
            lambda: functools.partial(lambda scale, losses: {name: scale / losses[name] for name in losses}, 1.0),
        ],
        foreseen={
            "the losses themselves": lambda: of(lambda loss, _: loss),
            "wrong way round": lambda: of(lambda loss, total: loss / total),
            "products are equal, but": lambda: of(lambda loss, total: total / loss),
            "returned nothing": lambda: lambda losses: print(end=""),
            "without names": lambda: lambda losses: [1 / loss for loss in losses.values()],
            "have no such key": lambda: lambda losses: {"age": 1 / losses["age"], "income": 1 / losses["income"]},
            "were rounded": [
                lambda: by(lambda loss: round(1 / loss, 4)),
                lambda: by(lambda loss: 1 // loss),
            ],
            "the signs are not": lambda: by(lambda loss: -1 / loss),
        },
        unforeseen=[
            lambda: of(lambda loss, _: 1 / loss**2),
            lambda: by(lambda loss: np.exp(-loss)),
            lambda: lambda losses: {"age": 1 / 2000, "income": 0.4, "gender": 2},
            lambda: {"age": 1 / 2000, "income": 0.4},
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
            head_named,
            lambda: keras.models.clone_model(head()),
        ],
        foreseen={
            "still always 1": lambda: head(activation="softmax"),
            "no probabilities": lambda: head(activation=None),
            "two units": lambda: head(2, "softmax"),
            "not built": lambda: keras.Sequential([layers.Dense(1)]),
            "no weights that can be trained": frozen_head,
            "when other rows come": softmax_over_rows,
            "rises smoothly": lambda: head(activation=lambda x: keras.ops.clip(x, 0, 1)),
            "a layer and not a Keras model": lambda: layers.Dense(1, activation="sigmoid"),
            "the class Head": lambda: Head,
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
            lambda: Compare(),
            lambda: lambda a, b: layers.Multiply()([a, b]),
            lambda: lambda a, b: keras.ops.tanh(a + b) * keras.ops.tanh(a - b) ** 2,
            lambda: lambda a, b, power=4: (a - b) ** power,
        ],
        foreseen={
            "know their sides": lambda: lambda a, b: layers.concatenate([a, b]),
            "a sum of left and right": lambda: lambda a, b: layers.average([a, b]),
            "absolute difference of the lesson": lambda: lambda a, b: 3 * keras.ops.sqrt((a - b) ** 2),
            "the first axis": lambda: lambda a, b: keras.ops.sum(a * b),
            "symbolic tensors": lambda: lambda a, b: tf.square(a - b),
            "returned nothing": lambda: lambda a, b: print(end=""),
            "its axis is gone": lambda: lambda a, b: keras.ops.sum(a * b, axis=1),
            "returned several": lambda: lambda a, b: [a * b, a + b],
            "was not called on": lambda: lambda a, b: layers.Multiply(),
            "sees nothing": lambda: lambda a, b: a * 0 + b * 0,
            "when other pairs come": lambda: lambda a, b: keras.ops.softmax(a * b, axis=0),
        },
        unforeseen=[
            lambda: lambda a, b: keras.ops.log(a * b) + keras.ops.log(a * a * b * b) * 0,
            lambda: lambda a: a * a,
            lambda: lambda a, b: (a * b)[..., None],
        ],
    ),
}
