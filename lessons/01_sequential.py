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
# 先來比一場：你跟一個訓練好的神經網路，看誰比較會認字。測試用的 1 萬張手寫數字，它幾乎全對。下面挑出它**看錯**的前十張，請你在紙上寫下十個答案。
#
# 程式碼先不用讀，直接執行。這一課上完再回頭看，你會看懂一大半。

# %% [markdown] lang="en"
# A contest to begin with: you against a trained neural network. It has read 10,000 handwritten digits and got nearly all of them right. Here are the first ten that it got **wrong**. Write down what you think they are.
#
# Do not read the code yet, just run it. By the end of the lesson you will understand most of it.

# %%
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import check, draw, draw_neurons, expect_error, explore
from keras_beyond import load_mnist, load_weights, plot_lines, show_images

# %% name="ten-mistakes"
(images_train, y_train), (images_test, y_test) = load_mnist()
reader = keras.Sequential([keras.Input((28, 28)), layers.Rescaling(1 / 255), layers.Flatten()])
for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
    reader.add(layers.Dense(units, activation=activation))
load_weights(reader, "handwriting")

guesses = reader.predict(images_test, verbose=0).argmax(axis=1)
mistakes = np.flatnonzero(guesses != y_test)[:10]
show_images(images_test[mistakes], columns=5, title="What are these?")

# %% tags=["guard"]
assert 50 <= np.sum(guesses != y_test) <= 75 and len(mistakes) == 10
assert all(guesses[i] != y_test[i] for i in mistakes)
assert [
    np.array_equal(axes.images[0].get_array(), images_test[i])
    for axes, i in zip(_.figure.axes, mistakes, strict=True)
] == [True] * 10
assert all(not axes.get_title() for axes in _.figure.axes)

# %% [markdown] lang="zh-TW"
# 寫好了嗎？對答案。圖上面先寫網路的答案，`not` 後面才是正確答案：

# %% [markdown] lang="en"
# Written down all ten? Now compare. Above each digit is the network's answer, and after "not" the right one:

# %% name="ten-answers"
answers = [f"{guesses[i]}, not {y_test[i]}" for i in mistakes]
show_images(images_test[mistakes], answers, columns=5)

# %% tags=["guard"]
for axes, i in zip(_.figure.axes, mistakes, strict=True):
    assert axes.get_title() == f"{guesses[i]}, not {y_test[i]}"
    assert np.array_equal(axes.images[0].get_array(), images_test[i])

# %% [markdown] lang="zh-TW"
# 你對了幾張？贏過它了吧！這個網路在 1 萬張裡對了 {{np.mean(guesses == y_test):.2%}}，而它只做三件事：乘、加、再過一個簡單的函數。就這樣而已！
#
# 這一課，你要從零開始，把這樣的網路疊出來、訓練起來。讀完以後，你會：
#
# 1. 把 MNIST 的影像整理成全連接層吃得下的樣子；
# 2. 親手算出一個神經元的輸出，也能解釋「訓練」到底在做什麼；
# 3. 看到一行 `.add`，腦中就浮出一張圖，還算得出它有幾個參數；
# 4. 編譯、訓練、評估一個模型，並且從驗證損失看出什麼時候該停；
# 5. 說明 Sequential 做不到哪些事。
#
# **先想一想**：手寫的 0 和 1，如果只准你看**一個**像素，你會看哪一個？猜得準嗎？

# %% [markdown] lang="en"
# How many did you get? More than the network, I hope! Still, it got {{np.mean(guesses == y_test):.2%}} of the 10,000 right, and all it ever does is multiply, add, and put the sum through a simple function.
#
# In this lesson you build and train such a network. By the end you can:
#
# 1. turn MNIST's images into what a fully connected layer accepts;
# 2. work out the output of a neuron by hand, and explain what training does;
# 3. see a picture in your mind when you read a line with `.add`, and count its parameters;
# 4. compile, train and evaluate a model, and read from its validation loss when to stop;
# 5. explain what Sequential cannot do.
#
# **Think first**: you have to tell handwritten zeros from ones, and you may look at **one** pixel only. Which one do you choose, and how often would you be right?

# %% [markdown] lang="zh-TW"
# ## MNIST 是機器學習的果蠅
#
# 剛才那些數字來自 MNIST：6 萬張訓練用，1 萬張測試用。深度學習的大師 Hinton 說它是「機器學習的果蠅」。生物學家養果蠅，因為果蠅小、長得快，實驗一下子就知道結果。MNIST 也一樣！
#
# 平常會用 `keras.datasets.mnist.load_data()` 從網路下載。課程的 `load_mnist()` 讀的是附在課程裡的同一份資料，沒有網路也能上課。養成好習慣，拿到資料先看看長相：

# %% [markdown] lang="en"
# ## MNIST is the fruit fly of machine learning
#
# These digits come from MNIST, a collection of 60,000 images for training and 10,000 for testing. Geoffrey Hinton called it the fruit fly of machine learning. Biologists love fruit flies because they are small and breed fast, so experiments are quick. The same goes for MNIST.
#
# Usually you fetch it with `keras.datasets.mnist.load_data()`. The course's `load_mnist()` reads the same data without a network. Make it a habit to look at new data first:

# %% row="C03 C04" tags=["nbval-check-output"]
print("training images:", images_train.shape, "labels:", y_train.shape)
print("test images:    ", images_test.shape, "labels:", y_test.shape)
print("pixels from", images_train.min(), "to", images_train.max())
show_images(images_train[:20], y_train[:20])

# %% tags=["guard"]
assert [axes.get_title() for axes in _.figure.axes] == [str(label) for label in y_train[:20]]
assert all(
    np.array_equal(axes.images[0].get_array(), images_train[i])
    for i, axes in enumerate(_.figure.axes)
)
assert np.sum(y_train[:20] == 1) == 4

# %% [markdown] lang="zh-TW"
# 影像有三個軸：第幾張、第幾列 (row)、第幾行 (column)。每個像素是 0 到 255 的整數，0 是白紙，255 是最黑的墨水。圖上面的數字是標籤，也就是正確答案。光是這 20 張就有四個 1，有的站得直直的，有的歪一邊。
#
# 沒事就翻翻資料！拉動滑桿，6 萬張隨你看：

# %% [markdown] lang="en"
# The images have three axes: which image, which row, which column. Each pixel is a whole number from 0 (white paper) to 255 (the darkest ink). Above each image stands its label, the right answer. There are four ones among these 20, and no two look alike.
#
# Move the slider to browse all 60,000:


# %% name="browse-digits" tags=["widget"]
def show_digit(index):
    title = f"number {index}: {y_train[index]}"
    return show_images(images_train[[index]], columns=1, title=title)


explore(show_digit, index=(0, len(images_train) - 1))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()
for index in (0, 7, len(images_train) - 1):
    figure = show_digit(index).figure
    assert figure.get_suptitle() == f"number {index}: {y_train[index]}"
    assert np.array_equal(figure.axes[0].images[0].get_array(), images_train[index])

# %% [markdown] lang="zh-TW"
# ## 標準神經網路只吃「平平的」
#
# 我們要用的層叫全連接層 (fully connected layer)，Keras 裡叫 `Dense`。它只吃「平平的」，也就是一整排數字。28x28 的圖當然不平，所以用 `reshape` 把它攤開：28x28 = 784。`-1` 是請 NumPy 自己算這個軸有多長。
#
# 再除以 255，把像素縮到 0 和 1 之間。訓練資料和測試資料要除以**同一個**數字，不然同樣深淺的墨水，在兩邊會變成不同的數字。

# %% [markdown] lang="en"
# ## A Dense layer only eats flat food
#
# The layers in this lesson are fully connected, and Keras calls them `Dense`. They want their food flat, one long row of numbers, so `reshape` rolls each image out into 28x28 = 784. (The `-1` asks NumPy to work out that axis.)
#
# Then divide by 255, so that every pixel lies between 0 and 1. Training and test images must be divided by **the same** number, or the same ink would turn into different numbers.

# %% row="C03" tags=["nbval-check-output"]
x_train = images_train.reshape(-1, 784).astype("float32") / 255
x_test = images_test.reshape(-1, 784).astype("float32") / 255

print("before:", images_train.shape, images_test.shape)
print("after: ", x_train.shape, x_test.shape)
print("pixels from", x_train.min(), "to", x_train.max())

# %% tags=["guard"]
assert x_test.max() == 1 and x_test.min() == 0 and x_test.dtype == "float32"
assert np.array_equal(x_train[5] * 255, images_train[5].flatten())

# %% [markdown] lang="zh-TW"
# `images_train` 的三個軸變成兩個：第幾張、第幾個像素。標籤不用動，留著整數就好。
#
# ## 一個神經元：乘、加、過一個函數
#
# 神經元吃進幾個數字，吐出一個數字。每個輸入有一個**權重** (weight)，神經元自己有一個**偏值** (bias)。先把每個輸入乘上它的權重，全部加起來，再加偏值：
#
# $$z = w_1 x_1 + w_2 x_2 + w_3 x_3 + b$$
#
# 最後讓總和 $z$ 通過**激活函數**（activation function，也叫啟動函數）。這裡用 sigmoid：$\sigma(z) = 1 / (1 + e^{-z})$，不管 $z$ 多大多小，輸出都在 0 和 1 之間。
#
# 拿三個數字親手算一次。先猜：輸出會比 0.5 大還是小？猜好再執行。

# %% [markdown] lang="en"
# The three axes of `images_train` have become two: which image, and which pixel. The labels stay as they are, whole numbers.
#
# ## A neuron multiplies, adds, and activates
#
# A neuron takes several numbers and outputs one. Every input has a **weight**, and the neuron itself has a **bias**. Multiply each input by its weight, add everything up, and add the bias:
#
# $$z = w_1 x_1 + w_2 x_2 + w_3 x_3 + b$$
#
# Finally the sum $z$ goes through an **activation function**. Here it is the sigmoid, $\sigma(z) = 1 / (1 + e^{-z})$. However large or small $z$ is, the output lies between 0 and 1.
#
# Do it once by hand. Guess first: is the output above 0.5 or below?

# %% row="C53" name="neuron-by-hand" tags=["nbval-check-output"]
x = [1.0, 0.5, 2.0]  # three inputs
w = [0.8, -1.0, 0.3]  # a weight for each
b = 0.1  # the bias

z = b
for i in range(3):
    z = z + w[i] * x[i]
    print(f"{w[i]} x {x[i]}, sum so far {z:.1f}")
print(f"by hand:  {1 / (1 + np.exp(-z)):.4f}")

# %% tags=["guard"]
assert abs(z - 1.0) < 1e-12

# %% [markdown] lang="zh-TW"
# 總和剛好是 1，sigmoid 之後是 0.7311。權重是正的，輸入越大，輸出就越大；權重是負的就反過來，像第二個輸入一直在扯後腿。
#
# 換 Keras 來算。`Dense(1)` 是「只有一個神經元的層」，我們把同樣的權重和偏值放進去：

# %% [markdown] lang="en"
# The sum is 1, and the sigmoid makes it 0.7311. A positive weight makes the output grow with its input, and a negative one, like the second, pulls the other way.
#
# Now let Keras do it. `Dense(1)` is a layer with a single neuron, and we give it the same weights and bias:

# %% row="C53" name="neuron-by-dense" tags=["nbval-check-output"]
neuron = keras.Sequential([keras.Input((3,))], name="neuron")
neuron.add(layers.Dense(1, activation="sigmoid"))
neuron.set_weights([np.array([[0.8], [-1.0], [0.3]]), np.array([0.1])])

output = neuron.predict(np.array([[1.0, 0.5, 2.0]]), verbose=0)
print(f"by Dense: {output[0, 0]:.4f}")
draw_neurons(neuron)

# %% tags=["guard"]
assert abs(output[0, 0] - 1 / (1 + np.exp(-z))) < 1e-6 and output.shape == (1, 1)
assert np.allclose(neuron.get_weights()[0].flatten(), w) and np.allclose(neuron.get_weights()[1], b)
assert "neuron: 4 parameters" in _.figure.axes[0].get_title()

# %% [markdown] lang="zh-TW"
# 一模一樣。圖裡一條線是一個權重。`Dense` 沒有什麼魔法，它只是同時算很多個這樣的神經元。
#
# 激活函數不只一種，現在最常見的另一個叫 ReLU：負的一律變 0，正的原封不動。

# %% [markdown] lang="en"
# The same number. In the picture a line is a weight. There is no magic in `Dense`: it computes many such neurons at once.
#
# The other common activation is ReLU, which turns everything negative into 0 and leaves the rest alone:

# %% name="two-activations" tags=["nbval-check-output"]
sums = np.linspace(-4, 4, 161)
activations = {"sigmoid": 1 / (1 + np.exp(-sums)), "ReLU": np.maximum(sums, 0)}
plot_lines(activations, x=sums, title="Two activations", xlabel="sum z", ylabel="output")

# %% tags=["guard"]
drawn = {line.get_label(): line for line in _.figure.axes[0].lines}
assert np.allclose(drawn["sigmoid"].get_ydata(), keras.ops.sigmoid(sums))
assert np.allclose(drawn["ReLU"].get_ydata(), keras.ops.relu(sums))
assert np.array_equal(drawn["ReLU"].get_xdata(), sums)

# %% [markdown] lang="zh-TW"
# 為什麼要有激活函數？少了它，每一層都只是乘和加，疊再多層，乘乘加加之後還是等於一層。彎那一下，才值得疊。
#
# sigmoid 的兩頭是平的，ReLU 往右一路直上。哪個比較好？以前課堂上就有同學說 ReLU 比較好用，班上一直沒有定論。這樁懸案，等一下練習 1.2 由你來辦。
#
# ## 訓練就是移動權重，讓損失變小
#
# 權重要怎麼來？回到開頭的問題：只看正中間的一個像素，分辨 0 和 1。0 的中間是空的，1 的中間有一豎。所以一個神經元、一個輸入就夠了：輸入是那個像素的墨水，輸出是「這是 1」的機率。偏值先固定在 -2（沒有墨水，就猜不是 1），只留一個權重來調。
#
# 要知道權重好不好，得先量「錯得多離譜」，這就是**損失** (loss)。模型給正確答案的機率是 $p$，損失就是 $-\log p$（自然對數），叫做交叉熵 (cross-entropy)。$p$ 是 1，損失是 0；$p$ 越接近 0，罰得越重。例如神經元說「是 1 的機率 0.9」，正確答案真的是 1，$p$ 就是 0.9，損失 0.11；正確答案其實是 0，$p$ 就只有 0.1，損失 2.30。每張圖各算一個，再取平均。

# %% [markdown] lang="en"
# Why activate at all? Without it, layers only multiply and add, and a single layer could do the work of the whole stack. It is the bend that makes a stack worth building.
#
# The sigmoid is flat at both ends, and ReLU climbs for ever. Which is better? A student in an earlier class swore by ReLU, and the class never settled it. You will, in exercise 1.2.
#
# ## Training moves the weights so that the loss goes down
#
# Where do the weights come from? Back to the question at the start: look at one pixel and tell zeros from ones. Take the pixel in the middle, where a one has its stroke and a zero is empty. A single neuron will do: the ink in that pixel goes in, and out comes the probability that "this is a one". We fix the bias at -2 (no ink, no one), and only one weight is left to choose.
#
# To know whether a weight is any good, we measure how wrong the answers are. That is the **loss**. If the model gives the right answer the probability $p$, the loss is $-\log p$ (the natural logarithm), which is called cross-entropy. When $p$ is 1, the loss is 0, and the closer $p$ comes to 0, the heavier the penalty. Say "a one, with probability 0.9": if it is a one, the loss is 0.11, and if it is a zero, $p$ is 0.1 and the loss 2.30. For many images we take the average.

# %% name="one-weight" tags=["nbval-check-output"]
few = np.flatnonzero(y_train[:2000] <= 1)  # the zeros and ones among 2,000 digits
ink = images_train[few, 14, 14] / 255  # one pixel of each
is_one = y_train[few] == 1


def loss_of(weight):
    says_one = 1 / (1 + np.exp(-(weight * ink - 2)))  # the neuron's output for every image
    p = np.where(is_one, says_one, 1 - says_one)  # the probability of the right answer
    return -np.mean(np.log(p))


print(f"-log 0.9 = {-np.log(0.9):.2f}, -log 0.1 = {-np.log(0.1):.2f}")
for weight in (0, 2, 4):
    print(f"weight {weight}: loss {loss_of(weight):.2f}")

# %% tags=["guard"]
assert set(y_train[few]) == {0, 1} and len(few) == 411
assert np.array_equal(ink.astype("float32"), x_train[few, 14 * 28 + 14])
assert loss_of(0) > loss_of(2) > loss_of(4)

# %% [markdown] lang="zh-TW"
# 權重從 0 加到 4，損失一路變小。那要加到多少才好？權重一多，就不可能一個一個試，所以我們摸黑下山：站在原地，看地面往哪邊斜，就往低的那邊走一步；坡越陡，步子越大。這就是**梯度下降** (gradient descent)。
#
# 坡有多斜，往右一點、往左一點，看損失差多少就知道，程式裡的 `slope` 就是這樣算的。執行以前先猜：走十步，會走到谷底嗎？

# %% [markdown] lang="en"
# From weight 0 to weight 4 the loss falls. How far should we go? With many weights nobody can try them all, so we walk downhill in the dark: feel which way the ground slopes and take a step down, a long one where it is steep. This is **gradient descent**.
#
# To feel the slope, look a little to the right and a little to the left, and compare the losses: that is `slope` in the code. Guess before you run: do ten steps reach the bottom?

# %% name="descent" tags=["nbval-check-output"]
weight = 0.0
path = [(weight, loss_of(weight))]
while len(path) <= 10:  # ten steps
    slope = (loss_of(weight + 0.01) - loss_of(weight - 0.01)) / 0.02
    weight = weight - 5 * slope
    path.append((weight, loss_of(weight)))

weights = np.linspace(-2, 12, 141)
title = "Training: the weight moves, and the loss goes down"
losses = {"loss": [loss_of(w) for w in weights]}
picture = plot_lines(losses, x=weights, title=title, xlabel="weight", ylabel="loss")
picture.figure.axes[0].plot(*zip(*path, strict=True), "o", color="#D55E00", markersize=8)
picture

# %% tags=["guard"]
line, dots = _.figure.axes[0].lines
assert np.allclose(np.transpose(dots.get_data()), path) and len(path) == 11 and path[0][0] == 0
assert np.allclose(line.get_ydata()[[0, -1]], [loss_of(-2), loss_of(12)])
assert np.allclose(line.get_xdata()[[0, -1]], [-2, 12])
lengths = np.diff([w for w, _loss in path])
assert np.all(np.diff([loss for _weight, loss in path]) < 0)
assert np.all(lengths > 0) and np.all(np.diff(lengths) < 0)
assert _.figure.axes[0].get_xlabel() == "weight" and _.figure.axes[0].get_ylabel() == "loss"
right = np.mean((weight * ink - 2 > 0) == is_one)
assert 0.97 < right < 0.995
bottom = weights[np.argmin(losses["loss"])]
assert 7 < bottom < 8 and 5 < weight < 5.5 and losses["loss"][0] > 0.5

# %% [markdown] lang="zh-TW"
# 橘紅色的點是權重走過的路：一開始坡很陡，步子大；越接近谷底越平，步子越小。谷底大約在 {{bottom:.1f}}，走十步還沒到，只走到 {{weight:.1f}}。可是光移動這一個數字，損失就從 {{path[0][1]:.2f}} 降到 {{path[-1][1]:.2f}}，用走完的權重來猜，這些 0 和 1 對了 {{right:.1%}}。只看一個像素喔！
#
# 剛才那個 5 叫**學習率** (learning rate)，決定步子有多大。真正的網路要移動幾十萬個權重，每一步都要知道所有的坡度。**反向傳遞** (backward pass) 可以一次全部算出來，後面有一課專門講。不過原理就是這張圖。

# %% [markdown] lang="en"
# The orange-red dots show where the weight has been. Where the slope is steep, the steps are long; towards the bottom they get short. The bottom is at about {{bottom:.1f}}, and ten steps only got to {{weight:.1f}}. Yet by moving this one number the loss went from {{path[0][1]:.2f}} to {{path[-1][1]:.2f}}. With the weight where it ended, {{right:.1%}} of these zeros and ones are told apart, from a single pixel!
#
# The 5 in the code is the **learning rate**, which sets how long the steps are. A real network moves hundreds of thousands of weights and needs the slope for each. The **backward pass** computes them all at once (a later lesson shows how), but the principle is in this picture.

# %% [markdown] lang="zh-TW"
# ## 一行程式碼，一張圖
#
# 一個神經元能做的有限，所以要疊很多個。看到一行 Keras，腦中應該浮出一張圖。先畫小的：輸入兩個數字，接一層三個神經元。（現在只數線，激活函數先省略。）

# %% [markdown] lang="en"
# ## One line of code, one picture
#
# A single neuron can only do so much, so we stack many. A line of Keras should call up a picture. Start small: two numbers come in, and a layer of three neurons follows. (For now we count lines, and leave the activation out.)

# %% row="C06" name="small-3" tags=["nbval-check-output"]
small = keras.Sequential([keras.Input((2,))], name="small")
small.add(layers.Dense(3))
draw_neurons(small)

# %% tags=["guard"]
assert small.output_shape == (None, 3)

# %% [markdown] lang="zh-TW"
# 2x3 = 6 條線，也就是 6 個權重；三個神經元各有一個偏值，一共 9 個**參數** (parameter)。
#
# 再加一層兩個神經元，`.add` 會接在最後面。先拿筆畫出來，數數看一共有幾個參數，再執行。你的圖長什麼樣子？

# %% [markdown] lang="en"
# There are 2x3 = 6 lines, so 6 weights, and each of the three neurons has a bias. That makes 9 **parameters**.
#
# Now `.add` puts a layer of two neurons at the end. What do you expect? Draw it on paper first, and count all parameters.

# %% row="C06" name="small-3-2" tags=["nbval-check-output", "once"]
small.add(layers.Dense(2))
draw_neurons(small)

# %% tags=["guard"]
assert small.output_shape == (None, 2) and len(small.layers) == 2

# %% [markdown] lang="zh-TW"
# 多了 3x2 條線和兩個偏值，9 + 8 = 17。新的一層吃的是上一層的輸出，所以不用告訴它輸入有多長。再來三個：

# %% [markdown] lang="en"
# There are 3x2 more lines and two more biases: 9 + 8 = 17. The new layer takes the output of the one before, so its input needs no length. Three more neurons:

# %% row="C06" name="small-3-2-3" tags=["nbval-check-output", "once"]
small.add(layers.Dense(3))
draw_neurons(small)

# %% tags=["guard"]
assert small.output_shape == (None, 3) and len(small.layers) == 3

# %% [markdown] lang="zh-TW"
# 17 + 9 = 26。用數學寫，就是 $\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2 \to \mathbb{R}^3$。
#
# 小心：這幾格多執行一次，就會多疊一層。想重來，從建立 `small` 的那一格開始。
#
# ## 參數的個數，用紙筆就算得出來
#
# 老師不給公式，你自己猜規則。輸入兩個數字，神經元一個、兩個、三個，各有幾個參數？輸入三個數字，神經元兩個呢？先把四個答案寫下來：

# %% [markdown] lang="en"
# 17 + 9 = 26. As a function, this is $\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2 \to \mathbb{R}^3$.
#
# Careful: run one of these cells again and it adds another layer. To start over, run from the cell that makes `small`.
#
# ## Parameters can be counted on paper
#
# No formula yet: you find the rule. How many parameters have one, two, three neurons on two inputs? And two neurons on three? Write down all four numbers first:


# %% row="C07" name="count-dense" tags=["nbval-check-output"]
def count(layer, *input_shape):
    return keras.Sequential([keras.Input(input_shape), layer]).count_params()


for units in (1, 2, 3):
    print(f"Dense({units}) on 2 inputs:", count(layers.Dense(units), 2))
print("Dense(2) on 3 inputs:", count(layers.Dense(2), 3))

# %% tags=["guard"]
assert count(layers.Dense(5), 10) == 5 * 10 + 5
assert count(layers.Activation("sigmoid"), 3) == 0

# %% [markdown] lang="zh-TW"
# 看出規則了嗎？試試看：10 個輸入、5 個神經元，應該有幾個參數？想好再看下面的表。
#
# | 層 | 輸入 | 參數個數 |
# | --- | --- | --- |
# | `Dense(u)` | n 個數字 | n u + u |
# | 激活函數 | n 個數字 | 0 |
#
# 數權重，就數線：一條線一個。數偏值，就數神經元：一個神經元一個。所以答案是 10x5 + 5 = 55。激活函數只是把數字換算一下，沒有參數。

# %% [markdown] lang="en"
# Do you see the rule? Test it: how many parameters do 5 neurons on 10 inputs have? Decide before you look at the table.
#
# | layer | input | parameters |
# | --- | --- | --- |
# | `Dense(u)` | n numbers | n u + u |
# | activation function | n numbers | 0 |
#
# For the weights, count the lines; for the biases, the neurons. So the answer is 10x5 + 5 = 55. An activation function has no parameters.

# %% [markdown] lang="zh-TW"
# ### 練習 1.1：先算，再看（3 分鐘）
#
# 784-256-64-10 的模型有三層 `Dense`，一共有幾個參數？先在紙上算，再把答案填進 `total`。

# %% [markdown] lang="en"
# ### Exercise 1.1: work it out, then check (3 minutes)
#
# A model 784-256-64-10 has three `Dense` layers. How many parameters does it have? Work it out on paper, then put your answer in `total`.

# %% tags=["exercise"]
total = None
### BEGIN SOLUTION
total = (784 * 256 + 256) + (256 * 64 + 64) + (64 * 10 + 10)  # 218,058
### END SOLUTION

# %% tags=["check"]
check("dense-parameters", total)

# %% [markdown] lang="zh-TW"
# ## 784-500-500-10：疊出會認字的網路
#
# 輪到真的了。784 個像素進來，經過兩個**隱藏層** (hidden layer)，每層 500 個神經元，最後一層 10 個，一個數字一個。最後的 softmax 讓 10 個輸出都是正的，加起來是 1，可以當成機率。
#
# 只有四行！開頭那個看錯十張的網路，就是這個形狀。

# %% [markdown] lang="en"
# ## 784-500-500-10: a network that reads digits
#
# Now the real thing. 784 pixels pass through two **hidden layers** of 500 neurons each, and the last layer has 10 neurons, one for each digit. Its softmax makes the outputs positive with a sum of 1, so we can read them as probabilities.
#
# It takes four lines, and the network at the top of the page has exactly this shape!

# %% row="C05" name="digits-model" tags=["nbval-check-output"]
digits = keras.Sequential([keras.Input((784,))], name="digits")
digits.add(layers.Dense(500, activation="sigmoid", name="hidden_1"))
digits.add(layers.Dense(500, activation="sigmoid", name="hidden_2"))
digits.add(layers.Dense(10, activation="softmax", name="probabilities"))
digits.summary(line_length=80)

# %% tags=["guard"]
assert [weight.shape for weight in digits.weights] == [weight.shape for weight in reader.weights]
assert [layer.activation.__name__ for layer in digits.layers] == ["sigmoid", "sigmoid", "softmax"]

# %% [markdown] lang="zh-TW"
# 用剛才的規則對一對：784x500 + 500 = 392,500，500x500 + 500 = 250,500，500x10 + 10 = 5,010，總共 648,010。`None` 那個軸是「一次送幾張圖」，現在還不知道，先空著。
#
# ## `compile` 做決定，`fit` 真的訓練
#
# 訓練前要決定三件事，寫在 `compile` 裡：
#
# - **優化器** (optimizer)：怎麼移動權重。`Adam` 是梯度下降的改良版，`learning_rate` 就是步子的大小。
# - **損失函數** (loss function)：錯得多離譜。標籤是整數，就用 `sparse_categorical_crossentropy`，也就是剛才的 $-\log p$。
# - **評量指標** (metric)：另外想看的數字，例如準確率 (accuracy)。
#
# 然後是 `fit`。我們只給它 1,000 張圖，每看 25 張（`batch_size`）移動一次權重，全部看 20 遍。看完一遍叫一個 epoch（訓練週期）。另外留 2,000 張不給它練習，每個 epoch 結束拿來考一次試，這叫**驗證資料** (validation data)。

# %% [markdown] lang="en"
# Check it with your rule: 784x500 + 500 = 392,500, then 500x500 + 500 = 250,500, and 500x10 + 10 = 5,010, which is 648,010 in all. `None` stands for the number of images that come at a time, which is still open.
#
# ## `compile` decides, `fit` trains
#
# Before training, `compile` settles three things:
#
# - The **optimizer** moves the weights. `Adam` is an improved gradient descent; `learning_rate` sets the size of its steps.
# - The **loss function** measures how wrong the answers are. For whole-number labels it is `sparse_categorical_crossentropy`, the $-\log p$ that you have just met.
# - The **metrics** are other figures to watch, such as the accuracy.
#
# Then comes `fit`. We give it only 1,000 images. It moves the weights after every 25 (`batch_size`) and goes through all of them 20 times; each time is called an **epoch**. Another 2,000 images, the **validation data**, take no part in the training, and test the network after each epoch.

# %% name="fit-digits" tags=["once"]
keras.utils.set_random_seed(1)  # so that your numbers are like ours
digits = keras.models.clone_model(digits)  # new random weights, however often this cell runs
digits.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.001),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
x_few, y_few = x_train[:1000], y_train[:1000]
x_val, y_val = x_train[20_000:22_000], y_train[20_000:22_000]
history = digits.fit(
    x_few, y_few, batch_size=25, epochs=20, validation_data=(x_val, y_val), verbose=0
)
print(f"{20 * history.params['steps']} steps, validated on {len(x_val):,} digits")

# %% tags=["guard"]
assert history.params == {"verbose": 0, "epochs": 20, "steps": 40}
assert len(history.history["loss"]) == 20
assert digits.optimizer.iterations.numpy() == 800
assert guarding.disjoint(x_train[:20_000], x_train[20_000:22_000])
checked = digits.evaluate(x_val, y_val, verbose=0)[0]
assert abs(checked - history.history["val_loss"][-1]) < 1e-3

# %% [markdown] lang="zh-TW"
# 跑完 20 個 epoch，權重一共移動了 800 步。`history` 記下了每個 epoch 的損失。
#
# 先別往下看！拿筆畫兩條線：練習過的 1,000 張，損失會怎麼變？沒練習過的 2,000 張呢？

# %% [markdown] lang="en"
# In 20 epochs the weights moved 800 times, and `history` kept every loss.
#
# Do not look yet! Sketch two curves: the loss on the 1,000 digits that it practises on, and on the other 2,000.

# %% name="overfitting"
curves = {"training": history.history["loss"], "validation": history.history["val_loss"]}
best = int(np.argmin(curves["validation"])) + 1
title = f"The validation loss is lowest at epoch {best}, and then it turns"
picture = plot_lines(curves, title=title, xlabel="epoch", ylabel="loss")
picture.figure.axes[0].set_ylim(0, 1)
picture

# %% tags=["guard"]
drawn = {line.get_label(): np.asarray(line.get_ydata()) for line in _.figure.axes[0].lines}
assert np.array_equal(drawn["training"], history.history["loss"])
assert np.array_equal(drawn["validation"], history.history["val_loss"])
assert list(_.figure.axes[0].lines[0].get_xdata()) == list(range(1, 21))
assert _.figure.axes[0].get_xlabel() == "epoch" and str(best) in _.figure.axes[0].get_title()
assert 7 <= best <= 16
lowest, last = curves["validation"][best - 1], curves["validation"][-1]
assert 0.38 < lowest < 0.5 and 1.08 * lowest < last < 0.7
assert curves["training"][-1] < 0.08 and curves["training"][-1] < curves["training"][best - 1] / 2
assert curves["training"][0] > 1 and max(curves["validation"][1:]) < 1

# %% [markdown] lang="zh-TW"
# 猜對了嗎？（最前面的損失超過 1，圖上切掉了，這樣轉彎的地方才看得清楚。）
#
# 訓練損失一路往下，到最後只剩 {{curves["training"][-1]:.3f}}。驗證損失卻在第 {{best}} 個 epoch 降到 {{lowest:.3f}} 之後回頭往上，最後是 {{last:.3f}}。同一個網路，練過的題目越來越熟，沒看過的題目，錯起來卻越來越有自信：它開始背答案了！這就是**過度配適** (overfitting)。這次我們故意練過頭；要停，就停在驗證損失最低的地方（怎麼自動停，後面有一節進階）。
#
# 現在才輪到測試資料。它們只用來打最後的分數，所有的決定都不准偷看它們。`evaluate` 打分數，`predict` 算機率：

# %% [markdown] lang="en"
# Were you right? (The first losses are above 1 and have been cut off, so that you can see the turn.)
#
# The training loss falls all the way to {{curves["training"][-1]:.3f}}. The validation loss falls until epoch {{best}}, to {{lowest:.3f}}, and then turns and climbs, to {{last:.3f}} at the end. The network gets better and better at the digits it practises on, and on new ones it is wrong with more and more confidence: it has begun to memorise. This is **overfitting**. Here we went too far on purpose. The time to stop is where the validation loss is lowest (a further section does it automatically).
#
# Only now do we touch the test digits, which are for the final mark: no decision may peek at them. `evaluate` gives the mark, and `predict` the probabilities:

# %% row="C08" name="test-digits"
loss, accuracy = digits.evaluate(x_test, y_test, verbose=0)
print(f"test loss {loss:.2f}, test accuracy {accuracy:.1%}")

probabilities = digits.predict(x_test, verbose=0)
print("answers:", probabilities.argmax(axis=1)[:10])
print("labels: ", y_test[:10])

# %% tags=["guard"]
assert 0.83 < accuracy < 0.9 and probabilities.shape == (10_000, 10)
assert abs(np.mean(probabilities.argmax(axis=1) == y_test) - accuracy) < 1e-3
assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-4)

# %% [markdown] lang="zh-TW"
# 每張圖得到 10 個機率，最大的那一格（`argmax`）就是答案。你的第一個神經網路，看了 1,000 張圖，就認得 {{accuracy:.1%}} 沒看過的字！
#
# 開頭那個網路對了 {{np.mean(guesses == y_test):.1%}}，形狀一模一樣，差在哪裡？它看過全部 {{len(x_train):,}} 張，訓練的時候還把每張圖隨機轉一點、推一點、扭一點。

# %% [markdown] lang="en"
# Every image gets ten probabilities, and the place of the largest (`argmax`) is the answer. After practising on 1,000 digits, your first neural network reads {{accuracy:.1%}} of digits that it has never seen!
#
# The network at the top of the page, with the very same shape, gets {{np.mean(guesses == y_test):.1%}} right. Why? It practised on all {{len(x_train):,}} digits, and they were shifted, turned and bent a little at random each time.

# %% [markdown] lang="zh-TW"
# ### 練習 1.2：ReLU 比較好嗎？（8 分鐘）
#
# 懸案交給你了。`score` 建一個新的網路，用 5,000 張圖練三個 epoch，傳回驗證準確率。亂數種子 (seed) 決定一開始的權重，所以換一個 `seed`，就是換一個網路重新來過。
#
# 兩種激活函數各跑至少三個種子，把準確率放進 `results`，寫成 `{"sigmoid": [..., ..., ...], "relu": [..., ..., ...]}`（全部跑完大約一分鐘）。然後宣判：如果一邊**最差**的一次贏過另一邊**最好**的一次，`verdict` 就寫它的名字；不然就寫 `"not clear"`。跑之前，先下注！

# %% [markdown] lang="en"
# ### Exercise 1.2: is ReLU better? (8 minutes)
#
# The case is yours. `score` trains a fresh network on 5,000 digits for three epochs and returns its validation accuracy. The `seed` decides the random weights it starts from, so another seed is another network.
#
# Run both activation functions with at least three seeds each, and put the accuracies in `results`, in the form `{"sigmoid": [..., ..., ...], "relu": [..., ..., ...]}`. (All of them take about a minute.) Then give your `verdict`: if the **worst** run of one beats the **best** run of the other, write its name, otherwise write `"not clear"`. Place your bet before you run it!


# %% tags=["exercise"]
def score(activation, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((784,))])
    model.add(layers.Dense(500, activation=activation))
    model.add(layers.Dense(500, activation=activation))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train[:5000], y_train[:5000], batch_size=100, epochs=3, verbose=0)
    return model.evaluate(x_val, y_val, verbose=0)[1]


results = None
verdict = None
### BEGIN SOLUTION
results = {"sigmoid": [], "relu": []}
for seed in (1, 2, 3):
    for activation in results:
        results[activation].append(score(activation, seed))
print(results)
verdict = "relu"  # after equal training, its worst run beats the best run of sigmoid
### END SOLUTION

# %% tags=["check"]
check("relu-or-sigmoid", {"results": results, "verdict": verdict})

# %% [markdown] lang="zh-TW"
# 贏的是哪一邊？線索早就在圖裡：sigmoid 的兩頭是平的，平的地方坡度小，步子就小，學得慢。不過，辦案的規矩比結論重要：訓練一樣多，用同一把尺，不只跑一次。你證明的是「三個 epoch、這個學習率」的情況，換個條件要重新開庭。
#
# ## Sequential 只有一條路
#
# Sequential 像一條單行道，資料從頭一路開到尾。所以它不能分岔、不能會合，輸入和輸出也都只能有一個。下面這個模型，`f_1` 的輸出同時流向兩邊，最後再合起來。Sequential 疊不出來，要用一點**黑魔法**：

# %% [markdown] lang="en"
# Which side won? The clue was in the picture: where the sigmoid is flat, slopes are small, steps are small, and learning is slow. But the rules matter more than the result: equal training, the same yardstick, more than one run. And what you have shown holds for these three epochs and this learning rate.
#
# ## Sequential has only one path
#
# A Sequential model is a one-way street: data enter at one end and leave at the other. It cannot branch or merge, and it has one input and one output. In the next model the output of `f_1` flows to both sides, and the two meet again. That takes some **black magic**:

# %% row="C08" name="branch-and-merge" tags=["nbval-check-output"]
x = keras.Input((784,), name="x")
h = layers.Dense(500, name="f_1")(x)
left = layers.Dense(500, name="f_2")(h)
right_side = layers.Dense(500, name="f_4")(h)
y = layers.Dense(10, name="f_3")(layers.concatenate([left, right_side]))
draw(keras.Model(x, y, name="branch_and_merge"))

# %% tags=["guard"]
assert keras.Model(x, y).count_params() == 392_500 + 2 * 250_500 + 10_010
assert keras.Model(x, y).get_layer("f_3").input.shape == (None, 1000)

# %% [markdown] lang="zh-TW"
# 這些程式碼現在看不懂沒關係，第 03 課教咒語，第 04 課讓你親手施法。
#
# ## 回顧
#
# 1. 影像攤平成 784 個數字，再除以 255；訓練和測試資料除以同一個數字。
# 2. 神經元先乘、再加、最後過激活函數。訓練就是順著坡度移動權重，讓損失變小。
# 3. `.add` 在最後面接一層。`Dense(u)` 接在 n 個數字後面，有 n u + u 個參數，激活函數沒有參數。
# 4. `compile` 決定怎麼練，`fit` 開始練，`evaluate` 打分數，`predict` 算機率。驗證損失回頭往上，就是過度配適，該停了。
# 5. Sequential 只有一條路：不能分岔、不能會合，輸入和輸出都只有一個。
#
# **2026 年，這些東西還在嗎？** 在，而且到處都是：
#
# - `Dense`：大型語言模型的每個 Transformer 區塊裡，都有一段全連接層，參數常常比注意力 (attention) 的部分還多。
# - 激活函數：多半換成 ReLU 和 sigmoid 的後代，例如 GELU、SwiGLU。
# - 損失：模型學「猜下一個字」，用的還是交叉熵 $-\log p$；優化器最常見的是 Adam 的近親 AdamW。
#
# 恭喜！你從三個數字的乘法出發，走到一個有 648,010 個參數、真的會認字的神經網路，還抓到它背答案。這一步跨得可不小，去泡杯茶，跟旁邊的人炫耀一下吧！下一課，我們把它拆開，借它的層去做別的事。

# %% [markdown] lang="en"
# You need not read this code yet. Lesson 03 teaches the spells, and in lesson 04 you cast them.
#
# ## Summary
#
# 1. Images are flattened into 784 numbers and divided by 255, training and test images by the same number.
# 2. A neuron multiplies, adds, and activates. Training moves the weights down the slope, so that the loss gets smaller.
# 3. `.add` puts a layer at the end. `Dense(u)` on n numbers has n u + u parameters, and an activation function has none.
# 4. `compile` decides how to train, `fit` trains, `evaluate` gives the mark, and `predict` computes the probabilities. When the validation loss turns upwards, the model overfits: time to stop.
# 5. Sequential has one path. It cannot branch or merge, and it has one input and one output.
#
# **Is all this still in use in 2026?** It is everywhere:
#
# - `Dense`: every Transformer block in a large language model contains a stretch of fully connected layers, often with more parameters than its attention.
# - Activations: most are descendants of ReLU and the sigmoid, such as GELU and SwiGLU.
# - Loss: a model that learns to guess the next token still minimises cross-entropy, $-\log p$. The usual optimizer is AdamW, a close relative of Adam.
#
# Congratulations! From three multiplications you got to a network of 648,010 parameters that really reads handwriting, and you caught it memorising. That is a big step, so have a cup of tea and show somebody. In the next lesson we take the network apart and borrow its layers for something else.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：換一種層，規則還猜得到嗎？
#
# 卷積層 (convolution) 讀影像和訊號，循環層 (recurrent layer) 一步一步讀序列。它們也是乘、加、過激活函數，只是**權重重複使用**。照老規矩，先看數字，自己猜規則：

# %% [markdown] lang="en" section="further"
# ## Further: other layers, other rules
#
# Convolutions read images and signals, and recurrent layers read sequences step by step. They too multiply, add and activate, but they use **the same weights many times**. As before, look at the numbers first and guess the rules:

# %% row="C07" name="count-other-layers" tags=["nbval-check-output"]
print("Conv1D(3, 2) on (8, 4)   ", count(layers.Conv1D(3, 2), 8, 4))
print("Conv1D(3, 2) on (99, 4)  ", count(layers.Conv1D(3, 2), 99, 4))
print("Conv2D(3, 2) on (8, 8, 4)", count(layers.Conv2D(3, 2), 8, 8, 4))
print("SimpleRNN(3) on (5, 2)   ", count(layers.SimpleRNN(3), 5, 2))
print("LSTM(3) on (5, 2)        ", count(layers.LSTM(3), 5, 2))

# %% tags=["guard"]
assert count(layers.Conv2D(3, 2), 99, 99, 4) == 2 * 2 * 4 * 3 + 3
assert (
    count(layers.LSTM(3), 99, 2) == 4 * count(layers.SimpleRNN(3), 99, 2) == 4 * (2 * 3 + 3 * 3 + 3)
)

# %% [markdown] lang="zh-TW"
# 把 `Conv1D` 的長度從 8 改成 99，參數一個也沒多。規則是這樣：
#
# | 層 | 輸入 | 參數個數 |
# | --- | --- | --- |
# | `Conv1D(f, k)` | `(t, c)` | k c f + f |
# | `Conv2D(f, k)` | `(h, w, c)` | k k c f + f |
# | `SimpleRNN(u)` | `(t, n)` | n u + u u + u |
# | `LSTM(u)` | `(t, n)` | 4 (n u + u u + u) |
#
# 卷積有 f 個卷積核 (kernel)，每個長 k（`Conv2D` 是 k x k），讀 c 個通道 (channel)，彩色照片有三個。同一個卷積核滑過整張圖，所以圖的高 h、寬 w 不在算式裡。循環層每一步用同一組權重，所以步數 t 不在算式裡；u u 個權重負責把上一步的輸出接回來。LSTM 有四組這樣的權重。
#
# 換你動手：選一種層，改單元數和輸入，看算式、參數和圖怎麼變。

# %% [markdown] lang="en"
# With a length of 99 instead of 8, `Conv1D` did not gain a single parameter. These are the rules:
#
# | layer | input | parameters |
# | --- | --- | --- |
# | `Conv1D(f, k)` | `(t, c)` | k c f + f |
# | `Conv2D(f, k)` | `(h, w, c)` | k k c f + f |
# | `SimpleRNN(u)` | `(t, n)` | n u + u u + u |
# | `LSTM(u)` | `(t, n)` | 4 (n u + u u + u) |
#
# A convolution has f kernels, each k long (k by k for `Conv2D`), and reads c channels; a colour photograph has three. The same kernel slides over the whole image, so the height h and the width w are not in the formula. A recurrent layer uses the same weights at every step, so the number of steps t is not in it either. Its u u weights bring back the output of the previous step, and an LSTM has four such sets.
#
# Now try it yourself: choose a layer, change its units and its input, and watch the formula, the count and the picture.


# %% name="count-one-layer" tags=["nbval-check-output"]
def count_parameters(layer, units, inputs):
    choices = {
        "Dense": (layers.Dense(units), (inputs,), "n u + u"),
        "Conv1D, kernel 3": (layers.Conv1D(units, 3), (8, inputs), "3 x n x u + u"),
        "Conv2D, kernel 3": (layers.Conv2D(units, 3), (8, 8, inputs), "3 x 3 x n x u + u"),
        "SimpleRNN": (layers.SimpleRNN(units), (8, inputs), "n u + u u + u"),
        "LSTM": (layers.LSTM(units), (8, inputs), "4 (n u + u u + u)"),
    }
    chosen, shape, formula = choices[layer]
    model = keras.Sequential([keras.Input(shape, name="inputs"), chosen], name="one_layer")
    print(f"{formula} = {model.count_params():,} with n = {inputs}, u = {units}")
    return draw(model)


count_parameters("Conv2D, kernel 3", units=16, inputs=3)

# %% tags=["guard"]
import contextlib
import io

for kind in ["Dense", "Conv1D, kernel 3", "Conv2D, kernel 3", "SimpleRNN", "LSTM"]:
    for u, n in [(1, 1), (64, 1), (1, 64), (64, 64)]:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            count_parameters(kind, u, n)
        formula, counted = printed.getvalue().split(" with ")[0].split(" = ")
        python = (
            formula.replace(" x ", " * ")
            .replace("n u", "n * u")
            .replace("u u", "u * u")
            .replace("4 (", "4 * (")
        )
        assert eval(python) == int(counted.replace(",", "")), (kind, u, n)

# %% [markdown] lang="zh-TW"
# 表裡的 c 在這裡寫成 n，f 寫成 u。三個通道、16 個卷積核：3x3x3x16 + 16 = 448。

# %% [markdown] lang="en"
# What the table calls c and f is called n and u here. Three channels and 16 kernels make 3x3x3x16 + 16 = 448.

# %% name="count-view" tags=["widget"]
kinds = ["Dense", "Conv1D, kernel 3", "Conv2D, kernel 3", "SimpleRNN", "LSTM"]
explore(count_parameters, layer=kinds, units=(1, 64), inputs=(1, 64))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()

# %% [markdown] lang="zh-TW"
# ### 練習 1.3：彩色照片也一樣（3 分鐘）
#
# `Conv2D(16, 5)` 接在 64x64 的彩色照片（紅、綠、藍三個通道）後面，有幾個參數？照片換成 128x128 呢？把兩個答案照順序填進 `photo_parameters`，例如 `(1, 2)`。

# %% [markdown] lang="en"
# ### Exercise 1.3: colour photographs too (3 minutes)
#
# `Conv2D(16, 5)` reads colour photographs of 64x64 pixels with three channels (red, green, blue). How many parameters does it have? And if the photographs are 128x128? Put both numbers in `photo_parameters`, in this order, for instance `(1, 2)`.

# %% tags=["exercise"]
photo_parameters = None
### BEGIN SOLUTION
photo_parameters = (5 * 5 * 3 * 16 + 16, 5 * 5 * 3 * 16 + 16)  # 1,216 both times
### END SOLUTION

# %% tags=["check"]
check("photo-parameters", photo_parameters)

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：過度配適的兩帖藥
#
# 第一帖藥：**提早停止** (early stopping)。`EarlyStopping` 是一個**回呼** (callback)，每個 epoch 結束時會看一眼驗證損失。連續三個 epoch 沒有進步（`patience=3`）就喊停，再把權重退回最好的那一刻。
#
# 第二帖藥：**多看一點資料**。把 1,000 張換成 2 萬張，只看 1 遍，步數一樣多，這樣比才公平。
#
# 兩帖藥，哪一帖比較有效？先猜！

# %% [markdown] lang="en" section="further"
# ## Further: two cures for overfitting
#
# The first cure is to **stop early**. `EarlyStopping` is a callback: it looks at the validation loss after every epoch. After three epochs without progress (`patience=3`) it ends the training, and then it puts back the weights of the best epoch.
#
# The second cure is **more data**: 20,000 digits instead of 1,000, but only 1 epoch. The number of steps stays the same, so the comparison is fair.
#
# Which cure works better? Guess first!


# %% name="stop-early"
stopped = keras.models.clone_model(digits)  # the same layers with new random weights
adam = keras.optimizers.Adam(learning_rate=0.001)
stopped.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
stopped_history = stopped.fit(
    x_train[:1000],
    y_train[:1000],
    batch_size=25,
    epochs=20,
    validation_data=(x_val, y_val),
    callbacks=[stop],
    verbose=0,
)
print("stopped after epoch", len(stopped_history.history["loss"]))

# %% tags=["guard"]
epochs_run = len(stopped_history.history["loss"])
assert 6 <= epochs_run <= 20

# %% name="more-data"
more = keras.models.clone_model(digits)
adam = keras.optimizers.Adam(learning_rate=0.001)
more.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
more.fit(x_train[:20_000], y_train[:20_000], batch_size=25, epochs=1, verbose=0)

validation = {}
for name, model in [("no cure", digits), ("stopped early", stopped), ("more data", more)]:
    validation[name] = model.evaluate(x_val, y_val, verbose=0)
    print(f"{name:14s} loss {validation[name][0]:.3f}, accuracy {validation[name][1]:.1%}")

# %% tags=["guard"]
assert more.optimizer.iterations.numpy() == digits.optimizer.iterations.numpy() == 800
lowest_seen = min(stopped_history.history["val_loss"])
assert abs(validation["stopped early"][0] - lowest_seen) < 1e-3
assert validation["stopped early"][0] < validation["no cure"][0]
assert abs(validation["stopped early"][1] - validation["no cure"][1]) < 0.025
assert validation["more data"][0] < validation["stopped early"][0] - 0.1
assert validation["more data"][1] > validation["no cure"][1] + 0.03
assert not np.allclose(stopped.get_weights()[0], more.get_weights()[0])

# %% [markdown] lang="zh-TW"
# `stopped` 從新的亂數權重開始，所以轉彎的地方和剛才不一定一樣。它在第 {{epochs_run}} 個 epoch 喊停，驗證損失是 {{validation["stopped early"][0]:.3f}}，比硬練到底的 {{validation["no cure"][0]:.3f}} 好，準確率倒是差不多。多看資料就不一樣了：一樣走 {{more.optimizer.iterations.numpy()}} 步，損失降到 {{validation["more data"][0]:.3f}}，準確率 {{validation["more data"][1]:.1%}}。
#
# 能多拿到資料，就先去拿資料！拿不到的時候，提早停止幾乎不花力氣。

# %% [markdown] lang="en"
# `stopped` began with new random weights, so it need not turn where `digits` did. Early stopping ended it after {{epochs_run}} epochs, with a validation loss of {{validation["stopped early"][0]:.3f}} instead of {{validation["no cure"][0]:.3f}} at the bitter end; the accuracy is much the same. More data is another story: in the same {{more.optimizer.iterations.numpy()}} steps the loss comes down to {{validation["more data"][0]:.3f}}, and the accuracy reaches {{validation["more data"][1]:.1%}}.
#
# If you can get more data, get more data! If you cannot, early stopping costs next to nothing.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：它錯得最有自信的是哪一張？
#
# 你的網路看錯的測試數字，長什麼樣子？圖上面先寫它的答案，`not` 後面是正確答案：

# %% [markdown] lang="en" section="further"
# ## Further: which mistake was it most sure of?
#
# Which test digits does your own network get wrong? Above each is its answer, and after "not" the right one:

# %% name="own-mistakes"
own_answers = probabilities.argmax(axis=1)
wrong = np.flatnonzero(own_answers != y_test)
show_images(images_test[wrong[:20]], [f"{own_answers[i]}, not {y_test[i]}" for i in wrong[:20]])

# %% tags=["guard"]
assert abs(len(wrong) - 10_000 * (1 - accuracy)) < 2
for axes, i in zip(_.figure.axes, wrong[:20], strict=True):
    assert axes.get_title() == f"{own_answers[i]}, not {y_test[i]}" and own_answers[i] != y_test[i]
    assert np.array_equal(axes.images[0].get_array(), images_test[i])

# %% [markdown] lang="zh-TW"
# 一共看錯 {{len(wrong):,}} 張，這是前 20 張。有些真的難，有些連小學生都不會錯。
#
# ### 練習 1.4：最有把握的錯誤（8 分鐘）
#
# 寫一個函式，輸入機率 `probabilities`（形狀 `(n, 10)`）和標籤 `labels`（形狀 `(n,)`），傳回模型**答錯**、而且對自己的答案最有把握的是第幾筆（整數，從 0 算起）。寫好以後，用 `show_images(images_test[[row]], columns=1)` 看看你的模型錯得最有自信的那張圖，`row` 是你的函式傳回的數字。

# %% [markdown] lang="en"
# It got {{len(wrong):,}} wrong, and these are the first 20. Some are hard, and some should never have happened.
#
# ### Exercise 1.4: the most confident mistake (8 minutes)
#
# Write a function that takes `probabilities`, of shape `(n, 10)`, and `labels`, of shape `(n,)`. It returns the index (a whole number, counted from 0) of the row that the model got **wrong** while being most confident in its answer. Then look at the digit that your network was so sure about: `show_images(images_test[[row]], columns=1)`, where `row` is what your function returns.


# %% tags=["exercise"]
def most_confident_mistake(probabilities, labels):
    """Return the row, as a whole number, of the wrong answer with the highest probability."""
    ### BEGIN SOLUTION
    highest, row = 0, None
    for i in range(len(labels)):
        if probabilities[i].argmax() != labels[i] and probabilities[i].max() > highest:
            highest, row = probabilities[i].max(), i
    return row
    ### END SOLUTION


# %% tags=["check"]
check("confident-mistake", most_confident_mistake)

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：5 萬個參數以內，誰最準？
#
# `digits` 有 {{digits.count_params():,}} 個參數，對這麼小的圖來說很奢侈。你能瘦到多少？
#
# ### 練習 1.5：瘦一點的模型（10 分鐘）
#
# 疊一個 `slim`：吃進 784 個數字，吐出 10 個機率，至少有一個隱藏層和一個激活函數，參數少於 50,000 個。`check` 只看你怎麼建。
#
# 過關以後還有加碼賽：自己訓練它，看驗證準確率能到多少，把數字貼到班上的表。規則只有一條，不准用測試資料挑模型！

# %% [markdown] lang="en" section="further"
# ## Further: who is best with 50,000 parameters?
#
# For such small images, the {{digits.count_params():,}} parameters of `digits` are a luxury. How slim can you get?
#
# ### Exercise 1.5: a slimmer model (10 minutes)
#
# Build `slim`: it takes 784 numbers and outputs ten probabilities, has at least one hidden layer with an activation function, and fewer than 50,000 parameters. The `check` looks only at how it is built.
#
# Once it says yes, the contest is open: train your model, see what validation accuracy you reach, and put the number on the board in class. There is one rule: you may not choose your model by the test digits!

# %% tags=["exercise"]
slim = None
### BEGIN SOLUTION
slim = keras.Sequential([keras.Input((784,))], name="slim")
slim.add(layers.Dense(60, activation="relu"))
slim.add(layers.Dense(10, activation="softmax"))
slim.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
slim.fit(x_train[:10_000], y_train[:10_000], batch_size=100, epochs=3, verbose=0)
slim_accuracy = slim.evaluate(x_val, y_val, verbose=0)[1]
print(f"{slim.count_params():,} parameters, validation accuracy {slim_accuracy:.1%}")
### END SOLUTION

# %% tags=["check"]
check("slim-model", slim)

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：標籤的另一種寫法，one-hot
#
# 別人的程式碼常常先把標籤改成 one-hot 編碼：標籤 5 寫成十個數字，第 5 格是 1，其他都是 0。one-hot 配 `categorical_crossentropy`，整數配 `sparse_categorical_crossentropy`。兩種算出來的損失會一樣嗎？拿一個「十個數字都猜 0.1」的模型來比：

# %% [markdown] lang="en" section="further"
# ## Further: one-hot labels
#
# Programs by other people often write labels one-hot: the label 5 becomes ten numbers, a 1 in place 5 and 0 elsewhere. One-hot labels go with `categorical_crossentropy`, whole numbers with `sparse_categorical_crossentropy`. Do they give the same loss? Compare them on a model that gives every digit a probability of 0.1:

# %% row="C03" name="one-hot" tags=["nbval-check-output"]
one_hot = keras.utils.to_categorical(y_train, 10)
print(y_train[0], "->", one_hot[0].astype(int), "all labels:", one_hot.shape)

even_guess = np.full((5, 10), 0.1, "float32")
sparse = keras.losses.sparse_categorical_crossentropy(y_train[:5], even_guess)
dense = keras.losses.categorical_crossentropy(one_hot[:5], even_guess)
print(f"whole numbers: {np.mean(sparse):.3f}")
print(f"one-hot:       {np.mean(dense):.3f}")
print(f"log(10):       {np.log(10):.3f}")

# %% tags=["guard"]
assert np.array_equal(one_hot.argmax(axis=1), y_train) and np.all(one_hot.sum(axis=1) == 1)
assert np.allclose(sparse, dense) and abs(np.mean(sparse) - np.log(10)) < 1e-6

# %% [markdown] lang="zh-TW"
# 一樣，所以這一課省下一道手續。第三行是 $-\log 0.1 = \log 10$。記住 2.303 這個數字：十選一亂猜的模型，損失就是這麼多（單位叫 nat）。訓練一開始如果比它大很多，先回頭檢查資料。

# %% [markdown] lang="en"
# They agree, so this lesson saved itself a step. The third line is $-\log 0.1 = \log 10$. Remember 2.303: it is the loss of a model that guesses evenly among ten, and its unit is called the nat. If your training starts far above it, check your data first.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：三個早晚會遇到的錯誤訊息
#
# 先看三行程式，猜猜各錯在哪裡，再執行。第一個，忘了攤平：

# %% [markdown] lang="en" section="further"
# ## Further: three error messages that everybody meets
#
# Look at each line and guess what is wrong before you run it. The first one forgets to flatten:

# %% name="error-shape"
with expect_error(ValueError, match="Expected shape"):
    digits.predict(images_train[:5], verbose=0)

# %% [markdown] lang="zh-TW"
# 看最重要的那一句：模型要的形狀是 `(None, 784)`，收到的是 `(5, 28, 28)`。以後看到 `Expected shape`，先檢查資料的形狀。
#
# 第二個是從網路上抄來的舊程式：

# %% [markdown] lang="en"
# Find the sentence that counts: the model expected the shape `(None, 784)` and got `(5, 28, 28)`. Whenever you read `Expected shape`, look at the shape of your data first.
#
# The second one was copied from an old program:

# %% name="error-lr"
with expect_error(ValueError, match="not recognized"):
    keras.optimizers.SGD(lr=0.1)

# %% [markdown] lang="zh-TW"
# 學習率以前叫 `lr`，現在要寫完整的 `learning_rate`。第三個，有人想讓 Sequential 分成兩條路：

# %% [markdown] lang="en"
# The learning rate used to be called `lr`; today its name is `learning_rate`. In the third one somebody wants Sequential to take two paths:

# %% name="error-two-paths"
with expect_error(ValueError, match="Only instances of `?keras.Layer"):
    two_paths = [layers.Dense(500), layers.Dense(500)]
    keras.Sequential([keras.Input((784,)), two_paths, layers.Dense(10)])

# %% [markdown] lang="zh-TW"
# Sequential 的每一格只放得下一層，塞兩層進去就被擋下來了。

# %% [markdown] lang="en"
# Every place in a Sequential holds one layer, so two of them in one place are refused.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：準確率看不出來的蟲
#
# 有錯誤訊息算運氣好，最可怕的蟲是一聲不吭的。
#
# ### 抓蟲 1.6：損失怎麼變高了？（8 分鐘）
#
# `prepare` 要把兩組影像攤平，再縮到 0 和 1 之間，裡面有一隻蟲。先看牠做了什麼好事：

# %% [markdown] lang="en" section="further"
# ## Further: a bug that the accuracy does not show
#
# An error message is good luck. The worst bugs say nothing at all.
#
# ### Bug hunt 1.6: why has the loss gone up? (8 minutes)
#
# `prepare` is meant to flatten two sets of images and bring the pixels between 0 and 1. There is a bug in it. First see what it does:


# %% name="silent-bug"
def prepare(train, test):
    train = train.reshape(len(train), -1).astype("float32")
    test = test.reshape(len(test), -1).astype("float32")
    train = train - train.min()
    train = train / train.max()
    return train, test


x_test_prepared = prepare(images_train[:1000], images_test)[1]
loss_prepared, accuracy_prepared = digits.evaluate(x_test_prepared, y_test, verbose=0)
print(f"test accuracy {accuracy_prepared:.1%}, before {accuracy:.1%}")
print(f"test loss     {loss_prepared:.3f}, before {loss:.3f}")

# %% tags=["guard"]
assert abs(accuracy_prepared - accuracy) < 0.03 and loss_prepared > loss * 1.03
kernel, bias = digits.layers[0].get_weights()
sums_right, sums_wrong = x_test[:500] @ kernel + bias, x_test_prepared[:500] @ kernel + bias
assert np.mean(np.sign(sums_right) == np.sign(sums_wrong)) > 0.97
assert np.mean(np.abs(sums_right) > 2.2) < 0.35 and np.mean(np.abs(sums_wrong) > 2.2) > 0.98

# %% [markdown] lang="zh-TW"
# 準確率幾乎沒動，也沒有錯誤訊息，只有損失悄悄變高。把蟲找出來，寫出修好的 `fixed_prepare`：輸入是兩組 `uint8` 影像，形狀 `(n, 28, 28)`，傳回兩個陣列，形狀 `(n, 784)`。
#
# **再想一步**：測試資料該除以自己的最大值，還是訓練資料的最大值？

# %% [markdown] lang="en"
# The accuracy has hardly moved and there is no error message. Only the loss has quietly grown. Find the bug and write `fixed_prepare`: it takes two sets of `uint8` images of shape `(n, 28, 28)` and returns two arrays of shape `(n, 784)`.
#
# **One step further**: should the test images be divided by their own maximum, or by that of the training images?


# %% tags=["exercise"]
def fixed_prepare(train, test):
    """Return both sets flattened, and scaled so that the training pixels lie between 0 and 1."""
    ### BEGIN SOLUTION
    train = train.reshape(len(train), -1).astype("float32")
    test = test.reshape(len(test), -1).astype("float32")
    lowest, highest = train.min(), train.max()  # the training images decide, for both
    return (train - lowest) / (highest - lowest), (test - lowest) / (highest - lowest)
    # Why so little harm? 255 times the pixels means huge sums, and a sigmoid of a huge sum is 0
    # or 1. But few sums change their sign: nearly every neuron stays on its side of 0.5.
    # The answers stay nearly the same, and the network is only too sure of them.
    ### END SOLUTION


# %% tags=["check"]
check("mended-prepare", fixed_prepare)
