"""Checks of lesson 06."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, expect, hint
from keras_beyond.exercises.reading import array, called, describe

ROWS = np.array([[1, 2, 3, 4], [1, 1, 1, 1], [0, -2, 0, 8]], "float32")


def in_a_model(function: Callable[[object], object], size: int) -> keras.Model:
    """A model of one Lambda around `function` (or of the layer itself); a hint when symbols are too much for it."""
    symbol = keras.Input((size,))
    try:
        layer = function if isinstance(function, keras.layers.Layer) else keras.layers.Lambda(function)
        return keras.Model(symbol, layer(symbol))
    except Exception:  # Keras wraps whatever the function raises
        hint("not-symbolic")


@exercise("lambda-row-range")
def lambda_row_range(answer: Callable[[object], object]) -> None:
    """A function: (n, k) to (n, 1), the largest minus the smallest number of each row, on numbers and symbols."""
    given = np.asarray(called(answer, ROWS.copy()))
    if given.shape == (3,):
        hint("axis-lost")
    if given.shape in ((4,), (1, 4)):
        hint("columns-compared")
    if given.size == 1:
        hint("no-axis")
    right = ROWS.max(1, keepdims=True) - ROWS.min(1, keepdims=True)
    given = array(given, (3, 1))
    if np.allclose(given, -right):
        hint("sign")
    expect(np.allclose(given, right), "expected", found=given.tolist())
    model = in_a_model(answer, 5)
    wide = np.random.default_rng(1).normal(size=(2, 5)).astype("float32")
    given = array(model(wide), (2, 1))
    expect(np.allclose(given, np.ptp(wide, axis=1, keepdims=True), atol=1e-5), "in-a-lambda", found=given.tolist())


@exercise("custom-gain-layer")
def custom_gain_layer(answer: type) -> None:
    """A layer class: k weights, 1 at first and trainable; (n, k) times them."""
    if isinstance(answer, keras.layers.Layer):
        hint("instance")
    if not (isinstance(answer, type) and issubclass(answer, keras.layers.Layer)):
        expect(False, "layer-class", found=describe(answer))
    for features in (3, 6):
        x = np.random.default_rng(features).normal(size=(5, features)).astype("float32")
        try:
            layer = answer()
        except TypeError:
            hint("needs-arguments")
        try:
            given = layer(x)
        except Exception as error:
            if "new elements of state" in str(error):
                hint("weights-in-call")
            if layer.weights:
                hint("fixed-length", features=features, shape=tuple(layer.weights[0].shape))
            raise
        if given is None:
            hint("no-return")
        if not layer.weights:
            hint("no-weights")
        count = layer.count_params()
        if count == 1:
            hint("single-weight")
        if count == x.size:
            hint("batch-shape")
        if len(layer.weights) == 2 and count == 2 * features:
            hint("has-bias")
        expect(count == features, "one-weight-each", found=count, features=features)
        if not layer.trainable_weights:
            hint("not-trainable")
        if not all(np.allclose(weight, 1) for weight in layer.get_weights()):
            hint("not-one-at-first")
        gains = np.arange(2, features + 2).astype("float32")
        ends = np.cumsum([np.size(weight) for weight in layer.get_weights()])[:-1]  # one weight of k, or k of one
        pieces = zip(np.split(gains, ends), layer.get_weights(), strict=True)
        layer.set_weights([piece.reshape(weight.shape) for piece, weight in pieces])
        given = array(layer(x), x.shape)
        expect(
            np.allclose(given, x * np.median(given / x, axis=0), atol=1e-4)
            and np.allclose(np.sort(np.median(given / x, axis=0)), gains, atol=1e-4),
            "expected",
            found=f"{given[0].round(3).tolist()} for {x[0].round(3).tolist()} and weights 2, 3, 4, ...",
        )


@exercise("custom-shortfall-loss")
def custom_shortfall_loss(answer: Callable[[object, object], object]) -> None:
    """A loss: the squared difference, three times where the prediction is too low; a mean over the batch."""
    loss = answer() if isinstance(answer, type) and issubclass(answer, keras.losses.Loss) else answer

    def value(y_true: list[float], y_pred: list[float]) -> float:
        pair = [tf.constant(one, tf.float32, shape=(len(one), 1)) for one in (y_true, y_pred)]
        given = np.asarray(called(loss, *pair))
        if given.dtype.kind not in "biuf":
            expect(False, "numbers", found=describe(called(loss, *pair)))
        return float(given.mean())

    try:
        low, high = value([5], [3]), value([3], [5])
        batch = value([5, 3, 0, 1], [3, 5, 1, 1])
    except (ValueError, tf.errors.InvalidArgumentError):
        hint("python-if")
    except TypeError as error:
        if "dtype bool" not in str(error):
            raise
        hint("true-and-false")
    if (low, high) == (4, 12):
        hint("wrong-side")
    if low == high:
        hint("same-price")
    if (low, high) == (6, 2):
        hint("not-squared")
    if (low, high) == (36, 4):
        hint("three-squared")
    if min(low, high) < 0:
        hint("signed")
    expect(np.isclose(low, 12) and np.isclose(high, 4), "expected", found=f"{low:g}, {high:g}")
    if np.isclose(batch, 17):
        hint("summed-batch")
    expect(np.isclose(batch, 17 / 4), "batch-mean", found=f"{batch:g}")
    y_true, y_pred = tf.constant([[5.0], [3.0]]), tf.constant([[3.0], [5.0]])

    @tf.function
    def slope() -> tf.Tensor | None:
        with tf.GradientTape() as tape:
            tape.watch(y_pred)
            total = tf.reduce_mean(loss(y_true, y_pred))
        return tape.gradient(total, y_pred)

    try:
        pulls = slope()
    except Exception:
        pulls = None
    if pulls is None:
        hint("no-gradient")
    expect(float(pulls[0, 0]) < 0 < float(pulls[1, 0]), "pulls", found=pulls.numpy().ravel().tolist())


@exercise("saved-standardize")
def saved_standardize(answer: type) -> None:
    """A layer class (mean, scale) that survives saving and loading without custom_objects."""
    if not (isinstance(answer, type) and issubclass(answer, keras.layers.Layer)):
        expect(False, "layer-class", found=describe(answer))
    mean, scale = np.array([1, 2, 3, 4]), np.array([1.0, 1.0, 2.0, 2.5])
    try:
        layer = answer(mean.copy(), scale.copy(), name="kept_name")
    except TypeError:
        hint("needs-name")
    symbol = keras.Input((4,))
    model = keras.Model(symbol, layer(symbol))
    given = array(model(ROWS), ROWS.shape)
    expect(np.allclose(given, (ROWS - mean) / scale, atol=1e-5), "formula", found=given[0].tolist())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        try:
            model.save(path)
        except NotImplementedError:
            hint("not-saved")
        try:
            loaded = keras.models.load_model(path)
        except Exception as error:
            _explain(error, answer, layer)
            raise
    if loaded.layers[-1].name != "kept_name":
        hint("name-lost")
    given = array(loaded(ROWS), ROWS.shape)
    expect(np.allclose(given, (ROWS - mean) / scale, atol=1e-5), "same-after-loading", found=given[0].tolist())


def _explain(error: Exception, answer: type, layer: keras.layers.Layer) -> None:
    """The hint for a file that was saved and could not be loaded."""
    if keras.utils.get_registered_name(answer) == answer.__name__:
        hint("not-registered")
    config = layer.get_config()
    if not {"mean", "scale"} <= set(config):
        hint("config-lacks-arguments")
    if any(isinstance(config[one], np.ndarray) for one in ("mean", "scale")):
        hint("arrays-in-config")


@exercise("mended-centre")
def mended_centre(answer: Callable[[object], object]) -> None:
    """A function: (n, k) to (n, k), each row minus its own average, for any number of rows."""
    square = np.array([[1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 0, 8], [5, 5, 5, 9]], "float32")
    for rows in (square, square[:3], square[:1], np.arange(10, dtype="float32").reshape(2, 5) ** 2):
        right = rows - rows.mean(axis=1, keepdims=True)
        try:
            given = np.asarray(called(answer, rows.copy()))
        except (ValueError, tf.errors.InvalidArgumentError):
            hint("axis-lost", rows=len(rows), shape=rows.shape)
        if given.shape == rows.shape and not np.allclose(given, right, atol=1e-5):
            if np.allclose(given, rows - rows.mean(axis=0), atol=1e-5):
                hint("columns-averaged")
            if np.allclose(given, rows - rows.mean(), atol=1e-5):
                hint("no-axis")
            if np.allclose(given, -right, atol=1e-5):
                hint("sign")
            if len(rows) == 4 and np.allclose(given, rows - rows.mean(axis=1), atol=1e-5):
                hint("bug-on-square")
        if given.shape == (len(rows), 1):
            hint("average-only")
        given = array(given, rows.shape)
        expect(np.allclose(given, right, atol=1e-5), "expected", found=given[0].tolist())
    model = in_a_model(answer, 5)
    expect(np.allclose(model(rows), right, atol=1e-5), "in-a-lambda", found=np.asarray(model(rows))[0].tolist())
