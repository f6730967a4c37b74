"""Checks of lesson 05."""

import contextlib
from collections.abc import Callable, Mapping

import numpy as np
from tensorflow import keras

from keras_beyond.exercises.machinery import Wrong, exercise, expect, hint
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


@exercise("house-model")
def house_model(answer: object) -> None:
    """Inputs photo (32, 32, 3) and facts (5,), one number, and the two of them interact."""
    model = built_model(answer)
    inputs = {tensor.name: tuple(tensor.shape) for tensor in getattr(model, "inputs", None) or []}
    if len(inputs) not in (0, 2):  # a subclassed model need not know its inputs
        expect(False, zh="兩個輸入", en="two inputs", found=len(inputs))
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
            hint(
                zh=f"兩個輸入的名字是 {'、'.join(inputs)}，不是 photo 和 facts，用字典餵會找不到：keras.Input(..., name=...)。",
                en=f"The inputs are called {' and '.join(inputs)}, not photo and facts, so a dict would not find them: "
                "keras.Input(..., name=...).",
            )
        expect(
            False,
            zh="photo 的形狀 (None, 32, 32, 3)，facts 的形狀 (None, 5)",
            en="photo of shape (None, 32, 32, 3) and facts of shape (None, 5)",
            found=inputs or describe(model),
        )
    if given.shape not in ((64, 1), (64,)):
        expect(False, zh="每間房子一個數字", en="one number for each house", found=f"shape {given.shape}")

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
        hint(
            zh="不管餵什麼，輸出都一樣：一個單元不要用 softmax。",
            en="Whatever goes in, the same number comes out: one unit does not take a softmax.",
        )
    for name, other in (("photo", price(photos[1], facts[0])), ("facts", price(photos[0], facts[1]))):
        if np.allclose(given, other, rtol=1e-6, atol=1e-7):
            expect(False, zh=f"輸出要看 {name}", en=f"an output that depends on {name}", found="it does not")
    some_photos, some_facts = photos[:, :10].reshape(20, 32, 32, 3), facts[:, :10].reshape(20, 5)
    grid = price(np.tile(some_photos, (20, 1, 1, 1)), np.repeat(some_facts, 20, axis=0)).reshape(20, 20)
    if not (_order_changes(grid) or _order_changes(grid.T)):
        hint(
            zh="照片和五個數字各算各的，最後才加起來：合併之後要有一個帶激活函數的隱藏層。看「加起來，查不了資料」。",
            en="Photograph and facts are scored apart and then added: after the join there has to be a hidden layer with an "
            'activation function. See "A sum cannot look anything up".',
        )


@exercise("shortest-post")
def shortest_post(answer: object) -> None:
    """Conv1D 7, pooling 4, Conv1D 7, pooling 4, Conv1D 3: 78 words."""
    words = whole_number(answer)
    if words in (83, 99):
        hint(
            zh="大小是 k 的卷積核只吃掉 k - 1 個位置：給它 k 個，還留下 1 個。",
            en="A kernel of size k takes only k - 1 places: give it k, and 1 is left.",
        )
    if words == 48:
        hint(
            zh="只倒著算了池化和最後一個卷積，中間兩個大小是 7 的卷積也要位置。",
            en="That counts the poolings and the last convolution; the two kernels of size 7 need room too.",
        )
    if words == 77:
        hint(
            zh="差一個：77 個詞的時候，最後的池化沒有位置可讀。",
            en="One too few: with 77 words the last pooling has no place to read.",
        )
    if words == 269:
        hint(
            zh="269 是課文那個模型的答案，這裡的卷積核和池化不一樣大。",
            en="269 belongs to the model of the lesson; these kernels and poolings have other sizes.",
        )
    expect(
        words == 78,
        zh="從最後 1 個位置倒著算：卷積加 k - 1，池化乘 4",
        en="backwards from 1 place: a convolution adds k - 1, a pooling multiplies by 4",
        found=words,
    )


@exercise("balancing-weights")
def balancing_weights(answer: Callable[[dict[str, float]], object]) -> None:
    """A function from losses to weights whose products with the losses are 1."""
    losses = {"age": 2000.0, "income": 2.5, "gender": 0.5}
    given = called(answer, dict(losses))
    if not isinstance(given, Mapping) or set(given) != set(losses):
        expect(False, zh="一個字典，鍵和 losses 一樣", en="a dict with the keys of losses", found=_shown(given))
    weights = {name: number(given[name]) for name in losses}
    products = np.array([weights[name] * losses[name] for name in losses])
    if np.allclose(list(weights.values()), list(losses.values())):
        hint(
            zh="這是損失本身：損失越大，權重要越小。",
            en="Those are the losses themselves: the larger a loss, the smaller its weight.",
        )
    if np.allclose(list(weights.values()), np.array(list(losses.values())) / sum(losses.values())):
        hint(
            zh="反了：這樣損失大的權重也大，差距更大。",
            en="The wrong way round: here a large loss gets a large weight, and outweighs the others even more.",
        )
    if np.allclose(products, products[0]) and products[0] > 0 and not np.allclose(products, 1, rtol=1e-3):
        hint(
            zh=f"乘起來都一樣大了，可是是 {products[0]:g}，不是 1。",
            en=f"The products are equal, but they are {products[0]:g} and not 1.",
        )
    expect(
        np.allclose(products, 1, rtol=1e-3),
        zh="每個「損失 x 權重」都是 1",
        en="every product of loss and weight is 1",
        found=_shown(weights),
    )
    other = called(answer, {"only": 4.0})
    expect(
        isinstance(other, Mapping) and set(other) == {"only"} and np.isclose(number(other["only"]), 0.25, rtol=1e-3),
        zh="損失 {'only': 4.0} 得到權重 {'only': 0.25}",
        en="the weights {'only': 0.25} for the losses {'only': 4.0}",
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
        hint(
            zh="兩個單元的 softmax 配 sparse_categorical_crossentropy 也行得通；這一題要的是一個單元、一個機率。",
            en="A softmax of two units works as well, with sparse_categorical_crossentropy; this exercise asks for one unit and "
            "one probability.",
        )
    if given.shape not in ((200, 1), (200,)):
        expect(False, zh="每筆一個數字", en="one number for each row", found=f"shape {given.shape}")
    if given.min() < 0 or given.max() > 1:
        hint(
            zh=f"輸出從 {given.min():.1f} 到 {given.max():.1f}，不是機率：哪個激活函數會把任何數字變到 0 和 1 之間？",
            en=f"The outputs run from {given.min():.1f} to {given.max():.1f} and are no probabilities: which activation function "
            "brings any number between 0 and 1?",
        )
    if (given == 1).all():
        hint(
            zh="還是永遠 1：softmax 把每個單元除以全部單元的和，只有一個單元的時候，就是自己除以自己。",
            en="It is still always 1: softmax divides each unit by the sum of all units, and a single unit is divided by itself.",
        )
    expect(
        float(np.ptp(given)) > 1e-4,
        zh="機率要隨著編碼改變",
        en="probabilities that depend on the codes",
        found=f"always {given.flat[0]:.2f}",
    )


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
        expect(False, zh="一個張量", en="a tensor", found=describe(called(answer, lefts[0], rights[0])))
    if given.ndim == 0 or len(given) != 5:
        hint(
            zh=f"給它 5 對編碼，結果的形狀是 {given.shape}：第一軸是第幾對，不可以動。",
            en=f"Of 5 pairs of codes the result has the shape {given.shape}: the first axis says which pair, and has to stay.",
        )
    if given.ndim == 1:
        hint(
            zh="每對只有一個數字，可是沒有留住那一軸：形狀是 (5,)，Dense 收不下，要 (5, 1)。加上 keepdims=True。",
            en="There is one number for each pair, but its axis is gone: the shape is (5,), which a Dense refuses; it takes "
            "(5, 1). Add keepdims=True.",
        )
    expect(given.ndim == 2, zh="形狀 (n, k)", en="a shape of (n, k)", found=given.shape)
    expect(np.isfinite(given).all(), zh="有限的數字", en="finite numbers", found="inf or nan")
    if given.shape == (5, 32) and np.allclose(given, np.abs(lefts[0] - rights[0]), atol=1e-5):
        hint(
            zh="這就是課文的絕對值，換一種：還有哪些運算，左右對調也不變？",
            en="That is the absolute difference of the lesson; find another: which operations care nothing for the order?",
        )
    if not np.allclose(given, compared(rights[0], lefts[0]), atol=1e-4):
        hint(
            zh="左右對調，結果就變了：`concatenate` 和相減都分左右。",
            en="Swapping left and right changes the result: `concatenate` and a plain difference know their sides.",
        )
    if _interaction(compared, tuple(lefts), tuple(rights)) < 1e-5:
        hint(
            zh="對稱是對稱，可是只是左邊加右邊，查不出「一樣」。看 75% 的那個算式。",
            en='Symmetric it is, but a sum of left and right cannot say "same". See the formula behind the 75 %.',
        )
    try:
        called(answer, keras.Input((32,)), keras.Input((32,)))
    except Exception:  # NumPy, TensorFlow and a tensor's own methods fail in different ways
        hint(
            zh="對數字可以，對符號張量不行，放不進模型：用 + - *、keras.ops 或 Keras 的層，不要用 NumPy 或 tf 的函式。",
            en="It works on numbers but not on symbolic tensors, so it cannot go into a model: use + - *, keras.ops or layers "
            "instead of functions of NumPy or tf.",
        )
