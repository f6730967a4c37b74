# ---
# jupyter:
#   course:
#     needs: [05_inputs_and_outputs, 07_sampling_and_vae]
# ---

# %% [markdown] lang="zh-TW"
# # 10 最後的挑戰：遮住一半，猜另一半

# %% [markdown] lang="en"
# # 10 The final challenge: cover one half, guess the other

# %% [markdown] lang="zh-TW"
# 這一課沒有新的語法。你要把前面學的五樣東西接起來，蓋出一篇論文裡的模型：Zhang、Isola 和 Efros 在 2017 年提出的 split-brain autoencoder（裂腦自編碼器）。讀完這一課，你會：
#
# 1. 把 Lambda、子模型、多個輸出、合併、凍結，接成一個沒人替你畫好的模型；
# 2. 不用標籤訓練它：左半邊猜右半邊，右半邊猜左半邊；
# 3. 用 linear probe（只看一層 Dense 讀不讀得出答案）量它學到多少，而且找對象來比；
# 4. 看到好得不像話的損失，知道先懷疑什麼；
# 5. 說得出接下來可以往哪裡走。
#
# **先想一想**：第 07 課的自編碼器，輸出要和輸入一樣。如果中間的 code（編碼器輸出的那串數值，第 07 課叫編碼）夠長，長到裝得下整張圖，模型最省力的做法是什麼？這樣還需要看懂圖裡是哪個數字嗎？（答案在抓蟲那一節，是量出來的。）

# %% [markdown] lang="en"
# There is no new syntax in this lesson. You join five things from earlier lessons into the model of a research paper, the split-brain autoencoder that Zhang, Isola and Efros published in 2017. By the end of this lesson you will:
#
# 1. have joined a Lambda, submodels, several outputs, a merge and freezing into a model that nobody drew for you;
# 2. train it without labels: the left half guesses the right one, and the right half the left one;
# 3. measure what it has learned with a linear probe (can a single Dense layer read the answer?), and find something to compare it with;
# 4. know what to suspect first when a loss looks too good;
# 5. know where you can go from here.
#
# **Think first**: the output of the autoencoder in lesson 07 was to equal its input. If the code in the middle is long enough to hold the whole image, what is the least effort that does the job? Does it need to understand which digit it sees? (The bug hunt answers this with a measurement.)

# %%
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import EpochLine, check, draw, expect_error, explore, load_mnist, show_images
from keras_beyond.figures import BLUE, SKY, TEXT, Picture, new_figure

(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, x_held = x_train[:25000].astype("float32") / 255, x_train[55000:].astype("float32") / 255
x_test = x_test.astype("float32") / 255

# %% [markdown] lang="zh-TW"
# ## 要猜對另一半，得先認出是哪個數字
#
# 用前 25,000 張訓練（省時間，也省記憶體），最後 5,000 張訓練資料留下來驗證，測試資料只用來報告成績。影像這次不攤平，留著 28x28，才切得出左右。下面 20 張遮住了右半邊，你猜得出是哪個數字嗎？

# %% [markdown] lang="en"
# ## To guess the other half you must know which digit it is
#
# The first 25,000 training digits are used for training, which saves time and memory; the last 5,000 are held out for validation, and the test digits serve for the final figures only. This time the images are not flattened: they stay 28x28, so that they have a left and a right. The right half of these 20 is covered. Can you tell which digits they are?

# %% tags=["nbval-check-output"]
covered = x_test[:20].copy()
covered[:, :, 14:] = 0.3
show_images(covered)

# %% [markdown] lang="zh-TW"
# 大多猜得出來：灰色是遮住的部分，左邊的筆畫已經透露不少。猜的時候，你先想「這像是 7」，再想「那右邊應該往下拉」。沒有人給你標籤，可是要猜另一半，你還是先在心裡認出了那個數字。split-brain 賭的就是這件事。
#
# 影像 $x$ 切成左 $x_l$ 和右 $x_r$，各是 28x14。每一半有自己的編碼器 $f$，得到 128 個數字的 code；再用解碼器 $g$ **猜另一半**：

# %% [markdown] lang="en"
# Most of them you can: grey is what is covered, and the strokes on the left give a lot away. While guessing, you think "this looks like a 7" first, and "so on the right it should come down" next. Nobody told you the label, and yet you made use of it to guess the other half. This is what a split brain bets on.
#
# The image $x$ is cut into a left part $x_l$ and a right part $x_r$, 28x14 each. Each half has an encoder $f$ of its own, which gives a code of 128 numbers; and a decoder $g$ uses it to **guess the other half**:

# %% [markdown]
# $$z_l = f_l(x_l) \in \mathbb{R}^{128}, \qquad \hat{x}_r = g_r(z_l) \in [0, 1]^{28 \times 14}$$
#
# $$z_r = f_r(x_r) \in \mathbb{R}^{128}, \qquad \hat{x}_l = g_l(z_r) \in [0, 1]^{28 \times 14}$$
#
# $$z = [z_l, z_r] \in \mathbb{R}^{256}, \qquad y = \mathrm{softmax}(zW + b) \in \mathbb{R}^{10}$$

# %% [markdown] lang="zh-TW"
# 前兩行不用標籤。第三行等訓練完才做：把兩個 code 接成 256 個數字，凍結，接一層 Dense 讀出是哪個數字，這一層就是 linear probe。
#
# 猜得好不好，和第 07 課一樣用二元交叉熵來量：每個像素一個，加起來，單位是 nat。下面的 `nats` 給每張圖一個數字。先看最懶的猜法有多少：不管看到什麼，一律猜所有訓練影像的平均。

# %% [markdown] lang="en"
# The first two lines need no labels. The third comes after training: join the codes to 256 numbers, freeze them, and let one Dense layer read the digit. That layer is the linear probe.
#
# How good a guess is we measure as in lesson 07, by binary cross-entropy: one for each pixel, added up, in nats. The function `nats` gives a number for each image. First see what the laziest guess costs, which is always the average of all training images:


# %%
def nats(half, guess):
    """Binary cross-entropy summed over a half's pixels: (n, 28, 14) and (n, 28, 14) give (n,)."""
    return keras.ops.sum(keras.ops.binary_crossentropy(half, guess), axis=(1, 2))


sample = x_test[::10]
average = np.broadcast_to(x_train.mean(axis=0), sample.shape)
lazy_nats = float(np.mean(nats(sample, average)))
print(f"always the average image: {lazy_nats:.0f} nats for both halves together")

# %% tags=["guard"]
assert 195 < lazy_nats < 215

# %% [markdown] lang="zh-TW"
# 大約 206 nats。學到東西的模型應該比它少很多。
#
# 接下來的五步由你動手，每一步用到一課，做完就檢查。卡住了先翻那一課；解答在最後面。

# %% [markdown] lang="en"
# About 206 nats. A model that has learned something should need far fewer.
#
# The next five steps are yours. Each uses one earlier lesson and has its own check. When you are stuck, look at that lesson first; the solutions are at the very end.

# %% [markdown] lang="zh-TW"
# ### 練習 10.1：切成兩半（第 06 課，5 分鐘）
#
# 做一層 `cut`：吃一批影像 `(n, 28, 28)`，給兩個輸出，先左後右，各是 `(n, 28, 14)`。第 06 課的 `Lambda` 可以把一個函式變成一層，這個函式可以傳回兩樣東西。提醒：三個軸是第幾張、第幾列 (row)、第幾行 (column)。

# %% [markdown] lang="en"
# ### Exercise 10.1: cut in two (lesson 06, 5 minutes)
#
# Make a layer `cut`: it takes a batch of images, `(n, 28, 28)`, and gives two outputs, the left half first, then the right, `(n, 28, 14)` each. The `Lambda` of lesson 06 turns a function into a layer, and the function may return two things. Remember the three axes: which image, which row, which column.

# %% tags=["exercise"]
cut = None
### BEGIN SOLUTION
cut = layers.Lambda(lambda whole: (whole[:, :, :14], whole[:, :, 14:]), name="cut")
### END SOLUTION

# %% tags=["check"]
check("split-cut", cut)

# %% [markdown] lang="zh-TW"
# ### 練習 10.2：編碼器和解碼器（第 03 課，10 分鐘）
#
# 兩半各要一組，所以寫成兩個函式，每呼叫一次就做一個**新的**模型，名字由引數 `name` 給：
#
# - `make_encoder`：`(n, 28, 14)` 攤平，經過 256 個、再 128 個神經元，都用 ReLU，得到 `(n, 128)`；
# - `make_decoder`：`(n, 128)` 先到 256 個神經元 (ReLU)，再到 392 個，最後排回 `(n, 28, 14)`。像素在 0 和 1 之間，最後用哪個激活函數？

# %% [markdown] lang="en"
# ### Exercise 10.2: encoder and decoder (lesson 03, 10 minutes)
#
# Each half needs a pair, so write two functions that make a **new** model at every call, named by the argument `name`:
#
# - `make_encoder`: flattens `(n, 28, 14)`, goes through 256 and then 128 neurons, both with ReLU, and gives `(n, 128)`;
# - `make_decoder`: from `(n, 128)` to 256 neurons (ReLU), then to 392, and back into the shape `(n, 28, 14)`. Pixels lie between 0 and 1: which activation comes last?


# %% tags=["exercise"]
def make_encoder(name):
    """A new model from a half (n, 28, 14) to its code (n, 128)."""
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input((28, 14)), layers.Flatten()], name=name)
    model.add(layers.Dense(256, activation="relu"))
    model.add(layers.Dense(128, activation="relu"))
    return model
    ### END SOLUTION


def make_decoder(name):
    """A new model from a code (n, 128) to a half (n, 28, 14) with pixels from 0 to 1."""
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input((128,))], name=name)
    model.add(layers.Dense(256, activation="relu"))
    model.add(layers.Dense(392, activation="sigmoid"))
    model.add(layers.Reshape((28, 14)))
    return model
    ### END SOLUTION


# %% tags=["check"]
check("split-networks", (make_encoder, make_decoder))

# %% [markdown] lang="zh-TW"
# ### 練習 10.3：一個輸入，兩個輸出，交叉著接（第 05 課，12 分鐘）
#
# 蓋出 `split_brain` 並且編譯：
#
# - 輸入是整張影像 `(28, 28)`，用 `cut` 切開，兩半各用各的編碼器和解碼器；
# - 輸出是字典 (dict)：`"left"` 是左半邊的猜測，`"right"` 是右半邊的猜測。想清楚哪一個 code 交給哪一個解碼器；
# - `compile` 用 Adam，兩個輸出的損失都用上面的 `nats`；
# - `Input` 和兩個 code 都存成變數，下一題要用。

# %% [markdown] lang="en"
# ### Exercise 10.3: one input, two outputs, wired crosswise (lesson 05, 12 minutes)
#
# Build `split_brain` and compile it:
#
# - the input is the whole image, `(28, 28)`; `cut` divides it, and each half has its own encoder and decoder;
# - the output is a dict: `"left"` is the guess of the left half, `"right"` that of the right half. Think which code goes to which decoder;
# - `compile` with Adam, and with `nats` from above as the loss of both outputs;
# - keep the `Input` and the two codes in variables: the next exercise uses them.

# %% tags=["exercise"]
split_brain = None
### BEGIN SOLUTION
image = keras.Input((28, 28), name="image")
left, right = cut(image)
z_left, z_right = make_encoder("f_left")(left), make_encoder("f_right")(right)
crossed = {"left": make_decoder("g_left")(z_right), "right": make_decoder("g_right")(z_left)}
split_brain = keras.Model(image, crossed, name="split_brain")
split_brain.compile(keras.optimizers.Adam(0.003), loss={"left": nats, "right": nats})
### END SOLUTION

# %% tags=["check"]
check("split-model", split_brain)

# %% [markdown] lang="zh-TW"
# ### 練習 10.4：兩個 code 接起來（第 04 課，5 分鐘）
#
# 做一個子模型 `codes`：輸入是練習 10.3 的影像，輸出是兩個 code 接成的 `(n, 256)`。要用 `split_brain` **裡面那兩個**編碼器，不要另外做新的，等一下訓練 `split_brain`，`codes` 才會跟著變好。

# %% [markdown] lang="en"
# ### Exercise 10.4: join the two codes (lesson 04, 5 minutes)
#
# Make a submodel `codes`: its input is the image of exercise 10.3, its output the two codes joined, `(n, 256)`. Use **the very encoders** inside `split_brain` and no new ones; only then does training `split_brain` improve `codes` as well.

# %% tags=["exercise"]
codes = None
### BEGIN SOLUTION
codes = keras.Model(image, layers.concatenate([z_left, z_right]), name="codes")
### END SOLUTION

# %% tags=["check"]
check("split-codes", (split_brain, codes))

# %% [markdown] lang="zh-TW"
# ### 練習 10.5：凍結，再接一層（第 02 課，8 分鐘）
#
# 做 `probe`：輸入影像，先經過 `codes`（凍結），再接**一層** Dense，給 10 個機率。只有最後這一層可以訓練，所以可訓練參數有 256x10 + 10 = 2,570 個。只要建好，不必訓練。

# %% [markdown] lang="en"
# ### Exercise 10.5: freeze, and put one layer on top (lesson 02, 8 minutes)
#
# Make `probe`: an image goes through `codes`, frozen, and then through **one** Dense layer that gives ten probabilities. Only this last layer can be trained, so there are 256x10 + 10 = 2,570 trainable parameters. Build it only; it need not be trained.

# %% tags=["exercise"]
probe = None
### BEGIN SOLUTION
codes.trainable = False
probe = keras.Sequential([codes, layers.Dense(10, activation="softmax")], name="probe")
### END SOLUTION

# %% tags=["check"]
check("split-probe", (codes, probe))

# %% [markdown] lang="zh-TW"
# ## 五步接起來，就是整個模型
#
# 下面收合的那一格是一份完整的寫法，先不要打開（在 GitHub 上收不起來，請直接往下捲）。它先上場，讓筆記本跑得到最後。五個檢查都打勾以後，把 `use_mine` 改成 `True`，從那一格往下再執行一次：後面訓練的、畫的、量的，就都是**你的**模型。

# %% [markdown] lang="en"
# ## Five steps make the whole model
#
# The folded cell below holds one whole solution; leave it closed for now (GitHub cannot fold it: scroll past). It steps in so that the notebook runs to its end. Once all five checks have their tick, set `use_mine` to `True` and run again from that cell on: whatever is trained, drawn and measured from there is **your** model.


# %% tags=["folded"]
# @title One whole solution (folded: open it after your own five steps)
def half_encoder(name):
    encoder = keras.Sequential([keras.Input((28, 14)), layers.Flatten()], name=name)
    encoder.add(layers.Dense(256, activation="relu"))
    encoder.add(layers.Dense(128, activation="relu"))
    return encoder


def half_decoder(name):
    decoder = keras.Sequential([keras.Input((128,))], name=name)
    decoder.add(layers.Dense(256, activation="relu"))
    decoder.add(layers.Dense(392, activation="sigmoid"))
    decoder.add(layers.Reshape((28, 14)))
    return decoder


def build_split_brain():
    whole = keras.Input((28, 28), name="image")
    halves = layers.Lambda(lambda one: (one[:, :, :14], one[:, :, 14:]), name="cut")(whole)
    code_left, code_right = half_encoder("f_left")(halves[0]), half_encoder("f_right")(halves[1])
    guesses = {
        "left": half_decoder("g_left")(code_right),
        "right": half_decoder("g_right")(code_left),
    }
    joined = layers.concatenate([code_left, code_right])
    return keras.Model(whole, guesses, name="split_brain"), keras.Model(whole, joined, name="codes")


# %% tags=["nbval-check-output"]
use_mine = False  # True once your five checks say [✓]
model, features = (split_brain, codes) if use_mine else build_split_brain()
draw(model)

# %% [markdown] lang="zh-TW"
# 資料從 `cut` 分成兩路：`f_left` 讀左半邊，把 code 交給 `g_right`；`f_right` 讀右半邊，交給 `g_left`。兩路之間沒有別的連線，所以誰都偷看不到自己要猜的那一半。
#
# 接起來的 code 有 256 個數字，只給 probe 讀。拿去餵解碼器會怎麼樣？

# %% [markdown] lang="en"
# From `cut` the data go two ways: `f_left` reads the left half and hands its code to `g_right`; `f_right` reads the right half and hands its code to `g_left`. There is no other link between the two ways, so neither can peek at the half that it has to guess.
#
# The joined code has 256 numbers and is for the probe alone. What if it is fed to a decoder?

# %%
with expect_error(ValueError, match=r"expected shape=\(None, 128\)"):
    half_decoder("g_left")(features.output)

# %% [markdown] lang="zh-TW"
# 解碼器只收 128 個數字，Keras 當場拒絕。還好擋了下來：接起來的 code 兩邊都看過，交給解碼器，等於連答案一起送出去。

# %% [markdown] lang="en"
# The decoder takes 128 numbers only, and Keras refuses at once. This saves us: the joined code has seen both halves, and to hand it to a decoder is to hand over the answer.

# %% [markdown] lang="zh-TW"
# ## 先量起點，才知道訓練有沒有用
#
# 準確率要有對象可比，才看得出好壞。這裡比三種特徵：784 個像素本身、還沒訓練的 code、訓練好的 code，用同樣的 probe 去讀。每一種量兩次：一次給 probe 25,000 個標籤，一次假裝標籤很貴，只給 1,000 個。
#
# 凍結的 code 不會變，所以先用 `predict` 一次算好，probe 只要訓練最後那一層，和練習 10.5 是同一件事，只是快得多：

# %% [markdown] lang="en"
# ## Measure before training, or you will not know what training did
#
# An accuracy means nothing with nothing beside it. We compare three kinds of features, read by the same probe: the 784 pixels themselves, the codes before training, and the codes after it. Each is measured twice: with 25,000 labels for the probe, and with 1,000, as when labels are expensive.
#
# Frozen codes do not change, so `predict` computes them once, and only the last layer of the probe is trained. This is what exercise 10.5 does, only much faster:


# %%
def probe_accuracy(codes_train, codes_test, count):
    """Train a linear probe on `count` codes (n, d); its accuracy on the test digits."""
    reader = keras.Sequential([keras.Input(codes_train.shape[1:])], name="linear_probe")
    reader.add(layers.Dense(10, activation="softmax"))
    how = {"metrics": ["accuracy"], "steps_per_execution": 20}
    reader.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", **how)
    batch, epochs = (125, 3) if count > 1000 else (25, 10)  # 600 steps, or 400
    reader.fit(codes_train[:count], y_train[:count], batch_size=batch, epochs=epochs, verbose=0)
    return reader.evaluate(codes_test, y_test, batch_size=1000, verbose=0)[1]


def measure(encode):
    """Accuracies of probes on what `encode` makes of the images: with 25,000 labels, with 1,000."""
    codes_train, codes_test = encode(x_train), encode(x_test)
    return [probe_accuracy(codes_train, codes_test, count) for count in (25000, 1000)]


# %%
measured = {
    "784 pixels": measure(lambda x: x.reshape(-1, 784)),
    "256 codes, untrained": measure(lambda x: features.predict(x, batch_size=1000, verbose=0)),
}
for name, (many, few) in measured.items():
    print(f"{name:22s} {many:.1%} with 25,000 labels, {few:.1%} with 1,000")

# %% [markdown] lang="zh-TW"
# 標籤多的時候，像素直接讀就有 92% 左右；還沒訓練的 code 是亂數權重算出來的，也有 88% 左右。所以有兩道門檻：超過 88%，訓練才算有作用；超過 92%，才比原來的像素好讀。

# %% [markdown] lang="en"
# With many labels, about 92 % are right when read straight from the pixels; codes that come from random weights, before any training, give about 88 %. So there are two bars: above 88 % training has done something, and only above 92 % are the codes easier to read than the pixels they came from.

# %% [markdown] lang="zh-TW"
# ## 不用標籤也能訓練
#
# 目標是影像自己的兩半，整個 `fit` 沒有用到 `y_train`。如果用的是你的模型，練習 10.5 已經把編碼器凍住了，而且兩個模型共用同樣的層（第 02 課），所以訓練之前先解凍，再編譯。要一層一層解凍：只寫 `model.trainable = True`，凍在別的模型裡的層還是凍著，也沒有錯誤訊息。

# %% [markdown] lang="en"
# ## Training needs no labels
#
# The targets are the two halves of the image itself; `y_train` does not appear in this `fit`. If the model is yours, exercise 10.5 has frozen its encoders, and both models share those layers (lesson 02). So thaw them before training, then compile. Thaw layer by layer: `model.trainable = True` alone leaves layers frozen that another model froze, and gives no error.


# %%
def halves_of(x):
    return {"left": x[:, :, :14], "right": x[:, :, 14:]}


for layer in model.layers:
    layer.trainable = True
model.compile(keras.optimizers.Adam(0.003), loss=nats, steps_per_execution=20)
history = model.fit(
    x_train,
    halves_of(x_train),
    batch_size=125,
    epochs=4,
    validation_data=(x_held, halves_of(x_held)),
    verbose=0,
    callbacks=[EpochLine()],
)

# %% tags=["guard"]
assert len(model.trainable_weights) == len(model.weights)

# %% [markdown] lang="zh-TW"
# `left_loss` 和 `right_loss` 是兩個輸出各自的損失，`loss` 是兩個加起來，已經比平均影像少了很多 nats；驗證資料的 `val_loss` 跟著往下，不是在背。測試資料呢？

# %% [markdown] lang="en"
# `left_loss` and `right_loss` belong to the two outputs; `loss` is their sum, and is already far below that of the average image. On the validation digits, `val_loss` follows it down, so the model is not learning by heart. And the test digits?

# %%
real = halves_of(x_test)
crossed_nats = model.evaluate(x_test, real, batch_size=1000, verbose=0, return_dict=True)["loss"]
print(f"test digits: {crossed_nats:.0f} nats, always the average: {lazy_nats:.0f}")

# %% tags=["guard"]
assert use_mine or 108 < crossed_nats < 132

# %% [markdown] lang="zh-TW"
# 測試資料也差不多，大約 120 nats。損失看完了，來看猜出來的圖：

# %% [markdown] lang="en"
# About the same on the test digits, some 120 nats. So much for the number; now look at the guesses:

# %%
guessed = model.predict(x_test[:1000], batch_size=1000, verbose=0)
left_kept = np.concatenate([real["left"][:1000], guessed["right"]], axis=2)
right_kept = np.concatenate([guessed["left"], real["right"][:1000]], axis=2)
show_images(
    np.concatenate([x_test[:10], left_kept[:10], right_kept[:10]]),
    title="Test digits; with the right half guessed; with the left half guessed",
)

# %% tags=["guard"]
from keras_beyond import guarding

test, left, right = (guarding.image(_, index) for index in (3, 13, 23))
assert np.array_equal(left[:, :14], test[:, :14]) and np.array_equal(right[:, 14:], test[:, 14:])
assert not np.array_equal(left, test) and not np.array_equal(right, test)

# %% [markdown] lang="zh-TW"
# 第一排是原圖，第二排的右半邊是猜的，第三排的左半邊是猜的。猜的部分模糊，是因為可能的寫法很多，它猜的是平均；接縫處多半對得上，數字也大多認得出來。拖拉滑桿，找找看有哪幾張猜成了別的數字：

# %% [markdown] lang="en"
# The first row is the original; in the second the right half is guessed, in the third the left half. Guessed parts are blurred because there are many ways to go on, and the guess is their average. The seams mostly meet, and most digits can be recognised. Move the slider, and look for guesses that turn into another digit:


# %%
def show_guess(index):
    three = np.stack([x_test[index], left_kept[index], right_kept[index]])
    return show_images(three, ["digit", "left kept", "right kept"], columns=3)


# %% tags=["guard"]
assert len(show_guess(8).figure.axes) == 3

# %% tags=["widget"]
explore(show_guess, index=(0, len(left_kept) - 1))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view(unstated=["index"])
digit, left, right = (axes.images[0].get_array() for axes in show_guess(8).figure.axes)
assert np.array_equal(digit, x_test[8].reshape(28, 28))
assert np.array_equal(left, left_kept[8]) and np.array_equal(right, right_kept[8])

# %% [markdown] lang="zh-TW"
# ## 256 個數字，比 784 個像素好讀
#
# 現在用同一個 probe 讀訓練好的 code：

# %% [markdown] lang="en"
# ## 256 numbers read better than 784 pixels
#
# Now the same probe reads the trained codes:

# %% row="C47"
measured["256 codes, split brain"] = measure(
    lambda x: features.predict(x, batch_size=1000, verbose=0)
)
for name, (many, few) in measured.items():
    print(f"{name:22s} {many:.1%} with 25,000 labels, {few:.1%} with 1,000")

# %%
pixels, untrained, trained = measured.values()

# %% tags=["guard"]
assert 0.908 < pixels[0] < 0.926 and 0.85 < pixels[1] < 0.88
assert use_mine or (0.875 < untrained[0] < 0.91 and 0.78 < untrained[1] < 0.84)
assert use_mine or (0.932 < trained[0] < 0.95 and 0.88 < trained[1] < 0.92)
assert use_mine or 0.6 < (1 - trained[0]) / (1 - pixels[0]) < 0.82  # about a quarter fewer errors

# %%
figure, axes = new_figure(7, 3)
for place, (label, color) in enumerate((("25,000 labels", BLUE), ("1,000 labels", SKY))):
    errors = [100 * (1 - pair[place]) for pair in measured.values()]
    bars = axes[0, 0].barh(np.arange(3) + 0.4 * place - 0.2, errors, 0.36, color=color, label=label)
    axes[0, 0].bar_label(bars, fmt="%.1f %%", padding=4, fontsize=TEXT)
axes[0, 0].legend(fontsize=TEXT, frameon=False, loc="lower right")
axes[0, 0].set(yticks=range(3), yticklabels=list(measured), ylim=(2.5, -0.5), xlim=(0, 25))
axes[0, 0].set_ylabel("features", fontsize=TEXT)
axes[0, 0].set_xlabel("test digits that the probe misreads (%)", fontsize=TEXT)
axes[0, 0].set_title("A linear probe errs least on the codes of the split brain", fontsize=TEXT + 1)
Picture(figure, colors=32)

# %% tags=["guard"]
many, few = ([bar.get_width() for bar in bars] for bars in _.figure.axes[0].containers)
assert _.figure.axes[0].containers[0].get_label() == "25,000 labels"
assert np.allclose(many, [100 * (1 - pair[0]) for pair in measured.values()]) and all(
    np.less(many, few)
)

# %% [markdown] lang="zh-TW"
# 長條是認錯的比例，越短越好。訓練好的 code 有 94% 左右，認錯的比像素少了大約四分之一；同一個網路沒訓練過就輸給像素，所以功勞在訓練，不在網路的形狀。只有 1,000 個標籤的時候也贏，大約 89% 對 87%：多看 25,000 張沒有標籤的圖，不是白看的。
#
# 也要老實說它的極限：第 01 課用 4 萬個標籤從頭訓練，有 97% 左右。沒有標籤學來的特徵好用，可是標籤夠多的時候，還追不上直接用標籤訓練。

# %% [markdown] lang="en"
# The bars show the share that is misread: shorter is better. The trained codes reach about 94 %, with about a quarter fewer errors than the pixels. The same network untrained does worse than the pixels, so training deserves the credit, not the shape of the network. With only 1,000 labels they are ahead too, about 89 % against 87 %: looking at 25,000 images without labels was time well spent.
#
# To be honest about its limits: lesson 01, trained from end to end with 40,000 labels, reached about 97 %. Features learned without labels are useful, but where labels are plenty they are still behind a network trained with them.

# %% [markdown] lang="zh-TW"
# ### 抓蟲 10.6：損失只剩一半，好得不像話（12 分鐘）
#
# 有人把輸出和目標都改寫成串列，不用字典；層、資料、訓練方式都一樣，損失卻只有我們的一半左右：

# %% [markdown] lang="en"
# ### Bug hunt 10.6: half the loss, too good to be true (12 minutes)
#
# Somebody wrote outputs and targets as lists in place of dicts. Layers, data and training are the same, and yet the loss came out at about half of ours:

# %%
whole_model, suspect_codes = build_split_brain()
outputs = [whole_model.output["right"], whole_model.output["left"]]
suspect = keras.Model(whole_model.input, outputs, name="suspect")
suspect.compile(keras.optimizers.Adam(0.003), loss=nats, steps_per_execution=20)
suspect.fit(x_train, [x_train[:, :, :14], x_train[:, :, 14:]], batch_size=125, epochs=4, verbose=0)
told = suspect.evaluate(x_test, [real["left"], real["right"]], batch_size=1000, verbose=0)
suspect_nats = told[0]
suspect_many, suspect_test = (
    suspect_codes.predict(x, batch_size=1000, verbose=0) for x in (x_train, x_test)
)
suspect_accuracy = probe_accuracy(suspect_many, suspect_test, 25000)
print(f"loss: {suspect_nats:.0f} nats instead of {crossed_nats:.0f}")
print(f"linear probe: {suspect_accuracy:.1%} instead of {trained[0]:.1%}")

# %%
right_guess = suspect.predict(x_test[:10], verbose=0)[0]
suspect_images = np.concatenate([real["left"][:10], right_guess], axis=2)
show_images(
    np.concatenate([x_test[:10], suspect_images]), title="Test digits; the suspect's right half"
)

# %% tags=["guard"]
assert 45 < suspect_nats < 70
assert 0.89 < suspect_accuracy < pixels[0] + 0.01

# %% [markdown] lang="zh-TW"
# 損失好得多，probe 卻讀得更差，不比直接讀像素好。再看圖：第二排的右半邊，幾乎就是左半邊再印一次。
#
# 串列的輸出和目標是照**順序**配對的，不看名字。兩半的形狀一樣，配錯了 Keras 也不會抱怨。找出哪裡配錯，寫出 `mended_targets`：給它影像 `(n, 28, 28)`，傳回 `suspect` 該用的目標，一個串列，裡面兩個 `(n, 28, 14)`。

# %% [markdown] lang="en"
# The loss is much better, and yet the probe reads worse, no better than from the pixels. Now look at the picture: the right half in the second row is little but the left half, printed once more.
#
# Outputs and targets in lists are paired by their **order**; names play no part. Both halves have the same shape, so Keras does not complain about the wrong pair. Find it and write `mended_targets`: given images, `(n, 28, 28)`, it returns the targets that `suspect` should have had, a list of two arrays `(n, 28, 14)`.


# %% tags=["exercise"]
def mended_targets(images):
    """The targets for the outputs of `suspect`, in their order."""
    ### BEGIN SOLUTION
    return [images[:, :, 14:], images[:, :, :14]]  # its outputs are: right first, then left
    ### END SOLUTION


# %% tags=["check"]
check("split-targets", mended_targets)

# %% [markdown] lang="zh-TW"
# 這個錯誤剛好做了一次對照實驗，也回答了開頭的問題：`suspect` 的每一半猜的是**自己**，等於兩個普通的自編碼器。128 個數值幾乎裝得下 392 個像素，照抄就好，不必認出是哪個數字；第 07 課算過，一格不差地照抄也要 45.5 nats，`suspect` 已經離那裡不遠。所以損失低，code 卻沒有比較好讀。交叉著猜，抄不到答案，才逼它學到東西。
#
# 兩個教訓帶著走：損失好得離譜，先懷疑答案從哪裡漏了進去；損失低，不等於學到你要的東西，要另外量。

# %% [markdown] lang="en"
# The mistake happens to be a controlled experiment, and it answers the question at the start. Each half of `suspect` guesses **itself**, so these are two ordinary autoencoders. 128 numbers can hold nearly all of 392 pixels: copying does the job, and no digit need be recognised. Lesson 07 found that a perfect copy still costs 45.5 nats, and `suspect` is not far from there. Hence the low loss, and codes that are no easier to read. Guessing crosswise leaves nothing to copy, and so something has to be learned.
#
# Two things to take with you. When a loss is too good, ask first where the answer leaked in. And a low loss does not mean that what you wanted was learned; that has to be measured by itself.

# %% [markdown] lang="zh-TW"
# ## 接下來往哪裡走
#
# 想繼續改這個模型，從小的開始：
#
# - 換個切法：上下兩半、奇數行和偶數行 (column)、隨機挖一塊。先猜哪一種學得最好，再量。
# - 換編碼器：第 04 課的卷積和殘差連接，通常比攤平更適合影像。
# - 換 code 的長度：64、128、256 都試，用驗證資料挑，測試資料最後才看。
# - 標籤再少一點：probe 只給 100 個標籤，每個數字才十張左右，像素和 code 各剩多少？
#
# 想讀論文：
#
# - R. Zhang, P. Isola, A. A. Efros, *Split-Brain Autoencoders: Unsupervised Learning by Cross-Channel Prediction* (CVPR 2017)。原文切的不是左右，而是明暗和顏色：看黑白猜顏色，看顏色猜明暗。
# - T. Chen 等人，*A Simple Framework for Contrastive Learning of Visual Representations* (ICML 2020)：同一張圖的兩種裁切，code 要相近。
# - K. He 等人，*Masked Autoencoders Are Scalable Vision Learners* (CVPR 2022)：遮住一大半的小方塊，猜出來。精神和這一課一樣。
#
# 想動手做大一點的：`keras.applications` 裡有預訓練的模型（第 02 課），拿自己的照片接一層 probe，常常就很夠用；keras.io 的 Code examples 有許多完整的程式，裡面的寫法你現在都認得了。

# %% [markdown] lang="en"
# ## Where to go next
#
# To go on with this model, begin small:
#
# - Cut in another way: top and bottom, odd and even columns, a patch at random. Guess first which one learns best, then measure.
# - Change the encoders: convolutions and residual connections, from lesson 04, usually suit images better than flattening.
# - Change the length of the code: try 64, 128 and 256, choose by the validation digits, and look at the test digits last.
# - Still fewer labels: give the probe 100, about ten for each digit. What is left for the pixels, and for the codes?
#
# To read:
#
# - R. Zhang, P. Isola, A. A. Efros, *Split-Brain Autoencoders: Unsupervised Learning by Cross-Channel Prediction* (CVPR 2017). The paper does not cut into left and right but into lightness and colour: it guesses colour from grey, and lightness from colour.
# - T. Chen and others, *A Simple Framework for Contrastive Learning of Visual Representations* (ICML 2020): two crops of one image are to have similar codes.
# - K. He and others, *Masked Autoencoders Are Scalable Vision Learners* (CVPR 2022): cover most of the patches of an image and guess them. The spirit is that of this lesson.
#
# To build something larger: `keras.applications` has pre-trained models (lesson 02), and a probe on top of one, with your own photographs, is often all you need. The code examples on keras.io are complete programs, written with the parts that you now know.

# %% [markdown] lang="zh-TW"
# ## 回顧
#
# 1. 五步各用一課：`Lambda` 切開 (06)，子模型當編碼器和解碼器 (03)，兩個有名字的輸出 (05)，`concatenate` 接起 code (04)，凍結再接一層 (02)。
# 2. 目標是影像的另一半，`fit` 用不到標籤；從 206 nats 降到大約 120 nats。
# 3. 同一個 probe：像素約 92%，沒訓練的 code 約 88%，訓練好的約 94%，標籤少的時候也贏。少了前兩個數字，就看不出第三個是好是壞。
# 4. 損失減半、probe 卻變差：目標的順序錯了，模型在照抄。先懷疑答案從哪裡漏進去。
# 5. 換切法、換編碼器、少用標籤，再往對比學習 (contrastive learning) 和遮罩自編碼器 (masked autoencoder) 走。
#
# 課程到這裡結束。你已經走出 Sequential 了。

# %% [markdown] lang="en"
# ## Summary
#
# 1. Five steps, a lesson each: `Lambda` cuts (06), submodels encode and decode (03), two named outputs (05), `concatenate` joins the codes (04), freezing and one more layer (02).
# 2. The targets are the other halves of the image, and `fit` needs no labels; the loss goes from 206 nats to about 120.
# 3. One and the same probe: about 92 % from pixels, about 88 % from untrained codes, about 94 % after training, and ahead with few labels too. Without the first two numbers the third means nothing.
# 4. Half the loss and a worse probe: the targets stood in the wrong order, and the model copied. Ask first where the answer leaked in.
# 5. Other cuts, other encoders, fewer labels; and from there to contrastive learning and masked autoencoders.
#
# This is the end of the course. You have gone beyond Sequential.
