"""Checks of lesson 06."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond.exercises.machinery import exercise, expect, hint
from keras_beyond.exercises.reading import array, called, describe

ROWS = np.array([[1, 2, 3, 4], [1, 1, 1, 1], [0, -2, 0, 8]], "float32")


def in_a_model(function: Callable[[object], object], size: int) -> keras.Model:
    """A model of one Lambda around `function` (or of the layer itself); a hint when symbols are too much for it."""
    symbol = keras.Input((size,))
    try:
        layer = function if isinstance(function, keras.layers.Layer) else keras.layers.Lambda(function)
        return keras.Model(symbol, layer(symbol))
    except Exception:  # Keras wraps whatever the function raises
        hint(
            zh="直接給數字可以，放進 Lambda 就不行：裡面有只收數字的東西（例如 np 的函式）。看「一個函式收不收符號」的表。",
            en="It works on numbers and fails in a Lambda: something in it takes numbers only (a function of np, say). See the "
            'table under "Not every function takes symbols".',
        )


@exercise("lambda-row-range")
def lambda_row_range(answer: Callable[[object], object]) -> None:
    """A function: (n, k) to (n, 1), the largest minus the smallest number of each row, on numbers and symbols."""
    given = np.asarray(called(answer, ROWS.copy()))
    if given.shape == (3,):
        hint(
            zh="數字算對或算錯先不管，形狀成了 (3,)，第 1 軸被壓掉了。看「軸要指對，軸數要留住」。",
            en='The shape has become (3,): axis 1 was squeezed away. See "Name the axis, and keep it".',
        )
    if given.shape in ((4,), (1, 4)):
        hint(
            zh="你得到 4 個數字，每一行 (column) 一個：比的是不同筆的同一格。第 0 軸是第幾筆，不要動它。",
            en="You get 4 numbers, one for each column: that compares different rows. Axis 0 is the row: leave it alone.",
        )
    if given.size == 1:
        hint(
            zh="三筆資料只得到一個數字：沒有指定軸，連第幾筆都一起算進去了。",
            en="Three rows give a single number: without an axis, the rows are taken all together.",
        )
    right = ROWS.max(1, keepdims=True) - ROWS.min(1, keepdims=True)
    given = array(given, (3, 1))
    if np.allclose(given, -right):
        hint(zh="正負號反了：最大值減最小值。", en="The sign is the wrong way round: the largest minus the smallest.")
    expect(
        np.allclose(given, right),
        zh="[[3], [0], [10]]，資料是 [[1, 2, 3, 4], [1, 1, 1, 1], [0, -2, 0, 8]]",
        en="[[3], [0], [10]] for [[1, 2, 3, 4], [1, 1, 1, 1], [0, -2, 0, 8]]",
        found=given.tolist(),
    )
    model = in_a_model(answer, 5)
    wide = np.random.default_rng(1).normal(size=(2, 5)).astype("float32")
    given = array(model(wide), (2, 1))
    expect(
        np.allclose(given, np.ptp(wide, axis=1, keepdims=True), atol=1e-5),
        zh="放進 Lambda、每筆 5 個數字，也是最大值減最小值",
        en="the largest minus the smallest in a Lambda with rows of 5 as well",
        found=given.tolist(),
    )


@exercise("custom-gain-layer")
def custom_gain_layer(answer: type) -> None:
    """A layer class: k weights, 1 at first and trainable; (n, k) times them."""
    if isinstance(answer, keras.layers.Layer):
        hint(
            zh="要的是類別 Gain，不是做好的層 Gain()。", en="The class Gain is wanted, not a layer Gain() made from it."
        )
    if not (isinstance(answer, type) and issubclass(answer, keras.layers.Layer)):
        expect(False, zh="layers.Layer 的子類別", en="a subclass of layers.Layer", found=describe(answer))
    for features in (3, 6):
        x = np.random.default_rng(features).normal(size=(5, features)).astype("float32")
        try:
            layer = answer()
        except TypeError:
            hint(
                zh="Gain() 要能不加引數就建立：有幾個特徵，等看到輸入才知道，在 build 裡問 input_shape。",
                en="Gain() has to work without arguments: how many features there are is known at the first input, from "
                "input_shape in build.",
            )
        try:
            given = layer(x)
        except Exception as error:
            if "new elements of state" in str(error):
                hint(
                    zh="權重在 call 裡才建，太晚了，而且每呼叫一次就想再建一次。搬到 build。",
                    en="The weights are made in call, which is too late, and would be made anew at each call. Move them to build.",
                )
            if layer.weights:
                hint(
                    zh=f"輸入有 {features} 個特徵，你的權重是 {tuple(layer.weights[0].shape)}：長度寫死了。在 build 裡用 input_shape[-1]。",
                    en=f"The input has {features} features and your weight is {tuple(layer.weights[0].shape)}: its length is fixed. "
                    "Use input_shape[-1] in build.",
                )
            raise
        if given is None:
            hint(zh="call 什麼都沒有傳回：別忘了 return。", en="call returned nothing: do not forget return.")
        if not layer.weights:
            hint(
                zh="Keras 看不到任何權重：要用 self.add_weight 登記。tf.Variable 或 NumPy 陣列，Keras 3 都不算。",
                en="Keras sees no weights: register them with self.add_weight. A tf.Variable or a NumPy array does not count for "
                "Keras 3.",
            )
        count = layer.count_params()
        if count == 1:
            hint(
                zh="只有一個權重，所有特徵一起乘。每個特徵要有自己的一個。",
                en="There is one weight for all features together. Each feature needs one of its own.",
            )
        if count == x.size:
            hint(
                zh="權重用了整批的形狀：只要特徵數，也就是 input_shape[-1]。",
                en="The weight has the shape of the whole batch: take only the number of features, input_shape[-1].",
            )
        if len(layer.weights) == 2 and count == 2 * features:
            hint(
                zh="權重多了一倍：這一層沒有偏值，只有乘。",
                en="Twice as many weights as needed: this layer has no bias.",
            )
        expect(
            count == features,
            zh=f"{features} 個特徵有 {features} 個權重",
            en=f"{features} weights for {features} features",
            found=count,
        )
        if not layer.trainable_weights:
            hint(
                zh="權重不能訓練：拿掉 trainable=False。",
                en="The weights are not trainable: take trainable=False away.",
            )
        if not all(np.allclose(weight, 1) for weight in layer.get_weights()):
            hint(
                zh="權重一開始不是 1：add_weight 有 initializer 可以指定。",
                en="The weights are not 1 at first: add_weight takes an initializer.",
            )
        gains = np.arange(2, features + 2).astype("float32")
        ends = np.cumsum([np.size(weight) for weight in layer.get_weights()])[:-1]  # one weight of k, or k of one
        pieces = zip(np.split(gains, ends), layer.get_weights(), strict=True)
        layer.set_weights([piece.reshape(weight.shape) for piece, weight in pieces])
        given = array(layer(x), x.shape)
        expect(
            np.allclose(given, x * np.median(given / x, axis=0), atol=1e-4)
            and np.allclose(np.sort(np.median(given / x, axis=0)), gains, atol=1e-4),
            zh="每個特徵乘上自己的權重",
            en="each feature times its own weight",
            found=f"{given[0].round(3).tolist()} for {x[0].round(3).tolist()} and weights 2, 3, 4, ...",
        )


@exercise("custom-shortfall-loss")
def custom_shortfall_loss(answer: Callable[[object, object], object]) -> None:
    """A loss: the squared difference, three times where the prediction is too low; a mean over the batch."""
    loss = answer() if isinstance(answer, type) and issubclass(answer, keras.losses.Loss) else answer

    def value(y_true: list[float], y_pred: list[float]) -> float:
        pair = [tf.constant(one, tf.float32, shape=(len(one), 1)) for one in (y_true, y_pred)]
        given = np.asarray(called(loss, *pair))
        if given.dtype.kind not in "biuf":
            expect(
                False,
                zh="一個數字，或每筆一個",
                en="a number, or one for each row",
                found=describe(called(loss, *pair)),
            )
        return float(given.mean())

    try:
        low, high = value([5], [3]), value([3], [5])
        batch = value([5, 3, 0, 1], [3, 5, 1, 1])
    except (ValueError, tf.errors.InvalidArgumentError):
        hint(
            zh="一批資料算不出來：是不是用了 Python 的 if？一批裡有的太高、有的太低，要用 keras.ops.where（或 maximum）一次算完。",
            en="It fails on a batch: is there a Python if? In a batch some are too high and some too low; use keras.ops.where (or "
            "maximum) on all of them at once.",
        )
    except TypeError as error:
        if "dtype bool" not in str(error):
            raise
        hint(
            zh="比較得到的是 True 和 False，TensorFlow 不拿它們做加減乘除：用 keras.ops.where，或先 "
            'keras.ops.cast(..., "float32")。',
            en="A comparison gives True and False, and TensorFlow does not calculate with those: use keras.ops.where, or "
            'keras.ops.cast(..., "float32") first.',
        )
    if (low, high) == (4, 12):
        hint(
            zh="貴的那一邊反了：y_true 是 3、預測 5，是多估，卻算了 3 倍。先 y_true，後 y_pred。",
            en="The dear side is the wrong one: 5 predicted for a true 3 is too high, and it was charged 3 times. y_true comes "
            "first, then y_pred.",
        )
    if low == high:
        hint(
            zh="兩邊一樣貴：預測太低的要 3 倍。",
            en="Both sides cost the same: a prediction that is too low costs 3 times.",
        )
    if (low, high) == (6, 2):
        hint(zh="差值要平方，現在是絕對值。", en="The difference has to be squared; this is its absolute value.")
    if (low, high) == (36, 4):
        hint(
            zh="3 倍乘在平方裡面，變成 9 倍了：先平方，再乘 3。",
            en="The 3 is inside the square, where it becomes 9: square first, then multiply.",
        )
    if min(low, high) < 0:
        hint(
            zh="損失掉到 0 以下了，看「有正有負的誤差不能當損失」。",
            en='The loss falls below 0; see "A signed error is no loss".',
        )
    expect(
        np.isclose(low, 12) and np.isclose(high, 4),
        zh="(y_true, y_pred) 是 (5, 3) 時 12，(3, 5) 時 4",
        en="12 for (y_true, y_pred) = (5, 3), and 4 for (3, 5)",
        found=f"{low:g}, {high:g}",
    )
    if np.isclose(batch, 17):
        hint(
            zh="一批的損失是各筆加起來：批次一大，損失就跟著變大。改成每筆一個，或取平均。",
            en="The loss of a batch is the sum of its rows, and grows with the batch. Return one for each row, or their mean.",
        )
    expect(
        np.isclose(batch, 17 / 4),
        zh="一批四筆 12、4、1、0，平均 4.25",
        en="4.25 for a batch with the losses 12, 4, 1, 0",
        found=f"{batch:g}",
    )
    y_true, y_pred = tf.constant([[5.0], [3.0]]), tf.constant([[3.0], [5.0]])

    @tf.function
    def slope() -> tf.Tensor | None:
        with tf.GradientTape() as tape:
            tape.watch(y_pred)
            total = tf.reduce_mean(loss(y_true, y_pred))
        return tape.gradient(total, y_pred)

    try:
        pulls = slope()
    except Exception:
        pulls = None
    if pulls is None:
        hint(
            zh="數字對了，可是 fit 用不了：裡面有 NumPy 的函式，沒有梯度。換成 keras.ops。",
            en="The numbers are right, but fit cannot use it: NumPy functions in it give no gradient. Use keras.ops.",
        )
    expect(
        float(pulls[0, 0]) < 0 < float(pulls[1, 0]),
        zh="太低就往上拉，太高就往下拉",
        en="a pull upwards where it is too low and downwards where it is too high",
        found=pulls.numpy().ravel().tolist(),
    )


@exercise("saved-standardize")
def saved_standardize(answer: type) -> None:
    """A layer class (mean, scale) that survives saving and loading without custom_objects."""
    if not (isinstance(answer, type) and issubclass(answer, keras.layers.Layer)):
        expect(False, zh="layers.Layer 的子類別", en="a subclass of layers.Layer", found=describe(answer))
    mean, scale = np.array([1, 2, 3, 4]), np.array([1.0, 1.0, 2.0, 2.5])
    try:
        layer = answer(mean.copy(), scale.copy(), name="kept_name")
    except TypeError:
        hint(
            zh="SavedStandardize(mean, scale, name=...) 要能建立：名字這類引數用 **kwargs 收下，交給 super().__init__。",
            en="SavedStandardize(mean, scale, name=...) has to work: take name and the like as **kwargs and hand them to "
            "super().__init__.",
        )
    symbol = keras.Input((4,))
    model = keras.Model(symbol, layer(symbol))
    given = array(model(ROWS), ROWS.shape)
    expect(
        np.allclose(given, (ROWS - mean) / scale, atol=1e-5),
        zh="(inputs - mean) / scale",
        en="(inputs - mean) / scale",
        found=given[0].tolist(),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        try:
            model.save(path)
        except NotImplementedError:
            hint(
                zh="save 還是不肯存：Keras 不知道怎麼記下 NumPy 陣列，要你寫 get_config。看「檔案存的是設定和權重，不是你的程式」。",
                en="save still refuses: Keras cannot note down NumPy arrays by itself, so write get_config. See "
                '"A file holds settings and weights, not your program".',
            )
        try:
            loaded = keras.models.load_model(path)
        except Exception as error:
            _explain(error, answer, layer)
            raise
    if loaded.layers[-1].name != "kept_name":
        hint(
            zh="讀回來的層忘了名字：設定要從 super().get_config() 開始，再加上自己的。",
            en="The layer came back without its name: begin the config with super().get_config(), then add your own.",
        )
    given = array(loaded(ROWS), ROWS.shape)
    expect(
        np.allclose(given, (ROWS - mean) / scale, atol=1e-5),
        zh="讀回來以後，算出來和存之前一樣",
        en="the same outputs after loading as before",
        found=given[0].tolist(),
    )


def _explain(error: Exception, answer: type, layer: keras.layers.Layer) -> None:
    """The hint for a file that was saved and could not be loaded."""
    if keras.utils.get_registered_name(answer) == answer.__name__:
        hint(
            zh="存得起來，讀不回來：這個類別還沒登記。",
            en="It is saved but not loaded: the class is not registered yet.",
        )
    config = layer.get_config()
    if not {"mean", "scale"} <= set(config):
        hint(
            zh="get_config 裡要有 mean 和 scale，讀檔時才建得出同一層。",
            en="get_config has to hold mean and scale, or the layer cannot be made again.",
        )
    if any(isinstance(config[one], np.ndarray) for one in ("mean", "scale")):
        hint(
            zh="設定裡還是 NumPy 陣列，讀回來就不是原來的樣子了：用 .tolist() 變成串列。",
            en="The config still holds NumPy arrays, which do not come back as they were: turn them into lists with .tolist().",
        )


@exercise("mended-centre")
def mended_centre(answer: Callable[[object], object]) -> None:
    """A function: (n, k) to (n, k), each row minus its own average, for any number of rows."""
    square = np.array([[1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 0, 8], [5, 5, 5, 9]], "float32")
    for rows in (square, square[:3], square[:1], np.arange(10, dtype="float32").reshape(2, 5) ** 2):
        right = rows - rows.mean(axis=1, keepdims=True)
        try:
            given = np.asarray(called(answer, rows.copy()))
        except (ValueError, tf.errors.InvalidArgumentError):
            hint(
                zh=f"{len(rows)} 筆就出錯：平均的形狀是 ({len(rows)},)，和 {rows.shape} 相減時對不齊。看「軸要指對，軸數要留住」。",
                en=f"It fails on {len(rows)} rows: averages of shape ({len(rows)},) do not line up with {rows.shape}. See "
                '"Name the axis, and keep it".',
            )
        if given.shape == rows.shape and not np.allclose(given, right, atol=1e-5):
            if np.allclose(given, rows - rows.mean(axis=0), atol=1e-5):
                hint(
                    zh="減掉的是每一行 (column) 的平均，不同筆混在一起了：軸指錯了。",
                    en="The average of each column was taken away, which mixes the rows: that is the wrong axis.",
                )
            if np.allclose(given, rows - rows.mean(), atol=1e-5):
                hint(
                    zh="每一筆減掉的都是同一個數，整批的平均：還沒指定軸。",
                    en="Every row lost the same number, the average of the whole batch: no axis is named yet.",
                )
            if np.allclose(given, -right, atol=1e-5):
                hint(zh="正負號反了：是資料減平均。", en="The sign is the wrong way round: the data minus the average.")
            if len(rows) == 4 and np.allclose(given, rows - rows.mean(axis=1), atol=1e-5):
                hint(
                    zh="蟲還在：4 筆的時候，第 i 行減掉了第 i 筆的平均。平均的形狀是什麼？",
                    en="The bug is still there: with 4 rows, column i loses the average of row i. What shape do the averages have?",
                )
        if given.shape == (len(rows), 1):
            hint(
                zh="你傳回的是平均（或和它一樣長的東西），還要從資料裡減掉。",
                en="That is the average (or something of its length); it has yet to be taken away from the data.",
            )
        given = array(given, rows.shape)
        expect(
            np.allclose(given, right, atol=1e-5),
            zh="每一筆減掉自己的平均",
            en="each row minus its own average",
            found=given[0].tolist(),
        )
    model = in_a_model(answer, 5)
    expect(
        np.allclose(model(rows), right, atol=1e-5),
        zh="放進 Lambda 也一樣",
        en="the same in a Lambda",
        found=np.asarray(model(rows))[0].tolist(),
    )
