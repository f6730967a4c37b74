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
# 前兩課那個會認字的網路，幾乎張張都對。可是它的肚子裡到底發生了什麼事？
#
# 今天我們把它剖開來看。下面兩格先不用讀懂，直接執行：第一格載入那個網路；第二格把每個隱藏層的輸出拿出來，壓扁成平面，畫成點。

# %% [markdown] lang="en"
# For two lessons you have worked with a network that reads almost every digit. But what actually happens inside it?
#
# Today we cut it open. You need not understand the next two cells yet, so just run them. The first loads the network. The second keeps what comes out of each hidden layer, flattens it onto a plane and draws it as points.

# %% name="open-the-network" tags=["nbval-check-output"]
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import EpochLine, check, draw, expect_error, explore
from keras_beyond import load_mnist, load_weights, plot_classes, show_images

(images_train, y_train), (images_test, y_test) = load_mnist()
x_train = images_train[:20_000].reshape(-1, 784).astype("float32") / 255
x_test = images_test.reshape(-1, 784).astype("float32") / 255

stacked = keras.Sequential([keras.Input((784,))], name="stacked")
for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
    stacked.add(layers.Dense(units))
    stacked.add(layers.Activation(activation))
load_weights(stacked, "handwriting")
print(f"{len(stacked.layers)} layers, {stacked.count_params():,} parameters")

# %% tags=["guard"]
assert x_train.shape == (20_000, 784) and x_test.shape == (10_000, 784)
assert x_train.max() == x_test.max() == 1

# %% name="hidden-layers"
spaces = {"pixels": (x_train[:5000], x_test)}
for name, depth in [("h_1", 2), ("h_2", 4)]:
    part = keras.Sequential(stacked.layers[:depth])  # the first layers, as in lesson 02
    spaces[name] = [part.predict(x, batch_size=1000, verbose=0) for x in spaces["pixels"]]


def to_plane(points_train, points_test):
    center = points_train.mean(axis=0)
    _values, directions = np.linalg.eigh(np.cov(points_train, rowvar=False))
    return (points_test - center) @ directions[:, [-1, -2]]  # the two widest come last


planes = {f"{name} ({x[1].shape[1]} numbers)": to_plane(*x)[:2000] for name, x in spaces.items()}
plot_classes(planes, y_test[:2000], xlabel="widest direction", ylabel="second widest direction")

# %% tags=["guard"]
first_layer = stacked.layers[1](stacked.layers[0](x_test[:100])).numpy()
second_layer = stacked.layers[3](stacked.layers[2](first_layer)).numpy()
assert np.allclose(spaces["h_1"][1][:100], first_layer, atol=1e-5)
assert np.allclose(spaces["h_2"][1][:100], second_layer, atol=1e-5)
assert np.array_equal(spaces["pixels"][1], x_test) and len(spaces["h_2"][0]) == 5000
titles = ["pixels (784 numbers)", "h_1 (500 numbers)", "h_2 (500 numbers)"]
assert [axis.get_title() for axis in _.figure.axes] == titles == list(planes)
for axis, key in zip(_.figure.axes, spaces, strict=True):
    group = to_plane(*spaces[key])[:2000][y_test[:2000] == 3]
    assert np.allclose(axis.collections[3].get_offsets(), group, atol=1e-4)
    assert axis.texts[3].get_text() == "3" and axis.get_xlabel() == "widest direction"


def separation(flat):
    groups = [flat[y_test[:2000] == label] for label in range(10)]
    within = np.mean([own.var(axis=0).sum() for own in groups])
    return np.array([own.mean(axis=0) for own in groups]).var(axis=0).sum() / within


pixels_apart, h_1_apart, h_2_apart = map(separation, planes.values())
assert h_2_apart > 2 * max(pixels_apart, h_1_apart)

# %% [markdown] lang="zh-TW"
# 一個點是一張測試圖，顏色代表它是幾，粗體的數字寫在那一群的正中間。幾百維畫不出來，所以只挑資料散得最開的兩個方向來看，就像看影子。
#
# 左邊是剛進去的像素，除了 0 和 1，其他都糊在一起。中間過了第一個隱藏層，看起來好不了多少。右邊過了第二個隱藏層：它們自己分組站好了（只有兩群還黏著）！沒有人教網路要這樣排，我們只告訴它每張圖是幾。
#
# 想看這種圖，就得從模型的**中間**把數字拿出來。學會拿，也就學會接，能蓋出 Sequential 疊不出來的模型。這一課要教的就是這門手藝，叫做**函數式 API** (functional API)。讀完以後，你會：
#
# 1. 像寫數學函數那樣蓋模型，每個符號的形狀都說得出來；
# 2. 把 Sequential 模型改寫成函數式，參數和答案都不變；
# 3. 看懂兩頭接不起來的錯誤訊息，也認得出一種 Keras 不會提醒你的錯；
# 4. 從模型中間取出隱藏層的輸出，也能把編碼器和解碼器接成自編碼器；
# 5. 讓同一層用兩次，說得出參數為什麼變少。
#
# **先想一想**：第 01 課疊過 $\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2 \to \mathbb{R}^3$，數過它的參數。第一層和第三層都是 $\mathbb{R}^2 \to \mathbb{R}^3$，如果規定它們是**同一層**，參數會變少嗎？剩幾個？先寫下你的答案。

# %% [markdown] lang="en"
# Every point is a test image, its colour tells you which digit it is, and each bold figure stands in the middle of its crowd. Nobody can draw hundreds of dimensions, so you see only the two directions in which the data spread most, rather like a shadow.
#
# On the left are the pixels that go in. Only the zeros and the ones stand clear, and the rest is one big muddle. In the middle they have passed the first hidden layer, and it hardly looks better. On the right they have passed the second, and look, they have formed groups (though two of them still cling together)! Nobody told the network to sort them like this. It was only ever told which digit each image is.
#
# To draw such a picture, you have to take numbers out of the **middle** of a model. Once you can take a model apart there, you can also connect things there, and build models that no Sequential can be. That is the craft of this lesson, and it is called the **functional API**. By the end you will be able to:
#
# 1. build a model as you would write a function in mathematics, and give the shape of every symbol;
# 2. rewrite a Sequential model with the functional API, with the same parameters and the same answers;
# 3. understand the error that you get when two ends do not meet, and recognise a mistake about which Keras says nothing;
# 4. read a hidden layer from the middle of a model, and connect an encoder and a decoder into an autoencoder;
# 5. use one layer twice, and explain why there are fewer parameters.
#
# **Think first**: in lesson 01 you built $\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2 \to \mathbb{R}^3$, three layers, and counted their parameters. The first and the third layer both go $\mathbb{R}^2 \to \mathbb{R}^3$. Suppose they have to be **the same layer**. How many parameters are left? Write your answer down.

# %% [markdown] lang="zh-TW"
# ## 一層就是一個函數
#
# 這個網路吃 784 個數字，輸出 10 個機率，整個就是一個函數 $\mathbb{R}^{784} \to \mathbb{R}^{10}$。拆開來看，是三個函數接力：
#
# $$\mathbb{R}^{784} \xrightarrow{f_1} \mathbb{R}^{500} \xrightarrow{f_2} \mathbb{R}^{500} \xrightarrow{f_3} \mathbb{R}^{10}$$
#
# $$h_1 = f_1(x), \qquad h_2 = f_2(h_1), \qquad y = f_3(h_2)$$
#
# 剛才印出 6 層，因為 `stacked` 把激活函數拆成單獨的層；這裡的一個 $f$ 是一層 `Dense` 加上它的激活函數。一個 $f$ 就是很多個第 01 課那種神經元排在一起：權重一個神經元一行，排成一張表 $W$；偏值一個神經元一個，排成一排 $b$：
#
# $$f_1(x) = \sigma(x W_1 + b_1)$$
#
# $\sigma$ 是激活函數（activation function，也叫啟動函數）sigmoid。Keras 的層真的可以像函數一樣呼叫，拿 5 張圖試試看。先猜：`h` 和 $W_1$ 的形狀各是什麼？

# %% [markdown] lang="en"
# ## A layer is a function
#
# The network takes 784 numbers and outputs ten probabilities. As a whole it is a function $\mathbb{R}^{784} \to \mathbb{R}^{10}$. Inside it, three functions run a relay:
#
# $$\mathbb{R}^{784} \xrightarrow{f_1} \mathbb{R}^{500} \xrightarrow{f_2} \mathbb{R}^{500} \xrightarrow{f_3} \mathbb{R}^{10}$$
#
# $$h_1 = f_1(x), \qquad h_2 = f_2(h_1), \qquad y = f_3(h_2)$$
#
# (The first cell printed 6 layers, because `stacked` has each activation as a layer of its own. Here one $f$ is a `Dense` layer together with its activation.) Each $f$ is many neurons of lesson 01 side by side. Their weights, a column for each neuron, make a table $W$, and their biases make a row $b$:
#
# $$f_1(x) = \sigma(x W_1 + b_1)$$
#
# Here $\sigma$ is the activation function, the sigmoid. A Keras layer can really be called like a function, so let us do it with 5 images. Guess first: what are the shapes of `h` and of $W_1$?

# %% name="call-a-layer" tags=["nbval-check-output"]
f_1 = layers.Dense(500, activation="sigmoid", name="f_1")
h = f_1(x_test[:5])
W_1, b_1 = f_1.get_weights()
print("h:", h.shape, " W_1:", W_1.shape, " b_1:", b_1.shape)

by_formula = 1 / (1 + np.exp(-(x_test[:5] @ W_1 + b_1)))
print("same as the formula:", np.allclose(h, by_formula, atol=1e-5))

# %% tags=["guard"]
assert np.allclose(h, by_formula, atol=1e-5) and h.shape == (5, 500)

# %% [markdown] lang="zh-TW"
# 和公式算出來的一樣！`@` 是矩陣相乘：`(5, 784)` 乘 `(784, 500)`，得到 `(5, 500)`。一列 (row) 是一張圖，5 張圖進去，就有 5 列出來。偏值只有一排，每一列都加同一份。
#
# 很多課本寫 $Wx + b$，一筆資料是直的一行 (column)。Keras 的一筆資料是橫的一列，所以 $x$ 站在左邊，寫成 $xW + b$。
#
# ## `keras.Input` 是還沒有數字的 x
#
# 蓋模型的時候手上不一定有資料，只知道一筆有多長。沒關係，數學課也是先寫「令 $x \in \mathbb{R}^{784}$」，並沒有真的拿出一個 $x$。`keras.Input` 就是這句話。看看下面每一行，是不是和上面的公式一模一樣：

# %% [markdown] lang="en"
# It agrees with the formula! The `@` multiplies matrices: `(5, 784)` times `(784, 500)` gives `(5, 500)`. Each image is a row, so 5 images go in and 5 rows come out. There is a single row of biases, and it is added to each of them.
#
# Many textbooks write $Wx + b$, where a data point is a column. In Keras a data point is a row, so $x$ stands on the left: $xW + b$.
#
# ## `keras.Input` is an x without numbers yet
#
# When you build a model you may have no data at hand, and know only how long a row will be. That is no obstacle. Mathematicians say "let $x \in \mathbb{R}^{784}$" without producing any particular $x$, and `keras.Input` is Keras for that sentence.
#
# Compare each line with the formulas above:

# %% name="symbolic" tags=["nbval-check-output"]
f_2 = layers.Dense(500, activation="sigmoid", name="f_2")
f_3 = layers.Dense(10, activation="softmax", name="f_3")

x = keras.Input((784,), name="x")
h_1 = f_1(x)
h_2 = f_2(h_1)
y = f_3(h_2)
print("x:", x.shape, " h_1:", h_1.shape, " h_2:", h_2.shape, " y:", y.shape)

# %% tags=["guard"]
assert [layer.activation.__name__ for layer in (f_1, f_2, f_3)] == ["sigmoid", "sigmoid", "softmax"]
assert all(isinstance(tensor, keras.KerasTensor) for tensor in (x, h_1, h_2, y))

# %% [markdown] lang="zh-TW"
# `None` 的意思是「一次幾張圖還不知道」。這些東西有形狀、沒有數字，叫做**符號張量** (symbolic tensor)。`keras.Input` 只寫一筆資料的形狀，而且要寫成 tuple，`(784,)` 的逗號不能省。
#
# 最後一步，告訴 Keras 函數從哪裡開始、到哪裡結束：`keras.Model(x, y)`。（也常看到 `keras.Model(inputs=x, outputs=y)`，意思相同。）猜猜看，參數會和 Sequential 一樣多嗎？

# %% [markdown] lang="en"
# `None` means that the number of images is still open. These things have shapes but no numbers, and they are called **symbolic tensors**. In `keras.Input` you write the shape of one row only, and it has to be a tuple, so do not drop the comma in `(784,)`.
#
# The last step tells Keras where the function begins and where it ends: `keras.Model(x, y)`. (You will also see `keras.Model(inputs=x, outputs=y)`, which means the same.) Guess: will it have as many parameters as the Sequential?

# %% row="C16" name="digits-model" tags=["nbval-check-output"]
digits = keras.Model(x, y, name="digits")
digits.summary(line_length=80)

# %% tags=["guard"]
assert digits.count_params() == stacked.count_params() == 648_010
assert digits.input is x and digits.output is y

# %% name="draw-digits" tags=["nbval-check-output"]
draw(digits)

# %% [markdown] lang="zh-TW"
# 648,010，一樣多。表的第一列 `InputLayer` 就是 `x`，它沒有參數。圖裡的方塊是函數 $f_1$、$f_2$、$f_3$，方塊下面寫的是 $h_1$、$h_2$、$y$ 的形狀。
#
# ## 同一份權重，答案會不會變？
#
# 寫法換了，函數有沒有換？把同一份權重放進兩個模型，考同樣的 1 萬張圖。猜猜看，會有幾張圖的答案不一樣？

# %% [markdown] lang="en"
# 648,010, exactly as many. The `InputLayer` in the first row of the table is `x`, and it has no parameters. The boxes in the picture are the functions $f_1$, $f_2$ and $f_3$, and under each box stands the shape of $h_1$, $h_2$ or $y$.
#
# ## The same weights: are the answers the same?
#
# We have written the model in another way. Is it still the same function? Put the same weights into both models and let them read the same 10,000 images. On how many of them will they disagree?

# %% row="C16" name="same-answers"
load_weights(digits, "handwriting")
answers = {}
for model in (stacked, digits):
    answers[model.name] = model.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
    print(f"{model.name}: test accuracy {np.mean(answers[model.name] == y_test):.2%}")

different = np.sum(answers["stacked"] != answers["digits"])
print(f"different answers: {different} of {len(x_test):,}")

# %% tags=["guard"]
assert different == 0 and len(answers) == 2
assert 0.9930 < np.mean(answers["digits"] == y_test) < 0.9950
assert all(
    np.array_equal(own, other)
    for own, other in zip(digits.get_weights(), stacked.get_weights(), strict=True)
)

# %% [markdown] lang="zh-TW"
# 一張都沒有！連看錯的，也是同樣那幾張。寫法換了，函數沒換。
#
# （這裡沒有 `compile` 就直接 `predict`，因為算函數值用不到損失函數和優化器，訓練才用得到。）
#
# ## 做好就呼叫：兩對括號
#
# 每一層都取名字很累。只用一次的層，可以做好就馬上呼叫，寫在同一行：
#
# `layers.Dense(32, activation="relu")(x)`
#
# 第一對括號**做出**函數，第二對括號**呼叫**它。第一次看到會覺得怪，看十次就順眼了。用小一點的模型 64-32-32-10，兩種寫法並排：

# %% [markdown] lang="en"
# Not one! Even the mistakes are made on the very same images. The way of writing has changed, and the function has not.
#
# (We called `predict` without `compile`. Computing the value of a function needs neither a loss nor an optimizer; only training does.)
#
# ## Make it and call it: two pairs of brackets
#
# It is tiresome to name every layer. A layer that is used only once can be made and called in one line:
#
# `layers.Dense(32, activation="relu")(x)`
#
# The first pair of brackets **makes** the function, and the second pair **calls** it. It looks odd the first time and natural the tenth. Here is a small model, 64-32-32-10, written both ways:

# %% row="C17" name="small-both-ways" tags=["nbval-check-output"]
small_sequential = keras.Sequential([keras.Input((64,))])
small_sequential.add(layers.Dense(32, activation="relu"))
small_sequential.add(layers.Dense(32, activation="relu"))
small_sequential.add(layers.Dense(10, activation="softmax"))

start = keras.Input((64,))
middle = layers.Dense(32, activation="relu")(start)
middle = layers.Dense(32, activation="relu")(middle)
end = layers.Dense(10, activation="softmax")(middle)
small_functional = keras.Model(start, end)

print(f"Sequential {small_sequential.count_params():,}")
print(f"functional {small_functional.count_params():,}")

# %% tags=["guard"]
assert small_sequential.count_params() == small_functional.count_params() == 3466
assert [layer.activation.__name__ for layer in small_functional.layers[1:]] == [
    layer.activation.__name__ for layer in small_sequential.layers
]

# %% [markdown] lang="zh-TW"
# 都是 3,466。`.add` 不必說接在哪裡，反正只能接在最後面；函數式每一行都寫明「誰吃誰」，所以將來也能接到別的地方去。
#
# 參數個數是最便宜的檢查。有個同學照著抄，Sequential 那邊卻算出 4,192。不看他的程式，光看差多少，你猜得到他抄錯了哪裡嗎？提示：每一層各多一個神經元，參數會多幾個？想好再執行。

# %% [markdown] lang="en"
# Both have 3,466. With `.add` you never say where a layer goes, since it can only go at the end. In the functional API every line says which layer takes which tensor, and so later you can connect it somewhere else too.
#
# Counting parameters is the cheapest check there is. A student copied this program, and the Sequential came out with 4,192. You cannot see the program. Can you tell from the difference alone what was copied wrongly? A hint: what does one more neuron cost in each of the layers? Decide before you run the cell.

# %% name="copied-wrongly" tags=["nbval-check-output"]
costs = {"first": 64 + 1 + 32, "second": 32 + 1 + 10, "last": 32 + 1}  # of one more neuron
for layer, cost in costs.items():
    print(f"{layer:6s} {cost} each: {4192 - 3466} / {cost} = {(4192 - 3466) / cost:.2f} neurons")

# %% tags=["guard"]
wrong_copy = keras.Sequential([keras.Input((64,))])
for units_of_copy in (32, 32, 32):
    wrong_copy.add(layers.Dense(units_of_copy))
assert wrong_copy.count_params() == 4192

# %% [markdown] lang="zh-TW"
# 一個神經元要花幾個參數，前面來的權重、一個偏值，還有送給下一層的權重。多出來的 726 個，只有 33 除得盡，正好是最後一層的 22 個神經元：10 抄成了 32。看參數個數就能抓蟲！
#
# ### 練習 3.1：每個符號的形狀（4 分鐘）
#
# 把 20 筆資料一起送進 `small_functional`。寫成公式是 $h_1 = f_1(x)$、$h_2 = f_2(h_1)$、$y = f_3(h_2)$，每個 $f$ 都是「乘 $W$、加 $b$、過激活函數」。下面五個符號的形狀各是什麼？寫成 tuple，每一軸都填數字（一次 20 筆，不要留 `None`）。

# %% [markdown] lang="en"
# One more neuron costs the weights that come in, its bias, and the weights that go to the next layer. There are 726 parameters too many, and only 33 divides that without a remainder: 22 neurons in the last layer. Where it should have 10, the copy says 32. You have caught a bug by counting!
#
# ### Exercise 3.1: the shape of every symbol (4 minutes)
#
# Send 20 rows at once through `small_functional`. As formulas it is $h_1 = f_1(x)$, $h_2 = f_2(h_1)$, $y = f_3(h_2)$, and every $f$ multiplies by $W$, adds $b$, and activates. What are the shapes of the five symbols below? Write them as tuples with a number for every axis (20 rows at a time, so no `None`).

# %% tags=["exercise"]
shapes = None  # like {"h_1": (1, 2), "W_1": (1, 2), "b_2": (1, 2), "W_3": (1, 2), "y": (1, 2)}
### BEGIN SOLUTION
shapes = {"h_1": (20, 32), "W_1": (64, 32), "b_2": (32,), "W_3": (32, 10), "y": (20, 10)}
### END SOLUTION

# %% tags=["check"]
check("symbol-shapes", shapes)

# %% [markdown] lang="zh-TW"
# ### 練習 3.2：改寫一個卷積模型（6 分鐘）
#
# 不是只有 `Dense` 是函數，每一種層都是。下面的 `tower` 是 Sequential，請用函數式 API 寫出同樣的模型 `functional_tower`：從 `keras.Input` 開始，用 `keras.Model` 結束。蓋好就行，不必訓練。

# %% [markdown] lang="en"
# ### Exercise 3.2: rewrite a convolutional model (6 minutes)
#
# `Dense` is not the only function. Every kind of layer is one. The model `tower` is a Sequential. Write the same model with the functional API and call it `functional_tower`: begin with `keras.Input` and end with `keras.Model`. You only have to build it, not to train it.

# %% name="tower" tags=["nbval-check-output"]
tower = keras.Sequential([keras.Input((28, 28, 1))])
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
functional_tower = keras.Model(picture, ten)
### END SOLUTION

# %% tags=["check"]
check("functional-tower", functional_tower)

# %% [markdown] lang="zh-TW"
# ## 兩頭接不起來，Keras 會告訴你
#
# `keras.Model(x, y)` 怎麼知道要用哪些層？它從 `y` 往回走：`y` 是誰做的？吃的是誰？一路問回去，問到 `x` 為止。所以，隨便拿一個不相干的輸入來配 `y`，它就走不到了。故意錯一次：

# %% [markdown] lang="en"
# ## When the two ends do not meet, Keras tells you
#
# How does `keras.Model(x, y)` know which layers to use? It walks backwards from `y`. Which layer made `y`, and from which tensor? It keeps asking until it arrives at `x`. So if you give it an input that has nothing to do with `y`, it never arrives. Make this mistake on purpose:

# %% row="C18" name="not-connected"
with expect_error(ValueError, match="not connected"):
    unrelated = keras.Input((784,), name="unrelated")
    keras.Model(unrelated, y)

# %% [markdown] lang="zh-TW"
# 關鍵字是 `not connected`。`unrelated` 的形狀完全正確，可是光形狀對沒有用，要真的是當初那個 `x` 才行。以後看到這個訊息，就檢查輸入是不是換了人。
#
# ## 有一種接錯，Keras 不會告訴你
#
# 每一步都叫 `t`，寫起來很順手，網路上也到處看得到。執行以前先看：下面這個模型應該有 25,450 個參數，你覺得會印出多少？

# %% [markdown] lang="en"
# The words to look for are `not connected`. The shape of `unrelated` is perfectly right, but the right shape is not enough: it has to be the very `x` that the layers were called on. When you meet this message, check whether your input is still the same tensor.
#
# ## One mistake that Keras lets pass
#
# It is convenient to call every step `t`, and you will see it everywhere. Look before you run: this model should have 25,450 parameters. What will it print?

# %% name="headless" tags=["nbval-check-output"]
print("expected:", (784 * 32 + 32) + (32 * 10 + 10), "parameters")
t = keras.Input((784,))
t = layers.Dense(32, activation="relu")(t)
last = layers.Dense(10, activation="softmax")(t)
headless = keras.Model(t, last)
print("found:   ", headless.count_params(), "parameters, input", headless.input_shape)

# %% tags=["guard"]
assert headless.count_params() == 330 and headless.input_shape == (None, 32)

# %% [markdown] lang="zh-TW"
# 只剩 330 個，而且一點聲音也沒有！`t` 已經改成第一層的**輸出**，模型就從那裡開始，第一層整個被切掉了。Keras 允許模型從中間開始（很有用），所以不會提醒你。
#
# 養成兩個習慣：輸入取一個以後不會再用的名字（中間的名字可以重複用）；蓋好先數參數。
#
# ## h_2 已經寫出來了，拿它當輸出就好
#
# 回到開頭那張圖。第 02 課的辦法是把 `stacked.layers` 切一段，數好要切幾層。函數式更直接：`h_2` 本來就是一個變數，從 `x` 到 `h_2` 也是一個函數，叫做**子模型** (submodel)。

# %% [markdown] lang="en"
# Only 330 are left, and not a word of warning! By then `t` is the **output** of the first layer, so that is where the model begins, and the first layer is cut off. Keras allows a model to begin in the middle, which is often useful, and therefore says nothing.
#
# Two habits protect you. Give the input a name that you never use again (names in between may be reused), and count the parameters of every new model.
#
# ## h_2 is already there, so make it the output
#
# Back to the picture at the top. Lesson 02 would have you slice the list `stacked.layers` and count where to cut. The functional way is more direct: `h_2` is a variable already, and from `x` to `h_2` is a function too. It is called a **submodel**.

# %% row="C19" name="submodel" tags=["nbval-check-output"]
hidden_2 = keras.Model(x, h_2, name="hidden_2")
features = hidden_2.predict(x_test, batch_size=1000, verbose=0)
print("hidden layer:", features.shape)
print("same as in the picture:", np.allclose(features, spaces["h_2"][1], atol=1e-5))
print("found by name:", digits.get_layer("f_2").output is h_2)

# %% tags=["guard"]
assert features.shape == (10_000, 500) and np.allclose(features, spaces["h_2"][1], atol=1e-5)
assert hidden_2.layers[1] is digits.layers[1] and digits.get_layer("f_2").output is h_2

# %% [markdown] lang="zh-TW"
# 一行就拿到了。子模型的層和權重都是 `digits` 的，已經訓練好了，所以不用再訓練。
#
# 別人做的模型，手上沒有 `h_2` 這個變數，怎麼辦？用名字找：`digits.get_layer("f_2").output` 就是它。
#
# ## 模型也是函數：編碼器接解碼器
#
# 層是函數，模型也是函數，所以**模型可以像層一樣呼叫**。拿來玩個大的：**自編碼器** (autoencoder)。它的功課很奇怪，看到一張圖，要把同一張圖還回來。聽起來很傻？妙就妙在中間只准通過 16 個數字：
#
# $$\mathbb{R}^{784} \xrightarrow{e} \mathbb{R}^{16} \xrightarrow{d} \mathbb{R}^{784}, \qquad \hat{x} = d(e(x))$$
#
# **編碼器** (encoder) $e$ 把 784 個像素壓成 16 個數字，叫做**編碼**；**解碼器** (decoder) $d$ 再把它變回圖。像素在 0 和 1 之間，所以解碼器的最後用 sigmoid。看 `autoencoder =` 那一行，是不是和公式一模一樣？

# %% [markdown] lang="en"
# One line, and there they are. The layers of a submodel, with their weights, are those of `digits`. They are trained already, so there is nothing left to do.
#
# And if somebody else made the model, and you have no variable `h_2`? Then look it up by name: `digits.get_layer("f_2").output` is the very same tensor.
#
# ## A model is a function too: encoder and decoder
#
# A layer is a function and so is a model, which means that **you can call a model like a layer**. Let us use that for something big, an **autoencoder**. It has a strange task: it sees an image and has to give the same image back. Does that sound silly? The trick is that only 16 numbers may pass in the middle:
#
# $$\mathbb{R}^{784} \xrightarrow{e} \mathbb{R}^{16} \xrightarrow{d} \mathbb{R}^{784}, \qquad \hat{x} = d(e(x))$$
#
# The **encoder** $e$ squeezes 784 pixels into 16 numbers, the **code**, and the **decoder** $d$ turns the code back into an image. The decoder ends in a sigmoid because pixels lie between 0 and 1. Now look at the line with `autoencoder =`. Isn't it the formula itself?

# %% name="autoencoder" tags=["nbval-check-output"]
image = keras.Input((784,))
wide = layers.Dense(128, activation="relu")(image)
encoder = keras.Model(image, layers.Dense(16)(wide), name="encoder")

code = keras.Input((16,))
wide = layers.Dense(128, activation="relu")(code)
decoder = keras.Model(code, layers.Dense(784, activation="sigmoid")(wide), name="decoder")

autoencoder = keras.Model(image, decoder(encoder(image)), name="autoencoder")
print(f"{encoder.count_params():,} + {decoder.count_params():,} = {autoencoder.count_params():,}")

# %% tags=["guard"]
from keras_beyond import guarding

assert encoder.output_shape == (None, 16) and decoder.input_shape == (None, 16)
assert autoencoder.count_params() == encoder.count_params() + decoder.count_params()
assert guarding.last_activation(decoder) == "sigmoid"
assert guarding.last_activation(encoder) == "linear"
assert [layer.activation.__name__ for layer in (encoder.layers[1], decoder.layers[1])] == [
    "relu",
    "relu",
]

# %% [markdown] lang="zh-TW"
# 訓練的時候，輸入是圖，正確答案也是同一張圖，一個標籤都用不到。損失用均方誤差 (mean squared error, MSE)，量每個像素差多少：

# %% [markdown] lang="en"
# In training, the image is the input and also the right answer. No labels are needed at all. The loss is the mean squared error (MSE), which measures how far off the pixels are:

# %% name="train-autoencoder" tags=["once"]
autoencoder.compile(keras.optimizers.Adam(learning_rate=0.003), "mse")
line = EpochLine()  # prints the loss of every epoch
history = autoencoder.fit(x_train, x_train, batch_size=100, epochs=5, verbose=0, callbacks=[line])

# %% tags=["guard"]
assert autoencoder.optimizer.iterations.numpy() % 1000 == 0
assert history.history["loss"][-1] < history.history["loss"][0] / 2
assert guarding.disjoint(x_train, x_test)

# %% [markdown] lang="zh-TW"
# 784 個數字擠成 16 個，只剩四十九分之一。猜猜看：還原出來的圖，你認得出幾張？`digits` 呢？
#
# 上排是沒練習過的測試圖，下排是還原的：

# %% [markdown] lang="en"
# From 784 numbers to 16: one for every forty-nine pixels. Guess: how many of the rebuilt digits will you be able to read, and how many will `digits`?
#
# On top are test images, which it has never practised on, and below them what comes back:

# %% row="C19" name="rebuilt-digits"
codes = encoder.predict(x_test, batch_size=1000, verbose=0)
rebuilt = decoder.predict(codes, batch_size=1000, verbose=0)
print(f"{x_test.shape} -> {codes.shape} -> {rebuilt.shape}")

reread = digits.predict(rebuilt, batch_size=1000, verbose=0).argmax(axis=1)
read_right = np.mean(reread == y_test)
print(f"digits reads {read_right:.1%} of the rebuilt test images")
both = np.concatenate([x_test[:10], rebuilt[:10]])
show_images(both, title="top: test digits   bottom: rebuilt from 16 numbers")

# %% tags=["guard"]
top, bottom = guarding.image(_, 3).ravel(), guarding.image(_, 13).ravel()
assert np.array_equal(top, x_test[3]) and np.allclose(bottom, rebuilt[3])
assert 0.93 < read_right < 0.98 and codes.shape == (10_000, 16)
assert np.allclose(rebuilt[:100], autoencoder(x_test[:100]), atol=1e-4)
error = np.mean((rebuilt - x_test) ** 2)
error_of_mean = np.mean((x_train.mean(axis=0) - x_test) ** 2)
assert 0.15 < error / error_of_mean < 0.30

# %% [markdown] lang="zh-TW"
# 邊緣有點糊，但大多認得出來，`digits` 還讀對了 {{read_right:.1%}}。16 個數字，大致記得「這是幾」！
#
# 還有一件事值得注意：我們訓練的是 `autoencoder`，從頭到尾沒有直接訓練 `encoder` 和 `decoder`，它們卻都練好了，能拆開來用。因為權重只有一份，三個模型看的是同一份。
#
# ## 同一層用兩次：剩幾個參數？
#
# 最後回到「先想一想」。我們要的是：
#
# $$\mathbb{R}^2 \xrightarrow{f} \mathbb{R}^3 \xrightarrow{g} \mathbb{R}^2 \xrightarrow{f} \mathbb{R}^3, \qquad u = f(p), \quad v = g(u), \quad q = f(v)$$
#
# 公式裡只有一個 $f$，出現兩次；程式也只做一個 `f`，呼叫兩次。旁邊擺一個三層各自獨立的 `separate`，再看看 Sequential 辦不辦得到。翻出你寫的數字，執行！（這裡的激活函數是 tanh，sigmoid 的親戚，輸出在 -1 和 1 之間。）

# %% [markdown] lang="en"
# The edges are blurred, but most of them can be read, and `digits` reads {{read_right:.1%}} of them correctly. So 16 numbers are enough to remember, more or less, which digit it was!
#
# And notice something else. You trained `autoencoder`. Nobody ever trained `encoder` or `decoder` directly, and yet both are trained and can be used on their own. There is only one set of weights, and all three models use it.
#
# ## One layer used twice: how many parameters?
#
# Back to the question at the start. We want this:
#
# $$\mathbb{R}^2 \xrightarrow{f} \mathbb{R}^3 \xrightarrow{g} \mathbb{R}^2 \xrightarrow{f} \mathbb{R}^3, \qquad u = f(p), \quad v = g(u), \quad q = f(v)$$
#
# In the formula there is one $f$, and it appears twice. So in the program we make one `f` and call it twice. Beside it stands `separate`, with three layers of its own, and then we see whether Sequential can do it as well. (The activation here is tanh, a relative of the sigmoid with outputs from -1 to 1.) Find the number that you wrote down, then run the cell!

# %% row="C20" name="shared-layer" tags=["nbval-check-output"]
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
in_a_list = keras.Sequential([keras.Input((2,)), f, g, f], name="in_a_list")
for model in (shared, separate, in_a_list):
    print(f"{model.name:9s} {model.count_params()} parameters")

# %% tags=["guard"]
assert shared.count_params() == in_a_list.count_params() == 17 and separate.count_params() == 26
probe_of_lists = np.random.default_rng(2).normal(size=(5, 2)).astype("float32")
assert np.allclose(shared(probe_of_lists), in_a_list(probe_of_lists), atol=1e-6)

# %% name="draw-shared" tags=["nbval-check-output"]
draw(shared)

# %% [markdown] lang="zh-TW"
# 你猜對了嗎？$f$ 的 9 個參數只算一次，加上 $g$ 的 8 個，一共 17 個；各自獨立的話是 9 + 8 + 9 = 26。圖裡藍色粗框的兩個方塊，是同一層的兩次呼叫。
#
# 很多人說 Sequential 做不到共用，其實可以，把同一個 `f` 放進串列兩次就行了。它真正做不到的是分岔和會合，那是下一課的事。
#
# ## 回顧
#
# 1. 層是函數：`keras.Input` 是 $x$，`h_1 = f_1(x)` 一行就是一個公式，`keras.Model(x, y)` 說明從哪裡到哪裡。一列是一筆資料，所以寫成 $xW + b$。
# 2. 784-500-500-10 用兩種寫法都是 648,010 個參數；放進同一份權重，1 萬個答案完全相同。
# 3. `not connected` 是從輸出走不回輸入。輸入的名字被蓋掉，Keras 一聲不吭，要靠數參數。
# 4. `keras.Model(x, h_2)` 讀出隱藏層；自編碼器就是 `decoder(encoder(image))`，16 個數字還原的圖，`digits` 讀對 {{read_right:.1%}}。
# 5. 同一層呼叫兩次，權重還是只有一份，所以是 17 個參數，不是 26 個。
#
# **2026 年，這些東西用在哪裡？**
#
# - 共用權重：不少語言模型（例如 2025 年的 Gemma 3）讀字的那張表，和最後猜字的那張表，是同一張。
# - 自編碼器：Stable Diffusion（2022 年）這類畫圖的模型，在編碼器壓出來的小空間裡畫，畫好再請解碼器變成大圖。
# - 讀隱藏層：2024 年，好幾個團隊把大型語言模型隱藏層的輸出取出來，再訓練一個自編碼器，看看裡面藏了哪些概念（它們的編碼反而更長，但每次只有少數幾個不是 0）。拿出隱藏層、訓練自編碼器，你今天都做過了！
#
# 恭喜！你剖開了一個會認字的網路，看見十個數字在它肚子裡分組站好，還做出一個只用 16 個數字就記得一張圖的模型。從今天起，資料怎麼走，你說了算。下一課就來分岔、會合，施展第 01 課預告的黑魔法！

# %% [markdown] lang="en"
# Were you right? The 9 parameters of $f$ count only once, and with the 8 of $g$ that makes 17. With layers of their own it is 9 + 8 + 9 = 26. The two boxes with blue borders in the picture are two calls of the same layer.
#
# People often say that Sequential cannot share layers. It can, if you put the same `f` into the list twice. What it really cannot do is branch and merge, and that is the next lesson.
#
# ## Summary
#
# 1. A layer is a function: `keras.Input` is $x$, a line such as `h_1 = f_1(x)` is a formula, and `keras.Model(x, y)` says from where to where. A data point is a row, hence $xW + b$.
# 2. Written either way, 784-500-500-10 has 648,010 parameters, and with the same weights all 10,000 answers agree.
# 3. `not connected` means that the output does not lead back to the input. When the name of an input is overwritten, Keras says nothing, so count the parameters.
# 4. `keras.Model(x, h_2)` reads a hidden layer. An autoencoder is `decoder(encoder(image))`, and `digits` reads {{read_right:.1%}} of what 16 numbers give back.
# 5. A layer that is called twice still has one set of weights, so there are 17 parameters and not 26.
#
# **Where is this used in 2026?**
#
# - Shared weights: in quite a few language models, such as Gemma 3 (2025), the table that reads the words and the table that guesses the next one are the same table.
# - Autoencoders: image generators such as Stable Diffusion (2022) paint in the small space of an encoder's codes, and a decoder turns the result into a large image.
# - Reading hidden layers: in 2024 several teams took the outputs of hidden layers out of large language models and trained autoencoders on them, to find out which concepts are in there. (Their codes are longer than the input, but only a few numbers at a time are not 0.) Reading a hidden layer and training an autoencoder: you have done both today!
#
# Congratulations! You cut open a network that reads, saw the ten digits draw apart inside it, and built a model that remembers an image with only 16 numbers. From today you decide where the data go. In the next lesson they branch and merge, and you cast the black magic that lesson 01 promised!

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：16 個旋鈕，自己捏一個數字
#
# 解碼器本身就是一個函數，所以編碼不一定要從圖來，我們自己捏 16 個數字給它也行。先拿第一張測試圖的編碼（它是 7），只轉其中一個旋鈕，其他 15 個不動。猜猜看：7 會變成什麼？

# %% [markdown] lang="en" section="further"
# ## Further: sixteen knobs to shape a digit
#
# The decoder by itself is a function, so a code need not come from an image. You can make up 16 numbers of your own and hand them over. Start from the code of the first test image, which is a 7, and turn one knob only, while the other 15 stay where they are. Guess: what will become of the 7?


# %% name="turn-a-knob"
codes_train = encoder.predict(x_train[:5000], batch_size=1000, verbose=0)


def turn(knob):
    changed = np.repeat(codes[:1], 9, axis=0)
    low, high = np.percentile(codes_train[:, knob], [5, 95])  # the usual range of this number
    changed[:, knob] = np.linspace(low, high, 9)
    values = [f"{value:.1f}" for value in changed[:, knob]]
    return show_images(decoder(changed), values, columns=9, title=f"number {knob} of the code")


spreads = codes_train.std(axis=0)
print(f"a code has {codes.shape[1]} numbers, and the digit is a {y_test[0]}")
turn(int(spreads.argmax()))

# %% tags=["guard"]
for knob_tried in (0, int(spreads.argmax()), 15):
    panels = turn(knob_tried).figure
    assert panels.get_suptitle() == f"number {knob_tried} of the code" and len(panels.axes) == 9
    for place in (0, 8):
        expected_code = codes[:1].copy()
        expected_code[0, knob_tried] = np.percentile(codes_train[:, knob_tried], [5, 95])[
            place // 8
        ]
        drawn = np.asarray(panels.axes[place].images[0].get_array()).ravel()
        assert np.allclose(drawn, decoder(expected_code)[0], atol=1e-4)
        assert panels.axes[place].get_title() == f"{expected_code[0, knob_tried]:.1f}"
assert y_test[0] == 7

# %% [markdown] lang="zh-TW"
# 影像上面是那個旋鈕的值，從左到右由小到大，筆畫也跟著慢慢變形。拉動滑桿，換別的旋鈕試試！大部分的旋鈕說不出一個簡單的意思，轉過頭就不像字了。想要規矩一點的旋鈕，等第 07 課。

# %% [markdown] lang="en"
# Above each image stands the value of that knob, which grows from left to right, and the strokes bend along with it. Move the slider to try the other knobs! Most of them have no simple meaning, and turned too far they no longer give a digit. For knobs that behave better, wait for lesson 07.

# %% name="knobs-view" tags=["widget"]
explore(turn, knob=(0, 15))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：數字是訓練拉開的，還是層拉開的？
#
# 開頭那張圖只是影子，影子會騙人。找一個數字來量：用 5,000 張訓練圖算出每個數字的平均位置，測試圖離哪個平均最近，就猜它是哪個。這個方法什麼都沒學。它還猜得準，就表示同一個數字的點本來就聚在一起。
#
# 還要一個對照組：同樣的層，權重卻是亂數。執行以前先猜：像素、$h_1$、$h_2$，加上沒訓練過的 $h_2$，誰高誰低？

# %% [markdown] lang="en" section="further"
# ## Further: was it the training or the layers that pulled the digits apart?
#
# The picture at the top shows only shadows, and shadows can deceive. Let us have a number instead. From 5,000 training images, work out where each digit lies on average. Then guess for each test image the digit whose average is nearest. This method learns nothing. If it guesses well all the same, the points of one digit must lie together.
#
# We also need a control: the same layers with random weights. Guess before you run it. Of pixels, $h_1$, $h_2$ and an untrained $h_2$, which comes out high and which low?


# %% name="nearest-mean"
def nearest_mean(points_train, points_test):
    distances = []
    for digit in range(10):
        mean = points_train[y_train[:5000] == digit].mean(axis=0)
        distances.append(np.sum((points_test - mean) ** 2, axis=1))
    return np.mean(np.argmin(distances, axis=0) == y_test)


untrained = keras.models.clone_model(hidden_2)  # the same layers with new random weights
parts = (x_train[:5000], x_test)
spaces["h_2, untrained"] = [untrained.predict(x, batch_size=1000, verbose=0) for x in parts]
nearest = {name: nearest_mean(*points) for name, points in spaces.items()}
for name, share in nearest.items():
    print(f"{name:14s} test accuracy {share:.0%}")

# %% tags=["guard"]
assert list(nearest) == ["pixels", "h_1", "h_2", "h_2, untrained"]
assert 0.80 < nearest["pixels"] < 0.82 and 0.76 < nearest["h_2, untrained"] < 0.84
assert 0.885 < nearest["h_1"] < 0.92 and 0.975 < nearest["h_2"] < 0.99
assert untrained.count_params() == hidden_2.count_params()

# %% [markdown] lang="zh-TW"
# 像素 {{nearest["pixels"]:.0%}}，$h_1$ {{nearest["h_1"]:.0%}}，$h_2$ {{nearest["h_2"]:.0%}}：每過一層，十個數字就分得更開。沒訓練過的只有 {{nearest["h_2, untrained"]:.0%}}，和像素差不多。所以把數字拉開的是**訓練出來的權重**，不是層本身。
#
# 那影子呢？同樣的方法，改量壓到平面上的點：

# %% [markdown] lang="en"
# The pixels reach {{nearest["pixels"]:.0%}}, $h_1$ reaches {{nearest["h_1"]:.0%}} and $h_2$ {{nearest["h_2"]:.0%}}: with every layer the ten digits move further apart. Without training it is only {{nearest["h_2, untrained"]:.0%}}, much like the pixels. So it is the **trained weights** that separate the digits, and not the layers as such.
#
# And the shadows? Measure the points in the plane in the same way:

# %% name="in-the-plane"
in_plane = {}
for name in ("pixels", "h_1", "h_2"):
    points_train, points_test = spaces[name]
    plane_train = to_plane(points_train, points_train)
    in_plane[name] = nearest_mean(plane_train, to_plane(points_train, points_test))
    print(f"{name:6s} in the plane: test accuracy {in_plane[name]:.0%}")

# %% tags=["guard"]
assert 0.75 < in_plane["h_2"] < 0.86 and 0.38 < in_plane["pixels"] < 0.5
assert 0.42 < in_plane["h_1"] < 0.54 and plane_train.shape == (5000, 2)

# %% [markdown] lang="zh-TW"
# 壓到平面上，$h_2$ 只剩 {{in_plane["h_2"]:.0%}}，像素剩 {{in_plane["pixels"]:.0%}}，$h_1$ 剩 {{in_plane["h_1"]:.0%}}，難怪前兩張圖糊成一團。看投影圖要記得：圖上分得開，就是真的分得開；圖上疊在一起，原來的空間裡還是可能分得開。
#
# ### 練習 3.3：讀第一個隱藏層（6 分鐘）
#
# 這次從 Sequential 的 `stacked` 下手。做一個子模型 `first_hidden`：吃 `(n, 784)`，輸出第一個隱藏層的 $h_1$，也就是經過 sigmoid 的 500 個數字。Sequential 的輸入寫成 `stacked.inputs`（有 s），每一層的輸出是 `.output`。`stacked` 有這些層：

# %% [markdown] lang="en"
# In the plane $h_2$ comes to only {{in_plane["h_2"]:.0%}}, but the pixels to {{in_plane["pixels"]:.0%}} and $h_1$ to {{in_plane["h_1"]:.0%}}, and that is why the first two pictures look muddled. Remember this whenever you see a projection: what lies apart in the picture is apart, but what overlaps may still be apart in the original space.
#
# ### Exercise 3.3: read the first hidden layer (6 minutes)
#
# This time start from the Sequential, `stacked`. Make a submodel `first_hidden` that takes `(n, 784)` and outputs $h_1$ of the first hidden layer: 500 numbers that have been through the sigmoid. The input of a Sequential is `stacked.inputs` (with an s), and the output of each layer is its `.output`. These are the layers of `stacked`:

# %% name="layers-of-stacked" tags=["nbval-check-output"]
for index, layer in enumerate(stacked.layers):
    print(index, type(layer).__name__, layer.output.shape)

# %% tags=["exercise"]
first_hidden = None
### BEGIN SOLUTION
first_hidden = keras.Model(stacked.inputs, stacked.layers[1].output, name="first_hidden")
### END SOLUTION

# %% tags=["check"]
check("first-hidden", first_hidden)

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：訓練一步，兩個地方一起動
#
# $f$ 用了兩次，訓練的時候該聽誰的？做個實驗：`separate` 的第一層和第三層，都從 `f` 的權重出發，也就是和 `shared` 完全一樣的起點。兩個模型看同樣的 100 筆資料，用 SGD 各走**一步**。
#
# `separate` 的兩層會走出兩個不同的步伐，共用的 `f` 只能走一步。先猜：它走的是第一個、第二個、平均，還是相加？

# %% [markdown] lang="en" section="further"
# ## Further: one step of training moves both places
#
# If $f$ is used twice, whose advice does it follow in training? Here is an experiment. In `separate`, the first and the third layer both start from the weights of `f`, so that it begins exactly where `shared` begins. Both models see the same 100 rows and take **one step** of SGD.
#
# The two layers of `separate` will take two different steps, while the shared `f` can take only one. Guess: will it be the first, the second, their average, or their sum?

# %% name="one-step"
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

# %% tags=["guard"]
assert shared.optimizer.iterations.numpy() == separate.optimizer.iterations.numpy() == 1

# %% name="steps-add-up"
first_step = separate.layers[0].kernel.numpy() - start_f[0]
third_step = separate.layers[2].kernel.numpy() - start_f[0]
shared_step = f.kernel.numpy() - start_f[0]
print("first layer:", first_step[0].round(4))
print("third layer:", third_step[0].round(4))
print("shared f:   ", shared_step[0].round(4))

# %% tags=["guard"]
assert np.abs(first_step + third_step - shared_step).max() < 1e-6
assert min(np.abs(first_step).max(), np.abs(third_step).max()) > 1e-3
assert np.abs(first_step - third_step).max() > 1e-3

# %% [markdown] lang="zh-TW"
# 每行是 $W_f$ 的第一列走了多少。前兩行**加起來**，就是第三行（最後一位可能因為四捨五入差一點）。
#
# 這就是連鎖律 (chain rule)：$f$ 出現在兩個地方，梯度就是兩個地方的梯度相加。權重只有一份，改一次，兩個地方一起變。SGD 的步伐和梯度成正比，所以看得到這個加法；Adam 會替每個參數調整步伐，就不是單純相加了。
#
# ### 練習 3.4：同一個區塊用很多次（10 分鐘）
#
# 函數可以一直套：$b(b(b(x)))$。寫一個函式 `repeat_block(block, times)`：`block` 是輸入和輸出一樣長的模型（例如 $\mathbb{R}^3 \to \mathbb{R}^3$），傳回的新模型把它連續套用 `times` 次。不管套幾次，參數都不能變多。提示：`block.input_shape[1:]` 是一筆資料的形狀。

# %% [markdown] lang="en"
# Each line shows how far the first row of $W_f$ has moved. **Add** the first two lines and you get the third (the last digit may be off by rounding).
#
# This is the chain rule. If $f$ appears in two places, its gradient is the sum of the gradients at both. There is one set of weights, it changes once, and both places change with it. You can see the sum because a step of SGD is proportional to the gradient. Adam adjusts the step of every parameter, and then it is no longer a plain sum.
#
# ### Exercise 3.4: one block, many times (10 minutes)
#
# A function can be applied again and again: $b(b(b(x)))$. Write a function `repeat_block(block, times)`. Here `block` is a model whose output is as long as its input, for instance $\mathbb{R}^3 \to \mathbb{R}^3$, and you return a new model that applies it `times` times in a row. However often that is, it must not have more parameters. A hint: `block.input_shape[1:]` is the shape of one row.


# %% tags=["exercise"]
def repeat_block(block, times):
    """Return a model that applies `block` `times` times, with the parameters of one block."""
    ### BEGIN SOLUTION
    block_input = keras.Input(block.input_shape[1:])
    block_output = block_input
    for _count in range(times):
        block_output = block(block_output)
    return keras.Model(block_input, block_output)
    ### END SOLUTION


# %% tags=["check"]
check("repeat-block", repeat_block)

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：說好要共用的，怎麼變成三份？
#
# ### 抓蟲 3.5：26 個，不是 17 個（8 分鐘）
#
# 有人想蓋 `shared`：第一層和第三層共用 $f$，三層都用 tanh。為了省事，他把 $f$ 寫成 Python 函式 `make_f`，呼叫了兩次。跑得起來，也沒有錯誤訊息：

# %% [markdown] lang="en" section="further"
# ## Further: they were supposed to share
#
# ### Bug hunt 3.5: 26 instead of 17 (8 minutes)
#
# Somebody wants to build `shared`: the first and the third layer share $f$, and all three use tanh. To save work, $f$ is written as a Python function, `make_f`, and called twice. It runs, and there is no error message:


# %% name="not-shared" tags=["nbval-check-output"]
def make_f(tensor):
    return layers.Dense(3, activation="tanh")(tensor)


two = keras.Input((2,))
three = make_f(two)
two_again = layers.Dense(2, activation="tanh")(three)
not_shared = keras.Model(two, make_f(two_again))
print(not_shared.count_params(), "parameters, expected 17")

# %% tags=["guard"]
assert not_shared.count_params() == 26

# %% [markdown] lang="zh-TW"
# 想想那兩對括號：在 `make_f` 裡面，哪一對做出函數，哪一對呼叫它？各執行了幾次？寫出修好的 `mended_shared`，17 個參數。

# %% [markdown] lang="en"
# Think of the two pairs of brackets. Inside `make_f`, which pair makes the function and which calls it, and how often does each of them run? Build the mended model, `mended_shared`, with 17 parameters.

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

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：把「除以 255」裝進模型裡
#
# 第 01 課的抓蟲，問題出在縮放。人會忘，模型不會，那就把攤平和縮放也裝進模型！`digits` 已經訓練好了，直接當成一層來呼叫。你覺得準確率會不會變？

# %% [markdown] lang="en" section="further"
# ## Further: put the division by 255 inside the model
#
# The bug hunt of lesson 01 was about scaling. People forget it and models do not, so build flattening and scaling into the model! `digits` is already trained, and you call it as if it were a layer. Will the accuracy change?

# %% name="raw-reader"
raw = keras.Input((28, 28), name="raw")
flat = layers.Flatten(name="flatten")(raw)
scaled = layers.Rescaling(1 / 255, name="divide_by_255")(flat)
reader = keras.Model(raw, digits(scaled), name="reader")

read = reader.predict(images_test, batch_size=1000, verbose=0).argmax(axis=1)
print(f"test accuracy on raw images: {np.mean(read == y_test):.2%}")
print("same weight objects as digits:", reader.weights[0] is digits.weights[0])

# %% tags=["guard"]
assert np.sum(read != answers["digits"]) <= 2
assert all(own is other for own, other in zip(reader.weights, digits.weights, strict=True))

# %% [markdown] lang="zh-TW"
# 沒有變，而且 0 到 255 的原始影像可以直接送進去，誰來用都不會忘記除。第二行說權重就是同一份，不是複製出來的：訓練 `reader`，`digits` 也會跟著變，和第 02 課借來的層同一個道理。
#
# 畫出來看，最後一個方塊 `digits` 裝的就是剛才那整個模型：

# %% [markdown] lang="en"
# It does not change, and the raw images from 0 to 255 can go straight in, so nobody can forget to divide. The second line says that these are the very same weights and not copies. Train `reader`, and `digits` changes with it, just like the borrowed layers of lesson 02.
#
# In the picture, the last box, `digits`, holds the whole model from before:

# %% name="draw-reader" tags=["nbval-check-output"]
draw(reader)

# %% tags=["guard"]
assert [layer.name for layer in reader.layers] == ["raw", "flatten", "divide_by_255", "digits"]

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：幾個常見的錯，Keras 怎麼說
#
# 錯誤訊息要在不趕時間的時候認識。每一格先看程式，猜猜錯在哪裡，再執行。先是蓋模型的時候：

# %% [markdown] lang="en" section="further"
# ## Further: common mistakes, and what Keras says
#
# Get to know error messages while you are not in a hurry. Look at each cell and guess what is wrong before you run it. First, mistakes in building a model:

# %% name="errors-in-the-input"
with expect_error(ValueError, match="Cannot convert '784' to a shape"):
    keras.Input(784)

with expect_error(ValueError, match="KerasTensor is symbolic"):
    np.asarray(h_1)

# %% [markdown] lang="zh-TW"
# 第一個漏了逗號：形狀要寫成 tuple，`(784,)`。第二個想看 `h_1` 裡面的數字，可是符號張量只替形狀佔位子，裡面沒有數字。
#
# 接下來兩個，和呼叫有關：

# %% [markdown] lang="en"
# The first lacks the comma: a shape is a tuple, `(784,)`. The second asks `h_1` for its numbers, but a symbolic tensor only holds the place of a shape and has none.
#
# The next two are about calling:

# %% name="errors-in-the-call"
with expect_error(ValueError, match="must be KerasTensors"):
    keras.Model(x, layers.Dense(10, name="never_called"))

with expect_error(ValueError, match="expected axis -1 of input shape to have value 500"):
    f_2(x)

# %% [markdown] lang="zh-TW"
# 第一個少了第二對括號，層做出來了，卻沒有呼叫。第二個把 784 個數字送給 $f_2$，可是 $f_2$ 早就用在 $h_1$ 上，權重是照 500 個輸入做好的。
#
# 接下來，模型沒問題，是資料的形狀不合：

# %% [markdown] lang="en"
# The first lacks its second pair of brackets: the layer was made but not called. The second sends 784 numbers to $f_2$, which has already been used on $h_1$, so its weights are made for 500 inputs.
#
# And here the model is fine, and the data are not:

# %% name="errors-in-the-data"
with expect_error(ValueError, match="incompatible shape"):
    keras.Model(x, y).predict(x_test[0], verbose=0)

with expect_error(ValueError, match="unknown TensorShape|incompatible shape"):
    digits.predict(x_test[0], verbose=0)

with expect_error(ValueError, match="received 2 input tensors"):
    digits.predict([x_test[:5], x_test[:5]], verbose=0)

# %% [markdown] lang="zh-TW"
# 前兩個是同一個錯：只想算一張圖，`x_test[0]` 的形狀卻是 `(784,)`，少了「第幾張」那一軸。新模型會把形狀說清楚，`digits` 已經 `predict` 過了，訊息反而難懂。只算一張圖，要寫 `x_test[:1]`，形狀是 `(1, 784)`。最後一個：模型只有一個輸入，卻收到兩個。
#
# 試試看正確的寫法：

# %% [markdown] lang="en"
# The first two are the same mistake. They want the answer for a single image, but the shape of `x_test[0]` is `(784,)`, and the axis that counts the images is missing. A new model tells you the shapes; `digits` has predicted before, and then the message is harder to read. For a single image write `x_test[:1]`, whose shape is `(1, 784)`. In the last one, a model with one input receives two.
#
# This is the right way:

# %% name="a-single-image"
print(x_test[0].shape, x_test[:1].shape)
print("answer:", digits.predict(x_test[:1], verbose=0).argmax(), "label:", y_test[0])

# %% tags=["guard"]
assert digits.predict(x_test[:1], verbose=0).argmax() == y_test[0] == 7
