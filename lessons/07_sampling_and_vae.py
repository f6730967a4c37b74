# ---
# jupyter:
#   course:
#     needs: [06_lambda_and_custom]
# ---

# %% [markdown] lang="zh-TW"
# # 07 抽樣與 VAE：畫出沒有人寫過的數字

# %% [markdown] lang="en"
# # 07 Sampling and the VAE: drawing digits that nobody wrote

# %% [markdown] lang="zh-TW"
# 讀完這一課，你會：
#
# 1. 寫一個會抽樣的層，而且確定一批資料裡每一列都有自己的雜訊；
# 2. 說得出為什麼神經網路給的是對數變異數 (log-variance)，不是變異數；
# 3. 推出變分自編碼器（variational autoencoder，VAE）的損失，知道每個符號的形狀，並用 `add_loss` 寫進模型；
# 4. 從訓練時的兩個數字（還原、KL）看出 VAE 是正常、KL 太弱，還是 KL 太強；
# 5. 看懂潛在平面，在上面挑點、走一段路，畫出新的數字。
#
# **先想一想**：上一課的平均層忘了寫 `axis`，連一批裡的其他資料也一起平均，所以同一筆資料換一批同伴，答案就變了。如果一個層要自己抽雜訊，一批 100 筆，雜訊的形狀該是什麼，各筆之間才不會互相牽連？

# %% [markdown] lang="en"
# By the end of this lesson you will:
#
# 1. write a layer that samples, and be sure that every row of a batch gets noise of its own;
# 2. say why a network gives the log-variance and not the variance;
# 3. derive the loss of a variational autoencoder (VAE), know the shape of every symbol, and put it into the model with `add_loss`;
# 4. tell from two numbers during training, reconstruction and KL, whether a VAE is healthy, or its KL too weak or too strong;
# 5. read the latent plane: choose points, walk through it, draw new digits.
#
# **Think first**: in the last lesson an averaging layer without `axis` averaged over the other rows of the batch too, so the answer for one row changed with its company. If a layer draws noise for a batch of 100 rows, what shape must the noise have, so that no row depends on another?

# %%
from statistics import NormalDist

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import (
    EpochLine,
    check,
    draw,
    expect_error,
    explore,
    load_mnist,
    load_weights,
    plot_points,
    show_images,
)
from keras_beyond.figures import BLUE, ORANGE, TEN_COLORS, Picture, new_figure

# %% [markdown] lang="zh-TW"
# ## 抽樣也可以是一層
#
# 想要的層這樣用：給它平均數 $\mu$ 和對數變異數 $s$，兩個形狀都是 `(n, d)`，它就替每一列 (row) 抽一個 $d$ 維的點 $z$，服從常態分布 $N(\mu, \mathrm{diag}(e^{s}))$。$\mathrm{diag}$ 的意思是：變異數 $e^{s_1}, \ldots, e^{s_d}$ 放在對角線上，各維自己抽自己的。
#
# 常態分布有個好用的性質：$X \sim N(0, 1)$，那麼 $\mu + \sigma X \sim N(\mu, \sigma^2)$。也就是說，只要會抽標準常態的雜訊 $\varepsilon$，乘上標準差、加上平均數就好：

# %% [markdown] lang="en"
# ## Sampling can be a layer
#
# This is the layer we want: give it means $\mu$ and log-variances $s$, both of shape `(n, d)`, and for each row it draws a point $z$ of $d$ dimensions from the normal distribution $N(\mu, \mathrm{diag}(e^{s}))$. Here $\mathrm{diag}$ says that the variances $e^{s_1}, \ldots, e^{s_d}$ stand on the diagonal: each dimension is drawn by itself.
#
# The normal distribution makes this easy: if $X \sim N(0, 1)$, then $\mu + \sigma X \sim N(\mu, \sigma^2)$. So all it takes is standard normal noise $\varepsilon$, times the standard deviation, plus the mean:

# %% [markdown]
# $$\underbrace{z}_{(n,\,d)} = \underbrace{\mu}_{(n,\,d)} + \underbrace{e^{s/2}}_{(n,\,d)} \odot \underbrace{\varepsilon}_{(n,\,d)}, \qquad \varepsilon_{ij} \sim N(0, 1), \qquad s = \log \sigma^2$$

# %% [markdown] lang="zh-TW"
# $\odot$ 是逐格相乘。這招叫重參數化技巧 (reparameterization trick)：隨機的只有 $\varepsilon$，梯度照樣可以從 $z$ 流回 $\mu$ 和 $s$。
#
# 為什麼用 $s = \log \sigma^2$？`Dense` 的輸出可正可負，變異數卻不能是負的。把輸出當成 $s$，再取 $e^s$，怎樣都是正的：

# %% [markdown] lang="en"
# The sign $\odot$ multiplies entry by entry. This is the reparameterization trick: only $\varepsilon$ is random, so gradients still flow from $z$ back to $\mu$ and $s$.
#
# Why $s = \log \sigma^2$? A `Dense` layer gives any number, but a variance cannot be negative. Read the output as $s$ and take $e^s$, which is positive whatever comes:

# %% tags=["nbval-check-output"]
for s in (-6.0, -1.0, 0.0, 2.0):
    std = np.exp(s / 2)
    print(f"s {s:4.1f}   variance e^s {np.exp(s):7.4f}   standard deviation e^(s/2) {std:.4f}")
print("-1.0 read as a variance: standard deviation", float(keras.ops.sqrt(-1.0)))

# %% [markdown] lang="zh-TW"
# $s$ 從 -6 到 2，標準差從 0.05 到 2.7，都能用；把 -1 直接當成變異數開根號，得到 `nan`。
#
# ### 練習 7.1：標準差要 3（2 分鐘）
#
# $s$ 要多少，標準差才是 3？填進 `s_for_three`，可以用 `np.log`。

# %% [markdown] lang="en"
# With $s$ from -6 to 2 the standard deviation goes from 0.05 to 2.7, and all are valid; the square root of -1 taken as a variance is `nan`.
#
# ### Exercise 7.1: a standard deviation of 3 (2 minutes)
#
# Which $s$ gives a standard deviation of 3? Put it in `s_for_three`; `np.log` may be used.

# %% tags=["exercise"]
s_for_three = None
### BEGIN SOLUTION
s_for_three = np.log(3.0**2)  # s is the logarithm of the variance, and the variance is 9
### END SOLUTION

# %% tags=["check"]
check("sampling-log-variance", s_for_three)

# %% [markdown] lang="zh-TW"
# ## 要了 500 個點，只看到 5 個
#
# 先照這門課前身的寫法做：每次抽一個長度 `d` 的雜訊向量。亂數的狀態要跟著層走，所以放一個 `SeedGenerator`，這也是這裡用類別、不用 `Lambda` 的原因。

# %% [markdown] lang="en"
# ## Five hundred points asked for, five seen
#
# First as the forerunner of this course wrote it: each call draws a noise vector of length `d`. The state of the random numbers belongs to the layer, in a `SeedGenerator`; that is why this is a class and not a `Lambda`.


# %% tags=["nbval-check-output"]
class SharedNoise(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(7)

    def call(self, inputs):
        z_mean, z_log_var = inputs
        noise = keras.random.normal((z_mean.shape[-1],), seed=self.seed_generator)
        return z_mean + keras.ops.exp(z_log_var / 2) * noise


def as_model(sampling):
    inputs = [keras.Input((2,), name="z_mean"), keras.Input((2,), name="z_log_var")]
    return keras.Model(inputs, sampling(inputs), name="sampler")


shared = as_model(SharedNoise())
draw(shared)

# %% [markdown] lang="zh-TW"
# 兩個輸入、一個輸出、沒有權重。這樣就可以用 `predict` 抽樣，連 `compile` 都不用。同一組平均數和對數變異數複製 500 列，一批 100 列，畫出來：

# %% [markdown] lang="en"
# Two inputs, one output, no weights. So `predict` samples, and needs no `compile`. Repeat one mean and one log-variance in 500 rows, send them in batches of 100, and plot what comes:

# %% tags=["nbval-check-output"]
mean, log_var = np.array([3.0, 1.0]), np.log([1.0, 4.0])
five_hundred = [np.tile(mean, (500, 1)), np.tile(log_var, (500, 1))]
points = shared.predict(five_hundred, batch_size=100, verbose=0)
print(points.shape, "of which different:", len(np.unique(points.round(4), axis=0)))

# %%
plot_points({"z": points}, title="500 rows, shared noise", xlabel="z_1", ylabel="z_2", size=30)

# %% [markdown] lang="zh-TW"
# 圖上只有 5 個點，剛好一批一個：同一批的 100 列全疊在一起。前身的程式沒有發現，因為它呼叫 `predict` 100 次，一次只送一列，一批裡根本沒有別人。
#
# 各列的平均數不一樣的時候，點不會疊在一起，圖就看不出來了。所以再量一個數字：一批 4 列，平均數和變異數都不同，抽 500 批，看列和列之間的相關係數。

# %% [markdown] lang="en"
# There are only five points, one for each batch: all 100 rows of a batch lie on top of each other. The forerunner did not notice, because it called `predict` a hundred times with a single row, and so no row ever had company.
#
# When rows have different means the points no longer coincide, and a plot will not show it. So measure a number as well: batches of 4 rows, each with its own mean and variance, 500 batches, and the correlations between the rows.


# %% row="C35"
def four_rows(sampler, batches=500):
    means = [[0.0, 0.0], [3.0, 1.0], [-2.0, 4.0], [5.0, -3.0]]
    log_vars = [[0.0, 0.0], [1.0, -1.0], [-2.0, 0.5], [0.5, 2.0]]
    inputs = [np.tile(means, (batches, 1)), np.tile(log_vars, (batches, 1))]
    z = sampler.predict(inputs, batch_size=4, verbose=0)
    return z.reshape(batches, 4, 2)[:, :, 0]  # first dimension only: (batches, 4)


wrong_rows = four_rows(shared)
print("correlation between rows:\n", np.corrcoef(wrong_rows.T).round(2))

# %% tags=["guard"]
assert np.corrcoef(wrong_rows.T).min() > 0.99

# %% [markdown] lang="zh-TW"
# 全是 1：知道一列的雜訊，其他列也就知道了。拿這種層去訓練，一批 100 張圖等於只抽了一次。
#
# ### 抓蟲 7.2：每一列都要有自己的雜訊（8 分鐘）
#
# 錯的只有一行。寫一個改好的類別 `MendedSampling`：用法和 `SharedNoise` 一樣，輸入 `[z_mean, z_log_var]`，形狀 `(n, d)`，一批有幾列都要能用。建模型的時候 `n` 還是 `None`，要知道形狀，就用 `keras.ops.shape`。往下看之前，先自己改改看。

# %% [markdown] lang="en"
# They are all 1: whoever knows the noise of one row knows it for all. In training, a batch of 100 images would amount to a single draw.
#
# ### Bug hunt 7.2: noise of its own for every row (8 minutes)
#
# Only one line is wrong. Write the mended class `MendedSampling`: used like `SharedNoise`, its input is `[z_mean, z_log_var]`, of shape `(n, d)`, and a batch may have any number of rows. Try it before you read on.


# %% tags=["exercise"]
class MendedSampling(layers.Layer):
    """Draw from N(z_mean, diag(exp(z_log_var))), with noise of its own for each row."""

    ### BEGIN SOLUTION
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(7)

    def call(self, inputs):
        z_mean, z_log_var = inputs
        noise = keras.random.normal(keras.ops.shape(z_mean), seed=self.seed_generator)
        return z_mean + keras.ops.exp(z_log_var / 2) * noise

    ### END SOLUTION


# %% tags=["check"]
check("mended-sampling", MendedSampling)

# %% [markdown] lang="zh-TW"
# ## 雜訊的形狀要和平均數一樣
#
# 公式裡的 $\varepsilon$ 是 `(n, d)`，所以雜訊的形狀就照 `z_mean` 的。建模型的時候還不知道 `n`，`keras.ops.shape` 會等資料真的來了才看：

# %% [markdown] lang="en"
# ## The noise has the shape of the mean
#
# In the formula $\varepsilon$ is `(n, d)`, so the noise takes its shape from `z_mean`. While the model is being built `n` is not known yet; `keras.ops.shape` asks when the data are there:


# %%
class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(7)

    def call(self, inputs):
        z_mean, z_log_var = inputs
        noise = keras.random.normal(keras.ops.shape(z_mean), seed=self.seed_generator)
        return z_mean + keras.ops.exp(z_log_var / 2) * noise


sampler = as_model(Sampling())

# %% row="C35"
right_rows = four_rows(sampler)
largest = np.abs(np.corrcoef(right_rows.T) - np.eye(4)).max()
print(f"largest correlation between two rows: {largest:.2f}, with shared noise 1.00")

figure, axes = new_figure(8.0, 3.4, columns=2)
both = {"shared noise": wrong_rows, "own noise": right_rows}
for panel, (name, rows) in zip(axes[0], both.items(), strict=True):
    panel.scatter(rows[:, 0], rows[:, 1], s=8, color=BLUE, alpha=0.6, linewidths=0)
    panel.set(title=f"{name}: one dot a batch", xlabel="z_1 of row 0", ylabel="z_1 of row 1")
Picture(figure)

# %% tags=["guard"]
assert largest < 0.25

# %% [markdown] lang="zh-TW"
# 橫軸是一批裡的第 0 列，縱軸是第 1 列。共用雜訊的時候是一條直線，改好以後是一團雲：兩列沒有關係了，剩下的相關係數只是 500 批的抽樣誤差。
#
# ## 和 NumPy 的抽樣比一比
#
# 有沒有抽對分布？NumPy 的 `multivariate_normal` 吃平均數和共變異數矩陣 (covariance，對角線是每一維的變異數，旁邊是兩維怎麼一起變)，各抽 5,000 個點，再各自估回來。注意我們只呼叫一次 `predict`：

# %% [markdown] lang="en"
# Row 0 of a batch runs to the right, row 1 upwards. Shared noise gives a straight line; mended, it is a cloud: the two rows have nothing to do with each other, and what correlation is left is the sampling error of 500 batches.
#
# ## Compare with NumPy's samples
#
# Is it the right distribution? NumPy's `multivariate_normal` takes a mean and a covariance matrix (on the diagonal the variance of each dimension, beside it how two of them vary together). Draw 5,000 points from each and estimate both back. Note that `predict` is called once:

# %% row="C35 C36"
covariance = np.diag(np.exp(log_var))
by_numpy = np.random.default_rng(0).multivariate_normal(mean, covariance, size=5000)
five_thousand = [np.tile(mean, (5000, 1)), np.tile(log_var, (5000, 1))]
by_layer = sampler.predict(five_thousand, batch_size=5000, verbose=0)
for name, found in (("wanted", None), ("NumPy", by_numpy), ("layer", by_layer)):
    m, c = (mean, covariance) if found is None else (found.mean(axis=0), np.cov(found.T))
    print(f"{name:6s}  mean {m.round(2)!s:14s}  covariance {c.round(2).tolist()}")

# %%
figure, axes = new_figure(8.0, 3.6, columns=2)
for panel, found, name in zip(axes[0], (by_numpy, by_layer), ("NumPy", "our layer"), strict=True):
    panel.scatter(found[:1000, 0], found[:1000, 1], s=6, color=BLUE, alpha=0.5, linewidths=0)
    panel.set(title=f"1,000 points: {name}", xlabel="z_1", ylabel="z_2", aspect="equal")
    panel.set(xlim=(-5, 11), ylim=(-7, 9))
Picture(figure)

# %% tags=["guard"]
assert np.allclose(by_layer.mean(axis=0), mean, atol=0.15)
assert np.allclose(np.cov(by_layer.T), covariance, atol=0.4)

# %% [markdown] lang="zh-TW"
# 兩邊的平均數都在 (3, 1) 附近，共變異數矩陣的對角線都接近 1 和 4，兩團雲也差不多：上下的寬度是左右的兩倍。非對角線差不多是 0，而且這個層永遠抽不出斜的雲，因為 $\mathrm{diag}(e^s)$ 只有對角線；NumPy 收的是整個矩陣，所以斜的也抽得出來。
#
# 下面的函式把四個數字換成一團雲和估出來的共變異數：

# %% [markdown] lang="en"
# Both means are near (3, 1), both covariances near 1 and 4 on the diagonal, and the clouds look alike: twice as wide upwards as sideways. Off the diagonal there is about 0, and this layer can never draw a slanted cloud, since $\mathrm{diag}(e^s)$ has a diagonal only; NumPy can, given a full matrix.
#
# This function turns four numbers into a cloud and the covariance estimated from it:


# %%
def cloud(mean_1, mean_2, log_var_1, log_var_2):
    rows = [np.tile([mean_1, mean_2], (500, 1)), np.tile([log_var_1, log_var_2], (500, 1))]
    z = np.asarray(sampler(rows))
    print("covariance of the 500 points:", np.cov(z.T).round(2).tolist())
    picture = plot_points({"z": z}, title="500 points, one call", xlabel="z_1", ylabel="z_2")
    picture.figure.axes[0].set(xlim=(-12, 12), ylim=(-12, 12))
    return picture


cloud(mean_1=-3, mean_2=2, log_var_1=2, log_var_2=-2)

# %% [markdown] lang="zh-TW"
# $s$ 差 4，變異數就差 $e^4 \approx 55$ 倍，所以雲又扁又寬。拉拉看四根滑桿：哪兩根只搬動雲，哪兩根只改變胖瘦？

# %% [markdown] lang="en"
# The two log-variances differ by 4, so the variances differ by a factor of $e^4 \approx 55$, and the cloud is wide and flat. Move the four sliders: which two only move the cloud, and which two only change its shape?

# %% tags=["widget"]
explore(cloud, mean_1=(-6.0, 6.0), mean_2=(-6.0, 6.0), log_var_1=(-4.0, 3.0), log_var_2=(-4.0, 3.0))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view(unstated=["mean_1", "mean_2", "log_var_1", "log_var_2"])
z = guarding.points(cloud(mean_1=3.0, mean_2=-2.0, log_var_1=0.0, log_var_2=1.0), "z")
assert np.allclose(z.mean(axis=0), [3, -2], atol=0.4) and np.allclose(
    np.log(z.var(axis=0)), [0, 1], atol=0.4
)

# %% [markdown] lang="zh-TW"
# ## 自編碼器會還原，但是潛在平面上有洞
#
# 抽樣層有了，要拿來做什麼？先看沒有它的時候少了什麼。自編碼器 (autoencoder) 的編碼器 (encoder) 把 784 個像素壓成 2 個數字，解碼器 (decoder) 再畫回來。只留 2 個，是為了整個潛在空間 (latent space) 可以畫在一張紙上。
#
# 損失用二元交叉熵 (binary cross-entropy)：最後一層是 sigmoid，所以 $\hat{x}_i$ 可以當成「第 $i$ 個像素是墨水的機率」。784 個像素加起來，一張圖一個數字，單位是 nat（用自然對數算的資訊量）：

# %% [markdown] lang="en"
# ## An autoencoder restores, but its plane has holes
#
# What is the sampling layer good for? See first what is missing without it. The encoder of an autoencoder presses 784 pixels into 2 numbers, and its decoder draws them again. We keep only 2, so that the whole latent space fits on a sheet of paper.
#
# The loss is binary cross-entropy: the last layer is a sigmoid, so $\hat{x}_i$ can be read as the probability that pixel $i$ is ink. Summed over the 784 pixels it is one number for an image, in nats (information measured with the natural logarithm):


# %%
def pixels(images):
    x = images.reshape(-1, 784).astype("float32")
    x /= 255  # in place: no second copy in memory
    return x


(images_train, labels_train), (images_test, labels_test) = load_mnist()
x_train = tf.constant(pixels(images_train[:30000]))  # in TensorFlow's memory: fit need not copy it
x_test = tf.constant(pixels(images_test))
x_held, y_held = pixels(images_train[-5000:]), labels_train[-5000:]
del images_train, images_test


def reconstruction(x, x_hat):
    each = keras.ops.binary_crossentropy(x, x_hat)  # (n, 784)
    return keras.ops.sum(each, axis=-1)  # (n,)


# %% tags=["nbval-check-output"]
drawings = {"grey": np.float32(0.5), "average digit": np.mean(x_train, axis=0)}
for name, drawing in drawings.items():
    x_hat = np.broadcast_to(drawing, x_test.shape)  # the same drawing for every digit
    print(f"{name:13s} {np.mean(reconstruction(x_test, x_hat)):5.1f} nats")
print(f"perfect copy  {np.mean(reconstruction(x_test, x_test)):5.1f} nats")

# %% [markdown] lang="zh-TW"
# 記住這三個數字。什麼都不會、每格都猜 0.5，是 784 log 2 = 543.4 nats；每張都畫訓練資料的平均圖，205.8；一格不差地照抄，還是要 45.5，因為像素有灰的，不是非 0 即 1。所以好的模型會落在 45 和 206 之間。
#
# 自編碼器用兩個 `Sequential` 就夠了：

# %% [markdown] lang="en"
# Remember these three. To know nothing and say 0.5 everywhere costs 784 log 2 = 543.4 nats; to draw the average of the training digits every time, 205.8; and a perfect copy still costs 45.5, because some pixels are grey and not just 0 or 1. So a good model lies between 45 and 206.
#
# For the autoencoder, two `Sequential` models will do:


# %% tags=["nbval-check-output"]
def hidden(*sizes):
    return [layers.Dense(units, activation="relu") for units in sizes]


def build_decoder(latent=2, sizes=(256, 512)):
    drawing = layers.Dense(784, activation="sigmoid")
    return keras.Sequential([keras.Input((latent,)), *hidden(*sizes), drawing], name="decoder")


ae_encoder = keras.Sequential([keras.Input((784,)), *hidden(512, 256)], name="ae_encoder")
ae_encoder.add(layers.Dense(2, name="code"))
ae_decoder = build_decoder()
autoencoder = keras.Sequential([ae_encoder, ae_decoder], name="autoencoder")
draw(autoencoder)

# %% [markdown] lang="zh-TW"
# 拿前 3 萬張圖訓練一遍（全部 6 萬張要兩倍的時間和記憶體）。輸入和目標是同一批圖；`steps_per_execution=50` 讓 Keras 一次跑 50 步，省下每一步的手續，結果不變。

# %% [markdown] lang="en"
# Train for one epoch on the first 30,000 digits (all 60,000 would take twice the time and memory). Input and target are the same images; `steps_per_execution=50` lets Keras run 50 steps in one go, which spares the ceremony of every step and changes nothing in the result.

# %%
autoencoder.compile(keras.optimizers.Adam(0.003), reconstruction, steps_per_execution=50)
autoencoder.fit(x_train, x_train, batch_size=100, epochs=1, verbose=0, callbacks=[EpochLine()])
codes = ae_encoder.predict(x_held, batch_size=1000, verbose=0)
restored = np.asarray(autoencoder(x_held[:10]))
show_images(np.concatenate([x_held[:10], restored]), title="above: held out; below: restored")

# %% tags=["guard"]
from keras_beyond import guarding

above, below = guarding.image(_, 3).ravel(), guarding.image(_, 13).ravel()
assert np.array_equal(above, x_held[3].ravel()) and np.allclose(below, restored[3].ravel())
assert guarding.last_activation(ae_decoder) == "sigmoid"

# %% [markdown] lang="zh-TW"
# 上排是沒參加訓練的圖，下排是解碼器只憑 2 個數值畫回來的：每張都像手寫數字，可是有好幾張畫成了別的數字。只有 2 個數值、只練一遍，只夠留個大概。那麼，你自己隨便給 2 個數值，解碼器畫得出新的數字嗎？在所有編碼的最小值和最大值之間均勻隨機挑 20 個點，標成 ×：

# %% [markdown] lang="en"
# Above are digits it was not trained on, below what it drew from 2 numbers: all look like digits, but several have become another one. Two numbers and one round of training keep no more than the gist. So if you give it 2 numbers of your own, will it draw a new digit? Draw 20 points at random, uniformly between the smallest and largest codes, marked × here:


# %%
def empty_cells(places, low, high):
    counts, _, _ = np.histogram2d(*places.T, bins=20, range=np.transpose([low, high]))
    return np.mean(counts == 0)


low, high = codes.min(axis=0), codes.max(axis=0)
holes = empty_cells(codes, low, high)
print(f"of 20 x 20 cells, {holes:.0%} hold none of the 5,000 digits")
anywhere = np.random.default_rng(5).uniform(low, high, (20, 2))
picture = plot_points(
    {str(digit): codes[y_held == digit] for digit in range(10)},
    title="Autoencoder: where 5,000 digits lie, and 20 random points",
    xlabel="code 1",
    ylabel="code 2",
    size=5,
)
picture.figure.axes[0].plot(anywhere[:, 0], anywhere[:, 1], "kx", markersize=7)
picture

# %% tags=["guard"]
assert 0.2 < holes < 0.55

# %%
drawn = np.asarray(ae_decoder(anywhere))
show_images(drawn, title="Autoencoder: the 20 random points, decoded")

# %% tags=["guard"]
from keras_beyond import guarding

assert np.allclose(guarding.image(_, 7).ravel(), np.ravel(ae_decoder(anywhere)[7]), atol=1e-5)

# %% [markdown] lang="zh-TW"
# 平面上大片空白，座標的大小也沒有意義，有的類別拉得老遠，有的擠成一團。切成 20x20 格，大約四成是空的。點落在空白處，訓練時從來沒人要求解碼器在那裡畫什麼，畫出來的不是斷掉、糊掉，就是老是那幾個數字。損失只管還原，沒有人管編碼放在哪裡。
#
# ## VAE 改三個地方
#
# 1. 編碼器不給一個點，給一團雲：兩個頭，`z_mean` 和 `z_log_var`。
# 2. 中間加上抽樣層：解碼器拿到的是雲裡隨便一點，所以附近的點都要畫得像。
# 3. 損失多一項 KL 散度 (KL divergence)：每一團雲都要付錢，離標準常態 $N(0, I)$ 越遠付越多。這樣雲會擠到原點附近，彼此接得起來。

# %% [markdown] lang="en"
# Large parts of the plane are empty, and its scale means nothing: some classes are stretched far out, others squeezed together. Cut into 20x20 cells, about four in ten are empty. The decoder was never asked to draw anything there, and what it draws is broken, blurred, or always the same few digits. The loss only asks for reconstruction; nobody cares where the codes lie.
#
# ## A VAE changes three things
#
# 1. The encoder gives a cloud in place of a point: two heads, `z_mean` and `z_log_var`.
# 2. The sampling layer goes in between: the decoder gets some point of the cloud, so all points nearby must draw alike.
# 3. The loss gets one more term, the KL divergence: every cloud pays, and the more it differs from the standard normal $N(0, I)$ the more it pays. So the clouds gather round the origin and join up.


# %% tags=["nbval-check-output"]
def build_encoder(latent=2, sizes=(512, 256)):
    x = keras.Input((784,), name="x")
    h = x
    for layer in hidden(*sizes):
        h = layer(h)
    heads = [layers.Dense(latent, name="z_mean")(h), layers.Dense(latent, name="z_log_var")(h)]
    return keras.Model(x, heads, name="encoder")


encoder, decoder = build_encoder(), build_decoder()
draw(encoder)

# %% [markdown] lang="zh-TW"
# 一個輸入，兩個輸出：第 04、05 課的分歧。
#
# ## 損失只要幾行就推得出來
#
# 想要的是：模型覺得真的數字 $x$ 很有可能出現，也就是 $-\log p(x)$ 越小越好。模型怎麼產生 $x$？先從 $p(z) = N(0, I)$ 抽 $z$，再由解碼器決定 $p(x \mid z)$，所以 $p(x) = \int p(x \mid z)\, p(z)\, dz$。這個積分算不動，於是請編碼器給的雲 $q(z) = N(\mu, \mathrm{diag}(e^s))$ 幫忙，乘上它再除以它，再用 Jensen 不等式：$-\log$ 是凸函數，先平均再取 $-\log$，不會大過先取 $-\log$ 再平均。

# %% [markdown] lang="en"
# One input, two outputs: the branch of lessons 04 and 05.
#
# ## The loss takes a few lines to derive
#
# We want the model to find real digits $x$ likely, so $-\log p(x)$ should be small. How does the model make an $x$? It draws $z$ from $p(z) = N(0, I)$, then the decoder settles $p(x \mid z)$, so $p(x) = \int p(x \mid z)\, p(z)\, dz$. That integral is out of reach. So call in the encoder's cloud $q(z) = N(\mu, \mathrm{diag}(e^s))$, multiply and divide by it, and use Jensen's inequality: $-\log$ is convex, so that of an average is never more than the average of the $-\log$:

# %% [markdown]
# $$-\log p(x) = -\log \mathbb{E}_{z \sim q}\left[\frac{p(x \mid z)\, p(z)}{q(z)}\right] \le \underbrace{\mathbb{E}_{z \sim q}\left[-\log p(x \mid z)\right]}_{\text{reconstruction}} + \underbrace{\mathbb{E}_{z \sim q}\left[\log \frac{q(z)}{p(z)}\right]}_{\mathrm{KL}(q \,\|\, p)}$$
#
# $$\text{reconstruction} = -\sum_{i=1}^{784} \left[x_i \log \hat{x}_i + (1 - x_i) \log(1 - \hat{x}_i)\right]$$
#
# $$\mathrm{KL}(q \,\|\, p) = \sum_{j=1}^{d} \tfrac12\, \mathbb{E}\left[-s_j - \frac{(z_j - \mu_j)^2}{e^{s_j}} + z_j^2\right] = \sum_{j=1}^{d} \tfrac12 \left(\mu_j^2 + e^{s_j} - s_j - 1\right)$$

# %% [markdown] lang="zh-TW"
# 第三行用到兩件事：$\mathbb{E}[(z_j - \mu_j)^2] = e^{s_j}$，$\mathbb{E}[z_j^2] = \mu_j^2 + e^{s_j}$。第一項的期望值，訓練時每張圖只抽一個 $z$ 來估。灰色的像素不是 0 也不是 1，我們照樣代進第二行，所以才有 45.5 的底線。兩項都以 nat 計，可以直接相加：
#
# | 符號 | 程式 | 形狀 |
# | --- | --- | --- |
# | $x$, $\hat{x}$ | `x`, `x_hat` | `(n, 784)` |
# | $\mu$, $s$, $z$ | `z_mean`, `z_log_var`, `z` | `(n, d)`，這裡 $d = 2$ |
# | reconstruction | `reconstruction(x, x_hat)` | `(n,)`，像素**加**起來 |
# | KL | `kl` | `(n,)`，潛在維度**加**起來 |
# | 損失 | `loss` | `()`，一批**平均** |
#
# KL 的公式對不對，抽樣來驗：挑一個 $\mu$ 和 $s$，抽 20 萬個 $z$，把 $\log q(z) - \log p(z)$ 平均。

# %% [markdown] lang="en"
# The third line uses $\mathbb{E}[(z_j - \mu_j)^2] = e^{s_j}$ and $\mathbb{E}[z_j^2] = \mu_j^2 + e^{s_j}$. The expectation in the first term is estimated, during training, from a single $z$ for each image. Grey pixels are neither 0 nor 1; we put them into the second line all the same, which is where the 45.5 of a perfect copy comes from. Both terms are in nats and may simply be added:
#
# | symbol | program | shape |
# | --- | --- | --- |
# | $x$, $\hat{x}$ | `x`, `x_hat` | `(n, 784)` |
# | $\mu$, $s$, $z$ | `z_mean`, `z_log_var`, `z` | `(n, d)`, here $d = 2$ |
# | reconstruction | `reconstruction(x, x_hat)` | `(n,)`, **summed** over pixels |
# | KL | `kl` | `(n,)`, **summed** over latent dimensions |
# | loss | `loss` | `()`, **averaged** over the batch |
#
# Is the formula for the KL right? Test it by sampling: choose some $\mu$ and $s$, draw 200,000 points $z$, and average $\log q(z) - \log p(z)$.

# %%
mu, s = np.array([1.0, -2.0]), np.array([0.5, -1.0])
z = mu + np.exp(s / 2) * np.random.default_rng(1).normal(size=(200_000, 2))
log_ratio = (-s - (z - mu) ** 2 / np.exp(s) + z**2) / 2  # log q(z) - log p(z), for each dimension
by_formula, by_samples = np.sum(mu**2 + np.exp(s) - s - 1) / 2, log_ratio.sum(axis=1).mean()
print(f"formula {by_formula:.2f} nats, from samples {by_samples:.2f} nats")

# %% tags=["guard"]
assert abs(by_formula - by_samples) < 0.05

# %% [markdown] lang="zh-TW"
# 兩邊一樣。
#
# ### 練習 7.3：把 KL 寫成函式（8 分鐘）
#
# 寫 `kl_divergence(z_mean, z_log_var)`：輸入兩個 `(n, d)`，傳回 `(n,)`，每一列一個 KL。

# %% [markdown] lang="en"
# They agree.
#
# ### Exercise 7.3: the KL as a function (8 minutes)
#
# Write `kl_divergence(z_mean, z_log_var)`: it takes two arrays of shape `(n, d)` and returns `(n,)`, a KL for each row.


# %% tags=["exercise"]
def kl_divergence(z_mean, z_log_var):
    """KL of N(z_mean, diag(exp(z_log_var))) from N(0, I), in nats, for each row."""
    ### BEGIN SOLUTION
    each = keras.ops.square(z_mean) + keras.ops.exp(z_log_var) - z_log_var - 1
    return keras.ops.sum(each, axis=-1) / 2
    ### END SOLUTION


# %% tags=["check"]
check("kl-divergence", kl_divergence)

# %% [markdown] lang="zh-TW"
# ## KL 要寫在層裡
#
# 損失函數只拿得到 `y_true` 和 `y_pred`，看不到 `z_mean`。這門課前身的投影片，是讓損失函數直接用外面的 `z_mean`。照做看看：

# %% [markdown] lang="en"
# ## The KL lives in a layer
#
# A loss function is given `y_true` and `y_pred` only; it does not see `z_mean`. The slides that this course grew from let the loss use `z_mean` from outside. Try it:

# %%
x = keras.Input((784,), name="x")
z_mean, z_log_var = encoder(x)
closed = keras.Model(x, decoder(Sampling()([z_mean, z_log_var])), name="closed")


def closing_loss(x, x_hat):
    each = keras.ops.square(z_mean) + keras.ops.exp(z_log_var) - z_log_var - 1
    return reconstruction(x, x_hat) + keras.ops.sum(each, axis=-1) / 2


closed.compile("adam", closing_loss)
with expect_error(ValueError, match="KerasTensor"):
    closed.train_on_batch(x_train[:100], x_train[:100])

# %% [markdown] lang="zh-TW"
# 外面的 `z_mean` 是符號張量，只是建模型時的記號，裡面沒有數字，訓練的時候當然算不出東西。能拿到真正 `z_mean` 的地方，是模型裡的層。所以做一個 `AddKL` 層：原封不動把兩個輸入往下傳，順手用 `add_loss` 把 KL 加進損失。`self.kl` 記下每個 epoch 的平均，訓練時會跟損失一起印出來：

# %% [markdown] lang="en"
# The `z_mean` outside is a symbolic tensor: a mark made while the model was built, with no numbers in it, so there is nothing to compute with in training. The place that does get the real `z_mean` is a layer inside the model. So make a layer `AddKL`: it hands both inputs on as they are and, in passing, adds the KL to the loss with `add_loss`. `self.kl` keeps the average of the epoch, which is printed beside the loss:


# %%
class AddKL(layers.Layer):
    def __init__(self, weight=1.0, **kwargs):
        super().__init__(**kwargs)
        self.weight = weight
        self.kl = keras.metrics.Mean(name="kl")

    def call(self, inputs):
        z_mean, z_log_var = inputs
        each = keras.ops.square(z_mean) + keras.ops.exp(z_log_var) - z_log_var - 1  # (n, d)
        kl = keras.ops.sum(each, axis=-1) / 2  # (n,)
        self.add_loss(self.weight * keras.ops.mean(kl))
        self.kl.update_state(kl)
        return z_mean, z_log_var


# %% tags=["nbval-check-output"]
def build_vae(encoder, decoder, weight=1.0):
    x = keras.Input((784,), name="x")
    z_mean, z_log_var = AddKL(weight, name="add_kl")(encoder(x))
    z = Sampling(name="sampling")([z_mean, z_log_var])
    return keras.Model(x, decoder(z), name="vae")


encoder, decoder = build_encoder(), build_decoder()  # untrained, also when you start over here
vae = build_vae(encoder, decoder)
draw(vae)

# %% [markdown] lang="zh-TW"
# 從上往下讀：編碼、付 KL、抽樣、解碼。`weight` 平常是 1，等一下會故意調壞。
#
# 編譯時只給 `reconstruction`，KL 由層自己加上去。訓練前先打一次分數：

# %% [markdown] lang="en"
# Read it from top to bottom: encode, pay the KL, sample, decode. `weight` is 1; later we set it wrong on purpose.
#
# `compile` is given `reconstruction` alone, and the layer adds the KL. Evaluate once before any training:


# %%
def compile_vae(model, loss=reconstruction):
    optimizer = keras.optimizers.Adam(0.003)
    model.compile(optimizer, loss, metrics=[reconstruction], steps_per_execution=50)


def nats(model, x):
    found = model.evaluate(x, x, batch_size=1000, verbose=0, return_dict=True)
    return found["reconstruction"], found["kl"]


compile_vae(vae)
reconstruction_before, kl_before = nats(vae, x_held)
print(f"untrained: reconstruction {reconstruction_before:.0f} nats, KL {kl_before:.1f} nats")

# %% tags=["guard"]
assert 540 < reconstruction_before < 548 and kl_before < 1

# %% [markdown] lang="zh-TW"
# 還原約 543，正是每格猜 0.5 的分數，所以資料和損失都接對了。KL 幾乎是 0：還沒訓練的編碼器給的都差不多是標準常態，什麼也沒說。
#
# 訓練 4 個 epoch，看 `kl` 和 `reconstruction` 怎麼分頭走：

# %% [markdown] lang="en"
# Reconstruction is about 543, just what 0.5 everywhere costs, so data and loss are connected properly. The KL is almost 0: an untrained encoder gives nearly standard normal clouds for everything, and says nothing.
#
# Train for 4 epochs, and watch `kl` and `reconstruction` go their own ways:

# %% tags=["once"]
history = vae.fit(x_train, x_train, batch_size=100, epochs=4, verbose=0, callbacks=[EpochLine()])

# %%
figure, axes = new_figure(8.0, 3.0, columns=2)
for panel, name, color in zip(axes[0], ("reconstruction", "kl"), (BLUE, ORANGE), strict=True):
    panel.plot(range(1, 5), history.history[name], color=color, marker="o")
    panel.set(title=f"{name}, training digits", xlabel="epoch", ylabel="nats", xticks=range(1, 5))
Picture(figure)

# %% tags=["guard"]
left, right = (panel.lines[0].get_xydata() for panel in _.figure.axes)
assert left[:, 0].tolist() == right[:, 0].tolist() == [1, 2, 3, 4]
assert left[-1, 1] > 100 > right[-1, 1] and _.figure.axes[0].get_title().startswith(
    "reconstruction"
)

# %% row="C37"
test_reconstruction, test_kl = nats(vae, x_test)
test_nats = test_reconstruction + test_kl
print(f"test: reconstruction {test_reconstruction:.0f} + KL {test_kl:.1f} = {test_nats:.0f} nats")

# %% tags=["guard"]
assert 149 < test_nats < 159 and 4.5 < test_kl < 7

# %% [markdown] lang="zh-TW"
# 還原一路往下，KL 一路往上：雲要縮小、彼此分開，才說得清楚是哪一張圖，多付的 KL 從還原賺回來還有找。測試資料大約 155 nats，其中 KL 只有 6 左右：編碼器平均只用 6 nats 描述一張圖，總分就從平均圖的 205.8 降到 155 左右（照抄的底線是 45.5），2 個數值已經說了不少。
#
# 訓練的那一格再執行一次，會從現在的權重接著練下去；要重來，請從 `build_encoder()` 那一格開始。
#
# ## 沒有 KL、KL 太強，各有各的壞法
#
# 用小一點的網路（784-128-2 和它的反方向）和 5,000 張圖，快快練五個版本，再用沒參加訓練的 5,000 張，都用二元交叉熵 (BCE)，以 nat 為單位來比。前三個把 KL 乘上不同的權重，後兩個把還原換成投影片上的平方誤差：

# %% [markdown] lang="en"
# Reconstruction keeps falling and the KL keeps rising: to tell one image from another, clouds have to shrink or move apart, and what they pay in KL they more than earn back. On the test digits it is about 155 nats, of which the KL is only 6 or so: the encoder spends some 6 nats on describing an image, and the total falls from 205.8 for the average digit to about 155 (45.5 would be a perfect copy). Those 2 numbers say a good deal.
#
# Run the training cell again and it trains on from where it is; to start over, go back to the cell with `build_encoder()`.
#
# ## Without KL, and with too much of it, a VAE fails in two ways
#
# Train five versions quickly, with a smaller network (784-128-2 and back) and 5,000 images, and compare them on the 5,000 held-out digits, all measured in nats of BCE. The first three differ in the weight of the KL; the last two have the slides' squared error for reconstruction:


# %%
def squared_error(x, x_hat):
    return keras.ops.sum(keras.ops.square(x - x_hat), axis=-1)  # summed over the pixels: (n,)


tried = {
    "KL x 0": (0.0, reconstruction),
    "KL x 1": (1.0, reconstruction),
    "KL x 30": (30.0, reconstruction),
    "mean SE": (1.0, "mse"),
    "summed SE": (1.0, squared_error),
}

# %% row="C37"
small_decoders, small_nats, x_small = {}, {}, x_train[:5000]
for name, (weight, loss) in tried.items():
    keras.utils.set_random_seed(1)
    small_decoders[name] = build_decoder(sizes=(128,))
    model = build_vae(build_encoder(sizes=(128,)), small_decoders[name], weight)
    compile_vae(model, loss)
    model.fit(x_small, x_small, batch_size=100, epochs=5, verbose=0)
    small_nats[name] = nats(model, x_held)
    print(f"{name:10s}  reconstruction {small_nats[name][0]:3.0f}   KL {small_nats[name][1]:5.1f}")

# %%
noise = np.random.default_rng(0).normal(size=(10, 2))
rows = [np.asarray(small_decoders[name](noise)) for name in tried]
names = [name if place == 0 else "" for name in tried for place in range(10)]
show_images(np.concatenate(rows), names)

# %% tags=["guard"]
for collapsed in ("KL x 30", "mean SE"):
    assert small_nats[collapsed][1] < 0.5 and 203 < small_nats[collapsed][0] < 218
assert abs(small_nats["KL x 0"][0] - small_nats["KL x 1"][0]) < 9
assert 160 < small_nats["KL x 1"][0] < 182 and 60 < small_nats["KL x 0"][1] < 200
assert small_nats["summed SE"][0] > small_nats["KL x 1"][0] + 1
assert small_nats["summed SE"][1] < small_nats["KL x 1"][1] - 0.5

# %% [markdown] lang="zh-TW"
# 五排用的是同樣的 10 個點，都從 $N(0, I)$ 抽。網路小、練得短，所以都糊，要看的是各排差在哪裡：
#
# - **KL x 0**（沒有 KL）：還原和 KL x 1 差不多，KL 卻衝到一百 nats 上下。沒人管，雲就縮成針尖、散到老遠，變回自編碼器；從 $N(0, I)$ 抽的點全落在中間那一小塊，畫出來就那一兩種。
# - **KL x 30**：KL 剩 0，還原回到 206 左右，就是平均圖的分數。編碼器什麼都不說最划算，解碼器只好每次都畫平均圖，這叫 posterior collapse（後驗塌陷）。
# - **mean SE**：塌得一樣徹底。投影片寫的就是 MSE。`"mse"` 把 784 個像素**平均**，KL 卻是加總，等於把 KL 的權重調成 784。
# - **summed SE**（平方誤差加總）：不塌，但是用 nats 量，還原比 BCE (KL x 1) 差，KL 也比較低。平方誤差等於假設像素是常態分布，變異數固定是 1/2；這個變異數要自己選，換一個，還原和 KL 的比例就跟著變。BCE 把像素當墨水的機率，沒有這個旋鈕，單位和 KL 一樣是 nat，所以這門課用它。
#
# 還有一種錯，看圖看不出來：KL 對 2 個潛在維度取**平均**，就剛好少一半，等於權重 0.5，有一本書印出來的程式就是這樣。訓練照樣跑，圖也還像樣，只是最小化的東西不再是 $-\log p(x)$ 的上界。

# %% [markdown] lang="en"
# All five rows decode the same 10 points, drawn from $N(0, I)$. Small networks and little training leave them all blurred; look at how the rows differ:
#
# - **KL x 0** (no KL): reconstruction is much like that of KL x 1, but the KL goes to a hundred nats or so. Nobody minds, so the clouds shrink to pinpoints and scatter far out; it is an autoencoder again. Points from $N(0, I)$ all fall on one small patch in the middle, and draw just one or two kinds of digit.
# - **KL x 30**: the KL is 0 and reconstruction back at about 206, the score of the average digit. To say nothing is cheapest for the encoder, and the decoder is left to draw the average every time. This is called posterior collapse.
# - **mean SE**: the MSE of the slides collapses just as thoroughly. `"mse"` **averages** the 784 pixels while the KL is a sum, which amounts to a KL weight of 784.
# - **summed SE**: no collapse, but measured in nats its reconstruction is worse than with BCE (KL x 1), and its KL lower. Squared error takes pixels to be normal with a variance fixed at 1/2. That variance is yours to choose, and another choice shifts the balance between reconstruction and KL. BCE reads a pixel as the probability of ink, has no such knob, and is in nats like the KL; that is why this course takes it.
#
# One mistake does not show in any picture: **average** the KL over the 2 latent dimensions, and exactly half of it is left, which is a weight of 0.5. The printed program of one book does this. It trains, and its digits look all right, but what it minimises is no longer an upper bound of $-\log p(x)$.

# %% [markdown] lang="zh-TW"
# ### 抓蟲 7.4：投影片上的 VAE 損失（8 分鐘）
#
# 投影片的損失跑不起來：它加了一個不存在的 `xent_loss`。換成平方誤差 `squared`，再看看結果。用 1 張圖、784 張圖都算得出來，100 張就出錯：

# %% [markdown] lang="en"
# ### Bug hunt 7.4: the VAE loss of the slides (8 minutes)
#
# The loss on the slides does not run: it adds an `xent_loss` that does not exist. Put in the squared error, `squared`, and see what comes. With 1 image and with 784 it gives a number, with 100 it fails:


# %%
def slide_loss(x, x_hat, z_mean, z_log_var):
    squared = keras.ops.square(x - x_hat)
    each = 1 + z_log_var - keras.ops.square(z_mean) - keras.ops.exp(z_log_var)
    kl = -0.5 * keras.ops.sum(each, axis=-1)
    return keras.ops.mean(squared + kl)


def some(n):
    z_mean, z_log_var = encoder(x_held[:n])
    return x_held[:n], decoder(z_mean), z_mean, z_log_var


# %%
parts = {}
for n in (1, 784):
    x, x_hat, z_mean, z_log_var = some(n)
    loss = slide_loss(x, x_hat, z_mean, z_log_var)
    squared = np.mean(squared_error(x, x_hat))
    kl = np.mean(np.sum(z_mean**2 + np.exp(z_log_var) - z_log_var - 1, axis=-1)) / 2
    print(f"{n:3d} images: loss {loss:.2f}, though KL is {kl:.2f} and squared error {squared:.1f}")
    parts[n] = loss, kl, squared
with expect_error(tf.errors.InvalidArgumentError, match="ncompatible shapes"):
    slide_loss(*some(100))

# %% tags=["guard"]
for loss, kl, squared in parts.values():
    assert abs(loss - kl) < 0.3 and squared > 1

# %% [markdown] lang="zh-TW"
# 損失幾乎等於 KL，平方誤差像是不見了。看每一步的形狀：`squared` 和 `kl` 各是什麼？為什麼偏偏 1 和 784 不會出錯？寫改好的 `mended_loss(x, x_hat, z_mean, z_log_var)`：一張圖的平方誤差**加總**，加上它的 KL，再對一批取平均，傳回一個數字。

# %% [markdown] lang="en"
# The loss is hardly more than the KL, as if the squared error had vanished. Look at the shape of every step: what are those of `squared` and `kl`? Why do just 1 and 784 not fail? Write the mended `mended_loss(x, x_hat, z_mean, z_log_var)`: the squared error of an image **summed**, plus its KL, then averaged over the batch; it returns one number.


# %% tags=["exercise"]
def mended_loss(x, x_hat, z_mean, z_log_var):
    """Summed squared error plus KL of each image, averaged over the batch: one number."""
    ### BEGIN SOLUTION
    # (n, 784) + (n,) lines the n up with the pixels, which fits only n = 1 and n = 784
    summed = keras.ops.sum(keras.ops.square(x - x_hat), axis=-1)  # (n,), like the KL
    each = keras.ops.square(z_mean) + keras.ops.exp(z_log_var) - z_log_var - 1
    return keras.ops.mean(summed + keras.ops.sum(each, axis=-1) / 2)
    ### END SOLUTION


# %% tags=["check"]
check("mended-vae-loss", mended_loss)

# %% [markdown] lang="zh-TW"
# ## 多練一點的權重已經準備好了
#
# 同樣的 784-512-256-2 和它的反方向，用 5 萬 5 千張圖練 60 個 epoch，學習率慢慢降到 0，在兩核心的電腦上大約 4 到 8 分鐘。課程附了練好的權重（重做一次的指令是 `python -m tools.train vae`）。先建一個同樣形狀的新模型，載入，再編譯（`evaluate` 要用）：

# %% [markdown] lang="en"
# ## Weights that were trained for longer come with the course
#
# The same 784-512-256-2 and back, trained for 60 epochs on 55,000 digits while the learning rate goes down to 0, takes some 4 to 8 minutes on two cores. The weights come with the course (`python -m tools.train vae` makes them again). Build a new model of the same shapes, load, and then compile, which `evaluate` needs:

# %% row="C37"
encoder, decoder = build_encoder(), build_decoder()
vae = build_vae(encoder, decoder)
load_weights(vae, "vae")
compile_vae(vae)
long_reconstruction, long_kl = nats(vae, x_test)
long_nats = long_reconstruction + long_kl
print(f"test: reconstruction {long_reconstruction:.0f} + KL {long_kl:.1f} = {long_nats:.0f} nats")

# %% tags=["guard"]
assert 135 < long_nats < 139 and 6.5 < long_kl < 7.8

# %% [markdown] lang="zh-TW"
# 從 155 左右降到 137 左右。載入時，模型的形狀要和檔案裡的一模一樣。潛在空間換成 3 維的模型就裝不進去：

# %% [markdown] lang="en"
# From about 155 it went down to about 137. A model must have exactly the shapes in the file; one with 3 latent dimensions will not take these weights:

# %%
wide = build_vae(build_encoder(latent=3), build_decoder(latent=3))
with expect_error(ValueError, match="not compatible"):
    wide.set_weights(vae.get_weights())

# %% [markdown] lang="zh-TW"
# `z_mean` 這一層要 `(256, 3)`，拿到的是 `(256, 2)`。遇到這種錯，要嘛把 `latent` 改回 2，要嘛重新訓練。
#
# ## 潛在平面上，相像的數字住得近
#
# 把 5,000 張沒參加訓練的圖編碼，看 `z_mean` 落在哪裡：

# %% [markdown] lang="en"
# The layer `z_mean` wants `(256, 3)` and was given `(256, 2)`. The way out is to set `latent` back to 2, or to train again.
#
# ## On the latent plane, similar digits are neighbours
#
# Encode the 5,000 held-out digits, and see where their `z_mean` lie:

# %% row="C38"
means, log_vars = encoder.predict(x_held, batch_size=1000, verbose=0)
by_digit = {str(digit): means[y_held == digit] for digit in range(10)}
plot_points(by_digit, title="VAE: 5,000 held-out digits", xlabel="z_1", ylabel="z_2", size=5)

# %% tags=["guard"]
from keras_beyond import guarding

assert np.allclose(guarding.points(_, "3"), means[y_held == 3])

# %%
to_share = np.vectorize(NormalDist().cdf)  # from N(0, 1) to shares between 0 and 1
vae_holes = empty_cells(to_share(means), (0, 0), (1, 1))
median_cloud = np.exp(np.median(log_vars) / 2)
print(f"standard deviation: z_mean {means.std(axis=0).round(1)}, median cloud {median_cloud:.2f}")
same_scale = (codes - codes.mean(axis=0)) / codes.std(axis=0)
ae_holes = empty_cells(to_share(same_scale), (0, 0), (1, 1))
print(
    f"of 20 x 20 equally likely cells {vae_holes:.0%} are empty, the autoencoder's {ae_holes:.0%}"
)

# %% tags=["guard"]
assert (
    0.03 < vae_holes < 0.09
    and 0.12 < ae_holes < 0.4
    and np.allclose(means.std(axis=0), 1.1, atol=0.1)
)
assert 0.02 < median_cloud < 0.04

# %% [markdown] lang="zh-TW"
# 標籤從來沒有給過模型，十種數字卻自己分成一區一區，4、7、9 這些長得像的彼此相鄰，全部擠在原點附近。一張圖的雲很小，標準差的中位數大約 0.03；5,000 張合起來，`z_mean` 的標準差大約 1.1，差不多就是 $N(0, I)$ 的寬度。把平面切成 20x20 格，每一格在 $N(0, I)$ 底下機率相同，空的只有 6% 左右。自編碼器的編碼先減平均、除以標準差，再用同一把尺量，空的有兩、三成：大洞補起來了。
#
# 這塊平面上每一點畫出來是什麼？每個方向取 16 個分位數，256 個點一次送進解碼器，排成一張大圖：

# %% [markdown] lang="en"
# The model never saw a label, and yet the ten digits have settled in regions of their own, with look-alikes such as 4, 7 and 9 side by side, all gathered round the origin. The cloud of one image is small, with a median standard deviation of about 0.03; the `z_mean` of all 5,000 together have one of about 1.1, much like $N(0, I)$. Cut the plane into 20x20 cells, each equally likely under $N(0, I)$, and only about 6 % are empty. Measured with the same ruler, after its codes are given mean 0 and standard deviation 1, the autoencoder leaves two or three in ten: the large holes are filled.
#
# What does each point of this plane look like? Take 16 quantiles in each direction, send all 256 points to the decoder in one call, and lay them out as one large picture:

# %% row="C38"
steps = np.array([NormalDist().inv_cdf((place + 0.5) / 16) for place in range(16)])
grid = np.stack(np.meshgrid(steps, steps[::-1]), axis=-1).reshape(-1, 2)  # (256, 2), z_2 upwards
tiles = decoder.predict(grid, batch_size=256, verbose=0).reshape(16, 16, 28, 28)
figure, axes = new_figure(6.4, 6.4)
sheet = tiles.transpose(0, 2, 1, 3).reshape(448, 448)
axes[0, 0].imshow(sheet, cmap="Greys", extent=(0, 16, 0, 16))
ticks = dict(ticks=np.arange(16)[::3] + 0.5, labels=[f"{step:.1f}" for step in steps[::3]])
axes[0, 0].set(title="Decoded: 16 x 16 points, equally likely", xlabel="z_1", ylabel="z_2")
axes[0, 0].set_xticks(**ticks)
axes[0, 0].set_yticks(**ticks)
Picture(figure)

# %% tags=["guard"]
from keras_beyond import guarding

corner = np.reshape(decoder(np.array([[steps[0], steps[-1]]])), (28, 28))  # z_1 lowest, z_2 highest
assert np.allclose(guarding.image(_, 0)[:28, :28], corner, atol=1e-4)
assert _.figure.axes[0].get_xlim() == _.figure.axes[0].get_ylim() == (0, 16)
assert guarding.last_activation(decoder) == "sigmoid"

# %% [markdown] lang="zh-TW"
# 拿這張圖和上面的散布圖對照：位置一樣，數字也一樣。從一格走到隔壁，筆畫慢慢變，幾乎沒有斷掉的地方。
#
# 那就來走一段路：挑一張 1 和一張 0，把兩個編碼連成直線，平均取 10 個點。第一排是像素直接混合，第二排是走在潛在平面上：

# %% [markdown] lang="en"
# Compare it with the scatter plot above: the same digits stand in the same places. From one cell to the next the strokes change little by little, and hardly anything is broken.
#
# Now go for a walk: take a 1 and a 0, join their codes by a straight line, and cut it into 10 steps. The first row blends the pixels, the second walks through the plane:

# %% row="C38"
start, end = (np.flatnonzero(y_held == digit)[0] for digit in (1, 0))
share = np.linspace(0, 1, 10)[:, None]  # (10, 1)
blended = (1 - share) * x_held[start] + share * x_held[end]
walked = np.asarray(decoder((1 - share) * means[start] + share * means[end]))
show_images(np.concatenate([blended, walked]), title="above: pixels blended; below: a walk")

# %% tags=["guard"]
from keras_beyond import guarding

assert y_held[start] == 1 and y_held[end] == 0
assert np.array_equal(guarding.image(_, 0).ravel(), x_held[start].ravel())
assert np.allclose(guarding.image(_, 19).ravel(), np.ravel(decoder(means[[end]])), atol=1e-4)

# %% [markdown] lang="zh-TW"
# 混合像素，中間是兩張圖疊在一起，一個淡出、一個淡入。在平面上走，中間每一步都是完整的筆畫，會路過別的數字。
#
# 最後，畫新的數字：從 $N(0, I)$ 抽 40 個點，解碼。

# %% [markdown] lang="en"
# Blend pixels and the middle is two images at once, one fading out and one fading in. Walk through the plane and every step is made of whole strokes, passing other digits on the way.
#
# And at last, new digits: draw 40 points from $N(0, I)$ and decode them.

# %% row="C38"
new_codes = np.random.default_rng(11).normal(size=(40, 2))
show_images(decoder(new_codes), title="40 new digits: z drawn from N(0, I)")

# %% [markdown] lang="zh-TW"
# 大部分認得出是哪個數字，十種都有機會出現，和自編碼器那 20 張比比看。也有糊的：落在兩區交界的點，2 個數值說不清楚，解碼器只好畫兩邊的平均。
#
# 換你挑點。左邊是平面和你挑的位置，右邊是那一點畫出來的數字：

# %% [markdown] lang="en"
# Most can be read, and any of the ten may turn up; compare the autoencoder's 20. Some are blurred: on a border between regions 2 numbers are not enough to say which, so the decoder draws something in between.
#
# Your turn to choose a point. On the left is the plane with your place in it, on the right the digit drawn there:


# %% name="latent-plane-view"
def look_at(z_1, z_2):
    figure, axes = new_figure(8.0, 4.0, columns=2)
    plane, drawing = axes[0]
    for (digit, places), color in zip(by_digit.items(), TEN_COLORS, strict=True):
        plane.plot(*places.T, ".", color=color, markersize=2, markeredgewidth=0)
        plane.text(*np.median(places, axis=0), digit, bbox={"fc": "white", "ec": "none", "pad": 1})
    plane.plot(z_1, z_2, "kx", markersize=14, markeredgewidth=3)
    plane.set(title=f"z = ({z_1:.2f}, {z_2:.2f})", xlabel="z_1", ylabel="z_2")
    plane.set(xlim=(-4, 4), ylim=(-4, 4))
    drawing.imshow(np.reshape(decoder(np.array([[z_1, z_2]])), (28, 28)), cmap="Greys")
    drawing.set(title="decoded", xticks=[], yticks=[])
    return Picture(figure)


look_at(z_1=1.0, z_2=-0.5)

# %% tags=["guard"]
plane = _.figure.axes[0]
assert plane.lines[-1].get_xydata().tolist() == [[1.0, -0.5]]
assert plane.lines[3].get_color() == TEN_COLORS[3] and plane.texts[3].get_text() == "3"
assert np.allclose(plane.lines[3].get_xydata(), means[y_held == 3])

# %% tags=["widget"]
explore(look_at, z_1=(-3.0, 3.0), z_2=(-3.0, 3.0))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()

# %% [markdown] lang="zh-TW"
# 靜態的這張停在 2 的那一區，右邊畫出來的也是 2。拉動滑桿，× 走到哪一區，右邊就畫出那一區的數字；走到區與區的邊界，看看它怎麼從一個變成另一個。
#
# ### 練習 7.5：只要 3，給我 20 個新的（10 分鐘）
#
# 從整個 $N(0, I)$ 抽，什麼數字都會出現。想要新的 3，就看 3 的編碼散成什麼樣子。寫 `more_like(encoder, decoder, images, number)`：
#
# 1. 用 `encoder` 拿到 `images`（形狀 `(n, 784)`）的 `z_mean`；
# 2. 算它的平均數和**整個**共變異數矩陣，用 `multivariate_normal` 抽 `number` 個編碼；
# 3. 一次解碼，傳回 `(number, 784)`。
#
# 寫好以後，試試 `show_images(more_like(encoder, decoder, x_held[y_held == 3], 20))`，再換成別的數字。

# %% [markdown] lang="en"
# The static picture stands in the region of the twos, and a 2 is what it draws. Move the sliders: wherever the × goes, the right side draws a digit of that region. Go to a border between two regions, and see one turn into the other.
#
# ### Exercise 7.5: only threes, twenty new ones (10 minutes)
#
# Draw from all of $N(0, I)$ and any digit may come. For new threes, look at how the codes of threes are spread. Write `more_like(encoder, decoder, images, number)`:
#
# 1. get the `z_mean` of `images`, of shape `(n, 784)`, from `encoder`;
# 2. take their mean and their **whole** covariance matrix, and draw `number` codes with `multivariate_normal`;
# 3. decode them in one call, and return `(number, 784)`.
#
# Then try `show_images(more_like(encoder, decoder, x_held[y_held == 3], 20))`, and other digits.


# %% tags=["exercise"]
def more_like(encoder, decoder, images, number):
    """New images (number, 784), from the normal distribution of the codes of `images` (n, 784)."""
    ### BEGIN SOLUTION
    places = encoder.predict(images, batch_size=1000, verbose=0)[0]  # z_mean; [1] is z_log_var
    rng = np.random.default_rng()
    drawn_codes = rng.multivariate_normal(places.mean(axis=0), np.cov(places.T), size=number)
    return decoder.predict(drawn_codes, batch_size=1000, verbose=0)
    ### END SOLUTION


# %% tags=["check"]
check("more-like", more_like)

# %% [markdown] lang="zh-TW"
# ## 回顧
#
# 1. $z = \mu + e^{s/2} \odot \varepsilon$，雜訊的形狀照平均數的 `(n, d)`。只抽 `(d,)`，同一批的每一列就一起動：平均數相同時畫出來疊成一點，平均數不同時相關係數是 1。
# 2. `Dense` 的輸出可正可負，當成 $s = \log \sigma^2$，取 $e^s$ 一定是正的；標準差是 $e^{s/2}$。
# 3. 損失 = 還原（像素加總）+ KL（潛在維度加總），一批平均，單位是 nat，是 $-\log p(x)$ 的上界。KL 要用到 `z_mean`，所以寫在層裡，用 `add_loss` 加進損失。
# 4. 損失裡不放 KL 那一項，KL 就衝到一百 nats 上下，模型變回自編碼器；KL 的權重太大，或還原用了平均的 MSE，KL 就掉到 0，每張都畫平均圖。正常的在中間，短短 4 個 epoch 約 155 nats，練久一點約 137。
# 5. 潛在平面上相像的數字住得近，洞很少。抽 $N(0, I)$ 再解碼就是新的數字，一次呼叫就能畫一整面。
#
# 下一課打開 `fit`，用 `GradientTape` 自己算梯度。

# %% [markdown] lang="en"
# ## Summary
#
# 1. $z = \mu + e^{s/2} \odot \varepsilon$, and the noise takes the shape of the mean, `(n, d)`. With `(d,)` all rows of a batch move together: equal means give one point, different means a correlation of 1.
# 2. A `Dense` layer gives any number; read as $s = \log \sigma^2$, its $e^s$ is always positive, and the standard deviation is $e^{s/2}$.
# 3. The loss is reconstruction (summed over pixels) plus KL (summed over latent dimensions), averaged over the batch, in nats; it is an upper bound of $-\log p(x)$. The KL needs `z_mean`, so it lives in a layer, with `add_loss`.
# 4. Without the KL term the KL grows to a hundred nats or so and the model is an autoencoder again; with too much, or with a mean squared error for reconstruction, it falls to 0 and every drawing is the average. A healthy one lies between: about 155 nats after 4 short epochs, about 137 after a longer training.
# 5. On the latent plane similar digits are neighbours, and holes are few. Draw from $N(0, I)$ and decode, and you have new digits; one call draws a whole plane of them.
#
# The next lesson opens up `fit` and computes gradients itself, with `GradientTape`.
