"""Checks of lesson 01."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from keras_beyond.exercises.machinery import exercise, expect, hint
from keras_beyond.exercises.reading import array, built_model, called, items, number, outputs, parts, whole_number


@exercise("dense-parameters")
def dense_parameters(answer: object) -> None:
    """784-256-64-10, all Dense."""
    total = whole_number(answer)
    weights, biases = 784 * 256 + 256 * 64 + 64 * 10, 256 + 64 + 10
    if total == weights:
        hint(
            zh="只數了權重：每個神經元還有一個偏值。看「參數的個數，用紙筆就算得出來」的第一列。",
            en='These are the weights alone: each neuron has a bias too. See the first row of the table under "Parameters can '
            'be counted on paper".',
        )
    if total == 784 * 256 + 256:
        hint(
            zh="這是第一層的參數，後面還有兩層，各自吃上一層的輸出。",
            en="That is the first layer. Two more follow, and each takes the output of the one before.",
        )
    if total == weights + biases + 784:
        hint(
            zh="多了 784：輸入不是神經元，沒有偏值。",
            en="784 too many: the inputs are no neurons and have no biases.",
        )
    expect(
        total == weights + biases,
        zh="三層的參數加起來，每層是「輸入個數 x 神經元個數 + 神經元個數」",
        en='the sum over three layers, each "inputs x neurons + neurons"',
        found=f"{total:,}",
    )


@exercise("photo-parameters")
def photo_parameters(answer: object) -> None:
    """Conv2D(16, 5) on (64, 64, 3) and on (128, 128, 3)."""
    small, large = (whole_number(part) for part in array(answer, (2,)))
    if small != large:
        hint(
            zh="卷積的參數和照片的大小無關：同一個卷積核滑過整張照片，兩個答案應該一樣。",
            en="The parameters of a convolution do not depend on the size of the photograph: one kernel slides over all of it, so "
            "both numbers are the same.",
        )
    if small == 5 * 5 * 3 * 16:
        hint(zh="少了偏值：16 個卷積核各有一個。", en="The biases are missing: each of the 16 kernels has one.")
    if small == 5 * 5 * 16 + 16:
        hint(
            zh="每個卷積核要讀三個通道，不是一個。",
            en="Each kernel reads three channels, not one.",
        )
    if small == 5 * 3 * 16 + 16:
        hint(
            zh="Conv2D 的卷積核有高也有寬：5x5，不是 5。",
            en="The kernel of a Conv2D has height and width: 5x5, not 5.",
        )
    expect(
        small == 5 * 5 * 3 * 16 + 16,
        zh="k k c f + f，k 是卷積核的邊長，c 是通道數，f 是卷積核的個數",
        en="k k c f + f, where k is the side of the kernel, c the channels and f the number of kernels",
        found=f"{small:,}",
    )


@exercise("slim-model")
def slim_model(answer: object) -> None:
    """Takes 784 numbers, gives 10 probabilities, has a hidden layer with an activation, below 50,000 parameters."""
    model = built_model(answer)
    x, y = np.random.default_rng(1).normal(size=(2, 64, 784)).astype("float32")
    given = outputs(model, x)
    if given.shape != (64, 10):
        expect(False, zh="每一筆有 10 個輸出", en="ten outputs for each row", found=given.shape[1:])
    if model.count_params() >= 50_000:
        hint(
            zh=f"有 {model.count_params():,} 個參數，太多了。參數大多在第一層：784 乘上第一個隱藏層的神經元個數。",
            en=f"{model.count_params():,} parameters are too many. Most are in the first layer: 784 times its neurons.",
        )
    if (given < 0).any() or not np.allclose(given.sum(axis=1), 1, atol=1e-3):
        hint(
            zh="10 個輸出加起來不是 1，不能當機率：最後一層要用 softmax。",
            en="The ten outputs do not add up to 1, so they are no probabilities: end with softmax.",
        )
    if len([weight for weight in model.weights if len(weight.shape) > 1]) < 2:
        hint(
            zh="還沒有隱藏層：輸入直接接到輸出。",
            en="There is no hidden layer yet: the input goes straight to the output.",
        )
    # Without an activation between the layers, the logarithms of the outputs are affine in the input, up to a constant.
    logits = [np.log(outputs(model, one / 3) + 1e-12) for one in (x, y, x + y, np.zeros_like(x))]
    one, other, both, none = (values - values.mean(axis=1, keepdims=True) for values in logits)
    if np.abs(one + other - both - none).max() < 1e-4:
        hint(
            zh="隱藏層後面沒有激活函數：兩層 Dense 直接相接，等於一層。",
            en="The hidden layer has no activation function: two Dense layers in a row amount to one.",
        )


@exercise("confident-mistake")
def confident_mistake(answer: Callable[[np.ndarray, np.ndarray], object]) -> None:
    """A function of probabilities (n, 10) and labels (n,): the row of the wrong answer with the highest probability."""
    labels = np.array([3, 1, 4, 1, 5], "uint8")
    sure = [(3, 0.99), (1, 0.95), (6, 0.80), (9, 0.90), (7, 0.60)]  # rows 0 and 1 are right
    probabilities = np.full((5, 10), 0.001, "float32")
    for row, (digit, confidence) in enumerate(sure):
        probabilities[row] = (1 - confidence) / 9
        probabilities[row, digit] = confidence
    probabilities[2, labels[2]], probabilities[2, 0] = 0, probabilities[2, 0] + probabilities[2, labels[2]]
    given = called(answer, probabilities.copy(), labels.copy())
    if np.size(given) > 1:
        expect(False, zh="一個整數，第幾筆", en="one whole number, the row", found=f"{np.size(given)} values")
    row = whole_number(given)
    if row == 0:
        hint(
            zh="第 0 筆是最有把握的，可是它答對了。只在答錯的裡面找。",
            en="Row 0 is the most confident of all, but it is right. Look among the wrong ones only.",
        )
    if row == 1:
        hint(
            zh="第 1 筆答對了。你傳回的是「在答錯的裡面排第幾」嗎？要換回它在全部裡是第幾筆。",
            en="Row 1 is right. Did you return the place among the wrong ones? Turn it back into the row among all.",
        )
    if row == 2:
        hint(
            zh="你找到的是第一筆答錯的，或是正確標籤的機率最低的那一筆。要看模型對自己的答案多有把握。",
            en="That is the first wrong row, or the one that gives the right label least. Look at the probability of the model's "
            "own answer.",
        )
    if row == 4:
        hint(
            zh="你找到的是答錯的裡面最沒把握的，要找最有把握的。",
            en="That is the wrong answer with the least confidence. Look for the most.",
        )
    if row == 9:
        hint(
            zh="你傳回的是數字，不是第幾筆：argmax 用在哪一軸？",
            en="That is a digit and not a row: along which axis did you take argmax?",
        )
    expect(
        row == 3,
        zh="在答錯的三筆 (2, 3, 4) 裡，機率最高的那一筆",
        en="among the three wrong rows (2, 3, 4) the one with the highest probability",
        found=row,
    )
    all_right = np.eye(10, dtype="float32")[labels] * 0.9 + 0.01
    all_right[4] = np.roll(all_right[4], 1)
    row = whole_number(called(answer, all_right, labels.copy()))
    expect(row == 4, zh="只有第 4 筆答錯時，傳回 4", en="4 when row 4 is the only wrong one", found=row)


@exercise("mended-prepare")
def mended_prepare(answer: Callable[[np.ndarray, np.ndarray], object]) -> None:
    """A function of two sets of images: both flattened, both scaled by the training set's range."""
    source = np.random.default_rng(2)
    train = source.integers(0, 201, (6, 28, 28)).astype("uint8")
    test = source.integers(0, 101, (4, 28, 28)).astype("uint8")
    train[0, 0, :2], test[0, 0, :2] = (0, 200), (0, 100)
    before = train.copy(), test.copy()
    given = called(answer, train, test)
    if isinstance(given, (np.ndarray, tf.Tensor)):
        hint(
            zh="要傳回兩個陣列：先訓練資料，再測試資料。",
            en="Return two arrays: the training digits first, then the test digits.",
        )
    given = items(given, 2)
    if not (np.array_equal(train, before[0]) and np.array_equal(test, before[1])):
        hint(
            zh="你的函式改到了傳進來的影像。先複製或轉成 float32，再計算。",
            en="Your function changed the images it was given. Copy them, or convert them to float32, before you compute.",
        )
    made_train, made_test = array(given[0], (6, 784)), array(given[1], (4, 784))
    if made_train.max() > 1.001:
        hint(
            zh=f"訓練資料的最大值是 {made_train.max():g}，還沒縮到 1 以下。",
            en=f"The training digits reach {made_train.max():g}; they are not scaled to at most 1 yet.",
        )
    if made_test.max() > 1.001:
        hint(
            zh=f"測試資料的最大值是 {made_test.max():g}：訓練資料縮了，測試資料還沒有。如果你除過了：train 縮完以後，"
            "train.max() 已經是 1，先把要除的數字存起來，再動 train。",
            en=f"The test digits reach {made_test.max():g}: the training digits are scaled and they are not. If you did "
            "divide: train.max() is 1 once train is scaled, so keep the number before you change train.",
        )
    if np.allclose(made_test, test.reshape(4, 784) / 100, atol=1e-5):
        hint(
            zh="測試資料除以了自己的最大值，和訓練資料不是同一把尺：同樣深淺的筆畫會變成不同的數字。",
            en="The test digits were divided by their own maximum, not by the same number as the training digits: ink of the same "
            "darkness becomes two different numbers.",
        )
    scale = 200 / max(float(made_train.max()), 1e-9)  # what the brightest training pixel was divided by
    for made, pixels, zh, en in [
        (made_train, train, "訓練資料的每個像素除以同一個數", "all training pixels divided by one number"),
        (
            made_test,
            test,
            f"測試資料和訓練資料除以同一個數 {scale:g}",
            f"the test pixels divided by {scale:g}, like the training pixels",
        ),
    ]:
        expect(
            np.allclose(made, pixels.reshape(made.shape) / scale, atol=1e-5),
            zh=zh,
            en=en,
            found=f"pixels from {made.min():g} to {made.max():g}",
        )


# ReLU against sigmoid


@exercise("relu-or-sigmoid")
def relu_or_sigmoid(answer: object) -> None:
    """Accuracies of at least three seeds for each activation, and the verdict that follows from them."""
    results, verdict = parts(answer, "results", "verdict")
    if not isinstance(results, dict) or set(results) != {"sigmoid", "relu"}:
        expect(
            False,
            zh='results 是一個字典，有 "sigmoid" 和 "relu" 兩個鍵',
            en='a dict `results` with the keys "sigmoid" and "relu"',
            found=list(results) if isinstance(results, dict) else type(results).__name__,
        )
    runs = {}
    for name, values in results.items():
        if np.ndim(values) == 0:
            hint(
                zh=f'results["{name}"] 要是一個串列，每個種子一個準確率。',
                en=f'results["{name}"] should be a list, with an accuracy for each seed.',
            )
        runs[name] = [number(value) for value in values]
        if len(runs[name]) < 3:
            hint(
                zh=f"{name} 只跑了 {len(runs[name])} 次，可能只是運氣：每種至少跑三個種子。",
                en=f"{name} was run {len(runs[name])} times, which may be luck: take at least three seeds for each.",
            )
        if max(runs[name]) > 1 or min(runs[name]) < 0:
            hint(
                zh="準確率要在 0 和 1 之間，請直接放 score 傳回的數字。",
                en="An accuracy lies between 0 and 1: put in what `score` returns.",
            )
        if len(set(runs[name])) == 1:
            hint(
                zh=f"{name} 每次都一模一樣：每次有換 seed 嗎？",
                en=f"All runs of {name} are the same number: did the seed change?",
            )
        if min(runs[name]) < 0.6:
            hint(
                zh=f"{name} 有一次只有 {min(runs[name]):.0%}，不像訓練過：score 改過嗎？",
                en=f"One run of {name} has only {min(runs[name]):.0%}, which looks untrained: did you change `score`?",
            )
    if len(runs["sigmoid"]) != len(runs["relu"]):
        hint(
            zh="兩邊跑的次數不一樣，不公平：用一樣的種子各跑一次。",
            en="The two have different numbers of runs, which is not fair: use the same seeds for both.",
        )
    decided = "not clear"
    for name, other in (("sigmoid", "relu"), ("relu", "sigmoid")):
        if min(runs[name]) > max(runs[other]):
            decided = name
    if verdict not in ("sigmoid", "relu", "not clear"):
        expect(
            False,
            zh='verdict 是 "sigmoid"、"relu" 或 "not clear"',
            en='a `verdict` of "sigmoid", "relu" or "not clear"',
            found=repr(verdict),
        )
    if verdict != decided:
        worst = {name: f"{min(values):.3f} .. {max(values):.3f}" for name, values in runs.items()}
        hint(
            zh=f"照規矩，要最差的一次也贏過對方最好的一次。sigmoid：{worst['sigmoid']}，relu：{worst['relu']}。",
            en="By the rule, the worst run has to beat the other's best. "
            f"sigmoid: {worst['sigmoid']}, relu: {worst['relu']}.",
        )
