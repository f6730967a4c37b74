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
# 讀完這一課，你會：
#
# 1. 把模型當成一串層 (list) 來拆、來接；
# 2. 載入訓練好的權重，接上新的輸出層，拿去做另一件事（轉移學習，transfer learning）；
# 3. 看得出兩個模型共用了哪些層，也知道訓練一個，另一個會怎麼樣；
# 4. 凍結 (freeze) 借來的層，並且確定凍結真的生效；
# 5. 在 `keras.applications` 的大模型上動同樣的手術。
#
# **先想一想**：上一課的 `digits` 有三層 `Dense`，648,010 個參數。如果換掉最後一層，改成只分兩類，新的最後一層有幾個參數？

# %% [markdown] lang="en"
# By the end of this lesson you will:
#
# 1. take a model apart as a list of layers, and put lists together;
# 2. load trained weights, put a new output layer on them, and use them for another task (transfer learning);
# 3. see which layers two models share, and know what training one does to the other;
# 4. freeze borrowed layers, and make sure that freezing has taken effect;
# 5. do the same surgery on a large model from `keras.applications`.
#
# **Think first**: `digits`, from the last lesson, has three `Dense` layers and 648,010 parameters. Replace the last layer with one that tells only two categories apart. How many parameters has the new last layer?

# %%
import time

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import EpochLine, check, draw, expect_error, explore
from keras_beyond import load_mnist, load_weights, plot_histogram, show_images


# %%
def scale(images):
    return images.astype("float32") / 255


def accuracy(model, x, y):
    return float(np.mean(model.predict(x, batch_size=1000, verbose=0).argmax(axis=1) == y))


(images_train, labels_train), (images_test, y_test) = load_mnist()
x_train, y_train = scale(images_train[:20_000]).reshape(-1, 784), labels_train[:20_000]
x_test = scale(images_test).reshape(-1, 784)


# %% [markdown] lang="zh-TW"
# 借來的層早就會看數字了，這一課要補的訓練很少，用前 2 萬張訓練圖就夠。
#
# ## `model.layers` 就是一個串列
#
# 上一課用 `.add` 一層一層加。Keras 把這些層放在哪裡？看看 `model.layers`：

# %% [markdown] lang="en"
# Borrowed layers can read digits already, so little training is left to do in this lesson, and the first 20,000 training images are enough for it.
#
# ## `model.layers` is a list
#
# In the last lesson you added layer after layer. Where does Keras keep them? Look at `model.layers`:

# %% row="C09" tags=["nbval-check-output"]
added = keras.Sequential([keras.Input((784,))])
for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
    added.add(layers.Dense(units))
    added.add(layers.Activation(activation))

print(type(added.layers).__name__, "of", len(added.layers))
for layer in added.layers:
    print(type(layer).__name__)

# %% [markdown] lang="zh-TW"
# 一個 Python 串列，裡面六個物件：Dense 和 Activation 輪流出現，順序就是 `.add` 的順序。（輸入不算一層。）
#
# 既然是串列，就可以用 `+` 接起來。先把層分成幾段，再一次交給 `Sequential`：

# %% [markdown] lang="en"
# A Python list of six objects: Dense and Activation in turn, in the order of the `.add`s. (The input does not count as a layer.)
#
# Lists can be joined with `+`. So write the layers in pieces, and hand them to `Sequential` all at once:

# %% row="C09" tags=["nbval-check-output"]
first = [layers.Dense(500, name="dense_1"), layers.Activation("sigmoid", name="sigmoid_1")]
second = [layers.Dense(500, name="dense_2"), layers.Activation("sigmoid", name="sigmoid_2")]
ten_digits = [layers.Dense(10, name="dense_3"), layers.Activation("softmax", name="softmax")]

digits = keras.Sequential([keras.Input((784,))] + first + second + ten_digits, name="digits")
print(f"{len(first + second + ten_digits)} layers, {digits.count_params():,} parameters")

# %% [markdown] lang="zh-TW"
# 六層、648,010 個參數，和 `.add` 疊出來的一模一樣。差別在於：現在每一段有自己的名字，等一下可以單獨拿出來用。
#
# ## 載入訓練好的權重，馬上就認得數字
#
# 課程附了一份訓練好的權重，檔名是 `handwriting`。它和上一課的模型架構一樣，只是練得更久：60 個 epoch，每次都把訓練資料隨機移一點、轉一點、扭一點。`load_weights` 會先核對檔案的 SHA-256 和每個權重的形狀，再載入。Keras 自己的寫法是 `model.load_weights("檔名.weights.h5")`。

# %% [markdown] lang="en"
# Six layers and 648,010 parameters: the very model that `.add` built. But now each piece has a name of its own, and can be used again.
#
# ## Load trained weights, and it reads digits at once
#
# The course ships trained weights called `handwriting`. They come from this architecture, trained for longer than in lesson 01: 60 epochs, with the training digits shifted, turned and bent a little at random each time. `load_weights` checks the file's SHA-256 and the shape of every weight before it loads them. In plain Keras you would write `model.load_weights("name.weights.h5")`.

# %% row="C10"
before = accuracy(keras.models.clone_model(digits), x_test, y_test)  # new random weights
load_weights(digits, "handwriting")
trained = accuracy(digits, x_test, y_test)
print(f"test accuracy {before:.1%} with random weights, {trained:.1%} with the trained ones")

# %% tags=["guard"]
assert before < 0.3 and trained >= 0.993

# %% [markdown] lang="zh-TW"
# 沒有訓練，也不用 `compile`（只有 `fit` 和 `evaluate` 需要），準確率就有 99.4%。這兩層 500 個神經元已經學會怎麼看手寫的筆畫。能不能拿來做別的事？
#
# ## 換掉最後一段，就是另一個模型
#
# 新的任務：看圖判斷奇偶。標籤只要一行，`y % 2`：偶數是 0，奇數是 1。模型則借前面兩段，換上只有 2 個輸出的新輸出層（常叫做「頭」，head；借來的部分叫 body）：

# %% [markdown] lang="en"
# Without training, and without `compile` (which only `fit` and `evaluate` need), it reads 99.4 % of the test digits. Those two layers of 500 neurons have learned how to look at strokes. Can they be used for something else?
#
# ## Another last piece makes another model
#
# The new task: is the digit odd or even? The labels take one line, `y % 2`, 0 for even and 1 for odd. The model borrows the first two pieces and gets a new output layer of 2 (often called a head; the borrowed part is the body):

# %% row="C11" tags=["nbval-check-output"]
borrowed = first + second
odd_even = [layers.Dense(2, name="dense_odd_even"), layers.Activation("softmax", name="softmax_2")]
parity = keras.Sequential([keras.Input((784,))] + borrowed + odd_even, name="parity")
print(f"{parity.count_params():,} parameters, {odd_even[0].count_params():,} of them new")
print("labels", y_train[:8], "become", y_train[:8] % 2)

# %% [markdown] lang="zh-TW"
# 648,010 - 5,010 + 1,002 = 644,002，新的只有 1,002 個（500x2 + 2）。還沒訓練，它猜得準嗎？先試一次：

# %% [markdown] lang="en"
# 648,010 - 5,010 + 1,002 = 644,002, and only 1,002 of them are new (500x2 + 2). How well does it guess before any training? Try it once:

# %% row="C11"
print(f"one random head: {accuracy(parity, x_test, y_test % 2):.1%}")

# %% [markdown] lang="zh-TW"
# 單看這個數字，什麼都不能說。新的輸出層是隨機的，換一組亂數，結果就不一樣。那就換 200 組：借來的層對每張圖算一次 500 個特徵就好，再和 200 個隨機的輸出層一次乘完。

# %% [markdown] lang="en"
# This one figure tells nothing. The new output layer is random, and other random numbers give another result. So take 200: let the borrowed layers compute their 500 features once for every image, and multiply them with 200 random heads in one go.

# %% row="C11"
body = keras.Sequential([keras.Input((784,))] + borrowed, name="body")
features = body.predict(x_test, batch_size=1000, verbose=0)
glorot = keras.initializers.GlorotUniform(seed=keras.random.SeedGenerator(1))
heads = np.stack([glorot((500, 2)) for _ in range(200)])
answers = (features @ heads).argmax(axis=2)  # (200, 10000): each head's answer for each image
random_accuracy = np.mean(answers == y_test % 2, axis=1)
lowest, highest = random_accuracy.min(), random_accuracy.max()
print(f"200 random heads: mean {random_accuracy.mean():.0%}, from {lowest:.0%} to {highest:.0%}")

# %% tags=["guard"]
assert 0.46 < random_accuracy.mean() < 0.54 and lowest < 0.35 and highest > 0.65

# %%
plot_histogram(
    100 * random_accuracy,
    title="Accuracy of 200 random heads on trained layers",
    xlabel="test accuracy (%)",
    ylabel="heads",
)

# %% [markdown] lang="zh-TW"
# 橫軸是準確率，縱軸是有幾個輸出層落在那裡，虛線是平均數。平均在 50% 附近，也就是亂猜；可是單獨一個可能不到 35%，也可能超過 65%。所以像上面那樣只測一次的準確率，不能當證據。
#
# ## 借來的層沒有複製，兩個模型用的是同一份權重
#
# `parity` 的第一層和 `digits` 的第一層是什麼關係？

# %% [markdown] lang="en"
# Accuracy runs to the right, the bars count heads, and the dashed line is the mean. The mean is near 50 %, which is guessing; yet a single head may be below 35 %, or above 65 %. So a single figure like the one above proves nothing.
#
# ## Borrowed layers are not copies: both models use the same weights
#
# What is the first layer of `parity` to the first layer of `digits`?

# %% row="C12" tags=["nbval-check-output"]
for one, other in zip(digits.layers, parity.layers):
    print(f"{one.name:10s} and {other.name:14s} the same object: {one is other}")

# %% [markdown] lang="zh-TW"
# 前四層根本是同一個物件。串列裡放的是層本身，接在一起並沒有複製。那麼訓練 `parity`，`digits` 會怎麼樣？先記住兩個模型的權重（`get_weights()` 傳回陣列的串列，每個 Dense 有權重和偏值兩個，所以前 4 個陣列就是借來的兩層），再用 Adam 訓練 `parity` 一個 epoch，前後各量一次 `digits`：

# %% [markdown] lang="en"
# The first four are the same objects. The lists hold the layers themselves, and joining lists copies nothing. So what does training `parity` do to `digits`? Keep the weights of both models at hand (`get_weights()` gives a list of arrays, weights and biases for each Dense, so the first 4 are those of the two borrowed ones), train `parity` for one epoch with Adam, and measure `digits` before and after:

# %% row="C12"
load_weights(digits, "handwriting")
handwriting = digits.get_weights()
new_head = keras.models.clone_model(parity).get_weights()[4:]  # random weights
parity_start = handwriting[:4] + new_head
for layer in borrowed:
    layer.trainable = True  # as at the start, in case you come back here from a later cell


def train_parity(optimizer):
    parity.set_weights(parity_start)  # and so the borrowed ones of digits
    parity.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    parity.fit(x_train, y_train % 2, batch_size=500, epochs=1, verbose=0)
    return accuracy(digits, x_test, y_test), accuracy(parity, x_test, y_test % 2)


digits_adam, parity_adam = train_parity(keras.optimizers.Adam(learning_rate=0.001))
print(f"Adam: digits {trained:.1%} before, {digits_adam:.1%} after; parity {parity_adam:.1%}")

# %% tags=["guard"]
assert digits_adam < trained - 0.007 and parity_adam > 0.97

# %% [markdown] lang="zh-TW"
# 沒有人訓練 `digits`，它的錯誤卻變成兩倍以上：`parity` 改了借來的權重，`digits` 的輸出層還以為那些特徵是原來的樣子。換幾組亂數種子試過，輕的掉 1 個百分點左右，重的掉 2.3 個。
#
# 一定會這樣嗎？從同樣的權重出發，換成 SGD，學習率 0.09：

# %% [markdown] lang="en"
# Nobody trained `digits`, and yet it makes more than twice as many errors: `parity` has moved the borrowed weights, while the output layer of `digits` still expects the features as they were. Over several seeds the fall was between about 1 and 2.3 percentage points.
#
# Must it be so? Start from the same weights, and take SGD with a learning rate of 0.09 instead:

# %% row="C12"
digits_sgd, parity_sgd = train_parity(keras.optimizers.SGD(learning_rate=0.09))
print(f"SGD:  digits {trained:.1%} before, {digits_sgd:.1%} after; parity {parity_sgd:.1%}")

# %% tags=["guard"]
assert digits_sgd > trained - 0.003 and parity_sgd > 0.96

# %% [markdown] lang="zh-TW"
# 這次 `digits` 幾乎毫髮無傷：學習率看起來大，可是 SGD 走的是「學習率乘梯度」，這裡的梯度很小，權重只動了一點點；Adam 每一步大約走一個學習率，和梯度的大小無關。所以「共用的層會變壞」不是必然，要看動了多少。能確定的是：**權重是同一份，一定會一起動**。想要它完全不動，只有兩條路：凍結，或者複製一份。
#
# 先把權重還原（借來的那幾層，還原一邊，另一邊也就還原了）：

# %% [markdown] lang="en"
# This time `digits` is all but unharmed: the learning rate looks large, but a step of SGD is the learning rate times the gradient, which is tiny here, and the weights moved only a little. A step of Adam is about the learning rate, however small the gradient. So shared layers need not suffer; it depends on how far they move. What is certain: **the weights are the same, and move together**. There are two ways to keep them where they are: freeze them, or copy them.
#
# First put the weights back (as for the borrowed layers, what one model gets back, the other has too):

# %%
parity.set_weights(parity_start)

# %% tags=["guard"]
assert accuracy(digits, x_test, y_test) == trained

# %% [markdown] lang="zh-TW"
# ## 凍結的層不會動，哪個模型來訓練都一樣
#
# 層有一個屬性 `trainable`。設成 `False`，優化器就不碰它的權重：

# %% [markdown] lang="en"
# ## A frozen layer stays put, whichever model is trained
#
# Every layer has an attribute `trainable`. Set it to `False`, and the optimizer leaves the layer's weights alone:


# %% row="C13" tags=["nbval-check-output"]
def print_trainable(model):
    trainable = sum(weight.numpy().size for weight in model.trainable_weights)
    print(f"{model.name}: {trainable:,} / {model.count_params() - trainable:,}")


for layer in borrowed:
    layer.trainable = False
print("trainable / non-trainable")
print_trainable(parity)
print_trainable(digits)
parity.trainable = True
print_trainable(parity)

# %% [markdown] lang="zh-TW"
# `parity` 只剩新的 1,002 個可以訓練。`digits` 的數字也變了：凍結的是層，不是模型，所以裝著這些層的模型都看得到。最後一行想用 `parity.trainable = True` 一次解凍，卻什麼也沒變：`parity` 自己的 `trainable` 本來就是 `True`，Keras 發現值沒有變，就不往下傳給各層。所以要解凍，也是一層一層設。
#
# 畫出來，凍結的層塗灰、畫斜線（激活函數沒有參數，凍不凍結都一樣，所以留白）：

# %% [markdown] lang="en"
# `parity` has only its new 1,002 left to train. The count of `digits` changed as well: it is the layers that are frozen, not the model, and every model that holds them sees it. The last line tries to thaw them all with `parity.trainable = True`, and nothing happens: the `trainable` of `parity` itself was `True` all along, and as its value does not change, Keras does not pass it on to the layers. So thaw as you froze, layer by layer.
#
# In the picture, frozen layers are grey and hatched (activations have no parameters to freeze, and stay white):

# %% tags=["nbval-check-output"]
draw(parity)

# %% [markdown] lang="zh-TW"
# 凍結到不同的層，各剩多少參數可以訓練？拉圖下面的滑桿看看。這裡用的是複製品，不會動到上面的模型。先凍結第一個 `Dense`，塗灰的就是它：

# %% [markdown] lang="en"
# To see how much is left when more or fewer layers are frozen, move the slider below the picture. It works on a copy, and leaves the models above alone. At first one `Dense` is frozen, the grey one:

# %%
frozen_demo = keras.models.clone_model(parity)


def freeze_first(dense_layers):
    for place, layer in enumerate(frozen_demo.layers):
        layer.trainable = place // 2 >= dense_layers
    print_trainable(frozen_demo)
    return draw(frozen_demo)


freeze_first(1)

# %% tags=["widget"]
explore(freeze_first, dense_layers=(0, 3))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view(unstated=["dense_layers"])
freeze_first(2)
assert [layer.trainable for layer in frozen_demo.layers[::2]] == [False, False, True]

# %% [markdown] lang="zh-TW"
# ### 凍結要重新 `compile` 才生效
#
# 有一個陷阱：Keras 在第一次 `fit` 的時候讀 `trainable`，之後就照那一次的樣子訓練。如果先 `fit` 再凍結，`summary` 馬上會改，訓練卻不會改，也沒有任何警告。實驗看看：

# %% [markdown] lang="en"
# ### Freezing takes effect with the next `compile`
#
# There is a trap. Keras reads `trainable` at the first `fit`, and trains in that way from then on. Freeze after a `fit`, and the summary changes at once while the training does not; nor is there a warning. See for yourself:


# %% row="C13" tags=["nbval-check-output"]
def borrowed_moves(model):
    start = first[0].get_weights()[0]
    model.fit(x_train[:1000], y_train[:1000] % 2, batch_size=1000, verbose=0)
    return not np.array_equal(start, first[0].get_weights()[0])


first[0].trainable = True
parity.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
print("not frozen:              weights move", borrowed_moves(parity))
first[0].trainable = False
print("frozen after a fit:      weights move", borrowed_moves(parity))
parity.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
print("frozen, compiled again:  weights move", borrowed_moves(parity))
parity.set_weights(parity_start)

# %% [markdown] lang="zh-TW"
# 第二行就是陷阱：明明凍結了，權重還在動。記住這個順序：**改 `trainable`，再 `compile`，再 `fit`**。
#
# 現在照規矩來，只訓練新的輸出層，再看看 `digits` 的預測有沒有變：

# %% [markdown] lang="en"
# The second line is the trap: frozen, and still moving. Keep to this order: **set `trainable`, then `compile`, then `fit`**.
#
# Now do it properly. Train the new head alone, and see whether the predictions of `digits` have changed:

# %% row="C13"
digits_predictions = digits.predict(x_test, batch_size=1000, verbose=0)
for layer in borrowed:
    layer.trainable = False
adam = keras.optimizers.Adam(learning_rate=0.01)
parity.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
parity.fit(x_train, y_train % 2, batch_size=200, epochs=2, verbose=0, callbacks=[EpochLine()])

parity_answers = parity.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
parity_frozen = np.mean(parity_answers == y_test % 2)
unchanged = np.array_equal(digits_predictions, digits.predict(x_test, batch_size=1000, verbose=0))
print(f"parity: test accuracy {parity_frozen:.1%}; predictions of digits unchanged: {unchanged}")

# %% tags=["guard"]
assert parity_frozen >= 0.985 and unchanged

# %% [markdown] lang="zh-TW"
# 只動 1,002 個參數，奇偶就判對 99% 左右，而且 `digits` 的預測一個位元都沒變。第一個轉移學習完成了。
#
# 看看它錯在哪裡，上面寫「模型的答案（標籤）」，0 是偶數，1 是奇數：

# %% [markdown] lang="en"
# With 1,002 moving parameters it tells odd from even about 99 times in 100, and not one bit of the predictions of `digits` has changed. That is a complete piece of transfer learning.
#
# Here are some of its errors; above each stand its answer and, in brackets, the label, 0 for even and 1 for odd:

# %%
wrong = np.flatnonzero(parity_answers != y_test % 2)
show_images(images_test[wrong[:20]], [f"{parity_answers[i]} ({y_test[i] % 2})" for i in wrong[:20]])

# %% tags=["guard"]
assert np.mean(y_test[wrong] == 4) > 0.15  # a tenth of the digits are fours

# %% [markdown] lang="zh-TW"
# 4 特別多：它和 9 長得像，奇偶卻不同。借來的層看的是筆畫，奇偶是最後一層才分的。
#
# ### 層一旦建立，就記得輸入有多長
#
# 借層的時候，順序不能亂接。`dense_1` 的權重是 784x500，只吃 784 個數字。把它接在 500 個輸出後面：

# %% [markdown] lang="en"
# Fours are many: they look like nines, and differ from them in parity. The borrowed layers look at strokes; odd and even are told apart only in the last layer.
#
# ### Once built, a layer remembers how long its input is
#
# Borrowed layers do not fit just anywhere. The weights of `dense_1` are 784x500, so it takes 784 numbers. Put it behind an output of 500:

# %%
with expect_error(ValueError, match="expected axis -1"):
    keras.Sequential([keras.Input((784,))] + first + first + odd_even)

# %% [markdown] lang="zh-TW"
# 訊息說：這一層要最後一軸長 784 的輸入，收到的卻是 500。
#
# ## 只分 0 和 1：少用資料省下的時間，比凍結還多
#
# 再換一個任務：只分 0 和 1。這次從全部 6 萬張裡挑出這兩個數字：

# %% [markdown] lang="en"
# It says: the layer wants inputs whose last axis is 784 long, and got 500.
#
# ## Zeros and ones alone: less data saves more time than freezing
#
# Another task: tell 0 from 1. This time take all the 60,000, and pick out these two digits:

# %% row="C14" tags=["nbval-check-output"]
zeros_and_ones = labels_train <= 1
x_train_01 = scale(images_train[zeros_and_ones]).reshape(-1, 784)
y_train_01 = labels_train[zeros_and_ones]
x_test_01, y_test_01 = x_test[y_test <= 1], y_test[y_test <= 1]
print(x_train_01.shape, x_test_01.shape)

# %% row="C14"
zero_one = [layers.Dense(2), layers.Activation("softmax")]
binary = keras.Sequential([keras.Input((784,))] + borrowed + zero_one, name="zero_or_one")
for layer in borrowed:
    layer.trainable = False
adam = keras.optimizers.Adam(learning_rate=0.01)
binary.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
binary.fit(x_train_01, y_train_01, batch_size=100, epochs=2, verbose=0, callbacks=[EpochLine()])
binary_accuracy = accuracy(binary, x_test_01, y_test_01)
print(f"test accuracy {binary_accuracy:.1%}")

# %% tags=["guard"]
assert binary_accuracy >= 0.998

# %% [markdown] lang="zh-TW"
# 2,115 張測試資料，幾乎全對。而且一下就練完了。是凍結的功勞嗎？常聽人說凍結以後會「快 100 倍」，量量看：同樣一批 1,000 張圖，訓練一步，不凍結和凍結各花多少時間，取 20 次裡最快的一次。

# %% [markdown] lang="en"
# Of the 2,115 test digits nearly all are right, and it took no time at all. Is that because of the freezing? It is said that a frozen model is "100 times faster". Measure it: one training step on the same 1,000 images, not frozen and frozen, the fastest of 20.


# %% row="C14"
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
for layer in borrowed:
    layer.trainable = True
print(f"a frozen step is {ratio:.1f} times as fast")
print(f"all the digits are {len(images_train) / len(x_train_01):.1f} times as many")

# %% tags=["guard"]
assert 1 < ratio < len(images_train) / len(x_train_01)  # so less data saves more

# %% [markdown] lang="zh-TW"
# 離 100 倍很遠。凍結省下的是「往回算梯度」那一段，往前算的那一段一點也沒少。少用資料反而省得多：拿 6 萬張全部來練，一個 epoch 的步數是這裡的 4.7 倍。
#
# 要練很多個 epoch，就別讓凍結的層一直重算：它們對每張圖的輸出不會變，**算一次、存起來**，之後只訓練最後一層，練得越久越划算。`body` 就是借來的那幾段，測試圖的 `features` 前面已經算好了。算式一樣，準確率也差不多：

# %% [markdown] lang="en"
# That is far from 100. Freezing spares the way back, where gradients are computed, and nothing of the way forward. Using less data saves more: with all 60,000 images an epoch would have 4.7 times as many steps.
#
# For many epochs, do not compute the frozen layers again and again. Their output for an image never changes: **compute it once, keep it**, and train the last layer on it; the longer the training, the more it saves. `body` holds the borrowed pieces, and the `features` of the test images are there already. It is the same calculation, and gives about the same accuracy:

# %%
features_train = body.predict(x_train, batch_size=1000, verbose=0)
head = keras.Sequential([keras.Input((500,)), layers.Dense(2, activation="softmax")], name="head")
adam = keras.optimizers.Adam(learning_rate=0.01)
head.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
head.fit(features_train, y_train % 2, batch_size=200, epochs=2, verbose=0, callbacks=[EpochLine()])
head_accuracy = accuracy(head, features, y_test % 2)
print(f"test accuracy {head_accuracy:.1%}")

# %% tags=["guard"]
assert abs(head_accuracy - parity_frozen) < 0.005

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
# ### 練習 2.2：大的還是小的（10 分鐘）
#
# 再借一次：做一個 `small_large`，判斷數字是小的（0 到 4，答案 0）還是大的（5 到 9，答案 1）。借 `digits` 前面兩段、凍結、接上新的輸出層、訓練。測試準確率要到 96%，而且 `digits` 的權重不能變。

# %% [markdown] lang="en"
# ### Exercise 2.2: small or large (10 minutes)
#
# Borrow once more: make `small_large`, which tells whether a digit is small (0 to 4, answer 0) or large (5 to 9, answer 1). Borrow the first two pieces of `digits`, freeze them, put on a new output layer, and train. It should reach 96 % of the test digits, and leave the weights of `digits` as they are.

# %% tags=["exercise"]
small_large = None
### BEGIN SOLUTION
for layer in borrowed:
    layer.trainable = False
two_sizes = [layers.Dense(2), layers.Activation("softmax")]
small_large = keras.Sequential([keras.Input((784,))] + borrowed + two_sizes, name="small_large")
small_large.compile(
    keras.optimizers.Adam(learning_rate=0.01),
    "sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
small_large.fit(x_train, y_train // 5, batch_size=200, epochs=2, verbose=0)
### END SOLUTION

# %% tags=["check"]
check("small-or-large", {"digits": digits, "small_large": small_large})

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

# %% [markdown] lang="zh-TW"
# ### 抓蟲 2.4：怎麼全部都是奇數？（8 分鐘）
#
# 下面的程式要做奇偶標籤：先放滿 1，再把偶數的位置改成 0。用在訓練資料沒有問題，用在測試資料卻出了錯：

# %% [markdown] lang="en"
# ### Bug hunt 2.4: why is every digit odd? (8 minutes)
#
# This program makes the labels odd or even: fill with ones, then put 0 where the digit is even; the training labels come out right, and the test labels do not:

# %% tags=["nbval-check-output"]
odd_train = np.ones_like(y_train)
odd_train[y_train % 2 == 0] = 0

odd_test = np.ones_like(y_test)
odd_test[odd_test % 2 == 0] = 0

print("training labels that say odd:", f"{odd_train.mean():.1%}")
print("test labels that say odd:    ", f"{odd_test.mean():.1%}")

# %% [markdown] lang="zh-TW"
# 測試標籤全部變成奇數，卻沒有任何錯誤訊息。拿這種標籤去評估，模型再好也只有五成。找出錯在哪裡，寫一個函式 `parity_labels`：給它數字（任何形狀的整數陣列），傳回同樣形狀的奇偶標籤，而且不改到原來的陣列。寫成函式，就不會抄錯變數。

# %% [markdown] lang="en"
# Every test label says odd, and nothing failed; with such labels the best model would score fifty per cent. Find the mistake, and write a function `parity_labels`: given digits (an array of whole numbers of any shape), it returns labels of the same shape, and leaves the array it was given as it was. With a function, there is no variable to copy wrongly.


# %% tags=["exercise"]
def parity_labels(digits_given):
    """0 for each even digit, 1 for each odd one."""
    ### BEGIN SOLUTION
    return digits_given % 2
    ### END SOLUTION


# %% tags=["check"]
check("parity-labels", parity_labels)

# %% [markdown] lang="zh-TW"
# ### 練習 2.5：卷積層也能借（15 分鐘）
#
# 新任務常常只有一點點資料。下面的小卷積網路只看過 0 到 4。（`relu` 把負數變成 0；`MaxPooling2D(3)` 每 3x3 格只留最大的；`Flatten` 攤成一個向量，三者都沒有參數。）`conv_base` 自己是一個模型，也可以當成一層，放進另一個 `Sequential`：

# %% [markdown] lang="en"
# ### Exercise 2.5: convolutions can be borrowed too (15 minutes)
#
# A new task often comes with little data. This small convolutional network has seen only 0 to 4. (`relu` turns negative numbers into 0, `MaxPooling2D(3)` keeps the largest of every 3x3, `Flatten` lays the rest out as a vector; none has parameters.) `conv_base` is a model, and can stand in another `Sequential` as one layer:

# %%
conv_base = keras.Sequential([keras.Input((28, 28, 1))], name="conv_base")
for filters, kernel, pool in [(8, 5, 3), (16, 3, 2)]:
    conv_base.add(layers.Conv2D(filters, kernel, activation="relu"))
    conv_base.add(layers.MaxPooling2D(pool))
conv_base.add(layers.Flatten())

low = keras.Sequential([conv_base, layers.Dense(5, activation="softmax")], name="zero_to_four")
low.compile(
    keras.optimizers.Adam(learning_rate=0.003),
    "sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
images_low = x_train[y_train < 5].reshape(-1, 28, 28, 1)
history = low.fit(
    images_low, y_train[y_train < 5], batch_size=50, verbose=0, callbacks=[EpochLine()]
)

# %% [markdown] lang="zh-TW"
# 現在換成 5 到 9，而且只有 250 張訓練資料：`few_images`（形狀 `(250, 28, 28, 1)`）和 `few_labels`（0 到 4，代表 5 到 9）。先做個比較的對象：同樣的網路，什麼都不借，從頭訓練。

# %% [markdown] lang="en"
# Now it has to read 5 to 9, and there are only 250 training digits: `few_images`, shape `(250, 28, 28, 1)`, and `few_labels`, 0 to 4 for 5 to 9. First something to compare with: the same network, with nothing borrowed, trained from scratch.

# %%
few = np.flatnonzero(y_train >= 5)[:250]
few_images, few_labels = x_train[few].reshape(-1, 28, 28, 1), y_train[few] - 5
high_images, high_labels = x_test[y_test >= 5].reshape(-1, 28, 28, 1), y_test[y_test >= 5] - 5

scratch_base = keras.models.clone_model(conv_base)
scratch = keras.Sequential([scratch_base, layers.Dense(5, activation="softmax")], name="scratch")
adam = keras.optimizers.Adam(learning_rate=0.003)
scratch.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
scratch.fit(few_images, few_labels, batch_size=25, epochs=20, verbose=0)
scratch_accuracy = accuracy(scratch, high_images, high_labels)
print(f"from scratch: {scratch.count_params():,} parameters trained, {scratch_accuracy:.0%}")

# %% tags=["guard"]
assert 0.87 < scratch_accuracy < 0.96

# %% [markdown] lang="zh-TW"
# 換你：借 `conv_base`、凍結、接上 5 個輸出的新輸出層，用同樣的 250 張圖訓練成 `high`，只動輸出層的 725 個參數。準確率要到 85%。

# %% [markdown] lang="en"
# Your turn: borrow `conv_base`, freeze it, put a new output layer of 5 on it, and train `high` on the same 250 images, so that only the 725 parameters of the output layer move. It should reach 85 %.

# %% tags=["exercise"]
high = None
### BEGIN SOLUTION
conv_base.trainable = False
high = keras.Sequential([conv_base, layers.Dense(5, activation="softmax")], name="five_to_nine")
high.compile(
    keras.optimizers.Adam(learning_rate=0.01),
    "sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
high.fit(few_images, few_labels, batch_size=25, epochs=20, verbose=0)
### END SOLUTION

# %% tags=["check"]
check("borrow-convolutions", {"conv_base": conv_base, "low": low, "high": high})

# %% [markdown] lang="zh-TW"
# 我們換了幾組亂數種子，兩種做法都在 89% 到 94% 之間：這個任務簡單，250 張圖就足夠從頭學會。借層在這裡贏的不是準確率，而是只要訓練三分之一的參數，而且凍結的特徵可以先算好。**再想一步**：換成 25 張圖呢？自己量量看（epoch 也要跟著加）。

# %% [markdown] lang="en"
# Over several seeds both ways came to between 89 and 94 %: the task is easy, and 250 images are enough to learn it from scratch. What borrowing wins here is not accuracy; a third of the parameters are trained, and the frozen features can be computed once. **One step further**: and with 25 images? Measure it, with more epochs, to take as many steps.

# %% [markdown] lang="zh-TW"
# ## 大模型也是這樣借
#
# `keras.applications` 收了許多在 ImageNet（一千類照片）上訓練好的模型：

# %% [markdown] lang="en"
# ## Large models are borrowed in the same way
#
# `keras.applications` has many models trained on ImageNet, photographs of a thousand categories:

# %% row="C15"
models = [name for name in dir(keras.applications) if name[0].isupper()]
print(len(models), "models:", ", ".join(models))

# %% tags=["guard"]
assert {"MobileNetV2", "ResNet50", "VGG16"} <= set(models)

# %% [markdown] lang="zh-TW"
# 平常會寫 `weights="imagenet"`，第一次用要從網路下載。這門課不用網路，所以寫 `weights=None`：只練習動手術，裡面的權重是隨機的，**拿來用之前一定要換成訓練好的**。`include_top=False` 就是「除了最後的輸出層，其他都給我」，`pooling="avg"` 把最後一層 3x3 的特徵圖取平均，變成一個長度 1,280 的向量：

# %% [markdown] lang="en"
# Usually you write `weights="imagenet"`, which downloads them the first time. This course needs no network, so it says `weights=None`: this is the surgery alone, on random weights, and **before you use such a model, take the trained ones**. `include_top=False` means "everything but the output layer", and `pooling="avg"` averages the last 3x3 feature maps into one vector of 1,280:

# %% row="C15" tags=["nbval-check-output"]
base = keras.applications.MobileNetV2(
    input_shape=(96, 96, 3), include_top=False, weights=None, pooling="avg", name="mobilenet_v2"
)
cats_dogs = keras.Sequential([base, layers.Dense(2, activation="softmax")], name="cats_or_dogs")
print("trainable / non-trainable")
print_trainable(cats_dogs)
base.trainable = False
print_trainable(cats_dogs)

# %% [markdown] lang="zh-TW"
# 凍結之前已經有 34,112 個參數不能訓練，那是批次正規化 (BatchNormalization) 記錄的平均數和變異數，從來不歸優化器管。凍結以後，兩百多萬個參數只剩新輸出層的 2,562 個（1,280x2 + 2）。一行 `base.trainable = False` 就凍結了裡面所有的層：

# %% [markdown] lang="en"
# Even before the freezing, 34,112 parameters do not train: the means and variances that BatchNormalization keeps, which no optimizer ever touches. Afterwards, of more than two million parameters, 2,562 are left, those of the new output layer (1,280x2 + 2). The one line `base.trainable = False` has frozen every layer inside:

# %% tags=["nbval-check-output"]
draw(base)

# %% [markdown] lang="zh-TW"
# 圖裡只畫頭尾，中間一百多層摺成一格。層數差很多，動作和 `parity` 完全一樣：借、凍結、接上新的輸出層、`compile`、`fit`。只多一步：像素要縮成那個模型訓練時的樣子，`keras.applications.mobilenet_v2.preprocess_input` 把 0 到 255 縮到 -1 和 1 之間，每一種模型有自己的一個。之後若要微調 (fine-tuning)，就解凍最後幾層，用很小的學習率再訓練一下，別忘了重新 `compile`。
#
# ## 回顧
#
# 1. `model.layers` 是串列，可以用 `+` 接；`Sequential(first + second + ten_digits)` 和一層一層 `.add` 得到同一個模型。
# 2. 載入權重就有 99.4%；換上 1,002 個參數的新輸出層，就變成奇偶模型。隨機的輸出層平均只有 50%，而且單獨一個差很多。
# 3. 借來的層是同一個物件，訓練一個模型，另一個跟著動。Adam 讓 `digits` 明顯變差，SGD 這次幾乎沒影響。
# 4. 先改 `trainable`，再 `compile`，再 `fit`。凍結後 `digits` 的預測完全不變。凍結只省下一步的一部分；把凍結的輸出算一次存起來，練越多 epoch 省越多。
# 5. `keras.applications` 的模型用 `include_top=False` 拿掉輸出層，`base.trainable = False` 一次凍結。
#
# Sequential 借層借得很順手，可是只有一條路。下一課把每一層當成函數，自己決定資料怎麼流。

# %% [markdown] lang="en"
# Only the two ends are drawn; more than a hundred layers in the middle are folded into one box. There are many more layers, but the moves are those of `parity`: borrow, freeze, put on a new output layer, `compile`, `fit`. One move is new: the pixels have to be scaled as in that model's own training. `keras.applications.mobilenet_v2.preprocess_input` brings 0 to 255 between -1 and 1; every family has its own. To fine-tune it later, unfreeze the last few layers and train on with a very small learning rate, after another `compile`.
#
# ## Summary
#
# 1. `model.layers` is a list, and lists are joined with `+`; `Sequential(first + second + ten_digits)` is the model that `.add` builds.
# 2. Loading weights gives 99.4 %; with a new output layer of 1,002 parameters it becomes a model for odd and even. Random heads score 50 % on average, and single ones anywhere from below 35 % to above 65 %.
# 3. Borrowed layers are the same objects: train one model, and the other moves along. Adam made `digits` clearly worse; SGD, this time, hardly touched it.
# 4. Set `trainable`, then `compile`, then `fit`. With frozen layers the predictions of `digits` stay exactly the same. Freezing spares a part of each step; compute the frozen output once and keep it, and you save more with every epoch.
# 5. From `keras.applications`, `include_top=False` leaves out the output layer, and `base.trainable = False` freezes the rest at once.
#
# Sequential makes borrowing easy, but it has only one path. In the next lesson every layer is a function, and you decide how the data flow.
