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
    def get_config(self) -> dict:
        return {**super().get_config(), "mean": [0.0] * 4}


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
        ],
        foreseen={
            "squeezed away": lambda: lambda x: ops.max(x, axis=1) - ops.min(x, axis=1),
            "one for each column": lambda: lambda x: ops.max(x, axis=0) - ops.min(x, axis=0),
            "a single number": lambda: lambda x: ops.max(x) - ops.min(x),
            "The sign": lambda: lambda x: -ops_range(x),
            "takes numbers only": lambda: lambda x: np.ptp(x, axis=1, keepdims=True),
            "returned nothing": lambda: nothing,
        },
        unforeseen=[
            lambda: lambda x: ops_range(x) * 2,
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
        ],
        foreseen={
            "not a layer Gain() made from it": lambda: Gain(),
            "without arguments": lambda: UnitsGain,
            "made in call": lambda: LateGain,
            "its length is fixed": lambda: gain_layer(lambda shape: (3,)),
            "call returned nothing": lambda: SilentGain,
            "Keras sees no weights": lambda: HiddenGain,
            "for all features together": lambda: gain_layer(lambda shape: ()),
            "the whole batch": lambda: gain_layer(lambda shape: tuple(shape)),
            "no bias": lambda: gain_layer(bias=True),
            "not trainable": lambda: gain_layer(trains=False),
            "not 1 at first": lambda: gain_layer(initializer="random_normal"),
        },
        unforeseen=[lambda: MatrixGain, lambda: AddingGain, lambda: ops_range],
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
            "NumPy functions": lambda: shortfall_by_numpy,
            "returned nothing": lambda: nothing,
        },
        unforeseen=[
            lambda: lambda y_true, y_pred: 2 * shortfall(y_true, y_pred),
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
        ],
        foreseen={
            "save still refuses": lambda: registered(Bare),
            "not registered yet": lambda: NotRegistered,
            "has to hold mean and scale": lambda: registered(Halved),
            "into lists": lambda: registered(Arrays),
            "without its name": lambda: registered(Nameless),
            "as **kwargs": lambda: registered(NoKeywords),
        },
        unforeseen=[lambda: registered(Multiplied), lambda: registered(Forgetful), lambda: Saved([1.0], [1.0])],
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
        ],
        foreseen={
            "The bug is still there": lambda: centred(keepdims=False),
            "the wrong axis": lambda: centred(axis=0),
            "no axis is named": lambda: centred(axis=None, keepdims=False),
            "The sign": lambda: centred(sign=-1),
            "has yet to be taken away": lambda: lambda x: ops.mean(x, axis=1, keepdims=True),
            "takes numbers only": lambda: lambda x: np.subtract(x, np.mean(x, axis=1, keepdims=True)),
            "returned nothing": lambda: nothing,
            "It fails on 3 rows": lambda: (
                lambda x: x - ops.reshape(ops.mean(x, axis=1), (1, 4) if len(x) < 4 else (4, 1))
            ),
        },
        unforeseen=[
            lambda: centred(sign=2),
            lambda: lambda x: 0 * x,
            lambda: lambda x: tf_centre(x) if isinstance(x, np.ndarray) else x,
        ],
    ),
}
