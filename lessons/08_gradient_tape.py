# ---
# jupyter:
#   course:
#     needs: [01_sequential]
# ---

# %% [markdown] lang="zh-TW"
# # 08 GradientTape：自己動手做梯度下降

# %% [markdown] lang="en"
# # 08 GradientTape: gradient descent by hand

# %% [markdown] lang="zh-TW"
# 讀完這一課，你會：
#
# 1. 建立張量 (tensor) 和 `Variable`，知道哪一種能改、怎麼改；
# 2. 用 `tf.GradientTape` 算出梯度，一階、二階都行；
# 3. 梯度變成 `None` 的時候，找得到原因；
# 4. 只用張量和梯度，從頭訓練一個線性分類器，看懂損失曲面和學習率，再和最小平方法的答案對照；
# 5. 用 `tf.function` 讓迴圈變快，再用五行 Keras 做完同一件事。
#
# **先想一想**：第 01 課的 `fit` 每看 100 張圖，就調一次 648,010 個參數。每個參數該調大還是調小、調多少，它是怎麼知道的？（中間幾節會用 3 個參數回答。）

# %% [markdown] lang="en"
# By the end of this lesson you will:
#
# 1. make tensors and `Variable`s, and know which of the two can be changed, and how;
# 2. take gradients with `tf.GradientTape`, first and second order;
# 3. find the reason when a gradient comes back as `None`;
# 4. train a linear classifier from nothing but tensors and gradients, read its loss surface and the effect of the learning rate, and hold the result against least squares;
# 5. make the loop faster with `tf.function`, and do the same work in five lines of Keras.
#
# **Think first**: in lesson 01, `fit` moved 648,010 parameters after every 100 images. How did it know for each of them whether to go up or down, and how far? (The middle sections answer this with three parameters.)

# %%
import time

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import check, draw, expect_error, explore, plot_lines, plot_points
from keras_beyond.figures import BLACK, BLUE, ORANGE, VERMILION, Picture, new_figure

# %% [markdown] lang="zh-TW"
# ## 張量有形狀和 dtype，內容不能改
#
# 前面的模型吃進去、吐出來的都是張量。張量就是有好幾個軸的陣列，每一格的型別都一樣，這個型別叫 dtype。張量一建立就要有內容：全部是 0、全部是 1、自己列出來，或者用亂數 (random numbers)。

# %% [markdown] lang="en"
# ## A tensor has a shape and a dtype, and cannot be changed
#
# What your models took in and gave out were tensors: arrays with any number of axes, in which every entry has the same type, called the dtype. A tensor needs its contents when it is made: zeros, ones, numbers that you list, or random numbers.

# %% row="C39" tags=["nbval-check-output"]
zeros, ones = tf.zeros((2, 1)), tf.ones((2, 1))
counted, listed = tf.constant([1, 2, 3]), tf.constant([[1.0, 2.0], [3.0, 4.0]])
normal = tf.random.normal((10_000, 1), mean=0.0, stddev=1.0)
uniform = tf.random.uniform((10_000, 1), minval=0.0, maxval=1.0)
for tensor in (zeros, ones, counted, listed):
    print(f"{tensor.shape!s:11s} {tensor.dtype.name:8s} {tensor.numpy().tolist()}")
for tensor in (normal, uniform):
    mean, deviation = abs(np.mean(tensor)), np.std(tensor)  # abs: no -0.0 in print
    print(f"{tensor.shape!s:11s} {tensor.dtype.name:8s} mean {mean:.1f}, deviation {deviation:.1f}")

# %% [markdown] lang="zh-TW"
# 一個一個讀：`zeros`、`ones` 是 2 列 (row) 1 行 (column)；寫 `1` 得到 `int32`，寫 `1.0` 得到 `float32`。最後的 `normal` 和 `uniform` 各抽了 1 萬個亂數：常態分布的平均數是 0、標準差是 1，均勻分布落在 0 和 1 之間，平均數是 0.5、標準差大約 0.3。（Keras 也有 `keras.random.normal`，換了後端照樣能用。）
#
# 兩個張量的 dtype 不同，TensorFlow 不會替你湊在一起算。最常在 NumPy 這裡踩到：NumPy 的小數預設是 `float64`，TensorFlow 是 `float32`。張量在前、NumPy 陣列在後，陣列會跟著轉成 `float32`；陣列在前，就先成了 `float64` 的張量，於是：

# %% [markdown] lang="en"
# Line by line: `zeros` and `ones` have 2 rows and 1 column; a `1` makes `int32`, a `1.0` makes `float32`. The last two lines are 10,000 random numbers each: normal ones have mean 0 and standard deviation 1, uniform ones lie between 0 and 1, with mean 0.5 and a standard deviation of about 0.3. (There is `keras.random.normal` too, which works on any back end.)
#
# TensorFlow does not bring two tensors of different dtype together. NumPy is where most people run into it: its decimals are `float64` by default, TensorFlow's are `float32`. A NumPy array that comes second follows the tensor before it; one that comes first becomes a `float64` tensor, and then:

# %%
with expect_error(tf.errors.InvalidArgumentError, match="expected to be a double tensor"):
    tf.matmul(np.ones((2, 2)), ones)

# %% tags=["guard"]
assert (ones + np.ones((2, 1))).dtype == "float32"  # the array comes second

# %% [markdown] lang="zh-TW"
# `double` 就是 `float64`，`float` 就是 `float32`。看到這句話，把 NumPy 陣列加上 `.astype("float32")` 就好。
#
# 另一個和 NumPy 不同的地方：NumPy 陣列可以改其中一格，張量不行。

# %% [markdown] lang="en"
# `double` is `float64`, and `float` is `float32`. The remedy is `.astype("float32")` on the NumPy array.
#
# There is another difference: one entry of a NumPy array can be changed, and one of a tensor cannot.

# %% row="C39"
array = np.ones((2, 2))
array[0, 0] = 0.0
print("NumPy:", array.tolist())
tensor = tf.ones((2, 2))
with expect_error(TypeError, match="does not support item assignment"):
    tensor[0, 0] = 0.0

# %% [markdown] lang="zh-TW"
# 張量做好就固定了。可是訓練就是一直改權重，權重要放哪裡？放在 `tf.Variable`：它裝著一個張量，可以用 `assign` 換掉內容，也可以只換一格。

# %% [markdown] lang="en"
# A tensor is fixed once it is made. But training means changing weights all the time, so where do they live? In a `tf.Variable`: it holds a tensor, and `assign` replaces what it holds, all of it or a single entry.

# %% row="C39" tags=["nbval-check-output"]
v = tf.Variable(tf.random.normal((3, 1)))
v.assign(tf.ones((3, 1)))
print("assign           ", v.numpy().tolist())
v[0, 0].assign(3.0)
print("v[0, 0].assign(3)", v.numpy().tolist())
v.assign_add(tf.ones((3, 1)))
print("assign_add ones  ", v.numpy().tolist())
v.assign_sub(tf.ones((3, 1)))
print("assign_sub ones  ", v.numpy().tolist())

# %% [markdown] lang="zh-TW"
# `assign_add` 就像 `+=`，`assign_sub` 就像 `-=`，改的都是原來那個 `Variable`。梯度下降靠的就是 `assign_sub`。
#
# ## 寫一行，算一行
#
# 張量的運算和 NumPy 很像，而且寫到哪裡就算到哪裡，馬上看得到結果，這叫即時執行 (eager execution)：

# %% [markdown] lang="en"
# `assign_add` is like `+=` and `assign_sub` like `-=`, and both change the `Variable` itself. Gradient descent lives on `assign_sub`.
#
# ## Every line is computed as soon as it is written
#
# Tensor operations look much like NumPy's. Each is carried out at once, and its result can be seen at once; this is called eager execution:

# %% row="C40" tags=["nbval-check-output"]
a = tf.ones((2, 2))
b = tf.square(a)
c = tf.sqrt(a)
d = b + c
e = tf.matmul(a, b)
e *= d
for name, tensor in {"a": a, "b": b, "c": c, "d": d, "e": e}.items():
    print(name, "=", str(tensor.numpy()).replace("\n", ""))

# %% [markdown] lang="zh-TW"
# `d` 的每一格是 1 + 1。`tf.matmul(a, b)` 是矩陣乘法，每一格是 1x1 + 1x1 = 2；`*` 則是同一格乘同一格，所以 `e` 最後是 2x2 = 4。矩陣乘法也可以寫成 `a @ b`。
#
# ## 算過的步驟錄在 tape 上，倒著走就是梯度
#
# 到這裡，TensorFlow 和 NumPy 看起來差不多。NumPy 做不到的是這件事：在 `tf.GradientTape` 的區塊裡算東西，它會把每一步錄下來，之後用連鎖律從結果倒著走回去，得到梯度。拿 $y = x^2$ 試試，在 $x = 3$ 的地方，斜率應該是 $2x = 6$：

# %% [markdown] lang="en"
# Every entry of `d` is 1 + 1. `tf.matmul(a, b)` is the product of matrices, 1x1 + 1x1 = 2 in each entry; `*` multiplies entry by entry, so `e` ends as 2x2 = 4. The product of matrices can also be written `a @ b`.
#
# ## The tape records the steps, and going back along it gives the gradient
#
# So far TensorFlow looks like NumPy. Here is what NumPy cannot do: inside a `tf.GradientTape` block each step is recorded, and afterwards the chain rule leads from the result back to the start and gives the gradient. Try it on $y = x^2$; at $x = 3$ the slope should be $2x = 6$:

# %% row="C41" tags=["nbval-check-output"]
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = tf.square(x)
slope = tape.gradient(y, x)
print(slope.numpy())

# %% tags=["guard"]
assert slope == 6.0

# %% [markdown] lang="zh-TW"
# 是 6.0，導數的公式一個字都不用寫。用法永遠是 `tape.gradient(結果, 起點)`，傳回的梯度和起點同一個形狀。
#
# 起點換成常數張量呢？tape 只會自己盯著 `Variable`；每個張量都錄，太浪費了。要它盯別的，得用 `tape.watch` 說一聲：

# %% [markdown] lang="en"
# It is 6.0, and you never wrote down a derivative. The call is always `tape.gradient(result, start)`, and the gradient has the shape of the start.
#
# What if the start is a constant tensor? By itself a tape watches only `Variable`s; recording every tensor there is would be a waste. Ask for others with `tape.watch`:

# %% row="C41" tags=["nbval-check-output"]
constant = tf.constant(3.0)
with tf.GradientTape() as tape:
    y = tf.square(constant)
print("not watched:", tape.gradient(y, constant))

with tf.GradientTape() as tape:
    tape.watch(constant)
    y = tf.square(constant)
print("watched:    ", tape.gradient(y, constant).numpy())

# %% [markdown] lang="zh-TW"
# 沒有 `watch` 得到 `None`，也沒有任何錯誤訊息。`None` 不是 0：0 是「算過了，斜率是 0」，`None` 是「tape 上找不到從結果回到起點的路」。
#
# 一捲 tape 只能問一次，問完就清掉：

# %% [markdown] lang="en"
# Without `watch` you get `None`, and no error. `None` is not 0. A gradient of 0 says "computed, and the slope is 0"; `None` says "the tape holds no way from the result back to the start".
#
# A tape can be asked once, and is then erased:

# %%
with expect_error(RuntimeError, match="can only be used to compute one set of gradients"):
    tape.gradient(y, constant)

# %% [markdown] lang="zh-TW"
# 同一次計算要問好幾次，就寫 `tf.GradientTape(persistent=True)`，讓它可以重複使用；下面找 `None` 的時候會用到。如果只是想對好幾個起點求梯度，一次問就夠：`tape.gradient(loss, [W, b])`。
#
# ## 斜率的斜率：tape 裡再放一捲 tape
#
# 蘋果落下，時間 $t$ 秒時落了 $4.9\,t^2$ 公尺。對時間求一次導數得到速度，再求一次得到加速度。求速度這件事，本身也可以錄下來：把裡面那捲 tape 的 `gradient` 寫在外面那捲的區塊裡。

# %% [markdown] lang="en"
# To ask several times about one computation, write `tf.GradientTape(persistent=True)`; you will need it below, on the hunt for `None`. For the gradients with respect to several starts, one call is enough: `tape.gradient(loss, [W, b])`.
#
# ## The slope of a slope: a tape within a tape
#
# After $t$ seconds an apple has fallen $4.9\,t^2$ metres. One derivative by time is its speed, another its acceleration. Taking the speed can itself be recorded: call the inner tape's `gradient` inside the outer tape's block.


# %% row="C41" tags=["nbval-check-output"]
def fall(t):
    with tf.GradientTape() as outer:
        outer.watch(t)
        with tf.GradientTape() as inner:
            inner.watch(t)
            position = 4.9 * t**2
        speed = inner.gradient(position, t)
    return position, speed, outer.gradient(speed, t)


position, speed, acceleration = fall(tf.constant(2.0))
print(f"after 2 s: {position:.1f} m, {speed:.1f} m/s, {acceleration:.1f} m/s2")

# %% tags=["guard"]
assert abs(acceleration - 9.8) < 1e-5

# %% [markdown] lang="zh-TW"
# 加速度 9.8，就是重力加速度。`fall` 也吃得下一整條時間。結果有好幾個的時候，tape 求的是它們**總和**的梯度；這裡每個位置只跟自己的時間有關，所以剛好就是每個時刻的斜率。

# %% [markdown] lang="en"
# The acceleration is 9.8, as it should be on Earth. `fall` also takes many times at once. Of several results the tape takes the gradient of their **sum**; since each position depends on its own time only, that is the slope at every moment.

# %% tags=["nbval-check-output"]
seconds = tf.linspace(0.0, 3.0, 31)
names = ["position (m)", "speed (m/s)", "acceleration (m/s²)"]
fallen = dict(zip(names, fall(seconds), strict=True))
title = "Each curve is the slope of the one before"
plot_lines(fallen, x=seconds, title=title, xlabel="seconds", ylabel="m, m/s, m/s²")

# %% tags=["guard"]
assert np.allclose(fallen["acceleration (m/s²)"], 9.8, atol=1e-4)

# %% [markdown] lang="zh-TW"
# 位置是拋物線，它的斜率（速度）是直線，直線的斜率（加速度）是水平線，一直停在 9.8。
#
# ### 練習 8.1：任何函數的一階和二階導數（5 分鐘）
#
# 寫一個函式：給它 `f`（用 TensorFlow 運算寫的函數）和 `x`（一般的 Python 小數），傳回兩個數字：`f` 在 `x` 的一階導數、二階導數。

# %% [markdown] lang="en"
# The position is a parabola; its slope, the speed, is a straight line; and the slope of that, the acceleration, is level at 9.8.
#
# ### Exercise 8.1: first and second derivative of any function (5 minutes)
#
# Write a function: given `f`, a function made of TensorFlow operations, and `x`, an ordinary Python float, it returns two numbers, the first and the second derivative of `f` at `x`.


# %% tags=["exercise"]
def derivatives(f, x):
    """First and second derivative of f at the float x."""
    ### BEGIN SOLUTION
    x = tf.Variable(x)  # a Variable is watched without asking
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            value = f(x)
        first = inner.gradient(value, x)
    return first, outer.gradient(first, x)
    ### END SOLUTION


# %% tags=["check"]
check("tape-derivatives", derivatives)

# %% [markdown] lang="zh-TW"
# ## `None` 是路斷了，斷的地方有好幾種
#
# 訓練的時候看到 `None`，多半是下面其中一種。每一種都從 $x = 2$ 出發，算完再問梯度：

# %% [markdown] lang="en"
# ## `None` means that the way is broken, and it breaks in several places
#
# A `None` in training is mostly one of the following. Each starts from $x = 2$, computes something, and asks for the gradient:

# %% tags=["nbval-check-output"]
x = tf.Variable(2.0)
with tf.GradientTape(persistent=True) as tape:
    squared = tf.square(x)
    results = {
        "x squared": squared,
        "relu(-x squared)": tf.nn.relu(-squared),
        "no x in it": tf.square(tf.constant(5.0)),
        "through NumPy": tf.constant(squared.numpy()) + 1,
        "as whole number": tf.cast(tf.cast(squared, "int32"), "float32"),
        "a comparison": tf.cast(squared > 3, "float32"),
    }
results["after the block"] = tf.square(x)
for name, result in results.items():
    slope = tape.gradient(result, x)
    slope = slope if slope is None else slope.numpy() + 0.0  # -0.0 becomes 0.0
    print(f"{name:16s} value {result:4.1f}, gradient {slope}")

# %% [markdown] lang="zh-TW"
# 七個結果都是正常的數字，光看值看不出問題。第一個有路，斜率 4。第二個也有路：ReLU 在負數那邊是平的，斜率是 0，不是 `None`。其他五個都斷了：
#
# - 結果裡根本沒有 `x`；
# - 中途換成 NumPy，出了 TensorFlow，tape 就跟丟了；
# - 轉成整數，或者做比較：數值一階一階跳，沒有斜率可言。準確率就是比較出來的，所以沒辦法直接拿來做梯度下降，才需要損失函數；
# - 出了區塊才算，沒錄到。
#
# 還有兩種，錯在起點：

# %% [markdown] lang="en"
# All seven results are ordinary numbers; their values give nothing away. The first has a way back, with slope 4. So has the second: ReLU is flat on the negative side, which makes its slope 0, not `None`. On the other five the way is broken:
#
# - `x` does not occur in the result at all;
# - the way left TensorFlow for NumPy, and the tape lost its track;
# - a whole number, or a comparison: such values go in jumps and have no slope. Accuracy is made of comparisons, which is why it cannot be descended and a loss function is needed;
# - it was computed after the block, and not recorded.
#
# In two more cases the start is to blame:

# %% tags=["nbval-check-output"]
for x in (tf.Variable(2.0), tf.Variable(2), tf.Variable(2.0) - 0.1):
    with tf.GradientTape() as tape:
        y = x * x
    kind = "Variable" if isinstance(x, tf.Variable) else "tensor"
    print(f"{kind:8s} {x.dtype.name:7s} gradient {tape.gradient(y, x)}")

# %% [markdown] lang="zh-TW"
# 第一個正常。第二個少打一個小數點，`tf.Variable(2)` 是整數，沒有梯度。第三個最常見：`x = x - 0.1` 得到的是新的張量，不是 `Variable`，下一步 tape 就不盯著它了。更新要用 `x.assign_sub(0.1)`。
#
# ### 練習 8.2：哪幾個是 None？（4 分鐘）
#
# 先不要執行，看程式就好：

# %% [markdown] lang="en"
# The first line is as it should be. In the second a decimal point is missing: `tf.Variable(2)` is a whole number and has no gradient. The third is the commonest: `x = x - 0.1` makes a new tensor, not a `Variable`, and at the next step the tape no longer watches it. Update with `x.assign_sub(0.1)`.
#
# ### Exercise 8.2: which of these are None? (4 minutes)
#
# Do not run it yet, just read:

# %% [markdown]
# ```python
# p = tf.Variable(2.0)
# q = tf.constant(3.0)
# with tf.GradientTape(persistent=True) as tape:
#     z = p * q
#     flat = tf.nn.relu(-z)
#     hit = tf.cast(z > 5, "float32")
#     copy = tf.constant(p.numpy()) * q
#
# tape.gradient(z, p)     # A
# tape.gradient(z, q)     # B
# tape.gradient(flat, p)  # C
# tape.gradient(hit, p)   # D
# tape.gradient(copy, p)  # E
# ```

# %% [markdown] lang="zh-TW"
# 把得到 `None` 的字母填進 `none_gradients`，例如 `["A", "B"]`。

# %% [markdown] lang="en"
# Put the letters of those that give `None` into `none_gradients`, for instance `["A", "B"]`.

# %% tags=["exercise"]
none_gradients = None
### BEGIN SOLUTION
none_gradients = ["B", "D", "E"]  # a constant not watched, a comparison, a trip through NumPy
### END SOLUTION

# %% tags=["check"]
check("tape-none", none_gradients)

# %% [markdown] lang="zh-TW"
# ## 線性分類器：兩群點，一條線
#
# 工具齊了，來訓練。平面上有兩類點，各 1,000 個，形狀一樣、中心不同：第 0 類在 (0, 3)，第 1 類在 (3, 0)。測試資料另外抽，訓練時不看。

# %% [markdown] lang="en"
# ## A linear classifier: two clouds of points, one line
#
# These are all the tools you need to train. Two classes of points lie in the plane, 1,000 of each, in clouds of the same shape: class 0 around (0, 3), class 1 around (3, 0). The test points are drawn separately, and training does not see them.


# %% tags=["nbval-check-output"]
def sample(seed, size=1000):
    """Points (2 size, 2), first all of class 0, and their targets (2 size, 1)."""
    source, spread = np.random.default_rng(seed), [[1, 0.5], [0.5, 1]]
    low = source.multivariate_normal([0, 3], spread, size, method="cholesky")
    high = source.multivariate_normal([3, 0], spread, size, method="cholesky")
    targets = np.repeat([[0.0], [1.0]], size, axis=0)
    return np.vstack([low, high]).astype("float32"), targets.astype("float32")


points_train, targets_train = sample(seed=1)
points_test, targets_test = sample(seed=2)
groups = {"class 0": points_train[:1000], "class 1": points_train[1000:]}
plot_points(groups, title="2,000 training points", xlabel="$x_1$", ylabel="$x_2$", size=8)

# %% tags=["guard"]
assert points_train.shape == (2000, 2) and targets_train.shape == (2000, 1)

# %% [markdown] lang="zh-TW"
# 兩群幾乎分得開，中間有幾點混在一起。模型只有三個參數：
#
# $$\underbrace{\text{prediction}}_{(n,\,1)} = \underbrace{x}_{(n,\,2)}\,\underbrace{W}_{(2,\,1)} + \underbrace{b}_{(1,)}$$
#
# 目標值是 0 或 1，所以預測超過 0.5 就當作第 1 類。損失用均方誤差 (mean squared error)：差的平方，再取平均。起點故意選得很差，等一下才看得到它怎麼走。

# %% [markdown] lang="en"
# The clouds are nearly separate; a few points in the middle are mixed. The model has just three parameters:
#
# $$\underbrace{\text{prediction}}_{(n,\,1)} = \underbrace{x}_{(n,\,2)}\,\underbrace{W}_{(2,\,1)} + \underbrace{b}_{(1,)}$$
#
# Targets are 0 or 1, so a prediction above 0.5 counts as class 1. The loss is the mean squared error: differences squared, then averaged. The start is a bad one on purpose, so that there is a path to watch.


# %%
def new_parameters():
    return tf.Variable([[1.0], [0.7]]), tf.Variable([0.0])


def predict(points, W, b):
    return tf.matmul(points, W) + b


def mean_square(targets, predictions):
    return tf.reduce_mean(tf.square(targets - predictions))


W, b = new_parameters()
predictions = predict(points_train, W, b)
print(predictions.shape, f"loss {mean_square(targets_train, predictions):.1f}")
print("targets without their second axis:", (targets_train[:, 0] - predictions).shape)

# %% tags=["guard"]
assert 5 < mean_square(targets_train, predictions) < 8

# %% [markdown] lang="zh-TW"
# 預測的形狀是 `(2000, 1)`，損失 6 左右，夠差。最後一行是個陷阱：目標值如果是 `(2000,)`，少了第二個軸，相減會自動擴張，也就是廣播 (broadcasting)，變成 `(2000, 2000)`，每個預測都去減每個目標，不會報錯，損失卻完全錯了。所以目標值要做成 `(2000, 1)`。
#
# ## 訓練的一步：往前算、倒回去、減一點
#
# 這幾行回答了一開始的問題。梯度是每個參數的斜率：斜率是正的，參數調小損失才會降；是負的，就調大；越陡，調得越多。學習率 (learning rate) 決定整體的步伐。

# %% [markdown] lang="en"
# The predictions have shape `(2000, 1)`, and the loss, about 6, is bad enough. The last line is a trap: had the targets the shape `(2000,)`, without their second axis, the subtraction would stretch both (broadcasting) to `(2000, 2000)`, every prediction against every target. No error, and a loss that means nothing. So targets are `(2000, 1)`.
#
# ## A training step: forward, back along the tape, subtract a little
#
# These lines answer the question at the start. The gradient holds a slope for each parameter: where it is positive the parameter has to go down for the loss to fall, where it is negative up, and the steeper, the further. The learning rate sets the stride.


# %%
def training_step(points, targets, W, b, learning_rate):
    with tf.GradientTape() as tape:
        loss = mean_square(targets, predict(points, W, b))
    slope_W, slope_b = tape.gradient(loss, [W, b])
    W.assign_sub(learning_rate * slope_W)
    b.assign_sub(learning_rate * slope_b)
    return loss


W, b = new_parameters()
first_loss = training_step(points_train, targets_train, W, b, 0.1)
second_loss = mean_square(targets_train, predict(points_train, W, b))
print(f"one step: loss {first_loss:.1f} -> {second_loss:.1f}")

# %% tags=["guard"]
assert second_loss < 0.3 * first_loss

# %% [markdown] lang="zh-TW"
# 一步就少了一大半。這段程式有兩個地方很容易寫錯。第一個是大小寫：`W` 打成 `w`，或是改用 Keras 的損失時，把 `MeanSquaredError` 打成 `meanSquaredError`：

# %% [markdown] lang="en"
# One step takes away more than half. Two things in this program are easy to get wrong. The first is upper and lower case: `w` for `W`, or, if you use Keras's loss instead, `meanSquaredError` for `MeanSquaredError`:

# %%
with expect_error(NameError, match="'w' is not defined"):
    w.assign_sub([[0.1], [0.1]])
with expect_error(AttributeError, match="meanSquaredError"):
    keras.losses.meanSquaredError()

# %% [markdown] lang="zh-TW"
# 有錯誤訊息算運氣好：如果前面哪一格剛好也有個 `w`，程式會照跑，改到的卻是別的東西。
#
# 第二個是縮排。`tape.gradient` 要寫在 `with` 區塊**外面**；寫在裡面也跑得動，但 tape 可能連「求梯度的過程」也一起錄。錄了沒有？問梯度的梯度就知道，問得到就是錄了：

# %% [markdown] lang="en"
# An error is the lucky case: had an earlier cell left a `w` behind, the program would run and change something else.
#
# The second is indentation. `tape.gradient` belongs **outside** the `with` block. It works inside too, but the tape may then record the taking of the gradient as well. Did it? Ask for the gradient of the gradient: if there is one, it was recorded.

# %% tags=["nbval-check-output"]
tf.get_logger().setLevel("ERROR")  # TensorFlow warns of what comes next, and rightly
x = tf.Variable(2.0)
with tf.GradientTape(persistent=True) as tape:
    cube = x**3
    inside = tape.gradient(cube, x)
outside = tape.gradient(cube, x)
for name, slope in {"inside ": inside, "outside": outside}.items():
    print(f"gradient taken {name}: {slope}; recorded: {tape.gradient(slope, x) is not None}")
tf.get_logger().setLevel("WARNING")

# %% [markdown] lang="zh-TW"
# 梯度一樣是 12，寫在裡面的卻多錄了一份，白花時間和記憶體。這是可以重複使用的 tape；一般的 tape 在你問梯度的那一刻就停止記錄，寫在裡面不會多錄，只是容易讓人看錯。養成習慣，寫在外面。
#
# ## 40 步離底還有將近兩成，100 步才貼近
#
# 把一步重複很多次，每一步記下參數和損失。這裡每一步都看全部 2,000 點，沒有分小批：

# %% [markdown] lang="en"
# The gradient is 12 both ways, but the one taken inside was recorded as well, which costs time and memory for nothing. That holds for a persistent tape. An ordinary one stops recording the moment you ask it, so there it does no harm but mislead the reader. Make a habit of writing it outside.
#
# ## Forty steps end nearly a fifth above the floor
#
# Repeat the step, and note parameters and loss each time. Each step looks at all 2,000 points; there are no batches here.


# %% row="C42"
def descend(points, targets, steps, learning_rate):
    """Parameters (steps + 1, 3) and loss (steps + 1,), from the start to the last step."""
    W, b = new_parameters()
    path, losses = [], []
    for _ in range(steps + 1):  # the last round only notes where the others have led
        path.append([*W.numpy()[:, 0], b.numpy()[0]])
        losses.append(float(training_step(points, targets, W, b, learning_rate)))
    return np.array(path), np.array(losses)


path, losses = descend(points_train, targets_train, 200, 0.1)
for step in (0, 1, 2, 5, 10, 20, 40, 100, 200):
    print(f"after {step:3d} steps: loss {losses[step]:.4f}")

# %% [markdown] lang="zh-TW"
# 前幾步降得飛快，後面越走越慢。還能再低嗎？這種問題有公式解：點的座標旁邊補一行 1（乘上去就是 $b$），最小平方法直接給出最好的三個參數，它的損失就是這批資料的底：誰來訓練都不可能更低。

# %% [markdown] lang="en"
# The first steps plunge, the later ones crawl. Is there anything below? This problem has a closed form: put a column of ones (for $b$) beside the coordinates, and least squares gives the best three parameters at once. Their loss is the floor for this sample, and no training can get below it.


# %% row="C42"
def least_squares(points, targets):
    """The best parameters (3, 1), and their loss."""
    table = np.hstack([points, np.ones((len(points), 1))])
    best = np.linalg.lstsq(table, targets, rcond=None)[0]
    return best, np.mean((table @ best - targets) ** 2)


best, floor = least_squares(points_train, targets_train)
floor_of_many = least_squares(*sample(seed=3, size=100_000))[1]
print(f"best parameters: {best[0, 0]:.2f}, {best[1, 0]:.2f}, {best[2, 0]:.2f}")
print(f"floor: {floor:.4f} for our points, {floor_of_many:.3f} for 200,000 points")

# %% tags=["guard"]
assert 0.022 < floor < 0.028 and abs(floor_of_many - 0.025) < 0.001
assert np.allclose(best.ravel(), [0.15, -0.15, 0.5], atol=0.02)

# %% [markdown] lang="zh-TW"
# 抽到的點不同，底也會有點不同；點夠多，就是理論值 0.025。我們離底還有多遠？

# %% [markdown] lang="en"
# The floor differs a little from sample to sample; with very many points it is 0.025, as theory has it. How far are we above ours?

# %% row="C42"
A = np.hstack([points_train, np.ones((2000, 1))])  # (2000, 3), the table of least squares
gap = np.mean((A @ path.T - targets_train) ** 2, axis=0) - floor
for step in (40, 100, 200):
    above = gap[step] / floor
    print(f"after {step:3d} steps: loss {losses[step]:.4f}, {above:.1%} above the floor")
shrink = gap[11:100] / gap[10:99]

# %% tags=["guard"]
assert 0.1 < gap[40] / floor < 0.3 and gap[200] < 0.001 * floor
assert shrink.min() > 0.9 and shrink.max() < 0.93

# %% [markdown] lang="zh-TW"
# 這門課的前身寫「40 步之後停在 0.025 附近」，量一量就知道不對：40 步還比底高了將近兩成，100 步只差千分之一，200 步就看不出差別了。直接畫損失，後面這一段看起來早就平了；改畫「離底還有多遠」，縱軸用對數，就看得出它一直在降：

# %% [markdown] lang="en"
# The forerunner of this course wrote that the loss "settles near 0.025 after 40 steps". Measured, it does not: at 40 steps it is still nearly a fifth above the floor; at 100 a thousandth is left, and at 200 nothing that shows. A plot of the loss itself would look flat long before. Plot how far it is above the floor instead, on a logarithmic axis, and you see that it never stopped falling:

# %% tags=["nbval-check-output"]
plot_lines(
    {"gap": gap},
    x=np.arange(201),
    title="The gap above the floor closes at a steady rate",
    xlabel="steps",
    ylabel="loss minus floor",
    log=True,
)

# %% tags=["guard"]
from keras_beyond import guarding

assert guarding.line(_, "gap")[[0, 40], 0].tolist() == [0, 40]
assert abs(guarding.line(_, "gap")[40, 1] - (losses[40] - floor)) < 1e-6

# %% [markdown] lang="zh-TW"
# 前幾步幾乎是垂直掉下來；之後在對數座標上是一條直線，也就是每走一步，離底的差距都少掉差不多的比例，不到一成。為什麼是這個比例，等一下看損失曲面就知道。
#
# 分類分得怎麼樣？拿沒看過的測試資料來量：

# %% [markdown] lang="en"
# The first steps drop almost straight down. After that it is a straight line on a logarithmic axis: each step takes the same share off the gap, a little less than a tenth. The loss surface will show why.
#
# And how well does it classify? Measure it on the test points, which it has never seen:


# %% row="C42"
def accuracy(predictions, targets):
    return np.mean((np.asarray(predictions) > 0.5) == (targets > 0.5))


share = {}
for step in (0, 1, 2, 5, 40, 200):
    W.assign(path[step, :2, None])
    b.assign(path[step, 2:])
    share[step] = accuracy(predict(points_test, W, b), targets_test)
    print(f"after {step:3d} steps: test accuracy {share[step]:.1%}")

# %% tags=["guard"]
assert share[1] < 0.52 and 0.8 < share[5] < 0.95 and min(share[40], share[200]) > 0.99

# %% [markdown] lang="zh-TW"
# 200 步之後在 99% 以上。底不是 0，準確率卻這麼高，兩者並不矛盾：預測是 $x_1$、$x_2$ 的線性函數，像一塊斜的平面，沒辦法在每一點都剛好等於 0 或 1；但是只要站對邊，就算分對。
#
# ### 抓蟲 8.3：成績好得不合理（6 分鐘）
#
# 下面的 `scores` 和我們的 `predict` 很像，分數也很漂亮。可是把測試資料倒過來排、標籤不動，本來應該幾乎全錯才對：

# %% [markdown] lang="en"
# After 200 steps it is above 99 %. That the floor is not 0 is no contradiction: the prediction is linear in $x_1$ and $x_2$, a tilted plane, and cannot be 0 or 1 at every point; but a point on the right side counts as right.
#
# ### Bug hunt 8.3: a mark too good to be true (6 minutes)
#
# `scores` below looks much like our `predict`, and its mark is splendid. But reverse the order of the test points and leave the labels, and nearly everything should be wrong:

# %%
inputs = points_train  # left over from some earlier cell


def scores(input):
    return tf.matmul(inputs, W) + b


print(f"test points:         {accuracy(scores(points_test), targets_test):.2%}")
print(f"in reversed order:   {accuracy(scores(points_test[::-1]), targets_test):.2%}")
print("three of them give: ", scores(points_test[:3]).shape)

# %% tags=["guard"]
assert accuracy(scores(points_test[::-1]), targets_test) > 0.99
assert accuracy(predict(points_test[::-1], W, b), targets_test) < 0.05

# %% [markdown] lang="zh-TW"
# 倒過來還是一樣的分數，送 3 點進去，出來 2,000 個答案。找出原因，寫出改好的 `mended_scores`：要用的東西全部從引數來，`points` 是 `(n, 2)`、`W` 是 `(2, 1)`、`b` 是 `(1,)`，傳回 `(n, 1)`。

# %% [markdown] lang="en"
# The mark stays the same in reverse, and three points give 2,000 answers. Find out why, and write `mended_scores`, which takes all it uses from its arguments: `points` of shape `(n, 2)`, `W` of `(2, 1)`, `b` of `(1,)`. It returns `(n, 1)`.


# %% tags=["exercise"]
def mended_scores(points, W, b):
    """The predictions (n, 1) for these points with these parameters."""
    ### BEGIN SOLUTION
    return tf.matmul(points, W) + b  # nothing here comes from outside
    ### END SOLUTION


# %% tags=["check"]
check("tape-global", mended_scores)

# %% [markdown] lang="zh-TW"
# ## 訓練就是移動一條線
#
# 預測剛好是 0.5 的地方，就是兩類的分界線：$w_1 x_1 + w_2 x_2 + b = 0.5$。整理一下，$x_2 = (0.5 - b - w_1 x_1) / w_2$。把走到第幾步的線畫出來：

# %% [markdown] lang="en"
# ## Training moves a line
#
# Where the prediction is exactly 0.5 runs the border between the classes: $w_1 x_1 + w_2 x_2 + b = 0.5$, which is $x_2 = (0.5 - b - w_1 x_1) / w_2$. Here it is after several numbers of steps:


# %% tags=["nbval-check-output"]
def draw_line(axes, w_1, w_2, b):
    axes.plot(*points_train[:1000].T, ".", color=BLUE, markersize=2)
    axes.plot(*points_train[1000:].T, ".", color=ORANGE, markersize=2)
    x_1 = np.array([-4.0, 7.0])
    axes.plot(x_1, (0.5 - b - w_1 * x_1) / w_2, color=BLACK, linewidth=2.5)
    axes.set(xlim=(-3.5, 6.5), ylim=(-3.5, 6.5), xticks=[-2, 0, 2, 4, 6], yticks=[-2, 0, 2, 4, 6])
    axes.set(xlabel="$x_1$", ylabel="$x_2$")


figure, axes = new_figure(8.4, 5.8, rows=2, columns=3)
for place, step in zip(axes.flat, (0, 1, 2, 5, 40, 200), strict=True):
    draw_line(place, *path[step])
    place.set_title(f"step {step}: loss {losses[step]:.3f}", fontsize=11)
Picture(figure)

# %% tags=["guard"]
panel, (slope_1, slope_2, offset) = _.figure.axes[3], path[5]
border = panel.lines[2].get_xydata()
assert panel.get_title().startswith("step 5:") and np.allclose(
    border @ [slope_1, slope_2] + offset, 0.5, atol=1e-4
)

# %% [markdown] lang="zh-TW"
# 藍點是第 0 類，橘點是第 1 類。一開始線的方向完全不對；走 1 步，線跑到右下角，幾乎所有的點都在同一邊，難怪準確率是 50%；第 2 步到第 5 步，線幾乎直立，把兩群都切開。之後線慢慢轉：40 步已經分得開，只是還太陡，200 步才轉到兩群的正中間。
#
# ## 損失曲面：先衝進谷裡，再沿著谷底慢慢爬
#
# 為什麼先快後慢？畫出損失曲面：每一組參數有一個損失，像地圖上每個地方有高度。參數有三個，紙上只有兩個軸；還好我們走的這條路上，$w_1 - w_2$ 從頭到尾幾乎都是 0.3，所以取 $w_2 = w_1 - 0.3$ 這一片，橫軸 $w_1$、縱軸 $b$。

# %% [markdown] lang="en"
# Blue points are class 0, orange points class 1. The line starts in quite the wrong direction. One step throws it into the lower right corner, with nearly every point on the same side: hence the accuracy of 50 %. From step 2 to step 5 it stands nearly upright and cuts through both clouds. After that it turns slowly: at 40 steps it parts the clouds, though still too steep, and at 200 it lies midway between them.
#
# ## The loss surface: a plunge into a valley, then a crawl along it
#
# Why fast first and slow later? Draw the loss surface: each set of parameters has a loss, as each place on a map has a height. There are three parameters and only two axes on paper. But on the way that we took, $w_1 - w_2$ stays close to 0.3 throughout, so take the slice with $w_2 = w_1 - 0.3$ and draw $w_1$ to the right and $b$ upward.


# %%
def losses_of(parameters):
    """The loss of each row of parameters (m, 3), for all training points at once."""
    predictions = points_train @ parameters[:, :2].T + parameters[:, 2]  # (2000, m)
    return ((predictions - targets_train) ** 2).mean(axis=0)


w_1, b_axis = np.meshgrid(np.linspace(-0.5, 1.1, 60), np.linspace(-0.8, 0.9, 60))
slice_of_space = np.stack([w_1, w_1 - 0.3, b_axis], axis=-1).reshape(-1, 3).astype("float32")
surface = losses_of(slice_of_space).reshape(60, 60)

beside = path[:, 0] - path[:, 1]
on_slice = np.stack([path[:, 0], path[:, 0] - 0.3, path[:, 2]], axis=1)
print(f"w_1 - w_2 along the path: {beside.min():.2f} to {beside.max():.2f}")

# %% tags=["guard"]
assert np.abs(beside - 0.3).max() < 0.02 and np.allclose(losses_of(on_slice), losses, rtol=0.05)

# %% [markdown] lang="zh-TW"
# 沒有離開過 0.3 多遠，在這一片上讀到的損失，和真正的損失差不到 5%。把走過的路畫上去：

# %% [markdown] lang="en"
# The path never strays far from 0.3, and the loss read off the slice differs from the true one by less than 5 %. Draw the path on it:


# %% name="loss-surface"
def draw_path(axes, path):
    levels = np.geomspace(0.0262, 8, 13)
    shades = {"norm": "log", "cmap": "Blues", "extend": "both"}
    filled = axes.contourf(w_1, b_axis, surface, levels=levels, **shades)
    axes.contour(w_1, b_axis, surface, levels=levels, colors="white", linewidths=0.6)
    axes.plot(path[:, 0], path[:, 2], color=VERMILION, marker="o", markersize=3.5, linewidth=1.2)
    axes.plot(best[0], best[2], color=BLACK, marker="*", markersize=13)
    axes.set(xlim=(-0.5, 1.1), ylim=(-0.8, 0.9), xlabel="$w_1$", ylabel="$b$")
    return filled


figure, axes = new_figure(7, 4.8)
filled = draw_path(axes[0, 0], path)
axes[0, 0].set_title("The path over the loss surface", fontsize=11)
figure.colorbar(filled, ax=axes[0, 0], label="loss", format="%.2g")
look = {"textcoords": "offset points", "bbox": {"color": "white", "pad": 1}}
for step, place in {0: (-3, 9), 1: (-13, -4), 2: (8, -4), 3: (-13, -5), 40: (9, -3)}.items():
    axes[0, 0].annotate(step, path[step, ::2], xytext=place, **look)
Picture(figure)

# %% tags=["guard"]
panel = _.figure.axes[0]
assert (panel.get_xlabel(), panel.get_ylabel()) == ("$w_1$", "$b$")
assert np.allclose(panel.lines[0].get_xydata(), path[:, [0, 2]])
assert np.allclose(panel.lines[1].get_xydata(), best.ravel()[[0, 2]], atol=1e-6)

# %% [markdown] lang="zh-TW"
# 顏色越深，損失越大；紅點是每一步，旁邊的數字是第幾步，黑色星星是最小平方法的答案。第 0 步在右邊的高處，一步跨過山谷，在兩邊的坡上來回擺幾次，落到谷底；谷底幾乎是平的，斜率小，步伐也小，所以從第 5 步左右起，只能沿著谷底一點一點走到星星。
#
# 山谷又窄又長，學習率就難選：調大，谷底走得快，在兩邊的坡上卻盪得更厲害，太大就越盪越高。界線算得出來：損失是二次函數，它在三個互相垂直的方向上各有各的彎度（曲率）。在曲率 $c$ 的方向上，每走一步，離終點的距離乘上 $1 - \text{學習率} \times c$；這個數小於 -1，就越走越遠，也就是學習率超過 $2 / c$ 的時候。所以最彎的方向決定界線。三個曲率是 $\frac{2}{n} A^\top A$ 的特徵值 (eigenvalue)，NumPy 會算；$A$ 就是補了 1 的那張表，形狀 $(n, 3)$。

# %% [markdown] lang="en"
# The darker, the higher the loss. Red dots are steps, with their numbers beside some of them, and the black star is the answer of least squares. Step 0 stands high on the right; one step crosses the valley, a few more swing from slope to slope and settle at the bottom. The bottom is nearly level, so slopes and strides are small, and from about step 5 the path can only creep along the valley to the star.
#
# A long and narrow valley makes it hard to choose the learning rate: a larger one goes faster along the bottom, but swings more on the slopes, and beyond a limit higher and higher. The limit can be computed. The loss is quadratic, and in three directions at right angles it has a curvature each. Along a direction of curvature $c$, a step multiplies the distance from the end by $1 - \text{learning rate} \times c$; once that is below -1, the distance grows, which is when the learning rate exceeds $2 / c$. So the most curved direction sets the limit. The three curvatures are the eigenvalues of $\frac{2}{n} A^\top A$, which NumPy computes; $A$, of shape $(n, 3)$, is the table with the column of ones.

# %%
curvatures = np.linalg.eigvalsh(2 / len(A) * A.T @ A)
print("curvatures:", ", ".join(f"{value:.2f}" for value in curvatures))
print(f"largest learning rate: 2 / {curvatures[-1]:.1f} = {2 / curvatures[-1]:.2f}")

# %% tags=["guard"]
assert 25 < curvatures[-1] / curvatures[0] < 35 and 0.145 < 2 / curvatures[-1] < 0.155
assert abs((1 - 0.1 * curvatures[0]) ** 2 - gap[60] / gap[59]) < 0.01

# %% [markdown] lang="zh-TW"
# 最陡的方向比最平的方向彎 30 倍左右。剛才「每步少掉不到一成」也有答案了：沿著谷底，學習率 0.1 每走一步，參數離終點的距離乘上 1 - 0.1 x 0.44，也就是 0.956。離底的差距和距離的平方成正比，所以每步乘上 0.956 的平方，大約 0.91。
#
# 學習率的界線在 0.15。真的嗎？換幾個學習率，各走 60 步：

# %% [markdown] lang="en"
# The steepest direction is about 30 times as curved as the flattest. This also explains the "little less than a tenth": along the bottom, a step with learning rate 0.1 multiplies the distance from the end by 1 - 0.1 x 0.44, which is 0.956. The gap above the floor goes with the square of the distance, so each step multiplies it by about 0.91.
#
# The limit for the learning rate is 0.15. Is it really? Take 60 steps with several learning rates:

# %%
runs = {}
for rate in (0.01, 0.05, 0.1, 0.14, 0.15, 0.16):
    runs[rate] = descend(points_train, targets_train, 60, rate)
    loss = runs[rate][1][-1]
    print(f"learning rate {rate:.2f}: loss {loss:.3g}")

# %% tags=["guard"]
for rate in runs:
    bands = {0.01: (0.1, 0.2), 0.1: (0.0263, 0.03), 0.15: (2, 6.3), 0.16: (1e7, 1e8)}
    lowest, highest = bands.get(rate, (floor, 0.05 if rate < 0.1 else 0.0262))
    assert lowest < runs[rate][1][-1] < highest

# %% [markdown] lang="zh-TW"
# 0.01 太慢，離底還很遠；0.14 比 0.1 還低一點；0.15 差不多就在界線上，走了 60 步幾乎沒有進展；0.16 飛出去了，損失上千萬。下面把 0.14 的 20 步畫成三張圖：左邊是最後的線，中間是損失（虛線是底），右邊是走過的路：

# %% [markdown] lang="en"
# At 0.01 it is too slow and still far from the floor; 0.14 is even a little lower than 0.1; 0.15, right at the limit, has hardly got anywhere in 60 steps; and 0.16 flies off, to a loss of more than ten million. Here are 20 steps at 0.14 in three pictures: on the left the line in the end, in the middle the loss (the floor is dashed), on the right the path:


# %%
def watch_descent(learning_rate, steps):
    path, losses = (kept[: steps + 1] for kept in runs[learning_rate])
    figure, axes = new_figure(8.4, 3.1, columns=3)
    figure.set_layout_engine(None)  # to move at once: with the places given, nothing is laid out
    figure.subplots_adjust(left=0.06, right=0.99, bottom=0.17, top=0.89, wspace=0.32)
    line, curve, map_ = axes[0]
    draw_line(line, *path[-1])
    line.set_title(f"the line after step {steps}", fontsize=11)
    curve.semilogy(losses, color=BLUE, marker="o", markersize=3)
    curve.axhline(floor, color=BLACK, linestyle="--")
    curve.minorticks_off()
    curve.set(title=f"loss {losses[-1]:.3g}", xlabel="steps", ylabel="loss")
    draw_path(map_, path)
    map_.set_title(f"learning rate {learning_rate}", fontsize=11)
    return Picture(figure)


watch_descent(learning_rate=0.14, steps=20)

# %% [markdown] lang="zh-TW"
# 它在山谷兩邊盪了很久，每次只小一點。下面換你試：選一個學習率，一次只多走一步，盯著紅點。先猜它會怎麼走，再拉滑桿。

# %% [markdown] lang="en"
# It swings between the slopes for a long time, and each swing is only a little smaller. Now try it yourself: choose a learning rate, add one step at a time, and keep an eye on the red dots. Guess where the next one will be before you move the slider.

# %% tags=["widget"]
explore(watch_descent, learning_rate=list(runs), steps=(1, 60))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()

# %% [markdown] lang="zh-TW"
# ### 練習 8.4：讓 40 步就夠（8 分鐘）
#
# 谷又窄又長，是因為點的中心在 (1.5, 1.5)，離原點很遠：$w_1$、$w_2$ 一動，所有的預測一起往上或往下，$b$ 就得跟著改。寫一個函式 `prepare(points)`：把座標換算過再傳回 `(n, 2)`，讓同樣的起點、同樣的學習率 0.1，走 40 步就到底（損失不超過底的 1.05 倍），而且沒有丟掉資訊：從換算後的兩個座標，要能推回原來的點，底也還是原來的底。別改到傳進來的陣列。

# %% [markdown] lang="en"
# ### Exercise 8.4: make 40 steps enough (8 minutes)
#
# The valley is long and narrow because the points lie around (1.5, 1.5), far from the origin: move $w_1$ or $w_2$, and all predictions go up or down together, so that $b$ has to follow. Write a function `prepare(points)` that converts the coordinates and returns `(n, 2)`, such that from the same start, with the same learning rate of 0.1, 40 steps reach the floor (a loss of at most 1.05 times the floor). No information may be lost: the old points can be found back from the new ones, and the floor stays what it was. Leave the array that you are given as it is.


# %% tags=["exercise"]
def prepare(points):
    """The points (n, 2) in coordinates that descend faster."""
    ### BEGIN SOLUTION
    return points - points.mean(axis=0)  # around the origin, b no longer depends on W
    ### END SOLUTION


# %% tags=["check"]
check("tape-valley", prepare)

# %% [markdown] lang="zh-TW"
# 寫好以後，自己量量看：`descend(prepare(points_train), targets_train, 40, 0.1)[1][-1]`。真的要用的時候，測試資料要減**訓練資料**的平均數，和第 01 課一樣，用同一把尺；這裡的 `prepare` 每次都減自己收到的那批的平均數，所以不能直接拿來用在測試資料上。
#
# ## tf.function：Python 只跑一次，之後都跑計算圖
#
# 即時執行每算一步都要經過 Python，很方便，也很花時間。加上 `tf.function`，第一次呼叫會照著 Python 走一遍，把運算記成計算圖 (graph)，之後就直接跑圖。Python 的 `print` 只有走那一遍的時候才會印，剛好拿來看：

# %% [markdown] lang="en"
# When it is done, measure it: `descend(prepare(points_train), targets_train, 40, 0.1)[1][-1]`. In real use the mean of the **training** points is subtracted from the test points too: one measure for both, as in lesson 01.
#
# ## tf.function: Python goes through it once, after that a graph runs
#
# Eager execution goes through Python at every operation, which is handy and slow. With `tf.function`, the first call follows the Python once and writes the operations down as a graph; later calls run the graph. Python's `print` speaks only while that happens, which makes it visible:


# %% tags=["nbval-check-output"]
@tf.function
def traced_cube(x):
    print("  (Python is here)")
    return x**3


for value in (tf.constant(2.0), tf.constant(3.0), 4.0, 5.0, 4.0):
    print(f"{'tensor' if tf.is_tensor(value) else 'Python number'} {float(value)}")
    print(f"  -> {traced_cube(value):.0f}")

# %% [markdown] lang="zh-TW"
# 張量 2 和 3 共用同一張圖，第二次就沒經過 Python。一般的 Python 數字不一樣：每個新的值都重做一張圖，4 第二次出現才省下來。所以會變的東西要用張量傳，`print` 這類副作用也不要放在裡面。
#
# 來計時。三種寫法都走 200 步：即時執行、把一步變成圖再呼叫 200 次、200 步的迴圈整個放進一張圖（`tf.range` 會變成圖裡的迴圈）。每種量三次，取最快的：

# %% [markdown] lang="en"
# The tensors 2 and 3 share a graph; the second never went through Python. Ordinary Python numbers do not: each new value makes a new graph, and only the second 4 is saved. So pass what varies as a tensor, and keep side effects such as `print` out.
#
# Now time it. Three ways to take 200 steps: eagerly, with the step as a graph that is called 200 times, and with the whole loop of 200 in one graph (`tf.range` becomes a loop in it). Each is measured three times, and the fastest counts:

# %%
graph_step = tf.function(training_step)


@tf.function
def graph_loop(points, targets, W, b, learning_rate):
    for _ in tf.range(200):
        training_step(points, targets, W, b, learning_rate)


def run_200(way):
    W, b = new_parameters()
    for _ in range(1 if way is graph_loop else 200):
        way(points_train, targets_train, W, b, 0.1)
    return np.append(W.numpy(), b.numpy())


# %%
times = {training_step: [], graph_step: [], graph_loop: []}
for turn in range(4):
    for way in times:
        begin = time.perf_counter()
        end_point = run_200(way)
        if turn > 0:  # the first turn makes the graphs and is not counted
            times[way].append(time.perf_counter() - begin)
        assert np.allclose(end_point, path[200], atol=1e-4)
eager, by_step, by_loop = (min(measured) for measured in times.values())
print(f"the step as a graph:   {eager / by_step:.0f} times as fast as eager execution")
print(f"the loop in one graph: {eager / by_loop:.0f} times as fast")

# %% tags=["guard"]
assert eager > 1.5 * by_loop and by_step > by_loop

# %% [markdown] lang="zh-TW"
# 三種寫法走到同一個地方（每一輪都有 `assert` 比對）。只把一步變成圖，每步還是要從 Python 呼叫一次；整個迴圈都放進圖裡，Python 只呼叫一次，快得最多。倍數每台機器不一樣。`fit` 裡面用的就是 `tf.function`，所以平常不用自己加。
#
# ## 同一件事，Keras 五行
#
# 同樣的模型、同樣的起點、同樣的損失和學習率，交給 Keras 走 40 步：

# %% [markdown] lang="en"
# All three end in the same place (an `assert` compares them each time). With only the step as a graph, Python still makes every call; with the whole loop in the graph there is a single call, and that is the fastest. The ratios differ from machine to machine. `fit` uses `tf.function` inside, so you rarely need to add it yourself.
#
# ## The same in five lines of Keras
#
# Give Keras the same model, start, loss and learning rate, for 40 steps:

# %% tags=["nbval-check-output"]
line = keras.Sequential([keras.Input((2,)), layers.Dense(1)], name="line")
draw(line)

# %%
line.set_weights([parameter.numpy() for parameter in new_parameters()])
line.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mean_squared_error")
line.fit(points_train, targets_train, batch_size=2000, epochs=40, verbose=0)
kernel, bias = line.get_weights()
difference = np.abs(np.append(kernel, bias) - path[40]).max()
tolerance = 1e-4 if tf.config.list_physical_devices("GPU") else 1e-6
print(f"Keras:    {kernel[0, 0]:.3f}, {kernel[1, 0]:.3f}, {bias[0]:.3f}")
print(f"our loop: {path[40, 0]:.3f}, {path[40, 1]:.3f}, {path[40, 2]:.3f}")
print(f"largest difference below {tolerance:g}: {difference < tolerance}")

# %% tags=["guard"]
assert difference < tolerance

# %% [markdown] lang="zh-TW"
# 不算 `draw`，五行：建模型、給起點、`compile`、`fit`，再讀出權重。三個參數和我們走到第 40 步的時候相差不到百萬分之一（有些 GPU 的乘法比較粗略，所以在 GPU 上放寬到萬分之一）。`Dense(1)` 就是 `predict`，`"mean_squared_error"` 就是 `mean_square`，`SGD` 就是那兩行 `assign_sub`，`fit` 就是 `descend`；一個 epoch 只有一批，剛好一步，所以 40 個 epoch 就是 40 步。

# %% [markdown] lang="en"
# Without `draw` these are five lines: build, set the start, `compile`, `fit`, and read the weights. The three parameters differ from those of our loop after 40 steps by less than a millionth (some GPUs multiply more coarsely, so on a GPU a ten-thousandth is allowed). `Dense(1)` is `predict`, `"mean_squared_error"` is `mean_square`, `SGD` is the two lines with `assign_sub`, and `fit` is `descend`; an epoch has one batch, and so one step: 40 epochs are 40 steps.

# %% [markdown] lang="zh-TW"
# ### 練習 8.5：換一個損失，再走一步（8 分鐘）
#
# 分類問題更常用的是 sigmoid 加交叉熵：$p = \text{sigmoid}(x W + b)$，損失是 $-\log p$（第 1 類）或 $-\log(1 - p)$（第 0 類）的平均。寫一個 `logistic_step`：走一步梯度下降，**就地**更新 `W` 和 `b`（都是 `tf.Variable`），傳回這一步之前的損失。`tf.sigmoid`、`tf.math.log`、`tf.where` 都能用，`keras.losses` 裡也有現成的 `BinaryCrossentropy()(正確答案, 機率)`。

# %% [markdown] lang="en"
# ### Exercise 8.5: another loss, another step (8 minutes)
#
# For classification, a sigmoid with cross-entropy is more usual: $p = \text{sigmoid}(x W + b)$, and the loss is the mean of $-\log p$ (class 1) or $-\log(1 - p)$ (class 0). Write `logistic_step`: it takes one step of gradient descent, updates `W` and `b` (both `tf.Variable`s) **in place**, and returns the loss from before the step. You may use `tf.sigmoid`, `tf.math.log` and `tf.where`, or `keras.losses.BinaryCrossentropy()(truth, probabilities)`, which is ready-made.


# %% tags=["exercise"]
def logistic_step(points, targets, W, b, learning_rate):
    """One step on the mean cross-entropy of sigmoid(points W + b); returns the loss before it."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        p = tf.sigmoid(tf.matmul(points, W) + b)
        loss = tf.reduce_mean(-tf.math.log(tf.where(targets > 0.5, p, 1 - p)))
    slope_W, slope_b = tape.gradient(loss, [W, b])
    W.assign_sub(learning_rate * slope_W)
    b.assign_sub(learning_rate * slope_b)
    return loss
    ### END SOLUTION


# %% tags=["check"]
check("tape-logistic", logistic_step)

# %% [markdown] lang="zh-TW"
# ## 回顧
#
# 1. 張量有形狀和 dtype，做好就不能改；要改的放在 `tf.Variable`，用 `assign`、`assign_add`、`assign_sub`，只改一格也行。
# 2. 在 `tf.GradientTape` 裡算，在外面 `tape.gradient(結果, 起點)`。`Variable` 自動盯著，常數要 `watch`；巢狀兩層就有二階導數。
# 3. `None` 是路斷了：沒有 `x`、經過 NumPy、轉整數或比較、出了區塊才算、起點是整數或被換成張量。0 不是 `None`。
# 4. 一步是往前算、求梯度、減掉學習率乘梯度。40 步比底高將近兩成，200 步到底；谷又窄又長，學習率不能超過 2 除以最大的曲率。
# 5. `tf.function` 把運算記成圖，整個迴圈放進去最划算；Keras 五行走到同樣的權重。
#
# 第 09 課會把這裡的一步放進模型裡，變成 `train_step`，讓 `fit` 照你的方法訓練。

# %% [markdown] lang="en"
# ## Summary
#
# 1. A tensor has a shape and a dtype and is fixed once made. What has to change lives in a `tf.Variable`, and changes by `assign`, `assign_add` and `assign_sub`, one entry at a time if you like.
# 2. Compute inside `tf.GradientTape`, and call `tape.gradient(result, start)` outside. `Variable`s are watched by themselves, constants need `watch`; nesting two tapes gives the second derivative.
# 3. `None` means a broken way: no `x` in it, through NumPy, a whole number or a comparison, computed after the block, or a start that is a whole number or was replaced by a tensor. And 0 is not `None`.
# 4. A step computes forward, takes the gradient, and subtracts learning rate times gradient. Forty steps end nearly a fifth above the floor, two hundred reach it. The valley is long and narrow, and the learning rate must stay below 2 over the largest curvature.
# 5. `tf.function` writes the operations down as a graph, and pays most with the whole loop inside; five lines of Keras end at the same weights.
#
# Lesson 09 puts such a step into a model, as `train_step`, and `fit` trains the way you say.
