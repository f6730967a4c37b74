"""Checks of lesson 06."""

import inspect
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, expect, hint
from keras_beyond.exercises.reading import array, called, describe, rounded

ROWS = np.array([[1, 2, 3, 4], [1, 1, 1, 1], [1, -2, 0, 8]], "float32")
OTHER_ROWS = (  # of other sizes and scales; their ends stand in the last columns too, and some are below 0
    np.array([[0.5, -1, 2, 1.5, -3.5], [0, -1, 0.5, 0, 2.5]], "float32"),
    np.random.default_rng(2).normal(-40, 12, size=(6, 3)).astype("float32"),
    np.array([[2.5, -7, 3, 1, 0, -2]], "float32"),
)


def _numbers(returned: Any) -> np.ndarray:
    """Return what a function gave as an array, an empty one where it gave no numbers; a hint at a layer."""
    if isinstance(returned, keras.layers.Layer):
        hint("layer-returned")
    try:
        values = np.asarray(returned)
    except Exception:  # each kind of object refuses in its own way
        values = np.asarray([])
    return values if values.dtype.kind in "biuf" else np.asarray([])


def _close(values: np.ndarray, right: np.ndarray) -> bool:
    """Return whether both are the same numbers, but for the rounding of float16."""
    return values.shape == right.shape and np.allclose(
        values, right, rtol=2e-3, atol=2e-3 * max(1, np.abs(right).max())
    )


def _in_a_model(function: Callable[[Any], Any], size: int) -> keras.Model:
    """Return a model of one Lambda around `function` (or of the layer itself); a hint when symbols are too much for it."""
    symbol = keras.Input((size,))
    if isinstance(function, keras.Sequential):
        function = keras.Sequential(function.layers)  # the first data that it sees fix the shape of its input
    try:
        layer = function if isinstance(function, keras.layers.Layer) else keras.layers.Lambda(function)
        return keras.Model(symbol, layer(symbol))
    except Exception:  # Keras wraps whatever the function raises
        hint("not-symbolic")


def _class_of_layers(answer: Any) -> type[Any]:
    """Return the answer, which has to be a subclass of Layer; hints at a layer and at a function."""
    if isinstance(answer, keras.layers.Layer):
        hint("instance", name=type(answer).__name__)
    if inspect.isfunction(answer):
        hint("function-for-class", name=answer.__name__)
    if not (isinstance(answer, type) and issubclass(answer, keras.layers.Layer)):
        expect(False, "layer-class", found=describe(answer))
    return answer


@exercise("lambda-row-range")
def lambda_row_range(answer: Callable[[Any], Any]) -> None:
    """Check a function: (n, k) to (n, 1), the largest minus the smallest number of each row, on numbers and symbols."""
    returned = called(answer, ROWS.copy())
    values = _numbers(returned)
    if values.shape in ((2, 3, 1), (2, 3)):
        hint("two-returned")
    if values.shape == (3,):
        hint("axis-lost")
    if values.shape in ((4,), (1, 4)):
        hint("columns-compared")
    if values.size == 1:
        hint("no-axis")
    right = np.ptp(ROWS, axis=1, keepdims=True)
    values = array(returned, (3, 1))
    if np.allclose(values, -right):
        hint("sign")
    if np.allclose(values, ROWS.max(axis=1, keepdims=True)) or np.allclose(values, ROWS.min(axis=1, keepdims=True)):
        hint("one-end")
    if np.allclose(values, np.abs(ROWS[:, -1:] - ROWS[:, :1])):
        hint("last-minus-first")
    expect(_close(values, right), "expected", found=rounded(values))
    for rows in OTHER_ROWS:
        try:
            values = array(called(answer, rows.copy()), (len(rows), 1))
        except (ValueError, IndexError, tf.errors.InvalidArgumentError):
            hint("fixed-size", shape=rows.shape)
        _expect_range(values, rows)
    for rows in OTHER_ROWS:
        _expect_range(array(_in_a_model(answer, rows.shape[1])(rows), (len(rows), 1)), rows)


def _expect_range(values: np.ndarray, rows: np.ndarray) -> None:
    right = np.ptp(rows, axis=1, keepdims=True)
    expect(
        _close(values, right),
        "other-rows",
        found=rounded(values.ravel()),
        first=rounded(rows[0]),
        right=rounded(right.ravel()),
    )


@exercise("custom-gain-layer")
def custom_gain_layer(answer: type[Any]) -> None:
    """Check a layer class: k weights, 1 at first and trainable; (n, k) times them."""
    _class_of_layers(answer)
    _look_at_methods(answer)
    for features in (3, 6):
        rows = np.random.default_rng(features).normal(size=(5, features)).astype("float32")
        try:
            layer = answer()
            returned = layer(rows)
        except TypeError as error:
            if "__init__()" not in str(error):
                raise
            hint("needs-arguments")
        except (ValueError, tf.errors.InvalidArgumentError) as error:
            if "new elements of state" in str(error):
                hint("weights-in-call")
            if "to a shape" in str(error):
                hint("shape-is-a-number")
            if layer.weights and tuple(layer.weights[0].shape) == (features, 1):
                hint("column-of-weights", features=features)
            if layer.weights and tuple(layer.weights[0].shape)[-1:] != (features,):
                hint("fixed-length", features=features, shape=tuple(layer.weights[0].shape))
            raise
        if returned is None:
            hint("no-return")
        if not layer.weights:
            hint("no-weights")
        _look_at_weights(layer, rows)
        _look_at_products(layer, rows, returned)


def _look_at_methods(answer: type[Any]) -> None:
    """Whether the class can be made without arguments, and has a `call` and a `build` that take one."""
    try:
        inspect.signature(answer).bind()
    except TypeError:
        hint("needs-arguments")
    if answer.call is keras.layers.Layer.call or "__call__" in vars(answer):
        hint("no-call")
    for name in ("build", "call"):
        method = vars(answer).get(name)
        if inspect.isfunction(method):
            try:
                inspect.signature(method).bind(None, None)
            except TypeError:
                hint("method-arguments", name=name)


def _look_at_weights(layer: keras.layers.Layer, rows: np.ndarray) -> None:
    """Whether the weights are one of each feature, trainable, and 1."""
    count, features = layer.count_params(), rows.shape[1]
    if count == 1:
        hint("single-weight")
    if count == rows.size:
        hint("batch-shape")
    if any(tuple(weight.shape) == (features, features) for weight in layer.weights):
        hint("every-pair", features=features)
    if count == len(rows):
        hint("one-for-each-row", rows=len(rows))
    if len(layer.weights) > 1 and count > features:
        hint("has-bias")
    if count != features and layer.weights[0].shape[-1] != features:
        hint("fixed-length", features=features, shape=tuple(layer.weights[0].shape))
    expect(count == features, "one-weight-each", found=count, features=features)
    if sum(np.size(weight) for weight in layer.trainable_weights) < features:
        hint("not-trainable")
    if not all(np.allclose(weight, 1) for weight in layer.get_weights()):
        hint("not-one-at-first")


def _look_at_products(layer: keras.layers.Layer, rows: np.ndarray, returned: Any) -> None:
    """Whether the layer multiplies: by ones, by other weights, on symbols, and so that the weights can be trained."""
    values = array(returned, rows.shape)
    if _close(values, rows + 1):
        hint("added")
    if _close(values, np.maximum(rows, 0)):
        hint("activation")
    expect(_close(values, rows), "unchanged-at-first", found=rounded(values[0]), first=rounded(rows[0]))
    gains = np.arange(2, rows.shape[1] + 2) * np.where(np.arange(rows.shape[1]) % 2, -0.5, 1).astype("float32")
    ends = np.cumsum([np.size(weight) for weight in layer.get_weights()])[:-1]  # one weight of k, or k of one
    pieces = zip(np.split(gains, ends), layer.get_weights(), strict=True)
    layer.set_weights([piece.reshape(weight.shape) for piece, weight in pieces])
    with tf.GradientTape() as tape:
        values = layer(rows)
        total = tf.reduce_sum(tf.square(values))
    slopes = tape.gradient(total, [weight.value for weight in layer.trainable_weights])
    values = array(values, rows.shape)
    if _close(values, rows):
        hint("weights-not-used")
    if _close(values, rows + gains - 1):
        hint("added")
    factors = np.median(values / rows, axis=0)
    expect(
        _close(values, rows * factors) and np.allclose(np.sort(factors), np.sort(gains), rtol=1e-2),
        "expected",
        found=rounded(values[0]),
        first=rounded(rows[0]),
        gains=rounded(gains),
    )
    symbol = keras.Input(rows.shape[1:])
    try:
        model = keras.Model(symbol, layer(symbol))
    except Exception:  # Keras wraps whatever `call` raises
        model = None
    if model is None or any(slope is None for slope in slopes):
        hint("numbers-only")


@exercise("custom-shortfall-loss")
def custom_shortfall_loss(answer: Callable[[Any, Any], Any]) -> None:
    """Check a loss: the squared difference, three times where the prediction is too low; a mean over the batch."""
    loss = answer() if isinstance(answer, type) and issubclass(answer, keras.losses.Loss) else answer
    low, high = _loss_of(loss, [5], [3]), _loss_of(loss, [3], [5])
    three, five = _loss_of(loss, [5.5], [2.5]), _loss_of(loss, [-2.5], [2.5])
    if np.allclose((low, high), (4, 12)):
        hint("wrong-side")
    if np.isclose(low, high):
        hint("same-price")
    if min(low, high) < 0:
        hint("signed")
    _hint_at_prices(low, high, three, five)
    expect(np.allclose((low, high), (12, 4), rtol=1e-3), "expected", found=f"{low:g}, {high:g}")
    expect(np.allclose((three, five), (27, 25), rtol=1e-3), "other-numbers", found=f"{three:g}, {five:g}")
    source = np.random.default_rng(13)
    for y_true, y_pred in (
        (np.array([5.0, 3, 0, 1]), np.array([3.0, 5, 1, 1])),
        (source.normal(20, 6, size=9), source.normal(20, 6, size=9)),
        (source.uniform(-1, 0, size=3), source.uniform(-1, 0, size=3)),
    ):
        _look_at_batch(loss, y_true, y_pred)
    _look_at_gradient(loss)


def _loss_of(
    loss: Callable[[Any, Any], Any], y_true: Sequence[float] | np.ndarray, y_pred: Sequence[float] | np.ndarray
) -> float:
    """Return the mean of a loss over a batch of one column; hints where it cannot be computed or has another size."""
    pair = [tf.constant(values, tf.float32, shape=(len(values), 1)) for values in (y_true, y_pred)]
    try:
        returned = called(loss, *pair)
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        if "truth value" not in str(error):
            raise
        hint("python-if")
    except TypeError as error:
        if "dtype bool" not in str(error):
            raise
        hint("true-and-false")
    values = _numbers(returned)
    if not values.size:
        expect(False, "numbers", found=describe(returned))
    if values.size not in (1, len(y_true)):
        hint("other-size", rows=len(y_true), shape=values.shape)
    return float(values.mean())


def _hint_at_prices(low: float, high: float, three: float, five: float) -> None:
    """Hints at what a prediction costs that is 2 too low, 2 too high, 3 too low and 5 too high: 12, 4, 27 and 25 are right."""
    factors = np.array([low, high, three, five]) / (12, 4, 27, 25)
    if np.allclose(factors, low / 12) and not np.isclose(low, 12, rtol=1e-3):
        hint("other-scale", factor=low / 12)
    if np.allclose(np.array([low, high, three, five]) / (6, 2, 9, 5), low / 6):
        hint("not-squared")
    if np.allclose((low, high), (36, 4)):
        hint("three-squared")
    if np.allclose((low, high), (16, 4)):
        hint("three-more")
    if np.allclose((low, high), (12, 0)):
        hint("too-high-is-free")
    if np.allclose((low, high), (np.sqrt(12), 2)):
        hint("root")


def _look_at_batch(loss: Callable[[Any, Any], Any], y_true: np.ndarray, y_pred: np.ndarray) -> None:
    """Whether each row of a batch has its own price, and the batch their mean."""
    batch, squares = _loss_of(loss, y_true, y_pred), (y_true - y_pred) ** 2
    losses = np.where(y_pred < y_true, 3, 1) * squares
    right = np.isclose(batch, losses.mean(), rtol=2e-3)
    if not right and np.isclose(batch, losses.sum(), rtol=2e-3):
        hint("summed-batch")
    if not right and np.isclose(batch, [squares.mean(), 3 * squares.mean()], rtol=2e-3).any():
        hint("batch-judged-as-a-whole")
    expect(
        right,
        "batch-mean",
        found=f"{batch:.3f}",
        y_true=rounded(y_true),
        y_pred=rounded(y_pred),
        mean=losses.mean(),
    )


def _look_at_gradient(loss: Callable[[Any, Any], Any]) -> None:
    """Whether `fit` can use the loss: in a graph, without knowing how many rows there are, and downhill."""
    column = tf.TensorSpec((None, 1))

    @tf.function(input_signature=(column, column), autograph=False)  # as in fit
    def slope(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor | None:
        with tf.GradientTape() as tape:
            tape.watch(y_pred)
            total = tf.reduce_mean(loss(y_true, y_pred))
        return tape.gradient(total, y_pred)

    try:
        slopes = slope(tf.constant([[5.0], [3.0]]), tf.constant([[3.0], [5.0]]))
    except Exception:  # whatever is no loss fails in its own way
        slopes = None
    if slopes is None:
        hint("no-gradient")
    expect(float(slopes[0, 0]) < 0 < float(slopes[1, 0]), "pulls", found=rounded(slopes))


@exercise("saved-standardize")
def saved_standardize(answer: type[Any]) -> None:
    """Check a layer class (mean, scale) that survives saving and loading without custom_objects."""
    if inspect.isfunction(answer) and answer.__qualname__.startswith("register_keras_serializable"):
        hint("decorator-without-brackets")
    _class_of_layers(answer)
    try:
        inspect.signature(answer).bind(None, None, name="")
    except TypeError:
        hint("needs-name")
    source = np.random.default_rng(15)
    symbol, rows = keras.Input((3,)), source.normal(size=(4, 3)).astype("float32")
    scales = [(source.normal(0, 4, size=3), source.uniform(0.2, 5, size=3)) for _ in range(2)]
    try:
        stages = [answer(*map(np.copy, pair), name=f"kept_name_{order}") for order, pair in enumerate(scales)]
    except TypeError as error:
        if "__init__()" not in str(error):
            raise
        hint("needs-name")  # an __init__ that takes anything, and hands it on to one that does not
    for stage, (mean, scale) in zip(stages, scales, strict=True):
        values = array(stage(rows), rows.shape)
        expect(
            _close(values, (rows - mean) / scale),
            "formula",
            found=rounded(values[0], 3),
            first=rounded(((rows - mean) / scale)[0], 3),
        )
    model = keras.Model(symbol, [stage(symbol) for stage in stages])
    try:
        config = stages[0].get_config()
    except NotImplementedError:
        hint("not-saved")
    if not isinstance(config, dict):
        hint("config-not-returned")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        try:
            model.save(path)
            loaded = keras.models.load_model(path)
        except Exception:  # Keras wraps what goes wrong
            _explain(answer, config, *scales[0])
            raise
    for stage in stages:
        if stage.name not in [layer.name for layer in loaded.layers]:
            hint("name-lost")
    for returned, (mean, scale) in zip(loaded(rows), scales, strict=True):
        values = array(returned, rows.shape)
        if _close(values, (rows - scale) / mean):
            hint("exchanged-in-config")
        if not _close(values, (rows - mean) / scale):
            _hint_at_config(config, *scales[0])
        expect(
            _close(values, (rows - mean) / scale),
            "same-after-loading",
            found=rounded(values[0], 3),
            first=rounded(((rows - mean) / scale)[0], 3),
        )


def _explain(answer: type[Any], config: dict[str, Any], mean: np.ndarray, scale: np.ndarray) -> None:
    """End the check with the hint for a layer that could not be saved, or was saved and could not be loaded."""
    kept = [config[name] for name in ("mean", "scale") if name in config]
    if any(callable(value) for value in kept):
        hint("tolist-not-called")
    if any(isinstance(value, str) for value in kept):
        hint("text-in-config")
    if keras.utils.get_registered_name(answer) == answer.__name__:
        hint("not-registered")
    if len(kept) < 2:
        hint("config-lacks-arguments")
    if any(isinstance(value, np.ndarray) for value in kept):
        hint("arrays-in-config")
    _hint_at_config(config, mean, scale)


def _hint_at_config(config: dict[str, Any], mean: np.ndarray, scale: np.ndarray) -> None:
    """End the check with a hint where a config holds another mean or scale than those with which the layer was made."""
    for name, value in (("mean", mean), ("scale", scale)):
        kept = config.get(name)
        if isinstance(kept, (list, tuple, int, float)) and not (
            np.shape(kept) == (3,) and np.allclose(kept, value, atol=1e-2)
        ):
            hint("other-config", name=name, given=rounded(value), kept=str(kept))


@exercise("mended-centre")
def mended_centre(answer: Callable[[Any], Any]) -> None:
    """Check a function: (n, k) to (n, k), each row minus its own average, for any number of rows, on symbols as well."""
    square = np.array([[1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 0, 8], [5, 5, 5, 9]], "float32")
    for rows in (square, square[:3], square[:1], np.arange(10, dtype="float32").reshape(2, 5) ** 2, OTHER_ROWS[1]):
        right = rows - rows.mean(axis=1, keepdims=True)
        try:
            returned = called(answer, rows.copy())
        except (ValueError, tf.errors.InvalidArgumentError) as error:
            if "reshape" in str(error).lower() or rows.shape[1] != 4:
                hint("fixed-size", shape=rows.shape)
            if "shape" not in str(error).lower() and "broadcast" not in str(error).lower():
                raise
            hint("axis-lost", rows=len(rows), shape=rows.shape)
        values = _numbers(returned)
        if values.shape in ((len(rows), 1), (len(rows),)):
            hint("average-only")
        if values.shape == rows.shape and not _close(values, right):
            _hint_at_average(values, rows)
        values = array(returned, rows.shape)
        expect(_close(values, right), "expected", found=rounded(values[0], 3), first=rounded(rows[0], 3))
    for rows in OTHER_ROWS:
        values = np.asarray(_in_a_model(answer, rows.shape[1])(rows))
        right = rows - rows.mean(axis=1, keepdims=True)
        expect(_close(values, right), "in-a-lambda", found=rounded(values[0], 3), first=rounded(right[0], 3))


def _hint_at_average(values: np.ndarray, rows: np.ndarray) -> None:
    """Hints at what was taken away from `rows` (n, k) in place of each row's average."""
    averages, sums = rows.mean(axis=1, keepdims=True), rows.sum(axis=1, keepdims=True)
    if rows.shape == (4, 4) and np.allclose(values, rows - averages.T, atol=1e-5):
        hint("bug-on-square")
    columns = rows.mean(axis=0)
    if np.allclose(values, rows - columns, atol=1e-5):
        hint("columns-averaged")
    if rows.shape == (4, 4) and np.allclose(values, rows - columns[:, None], atol=1e-5):
        hint("columns-averaged")
    if np.allclose(values, rows - rows.mean(), atol=1e-5):
        hint("no-axis")
    if np.allclose(values, averages - rows, atol=1e-5):
        hint("sign")
    if np.allclose(values, np.broadcast_to(averages, rows.shape), atol=1e-5):
        hint("average-only")
    if np.allclose(values, rows - sums, atol=1e-4):
        hint("sum-for-average")
    if any(np.allclose(values, rows - sums / count, atol=1e-4) for count in (4, len(rows))):
        hint("wrong-count", count=rows.shape[1])
    with np.errstate(all="ignore"):
        if np.allclose(values[0], ((rows - averages) / rows.std(axis=1, keepdims=True))[0], atol=1e-2):
            hint("divided-too")
