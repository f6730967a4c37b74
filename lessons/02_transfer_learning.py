# ---
# jupyter:
#   course:
#     needs: [01_sequential]
# ---

# %% [markdown] lang="zh-TW"
# # 02 轉移學習：把別人訓練好的層借來用

# %% [markdown] lang="en"
# # 02 Transfer learning: borrow layers that somebody has trained

# %% [markdown] lang="zh-TW"
# 來打個賭。兩個學生學著分辨手寫數字是奇數還是偶數。甲從零開始學，給他看幾千張都可以。乙只看 100 張，可是他借了別人訓練好的兩層神經網路，自己只練最後一層。
#
# 甲要看幾張，才追得上乙？先寫下你的答案，再執行下面幾格，要跑一下子。程式可以先跳過。

# %% [markdown] lang="en"
# Let us make a bet. Two students learn to tell odd digits from even ones. The first starts from scratch and may look at thousands of images. The second sees only 100, but has borrowed two layers that somebody else trained, and practises nothing but the last layer.
#
# How many images does the first student need to catch up with the second? Write down your guess, then run the next cells, which take a little while. You may skip the code for now.

# %%
import time

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import SYMBOLS, check, draw, expect_error, explore, load_mnist, load_symbols
from keras_beyond import load_weights, plot_histogram, plot_lines, show_images

# %% name="body-and-features"
(images_train, labels_train), (images_test, y_test) = load_mnist()
x_train = images_train[:20_000].reshape(-1, 784).astype("float32") / 255
x_test = images_test.reshape(-1, 784).astype("float32") / 255
y_train = labels_train[:20_000]

reader = keras.Sequential([keras.Input((784,))])
for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
    reader.add(layers.Dense(units, activation=activation))
load_weights(reader, "handwriting")

two_layers = keras.Sequential([keras.Input((784,))] + reader.layers[:2])
features_train = two_layers.predict(x_train, batch_size=1000, verbose=0)
features_test = two_layers.predict(x_test, batch_size=1000, verbose=0)

# %% tags=["guard"]
assert features_train.shape == (20_000, 500) and features_test.shape == (10_000, 500)
assert x_test.max() == x_train.max() == 1 and len(y_train) == len(x_train)
layer_by_layer = 1 / (1 + np.exp(-x_test[:5] @ reader.get_weights()[0] - reader.get_weights()[1]))
layer_by_layer = 1 / (
    1 + np.exp(-layer_by_layer @ reader.get_weights()[2] - reader.get_weights()[3])
)
assert np.allclose(features_test[:5], layer_by_layer, atol=1e-5)


# %%
def train(x, y, hidden=()):
    model = keras.Sequential([keras.Input(x.shape[1:])])
    for units in hidden:
        model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dense(int(y.max()) + 1, activation="softmax"))
    adam = keras.optimizers.Adam(learning_rate=0.003)
    model.compile(
        adam, "sparse_categorical_crossentropy", steps_per_execution=25
    )  # 25 at once: faster
    model.fit(x, y, batch_size=20, epochs=10, verbose=0)
    return model


def accuracy(model, x, y):
    return float(np.mean(np.argmax(model(x), axis=1) == y))


# %% row="C52" name="few-images"
keras.utils.set_random_seed(1)  # so that your numbers are like ours
borrowed_marks, scratch_marks = {}, {}
for images, draws in [(100, 3), (1000, 2), (5000, 1)]:
    borrowed_marks[images], scratch_marks[images] = [], []
    for draw_number in range(draws):
        few = slice(draw_number * images, (draw_number + 1) * images)
        head = train(features_train[few], y_train[few] % 2)
        borrowed_marks[images].append(accuracy(head, features_test, y_test % 2))
        model = train(x_train[few], y_train[few] % 2, hidden=[100, 100])
        scratch_marks[images].append(accuracy(model, x_test, y_test % 2))
    marks = [f"{np.mean(m[images]):.1%}" for m in (borrowed_marks, scratch_marks)]
    print(f"{images:5,} images: {marks[0]} with borrowed layers, {marks[1]} from scratch")

# %% tags=["guard"]
assert list(borrowed_marks) == list(scratch_marks) == [100, 1000, 5000]
assert [len(borrowed_marks[n]) for n in borrowed_marks] == [3, 2, 1]
assert [len(scratch_marks[n]) for n in scratch_marks] == [3, 2, 1]
assert all(0.945 < mark < 0.985 for mark in borrowed_marks[100])
assert all(0.78 < mark < 0.895 for mark in scratch_marks[100])
assert all(0.87 < mark < 0.96 for mark in scratch_marks[1000])
assert all(0.98 < mark < 0.994 for mark in borrowed_marks[1000] + borrowed_marks[5000])
assert 0.94 < scratch_marks[5000][0] < 0.98
assert head.count_params() == 1002 and model.count_params() == 78_500 + 10_100 + 202
assert [layer.activation.__name__ for layer in model.layers] == ["relu", "relu", "softmax"]

# %% row="C52" name="borrowing-wins"
sizes = [100, 1000, 5000]
curves = {"with borrowed layers": borrowed_marks, "from scratch": scratch_marks}
means = {name: [100 * np.mean(marks[n]) for n in sizes] for name, marks in curves.items()}
title = "100 images on borrowed layers do as well as 5,000 from scratch"
picture = plot_lines(
    means, x=sizes, title=title, xlabel="labelled images", ylabel="test accuracy (%)"
)
axes = picture.figure.axes[0]
for marks, color in [(borrowed_marks, "#0072B2"), (scratch_marks, "#E69F00")]:
    for n in sizes:
        axes.scatter([n] * len(marks[n]), 100 * np.array(marks[n]), color=color, alpha=0.5)
axes.set_xscale("log")
picture

# %% tags=["guard"]
from keras_beyond import guarding

for name, marks, color in [
    ("with borrowed layers", borrowed_marks, "#0072B2"),
    ("from scratch", scratch_marks, "#E69F00"),
]:
    drawn = guarding.line(picture, name)
    assert np.allclose(drawn, [(n, 100 * np.mean(marks[n])) for n in sizes])
    assert len(guarding.points(picture, color)) == 6
    assert np.allclose(guarding.points(picture, color)[:3, 1], 100 * np.array(marks[100]))
assert guarding.inside(picture) and axes.get_xscale() == "log"
assert abs(np.mean(borrowed_marks[100]) - scratch_marks[5000][0]) < 0.02
assert min(borrowed_marks[100]) > max(scratch_marks[1000])

# %% [markdown] lang="zh-TW"
# 淡色的點是每一次實驗，每次換一批圖，線穿過平均。從零開始的網路有兩個隱藏層，各 100 個神經元，用 ReLU，所以很快就練完；每一次都練 10 個 epoch，圖和學習率也都一樣。
#
# 100 張圖加上借來的層，平均對了 {{np.mean(borrowed_marks[100]):.1%}}。從零開始看 100 張只有 {{np.mean(scratch_marks[100]):.1%}}，看 1,000 張有 {{np.mean(scratch_marks[1000]):.1%}}，要看到 5,000 張才有 {{scratch_marks[5000][0]:.1%}}。差了 {{sizes[-1] // sizes[0]}} 倍的資料！
#
# 這就是**轉移學習** (transfer learning)：站在巨人的肩膀上。標籤很貴，要人一張一張看，能省五十倍，誰不想要？
#
# 聰明的你可能會抗議兩件事。第一，借來的層本來就是用這些數字訓練出來的，等於早就看過考題。第二，會認數字的模型，答案除以 2 看餘數就知道奇偶，根本不必再學。兩個抗議都對！所以這一課先用奇偶把方法講清楚，因為每一步都對得出答案。最後再換成這個網路從來沒見過的東西，看看還靈不靈。
#
# 讀完以後，你會：
#
# 1. 把模型當成一串層 (list) 來拆、來接；
# 2. 載入訓練好的權重，換上新的輸出層，拿去做另一件事；
# 3. 說明共用層的兩個模型會怎麼互相影響；
# 4. 凍結 (freeze) 借來的層，並且確定凍結真的生效；
# 5. 判斷什麼時候借別人的層划算。
#
# **先想一想**：上一課的 `digits` 有三層 `Dense`，648,010 個參數。把最後一層換成只分兩類，新的這一層有幾個參數？

# %% [markdown] lang="en"
# Each pale dot is one experiment on images of its own, and the lines join the means. The network from scratch has two hidden layers of 100 neurons with ReLU, so that it trains fast. Every network trains for 10 epochs, on the same images and with the same learning rate on both sides.
#
# With 100 images and borrowed layers the average is {{np.mean(borrowed_marks[100]):.1%}}. From scratch, 100 images give {{np.mean(scratch_marks[100]):.1%}}, 1,000 give {{np.mean(scratch_marks[1000]):.1%}}, and it takes 5,000 to reach {{scratch_marks[5000][0]:.1%}}. That is {{sizes[-1] // sizes[0]}} times as much data!
#
# This is **transfer learning**: you stand on the shoulders of giants. Labels are expensive, because a person has to look at every image. Who wouldn't like to need fifty times fewer?
#
# You may want to protest, and you may protest twice. First, the borrowed layers were trained on these very digits, so they have seen the exam. Second, a model that reads digits knows odd from even already: divide its answer by 2 and look at the remainder. You are right both times! We use odd and even to learn the method, because every step can be checked. At the end of the lesson the network meets something that it has never seen.
#
# By the end you will be able to:
#
# 1. take a model apart as a list of layers, and put lists together;
# 2. load trained weights, put a new output layer on them, and use them for another task;
# 3. explain how two models that share layers affect each other;
# 4. freeze borrowed layers, and make sure that freezing has taken effect;
# 5. judge when borrowing pays.
#
# **Think first**: `digits`, from the last lesson, has three `Dense` layers and 648,010 parameters. Replace the last one with a layer for two categories. How many parameters does the new layer have?

# %% [markdown] lang="zh-TW"
# ## `model.layers` 就是一個串列
#
# 上一課用 `.add` 一層一層疊。Keras 把這些層收在哪裡？這次把激活函數（activation function，也叫啟動函數）拆出來，自成一層，看得更清楚：

# %% [markdown] lang="en"
# ## `model.layers` is a list
#
# In the last lesson you stacked layer upon layer with `.add`. Where does Keras keep them? To see it better, this time each activation function is a layer of its own:

# %% row="C09" tags=["nbval-check-output"]
added = keras.Sequential([keras.Input((784,))])
for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
    added.add(layers.Dense(units))
    added.add(layers.Activation(activation))

print(type(added.layers).__name__, "of", len(added.layers))
for layer in added.layers:
    print(type(layer).__name__)

# %% [markdown] lang="zh-TW"
# 一個普通的 Python 串列，裝了六個物件。（輸入不算一層。）既然是串列，就能用 `+` 接起來。我們先把層分成三段，各取一個名字，再一次交給 `Sequential`：

# %% [markdown] lang="en"
# It is an ordinary Python list of six objects. (The input does not count as a layer.) And lists can be joined with `+`. So write the layers in three pieces, give each a name, and hand them to `Sequential` all at once:

# %% row="C09" name="pieces" tags=["nbval-check-output"]
first = [layers.Dense(500, name="dense_1"), layers.Activation("sigmoid", name="sigmoid_1")]
second = [layers.Dense(500, name="dense_2"), layers.Activation("sigmoid", name="sigmoid_2")]
ten_digits = [layers.Dense(10, name="dense_3"), layers.Activation("softmax", name="softmax")]

digits = keras.Sequential([keras.Input((784,))] + first + second + ten_digits, name="digits")
print(f"{len(digits.layers)} layers, {digits.count_params():,} parameters")

# %% tags=["guard"]
assert [weight.shape for weight in digits.weights] == [weight.shape for weight in reader.weights]
assert [layer is other for layer, other in zip(digits.layers, first + second + ten_digits)] == [
    True
] * 6

# %% [markdown] lang="zh-TW"
# 和 `.add` 疊出來的一模一樣：六層，648,010 個參數。好處是每一段都有名字，等一下可以單獨借走。
#
# ## 載入訓練好的權重，馬上就認得數字
#
# 課程附了一份訓練好的權重，叫 `handwriting`。它就是上一課開頭跟你比賽的那個網路。`load_weights` 會先核對檔案和每個權重的形狀，再放進模型。（平常用 Keras 自己的 `model.load_weights`，給它檔名就好。）

# %% [markdown] lang="en"
# This is the very model that `.add` built, six layers and 648,010 parameters. But now each piece has a name, and you can borrow it by itself.
#
# ## Load trained weights, and it reads digits at once
#
# The course ships trained weights called `handwriting`. They are those of the network that you competed with in the last lesson. `load_weights` checks the file and the shape of every weight before it loads them. (In plain Keras, `model.load_weights` takes the name of a file.)

# %% row="C10" name="load-digits"
random_digits = keras.models.clone_model(digits)  # the same layers, always with new random weights
before = accuracy(random_digits, x_test, y_test)
load_weights(digits, "handwriting")
handwriting = digits.get_weights()
trained = accuracy(digits, x_test, y_test)
print(f"test accuracy {before:.1%} with random weights, {trained:.1%} with the trained ones")

# %% tags=["guard"]
assert before < 0.3 and 0.993 <= trained < 0.996 and len(handwriting) == 6

# %% [markdown] lang="zh-TW"
# 沒有訓練，也沒有 `compile`，準確率就從 {{before:.0%}} 跳到 {{trained:.1%}}。這兩層各 500 個神經元，已經很會看筆畫了。
#
# ## 換掉最後一段，就是另一個模型
#
# 新任務是奇偶，標籤只要一行 `y % 2`：偶數是 0，奇數是 1。模型借前面兩段，叫做 body，再接一個只有兩個輸出的新輸出層，叫做 head：

# %% [markdown] lang="en"
# Without any training, and without `compile`, the accuracy has jumped from {{before:.0%}} to {{trained:.1%}}. These two layers of 500 neurons know a lot about strokes.
#
# ## Another last piece makes another model
#
# The new task is odd or even. Its labels take one line, `y % 2`: 0 for even, 1 for odd. The model borrows the first two pieces, called the body, and gets a new output layer of two, called the head:

# %% row="C11" name="new-head"
borrowed = first + second
odd_even = [layers.Dense(2, name="dense_odd_even"), layers.Activation("softmax", name="softmax_2")]
parity = keras.Sequential([keras.Input((784,), name="pixels")] + borrowed + odd_even, name="parity")
new_parity = parity.get_weights()  # trained ones in the body, random ones in the head
print(f"{parity.count_params():,} parameters, {odd_even[0].count_params():,} of them new")

untrained = accuracy(parity, x_test, y_test % 2)
remainder = np.mean(np.argmax(digits(x_test), axis=1) % 2 == y_test % 2)
print(
    f"test accuracy {untrained:.1%} with the new head, {remainder:.1%} by the answer of digits % 2"
)

# %% tags=["guard"]
assert parity.count_params() == 648_010 - 5_010 + 1_002 and 0.2 < untrained < 0.8
assert 0.995 < remainder < 0.999
assert [layer is other for layer, other in zip(parity.layers, borrowed)] == [True] * 4

# %% [markdown] lang="zh-TW"
# 新的一層有 500x2 + 2 = 1,002 個參數，你猜對了嗎？總數是 648,010 - 5,010 + 1,002 = 644,002。新的 head 還沒訓練，用的是隨機的權重，{{untrained:.1%}} 只是運氣。（換別的隨機權重，運氣差多少？後面有一節進階可以看。）
#
# 最後那個數字就是剛才的抗議：直接用 `digits` 的答案 `% 2`，有 {{remainder:.1%}}，誰也比不過。真的要分奇偶，就這樣做！我們還是用它來練習換 head，因為步驟和真正的任務一樣，而且錯了馬上看得出來。
#
# ## 借來的層沒有複製，兩個模型用的是同一份權重
#
# `parity` 的層和 `digits` 的層，是兩份，還是同一份？

# %% [markdown] lang="en"
# The new layer has 500x2 + 2 = 1,002 parameters. Was that your answer? The total is 648,010 - 5,010 + 1,002 = 644,002. The new head still has random weights, and its {{untrained:.1%}} are mere luck. (A further section shows how the luck varies.)
#
# The last figure is the protest from above: `% 2` on the answer of `digits` scores {{remainder:.1%}}, and nothing in this lesson beats it. If odd or even were all you wanted, you should do just that! We use it to practise changing heads, because the steps are those of a real task and mistakes show at once.
#
# ## Borrowed layers are not copies: both models use the same weights
#
# How are the layers of `parity` related to those of `digits`? Are they copies?

# %% row="C12" name="same-objects" tags=["nbval-check-output"]
for layer, other in zip(digits.layers, parity.layers):
    print(f"{layer.name:10s} and {other.name:14s} the same object: {layer is other}")

# %% [markdown] lang="zh-TW"
# 前四層根本是同一個物件。串列裡放的是層本身，接來接去並沒有複製。
#
# 那就有意思了。現在用 Adam 訓練 `parity` 一個 epoch，完全不碰 `digits`。先猜：`digits` 認數字的準確率會變好、變差，還是不變？

# %% [markdown] lang="en"
# The first four are the same objects. A list holds the layers themselves, and joining lists copies nothing.
#
# Now it gets interesting. Train `parity` for one epoch with Adam, and do not touch `digits` at all. Guess first: will `digits` read better, worse, or just as well as before?


# %% row="C12" name="train-parity"
def train_parity(optimizer):
    parity.set_weights(new_parity)  # always start from the same weights
    parity.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    parity.fit(x_train, y_train % 2, batch_size=500, epochs=1, verbose=0)
    marks = accuracy(digits, x_test, y_test), accuracy(parity, x_test, y_test % 2)
    digits.set_weights(handwriting)  # restores the layers in parity too: they are the same
    return marks


for layer in borrowed:
    layer.trainable = True  # the default, as the next section explains
digits_adam, parity_adam = train_parity(keras.optimizers.Adam(learning_rate=0.001))
print(f"Adam: digits {trained:.1%} before, {digits_adam:.1%} after; parity {parity_adam:.1%}")

# %% tags=["guard"]
assert digits_adam > 0.955 and 1 - digits_adam > 1.3 * (1 - trained), digits_adam
assert 0.97 < parity_adam < 0.998, parity_adam
assert accuracy(digits, x_test, y_test) == trained

# %% [markdown] lang="zh-TW"
# 我們明明沒碰 `digits`，它看錯的卻從 {{1 - trained:.1%}} 變成 {{1 - digits_adam:.1%}}！`parity` 在訓練的時候移動了共用的權重，`digits` 的輸出層卻還以為收到的 500 個數字跟原來一樣。**權重只有一份，要動就一起動。**
#
# 想要它不動，可以複製一份（練習 2.3），也可以凍結。
#
# ## 凍結的層不會動，哪個模型來訓練都一樣
#
# 每一層都有一個屬性 `trainable`。把它設成 `False`，優化器就不碰這一層的權重：

# %% [markdown] lang="en"
# We never touched `digits`, and yet its errors have grown from {{1 - trained:.1%}} to {{1 - digits_adam:.1%}}! Training `parity` has moved the shared weights, while the output layer of `digits` still expects the 500 numbers that it was trained on. **There is one set of weights, and it moves for everybody.**
#
# To keep it still, you can make a copy (exercise 2.3) or freeze it.
#
# ## A frozen layer stays put, whichever model is trained
#
# Every layer has an attribute `trainable`. Set it to `False`, and the optimizer leaves the weights of that layer alone:


# %% row="C13" name="freeze" tags=["nbval-check-output"]
def print_trainable(model):
    trainable = sum(weight.numpy().size for weight in model.trainable_weights)
    print(f"{model.name}: {trainable:,} / {model.count_params() - trainable:,}")


for layer in borrowed:
    layer.trainable = False
print("trainable / non-trainable")
print_trainable(parity)
print_trainable(digits)

# %% tags=["guard"]
assert accuracy(digits, x_test, y_test) == trained
assert [layer.trainable for layer in parity.layers] == [False] * 4 + [True] * 2

# %% [markdown] lang="zh-TW"
# `parity` 只剩 1,002 個參數可以訓練。沒碰 `digits`，它的也變了：凍結的是層，不是模型，裝著這些層的模型都看得到。畫出來，凍結的層塗灰、畫斜線：

# %% [markdown] lang="en"
# `parity` has only 1,002 parameters left to train. The count of `digits` has changed as well: it is the layers that are frozen, and every model that holds them sees it. In the picture, frozen layers are grey and hatched:

# %% tags=["nbval-check-output"]
draw(parity, direction="right")

# %% [markdown] lang="zh-TW"
# （激活函數沒有參數，凍不凍結都一樣，所以留白。）
#
# ### 練過以後才凍結，要重新 `compile`
#
# 這裡有個陷阱，很多人掉下去過。Keras 第一次 `fit` 的時候看一眼 `trainable`，以後就照那一次的樣子訓練。先 `fit`、再凍結，會怎樣？三種情況各試一次，先猜哪幾次權重會動：

# %% [markdown] lang="en"
# (Activations have no parameters to freeze, and stay white.)
#
# ### After a `fit`, freezing needs another `compile`
#
# Here is a trap that has caught many. Keras looks at `trainable` at the first `fit`, and trains in that way from then on. What if you `fit` first and freeze afterwards? Guess in which of these three cases the weights move:


# %% row="C13" name="freeze-trap" tags=["nbval-check-output"]
def borrowed_moves(model):
    start = first[0].get_weights()[0]
    model.fit(x_train[:1000], y_train[:1000] % 2, batch_size=1000, verbose=0)
    return not np.array_equal(start, first[0].get_weights()[0])


first[0].trainable = True
parity.compile("adam", "sparse_categorical_crossentropy")
print("not frozen:              weights move", borrowed_moves(parity))
first[0].trainable = False
print("frozen after a fit:      weights move", borrowed_moves(parity))
parity.compile("adam", "sparse_categorical_crossentropy")
print("frozen, compiled again:  weights move", borrowed_moves(parity))
digits.set_weights(handwriting)

# %% tags=["guard"]
assert not first[0].trainable and np.array_equal(parity.get_weights()[0], handwriting[0])

# %% [markdown] lang="zh-TW"
# 第二行就是陷阱：明明凍結了，權重照樣在動，而且完全沒有警告，Keras 3.15 也一樣。記住這個順序：**改 `trainable`，再 `compile`，再 `fit`**。
#
# 現在照規矩來，只訓練新的 head。順便看看 `digits` 的預測有沒有被動到：

# %% [markdown] lang="en"
# The second line is the trap. The layer is frozen and its weights still move, and nothing tells you: even Keras 3.15 gives no warning. Keep to this order: **set `trainable`, then `compile`, then `fit`**.
#
# Now do it properly and train the new head alone. We also check whether the predictions of `digits` have changed:

# %% row="C13" name="train-head"
digits_predictions = digits.predict(x_test, batch_size=1000, verbose=0)
for layer in borrowed:
    layer.trainable = False
adam = keras.optimizers.Adam(learning_rate=0.01)
parity.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
parity.fit(x_train, y_train % 2, batch_size=200, epochs=2, verbose=0)

parity_answers = parity.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
parity_frozen = np.mean(parity_answers == y_test % 2)
unchanged = np.array_equal(digits_predictions, digits.predict(x_test, batch_size=1000, verbose=0))
print(f"parity: test accuracy {parity_frozen:.1%}; predictions of digits unchanged: {unchanged}")

# %% tags=["guard"]
assert 0.985 <= parity_frozen < 0.997 and unchanged
assert guarding.last_activation(parity) == "softmax" and len(parity.trainable_weights) == 2

# %% [markdown] lang="zh-TW"
# 只動 1,002 個參數，奇偶就判對 {{parity_frozen:.1%}}，`digits` 的預測完全沒變。恭喜，這就是你的第一個轉移學習！來看看它錯在哪裡，圖上面寫的是正確的數字，和它說奇數 (odd) 還是偶數 (even)：

# %% [markdown] lang="en"
# By moving 1,002 parameters it gets {{parity_frozen:.1%}} right, and the predictions of `digits` are exactly what they were. Congratulations, this is your first piece of transfer learning! Where does it go wrong? Above each image stands the right digit, and what the model said:

# %% name="parity-mistakes"
wrong = np.flatnonzero(parity_answers != y_test % 2)
said = ["even", "odd"]
show_images(
    images_test[wrong[:14]],
    [f"{y_test[i]}, {said[parity_answers[i]]}" for i in wrong[:14]],
    columns=7,
)

# %% tags=["guard"]
for axes, i in zip(_.figure.axes, wrong[:14]):
    assert axes.get_title() == f"{y_test[i]}, {'odd' if y_test[i] % 2 == 0 else 'even'}"
    assert np.array_equal(axes.images[0].get_array(), images_test[i])

# %% [markdown] lang="zh-TW"
# ### 練習 2.1：先算，再看（3 分鐘）
#
# 如果只凍結 `parity` 的**第二層** `Dense`，第一層不凍結，可訓練的參數還剩幾個？先在紙上算，再填進 `left_to_train`。

# %% [markdown] lang="en"
# ### Exercise 2.1: count before you look (3 minutes)
#
# Freeze only the **second** `Dense` of `parity`, and not the first. How many trainable parameters are left? Work it out on paper, then put the number in `left_to_train`.

# %% tags=["exercise"]
left_to_train = None
### BEGIN SOLUTION
left_to_train = (784 * 500 + 500) + (500 * 2 + 2)  # 393,502
### END SOLUTION

# %% tags=["check"]
check("left-to-train", left_to_train)

# %% [markdown] lang="zh-TW"
# ## 凍結的部分，算一次就好
#
# 凍結的層對同一張圖，每次算出來都一樣。那何必每個 epoch 重算？先算一次，把那 500 個數字（叫做特徵，features）存起來，之後只訓練 head。開頭的 `features_train` 就是這樣來的：

# %% [markdown] lang="en"
# ## Compute the frozen part once
#
# A frozen layer computes the same numbers for the same image every time. So why do it again in every epoch? Compute the 500 numbers once (they are called features), keep them, and train the head on them. That is how `features_train` was made at the start:

# %% name="head-on-features"
head = keras.Sequential([keras.Input((500,)), layers.Dense(2, activation="softmax")], name="head")
adam = keras.optimizers.Adam(learning_rate=0.01)
head.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
head.fit(features_train, y_train % 2, batch_size=200, epochs=2, verbose=0)
head_accuracy = accuracy(head, features_test, y_test % 2)
print(f"head on features: test accuracy {head_accuracy:.1%}")


def epoch_seconds(model, x):  # of a model that has been trained before: a first fit has to start up
    start = time.perf_counter()
    model.fit(x, y_train % 2, batch_size=200, epochs=1, verbose=0)
    return time.perf_counter() - start


whole, alone = epoch_seconds(parity, x_train), epoch_seconds(head, features_train)
print(f"one more epoch: {whole:.2f} s with the frozen layers, {alone:.2f} s with the head alone")

# %% tags=["guard"]
assert abs(head_accuracy - parity_frozen) < 0.006 and head.count_params() == 1002

# %% [markdown] lang="zh-TW"
# 準確率差不多，每個 epoch 的時間卻少了一大截（秒數每台機器不同）。特徵要先算一次，練的 epoch 越多，這一次就越划算。
#
# ### 練習 2.2：大的還是小的（7 分鐘）
#
# 換你借一次！做一個 `small_large`，判斷數字是小的（0 到 4，答案 0）還是大的（5 到 9，答案 1）。借 `digits` 前面兩段、凍結、接上新的輸出層、訓練。測試準確率要到 96%，而且 `digits` 的權重不能變。

# %% [markdown] lang="en"
# The accuracy is much the same, and an epoch takes far less time. (The seconds differ from machine to machine.) The features have to be computed once first, and the more epochs follow, the better that pays.
#
# ### Exercise 2.2: small or large (7 minutes)
#
# Now you borrow! Make `small_large`, which tells whether a digit is small (0 to 4, answer 0) or large (5 to 9, answer 1). Borrow the first two pieces of `digits`, freeze them, put on a new output layer, and train. It should reach 96 % of the test digits, and leave the weights of `digits` as they are.

# %% tags=["exercise"]
small_large = None
### BEGIN SOLUTION
for layer in borrowed:
    layer.trainable = False
two_sizes = [layers.Dense(2), layers.Activation("softmax")]
small_large = keras.Sequential([keras.Input((784,))] + borrowed + two_sizes, name="small_large")
adam = keras.optimizers.Adam(learning_rate=0.01)
small_large.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
small_large.fit(x_train, y_train // 5, batch_size=200, epochs=2, verbose=0)
### END SOLUTION

# %% tags=["check"]
check("small-or-large", {"digits": digits, "small_large": small_large})

# %% [markdown] lang="zh-TW"
# ## 從沒看過的字，借來的層也幫得上忙
#
# 現在回答第一個抗議。我們的網路這輩子只看過數字。給它八個中文字：人、大、天、木、山、土、口、十。
#
# 這些圖是課程自己寫的程式「寫」的：每一筆畫成折線，隨機抖動、彎曲、旋轉，換粗細不同的筆，再照 MNIST 的規矩縮放、置中。圖上面只能寫英文的意思，因為畫圖的 Matplotlib 沒有附中文字型：

# %% [markdown] lang="en"
# ## Borrowed layers help even with symbols they have never seen
#
# Now to the first protest. Our network has never seen anything but digits. Give it eight Chinese characters, which mean person, big, sky, tree, mountain, earth, mouth and ten.
#
# A program of this course "wrote" them. It draws every stroke as a line of a few pieces, then jitters, bends and turns it at random and changes the width of the pen. Finally the images are scaled and centred as in MNIST:

# %% name="symbols"
(images_symbols, y_symbols), (images_symbols_test, y_symbols_test) = load_symbols()
x_symbols = images_symbols.reshape(-1, 784).astype("float32") / 255
x_symbols_test = images_symbols_test.reshape(-1, 784).astype("float32") / 255
print("training symbols:", images_symbols.shape, "test symbols:", images_symbols_test.shape)

rows = np.transpose([np.flatnonzero(y_symbols == label)[:3] for label in range(8)]).flatten()
show_images(images_symbols[rows], [SYMBOLS[y_symbols[i]] for i in rows], columns=8)

# %% tags=["guard"]
assert len(_.figure.axes) == 24 and len(SYMBOLS) == 8
for axes, i in zip(_.figure.axes, rows):
    assert np.array_equal(axes.images[0].get_array(), images_symbols[i])
    assert axes.get_title(loc="left") or axes.get_title() == SYMBOLS[y_symbols[i]]
assert guarding.disjoint(images_symbols, images_symbols_test)

# %% [markdown] lang="zh-TW"
# 考試規則和開頭一樣：一樣的圖、一樣多的 epoch、一樣的學習率，一隊用借來的層，另一隊從零開始。每個字只給 12 張，換三批各試一次。先猜：認數字的層，看得懂「山」嗎？

# %% [markdown] lang="en"
# The rules are those of the first contest: the same images, the same number of epochs, the same learning rate; one side borrows, and the other starts from scratch. There are a dozen images of each character, and we try three different dozens. Guess first: can layers that read digits make sense of a mountain?

# %% name="symbols-contest"
features_symbols = two_layers.predict(x_symbols, verbose=0)
features_symbols_test = two_layers.predict(x_symbols_test, verbose=0)
keras.utils.set_random_seed(1)
dozens, heads, symbol_marks = [], [], {"borrowed": [], "from scratch": []}
for draw_number in range(3):
    dozen = slice(12 * draw_number, 12 * (draw_number + 1))
    few = np.concatenate([np.flatnonzero(y_symbols == label)[dozen] for label in range(8)])
    head = train(features_symbols[few], y_symbols[few])
    model = train(x_symbols[few], y_symbols[few], hidden=[100, 100])
    symbol_marks["borrowed"].append(accuracy(head, features_symbols_test, y_symbols_test))
    symbol_marks["from scratch"].append(accuracy(model, x_symbols_test, y_symbols_test))
    dozens.append(few)
    heads.append(head)
for name, marks in symbol_marks.items():
    print(f"{name:12s}", ", ".join(f"{mark:.1%}" for mark in marks))

# %% tags=["guard"]
assert [np.bincount(y_symbols[few]).tolist() for few in dozens] == [[12] * 8] * 3
assert len(set(np.concatenate(dozens))) == 288
assert all(0.92 < mark < 0.99 for mark in symbol_marks["borrowed"])
assert all(0.84 < mark < 0.95 for mark in symbol_marks["from scratch"])
assert min(symbol_marks["borrowed"]) > np.mean(symbol_marks["from scratch"]) + 0.015
errors = {name: 1 - np.mean(marks) for name, marks in symbol_marks.items()}
assert errors["borrowed"] < 0.67 * errors["from scratch"]

# %% [markdown] lang="zh-TW"
# 看得懂！借來的層平均對 {{np.mean(symbol_marks["borrowed"]):.1%}}，從零開始是 {{np.mean(symbol_marks["from scratch"]):.1%}}。數字裡沒有「山」，可是橫、豎、撇、捺有，轉角也有。借來的層認得的是筆畫，不是數字，筆畫到哪裡都用得上。
#
# 不過，差別也要看清楚：奇偶那題省了五十倍的資料，這裡是錯誤從 {{1 - np.mean(symbol_marks["from scratch"]):.1%}} 降到 {{1 - np.mean(symbol_marks["borrowed"]):.1%}}。新任務和舊任務越像，借來的層通常越值錢。
#
# ## 回顧
#
# 1. `model.layers` 是串列，可以用 `+` 接。`Sequential(first + second + ten_digits)` 和一層一層 `.add` 得到同一個模型。
# 2. 載入權重就有 {{trained:.1%}}。換上 1,002 個參數的新 head，就變成奇偶模型。
# 3. 借來的層是同一個物件，權重只有一份。訓練一個模型，另一個也跟著變。
# 4. 先改 `trainable`，再 `compile`，再 `fit`，順序錯了也不會有警告。凍結的部分算一次、存起來就好。
# 5. 標籤少、新任務又和舊任務像的時候，借最划算。資料夠多，從零開始也追得上（開頭那題要五十倍）。
#
# **2026 年，大家還這樣做嗎？** 資料不多的時候，很少人從零開始了：
#
# - 微調大型語言模型常用 LoRA（2021 年提出）：原來的權重全部凍結，旁邊加上小小的矩陣，只訓練那些矩陣。
# - 影像模型 DINOv3（2025 年）訓練好就凍結，換一個小小的 head，就能做分類、影像分割、深度估計。
# - 語意搜尋把每篇文章的特徵向量算一次，存進向量資料庫。凍結的部分算一次就好，你剛剛學過！
#
# 恭喜！你把一個模型拆成零件，接出新的模型，還讓一個只會認數字的網路讀懂了中文字。以後看到別人訓練好的模型，你知道怎麼借。下一課，每一層都是一個函數，資料怎麼流，由你決定。

# %% [markdown] lang="en"
# They can! The borrowed layers get {{np.mean(symbol_marks["borrowed"]):.1%}} right on average, and the network from scratch {{np.mean(symbol_marks["from scratch"]):.1%}}. There is no mountain among the digits, but there are strokes down and across, slanting strokes, and corners. The borrowed layers know strokes, and strokes are useful everywhere.
#
# Notice the difference, too. For odd or even, borrowing was worth fifty times the data. Here it brings the errors from {{1 - np.mean(symbol_marks["from scratch"]):.1%}} down to {{1 - np.mean(symbol_marks["borrowed"]):.1%}}. The more the new task resembles the old one, the more borrowed layers are usually worth.
#
# ## Summary
#
# 1. `model.layers` is a list, and lists are joined with `+`. `Sequential(first + second + ten_digits)` is the model that `.add` builds.
# 2. Loading the weights gives {{trained:.1%}}. With a new head of 1,002 parameters it becomes a model for odd or even.
# 3. Borrowed layers are the same objects with one set of weights. Train one model, and the other changes too.
# 4. Set `trainable`, then `compile`, then `fit`; the wrong order gives no warning. Compute the frozen part once and keep it.
# 5. Borrowing pays when labels are few and the new task resembles the old one. With enough data, training from scratch catches up (at the start it took fifty times as much).
#
# **Do people still do this in 2026?** With little data, few start from scratch any more:
#
# - Large language models are often fine-tuned with LoRA (published in 2021): all the original weights are frozen, small matrices are added beside them, and only these are trained.
# - DINOv3 (2025), a model for images, is trained and then frozen. With one small head or another it classifies, segments, or estimates depth.
# - Semantic search computes the features of every document once and keeps them in a vector database. Compute the frozen part once: you know that trick!
#
# Congratulations! You took a model apart, built new ones from the pieces, and made a network that only knew digits read Chinese. The next time you see a model that somebody has trained, you know how to borrow it. In the next lesson every layer is a function, and you decide how the data flow.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：微調，解凍以後慢慢走
#
# 借來的層能不能也為新任務調整一下？可以，這叫**微調** (fine-tuning)。先凍結，把新的 head 練好，再解凍，用很小的學習率繼續練。
#
# 拿剛才練好的三個 `heads` 來試。`clone_model` 複製一份借來的層，免得動到原來的。學習率 0.001 和 0.03 各走 10 個 epoch，先猜哪個會變好：

# %% [markdown] lang="en" section="further"
# ## Further: fine-tuning, thawed and slow
#
# Can the borrowed layers adapt a little to the new task? They can, and that is **fine-tuning**. First freeze and train the new head, then thaw and train on with a small learning rate.
#
# Take the three `heads` that you have just trained. `clone_model` makes a copy of the borrowed layers, so that the originals stay what they are. Try the learning rates 0.001 and 0.03 for 10 epochs each, and guess which one helps:


# %% name="fine-tune"
def fine_tune(head, few, learning_rate):
    copies = keras.models.clone_model(two_layers).layers
    tuned = keras.Sequential(
        [keras.Input((784,))] + copies + [layers.Dense(8, activation="softmax")]
    )
    tuned.set_weights(two_layers.get_weights() + head.get_weights())
    adam = keras.optimizers.Adam(learning_rate=learning_rate)
    tuned.compile(adam, "sparse_categorical_crossentropy")
    tuned.fit(x_symbols[few], y_symbols[few], batch_size=20, epochs=10, verbose=0)
    return accuracy(tuned, x_symbols_test, y_symbols_test)


tuned_marks = {0.001: [], 0.03: []}
for rate, marks in tuned_marks.items():
    for head, few in zip(heads, dozens):
        marks.append(fine_tune(head, few, rate))
    print(f"thawed, learning rate {rate}:", ", ".join(f"{mark:.1%}" for mark in marks))

# %% tags=["guard"]
gain, loss = (
    np.mean(tuned_marks[rate]) - np.mean(symbol_marks["borrowed"]) for rate in (0.001, 0.03)
)
assert 0.001 < gain < 0.035 and -0.15 < loss < -0.005

# %% [markdown] lang="zh-TW"
# 只練 head 的時候，平均是 {{np.mean(symbol_marks["borrowed"]):.1%}}。慢慢走，變成 {{np.mean(tuned_marks[0.001]):.1%}}；走太大步，反而掉到 {{np.mean(tuned_marks[0.03]):.1%}}，借來的東西被踩壞了。
#
# 也可以只解凍一部分，哪一種好，讓驗證資料決定。拉拉看，凍結不同的層數，各剩多少參數可以訓練：

# %% [markdown] lang="en"
# With the head alone the average was {{np.mean(symbol_marks["borrowed"]):.1%}}. Small steps bring it to {{np.mean(tuned_marks[0.001]):.1%}}. Large steps take it down to {{np.mean(tuned_marks[0.03]):.1%}}: large steps destroy what you borrowed.
#
# You may also thaw some of the layers only, and let the validation data decide. See how many parameters can be trained when one, two or all of the `Dense` layers are frozen:

# %% name="freeze-first" tags=["nbval-check-output"]
frozen_demo = keras.models.clone_model(parity)


def freeze_first(dense_layers):
    for index, layer in enumerate(frozen_demo.layers):
        layer.trainable = index // 2 >= dense_layers
    print_trainable(frozen_demo)
    return draw(frozen_demo, direction="right")


freeze_first(1)

# %% tags=["widget"]
explore(freeze_first, dense_layers=(0, 3))

# %% tags=["guard"]
guarding.try_view(unstated=["dense_layers"])
freeze_first(2)
assert [layer.trainable for layer in frozen_demo.layers[::2]] == [False, False, True]

# %% [markdown] lang="zh-TW"
# ### 練習 2.3：複製一份，互不影響（8 分鐘）
#
# 做一個 `independent`：權重的值和 `digits` 一樣，預測也一樣，可是沒有共用任何一層。訓練它，`digits` 一點也不會變。

# %% [markdown] lang="en"
# ### Exercise 2.3: a copy that goes its own way (8 minutes)
#
# Make `independent`: its weights have the same values as those of `digits`, and so its predictions are the same, but the two share no layer. Training it would not move `digits` at all.

# %% tags=["exercise"]
independent = None
### BEGIN SOLUTION
independent = keras.models.clone_model(digits)  # new layers, new random weights
independent.set_weights(digits.get_weights())
### END SOLUTION

# %% tags=["check"]
check("independent-copy", {"digits": digits, "independent": independent})

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：大模型也這樣借，小心 BatchNormalization
#
# `keras.applications` 收了許多在 ImageNet（一千類照片）上訓練好的模型：

# %% [markdown] lang="en" section="further"
# ## Further: large models are borrowed in the same way, but mind BatchNormalization
#
# `keras.applications` has many models trained on ImageNet, photographs of a thousand categories:

# %% row="C15"
models = [name for name in dir(keras.applications) if name[0].isupper()]
print(len(models), "models, among them:", ", ".join(models[::6] + ["MobileNetV2"]))

# %% tags=["guard"]
assert {"MobileNetV2", "ResNet50", "VGG16"} <= set(models)

# %% [markdown] lang="zh-TW"
# 平常會寫 `weights="imagenet"`，第一次用要從網路下載。這門課不用網路，所以寫 `weights=None`，只練習動手術，裡面的權重是隨機的。`include_top=False` 就是不要原來的輸出層，`pooling="avg"` 把最後的特徵圖平均成 1,280 個數字：

# %% [markdown] lang="en"
# Usually you write `weights="imagenet"`, which downloads the weights the first time. This course needs no network, so it writes `weights=None`: we practise the surgery, and the weights are random. `include_top=False` leaves out the output layer, and `pooling="avg"` averages the last feature maps into 1,280 numbers:

# %% row="C15" name="mobilenet" tags=["nbval-check-output"]
base = keras.applications.MobileNetV2(
    input_shape=(96, 96, 3), include_top=False, weights=None, pooling="avg", name="mobilenet_v2"
)
print(f"features: {base.output_shape[-1]:,}")

cats_dogs = keras.Sequential([base, layers.Dense(2, activation="softmax")], name="cats_or_dogs")
print("trainable / non-trainable")
print_trainable(cats_dogs)
base.trainable = False
print_trainable(cats_dogs)

# %% tags=["guard"]
norms = [layer for layer in base.layers if isinstance(layer, layers.BatchNormalization)]
assert sum(layer.count_params() for layer in norms) // 2 == 34_112
assert cats_dogs.layers[-1].count_params() == 1280 * 2 + 2

# %% [markdown] lang="zh-TW"
# 動作和 `parity` 完全一樣。`base` 自己是一個模型，所以一行 `base.trainable = False` 就凍結了裡面所有的層，兩百多萬個參數只剩新 head 的 2,562 個（1,280x2 + 2）。
#
# 可是凍結之前，為什麼已經有 34,112 個不能訓練？那是 BatchNormalization（批次正規化）記錄的平均數和變異數。它們不歸優化器管，卻會在訓練的時候偷偷更新！凍結能不能擋住？看一層就知道：

# %% [markdown] lang="en"
# The moves are those of `parity`. `base` is a model itself, so the one line `base.trainable = False` freezes every layer inside. Of more than two million parameters, 2,562 are left, those of the new head (1,280x2 + 2).
#
# But why were there 34,112 that could not be trained even before? They are the means and variances that BatchNormalization keeps. No optimizer touches them, and yet they change during training! Does freezing stop that? One layer is enough to find out:

# %% name="batch-normalization" tags=["nbval-check-output"]
norm = layers.BatchNormalization()
batch = np.random.default_rng(1).normal(5, 1, (100, 1)).astype("float32")
norm.build(batch.shape)
print(f"mean at the start:                     {norm.moving_mean.numpy()[0]:.2f}")
norm(batch, training=True)
print(f"one batch in training, not frozen:     {norm.moving_mean.numpy()[0]:.2f}")
norm.trainable = False
norm(batch, training=True)
print(f"one more batch in training, frozen:    {norm.moving_mean.numpy()[0]:.2f}")

# %% tags=["guard"]
assert 0.03 < norm.moving_mean.numpy()[0] < 0.07
norm.trainable = True
norm(batch, training=False)
assert abs(norm.moving_mean.numpy()[0] - 0.05) < 0.01

# %% [markdown] lang="zh-TW"
# 批次的平均大約是 5，記錄從 0 往那邊移了一點點。凍結以後就不動了：在 Keras 裡，凍結的 BatchNormalization 會改用記錄下來的平均數，不再更新。
#
# 麻煩在微調。`base.trainable = True` 一解凍，它又開始更新，你的小資料會蓋掉 ImageNet 的統計。所以微調大模型的時候，BatchNormalization 層通常繼續凍結。

# %% [markdown] lang="en"
# The mean of the batch is about 5, and the record moved a little towards it. Once frozen, it stayed: in Keras a frozen BatchNormalization uses the means that it has recorded, and no longer updates them.
#
# The trouble comes with fine-tuning. Thaw with `base.trainable = True`, and the updates begin again: your small data overwrite the statistics of ImageNet. So when a large model is fine-tuned, its BatchNormalization layers usually stay frozen.

# %% name="thaw-but-norms" tags=["nbval-check-output"]
base.trainable = True
for layer in base.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = False
print_trainable(cats_dogs)

# %% tags=["guard"]
assert sum(layer.trainable for layer in norms) == 0 and len(cats_dogs.trainable_weights) > 50

# %% [markdown] lang="zh-TW"
# 這樣解凍的只有卷積和 head。還要記得一件事：像素要縮成那個模型訓練時的樣子，每一種模型都有自己的 `preprocess_input`，別用錯。

# %% [markdown] lang="en"
# Now only the convolutions and the head are thawed. One more thing to remember: the pixels have to be scaled as in that model's own training, and every family has its own `preprocess_input`.

# %% name="preprocess"
for family in (keras.applications.mobilenet_v2, keras.applications.densenet):
    pixels = family.preprocess_input(np.array([[[[0.0, 127.5, 255.0]]]]))
    print(family.__name__.split(".")[-1], pixels.round(2).flatten())

# %% tags=["guard"]
assert np.allclose(
    keras.applications.mobilenet_v2.preprocess_input(np.array([0.0, 255.0])), [-1, 1]
)

# %% [markdown] lang="zh-TW"
# MobileNetV2 要 -1 到 1，DenseNet 要的又不一樣。

# %% [markdown] lang="en"
# MobileNetV2 wants pixels from -1 to 1, and DenseNet wants something else.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：卷積層也能借，可是不一定贏
#
# 下面的小卷積網路 `conv_base` 只看過 0 到 4。（卷積用同一組權重滑過整張圖，`MaxPooling2D(3)` 每 3x3 格只留最大的，`Flatten` 攤平。）`conv_base` 自己是一個模型，也可以當成一層放進 `Sequential`：

# %% [markdown] lang="en" section="further"
# ## Further: convolutions can be borrowed too, but need not win
#
# This small convolutional network, `conv_base`, has seen only 0 to 4. (A convolution slides the same weights over the whole image, `MaxPooling2D(3)` keeps the largest of every 3x3, and `Flatten` makes it flat.) `conv_base` is a model, and it can also stand in a `Sequential` as one layer:

# %% name="conv-base"
conv_base = keras.Sequential([keras.Input((28, 28, 1))], name="conv_base")
for filters, kernel, pool in [(8, 5, 3), (16, 3, 2)]:
    conv_base.add(layers.Conv2D(filters, kernel, activation="relu"))
    conv_base.add(layers.MaxPooling2D(pool))
conv_base.add(layers.Flatten())

low = keras.Sequential([conv_base, layers.Dense(5, activation="softmax")], name="zero_to_four")
adam = keras.optimizers.Adam(learning_rate=0.003)
low.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
images_low = x_train[y_train < 5].reshape(-1, 28, 28, 1)
low.fit(images_low, y_train[y_train < 5], batch_size=50, verbose=0)
images_low_test = x_test[y_test < 5].reshape(-1, 28, 28, 1)
print(f"0 to 4: test accuracy {accuracy(low, images_low_test, y_test[y_test < 5]):.1%}")

# %% tags=["guard"]
assert accuracy(low, images_low_test, y_test[y_test < 5]) > 0.96

# %% [markdown] lang="zh-TW"
# 現在要它認 5 到 9，標籤寫成 0 到 4。同樣的網路，什麼都不借，從零開始，用 25 張和 250 張各練一次，每個數字一樣多：

# %% [markdown] lang="en"
# Now it has to read 5 to 9, with the labels 0 to 4. Train the same network from scratch, with nothing borrowed, on 25 images and on 250, the same number of each digit:


# %% name="conv-scratch"
def pick(each):
    rows = np.concatenate([np.flatnonzero(y_train == digit)[:each] for digit in (5, 6, 7, 8, 9)])
    return x_train[rows].reshape(-1, 28, 28, 1), y_train[rows] - 5


high_images, high_labels = x_test[y_test >= 5].reshape(-1, 28, 28, 1), y_test[y_test >= 5] - 5
high_scratch = {}
for each in (5, 50):
    few_images, few_labels = pick(each)
    copy = keras.models.clone_model(conv_base)
    scratch = keras.Sequential([copy, layers.Dense(5, activation="softmax")], name="scratch")
    adam = keras.optimizers.Adam(learning_rate=0.003)
    scratch.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    scratch.fit(few_images, few_labels, batch_size=each, epochs=20, verbose=0)
    high_scratch[5 * each] = accuracy(scratch, high_images, high_labels)
    print(f"from scratch, {5 * each} images: test accuracy {high_scratch[5 * each]:.0%}")
few_images, few_labels = pick(5)

# %% tags=["guard"]
assert 0.55 < high_scratch[25] < 0.85 and 0.85 < high_scratch[250] < 0.96
assert np.bincount(few_labels).tolist() == [5] * 5 and few_images.shape == (25, 28, 28, 1)
assert len(scratch.trainable_weights) == 6 and scratch.count_params() == 208 + 1168 + 725

# %% [markdown] lang="zh-TW"
# 250 張夠了，25 張就很勉強。
#
# ### 練習 2.4：只有 25 張圖（12 分鐘）
#
# 換你：借 `conv_base`、凍結、接上 5 個輸出的新輸出層，用 `few_images` 和 `few_labels` 那 25 張圖訓練成 `high`，只動新輸出層的 725 個參數。測試準確率要到 60%。
#
# 過關以後再試一件事：`pick(50)` 就是 250 張。25 張的時候借層常常贏，可是換一個亂數種子也可能輸；250 張就差不多了。這麼小的網路從零開始也學得快，借層不是萬靈丹。

# %% [markdown] lang="en"
# With 250 images it learns well, and 25 are hardly enough.
#
# ### Exercise 2.4: only 25 images (12 minutes)
#
# Your turn: borrow `conv_base`, freeze it, put a new output layer of 5 on it, and train `high` on the 25 images `few_images` with `few_labels`, so that only the 725 parameters of the new output layer move. It should reach a test accuracy of 60 %.
#
# Once it says yes, try one thing more: `pick(50)` gives you 250 images. With 25, borrowing often wins, but with another seed it may lose; with 250 there is little between them. So small a network learns fast from scratch too, and borrowing is no cure for everything.

# %% tags=["exercise"]
high = None
### BEGIN SOLUTION
conv_base.trainable = False
high = keras.Sequential([conv_base, layers.Dense(5, activation="softmax")], name="five_to_nine")
adam = keras.optimizers.Adam(learning_rate=0.01)
high.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
high.fit(few_images, few_labels, batch_size=5, epochs=20, verbose=0)
print(f"borrowed, 25 images: test accuracy {accuracy(high, high_images, high_labels):.0%}")
### END SOLUTION

# %% tags=["check"]
check("borrow-convolutions", {"conv_base": conv_base, "low": low, "high": high})

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：200 個隨機的 head，猜得多離譜？
#
# 新的 head 還沒訓練的時候，兩類亂猜，應該對一半左右吧？只試一個，看不出什麼。換 200 個試試：特徵已經存好了，每個 head 只要乘一次。

# %% [markdown] lang="en" section="further"
# ## Further: how wildly do 200 random heads guess?
#
# Before it is trained, a new head guesses between two categories, so about half should be right. Trying a single one tells you little. Try 200: the features are there already, and each head takes one multiplication.

# %% row="C11" name="random-heads"
random_marks = []
for seed in range(200):
    weights = keras.initializers.GlorotUniform(seed=seed)((500, 2))
    random_marks.append(np.mean(np.argmax(features_test @ weights, axis=1) == y_test % 2))
lowest, highest = min(random_marks), max(random_marks)
print(f"200 random heads: mean {np.mean(random_marks):.0%}, from {lowest:.0%} to {highest:.0%}")

# %% tags=["guard"]
assert len(random_marks) == 200 and len(set(random_marks)) > 150
assert 0.46 < np.mean(random_marks) < 0.54 and 0.15 < lowest < 0.35 and 0.65 < highest < 0.85

# %% name="random-heads-histogram"
plot_histogram(
    100 * np.array(random_marks),
    title="Accuracy of 200 random heads on trained layers",
    xlabel="test accuracy (%)",
    ylabel="heads",
)

# %% tags=["guard"]
assert sum(bar.get_height() for bar in _.figure.axes[0].patches) == 200
assert abs(_.figure.axes[0].lines[0].get_xdata()[0] - 100 * np.mean(random_marks)) < 1e-3

# %% [markdown] lang="zh-TW"
# 平均（虛線）是 {{np.mean(random_marks):.0%}}，可是單看一個，可能只有 {{lowest:.0%}}，也可能高到 {{highest:.0%}}，而它什麼都沒學！所以只測一次的準確率不能當證據。

# %% [markdown] lang="en"
# The mean (the dashed line) is {{np.mean(random_marks):.0%}}, but a single head may score {{lowest:.0%}}, or as much as {{highest:.0%}}, without having learned anything! An accuracy that was measured once proves nothing.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：共用的層一定會壞掉嗎？Adam 和 SGD
#
# 剛才用 Adam 訓練 `parity`，`digits` 從 {{trained:.1%}} 掉到 {{digits_adam:.1%}}。換成 SGD，學習率 0.09，比剛才的 Adam 大得多，會更慘嗎？先猜：

# %% [markdown] lang="en" section="further"
# ## Further: must shared layers suffer? Adam and SGD
#
# Training `parity` with Adam took `digits` from {{trained:.1%}} to {{digits_adam:.1%}}. With SGD and a learning rate of 0.09, far above that of Adam, will it be worse? Guess first:

# %% row="C12" name="sgd"
for layer in borrowed:
    layer.trainable = True
digits_sgd, parity_sgd = train_parity(keras.optimizers.SGD(learning_rate=0.09))
print(f"SGD:  digits {trained:.1%} before, {digits_sgd:.1%} after; parity {parity_sgd:.1%}")
print(f"Adam: digits {trained:.1%} before, {digits_adam:.1%} after; parity {parity_adam:.1%}")

# %% tags=["guard"]
assert trained - 0.003 < digits_sgd <= 1 and 0.95 < parity_sgd < 0.998

# %% [markdown] lang="zh-TW"
# 這次 `digits` 幾乎毫髮無傷！SGD 的一步是「學習率乘梯度」，這裡的梯度很小，權重只動了一點點。Adam 每一步大約就走一個學習率，和梯度的大小無關。所以共用的層不一定會壞，要看它被移動了多少。

# %% [markdown] lang="en"
# This time `digits` is all but unharmed! A step of SGD is the learning rate times the gradient, which is small here, so the weights moved only a little. A step of Adam is about as long as the learning rate, however small the gradient. Shared layers need not suffer: it depends on how far they are moved.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：只分 0 和 1，凍結到底快多少？
#
# 另一個任務：只分 0 和 1。這次從全部 6 萬張裡挑出這兩個數字：

# %% [markdown] lang="en" section="further"
# ## Further: zeros and ones, and how much time freezing saves
#
# Another task: tell 0 from 1. This time take all 60,000 training images, and pick out these two digits:

# %% row="C14" name="zeros-and-ones" tags=["nbval-check-output"]
zeros_and_ones = labels_train <= 1
x_train_01 = images_train[zeros_and_ones].reshape(-1, 784).astype("float32") / 255
y_train_01 = labels_train[zeros_and_ones]
x_test_01, y_test_01 = x_test[y_test <= 1], y_test[y_test <= 1]
print(f"of {len(images_train):,} images:", x_train_01.shape, x_test_01.shape)

# %% tags=["guard"]
assert set(y_train_01) == set(y_test_01) == {0, 1} and x_train_01.max() == 1

# %% row="C14" name="zero-or-one"
zero_one = [layers.Dense(2), layers.Activation("softmax")]
binary = keras.Sequential([keras.Input((784,))] + borrowed + zero_one, name="zero_or_one")
digits.set_weights(handwriting)
for layer in borrowed:
    layer.trainable = False
adam = keras.optimizers.Adam(learning_rate=0.01)
binary.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
binary.fit(x_train_01, y_train_01, batch_size=100, epochs=2, verbose=0)
binary_accuracy = accuracy(binary, x_test_01, y_test_01)
print(f"test accuracy {binary_accuracy:.1%}")

# %% tags=["guard"]
assert 0.998 <= binary_accuracy <= 1 and np.array_equal(digits.get_weights()[0], handwriting[0])

# %% [markdown] lang="zh-TW"
# 2,115 張測試資料，對了 {{binary_accuracy:.1%}}，而且一下就練完了。是凍結的功勞嗎？可訓練的參數從六十幾萬變成一千個，有人說會快 100 倍。量量看：同一批 1,000 張圖走一步，不凍結和凍結各花多少時間，取 20 次裡最快的一次。

# %% [markdown] lang="en"
# Of the 2,115 test images {{binary_accuracy:.1%}} are right, after a very short training. Is freezing the reason? With a thousand trainable parameters instead of more than six hundred thousand, some expect it to be 100 times faster. Measure it: one training step on the same 1,000 images, not frozen and frozen, the fastest of 20.


# %% row="C14" name="step-time"
def step_time(frozen):
    for layer in borrowed:
        layer.trainable = not frozen
    parity.compile("sgd", "sparse_categorical_crossentropy")
    times = []
    for _ in range(20):
        start = time.perf_counter()
        parity.train_on_batch(x_train[:1000], y_train[:1000] % 2)
        times.append(time.perf_counter() - start)
    return min(times)


ratio = step_time(frozen=False) / step_time(frozen=True)
digits.set_weights(handwriting)
print(f"a frozen step is {ratio:.1f} times as fast")
print(f"zeros and ones are {len(x_train_01) / len(images_train):.0%} of the images")

# %% tags=["guard"]
assert ratio > 0 and np.array_equal(digits.get_weights()[0], handwriting[0])

# %% [markdown] lang="zh-TW"
# 離 100 倍很遠。凍結省下的是**反向傳遞** (backward pass)，也就是往回算梯度的那一段；往前算的那一段，一點也沒少。這裡快，主要是因為資料本來就只有五分之一。真的想省，就像前面那樣，把特徵算一次存起來。

# %% [markdown] lang="en"
# That is far from 100. Freezing saves work in the **backward pass**, where gradients are computed. The forward pass costs the same as before. It was fast mainly because there is only a fifth of the data. If you really want to save time, compute the features once, as you did above.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：層一旦建立，就記得輸入有多長
#
# 借層的時候不能亂接。`dense_1` 的權重是 784x500，只吃 784 個數字。下面這行把 `first` 接了兩次，猜猜 Keras 會說什麼：

# %% [markdown] lang="en" section="further"
# ## Further: once built, a layer remembers how long its input is
#
# Borrowed layers do not fit just anywhere. The weights of `dense_1` are 784x500, so it takes 784 numbers. The next line puts `first` in twice. Guess what Keras will say:

# %% name="error-length"
with expect_error(ValueError, match="expected axis -1"):
    keras.Sequential([keras.Input((784,))] + first + first + odd_even)

# %% [markdown] lang="zh-TW"
# 這一層要最後一軸長 784 的輸入，收到的卻是 500。看到 `expected axis -1`，就去檢查層的順序。

# %% [markdown] lang="en"
# The layer wants inputs whose last axis is 784 long, and got 500. When you read `expected axis -1`, check the order of your layers.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：標籤也會有蟲
#
# 換任務就要換標籤，換標籤最容易抄錯變數。
#
# ### 抓蟲 2.5：怎麼全部都是奇數？（8 分鐘）
#
# 下面的程式要做奇偶標籤：先放滿 1，再把偶數的位置改成 0。訓練資料沒有問題，測試資料卻出了錯：

# %% [markdown] lang="en" section="further"
# ## Further: labels have bugs too
#
# A new task needs new labels, and it is easy to copy the wrong variable.
#
# ### Bug hunt 2.5: why is every digit odd? (8 minutes)
#
# This program makes the labels odd or even: fill with ones, then put 0 where the digit is even. The training labels come out right, and the test labels do not:

# %% name="all-odd" tags=["nbval-check-output"]
odd_train = np.ones_like(y_train)
odd_train[y_train % 2 == 0] = 0

odd_test = np.ones_like(y_test)
odd_test[odd_test % 2 == 0] = 0

print("training labels that say odd:", f"{odd_train.mean():.1%}")
print("test labels that say odd:    ", f"{odd_test.mean():.1%}")

# %% [markdown] lang="zh-TW"
# 測試標籤全部變成奇數，卻沒有任何錯誤訊息。拿這種標籤去評估，再好的模型也只有五成。找出錯在哪裡，寫一個函式 `parity_labels`：輸入任何形狀的整數陣列，傳回同樣形狀的奇偶標籤，而且不能改到原來的陣列。寫成函式，就不會抄錯變數。

# %% [markdown] lang="en"
# Every test label says odd, and there is no error message. With such labels even the best model would score about half. Find the mistake, and write a function `parity_labels`. It takes an array of whole numbers of any shape, returns labels of the same shape, and leaves the array it was given as it was. With a function, there is no variable to copy wrongly.


# %% tags=["exercise"]
def parity_labels(numbers):
    """Return 0 for each even digit and 1 for each odd one."""
    ### BEGIN SOLUTION
    return numbers % 2
    ### END SOLUTION


# %% tags=["check"]
check("parity-labels", parity_labels)
