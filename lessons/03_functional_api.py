# ---
# jupyter:
#   course:
#     needs: [02_transfer_learning]
# ---

# %% [markdown] lang="zh-TW"
# # 03 函數式 API：把層當成函數來寫

# %% [markdown] lang="en"
# # 03 The functional API: layers are functions

# %% [markdown] lang="zh-TW"
# 讀完這一課，你會：
#
# 1. 像寫數學函數那樣用函數式 API (functional API) 蓋模型，每個符號的形狀都說得出來；
# 2. 把 Sequential 模型改寫成函數式，參數、權重檔、答案都和原來一樣；
# 3. 看懂接錯時的錯誤訊息，也認得出一種沒有錯誤訊息的陷阱；
# 4. 從模型裡切出子模型，讀隱藏層的輸出，再用編碼器和解碼器組成自編碼器；
# 5. 讓同一層用兩次，說得出參數為什麼變少、訓練一步會動到哪裡。
#
# **先想一想**：第 02 課說過，`model.layers` 是串列 (list)。784-500-500-10 的模型，現在不要最後 10 個機率，想看第二個隱藏層算出來的 500 個數字。只用第 02 課教過的東西，要怎麼拿到？（「h_2 已經寫出來了」那一節會回答。）

# %% [markdown] lang="en"
# By the end of this lesson you will:
#
# 1. build models with the functional API as you would write functions in mathematics, and know the shape of every symbol;
# 2. rewrite a Sequential model in functional form, with the same parameters, the same weights file and the same answers;
# 3. understand the errors you get when the parts do not fit, and recognise one trap that gives no error;
# 4. cut submodels out of a model, read a hidden layer, and put an encoder and a decoder together into an autoencoder;
# 5. use one layer twice, and say why there are fewer parameters and what one step of training moves.
#
# **Think first**: lesson 02 showed that `model.layers` is a list. From the model 784-500-500-10 you now want the 500 numbers of the second hidden layer, not the ten probabilities at the end. How do you get them with what lesson 02 taught? (The section "h_2 is already there" answers.)

# %%
import numpy as np
from matplotlib.patheffects import withStroke
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import EpochLine, check, draw, expect_error, explore, load_mnist, load_weights
from keras_beyond.figures import TEN_COLORS, TEXT, Picture, new_figure, show_images

# %% tags=["nbval-check-output"]
(images_train, y_train), (images_test, y_test) = load_mnist()
x_train = images_train[:20_000].reshape(-1, 784).astype("float32") / 255
x_test = images_test.reshape(-1, 784).astype("float32") / 255
print(x_train.shape, x_test.shape)

# %% [markdown] lang="zh-TW"
# 資料和第 01 課一樣，一列 (row) 一張圖，784 個 0 到 1 的像素；這一課練的模型小，訓練圖用前 2 萬張就夠了。
#
# ## 一層就是一個函數
#
# 辨識數字的模型吃 784 個數字，給 10 個機率，也就是一個函數 $\mathbb{R}^{784} \to \mathbb{R}^{10}$。把兩個隱藏層攤開，它是三個函數接起來：

# %% [markdown] lang="en"
# The data are those of lesson 01, an image in each row, 784 pixels from 0 to 1. The model that you train in this lesson is small, so the first 20,000 training images will do.
#
# ## A layer is a function
#
# The model that reads digits takes 784 numbers and gives ten probabilities: it is a function $\mathbb{R}^{784} \to \mathbb{R}^{10}$. Laid open, with its two hidden layers, it is three functions in a row:

# %% [markdown]
# $$\mathbb{R}^{784} \xrightarrow{f_1} \mathbb{R}^{500} \xrightarrow{f_2} \mathbb{R}^{500} \xrightarrow{f_3} \mathbb{R}^{10}, \qquad x \mapsto h_1 \mapsto h_2 \mapsto y$$
#
# $$h_1 = f_1(x) = \sigma(x W_1 + b_1), \qquad h_2 = f_2(h_1) = \sigma(h_1 W_2 + b_2), \qquad y = f_3(h_2) = \mathrm{softmax}(h_2 W_3 + b_3)$$

# %% [markdown] lang="zh-TW"
# σ 是 sigmoid，對每個數字各算一次，不改變形狀。其他符號的形狀：
#
# | 符號 | 是什麼 | 形狀（一次 n 筆） |
# | --- | --- | --- |
# | $x$ | 影像 | `(n, 784)` |
# | $W_1$、$b_1$ | $f_1$ 的權重、偏值 | `(784, 500)`、`(500,)` |
# | $h_1$ | 第一個隱藏層的輸出 | `(n, 500)` |
# | $W_2$、$b_2$ | $f_2$ 的權重、偏值 | `(500, 500)`、`(500,)` |
# | $h_2$ | 第二個隱藏層的輸出 | `(n, 500)` |
# | $W_3$、$b_3$ | $f_3$ 的權重、偏值 | `(500, 10)`、`(10,)` |
# | $y$ | 10 個機率 | `(n, 10)` |
#
# 數學課本常寫 $Wx + b$，把一筆資料寫成直的一行 (column)。Keras 的一筆資料是橫的一列，所以權重乘在右邊：$xW + b$，`(n, 784)` 乘 `(784, 500)` 得到 `(n, 500)`。偏值只有一份，加到每一列上。
#
# 這不只是比喻。Keras 的層真的可以像函數一樣呼叫，給它 5 張圖看看：

# %% [markdown] lang="en"
# σ is the sigmoid; it works on each number by itself and changes no shape. The shapes of the other symbols:
#
# | symbol | what it is | shape, n rows at a time |
# | --- | --- | --- |
# | $x$ | images | `(n, 784)` |
# | $W_1$, $b_1$ | weights and biases of $f_1$ | `(784, 500)`, `(500,)` |
# | $h_1$ | what the first hidden layer gives | `(n, 500)` |
# | $W_2$, $b_2$ | weights and biases of $f_2$ | `(500, 500)`, `(500,)` |
# | $h_2$ | what the second hidden layer gives | `(n, 500)` |
# | $W_3$, $b_3$ | weights and biases of $f_3$ | `(500, 10)`, `(10,)` |
# | $y$ | ten probabilities | `(n, 10)` |
#
# Textbooks often write $Wx + b$, with a data point as a column. In Keras a data point is a row, so the weights stand on the right: $xW + b$, and `(n, 784)` times `(784, 500)` gives `(n, 500)`. There is one vector of biases, and it is added to every row.
#
# This is more than a manner of speaking. A Keras layer can be called like a function. Give it five images:

# %% tags=["nbval-check-output"]
f_1 = layers.Dense(500, activation="sigmoid", name="f_1")
five = f_1(x_test[:5])
W_1, b_1 = f_1.weights
print(five.shape, W_1.shape, b_1.shape)

# %% [markdown] lang="zh-TW"
# `Dense(500, ...)` 先做出函數 `f_1`，`f_1(...)` 才是呼叫它。第一次呼叫時，它看到一列有 784 個數字，才決定 $W_1$ 的形狀。照公式用 NumPy 自己算一次，看是不是一樣：

# %% [markdown] lang="en"
# `Dense(500, ...)` makes the function `f_1`; `f_1(...)` calls it. At its first call it sees rows of 784 numbers and only then settles the shape of $W_1$. Work the formula out in NumPy and compare:

# %%
by_hand = 1 / (1 + np.exp(-(x_test[:5] @ W_1.numpy() + b_1.numpy())))
print(f"largest difference below 0.00001: {np.abs(by_hand - five).max() < 1e-5}")

# %% tags=["guard"]
assert np.abs(by_hand - five).max() < 1e-5

# %% [markdown] lang="zh-TW"
# 一樣，差別只剩浮點數的捨入。
#
# ## `keras.Input` 是還沒有數字的 x
#
# 蓋模型的時候手上沒有資料，只知道一筆有多長。`keras.Input` 就是數學裡的 $x$：有形狀，沒有數字。拿它去呼叫層，得到的 $h_1$、$h_2$、$y$ 也是有形狀、沒有數字，叫做符號張量 (symbolic tensor)。程式和公式一行對一行：

# %% [markdown] lang="en"
# The same, but for the rounding of floating-point numbers.
#
# ## `keras.Input` is an x without numbers yet
#
# While you build a model you have no data, and know only how long a row will be. `keras.Input` is the $x$ of mathematics: it has a shape and no numbers. Call layers on it, and $h_1$, $h_2$ and $y$ have shapes and no numbers either; they are symbolic tensors. The program follows the formulas line by line:

# %% tags=["nbval-check-output"]
f_2 = layers.Dense(500, activation="sigmoid", name="f_2")
f_3 = layers.Dense(10, activation="softmax", name="f_3")

x = keras.Input((784,), name="x")
h_1 = f_1(x)
h_2 = f_2(h_1)
y = f_3(h_2)
for name, tensor in [("x", x), ("h_1", h_1), ("h_2", h_2), ("y", y)]:
    print(f"{name:3s} {type(tensor).__name__}, shape {tensor.shape}")

# %% [markdown] lang="zh-TW"
# `None` 就是表格裡的 n，一次幾筆還不知道。`keras.Input` 的引數 (argument) 只寫一筆的形狀，而且要寫成 tuple：`(784,)` 的逗號不能省。漏了逗號，或想看 `h_1` 裡面的數字，都會出錯：

# %% [markdown] lang="en"
# `None` is the n of the table: how many rows will come at a time is not known yet. The argument of `keras.Input` is the shape of one row, as a tuple, so the comma in `(784,)` must not go. Leave it out, or ask `h_1` for its numbers, and you get an error:

# %%
with expect_error(ValueError, match="Cannot convert '784' to a shape"):
    keras.Input(784)

with expect_error(ValueError, match="KerasTensor is symbolic"):
    np.asarray(h_1)

# %% [markdown] lang="zh-TW"
# 第一個：`784` 不是形狀。第二個：KerasTensor 是符號，只替形狀佔位子，沒有數字可以給。
#
# 最後一步，告訴 Keras 函數從哪裡開始、到哪裡結束：`keras.Model(x, y)`。（也常看到寫成 `keras.Model(inputs=x, outputs=y)`，意思相同。）

# %% [markdown] lang="en"
# The first: `784` is no shape. The second: a KerasTensor is symbolic, it only holds the place of a shape and has no numbers to give.
#
# The last step tells Keras where the function starts and where it ends: `keras.Model(x, y)`. (You will also see `keras.Model(inputs=x, outputs=y)`, which is the same.)

# %% row="C16" tags=["nbval-check-output"]
digits = keras.Model(x, y, name="digits")
digits.summary(line_length=80)

# %% tags=["nbval-check-output"]
draw(digits)

# %% [markdown] lang="zh-TW"
# 648,010 個參數，和第 01 課的 Sequential 一樣多。多了一層 `InputLayer`，那就是 `x`，沒有參數。方塊是函數 $f_1$、$f_2$、$f_3$，方塊下面的形狀是 $h_1$、$h_2$、$y$ 的。
#
# ## 同一份權重，答案一個都沒變
#
# 激活函數寫在 `Dense` 裡，還是自己佔一層，算的是同一件事。用第 01 課的寫法疊出 `stacked`，兩個模型都載入第 02 課那份權重檔，考同樣的 1 萬張測試圖：

# %% [markdown] lang="en"
# 648,010 parameters, as many as the Sequential of lesson 01. There is one more layer, the `InputLayer`; that is `x`, and it has no parameters. The boxes are the functions $f_1$, $f_2$ and $f_3$, and the shapes under them are those of $h_1$, $h_2$ and $y$.
#
# ## The same weights give the same answers, every one of them
#
# An activation function written into `Dense` does what it does as a layer of its own. Build `stacked` as in lesson 01, load the weights file of lesson 02 into both models, and give both the same 10,000 test images:

# %% row="C16"
stacked = keras.Sequential([keras.Input((784,))], name="stacked")
for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
    stacked.add(layers.Dense(units))
    stacked.add(layers.Activation(activation))

answers = {}
for model in (stacked, digits):
    load_weights(model, "handwriting")
    answers[model.name] = model.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
    right = np.sum(answers[model.name] == y_test)
    print(f"{model.name:8s} {model.count_params():,} parameters, accuracy {right / 10_000:.2%}")
print(f"same answer on {np.sum(answers['stacked'] == answers['digits']):,} of 10,000 images")

# %% tags=["guard"]
assert (answers["stacked"] == answers["digits"]).all() and 9930 < right < 9950

# %% [markdown] lang="zh-TW"
# 準確率每一位數字都相同，連答錯的圖都是同樣那幾張。寫法換了，函數沒有換。
#
# 剛才沒有 `compile` 就直接 `predict`：訓練 (`fit`) 要損失函數和優化器，評估 (`evaluate`) 要損失函數，所以要先 `compile`；算函數值用不到。

# %% [markdown] lang="en"
# The accuracy agrees to the last digit, and even the mistakes are made on the same images. The way of writing has changed, the function has not.
#
# `predict` came without `compile` just now: training (`fit`) needs a loss function and an optimizer, scoring (`evaluate`) a loss function, so both want `compile`; computing the value of a function needs neither.

# %% [markdown] lang="zh-TW"
# ## 不必替每一層取名字
#
# 層只用一次的話，可以做好就呼叫，寫在同一行：`layers.Dense(32, activation="relu")(x)`。第一對括號做出函數，第二對括號呼叫它。用一個小一點的模型 64-32-32-10，兩種寫法並排：

# %% [markdown] lang="en"
# ## A layer need not have a name
#
# A layer that is used once can be made and called in the same line: `layers.Dense(32, activation="relu")(x)`. The first brackets make the function, the second call it. Here is a smaller model, 64-32-32-10, written both ways:

# %% row="C17" tags=["nbval-check-output"]
small_sequential = keras.Sequential(name="small_sequential")
small_sequential.add(keras.Input((64,)))
small_sequential.add(layers.Dense(32, activation="relu"))
small_sequential.add(layers.Dense(32, activation="relu"))
small_sequential.add(layers.Dense(10, activation="softmax"))

start = keras.Input((64,))
middle = layers.Dense(32, activation="relu")(start)
middle = layers.Dense(32, activation="relu")(middle)
end = layers.Dense(10, activation="softmax")(middle)
small_functional = keras.Model(start, end, name="small_functional")

for model in (small_sequential, small_functional):
    print(f"{model.name}: {model.count_params():,} parameters")

# %% [markdown] lang="zh-TW"
# 都是 3,466。兩種寫法的參數個數如果不同，一定有一行抄錯了。這門課的前身就發生過，Sequential 那邊印出 4,192。不看程式，光看差多少，猜得到錯在哪裡嗎？

# %% [markdown] lang="en"
# Both have 3,466. If the two ways of writing give different counts, some line was copied wrongly. It happened to the forerunner of this course: its Sequential printed 4,192. Can you tell where the mistake is, from the difference alone?

# %% tags=["nbval-check-output"]
print(f"{4192 - 3466} = {32 - 10} x {32 + 1}")

# %% [markdown] lang="zh-TW"
# 多了 726 個，也就是 22 個單元，每個有 32 個權重和 1 個偏值：最後一層的 10 寫成了 32。
#
# `.add` 不用說接在哪裡，因為只能接在最後；函數式每一行都說清楚「誰吃誰」，所以也能接到別的地方去。`middle` 這個名字用了兩次，前一個張量沒有消失，Keras 記得它是第二層的輸入。
#
# ### 練習 3.1：每個符號的形狀（5 分鐘）
#
# 把 20 筆資料一起送進 `small_functional`。寫成公式是 $h_1 = f_1(x)$、$h_2 = f_2(h_1)$、$y = f_3(h_2)$，其中 $f_i(t) = \sigma_i(t W_i + b_i)$，$\sigma_i$ 是第 $i$ 層自己的激活函數（這裡是 ReLU、ReLU、softmax），不改變形狀。填好下面五個符號的形狀，寫成 tuple，每一軸都填數字（一次 20 筆，不要留 `None`）。

# %% [markdown] lang="en"
# 726 too many: 22 units with 32 weights and a bias each. The last layer has 32 where it should have 10.
#
# `.add` does not say where to, since there is only the end; in functional form every line says who takes whose output, so a layer can also be connected somewhere other than the end. The name `middle` is used twice; the first tensor is not lost, for Keras remembers that the second layer takes it.
#
# ### Exercise 3.1: the shape of every symbol (5 minutes)
#
# Send 20 rows at once through `small_functional`. As formulas it is $h_1 = f_1(x)$, $h_2 = f_2(h_1)$, $y = f_3(h_2)$, where $f_i(t) = \sigma_i(t W_i + b_i)$ and $\sigma_i$ is the activation function of layer $i$ (here ReLU, ReLU, softmax), which changes no shape. Fill in the shapes of the five symbols below as tuples, with a number for every axis (20 rows at a time, so no `None`).

# %% tags=["exercise"]
shapes = None  # like {"h_1": (1, 2), "W_1": (1, 2), "b_2": (1, 2), "W_3": (1, 2), "y": (1, 2)}
### BEGIN SOLUTION
shapes = {"h_1": (20, 32), "W_1": (64, 32), "b_2": (32,), "W_3": (32, 10), "y": (20, 10)}
### END SOLUTION

# %% tags=["check"]
check("symbol-shapes", shapes)

# %% [markdown] lang="zh-TW"
# ### 練習 3.2：改寫一個卷積模型（8 分鐘）
#
# 不是只有 `Dense` 能當函數，每一種層都可以。下面的 `tower` 是 Sequential，請用函數式 API 寫出同樣的模型 `functional_tower`：從 `keras.Input` 開始，用 `keras.Model` 結束。只要蓋好，不必訓練。

# %% [markdown] lang="en"
# ### Exercise 3.2: rewrite a convolutional model (8 minutes)
#
# `Dense` is not the only function; every kind of layer is one. Here `tower` is a Sequential. Write the same model with the functional API as `functional_tower`: start with `keras.Input`, end with `keras.Model`. Build it only; it need not be trained.

# %% tags=["nbval-check-output"]
tower = keras.Sequential(name="tower")
tower.add(keras.Input((28, 28, 1)))
tower.add(layers.Conv2D(8, 3, activation="relu"))
tower.add(layers.MaxPooling2D(2))
tower.add(layers.Flatten())
tower.add(layers.Dense(10, activation="softmax"))
print(f"{tower.count_params():,} parameters")

# %% tags=["exercise"]
functional_tower = None
### BEGIN SOLUTION
picture = keras.Input((28, 28, 1))
maps = layers.Conv2D(8, 3, activation="relu")(picture)
pooled = layers.MaxPooling2D(2)(maps)
flat_maps = layers.Flatten()(pooled)
ten = layers.Dense(10, activation="softmax")(flat_maps)
functional_tower = keras.Model(picture, ten, name="functional_tower")
### END SOLUTION

# %% tags=["check"]
check("functional-tower", functional_tower)

# %% [markdown] lang="zh-TW"
# ## 接不起來的時候，Keras 會說斷在哪裡
#
# `keras.Model(x, y)` 從 `y` 往回走，沿著「誰吃誰」一路找，要找得到 `x` 才算接起來。拿一個不相干的輸入去配 `y`，就找不到：

# %% [markdown] lang="en"
# ## When the parts do not meet, Keras says where
#
# `keras.Model(x, y)` walks back from `y`, from each tensor to the one it was made from, until it finds `x`. Give it an input that has nothing to do with `y`, and it never gets there:

# %% row="C18"
with expect_error(ValueError, match="not connected"):
    unrelated = keras.Input((32,), name="unrelated")
    keras.Model(unrelated, y)

# %% [markdown] lang="zh-TW"
# 訊息的重點是 `not connected`：從 `y` 走回去會走到 `x`，不會走到 `unrelated`。`keras.Model(y, x)` 頭尾寫反了，也是同樣的訊息。
#
# 再看兩個常犯的錯：忘了呼叫層，和接上長度不對的張量。

# %% [markdown] lang="en"
# `not connected` is the point: going back from `y` leads to `x`, and never to `unrelated`. `keras.Model(y, x)`, with the ends exchanged, says the same.
#
# Two more that everybody meets: a layer that was never called, and a tensor of the wrong length.

# %%
with expect_error(ValueError, match="must be KerasTensors"):
    keras.Model(x, layers.Dense(10, name="never_called"))

with expect_error(ValueError, match="expected axis -1 of input shape to have value 500"):
    f_2(x)

# %% [markdown] lang="zh-TW"
# 第一個：`outputs` 要的是張量，給的卻是層，少了後面那對 `(h_2)`。第二個：$f_2$ 早就用在 $h_1$ 上，它的 $W_2$ 有 500 列，吃不下長度 784 的 $x$。
#
# 模型蓋好了，送資料進去也要合它的形狀。只想算一張圖，或一次送兩份資料，會怎麼樣？

# %% [markdown] lang="en"
# The first: `outputs` wants a tensor and got a layer; the second pair of brackets, `(h_2)`, is missing. The second: $f_2$ has been used on $h_1$, so its $W_2$ has 500 rows and cannot take an $x$ of length 784.
#
# Data have to fit the finished model too. What if you want the answer for a single image, or send two sets of data at once?

# %%
with expect_error(ValueError, match="incompatible shape"):
    small_functional.predict(x_test[0, :64], verbose=0)

with expect_error(ValueError, match="unknown TensorShape|incompatible shape"):
    digits.predict(x_test[0], verbose=0)

with expect_error(ValueError, match="received 2 input tensors"):
    digits.predict([x_test[:5], x_test[:5]], verbose=0)

# %% [markdown] lang="zh-TW"
# 前兩個是同一個錯：`x_test[0, :64]` 的形狀是 `(64,)`，少了「第幾筆」那一軸，Keras 當成 64 筆、每筆一個數字。`predict` 沒有寫 `batch_size` 就一次算 32 筆，所以訊息裡出現 `(32,)`，和模型的 32 個單元無關。模型只要用正確的形狀 `predict` 過一次，哪怕只有一張，訊息就會變得難懂，像第二個的 `unknown TensorShape`，原因一樣。只算一張圖要寫 `x_test[:1]`，形狀是 `(1, 784)`。第三個：模型只有一個輸入，收到兩個。
#
# ## 有一種接錯不會出錯
#
# 每一步都叫 `t`，寫起來很順手。最後要寫 `keras.Model(頭, 尾)` 的時候，頭呢？

# %% [markdown] lang="en"
# The first two are the same mistake. `x_test[0, :64]` has the shape `(64,)`; the axis that counts the rows is missing. Keras takes it for 64 rows of one number each, and `predict` without a `batch_size` works on 32 rows at a time, hence the `(32,)` in the message; it has nothing to do with the model's 32 units. Once the model has predicted anything of the right shape, be it a single row, the message is harder to understand, like the `unknown TensorShape` of the second; the cause is the same. For a single image write `x_test[:1]`, of shape `(1, 784)`. The third: the model has one input and received two.
#
# ## One wrong connection gives no error
#
# Calling every step `t` is convenient. But when you come to write `keras.Model(first, last)`, where is the first one?

# %% tags=["nbval-check-output"]
t = keras.Input((784,))
t = layers.Dense(32, activation="relu")(t)
last = layers.Dense(10, activation="softmax")(t)
headless = keras.Model(t, last, name="headless")
expected = (784 * 32 + 32) + (32 * 10 + 10)
print(headless.input_shape, f"{headless.count_params():,} parameters, expected {expected:,}")

# %% [markdown] lang="zh-TW"
# 沒有錯誤訊息，但模型吃的是 32 個數字，只有 330 個參數。`t` 已經變成第一層的**輸出**，所以模型從那裡開始，第一層被切掉了。Keras 允許模型從中間開始，這很有用（下面就會用到），也因此不會提醒你。養成兩個習慣：輸入取一個不會再用的名字；蓋好先看參數個數，和紙上算的比一比。
#
# ## 模型也是一層
#
# 模型是函數，層也是函數，所以模型可以像層一樣呼叫，接進更大的模型。第 01 課的抓蟲裡，測試影像忘了除以 255。乾脆把攤平和縮放都放進模型：令 $r(t) = \mathrm{digits}(\mathrm{flatten}(t) / 255)$，吃 `(n, 28, 28)` 的原始影像，給 `(n, 10)` 的機率。

# %% [markdown] lang="en"
# There is no error, but the model takes 32 numbers and has only 330 parameters. `t` had become the **output** of the first layer, so that is where the model starts, and the first layer is cut off. Keras lets a model start in the middle, which is useful (you will need it below), and so it does not warn you. Two habits help: give the input a name that you do not use again, and compare the parameters of a new model with your count on paper.
#
# ## A model is a layer too
#
# A model is a function and so is a layer; a model can be called like a layer and become part of a larger one. In the bug hunt of lesson 01 somebody forgot to divide the test images by 255. Put flattening and scaling into the model instead: $r(t) = \mathrm{digits}(\mathrm{flatten}(t) / 255)$ takes raw images, `(n, 28, 28)`, and gives probabilities, `(n, 10)`.

# %% tags=["nbval-check-output"]
raw = keras.Input((28, 28), name="raw")
flat = layers.Flatten(name="flatten")(raw)
scaled = layers.Rescaling(1 / 255, name="divide_by_255")(flat)
reader = keras.Model(raw, digits(scaled), name="reader")
draw(reader)

# %% [markdown] lang="zh-TW"
# 最後一個方塊 `digits` 就是剛才那整個模型。直接把 0 到 255 的整數影像送進去：

# %% [markdown] lang="en"
# The last box, `digits`, is the whole model from above. Send the images in as they are, whole numbers from 0 to 255:

# %%
read = reader.predict(images_test, batch_size=1000, verbose=0).argmax(axis=1)
print(f"raw images: accuracy {np.mean(read == y_test):.2%}")
same = all(a is b for a, b in zip(reader.weights, digits.weights, strict=True))
print(f"same weights as digits: {same}")

# %% tags=["guard"]
assert same and np.sum(read != answers["digits"]) <= 2

# %% [markdown] lang="zh-TW"
# 準確率和剛才一樣，使用模型的人再也不會忘記除以 255。第二行說權重就是同一份，不是複製出來的：訓練 `reader`，`digits` 也會跟著變，和第 02 課借來的層是同一個道理。
#
# ## h_2 已經寫出來了，拿它當輸出就好
#
# 回到開頭的問題。第 02 課把層放在串列裡，再用串列組成模型（`body` 就是前兩個隱藏層）；`model.layers` 也是串列，所以可以切：`keras.Sequential(stacked.layers[:4])`，激活函數各佔一層，前四層就是兩個隱藏層。函數式更直接：`h_2` 本來就是一個變數，從 `x` 到 `h_2` 也是一個函數，叫做子模型 (submodel)。

# %% [markdown] lang="en"
# The accuracy is the same as before, and whoever uses this model can no longer forget to divide. The second line says that these are the very same weights and not copies: train `reader`, and `digits` changes with it, just like the borrowed layers of lesson 02.
#
# ## h_2 is already there, so make it the output
#
# Back to the question at the start. Lesson 02 kept layers in lists and made models of them (its `body` is the two hidden layers); `model.layers` is a list too, so slice it: `keras.Sequential(stacked.layers[:4])`. Each activation is a layer of its own, so the first four are the two hidden layers. The functional way is more direct: `h_2` is a variable already, and from `x` to `h_2` is a function as well, a submodel.

# %% row="C19"
hidden_1 = keras.Model(x, h_1, name="hidden_1")
hidden_2 = keras.Model(x, h_2, name="hidden_2")
features = hidden_2.predict(x_test, batch_size=1000, verbose=0)
sliced = keras.Sequential(stacked.layers[:4])(x_test[:1000])
print("hidden layer:", features.shape)
print(f"same as the sliced list: {np.allclose(features[:1000], sliced, atol=1e-5)}")

# %% tags=["guard"]
assert features.shape == (10_000, 500) and np.allclose(features[:1000], sliced, atol=1e-5)

# %% [markdown] lang="zh-TW"
# 1 萬張圖，每張 500 個數字；拿前 1,000 張來比，兩個辦法拿到的一樣。子模型沒有自己的權重，用的就是 `digits` 練好的層，所以不用再訓練，也不用 `compile`。
#
# 如果模型是別人給的，手上沒有 `h_2` 這個變數，就用名字去找：`digits.get_layer("f_2").output` 就是它，`digits.input` 就是 `x`。

# %% [markdown] lang="en"
# 10,000 images, 500 numbers each; compared on the first 1,000, both ways give the same. A submodel has no weights of its own; it uses the trained layers of `digits`, so it needs no more training and no `compile`.
#
# If somebody else gave you the model and you have no variable `h_2`, look it up by name: `digits.get_layer("f_2").output` is that tensor, and `digits.input` is `x`.

# %% tags=["nbval-check-output"]
print(digits.get_layer("f_2").output is h_2, digits.input is x)

# %% [markdown] lang="zh-TW"
# ## 隱藏層把 10 個數字拉開
#
# 隱藏層做了什麼？拿一個很笨的辨識法當尺：用前 5,000 張訓練圖算出每個數字的平均位置，測試圖離哪個平均最近，就猜哪個。這把尺沒有要學的權重，猜得準，表示同一個數字的點本來就聚在一起，和別的數字分開。分別用像素、$h_1$、$h_2$ 當作點的座標：

# %% [markdown] lang="en"
# ## The hidden layers pull the ten digits apart
#
# What do the hidden layers do? Take a very simple way of guessing as a measure: from the first 5,000 training images work out where each digit lies on average, and guess for a test image the digit whose average is nearest. There are no weights to learn in this, so if it guesses well, the points of one digit lie together and away from the others. Take as coordinates of a point the pixels, then $h_1$, then $h_2$:


# %%
def nearest_mean(points_train, points_test):
    means = np.stack([points_train[y_train[:5_000] == digit].mean(axis=0) for digit in range(10)])
    distances = np.sum(means**2, axis=1) - 2 * points_test @ means.T  # squared, less what all share
    return np.mean(distances.argmin(axis=1) == y_test)


untrained = keras.models.clone_model(hidden_2)  # the same layers with new random weights
parts = (x_train[:5_000], x_test)
spaces = {"pixels": parts}
for name, model in [("h_1", hidden_1), ("h_2", hidden_2), ("h_2, untrained", untrained)]:
    spaces[name] = [model.predict(part, batch_size=1000, verbose=0) for part in parts]
nearest = {name: nearest_mean(*points) for name, points in spaces.items()}
for name, accuracy in nearest.items():
    print(f"{name:15s} {accuracy:.0%}")

# %% tags=["guard"]
assert 0.80 < nearest["pixels"] < 0.82 and 0.76 < nearest["h_2, untrained"] < 0.84
assert 0.885 < nearest["h_1"] < 0.92 and 0.975 < nearest["h_2"] < 0.99

# %% [markdown] lang="zh-TW"
# 像素大約 81%，$h_1$ 大約 90%，$h_2$ 大約 98%：每過一層，10 個數字就分得更開，輸出層 $f_3$ 只要再直直切幾刀就夠了。最後一行是對照組：同樣的層、沒訓練過的權重，只有 80% 左右，沒有比像素好。拉開數字的是訓練出來的權重，不是層本身。

# %% [markdown] lang="en"
# About 81 % with pixels, about 90 % with $h_1$, about 98 % with $h_2$: layer by layer the ten digits move apart, until the output layer $f_3$ needs no more than straight cuts. The last line is for comparison: the same layers with untrained weights reach only about 80 %, no gain over the pixels. It is the trained weights that separate the digits, not the layers as such.

# %% [markdown] lang="zh-TW"
# 畫出來看。500 維畫不出來，只能投影到平面上：選資料散得最開的兩個方向（主成分分析，PCA），方向由訓練圖決定，畫的是前 2,000 張測試圖。

# %% [markdown] lang="en"
# Now look at it. 500 dimensions cannot be drawn, only their shadow on a plane: take the two directions along which the data spread most (principal component analysis, PCA). The training images decide the directions; the first 2,000 test images are drawn.


# %%
def to_plane(points_train, points_test):
    center = points_train.mean(axis=0)
    _, directions = np.linalg.eigh(np.cov(points_train, rowvar=False))  # the widest is last
    return [(points - center) @ directions[:, [-1, -2]] for points in (points_train, points_test)]


planes = {name: to_plane(*spaces[name]) for name in ("pixels", "h_1", "h_2")}

# %%
bold = {"fontsize": TEXT + 2, "weight": "bold", "ha": "center", "va": "center"}
bold["path_effects"] = [withStroke(linewidth=3, foreground="white")]
figure, axes = new_figure(8.4, 3.4, columns=3)
for panel, name in zip(axes[0], planes, strict=True):
    for digit, color in enumerate(TEN_COLORS):
        group = planes[name][1][:2000][y_test[:2000] == digit]
        panel.scatter(*group.T, s=4, color=color, alpha=0.5, linewidths=0)
        panel.text(*group.mean(axis=0), digit, **bold)
    panel.set_title(f"{name} ({spaces[name][1].shape[1]} numbers)", fontsize=TEXT + 1)
    panel.set(xticks=[], yticks=[], xlabel="widest direction")
axes[0, 0].set_ylabel("second widest direction", fontsize=TEXT)
Picture(figure)

# %% tags=["guard"]
threes = list(planes.values())[2][1][:2000][y_test[:2000] == 3]
panel = _.figure.axes[2]
assert np.allclose(panel.collections[3].get_offsets(), threes) and panel.texts[3].get_text() == "3"

# %% [markdown] lang="zh-TW"
# 一個點是一張測試圖，顏色是它的數字，粗體字寫在那個數字的平均位置。左邊的像素混成一團，中間的 $h_1$ 差不多，右邊的 $h_2$ 看得出一群一群。圖上還是有幾群疊在一起，是真的沒分開，還是影子疊在一起？用同一把尺量平面上的點：

# %% [markdown] lang="en"
# A point is a test image, its colour is its digit, and each bold figure stands where that digit lies on average. The pixels on the left are one crowd, $h_1$ in the middle hardly less so, and in $h_2$ on the right you can see groups. Some groups still overlap. Are they really not separated, or is it only their shadows? Measure the points in the plane in the same way:

# %%
in_plane = {name: nearest_mean(*points) for name, points in planes.items()}
for name, accuracy in in_plane.items():
    print(f"{name:7s} all coordinates {nearest[name]:.0%}, in the plane {accuracy:.0%}")

# %% tags=["guard"]
assert in_plane["pixels"] < 0.5 and in_plane["h_1"] < 0.52 and 0.75 < in_plane["h_2"] < 0.86

# %% [markdown] lang="zh-TW"
# $h_2$ 在平面上只剩 80% 左右，在 500 維裡是 98%：疊在一起的多半是影子。看投影圖要記得，分開的是真的分開，疊住的不一定沒分開。
#
# ### 練習 3.3：讀第一個隱藏層（8 分鐘）
#
# 這次從 Sequential 的 `stacked` 下手。做一個子模型 `first_hidden`：吃 `(n, 784)`，給第一個隱藏層的輸出 $h_1$，也就是經過 sigmoid 的 500 個數字。Sequential 的輸入寫成 `stacked.inputs`，有 s；這裡寫 `stacked.input` 會出錯，說它 `has never been called`。各層如下：

# %% [markdown] lang="en"
# In the plane only about 80 % are left for $h_2$, against 98 % in 500 dimensions: most of the overlap is shadow. Remember this with every projection: what lies apart is apart, but what overlaps may be apart all the same.
#
# ### Exercise 3.3: read the first hidden layer (8 minutes)
#
# This time start from the Sequential `stacked`. Make a submodel `first_hidden` that takes `(n, 784)` and gives what the first hidden layer puts out, $h_1$: 500 numbers that have been through the sigmoid. The input of a Sequential is `stacked.inputs`, with an s; `stacked.input` fails here and says `has never been called`. These are its layers:

# %% tags=["nbval-check-output"]
for place, layer in enumerate(stacked.layers):
    print(place, type(layer).__name__, layer.output.shape)

# %% tags=["exercise"]
first_hidden = None
### BEGIN SOLUTION
first_hidden = keras.Model(stacked.inputs, stacked.layers[1].output, name="first_hidden")
### END SOLUTION

# %% tags=["check"]
check("first-hidden", first_hidden)

# %% [markdown] lang="zh-TW"
# ## 編碼器接解碼器，就是自編碼器
#
# 自編碼器 (autoencoder) 學的是「把輸入原樣交出來」，但中間只准用很少的數字。編碼器 (encoder) $e$ 把 784 個像素壓成 16 個數字，叫做編碼 (code)；解碼器 (decoder) $d$ 再把 16 個數字變回 784 個像素：

# %% [markdown] lang="en"
# ## An encoder and a decoder make an autoencoder
#
# An autoencoder learns to give back what it is given, with only a few numbers allowed in between. The encoder $e$ squeezes 784 pixels into 16 numbers, the code; the decoder $d$ turns 16 numbers back into 784 pixels:

# %% [markdown]
# $$\mathbb{R}^{784} \xrightarrow{e} \mathbb{R}^{16} \xrightarrow{d} \mathbb{R}^{784}, \qquad c = e(x), \qquad \hat{x} = d(c) = d(e(x))$$
#
# $$x: (n, 784) \qquad c: (n, 16) \qquad \hat{x}: (n, 784)$$

# %% [markdown] lang="zh-TW"
# 模型可以當層用，所以先蓋 `encoder`、`decoder` 兩個模型，再照公式寫 $d(e(x))$：

# %% [markdown] lang="en"
# Models can be used as layers, so build two models, `encoder` and `decoder`, and then write $d(e(x))$ as in the formula:

# %% tags=["nbval-check-output"]
image = keras.Input((784,), name="image")
code = layers.Dense(16, name="code")(layers.Dense(128, activation="relu")(image))
encoder = keras.Model(image, code, name="encoder")

numbers = keras.Input((16,), name="numbers")
pixels = layers.Dense(784, activation="sigmoid")(layers.Dense(128, activation="relu")(numbers))
decoder = keras.Model(numbers, pixels, name="decoder")

autoencoder = keras.Model(image, decoder(encoder(image)), name="autoencoder")
before_training = autoencoder.predict(x_test[:10], verbose=0)
draw(autoencoder)

# %% [markdown] lang="zh-TW"
# 訓練 `autoencoder`，輸入和正確答案是同一批圖，用不到標籤。損失用均方誤差 (mean squared error, MSE)，量每個像素差多少：

# %% [markdown] lang="en"
# Train `autoencoder` with the same images as input and as target; the labels are not needed. The loss is the mean squared error (MSE), which measures how far off each pixel is:

# %%
autoencoder.compile(keras.optimizers.Adam(learning_rate=0.003), "mse")
history = autoencoder.fit(
    x_train, x_train, batch_size=100, epochs=5, verbose=0, callbacks=[EpochLine()]
)

# %% [markdown] lang="zh-TW"
# 損失一直下降，但 0.0 幾到底算好還是壞？拿「不管什麼圖，都交出訓練圖的平均」來比。量的時候，編碼和解碼分兩步做：

# %% [markdown] lang="en"
# The loss keeps falling, but is such a small number good or bad? Compare it with answering every image with the mean of the training images. To measure it, encode and decode in two steps:

# %% row="C19"
codes = encoder.predict(x_test, batch_size=1000, verbose=0)
rebuilt = decoder.predict(codes, batch_size=1000, verbose=0)
print(f"{x_test.shape} -> {codes.shape} -> {rebuilt.shape}")

error = np.mean((rebuilt - x_test) ** 2)
error_of_mean = np.mean((x_train.mean(axis=0) - x_test) ** 2)
print(f"test error {error:.3f}, with the mean image {error_of_mean:.3f}")
same = np.allclose(rebuilt[:1000], autoencoder(x_test[:1000]), atol=1e-5)
print(f"two steps give the same as one: {same}")

# %% tags=["guard"]
assert 0.15 < error / error_of_mean < 0.30 and same

# %% [markdown] lang="zh-TW"
# 每張圖從 784 個數字變成 16 個，只剩 49 分之一，誤差卻只有平均圖的四分之一左右。訓練的是 `autoencoder`，練好的卻是 `encoder` 和 `decoder` 的權重，因為權重就是同一份，所以兩個可以拆開來用。還原的樣子，看圖比看數字清楚：

# %% [markdown] lang="en"
# An image goes from 784 numbers to 16, one for every 49, and yet the error is only about a quarter of the mean image's. `autoencoder` was trained, and so `encoder` and `decoder` are trained too, for the weights are theirs; that is why each can be used alone. What comes back is easier to judge by eye:

# %% row="C19"
rows = np.concatenate([x_test[:10], before_training, rebuilt[:10]])
show_images(rows, title="top: test digits   middle: untrained   bottom: rebuilt from 16 numbers")

# %% tags=["guard"]
from keras_beyond import guarding

top, middle, bottom = (guarding.image(_, index).ravel() for index in (3, 13, 23))
assert np.array_equal(top, x_test[3]) and np.allclose(bottom, rebuilt[3])
assert np.mean((middle - top) ** 2) > 2 * np.mean((bottom - top) ** 2)
assert guarding.last_activation(decoder) == "sigmoid"

# %% [markdown] lang="zh-TW"
# 上排是沒見過的測試圖，中排是訓練前的還原，只有雜訊；下排是從 16 個數字還原的，大多認得出來，只是邊緣有點糊，細節掉了一些。到底認不認得出來，可以去問 `digits`，請它讀還原的圖：

# %% [markdown] lang="en"
# On top are test images that it has never seen; in the middle what came back before training, mere noise; at the bottom what came back from 16 numbers. You can tell most of the digits, but edges are blurred and some detail is gone. Whether they can still be read is a question for `digits`:

# %%
reread = digits.predict(rebuilt, batch_size=1000, verbose=0).argmax(axis=1)
print(f"digits reads {np.mean(reread == y_test):.1%} of the rebuilt test images")

# %% tags=["guard"]
assert 0.93 < np.mean(reread == y_test) < 0.98

# %% [markdown] lang="zh-TW"
# 還原的圖大約 95% 到 96% 讀得對，原圖是 99.4%：16 個數字留住了大半「這是幾」，沒有全部留住。
#
# 解碼器自己也是函數 $\mathbb{R}^{16} \to \mathbb{R}^{784}$，給它沒有任何圖編得出來的編碼也行。拿第一張測試圖（7）的編碼，只改 16 項裡的一項，其他 15 項不動。先看影響最大的那一項：

# %% [markdown] lang="en"
# Some 95 to 96 % of the rebuilt images are read correctly, against 99.4 % of the originals: 16 numbers keep most of what makes a digit that digit, and not all of it.
#
# The decoder by itself is a function $\mathbb{R}^{16} \to \mathbb{R}^{784}$, and takes codes that no image was ever encoded to. Take the code of the first test image, a 7, and change one of its numbers; the other 15 stay. Begin with the one that changes the image most:


# %%
low, high = np.percentile(encoder(x_train[:5_000]), [5, 95], axis=0)  # the usual range of each


def change_code(number):
    changed = np.repeat(codes[:1], 9, axis=0)
    changed[:, number] = np.linspace(low[number], high[number], 9)
    labels = [f"{value:.1f}" for value in changed[:, number]]
    title = f"number {number} of the code"
    return show_images(decoder(changed), labels, columns=9, title=title)


ends = [np.where(np.eye(16) == 1, end, codes[0]) for end in (low, high)]  # row k: number k changed
reach = np.abs(decoder(ends[1]) - decoder(ends[0])).mean(axis=1)
change_code(int(reach.argmax()))

# %% [markdown] lang="zh-TW"
# 影像上面是那一項的值，從左到右由小到大，影像也跟著慢慢變形。用滑桿換編碼的其他項看看：有的改變筆畫的粗細，有的把 7 變得像別的數字，大多說不出一個簡單的意思，也不是每一步都像真的字。想要編碼規矩一點，要等第 07 課。

# %% [markdown] lang="en"
# Above each image stands the value of that number, growing from left to right, and the image changes with it little by little. Choose another of the 16 with the slider: some make the strokes thicker or thinner, some turn the 7 into something like another digit. Most have no simple meaning, and not every step looks like a digit at all. For codes that behave, wait for lesson 07.

# %% tags=["widget"]
explore(change_code, number=(0, 15))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()

# %% [markdown] lang="zh-TW"
# ## 同一層用兩次：17 個參數，不是 26 個
#
# 第 01 課疊過 $\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2 \to \mathbb{R}^3$，三層一共 26 個參數。第一層和第三層都是 $\mathbb{R}^2 \to \mathbb{R}^3$，可不可以用**同一個**函數 $f$？

# %% [markdown] lang="en"
# ## One layer used twice: 17 parameters, not 26
#
# Lesson 01 built $\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2 \to \mathbb{R}^3$, three layers with 26 parameters. The first and the third both go $\mathbb{R}^2 \to \mathbb{R}^3$. Can they be **one** function $f$?

# %% [markdown]
# $$\mathbb{R}^2 \xrightarrow{f} \mathbb{R}^3 \xrightarrow{g} \mathbb{R}^2 \xrightarrow{f} \mathbb{R}^3, \qquad u = f(p), \quad v = g(u), \quad q = f(v)$$
#
# $$f(t) = \tanh(t W_f + b_f), \quad W_f: (2, 3), \quad b_f: (3,) \qquad g(t) = \tanh(t W_g + b_g), \quad W_g: (3, 2), \quad b_g: (2,)$$
#
# $$p: (n, 2) \qquad u: (n, 3) \qquad v: (n, 2) \qquad q: (n, 3)$$

# %% [markdown] lang="zh-TW"
# 公式裡只有一個 $f$，呼叫兩次；程式也只做一個 `f`，呼叫兩次。旁邊放一個三層各自獨立的 `separate` 來比。這門課前身的投影片說 Sequential 寫不出這種模型，順便試試看：

# %% [markdown] lang="en"
# The formula has one $f$, applied twice; so make one `f` and call it twice. Beside it stands `separate`, with three layers of its own. The slides that this course grew from say that Sequential cannot express such a model; try that as well:

# %% row="C20" tags=["nbval-check-output"]
f = layers.Dense(3, activation="tanh", name="f")
g = layers.Dense(2, activation="tanh", name="g")
p = keras.Input((2,), name="p")
u = f(p)
v = g(u)
q = f(v)
shared = keras.Model(p, q, name="shared")

separate = keras.Sequential([keras.Input((2,))], name="separate")
for units in (3, 2, 3):
    separate.add(layers.Dense(units, activation="tanh"))
as_sequential = keras.Sequential([keras.Input((2,)), f, g, f], name="as_sequential")

for model in (shared, separate, as_sequential):
    print(f"{model.name}: {model.count_params()} parameters in {len(model.weights)} arrays")

# %% tags=["nbval-check-output"]
draw(shared)

# %% [markdown] lang="zh-TW"
# `f` 的 9 個參數只算一次：9 + 8 = 17。分開的話是 9 + 8 + 9 = 26。Sequential 其實也做得到，把同一個 `f` 放進串列兩次就行了，也是 17 個。圖裡有顏色的兩個方塊是同一層的兩次呼叫。
#
# 不過 `f` 的輸出不能直接再給 `f`：

# %% [markdown] lang="en"
# The 9 parameters of `f` count once: 9 + 8 = 17. Apart, they make 9 + 8 + 9 = 26. Sequential can do it after all: put the same `f` into the list twice, and it has 17 too. The two coloured boxes in the picture are two calls of one layer.
#
# What `f` gives cannot go straight back into `f`, though:

# %%
with expect_error(ValueError, match="expected axis -1 of input shape to have value 2"):
    f(f(p))

# %% [markdown] lang="zh-TW"
# $f: \mathbb{R}^2 \to \mathbb{R}^3$ 吃兩個數字，給三個，所以中間要有 $g$ 把三個變回兩個。權重共用，形狀還是要接得起來。
#
# ## 訓練一步，兩個地方一起動
#
# 訓練的時候，$f$ 的兩次呼叫都會影響損失。做個實驗：讓 `separate` 從和 `shared` 一模一樣的權重出發，兩個模型看同樣的 100 筆資料，用 SGD 各走一步，看權重走了多少。`batch_size=100`、一個 epoch，剛好是一步。`set_weights` 照層的順序收陣列，一層一個權重、一個偏值：`shared` 的 `f` 只算一次，收四個；`separate` 收六個，第三層給它和第一層一樣的值。

# %% [markdown] lang="en"
# $f: \mathbb{R}^2 \to \mathbb{R}^3$ takes two numbers and gives three, so $g$ has to turn three into two in between. Weights can be shared, but the shapes have to meet all the same.
#
# ## One step of training moves both uses
#
# In training, both calls of $f$ have a say in the loss. Here is an experiment: let `separate` start from exactly the weights of `shared`, show both models the same 100 rows, let each take one step of SGD, and see how far the weights went. With `batch_size=100`, one epoch is exactly one step. `set_weights` takes the arrays in the order of the layers, a matrix and a bias for each: four for `shared`, where `f` counts once, and six for `separate`, whose third layer gets the values of its first.

# %%
random = np.random.default_rng(3)
points = random.normal(size=(100, 2)).astype("float32")
targets = random.uniform(-1, 1, size=(100, 3)).astype("float32")
start_f = [random.normal(size=(2, 3)), np.zeros(3)]
start_g = [random.normal(size=(3, 2)), np.zeros(2)]
shared.set_weights(start_f + start_g)
separate.set_weights(start_f + start_g + start_f)
for model in (shared, separate):
    model.compile(keras.optimizers.SGD(learning_rate=0.1), "mse")
    model.fit(points, targets, batch_size=100, epochs=1, verbose=0)

# %%
step_first, step_third = (separate.layers[place].kernel.numpy() - start_f[0] for place in (0, 2))
step_shared = f.kernel.numpy() - start_f[0]
steps = {"separate, first": step_first, "separate, third": step_third, "shared f": step_shared}
for name, step in steps.items():
    print(f"{name:16s}", *(f"{value:8.4f}" for value in step.flat))

difference = np.abs(step_first + step_third - step_shared).max()
print(f"first + third = shared: {difference < 1e-6}")

# %% tags=["guard"]
assert difference < 1e-6 and min(np.abs(step).max() for step in (step_first, step_third)) > 1e-3

# %% [markdown] lang="zh-TW"
# 前三行各是一個 $W_f$ 走的那一步，形狀 `(2, 3)`，六個權重排成一行。分開的時候，第一層和第三層各走各的；把這兩步加起來，正好是共用的 `f` 走的那一步。
#
# 這就是連鎖律：$f$ 出現兩次，梯度就是兩處的梯度相加，所以兩處都參與了這一步。（SGD 的一步和梯度成正比，才看得到這個加法；Adam 會另外縮放每個參數的步伐，就不是單純相加。）
#
# 反過來看，走完這一步，兩個用到 `f` 的地方都變了嗎？從 `shared` 切出兩個子模型：$p \to u$ 是第一次使用，$v \to q$ 是第二次（模型可以從中間開始，正好派上用場）。給兩個同樣的輸入：

# %% [markdown] lang="en"
# Each of the first three lines is the step of one $W_f$, shape `(2, 3)`, its six weights in a line. Apart, the first and the third layer each went their own way; add their two steps, and you have exactly the step of the shared `f`.
#
# This is the chain rule: $f$ occurs twice, its gradient is the sum of the gradients at both places, so both took part in this step. (You can see the sum because a step of SGD is proportional to the gradient. Adam rescales the step of each parameter, and there it is no plain sum.)
#
# And the other way round: has the step changed both places where `f` is used? Cut two submodels out of `shared`: $p \to u$ is the first use, $v \to q$ the second (here it comes in handy that a model may start in the middle). Give both the same input:

# %% row="C20"
uses = {"first use, p to u": keras.Model(p, u), "second use, v to q": keras.Model(v, q)}
probe = np.array([[0.5, -1.0]], "float32")
trained = shared.get_weights()
values = {}
for moment, weights in [("before", start_f + start_g), ("after", trained)]:
    shared.set_weights(weights)
    for name, use in uses.items():
        values[moment, name] = use(probe).numpy()[0]
        print(f"{moment:6s}  {name:18s}", *(f"{value:8.4f}" for value in values[moment, name]))

first, second = uses

# %% tags=["guard"]
assert np.array_equal(values["before", first], values["before", second])
assert np.array_equal(values["after", first], values["after", second])
assert np.abs(values["after", first] - values["before", first]).max() > 0.001

# %% [markdown] lang="zh-TW"
# 走一步以後，兩個地方都變了，而且變得一模一樣：只有一份權重，改一次，兩邊都看得到。這種共用很常見：第 05 課讓兩張圖走同一個編碼器，才有辦法公平比較。
#
# ### 練習 3.4：同一個方塊用很多次（10 分鐘）
#
# 函數可以一直套：$b(b(b(x)))$。寫一個函式 `repeat_block(block, times)`：`block` 是輸入和輸出一樣長的模型（例如 $\mathbb{R}^3 \to \mathbb{R}^3$），傳回的新模型把它連續套用 `times` 次。不管套幾次，參數都不能變多。提示：`block.input_shape[1:]` 是一筆資料的形狀。

# %% [markdown] lang="en"
# After the step both places have changed, and in exactly the same way: there is one set of weights, changed once and seen from both. Sharing of this kind is common; in lesson 05 two images go through the same encoder, which is what makes them comparable.
#
# ### Exercise 3.4: one block, many times (10 minutes)
#
# A function can be applied again and again: $b(b(b(x)))$. Write `repeat_block(block, times)`: `block` is a model whose output is as long as its input, such as $\mathbb{R}^3 \to \mathbb{R}^3$, and what you return is a new model that applies it `times` times in a row. However often that is, there must be no more parameters. A help: `block.input_shape[1:]` is the shape of one row.


# %% tags=["exercise"]
def repeat_block(block, times):
    """A model that applies `block` to its input `times` times, with the parameters of one block."""
    ### BEGIN SOLUTION
    block_input = keras.Input(block.input_shape[1:])
    block_output = block_input
    for _ in range(times):
        block_output = block(block_output)
    return keras.Model(block_input, block_output)
    ### END SOLUTION


# %% tags=["check"]
check("repeat-block", repeat_block)

# %% [markdown] lang="zh-TW"
# ### 抓蟲 3.5：說好要共用的（8 分鐘）
#
# 有人想蓋上面的 `shared`：第一層和第三層共用 $f$，三層都用 tanh。這門課前身的投影片也有同樣的矛盾：說要共用，公式裡第三層的權重卻另外叫 $W^{(3)}$、$b^{(3)}$。程式跑得起來，看起來也呼叫了兩次 `make_f`：

# %% [markdown] lang="en"
# ### Bug hunt 3.5: they were supposed to share (8 minutes)
#
# Somebody wants to build `shared` from above: the first and the third layer share $f$, and all three use tanh. The slides that this course grew from have the same contradiction: the layers are to share, yet in the formula the third has weights of its own, $W^{(3)}$ and $b^{(3)}$. The program runs, and it does seem to call `make_f` twice:


# %% tags=["nbval-check-output"]
def make_f(tensor):
    return layers.Dense(3, activation="tanh")(tensor)


two = keras.Input((2,))
three = make_f(two)
two_again = layers.Dense(2, activation="tanh")(three)
not_shared = keras.Model(two, make_f(two_again), name="not_shared")
print(not_shared.count_params(), "parameters, expected 17")

# %% [markdown] lang="zh-TW"
# 26 個，沒有共用到。`make_f` 裡面，哪一對括號做出函數，哪一對呼叫它？寫出改好的 `mended_shared`，17 個參數。

# %% [markdown] lang="en"
# 26, so nothing is shared. Inside `make_f`, which brackets make the function, and which call it? Build the mended model, `mended_shared`, with 17 parameters.

# %% tags=["exercise"]
mended_shared = None
### BEGIN SOLUTION
one_f = layers.Dense(3, activation="tanh")  # made once, outside, and called twice
mended_input = keras.Input((2,))
mended_middle = layers.Dense(2, activation="tanh")(one_f(mended_input))
mended_shared = keras.Model(mended_input, one_f(mended_middle), name="mended_shared")
### END SOLUTION

# %% tags=["check"]
check("mended-shared", mended_shared)

# %% [markdown] lang="zh-TW"
# ## 回顧
#
# 1. 層是函數：`keras.Input` 是 $x$，`h_1 = f_1(x)` 一行一個公式，`keras.Model(x, y)` 說明從哪裡到哪裡。一列一筆資料，所以是 $xW + b$，$W$ 的形狀是（輸入長度，輸出長度）。
# 2. 784-500-500-10 用兩種寫法都是 648,010 個參數，載入同一份權重，1 萬個答案完全相同。
# 3. `not connected`：從輸出走不回輸入；`must be KerasTensors`：層忘了呼叫；`expected axis -1`、`incompatible shape`：形狀不合。輸入的名字被蓋掉，常常不會出錯，要看參數個數。
# 4. `keras.Model(x, h_2)` 讀隱藏層：用「離哪個平均最近」去猜，像素約 81%，$h_2$ 約 98%。編碼器和解碼器各是一個模型，自編碼器是 $d(e(x))$。
# 5. 同一個層呼叫兩次，參數只算一次，17 對 26；一步 SGD 把兩處的梯度加起來，改一份權重，兩處一起變。
#
# 到這裡，每個模型裡的張量都只有一個去處。下一課讓它分成兩路，再合起來。

# %% [markdown] lang="en"
# ## Summary
#
# 1. A layer is a function: `keras.Input` is $x$, each formula is a line such as `h_1 = f_1(x)`, and `keras.Model(x, y)` says from where to where. A row is a data point, hence $xW + b$, and $W$ has the shape (length of input, length of output).
# 2. 784-500-500-10 has 648,010 parameters either way of writing; with the same weights all 10,000 answers are the same.
# 3. `not connected`: the output does not lead back to the input. `must be KerasTensors`: a layer was not called. `expected axis -1`, `incompatible shape`: the shapes do not fit. An input whose name was overwritten often gives no error; look at the number of parameters.
# 4. `keras.Model(x, h_2)` reads a hidden layer: guessing by the nearest mean is right for about 81 % with pixels, about 98 % with $h_2$. Encoder and decoder are models, and the autoencoder is $d(e(x))$.
# 5. A layer called twice counts its parameters once, 17 against 26. A step of SGD adds up the gradients of both places and changes one set of weights, so both move together.
#
# So far, within each model, every tensor has gone to one place only. In the next lesson it goes two ways, and comes together again.
