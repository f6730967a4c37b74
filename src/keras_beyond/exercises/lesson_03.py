"""Checks of lesson 03."""

import itertools
from collections.abc import Callable, Mapping

import numpy as np
from tensorflow import keras

from keras_beyond.exercises.machinery import exercise, expect, hint
from keras_beyond.exercises.reading import built_model, called, describe, outputs, whole_number
from keras_beyond.weights import load_weights


@exercise("symbol-shapes")
def symbol_shapes(answer: object) -> None:
    """The shapes of h_1, W_1, b_2, W_3 and y in 64-32-32-10, for 20 rows at once."""
    right = {"h_1": (20, 32), "W_1": (64, 32), "b_2": (32,), "W_3": (32, 10), "y": (20, 10)}
    if not isinstance(answer, Mapping) or set(answer) != set(right):
        found = ", ".join(map(str, answer)) if isinstance(answer, Mapping) else describe(answer)
        expect(
            False, zh=f"一個字典，鍵是 {'、'.join(right)}", en=f"a dict with the keys {', '.join(right)}", found=found
        )
    shapes = {}
    for name, value in answer.items():
        shapes[name] = _shape(name, value)
    for name in ("W_1", "W_3"):
        if shapes[name] == right[name][::-1]:
            hint(
                zh=f"{name} 的兩軸反了：Keras 算的是 x W，x 在左邊，所以 W 先寫輸入有多長。",
                en=f"The axes of {name} are the wrong way round: Keras computes x W, with x on the left, so the length of the "
                "input comes first.",
            )
    for name in ("h_1", "y"):
        if shapes[name] == right[name][1:]:
            hint(
                zh=f"{name} 少了一軸：一次送 20 筆，每一筆都有一列。",
                en=f"{name} lacks an axis: 20 rows go in at once, and each gives a row.",
            )
    if len(shapes["b_2"]) == 2:
        hint(
            zh="偏值不是每筆資料一份，也不是矩陣：只有一份，只有一軸，加到每一列上。",
            en="There are no biases for each data point, and they are no matrix: one vector, with one axis, is added to every row.",
        )
    for name, shape in right.items():
        expect(
            shapes[name] == shape,
            zh=f"{name} 的形狀，從 64-32-32-10 和一次 20 筆算得出來",
            en=f"for {name} the shape that follows from 64-32-32-10 and 20 rows",
            found=shapes[name],
        )


def _shape(name: str, value: object) -> tuple[int, ...]:
    """One of the shapes as a tuple of ints; a hint where an axis has no number."""
    try:
        lengths = list(itertools.islice(value, 9)) if not isinstance(value, (str, bytes, Mapping)) else None
    except TypeError:
        lengths = None
    if lengths is None:
        hint(
            zh=f"{name} 的形狀要寫成 tuple。只有一軸的時候，逗號不能省，例如 (5,)。",
            en=f"Write the shape of {name} as a tuple. With one axis it still needs its comma, as in (5,).",
        )
    if None in lengths:
        hint(
            zh=f"{name} 裡有 None：一次送 20 筆，每一軸都寫得出數字。",
            en=f"There is a None in {name}: 20 rows go in at once, so every axis has a number.",
        )
    return tuple(map(whole_number, lengths))


def _tower(hidden: str | None = "relu", last: str | None = "softmax", *, pooling: bool = True) -> keras.Model:
    """The convolutional model of exercise 3.2, or one with something missing."""
    pool = [keras.layers.MaxPooling2D(2)] if pooling else []
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(8, 3, activation=hidden),
            *pool,
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation=last),
        ]
    )


def _same_function(model: keras.Model, other: keras.Model, data: np.ndarray) -> bool:
    """Whether `other` gives what `model` gives, once it has the same weights (found by their shapes)."""
    weights = {tuple(weight.shape): weight.numpy() for weight in model.weights}
    if {tuple(weight.shape) for weight in other.weights} != set(weights):
        return False
    other.set_weights([weights[tuple(weight.shape)] for weight in other.weights])
    given, wanted = np.asarray(model(data)), np.asarray(other(data))
    return given.shape == wanted.shape and np.allclose(given, wanted, atol=1e-4)


@exercise("functional-tower")
def functional_tower(answer: object) -> None:
    """A model that computes what Conv2D(8, 3, relu), MaxPooling2D(2), Flatten, Dense(10, softmax) computes."""
    model = built_model(answer)
    data = np.random.default_rng(5).normal(size=(3, 28, 28, 1)).astype("float32")
    given = outputs(model, data)
    if given.shape != (3, 10):
        expect(False, zh="每一張圖有 10 個輸出", en="ten outputs for each image", found=given.shape)
    if isinstance(model, keras.Sequential):
        hint(
            zh="這還是 Sequential：從 keras.Input 開始，一層一層呼叫，最後用 keras.Model(頭, 尾) 包起來。",
            en="This is still a Sequential: begin with keras.Input, call layer after layer, and end with keras.Model(first, last).",
        )
    if _same_function(model, _tower(), data):
        return
    if _same_function(model, _tower(pooling=False), data):
        hint(zh="少了池化：tower 有 MaxPooling2D(2)。", en="The pooling is missing: tower has MaxPooling2D(2).")
    if _same_function(model, _tower(hidden=None), data):
        hint(
            zh="卷積層少了激活函數：tower 的 Conv2D 用 ReLU。",
            en="The convolution has no activation function: the Conv2D of tower has ReLU.",
        )
    if _same_function(model, _tower(last=None), data):
        hint(
            zh="最後的 10 個數字不是機率：輸出層要用 softmax。",
            en="The ten numbers at the end are no probabilities: the output layer has softmax.",
        )
    expect(
        False,
        zh="和 tower 相同的函數，13,610 個參數",
        en="the same function as tower, with 13,610 parameters",
        found=f"{model.count_params():,} parameters and other outputs",
    )


@exercise("first-hidden")
def first_hidden(answer: object) -> None:
    """A submodel of 784-500-500-10 with the shipped weights that gives h_1."""
    if isinstance(answer, keras.KerasTensor):
        hint(
            zh="這是符號張量，只是輸出。子模型還要說從哪裡開始：keras.Model(輸入, 輸出)。",
            en="This is a symbolic tensor, the output alone. A submodel also says where it starts: keras.Model(input, output).",
        )
    model = built_model(answer)
    reference = keras.Sequential([keras.Input((784,))])
    for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
        reference.add(keras.layers.Dense(units, activation=activation))
    load_weights(reference, "handwriting")
    w_1, b_1, w_2, b_2 = reference.get_weights()[:4]
    x = np.random.default_rng(6).random((4, 784)).astype("float32")
    before_1 = x @ w_1 + b_1
    h_1 = 1 / (1 + np.exp(-before_1))
    before_2 = h_1 @ w_2 + b_2
    given = outputs(model, x)
    if given.shape == (4, 10):
        hint(
            zh="這還是整個模型，輸出 10 個機率。輸出要換成第一個隱藏層的。",
            en="This is still the whole model, with ten probabilities. Make the first hidden layer its output.",
        )
    if given.shape != (4, 500):
        expect(False, zh="每一筆有 500 個輸出", en="500 outputs for each row", found=given.shape)
    if np.allclose(given, h_1, atol=1e-4):
        return
    if np.allclose(given, before_1, atol=1e-3):
        hint(
            zh="這是加權和，還沒經過 sigmoid：stacked 的激活函數自己佔一層。",
            en="These are the sums before the sigmoid: in stacked the activation is a layer of its own.",
        )
    if np.allclose(given, before_2, atol=1e-3) or np.allclose(given, 1 / (1 + np.exp(-before_2)), atol=1e-4):
        hint(
            zh="這是第二個隱藏層，要的是第一個。",
            en="That is the second hidden layer; the first is wanted.",
        )
    if not any(weight.shape == w_1.shape and np.allclose(weight, w_1) for weight in model.weights):
        hint(
            zh="這些層是新做的，權重是亂數。子模型要用 stacked 原來的層：看「h_2 已經寫出來了」那一節。",
            en='These layers are new and their weights are random. A submodel uses the layers of stacked themselves: see "h_2 is '
            'already there".',
        )
    expect(False, zh="sigmoid(x W_1 + b_1)", en="sigmoid(x W_1 + b_1)", found="other numbers")


@exercise("repeat-block")
def repeat_block(answer: Callable[[keras.Model, int], object]) -> None:
    """A function of a model and a number: a model that applies it so many times, with the same weights."""
    for length, times in [(3, 3), (5, 2), (3, 1)]:
        dense, entrance = keras.layers.Dense(length, activation="tanh"), keras.Input((length,))
        block = keras.Model(entrance, dense(entrance))
        dense.bias.assign(np.linspace(-0.5, 0.5, length))
        points = np.random.default_rng(7).normal(size=(4, length)).astype("float32")
        try:
            made = called(answer, block, times)
        except ValueError as error:
            if "not connected" in str(error):
                hint(
                    zh="keras.Model 的頭和尾接不起來。輸入的名字是不是在迴圈裡被蓋掉了？頭和尾要各取一個名字。",
                    en="The two ends given to keras.Model do not meet. Was the name of the input overwritten in the loop? Give the "
                    "first tensor and the last one names of their own.",
                )
            if "names should be unique" not in str(error):
                raise
            hint(
                zh="新模型裡有好幾個同名的東西，也就是好幾份複製品：呼叫傳進來的那個 block，不要複製它。",
                en="The new model holds several parts of the same name, that is, several clones: call the block that you were given, "
                "do not clone it.",
            )
        if isinstance(made, keras.KerasTensor):
            hint(
                zh="傳回的是符號張量，不是模型：用 keras.Model(輸入, 輸出) 包起來。",
                en="The function returned a symbolic tensor and not a model: wrap it up with keras.Model(input, output).",
            )
        if not isinstance(made, keras.Model):
            expect(False, zh="傳回一個 Keras 模型", en="a Keras model as what is returned", found=describe(made))
        given, applied = outputs(made, points), [points]
        for _ in range(6):
            applied.append(np.asarray(block(applied[-1])))
        if made.count_params() > block.count_params():
            hint(
                zh=f"套 {times} 次就有 {made.count_params()} 個參數，block 只有 {block.count_params()} 個：有的層是另外做出來的，"
                "不是同一個 block。",
                en=f"Applied {times} times, it has {made.count_params()} parameters, and block has {block.count_params()}: some "
                "layers were made anew and are not the block's.",
            )
        found = [count for count, value in enumerate(applied) if np.allclose(given, value, atol=1e-5)]
        if found and found[0] != times:
            hint(
                zh=f"應該套 {times} 次，你的模型套了 {found[0]} 次。",
                en=f"It should apply the block {times} times and does so {found[0]} times.",
            )
        expect(
            bool(found),
            zh=f"block 連續套 {times} 次的結果",
            en=f"what block gives when it is applied {times} times",
            found=f"{given.shape}, {np.round(given[0], 3)}" if given.ndim else given,
        )
        dense.bias.assign(np.ones(length))
        wanted = points
        for _ in range(times):
            wanted = np.asarray(block(wanted))
        if not np.allclose(outputs(made, points), wanted, atol=1e-5):
            hint(
                zh="改了 block 的權重，你的模型卻沒有跟著變：你用的是複製品。",
                en="When the weights of block change, your model does not follow: it holds a copy.",
            )


@exercise("mended-shared")
def mended_shared(answer: object) -> None:
    """R2 to R3 to R2 to R3, all tanh, the first and the third layer the same: 17 parameters."""
    model = built_model(answer)
    points = np.random.default_rng(8).normal(size=(6, 2)).astype("float32")
    given = outputs(model, points)
    if model.count_params() == 26:
        hint(
            zh="還是 26 個參數：每執行一次 layers.Dense(...) 就做出一個新的層。f 只能做一次，呼叫兩次。",
            en="There are still 26 parameters: every time layers.Dense(...) runs, it makes a new layer. Make f once and call it "
            "twice.",
        )
    if given.shape != (6, 3):
        hint(
            zh=f"輸出的形狀是 {given.shape[1:]}，應該是 (3,)：g 的後面還要再用一次 f。",
            en=f"The output has the shape {given.shape[1:]} and should have (3,): f comes once more after g.",
        )
    weights = {tuple(weight.shape): weight.numpy() for weight in model.weights}
    expect(
        model.count_params() == 17 and set(weights) == {(2, 3), (3,), (3, 2), (2,)},
        zh="17 個參數：f 有 9 個，g 有 8 個",
        en="17 parameters: 9 of f and 8 of g",
        found=f"{model.count_params()} parameters, shapes {[tuple(weight.shape) for weight in model.weights]}",
    )
    for bends in itertools.product([True, False], repeat=3):  # which of the three calls have a tanh
        values = points
        for bend, kernel, bias in zip(bends, [(2, 3), (3, 2), (2, 3)], [(3,), (2,), (3,)], strict=True):
            values = values @ weights[kernel] + weights[bias]
            values = np.tanh(values) if bend else values
        if np.allclose(given, values, atol=1e-4):
            if all(bends):
                return
            hint(
                zh="17 個參數，接的順序也對，只是有的層少了 tanh。",
                en="17 parameters, in the right order, but not all three layers have their tanh.",
            )
    expect(False, zh="f(g(f(p)))，三層都用 tanh", en="f(g(f(p))) with tanh in all three", found="other outputs")
