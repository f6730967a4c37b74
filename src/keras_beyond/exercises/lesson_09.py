"""Checks of lesson 09."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, expect, hint
from keras_beyond.exercises.reading import array, called, describe, input_shape, made
from keras_beyond.exercises.state import to_call


def _numbers(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def _takes_arguments(answer: Callable[..., Any], *arguments: object, **named: object) -> bool:
    """Return False where the class or function cannot be called with these arguments."""
    try:
        inspect.signature(answer).bind(*arguments, **named)
    except TypeError:
        return False
    except ValueError:  # it does not tell what it takes
        return True
    return True


def _layer_from(answer: Callable[..., Any], *arguments: object) -> Any:
    """Return a layer made with the learner's class; a hint when it is something else."""
    if isinstance(answer, keras.layers.Layer):
        hint("instance", name=type(answer).__name__)
    layer = made(answer, *arguments) if callable(answer) else answer
    if not isinstance(layer, keras.layers.Layer):
        expect(False, "layer-class", found=describe(answer))
    return layer


def _output(layer: Any, x: np.ndarray) -> np.ndarray:
    """Return what the layer gives for x; a hint when it gives nothing."""
    y = layer(x)
    if y is None:
        hint("no-return")
    return np.asarray(y)


def _known_weights(layer: Any) -> None:
    """Raise a hint unless Keras knows of the layer's weights."""
    if not layer.trainable_weights:
        hint("no-weights")


def _shapes(weights: Sequence[Any]) -> str:
    return ", ".join(str(tuple(weight.shape)) for weight in weights) or "0"


def _draw_weights(layer: Any, seed: int) -> None:
    """Give every weight of a layer that a check has made new values, so that none is zero."""
    source = np.random.default_rng(seed)
    for weight in layer.weights:
        weight.assign(source.normal(0.5, 1, weight.shape))


LENGTHS = (6, 5, 8, 11)


@exercise("widen-layer")
def widen_layer(answer: Callable[[], Any]) -> None:
    """Check a layer class: x W + b, 2n outputs for an even input length n, 3n for an odd one."""
    if isinstance(answer, type) and not _takes_arguments(answer):
        hint("arguments", signature=f"{answer.__name__}{inspect.signature(answer)}")
    sizes = []
    for n in LENGTHS:
        x = _numbers(n, 3, n)
        layer = _layer_from(answer)
        y = _output(layer, x)
        expect(y.shape[:-1] == (3,), "rows", found=y.shape, n=n)
        sizes.append(y.shape[-1])
        if not np.allclose(y, _output(layer, x), atol=1e-6):
            hint("weights-in-call")
        if sizes[-1] == n * (2 if n % 2 == 0 else 3):
            _known_weights(layer)
            if np.allclose(y, _output(layer, np.zeros_like(x))):
                hint("zero-weights")
            for seed in (n, 100 + n):
                _draw_weights(layer, seed)
                _check_formula(layer, x, sizes[-1])
    _hint_at_sizes(sizes)
    expect(sizes == [12, 15, 16, 33], "expected", found=sizes)
    try:
        chain = keras.Sequential([keras.Input((5,)), _layer_from(answer), _layer_from(answer)])
        shape = chain.output_shape
    except Exception:  # whatever it is that fails, it fails on a symbolic tensor
        hint("not-symbolic")
    expect(shape == (None, 45), "two-in-a-row", found=shape)


def _hint_at_sizes(sizes: list[int]) -> None:
    """Raise the hint for the rule that a learner is likely to have taken."""

    def follow(rule: Callable[[int], int]) -> bool:
        return sizes == [rule(n) for n in LENGTHS]

    if follow(lambda n: 2 * n):
        hint("odd-wrong")
    if follow(lambda n: 3 * n):
        hint("even-wrong")
    if follow(lambda n: n * (2 + (n + 1) % 2)):
        hint("swapped")
    if follow(lambda n: 2 + n % 2):
        hint("not-times-n")
    if len(set(sizes)) == 1:
        hint("one-size", size=sizes[0])


def _check_formula(layer: Any, x: np.ndarray, units: int) -> None:
    """Check that the layer computes x W + b with weights that Keras knows of, whatever their values."""
    zero = _output(layer, np.zeros_like(x))
    change = _output(layer, x) - zero
    for factor in (2, -1):
        if not np.allclose(_output(layer, factor * x) - zero, factor * change, rtol=1e-3, atol=1e-3):
            hint("not-affine")
    n, weights, values = x.shape[1], layer.trainable_weights, [np.array(weight) for weight in layer.weights]
    for weight in layer.weights:
        weight.assign(np.zeros(weight.shape))
    unknown = np.abs(_output(layer, x)).max() > 1e-6
    for weight, value in zip(layer.weights, values, strict=True):
        weight.assign(value)
    if unknown:
        hint("no-weights")
    if np.allclose(zero, 0, atol=1e-6):
        hint("no-bias")
    numbers = np.sort(np.concatenate([np.ravel(weight) for weight in weights]))
    expect(numbers.size == n * units + units, "two-weights", found=_shapes(weights), n=n, units=units)
    bias = zero[0]
    matrix = _output(layer, np.eye(n, dtype="float32")) - bias
    if not np.allclose(np.sort(np.append(matrix, bias)), numbers, atol=1e-4):
        hint("not-the-formula")


def _square(x: Any) -> Any:
    """Square x: an activation that no name stands for."""
    return x * x


@exercise("mended-activation")
def mended_activation(answer: Callable[..., Any]) -> None:
    """Check a layer class (units, activation=None): the activation by name, as a function, or None; the same as Dense."""
    kinds = ["relu", "softmax", "tanh", "softplus", keras.activations.sigmoid, _square, None]
    for turn, kind in enumerate(kinds):
        units, x = 3 + turn % 3, _numbers(turn, 5, 7 + turn % 2)
        shown = kind if isinstance(kind, str) else getattr(kind, "__name__", "None")
        try:
            layer = _layer_from(answer, units, kind)
            _output(layer, x)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            if not any(_takes(answer, other, x) for other in kinds if other is not kind):
                raise  # it fails with every activation, so the activation is not what is wrong
            _hint_at_failure(kind, shown, error)
        _check_like_dense(layer, x, units, kind, shown)
    if not _takes_arguments(answer, 4):
        hint("no-default")
    layer, x = answer(4), _numbers(20, 6, 3)
    _output(layer, x)  # builds it
    wanted = _by_hand(layer, x, None)
    if not np.allclose(_output(layer, x), wanted, atol=1e-4):
        hint("default-activation")
    if not _takes_arguments(answer, 4, activation="relu"):
        hint("keyword")


def _by_hand(layer: Any, x: np.ndarray, kind: Any) -> np.ndarray:
    """Return activation(x W + b) with the weights of the layer, which are drawn anew."""
    _draw_weights(layer, 30)
    kernel, bias = sorted(map(np.array, layer.trainable_weights), key=np.size, reverse=True)
    return np.asarray(keras.activations.get(kind)(keras.ops.convert_to_tensor(x @ kernel + bias)))


def _check_like_dense(layer: Any, x: np.ndarray, units: int, kind: Any, shown: object) -> None:
    """Check that a layer gives what a Dense with its weights gives, after its weights are drawn anew."""
    _known_weights(layer)
    shape = _output(layer, x).shape
    expect(shape == (len(x), units), "units", found=shape, units=units)
    weights = sorted(layer.trainable_weights, key=lambda weight: np.prod(weight.shape), reverse=True)
    shapes = [tuple(weight.shape) for weight in weights]
    if shapes == [(x.shape[1], units)]:
        hint("no-bias")
    expect(
        shapes[0] == (x.shape[1], units) and [np.prod(shape) for shape in shapes[1:]] == [units],
        "weight-shapes",
        found=_shapes(weights),
        shapes=f"{(x.shape[1], units)}, {(units,)}",
    )
    wanted = _by_hand(layer, x, kind)
    y, function = _output(layer, x), keras.activations.get(kind)
    if np.allclose(y, wanted, rtol=1e-4, atol=1e-4):
        return
    kernel, bias = (np.array(weight) for weight in weights)
    without_bias = x @ kernel
    bent = np.asarray(function(keras.ops.convert_to_tensor(without_bias)))
    if np.allclose(y, bent, atol=1e-4) or np.allclose(y, without_bias, atol=1e-4):
        hint("bias-not-added")
    if np.allclose(y, bent + bias, atol=1e-4):
        hint("bias-after-activation")
    if kind is None:
        hint("none-bends")
    if np.allclose(y, without_bias + bias, atol=1e-4):
        hint("activation-ignored", shown=shown)
    expect(False, "expected", found=f"{y[0, 0]:.3f}", wanted=wanted[0, 0], shown=shown)


def _takes(answer: Callable[..., Any], kind: object, x: np.ndarray) -> bool:
    """Return whether the layer works with this activation."""
    try:
        _output(_layer_from(answer, 4, kind), x)
    except Exception:  # whatever it is, it does not work
        return False
    return True


def _hint_at_failure(kind: object, shown: object, error: Exception) -> None:
    """Raise the hint for an activation that a layer cannot take."""
    if isinstance(kind, str) and "not callable" in str(error):
        hint("string-called", shown=shown)
    if isinstance(kind, str):
        hint("name-refused", shown=shown)
    if kind is None:
        hint("none-refused")
    hint("function-refused", shown=shown)


def _disc_and_ring(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return data like the lesson's, in another number and order: points (count, 2) and labels (count,)."""
    source = np.random.default_rng(seed)
    classes = source.integers(0, 2, count)
    radius = np.where(classes == 0, source.uniform(0, 1, count) ** 0.5, source.uniform(1.3, 2, count))
    angle = source.uniform(0, 2 * np.pi, count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).astype("float32"), classes


def _line_accuracy(train: np.ndarray, test: np.ndarray, classes: np.ndarray, classes_test: np.ndarray) -> float:
    """Return the accuracy of a logistic regression (a Dense(1) with sigmoid), fitted by Newton's method."""
    middle, scale = train.mean(axis=0), train.std(axis=0) + 1e-9
    x, x_test = (np.c_[(features - middle) / scale, np.ones(len(features))] for features in (train, test))
    w = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        slope = x.T @ (p - classes) + 1e-3 * w
        bend = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(x.shape[1])
        w = w - np.linalg.solve(bend, slope)
    return float(np.mean((x_test @ w > 0) == classes_test))


def _features(answer: Callable[[np.ndarray], object], points: np.ndarray) -> np.ndarray:
    """Return the features of points, (n, k); a hint when they have another shape."""
    features = np.asarray(called(answer, points.copy()))
    numbers, count = features.dtype.kind in "biuf", len(points)
    if numbers and features.shape == (count,):
        hint("axis-lost")
    if numbers and features.shape in ((), (1,), (2,), (1, 1), (1, 2)):
        hint("summed-over-points", shape=features.shape)
    if numbers and features.ndim == 2 and len(features) != count:
        hint("other-points", count=count, rows=len(features))
    expect(numbers and features.ndim == 2, "features-shape", found=features.shape if numbers else features.dtype)
    expect(features.shape[1] <= 50, "at-most-50", found=features.shape[1])
    return features.astype(float)


@exercise("ring-features")
def ring_features(answer: Callable[[np.ndarray], object]) -> None:
    """Check a function from points (n, 2) to features (n, k) on which a line divides disc and ring."""
    for seed in (11, 21):
        (points, classes), (points_test, classes_test) = _disc_and_ring(seed, 700), _disc_and_ring(seed + 1, 450)
        train, test = _features(answer, points), _features(answer, points_test)
        array(test, (450, train.shape[1]))
        expect(np.isfinite(train).all() and np.isfinite(test).all(), "finite", found="nan, inf")
        accuracy = _line_accuracy(train, test, classes, classes_test)
        if accuracy > 0.98:
            continue
        if train.shape[1] == 2 and np.allclose(train, points, atol=1e-6):
            hint("points-themselves", accuracy=accuracy)
        flat = np.c_[points, np.ones(len(points))]
        if np.ptp(train, axis=0).all() and np.allclose(
            flat @ np.linalg.lstsq(flat, train, rcond=None)[0], train, atol=1e-4
        ):
            hint("still-straight", accuracy=accuracy)
        expect(False, "expected", found=f"{accuracy:.0%}")


TASKS = ("odd", "digit", "digit_one_hot", "genres", "temperature")


def _pair(task: str, pair: object) -> tuple[Any, Callable[..., Any], str]:
    """Return the layer, the loss as a function, and the loss in words."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        hint("not-a-pair", task=task)
    layer, loss = pair
    if isinstance(loss, keras.layers.Layer):
        hint("turned-round", task=task)
    if not isinstance(layer, keras.layers.Layer):
        hint("no-layer", task=task, kind=describe(layer))
    try:
        function = keras.losses.get(loss)
    except (ValueError, TypeError):
        function = None
    if not callable(function):
        hint("unknown-loss", task=task, loss=loss)
    words = loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", "loss"))
    return layer, function, str(words)


def _inputs(layer: Any, rows: int) -> np.ndarray:
    """Return rows of numbers that the layer takes: as long as those it has seen, or 16."""
    shape = input_shape(layer) if layer.built else None
    return 3 * _numbers(7, rows, *(shape[1:] if shape else (16,)))


def _row_of_numbers(task: str, layer: Any) -> np.ndarray:
    """Return what the last layer gives for 40 rows, (40, units)."""
    values = np.asarray(to_call(layer)(_inputs(layer, 40)))
    if values.dtype.kind != "f" or values.ndim != 2:
        expect(False, "row-of-numbers", found=values.shape, task=task)
    return values.astype(float)


def _bends(layer: Any) -> bool:
    """Return whether the last layer has an activation: whether its outputs fail to grow in step with its inputs."""
    while isinstance(layer, keras.Model) and layer.layers:
        layer = layer.layers[-1]
    layer = to_call(layer)
    x = _inputs(layer, 40)
    zero = np.asarray(layer(np.zeros_like(x)))
    change = np.asarray(layer(x)) - zero
    return not all(
        np.allclose(np.asarray(layer(factor * x)) - zero, factor * change, rtol=1e-2, atol=1e-2) for factor in (2, -1)
    )


def _cross_entropy(values: np.ndarray, truth: np.ndarray, logits: bool, choose_one: bool) -> float:
    """Return the mean cross-entropy of rows of probabilities or logits against rows of zeros and ones."""
    if choose_one:
        logs = (
            values - np.log(np.exp(values).sum(axis=1, keepdims=True)) if logits else np.log(np.clip(values, 1e-7, 1))
        )
        return float(-(truth * logs).sum(axis=1).mean())
    p = np.clip(1 / (1 + np.exp(-values)) if logits else values, 1e-7, 1 - 1e-7)
    return float(-(truth * np.log(p) + (1 - truth) * np.log(1 - p)).mean())


def _labels(task: str, rows: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels as the task gives them, and the same as rows of zeros and ones."""
    source = np.random.default_rng(8)
    if task == "genres" or (task == "odd" and count == 1):
        truth = source.integers(0, 2, (rows, count)).astype("float32")
        return truth, truth
    picked = source.integers(0, count, rows)
    truth = np.eye(count, dtype="float32")[picked]
    return (truth if task == "digit_one_hot" else picked), truth


def _loss_of(function: Callable[..., Any], target: np.ndarray, values: np.ndarray) -> float:
    """Return the mean loss, or nan where the loss does not take such labels."""
    try:
        return float(np.mean(np.asarray(function(target, values.astype("float32")))))
    except Exception:  # each loss fails in its own way
        return float("nan")


def _is_a_cross_entropy(
    function: Callable[..., Any], target: np.ndarray, truth: np.ndarray, logits: bool, choose_one: bool
) -> bool:
    """Return whether a loss falls as the right answer gets likelier, and grows like a logarithm where it is unlikely.

    So do the cross-entropies with label smoothing, with weights, and the focal ones.
    """

    def falls(rows: np.ndarray, columns: list[int]) -> bool:
        losses = []
        for likely in (1e-5, 1e-3, 0.1, 0.5, 0.7):
            p = np.where(truth[rows] == 1, 0.7, 0.3)
            unlikely = (1 - likely) / (truth.shape[1] - 1) if choose_one else 1 - likely
            p[:, columns] = np.where(truth[rows] == 1, likely, unlikely)[:, columns]
            if logits:
                p = np.log(p) if choose_one else np.log(p / (1 - p))
            losses.append(_loss_of(function, target[rows], p))
        far, wide, near = losses[0] - losses[1], losses[1] - losses[3], losses[2] - losses[3]
        like_a_logarithm = max(0.4 * wide, 2.3 * near) < far < wide  # a hinge is too straight, a square too steep
        return bool(np.isfinite(losses).all() and (np.diff(losses) < 0).all() and like_a_logarithm)

    columns = list(range(truth.shape[1]))
    if not choose_one:
        return all(
            falls(np.flatnonzero(truth[:, column] == label), [column])
            for column in {0, columns[-1]}
            for label in (0, 1)
        )
    if not falls(np.arange(len(truth)), columns):
        return False
    if target.ndim == 1:
        return True
    low, high = (
        (-2, 2) if logits else (0.1, 0.9)
    )  # a loss that looks at each output by itself grows with the wrong ones
    nothing = np.zeros_like(target)
    grows = [_loss_of(function, nothing, np.full(target.shape, value)) for value in (low, high)]
    return bool(grows[1] < grows[0] + 1e-3)


def _check_classes(task: str, pair: object) -> None:
    """Check one of the four tasks whose answers are classes."""
    layer, function, words = _pair(task, pair)
    values = _row_of_numbers(task, layer)
    units = {"odd": (1, 2), "digit": (10,), "digit_one_hot": (10,), "genres": (12,)}[task]
    count = values.shape[-1]
    expect(count in units, "outputs", found=count, task=task, units=units[0])
    if count == 1 and np.allclose(values, 1):
        hint("softmax-of-one", task=task)
    choose_one = task in ("digit", "digit_one_hot") or count == 2
    plain = words.lower().replace("_", "")
    if plain in ("mse", "meansquarederror", "mae", "meanabsoluteerror"):
        hint("squared-error", task=task)
    adds_up = np.allclose(values.sum(axis=1), 1, atol=1e-3)
    logits = bool((values < 0).any() or (values > 1).any())
    target, truth = _labels(task, len(values), count)

    def fits(as_logits: bool) -> bool:
        same = np.isclose(
            _loss_of(function, target, values), _cross_entropy(values, truth, as_logits, choose_one), rtol=1e-3
        )
        return bool(same) or _is_a_cross_entropy(function, target, truth, as_logits, choose_one)

    if logits and fits(True):
        if _bends(layer):
            hint("activation-before-logits", task=task)
        return
    if not fits(False):
        _hint_at_loss(task, plain, choose_one)
    if logits:
        hint("no-probabilities", task=task)
    if choose_one and not adds_up:
        hint("does-not-add-up", task=task)
    if not choose_one and adds_up and count > 1:
        hint("forced-to-choose", task=task)
    if not fits(False):
        if fits(True):
            hint("activation-twice", task=task)
        expect(False, "expected", found=words, task=task)


def _hint_at_loss(task: str, words: str, choose_one: bool) -> None:
    """Raise the hint for a loss that is not for such labels, or for other outputs."""
    if "hinge" in words:
        hint("hinge", task=task)
    if task == "digit" and "categorical" in words and "sparse" not in words:
        hint("not-one-hot")
    if task == "digit_one_hot" and "sparse" in words:
        hint("already-one-hot")
    if choose_one and ("binary" in words or words == "bce"):
        hint("each-by-itself", task=task)
    if not choose_one and "categorical" in words:
        hint("one-of-several", task=task)


def _check_temperature(pair: object) -> None:
    """Check the task whose answer is a number: one unit without activation, and a loss that grows with the distance."""
    layer, function, words = _pair("temperature", pair)
    values = _row_of_numbers("temperature", layer)
    expect(values.shape[-1] == 1, "one-temperature", found=values.shape[-1])
    if values.min() >= 0 or values.max() <= 1.001:
        hint("bounded-temperature")
    if _bends(layer):
        hint("bent-temperature")
    if "crossentropy" in words.lower().replace("_", ""):
        hint("cross-entropy-of-numbers")
    distances = (0.0, 2.0, -2.0, 6.0, -6.0)
    truths = np.array([[-8.0], [0.5], [21.0], [35.0]], "float32")
    losses = np.array([[_loss_of(function, truth, truth + off) for off in distances] for truth in truths[:, None]])
    swing = np.array([[2.0], [-2.0], [2.0], [-2.0]])
    expect(
        np.isfinite(losses).all()
        and (losses[:, 0] < losses[:, 1:].min(axis=1)).all()
        and (losses[:, 1:3].max(axis=1) < losses[:, 3:].min(axis=1)).all()
        and np.allclose(losses, losses[0], rtol=1e-2)
        and _loss_of(function, truths, truths + swing) > losses[:, 0].max(),
        "temperature-loss",
        found=words,
    )


@exercise("last-layer-and-loss")
def last_layer_and_loss(answer: object) -> None:
    """Check a dict of five tasks, each with a pair: the last layer and the loss."""
    expect(isinstance(answer, dict), "dict", found=describe(answer))
    missing = [task for task in TASKS if task not in answer]
    if missing:
        hint("missing", names=missing)
    for task in TASKS[:-1]:
        _check_classes(task, answer[task])
    _check_temperature(answer["temperature"])


class _Scripted(keras.Model):
    """A model whose accuracies are written down beforehand: `fit` runs as ever, and takes no time."""

    def __init__(self, training: Sequence[float], validation: Sequence[float]) -> None:
        super().__init__()
        self.script = {"training": list(training), "validation": list(validation)}
        self.figures: dict[str, float] = {}

    def call(self, x: Any) -> Any:
        return x

    def train_step(self, data: tuple[Any, Any]) -> dict[str, float]:
        self.compute_metrics(data[0], data[1], data[0])  # from now on they have their names, as in any training
        self.figures = {"loss": 0.5, "accuracy": self.script["training"].pop(0)}
        return self.figures

    def test_step(self, data: object) -> dict[str, float]:
        self.figures = {"loss": 0.9, "accuracy": self.script["validation"].pop(0)}
        return self.figures

    def get_metrics_result(self) -> dict[str, float]:
        return self.figures


def _epochs_until_stop(callback: Any, training: Sequence[float], validation: Sequence[float]) -> int:
    """Return how many epochs `fit` runs with this callback."""
    model = _Scripted(training, validation)
    model.compile("sgd", metrics=["accuracy"], run_eagerly=True)
    zero = np.zeros((1, 1), "float32")
    pair = tf.data.Dataset.from_tensors((zero, zero))
    history = model.fit(
        pair, epochs=len(training), validation_data=pair, callbacks=[callback], shuffle=False, verbose=0
    )
    return len(history.epoch)


# eighths and sixteenths, so that "equal" survives rounding
RISING = [0.8125, 0.9375, 1.0, 1.0, 1.0, 1.0], [0.625, 0.75, 0.8125, 0.875, 0.9375, 0.9375]
# the training accuracy stays below, as with Dropout, and the validation accuracy goes up and down
UNEVEN = [0.31, 0.35, 0.38, 0.42, 0.45], [0.612, 0.5703, 0.6631, 0.6652, 0.671]


@exercise("stop-at-target", seconds=5)
def stop_at_target(answer: Callable[[float], Any]) -> None:
    """Check a callback class (target): stops after the first epoch whose val_accuracy is at least target."""
    if isinstance(answer, keras.callbacks.Callback):
        hint("instance", name=type(answer).__name__)
    callback = made(answer, 0.875) if callable(answer) else answer
    if not callable(answer) or not isinstance(callback, keras.callbacks.Callback):
        expect(False, "callback-class", found=describe(callback))
    try:
        epochs = [_epochs_until_stop(answer(target), *RISING) for target in (0.875, 0.9, 0.75)]
    except TypeError as error:
        if "positional argument" in str(error):
            hint("arguments-of-the-moment")
        if "NoneType" in str(error):
            hint("no-such-figure", names=["accuracy", "loss", "val_accuracy", "val_loss"])
        raise
    except KeyError:
        hint("no-such-figure", names=["accuracy", "loss", "val_accuracy", "val_loss"])
    if epochs == [6, 6, 6]:
        hint("never-stops")
    if epochs == [2, 2, 1]:
        hint("training-accuracy")
    if epochs == [5, 5, 3]:
        hint("equal-counts")
    if set(epochs) == {1}:
        hint("stops-at-once")
    if len(set(epochs)) == 1:
        hint("target-ignored")
    expect(epochs == [4, 5, 2], "expected", found=", ".join(map(str, epochs)))
    unreached = _epochs_until_stop(answer(0.99), *RISING)
    expect(unreached == 6, "unreachable", found=unreached)
    epochs = [_epochs_until_stop(answer(target), *UNEVEN) for target in (0.664, 0.6, 0.6125)]
    if epochs == [5, 5, 5]:
        hint("both-accuracies")
    expect(epochs == [4, 1, 3], "uneven", found=", ".join(map(str, epochs)), figures=list(UNEVEN[1]))
