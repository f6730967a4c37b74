"""Checks of lesson 09."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond.exercises.machinery import exercise, expect, hint
from keras_beyond.exercises.reading import array, called, describe, input_shape
from keras_beyond.exercises.state import to_call


def _numbers(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def _made(answer: Callable[..., Any], *arguments: object) -> Any:
    """A layer from the learner's class; a hint when it is something else."""
    layer = called(answer, *arguments) if callable(answer) else answer
    if not isinstance(layer, keras.layers.Layer):
        expect(
            False,
            zh="繼承 layers.Layer 的 class",
            en="a class that subclasses layers.Layer",
            found=describe(answer),
        )
    return layer


def _output(layer: Any, x: np.ndarray) -> np.ndarray:
    """What the layer gives for x; a hint when it gives nothing."""
    given = layer(x)
    if given is None:
        hint(zh="`call` 什麼都沒有傳回：別忘了 return。", en="`call` returned nothing: do not forget return.")
    return np.asarray(given)


def _known_weights(layer: Any) -> None:
    """A hint unless Keras knows of the layer's weights."""
    if not layer.trainable_weights:
        hint(
            zh="Keras 不知道這一層有權重，訓練時不會動它。用 self.add_weight 建權重，看 `SimpleDense` 的 `build`。",
            en="Keras knows of no weights in this layer, so training would not move them. Make them with self.add_weight; see the "
            "`build` of `SimpleDense`.",
        )


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
            hint(
                zh="同一筆資料送兩次，答案不一樣：權重每次呼叫都重建了。權重要在 `build` 裡建，`call` 只計算。",
                en="The same data give another answer the second time: the weights are made anew in every call. Make them in "
                "`build`; `call` only computes.",
            )
        if sizes[n] == n * (2 if n % 2 == 0 else 3):
            _known_weights(layer)
            _is_affine(layer, x, given)
    if sizes == {6: 12, 5: 10}:
        hint(
            zh="偶數對了，奇數不對：n 是奇數的時候要 3n 個輸出。",
            en="Even lengths are right, odd ones are not: an odd n needs 3n outputs.",
        )
    if sizes == {6: 18, 5: 10}:
        hint(zh="奇數和偶數對調了。", en="Odd and even are the wrong way round.")
    expect(
        sizes == {6: 12, 5: 15},
        zh="輸入長度 6 和 5，輸出長度 12 和 15",
        en="12 and 15 outputs for inputs of length 6 and 5",
        found=f"{sizes[6]}, {sizes[5]}",
    )
    chain = keras.Sequential([keras.Input((5,)), _made(answer), _made(answer)])
    expect(
        chain.output_shape == (None, 45),
        zh="兩層相接，長度 5 變成 15 再變成 45",
        en="two in a row make 5 into 15 and then into 45",
        found=chain.output_shape,
    )


def _is_affine(layer: Any, x: np.ndarray, given: np.ndarray) -> None:
    """The outputs follow x W + b for some W and b, with b zero or not, and no activation."""
    zero = _output(layer, np.zeros_like(x))
    for factor in (2, -1):
        if not np.allclose(_output(layer, factor * x) - zero, factor * (given - zero), atol=1e-3):
            hint(
                zh="輸入放大或變號，輸出沒有照 x W + b 跟著變：這裡不要激活函數。",
                en="Scale the input or turn its sign, and the output does not follow as x W + b would: leave the activation out here.",
            )
    expect(
        len(layer.trainable_weights) == 2 and not np.allclose(given, zero),
        zh="兩個權重 W 和 b，輸出隨輸入改變",
        en="two weights, W and b, and an output that depends on the input",
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
            expect(False, zh="units 是 4 就有 4 個輸出", en="4 outputs for units 4", found=given.shape)
        dense = keras.layers.Dense(4, activation=kind)
        dense.build((None, 7))
        weights = sorted(layer.get_weights(), key=np.ndim, reverse=True)
        shapes = [weight.shape for weight in weights]
        if shapes != [(7, 4), (4,)]:
            expect(False, zh="權重的形狀 (7, 4) 和 (4,)", en="weights of shapes (7, 4) and (4,)", found=shapes)
        dense.set_weights(weights)
        if not np.allclose(given, dense(x), atol=1e-5):
            if np.allclose(given, x @ weights[0] + weights[1], atol=1e-5):
                hint(
                    zh=f"給了 {shown}，輸出卻沒有經過激活函數。",
                    en=f"Given {shown}, the output has not been through any activation.",
                )
            expect(
                False,
                zh=f"activation 是 {shown} 的時候，和 Dense 一樣",
                en=f"the same as Dense where activation is {shown}",
                found="other numbers",
            )


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
        hint(
            zh=f"還是把字串當函式來呼叫：{shown!r}。Keras 有個函式，收名字或函式，傳回函式；`Dense` 也用它，在 keras.activations 裡。",
            en=f"The string {shown!r} is still called like a function. Keras has a function that takes a name or a function and "
            "returns a function; `Dense` uses it too. Look in keras.activations.",
        )
    if isinstance(kind, str):
        hint(
            zh=f"有些名字收了，{shown!r} 卻收不下：不必自己列名字，keras.activations 裡有函式會查。",
            en=f"The name {shown!r} is not taken: you need not list names yourself, a function in keras.activations looks them up.",
        )
    if kind is None:
        hint(
            zh="沒有給激活函數的時候失敗了：activation=None 代表什麼都不做。",
            en="It fails without an activation: activation=None means to do nothing.",
        )
    hint(
        zh=f"給名字可以，給函式 ({shown}) 卻失敗了：兩種都要收。",
        en=f"A name is taken, but a function ({shown}) is not: take both.",
    )


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
        hint(
            zh="形狀是 (n,)，少了特徵那個軸：Dense 要 (n, k)，只有一個特徵也要 (n, 1)。試試 keepdims=True。",
            en="The shape is (n,), without an axis for features: Dense takes (n, k), so (n, 1) for a single one. Try "
            "keepdims=True.",
        )
    if made[0].ndim != 2 or len(made[0]) != 1000 or made[0].dtype.kind not in "biuf":
        expect(False, zh="形狀 (n, k) 的特徵", en="features of shape (n, k)", found=f"shape {made[0].shape}")
    array(made[1], made[0].shape)
    if made[0].shape[1] > 50:
        expect(False, zh="最多 50 個特徵", en="at most 50 features", found=made[0].shape[1])
    if not np.isfinite(made).all():
        expect(False, zh="有限的數字", en="finite numbers", found="nan or infinity")
    accuracy = _line_accuracy(made[0].astype(float), made[1].astype(float), classes, classes_test)
    if made[0].shape[1] == 2 and np.allclose(made[0], points, atol=1e-6):
        hint(
            zh=f"特徵就是原來的點，一條線只有 {accuracy:.0%}。兩類差在哪裡？看圖：離中間多遠。",
            en=f"These are the points themselves, and a line gets {accuracy:.0%}. What sets the classes apart? Look at the picture: "
            "how far a point is from the middle.",
        )
    expect(
        accuracy > 0.98,
        zh="一條線分得開，新的點至少 98%",
        en="a line that gets at least 98 % of fresh points",
        found=f"{accuracy:.0%}",
    )


TASKS = ("odd", "digit", "digit_one_hot", "genres", "temperature")


def _scores(task: str, pair: object) -> tuple[np.ndarray, Callable[..., Any], str]:
    """What the last layer gives for 40 rows, the loss as a function, and the loss in words."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        hint(
            zh=f"{task!r} 的值要是（層、損失）兩樣。",
            en=f"The value of {task!r} should be a pair: a layer and a loss.",
        )
    layer, loss = pair
    if not isinstance(layer, keras.layers.Layer):
        hint(
            zh=f"{task!r} 的第一樣不是層，是 {describe(layer)}：例如 layers.Dense(...)。",
            en=f"The first of {task!r} is no layer but {describe(layer)}: give it something like layers.Dense(...).",
        )
    try:
        function = keras.losses.get(loss)
    except (ValueError, TypeError):
        function = None
    if not callable(function):
        hint(
            zh=f"{task!r}：Keras 不認得損失 {loss!r}，大小寫和拼字都要對。",
            en=f"{task!r}: Keras does not know the loss {loss!r}; spelling and case both count.",
        )
    shape = input_shape(layer) if layer.built else None
    values = np.asarray(to_call(layer)(3 * _numbers(7, 40, shape[-1] if shape else 16)))
    if values.dtype.kind != "f" or values.ndim != 2:
        expect(
            False,
            zh=f"{task!r} 的最後一層給每筆一列數字",
            en=f"a row of numbers for each data point from the last layer of {task!r}",
            found=f"shape {values.shape}",
        )
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
        expect(
            False,
            zh=f"{task!r} 的最後一層有 {units[0]} 個輸出",
            en=f"{units[0]} outputs in the last layer of {task!r}",
            found=values.shape[-1],
        )
    if values.shape[-1] == 1 and np.allclose(values, 1):
        hint(
            zh=f"{task!r}：只有 1 個輸出的 softmax 永遠是 1，什麼都學不到。",
            en=f"{task!r}: a softmax over one unit is always 1, and learns nothing.",
        )
    count, choose_one = values.shape[-1], task in ("digit", "digit_one_hot") or values.shape[-1] == 2
    if words.lower() in ("mse", "mean_squared_error", "meansquarederror", "mae", "mean_absolute_error"):
        hint(
            zh=f"{task!r} 的答案是類別，損失要比機率，用交叉熵；均方誤差比的是數值。",
            en=f"The answer to {task!r} is a class, so the loss should compare probabilities: a cross-entropy. The squared error "
            "compares numbers.",
        )
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
        hint(
            zh=f"{task!r}：輸出不在 0 和 1 之間，不是機率，交叉熵沒辦法用。",
            en=f"{task!r}: the outputs are not between 0 and 1, so they are no probabilities for a cross-entropy.",
        )
    if choose_one and not adds_up:
        hint(
            zh=f"{task!r} 是選一個，輸出的機率加起來應該是 1，你的不是。",
            en=f"{task!r} chooses one of several, so its outputs add up to 1; yours do not.",
        )
    if not choose_one and adds_up and count > 1:
        hint(
            zh=f"{task!r} 可以同時好幾個，softmax 卻逼所有輸出加起來是 1，只夠選一個。",
            en=f"{task!r} may be several at once, but softmax makes the outputs add up to 1, as if one had to be chosen.",
        )
    if not np.isclose(given, _cross_entropy(values, truth, False, choose_one), rtol=1e-3):
        if np.isclose(given, _cross_entropy(values, truth, True, choose_one), rtol=1e-3):
            hint(
                zh=f"{task!r}：損失設了 from_logits=True，會自己加激活函數；最後一層就不要再加。",
                en=f"{task!r}: with from_logits=True the loss applies the activation itself; the last layer must not.",
            )
        if task == "digit" and "sparse" not in words.lower() and "categorical" in words.lower():
            hint(
                zh="'digit' 的標籤是整數，categorical_crossentropy 要的是 one-hot。看表的第二、三列。",
                en="The labels of 'digit' are whole numbers; categorical_crossentropy wants one-hot rows. Compare rows two and "
                "three of the table.",
            )
        if task == "digit_one_hot" and "sparse" in words.lower():
            hint(
                zh="'digit_one_hot' 的標籤已經是 one-hot，sparse_ 開頭的損失要的是整數。",
                en="The labels of 'digit_one_hot' are one-hot already; a sparse_ loss wants whole numbers.",
            )
        expect(
            False,
            zh=f"{task!r} 的損失照表格，是配得上最後一層和標籤的交叉熵",
            en=f"a loss for {task!r} as in the table, the cross-entropy that fits last layer and labels",
            found=words,
        )


def _check_temperature(pair: object) -> None:
    """One unit without a bound, and a loss that is least where the answer is right."""
    values, function, words = _scores("temperature", pair)
    if values.shape[-1] != 1:
        expect(
            False,
            zh="'temperature' 的最後一層有 1 個輸出",
            en="1 output in the last layer of 'temperature'",
            found=values.shape[-1],
        )
    if values.min() >= 0 or values.max() <= 1.001:
        hint(
            zh="'temperature' 可能在零下，也可能超過 1 度：最後一層的激活函數擋住了一些溫度。",
            en="'temperature' may be below zero, and above one degree: the activation of your last layer shuts some temperatures "
            "out.",
        )
    if "crossentropy" in words.lower().replace("_", ""):
        hint(
            zh="'temperature' 是數值，不是機率，交叉熵不能用。看表的最後一列。",
            en="'temperature' is a number, not a probability, so a cross-entropy does not fit. See the last row of the table.",
        )
    truth = np.array([[-8.0], [0.5], [21.0], [35.0]], "float32")
    losses = [float(np.mean(np.asarray(function(truth, truth + off)))) for off in (0.0, 2.0, -2.0, 6.0, -6.0)]
    expect(
        np.isfinite(losses).all() and losses[0] < min(losses[1:]) and losses[1] < losses[3] and losses[2] < losses[4],
        zh="'temperature' 的損失，猜對時最小，差愈多愈大",
        en="a loss for 'temperature' that is least for the right answer and grows with the distance",
        found=words,
    )


@exercise("last-layer-and-loss")
def last_layer_and_loss(answer: object) -> None:
    """A dict of five tasks, each with a pair: the last layer and the loss."""
    if not isinstance(answer, dict):
        expect(False, zh="一個字典 (dict)", en="a dict", found=describe(answer))
    missing = [task for task in TASKS if task not in answer]
    if missing:
        hint(zh=f"還缺：{'、'.join(missing)}。", en=f"Still missing: {', '.join(missing)}.")
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


@exercise("stop-at-target")
def stop_at_target(answer: Callable[[float], Any]) -> None:
    """A callback class (target): stops after the first epoch whose val_accuracy is at least target."""
    # eighths and sixteenths, so that "equal" survives rounding
    training, validation = [0.8125, 0.9375, 1.0, 1.0, 1.0, 1.0], [0.625, 0.75, 0.8125, 0.875, 0.9375, 0.9375]
    callback = called(answer, 0.875) if callable(answer) else answer
    if not callable(answer) or not isinstance(callback, keras.callbacks.Callback):
        expect(
            False,
            zh="繼承 keras.callbacks.Callback 的 class",
            en="a class that subclasses keras.callbacks.Callback",
            found=describe(callback),
        )
    found = {}
    for target in (0.875, 0.9, 0.75):
        found[target] = _epochs_until_stop(answer(target), training, validation)
    if found == {0.875: 6, 0.9: 6, 0.75: 6}:
        hint(
            zh="目標到了，訓練卻沒有停：要在 on_epoch_end 裡把 self.model.stop_training 設成 True。",
            en="The target is reached and training goes on: set self.model.stop_training to True in on_epoch_end.",
        )
    if found == {0.875: 2, 0.9: 2, 0.75: 1}:
        hint(
            zh="你看的是訓練準確率 accuracy，題目要看驗證準確率。",
            en="You look at the training accuracy; the one asked for is that of the validation data.",
        )
    if found == {0.875: 5, 0.9: 5, 0.75: 3}:
        hint(
            zh="剛好等於目標也算到了：比較的時候要包含等號。",
            en="A figure equal to the target has reached it too: mind the equals sign.",
        )
    if set(found.values()) == {1}:
        hint(
            zh="不管目標多少，第 1 個 epoch 就停了：先看 logs 裡的驗證準確率夠不夠。",
            en="It stops after epoch 1 whatever the target: first see whether the validation accuracy in logs is high enough.",
        )
    expect(
        found == {0.875: 4, 0.9: 5, 0.75: 2},
        zh="目標 0.875、0.9、0.75 分別在第 4、5、2 個 epoch 停",
        en="a stop after epochs 4, 5 and 2 for targets 0.875, 0.9 and 0.75",
        found=", ".join(map(str, found.values())),
    )
    low = _epochs_until_stop(answer(0.99), training, validation)
    expect(low == 6, zh="到不了的目標就一直練完", en="all 6 epochs for a target that is never reached", found=low)
