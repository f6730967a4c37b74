"""Checks of lesson 05."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, exercise_number, expect, hint
from keras_beyond.exercises.reading import built_model, called, describe, number, outputs, whole_number


def _interaction(function: Callable[..., Any], *sides: tuple[np.ndarray, np.ndarray]) -> float:
    """Return how far a function of two arguments is from a sum of two functions, beside the size of its values."""
    values = [[np.asarray(function(left, right), "float64") for right in sides[1]] for left in sides[0]]
    size = max(float(np.abs(value).max()) for row in values for value in row)
    return float(np.abs(values[0][0] - values[0][1] - values[1][0] + values[1][1]).max()) / (size + 1e-12)


PHOTO, FACTS = (32, 32, 3), (5,)
PROBLEMS = ("constant-output", "photo", "facts", "some-facts", "added-at-the-end")  # in the order in which they show
Form = Callable[[Any, Any], Any]


@exercise("house-model", seconds=5)
def house_model(answer: Any) -> None:
    """Check a model with inputs photo (32, 32, 3) and facts (5,), one number, and the two of them interact."""
    model = built_model(answer)
    shapes = {tensor.name: tuple(tensor.shape)[1:] for tensor in getattr(model, "inputs", None) or []}
    if len(shapes) not in (0, 2):  # a subclassed model need not know its inputs
        expect(False, "two-inputs", found=len(shapes))
    source = np.random.default_rng(1)
    photos = source.normal(size=(6, *PHOTO)) * np.reshape([0, 0.1, 1, 4, 30, 250], (6, 1, 1, 1))
    facts = source.normal(size=(6, *FACTS)) * np.reshape([1e-9, 1e-3, 0.1, 1, 5, 80], (6, 1))
    tables = photos.astype("float32"), facts.astype("float32")
    form = _form(model, shapes, *tables)
    reached = -1
    size = model.count_params()
    for attempt in range(9 if size < 1_000_000 else 3 if size < 20_000_000 else 2):
        if (
            attempt
        ):  # a ReLU at the end may be silent, or a photograph too faint, with these weights and not with others
            _draw_weights(model, source)
        problem = _problem(*_prices(model, form, *tables))
        if problem is None:
            return
        reached = max(reached, PROBLEMS.index(problem))
    if reached == 0:
        hint("constant-output")
    if reached in (1, 2):
        hint("unused-input", name=PROBLEMS[reached])
    if reached == 3:
        hint("unused-facts")
    hint("added-at-the-end")


def _form(model: keras.Model, shapes: dict[str, tuple[int | None, ...]], photos: np.ndarray, facts: np.ndarray) -> Form:
    """Return how a model takes its two inputs: by name, or in a list where it knows no names. End the check where neither."""
    forms: list[Form] = [lambda photo, facts: {"photo": photo, "facts": facts}, lambda photo, facts: [photo, facts]]
    for form in forms[: 1 if shapes else 2]:
        with contextlib.suppress(Exception):
            results = tf.nest.flatten(model(form(tf.constant(photos), tf.constant(facts))))
            break
    else:
        if shapes and set(shapes) != {"photo", "facts"}:
            hint("input-names", names=list(shapes))
        expect(False, "input-shapes", found=shapes or describe(model))
    expect(len(results) == 1, "one-output", found=len(results))
    shape = tuple(results[0].shape)
    for name, right in (("photo", PHOTO), ("facts", FACTS)):
        own = shapes.get(name, right)
        fits = len(own) == len(right) and all(pair[0] in (None, pair[1]) for pair in zip(own, right, strict=True))
        expect(fits, "input-shapes", found=shapes)
    expect(shape in ((6, 1), (6,)), "one-price", found=shape)
    return form


def _draw_weights(model: keras.Model, source: np.random.Generator) -> None:
    """Give a model random weights through which even a deep one lets its input come."""
    for weight in model.weights:
        shape = tuple(weight.shape)
        if weight.name == "gamma":
            weight.assign(source.uniform(0.5, 1.5, shape))
        elif len(shape) > 1:
            inputs = np.prod(shape[:2] if len(shape) == 4 and shape[-1] == 1 else shape[:-1])  # of a depthwise kernel
            weight.assign(source.standard_normal(shape, "float32") * np.float32(np.sqrt(2 / inputs)))
        elif weight.name in ("bias", "beta"):
            weight.assign(source.normal(0, 0.1, shape))


def _prices(model: keras.Model, form: Form, photos: np.ndarray, facts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what a model gives for every photograph with all facts (photos, facts), and its slopes along the facts."""
    rows = tf.constant(np.tile(facts, (len(photos), 1)))
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(rows)
        (result,) = tf.nest.flatten(model(form(tf.constant(np.repeat(photos, len(facts), axis=0)), rows)))
    slopes = tape.gradient(result, rows)
    slopes = np.zeros(rows.shape) if slopes is None else np.asarray(slopes, "float64")
    return np.reshape(result, (len(photos), len(facts))).astype("float64"), slopes.reshape(len(photos), *facts.shape)


def _problem(prices: np.ndarray, slopes: np.ndarray) -> str | None:
    """Return what is wrong with a table of prices, photographs down and facts to the right, and its slopes along the facts.

    For a sum of two scores, and whatever activation comes after it, the slope along the facts points the same way
    whichever the photograph, and no photograph is dearer than another with some facts and cheaper with others.
    """
    if np.ptp(prices) == 0:
        return "constant-output"
    if _same_way(slopes) and not (_order_changes(prices) or _order_changes(prices.T)):
        noise = 1e-6 * np.abs(prices).max()
        if np.ptp(prices, axis=0).max() <= noise:
            return "photo"
        if np.ptp(prices, axis=1).max() <= noise and not slopes.any():
            return "facts"
        return "added-at-the-end"
    return "some-facts" if slopes.any() and not slopes.any(axis=(0, 1)).all() else None


def _same_way(slopes: np.ndarray) -> bool:
    """Return whether slopes (photos, facts, 5) point the same way for all photographs; a slope of zero has no direction."""
    for column in slopes.transpose(1, 0, 2):
        lengths = np.linalg.norm(column, axis=1, keepdims=True)
        ways = (column / np.where(lengths > 0, lengths, 1))[lengths[:, 0] > 0]
        if len(ways) > 1 and np.ptp(ways, axis=0).max() > 1e-3:
            return False
    return True


def _order_changes(prices: np.ndarray) -> bool:
    """Return whether the dearer of two columns is the cheaper in another row."""
    apart = prices[:, :, None] - prices[:, None, :]
    least = 1e-5 * np.ptp(prices)
    return bool(((apart > least).any(axis=0) & (apart < -least).any(axis=0)).any())


# Conv1D 7, pooling 4, Conv1D 7, pooling 4, Conv1D 3
exercise_number(
    "shortest-post",
    right=78,
    wrong={
        83: "kernel-takes-all",
        99: "kernel-takes-all",
        48: "kernels-forgotten",
        77: "one-too-few",
        269: "model-of-the-lesson",
        46: "last-convolution-forgotten",
        72: "half-way",
        18: "half-way",
        12: "half-way",
        3: "half-way",
        15: "poolings-forgotten",
        79: "one-too-many",
    },
    read=whole_number,
)


@exercise("balancing-weights")
def balancing_weights(answer: Callable[[dict[str, float]], Any]) -> None:
    """Check a function from losses to weights whose products with the losses are 1."""
    for losses in (
        {"left": 3170.7, "right": 0.0371, "top": 7.7, "bottom": 1.3},
        {"only": 41.3},
        {"b": 0.61, "a": 88.9},
    ):
        _balances(answer, losses)


def _balances(answer: Callable[[dict[str, float]], Any], losses: dict[str, float]) -> None:
    """End the check unless the answer gives weights that make all products 1."""
    try:
        weights = called(answer, dict(losses))
    except KeyError as error:
        hint("keys-written-out", name=str(error))
    if isinstance(weights, (list, tuple, np.ndarray)) and len(weights) == len(losses):
        hint("values-only")
    if not isinstance(weights, Mapping) or set(weights) != set(losses):
        expect(False, "keys", found=_shown(weights), names=list(losses))
    values = np.array([number(weights[name]) for name in losses])
    sizes = np.array(list(losses.values()))
    products = values * sizes
    if np.allclose(products, 1, rtol=1e-3):
        return
    if np.allclose(values, sizes):
        hint("losses-as-weights")
    if np.allclose(values, sizes / sizes.sum()) and len(losses) > 1:
        hint("reversed")
    if any(np.allclose(values, short) for short in (1 // sizes, *(np.round(1 / sizes, digits) for digits in range(6)))):
        hint("rounded")
    if np.allclose(values, -1 / sizes):
        hint("negative")
    if np.allclose(products, products[0]) and products[0] > 0:
        hint("wrong-product", product=products[0])
    expect(False, "expected", found=_shown(dict(zip(losses, products.tolist(), strict=True))))


def _shown(values: Any) -> str:
    if not isinstance(values, Mapping):
        return describe(values)
    return ", ".join(
        f"{name}: {value:.4g}" if isinstance(value, float) else f"{name}: {value}" for name, value in values.items()
    )


@exercise("mended-head")
def mended_head(answer: Any) -> None:
    """Check a model from 64 numbers to one probability, which can learn."""
    model = built_model(answer)
    source = np.random.default_rng(1)
    large, small = (source.normal(0, size, (170, 64)).astype("float32") for size in (3, 0.2))
    prediction = outputs(model, large)
    if prediction.shape == (170, 2):
        hint("two-units")
    expect(prediction.shape in ((170, 1), (170,)), "one-number", found=prediction.shape)
    if (prediction < 0).any() or (prediction > 1).any():
        hint("no-probabilities", lowest=prediction.min(), highest=prediction.max())
    if (prediction == 1).all():
        hint("still-softmax")
    if not model.trainable_weights:
        hint("nothing-to-train")
    expect(
        float(np.ptp(prediction)) > 1e-4,
        "depends-on-codes",
        found=f"{prediction.flat[0]:.2f}, {prediction.flat[1]:.2f}",
    )
    if not np.allclose(outputs(model, large[:20]), prediction[:20], atol=1e-4):
        hint("rows-mixed")
    near = outputs(model, small)
    if ((near == 0) | (near == 1)).mean() > 0.2:
        hint("cut-off")


@exercise("compare-codes")
def compare_codes(answer: Callable[[Any, Any], Any]) -> None:
    """Check a function of two codes (n, 32): symmetric, and not a sum of a function of each."""
    lefts, rights = np.random.default_rng(1).uniform(-0.95, 0.95, (2, 2, 5, 32)).astype("float32")

    def compared(left: np.ndarray, right: np.ndarray) -> Any:
        keras.utils.set_random_seed(1)  # an answer that makes a layer makes the same each time
        return called(answer, *map(keras.ops.convert_to_tensor, (left, right)))

    result = compared(lefts[0], rights[0])
    if isinstance(result, (list, tuple)):
        hint("several-tensors")
    if isinstance(result, keras.layers.Layer):
        hint("layer-not-called", name=type(result).__name__)
    values = np.asarray(result)
    expect(values.dtype.kind in "biuf", "tensor", found=describe(result))
    if values.ndim == 0 or len(values) != 5:
        hint("rows-lost", shape=values.shape)
    if values.ndim == 1:
        hint("axis-lost")
    expect(values.ndim == 2, "two-axes", found=values.shape)
    expect(np.isfinite(values).all(), "finite", found="inf, nan")
    if np.ptp(values, axis=0).max() == 0:
        hint("constant")
    apart = np.abs(lefts[0] - rights[0])
    if values.shape == apart.shape and np.ptp(values / apart) < 1e-3 * np.abs(values / apart).max():
        hint("as-in-the-lesson")
    if not np.allclose(values, compared(rights[0], lefts[0]), atol=1e-5):
        hint("not-symmetric")
    few = np.asarray(compared(lefts[0][:2], rights[0][:2]))
    if few.shape != (2, *values.shape[1:]) or not np.allclose(few, values[:2], atol=1e-4):
        hint("rows-mixed")
    if _interaction(compared, tuple(lefts), tuple(rights)) < 1e-5:
        hint("only-a-sum")
    try:
        called(answer, keras.Input((32,)), keras.Input((32,)))
    except Exception:  # NumPy, TensorFlow and a tensor's own methods fail in different ways
        hint("not-symbolic")
