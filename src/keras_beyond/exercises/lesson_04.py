"""Checks of lesson 04."""

from collections.abc import Callable

import numpy as np
from tensorflow import keras

from keras_beyond.exercises.machinery import exercise, expect, hint
from keras_beyond.exercises.reading import built_model, called, describe, whole_number
from keras_beyond.exercises.state import unchanged


@exercise("merge-added-parameters")
def added_parameters(answer: object) -> None:
    """The merged model with add in place of concatenate."""
    total = whole_number(answer)
    layers_before = 392_500 + 250_500 + 250_500
    if total == 903_510:
        hint(
            zh="這是 concatenate 的個數。相加以後還是 500 個數字，所以 f_3 的權重少了一半：它現在吃幾個輸入？",
            en="That is the count with concatenate. A sum of two vectors of 500 is again a vector of 500: how many inputs has "
            "f_3 now?",
        )
    if total == layers_before:
        hint(zh="少了 f_3，它也有權重和偏值。", en="f_3 is missing; it has weights and biases too.")
    if total == 648_010:
        hint(
            zh="只數了一路：f_2 和 f_4 是不同的兩層，各有各的權重。",
            en="That counts one way only: f_2 and f_4 are two layers, each with weights of its own.",
        )
    if total == 5_010:
        hint(zh="這只是 f_3，題目問的是整個模型。", en="That is f_3 alone; the question is about the whole model.")
    expect(
        total == layers_before + 5_010,
        zh="四層的參數加起來，f_3 吃 500 個數字；add 自己沒有參數",
        en="the sum over four layers, where f_3 takes 500 numbers; add itself has no parameters",
        found=f"{total:,}",
    )


@exercise("two-colours")
def two_colours(answer: object) -> None:
    """Red R2 to R3 to R2, blue R2 to R to R2, both from the same x; joined to R4, then R3; 39 parameters."""
    model = built_model(answer)
    if len(getattr(model, "inputs", None) or [0]) > 1:
        hint(
            zh="模型有兩個以上的輸入。兩個顏色從同一個 x 出發：只要一個 keras.Input((2,))，兩層都拿它來呼叫。",
            en="The model has more than one input. Both colours start at the same x: make one keras.Input((2,)) and call two "
            "layers on it.",
        )
    x = np.random.default_rng(4).random((16, 2)).astype("float32")
    try:
        given = model(x)
    except (ValueError, TypeError):
        expect(False, zh="輸入的形狀是 (None, 2)", en="an input of shape (None, 2)", found=describe_input(model))
    if isinstance(given, (list, tuple, dict)):
        hint(
            zh="模型給了兩個以上的輸出。兩個顏色要先接成一個向量，再送進最後一層。",
            en="The model has more than one output. Join the two colours to one vector first, then call the last layer.",
        )
    size = tuple(given.shape)[1:]
    if size == (4,):
        hint(
            zh="輸出有 4 個數字，是接起來的向量；最後還要一層，從 R4 到 R3。",
            en="The output has 4 numbers: that is the joined vector. One layer is missing after it, from R4 to R3.",
        )
    expect(size == (3,), zh="每一筆有 3 個輸出", en="three outputs for each row", found=size)
    kernels = sorted(tuple(weight.shape) for weight in model.weights if len(weight.shape) == 2)
    if (4, 3) not in kernels and kernels.count((2, 3)) == 2:
        hint(
            zh="最後一層只吃 2 個數字：兩個顏色是相加，不是接起來。",
            en="The last layer takes only 2 numbers: the two colours were added, not joined.",
        )
    if (4, 3) not in kernels and (1, 2) not in kernels and (3, 3) in kernels:
        hint(
            zh="最後一層吃 3 個數字：藍色那一路停在 R，還少一層，從 R 到 R2。",
            en="The last layer takes 3 numbers: the blue way stops at R and lacks its second layer, from R to R2.",
        )
    expected = [(1, 2), (2, 1), (2, 3), (3, 2), (4, 3)]
    if kernels == expected and model.count_params() < 39:
        hint(
            zh=f"只有 {model.count_params()} 個參數：有的層沒有偏值。",
            en=f"There are only {model.count_params()} parameters: a layer has no biases.",
        )
    expect(
        kernels == expected and model.count_params() == 39,
        zh="五層 Dense，紅 R2-R3-R2，藍 R2-R-R2，最後 R4-R3，共 39 個參數",
        en="five Dense layers, red R2-R3-R2, blue R2-R-R2, last R4-R3, 39 parameters",
        found=f"{model.count_params()} parameters, kernels {kernels}",
    )
    _both_read_x(model, x)


def describe_input(model: keras.Model) -> object:
    """The shape of a model's input, where Keras knows it."""
    return getattr(model, "input_shape", None) or "another shape"


def _both_read_x(model: keras.Model, x: np.ndarray) -> None:
    """Each colour must carry x to the output by itself; the wiring shows when the other one is cut."""
    source = np.random.default_rng(5)
    with unchanged(model):
        for weight in model.weights:
            weight.assign(source.uniform(0.2, 1.0, tuple(weight.shape)) if len(weight.shape) == 2 else weight * 0 + 0.1)
        red, blue = (
            next(weight for weight in model.weights if tuple(weight.shape) == size) for size in ((2, 3), (2, 1))
        )
        whole = np.asarray(model(x))
        without_red, without_blue = _cut(model, red, x), _cut(model, blue, x)
    if np.allclose(without_blue, whole, atol=1e-7) or np.allclose(without_red, whole, atol=1e-7):
        hint(
            zh="有一個顏色帶不進 x：不管 x 是多少，它都一樣。是不是在只有一個神經元的層用了 softmax？一個數字的 softmax 永遠是 1。",
            en="One colour carries nothing of x: it is the same for every x. Is there a softmax on a layer of one neuron? The "
            "softmax of a single number is always 1.",
        )
    if np.ptp(without_red, axis=0).max() < 1e-7 or np.ptp(without_blue, axis=0).max() < 1e-7:
        hint(
            zh="一個顏色接在另一個顏色的後面了。兩個顏色的第一層都要拿 x 來呼叫。",
            en="One colour begins where the other ends. The first layer of either colour has to be called on x.",
        )


def _cut(model: keras.Model, kernel: keras.Variable, x: np.ndarray) -> np.ndarray:
    """What the model gives while this kernel is zero."""
    kept = kernel.numpy()
    kernel.assign(kept * 0)
    given = np.asarray(model(x))
    kernel.assign(kept)
    return given


@exercise("mended-branch-b")
def mended_branch_b(answer: Callable[[object], object]) -> None:
    """A function of an image (28, 28, 256): 1x1 to 64 channels, then 3x3 with stride 2 to 128 channels."""
    x = keras.Input((28, 28, 256))
    given = called(answer, x)
    expect(
        isinstance(given, keras.KerasTensor),
        zh="傳回一個張量，是最後一層的輸出",
        en="a tensor, what the last layer gives",
        found=describe(given),
    )
    shape = tuple(given.shape)[1:]
    if shape == (13, 13, 128):
        hint(
            zh='輸出是 13x13，和別的分支接不起來：3x3 的卷積少了 padding="same"。',
            en='The output is 13x13 and cannot be joined with the other branches: the 3x3 convolution lacks padding="same".',
        )
    if shape == (28, 28, 128):
        hint(
            zh="輸出還是 28x28，長寬沒有減半：少了 strides=2。",
            en="The output is still 28x28, not halved: strides=2 is missing.",
        )
    expect(shape == (14, 14, 128), zh="輸出 (14, 14, 128)", en="an output of (14, 14, 128)", found=shape)
    model = keras.Model(x, given)
    total = model.count_params()
    pixels = _pixels_read(model)
    if pixels < 4:
        hint(
            zh=f"形狀對了，可是每 4 個像素仍然只讀 {pixels} 個：步長 2 要和 3x3 的卷積核放在同一層。",
            en=f"The shape is right, yet of every 4 pixels it still reads {pixels}: the stride of 2 belongs to the layer "
            "whose kernel is 3x3.",
        )
    if total == 9 * 256 * 128 + 128:
        hint(
            zh="瓶頸層不見了：先用 1x1 把 256 個通道壓成 64 個，3x3 才便宜。",
            en="The bottleneck is gone: first a 1x1 convolution from 256 channels to 64, which makes the 3x3 cheap.",
        )
    if total == 9 * 256 * 64 + 64 + 64 * 128 + 128:
        hint(
            zh="兩層的卷積核對調了：1x1 在前（壓通道），3x3 在後（看鄰居）。",
            en="The two kernels are swapped: 1x1 comes first and squeezes the channels, then 3x3 looks at the neighbours.",
        )
    expect(
        total == 256 * 64 + 64 + 9 * 64 * 128 + 128,
        zh="90,304 個參數：1x1 到 64 個通道，再 3x3 到 128 個通道",
        en="90,304 parameters: 1x1 to 64 channels, then 3x3 to 128 channels",
        found=f"{total:,}",
    )


def _pixels_read(model: keras.Model) -> int:
    """How many of the four pixels (14, 14), (14, 15), (15, 14), (15, 15) change what the model gives."""
    images = np.random.default_rng(6).normal(size=(1, 28, 28, 256)).astype("float32").repeat(5, axis=0)
    for place, (row, column) in enumerate([(14, 14), (14, 15), (15, 14), (15, 15)], 1):
        images[place, row, column] += 1
    given = np.asarray(model(images))
    return sum(float(np.abs(one - given[0]).max()) > 1e-4 for one in given[1:])


@exercise("separable-parameters")
def separable_parameters(answer: object) -> None:
    """SeparableConv2D(256, 3) on 128 channels."""
    total = whole_number(answer)
    right = 9 * 128 + 128 * 256 + 256
    if total == 9 * 128 * 256 + 256:
        hint(
            zh="這是普通的 Conv2D。深度可分離卷積分兩步：先每個通道各自一個 3x3，再用 1x1 把通道混起來，兩步是相加，不是相乘。",
            en="That is an ordinary Conv2D. A separable one goes in two steps, a 3x3 for each channel and then a 1x1 that mixes "
            "them, and the two are added, not multiplied.",
        )
    if total == right - 256:
        hint(zh="少了偏值：256 個輸出通道各有一個。", en="The biases are missing, one for each of the 256 outputs.")
    if total == right + 128:
        hint(
            zh="多了 128：SeparableConv2D 只在最後加偏值，中間那一步沒有。",
            en="128 too many: SeparableConv2D adds biases at the end only, none between its two steps.",
        )
    if total == 9 * 256 + 128 * 256 + 256:
        hint(
            zh="第一步的 3x3 是每個輸入通道一個，不是每個輸出通道一個。",
            en="The first step has a 3x3 for each channel that comes in, not for each that goes out.",
        )
    expect(
        total == right,
        zh="k k c + c f + f，c 是輸入的通道數，f 是輸出的通道數",
        en="k k c + c f + f, where c counts the channels that come in and f those that go out",
        found=f"{total:,}",
    )


@exercise("residual-block")
def residual_block(answer: Callable[[object, int], object]) -> None:
    """A function of a tensor x and a number of filters: x, projected where the channels differ, plus two convolutions."""
    same = _block(answer, 16)
    expect(same.output_shape[1:] == (8, 8, 16), zh="輸出 (8, 8, 16)", en="(8, 8, 16)", found=same.output_shape[1:])
    kernels = [_kernel(weight) for weight in same.weights if _kernel(weight)]
    if (1, 1, 16, 16) in kernels:
        hint(
            zh="通道數一樣的時候，x 直接加上去就好，不必再過一層 1x1 卷積。",
            en="Where the channels are the same, x is added as it is; it needs no 1x1 convolution.",
        )
    expect(
        kernels == [(3, 3, 16, 16)] * 2,
        zh="兩個 3x3 的卷積核，16 個通道進、16 個通道出",
        en="two kernels of 3x3, 16 channels in and 16 out",
        found=kernels,
    )
    x = np.random.default_rng(7).normal(size=(2, 8, 8, 16)).astype("float32")
    _, bare = _given(same, x)
    if np.abs(bare).max() < 1e-6:
        hint(
            zh="兩層卷積的權重都設成 0，輸出也變成 0：x 沒有加回來。",
            en="With all weights of the two convolutions at 0 the output is 0 too: x was not added.",
        )
    if np.allclose(bare, np.maximum(x, 0), atol=1e-5):
        hint(
            zh="相加以後又用了 ReLU，x 的負數就過不去了。這裡要讓 x 原封不動地通過：加完就傳回。",
            en="There is a ReLU after the sum, and the negative numbers of x are lost. Here x has to come through "
            "untouched: return the sum as it is.",
        )
    expect(
        np.allclose(bare, x, atol=1e-5),
        zh="兩層卷積的權重都是 0 時，輸出就是 x",
        en="x itself when all weights of the two convolutions are 0",
        found=f"a difference of up to {np.abs(bare - x).max():.3g}",
    )
    one, other, both = (_given(same, images)[0] for images in (x, x[::-1], x + x[::-1]))
    if np.abs(both - one - other).max() < 1e-4 * np.abs(both).max():
        hint(
            zh="兩層卷積中間沒有激活函數：兩個線性映射接起來還是一個線性映射。",
            en="There is no activation between the two convolutions: two linear maps in a row are one linear map.",
        )
    _projected(answer, x, biases=_count_biases(same))


def _kernel(weight: keras.Variable) -> tuple[int, ...]:
    """The shape of a kernel, () for a bias; a Dense along the channels is a 1x1 convolution."""
    shape = tuple(weight.shape)
    return {1: (), 2: (1, 1, *shape)}.get(len(shape), shape)


def _count_biases(model: keras.Model) -> int:
    return len([weight for weight in model.weights if len(weight.shape) == 1])


def _projected(answer: Callable[[object, int], object], x: np.ndarray, biases: int) -> None:
    """The block from 16 channels to 32: a 1x1 convolution without bias on the way of x."""
    try:
        model = _block(answer, 32)
    except ValueError:
        hint(
            zh="16 個通道變成 32 個的時候，add 就加不起來了：先讓 x 過一層 1x1 卷積，變成 filters 個通道。",
            en="From 16 channels to 32, add refuses: let x go through a 1x1 convolution first, to as many channels as filters.",
        )
    expect(model.output_shape[1:] == (8, 8, 32), zh="輸出 (8, 8, 32)", en="(8, 8, 32)", found=model.output_shape[1:])
    kernels = sorted(_kernel(weight) for weight in model.weights if _kernel(weight))
    expect(
        kernels == [(1, 1, 16, 32), (3, 3, 16, 32), (3, 3, 32, 32)],
        zh="兩個 3x3 的卷積核，加上 x 那一路一個 1x1",
        en="two kernels of 3x3, and one of 1x1 on the way of x",
        found=kernels,
    )
    if _count_biases(model) > biases:
        hint(
            zh="x 那一路的 1x1 卷積有偏值，就不是線性映射了：use_bias=False。",
            en="The 1x1 convolution on the way of x has a bias, so it is no linear map: use_bias=False.",
        )
    (_, bare), (_, back) = _given(model, x), _given(model, -x)
    expect(
        np.abs(bare).max() > 1e-5 and np.allclose(bare, -back, atol=1e-4),
        zh="x 那一路是線性映射：一層 1x1 卷積，沒有偏值，也沒有激活函數",
        en="a linear map on the way of x: a 1x1 convolution without bias and without activation",
        found="another map",
    )


def _block(answer: Callable[[object, int], object], filters: int) -> keras.Model:
    """The answer's block from 16 channels to `filters`, as a model of its own."""
    x = keras.Input((8, 8, 16))
    given = called(answer, x, filters)
    expect(
        isinstance(given, keras.KerasTensor),
        zh="傳回一個張量，是相加的結果",
        en="a tensor, the sum",
        found=describe(given),
    )
    if given.shape[-1] == 16 + filters:
        hint(
            zh=f"輸出有 {16 + filters} 個通道：你把兩路接起來了，殘差是相加。",
            en=f"The output has {16 + filters} channels: you joined the two ways. A residual block adds them.",
        )
    return keras.Model(x, given)


def _given(model: keras.Model, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the model gives on x with random weights, and with all weights but those of 1x1 kernels at zero."""
    source = np.random.default_rng(8)
    with unchanged(model):
        for weight in model.weights:
            weight.assign(source.normal(size=tuple(weight.shape)) * (0.1 if _kernel(weight) else 0.0))
        whole = np.asarray(model(x))
        for weight in model.weights:
            if _kernel(weight)[:2] != (1, 1):
                weight.assign(np.zeros(weight.shape))
        return whole, np.asarray(model(x))
