"""Checks of lesson 10: the split-brain autoencoder, in five steps, and its targets in the right order."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tensorflow import keras

from keras_beyond.exercises.machinery import exercise, expect, hint
from keras_beyond.exercises.reading import array, built_model, called, describe, items, outputs, parts

PIXELS, CODE = 392, 128  # of a half


def _images(count: int, seed: int = 10) -> np.ndarray:
    """Random images, (count, 28, 28), with pixels from 0 to 1."""
    return np.random.default_rng(seed).random((count, 28, 28)).astype("float32")


def _kernels(weights: Sequence[Any]) -> int:
    """How many of these weights are no mere biases."""
    return sum(len(weight.shape) > 1 for weight in weights)


def _shapes(values: Sequence[Any]) -> str:
    return ", ".join(str(tuple(np.shape(value))) for value in values)


@exercise("split-cut")
def split_cut(answer: Callable[[Any], Any]) -> None:
    """A layer (or model, or function): images (n, 28, 28) to left and right, (n, 28, 14) each."""
    if not callable(answer):
        expect(False, zh="一層（或一個模型）", en="a layer (or a model)", found=describe(answer))
    images = _images(5)
    given = called(answer, images)
    if isinstance(given, dict) and set(given) == {"left", "right"}:
        given = (given["left"], given["right"])
    if not isinstance(given, (tuple, list)):
        hint(
            zh=f"只有一個輸出，形狀 {tuple(np.shape(given))}。函式要傳回兩樣東西：左半邊和右半邊。",
            en=f"There is one output, of shape {tuple(np.shape(given))}. Let the function return two: the left half and the right.",
        )
    shapes = [tuple(np.shape(half)) for half in given]
    if shapes == [(5, 14, 28)] * 2:
        hint(
            zh="這是上半邊和下半邊：切到列 (row) 那一軸了。左右要切最後一軸，行 (column)。",
            en="These are the top and the bottom half: you cut along the rows. For left and right, cut the last axis, the columns.",
        )
    expect(
        shapes == [(5, 28, 14)] * 2,
        zh="兩個輸出，形狀各是 (5, 28, 14)",
        en="two outputs of shape (5, 28, 14)",
        found=_shapes(given),
    )
    left, right = (np.asarray(half) for half in given)
    if np.allclose(left, images[:, :, 14:]) and np.allclose(right, images[:, :, :14]):
        hint(zh="左右顛倒了：先左半邊，再右半邊。", en="Left and right are swapped: the left half comes first.")
    expect(
        np.allclose(left, images[:, :, :14]) and np.allclose(right, images[:, :, 14:]),
        zh="第 0 到 13 行和第 14 到 27 行，像素原封不動",
        en="columns 0 to 13 and columns 14 to 27, pixels unchanged",
        found="other pixels",
    )
    try:
        answer(keras.Input((28, 28)))
    except Exception:  # whatever it is that fails, it fails on a symbolic tensor
        hint(
            zh="給 NumPy 陣列可以，給 keras.Input 就不行：只用切片或 keras.ops，再用 Lambda 包成一層。看第 06 課。",
            en="This works on NumPy arrays, but not on keras.Input: use slices or keras.ops only, and wrap them in a Lambda. See "
            "lesson 06.",
        )


@exercise("split-networks")
def split_networks(answer: tuple[Callable[[str], Any], Callable[[str], Any]]) -> None:
    """Two functions of a name, each making a new model: half to code, and code to half."""
    functions = parts(answer, "make_encoder", "make_decoder")
    encoders, decoders = ([called(make, f"checked_{place}") for place in (1, 2)] for make in functions)
    for function, models in (("make_encoder", encoders), ("make_decoder", decoders)):
        expect(
            all(isinstance(model, keras.Layer) for model in models),
            zh=f"{function} 傳回一個模型",
            en=f"a model from {function}",
            found=describe(models[0]),
        )
    halves = _images(8)[:, :, :14]
    points = np.random.default_rng(11).normal(0, 5, (8, CODE)).astype("float32")
    given, _ = (outputs(encoder, halves) for encoder in encoders)
    if given.shape == (8, 28, CODE):
        hint(
            zh="編碼器沒有攤平：Dense 只作用在最後一軸，給了 (8, 28, 128)。先放 Flatten。",
            en="The encoder does not flatten: Dense works along the last axis alone and gave (8, 28, 128). Put Flatten first.",
        )
    expect(
        given.shape == (8, CODE),
        zh="8 個半邊的 code，形狀 (8, 128)",
        en="codes of shape (8, 128) for eight halves",
        found=given.shape,
    )
    guess, _ = (outputs(decoder, points) for decoder in decoders)
    if guess.shape == (8, PIXELS):
        hint(
            zh="解碼器給了 392 個數字排成一列，還要排回 28x14：最後加 Reshape。",
            en="The decoder gives 392 numbers in a row; they have to become 28x14 again: end with Reshape.",
        )
    expect(
        guess.shape == (8, 28, 14),
        zh="8 個半邊，形狀 (8, 28, 14)",
        en="eight halves of shape (8, 28, 14) from the decoder",
        found=guess.shape,
    )
    if guess.min() < 0 or guess.max() > 1:
        hint(
            zh=f"解碼器的像素從 {guess.min():.1f} 到 {guess.max():.1f}，超出 0 和 1，二元交叉熵就不能用：最後一層用 sigmoid。",
            en=f"The decoder's pixels go from {guess.min():.1f} to {guess.max():.1f}, beyond 0 and 1, where binary cross-entropy "
            "makes no sense: let its last activation be a sigmoid.",
        )
    for first, second in (encoders, decoders):
        if {id(weight) for weight in first.weights} & {id(weight) for weight in second.weights}:
            hint(
                zh="呼叫兩次，得到的模型共用權重。在函式裡面做新的層，每次呼叫才會是新的模型。",
                en="Two calls gave models that share weights. Make the layers inside the function, so that every call gives new ones.",
            )
    if any(one.name == two.name for one, two in (encoders, decoders)):
        hint(
            zh="兩次給不同的 name，模型卻同名，放進同一個大模型時 Keras 會拒絕。把引數 name 交給模型：name=name。",
            en="Two calls with two names gave models of one name, which Keras refuses within one model. Hand the argument on: "
            "name=name.",
        )
    if min(_kernels(encoders[0].weights), _kernels(decoders[0].weights)) < 2:
        hint(
            zh="編碼器和解碼器都要有一個隱藏層（256 個神經元）。",
            en="Encoder and decoder each need a hidden layer (of 256 neurons).",
        )
    one, other, both, none = (
        np.asarray(encoders[0](x)) for x in (halves, halves[::-1], halves + halves[::-1], np.zeros_like(halves))
    )
    if np.abs(one + other - both - none).max() < 1e-4:
        hint(
            zh="編碼器裡沒有激活函數：兩層 Dense 直接相接，等於一層。加上 ReLU。",
            en="The encoder has no activation function: two Dense layers in a row amount to one. Add ReLU.",
        )


@exercise("split-model")
def split_model(answer: object) -> None:
    """A compiled model: image to {"left", "right"}, each guessed from the other half alone."""
    model = built_model(answer)
    images = _images(6)
    given = model(images)
    if isinstance(given, (tuple, list)):
        hint(
            zh='輸出是串列，沒有名字。用字典 {"left": ..., "right": ...} 當 Model 的輸出，目標才不會配錯。看第 05 課。',
            en='The outputs are a list without names. Give Model a dict {"left": ..., "right": ...}, so that no target meets the '
            "wrong output. See lesson 05.",
        )
    names = sorted(given) if isinstance(given, dict) else describe(given)
    expect(
        names == ["left", "right"],
        zh='字典，兩個輸出叫 "left" 和 "right"',
        en='a dict with the outputs "left" and "right"',
        found=names,
    )
    expect(
        all(tuple(given[side].shape) == (6, 28, 14) for side in given),
        zh="每個輸出的形狀是 (6, 28, 14)",
        en="outputs of shape (6, 28, 14)",
        found=_shapes(list(given.values())),
    )
    _expect_crossed(model, images)
    if not model.compiled:
        hint(
            zh="接法對了，還沒有編譯：呼叫 split_brain.compile(...)。",
            en="Wired right, but not compiled: call compile.",
        )
    _expect_nats(model, images)


def _expect_crossed(model: keras.Model, images: np.ndarray) -> None:
    """Each output must hang on the opposite half and on nothing else, through networks of its own."""
    hangs_on = {}
    for side, columns in (("left", slice(0, 14)), ("right", slice(14, 28))):
        moved = images.copy()
        moved[:, :, columns] = _images(6, seed=12)[:, :, columns]
        before, after = model(images), model(moved)
        for output in ("left", "right"):
            hangs_on[output, side] = float(np.abs(np.asarray(before[output]) - np.asarray(after[output])).max()) > 1e-6
    found = ", ".join(f"{output} guess from {side} half" for (output, side), yes in hangs_on.items() if yes)
    crossed, straight = (
        (hangs_on["left", "right"], hangs_on["right", "left"]),
        (
            hangs_on["left", "left"],
            hangs_on["right", "right"],
        ),
    )
    if all(straight) and not any(crossed):
        hint(
            zh="每一半猜的是自己，照抄就好，學不到東西。把 code 交叉著接：左半邊的 code 交給猜右半邊的解碼器。",
            en="Each half guesses itself, and copying is enough. Cross the codes over: the code of the left half goes to the decoder "
            "that guesses the right one.",
        )
    if all(crossed) and any(straight):
        hint(
            zh="有一個猜測偷看得到答案：它也用到了自己要猜的那一半。解碼器只能拿到另一半的 code，不要先合併。",
            en="A guess can peek: it uses the very half that it should guess. A decoder may get the code of the other half only, so do "
            "not join the codes before it.",
        )
    expect(
        all(crossed) and not any(straight),
        zh="左半邊由右半邊猜，右半邊由左半邊猜",
        en="the left half guessed from the right one, and the right half from the left one",
        found=found or "guesses that hang on nothing",
    )
    exchanged = np.concatenate([images[:, :, 14:], images[:, :, :14]], axis=2)
    if np.allclose(model(images)["right"], model(exchanged)["left"], atol=1e-7):
        hint(
            zh="兩半用的是同一組網路。各自呼叫一次 make_encoder 和 make_decoder，做出各自的。",
            en="Both halves go through the same networks. Call make_encoder and make_decoder once for each half.",
        )


def _expect_nats(model: keras.Model, images: np.ndarray) -> None:
    """The loss must be binary cross-entropy on both outputs; a factor on each (a mean, a weight) is free."""
    real = {"left": images[:, :, :14], "right": images[:, :, 14:]}
    guess = {
        side: np.clip(np.asarray(value, "float32"), np.float32(1e-7), np.float32(1 - 1e-7))
        for side, value in model(images).items()
    }
    other = {side: 1 - half**2 for side, half in real.items()}

    def told(left: np.ndarray, right: np.ndarray) -> float:
        targets = {"left": keras.ops.convert_to_tensor(left), "right": keras.ops.convert_to_tensor(right)}
        value = model.compute_loss(x=images, y=targets, y_pred=model(images))
        return float(value) - sum(float(loss) for loss in model.losses)

    def cross_entropy(side: str, half: np.ndarray) -> float:
        return float(-(half * np.log(guess[side]) + (1 - half) * np.log(1 - guess[side])).sum(axis=(1, 2)).mean())

    def squared(side: str, half: np.ndarray) -> float:
        return float(((half - guess[side]) ** 2).sum(axis=(1, 2)).mean())

    base = told(real["left"], real["right"])
    moves = {"left": told(other["left"], real["right"]) - base, "right": told(real["left"], other["right"]) - base}
    model.reset_metrics()
    if any(abs(move) < 1e-6 for move in moves.values()):
        hint(
            zh="只有一個輸出有損失，另一個怎麼猜都不扣分。兩個輸出都要用 nats。",
            en="Only one output has a loss; the other may guess what it likes. Use nats for both.",
        )

    def fits(measure: Callable[[str, np.ndarray], float]) -> bool:
        factors = {side: moves[side] / (measure(side, other[side]) - measure(side, real[side])) for side in moves}
        whole = sum(factors[side] * measure(side, real[side]) for side in moves)
        return min(factors.values()) > 0 and abs(whole - base) < 1e-2 * abs(base)

    if not fits(cross_entropy) and fits(squared):
        hint(
            zh="損失是均方誤差。像素在 0 和 1 之間，這門課用二元交叉熵（第 07 課）：loss 用上面的 nats。",
            en="The loss is the squared error. For pixels between 0 and 1 the course takes binary cross-entropy (lesson 07): use "
            "nats from above.",
        )
    expect(
        fits(cross_entropy),
        zh="兩個輸出的損失都是 nats（二元交叉熵）",
        en="nats (binary cross-entropy) as the loss of both outputs",
        found=f"a loss of {base:.3g} where nats gives {cross_entropy('left', real['left']) + cross_entropy('right', real['right']):.3g}",
    )


@exercise("split-codes")
def split_codes(answer: tuple[object, object]) -> None:
    """A submodel of split_brain: image to the two codes joined, (n, 256)."""
    whole, codes = map(built_model, parts(answer, "split_brain", "codes"))
    images = _images(6)
    given = codes(images)
    if isinstance(given, (tuple, list, dict)):
        hint(
            zh="兩個 code 還是分開的。用 concatenate 接成一個。看第 04 課。",
            en="The two codes are still apart. Join them with concatenate; see lesson 04.",
        )
    given = np.asarray(given)
    if given.shape == (6, CODE):
        hint(
            zh="只有 128 個數字：少了一半，或是把兩個 code 相加了。要接起來，不是相加。",
            en="These are 128 numbers: one half is missing, or the codes were added. Join them, do not add.",
        )
    if given.shape[1:] in ((28, 28), (28, 14), (784,), (56, 14)):
        hint(
            zh="接起來的是猜出來的影像。要接的是中間的 code，解碼器之前的 z_left 和 z_right。",
            en="You joined the guessed images. Join what comes before the decoders, the codes z_left and z_right.",
        )
    expect(given.shape == (6, 2 * CODE), zh="形狀 (6, 256)", en="an array of shape (6, 256)", found=given.shape)
    own = {id(weight) for weight in whole.weights}
    if any(id(weight) not in own for weight in codes.weights):
        hint(
            zh="codes 裡的編碼器不是 split_brain 裡的那兩個，訓練 split_brain 不會改到它。直接用做 split_brain 時的 code。",
            en="The encoders in codes are not those of split_brain, so training split_brain leaves them as they are. Use the codes from "
            "which you made split_brain.",
        )
    moved = images.copy()
    moved[:, :, 14:] = _images(6, seed=12)[:, :, 14:]
    changed = np.abs(np.asarray(codes(moved)) - given).max(axis=0) > 1e-6
    blocks = [bool(changed[:CODE].any()), bool(changed[CODE:].any())]
    expect(
        sorted(blocks) == [False, True],
        zh="128 個數字來自左半邊，128 個來自右半邊",
        en="128 numbers from the left half and 128 from the right half",
        found=f"{int(changed.sum())} numbers that hang on the right half",
    )


@exercise("split-probe")
def split_probe(answer: tuple[object, object]) -> None:
    """Image, frozen codes, one Dense layer, ten probabilities."""
    codes, probe = map(built_model, parts(answer, "codes", "probe"))
    if getattr(probe, "input_shape", (None, 28, 28))[-1:] == (2 * CODE,):
        hint(
            zh="這個 probe 吃的是 256 個數字，不是影像。前面接上 codes，一起凍結。",
            en="This probe takes 256 numbers and no image. Put codes, frozen, in front of the layer.",
        )
    given = outputs(probe, _images(6))
    expect(given.shape == (6, 10), zh="每張影像 10 個輸出", en="ten outputs for each image", found=given.shape)
    if (given < 0).any() or not np.allclose(given.sum(axis=1), 1, atol=1e-3):
        hint(
            zh="10 個輸出加起來不是 1：最後一層要用 softmax。",
            en="The ten outputs do not add up to 1: let the last layer end with softmax.",
        )
    inside = {id(weight) for weight in codes.weights}
    if not inside <= {id(weight) for weight in probe.weights}:
        hint(
            zh="probe 裡的編碼器不是 codes 那兩個。把 codes 整個當成一層放進來。",
            en="The encoders in probe are not those of codes. Put codes itself in, as a layer.",
        )
    if any(id(weight) in inside for weight in probe.trainable_weights):
        hint(
            zh="編碼器還會跟著訓練：先設 codes.trainable = False。看第 02 課。",
            en="The encoders would still be trained: set codes.trainable = False first. See lesson 02.",
        )
    if not probe.trainable_weights:
        hint(
            zh="全部都凍住了，沒有東西可以訓練。最後那一層 Dense 要留著。",
            en="Everything is frozen and nothing is left to train. Only codes should be frozen, not the Dense layer on top.",
        )
    if _kernels(probe.trainable_weights) > 1:
        hint(
            zh="codes 後面不只一層。probe 要是線性的，只能有一層 Dense，否則量到的是 probe 自己的本事。",
            en="More than one layer follows codes. A linear probe has one Dense layer, or else you measure what the probe can do.",
        )
    found = sum(int(np.prod(weight.shape)) for weight in probe.trainable_weights)
    expect(
        found == 2 * CODE * 10 + 10,
        zh="可訓練參數 2,570 個（256x10 個權重，10 個偏值）",
        en="2,570 trainable parameters (256x10 weights and 10 biases)",
        found=f"{found:,}",
    )


@exercise("split-targets")
def split_targets(answer: Callable[[np.ndarray], Any]) -> None:
    """A function of images (n, 28, 28): the right halves, then the left halves."""
    images = _images(4)
    given = called(answer, images.copy())
    if isinstance(given, dict):
        hint(
            zh="suspect 的輸出是串列，沒有名字，目標也要用串列。",
            en="The outputs of suspect are a list and have no names, so its targets must be a list too.",
        )
    first, second = (array(half, (4, 28, 14)) for half in items(given, 2))
    left, right = images[:, :, :14], images[:, :, 14:]
    if np.allclose(first, left) and np.allclose(second, right):
        hint(
            zh="和原來一樣：先左再右。看 suspect 的輸出是照什麼順序列出來的。",
            en="That is what was there: left first. Look at the order in which the outputs of suspect are listed.",
        )
    if np.allclose(first, second):
        hint(
            zh="兩個目標是同一半。每個輸出各有一半要猜。", en="Both targets are the same half. Each output has its own."
        )
    expect(
        np.allclose(first, right) and np.allclose(second, left),
        zh="每個輸出的目標，就是它名字說的那一半，像素原封不動",
        en="for each output the half that it is to guess, pixels unchanged",
        found="other pixels",
    )
