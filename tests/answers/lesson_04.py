"""Answers to the exercises of lesson 04."""

import functools

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from answers import Answers


def two_colours(
    red: int = 3, middle: str = "relu", blue: str = "relu", last: str | None = "softmax", bias: bool = True
) -> keras.Model:
    x = keras.Input((2,))
    r = layers.Dense(2, activation=middle)(layers.Dense(red, activation=middle)(x))
    b = layers.Dense(2, activation=middle)(layers.Dense(1, activation=blue, use_bias=bias)(x))
    return keras.Model(x, layers.Dense(3, activation=last)(layers.concatenate([r, b])))


def two_colours_of_submodels() -> keras.Model:
    red = keras.Sequential([keras.Input((2,)), layers.Dense(3), layers.ReLU(), layers.Dense(2)])
    blue = keras.Sequential([keras.Input((2,)), layers.Dense(1, "tanh"), layers.Dense(2)])
    x = keras.Input((2,))
    return keras.Model(x, layers.Dense(3)(keras.ops.concatenate([blue(x), red(x)], axis=-1)))


class TwoColours(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.red = [layers.Dense(3, activation="sigmoid"), layers.Dense(2)]
        self.blue = [layers.Dense(1, activation="sigmoid"), layers.Dense(2)]
        self.join, self.last = layers.Concatenate(), layers.Dense(3, activation="softmax")

    def call(self, x: object) -> object:
        return self.last(self.join([self.red[1](self.red[0](x)), self.blue[1](self.blue[0](x))]))


def two_colours_subclassed() -> keras.Model:
    model = TwoColours()
    model(np.zeros((1, 2), "float32"))
    return model


def wired(how: str) -> keras.Model:
    """The mistakes in the wiring."""
    x, other = keras.Input((2,)), keras.Input((2,))
    f, g, b_1, b_2, last = (layers.Dense(units) for units in (3, 2, 1, 2, 3))
    red = g(f(x))
    blue = b_2(b_1({"chain": red, "two inputs": other}.get(how, x)))
    inputs = [x, other] if how == "two inputs" else x
    outputs = {
        "two outputs": [red, blue],
        "joined only": layers.concatenate([red, blue]),
        "added": last(layers.add([red, blue])) if how == "added" else None,
        "short": last(layers.concatenate([red, b_1(x)])) if how == "short" else None,
    }.get(how)
    return keras.Model(inputs, last(layers.concatenate([red, blue])) if outputs is None else outputs)


def branch_b(x: object, kernels: tuple[int, int] = (1, 3), strides: tuple[int, int] = (1, 2), pad: str = "same"):
    h = layers.Conv2D(64, kernels[0], strides=strides[0], padding="same", activation="relu")(x)
    return layers.Conv2D(128, kernels[1], strides=strides[1], padding=pad, activation="relu")(h)


def branch_b_in_pieces(x: object) -> object:
    h = layers.Activation("relu")(layers.Conv2D(64, (1, 1))(x))
    return layers.ReLU()(layers.Conv2D(128, (3, 3), (2, 2), "same")(h))


BRANCH_B = keras.Sequential(
    [layers.Conv2D(64, 1, activation="relu"), layers.Conv2D(128, 3, strides=2, padding="same", activation="relu")]
)


def block(x: object, filters: int) -> object:
    h = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    h = layers.Conv2D(filters, 3, padding="same")(h)
    if x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.add([x, h])


def block_with_plus(x: object, filters: int) -> object:
    way = x if x.shape[-1] == filters else layers.Conv2D(filters, 1, use_bias=False)(x)
    h = layers.Conv2D(filters, (3, 3), padding="same")(x)
    h = layers.Conv2D(filters, (3, 3), padding="same", activation="relu")(keras.ops.relu(h))
    return way + h


def block_of_layers(x: object, filters: int) -> object:
    f = keras.Sequential(
        [
            layers.Conv2D(filters, 3, padding="same", activation="tanh"),
            layers.Conv2D(filters, 3, padding="same"),
        ]
    )
    way = layers.Identity() if x.shape[-1] == filters else layers.Conv2D(filters, 1, use_bias=False)
    return layers.Add()([f(x), way(x)])


def wrong_block(how: str):
    def make(x: object, filters: int) -> object:
        h = layers.Conv2D(filters, 3, padding="same", activation=None if how == "linear" else "relu")(x)
        h = layers.Conv2D(filters, 3, padding="same")(h)
        if how == "no shortcut":
            return h
        if how == "joined":
            return layers.concatenate([x, h])
        if how == "always projected" or (how != "identity only" and x.shape[-1] != filters):
            x = layers.Conv2D(filters, 1, use_bias=how == "bias", activation="relu" if how == "bent" else None)(x)
        total = layers.add([x, h])
        return layers.ReLU()(total) if how == "relu after" else total

    return make


def one_convolution(x: object, filters: int) -> object:
    return layers.add([x, layers.Conv2D(filters, 3, padding="same", activation="relu")(x)])


def two_colours_of_dense_parts() -> keras.Model:
    x = keras.Input(shape=(2,), name="start")
    parts = []
    for units in (3, 1):
        h = layers.LeakyReLU()(layers.Dense(units)(x))
        parts.append(layers.Activation("tanh")(layers.Dense(2)(h)))
    return keras.Model(inputs=x, outputs=[layers.Dense(3)(layers.Concatenate(axis=-1)(parts))][0])


def branch_b_padded(x: object) -> object:
    h = layers.ZeroPadding2D(((0, 1), (0, 1)))(layers.Conv2D(filters=64, kernel_size=1, activation="relu")(x))
    return keras.ops.relu(layers.Conv2D(filters=128, kernel_size=3, strides=2)(h))


def branch_b_of_dense(image: object) -> object:
    h = layers.Dense(64, activation="relu")(image)  # along the channels, a Dense is a 1x1 convolution
    return layers.Conv2D(128, (3, 3), strides=(2, 2), padding="same", activation=tf.nn.relu)(h)


def branch_b_of_layers(bend: str | None = "relu") -> object:
    squeeze = layers.Conv2D(64, 1, activation="relu")
    look = layers.Conv2D(128, 3, strides=2, padding="same", activation=bend)
    return lambda x: look(squeeze(x))


def branch_b_padded_all_round(x: object, bend: str | None = "relu") -> object:
    h = layers.ZeroPadding2D(1)(layers.Conv2D(64, 1, activation=bend)(x))
    return layers.ReLU()(layers.Conv2D(128, 3, strides=2)(h))


MAPS = keras.Input((28, 28, 256))


def two_colours_mixed(how: str) -> keras.Model:
    """Colours that are added, and then joined with themselves or with one of the two."""
    x = keras.Input((2,))
    red = layers.Dense(2, activation="relu")(layers.Dense(3, activation="relu")(x))
    blue = layers.Dense(2, activation="relu")(layers.Dense(1, activation="relu")(x))
    total = layers.add([red, blue])
    pairs = {"twice": [total, total], "red": [total, red], "blue": [blue, total]}
    return keras.Model(x, layers.Dense(3)(layers.concatenate(pairs[how])))


def two_colours_in_a_row() -> keras.Model:
    """Red begins where blue ends."""
    x = keras.Input((2,))
    blue = layers.Dense(2)(layers.Dense(1)(x))
    red = layers.Dense(2)(layers.Dense(3)(blue))
    return keras.Model(x, layers.Dense(3)(layers.concatenate([red, blue])))


def two_colours_named() -> keras.Model:
    x = keras.Input((2,), name="x")
    blue = keras.Sequential([layers.Dense(1, activation="softplus"), layers.Dense(2, activation="softmax")])
    red = keras.Sequential([layers.Dense(3, activation="softmax"), layers.Dense(2, activation="gelu")])
    both = layers.ReLU()(layers.Concatenate()([blue(x), red(x)]))
    return keras.Model({"x": x}, {"colours": layers.Dense(3, activation="softmax")(both)})


def two_colours_of_widths(*, blue: int = 1, red: int = 2, last: int = 3) -> keras.Model:
    x = keras.Input((2,))
    r = layers.Dense(3)(x)
    r = layers.Dense(2)(r) if red == 2 else r
    b = layers.Dense(2)(layers.Dense(blue)(x))
    return keras.Model(x, layers.Dense(last)(layers.concatenate([r, b])))


def block_from_projected(x: object, filters: int) -> object:
    if x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1, use_bias=False)(x)
    change = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.add([x, layers.Conv2D(filters, 3, padding="same")(change)])


def block_with_prelu(x: object, filters: int, axes: tuple[int, ...] = (1, 2)) -> object:
    change = layers.Conv2D(filters, 3, padding="same", bias_initializer="random_normal")(x)
    change = layers.PReLU(shared_axes=list(axes))(change)
    change = layers.Conv2D(filters, 3, padding="same", bias_initializer="random_normal")(change)
    projected = x if x.shape[-1] == filters else layers.Conv2D(filters, 1, use_bias=False)(x)
    return projected + change


def block_with_normalization(x: object, filters: int) -> object:
    h = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)))
    h = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same", use_bias=False)(h))
    return h + (x if x.shape[-1] == filters else layers.Conv2D(filters, 1, use_bias=False)(x))


class Block(keras.layers.Layer):
    def __init__(self, filters: int, project: bool) -> None:
        super().__init__()
        self.steps = [layers.Conv2D(filters, 3, padding="same") for _ in range(2)]
        self.way = layers.Conv2D(filters, 1, use_bias=False) if project else layers.Identity()

    def call(self, x: object) -> object:
        return self.way(x) + self.steps[1](tf.nn.silu(self.steps[0](x)))


def block_of(
    how: str = "",
    bend: str | None = "relu",
    first: str | None = None,
    filters_at: int | None = None,
    pad: str = "same",
):
    """The block with something changed: where a ReLU stands, how the two are merged, a number written out."""

    def make(x: object, filters: int) -> object:
        h = layers.Activation(first)(x) if first else x
        filters = filters_at or filters
        h = layers.Conv2D(filters, 3, padding=pad, activation=bend)(h)
        h = layers.Conv2D(filters, 3, padding=pad)(h)
        if how == "grows only" and x.shape[-1] > filters:
            return layers.add([layers.Conv2D(filters, 3, padding="same")(x), h])
        if x.shape[-1] != filters:
            x = layers.Conv2D(filters, 1, use_bias=False, activation="tanh" if how == "bent" else None)(x)
        merge = {"subtracted": layers.subtract, "maximum": layers.maximum, "average": layers.average}
        return merge.get(how, layers.add)([x, h])

    return make


def block_of_dense(x: object, filters: int) -> object:
    h = layers.Conv2D(filters, 3, padding="same", activation="gelu")(x)
    h = layers.Conv2D(filters, 3, padding="same")(h)
    return h + (x if x.shape[-1] == filters else layers.Dense(filters, use_bias=False)(x))


def block_before_activation(x: object, filters: int = 16) -> object:
    h = layers.Conv2D(filters, 3, padding="same")(keras.ops.relu(x))
    h = layers.Conv2D(filters, 3, padding="same")(layers.Activation("relu")(h))
    if int(x.shape[3]) == filters:
        return keras.ops.add(h, x)
    return keras.ops.add(h, layers.Conv2D(filters, (1, 1), use_bias=False)(x))


def block_with_layers_outside() -> object:
    bent, plain = (layers.Conv2D(12, 3, padding="same", activation=bend) for bend in ("relu", None))
    bent(np.zeros((1, 8, 8, 12))), plain(np.zeros((1, 8, 8, 12)))
    return lambda x, filters: x + plain(bent(x)) if filters == 12 else block(x, filters)


def block_without_biases(x: object, filters: int) -> object:
    h = layers.Conv2D(filters, 3, padding="same", activation="relu", use_bias=False)(x)
    h = layers.Conv2D(filters, 3, padding="same", use_bias=False)(h)
    way = x if x.shape[-1] == filters else layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.Add()([h, way])


def block_with_x_twice(x: object, filters: int) -> object:
    return layers.add([block(x, filters), x]) if x.shape[-1] == filters else block(x, filters)


def block_of_three(x: object, filters: int) -> object:
    if x.shape[-1] == filters:
        return block(x, filters)
    return layers.Conv2D(filters, 3, padding="same")(block(x, filters))


ANSWERS = {
    "merge-added-parameters": Answers(
        right=[
            lambda: 898_510,
            lambda: 898_510.0,
            lambda: np.int64(898_510),
            lambda: np.array([898_510]),
            lambda: tf.constant(898_510),
            lambda: np.uint32(898_510),
        ],
        foreseen={
            "count with concatenate": lambda: 903_510,
            "f_3 is missing": lambda: 893_500,
            "one path only": lambda: 648_010,
            "f_3 alone": lambda: 5_010,
            "f_1 is missing": lambda: 506_010,
            "f_1 is counted twice": lambda: 1_291_010,
            "in every layer": lambda: 897_000,
            "how many fewer": lambda: 5_000,
            "a whole number": lambda: 898_510.5,
            "a text (a string)": lambda: "898,510",
        },
        unforeseen=[lambda: 898_500, lambda: 0, lambda: [392_500, 250_500, 250_500, 5_010]],
    ),
    "two-colours": Answers(
        right=[
            two_colours,
            lambda: two_colours(middle="tanh", blue="sigmoid", last=None),
            two_colours_of_submodels,
            two_colours_subclassed,
            lambda: keras.models.clone_model(two_colours()),
            two_colours_of_dense_parts,
            lambda: two_colours(middle="elu", blue="selu", last="sigmoid"),
            lambda: two_colours(middle=None, blue=None, last=None),
            two_colours_named,
        ],
        foreseen={
            "more than one input": lambda: wired("two inputs"),
            "more than one output": lambda: wired("two outputs"),
            "that is the joined vector": lambda: wired("joined only"),
            "were added, not joined": lambda: wired("added"),
            "the blue path stops": lambda: wired("short"),
            "a layer has no biases": lambda: two_colours(bias=False),
            "One colour begins where": [lambda: wired("chain"), two_colours_in_a_row],
            "One colour carries nothing": lambda: two_colours(blue="softmax"),
            "not built": lambda: keras.Sequential([layers.Dense(3)]),
            "a layer and not a Keras model": lambda: layers.Dense(3),
            "yours are mixed": [
                lambda: two_colours_mixed("twice"),
                lambda: two_colours_mixed("red"),
                lambda: two_colours_mixed("blue"),
            ],
            "the last layer goes from R4": lambda: two_colours_of_widths(last=4),
            "the red path stops": lambda: two_colours_of_widths(red=3),
            "In the middle of the blue path": lambda: two_colours_of_widths(blue=2),
        },
        unforeseen=[
            lambda: two_colours(red=4),
            lambda: keras.Sequential([keras.Input((2,)), layers.Dense(3)]),
            lambda: keras.Sequential([keras.Input((4,)), layers.Dense(3)]),
            lambda: keras.Sequential([keras.Input((2,)), layers.Dense(5)]),
        ],
    ),
    "mended-branch-b": Answers(
        right=[
            lambda: branch_b,
            lambda: branch_b_in_pieces,
            lambda: BRANCH_B,
            lambda: branch_b_padded,
            lambda: branch_b_of_dense,
            lambda: functools.partial(branch_b, pad="same"),
            lambda: branch_b_of_layers(),
            lambda: branch_b_padded_all_round,
        ],
        foreseen={
            "of every 4 pixels": lambda: lambda x: branch_b(x, kernels=(1, 1)),
            "lacks padding": lambda: lambda x: branch_b(x, pad="valid"),
            "strides=2 is missing": lambda: lambda x: branch_b(x, strides=(1, 1)),
            "lacks its ReLU": [
                lambda: branch_b_of_layers(None),
                lambda: lambda x: branch_b_padded_all_round(x, None),
            ],
            "does not compute 1x1": lambda: lambda x: branch_b_padded_all_round(x, "tanh"),
            "those of the bottleneck": lambda: lambda x: layers.Conv2D(64, 1, strides=2)(x),
            "returned a model": lambda: lambda x: keras.Model(x, branch_b(x)),
            "was not called": lambda: lambda x: layers.Conv2D(128, 3),
            "another tensor from outside": lambda: lambda x: branch_b(MAPS),
            "The bottleneck is gone": lambda: layers.Conv2D(128, 3, strides=2, padding="same"),
            "are swapped": lambda: lambda x: branch_b(x, kernels=(3, 1)),
            "returned nothing": lambda: lambda x: print(end=""),
        },
        unforeseen=[lambda: lambda x: branch_b(x, kernels=(3, 3)), lambda: lambda x: [x], lambda: lambda x: x],
    ),
    "separable-parameters": Answers(
        right=[
            lambda: 34_176,
            lambda: 34_176.0,
            lambda: np.int32(34_176),
            lambda: tf.constant(34_176),
            lambda: np.array(34_176.0),
        ],
        foreseen={
            "an ordinary Conv2D": lambda: 295_168,
            "The biases are missing": lambda: 33_920,
            "128 too many": lambda: 34_304,
            "for each channel that comes in": lambda: 35_328,
            "added up": lambda: 9 * 128 * 128 * 256,
            "256 go out": lambda: 35_200,
            "the first step alone": lambda: 1_152,
            "the second step alone": lambda: 33_024,
            "belongs to the layer of the lesson": lambda: 8_896,
        },
        unforeseen=[lambda: 1, lambda: 34_177],
    ),
    "residual-block": Answers(
        right=[
            lambda: block,
            lambda: block_with_plus,
            lambda: block_of_layers,
            lambda: block_of_dense,
            lambda: block_before_activation,
            lambda: block_with_layers_outside(),
            lambda: block_without_biases,
            lambda: block_from_projected,
            lambda: block_with_prelu,
            lambda: functools.partial(block_with_prelu, axes=()),
            lambda: block_with_normalization,
            lambda: lambda x, filters: Block(filters, x.shape[-1] != filters)(x),
            lambda: block_of(bend="tanh", first="relu"),
            lambda: block_of(bend="softplus"),
        ],
        foreseen={
            "x was not added": lambda: wrong_block("no shortcut"),
            "you joined the two paths": lambda: wrong_block("joined"),
            "it needs no 1x1": lambda: wrong_block("always projected"),
            "add refuses": lambda: wrong_block("identity only"),
            "a ReLU after the sum": lambda: wrong_block("relu after"),
            "no activation between": [
                lambda: wrong_block("linear"),
                lambda: block_of(bend=None, first="relu"),
            ],
            "has a bias": lambda: wrong_block("bias"),
            "returned nothing": lambda: lambda x, filters: print(end=""),
            "The path of x is no linear map": lambda: block_of("bent"),
            "The change is subtracted": lambda: block_of("subtracted"),
            "written out somewhere": lambda: block_of(filters_at=16),
            "of unlike height": lambda: block_of(pad="valid"),
            "is called with several numbers": lambda: layers.Conv2D(16, 3, padding="same"),
            "or not projected first": lambda: block_of("grows only"),
            "another tensor from outside": lambda: lambda x, filters: block(keras.Input((6, 10, 12)), filters),
        },
        unforeseen=[
            lambda: one_convolution,
            lambda: lambda x, filters: 3,
            lambda: block_with_x_twice,
            lambda: block_of("maximum"),
            lambda: lambda x, filters: layers.MaxPooling2D(2)(block(x, filters)),
            lambda: block_of("average"),
            lambda: block_of_three,
        ],
    ),
}
