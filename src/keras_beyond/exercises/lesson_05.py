"""Checks of lesson 05."""

import contextlib
from collections.abc import Callable, Mapping

import numpy as np
from tensorflow import keras

from keras_beyond.exercises.checking import Wrong, exercise, exercise_number, expect, hint
from keras_beyond.exercises.reading import built_model, called, describe, number, outputs, whole_number
from keras_beyond.exercises.state import unchanged


def _interaction(function: Callable[..., object], *sides: tuple[np.ndarray, np.ndarray]) -> float:
    """How far a function of two arguments is from a sum of two functions, beside the size of its values."""
    (one, other), (this, that) = sides
    values = [
        np.asarray(function(*pair), "float64") for pair in ((one, this), (one, that), (other, this), (other, that))
    ]
    size = max(float(np.abs(value).max()) for value in values)
    return float(np.abs(values[0] - values[1] - values[2] + values[3]).max()) / (size + 1e-12)


@exercise("house-model", seconds=5)
def house_model(answer: object) -> None:
    """Inputs photo (32, 32, 3) and facts (5,), one number, and the two of them interact."""
    model = built_model(answer)
    inputs = {tensor.name: tuple(tensor.shape) for tensor in getattr(model, "inputs", None) or []}
    if len(inputs) not in (0, 2):  # a subclassed model need not know its inputs
        expect(False, "two-inputs", found=len(inputs))
    random = np.random.default_rng(1)
    photos = random.random((2, 64, 32, 32, 3)).astype("float32") * np.array([1, 3], "float32").reshape(2, 1, 1, 1, 1)
    facts = random.normal(0, 3, (2, 64, 5)).astype("float32")

    forms = [lambda photo, facts: {"photo": photo, "facts": facts}, lambda photo, facts: [photo, facts]]
    for form in forms[: 1 if inputs else 2]:  # a subclassed model may unpack a list
        with contextlib.suppress(Exception):
            given = np.asarray(model(form(photos[0], facts[0])))
            break
    else:
        if inputs and set(inputs) != {"photo", "facts"}:
            hint("input-names", names=list(inputs))
        expect(False, "input-shapes", found=inputs or describe(model))
    if given.shape not in ((64, 1), (64,)):
        expect(False, "one-price", found=f"shape {given.shape}")

    def price(photo: np.ndarray, facts: np.ndarray) -> np.ndarray:
        return np.asarray(model(form(photo, facts)))

    try:
        _depends_on_both(price, photos, facts)
    except Wrong:  # perhaps a ReLU at the end that is silent with these weights and not with others
        with unchanged(model):
            for _ in range(8):
                for weight in model.trainable_weights:
                    size = 1 / np.sqrt(np.prod(weight.shape[:-1])) if len(weight.shape) > 1 else 0.1
                    weight.assign(random.normal(0, size, tuple(weight.shape)))
                with contextlib.suppress(Wrong):
                    return _depends_on_both(price, photos, facts)
        raise


def _order_changes(prices: np.ndarray) -> bool:
    """Whether the dearer of two columns is the cheaper in another row: never so for a sum, nor for an activation of one."""
    apart = prices[:, :, None] - prices[:, None, :]
    least = 1e-5 * np.ptp(prices)
    return bool(((apart > least).any(axis=0) & (apart < -least).any(axis=0)).any())


def _depends_on_both(price: Callable[..., np.ndarray], photos: np.ndarray, facts: np.ndarray) -> None:
    """A hint unless the price hangs on photograph and facts, and not on a sum of one score for each."""
    given = price(photos[0], facts[0])
    if np.ptp(given) == 0:
        hint("constant-output")
    for name, other in (("photo", price(photos[1], facts[0])), ("facts", price(photos[0], facts[1]))):
        if np.allclose(given, other, rtol=1e-6, atol=1e-7):
            expect(False, "unused-input", found="it does not", name=name)
    some_photos, some_facts = photos[:, :10].reshape(20, 32, 32, 3), facts[:, :10].reshape(20, 5)
    grid = price(np.tile(some_photos, (20, 1, 1, 1)), np.repeat(some_facts, 20, axis=0)).reshape(20, 20)
    if not (_order_changes(grid) or _order_changes(grid.T)):
        hint("added-at-the-end")


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
    },
    read=whole_number,
)


@exercise("balancing-weights")
def balancing_weights(answer: Callable[[dict[str, float]], object]) -> None:
    """A function from losses to weights whose products with the losses are 1."""
    losses = {"age": 2000.0, "income": 2.5, "gender": 0.5}
    given = called(answer, dict(losses))
    if not isinstance(given, Mapping) or set(given) != set(losses):
        expect(False, "keys", found=_shown(given))
    weights = {name: number(given[name]) for name in losses}
    products = np.array([weights[name] * losses[name] for name in losses])
    if np.allclose(list(weights.values()), list(losses.values())):
        hint("losses-as-weights")
    if np.allclose(list(weights.values()), np.array(list(losses.values())) / sum(losses.values())):
        hint("reversed")
    if np.allclose(products, products[0]) and products[0] > 0 and not np.allclose(products, 1, rtol=1e-3):
        hint("wrong-product", product=products[0])
    expect(np.allclose(products, 1, rtol=1e-3), "expected", found=_shown(weights))
    other = called(answer, {"only": 4.0})
    expect(
        isinstance(other, Mapping) and set(other) == {"only"} and np.isclose(number(other["only"]), 0.25, rtol=1e-3),
        "any-losses",
        found=_shown(other),
    )


def _shown(given: object) -> str:
    return (
        ", ".join(f"{name}: {value}" for name, value in given.items())
        if isinstance(given, Mapping)
        else describe(given)
    )


@exercise("mended-head")
def mended_head(answer: object) -> None:
    """A model from 64 numbers to one probability, which can learn."""
    model = built_model(answer)
    codes = np.random.default_rng(1).normal(0, 2, (200, 64)).astype("float32")
    given = outputs(model, codes)
    if given.shape == (200, 2):
        hint("two-units")
    if given.shape not in ((200, 1), (200,)):
        expect(False, "one-number", found=f"shape {given.shape}")
    if given.min() < 0 or given.max() > 1:
        hint("no-probabilities", lowest=given.min(), highest=given.max())
    if (given == 1).all():
        hint("still-softmax")
    expect(float(np.ptp(given)) > 1e-4, "depends-on-codes", found=f"always {given.flat[0]:.2f}")


@exercise("compare-codes")
def compare_codes(answer: Callable[[object, object], object]) -> None:
    """A function of two codes (n, 32): symmetric, and not a sum of a function of each."""
    random = np.random.default_rng(1)
    lefts, rights = random.normal(0, 1, (2, 2, 5, 32)).astype("float32")

    def compared(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        keras.utils.set_random_seed(1)  # an answer that makes a layer makes the same one each time
        return np.asarray(called(answer, *map(keras.ops.convert_to_tensor, (left, right))))

    given = compared(lefts[0], rights[0])
    if given.dtype.kind not in "biuf":
        expect(False, "tensor", found=describe(called(answer, lefts[0], rights[0])))
    if given.ndim == 0 or len(given) != 5:
        hint("rows-lost", shape=given.shape)
    if given.ndim == 1:
        hint("axis-lost")
    expect(given.ndim == 2, "two-axes", found=given.shape)
    expect(np.isfinite(given).all(), "finite", found="inf or nan")
    if given.shape == (5, 32) and np.allclose(given, np.abs(lefts[0] - rights[0]), atol=1e-5):
        hint("as-in-the-lesson")
    if not np.allclose(given, compared(rights[0], lefts[0]), atol=1e-4):
        hint("not-symmetric")
    if _interaction(compared, tuple(lefts), tuple(rights)) < 1e-5:
        hint("only-a-sum")
    try:
        called(answer, keras.Input((32,)), keras.Input((32,)))
    except Exception:  # NumPy, TensorFlow and a tensor's own methods fail in different ways
        hint("not-symbolic")
