"""Answers to the exercises of lesson 06."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from answers import Answers

ops = keras.ops


def nothing(*_: object) -> None:
    print(end="")


def ops_range(inputs: object) -> object:
    return ops.max(inputs, axis=-1, keepdims=True) - ops.min(inputs, axis=-1, keepdims=True)


def tf_range(inputs: object) -> object:
    return tf.reduce_max(inputs, axis=1, keepdims=True) - tf.reduce_min(inputs, axis=1, keepdims=True)


class RangeLayer(layers.Layer):
    def call(self, inputs: object) -> object:
        return ops.expand_dims(ops.amax(inputs, 1) - ops.amin(inputs, 1), 1)


def gain_layer(
    shape_of: object = lambda shape: (shape[-1],), initializer: str = "ones", trains: bool = True, bias: bool = False
) -> type:
    class Gain(layers.Layer):
        def build(self, input_shape: tuple[int, ...]) -> None:
            shape = shape_of(input_shape)
            self.gain = self.add_weight(shape=shape, initializer=initializer, trainable=trains)
            self.b = self.add_weight(shape=shape, initializer="zeros") if bias else 0.0

        def call(self, inputs: object) -> object:
            return inputs * self.gain + self.b

    return Gain


Gain = gain_layer()


class GainByVariable(layers.Layer):
    def build(self, input_shape: tuple[int, ...]) -> None:
        self.gain = keras.Variable(np.ones(input_shape[-1], "float32"))

    def call(self, inputs: object) -> object:
        return ops.multiply(self.gain, inputs)


class GainByEinsum(keras.Model):
    def build(self, input_shape: tuple[int, ...]) -> None:
        self.gain = self.add_weight(shape=(input_shape[-1],), initializer=keras.initializers.Ones())
        self.built = True

    def call(self, inputs: object) -> object:
        return ops.einsum("nk,k->nk", inputs, self.gain)


class MatrixGain(gain_layer(lambda shape: (shape[-1], shape[-1]))):
    def call(self, inputs: object) -> object:
        return ops.matmul(inputs, self.gain)


class AddingGain(Gain):
    def call(self, inputs: object) -> object:
        return inputs + self.gain - 1.0


class LateGain(layers.Layer):
    def call(self, inputs: object) -> object:
        return inputs * self.add_weight(shape=(inputs.shape[-1],), initializer="ones")


class HiddenGain(layers.Layer):
    def build(self, input_shape: tuple[int, ...]) -> None:
        self.gain = tf.Variable(tf.ones(input_shape[-1]))

    def call(self, inputs: object) -> object:
        return inputs * self.gain


class UnitsGain(layers.Layer):
    def __init__(self, units: int) -> None:
        super().__init__()


class SilentGain(Gain):
    def call(self, inputs: object) -> None:
        self.seen = True


def shortfall(y_true: object, y_pred: object) -> object:
    short = y_true - y_pred
    return ops.mean(ops.where(short > 0, 3.0, 1.0) * ops.square(short), axis=-1)


def shortfall_by_relu(y_true: object, y_pred: object) -> object:
    return ops.mean(3 * ops.relu(y_true - y_pred) ** 2 + ops.relu(y_pred - y_true) ** 2)


def shortfall_by_tf(y_true: object, y_pred: object) -> object:
    return tf.where(y_pred < y_true, 3.0, 1.0) * tf.math.squared_difference(y_true, y_pred)


class ShortfallLoss(keras.losses.Loss):
    def call(self, y_true: object, y_pred: object) -> object:
        return shortfall(y_true, y_pred)


def shortfall_by_if(y_true: object, y_pred: object) -> object:
    return 3 * (y_true - y_pred) ** 2 if y_pred < y_true else (y_true - y_pred) ** 2


def shortfall_by_numpy(y_true: object, y_pred: object) -> object:
    short = np.asarray(y_true) - np.asarray(y_pred)
    return np.where(short > 0, 3.0, 1.0) * short**2


class Standardize(layers.Layer):
    def __init__(self, mean: object, scale: object, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.mean, self.scale = np.asarray(mean, "float32"), np.asarray(scale, "float32")

    def call(self, inputs: object) -> object:
        return (inputs - self.mean) / self.scale


class Bare(Standardize):
    """The stub."""


class Saved(Standardize):
    def get_config(self) -> dict:
        return {**super().get_config(), "mean": self.mean.tolist(), "scale": self.scale.tolist()}


def registered(make: type) -> type:
    return keras.utils.register_keras_serializable(package="answers06")(make)


def registered_again() -> type:
    @keras.utils.register_keras_serializable()
    class SavedStandardize(layers.Layer):
        def __init__(self, mean: object, scale: object, **kwargs: object) -> None:
            super().__init__(**kwargs)
            self.mean, self.scale = [float(one) for one in mean], [float(one) for one in scale]

        def call(self, inputs: object) -> object:
            return (inputs - ops.convert_to_tensor(self.mean)) / ops.convert_to_tensor(self.scale)

        def get_config(self) -> dict:
            config = super().get_config()
            config.update(mean=self.mean, scale=self.scale)
            return config

    return SavedStandardize


class ByFromConfig(Standardize):
    def get_config(self) -> dict:
        return {**super().get_config(), "moments": [self.mean.tolist(), self.scale.tolist()]}

    @classmethod
    def from_config(cls, config: dict) -> layers.Layer:
        mean, scale = config.pop("moments")
        return cls(mean, scale, **config)


class Arrays(Standardize):
    def get_config(self) -> dict:
        return {**super().get_config(), "mean": self.mean, "scale": self.scale}


class Nameless(Standardize):
    def get_config(self) -> dict:
        return {"mean": self.mean.tolist(), "scale": self.scale.tolist()}


class Halved(Standardize):
    def get_config(self) -> dict:
        return {**super().get_config(), "mean": self.mean.tolist()}


class NoKeywords(Standardize):
    def __init__(self, mean: object, scale: object) -> None:
        super().__init__(mean, scale)


class NotRegistered(Saved):
    def get_config(self) -> dict:
        return super().get_config()


class Multiplied(Saved):
    def call(self, inputs: object) -> object:
        return (inputs - self.mean) * self.scale


class Forgetful(Saved):
    @classmethod
    def from_config(cls, config: dict) -> layers.Layer:
        return cls(np.zeros(3), np.ones(3), name=config["name"])


def centred(axis: int | None = 1, keepdims: bool = True, sign: int = 1) -> object:
    return lambda inputs: sign * (inputs - ops.mean(inputs, axis=axis, keepdims=keepdims))


def tf_centre(inputs: object) -> object:
    return inputs - tf.reduce_mean(inputs, axis=-1, keepdims=True)


class CentreLayer(layers.Layer):
    def call(self, inputs: object) -> object:
        return ops.transpose(ops.transpose(inputs) - ops.mean(inputs, axis=1))


def by_sorting(inputs: object) -> object:
    ordered = ops.sort(inputs, axis=1)
    return ordered[:, -1:] - ordered[:, :1]


class RangeModel(keras.Model):
    def call(self, inputs: object) -> object:
        return ops_range(inputs)


class GainByMatrix(Gain):
    def call(self, inputs: object) -> object:
        return ops.matmul(inputs, ops.diag(self.gain))


class GainInInit(layers.Layer):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.gain = None

    def build(self, shape: tuple[int, ...]) -> None:
        self.gain = self.add_weight(name="gain", shape=shape[-1:], initializer=keras.initializers.Constant(1))
        super().build(shape)

    def call(self, inputs: object, training: bool = False) -> object:
        return tf.multiply(inputs, self.gain)


class GainOfColumns(layers.Layer):
    def build(self, shape: tuple[int, ...]) -> None:
        self.knobs = [self.add_weight(shape=(1,), initializer="ones") for _ in range(shape[-1])]

    def call(self, inputs: object) -> object:
        return inputs * ops.concatenate(self.knobs)


def shortfall_by_maximum(true: object, pred: object) -> object:
    return ops.square(pred - true) + 2 * ops.square(ops.maximum(true - pred, 0))


def shortfall_by_sign(y_true: object, y_pred: object) -> object:
    return tf.reduce_mean((2.0 + tf.sign(y_true - y_pred)) * tf.square(y_true - y_pred), axis=-1)


def by_custom_objects() -> type:
    class KnownToKeras(Saved):
        pass

    keras.utils.get_custom_objects()["KnownToKeras"] = KnownToKeras
    return KnownToKeras


class WithWeights(Saved):
    """Keeps mean and scale as weights that do not train, too."""

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.kept = [self.add_weight(shape=one.shape, trainable=False) for one in (self.mean, self.scale)]
        self.kept[0].assign(self.mean), self.kept[1].assign(self.scale)

    def call(self, inputs: object) -> object:
        return (inputs - self.kept[0]) / self.kept[1]


def dearest(y_true: object, y_pred: object) -> object:
    return ops.max(ops.where(y_pred < y_true, 3.0, 1.0) * ops.square(y_true - y_pred))


def pushing(y_true: object, y_pred: object) -> object:
    """The right values, and the gradient turned round."""
    loss = ops.where(y_pred < y_true, 3.0, 1.0) * ops.square(y_true - y_pred)
    return 2 * ops.stop_gradient(loss) - loss


def by_python_if(y_true: object, y_pred: object) -> object:
    """A loop over the rows, which only works on numbers."""
    losses = [3 * (t - p) ** 2 if p < t else (t - p) ** 2 for t, p in zip(y_true, y_pred, strict=True)]
    return ops.mean(ops.stack(losses))


def judged_as_a_whole(y_true: object, y_pred: object) -> object:
    factor = 3.0 if ops.mean(y_pred) < ops.mean(y_true) else 1.0
    return factor * ops.mean(ops.square(y_true - y_pred))


def made_in_init(shape: tuple[int, ...]) -> type:
    """A gain layer whose length does not wait for the input."""

    class Early(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.gain = self.add_weight(shape=shape, initializer="ones")

        def call(self, inputs: object) -> object:
            return inputs * self.gain

    return Early


def gain_that(call: object) -> type:
    """A gain layer with another `call`."""
    return type("Gain", (Gain,), {"call": call})


class ForwardGain(layers.Layer):
    def forward(self, inputs: object) -> object:
        return inputs


class BuildOfNothing(layers.Layer):
    def build(self) -> None:
        self.gain = self.add_weight(shape=(3,), initializer="ones")

    def call(self, inputs: object) -> object:
        return inputs * self.gain


class MisspeltGain(layers.Layer):
    def build(self, input_shape: tuple[int, ...]) -> None:
        self.gian = self.add_weight(shape=(input_shape[-1],), initializer="ones")

    def call(self, inputs: object) -> object:
        return inputs * self.gain


class GainWithOptions(Gain):
    def __init__(self, units: int | None = None, **kwargs: object) -> None:
        super().__init__(**kwargs)

    def get_config(self) -> dict:
        return super().get_config()


class GainByRow(layers.Layer):
    """Keeps its gains in a matrix of one row."""

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.kernel = self.add_weight(
            shape=(1, input_shape[-1]), initializer=lambda shape, dtype: ops.ones(shape, dtype)
        )

    def call(self, inputs: object, **_: object) -> object:
        return self.kernel * inputs


def saved_with(**values: object) -> type:
    """Saved, with other values in its config."""

    class Other(Standardize):
        def get_config(self) -> dict:
            config = {**super().get_config(), "mean": self.mean.tolist(), "scale": self.scale.tolist()}
            return config | {name: value(self) for name, value in values.items()}

    return registered(Other)


class ConfigLost(Standardize):
    def get_config(self) -> None:
        self.config = {**super().get_config(), "mean": self.mean.tolist(), "scale": self.scale.tolist()}


class TakesAnything(Standardize):
    def __init__(self, *args: object, **kwargs: object) -> None:
        layers.Layer.__init__(self, *args, **kwargs)


class KeepsLists(layers.Layer):
    """Keeps what it gets as lists of floats."""

    def __init__(self, mean: object, scale: object, trainable: bool = False, **kwargs: object) -> None:
        super().__init__(trainable=trainable, **kwargs)
        self.mean, self.scale = list(map(float, mean)), list(map(float, scale))

    def call(self, inputs: object) -> object:
        return ops.divide(ops.subtract(inputs, ops.array(self.mean)), ops.array(self.scale))

    def get_config(self) -> dict:
        return super().get_config() | {"mean": tuple(self.mean), "scale": tuple(self.scale)}


class BySerializing(Standardize):
    """Lets Keras serialize the arrays."""

    def get_config(self) -> dict:
        arrays = {"mean": keras.utils.serialize_keras_object(self.mean.tolist()), "scale": list(self.scale)}
        return {**super().get_config(), **arrays}


def over(count: object) -> object:
    """Each row minus its sum over something else than its length."""
    return lambda x: x - ops.sum(x, axis=1, keepdims=True) / count(x)


ANSWERS = {
    "lambda-row-range": Answers(
        right=[
            lambda: ops_range,
            lambda: tf_range,
            lambda: RangeLayer(),
            lambda: layers.Lambda(ops_range),
            lambda: lambda x: ops.reshape(ops.max(x, 1) - ops.min(x, 1), (-1, 1)),
            lambda: by_sorting,
            lambda: layers.Lambda(lambda x: ops.max(x, -1, keepdims=True) + ops.max(-x, -1, keepdims=True)),
            lambda: RangeModel(),
            lambda: tf.function(tf_range),
            lambda: keras.Sequential([layers.Lambda(ops_range)]),
            lambda: lambda x: ops.subtract(*(f(x, axis=-1)[:, None] for f in (ops.amax, ops.amin))),
            lambda: lambda inputs, axis=1: ops.max(inputs, axis, True) - ops.min(inputs, axis, True),
            lambda: lambda x: ops.max(x[:, :, None] - x[:, None, :], axis=(1, 2))[:, None],
            lambda: lambda x: layers.Subtract()([ops.max(x, 1, keepdims=True), ops.min(x, 1, keepdims=True)]),
            lambda: lambda x: ops.cast(ops_range(x), "float64"),
        ],
        foreseen={
            "squeezed away": lambda: lambda x: ops.max(x, axis=1) - ops.min(x, axis=1),
            "one for each column": lambda: lambda x: ops.max(x, axis=0) - ops.min(x, axis=0),
            "a single number": lambda: lambda x: ops.max(x) - ops.min(x),
            "The sign": lambda: lambda x: -ops_range(x),
            "takes numbers only": lambda: lambda x: np.ptp(x, axis=1, keepdims=True),
            "returned nothing": lambda: nothing,
            "returns a layer": lambda: lambda x: layers.Lambda(ops_range),
            "return two things": lambda: lambda x: (ops.max(x, 1, keepdims=True), ops.min(x, 1, keepdims=True)),
            "the largest alone": lambda: lambda x: ops.max(x, axis=1, keepdims=True),
            "first and the last number": lambda: lambda x: ops.abs(x[:, -1:] - x[:, :1]),
            "written into it": lambda: lambda x: ops.reshape(ops.max(x, 1) - ops.min(x, 1), (3, 1)),
            "This is the class": lambda: RangeLayer,
            "takes 1 argument;": lambda: lambda inputs, axis: ops_range(inputs),
        },
        unforeseen=[
            lambda: lambda x: ops_range(x) * 2,
            lambda: lambda x: ops.max(ops.relu(x), 1, keepdims=True) + ops.max(ops.relu(-x), 1, keepdims=True),
            lambda: lambda x: ops.std(x, axis=1, keepdims=True),
            lambda: lambda x: ops_range(ops.abs(x)),
            lambda: lambda x: "range",
            lambda: lambda x: ops.max(x, 1, keepdims=True) - ops.min(x[:, :4], 1, keepdims=True),
            lambda: lambda x: x,
            lambda: 3,
            lambda: lambda x: ops_range(x[:, :4]),
        ],
    ),
    "custom-gain-layer": Answers(
        right=[
            lambda: Gain,
            lambda: gain_layer(lambda shape: (1, shape[-1])),
            lambda: GainByVariable,
            lambda: GainByEinsum,
            lambda: GainByMatrix,
            lambda: GainInInit,
            lambda: GainOfColumns,
            lambda: GainWithOptions,
            lambda: GainByRow,
            lambda: gain_that(lambda self, x, training=None, mask=None: tf.multiply(self.gain, x)),
        ],
        foreseen={
            "not a layer Gain(...) made from it": lambda: Gain(),
            "without arguments": lambda: UnitsGain,
            "made in call": lambda: LateGain,
            "its length is fixed": lambda: gain_layer(lambda shape: (3,)),
            "call returned nothing": lambda: SilentGain,
            "Keras sees no weights": lambda: HiddenGain,
            "for all features together": lambda: gain_layer(lambda shape: ()),
            "the whole batch": lambda: gain_layer(lambda shape: tuple(shape)),
            "this layer has no bias": lambda: gain_layer(bias=True),
            "Not all the weights are trainable": lambda: gain_layer(trains=False),
            "is a function. A class": lambda: ops_range,
            "The class has no call": lambda: ForwardGain,
            "besides self": lambda: BuildOfNothing,
            "a column, which": lambda: gain_layer(lambda shape: (shape[-1], 1)),
            "has to be a tuple": lambda: gain_layer(lambda shape: shape[-1]),
            "are 3 x 3": lambda: MatrixGain,
            "one for each row": lambda: gain_layer(lambda shape: (shape[0], 1)),
            "The weight is added": lambda: AddingGain,
            "no activation": lambda: gain_that(lambda self, x: ops.relu(x * self.gain)),
            "call does not use them": lambda: gain_that(lambda self, x: x),
            "does not learn": lambda: gain_that(lambda self, x: np.multiply(x, self.gain)),
            "not 1 at first": lambda: gain_layer(initializer="random_normal"),
        },
        unforeseen=[
            lambda: gain_that(lambda self, x: 2 * x * self.gain - x),
            lambda: gain_that(lambda self, x: 3 * x * self.gain),
            lambda: type(
                "Gain", (gain_layer(lambda shape: (2, shape[-1])),), {"call": lambda self, x: x * self.gain[0]}
            ),
            lambda: gain_that(lambda self, x: x * ops.abs(self.gain)),
            lambda: gain_that(lambda self, x: x * ops.softmax(self.gain) * x.shape[-1]),
            lambda: gain_that(lambda self, x: ops.sum(x * self.gain, axis=1)),
            lambda: dict,
        ],
    ),
    "custom-shortfall-loss": Answers(
        right=[
            lambda: shortfall,
            lambda: shortfall_by_relu,
            lambda: shortfall_by_tf,
            lambda: ShortfallLoss,
            lambda: ShortfallLoss(),
            lambda: shortfall_by_maximum,
            lambda: tf.function(shortfall),
            lambda: shortfall_by_sign,
            lambda: lambda y_true, y_pred: ops.cast(shortfall(y_true, y_pred), "float64"),
            lambda: lambda t, p: ops.square(t - p) * (1 + 2 * ops.cast(p < t, "float32")),
            lambda: (
                lambda t, p: keras.losses.MeanSquaredError(reduction=None)(
                    t * 0, ops.where(t > p, 3**0.5 * (t - p), t - p)
                )
            ),
            lambda: lambda t, p: tf.reduce_mean(tf.maximum(3.0 * tf.nn.relu(t - p) ** 2, (t - p) ** 2)),
            lambda: (
                lambda y_true, y_pred, factor=3.0: ops.mean(
                    ops.where(y_pred < y_true, factor, 1.0) * (y_true - y_pred) ** 2, axis=-1, keepdims=True
                )
            ),
        ],
        foreseen={
            "The dear side": lambda: lambda y_true, y_pred: shortfall(y_pred, y_true),
            "Both sides cost the same": lambda: lambda y_true, y_pred: ops.square(y_true - y_pred),
            "absolute value": lambda: (
                lambda y_true, y_pred: ops.where(y_pred < y_true, 3.0, 1.0) * ops.abs(y_true - y_pred)
            ),
            "inside the square": lambda: (
                lambda y_true, y_pred: ops.square(ops.where(y_pred < y_true, 3.0, 1.0) * (y_true - y_pred))
            ),
            "falls below 0": lambda: lambda y_true, y_pred: ops.where(y_pred < y_true, 3.0, 1.0) * (y_true - y_pred),
            "sum of its rows": lambda: lambda y_true, y_pred: ops.sum(shortfall(y_true, y_pred)),
            "gives True and False": lambda: (
                lambda y_true, y_pred: (1 + 2 * (y_pred < y_true)) * ops.square(y_true - y_pred)
            ),
            "a Python if": lambda: shortfall_by_if,
            "gives no gradient": lambda: shortfall_by_numpy,
            "returned nothing": lambda: nothing,
            "not 3 times more": lambda: lambda t, p: ops.square(t - p) + ops.where(p < t, 3.0, 0.0) * ops.square(t - p),
            "2 times as much": lambda: lambda t, p: 2 * shortfall(t, p),
            "costs nothing now": lambda: lambda t, p: 3 * ops.square(ops.relu(t - p)),
            "A square root": lambda: lambda t, p: ops.sqrt(shortfall(t, p)),
            "charge them all alike": lambda: judged_as_a_whole,
            "Does everything in it": lambda: lambda t, p: shortfall(np.ones((64, 1), "float32"), p),
            "takes 2 arguments;": lambda: lambda y_pred: ops.square(y_pred),
        },
        unforeseen=[
            lambda: lambda y_true, y_pred: shortfall(y_true, y_pred) + 2,
            lambda: lambda y_true, y_pred: ops.where(y_pred < y_true, 6.0, 2.0) * ops.abs(y_true - y_pred) ** 1.0001,
            lambda: lambda y_true, y_pred: ops.where(y_pred < y_true, 4.0, 4.0) + ops.where(y_pred < y_true, 8.0, 0.0),
            lambda: lambda y_true, y_pred: "12",
            lambda: 12,
            lambda: dearest,
            lambda: pushing,
        ],
    ),
    "saved-standardize": Answers(
        right=[
            lambda: registered(Saved),
            registered_again,
            lambda: registered(ByFromConfig),
            lambda: by_custom_objects(),
            lambda: registered(WithWeights),
            lambda: registered(KeepsLists),
            lambda: registered(BySerializing),
            lambda: saved_with(mean=lambda self: [*map(float, self.mean)]),
        ],
        foreseen={
            "save still refuses": lambda: registered(Bare),
            "not registered yet": lambda: NotRegistered,
            "has to hold mean and scale": lambda: registered(Halved),
            "into lists": lambda: registered(Arrays),
            "without its name": lambda: registered(Nameless),
            "as **kwargs": lambda: registered(NoKeywords),
            "not a layer Saved(...)": lambda: Saved([1.0], [1.0]),
            "is a function. A class": lambda: shortfall,
            "lacks its brackets: without": lambda: keras.utils.register_keras_serializable(Saved),
            "does not return a dict": lambda: registered(ConfigLost),
            ".tolist lacks": lambda: saved_with(mean=lambda self: self.mean.tolist),
            "a text (a string) in the config": lambda: saved_with(mean=lambda self: str(self.mean)),
            "changed places": lambda: saved_with(
                mean=lambda self: self.scale.tolist(), scale=lambda self: self.mean.tolist()
            ),
            "notes down [1.0, 2.0": lambda: saved_with(mean=lambda self: [1.0, 2.0, 3.0, 4.0]),
            "notes down [0.0, 0.0": lambda: saved_with(mean=lambda self: [0.0] * 3),
        },
        unforeseen=[
            lambda: registered(Multiplied),
            lambda: registered(Forgetful),
            lambda: dict,
        ],
    ),
    "mended-centre": Answers(
        right=[
            lambda: centred(),
            lambda: tf_centre,
            lambda: CentreLayer(),
            lambda: lambda x: x - ops.expand_dims(ops.mean(x, axis=1), 1),
            lambda: layers.Lambda(centred(axis=-1)),
            lambda: lambda x: ops.subtract(x, ops.sum(x, 1, keepdims=True) / ops.shape(x)[1]),
            lambda: lambda x: x - ops.mean(x, axis=1)[:, None],
            lambda: lambda x: ops.stack(ops.unstack(x, axis=1), axis=1) - tf.reduce_mean(x, 1, True),
            lambda: tf.function(tf_centre),
            lambda: lambda x: x - ops.reshape(ops.mean(x, axis=1), (-1, 1)),
            lambda: keras.Sequential([layers.Lambda(tf_centre)]),
            lambda: lambda x: ops.matmul(x, ops.eye(x.shape[1]) - 1 / x.shape[1]),
            lambda: lambda x: ops.cast(tf_centre(x), "float64"),
        ],
        foreseen={
            "The bug is still there": lambda: centred(keepdims=False),
            "the wrong axis": lambda: centred(axis=0),
            "no axis is named": lambda: centred(axis=None, keepdims=False),
            "The sign": lambda: centred(sign=-1),
            "has yet to be taken away": lambda: lambda x: ops.mean(x, axis=1, keepdims=True),
            "takes numbers only": lambda: lambda x: np.subtract(x, np.mean(x, axis=1, keepdims=True)),
            "returned nothing": lambda: nothing,
            "written into it": lambda: lambda x: x - ops.reshape(ops.mean(x, axis=1), (4, 1)),
            "the sum of each row": lambda: over(lambda x: 1.0),
            "you divide by another": lambda: over(lambda x: 4),
            "standard deviation as well": lambda: lambda x: tf_centre(x) / (ops.std(x, axis=1, keepdims=True) + 1e-9),
            "This is the class": lambda: CentreLayer,
            "It fails on 3 rows": lambda: lambda x: x - ops.mean(x, axis=1, keepdims=len(x) == 4),
        },
        unforeseen=[
            lambda: centred(sign=2),
            lambda: lambda x: x - ops.median(x, axis=1, keepdims=True),
            lambda: lambda x: tf_centre(x) if len(x) < 5 else x,
            lambda: lambda x: 0 * x,
            lambda: lambda x: tf_centre(x) if isinstance(x, np.ndarray) else x,
        ],
    ),
}
