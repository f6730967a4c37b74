# ---
# jupyter:
#   course:
#     needs: [00_getting_started]
# ---

# %% [markdown] lang="zh-TW"
# # 01 Sequential：一層一層疊出神經網路

# %% [markdown] lang="en"
# # 01 Sequential: a network, layer upon layer

# %% [markdown] lang="zh-TW"
# 讀完這一課，你會：
#
# 1. 把 MNIST 的影像和標籤整理成全連接層吃得下的樣子；
# 2. 用 `keras.Sequential` 和 `.add` 一層一層疊出模型，看到一行程式碼就想得出它長什麼樣子；
# 3. 不執行程式，就算得出各種層有幾個參數；
# 4. 編譯、訓練、評估模型，再拿來預測，並且看得懂它錯在哪裡；
# 5. 說得出 Sequential 做不到哪些事。
#
# **先想一想**：一張 28x28 的灰階影像，用一個向量來放，向量有多長？如果每個像素是 0 到 255 的整數，存成 `uint8` 要多少 bytes？（答案就在第一節的輸出裡。）

# %% [markdown] lang="en"
# By the end of this lesson you will:
#
# 1. turn MNIST's images and labels into what a fully connected layer takes;
# 2. build a model with `keras.Sequential` and `.add`, and picture what a line of code adds before you run it;
# 3. know how many parameters a layer has without running anything;
# 4. compile, train and evaluate a model, predict with it, and see where it errs;
# 5. say what Sequential cannot do.
#
# **Think first**: put a grey image of 28x28 pixels into one vector. How long is the vector? If every pixel is a whole number from 0 to 255, how many bytes does it take as `uint8`? (The outputs of the first section answer.)

# %%
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import (
    EpochLine,
    check,
    draw,
    draw_neurons,
    expect_error,
    explore,
    load_mnist,
    plot_lines,
    show_images,
)

# %% [markdown] lang="zh-TW"
# ## MNIST 是 7 萬張手寫數字
#
# MNIST 收了 0 到 9 的手寫數字：6 萬張用來訓練，1 萬張留著測試。Keras 內建 `keras.datasets.mnist.load_data()`，第一次呼叫會從網路下載。這門課不靠網路，改用 `load_mnist()` 讀課程附的檔案，傳回的內容完全一樣。
#
# 拿到資料，先看形狀 (shape)：

# %% [markdown] lang="en"
# ## MNIST is 70,000 handwritten digits
#
# MNIST holds the digits 0 to 9 as people wrote them: 60,000 to train on, and 10,000 kept back for testing. Keras has `keras.datasets.mnist.load_data()`, which downloads them the first time. This course needs no network: `load_mnist()` reads the file that comes with it and returns exactly the same.
#
# With new data, look at the shapes first:

# %% tags=["nbval-check-output"]
(images_train, y_train), (images_test, y_test) = load_mnist()
for array in (images_train, y_train, images_test, y_test):
    print(f"{array.shape!s:16s} {array.dtype}  from {array.min()} to {array.max()}")
print(f"one image: {images_train[0].nbytes} bytes")

# %% [markdown] lang="zh-TW"
# 影像放成三個軸：第幾張、第幾列 (row)、第幾行 (column)。一張圖 784 個像素，每個像素是一個 byte，0 是白紙，255 是最黑的筆畫；標籤是 0 到 9 的整數。數字看完了，再看圖。前 20 張訓練資料，上面寫的是標籤：

# %% [markdown] lang="en"
# The images have three axes: which image, which row, which column. An image has 784 pixels of a byte each, 0 for paper and 255 for the darkest ink; the labels are whole numbers from 0 to 9. Now look at the pictures too. Here are the first 20 training digits, each with its label above it:

# %% row="C04" tags=["nbval-check-output"]
show_images(images_train[:20], y_train[:20])

# %% tags=["guard"]
assert np.sum(y_train[:20] == 1) == 4

# %% [markdown] lang="zh-TW"
# 每個人寫的都不一樣：20 張裡有四個 1，有的直、有的斜。拉動下面的滑桿，可以翻看全部 6 萬張。

# %% [markdown] lang="en"
# Everybody writes differently: four of these 20 are ones, some upright and some slanted. Move the slider below to leaf through all 60,000.


# %%
def show_digit(index):
    return show_images(images_train[[index]], columns=1, title=f"number {index}: {y_train[index]}")


# %% tags=["guard"]
assert show_digit(7).figure.axes[0].images[0].get_array().shape == (28, 28)

# %% tags=["widget"]
explore(show_digit, index=(0, len(images_train) - 1))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()

# %% [markdown] lang="zh-TW"
# ## 全連接層吃的是向量，而且數字要小
#
# 全連接層（fully connected，Keras 裡叫 `Dense`）一次吃一個向量，所以每張圖要先攤平：`reshape` 把 28x28 排成 784。`-1` 的意思是「這一軸有多長，你自己算」。接著除以 255，把像素縮到 0 和 1 之間：數字太大，激活函數會被推到兩頭平平的地方，幾乎學不動。訓練資料和測試資料要除以**同一個**數，這點晚一點會再遇到。

# %% [markdown] lang="en"
# ## A Dense layer takes vectors, and wants small numbers
#
# A fully connected layer (`Dense` in Keras) takes one vector at a time, so each image has to be flattened: `reshape` lays 28x28 out as 784. The `-1` says "work this axis out yourself". Then divide by 255, which brings the pixels between 0 and 1: large numbers push an activation to its flat ends, where it hardly learns. Training and test data are divided by **the same** number; you will meet this again further down.

# %% row="C03" tags=["nbval-check-output"]
x_train = images_train.reshape(-1, 784).astype("float32") / 255
x_test = images_test.reshape(-1, 784).astype("float32") / 255

print("before:", images_train.shape, images_test.shape)
print("after: ", x_train.shape, x_test.shape)
print(f"pixels from {x_train.min()} to {x_train.max()}, as {x_train.dtype}")

# %% tags=["guard"]
assert x_test.max() == 1

# %% [markdown] lang="zh-TW"
# 三個軸變成兩個：第幾張、第幾個像素。
#
# ## 標籤可以留著整數，也可以改成 one-hot
#
# 模型最後會給 10 個機率，一個數字一個。要和它比對，標籤 5 可以寫成 one-hot 編碼：第 5 格是 1，其他是 0。

# %% [markdown] lang="en"
# Three axes have become two: which image, and which pixel.
#
# ## Labels may stay whole numbers, or become one-hot
#
# The model will end in ten probabilities, one for each digit. To be compared with them, a label such as 5 can be written one-hot: a 1 in place 5, and 0 elsewhere.

# %% tags=["nbval-check-output"]
one_hot = keras.utils.to_categorical(y_train, 10)
print(one_hot.shape)
print(y_train[0], "->", one_hot[0].astype(int))

# %% [markdown] lang="zh-TW"
# 6 萬個整數變成 6 萬列、10 行。其實不改也行：整數標籤配 `sparse_categorical_crossentropy`，one-hot 配 `categorical_crossentropy`，算出來的損失一樣。拿一個「每個數字都猜 0.1」的模型來比：

# %% [markdown] lang="en"
# 60,000 whole numbers became 60,000 rows of 10. You need not do it, though: whole numbers go with `sparse_categorical_crossentropy`, one-hot rows with `categorical_crossentropy`, and the loss is the same. Compare them on a model that gives every digit 0.1:

# %% tags=["nbval-check-output"]
even_guess = np.full((5, 10), 0.1, "float32")
sparse = keras.losses.sparse_categorical_crossentropy(y_train[:5], even_guess)
dense = keras.losses.categorical_crossentropy(one_hot[:5], even_guess)
print(
    f"whole numbers {np.mean(sparse):.3f}, one-hot {np.mean(dense):.3f}, log(10) = {np.log(10):.3f}"
)

# %% [markdown] lang="zh-TW"
# 三個都是 2.303。交叉熵 (cross-entropy) 是「給正確標籤的機率」取自然對數再加負號，單位叫 nat；十個選項平均猜，就是 -log(0.1) = log(10)。記住這個數字，訓練一開始的損失如果比它大很多，先回頭檢查資料有沒有整理好。接下來我們都用整數標籤，省一道手續。

# %% [markdown] lang="en"
# All three are 2.303. Cross-entropy is -log of the probability given to the right label, with the natural logarithm, and its unit is the nat; guess evenly among ten, and it is -log(0.1) = log(10). Remember this number. If a training starts far above it, look at how the data were prepared first. From here on we keep the whole numbers, and save a step.

# %% [markdown] lang="zh-TW"
# ## 一行程式碼，一張圖
#
# 看到一行 Keras，腦中應該要浮出一張圖。先從小的開始：輸入 2 個數字，接一層 3 個神經元。

# %% [markdown] lang="en"
# ## One line of code, one picture
#
# A line of Keras should call up a picture in your mind. Start small: two numbers come in, and go to a layer of three neurons.

# %% row="C06" tags=["nbval-check-output"]
small = keras.Sequential([keras.Input((2,))], name="small")
small.add(layers.Dense(3))
print(small.count_params(), "parameters")
draw_neurons(small)

# %% [markdown] lang="zh-TW"
# 一個圓是一個神經元，一條線是一個權重。2x3 條線，加上 3 個神經元各有一個偏值 (bias)，一共 9 個參數。再加一層 2 個神經元。先在心裡畫好，再執行：

# %% [markdown] lang="en"
# A circle is a neuron, a line is a weight. There are 2x3 lines, and each of the 3 neurons has a bias: 9 parameters. Add a layer of 2 neurons. Picture it first, then run the cell:

# %% row="C06" tags=["nbval-check-output", "once"]
small.add(layers.Dense(2))
print(small.count_params(), "parameters")
draw_neurons(small)

# %% [markdown] lang="zh-TW"
# 多了 3x2 條線和 2 個偏值，9 + 8 = 17。`.add` 接在最後面：新的一層吃的是上一層的輸出，所以不必再說輸入有多長。再一層 3 個：

# %% [markdown] lang="en"
# There are 3x2 more lines and 2 more biases: 9 + 8 = 17. `.add` puts a layer at the end; the new layer takes what the one before it gives, so you need not say how long its input is. And one more layer, of 3:

# %% row="C06" tags=["nbval-check-output", "once"]
small.add(layers.Dense(3))
print(small.count_params(), "parameters")
draw_neurons(small)

# %% [markdown] lang="zh-TW"
# 17 + 9 = 26。如果把這個模型寫成函數，就是 $\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2 \to \mathbb{R}^3$。
#
# 剛才的儲存格多執行一次，`.add` 就會多加一層。要重來，請從建立 `small` 的那一格再往下執行。
#
# ## 參數的個數，用紙筆就算得出來
#
# 「權重有幾個」看的是每個輸出連到幾個輸入，「偏值有幾個」看的是有幾個輸出：
#
# | 層 | 輸入 | 參數個數 |
# | --- | --- | --- |
# | `Dense(u)` | `(n,)` | n u + u |
# | `Conv1D(f, k)` | `(t, c)` | k c f + f |
# | `Conv2D(f, k)` | `(h, w, c)` | k k c f + f |
# | `SimpleRNN(u)` | `(t, n)` | n u + u u + u |
# | `LSTM(u)` | `(t, n)` | 4 (n u + u u + u) |
#
# n 是輸入有幾個數，u 是有幾個單元（神經元）。卷積 (convolution) 有 f 個卷積核 (kernel)，每個長 k（`Conv1D`）或 k x k（`Conv2D`），讀 c 個通道 (channel)，彩色影像有三個；t 是時間步數，h、w 是高和寬。
#
# 卷積的算式裡沒有 t、h、w：同一個卷積核在整張圖上滑動，圖再大，參數也不會變多。循環層的算式裡沒有 t，道理一樣：每一步用的是同一組權重，多出來的 u u 個權重，負責把上一步的輸出再接回來。LSTM 有四組這樣的權重。

# %% [markdown] lang="en"
# 17 + 9 = 26. Written as a function, this model is $\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2 \to \mathbb{R}^3$.
#
# Run one of these cells a second time, and `.add` puts in one more layer. To start over, run the cells again from the one that makes `small`.
#
# ## Parameters can be counted on paper
#
# How many weights there are depends on how many inputs each output is linked to; how many biases, on how many outputs there are:
#
# | layer | input | parameters |
# | --- | --- | --- |
# | `Dense(u)` | `(n,)` | n u + u |
# | `Conv1D(f, k)` | `(t, c)` | k c f + f |
# | `Conv2D(f, k)` | `(h, w, c)` | k k c f + f |
# | `SimpleRNN(u)` | `(t, n)` | n u + u u + u |
# | `LSTM(u)` | `(t, n)` | 4 (n u + u u + u) |
#
# Here n is how many numbers go in and u how many units (neurons) come out. A convolution has f kernels, each k long (`Conv1D`) or k by k (`Conv2D`), and reads c channels (a colour image has three); t counts time steps, h and w are height and width.
#
# For a convolution, t, h and w do not appear: one kernel slides over the whole image, and a larger image needs no more parameters. Nor does t for the recurrent layers, for the same reason: every step uses the same weights, and the u u weights bring the previous step's output back in. An LSTM has four such sets of weights.

# %% [markdown] lang="zh-TW"
# 算式對不對，讓 Keras 數數看：

# %% [markdown] lang="en"
# Let Keras count, and see whether the formulas hold:


# %% row="C07" tags=["nbval-check-output"]
def count(layer, *input_shape):
    return keras.Sequential([keras.Input(input_shape), layer]).count_params()


print("Dense(2) on 2            ", count(layers.Dense(2), 2))
print("Dense(3) on 2            ", count(layers.Dense(3), 2))
print("Dense(2) on 3            ", count(layers.Dense(2), 3))
print("Conv1D(3, 2) on (8, 4)   ", count(layers.Conv1D(3, 2), 8, 4))
print("Conv2D(3, 2) on (8, 8, 4)", count(layers.Conv2D(3, 2), 8, 8, 4))
print("SimpleRNN(3) on (5, 2)   ", count(layers.SimpleRNN(3), 5, 2))
print("LSTM(3) on (5, 2)        ", count(layers.LSTM(3), 5, 2))
print("sigmoid on 3             ", count(layers.Activation("sigmoid"), 3))

# %% [markdown] lang="zh-TW"
# 都和算式一樣。最後一行是 0：激活函數 (activation function) 只是把每個數字換算一次，沒有參數。接下來自己選：換一種層、改單元數、改輸入的大小，看算式、數字和圖怎麼變（卷積的 n 就是上表的 c，u 就是 f；圖裡的 `None` 是一次送幾張圖，後面會說明）：

# %% [markdown] lang="en"
# All as the formulas say. The last line is 0: an activation function converts each number and has no parameters. Now choose for yourself: change the layer, its units or its input, and watch formula, count and picture (in a convolution, n stands for c of the table and u for f; `None` in the picture is the number of images, explained below):


# %% tags=["nbval-check-output"]
def count_parameters(layer, units, inputs):
    made = {
        "Dense": (layers.Dense(units), (inputs,), "n u + u"),
        "Conv1D, kernel 3": (layers.Conv1D(units, 3), (8, inputs), "3 x n x u + u"),
        "Conv2D, kernel 3": (layers.Conv2D(units, 3), (8, 8, inputs), "3 x 3 x n x u + u"),
        "SimpleRNN": (layers.SimpleRNN(units), (8, inputs), "n u + u u + u"),
        "LSTM": (layers.LSTM(units), (8, inputs), "4 (n u + u u + u)"),
    }
    layer, shape, formula = made[layer]
    model = keras.Sequential([keras.Input(shape), layer], name="one_layer")
    print(f"{formula} = {model.count_params():,} with n = {inputs}, u = {units}")
    return draw(model)


count_parameters("Conv2D, kernel 3", units=16, inputs=3)

# %% tags=["widget"]
kinds = ["Dense", "Conv1D, kernel 3", "Conv2D, kernel 3", "SimpleRNN", "LSTM"]
explore(count_parameters, layer=kinds, units=(1, 64), inputs=(1, 64))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()

# %% [markdown] lang="zh-TW"
# ### 練習 1.1：先算，再看（3 分鐘）
#
# 一個 784-256-64-10 的模型，三層都是 `Dense`，一共有幾個參數？先在紙上算好，再填進 `total`。

# %% [markdown] lang="en"
# ### Exercise 1.1: count before you look (3 minutes)
#
# A model 784-256-64-10 has three layers, all `Dense`. How many parameters has it? Work it out on paper, then put the number in `total`.

# %% tags=["exercise"]
total = None
### BEGIN SOLUTION
total = (784 * 256 + 256) + (256 * 64 + 64) + (64 * 10 + 10)  # 218,058
### END SOLUTION

# %% tags=["check"]
check("dense-parameters", total)

# %% [markdown] lang="zh-TW"
# ### 練習 1.2：彩色照片也一樣（3 分鐘）
#
# `Conv2D(16, 5)` 接在 64x64 的彩色照片（紅、綠、藍三個通道）後面，有幾個參數？照片換成 128x128 呢？把兩個答案照順序填進 `photo_parameters`，例如 `(1, 2)`。

# %% [markdown] lang="en"
# ### Exercise 1.2: colour photographs too (3 minutes)
#
# `Conv2D(16, 5)` reads colour photographs of 64x64 pixels (three channels: red, green, blue). How many parameters has it? And on photographs of 128x128? Put both numbers in `photo_parameters`, in this order, for instance `(1, 2)`.

# %% tags=["exercise"]
photo_parameters = None
### BEGIN SOLUTION
photo_parameters = (5 * 5 * 3 * 16 + 16, 5 * 5 * 3 * 16 + 16)  # 1,216 both times
### END SOLUTION

# %% tags=["check"]
check("photo-parameters", photo_parameters)

# %% [markdown] lang="zh-TW"
# ## 辨識手寫數字：784-500-500-10
#
# 現在疊真正要用的模型：兩個隱藏層各 500 個神經元，激活函數用 sigmoid；輸出層 10 個，用 softmax 讓 10 個輸出加起來是 1，可以當成機率來看。`Activation` 單獨寫成一層，下一課拆開來用會比較方便。

# %% [markdown] lang="en"
# ## Reading digits: 784-500-500-10
#
# Now the real one: two hidden layers of 500 neurons with the sigmoid as activation, and an output layer of 10 with softmax, which makes the ten outputs add up to 1, so that they can be read as probabilities. Each `Activation` is a layer of its own here, which will be handy in the next lesson, when we take the model apart.

# %% row="C05" tags=["nbval-check-output"]
digits = keras.Sequential([keras.Input((784,))], name="digits")
digits.add(layers.Dense(500, name="dense_1"))
digits.add(layers.Activation("sigmoid", name="sigmoid_1"))
digits.add(layers.Dense(500, name="dense_2"))
digits.add(layers.Activation("sigmoid", name="sigmoid_2"))
digits.add(layers.Dense(10, name="dense_3"))
digits.add(layers.Activation("softmax", name="softmax"))
digits.summary(line_length=80)

# %% [markdown] lang="zh-TW"
# 用上一節的算式對一對：784x500 + 500 = 392,500，500x500 + 500 = 250,500，500x10 + 10 = 5,010，一共 648,010。`None` 那一軸留給「一次送幾張圖」，建模型的時候還不知道。畫出來：

# %% [markdown] lang="en"
# Check it against the formulas: 784x500 + 500 = 392,500, then 500x500 + 500 = 250,500, and 500x10 + 10 = 5,010; 648,010 in all. The axis called `None` is for how many images come at a time, which is not known yet when the model is built. Here it is as a picture:

# %% tags=["nbval-check-output"]
draw(digits)

# %% [markdown] lang="zh-TW"
# 一個方塊是一層，下面寫的是它輸出的形狀。資料從上往下流，只有一條路。
#
# 模型只認得長度 784 的向量。忘了攤平，直接送影像進去，會怎麼樣？

# %% [markdown] lang="en"
# A box is a layer, and under it stands the shape of what it gives. The data flow from top to bottom, and there is only one path.
#
# The model knows vectors of length 784. Forget to flatten, hand it images, and see:

# %%
with expect_error(ValueError, match="Expected shape"):
    digits.predict(images_train[:5], verbose=0)

# %% [markdown] lang="zh-TW"
# 看最重要的那一句：模型要的形狀是 `(None, 784)`，收到的是 `(5, 28, 28)`。以後看到 `Expected shape ... incompatible shape`，先去查資料的形狀。
#
# ## 編譯、訓練、評估、預測
#
# `compile` 決定三件事：用什麼優化器 (optimizer) 調參數、用什麼損失函數 (loss function) 量差多少、另外看什麼評量指標 (metric)。優化器的學習率寫成 `learning_rate`。網路上的舊程式常寫 `lr`，現在會出錯：

# %% [markdown] lang="en"
# Read the sentence that counts: the model wants the shape `(None, 784)` and got `(5, 28, 28)`. Whenever you see `Expected shape ... incompatible shape`, look at the shape of your data first.
#
# ## Compile, fit, evaluate, predict
#
# `compile` settles three things: which optimizer moves the parameters, which loss function says how far off the answers are, and which metric to watch besides. The optimizer's learning rate is called `learning_rate`. Old programs say `lr`, which fails today:

# %%
with expect_error(ValueError, match="not recognized"):
    keras.optimizers.SGD(lr=0.1)

# %% [markdown] lang="zh-TW"
# 寫成 `learning_rate` 就對了。編譯好，還沒訓練就先評估一次，當作起點：

# %% [markdown] lang="en"
# It has to be `learning_rate`. Compile, and evaluate once before any training, to have a starting point:

# %%
digits = keras.models.clone_model(digits)  # new random weights, to start over from here
digits.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.004),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
loss_before, accuracy_before = digits.evaluate(x_test, y_test, batch_size=1000, verbose=0)
loss_unscaled, _ = digits.evaluate(255 * x_test, y_test, batch_size=1000, verbose=0)
print(f"untrained: loss {loss_before:.1f}, accuracy {accuracy_before:.0%}")
print(f"the same pixels, not divided by 255: loss {loss_unscaled:.1f}")

# %% tags=["guard"]
assert 2.2 < loss_before < 3.2 and accuracy_before < 0.3 and 2.2 < loss_unscaled < 3.2

# %% [markdown] lang="zh-TW"
# 準確率 (accuracy) 差不多是十選一亂猜，損失也離 log(10) 不遠，起點正常。不過這還不能證明資料沒有問題：sigmoid 的輸出都在 0 和 1 之間，像素忘了縮小，這個網路的起點也差不多在這裡（第二行）。
#
# 開始訓練。為了省時間，只用前 4 萬張。`batch_size=200`：每看 200 張圖調一次參數；`epochs=4`：這 4 萬張看 4 遍，看一遍叫一個 epoch（訓練週期）。最後 5,000 張留下來當驗證資料 (validation data)，不參加訓練，每個 epoch 結束考一次。

# %% [markdown] lang="en"
# The accuracy is about what guessing one of ten gives, and the loss is not far from log(10): a start as it should be. It is no proof that the data are right, though. The sigmoid keeps everything between 0 and 1, so this network starts near log(10) with unscaled pixels too (the second line).
#
# Now train; to save time, on the first 40,000 digits only. With `batch_size=200` the parameters move after every 200 images; with `epochs=4` the 40,000 are seen four times, once an epoch. The last 5,000 training digits are held out as validation data: they take no part in the training, and each epoch ends with a test on them.

# %% tags=["once"]
history = digits.fit(
    x_train[:40_000],
    y_train[:40_000],
    batch_size=200,
    epochs=4,
    validation_data=(x_train[-5000:], y_train[-5000:]),
    verbose=0,
    callbacks=[EpochLine()],
)

# %% [markdown] lang="zh-TW"
# 訓練的這一格再執行一次，會從現在的權重接著練；要從頭來，請從 `compile` 那一格往下執行。
#
# `fit` 傳回的 `history` 記下每個 epoch 的數字，畫成曲線更好看懂：

# %% [markdown] lang="en"
# Run the training cell again, and it goes on from the weights as they are. To start over, run from the cell with `compile`.
#
# `fit` returns a `history` with the figures of every epoch. They are easier to read as curves:

# %%
curves = {"training": history.history["loss"], "validation": history.history["val_loss"]}
plot_lines(
    curves,
    title="The training loss falls on, the validation loss levels off",
    xlabel="epoch",
    ylabel="loss (nats)",
)

# %% tags=["guard"]
assert curves["training"][-1] < curves["training"][1] / 2
assert curves["validation"][-1] > curves["validation"][1] / 1.7

# %% [markdown] lang="zh-TW"
# 橫軸是 epoch，縱軸是損失。訓練損失一路往下，從第 2 到第 4 個 epoch 又少了一半以上；驗證損失卻慢慢平下來，降得少多了：再練下去，進步的多半只剩背過的那些題目，這就是過度配適 (overfitting) 的開頭。再回到測試資料。它們只用來量成績，不拿來做任何決定：

# %% [markdown] lang="en"
# Epochs run to the right, the loss stands on the vertical axis. The training loss keeps falling, by more than half from epoch 2 to 4; the validation loss levels off and falls far less. Train on, and the model gets better mostly at digits it has seen, which is how overfitting begins. Back to the test digits. They are for the mark alone; nothing is decided by them:

# %% row="C08"
loss, accuracy = digits.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"test loss {loss:.2f}, test accuracy {accuracy:.1%}")

# %% tags=["guard"]
assert 0.955 < accuracy < 0.982

# %% [markdown] lang="zh-TW"
# 大約 97%：從來沒見過的數字，一百個裡認錯三個左右。
#
# `predict` 一次把 1 萬張都算完，每張圖得到 10 個機率；機率最大的是第幾格，就是模型的答案。

# %% [markdown] lang="en"
# About 97 %: of a hundred digits that it has never seen, it misreads three or so.
#
# `predict` does all 10,000 in one call and gives ten probabilities for each image; the place of the largest is the model's answer.

# %%
probabilities = digits.predict(x_test, batch_size=1000, verbose=0)
answers = probabilities.argmax(axis=1)
print(probabilities.shape, "each row sums to", f"{probabilities[0].sum():.3f}")
print("answers:", answers[:10])
print("labels: ", y_test[:10])

# %% [markdown] lang="zh-TW"
# 前 10 張全對，或者幾乎全對。錯的是哪些？挑 20 張認錯的，上面寫「模型的答案（標籤）」：

# %% [markdown] lang="en"
# All or nearly all of the first ten are right. Which ones are wrong? Here are 20 of them; above each stand the model's answer and, in brackets, the label:

# %%
wrong = np.flatnonzero(answers != y_test)
show_images(images_test[wrong[:20]], [f"{answers[i]} ({y_test[i]})" for i in wrong[:20]])

# %% tags=["guard"]
assert len(wrong) == round(10_000 * (1 - accuracy))

# %% [markdown] lang="zh-TW"
# 有些連人也要想一下，有些就真的不該錯。
#
# ### 練習 1.3：瘦一點的模型（8 分鐘）
#
# 疊一個 `slim`：吃 784 個數字，給 10 個機率，至少有一個隱藏層和一個激活函數，參數在 50,000 以下。只要建好，不必訓練。

# %% [markdown] lang="en"
# A few make a human hesitate; others should not have happened.
#
# ### Exercise 1.3: a slimmer model (8 minutes)
#
# Build `slim`: it takes 784 numbers and gives ten probabilities, has at least one hidden layer with an activation function, and fewer than 50,000 parameters. Build it only; it need not be trained.

# %% tags=["exercise"]
slim = None
### BEGIN SOLUTION
slim = keras.Sequential([keras.Input((784,))], name="slim")
slim.add(layers.Dense(60, activation="sigmoid"))
slim.add(layers.Dense(10, activation="softmax"))
### END SOLUTION

# %% tags=["check"]
check("slim-model", slim)

# %% [markdown] lang="zh-TW"
# ### 練習 1.4：最有把握的錯誤（8 分鐘）
#
# 寫一個函式：給它機率 `probabilities`（形狀 `(n, 10)`）和標籤 `labels`（形狀 `(n,)`），傳回模型**答錯**、而且對自己的答案最有把握的那一筆是第幾筆（整數，從 0 算起）。寫好以後，用 `show_images(images_test[[row]])` 看看你的模型錯得最有自信的那張圖；兩層中括號是為了留住「第幾張」那一軸。

# %% [markdown] lang="en"
# ### Exercise 1.4: the most confident mistake (8 minutes)
#
# Write a function: given `probabilities`, shape `(n, 10)`, and `labels`, shape `(n,)`, it returns the index (a whole number, counted from 0) of the row that the model got **wrong** with the greatest confidence in its answer. Then look at that test digit: `show_images(images_test[[row]])`, where the double brackets keep the axis "which image".


# %% tags=["exercise"]
def most_confident_mistake(probabilities, labels):
    """The row, as a whole number, of the wrong answer with the highest probability."""
    ### BEGIN SOLUTION
    mistaken = probabilities.argmax(axis=1) != labels
    confidence = probabilities.max(axis=1)
    return int(np.where(mistaken, confidence, -1).argmax())
    ### END SOLUTION


# %% tags=["check"]
check("confident-mistake", most_confident_mistake)

# %% [markdown] lang="zh-TW"
# ### 抓蟲 1.5：準確率看不出來的錯（8 分鐘）
#
# 下面的程式要把像素縮到 0 和 1 之間，裡面有一個錯。先看它讓成績變成多少：

# %% [markdown] lang="en"
# ### Bug hunt 1.5: a mistake that the accuracy does not show (8 minutes)
#
# This program is meant to bring pixels between 0 and 1, and there is a mistake in it. First see what it does to the mark:


# %%
def prepare(train, test):
    train = train.reshape(len(train), -1).astype("float32")
    test = test.reshape(len(test), -1).astype("float32")
    train = train - train.min()
    train = train / train.max()
    return train, test


_, x_test_found = prepare(images_train[:1000], images_test)
loss_found, accuracy_found = digits.evaluate(x_test_found, y_test, batch_size=1000, verbose=0)
print(f"accuracy {accuracy_found:.1%} instead of {accuracy:.1%}")
print(f"loss     {loss_found:.3f} instead of {loss:.3f}")

# %% tags=["guard"]
assert abs(accuracy_found - accuracy) < 0.02 and loss_found > loss * 1.02

# %% [markdown] lang="zh-TW"
# 準確率幾乎沒動，也沒有任何錯誤訊息，只有損失悄悄變差：這種錯最難發現。找出錯在哪裡，寫出改好的 `mended_prepare`：輸入是兩組 `(n, 28, 28)` 的 `uint8` 影像，傳回兩個 `(n, 784)` 的陣列。
#
# **再想一步**：測試資料該除以自己的最大值，還是訓練資料的？

# %% [markdown] lang="en"
# The accuracy hardly moves and there is no error message; only the loss has quietly grown. Mistakes of this kind are the hardest to notice. Find it and write `mended_prepare`: it takes two sets of `uint8` images, `(n, 28, 28)`, and returns two arrays, `(n, 784)`.
#
# **One step further**: should the test digits be divided by their own maximum, or by that of the training digits?


# %% tags=["exercise"]
def mended_prepare(train, test):
    """Both sets flattened, and scaled so that the training pixels lie between 0 and 1."""
    ### BEGIN SOLUTION
    train = train.reshape(len(train), -1).astype("float32")
    test = test.reshape(len(test), -1).astype("float32")
    lowest, highest = train.min(), train.max()  # the training digits decide, for both
    return (train - lowest) / (highest - lowest), (test - lowest) / (highest - lowest)
    ### END SOLUTION


# %% tags=["check"]
check("mended-prepare", mended_prepare)

# %% [markdown] lang="zh-TW"
# 準確率為什麼幾乎沒動？像素變大，第一層的 sigmoid 全被推到 0 或 1，而它們本來就多半離 0 或 1 不遠：答案幾乎不變，只是把握過了頭。
#
# ## Sequential 只有一條路
#
# 到目前為止，資料都是一層接一層往下走。如果想讓同一筆輸入分成兩路，各過一層，最後再合起來呢？把兩層包成串列 (list) 放進去試試看：

# %% [markdown] lang="en"
# Why did the accuracy hardly move? Larger pixels push the sigmoids of the first layer to 0 or 1, and most of them were close to that already. The answers stay the same, and the model is only too sure of them.
#
# ## Sequential has only one path
#
# So far the data have gone from layer to layer. What if one input should take two paths, each through a layer of its own, and the two meet again? Try to put two layers in as a list:

# %%
with expect_error(ValueError, match="Only instances of `?keras.Layer"):
    two_ways = [layers.Dense(500), layers.Dense(500)]
    keras.Sequential([keras.Input((784,)), two_ways, layers.Dense(10)])

# %% [markdown] lang="zh-TW"
# Sequential 收的是一層一層的串列，每一格只能放一層。所以分歧 (branch)、合併 (merge)、兩個以上的輸入或輸出，它都做不到。下面這張圖就是它疊不出來的模型，第 03 課學會寫法，第 04 課親手蓋：

# %% [markdown] lang="en"
# Sequential takes a list of layers, one in each place. So it cannot branch, cannot merge, and has neither several inputs nor several outputs. Here is a model that it cannot build; lesson 03 teaches how to write one, and in lesson 04 you build it:

# %% tags=["nbval-check-output"]
x = keras.Input((784,), name="x")
h_1 = layers.Dense(500, name="f_1")(x)
h_2, z = layers.Dense(500, name="f_2")(h_1), layers.Dense(500, name="f_4")(h_1)
y = layers.Dense(10, name="f_3")(layers.concatenate([h_2, z]))
draw(keras.Model(x, y, name="branch_and_merge"))

# %% [markdown] lang="zh-TW"
# `f_1` 的輸出同時流到 `f_2` 和 `f_4`，兩邊的輸出再接成一條 1,000 維的向量給 `f_3`。
#
# ## 回顧
#
# 1. 影像攤平成 `(n, 784)`，除以 255；訓練和測試用同一把尺。標籤可以留著整數，配 `sparse_categorical_crossentropy`。
# 2. `.add` 一次在最後加一層，新的一層自己知道上一層給多長的輸入。
# 3. Dense 是 n u + u；卷積的參數和圖的大小無關；LSTM 是 SimpleRNN 的四倍；激活函數沒有參數。
# 4. `compile` 決定優化器、損失函數、評量指標，`fit` 訓練，`evaluate` 打分數，`predict` 給機率。4 萬張圖看 4 遍，可以到 97% 左右。
# 5. Sequential 只有一條路：不能分歧、不能合併，輸入和輸出都只有一個。
#
# 下一課把這個模型拆開，借它的層去做別的事。

# %% [markdown] lang="en"
# The output of `f_1` flows to both `f_2` and `f_4`, and their two outputs are joined into a vector of 1,000 for `f_3`.
#
# ## Summary
#
# 1. Images are flattened to `(n, 784)` and divided by 255, training and test digits with the same measure. Labels may stay whole numbers, with `sparse_categorical_crossentropy`.
# 2. `.add` puts one layer at the end; the new layer finds out by itself how long its input is.
# 3. Dense has n u + u parameters; those of a convolution do not depend on the size of the image; an LSTM has four times as many as a SimpleRNN; an activation function has none.
# 4. `compile` settles optimizer, loss and metrics, `fit` trains, `evaluate` gives the mark, `predict` the probabilities. Four epochs on 40,000 digits reach about 97 %.
# 5. Sequential has one path: no branch, no merge, one input, one output.
#
# The next lesson takes this model apart and borrows its layers for something else.
