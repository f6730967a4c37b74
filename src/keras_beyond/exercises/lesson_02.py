"""Checks of lesson 02."""

from collections.abc import Callable

import numpy as np
from tensorflow import keras

from keras_beyond._keras import flat_layers
from keras_beyond.data import load_mnist
from keras_beyond.exercises.machinery import exercise, expect, hint
from keras_beyond.exercises.reading import array, built_model, called, outputs, parts, whole_number
from keras_beyond.weights import load_weights


@exercise("left-to-train")
def left_to_train(answer: object) -> None:
    """784-500-500-2 with only its second Dense frozen."""
    left = whole_number(answer)
    if left == 1_002:
        hint(
            zh="這是兩層都凍結時剩下的。這次只凍結第二層，第一層還會動。",
            en="That is what is left with both layers frozen. Here only the second is; the first still moves.",
        )
    if left == 250_500:
        hint(
            zh="這是凍結掉的那一層，題目問的是剩下的。",
            en="That is the layer which is frozen; the question is what is left.",
        )
    if left == 392_500:
        hint(zh="少算了新的輸出層。", en="The new output layer is missing.")
    if left == 251_502:
        hint(
            zh="這是只凍結第一層的時候。題目凍結的是第二層。",
            en="That is with the first one frozen. Here it is the second.",
        )
    if left == 397_510:
        hint(
            zh="`parity` 的輸出層是 2 個神經元，不是 10 個。",
            en="The output layer of `parity` has 2 neurons and not 10.",
        )
    expect(
        left == 393_502,
        zh="第一層 Dense 和新輸出層的參數加起來",
        en="the parameters of the first Dense and of the new output layer",
        found=f"{left:,}",
    )


def borrowed_layers(source: keras.Model, model: keras.Model) -> list[keras.layers.Layer]:
    """The layers with weights that a model takes from `source`, nested ones included."""
    held = {id(weight) for weight in source.weights}
    layers = [layer for layer in flat_layers(model) if not isinstance(layer, keras.Model)]
    return [layer for layer in layers if any(id(weight) in held for weight in layer.weights)]


def _still_as_shipped(digits: keras.Model) -> bool:
    """Whether `digits` (784-500-500-10) has the weights that come with the course."""
    shipped = keras.Sequential([keras.Input((784,))])
    for units in (500, 500, 10):
        shipped.add(keras.layers.Dense(units))
    load_weights(shipped, "handwriting")
    pairs = zip(digits.get_weights(), shipped.get_weights(), strict=True)
    return all(np.allclose(mine, other, atol=1e-6) for mine, other in pairs)


@exercise("small-or-large")
def small_or_large(answer: dict[str, object]) -> None:
    """A model on borrowed, frozen layers of `digits` that tells 0 to 4 from 5 to 9."""
    digits, model = map(built_model, parts(answer, "digits", "small_large"))
    borrowed = borrowed_layers(digits, model)
    if not borrowed:
        hint(
            zh="`small_large` 沒有用到 `digits` 的層。把 `first` 和 `second` 放進你的串列。",
            en="`small_large` uses no layer of `digits`. Put `first` and `second` into your list.",
        )
    if any(layer is digits.layers[-2] for layer in borrowed):
        hint(
            zh="連 `digits` 的輸出層也借來了。它答的是 10 個數字；換一個新的。",
            en="You borrowed the output layer of `digits` as well. It answers with ten digits; take a new one.",
        )
    _, (images, labels) = load_mnist()
    y = labels[::5]
    given = outputs(model, images[::5].reshape(-1, 784).astype("float32") / 255)
    if given.shape[1:] not in ((2,), (1,)):
        expect(False, zh="2 個輸出（或 1 個）", en="2 outputs (or 1)", found=given.shape[1:])
    # one output is a probability, cut at 1/2, or a logit, cut at 0
    readings = [given.argmax(axis=1)] if given.shape[1] == 2 else [given[:, 0] > 0.5, given[:, 0] > 0]
    answers = max(readings, key=lambda one: np.mean(one == y // 5))
    right = float(np.mean(answers == y // 5))
    intact = _still_as_shipped(digits)
    if any(layer.trainable_weights for layer in borrowed) and not (intact and right >= 0.96):
        hint(
            zh="借來的層還沒有凍結，訓練會動到 `digits`。先用 `digits.set_weights(handwriting)` 還原，再照 `trainable`、`compile`、"
            "`fit` 的順序來。",
            en="The borrowed layers are not frozen, and training moves `digits`. Put it back with `digits.set_weights(handwriting)`; "
            "then `trainable`, `compile`, `fit`, in this order.",
        )
    if not intact:
        hint(
            zh="`digits` 已經不是原來的樣子，大概是沒有凍結就訓練過。用 `digits.set_weights(handwriting)` 還原，再凍結、訓練一次。",
            en="`digits` is no longer what it was; something was trained before it was frozen. Put it back with "
            "`digits.set_weights(handwriting)`, freeze, and train again.",
        )
    if right < 0.2:
        hint(
            zh="答案正好相反：0 到 4 的答案是 0，5 到 9 的答案是 1。",
            en="The answers are the wrong way round: 0 for digits 0 to 4, and 1 for 5 to 9.",
        )
    if np.mean(answers == y % 2) > 0.9:
        hint(
            zh="它學的是奇偶。標籤要用「小或大」，整數除法 `//` 可以幫忙。",
            en="It has learned odd and even. The labels must say small or large; whole-number division `//` helps.",
        )
    if right < 0.75:
        hint(
            zh=f"準確率 {right:.0%}，像是還沒訓練。`compile` 之後要 `fit`。",
            en=f"An accuracy of {right:.0%} looks untrained. After `compile`, `fit`.",
        )
    expect(right >= 0.96, zh="測試準確率 96% 以上", en="a test accuracy of 96 % or more", found=f"{right:.1%}")


@exercise("independent-copy")
def independent_copy(answer: dict[str, object]) -> None:
    """Same predictions as `digits`, no layer in common."""
    digits, copy = map(built_model, parts(answer, "digits", "independent"))
    if copy is digits:
        hint(
            zh="`independent = digits` 只是給同一個模型第二個名字。",
            en="`independent = digits` only gives the same model a second name.",
        )
    if borrowed_layers(digits, copy):
        hint(
            zh="兩個模型還有共用的層。把層放進新的串列並不會複製；要建立新的層。",
            en="The two still share layers. Putting layers into a new list does not copy them; make new ones.",
        )
    x = np.random.default_rng(3).random((16, 784)).astype("float32")
    given, wanted = outputs(copy, x), outputs(digits, x)
    if given.shape != wanted.shape:
        expect(False, zh="10 個輸出，和 digits 一樣", en="ten outputs, like digits", found=given.shape[1:])
    difference = np.abs(given - wanted).max()
    pairs = [
        (mine, other) for mine, other in zip(copy.get_weights(), digits.get_weights(), strict=False) if mine.ndim > 1
    ]
    if difference > 1e-4 and not any(mine.shape == other.shape and np.allclose(mine, other) for mine, other in pairs):
        hint(
            zh="層是新的，可是權重的值也是新的（隨機的）。把 `digits` 的值搬過去。",
            en="The layers are new, and so are the values of their weights (random). Carry over those of `digits`.",
        )
    expect(
        difference <= 1e-4,
        zh="和 digits 一樣的預測",
        en="the same predictions as digits",
        found=f"a difference of {difference:.2g}",
    )


@exercise("parity-labels")
def parity_labels(answer: Callable[[np.ndarray], object]) -> None:
    """A function: 0 for each even digit, 1 for each odd one, the array it is given left alone."""
    digits = np.array([[7, 2, 1, 0], [4, 1, 4, 9]], "uint8")
    given = digits.copy()
    result = called(answer, given)
    if not np.array_equal(given, digits):
        hint(
            zh="你的函式改到了傳進來的數字。先複製，或者建立新的陣列。",
            en="Your function changed the digits it was given. Copy them first, or make a new array.",
        )
    labels = array(result, digits.shape)
    if np.all(labels == 1):
        hint(
            zh="全部都是 1：判斷奇偶的時候，看的是數字，還是剛放滿 1 的陣列？",
            en="All ones: do you test the digits, or the array that was just filled with ones?",
        )
    if np.array_equal(labels, 1 - digits % 2):
        hint(zh="反了：偶數是 0，奇數是 1。", en="The wrong way round: 0 for even, 1 for odd.")
    expect(
        np.array_equal(labels, digits % 2),
        zh=f"{digits.tolist()} 的標籤",
        en=f"the labels of {digits.tolist()}",
        found=labels.tolist(),
    )


@exercise("borrow-convolutions")
def borrow_convolutions(answer: dict[str, object]) -> None:
    """Five categories, 5 to 9, on the frozen layers of `conv_base`."""
    base, model = map(built_model, parts(answer, "conv_base", "high"))
    borrowed = borrowed_layers(base, model)
    if len(borrowed) < 2:
        hint(
            zh="`high` 沒有用到 `conv_base`。模型也是一層，可以直接放進串列的第一格。",
            en="`high` does not use `conv_base`. A model is a layer too, and may stand first in your list.",
        )
    if any(layer.trainable_weights for layer in borrowed):
        hint(
            zh="`conv_base` 還沒有凍結。設好 `trainable`，再 `compile`。",
            en="`conv_base` is not frozen. Set `trainable`, then `compile`.",
        )
    _, (images, labels) = load_mnist()
    x, y = images[labels >= 5][:2000, ..., None].astype("float32") / 255, labels[labels >= 5][:2000]
    given = outputs(model, x)
    if given.shape[1:] == (10,) and np.mean(given.argmax(axis=1) == y) > 0.8:
        hint(
            zh="它答的是 5 到 9。`few_labels` 是 0 到 4，輸出只要 5 個。",
            en="It answers with 5 to 9. `few_labels` are 0 to 4, and five outputs are enough.",
        )
    if given.shape[1:] != (5,):
        expect(False, zh="5 個輸出", en="5 outputs", found=given.shape[1:])
    right = float(np.mean(given.argmax(axis=1) == y - 5))
    if right < 0.5:
        hint(
            zh=f"準確率 {right:.0%}，像是還沒訓練：250 張圖一個 epoch 只走幾步，epoch 要多一點，學習率也可能太小。",
            en=f"An accuracy of {right:.0%} looks untrained: 250 images make few steps an epoch, so give it more epochs; "
            "the learning rate may be too small too.",
        )
    if right < 0.85:
        hint(
            zh=f"準確率 {right:.0%}，已經在學了，再多練幾個 epoch，或把學習率調大。",
            en=f"An accuracy of {right:.0%}: it is learning. Give it more epochs, or a larger learning rate.",
        )
