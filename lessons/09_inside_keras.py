# ---
# jupyter:
#   course:
#     needs: [08_gradient_tape]
# ---

# %% [markdown] lang="zh-TW"
# # 09 打開 Keras：層怎麼建，fit 怎麼跑

# %% [markdown] lang="en"
# # 09 Inside Keras: how a layer is built, and what fit does

# %% [markdown] lang="zh-TW"
# 讀完這一課，你會：
#
# 1. 說得出呼叫一層的時候 Keras 做了哪些事，也寫得出不必先知道輸入大小的層；
# 2. 照資料有幾個軸挑層，看懂常見的幾種拓樸 (topology)，並且知道選架構就是先下一個假設；
# 3. 用字串或物件 `compile`，替任務配好最後一層和損失，再寫一個自己的評量指標 (metric)；
# 4. 先洗牌再分驗證資料，看得出過度配適，用回呼 (callback) 提早停下來、存檔、記錄過程；
# 5. 用 `tf.data` 送資料，知道 `predict` 和直接呼叫模型差在哪裡，並且自己寫 `train_step`，跑出和 `fit` 一樣的 `history`。
#
# **先想一想**：上一課的線性分類器，權重 `W` 的形狀是 `(2, 1)`。這兩個數字，哪一個是資料決定的，哪一個是你決定的？如果資料還沒來，`W` 建得出來嗎？

# %% [markdown] lang="en"
# By the end of this lesson you will:
#
# 1. know what Keras does when a layer is called, and write layers that need not be told the size of their input;
# 2. choose a layer by the rank of the data, read the usual topologies, and know that choosing an architecture is making an assumption;
# 3. `compile` with strings or with objects, match the last layer and the loss to the task, and write a metric of your own;
# 4. shuffle before you split off validation data, recognise overfitting, and use callbacks to stop early, to save and to record;
# 5. feed data with `tf.data`, know how `predict` differs from calling the model, and write a `train_step` that gives the same `history` as `fit`.
#
# **Think first**: the linear classifier of the last lesson had weights `W` of shape `(2, 1)`. Which of these two numbers came from the data, and which from you? Could `W` be made before any data had arrived?

# %%
import tempfile
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import EpochLine, check, draw, expect_error, explore, load_mnist, plot_lines
from keras_beyond.figures import BLUE, ORANGE, TEXT, Picture, new_figure


def flat(images):
    return images.reshape(-1, 784).astype("float32") / 255


(images, labels), _ = load_mnist()
x_fit, y_fit = flat(images[:6000]), labels[:6000]
x_val, y_val = flat(images[-2000:]), labels[-2000:]

# %% tags=["guard"]
assert not {*map(bytes, x_fit)} & {*map(bytes, x_val)}  # no image is in both

# %% [markdown] lang="zh-TW"
# 這一課最多拿 6,000 張數字來訓練，另外 2,000 張拿來驗證，所以每次訓練都很短。這裡的成績都是驗證成績，測試資料沒有用到。
#
# ## 在 `__init__` 裡建權重，就得先說輸入有多長
#
# 把上一課的 `W` 和 `b` 包進一個 class，就有了最陽春的全連接層：

# %% [markdown] lang="en"
# This lesson trains on 6,000 digits at most and validates on 2,000 others, so that every training is short. Every result here is a validation result; the test digits are not used.
#
# ## Make the weights in `__init__`, and you must say how long the input is
#
# Put the `W` and `b` of the last lesson into a class, and you have the plainest fully connected layer:


# %%
class NaiveDense:
    def __init__(self, input_size, units, activation):
        self.W = tf.Variable(tf.random.normal((input_size, units), stddev=0.05))
        self.b = tf.Variable(tf.zeros(units))
        self.activation = activation

    def __call__(self, x):
        return self.activation(tf.matmul(x, self.W) + self.b)


# %% tags=["nbval-check-output"]
naive = [
    NaiveDense(784, 32, tf.nn.relu),
    NaiveDense(32, 64, tf.nn.relu),
    NaiveDense(64, 32, tf.nn.relu),
    NaiveDense(32, 10, tf.nn.softmax),
]
h = x_fit[:2]
for layer in naive:
    h = layer(h)
    print(f"W {layer.W.shape!s:10s} gives {h.shape}")

# %% [markdown] lang="zh-TW"
# 兩張圖進去，得到 `(2, 10)`。可是 32、64、32 每個都寫了兩遍：上一層的輸出一次，下一層的輸入又一次。抄錯一個，要到真的送資料進去才會發現：

# %% [markdown] lang="en"
# Two images go in, and `(2, 10)` comes out. But 32, 64 and 32 are each written twice, once as what a layer gives and once as what the next one takes. Copy one of them wrongly, and you learn of it only when data come through:

# %%
with expect_error(tf.errors.InvalidArgumentError, match="Matrix size-incompatible"):
    NaiveDense(33, 10, tf.nn.softmax)(tf.ones((2, 32)))

# %% [markdown] lang="zh-TW"
# `In[0]: [2,32]` 是資料，`In[1]: [33,10]` 是權重：32 和 33 乘不起來。回到開頭的問題：輸入有多長是**資料**決定的，輸出有多長才是你決定的。那就等資料來了再建權重。
#
# ## `__call__` 先看輸入，再建權重，最後才算
#
# 把工作分成兩個方法：`build` 建權重，`call` 計算。外面包一個 `__call__`，第一次呼叫才 `build`。整套機制不到十行：

# %% [markdown] lang="en"
# `In[0]: [2,32]` is the data and `In[1]: [33,10]` the weights: 32 and 33 do not multiply. Which answers the question at the start: how long the input is comes from **the data**, and only the length of the output is yours to choose. So make the weights when the data arrive.
#
# ## `__call__` looks at the input, then builds, then computes
#
# Split the work between two methods: `build` makes the weights, `call` computes. Around them goes `__call__`, which builds the first time it is called. The whole mechanism takes fewer than ten lines:


# %%
class TinyLayer:
    built = False

    def __call__(self, x):
        if not self.built:
            self.build(x.shape)
            self.built = True
        return self.call(x)


class TinyDense(TinyLayer):
    def __init__(self, units, activation=None):
        self.units, self.activation = units, activation

    def build(self, input_shape):
        self.W = tf.Variable(tf.random.normal((input_shape[-1], self.units), stddev=0.05))
        self.b = tf.Variable(tf.zeros(self.units))

    def call(self, x):
        y = tf.matmul(x, self.W) + self.b
        return y if self.activation is None else self.activation(y)


# %% tags=["nbval-check-output"]
tiny = TinyDense(32, tf.nn.relu)
print("before the first input:", tiny.built)
print("output:", tiny(x_fit[:2]).shape, "with W", tiny.W.shape)
print("the same answer again:", np.array_equal(tiny(x_fit[:2]), tiny(x_fit[:2])))

# %% [markdown] lang="zh-TW"
# 沒有人告訴它 784，它自己從第一筆輸入看出來；再呼叫就不重建了，同樣的輸入得到同樣的答案。`keras.layers.Layer` 就是大一號的 `TinyLayer`：`__call__` 已經寫好，你只要寫 `build` 和 `call`。兩個地方不同：`__init__` 要先呼叫 `super().__init__()`；權重用 `self.add_weight` 建，Keras 才知道有這個權重，訓練時才會動它。

# %% [markdown] lang="en"
# Nobody told it 784; it saw that in its first input. Called again it does not build anew, so the same input gives the same answer. `keras.layers.Layer` is a larger `TinyLayer`: `__call__` is written already, and you write `build` and `call`. Two things differ. `__init__` first calls `super().__init__()`; and weights are made with `self.add_weight`, so that Keras knows of them and moves them in training.


# %%
class SimpleDense(layers.Layer):
    def __init__(self, units, activation=None):
        super().__init__()
        self.units, self.activation = units, activation

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x):
        y = tf.matmul(x, self.W) + self.b
        return y if self.activation is None else self.activation(y)


# %% row="C43" tags=["nbval-check-output"]
simple = SimpleDense(32, tf.nn.relu)
print("before:", simple.built, [tuple(weight.shape) for weight in simple.weights])
output = simple(x_fit[:2])
print("after: ", simple.built, [tuple(weight.shape) for weight in simple.weights])
print("output:", tuple(output.shape))

# %% [markdown] lang="zh-TW"
# 第一次呼叫以後才有權重，形狀是 `(784, 32)` 和 `(32,)`；兩張圖得到 `(2, 32)`。再拿 Keras 自己的 `Dense`，放進同一份權重比比看：

# %% [markdown] lang="en"
# The weights exist from the first call on, with shapes `(784, 32)` and `(32,)`, and two images give `(2, 32)`. Give the same weights to Keras's own `Dense` and compare:

# %%
dense = layers.Dense(32, activation="relu")
dense.build((None, 784))
dense.set_weights(simple.get_weights())
difference = np.abs(simple(x_fit[:1000]) - dense(x_fit[:1000])).max()
print(f"largest difference: {difference:.6f}")

# %% tags=["guard"]
assert difference < 1e-6

# %% [markdown] lang="zh-TW"
# 一模一樣。`__call__` 還多做了幾件事，用一個會出聲的層來聽聽看。先給它 NumPy 陣列兩次，再給它 `keras.Input`：

# %% [markdown] lang="en"
# No difference. `__call__` does a few more things. Listen to them with a layer that reports each step: give it NumPy arrays twice, and then a `keras.Input`:


# %%
class Talking(layers.Layer):
    def build(self, input_shape):
        print("    build", input_shape)

    def call(self, x):
        print("    call ", type(x).__name__, x.shape, x.dtype.name)
        return x


talking = Talking()
for given in (np.ones((2, 3)), np.ones((5, 3)), keras.Input((3,))):
    print("given", type(given).__name__, given.shape, given.dtype)
    talking(given)

# %% [markdown] lang="zh-TW"
# 從輸出讀得出三件事：
#
# - `build` 只出現一次，第二次直接 `call`；
# - 進去的是 64 位元的 NumPy 陣列，到了 `call` 已經是 `float32` 的張量；
# - 給它 `keras.Input`，`call` 也跑了一次，收到的是沒有數值、只有形狀的張量。函數式 API 就是這樣問出每一層的輸出形狀，順便記下「誰接在誰後面」。
#
# 這些都是 `__call__` 做的。直接呼叫 `call` 會跳過它，權重就沒人建：

# %% [markdown] lang="en"
# Three things can be read here:
#
# - `build` appears once; the second time goes straight to `call`;
# - what went in was a NumPy array of 64-bit numbers, and what reached `call` is a tensor of `float32`;
# - given a `keras.Input`, `call` ran as well, on a tensor that has a shape and no numbers. That is how the functional API learns the output shape of every layer, and notes which follows which.
#
# All this is the work of `__call__`. Call `call` yourself, and you go past it, so nobody builds the weights:

# %%
with expect_error(AttributeError, match="no attribute 'W'"):
    SimpleDense(32).call(x_fit[:2])

# %% [markdown] lang="zh-TW"
# 所以：寫的時候寫 `call`，用的時候寫 `layer(x)`。
#
# ## 整串層，一個輸入大小都不用寫
#
# 同一串 784-32-64-32-10，現在只寫每層要幾個輸出：

# %% [markdown] lang="en"
# So: write `call`, and use `layer(x)`.
#
# ## A chain of layers without one input size
#
# The same chain 784-32-64-32-10 now names only what each layer gives:

# %% row="C43" tags=["nbval-check-output"]
chain = keras.Sequential(name="chain")
for units in (32, 64, 32):
    chain.add(SimpleDense(units, tf.nn.relu))
chain.add(SimpleDense(10, tf.nn.softmax))
print("weights before:", [len(layer.weights) for layer in chain.layers])
chain(x_fit[:2])
sizes = [chain.layers[0].W.shape[0], *(layer.W.shape[1] for layer in chain.layers)]
print("weights after: ", [len(layer.weights) for layer in chain.layers])
print("-".join(map(str, sizes)), "with", f"{chain.count_params():,}", "parameters")

# %% tags=["nbval-check-output"]
draw(chain)

# %% [markdown] lang="zh-TW"
# 第一筆資料走過去，四層一層一層建起來：每層的輸入大小，就是前一層的輸出大小。圖上的 `(2, …)` 來自那兩張圖；用 `keras.Input` 開頭的話會是 `None`。
#
# ### 練習 9.1：輸出多長，看輸入決定（5 分鐘）
#
# 寫一層 `Widen`，計算 `x W + b`，`W` 從亂數開始，沒有激活函數，也沒有引數。輸入長度 n 是偶數，輸出就是 2n；n 是奇數，輸出就是 3n。這種層串起來，每一層多大，自己算很容易算錯；有了 `build` 就不必算。

# %% [markdown] lang="en"
# As the first data pass through, the four layers are built one after the other, each taking its input size from the output of the one before. The `(2, …)` in the picture comes from those two images; with `keras.Input` at the start it would say `None`.
#
# ### Exercise 9.1: the input decides how long the output is (5 minutes)
#
# Write a layer `Widen` that computes `x W + b`, with a `W` that begins as random numbers, without activation and without arguments. Where the length n of the input is even, the output has 2n numbers; where it is odd, 3n. With layers like this it is easy to get sizes wrong by hand; with `build` there is nothing to work out.


# %% tags=["exercise"]
class Widen(layers.Layer):
    """x W + b with 2n outputs for an even input length n, and 3n for an odd one."""

    ### BEGIN SOLUTION
    def build(self, input_shape):
        n = input_shape[-1]
        units = 2 * n if n % 2 == 0 else 3 * n
        self.W = self.add_weight(shape=(n, units), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(units,), initializer="zeros")

    def call(self, x):
        return keras.ops.matmul(x, self.W) + self.b

    ### END SOLUTION


# %% tags=["check"]
check("widen-layer", Widen)

# %% [markdown] lang="zh-TW"
# ### 抓蟲 9.2：`activation="relu"`（4 分鐘）
#
# `Dense` 收得下 `activation="relu"`。有一份教材自己寫了 `SimpleDense`，也照這樣用：

# %% [markdown] lang="en"
# ### Bug hunt 9.2: `activation="relu"` (4 minutes)
#
# `Dense` takes `activation="relu"`. One textbook's slides use their own `SimpleDense` in the same way:

# %%
with expect_error(TypeError, match="'str' object is not callable"):
    SimpleDense(32, activation="relu")(x_fit[:2])

# %% [markdown] lang="zh-TW"
# 建的時候沒事，呼叫的時候才出錯。找出是哪一行，寫一個改好的 `MendedDense(units, activation=None)`：激活函數可以給名字（`"relu"`、`"softmax"`……）、給函式，也可以不給；`keras.activations.get` 把這三種都換成函式。

# %% [markdown] lang="en"
# Making the layer is no trouble; calling it is. Find the line that fails, and write `MendedDense(units, activation=None)`, which takes an activation by name (`"relu"`, `"softmax"`, ...), as a function, or none at all; `keras.activations.get` turns each of the three into a function.


# %% tags=["exercise"]
class MendedDense(layers.Layer):
    """activation(x W + b); `activation` is a name, a function or None."""

    ### BEGIN SOLUTION
    def __init__(self, units, activation=None):
        super().__init__()
        self.units = units
        self.activation = keras.activations.get(activation)  # None becomes the identity

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x):
        return self.activation(keras.ops.matmul(x, self.W) + self.b)

    ### END SOLUTION


# %% tags=["check"]
check("mended-activation", MendedDense)

# %% [markdown] lang="zh-TW"
# ## 資料有幾個軸，就挑哪一種層
#
# 最前面那個軸永遠是「第幾筆」，後面幾個軸才是一筆資料：
#
# | 一筆資料 | 一批資料的形狀 | 常用的層 |
# | --- | --- | --- |
# | 向量 | （筆、特徵） | `Dense` |
# | 序列：文字、聲音 | （筆、時間、特徵） | `LSTM`、`Conv1D`、注意力 |
# | 影像 | （筆、列 (row)、行 (column)、通道） | `Conv2D` |
# | 影片 | （筆、影格、列、行、通道） | `Conv3D` |
#
# `LSTM` 一步一步讀序列，邊讀邊記（第 05 課）；注意力 (attention) 讓每一步看到所有的步，這一課的 Transformer 區塊會用到。
#
# 用 `keras.Input` 問每一層的輸出形狀，不必真的算：

# %% [markdown] lang="en"
# ## The rank of the data, how many axes they have, chooses the layer
#
# The first axis always says which sample; the axes after it are one sample:
#
# | one sample | shape of a batch | usual layer |
# | --- | --- | --- |
# | a vector | (sample, feature) | `Dense` |
# | a sequence: text, sound | (sample, time, feature) | `LSTM`, `Conv1D`, attention |
# | an image | (sample, row, column, channel) | `Conv2D` |
# | a film | (sample, frame, row, column, channel) | `Conv3D` |
#
# An `LSTM` reads a sequence step by step and remembers (lesson 05); attention lets every step see all the others, and is part of the Transformer block in this lesson.
#
# Ask each layer for the shape it gives with `keras.Input`, without computing anything:

# %% row="C44" tags=["nbval-check-output"]
for layer, shape in [
    (layers.Dense(8), (784,)),
    (layers.LSTM(8), (28, 28)),
    (layers.Conv2D(8, 3), (28, 28, 1)),
    (layers.Conv3D(8, 3), (10, 28, 28, 1)),
    (layers.Dense(8), (28, 28)),
]:
    symbolic = layer(keras.Input(shape))
    print(f"{type(layer).__name__:6s} {(None, *shape)!s:24s} -> {symbolic.shape}")

# %% [markdown] lang="zh-TW"
# 看輸出的最後一行：影像忘了攤平就送進 `Dense`，**不會**出錯。它把每一列 28 個像素各自換成 8 個數字，列和列之間完全沒有混合。`Conv2D` 就嚴格得多，少了通道那個軸馬上拒收：

# %% [markdown] lang="en"
# Look at the last line: hand `Dense` an image that was not flattened, and it does **not** fail. It turns the 28 pixels of every row into 8 numbers, and rows never mix. `Conv2D` is stricter; where the channel axis is missing it refuses at once:

# %%
with expect_error(ValueError, match="expected min_ndim=4, found ndim=3"):
    layers.Conv2D(8, 3)(keras.Input((28, 28)))

# %% [markdown] lang="zh-TW"
# ## 同樣的層，接法不同，就是不同的模型
#
# 層選好了，還要決定怎麼接。接法叫做拓樸 (topology)，下面是最常見的四種。
#
# **兩條分支**：同一張圖走兩條路。`near` 用卷積看附近的筆畫，`far` 一次看全部的像素，最後接起來。

# %% [markdown] lang="en"
# ## The same layers, wired differently, are another model
#
# With the layers chosen, you still decide how to wire them: the topology. Here are the four met most often.
#
# **Two branches**: one image goes two ways. `near` looks at strokes close by with a convolution, `far` at all pixels at once, and then they are joined.

# %% row="C44" tags=["nbval-check-output"]
image = keras.Input((28, 28, 1), name="image")
near = layers.Conv2D(8, 5, strides=4, activation="relu", name="near")(image)
far = layers.Dense(32, activation="relu", name="far")(layers.Flatten(name="flat_image")(image))
joined = layers.Concatenate(name="join")([layers.Flatten(name="flat_near")(near), far])
digit = layers.Dense(10, activation="softmax", name="digit")(joined)
draw(keras.Model(image, digit, name="two_branches"))

# %% [markdown] lang="zh-TW"
# 左右兩條路各給一個向量，在 `join` 接成一個 320 維的向量：卷積那邊 6x6x8 = 288，另一邊 32。
#
# **多個頭 (head)**：一個共用的隱藏層，後面接三個問題。是哪個數字？是不是奇數？筆畫斜多少？

# %% [markdown] lang="en"
# Each way gives a vector, and `join` makes one of 320 numbers: 6x6x8 = 288 from the convolution, 32 from the other side.
#
# **Several heads**: one shared hidden layer, and three questions after it. Which digit? Is it odd? How far does it slant?

# %% row="C44" tags=["nbval-check-output"]
x = keras.Input((784,), name="x")
shared = layers.Dense(64, activation="relu", name="shared")(x)
digit = layers.Dense(10, activation="softmax", name="digit")(shared)
odd = layers.Dense(1, activation="sigmoid", name="odd")(shared)
slant = layers.Dense(1, name="slant")(shared)
draw(keras.Model(x, [digit, odd, slant], name="three_heads"))

# %% [markdown] lang="zh-TW"
# 三個頭的激活函數都不同：softmax、sigmoid、沒有。為什麼，後面談損失的時候再說。
#
# **殘差連接 (residual connection)**：輸入抄一條近路，和算出來的東西相加。中間的層只要學「該改多少」。

# %% [markdown] lang="en"
# Each head has another activation: softmax, sigmoid, none. Why, you will see further down, where the loss is chosen.
#
# **A residual connection**: the input takes a short cut and is added to what was computed. The layers in between need to learn only what to change.

# %% row="C44" tags=["nbval-check-output"]
x = keras.Input((64,), name="x")
first = layers.Dense(64, activation="relu", name="first")
second = layers.Dense(64, name="second")
y = layers.Add(name="add")([x, second(first(x))])
residual = keras.Model(x, y, name="residual")
draw(residual)

# %% [markdown] lang="zh-TW"
# 圖上有一條線從 `x` 直接跳到 `add`。
#
# 這三個模型都用函數式 API 寫。還有一種寫法：繼承 `keras.Model`，自己寫 `call`，和寫一層一模一樣。拿同樣的兩層來寫：

# %% [markdown] lang="en"
# A line jumps from `x` straight to `add`.
#
# These three models were written with the functional API. There is another way: subclass `keras.Model` and write `call` yourself, just as for a layer. Here it is with the same two layers:


# %% tags=["nbval-check-output"]
class Residual(keras.Model):
    def __init__(self, first, second):
        super().__init__(name="residual_class")
        self.first, self.second = first, second

    def call(self, x):
        return x + self.second(self.first(x))


subclassed = Residual(first, second)
h = np.random.default_rng(9).normal(size=(100, 64)).astype("float32")
difference = np.abs(subclassed(h) - residual(h)).max()
print(f"largest difference: {difference:.6f}")
draw(subclassed)

# %% tags=["guard"]
assert difference < 1e-6

# %% [markdown] lang="zh-TW"
# 算出來的一樣，圖卻少了線：`call` 裡面可以是任何 Python 程式，Keras 不知道層怎麼接，只好把層排成一排。所以平常用函數式 API：畫得出來，形狀寫錯馬上知道，也可以取出中間的輸出。`call` 裡要寫迴圈、要看數值決定走哪條路，或是要改訓練的步驟（最後一節），才繼承 `Model`。
#
# **Transformer 區塊**：大型語言模型就是把這種區塊疊幾十個。把一張圖看成 28 個「字」，每個字是一列 28 個像素。注意力讓每個字去看所有的字，挑有用的混進來；接著 `dense_1` 和 `dense_2` 各自處理每一個字。兩段都有殘差連接，後面都接 `LayerNormalization`，把每個字的數字調成平均 0、變異數 1。

# %% [markdown] lang="en"
# The results agree, but the picture has lost its lines: `call` may hold any Python, so Keras does not know how the layers are wired and sets them side by side. So write functional models as a rule: they can be drawn, a wrong shape shows at once, and what is in the middle can be read. Subclass `Model` when `call` needs a loop or a choice that depends on the numbers, or when you want to change the training step (the last section).
#
# **A Transformer block**: large language models are dozens of these, one on top of the other. Take an image as 28 "words", each a row of 28 pixels. Attention lets every word look at all words and mix in what is useful; then `dense_1` and `dense_2` work on each word by itself. Both halves have a residual connection, followed by `LayerNormalization`, which brings the numbers of each word to mean 0 and variance 1.

# %% row="C44" tags=["nbval-check-output"]
words = keras.Input((28, 28), name="words")
attended = layers.MultiHeadAttention(num_heads=2, key_dim=14, name="attention")(words, words)
h = layers.LayerNormalization(name="norm_1")(layers.Add(name="add_1")([words, attended]))
wide = layers.Dense(64, activation="relu", name="dense_1")(h)
narrow = layers.Dense(28, name="dense_2")(wide)
y = layers.LayerNormalization(name="norm_2")(layers.Add(name="add_2")([h, narrow]))
block = keras.Model(words, y, name="transformer_block")
draw(block)

# %% [markdown] lang="zh-TW"
# 兩條近路，兩次相加；進去和出來都是 28 個字，每個字 28 個數字，所以可以一個區塊接一個區塊疊下去。
#
# 這張圖還藏了一個假設：沒有一層知道誰先誰後。把 28 列的順序打亂，輸出只是跟著換順序，內容不變：

# %% [markdown] lang="en"
# Two short cuts, two sums. What goes in and what comes out are both 28 words of 28 numbers, so one block can stand on another.
#
# An assumption hides in this picture: no layer knows which word comes first. Put the 28 rows in another order, and the outputs change their order too, and nothing else:

# %%
order = np.random.default_rng(9).permutation(28)
rows = x_fit[:100].reshape(-1, 28, 28)
difference = np.abs(block(rows[:, order]) - tf.gather(block(rows), order, axis=1)).max()
print(f"largest difference: {difference:.4f}")

# %% tags=["guard"]
assert difference < 1e-4

# %% [markdown] lang="zh-TW"
# 所以處理文字的模型，都會先把「第幾個字」加進輸入。
#
# ## 架構是一個假設：一條線分不開的資料
#
# 權重怎麼調都算進去，一個模型能變成的所有函數，合起來叫做假設空間 (hypothesis space)。訓練只是在裡面找，找不到外面的東西。只有一個 `Dense(1)`，就等於假設「一條直線分得開兩類」。下面這種資料，這個假設就是錯的：0 類在圓盤裡，1 類在外面一圈。
#
# 隱藏層從 0 個神經元（只有一條線）到 8 個，試六種大小。寫成一個模型的六條分支：分支之間沒有共用的權重，一起訓練和分開訓練效果差不多，`fit` 卻只要一次。

# %% [markdown] lang="en"
# So models of text add to each word the place it has.
#
# ## An architecture is an assumption: data that no line divides
#
# All the functions that a model could become, whatever its weights, make up its hypothesis space. Training searches in there, and never finds what is outside. A single `Dense(1)` assumes that a straight line divides the two classes. For the data below this is false: class 0 fills a disc, class 1 the ring around it.
#
# Try six hidden layers, from 0 neurons (a line alone) to 8, as six branches of one model. The branches share no weights, so training them together is as good as training them apart, and takes a single `fit`.


# %%
def rings(count, seed):
    """Points (count, 2) and labels (count,): 0 in a disc, 1 in the ring around it."""
    source = np.random.default_rng(seed)
    classes = np.arange(count) % 2
    inside, outside = source.uniform(0, 1, count) ** 0.5, source.uniform(1.3, 2, count)
    radius, angle = np.where(classes == 0, inside, outside), source.uniform(0, 2 * np.pi, count)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return points.astype("float32"), classes


def train_on_rings(sizes, epochs=5, callbacks=()):
    """A model with a branch for each size: so many hidden neurons (0: a line alone), one answer."""
    x = keras.Input((2,), name="x")
    hidden = [layers.Dense(size, activation="relu")(x) if size else x for size in sizes]
    answers = [layers.Dense(1, activation="sigmoid")(h) for h in hidden]
    model = keras.Model(x, layers.concatenate(answers), name="rings")  # to (n, branches)
    model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["binary_accuracy"])
    points, classes = rings(20000 // epochs, seed=0)  # always 200 steps of 100 points
    targets = np.repeat(classes[:, None], len(answers), axis=1)  # each branch has the same task
    model.fit(points, targets, batch_size=100, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return model


# %% row="C44"
sizes = [0, 1, 2, 3, 4, 8]
branches = train_on_rings(sizes)
points, classes = rings(1000, seed=1)
right = (branches(points).numpy() > 0.5) == classes[:, None]  # (1000, 6)
accuracies = dict(zip(sizes, right.mean(axis=0), strict=True))
print(f"a line: {accuracies[0]:.0%}, eight hidden neurons: {accuracies[8]:.0%}")

# %% tags=["guard"]
assert 0.3 < accuracies[0] < 0.7 and accuracies[8] > 0.97

# %% [markdown] lang="zh-TW"
# 一條線和亂猜差不多；多一個隱藏層，八個神經元，幾乎全對。把平面上每一點的答案塗上顏色：

# %% [markdown] lang="en"
# A line is about as good as guessing; one hidden layer of eight neurons gets nearly everything right. Colour the plane by the answer at every point:

# %%
side = np.linspace(-2.2, 2.2, 80, dtype="float32")
plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def show_regions(panels):
    """One panel for each title: the plane coloured by `values`, (6400,)."""
    count = len(panels)
    figure, axes = new_figure(min(8.4, 2.9 * count), 8.8 / max(3, count), columns=count)
    points, classes = rings(200, seed=1)
    for axis, (title, values) in zip(axes[0], panels.items(), strict=True):
        answers = np.reshape(values, (80, 80))
        axis.contourf(side, side, answers, levels=[0, 0.5, 1], colors=["#F7E3B5", "#CFE4F2"])
        for kind, color, marker in ((0, ORANGE, "o"), (1, BLUE, "^")):
            axis.scatter(*points[classes == kind].T, s=9, color=color, marker=marker)
        axis.set_title(title, fontsize=TEXT)
        axis.set(aspect="equal", xticks=[-2, 0, 2], yticks=[-2, 0, 2], xlabel="x_1", ylabel="x_2")
    return Picture(figure)


on_plane = dict(zip(sizes, branches(plane).numpy().T, strict=True))  # (6400,) for each size
show_regions({"a line": on_plane[0], "eight hidden neurons": on_plane[8]})

# %% [markdown] lang="zh-TW"
# 橘色圓點是 0 類，藍色三角是 1 類，底色是模型的答案。左邊只能把平面切成兩半，或者全部猜同一類；右邊的邊界由一段段直線接成，只在某個 ReLU 神經元開始作用的地方轉彎，圍得住圓盤。
#
# 要幾個神經元才圍得住？自己挑挑看，六條分支都在選單裡：

# %% [markdown] lang="en"
# Orange discs are class 0, blue triangles class 1, and the background is the model's answer. On the left it can only cut the plane in two, or answer the same everywhere; on the right the border is made of straight pieces, bends where one of the ReLU neurons begins to act, and closes around the disc.
#
# How many neurons does it take to close it? Choose; all six branches are in the menu:


# %%
def try_hidden(hidden):
    return show_regions({f"{hidden} hidden: {accuracies[hidden]:.0%}": on_plane[hidden]})


try_hidden(3)

# %% tags=["widget"]
explore(try_hidden, hidden=sizes)

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()

# %% [markdown] lang="zh-TW"
# 再執行一次訓練和畫圖的那兩格：三個神經元有時候圍得住，有時候圍不住：圍得住的權重存在，訓練卻不一定找得到。多幾個神經元，就比較容易找到。
#
# ### 練習 9.3：換一種看法，一條線就夠（5 分鐘）
#
# 除了換架構，也可以換輸入。寫一個函式 `features`：給它 `(n, 2)` 的點，傳回 `(n, k)` 的特徵，k 由你決定（最多 50），讓「一個 `Dense(1)`」就分得開這兩類。檢查的時候，會拿一條線（k 個輸入）去分你的特徵。

# %% [markdown] lang="en"
# Run the training cell and the one that draws again: with three neurons the ring sometimes closes and sometimes does not. Weights that close it exist, and training may fail to find them. With a few more neurons it is easier to find.
#
# ### Exercise 9.3: seen another way, a line will do (5 minutes)
#
# You can change the architecture, and you can change the input. Write a function `features`: given points `(n, 2)`, it returns features `(n, k)`, with a k of your choice (50 at most), such that a single `Dense(1)` divides the two classes. The check fits a line (of k inputs) to your features.


# %% tags=["exercise"]
def features(points):
    """Features (n, k) of points (n, 2), on which a line divides disc and ring."""
    ### BEGIN SOLUTION
    return (points**2).sum(axis=1, keepdims=True)  # the squared distance from the middle
    ### END SOLUTION


# %% tags=["check"]
check("ring-features", features)

# %% [markdown] lang="zh-TW"
# ## `compile` 收字串，也收物件
#
# 架構定了，接著由 `compile` 決定損失、優化器、評量指標。字串是簡寫：`"rmsprop"` 就是 `keras.optimizers.RMSprop()`，引數全用預設值。要改學習率，或用自己寫的東西，就給物件。內建的很多：優化器有 `SGD`、`RMSprop`、`Adam`、`Adagrad`，評量指標有 `AUC`、`Precision`、`Recall`，損失在下一節。
#
# 是不是真的一樣？每次都從同一個亂數種子 (seed) 開始建模型，各訓練一次。這個模型後面還會用好幾次：

# %% [markdown] lang="en"
# ## `compile` takes strings, and objects
#
# With the architecture settled, `compile` settles loss, optimizer and metrics. A string is short for an object: `"rmsprop"` is `keras.optimizers.RMSprop()`, with every argument at its default. To set the learning rate, or to use something of your own, give the object. Many are built in: `SGD`, `RMSprop`, `Adam` and `Adagrad` among the optimizers, `AUC`, `Precision` and `Recall` among the metrics; the losses come in the next section.
#
# Is it really the same? Build the model from the same seed each time, and train once each way. You will use this model several times:


# %% tags=["nbval-check-output"]
def fresh(model_class=keras.Model):
    """The same untrained 784-64-10 model each time."""
    keras.utils.set_random_seed(9)
    x = keras.Input((784,), name="x")
    h = layers.Dense(64, activation="relu", name="hidden")(x)
    y = layers.Dense(10, activation="softmax", name="digit")(h)
    return model_class(x, y, name="digits")


draw(fresh())

# %% row="C45 C46"
by_strings = fresh()
by_strings.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
same_way = {"epochs": 3, "shuffle": False, "validation_data": (x_val, y_val), "verbose": 0}
same_way["validation_batch_size"] = 1000
history = by_strings.fit(x_fit, y_fit, batch_size=100, **same_way, callbacks=[EpochLine()])
reference = history.history
print("history keys:", sorted(reference))

# %% [markdown] lang="zh-TW"
# `fit` 傳回的物件裡有一個字典 (dict) `history`：每個鍵對應一個串列，一個 epoch 一個數字；`val_` 開頭的是驗證資料上的。`shuffle=False` 讓每次訓練看到的批次順序都一樣。現在換成物件：

# %% [markdown] lang="en"
# The object that `fit` returns holds a dict called `history`: each key has a list with a number for every epoch, and those that begin with `val_` belong to the validation data. With `shuffle=False` every training sees the same batches in the same order. Now with objects:


# %% row="C45"
def largest_difference(one, other):
    return max(np.abs(np.subtract(one[name], other[name])).max() for name in one)


by_objects = fresh()
by_objects.compile(
    optimizer=keras.optimizers.RMSprop(),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
)
history = by_objects.fit(x_fit, y_fit, batch_size=100, **same_way).history
print(f"accuracy, strings: {np.round(reference['accuracy'], 3)}")
print(f"accuracy, objects: {np.round(history['accuracy'], 3)}")
print(f"largest difference in the whole history: {largest_difference(reference, history):.3f}")

# %% tags=["guard"]
assert set(history) == set(reference) and largest_difference(reference, history) < 0.002

# %% [markdown] lang="zh-TW"
# 同一份 `history`。`"accuracy"` 這個字串比較特別：Keras 會看輸出和標籤的形狀，替你挑 `BinaryAccuracy`、`CategoricalAccuracy` 或 `SparseCategoricalAccuracy`；給物件就要自己挑對。
#
# 字串的大小寫呢？優化器不分大小寫，損失要分，而且 `compile` 不會檢查，到 `fit` 才出錯：

# %% [markdown] lang="en"
# The same `history`. The string `"accuracy"` is a special one: Keras looks at the shapes of outputs and labels and picks `BinaryAccuracy`, `CategoricalAccuracy` or `SparseCategoricalAccuracy` for you. With an object, you pick.
#
# Upper and lower case? Optimizers do not care, losses do; and `compile` does not look, so that it fails only in `fit`:

# %% row="C45"
print([type(keras.optimizers.get(name)).__name__ for name in ("rmsprop", "RMSprop", "RMSPROP")])
careless = fresh()
careless.compile("RMSPROP", loss="Sparse_Categorical_Crossentropy")
print("compile had nothing to say")
with expect_error(ValueError, match="Could not interpret loss identifier"):
    careless.fit(x_fit, y_fit, verbose=0)

# %% [markdown] lang="zh-TW"
# ## 最後一層和損失要配成一對
#
# 損失量的是「離正確答案多遠」，量錯了，模型就會朝錯的方向努力。常見的任務照這張表配就好：
#
# | 任務 | 標籤 | 最後一層 | 損失 |
# | --- | --- | --- | --- |
# | 二選一 | 0 或 1 | 1 個，sigmoid | `binary_crossentropy` |
# | n 選一 | 整數 0 到 n - 1 | n 個，softmax | `sparse_categorical_crossentropy` |
# | n 選一 | one-hot | n 個，softmax | `categorical_crossentropy` |
# | n 個「有沒有」，可以同時有好幾個 | n 個 0 或 1 | n 個，sigmoid | `binary_crossentropy` |
# | 任意數值（迴歸） | 實數 | 1 個，沒有激活函數 | `mean_squared_error` |
#
# 道理只有兩條。第一，激活函數決定輸出能是什麼：softmax 的 n 個輸出加起來是 1，所以是「選一個」；sigmoid 各管各的，所以可以同時好幾個；要預測任意數值，就不能壓在 0 和 1 之間。第二，交叉熵 (cross-entropy) 比的是機率，均方誤差比的是數值。
#
# ### 練習 9.4：五個任務（6 分鐘）
#
# 替每個任務挑最後一層和損失。`heads` 是一個字典，值是一對（層、損失），例如 `"odd": (layers.Dense(...), "...")`：
#
# - `"odd"`：這個數字是奇數嗎？標籤是 0 或 1。
# - `"digit"`：是哪個數字？標籤是 0 到 9 的整數。
# - `"digit_one_hot"`：同上，標籤是 one-hot。
# - `"genres"`：一部電影屬於 12 種類型裡的哪幾種？可以有好幾種。
# - `"temperature"`：明天攝氏幾度？

# %% [markdown] lang="en"
# ## The last layer and the loss are a pair
#
# A loss says how far from the truth an answer is. Measure the wrong thing, and the model works towards the wrong thing. For the usual tasks this table is enough:
#
# | task | labels | last layer | loss |
# | --- | --- | --- | --- |
# | one of two | 0 or 1 | 1 unit, sigmoid | `binary_crossentropy` |
# | one of n | whole numbers 0 to n - 1 | n units, softmax | `sparse_categorical_crossentropy` |
# | one of n | one-hot | n units, softmax | `categorical_crossentropy` |
# | n times yes or no, several may be yes | n numbers 0 or 1 | n units, sigmoid | `binary_crossentropy` |
# | any number (regression) | a real number | 1 unit, no activation | `mean_squared_error` |
#
# There are two reasons behind it. First, the activation settles what can come out: the n outputs of a softmax add up to 1, so it chooses one; sigmoids mind their own business, so several can be high; and a number that may be anything must not be squeezed between 0 and 1. Second, cross-entropy compares probabilities, and the squared error compares numbers.
#
# ### Exercise 9.4: five tasks (6 minutes)
#
# Choose the last layer and the loss for each task. `heads` is a dict whose values are pairs of layer and loss, as in `"odd": (layers.Dense(...), "...")`:
#
# - `"odd"`: is the digit odd? The labels are 0 and 1.
# - `"digit"`: which digit is it? The labels are whole numbers from 0 to 9.
# - `"digit_one_hot"`: the same, with one-hot labels.
# - `"genres"`: which of 12 genres has a film? It may have several.
# - `"temperature"`: how many degrees Celsius will it have tomorrow?

# %% tags=["exercise"]
heads = None
### BEGIN SOLUTION
heads = {
    "odd": (layers.Dense(1, activation="sigmoid"), "binary_crossentropy"),
    "digit": (layers.Dense(10, activation="softmax"), "sparse_categorical_crossentropy"),
    "digit_one_hot": (layers.Dense(10, activation="softmax"), "categorical_crossentropy"),
    "genres": (layers.Dense(12, activation="sigmoid"), "binary_crossentropy"),
    "temperature": (layers.Dense(1), "mean_squared_error"),
}
### END SOLUTION

# %% tags=["check"]
check("last-layer-and-loss", heads)

# %% [markdown] lang="zh-TW"
# ## 自己的評量指標，要自己記帳
#
# 損失是給優化器看的，要能微分；評量指標是給人看的，什麼都可以。比方說，我們想知道模型最弱的那個數字，準確率是多少。
#
# 評量指標可以只是一個函式，可是 `evaluate` 是一批一批算的，函式的結果會**逐批平均**。另一種寫法是繼承 `keras.metrics.Metric`：`update_state` 每批記一次帳，`result` 最後才算。兩種都寫：

# %% [markdown] lang="en"
# ## A metric of your own keeps accounts
#
# The loss is for the optimizer and must be differentiable; a metric is for you and may be anything. Say you want the accuracy of the model on its weakest digit.
#
# A metric may be a plain function. But `evaluate` works batch by batch, and what a function gives is **averaged over the batches**. The other way is to subclass `keras.metrics.Metric`: `update_state` enters each batch in the accounts, and `result` works it out at the end. Here are both:


# %%
def right_and_seen(y_true, y_pred):
    """Of each digit, how many were read right and how many there were: (10,) and (10,)."""
    truth = keras.ops.one_hot(keras.ops.cast(keras.ops.reshape(y_true, (-1,)), "int32"), 10)
    answer = keras.ops.one_hot(keras.ops.argmax(y_pred, axis=-1), 10)
    return keras.ops.sum(truth * answer, axis=0), keras.ops.sum(truth, axis=0)


def worst_of_batch(y_true, y_pred):
    right, seen = right_and_seen(y_true, y_pred)
    return keras.ops.min(right / seen)


class WorstDigit(keras.metrics.Metric):
    def __init__(self):
        super().__init__(name="worst_digit")
        self.right = self.add_weight(shape=(10,), initializer="zeros")
        self.seen = self.add_weight(shape=(10,), initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        right, seen = right_and_seen(y_true, y_pred)
        self.right.assign_add(right)
        self.seen.assign_add(seen)

    def result(self):
        return keras.ops.min(self.right / self.seen)


# %% row="C45"
metrics = ["accuracy", WorstDigit(), worst_of_batch]
by_strings.compile("rmsprop", "sparse_categorical_crossentropy", metrics=metrics)
scores = by_strings.evaluate(x_val, y_val, batch_size=200, verbose=0, return_dict=True)
answers = by_strings.predict(x_val, batch_size=1000, verbose=0).argmax(axis=1)
by_hand = min(np.mean(answers[y_val == digit] == digit) for digit in range(10))
for name in ("accuracy", "worst_digit", "worst_of_batch"):
    print(f"{name:15s} {scores[name]:.3f}")
print(f"NumPy           {by_hand:.3f}")

# %% tags=["guard"]
assert abs(scores["worst_digit"] - by_hand) < 1e-3
assert scores["worst_of_batch"] < by_hand - 0.01 < scores["accuracy"] - 0.02

# %% [markdown] lang="zh-TW"
# `WorstDigit` 和 NumPy 一次算全部的結果一樣。函式的那個低了不少：每批都挑那一批裡最弱的數字，再拿去平均，當然比較低，而且換個 `batch_size` 就變；哪一批剛好缺了某個數字，0/0 還會算出 `nan`。凡是不能「逐批平均」的指標，都要繼承 `Metric`。
#
# ## 先洗牌，再分出驗證資料
#
# `validation_split=0.2` 會把**最後** 20% 留下來驗證，而且是在洗牌之前就切。`shuffle=True` 只洗剩下的訓練資料。如果資料照類別排好了呢？把 6,000 張照標籤排序，看最後 1,200 張是哪些數字：

# %% [markdown] lang="en"
# `WorstDigit` agrees with NumPy, which does everything at once. The function gives clearly less: every batch picks the weakest digit of that batch, and the average of those is lower, and changes with `batch_size`; a batch in which some digit is missing even gives 0/0, `nan`. Whatever cannot be averaged over batches needs a `Metric`.
#
# ## Shuffle first, then split off the validation data
#
# `validation_split=0.2` holds out the **last** 20 %, and cuts before anything is shuffled. `shuffle=True` shuffles only the training data that are left. What if the data stand in order of their classes? Sort the 6,000 digits by label, and look at the last 1,200:

# %% tags=["nbval-check-output"]
by_label = np.argsort(y_fit, kind="stable")
mixed = np.random.default_rng(9).permutation(by_label)
for name, order in (("sorted", by_label), ("shuffled", mixed)):
    print(f"{name:9s} last 1,200 labels, 0 to 9: {np.bincount(y_fit[order][-1200:], minlength=10)}")


# %%
def compile_fast(model):
    optimizer = keras.optimizers.Adam(learning_rate=0.005)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


curves = {}
for name, order in (("sorted", by_label), ("shuffled", mixed)):
    split = {"batch_size": 100, "epochs": 2, "validation_split": 0.2, "verbose": 0}
    history = compile_fast(fresh()).fit(x_fit[order], y_fit[order], **split).history
    curves[name] = history["val_accuracy"]
    print(f"{name:9s} validation accuracy by epoch: {np.round(curves[name], 2)}")

# %% tags=["guard"]
assert max(curves["sorted"]) < 0.1 and curves["shuffled"][-1] > 0.85

# %% [markdown] lang="zh-TW"
# 同樣的資料、同樣的模型，只差順序。沒洗牌的時候，模型訓練時一張 8 和 9 都沒看過，驗證卻幾乎全考 8 和 9，準確率不到一成；先洗牌就有九成左右。洗牌時影像和標籤要用**同一個**順序，像上面的 `x_fit[order]`、`y_fit[order]`；分開各洗各的，圖和答案就對不起來了。
#
# ## 資料太少，模型就用背的
#
# 拿 200 張訓練資料練 25 個 epoch，每個 epoch 都考 2,000 張沒看過的：

# %% [markdown] lang="en"
# The same data and the same model; only the order differs. Unshuffled, the model meets not one 8 or 9 in training and is examined on hardly anything else: less than 10 %. Shuffled first, it gets about 90 %. Put images and labels in the **same** order, as in `x_fit[order]` and `y_fit[order]`; shuffle them apart, and images and answers no longer match.
#
# ## With few data, a model learns them by heart
#
# Train on 200 digits for 25 epochs, with an exam of 2,000 unseen digits after each:

# %% row="C46"
few = {"x": x_fit[:200], "y": y_fit[:200], "batch_size": 20, "validation_data": (x_val, y_val)}
few |= {"epochs": 25, "validation_batch_size": 2000, "verbose": 0}
crammed = compile_fast(fresh())
long = crammed.fit(**few).history
for name in ("accuracy", "val_accuracy"):
    print(f"{name} after 25 epochs: {long[name][-1]:.0%}")

# %% tags=["guard"]
assert long["accuracy"][-1] > 0.999 and 0.72 < long["val_accuracy"][-1] < 0.9

# %%
lowest = int(np.argmin(long["val_loss"]))
plot_lines(
    {"training, 200 digits": long["loss"], "validation, 2,000 digits": long["val_loss"]},
    title="Training loss falls to 0, validation loss turns and rises",
    xlabel="epoch",
    ylabel="loss (nats)",
)

# %% tags=["guard"]
assert long["loss"][-1] < 0.01 and reference["val_accuracy"][-1] > 0.9
assert lowest < 10 and long["val_loss"][-1] > 1.1 * long["val_loss"][lowest]

# %% [markdown] lang="zh-TW"
# 200 張全部答對，沒看過的只對八成左右。訓練損失一路掉到接近 0，驗證損失在前 10 個 epoch 裡就到了谷底，之後越練越差：答錯的還是錯，而且越來越有把握。這就是過度配適 (overfitting)。前面用 6,000 張只練 3 個 epoch，驗證準確率反而超過九成：資料多一點，就沒那麼容易背。
#
# ## 回呼在 `fit` 中途插手
#
# 既然谷底在前面，就該停在那裡。回呼 (callback) 是 `fit` 在固定時間點會去呼叫的物件：每個 epoch 開始、結束，每一批開始、結束。我們一直在用的 `EpochLine` 就是。Keras 內建的兩個最常用：
#
# - `EarlyStopping`：看著 `val_loss`，連續 `patience` 個 epoch 沒有進步就停；`restore_best_weights=True` 會把權重退回最好的那次。
# - `ModelCheckpoint`：把最好的權重存檔，當作檢查點 (checkpoint)，中途斷線也還在（檔案要放在斷線後還留著的地方，例如 Colab 的雲端硬碟；這裡用暫時的資料夾示範）。

# %% [markdown] lang="en"
# All of the 200 are right, and about 80 % of those it has not seen. The training loss falls nearly to 0; the validation loss reaches its lowest point within the first 10 epochs and then gets worse: what is wrong stays wrong, with growing confidence. That is overfitting. Above, 6,000 digits and three epochs gave a validation accuracy of more than 90 %: with more data there is more to learn than can be crammed.
#
# ## Callbacks step into `fit`
#
# If the lowest point comes early, stop there. A callback is an object that `fit` calls at fixed moments: when an epoch begins or ends, when a batch begins or ends. `EpochLine`, which you have seen all along, is one. The two used most are part of Keras:
#
# - `EarlyStopping` watches `val_loss` and stops after `patience` epochs without progress; `restore_best_weights=True` goes back to the best weights.
# - `ModelCheckpoint` saves the best weights as a checkpoint, so that they survive an interruption, if the file lies where it survives too, on Colab for instance in Drive; here a temporary folder will do.

# %%
stop_early = keras.callbacks.EarlyStopping("val_loss", patience=4, restore_best_weights=True)
stopped, loaded = compile_fast(fresh()), fresh()
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "best.weights.h5"
    checkpoint = keras.callbacks.ModelCheckpoint(path, save_best_only=True, save_weights_only=True)
    short = stopped.fit(**few, callbacks=[stop_early, checkpoint]).history
    loaded.load_weights(path)
compile_fast(loaded)
print(f"stopped after {len(short['loss'])} of 25 epochs")

# %% tags=["guard"]
assert len(short["loss"]) <= 15

# %% row="C46"
confidence, val_losses = {}, {}
models = {"all 25 epochs": crammed, "stopped early": stopped, "from the file": loaded}
for name, model in models.items():
    val_losses[name], accuracy = model.evaluate(x_val, y_val, batch_size=1000, verbose=0)
    given = model(x_val).numpy()
    confidence[name] = given.max(axis=1)[given.argmax(axis=1) != y_val].mean()
    print(f"{name}: loss {val_losses[name]:.2f}, accuracy {accuracy:.0%}, ", end="")
    print(f"sure of its mistakes {confidence[name]:.0%}")

# %% tags=["guard"]
for name in ("stopped early", "from the file"):
    assert abs(val_losses[name] - min(short["val_loss"])) < 1e-3
assert confidence["all 25 epochs"] > confidence["stopped early"] + 0.04

# %% [markdown] lang="zh-TW"
# 提早停止 (early stopping) 省下一大半的 epoch，驗證損失也比較低；存檔裡的和退回去的是同一份權重。準確率差不多，差別在把握：每行最後那個數字，是「答錯的時候，給自己答案的機率平均多高」。背過頭的模型，答錯時反而更有把握。
#
# 要做內建沒有的事，就繼承 `keras.callbacks.Callback`，要在哪個時間點插手，就寫那個方法，例如 `on_epoch_end`。`self.model` 是正在訓練的模型，`logs` 是這個 epoch 的數字。下面這個在幾個 epoch 結束時，把平面上的答案記下來，好看邊界怎麼長出來：

# %% [markdown] lang="en"
# Early stopping saved most of the epochs, and the validation loss is lower; the file holds the same weights that were restored. The accuracies are close. The difference lies in the confidence: the last column is the probability that a model gives, on average, to an answer that is wrong. The one that crammed is surer of its mistakes.
#
# For what Keras does not have, subclass `keras.callbacks.Callback` and write the moment that you need. `self.model` is the model in training, `logs` holds the figures of the epoch. The one below records the answers on the plane after a few epochs, to show how the border grows:


# %%
class KeepRegions(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs, self.panels = epochs, {}

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 in self.epochs:  # Keras counts from 0
            title = f"epoch {epoch + 1}: {logs['binary_accuracy']:.0%}"
            self.panels[title] = self.model(plane).numpy()


keep = KeepRegions(epochs=(1, 2, 3, 20))
watched = train_on_rings([8], epochs=20, callbacks=[keep])
show_regions(keep.panels)

# %% tags=["guard"]
assert len(keep.panels) == 4 and np.mean((watched(points)[:, 0] > 0.5) == classes) > 0.97

# %% [markdown] lang="zh-TW"
# 標題是 epoch 和訓練準確率。一開始邊界隨便切過去，慢慢彎起來，最後把圓盤圍住。
#
# ### 練習 9.5：夠好就停（6 分鐘）
#
# 寫一個回呼 `StopAt(target)`：某個 epoch 結束時，如果驗證準確率 `val_accuracy` 大於或等於 `target`，就停止訓練。要停止，把 `self.model.stop_training` 設成 `True`。

# %% [markdown] lang="en"
# Above each panel stand the epoch and the training accuracy. At first the border cuts anywhere, then it bends, and in the end it closes around the disc.
#
# ### Exercise 9.5: stop when it is good enough (6 minutes)
#
# Write a callback `StopAt(target)`: when an epoch ends with a validation accuracy, `val_accuracy`, of `target` or more, training stops. To stop it, set `self.model.stop_training` to `True`.


# %% tags=["exercise"]
class StopAt(keras.callbacks.Callback):
    """Stops training after the first epoch whose val_accuracy is at least `target`."""

    ### BEGIN SOLUTION
    def __init__(self, target):
        super().__init__()
        self.target = target

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] >= self.target:
            self.model.stop_training = True

    ### END SOLUTION


# %% tags=["check"]
check("stop-at-target", StopAt)

# %% [markdown] lang="zh-TW"
# ## `tf.data`：資料一批一批流進來
#
# 到目前為止，資料都是整個放在記憶體裡的陣列。放不下的時候，就用 `tf.data.Dataset`：它像一條輸送帶，一批一批送。`batch` 決定一批幾筆，`prefetch` 讓下一批先準備好。同一個種子、同樣的批次，訓練出來會一樣嗎？

# %% [markdown] lang="en"
# ## `tf.data`: the data come in batch by batch
#
# So far the data have been arrays, all in memory. Where they do not fit, use a `tf.data.Dataset`, a conveyor belt that brings batch after batch. `batch` says how many go in one, and `prefetch` gets the next one ready meanwhile. From the same seed, with the same batches, is the training the same?

# %% row="C46"
belt = tf.data.Dataset.from_tensor_slices((x_fit, y_fit)).batch(100).prefetch(tf.data.AUTOTUNE)
first_images, first_labels = next(iter(belt))
print("batches:", len(belt), "of", first_images.shape, "and", first_labels.shape)
by_belt = fresh()
by_belt.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = by_belt.fit(belt, **same_way).history
print(f"largest difference from arrays: {largest_difference(reference, history):.3f}")

# %% tags=["guard"]
assert set(history) == set(reference) and largest_difference(reference, history) < 0.002

# %% [markdown] lang="zh-TW"
# 同一份 `history`。`fit` 不必再給標籤和 `batch_size`，輸送帶上都有了。要洗牌，就在 `batch` 之前接 `.shuffle(6000)`：`fit` 的 `shuffle` 管不到輸送帶。忘了 `.batch` 呢？

# %% [markdown] lang="en"
# The same `history`. `fit` needs neither labels nor a `batch_size` any more: the belt brings both. To shuffle, put `.shuffle(6000)` before `batch`; the `shuffle` of `fit` has no power over a belt. And if you forget `.batch`?

# %%
unbatched = tf.data.Dataset.from_tensor_slices((x_fit, y_fit))
hasty = fresh()
hasty.compile("rmsprop", "sparse_categorical_crossentropy")
with expect_error(ValueError, match=r"Expected shape \(None, 784\)"):
    hasty.fit(unbatched, shuffle=False, verbose=0)

# %% [markdown] lang="zh-TW"
# 模型等的是 `(None, 784)`，送來的是一張一張的 `(784,)`。補上 `.batch` 以後，這個模型要重新 `compile` 才能再 `fit`：失敗的那次已經留下建到一半的訓練函式。
#
# ## 要很多答案用 `predict`，要梯度就直接呼叫
#
# 訓練好的模型有兩種用法，算出來的東西一樣：

# %% [markdown] lang="en"
# The model waits for `(None, 784)` and gets single images, `(784,)`. With `.batch` put in, this model must be compiled again before it can `fit`: the failed attempt has left a half-made training function behind.
#
# ## `predict` for many answers, a call for gradients
#
# A trained model can be used in two ways, and the results are the same:

# %% row="C46"
predicted = by_belt.predict(x_val, batch_size=500, verbose=0)
called = by_belt(x_val)
from_belt = by_belt.predict(tf.data.Dataset.from_tensor_slices(x_val).batch(500), verbose=0)
print("predict:", type(predicted).__name__, predicted.shape)
print("call:   ", "tf.Tensor" if tf.is_tensor(called) else type(called).__name__, called.shape)
print(f"largest difference, predict and call:   {np.abs(predicted - called).max():.5f}")
print(f"largest difference, arrays and tf.data: {np.abs(predicted - from_belt).max():.5f}")

# %% tags=["guard"]
assert np.abs(predicted - called).max() < 1e-5 and np.abs(predicted - from_belt).max() < 1e-5

# %% [markdown] lang="zh-TW"
# `predict` 傳回 NumPy 陣列，自己分批，資料再多也放得下，也收 `tf.data`。直接呼叫傳回張量，一次全部算完，可以放進上一課的 `GradientTape` 求梯度。
#
# 最慢的用法，是在迴圈裡一張一張 `predict`。量量看慢多少：

# %% [markdown] lang="en"
# `predict` returns a NumPy array, works in batches, so that any amount of data fits, and takes `tf.data` too. A call returns a tensor, computes everything at once, and can stand inside the `GradientTape` of the last lesson.
#
# The slowest way is a loop that hands `predict` one image at a time. Measure how slow:


# %%
def cpu_seconds(function):
    """The best of two, in CPU seconds: a busy machine does not decide."""
    times = []
    for _ in range(2):
        begin = time.process_time()
        function()
        times.append(time.process_time() - begin)
    return min(times)


some = x_val[:10]
loop = cpu_seconds(lambda: [by_belt.predict(some[[row]], verbose=0) for row in range(10)])
batched = cpu_seconds(lambda: by_belt.predict(some, verbose=0))
ratio = loop / batched
print(f"10 digits one by one take about {round(ratio, -1):.0f} times as long as in one batch")

# %% tags=["guard"]
assert ratio > 3

# %% [markdown] lang="zh-TW"
# 每叫一次 `predict`，都要重新準備輸送帶和回呼，真正在算的時間反而很短。所以一張一張來，慢上好幾倍，張數越多差得越多。要答案就一次給一批；如果真的只能一張一張來，就直接呼叫 `model(x)`。
#
# ## 自己的 `train_step`，同一份 `history`
#
# `fit` 的迴圈裡，每一批只做一件事：呼叫模型的 `train_step`。把上一課用 `GradientTape` 寫的那一步搬進來，`fit` 其他的本事（批次、驗證、回呼、`history`）照樣都有：

# %% [markdown] lang="en"
# Every call of `predict` sets up a conveyor belt and callbacks anew, and the computing itself is short. So one by one takes many times as long, and the more images, the worse. If you want answers, give a whole batch; and if images really come one at a time, call `model(x)`.
#
# ## A `train_step` of your own, the same `history`
#
# For each batch, the loop in `fit` does one thing: it calls the model's `train_step`. Put the step that you wrote with `GradientTape` in the last lesson there, and you keep all else that `fit` can do, batches, validation, callbacks and `history`:


# %%
class OwnStep(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        for metric in self.metrics:  # what they hold is printed, and goes into history
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return self.get_metrics_result()


own = fresh(OwnStep)
own.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = own.fit(x_fit, y_fit, batch_size=100, **same_way).history
print(f"loss, fit:        {np.round(reference['loss'], 3)}")
print(f"loss, train_step: {np.round(history['loss'], 3)}")
print(f"largest difference in the whole history: {largest_difference(reference, history):.3f}")

# %%
assert set(history) == set(reference) and largest_difference(reference, history) < 0.002

# %% [markdown] lang="zh-TW"
# 字串、物件、`tf.data`、自己的 `train_step`，四條路走到同一份 `history`。`compute_loss` 用的是 `compile` 給的損失，`self.optimizer` 是 `compile` 給的優化器，所以要你自己寫的，只剩下「一批資料來了，權重怎麼更新」。第 07 課的 VAE 有兩項損失，就可以這樣自己決定每一步怎麼走。
#
# ## 回顧
#
# 1. `__call__` 把輸入轉成張量，第一次呼叫先 `build`，再交給 `call`。權重的形狀，一半由資料決定，一半由你決定，所以等資料來了再建。
# 2. 資料有幾個軸，就挑哪一種層；層可以分成兩路、接好幾個頭，也可以加跳接。架構就是假設：圓盤和外圈，一條線和亂猜差不多，八個隱藏神經元就夠了。
# 3. `compile` 的字串是物件的簡寫，損失的名字要分大小寫。最後一層和損失照任務配對；不能逐批平均的指標，繼承 `Metric` 自己記帳。
# 4. `validation_split` 切的是最後一段，所以要先洗牌。驗證損失掉頭往上，就是背過頭了：用 `EarlyStopping` 停，用 `ModelCheckpoint` 存，要在其他時間點插手，就自己寫回呼。
# 5. `tf.data` 一批一批送資料，記得 `.batch`。要很多答案用 `predict`，要梯度就直接呼叫；`train_step` 是 `fit` 的心臟，換掉它，其他照舊。
#
# 最後一課，把這門課學到的全部用上。

# %% [markdown] lang="en"
# Strings, objects, `tf.data`, a `train_step` of your own: four ways to the same `history`. `compute_loss` uses the loss that `compile` was given, and `self.optimizer` its optimizer, so all that you write is the step itself. The VAE of lesson 07, with its two terms, is a model for which you might want to write the step yourself.
#
# ## Summary
#
# 1. `__call__` makes the input a tensor, has `build` run the first time, and hands over to `call`. Half of a weight's shape comes from the data and half from you, so it waits for the data.
# 2. The rank of the data chooses the layer; layers can be wired in branches, to several heads, with short cuts. An architecture is an assumption: on disc and ring a line is about as good as guessing, and eight hidden neurons are enough.
# 3. The strings of `compile` are short for objects, and names of losses mind upper and lower case. Last layer and loss follow the task; a metric that cannot be averaged over batches subclasses `Metric` and keeps accounts.
# 4. `validation_split` cuts off the end, so shuffle first. Where the validation loss turns upwards, the model is cramming: stop with `EarlyStopping`, save with `ModelCheckpoint`, and write a callback of your own for other moments.
# 5. `tf.data` brings batch after batch; do not forget `.batch`. Use `predict` for many answers, and a call for gradients. `train_step` is the heart of `fit`: change it, and all else stays.
#
# The last lesson puts the whole course to use.
