# ---
# jupyter:
#   course:
#     needs: [03_functional_api]
# ---

# %% [markdown] lang="zh-TW"
# # 06 Lambda 與自訂層：Keras 沒有的，自己做

# %% [markdown] lang="en"
# # 06 Lambda and custom layers: make what Keras lacks

# %% [markdown] lang="zh-TW"
# 讀完這一課，你會：
#
# 1. 用 `Lambda` 把一個函式變成一層，軸 (axis) 和形狀 (shape) 都指得對；
# 2. 分清楚哪些函式收 NumPy 的數字、哪些收 `keras.Input` 的符號，也知道 `Lambda` 什麼時候不該用；
# 3. 寫一個有權重的層，和 `Dense` 對得起來；
# 4. 寫自己的損失函數 (loss function)，用五個問題檢查它，不在引數順序和正負號上栽跟頭；
# 5. 把含有自訂部分的模型存起來再讀回來，並且知道哪些檔案不要隨便載入。
#
# **先想一想**：第 03 課的 `x = keras.Input((784,))` 裡面有沒有數字？如果沒有，`tf.exp(x)` 要算什麼？（「一個函式收不收符號」那一節會回答。）

# %% [markdown] lang="en"
# By the end of this lesson you will:
#
# 1. turn a function into a layer with `Lambda`, with the right axis and the right shape;
# 2. know which functions take NumPy's numbers and which take the symbols of `keras.Input`, and when `Lambda` is the wrong tool;
# 3. write a layer with weights that agrees with `Dense`;
# 4. write a loss function of your own and examine it with five questions, so that neither the order of its arguments nor a sign fools you;
# 5. save a model with parts of your own, load it again, and know which files not to load.
#
# **Think first**: does `x = keras.Input((784,))` of lesson 03 hold any numbers? If not, what should `tf.exp(x)` compute? (The section "Not every function takes symbols" answers.)

# %%
import tempfile
import zipfile

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import check, draw, expect_error, explore, load_mnist, load_weights, plot_lines

# %% [markdown] lang="zh-TW"
# ## Lambda 把一個函式變成一層
#
# 有時候兩層之間只想算點東西，不必學：取平均、相減、平方。寫成函式，交給 `layers.Lambda`，它就成了一層。函式收到的是一整批資料，形狀 `(n, 4)`：第 0 軸是第幾筆，第 1 軸是一筆裡的第幾個數字。我們要每一筆自己的平均，所以寫 `axis=1`：

# %% [markdown] lang="en"
# ## Lambda turns a function into a layer
#
# Sometimes you only want to compute something between two layers, with nothing to learn: an average, a difference, a square. Write a function, hand it to `layers.Lambda`, and it is a layer. The function gets a whole batch, of shape `(n, 4)`: axis 0 says which row, axis 1 which number of the row. We want the average of each row, hence `axis=1`:


# %% row="C30" tags=["nbval-check-output"]
def average(inputs):
    return keras.ops.mean(inputs, axis=1, keepdims=True)


x = keras.Input((4,), name="x")
averager = keras.Model(x, layers.Lambda(average, name="average")(x), name="averager")
one_row, two_rows = np.array([[1, 2, 3, 4]]), np.array([[1, 2, 3, 4], [1, 1, 1, 1]])
print(averager.predict(one_row, verbose=0).tolist())
print(averager.predict(two_rows, verbose=0).tolist())
print(len(averager.weights) or "no", "weights")

# %% tags=["nbval-check-output"]
draw(averager)

# %% [markdown] lang="zh-TW"
# 1、2、3、4 的平均是 2.5；多送一筆 1、1、1、1，第二筆得到 1.0。這一層沒有權重，不必訓練，也不必 `compile`：只有 `fit` 和 `evaluate` 需要。
#
# 交給 `Lambda` 的是函式本身，後面沒有括號。以前的程式寫 `K.mean`（`from keras import backend as K`），現在寫 `keras.ops.mean`。Sequential 裡也能放：

# %% [markdown] lang="en"
# The average of 1, 2, 3, 4 is 2.5; send the row 1, 1, 1, 1 along, and it gets 1.0. The layer has no weights, so it needs no training and no `compile` either: only `fit` and `evaluate` do.
#
# What `Lambda` gets is the function itself, without brackets after it. Older programs say `K.mean` (`from keras import backend as K`); today it is `keras.ops.mean`. It goes into a Sequential model just as well:

# %% row="C30" tags=["nbval-check-output"]
in_sequence = keras.Sequential([keras.Input((4,)), layers.Lambda(average)], name="in_sequence")
print(in_sequence(two_rows).numpy().tolist())

# %% [markdown] lang="zh-TW"
# ## 軸要指對，軸數要留住
#
# `keepdims=True` 看起來像裝飾，其實少不得。三種寫法並排，看模型的輸出形狀，再看兩筆資料算出什麼。這裡的小寫 `lambda` 是 Python 的無名函式，一行寫完一個函式；大寫 `Lambda` 才是 Keras 的層。

# %% [markdown] lang="en"
# ## Name the axis, and keep it
#
# `keepdims=True` looks like decoration, but you need it. Here are three ways to write the average, the shape the model says it gives, and what two rows give. The small `lambda` is Python's function without a name, written in one line; the capital `Lambda` is Keras's layer.

# %% tags=["nbval-check-output"]
ways = {
    "axis=1, keepdims=True": lambda inputs: keras.ops.mean(inputs, axis=1, keepdims=True),
    "axis=1": lambda inputs: keras.ops.mean(inputs, axis=1),
    "no axis": lambda inputs: keras.ops.mean(inputs),
}
for way, function in ways.items():
    model = keras.Model(x, layers.Lambda(function)(x))
    print(f"{way:22s} {model.output_shape!s:10s} {model(two_rows).numpy().tolist()}")

# %% [markdown] lang="zh-TW"
# 第一種，每筆一列、一個數字，形狀 `(None, 1)`。第二種把第 1 軸壓掉了，只剩「第幾筆」。第三種連第幾筆都平均進去：兩筆資料 8 個數字，只得到一個 1.75。
#
# 我們沒說過形狀，Keras 怎麼知道？它先拿符號把函式跑一遍，看出來的是什麼形狀。形狀錯了，後面的層就不收：`Dense` 要的是至少兩個軸。

# %% [markdown] lang="en"
# The first gives a row with one number for each row, `(None, 1)`. The second has squeezed axis 1 away, and only "which row" is left. The third averages over the rows as well: two rows, 8 numbers, and all that comes out is 1.75.
#
# Nobody told Keras the shapes. It runs the function once on symbols and looks at what comes out. With a wrong shape the next layer refuses: a `Dense` wants at least two axes.

# %%
with expect_error(ValueError, match="expected min_ndim=2"):
    flat = layers.Lambda(ways["axis=1"])(x)
    layers.Dense(3)(flat)

# %% [markdown] lang="zh-TW"
# 這個錯誤是好事，它擋在前面。可是 `Lambda` 有個引數 `output_shape`，你說輸出是什麼形狀，Keras 就信什麼，不再去跑函式。這門課的前身就是這樣寫的：平均忘了寫軸，又宣告 `output_shape=(1,)`。

# %% [markdown] lang="en"
# That error is a good thing: it comes early. But `Lambda` has an argument `output_shape`, and whatever shape you declare there, Keras believes it and does not run the function to see. The forerunner of this course wrote just that: an average without an axis, declared as `output_shape=(1,)`.

# %% row="C30" tags=["nbval-check-output"]
believed = layers.Lambda(ways["no axis"], output_shape=(1,), name="believed")
careless = keras.Model(x, believed(x), name="careless")
print("declared:", careless.output_shape)
for rows in (one_row, two_rows):
    given = careless(rows)
    print(f"{len(rows)} row(s): true shape {tuple(given.shape)}, value {float(given)}")

# %% [markdown] lang="zh-TW"
# 宣告是 `(None, 1)`，真正出來的是 `()`，一個數字。只送一筆，2.5 看起來完全正確；送兩筆就成了 1.75，誰的平均都不是。所以試一層，至少送**兩筆不一樣**的資料。能不寫 `output_shape` 就別寫，讓 Keras 自己看。

# %% [markdown] lang="en"
# Declared is `(None, 1)`, and what comes out has shape `()`, a single number. With one row, 2.5 looks perfectly right; with two it becomes 1.75, which is the average of neither. So try a layer on at least **two different rows**, and leave `output_shape` out where you can, so that Keras looks for itself.

# %% [markdown] lang="zh-TW"
# ## 一個函式收不收符號
#
# 先不談層，直接呼叫函式。前身在這裡把 `[1, 3]` 的 NumPy 陣列送進 `K.mean(..., axis=1)`，出了錯，說是「不收 NumPy」。我們查查看：

# %% [markdown] lang="en"
# ## Not every function takes symbols
#
# Leave layers aside for a moment and call the functions directly. At this point the forerunner sent the NumPy array `[1, 3]` into `K.mean(..., axis=1)`, got an error, and said that NumPy is not accepted. Let us see:

# %% row="C31"
with expect_error(tf.errors.InvalidArgumentError, match="Invalid reduction dimension"):
    keras.ops.mean(np.array([1, 3]), axis=1)

# %% row="C31" tags=["nbval-check-output"]
print("a vector, axis 0:      ", keras.ops.mean(np.array([1, 3]), axis=0).numpy())
print("one row of two, axis 1:", keras.ops.mean(np.array([[1, 3]]), axis=1).numpy())

# %% [markdown] lang="zh-TW"
# 錯誤訊息說的是軸：向量只有一個軸，編號是 0，沒有第 1 軸。改成 `axis=0`，或把它放進一列，同樣是 NumPy 陣列，就收了。`keras.ops` 本來就收 NumPy。
#
# 那 `keras.Input` 呢？它是符號，只有形狀，還沒有數字：

# %% [markdown] lang="en"
# The message speaks of the axis: a vector has one axis, number 0, and no axis 1. Say `axis=0`, or put the numbers in a row, and the same NumPy arrays are welcome. `keras.ops` does take NumPy.
#
# And `keras.Input`? It is a symbol, with a shape and no numbers yet:

# %% row="C31"
with expect_error(ValueError, match="KerasTensor cannot be used"):
    tf.exp(x)
with expect_error(ValueError, match="cannot convert it to a NumPy array"):
    np.exp(x)

# %% [markdown] lang="zh-TW"
# 訊息裡的 KerasTensor 就是符號。`tf.exp` 和 `np.exp` 現在就要算，而 `x` 還沒有數字可算。第一則訊息也說了怎麼辦：包進一層。層先記下「這裡要算 exp」，等資料來了才真的算。

# %% [markdown] lang="en"
# A KerasTensor is what we call a symbol. `tf.exp` and `np.exp` want to compute at once, and `x` has nothing to compute with. The first message says what to do: wrap it in a layer. A layer notes down "exp goes here" and computes when the data come.

# %% row="C31" tags=["nbval-check-output"]
by_ops = keras.Model(x, keras.ops.exp(x))
by_lambda = keras.Model(x, layers.Lambda(tf.exp)(x))
zeros = np.zeros((2, 4), "float32")
print("numbers:", keras.ops.exp(zeros).shape, tf.exp(zeros).shape, np.exp(zeros).shape)
print("symbols:", by_ops.output_shape, by_lambda.output_shape)
print("same answers:", np.array_equal(by_ops(two_rows / 4), by_lambda(two_rows / 4)))

# %% [markdown] lang="zh-TW"
# | | 有數字（NumPy、Tensor） | 符號（`keras.Input` 和它後面的東西） |
# | --- | --- | --- |
# | `keras.ops.exp`、`+ - * /` | 可以 | 可以 |
# | `tf.exp` | 可以，只收小數 | 不行，包進 `Lambda` 或自己的層 |
# | `np.exp` | 可以 | 不行，換成 `keras.ops` |
#
# 記得用 `keras.ops` 就好，兩邊都通，名字大多和 NumPy 一樣；整數它也會自己轉成小數，`tf.exp` 就不收。

# %% [markdown] lang="en"
# | | numbers (NumPy, Tensor) | symbols (`keras.Input` and what follows it) |
# | --- | --- | --- |
# | `keras.ops.exp`, `+ - * /` | yes | yes |
# | `tf.exp` | yes, decimals only | no: wrap it in `Lambda` or a layer of your own |
# | `np.exp` | yes | no: use `keras.ops` |
#
# Use `keras.ops`, and you are right on both sides; most of its functions have NumPy's names, and it turns whole numbers into decimals by itself, which `tf.exp` refuses.

# %% [markdown] lang="zh-TW"
# ### 練習 6.1：每一筆的全距（5 分鐘）
#
# 寫一個函式 `row_range`：輸入形狀 `(n, k)`，傳回每一筆的最大值減最小值，形狀 `(n, 1)`。它要能放進 `Lambda`，也要能直接收 NumPy 陣列。

# %% [markdown] lang="en"
# ### Exercise 6.1: the range of each row (5 minutes)
#
# Write a function `row_range`: it takes `(n, k)` and gives the largest minus the smallest number of each row, `(n, 1)`. It has to work inside a `Lambda`, and directly on a NumPy array.


# %% tags=["exercise"]
def row_range(inputs):
    """The largest minus the smallest number of each row: (n, k) to (n, 1)."""
    ### BEGIN SOLUTION
    largest = keras.ops.max(inputs, axis=1, keepdims=True)
    smallest = keras.ops.min(inputs, axis=1, keepdims=True)
    return largest - smallest
    ### END SOLUTION


# %% tags=["check"]
check("lambda-row-range", row_range)

# %% [markdown] lang="zh-TW"
# ## Lambda 看不見藏在裡面的權重
#
# `Lambda` 裡什麼都能寫，那放一層 `Dense` 進去行不行？跑得動，問題是學不學得到。要學的是 $y = 2x + 1$：

# %% [markdown] lang="en"
# ## Lambda does not see the weights hidden in it
#
# Anything can stand in a `Lambda`, so why not a `Dense`? It runs. The question is whether it learns. What it is to learn is $y = 2x + 1$:

# %% tags=["nbval-check-output"]
x_line = np.linspace(-1, 1, 64, dtype="float32").reshape(-1, 1)
y_line = 2 * x_line + 1

hidden = layers.Dense(8, activation="tanh")
hiding = keras.Sequential(
    [
        keras.Input((1,), name="x"),
        layers.Lambda(lambda inputs: hidden(inputs), name="hiding_place"),
        layers.Dense(1, name="last"),
    ],
    name="hiding",
)
print(f"hidden has {hidden.count_params()} parameters, the model sees {hiding.count_params()}")
draw(hiding)

# %%
hiding.compile(keras.optimizers.SGD(learning_rate=0.1), "mse")
before = hidden.get_weights()[0]
losses = hiding.fit(x_line, y_line, batch_size=8, epochs=10, verbose=0).history["loss"]
moved = np.abs(hidden.get_weights()[0] - before).max()
print(f"loss {losses[0]:.2f} at first, {losses[-1]:.2f} after 10 epochs; hidden moved by {moved}")

# %% tags=["guard"]
assert hiding.count_params() == 9 and hidden.count_params() == 16
assert losses[-1] < 0.05 and moved == 0

# %% [markdown] lang="zh-TW"
# `hidden` 有 16 個參數，模型卻只看到最後一層的 9 個，圖上那一格也沒寫參數。訓練 10 個 epoch（訓練週期），損失在降，因為最後一層在學；`hidden` 的權重一點都沒動，也沒有任何訊息。（整個模型都沒有可以訓練的權重，Keras 才會警告。）
#
# 所以 `Lambda` 只拿來寫**短小、沒有權重、每次都算一樣**的函式。碰到下面幾種，改寫成自己的層：有權重要學、裡面有亂數（下一課的抽樣層）、訓練和預測時做的事不同。模型要存檔給別人用，先看最後一節。

# %% [markdown] lang="en"
# `hidden` has 16 parameters, and the model sees only the 9 of the last layer; nor does its box in the picture show any. Over 10 epochs the loss falls, because the last layer learns; the weights of `hidden` have not moved at all, and there is no message. (Keras warns only when a whole model has no trainable weights.)
#
# So use `Lambda` only for functions that are **short, without weights, and the same every time**. Write a layer of your own where there is something to learn, where randomness comes in (the sampling layer of the next lesson), or where training and prediction differ. If the model is to be saved for others, mind the last section.

# %% [markdown] lang="zh-TW"
# ## 自己的層：三個方法
#
# 全連接層算的是下面這個式子，`x` 是 `(n, k)`，`W` 是 `(k, u)`，`b` 是 `(u,)`，`y` 是 `(n, u)`：

# %% [markdown] lang="en"
# ## A layer of your own: three methods
#
# A fully connected layer computes this, where `x` is `(n, k)`, `W` is `(k, u)`, `b` is `(u,)` and `y` is `(n, u)`:

# %% [markdown]
# $$y = x\,W + b$$

# %% [markdown] lang="zh-TW"
# 寫成 `layers.Layer` 的子類別，各方法分工：`__init__` 記下設定（要幾個單元 `u`）；`build` 在第一次看到輸入時才呼叫，引數是輸入的形狀 `(None, k)`，最後一個數字就是 `k`，這時就用 `add_weight` 把權重登記給 Keras；`call` 寫怎麼算。

# %% [markdown] lang="en"
# Written as a subclass of `layers.Layer`, each method has its part: `__init__` keeps the settings (how many units, `u`); `build` is called at the first input, with its shape, `(None, k)`; the last entry is `k`, and with it `build` registers the weights with Keras by `add_weight`; `call` says what to compute.


# %%
class Affine(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)  # name and the like
        self.units = units

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], self.units), name="W")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, inputs):
        return keras.ops.matmul(inputs, self.W) + self.b


# %% [markdown] lang="zh-TW"
# 和 `Dense` 比比看。給兩層同一份權重、同一批亂數，差多少？

# %% [markdown] lang="en"
# Compare it with `Dense`. Give both the same weights and the same random rows: how far apart are they?

# %% row="C32"
rows = np.random.default_rng(6).normal(size=(100, 20)).astype("float32")
dense, affine = layers.Dense(8), Affine(8)
dense.build((None, 20))
affine.build((None, 20))
affine.set_weights(dense.get_weights())
difference = float(keras.ops.max(keras.ops.abs(dense(rows) - affine(rows))))
print("weights:", [tuple(weight.shape) for weight in affine.weights])
print(f"largest difference from Dense: {difference:.1e}, below 1e-6: {difference < 1e-6}")

# %% tags=["guard"]
assert difference < 1e-6

# %% [markdown] lang="zh-TW"
# 權重是 `(20, 8)` 和 `(8,)`，和 `Dense` 一樣，輸出的差別在 1e-6 以下。再看學不學得到，題目還是 $y = 2x + 1$：

# %% [markdown] lang="en"
# The weights are `(20, 8)` and `(8,)`, as in `Dense`, and the outputs differ by less than 1e-6. Does it learn? The task is $y = 2x + 1$ again:

# %% tags=["nbval-check-output"]
learning = keras.Sequential([keras.Input((1,)), Affine(1)], name="learning")
learning.compile(keras.optimizers.SGD(learning_rate=0.3), "mse")
losses = learning.fit(x_line, y_line, batch_size=8, epochs=10, verbose=0).history["loss"]
W, b = learning.get_weights()
print(f"{learning.count_params()} parameters, loss {losses[-1]:.3f} after 10 epochs")
print(f"y = {W[0, 0]:.2f} x + {b[0]:.2f}")

# %% [markdown] lang="zh-TW"
# 這次參數都看得到，2 個，也學回了 2 和 1。
#
# 大一點的模型也行。用同一個函式蓋兩個 784-500-500-10，一個用 `Dense`，一個用 `Affine`，把第 02、03 課用過的權重載入前一個，再抄給後一個：

# %% [markdown] lang="en"
# Now the model sees the parameters, both of them, and has found the 2 and the 1.
#
# Larger models work too. One function builds 784-500-500-10 twice, once of `Dense` and once of `Affine`. Load the weights of lessons 02 and 03 into the first, and copy them to the second:


# %% tags=["nbval-check-output"]
def digit_model(layer, name):
    pixels = keras.Input((784,), name="pixels")
    h_1 = layers.Activation("sigmoid", name="sigmoid_1")(layer(500, name="f_1")(pixels))
    h_2 = layers.Activation("sigmoid", name="sigmoid_2")(layer(500, name="f_2")(h_1))
    y = layers.Activation("softmax", name="softmax")(layer(10, name="f_3")(h_2))
    return keras.Model(pixels, y, name=name)


digits = digit_model(layers.Dense, "digits")
load_weights(digits, "handwriting")
own_digits = digit_model(Affine, "own_digits")
own_digits.set_weights(digits.get_weights())
draw(own_digits)

# %%
(images_train, y_train), (images_test, y_test) = load_mnist()
x_train = images_train[:25000].reshape(-1, 784).astype("float32") / 255
x_test = images_test.reshape(-1, 784).astype("float32") / 255

answers = digits.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
own_answers = own_digits.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
print(f"same answer on {np.sum(answers == own_answers):,} of {len(y_test):,} test digits")
print(f"test accuracy {np.mean(own_answers == y_test):.1%}")

# %% tags=["guard"]
assert np.mean(answers == own_answers) > 0.9995 and np.mean(own_answers == y_test) > 0.993

# %% [markdown] lang="zh-TW"
# 圖上每個 `Affine` 的參數都和 `Dense` 一樣多，1 萬張測試影像的答案也都相同，準確率還是 99.4% 左右。
#
# ### 練習 6.2：會學的音量鈕（6 分鐘）
#
# 寫一個層 `Gain`：輸入形狀 `(n, k)`，每個特徵乘上自己的一個權重，k 個特徵就有 k 個權重，一開始都是 1，訓練時會動。沒有偏值，`Gain()` 不收單元數。
#
# 先想想看：這些權重該在哪個方法裡建？

# %% [markdown] lang="en"
# In the picture each `Affine` has as many parameters as a `Dense` would; all the answers on 10,000 test digits are the same, and the accuracy is still about 99.4 %.
#
# ### Exercise 6.2: a volume knob that learns (6 minutes)
#
# Write a layer `Gain`: it takes `(n, k)` and multiplies each feature by a weight of its own; k features, k weights. All are 1 at first and move in training. There is no bias, and `Gain()` takes no number of units.
#
# Think first: in which method do these weights have to be made?


# %% tags=["exercise"]
class Gain(layers.Layer):
    """Multiplies each feature by a weight of its own, 1 at first."""

    ### BEGIN SOLUTION
    def build(self, input_shape):
        self.gain = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="gain")

    def call(self, inputs):
        return inputs * self.gain

    ### END SOLUTION


# %% tags=["check"]
check("custom-gain-layer", Gain)

# %% [markdown] lang="zh-TW"
# ## 損失也是函式，正確答案放前面
#
# `compile` 的 `loss` 除了名字，也收函式。規則只有一條：兩個引數，先 `y_true`（正確答案），後 `y_pred`（模型的預測）。傳回每一筆各自的損失，Keras 會再對整批取平均。均方誤差自己寫就是這樣：

# %% [markdown] lang="en"
# ## A loss is a function too, and the truth comes first
#
# `compile` takes a name as its `loss`, or a function. There is one rule: two arguments, `y_true` (the correct answer) first and `y_pred` (the model's) second. Return a loss for each row, and Keras takes the mean over the batch. The mean squared error, written by yourself:


# %% row="C33" tags=["nbval-check-output"]
def squared_error(y_true, y_pred):
    return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)


truth, guess = np.array([[0.0, 1.0, 0.0]]), np.array([[0.1, 0.7, 0.2]])
cross_entropy = keras.losses.categorical_crossentropy
for name, loss in {"squared error": squared_error, "cross-entropy": cross_entropy}.items():
    right, swapped = float(loss(truth, guess)[0]), float(loss(guess, truth)[0])
    print(f"{name}: {right:.3f}, the wrong way round {swapped:.3f}")
print(f"Keras's own squared error: {float(keras.losses.MeanSquaredError()(truth, guess)):.3f}")
print(f"-log(0.7) is {-np.log(0.7):.3f}, and -log(1e-7) is {-np.log(1e-7):.3f}")

# %% [markdown] lang="zh-TW"
# 自己寫的和 Keras 的一樣。平方誤差兩邊對調沒有差；交叉熵 (cross-entropy) 對調，0.357 變成 4.835，沒有人會告訴你。
#
# 手算一次。設模型給正確類別的機率是 p，這裡 p 是 0.7。照規矩，交叉熵是 −log p，−log 0.7 是 0.357。對調以後，取對數的變成正確答案裡的 0；log 0 算不出來，Keras 就把 0 換成 10⁻⁷，−log 10⁻⁷ 是 16.118，再乘上模型分給錯誤類別的機率 1 − p：0.3 x 16.118 是 4.835。
#
# 所以對調的損失是 16.118 (1 − p)。它也會在 p = 1 時變成 0，看起來沒什麼不對。差別在它拉得動誰：把正確類別的 logit（softmax 之前的數字）推動一點點，損失改變多少？

# %% [markdown] lang="en"
# Yours and Keras's agree. The squared error is the same both ways round; the cross-entropy turns from 0.357 into 4.835, and nobody tells you.
#
# Work it out by hand. Call the probability that the model gives to the right class p; here p is 0.7. The right way round, the cross-entropy is −log p, and −log 0.7 is 0.357. The wrong way round, the logarithm falls on the zeros of the correct answer; log 0 does not exist, so Keras puts 10⁻⁷ in place of 0, and −log 10⁻⁷ is 16.118. It is multiplied by the probability given away to wrong classes, 1 − p: 0.3 x 16.118 is 4.835.
#
# So the swapped loss is 16.118 (1 − p). It too is 0 at p = 1, and looks all right. What differs is whom it pulls: nudge the logit of the right class (the number before the softmax) a little, and how much does the loss change?

# %%
logit = np.linspace(-8, 8, 400)
p = 1 / (1 + np.exp(-logit))
pairs, right_class = np.stack([p, 1 - p], axis=1), np.tile([1.0, 0.0], (400, 1))
pull = {
    "right way round": -np.gradient(cross_entropy(right_class, pairs).numpy(), logit),
    "swapped": -np.gradient(cross_entropy(pairs, right_class).numpy(), logit),
}
plot_lines(
    pull,
    x=p,
    title="The swapped loss lets go of the worst mistakes",
    xlabel="probability given to the right class",
    ylabel="pull on its logit",
)

# %% tags=["guard"]
assert pull["right way round"][0] > 0.99 and pull["swapped"][0] < 0.01

# %% [markdown] lang="zh-TW"
# 橫軸是模型給正確類別的機率，縱軸是損失拉那個 logit 的力氣。對調的損失在中間拉得兇很多，所以照樣練得動。可是看最左邊：模型錯得最離譜的時候，交叉熵拉得最用力，對調的損失卻幾乎放手。
#
# 這在訓練時看得出來嗎？拿 2 萬張訓練，從兩組起始權重出發，兩種順序各練 2 個 epoch，再用留下來的 5,000 張訓練影像考試：

# %% [markdown] lang="en"
# To the right runs the probability that the model gives to the right class; upwards, how hard the loss pulls at the logit of that class. In the middle the swapped loss pulls much harder, and so it trains. But look at the left edge: where the model is most wrong, the cross-entropy pulls hardest, and the swapped one has nearly let go.
#
# Does it show in training? Train on 20,000 digits, from two different starts, 2 epochs with each order, and examine on 5,000 training digits that were held back:


# %%
def swapped_cross_entropy(y_true, y_pred):
    return cross_entropy(y_pred, y_true)


def train_with(loss, start):
    keras.utils.set_random_seed(start)
    small = keras.Sequential([keras.Input((784,))], name="small")
    small.add(layers.Dense(64, activation="relu"))
    small.add(layers.Dense(10, activation="softmax"))
    small.compile(keras.optimizers.SGD(learning_rate=0.2), loss)
    targets = keras.utils.to_categorical(y_train[:20000], 10)
    small.fit(x_train[:20000], targets, batch_size=200, epochs=2, verbose=0)
    return small.predict(x_train[20000:], batch_size=1000, verbose=0)


# %% row="C33"
found, held_out = {}, y_train[20000:25000]
print("order    start  accuracy  sure mistakes  digits never answered")
for order, loss in {"right": cross_entropy, "swapped": swapped_cross_entropy}.items():
    for start in (0, 1):
        probabilities = train_with(loss, start)
        given = probabilities.argmax(axis=1)
        accuracy = np.mean(given == held_out)
        sure = np.sum((given != held_out) & (probabilities.max(axis=1) > 0.99))
        never = sorted(set(range(10)) - set(given.tolist()))
        found[order, start] = accuracy, sure, never
        print(f"{order:7s}  {start:5d}  {accuracy:8.1%}  {sure:13d}  {never or 'none'}")

# %%
nines = probabilities[held_out == 9, 9]  # of the last training: swapped, start 1
print(f"half of the nines get less than {np.median(nines):.0e} for the 9")

# %% tags=["guard"]
for start in (0, 1):
    assert 0.87 < found["right", start][0] < 0.94 and found["right", start][1] < 10
    assert found["swapped", start][1] > 50
assert found["swapped", 0][0] > 0.87 and not found["swapped", 0][2]
assert found["swapped", 1][0] < 0.87 and 9 in found["swapped", 1][2]
assert np.median(nines) < 1e-4

# %% [markdown] lang="zh-TW"
# sure mistakes 是答錯、卻有 99% 以上把握的題數。從起點 0 出發，準確率兩邊都是九成左右，光看準確率抓不到；可是有把握的錯誤從個位數變成一百題上下。從起點 1 出發更慘，9 從頭到尾沒出現過一次：真正的 9 裡面有一半，模型給 9 的機率不到萬分之一，正好落在圖的最左邊，對調的損失拉不動。訓練照常結束，沒有任何錯誤訊息。

# %% [markdown] lang="en"
# A sure mistake is a wrong answer given with more than 99 % confidence. From start 0 both orders reach about 90 %, so the accuracy alone gives nothing away; but the sure mistakes grow from a handful to about a hundred. From start 1 it is worse: the 9 is never answered at all. On half of the true nines the model gives the 9 a probability below one in ten thousand, which is the left edge of the plot, where the swapped loss does not pull. The training ends as usual, without any error.

# %% [markdown] lang="zh-TW"
# ## 有正有負的誤差不能當損失
#
# 前身的投影片拿 `K.mean(y_true - y_pred)` 示範自訂損失。差值少了平方，也少了絕對值，會怎麼樣？還是學 $y = 2x + 1$，和平方誤差比：

# %% [markdown] lang="en"
# ## A signed error is no loss
#
# To show a loss of one's own, the forerunner's slides take `K.mean(y_true - y_pred)`: a difference, neither squared nor made absolute. What happens? Once more the task is $y = 2x + 1$, beside the squared error:


# %% row="C33" tags=["nbval-check-output"]
def signed_error(y_true, y_pred):
    return keras.ops.mean(y_true - y_pred, axis=-1)


def fit_line(loss):
    only_layer = layers.Dense(1, kernel_initializer="zeros")
    line = keras.Sequential([keras.Input((1,)), only_layer], name="line")
    line.compile(keras.optimizers.SGD(learning_rate=0.3), loss)
    return line, line.fit(x_line, y_line, batch_size=64, epochs=10, verbose=0).history["loss"]


signed_line, signed_losses = fit_line(signed_error)
squared_line, squared_losses = fit_line(squared_error)
for line, losses in ((signed_line, signed_losses), (squared_line, squared_losses)):
    answer = float(line(np.zeros((1, 1)))[0, 0])
    name = line.loss.__name__
    print(f"{name:13s} from {losses[0]:.1f} to {losses[-1]:.1f}, at x = 0: {answer:.1f}")

# %%
plot_lines(
    {"signed error": signed_losses, "squared error": squared_losses, "zero": [0.0] * 10},
    title="The signed error falls below zero, and goes on",
    xlabel="epoch",
    ylabel="training loss",
)

# %% tags=["guard"]
from keras_beyond import guarding

assert (
    guarding.line(_, "signed error")[-1, 1]
    < -1
    < 0
    <= guarding.line(_, "squared error")[-1, 1]
    < 0.1
)

# %% [markdown] lang="zh-TW"
# 帶正負號的損失從 1.0 一路降到 −1.7，每個 epoch 降得一樣多，穿過 0 也不停。「損失一直下降」看起來很棒，可是 x = 0 的答案成了 3.0，正確是 1.0：模型只要一直報大一點，損失就一直小下去。平方誤差降到 0 附近就停住，答案是 1.0。
#
# ## 五個問題，考一考你的損失
#
# 損失寫好了，不要急著訓練，先拿幾個數字問它：
#
# 1. 猜中了，損失是 0 嗎？
# 2. 猜得再偏，損失都不會掉到 0 以下嗎？
# 3. 猜太高再高一點、猜太低再低一點，損失都變大嗎？（這就是梯度的正負號對不對。）
# 4. 一批的損失，等於一筆一筆算再平均嗎？只有一筆也能算嗎？
# 5. 兩個引數對調，結果一樣嗎？不一樣，就要當心順序。

# %% [markdown] lang="en"
# The signed loss goes from 1.0 down to −1.7, by the same amount every epoch, and does not stop at 0. "The loss keeps falling" sounds splendid, but the answer at x = 0 has become 3.0 instead of 1.0: the model only has to answer a little more each time, and the loss falls. The squared error approaches 0 and stays there, and the answer is 1.0.
#
# ## Five questions for a loss of your own
#
# When a loss is written, do not train yet. Ask it a few numbers first:
#
# 1. Is it 0 when the prediction is right?
# 2. Does it never fall below 0, however wrong the prediction?
# 3. Does it grow when a prediction that is too high goes higher, and when one that is too low goes lower? (That is the sign of the gradient.)
# 4. Is the loss of a batch the mean of the losses of its rows, and does a batch of one row work?
# 5. Is it the same with its arguments the other way round? If not, mind their order.


# %%
def examine(loss):
    """Answers to the five questions, for targets that are numbers."""
    y = np.array([[0.5], [1.5], [4.0]], "float32")
    off = y + np.array([[0.3], [-0.2], [0.6]], "float32")

    def value(y_true, y_pred):
        return float(keras.ops.mean(loss(y_true, y_pred)))

    one_by_one = [value(y[[row]], off[[row]]) for row in range(3)]
    return {
        "zero at target": abs(value(y, y)) < 1e-6,
        "never below": min(value(y, y + step) for step in (-2, -0.1, 0.1, 2)) >= 0,
        "pulls to it": value(y, y + 1.1) > value(y, y + 1) and value(y, y - 1.1) > value(y, y - 1),
        "batch = rows": bool(np.isclose(value(y, off), np.mean(one_by_one))),
        "either order": bool(np.isclose(value(y, y + 1), value(y + 1, y))),
    }


# %% row="C33" tags=["nbval-check-output"]
losses_to_ask = {
    "squared": squared_error,
    "signed": signed_error,
    "percentage": lambda y_true, y_pred: keras.ops.abs(y_true - y_pred) / keras.ops.abs(y_true),
    "root of mean": lambda y_true, y_pred: keras.ops.sqrt(keras.ops.mean((y_true - y_pred) ** 2)),
    "rounded": lambda y_true, y_pred: keras.ops.abs(y_true - keras.ops.round(y_pred * 2) / 2),
}
print(" " * 13 + "  ".join(examine(squared_error)))
for name, loss in losses_to_ask.items():
    said = [f"{'yes' if yes else 'NO':{len(word)}s}" for word, yes in examine(loss).items()]
    print(f"{name:13s}" + "  ".join(said).rstrip())

# %% [markdown] lang="zh-TW"
# 一列一個損失：
#
# - `signed` 會掉到 0 以下，而且往同一邊拉，第二、三題就露餡了；第五題也是 NO，引數對調，正負號就反過來。
# - `percentage`（差幾成）前四題都過，第五題說明它把除數放在 `y_true`，順序不能亂。答「NO」不一定錯，只是要當心。
# - `root of mean` 先對整批平均再開根號，一批的損失不等於各筆的平均，換個 `batch_size`，學到的東西就不同。
# - `rounded` 把預測四捨五入到 0.5：輕輕推，損失不動，沒有梯度可以學。（第一題答對，只因為三個正確答案剛好都是 0.5 的倍數；下面把正確答案拉到 2.25，曲線就碰不到 0 了。）
#
# 這五題是給迴歸 (regression) 的。有些損失，像連續分布的 −log 機率密度，本來就可以是負的；那就把前兩題換成「有沒有底」。有些毛病用圖看更清楚，下面是正確答案為 1 時的損失曲線：

# %% [markdown] lang="en"
# One loss in each row:
#
# - `signed` falls below 0 and pulls one way only: the second and third questions give it away, and the fifth says that its sign turns over with the order.
# - `percentage` (how far off, relative to the target) passes four; the fifth says that it divides by `y_true`, so that the order matters. A "NO" there is no mistake, but a warning.
# - `root of mean` averages over the batch before it takes the root, so the loss of a batch is not the mean of its rows, and another `batch_size` learns something else.
# - `rounded` rounds predictions to the nearest half: nudge it gently and nothing changes, so there is no gradient to learn from. (It passes the first question only because our three targets are multiples of one half. Move the target to 2.25 below, and its curve does not reach 0.)
#
# The five questions are meant for regression. Some losses may well be negative, such as −log of a probability density; for those, ask instead of the first two whether there is a floor. Some of this can be seen in a picture. Here is the loss when the correct answer is 1:


# %% tags=["nbval-check-output"]
def loss_curve(name, target):
    predictions = np.linspace(-1, 5, 49)
    y_true, loss = np.array([[target]]), losses_to_ask[name]
    values = [np.mean(loss(y_true, np.array([[one]]))) for one in predictions]
    return plot_lines(
        {name: values, "zero": np.zeros(49)},
        x=predictions,
        title=f"{name} loss when the target is {target:g}",
        xlabel="prediction",
        ylabel="loss",
    )


loss_curve("percentage", 1.0)

# %% [markdown] lang="zh-TW"
# 曲線在 1 的地方碰到 0，往兩邊都上升，所以拉的方向是對的。選別的損失，移動正確答案。有兩個的曲線看得出毛病；root of mean 看不出來，它的毛病要一批有好幾筆才會出現：

# %% [markdown] lang="en"
# The curve touches 0 at 1 and rises on both sides, so it pulls the right way. Choose other losses and move the target. Two of them have curves that show what is wrong; "root of mean" does not, since its fault needs a batch of several rows:

# %% tags=["widget"]
explore(loss_curve, name=list(losses_to_ask), target=(0.5, 4.0))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()

# %% [markdown] lang="zh-TW"
# ### 練習 6.3：少估比多估貴（8 分鐘）
#
# 便當店預估明天賣幾個：少準備一個，客人跑掉；多準備一個，只是浪費一點。寫一個損失 `shortfall_loss`：預測太高，損失是差值的平方；預測太低（`y_pred` 小於 `y_true`），損失是差值平方的 **3 倍**。每一筆一個損失，或整批的平均，都可以。（`keras.ops.where(條件, a, b)` 會一個一個挑 a 或 b。）
#
# 寫完先用 `examine` 問問看，第五題該答什麼？

# %% [markdown] lang="en"
# ### Exercise 6.3: too few costs more than too many (8 minutes)
#
# A lunch shop predicts tomorrow's sales. One lunch too few loses a customer; one too many wastes a little. Write a loss `shortfall_loss`: the squared difference where the prediction is too high, and **3 times** the squared difference where it is too low (`y_pred` below `y_true`). A loss for each row or the mean of the batch, both are fine. (`keras.ops.where(condition, a, b)` chooses a or b number by number.)
#
# Ask `examine` about it. What should the fifth answer be?


# %% tags=["exercise"]
def shortfall_loss(y_true, y_pred):
    """The squared error, three times as much where the prediction is too low."""
    ### BEGIN SOLUTION
    # examine: yes four times, and NO to the fifth: too low is not too high, so the order matters
    short = y_true - y_pred
    weight = keras.ops.where(short > 0, 3.0, 1.0)
    return keras.ops.mean(weight * keras.ops.square(short), axis=-1)
    ### END SOLUTION


# %% tags=["check"]
check("custom-shortfall-loss", shortfall_loss)

# %% [markdown] lang="zh-TW"
# ## 損失只看得到它的兩個引數
#
# 有時候想連模型中間的東西一起罰，例如希望 `h` 不要太大。把 `h` 直接寫進損失裡行不行？前身的 VAE 就是這樣寫的，它的損失用到了 `z_mean`：

# %% [markdown] lang="en"
# ## A loss sees its two arguments, and nothing else
#
# Sometimes you want to charge for something in the middle of the model as well, say for a large `h`. Can `h` simply stand in the loss? The forerunner's VAE was written so, with `z_mean` in its loss:

# %%
inputs = keras.Input((1,), name="inputs")
h = layers.Dense(3, name="h")(inputs)
charged = keras.Model(inputs, layers.Dense(1, name="y")(h), name="charged")


def loss_with_h(y_true, y_pred):
    return squared_error(y_true, y_pred) + keras.ops.mean(keras.ops.square(h))


charged.compile("sgd", loss_with_h)
with expect_error(ValueError, match="KerasTensor cannot be used"):
    charged.fit(x_line, y_line, verbose=0)

# %% [markdown] lang="zh-TW"
# 訊息和 `tf.exp(x)` 那次一樣。`h` 是蓋模型時的符號，沒有數字；訓練時真正的數字從模型裡流過，不會回頭填進那個符號。`compile` 還看不出來，`fit` 才出錯。
#
# 正確的寫法是讓中間那一層自己回報：在層的 `call` 裡呼叫 `self.add_loss(...)`。第 07 課的 VAE 會用到。

# %% [markdown] lang="en"
# It is the same message as for `tf.exp(x)`. `h` is a symbol from when the model was built and has no numbers; the numbers of the training flow through the model and never come back to fill that symbol. `compile` does not notice yet; `fit` fails.
#
# The right way is to let the layer in the middle report its own charge, with `self.add_loss(...)` in its `call`. The VAE of lesson 07 does that.

# %% [markdown] lang="zh-TW"
# ## 檔案存的是設定和權重，不是你的程式
#
# `model.save` 把整個模型寫成一個 `.keras` 檔。它其實是個 zip，裡面有什麼？

# %% [markdown] lang="en"
# ## A file holds settings and weights, not your program
#
# `model.save` writes a whole model into one `.keras` file. It is a zip. What is inside?

# %% tags=["nbval-check-output"]
folder = tempfile.TemporaryDirectory()  # goes away with the kernel; nothing stays in your folder
own_digits.save(f"{folder.name}/own_digits.keras")
with zipfile.ZipFile(f"{folder.name}/own_digits.keras") as archive:
    print(archive.namelist())

# %% [markdown] lang="zh-TW"
# 一份版本資料、一份設定 (config)、一份權重，沒有一行 Python。設定裡只寫了「這裡有一層叫 `Affine`，units 是 500」，至於 `Affine` 怎麼算，檔案裡沒有。所以讀檔的時候：

# %% [markdown] lang="en"
# There are notes on versions, settings (the config) and weights, and not a line of Python. The config says "here is a layer called `Affine`, with 500 units"; how an `Affine` computes is not in the file. So, on loading:

# %%
with expect_error(TypeError, match="Could not locate class 'Affine'"):
    keras.models.load_model(f"{folder.name}/own_digits.keras")

# %% [markdown] lang="zh-TW"
# 訊息很長，重點在 `Exception encountered` 那一句：找不到類別 `Affine`，要先登記。登記就是在類別上面加一行，告訴 Keras「檔案裡寫這個名字，就是指我這個類別」。訊息寫的 `keras.saving.register_keras_serializable` 是 `import keras` 時的位置；`from tensorflow import keras` 的話，沒有 `keras.saving`，同一個函式在 `keras.utils` 裡。
#
# 再加 `get_config`，寫明重建這一層要哪些引數。整數、字串這種簡單的引數，Keras 自己記得；別的就要你寫，寫了也比較清楚。

# %% [markdown] lang="en"
# The message is long; what counts is the sentence after `Exception encountered`: the class `Affine` cannot be found and has to be registered. To register it, put a line above the class, which tells Keras "where a file has this name, it means my class". The message calls it `keras.saving.register_keras_serializable`, which is right after `import keras`. After `from tensorflow import keras` there is no `keras.saving`, and the same function is in `keras.utils`.
#
# Then add `get_config`, which says what arguments it takes to make the layer again. Simple ones, such as whole numbers and strings, Keras remembers by itself; others are yours to write, and writing them is clearer in any case.


# %%
@keras.utils.register_keras_serializable(package="lesson06")
class SavedAffine(Affine):
    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% tags=["guard"]
assert Affine(3).get_config()["units"] == 3  # a whole number: remembered without our get_config

# %% row="C34" tags=["nbval-check-output"]
to_save = digit_model(SavedAffine, "to_save")
to_save.set_weights(digits.get_weights())
to_save.save(f"{folder.name}/to_save.keras")
loaded = keras.models.load_model(f"{folder.name}/to_save.keras")

before = to_save.predict(x_test[:1000], batch_size=1000, verbose=0)
after = loaded.predict(x_test[:1000], batch_size=1000, verbose=0)
print("layers:", [type(layer).__name__ for layer in loaded.layers if layer.weights])
print("same predictions:", np.allclose(before, after, rtol=0, atol=1e-6))

# %% [markdown] lang="zh-TW"
# 三層都認回來了，預測也一樣。換一個程式來讀，那個程式也要先有這個類別（例如 `import` 你的模組），不然照樣找不到。
#
# 自己的損失也要登記；只要預測、不再訓練的話，`compile=False` 就不去找它：

# %% [markdown] lang="en"
# All three layers are back, and so are the predictions. Another program that loads the file needs the class as well (by importing your module, say), or it will not find it either.
#
# A loss of your own has to be registered too. If you only want predictions and no more training, `compile=False` does not look for it:

# %%
squared_line.save(f"{folder.name}/line.keras")
with expect_error(TypeError, match="Could not locate function 'squared_error'"):
    keras.models.load_model(f"{folder.name}/line.keras")
loaded_line = keras.models.load_model(f"{folder.name}/line.keras", compile=False)

# %% tags=["guard"]
assert np.allclose(loaded_line(x_line), squared_line(x_line))

# %% [markdown] lang="zh-TW"
# ## Python 的 lambda 會被擋下來，因為它就是程式
#
# 無名函式沒有名字可以登記，Keras 只好把它編譯過的程式存進檔案。讀的時候：

# %% [markdown] lang="en"
# ## A Python lambda is refused, because it is a program
#
# A function without a name cannot be registered, so Keras puts its compiled code into the file. On loading:

# %%
doubling = keras.Model(x, layers.Lambda(lambda inputs: 2 * inputs)(x), name="doubling")
doubling.save(f"{folder.name}/doubling.keras")
with expect_error(ValueError, match="arbitrary code execution"):
    keras.models.load_model(f"{folder.name}/doubling.keras")

# %% [markdown] lang="zh-TW"
# 這是安全模式 (safe mode)，預設就開著。它在怕什麼？下面的 `lambda` 多做一件無害的事：印一行字。存檔、關掉安全模式載入，看那行字什麼時候出現：

# %% [markdown] lang="en"
# That is safe mode, which is on unless you turn it off. What is it afraid of? This `lambda` does one thing more, a harmless one: it prints a line. Save it, load it with safe mode off, and see when that line appears:

# %% tags=["nbval-check-output"]
print("building")
spying = layers.Lambda(lambda inputs: [print("    code of the layer runs"), inputs][1])
spy = keras.Model(x, spying(x))
print("saving")
spy.save(f"{folder.name}/spy.keras")
print("loading")
loaded_spy = keras.models.load_model(f"{folder.name}/spy.keras", safe_mode=False)
print("loaded, and not used yet")

# %% [markdown] lang="zh-TW"
# `loading` 之後、還沒拿來預測，檔案裡的程式就跑了一次。它印的是一行字；換成陌生人寫的，可以是刪檔案、偷密碼。
#
# 就算檔案是自己的，`lambda` 也不牢靠，因為它用到的名字不會一起存：

# %% [markdown] lang="en"
# After `loading`, before any prediction, the code in the file has run. Here it printed a line; written by a stranger, it could delete files or steal passwords.
#
# Even in a file of your own a `lambda` does not last, because the names it uses are not saved along with it:

# %%
nameless = layers.Lambda(ways["axis=1, keepdims=True"], output_shape=(1,))
keras.Model(x, nameless(x)).save(f"{folder.name}/nameless.keras")
loaded_nameless = keras.models.load_model(f"{folder.name}/nameless.keras", safe_mode=False)
with expect_error(NameError, match="'keras' is not defined"):
    loaded_nameless(two_rows)

# %% [markdown] lang="zh-TW"
# 讀回來的函式不認得 `keras` 這個名字。（沒寫 `output_shape` 的話，載入時就出錯，訊息還怪到形狀頭上：`could not automatically infer the shape`。）所以要存檔的模型，用有名字、登記過的函式，或自己的層。
#
# 別人給的檔案，這樣看：
#
# | 檔案 | 裡面是什麼 | 陌生人給的 |
# | --- | --- | --- |
# | `.weights.h5` | 數字；Keras 3.13.1 以前，還可能指向你電腦裡的其他檔案 | Keras 3.13.2 以後可以，模型用自己的程式蓋 |
# | `.keras` | 設定和數字，設定可以指名要呼叫什麼 | 看過來源再說，安全模式開著 |
# | `.keras` 加 `safe_mode=False` | 可能有程式 | 不要 |
# | 整個模型的 `.h5`、pickle、SavedModel | 當成程式看待 | 不要 |
#
# 安全模式也不是保證：有人找到過漏洞，例如 CVE-2025-1550（Keras 3.9 修好）和不理會安全模式的 `.h5` 檔 CVE-2025-9905（3.11.3 修好）。權重檔也出過事：CVE-2026-1669（3.13.2 修好）能讓它讀走別的檔案。所以 Keras 要保持更新。這門課附的權重都是 `.weights.h5`，而且每次載入都核對檔案的雜湊值。
#
# ### 練習 6.4：帶著平均數去存檔（10 分鐘）
#
# 把資料標準化的層最好跟著模型走。下面這個層收 NumPy 陣列，`save` 卻不肯存：

# %% [markdown] lang="en"
# The function, once loaded, does not know the name `keras`. (Without `output_shape` it fails on loading already, and the message blames the shape: `could not automatically infer the shape`.) So, in a model to be saved, use functions that have a name and are registered, or layers of your own.
#
# With files from others, think like this:
#
# | file | what it holds | from a stranger |
# | --- | --- | --- |
# | `.weights.h5` | numbers; up to Keras 3.13.1 it could also point at other files on your disk | yes with Keras 3.13.2 or later, into a model built by your own program |
# | `.keras` | settings and numbers; the settings may name what to call | only once you know where it comes from, safe mode on |
# | `.keras` with `safe_mode=False` | perhaps a program | no |
# | a whole model as `.h5`, pickle, SavedModel | treat it as a program | no |
#
# Nor is safe mode a guarantee: holes have been found in it, such as CVE-2025-1550 (mended in Keras 3.9) and, for `.h5` files, which ignored it, CVE-2025-9905 (mended in 3.11.3). Files of weights were not quite safe either: with CVE-2026-1669 (mended in 3.13.2) they could read other files. So keep Keras up to date. The weights that come with this course are all `.weights.h5`, and the hash of the file is checked on every load.
#
# ### Exercise 6.4: save it with its means (10 minutes)
#
# A layer that standardises the data should travel with the model. This one takes NumPy arrays, and `save` refuses:


# %%
class Standardize(layers.Layer):
    def __init__(self, mean, scale, **kwargs):
        super().__init__(**kwargs)
        self.mean, self.scale = np.asarray(mean, "float32"), np.asarray(scale, "float32")

    def call(self, inputs):
        return (inputs - self.mean) / self.scale


standardize = Standardize(np.array([1, 2, 3, 4]), np.array([1, 1, 2, 2]), name="standardize")
with expect_error(NotImplementedError, match="must override `get_config"):
    keras.Model(x, standardize(x)).save(f"{folder.name}/standardize.keras")

# %% [markdown] lang="zh-TW"
# 寫一個 `SavedStandardize`，收的引數、算的東西都和 `Standardize` 一樣，但是存得起來，而且 `keras.models.load_model(path)` 不加任何引數就讀得回來，連層的名字也在。提示：設定會寫成 JSON，JSON 裡沒有 NumPy 陣列，有串列 (list)。

# %% [markdown] lang="en"
# Write a `SavedStandardize` that takes the arguments of `Standardize` and computes the same, can be saved, and comes back, with its name, by `keras.models.load_model(path)` without any other argument. Mind that the config is written as JSON, which has no NumPy arrays but does have lists.


# %% tags=["exercise"]
class SavedStandardize(Standardize):
    """Standardize, but it can be saved and loaded again."""

    ### BEGIN SOLUTION
    def get_config(self):
        return {**super().get_config(), "mean": self.mean.tolist(), "scale": self.scale.tolist()}


# the same as a line @keras.utils.register_keras_serializable(package="lesson06") above the class
keras.utils.register_keras_serializable(package="lesson06")(SavedStandardize)
### END SOLUTION


# %% tags=["check"]
check("saved-standardize", SavedStandardize)

# %% [markdown] lang="zh-TW"
# ### 抓蟲 6.5：減掉自己的平均（6 分鐘）
#
# 這個層要把每一筆減掉自己的平均，減完每一筆的平均都該是 0。裡面藏了一個錯：

# %% [markdown] lang="en"
# ### Bug hunt 6.5: each row minus its own average (6 minutes)
#
# This layer is meant to take each row's own average away, after which every row averages 0. A mistake hides in it:


# %% tags=["nbval-check-output"]
def centre(inputs):
    return inputs - keras.ops.mean(inputs, axis=1)


centring = keras.Model(x, layers.Lambda(centre)(x), name="centring")
four_rows = np.array([[1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 0, 8], [5, 5, 5, 9]], "float32")
print("the model says:", centring.output_shape)
for rows in (four_rows[:1], four_rows):
    print(f"{len(rows)} row(s), averages afterwards: {np.mean(centring(rows), axis=1).tolist()}")

# %%
with expect_error(tf.errors.InvalidArgumentError, match="ncompatible shapes|broadcastable"):
    centre(four_rows[:3])

# %% [markdown] lang="zh-TW"
# 形狀 `(None, 4)` 沒錯，一筆也沒錯，四筆就錯了，而且不會報錯；三筆才報錯。找出原因，寫出改好的 `mended_centre`，任何形狀 `(n, k)` 都要對，也還是要能放進 `Lambda`。
#
# **再想一步**：四筆的時候，第一筆減掉的到底是什麼？

# %% [markdown] lang="en"
# The shape `(None, 4)` is right, one row is right, four rows are wrong without any error, and with three rows there is an error at last. Find the reason and write `mended_centre`, right for any shape `(n, k)`, and inside a `Lambda` as before.
#
# **One step further**: with four rows, what was really taken away from the first?


# %% tags=["exercise"]
def mended_centre(inputs):
    """Each row minus its own average: (n, k) to (n, k)."""
    ### BEGIN SOLUTION
    # without keepdims, row 1 lost 2.5, 1, 2 and 6: the averages of all four rows
    return inputs - keras.ops.mean(inputs, axis=1, keepdims=True)
    ### END SOLUTION


# %% tags=["check"]
check("mended-centre", mended_centre)

# %% [markdown] lang="zh-TW"
# ## 回顧
#
# 1. `Lambda` 把函式變成沒有權重的一層，Sequential 和函數式都能放。第 0 軸是第幾筆，別動它；`keepdims=True` 留住軸數；`output_shape` 說錯了 Keras 也信，所以拿兩筆不一樣的資料試。
# 2. `keras.ops` 收數字也收符號，`tf.*` 遇到符號要包進層裡。有權重、有亂數，就別用 `Lambda`；要存檔，只放有名字、登記過的函式。
# 3. 自己的層：`__init__` 記設定，`build` 用 `add_weight` 建權重，`call` 寫怎麼算。`Affine` 和 `Dense` 的差別在 1e-6 以下。
# 4. 損失是 `(y_true, y_pred)` 的函式。交叉熵對調，準確率不一定看得出來，卻會對錯誤很有把握，甚至整個數字都不答；帶正負號的誤差會一路降到 0 以下。先問五個問題再訓練。
# 5. `.keras` 檔存設定和權重；自己的類別和函式要登記。Python 的 `lambda` 是程式，安全模式會擋；陌生人的檔案，只收 `.weights.h5`，而且 Keras 要夠新。
#
# 下一課把這些用在一起：有亂數的抽樣層，加上自己的損失，蓋出會畫數字的 VAE。

# %% [markdown] lang="en"
# ## Summary
#
# 1. `Lambda` turns a function into a layer without weights, in Sequential and functional models. Axis 0 is the row: leave it alone. `keepdims=True` keeps the axes. Keras believes a wrong `output_shape`, so try a layer on two different rows.
# 2. `keras.ops` takes numbers and symbols; `tf.*` needs a layer round it where there are symbols. Where there are weights or randomness, do not use `Lambda`; where there is a file to save, only with a registered function that has a name.
# 3. A layer of your own: `__init__` keeps the settings, `build` makes the weights with `add_weight`, `call` says what to compute. `Affine` and `Dense` differ by less than 1e-6.
# 4. A loss is a function of `(y_true, y_pred)`. With the cross-entropy swapped, the accuracy may not show it, but mistakes are made with confidence, and a whole digit may never be answered; a signed error falls below 0 for ever. Ask the five questions before you train.
# 5. A `.keras` file holds settings and weights; classes and functions of your own are registered. A Python `lambda` is a program, and safe mode refuses it; from strangers take `.weights.h5` only, with an up-to-date Keras.
#
# The next lesson uses all of it: a sampling layer with randomness and a loss of its own make a VAE that draws digits.
