"""Checks of lesson 09."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, expect, hint
from keras_beyond.exercises.reading import array, called, describe, input_shape
from keras_beyond.exercises.state import to_call


def _numbers(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def _made(answer: Callable[..., Any], *arguments: object) -> Any:
    """A layer from the learner's class; a hint when it is something else."""
    layer = called(answer, *arguments) if callable(answer) else answer
    if not isinstance(layer, keras.layers.Layer):
        expect(False, "layer-class", found=describe(answer))
    return layer


def _output(layer: Any, x: np.ndarray) -> np.ndarray:
    """What the layer gives for x; a hint when it gives nothing."""
    given = layer(x)
    if given is None:
        hint("no-return")
    return np.asarray(given)


def _known_weights(layer: Any) -> None:
    """A hint unless Keras knows of the layer's weights."""
    if not layer.trainable_weights:
        hint("no-weights")


@exercise("widen-layer")
def widen_layer(answer: Callable[[], Any]) -> None:
    """A layer class: x W + b, 2n outputs for an even input length n, 3n for an odd one."""
    sizes = {}
    for n in (6, 5):
        x = _numbers(n, 4, n)
        layer = _made(answer)
        given = _output(layer, x)
        sizes[n] = given.shape[-1]
        if not np.allclose(given, _output(layer, x), atol=1e-6):
            hint("weights-in-call")
        if sizes[n] == n * (2 if n % 2 == 0 else 3):
            _known_weights(layer)
            _is_affine(layer, x, given)
    if sizes == {6: 12, 5: 10}:
        hint("odd-wrong")
    if sizes == {6: 18, 5: 10}:
        hint("swapped")
    expect(sizes == {6: 12, 5: 15}, "expected", found=f"{sizes[6]}, {sizes[5]}")
    chain = keras.Sequential([keras.Input((5,)), _made(answer), _made(answer)])
    expect(chain.output_shape == (None, 45), "two-in-a-row", found=chain.output_shape)


def _is_affine(layer: Any, x: np.ndarray, given: np.ndarray) -> None:
    """The outputs follow x W + b for some W and b, with b zero or not, and no activation."""
    zero = _output(layer, np.zeros_like(x))
    for factor in (2, -1):
        if not np.allclose(_output(layer, factor * x) - zero, factor * (given - zero), atol=1e-3):
            hint("not-affine")
    expect(
        len(layer.trainable_weights) == 2 and not np.allclose(given, zero),
        "two-weights",
        found=f"{len(layer.trainable_weights)} weights",
    )


def _square(x: Any) -> Any:
    """An activation that no name stands for."""
    return x * x


@exercise("mended-activation")
def mended_activation(answer: Callable[..., Any]) -> None:
    """A layer class (units, activation): the activation by name, as a function, or None; the same as Dense."""
    x = _numbers(3, 5, 7)
    kinds = ["relu", "softmax", "tanh", keras.activations.sigmoid, _square, None]
    for kind in kinds:
        shown = kind if isinstance(kind, str) else getattr(kind, "__name__", "None")
        try:
            layer = _made(answer, 4, kind)
            given = _output(layer, x)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            if not any(_takes(answer, other, x) for other in kinds if other is not kind):
                raise  # it fails with every activation, so the activation is not what is wrong
            _hint_at_failure(kind, shown, error)
        _known_weights(layer)
        if given.shape != (5, 4):
            expect(False, "four-outputs", found=given.shape)
        dense = keras.layers.Dense(4, activation=kind)
        dense.build((None, 7))
        weights = sorted(layer.get_weights(), key=np.ndim, reverse=True)
        shapes = [weight.shape for weight in weights]
        if shapes != [(7, 4), (4,)]:
            expect(False, "weight-shapes", found=shapes)
        dense.set_weights(weights)
        if not np.allclose(given, dense(x), atol=1e-5):
            if np.allclose(given, x @ weights[0] + weights[1], atol=1e-5):
                hint("activation-ignored", shown=shown)
            expect(False, "expected", found="other numbers", shown=shown)


def _takes(answer: Callable[..., Any], kind: object, x: np.ndarray) -> bool:
    """Whether the layer works with this activation."""
    try:
        _output(_made(answer, 4, kind), x)
    except Exception:  # whatever it is, it does not work
        return False
    return True


def _hint_at_failure(kind: object, shown: object, error: Exception) -> None:
    """The hint for an activation that a layer cannot take."""
    if isinstance(kind, str) and "not callable" in str(error):
        hint("string-called", shown=shown)
    if isinstance(kind, str):
        hint("name-refused", shown=shown)
    if kind is None:
        hint("none-refused")
    hint("function-refused", shown=shown)


def _disc_and_ring(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The lesson's data, drawn anew: points (1000, 2) and labels (1000,)."""
    source = np.random.default_rng(seed)
    classes = np.arange(1000) % 2
    radius = np.where(classes == 0, source.uniform(0, 1, 1000) ** 0.5, source.uniform(1.3, 2, 1000))
    angle = source.uniform(0, 2 * np.pi, 1000)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).astype("float32"), classes


def _line_accuracy(train: np.ndarray, test: np.ndarray, classes: np.ndarray, classes_test: np.ndarray) -> float:
    """The accuracy of a logistic regression (a Dense(1) with sigmoid), fitted by Newton's method."""
    middle, scale = train.mean(axis=0), train.std(axis=0) + 1e-9
    x, x_test = (np.c_[(one - middle) / scale, np.ones(len(one))] for one in (train, test))
    w = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        slope = x.T @ (p - classes) + 1e-3 * w
        bend = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(x.shape[1])
        w = w - np.linalg.solve(bend, slope)
    return float(np.mean((x_test @ w > 0) == classes_test))


@exercise("ring-features")
def ring_features(answer: Callable[[np.ndarray], object]) -> None:
    """A function from points (n, 2) to features (n, k) on which a line divides disc and ring."""
    (points, classes), (points_test, classes_test) = _disc_and_ring(11), _disc_and_ring(12)
    made = [np.asarray(called(answer, one.copy())) for one in (points, points_test)]
    if made[0].shape == (1000,):
        hint("axis-lost")
    if made[0].ndim != 2 or len(made[0]) != 1000 or made[0].dtype.kind not in "biuf":
        expect(False, "features-shape", found=f"shape {made[0].shape}")
    array(made[1], made[0].shape)
    if made[0].shape[1] > 50:
        expect(False, "at-most-50", found=made[0].shape[1])
    if not np.isfinite(made).all():
        expect(False, "finite", found="nan or infinity")
    accuracy = _line_accuracy(made[0].astype(float), made[1].astype(float), classes, classes_test)
    if made[0].shape[1] == 2 and np.allclose(made[0], points, atol=1e-6):
        hint("points-themselves", accuracy=accuracy)
    expect(accuracy > 0.98, "expected", found=f"{accuracy:.0%}")


TASKS = ("odd", "digit", "digit_one_hot", "genres", "temperature")


def _scores(task: str, pair: object) -> tuple[np.ndarray, Callable[..., Any], str]:
    """What the last layer gives for 40 rows, the loss as a function, and the loss in words."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        hint("not-a-pair", task=task)
    layer, loss = pair
    if not isinstance(layer, keras.layers.Layer):
        hint("no-layer", task=task, kind=describe(layer))
    try:
        function = keras.losses.get(loss)
    except (ValueError, TypeError):
        function = None
    if not callable(function):
        hint("unknown-loss", task=task, loss=loss)
    shape = input_shape(layer) if layer.built else None
    values = np.asarray(to_call(layer)(3 * _numbers(7, 40, shape[-1] if shape else 16)))
    if values.dtype.kind != "f" or values.ndim != 2:
        expect(False, "row-of-numbers", found=f"shape {values.shape}", task=task)
    words = loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", "loss"))
    return values, function, str(words)


def _cross_entropy(values: np.ndarray, truth: np.ndarray, logits: bool, choose_one: bool) -> float:
    """The mean cross-entropy of rows of probabilities or logits against rows of zeros and ones."""
    z = values.astype(float)
    if choose_one:
        logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True)) if logits else np.log(np.clip(z, 1e-7, 1))
        return float(-(truth * logs).sum(axis=1).mean())
    p = np.clip(1 / (1 + np.exp(-z)) if logits else z, 1e-7, 1 - 1e-7)
    return float(-(truth * np.log(p) + (1 - truth) * np.log(1 - p)).mean())


def _labels(task: str, rows: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels as the task gives them, and the same as rows of zeros and ones."""
    source = np.random.default_rng(8)
    if task == "genres" or (task == "odd" and count == 1):
        truth = source.integers(0, 2, (rows, count)).astype("float32")
        return truth, truth
    picked = source.integers(0, count, rows)
    truth = np.eye(count, dtype="float32")[picked]
    return (truth if task == "digit_one_hot" else picked), truth


def _check_classes(task: str, pair: object) -> None:
    """One of the four tasks whose answers are classes."""
    values, function, words = _scores(task, pair)
    units = {"odd": (1, 2), "digit": (10,), "digit_one_hot": (10,), "genres": (12,)}[task]
    if values.shape[-1] not in units:
        expect(False, "outputs", found=values.shape[-1], task=task, units=units[0])
    if values.shape[-1] == 1 and np.allclose(values, 1):
        hint("softmax-of-one", task=task)
    count, choose_one = values.shape[-1], task in ("digit", "digit_one_hot") or values.shape[-1] == 2
    if words.lower() in ("mse", "mean_squared_error", "meansquarederror", "mae", "mean_absolute_error"):
        hint("squared-error", task=task)
    adds_up = np.allclose(values.sum(axis=1), 1, atol=1e-3)
    logits = bool((values < 0).any() or (values > 1).any())
    target, truth = _labels(task, len(values), count)
    try:
        given = float(np.mean(np.asarray(function(target, values))))
    except Exception:  # a loss that does not take such labels fails in many ways
        given = float("nan")
    if logits and np.isclose(given, _cross_entropy(values, truth, True, choose_one), rtol=1e-3):
        return
    if logits:
        hint("no-probabilities", task=task)
    if choose_one and not adds_up:
        hint("does-not-add-up", task=task)
    if not choose_one and adds_up and count > 1:
        hint("forced-to-choose", task=task)
    if not np.isclose(given, _cross_entropy(values, truth, False, choose_one), rtol=1e-3):
        if np.isclose(given, _cross_entropy(values, truth, True, choose_one), rtol=1e-3):
            hint("activation-twice", task=task)
        if task == "digit" and "sparse" not in words.lower() and "categorical" in words.lower():
            hint("not-one-hot")
        if task == "digit_one_hot" and "sparse" in words.lower():
            hint("already-one-hot")
        expect(False, "expected", found=words, task=task)


def _check_temperature(pair: object) -> None:
    """One unit without a bound, and a loss that is least where the answer is right."""
    values, function, words = _scores("temperature", pair)
    if values.shape[-1] != 1:
        expect(False, "one-temperature", found=values.shape[-1])
    if values.min() >= 0 or values.max() <= 1.001:
        hint("bounded-temperature")
    if "crossentropy" in words.lower().replace("_", ""):
        hint("cross-entropy-of-numbers")
    truth = np.array([[-8.0], [0.5], [21.0], [35.0]], "float32")
    losses = [float(np.mean(np.asarray(function(truth, truth + off)))) for off in (0.0, 2.0, -2.0, 6.0, -6.0)]
    expect(
        np.isfinite(losses).all() and losses[0] < min(losses[1:]) and losses[1] < losses[3] and losses[2] < losses[4],
        "temperature-loss",
        found=words,
    )


@exercise("last-layer-and-loss")
def last_layer_and_loss(answer: object) -> None:
    """A dict of five tasks, each with a pair: the last layer and the loss."""
    if not isinstance(answer, dict):
        expect(False, "dict", found=describe(answer))
    missing = [task for task in TASKS if task not in answer]
    if missing:
        hint("missing", names=missing)
    for task in TASKS[:-1]:
        _check_classes(task, answer[task])
    _check_temperature(answer["temperature"])


class _Scripted(keras.Model):
    """A model whose accuracies are written down beforehand: `fit` runs as ever, and takes no time."""

    def __init__(self, training: list[float], validation: list[float]) -> None:
        super().__init__()
        self.script = {"training": list(training), "validation": list(validation)}

    def call(self, x: Any) -> Any:
        return x

    def train_step(self, data: object) -> dict[str, float]:
        return {"loss": 0.5, "accuracy": self.script["training"].pop(0)}

    def test_step(self, data: object) -> dict[str, float]:
        return {"loss": 0.9, "accuracy": self.script["validation"].pop(0)}


def _epochs_until_stop(callback: Any, training: list[float], validation: list[float]) -> int:
    """How many epochs `fit` runs with this callback."""
    model = _Scripted(training, validation)
    model.compile("sgd", run_eagerly=True)
    one = np.zeros((1, 1), "float32")
    pair = tf.data.Dataset.from_tensors((one, one))
    done = model.fit(pair, epochs=len(training), validation_data=pair, callbacks=[callback], shuffle=False, verbose=0)
    return len(done.epoch)


@exercise("stop-at-target", seconds=5)
def stop_at_target(answer: Callable[[float], Any]) -> None:
    """A callback class (target): stops after the first epoch whose val_accuracy is at least target."""
    # eighths and sixteenths, so that "equal" survives rounding
    training, validation = [0.8125, 0.9375, 1.0, 1.0, 1.0, 1.0], [0.625, 0.75, 0.8125, 0.875, 0.9375, 0.9375]
    callback = called(answer, 0.875) if callable(answer) else answer
    if not callable(answer) or not isinstance(callback, keras.callbacks.Callback):
        expect(False, "callback-class", found=describe(callback))
    found = {}
    for target in (0.875, 0.9, 0.75):
        found[target] = _epochs_until_stop(answer(target), training, validation)
    if found == {0.875: 6, 0.9: 6, 0.75: 6}:
        hint("never-stops")
    if found == {0.875: 2, 0.9: 2, 0.75: 1}:
        hint("training-accuracy")
    if found == {0.875: 5, 0.9: 5, 0.75: 3}:
        hint("equal-counts")
    if set(found.values()) == {1}:
        hint("stops-at-once")
    expect(found == {0.875: 4, 0.9: 5, 0.75: 2}, "expected", found=", ".join(map(str, found.values())))
    low = _epochs_until_stop(answer(0.99), training, validation)
    expect(low == 6, "unreachable", found=low)
