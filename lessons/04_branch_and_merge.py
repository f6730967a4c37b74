# ---
# jupyter:
#   course:
#     needs: [03_functional_api]
# ---

# %% [markdown] lang="zh-TW"
# # 04 分歧與合併：模型不必只有一條路

# %% [markdown] lang="en"
# # 04 Branch and merge: a model may have more ways than one

# %% [markdown] lang="zh-TW"
# 讀完這一課，你會：
#
# 1. 讓一個張量分成幾路，再合起來；看到兩種常見的錯誤寫法，說得出錯在哪裡；
# 2. 說出 `concatenate` 和 `add` 各收什麼形狀；
# 3. 建 Inception 區塊和深度可分離卷積，算出它們省下多少參數；
# 4. 建殘差區塊，量出它在什麼情形下救得了很深的網路，什麼情形下差別不大；
# 5. 建一個小的 U-Net，沿路說出每個接點的形狀。
#
# **先想一想**：上一課把同一層 `f` 用了兩次，模型只有 17 個參數，不是 26 個。這一課反過來：同一個張量 `h_1` 拿去呼叫兩個**不同**的層。這樣 `f_1` 的權重會有一份還是兩份？

# %% [markdown] lang="en"
# By the end of this lesson you will:
#
# 1. send one tensor several ways and bring the ways together; and when you see the two usual wrong merges, say what is wrong with them;
# 2. say which shapes `concatenate` takes, and which `add`;
# 3. build an Inception block and a depthwise separable convolution, and count the parameters that they save;
# 4. build residual blocks, and measure when they rescue a deep network and when they matter little;
# 5. build a small U-Net, and name the shape at every join along it.
#
# **Think first**: in the last lesson one layer `f` was used twice, and the model had 17 parameters, not 26. Now it is the other way round: one tensor `h_1` goes to two **different** layers. Are there then one or two sets of weights of `f_1`?

# %%
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
    plot_lines,
    show_images,
)

(images_train, y_train), (images_test, y_test) = load_mnist()
x_train, y_train = images_train[:10000].reshape(-1, 784).astype("float32") / 255, y_train[:10000]
x_test = images_test.reshape(-1, 784).astype("float32") / 255

# %% [markdown] lang="zh-TW"
# ## 分歧就是拿同一個張量呼叫兩層
#
# 第 01 課最後那張圖，Sequential 疊不出來。用函數來寫，就是四個式子：

# %% [markdown] lang="en"
# ## A branch is one tensor, and two layers called on it
#
# Lesson 01 ended with a picture that Sequential cannot build. Written with functions it takes four equations:

# %% [markdown]
# $$h_1 = f_1(x) \qquad h_2 = f_2(h_1) \qquad z = f_4(h_1) \qquad y = f_3(h_2, z)$$
#
# $$f_1\colon \mathbb{R}^{784} \to \mathbb{R}^{500} \qquad f_2, f_4\colon \mathbb{R}^{500} \to \mathbb{R}^{500} \qquad f_3\colon \mathbb{R}^{500} \times \mathbb{R}^{500} \to \mathbb{R}^{10}$$

# %% [markdown] lang="zh-TW"
# 前三個式子照著打就好。`h_1` 用了兩次，不必先宣告「這裡要分歧」：

# %% [markdown] lang="en"
# The first three can be typed as they stand. `h_1` is used twice, and nothing announces that here the ways part:

# %% tags=["nbval-check-output"]
f_1 = layers.Dense(500, activation="sigmoid", name="f_1")
f_2 = layers.Dense(500, activation="sigmoid", name="f_2")
f_4 = layers.Dense(500, activation="relu", name="f_4")

x = keras.Input((784,), name="x")
h_1 = f_1(x)
h_2 = f_2(h_1)
z = f_4(h_1)
print("h_1", h_1.shape, " h_2", h_2.shape, " z", z.shape)

# %% [markdown] lang="zh-TW"
# 三個都是 500 維。`f_1` 只呼叫了一次，所以權重只有一份，結果 `h_1` 兩邊共用。
#
# ## 合併的兩種直覺寫法都會失敗
#
# 第四個式子 `y = f_3(h_2, z)` 就不能照打了。兩個引數不行，包成串列也不行：

# %% [markdown] lang="en"
# All three are vectors of 500. `f_1` was called once, so there is one set of weights, and both ways share its result `h_1`.
#
# ## Both of the obvious ways to merge fail
#
# The fourth equation, `y = f_3(h_2, z)`, cannot be typed as it stands. Neither two arguments nor a list will do:

# %% row="C21"
f_3 = layers.Dense(10, activation="softmax", name="f_3")

with expect_error(TypeError, match="multiple values for argument 'training'"):
    f_3(h_2, z)

with expect_error(ValueError, match="expects 1 input"):
    f_3([h_2, z])

# %% [markdown] lang="zh-TW"
# 第一個錯誤的說法有點繞：`Dense` 的第二個引數叫 `training`（是不是在訓練），`z` 掉進了那一格。第二個就很直接：`Dense` 只收一個張量，你給了兩個。
#
# 那就先用 `concatenate` 把兩個接成一個 1,000 維的向量，再送進 `f_3`，應該沒問題吧？

# %% [markdown] lang="en"
# The first message takes a detour: the second argument of `Dense` is called `training` (whether the model is being trained), and `z` landed there. The second is plain: `Dense` takes one tensor and you gave two.
#
# So join the two to one vector of 1,000 with `concatenate`, and hand that to `f_3`. That should work, should it not?

# %%
print("f_3 built:", f_3.built, [tuple(weight.shape) for weight in f_3.weights])

with expect_error(ValueError, match="expected axis -1 of input shape to have value 500"):
    f_3(layers.concatenate([h_2, z]))

# %% [markdown] lang="zh-TW"
# 寫法對了，還是失敗。看第一行：剛才那次 `f_3(h_2, z)` 雖然出錯，Keras 卻已經先照 `h_2` 的長度把權重做好了，形狀是 (500, 10)。`f_3` 從此只收 500 維。
#
# 呼叫失敗過的層不要再用，重新做一個。
#
# ## 先接起來，再送進新的一層

# %% [markdown] lang="en"
# The call is right now, and fails all the same. See the first line: `f_3(h_2, z)` failed, but not before Keras had made weights for the length of `h_2`, of shape (500, 10). From then on `f_3` takes nothing but vectors of 500.
#
# Do not use a layer again whose call has failed. Make a new one.
#
# ## Join first, then call a new layer

# %% row="C22" tags=["nbval-check-output"]
f_3 = layers.Dense(10, activation="softmax", name="f_3")
u = layers.concatenate([h_2, z], name="u")
y = f_3(u)

merged = keras.Model(x, y, name="merged")
print("u", u.shape, f" f_3: {f_3.count_params():,}  merged: {merged.count_params():,} parameters")
draw(merged)

# %% [markdown] lang="zh-TW"
# 392,500 + 250,500 + 250,500 + 10,010 = 903,510。`concatenate` 那一格沒有參數，只是把兩個向量排在一起；`f_3` 的輸入變成 1,000 維，所以是 1,000x10 + 10 = 10,010。
#
# 有人看到兩條路，就說這是「多輸出模型」。數數看就知道：路在裡面分開，也在裡面合起來，輸入和輸出都只有一個。另外有個打錯字的陷阱：把 `h_2` 打成 `h_1`，一樣建得起來，一樣給 10 個機率：

# %% [markdown] lang="en"
# 392,500 + 250,500 + 250,500 + 10,010 = 903,510. The `concatenate` box has no parameters: it only lays two vectors end to end. `f_3` now has 1,000 inputs, so 1,000x10 + 10 = 10,010.
#
# Two ways inside make some people speak of a "model with several outputs". Count them: the ways part inside and meet inside, and there is one input and one output. And here is a trap for typing fingers: write `h_1` where `h_2` was meant, and the model still builds and still gives ten probabilities:

# %% tags=["nbval-check-output"]
print("merged: inputs", len(merged.inputs), " outputs", len(merged.outputs))
slip = keras.Model(x, layers.Dense(10, activation="softmax")(layers.concatenate([h_1, z])))
print(f"with h_1 for h_2: output {slip.output_shape}, {slip.count_params():,} parameters")
print("f_2 is in it:", f_2 in slip.layers)

# %% [markdown] lang="zh-TW"
# 沒有錯誤訊息，參數卻少了 250,500 個：`f_2` 不在往輸出的路上，Keras 就不把它算進模型。建完模型先數參數、先畫圖，就是為了抓這種錯。
#
# 接好的模型照平常的方法訓練。這一課只用 1 萬張訓練影像，練一遍就看得出有沒有在學：

# %% [markdown] lang="en"
# There is no error message, but 250,500 parameters are missing: `f_2` is not on any way to the output, so Keras leaves it out. This is the kind of mistake you catch by counting and drawing a model as soon as it is built.
#
# The merged model is trained like any other. This lesson uses 10,000 training digits, and one pass over them is enough to see it learn:

# %%
loss = "sparse_categorical_crossentropy"
merged.compile(keras.optimizers.Adam(0.003), loss, metrics=["accuracy"])
merged.fit(x_train, y_train, batch_size=100, verbose=0, callbacks=[EpochLine()])
_, accuracy = merged.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"test accuracy {accuracy:.1%}")

# %% tags=["guard"]
assert 0.85 < accuracy < 0.98

# %% [markdown] lang="zh-TW"
# 只看過一遍，測試準確率就有九成左右。兩條路的梯度都會流回 `f_1`，`fit` 自己會加起來，什麼都不必多寫。
#
# ## concatenate 接起來，add 逐項相加
#
# 合併有兩種常用的辦法。拿三個數字的向量來看：

# %% [markdown] lang="en"
# After that one pass the test accuracy is about 90 %. Gradients come back to `f_1` along both ways; `fit` adds them up, and there was nothing more to write.
#
# ## concatenate lays end to end, add goes number by number
#
# There are two usual ways to merge. See them on vectors of three numbers:

# %% tags=["nbval-check-output"]
a = keras.ops.array([[1.0, 2.0, 3.0]])
b = keras.ops.array([[10.0, 20.0, 30.0]])
one = keras.ops.array([[10.0]])
print("concatenate [a, b]  ", layers.concatenate([a, b]).numpy())
print("add         [a, b]  ", layers.add([a, b]).numpy())
print("concatenate [a, one]", layers.concatenate([a, one]).numpy())
print("add         [a, one]", layers.add([a, one]).numpy())

# %% [markdown] lang="zh-TW"
# `concatenate` 把長度加起來，`add` 的長度不變。最後一行要小心：`one` 只有一個數字，`add` 卻沒有抗議，它把 10 加到三個數字上，這叫 broadcasting（廣播）。哪些形狀合得起來，全部試一次：

# %% [markdown] lang="en"
# With `concatenate` the lengths add up; with `add` the length stays. Beware of the last line: `one` holds a single number, and yet `add` did not object. It added the 10 to all three, which is called broadcasting. Which shapes go together? Try them all:


# %% tags=["nbval-check-output"]
def merged_shape(merge, first, second):
    try:
        return str(merge([keras.Input(first), keras.Input(second)]).shape)
    except ValueError:
        return "refused"


pairs = [((3,), (3,)), ((3,), (2,)), ((3,), (1,)), ((4, 4, 8), (4, 4, 8)), ((4, 4, 8), (4, 4, 2))]
pairs += [((4, 4, 8), (4, 4, 1)), ((4, 4, 8), (1, 1, 8)), ((4, 4, 8), (8,)), ((4, 4, 8), (2, 2, 8))]
for first, second in pairs:
    joined = merged_shape(layers.concatenate, first, second)
    added = merged_shape(layers.add, first, second)
    print(f"{first!s:9} and {second!s:9}  concatenate: {joined:16}  add: {added}")

# %% [markdown] lang="zh-TW"
# 規則就在表裡：
#
# - `concatenate`：軸數要一樣；除了最後一軸，每一軸也都要一樣長。最後一軸的長度加起來（要接在別的軸，寫 `axis=`）。
# - `add`：每一軸要嘛一樣長，要嘛其中一個是 1；軸少的那個，缺的軸當成 1。結果的每一軸，取兩邊比較長的。
#
# 所以 (4, 4, 8) 加 (4, 4, 1) 過得了關：只有一張的特徵圖（feature map，一個卷積核算出來的那張圖）加到全部 8 個通道上。要是你以為兩邊都是 8 個通道，Keras 也不會提醒你。用 `add` 之前先印出兩邊的形狀。
#
# 那麼差別只在形狀嗎？再看一個小模型：`f` 從 2 個數字算出 1 個，`g` 從那 1 個算出 2 個，`f` 和 `g` 的輸出接起來給 `h`。

# %% [markdown] lang="en"
# The table shows the rules:
#
# - `concatenate`: the same number of axes, and all of them equally long but the last. The lengths of the last axis add up. (For another axis say `axis=`.)
# - `add`: every axis equally long, or 1 in one of the two; axes that one of them lacks count as 1. The result has the longer of each.
#
# So (4, 4, 8) and (4, 4, 1) pass: a single feature map (what one kernel makes of its input) is added to all 8 channels. If you believed that there were 8 on both sides, nobody will tell you. Print both shapes before you `add`.
#
# Is the shape the only difference, then? Take a small model: `f` makes one number out of two, `g` makes two out of that one, and the outputs of `f` and `g` are joined for `h`.

# %% row="C22" tags=["nbval-check-output"]
point = keras.Input((2,), name="point")
u_1 = layers.Dense(1, activation="tanh", name="f")(point)
u_2 = layers.Dense(2, activation="tanh", name="g")(u_1)
h = layers.Dense(1, activation="sigmoid", name="h")
small = keras.Model(point, h(layers.concatenate([u_1, u_2], name="u")), name="small")
print(small.count_params(), "parameters; u_1", u_1.shape, "u_2", u_2.shape)
draw(small)

# %% [markdown] lang="zh-TW"
# 3 + 4 + 4 = 11 個參數。圖上有一條線從 `f` 跳過 `g`，直接到 `u`，這種線叫跳接 (skip connection)，等一下會一直遇到。（舊投影片的 `h` 用 softmax，可是一個數字的 softmax 永遠是 1，所以這裡改用 sigmoid。）
#
# `h` 有 3x1 個權重：第一列 (row) 乘 `u_1`，下面兩列乘 `u_2`。把權重切開，分別乘，再相加，答案一樣嗎？

# %% [markdown] lang="en"
# 3 + 4 + 4 = 11 parameters. One line leaves `f`, skips `g` and goes straight to `u`. Such a line is called a skip connection, and you will meet many more. (On the old slides `h` has a softmax, but the softmax of a single number is always 1; hence the sigmoid.)
#
# `h` has 3x1 weights: the first row multiplies `u_1`, the other two multiply `u_2`. Cut the weights apart, multiply each part by its own, and add. Is that the same?

# %% tags=["nbval-check-output"]
first, second = keras.random.normal((5, 1), seed=1), keras.random.normal((5, 2), seed=2)
kernel, bias = h.get_weights()
by_parts = keras.ops.sigmoid(first @ kernel[:1] + second @ kernel[1:] + bias)
difference = np.abs(h(layers.concatenate([first, second])) - by_parts).max()
print("kernel", kernel.shape, "cut into", kernel[:1].shape, "and", kernel[1:].shape)
print("largest difference below 1e-6:", bool(difference < 1e-6))

# %% [markdown] lang="zh-TW"
# 一樣。也就是說，`concatenate` 後面接 `Dense`，等於**每一路乘上自己的權重，再相加**。`add` 後面接 `Dense`，則是兩路共用同一份權重：權重少一半，但是再也分不出哪個數字來自哪一路。兩路意思不同（像圖和文字），用 `concatenate`；兩路是同一種東西（像「原來的」加「要改的」），用 `add`。
#
# ### 練習 4.1：換成 add（3 分鐘）
#
# 把 `merged` 裡的 `concatenate` 換成 `add`，`f_3` 換成新的一層，其他不動，整個模型有幾個參數？先在紙上算。

# %% [markdown] lang="en"
# It is. So a `Dense` after `concatenate` **gives each way weights of its own, and adds**. A `Dense` after `add` uses one set of weights for both: half as many, but it can no longer tell which number came from where. Where the two mean different things (a picture and a text), use `concatenate`; where they are of one kind (what there was, and a change to it), use `add`.
#
# ### Exercise 4.1: add instead (3 minutes)
#
# Replace the `concatenate` in `merged` by `add`, and `f_3` by a new layer of the same kind; all else stays. How many parameters has the whole model? Work it out on paper.

# %% tags=["exercise"]
added_parameters = None
### BEGIN SOLUTION
added_parameters = 392_500 + 250_500 + 250_500 + (500 * 10 + 10)  # 898,510: f_3 takes 500 numbers
### END SOLUTION

# %% tags=["check"]
check("merge-added-parameters", added_parameters)

# %% [markdown] lang="zh-TW"
# ### 練習 4.2：兩個顏色（10 分鐘）
#
# 蓋一個 `two_colours`，從同一個 $x \in \mathbb{R}^2$ 出發：
#
# - 紅色：$\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2$；
# - 藍色：$\mathbb{R}^2 \to \mathbb{R} \to \mathbb{R}^2$；
# - 接成 $\mathbb{R}^4$，最後一層到 $\mathbb{R}^3$。
#
# 每個箭頭是一層 `Dense`，激活函數自己選。動手前先算每一層幾個參數，再執行下面這格對答案。蓋好了用 `draw` 畫出來看。

# %% [markdown] lang="en"
# ### Exercise 4.2: two colours (10 minutes)
#
# Build `two_colours`, which starts from one $x \in \mathbb{R}^2$:
#
# - red: $\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2$;
# - blue: $\mathbb{R}^2 \to \mathbb{R} \to \mathbb{R}^2$;
# - joined to $\mathbb{R}^4$, then one last layer to $\mathbb{R}^3$.
#
# Each arrow is a `Dense`; choose the activations yourself. Before you build, count the parameters of each layer, then run the next cell to compare. When it is built, look at it with `draw`.

# %% row="C23" tags=["nbval-check-output"]
red_counts = [2 * 3 + 3, 3 * 2 + 2]
blue_counts = [2 * 1 + 1, 1 * 2 + 2]
last_count = [4 * 3 + 3]
print("red    R2 -> R3 -> R2", red_counts)
print("blue   R2 -> R  -> R2", blue_counts)
print("joined R4 -> R3      ", last_count)
print(sum(red_counts + blue_counts + last_count), "parameters")

# %% tags=["exercise"]
two_colours = None
### BEGIN SOLUTION
start_x = keras.Input((2,), name="x")
red = layers.Dense(2, activation="relu")(layers.Dense(3, activation="relu")(start_x))
blue = layers.Dense(2, activation="relu")(layers.Dense(1, activation="relu")(start_x))
both = layers.concatenate([red, blue])
two_colours = keras.Model(start_x, layers.Dense(3, activation="softmax")(both), name="two_colours")
### END SOLUTION

# %% tags=["check"]
check("two-colours", two_colours)

# %% [markdown] lang="zh-TW"
# ## Inception：同一張圖，四種看法，接成一疊
#
# 影像模型也會分歧。卷積核該用多大？Inception（Google 在 2014 年提出的影像模型）的回答是：都用，再接起來，讓後面的層自己挑。四路從同一疊 (28, 28, 256) 的特徵圖出發。`"same"` 在邊緣補 0，輸出和輸入一樣大；步長 (stride) 2 是卷積核一次跨兩個像素，長寬就減半。每一路都有一層步長 2：長寬一樣，才接得起來。

# %% [markdown] lang="en"
# ## Inception: one image seen in four ways, stacked
#
# Models of images branch too. How large should the kernel be? Inception answers: take them all, join what they give, and let the next layers choose. Four ways start from one stack of feature maps, (28, 28, 256). `"same"` pads the edges with zeros, so that what comes out is as large as what goes in; with a stride of 2 the kernel moves two pixels at a time, which halves height and width. Each way has one layer with a stride of 2: the sizes must agree, or the four cannot be joined.


# %% row="C24" tags=["nbval-check-output"]
def conv(filters, kernel, name, strides=1, activation="relu"):
    return layers.Conv2D(filters, kernel, strides, "same", activation=activation, name=name)


maps = keras.Input((28, 28, 256), name="maps")
way_a = conv(64, 1, "a_1x1", strides=2)(maps)
way_b = conv(128, 3, "b_3x3", strides=2)(conv(64, 1, "b_1x1")(maps))
pooled = layers.AveragePooling2D(3, strides=2, padding="same", name="c_pool")(maps)
way_c = conv(128, 1, "c_1x1")(pooled)
way_d = conv(128, 3, "d_3x3_1")(conv(128, 1, "d_1x1")(maps))
way_d = conv(128, 3, "d_3x3_2", strides=2)(way_d)
stacked = layers.concatenate([way_a, way_b, way_c, way_d], name="join")
inception = keras.Model(maps, stacked, name="inception")
print(inception.output_shape)
draw(inception)

# %% [markdown] lang="zh-TW"
# 四路的通道接起來：64 + 128 + 128 + 128 = 448。
#
# ## 1x1 卷積是便宜的瓶頸層
#
# `b_1x1` 的卷積核只有一個像素大，看不到鄰居。它做的是：在每個像素上，把 256 個通道混成 64 個，也就是對通道做一層 `Dense`。接下來的 3x3 只要讀 64 個通道，這叫瓶頸層 (bottleneck)。省了多少？和「直接對 256 個通道做 3x3」比：

# %% [markdown] lang="en"
# The channels of the four ways add up: 64 + 128 + 128 + 128 = 448.
#
# ## A 1x1 convolution is a cheap bottleneck
#
# The kernel of `b_1x1` is one pixel wide and sees no neighbours. On each pixel it mixes 256 channels to 64: a `Dense` over the channels. The 3x3 that follows reads only 64 channels, and this is called a bottleneck. How much does it save? Compare it with a 3x3 straight on the 256 channels:

# %% row="C24" tags=["nbval-check-output"]
straight = layers.Conv2D(128, 3, strides=2, padding="same")
straight.build((None, 28, 28, 256))
through = sum(inception.get_layer(name).count_params() for name in ("b_1x1", "b_3x3"))
direct = straight.count_params()
print(f"parameters       {direct:>10,} -> {through:>10,}  ({through / direct:.0%})")

products = 14 * 14 * (9 * 256 * 128)  # 14x14 places, at each of them a 3x3 over 256 channels
fewer = 28 * 28 * (256 * 64) + 14 * 14 * (9 * 64 * 128)
print(f"multiplications  {products:>10,} -> {fewer:>10,}  ({fewer / products:.0%})")

# %% [markdown] lang="zh-TW"
# 參數剩不到三分之一。乘法只省了一半多一點，因為 1x1 要在 28x28 個位置都算，3x3 的步長是 2，只算 14x14 個。所以省多少參數、省多少計算，是兩筆帳，要分開算。
#
# ### 抓蟲 4.3：形狀對，不代表層對（8 分鐘）
#
# 這門課的前身這樣寫 b 分支，註解說第二層是 3x3。形狀完全正確，也接得起來。為了看它到底讀了哪些像素，我們一次只改一個像素，看輸出有沒有跟著變：

# %% [markdown] lang="en"
# Less than a third of the parameters are left. Of the multiplications only a little more than half are saved, since the 1x1 works at all 28x28 places, and the 3x3, with its stride of 2, at 14x14. Saving parameters and saving time are two accounts.
#
# ### Bug hunt 4.3: the right shape, and still the wrong layer (8 minutes)
#
# Here is branch b as a forerunner of this course had it. The comment says that the second layer is 3x3. Its shape is exactly right, and it can be joined. To see which pixels it reads, change one pixel at a time and watch whether the output changes:


# %%
def branch_b(x):
    bottleneck = layers.Conv2D(64, 1, activation="relu")(x)  # 1x1
    return layers.Conv2D(128, 1, activation="relu", strides=2, padding="same")(bottleneck)  # 3x3


places = [(14, 14), (14, 15), (15, 14), (15, 15)]
found = keras.Model(maps, branch_b(maps))
changed = np.repeat(np.random.default_rng(0).normal(size=(1, 28, 28, 256)), 5, axis=0)
for number, (row, column) in enumerate(places, 1):
    changed[number, row, column] += 1
given = found.predict(changed, verbose=0)
read = [bool(np.abs(given[number] - given[0]).max() > 1e-4) for number in range(1, 5)]
print(found.output_shape, f"{found.count_params():,} parameters")
for place, was_read in zip(places, read, strict=True):
    print("pixel", place, "read" if was_read else "not read")

# %% tags=["guard"]
assert read == [True, False, False, False]

# %% [markdown] lang="zh-TW"
# 相鄰的四個像素，它只讀了一個，特徵圖的四分之三它從來沒看過。（a 分支也只讀四分之一，可是 b 分支說好要看鄰居。）參數 24,768 個，比該有的 90,304 個少得多。寫出改好的 `mended_branch_b(x)`：收 (28, 28, 256) 的張量，傳回 (14, 14, 128) 的張量；其他照舊，兩層也都還是 ReLU。

# %% [markdown] lang="en"
# Of four neighbouring pixels it reads one; it never sees three quarters of the maps. (Branch a reads a quarter too, but b was meant to look at the neighbours.) It has 24,768 parameters, far from the 90,304 that it should have. Write `mended_branch_b(x)`: it takes a tensor (28, 28, 256) and returns a tensor (14, 14, 128). All else stays as it is, the ReLU of both layers too.


# %% tags=["exercise"]
def mended_branch_b(x):
    """What leaves branch b: a 1x1 convolution to 64 channels, then a 3x3 with stride 2 to 128."""
    ### BEGIN SOLUTION
    bottleneck = layers.Conv2D(64, 1, activation="relu")(x)
    return layers.Conv2D(128, 3, activation="relu", strides=2, padding="same")(bottleneck)
    ### END SOLUTION


# %% tags=["check"]
check("mended-branch-b", mended_branch_b)

# %% [markdown] lang="zh-TW"
# ## 深度可分離卷積把「看鄰居」和「混通道」完全拆開
#
# 普通的 3x3 卷積同時做兩件事：看鄰居，也混通道。瓶頸層只把這兩件事拆開一點，Xception（extreme Inception，極端的 Inception）拆到底：第一步每個通道各用一個自己的 3x3，只看鄰居；第二步用 1x1，只混通道。這就是深度可分離卷積 (depthwise separable convolution)：

# %% [markdown] lang="en"
# ## A separable convolution takes neighbours and channels apart
#
# An ordinary 3x3 convolution does two things at once: it looks at neighbours, and it mixes channels. The bottleneck takes them apart a little; Xception ("extreme Inception") goes all the way. First every channel gets a 3x3 of its own, which looks at neighbours only; then a 1x1 mixes channels only. This is the depthwise separable convolution:

# %% row="C26" tags=["nbval-check-output"]
ordinary = layers.Conv2D(128, 3, padding="same")
separable = layers.SeparableConv2D(128, 3, padding="same")
for layer in (ordinary, separable):
    layer.build((None, 28, 28, 64))
    shapes = " + ".join(str(tuple(weight.shape)) for weight in layer.weights)
    print(f"{type(layer).__name__:15} {layer.count_params():>7,} = {shapes}")
print(f"{separable.count_params() / ordinary.count_params():.0%} of the parameters")

# %% [markdown] lang="zh-TW"
# 9x64 + 64x128 + 128 = 8,896，是 73,856 的 12%。天下沒有白吃的午餐，少掉的是什麼？把兩步的權重乘起來，排成一個 (3, 3, 64, 128) 的卷積核，放進普通的卷積裡：

# %% [markdown] lang="en"
# 9x64 + 64x128 + 128 = 8,896, which is 12 % of 73,856. What is given up for that? Multiply the weights of the two steps to one kernel (3, 3, 64, 128), and put it into the ordinary convolution:

# %% row="C26"
per_channel, mix, bias = separable.get_weights()  # (3, 3, 64, 1), (1, 1, 64, 128), (128,)
ordinary.set_weights([per_channel * mix, bias])
test_maps = keras.random.normal((2, 28, 28, 64), seed=3)
difference = np.abs(ordinary(test_maps) - separable(test_maps)).max()
print("kernel", (per_channel * mix).shape, f" largest difference {difference:.0e}")

# %% tags=["guard"]
assert difference < 1e-4

# %% [markdown] lang="zh-TW"
# 除了捨入誤差，兩層算出來的一樣。所以每個深度可分離卷積都是一種普通的卷積，只是卷積核受了限制：同一個輸入通道到 128 個輸出，用的是同一個 3x3 圖案，只差一個倍數。普通的卷積可以有 64x128 種圖案，它只有 64 種。
#
# ### 練習 4.4：可分離卷積的參數（4 分鐘）
#
# `SeparableConv2D(256, 3)` 接在 128 個通道後面，有幾個參數？

# %% [markdown] lang="en"
# But for rounding, both layers give the same. So every separable convolution is an ordinary one with a restricted kernel: from one input channel to all 128 outputs it uses the same 3x3 pattern, only scaled. An ordinary one may have 64x128 patterns; this one has 64.
#
# ### Exercise 4.4: parameters of a separable convolution (4 minutes)
#
# `SeparableConv2D(256, 3)` reads 128 channels. How many parameters has it?

# %% tags=["exercise"]
separable_parameters = None
### BEGIN SOLUTION
separable_parameters = 3 * 3 * 128 + 128 * 256 + 256  # 34,176
### END SOLUTION

# %% tags=["check"]
check("separable-parameters", separable_parameters)

# %% [markdown] lang="zh-TW"
# ## 殘差區塊：原來的，加上要改的
#
# 殘差連接 (residual connection) 也是跳接：把區塊的輸入 `x` 加回輸出。這樣區塊要學的不是「輸出是什麼」，而是「`x` 要改多少」。形狀不變時，`x` 直接加；形狀變了（下面用池化把長寬減半），`x` 那一路要先投影 (projection) 到一樣的形狀：

# %% [markdown] lang="en"
# ## A residual block: what there was, plus a change
#
# A residual connection is a skip connection too: the block's input `x` is added to its output. The block then learns not what the output is, but how much to change `x`. Where the shape stays, `x` is added as it is. Where it changes (below, pooling halves height and width), `x` has to be projected to the same shape first:

# %% row="C25" tags=["nbval-check-output"]
block_x = keras.Input((32, 32, 128), name="x")
change = conv(128, 3, "change_2")(conv(128, 3, "change_1")(block_x))
print("same shape:", layers.add([block_x, change]).shape)

halved = layers.MaxPooling2D(2, name="half")(change)
projected = layers.Conv2D(128, 1, strides=2, use_bias=False, name="projection")(block_x)
block = keras.Model(block_x, layers.add([projected, halved], name="sum"), name="residual_block")
print("projected: ", block.output_shape)
draw(block)

# %% [markdown] lang="zh-TW"
# `projection` 是 1x1、步長 2 的卷積，寫了 `use_bias=False`，也沒有激活函數。這是為了讓 `x` 那一路是**線性映射** (linear map)：

# %% [markdown] lang="en"
# `projection` is a 1x1 convolution with stride 2, with `use_bias=False` and without activation. It keeps the way of `x` a **linear map**:

# %% [markdown]
# $$f(u + v) = f(u) + f(v) \qquad f(c\,u) = c\,f(u)$$

# %% [markdown] lang="zh-TW"
# 第一個性質叫可加性 (additive)，第二個叫齊次性 (homogeneous)。拿亂數當 $u$、$v$，$c = -2$，逐層檢查：

# %% [markdown] lang="en"
# The first property is called additive, the second homogeneous. Test some layers on random $u$ and $v$, with $c = -2$:

# %% row="C25" tags=["nbval-check-output"]
some_u = keras.random.normal((2, 8, 8, 3), seed=4)
some_v = keras.random.normal((2, 8, 8, 3), seed=5)
candidates = {
    "Conv2D, fresh": layers.Conv2D(4, 1),
    "Conv2D, biases of 1": layers.Conv2D(4, 1, bias_initializer="ones"),
    "Conv2D, use_bias=False": layers.Conv2D(4, 1, use_bias=False),
    "the same with relu": layers.Conv2D(4, 1, use_bias=False, activation="relu"),
    "AveragePooling2D": layers.AveragePooling2D(2),
    "MaxPooling2D": layers.MaxPooling2D(2),
}
for name, f in candidates.items():
    additive = np.allclose(f(some_u + some_v), f(some_u) + f(some_v), atol=1e-4)
    homogeneous = np.allclose(f(-2 * some_u), -2 * f(some_u), atol=1e-4)
    print(f"{name:24} additive: {additive!s:5}  homogeneous: {homogeneous}")

# %% [markdown] lang="zh-TW"
# 第一行是陷阱：`Conv2D` 預設有偏值，卻通過了考驗，因為剛做好的偏值全是 0。第二行把偏值設成 1，兩項都不過：等號左邊加了一次偏值，右邊加了兩次。訓練一步，偏值就不再是 0，所以真正的線性映射要寫 `use_bias=False`。（留著偏值也照樣能訓練，只是不能再叫線性。）其他幾行：取平均是線性的，ReLU 和取最大值都不是。
#
# ## sigmoid 疊深了，前面幾層就收不到梯度
#
# 殘差連接要解決什麼？疊 12 個區塊來看。`skip=False` 是平常的疊法，`skip=True` 每個區塊都把輸入加回來，參數一樣多：

# %% [markdown] lang="en"
# The first line is a trap. `Conv2D` has biases by default and passes all the same, because fresh biases are all 0. The second line sets them to 1 and fails both: on the left the bias comes once, on the right twice. After one step of training they are no longer 0, so a truly linear map takes `use_bias=False`. (With a bias the block trains as well; it just must not be called linear.) As for the other lines: averages are linear, ReLU and maxima are not.
#
# ## In a deep stack of sigmoids no gradient reaches the first layers
#
# What are residual connections for? Stack 12 blocks and see. `skip=False` is the usual stack; with `skip=True` every block adds its input back, with as many parameters:


# %% tags=["nbval-check-output"]
def deep_stack(blocks, skip, activation):
    x = keras.Input((784,), name="x")
    h = layers.Dense(64, name="first")(x)
    for number in range(1, blocks + 1):
        change = layers.Dense(64, activation=activation, name=f"block_{number}")(h)
        h = layers.add([h, change], name=f"sum_{number}") if skip else change
    y = layers.Dense(10, activation="softmax", name="last")(h)
    return keras.Model(x, y, name="residual" if skip else "plain")


draw(deep_stack(2, skip=True, activation="sigmoid"))

# %% [markdown] lang="zh-TW"
# 圖裡只畫兩個區塊。下面 `pair` 做出兩個模型，而且從**一模一樣的權重**出發，差別就只剩那條跳接。`gradient_norms` 用 500 張圖算損失，看每一層權重的梯度有多長。`tf.GradientTape` 記下計算過程，再往回求梯度，第 08 課會細講。

# %% [markdown] lang="en"
# The picture has two blocks only. `pair` below makes both models and gives them **the very same weights**, so that the skip connections are the only difference. `gradient_norms` computes the loss on 500 digits and measures how long the gradient of each layer's weights is. `tf.GradientTape` records the computation and goes back along it for the gradients; lesson 08 is about it.


# %%
def pair(blocks, activation):
    plain, residual = (deep_stack(blocks, skip, activation) for skip in (False, True))
    residual.set_weights(plain.get_weights())
    return plain, residual


def gradient_norms(model):
    with tf.GradientTape() as tape:
        guesses = model(x_train[:500])
        losses = keras.losses.sparse_categorical_crossentropy(y_train[:500], guesses)
        mean_loss = tf.reduce_mean(losses)
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, layers.Dense)]
    return [float(tf.norm(gradient)) for gradient in tape.gradient(mean_loss, kernels)]


# %%
def show_gradients(blocks, activation):
    both = {model.name: gradient_norms(model) for model in pair(blocks, activation)}
    title = f"{activation}, blocks: {blocks}"
    return plot_lines(both, title=title, xlabel="layer", ylabel="length of the gradient", log=True)


show_gradients(12, "sigmoid")

# %% [markdown] lang="zh-TW"
# 橫軸是第幾層，縱軸是梯度的長度，每一大格差好幾個數量級。最後一層兩邊都有梯度；一層一層往回走，平常的疊法每過一個區塊就縮小一截，走到第一層連百萬分之一都不到，等於沒有訊號，這叫梯度消失 (vanishing gradient)。
#
# 為什麼？連鎖律把各層的導數乘起來。平常的一層 $h \mapsto F(h)$ 乘上 $F'$，也就是斜率乘權重：剛初始化的權重平均不放大也不縮小，sigmoid 的斜率最大卻只有 1/4，而 $(1/4)^{12}$ 大約是 $6 \times 10^{-8}$，和圖上差不多。殘差的一層 $h \mapsto h + F(h)$ 乘上 $I + F'$，就算 $F'$ 很小，那個 $I$ 也把梯度原封不動地送回去。
#
# 換別的激活函數呢？

# %% [markdown] lang="en"
# Layers run to the right, the length of the gradient stands on the vertical axis, where one step is several powers of ten. At the last layer both have a gradient. On the way back the plain stack loses some at every block, and at the first not a millionth is left: no signal at all. This is the vanishing gradient.
#
# Why? The chain rule multiplies the derivatives of the layers. A plain layer $h \mapsto F(h)$ contributes a factor $F'$, slope times weights. Fresh weights neither stretch nor shrink on average, but the sigmoid's slope is at most 1/4, and $(1/4)^{12}$ is about $6 \times 10^{-8}$, much as in the picture. A residual layer $h \mapsto h + F(h)$ contributes $I + F'$, and however small $F'$ is, the $I$ hands the gradient back as it is.
#
# And with other activations?

# %% row="C25"
norms = {}
for activation in ("sigmoid", "tanh", "relu"):
    norms[activation] = [gradient_norms(model) for model in pair(12, activation)]
    plain, residual = (lengths[0] for lengths in norms[activation])
    print(f"{activation:8} first layer: plain {plain:7.0e}  residual {residual:7.0e}")

# %% tags=["guard"]
assert 1e-9 < norms["sigmoid"][0][0] < 1e-6 and norms["sigmoid"][0][-1] > 0.05
assert min(norms["sigmoid"][1]) > 0.05
assert 0.05 < norms["tanh"][0][0] < 5 and 1 < norms["tanh"][1][0] < 200
assert norms["relu"][0][0] < 0.1 and norms["relu"][1][0] > 1000 * norms["relu"][0][0]

# %% [markdown] lang="zh-TW"
# 和預期的不太一樣：`tanh` 疊了 12 個區塊，第一層的梯度還好好的。它在 0 附近的斜率接近 1，Keras 預設的初始權重就是為這種情形設計的。`relu` 的梯度長度只有 0.01 左右，有跳接的卻比它大了好幾個數量級。把 `relu` 每一層的梯度都畫出來看：

# %% [markdown] lang="en"
# Not quite what one expects: with `tanh`, the layer before 12 blocks still gets a healthy gradient. Its slope near 0 is close to 1, and this is the case that Keras's default initial weights are made for. With `relu` the gradient is only about 0.01 long, while with skips it is longer by several powers of ten. Here is every layer of the `relu` stacks:

# %%
show_gradients(12, "relu")

# %% [markdown] lang="zh-TW"
# 這次兩條線都差不多是平的。平常的疊法，每一層差不多一樣小：權重的梯度是「往前走的訊號」乘上「往回走的梯度」，前面幾層訊號還大、梯度已經小，後面幾層反過來，乘起來就差不多；有跳接的每一層都很大，因為每個區塊都往上加。所以跳接也有代價，真正的 ResNet 會在區塊裡放 batch normalization 這類正規化的層，壓住這種成長。換個激活函數、拉一拉層數，看梯度從什麼時候開始消失：

# %% [markdown] lang="en"
# This time both lines are nearly level. In the plain stack all layers get equally little, because the signal on its way forward shrinks from layer to layer too, and not only the gradient on its way back; with skips they all get a lot, because every block adds something. So the skips have their price, and real ResNets put layers such as batch normalization into their blocks to keep this growth down. Choose an activation, move the depth, and find out where the gradient begins to vanish:

# %% tags=["widget"]
explore(show_gradients, blocks=(1, 16), activation=["sigmoid", "tanh", "relu"])

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view()

# %% [markdown] lang="zh-TW"
# ## 跳接救得了 sigmoid，對 tanh 差別不大
#
# 梯度是一回事，學不學得會才是重點。兩種激活函數都訓練一次，看 1 萬張 3 遍，優化器用最單純的 SGD：

# %% [markdown] lang="en"
# ## The skips rescue sigmoid, and matter little for tanh
#
# Gradients are one thing; whether the model learns is what counts. Train both with either activation, three times over the 10,000 digits, with the plainest optimizer, SGD:

# %% row="C25"
curves, scores = {}, {}
for activation in ("sigmoid", "tanh"):
    for model in pair(12, activation):
        name = f"{activation}, {model.name}"
        model.compile(keras.optimizers.SGD(0.05), loss)
        history = model.fit(x_train, y_train, batch_size=100, epochs=3, verbose=0)
        curves[name] = history.history["loss"]
        scores[name] = np.mean(np.argmax(model(x_test), axis=1) == y_test)
        print(f"{name:18} loss {curves[name][-1]:.2f}  test accuracy {scores[name]:.1%}")
title = "12 blocks: plain sigmoid never leaves log(10)"
plot_lines(curves, title=title, xlabel="epoch", ylabel="training loss (nats)")

# %% tags=["guard"]
assert scores["sigmoid, plain"] < 0.2 and abs(curves["sigmoid, plain"][-1] - np.log(10)) < 0.05
assert curves["sigmoid, residual"][0] > 0.9 > 0.7 > curves["sigmoid, residual"][-1]
assert all(0.83 < scores[name] < 0.95 for name in scores if name != "sigmoid, plain")
assert abs(scores["tanh, residual"] - scores["tanh, plain"]) < 0.06
assert curves["tanh, residual"][0] > curves["tanh, plain"][0]
assert curves["tanh, residual"][-1] < curves["tanh, plain"][-1]

# %% [markdown] lang="zh-TW"
# 橫軸是 epoch，縱軸是訓練損失。平常的 sigmoid 一直停在 2.30，也就是 log(10)，等於亂猜；同樣的起始權重，多了跳接，起步的損失更高（每個區塊都往上加），接著一路降，學到九成左右。`tanh` 就不同了：兩條線都往下走，有跳接的一樣起步高，最後的訓練損失低一些，測試準確率卻只差幾個百分點，都在九成上下。
#
# 所以「超過 10 層就該加殘差連接」這句話太簡單了。它救的是梯度傳不到的網路；梯度本來就傳得到的，12 個區塊的好處就很小。
#
# ### 練習 4.5：自己寫殘差區塊（12 分鐘）
#
# 寫一個函式 `residual_block(x, filters)`，`x` 是一疊特徵圖的張量，例如 (8, 8, 16)：
#
# - 要改的部分：兩層 `Conv2D(filters, 3, padding="same")`，中間有一個激活函數；
# - `x` 的通道數和 `filters` 一樣，`x` 直接加；不一樣，`x` 先過一層 1x1 卷積，而且那一層要是線性映射；
# - 傳回相加的結果，後面不要再接別的。
#
# `x.shape[-1]` 就是通道數。

# %% [markdown] lang="en"
# Epochs run to the right, the training loss stands on the vertical axis. Plain sigmoid stays at 2.30, which is log(10): it guesses. From the same initial weights, the stack with skips starts even higher (every block adds something), then falls steadily and gets to about 90 %. With `tanh` it is another story: both lines fall. With skips the loss again starts higher and ends a little lower, and the test accuracies are within a few points of each other, around 90 %.
#
# So "more than ten layers want residual connections" is too simple. They rescue networks whose gradient does not get through; where it gets through anyway, the benefit at 12 blocks is small.
#
# ### Exercise 4.5: write a residual block (12 minutes)
#
# Write a function `residual_block(x, filters)`, where `x` is a tensor of feature maps, for instance (8, 8, 16):
#
# - the change: two layers `Conv2D(filters, 3, padding="same")` with an activation between them;
# - where `x` has as many channels as `filters`, `x` is added as it is; otherwise `x` goes through a 1x1 convolution first, which has to be a linear map;
# - it returns the sum, and nothing comes after it.
#
# `x.shape[-1]` is the number of channels.


# %% tags=["exercise"]
def residual_block(x, filters):
    """The tensor x, projected where its channels are not `filters`, plus a change."""
    ### BEGIN SOLUTION
    change = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    change = layers.Conv2D(filters, 3, padding="same")(change)
    if x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.add([x, change])
    ### END SOLUTION


# %% tags=["check"]
check("residual-block", residual_block)

# %% [markdown] lang="zh-TW"
# ## U-Net：縮小看全貌，再把細節接回來
#
# 最後一種跳接跨過不同的大小。有些任務的輸出也是影像，例如去雜訊。要看懂全貌，得把圖縮小；可是縮小就丟了細節。U-Net 左邊一路縮小，右邊一路放大，每放大一次，就把左邊同樣大小的特徵圖接過來。縮小用步長 2 的 `Conv2D`，長寬減半；放大用步長 2 的 `Conv2DTranspose`（轉置卷積），長寬加倍：

# %% [markdown] lang="en"
# ## U-Net: shrink to see the whole, then join the details back
#
# The last kind of skip crosses sizes. In some tasks the output is an image too, for instance when noise is to be removed. To see the whole, the image has to shrink; but shrinking loses detail. A U-Net shrinks on its left side and grows on its right, and after each growth it joins the maps of the same size from the left. To shrink, take a `Conv2D` with a stride of 2, which halves height and width; to grow, a `Conv2DTranspose` (a transposed convolution) with a stride of 2, which doubles them:


# %% tags=["nbval-check-output"]
def grow(filters, name):
    return layers.Conv2DTranspose(filters, 3, 2, "same", activation="relu", name=name)


def u_net(filters, joins=True):
    x = keras.Input((28, 28, 1), name="x")
    down_1 = conv(filters, 3, "down_1")(x)
    down_2 = conv(2 * filters, 3, "down_2", strides=2)(down_1)
    bottom = conv(4 * filters, 3, "bottom", strides=2)(down_2)
    up_2 = grow(2 * filters, "up_2")(bottom)
    up_2 = layers.concatenate([down_2, up_2], name="join_2") if joins else up_2
    up_1 = grow(filters, "up_1")(up_2)
    up_1 = layers.concatenate([down_1, up_1], name="join_1") if joins else up_1
    y = conv(1, 3, "y", activation="sigmoid")(up_1)
    return keras.Model(x, y, name="u_net" if joins else "no_joins")


denoiser = u_net(8)
draw(denoiser)

# %% [markdown] lang="zh-TW"
# 主幹往下走，旁邊兩條線通到兩個接點。照大小排成 U 字來看，左邊是往下的，右邊是往上的：

# %% [markdown] lang="en"
# The trunk runs down, and the two lines beside it lead to the joins. Sorted by size, the shapes make a U, with the way down on the left and the way up on the right:


# %% row="C26" tags=["nbval-check-output"]
def shape_at(name):
    return f"{name} {denoiser.get_layer(name).output.shape[1:]}"


print(f"{shape_at('down_1'):22} with {shape_at('up_1'):20} -> {shape_at('join_1')}")
print(f"    {shape_at('down_2'):22} with {shape_at('up_2'):16} -> {shape_at('join_2')}")
print(f"        {shape_at('bottom')}")

# %% [markdown] lang="zh-TW"
# 每個接點，兩邊的長寬都一樣，通道加起來：8 + 8 = 16，16 + 16 = 32。那再縮小一層，從 7x7 往下呢？

# %% [markdown] lang="en"
# At each join height and width agree, and the channels add up: 8 + 8 = 16, 16 + 16 = 32. What about one more level, down from 7x7?

# %%
bottom = denoiser.get_layer("bottom").output
smaller = conv(64, 3, "smaller", strides=2)(bottom)
larger = grow(32, "larger")(smaller)
print(bottom.shape, "->", smaller.shape, "->", larger.shape)

with expect_error(ValueError, match="matching shapes"):
    layers.concatenate([bottom, larger])

# %% [markdown] lang="zh-TW"
# 7 是奇數，減半只能進位成 4，加倍就成了 8，接不起來。縮小 n 次，邊長就要是 $2^n$ 的倍數：28 只能縮兩次。要縮三次，先把影像補到 32x32。
#
# 接點到底有沒有用？拿去雜訊來考：輸入是加了雜訊的數字，正確答案是原圖。比較的對象是沒有接點的 `no_joins`，給它多一點通道，參數反而比 U-Net 多：

# %% [markdown] lang="en"
# 7 is odd: half of it is rounded up to 4, and twice that is 8, which cannot be joined. To shrink n times, the side has to be a multiple of $2^n$; 28 can be halved twice. For three levels, pad the image to 32x32 first.
#
# Are the joins of any use? Let them remove noise: the input is a digit with noise on it, the right answer is the digit. It competes with `no_joins`, which has no joins but a few more channels, so that it even has more parameters than the U-Net:

# %% row="C26"
noise = np.random.default_rng(0)
clean = {"train": x_train[:2000], "test": x_test[:500]}
clean = {name: images.reshape(-1, 28, 28, 1) for name, images in clean.items()}
noisy = {name: images + noise.normal(0, 0.5, images.shape) for name, images in clean.items()}
noisy = {name: np.clip(images, 0, 1) for name, images in noisy.items()}
cleaned = {"noisy": noisy["test"]}
for model in (u_net(9, joins=False), u_net(8)):
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    model.fit(noisy["train"], clean["train"], batch_size=25, verbose=0)
    cleaned[model.name] = model.predict(noisy["test"], batch_size=250, verbose=0)
    print(f"{model.name:8} {model.count_params():,} parameters")
errors = {name: np.mean((images - clean["test"]) ** 2) for name, images in cleaned.items()}
print("mean squared error:", {name: round(float(error), 3) for name, error in errors.items()})

# %%
rows = {**cleaned, "original": clean["test"]}
labels = [label for name in rows for label in [name, *[""] * 7]]
show_images(np.concatenate([images[:8, :, :, 0] for images in rows.values()]), labels, columns=8)

# %% tags=["guard"]
assert errors["no_joins"] < errors["noisy"] / 2 and errors["u_net"] < errors["no_joins"] / 1.1

# %% [markdown] lang="zh-TW"
# 四排由上到下是：加了雜訊的、沒有接點的、U-Net 的、原圖。只看過 2,000 張一遍，兩個模型都去掉了大半的雜訊，但是沒有接點的筆畫比較糊（看 9 的圓圈），均方誤差也比較大：細節在 7x7 的地方丟了，放大也回不來；有接點的，直接從左邊拿到原來大小的特徵圖。
#
# ## 回顧
#
# 1. 分歧就是拿同一個張量呼叫好幾層；合併要先用 `concatenate` 或 `add` 變成一個張量。`f(a, b)` 和 `f([a, b])` 都不行，呼叫失敗過的層要重做。
# 2. `concatenate` 只有最後一軸可以不同；`add` 要一樣，或者是 1。`add` 會悄悄地 broadcast，先看形狀。
# 3. 1x1 瓶頸層讓 b 分支的參數剩 31%；深度可分離卷積（3x3，64 到 128 個通道）剩 12%，代價是卷積核受限。形狀對不代表層對，還要數參數。
# 4. 殘差區塊傳回 `x` 加上要改的；形狀不同時用沒有偏值的 1x1 卷積投影。12 個區塊的 sigmoid 沒有跳接就學不動，`tanh` 差別不大。
# 5. U-Net 在每個大小把左邊的特徵圖接到右邊；邊長要能一直除以 2。
#
# 到目前為止，輸入和輸出都還只有一個。下一課兩邊都可以有好幾個。

# %% [markdown] lang="en"
# The four rows are, from the top: with noise, without joins, the U-Net, the original. After a single pass over 2,000 digits both models have removed most of the noise, but without joins the strokes are more blurred (see the loop of the 9), and the mean squared error is larger: the details were lost at 7x7, and growing does not bring them back. With joins they come straight from the left, at their own size.
#
# ## Summary
#
# 1. A branch is one tensor with several layers called on it; a merge first makes one tensor, with `concatenate` or `add`. Neither `f(a, b)` nor `f([a, b])` works, and a layer whose call has failed has to be made anew.
# 2. For `concatenate` only the last axis may differ; for `add` they must be equal, or 1. `add` broadcasts in silence, so look at the shapes.
# 3. The 1x1 bottleneck leaves branch b 31 % of its parameters; a separable convolution (3x3, from 64 to 128 channels) has 12 %, at the price of a restricted kernel. The right shape does not prove the right layer: count the parameters too.
# 4. A residual block returns `x` plus a change; where the shapes differ, a 1x1 convolution without bias projects. Without skips, 12 blocks of sigmoid do not learn at all; with `tanh` it matters little.
# 5. A U-Net joins the maps from its left to its right at every size; the side has to stay divisible by 2.
#
# So far there has been one input and one output. In the next lesson there may be several of both.
