# ---
# jupyter:
#   course:
#     needs: [03_functional_api]
# ---

# %% [markdown] lang="zh-TW"
# # 04 分歧與合併：模型不必只有一條路

# %% [markdown] lang="en"
# # 04 Branch and merge: a model may take more than one path

# %% [markdown] lang="zh-TW"
# 先看一場雙胞胎的比賽。網路 A 和網路 B 都很深，參數一樣多，連一開始的權重都一模一樣；同樣的資料，同樣的優化器，同樣看 4 遍。唯一的差別是：B 多了 12 個加號。
#
# 你覺得差 12 個加號，會差多少？先猜，再執行。程式碼先不用讀，後面會一行一行說明。

# %% [markdown] lang="en"
# We begin with a race between twins. Network A and network B are both deep. They have the same number of parameters and start from exactly the same weights. They see the same data 4 times and use the same optimizer. There is only one difference: B contains 12 plus signs that A does not have.
#
# How much can 12 plus signs matter? Guess first, then run the cells. Don't read the code yet, we'll come back to it.

# %%
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import EpochLine, check, draw, expect_error, explore
from keras_beyond import load_mnist, plot_lines, show_images

(images_train, y_train), (images_test, y_test) = load_mnist()
images_train, y_train = images_train[:10_000], y_train[:10_000]
x_train = images_train.reshape(-1, 784).astype("float32") / 255
x_test = images_test.reshape(-1, 784).astype("float32") / 255

# %% tags=["guard"]
assert x_train.shape == (10_000, 784) and x_test.shape == (10_000, 784)


# %% name="deep-stack"
def deep_stack(blocks, skip, activation):
    start = keras.Input((784,), name="x")
    h = layers.Dense(64, name="first")(start)
    for number in range(1, blocks + 1):
        change = layers.Dense(64, activation=activation, name=f"block_{number}")(h)
        h = layers.add([h, change], name=f"sum_{number}") if skip else change
    last = layers.Dense(10, activation="softmax", name="last")(h)
    return keras.Model(start, last, name="B" if skip else "A")


def twins(blocks, activation):
    plain, residual = deep_stack(blocks, False, activation), deep_stack(blocks, True, activation)
    residual.set_weights(plain.get_weights())  # both start from the same weights
    return plain, residual


# %% tags=["guard"]
from keras_beyond import guarding

with guarding.random_state_kept():
    for blocks in (1, 12):
        without, with_sums = twins(blocks, "sigmoid")
        assert guarding.same_start(without, with_sums)
        sums = [sum(isinstance(f, layers.Add) for f in m.layers) for m in (without, with_sums)]
        assert sums == [0, blocks] and without.count_params() == with_sums.count_params()

# %% name="race-of-twins"
losses, answers, scores = {}, {}, {}
for model in twins(12, "sigmoid"):
    model.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")
    history = model.fit(x_train, y_train, batch_size=100, epochs=4, verbose=0)
    losses[model.name] = history.history["loss"]
    answers[model.name] = model.predict(x_test, verbose=0).argmax(axis=1)
    scores[model.name] = np.mean(answers[model.name] == y_test)

print(f"test accuracy: A {scores['A']:.1%}, B {scores['B']:.1%}")
title = "Twins: the same start, the same training"
plot_lines(losses, title=title, xlabel="epoch", ylabel="training loss")

# %% tags=["guard"]
assert np.array_equal(guarding.line(_, "A")[:, 1], losses["A"])
assert np.array_equal(guarding.line(_, "B")[:, 1], losses["B"])
assert guarding.inside(_) and len(losses["A"]) == len(losses["B"]) == 4
assert max(abs(np.array(losses["A"]) - np.log(10))) < 0.05
assert np.all(np.diff(losses["B"]) < 0) and losses["B"][-1] < 0.6
assert losses["B"][0] > losses["A"][0] + 0.2
assert 0.08 < scores["A"] < 0.15 and 0.85 < scores["B"] < 0.95
assert max(np.bincount(answers["A"])) > 9000 and min(np.bincount(answers["B"])) > 500

# %% [markdown] lang="zh-TW"
# A 學了半天，損失一直停在 {{np.log(10):.2f}} 附近，也就是 log(10)，跟十選一亂猜一樣：不管看到什麼，它幾乎都猜同一個數字。B 一開始錯得比 A 還離譜，接著卻一路往下，最後認得 {{scores["B"]:.1%}} 的測試數字。差別只有 12 個加號！
#
# 這些加號在哪裡，又憑什麼這麼厲害？這一課最後就會揭曉。要懂它，先要學會讓模型分成兩條路，再合起來。讀完以後，你會：
#
# 1. 讓一個張量走兩條路，也看得懂兩種常見的錯誤寫法；
# 2. 用 `concatenate` 或 `add` 合併，說得出形狀和參數各差在哪裡；
# 3. 照著說明畫出有分歧的圖，再把模型建出來；
# 4. 說明殘差連接為什麼救得了 B。
#
# **先想一想**：上一課把同一層 `f` 用了兩次，參數只算一份。這一課反過來，同一個張量 `h_1` 要送進兩個**不同**的層。這樣 `f_1` 的權重有一份，還是兩份？

# %% [markdown] lang="en"
# A trains and trains, and its loss stays near {{np.log(10):.2f}}. That is log(10), the loss of guessing among ten: whatever it sees, it nearly always names the same digit. B starts out even worse than A, but then its loss falls and falls, and in the end it reads {{scores["B"]:.1%}} of the test digits. All that for 12 plus signs!
#
# Where are these plus signs, and what makes them so powerful? You'll know by the end of this lesson. First you need to split a model into two paths and bring the paths together again. By the end you will be able to:
#
# 1. send one tensor down two paths, and recognise two common wrong ways to merge them;
# 2. merge with `concatenate` or with `add`, and tell how the two differ in shapes and parameters;
# 3. draw a model with branches from its description, and build it;
# 4. explain how residual connections rescue B.
#
# **Think first**: in the last lesson one layer `f` was used twice, and its parameters counted once. Now it is the other way round: one tensor `h_1` goes into two **different** layers. Does `f_1` have one set of weights then, or two?

# %% [markdown] lang="zh-TW"
# ## 分歧：同一個張量，送進兩層
#
# 第 01 課最後那個 Sequential 疊不出來的模型，用函數寫就是四個式子：

# %% [markdown] lang="en"
# ## A branch: one tensor, two layers
#
# Lesson 01 ended with a model that Sequential cannot build. Written as functions, it takes four equations:

# %% [markdown]
# $$h_1 = f_1(x) \qquad h_2 = f_2(h_1) \qquad z = f_4(h_1) \qquad y = f_3(h_2, z)$$
#
# $$f_1\colon \mathbb{R}^{784} \to \mathbb{R}^{500} \qquad f_2, f_4\colon \mathbb{R}^{500} \to \mathbb{R}^{500} \qquad f_3\colon \mathbb{R}^{500} \times \mathbb{R}^{500} \to \mathbb{R}^{10}$$

# %% [markdown] lang="zh-TW"
# 前三個式子照著打就好。`h_1` 用兩次，不必先跟 Keras 報備：

# %% [markdown] lang="en"
# You can type the first three as they stand. Simply use `h_1` twice. There is no need to tell Keras about the branch:

# %% name="one-tensor-two-layers" tags=["nbval-check-output"]
f_1 = layers.Dense(500, activation="sigmoid", name="f_1")
f_2 = layers.Dense(500, activation="sigmoid", name="f_2")
f_4 = layers.Dense(500, activation="relu", name="f_4")

x = keras.Input((784,), name="x")
h_1 = f_1(x)
h_2 = f_2(h_1)
z = f_4(h_1)
print("h_1", h_1.shape, " h_2", h_2.shape, " z", z.shape)

# %% tags=["guard"]
assert len(f_1.weights) == 2 and f_1.count_params() == 392_500
assert f_2.count_params() == f_4.count_params() == 250_500

# %% [markdown] lang="zh-TW"
# 三個都是 500 維的向量。`f_1` 只呼叫了一次，權重就只有一份，兩條路共用它算出來的 `h_1`。
#
# ## 第四個式子，照打行不行？
#
# 聰明的你可能會想：第四個式子 `y = f_3(h_2, z)` 也照打不就好了？或者用串列 (list) 包起來，寫成 `f_3([h_2, z])`？你賭哪一個會過？

# %% [markdown] lang="en"
# All three are vectors of 500 numbers. `f_1` was called once, so it has one set of weights, and both paths share its result `h_1`.
#
# ## Can you type the fourth equation as it stands?
#
# Why not type the fourth equation too, as `y = f_3(h_2, z)`? Or put the two tensors in a list, `f_3([h_2, z])`? Which one would you bet on?

# %% row="C21" name="two-wrong-merges"
with expect_error(TypeError, match="multiple values for argument 'training'"):
    layers.Dense(10)(h_2, z)

with expect_error(ValueError, match="expects 1 input"):
    layers.Dense(10)([h_2, z])

# %% [markdown] lang="zh-TW"
# 都不行！第一個錯誤訊息有點莫名其妙：`Dense` 的第二個引數叫 `training`（現在是不是在訓練），`z` 不小心掉進那一格了。第二個就很直接：`Dense` 一次只收一個張量，你卻塞了兩個。
#
# ## 先用 concatenate 接成一個，再送進去
#
# 既然只收一個，那就先接成一個。`concatenate` 把兩個向量頭尾相接。執行前先猜兩件事：`u` 有幾個數字？`f_3` 有幾個參數？

# %% [markdown] lang="en"
# Neither works! The first message is rather puzzling. The second argument of `Dense` is called `training` (is the model being trained now?), and that is where `z` ended up. The second message is plain: `Dense` takes one tensor, and it got two.
#
# ## First join them with concatenate, then call the layer
#
# If it takes only one, make one. `concatenate` puts two vectors end to end. Make two guesses before you run the cell: how many numbers are in `u`, and how many parameters does `f_3` have?

# %% row="C22" name="merged" tags=["nbval-check-output"]
f_3 = layers.Dense(10, activation="softmax", name="f_3")
u = layers.concatenate([h_2, z], name="u")
y = f_3(u)

merged = keras.Model(x, y, name="merged")
print("u", u.shape, f" f_3: {f_3.count_params():,}  merged: {merged.count_params():,} parameters")
draw(merged)

# %% tags=["guard"]
assert all(f in merged.layers for f in (f_1, f_2, f_3, f_4))
assert merged.get_layer("u").output is u and u.shape == (None, 1000)

# %% [markdown] lang="zh-TW"
# `u` 有 1000 個數字，所以 `f_3` 有 1000x10 + 10 = 10,010 個參數。接起來這個動作本身沒有參數，全部加起來就是 392,500 + 250,500 + 250,500 + 10,010 = 903,510。
#
# （`layers.concatenate` 做出來的層叫 `Concatenate`，圖上寫的是層的名字。）看到兩條路，很容易以為這是「多輸出模型」。數數看：路在裡面分開，又在裡面合起來，輸入和輸出都只有一個。
#
# 現在來點驚險的。手一滑，`h_2` 打成了 `h_1`，會跳出錯誤訊息嗎？

# %% [markdown] lang="en"
# There are 1000 numbers in `u`, so `f_3` has 1000x10 + 10 = 10,010 parameters. Joining has no parameters of its own, and the sum is 392,500 + 250,500 + 250,500 + 10,010 = 903,510.
#
# (The function `layers.concatenate` makes a layer of the class `Concatenate`, and that is the name in the picture.) With two paths in sight, it is easy to speak of a "model with several outputs". Count them: the paths part inside and meet inside, and there is one input and one output.
#
# Now suppose you mistype, and write `h_1` instead of `h_2`. Will there be an error message?

# %% name="slip" tags=["nbval-check-output"]
slip = keras.Model(x, layers.Dense(10, activation="softmax")(layers.concatenate([h_1, z])))
print(f"output {slip.output_shape}, {slip.count_params():,} parameters")
print("is f_2 in it?", f_2 in slip.layers)

# %% tags=["guard"]
assert merged.count_params() - slip.count_params() == f_2.count_params()

# %% [markdown] lang="zh-TW"
# 沒有！它照樣輸出 10 個機率，形狀完全正確，只是 `f_2` 不見了：它不在通往輸出的路上，Keras 就不收。所以建好模型，先畫圖、先數參數，一眼就看得出來。
#
# 訓練倒是沒有新東西，{{len(x_train):,}} 張看一遍就好：

# %% [markdown] lang="en"
# No error! The model still outputs 10 probabilities, and the shape is right. But `f_2` is gone: it is on no path to the output, so Keras leaves it out. Draw every new model and count its parameters, and you will catch this at a glance.
#
# There is nothing new about the training. One pass over our {{len(x_train):,}} digits is enough:

# %% name="train-merged"
adam = keras.optimizers.Adam(0.003)
merged.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
merged.fit(x_train, y_train, batch_size=100, verbose=0, callbacks=[EpochLine()])
accuracy = merged.evaluate(x_test, y_test, batch_size=1000, verbose=0)[1]
print(f"test accuracy {accuracy:.1%}")

# %% tags=["guard"]
assert 0.85 < accuracy < 0.98

# %% [markdown] lang="zh-TW"
# 一遍就有 {{accuracy:.1%}}。（`fit` 那一行的準確率比較低，因為那是邊學邊算的平均，開頭還不會的也算進去。）分歧是手藝，不是保證：多一條路不一定比較準。反向傳遞 (backward pass) 的時候，兩條路的梯度都會回到 `f_1`，Keras 會自己加起來，不用你操心。
#
# ## concatenate 接起來，add 逐項相加
#
# 合併還有另一招，就是 `add`。猜猜看，這三行各會印出什麼？

# %% [markdown] lang="en"
# One pass, and it is at {{accuracy:.1%}}. (The line of `fit` says less, because its accuracy is an average over the whole pass, including the beginning when the model knew nothing.) Branching is a craft and no guarantee: a second path need not make a model better. In the backward pass gradients come back to `f_1` along both paths, and Keras adds them up for you.
#
# ## concatenate joins, add sums
#
# There is a second way to merge, called `add`. What will these three lines print? Guess!

# %% name="concatenate-and-add" tags=["nbval-check-output"]
a = keras.ops.array([[1.0, 2.0, 3.0]])
b = keras.ops.array([[10.0, 20.0, 30.0]])
lonely = keras.ops.array([[10.0]])

print("concatenate [a, b]     ", layers.concatenate([a, b]).numpy())
print("add         [a, b]     ", layers.add([a, b]).numpy())
print("add         [a, lonely]", layers.add([a, lonely]).numpy())

# %% tags=["guard"]
assert np.array_equal(layers.add([a, b]).numpy(), [[11, 22, 33]])
assert np.array_equal(layers.add([a, lonely]).numpy(), [[11, 12, 13]])

# %% [markdown] lang="zh-TW"
# `concatenate` 以後長度是 3 + 3 = 6，`add` 以後還是 3。
#
# 最後一行要小心！`lonely` 只有一個數字，`add` 卻不吭聲，把 10 加到三個數字上，這叫 broadcasting（廣播）。你以為兩邊一樣長，它不會提醒你，所以相加以前先看形狀。
#
# ## 把權重切成兩塊來算，會一樣嗎？
#
# 再看一個小模型。`f` 把兩個數字變成一個，`g` 再把那一個變成兩個，最後 `f` 和 `g` 的輸出接起來，送進 `h`。先在紙上畫，也數數參數：

# %% [markdown] lang="en"
# After `concatenate` the length is 3 + 3 = 6, after `add` it is still 3.
#
# Beware of the last line! `lonely` holds a single number, and `add` did not complain. It added the 10 to all three numbers, which is called broadcasting. If you believe that both sides are equally long and you are wrong, nobody will tell you, so look at the shapes before you add.
#
# ## Cut the weights in two: is it still the same?
#
# Here is a small model. `f` turns two numbers into one, and `g` turns that one into two. Then the outputs of `f` and `g` are joined and go into `h`. Draw it on paper first, and count its parameters:

# %% row="C22" name="small-model" tags=["nbval-check-output"]
point = keras.Input((2,), name="point")
u_1 = layers.Dense(1, activation="tanh", name="f")(point)
u_2 = layers.Dense(2, activation="tanh", name="g")(u_1)
last_layer = layers.Dense(1, activation="sigmoid", name="h")
small = keras.Model(point, last_layer(layers.concatenate([u_1, u_2], name="u")), name="small")
print(small.count_params(), "parameters, u_1", u_1.shape, "u_2", u_2.shape)
draw(small)

# %% tags=["guard"]
assert [f.count_params() for f in small.layers if f.count_params()] == [3, 4, 4]

# %% [markdown] lang="zh-TW"
# 3 + 4 + 4 = 11 個參數。圖上有一條線從 `f` 跳過 `g`，直達 `u`，這叫**跳接** (skip connection)。記住這個名字，等一下它就是主角。
#
# `h` 的權重是 3x1 的矩陣：第一列 (row) 乘 `u_1`，下面兩列乘 `u_2`。如果把矩陣切成兩塊，各乘各的再加起來，會一樣嗎？

# %% [markdown] lang="en"
# 3 + 4 + 4 = 11 parameters. One line in the picture leaves `f`, skips `g` and goes straight to `u`. This is a **skip connection**. Remember the name, you'll need it soon.
#
# The weights of `h` are a 3x1 matrix. Its first row multiplies `u_1`, and the other two rows multiply `u_2`. Suppose we cut the matrix in two, multiply each piece by its own input and add up. Is that the same?

# %% name="by-parts" tags=["nbval-check-output"]
first, second = keras.random.normal((5, 1), seed=1), keras.random.normal((5, 2), seed=2)
kernel, bias = last_layer.get_weights()
by_parts = keras.ops.sigmoid(first @ kernel[:1] + second @ kernel[1:] + bias)
joined = last_layer(layers.concatenate([first, second]))
print("kernel", kernel.shape, "cut into", kernel[:1].shape, "and", kernel[1:].shape)
print("the same:", np.allclose(by_parts, joined, atol=1e-6))

# %% tags=["guard"]
assert np.abs(by_parts - joined).max() < 1e-6 and np.ptp(joined) > 0

# %% [markdown] lang="zh-TW"
# 一樣！所以 `concatenate` 後面接 `Dense`，等於**每條路有自己的權重，乘完再相加**。`add` 後面接 `Dense`，兩條路就得共用同一份權重：省一半，但是再也分不出哪個數字從哪條路來。
#
# 兩邊是不同的東西，例如圖和文字，就接起來；兩邊是同一種東西，例如「原來的」和「要改的」，多半相加。
#
# ### 練習 4.1：換成 add（3 分鐘）
#
# 把 `merged` 裡的 `concatenate` 換成 `add`，`f_3` 也換成新的一層，其他不動。整個模型有幾個參數？先在紙上算，再填進 `added_parameters`。

# %% [markdown] lang="en"
# The same! So a `Dense` layer after `concatenate` **gives each path weights of its own, and adds the results**. After `add`, both paths have to share one set of weights. That saves half of them, but the layer can no longer tell which number came from which path.
#
# If the two sides are different things, such as an image and a text, join them. If they are of the same kind, such as "what there was" and "what to change", add them.
#
# ### Exercise 4.1: add instead (3 minutes)
#
# In `merged`, replace `concatenate` with `add`, and `f_3` with a new layer of the same kind. Nothing else changes. How many parameters does the whole model have? Work it out on paper, then put it in `added_parameters`.

# %% tags=["exercise"]
added_parameters = None
### BEGIN SOLUTION
added_parameters = 392_500 + 250_500 + 250_500 + (500 * 10 + 10)  # 898,510: f_3 takes 500 numbers
### END SOLUTION

# %% tags=["check"]
check("merge-added-parameters", added_parameters)

# %% [markdown] lang="zh-TW"
# ### 練習 4.2：紅藍兩條路（8 分鐘）
#
# 換你施展黑魔法！建一個 `two_colours`，兩條路從同一個 $x \in \mathbb{R}^2$ 出發：
#
# - 紅色：$\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2$；
# - 藍色：$\mathbb{R}^2 \to \mathbb{R} \to \mathbb{R}^2$；
# - 兩條路接成 $\mathbb{R}^4$，最後一層到 $\mathbb{R}^3$。
#
# 每個箭頭是一層 `Dense`，激活函數（activation function，也叫啟動函數）自己選。先在紙上畫圖、數參數，再跟下面這格對一對。建好用 `draw(two_colours)` 看看，跟你畫的一樣嗎？

# %% [markdown] lang="en"
# ### Exercise 4.2: red and blue (8 minutes)
#
# Your turn to do black magic! Build `two_colours`, in which two paths start from the same $x \in \mathbb{R}^2$:
#
# - red: $\mathbb{R}^2 \to \mathbb{R}^3 \to \mathbb{R}^2$;
# - blue: $\mathbb{R}^2 \to \mathbb{R} \to \mathbb{R}^2$;
# - both are joined to $\mathbb{R}^4$, and one last layer leads to $\mathbb{R}^3$.
#
# Each arrow is a `Dense` layer, and you choose the activation functions. Draw the model on paper, count its parameters, and compare with the next cell. When you have built it, look at `draw(two_colours)`. Is it the picture that you drew?

# %% row="C23" name="two-colours-counts" tags=["nbval-check-output"]
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
colour_x = keras.Input((2,), name="x")
red = layers.Dense(2, activation="relu")(layers.Dense(3, activation="relu")(colour_x))
blue = layers.Dense(2, activation="relu")(layers.Dense(1, activation="relu")(colour_x))
both = layers.concatenate([red, blue])
two_colours = keras.Model(colour_x, layers.Dense(3, activation="softmax")(both), name="two_colours")
### END SOLUTION

# %% tags=["check"]
check("two-colours", two_colours)

# %% [markdown] lang="zh-TW"
# ## 殘差連接：原來的，加上要改的
#
# 現在可以揭曉 B 的祕密了。回頭看 `deep_stack` 迴圈裡的最後一行，A 和 B 就差在這裡：
#
# ```python
# h = change                   # A
# h = layers.add([h, change])  # B
# ```
#
# A 每一層都把 `h` 換成全新的 `change`。B 則是把 `change` **加到**原來的 `h` 上，這叫**殘差連接** (residual connection)。這一層要學的，就從「輸出應該是什麼」變成「要改多少」。只畫兩個區塊來看：

# %% [markdown] lang="en"
# ## A residual connection: what there was, plus a change
#
# Now we can uncover B's secret. Go back to the last line of the loop in `deep_stack`, where A and B differ:
#
# ```python
# h = change                   # A
# h = layers.add([h, change])  # B
# ```
#
# In A every layer replaces `h` with a brand-new `change`. B **adds** the change to the `h` that was there, and this is called a **residual connection**. The layer no longer learns what the output should be, only how much to change. Here is B with two blocks:

# %% name="two-blocks" tags=["nbval-check-output"]
draw(deep_stack(2, skip=True, activation="sigmoid"), direction="right")

# %% tags=["guard"]
with guarding.random_state_kept():
    probe = deep_stack(2, True, "sigmoid")
for number in (1, 2):
    probe.get_layer(f"block_{number}").set_weights([np.zeros((64, 64)), np.full(64, -50.0)])
before_last = keras.Model(probe.input, probe.get_layer("sum_2").output)
assert np.allclose(before_last(x_test[:3]), probe.get_layer("first")(x_test[:3]), atol=1e-5)

# %% [markdown] lang="zh-TW"
# 每個區塊都有一條跳接繞過去，就像平面道路上面的高架，不用一路等紅綠燈。
#
# 為什麼有效？訓練的時候，梯度要從最後一層一路走回第一層。我們來量：還沒訓練的 A 和 B，每一層收到的梯度有多長？（把那一層全部權重的梯度排成一個向量，量它的長度。從 `first` 到 `last` 一共十四層。`tf.GradientTape` 是量梯度的工具，第 08 課才教，現在當成黑盒子就好。）

# %% [markdown] lang="en"
# Every block has a skip connection around it, like an express lane beside a road.
#
# Why does this help? During training the gradient has to travel from the last layer all the way back to the first. So let us measure: before any training, how long is the gradient that each layer of A and B receives? (Take the gradients of all the weights of a layer as one vector, and measure its length. From `first` to `last` there are fourteen layers. `tf.GradientTape` is the instrument. Lesson 08 teaches it, and for now it may be a black box.)


# %% row="C25" name="gradient-lengths"
def gradient_lengths(model):
    with tf.GradientTape() as tape:
        guesses = model(x_train[:500])
        wrong = keras.losses.sparse_categorical_crossentropy(y_train[:500], guesses)
        mean_loss = tf.reduce_mean(wrong)
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, layers.Dense)]
    return [float(tf.norm(gradient)) for gradient in tape.gradient(mean_loss, kernels)]


fresh = {model.name: gradient_lengths(model) for model in twins(12, "sigmoid")}
print(f"first layer: A {fresh['A'][0]:.0e}, B {fresh['B'][0]:.0e}")
title = "In A the gradient dies on its way back to layer 1"
plot_lines(fresh, title=title, xlabel="layer", ylabel="length of the gradient", log=True)

# %% tags=["guard"]
assert np.array_equal(guarding.line(_, "A")[:, 1], fresh["A"])
assert np.array_equal(guarding.line(_, "B")[:, 1], fresh["B"])
assert len(fresh["A"]) == len(fresh["B"]) == 14 and _.figure.axes[0].get_yscale() == "log"
assert 1e-9 < fresh["A"][0] < 1e-6 and fresh["A"][-1] > 0.05
assert min(fresh["B"]) > 0.05

# %% [markdown] lang="zh-TW"
# 從右邊往左邊看。縱軸是對數刻度，標了數字的刻度，往下一個就小一百倍。最後一層，兩個網路都收到不小的梯度。往回走，A 每過一個區塊就縮小一截，到第一層連百萬分之一都不到。收不到訊號，當然學不動，這叫**梯度消失** (vanishing gradient)。B 的梯度卻一路走到底，都沒有消失！
#
# 道理在連鎖律：往回走，每過一層就乘上那一層的斜率。sigmoid 的斜率最大只有 1/4，12 層乘起來是多少？

# %% [markdown] lang="en"
# Read it from right to left. The vertical axis is logarithmic: each labelled step down is a hundred times smaller. At the last layer both networks receive a healthy gradient. On the way back A loses some of it at every block, and less than a millionth arrives at the first layer. Without a signal a layer cannot learn: this is the **vanishing gradient**. In B the gradient survives all the way!
#
# The reason is the chain rule. On the way back the gradient is multiplied by the slope of each layer. The slope of the sigmoid is 1/4 at most. What is left after 12 layers?

# %% name="twelve-quarters" tags=["nbval-check-output"]
print(f"twelve quarters, multiplied: {(1 / 4) ** 12:.0e}")

# %% [markdown] lang="zh-TW"
# 大約一億分之六，和圖上是同一個等級。（剛初始化的權重，平均來說不會放大也不會縮小，縮小的是 sigmoid。）
#
# B 的區塊是 $h + F(h)$。把 $h$ 想成一個數字，它的導數就是 $1 + F'(h)$。就算 $F'$ 小到幾乎是 0，前面那個 1 也會把梯度原封不動送回去。1 乘上幾次都還是 1，1/4 乘 12 次就沒了。12 個加號，就是 12 個 1！
#
# ## 回顧
#
# 1. 分歧就是把同一個張量送進好幾層，前面那層的權重還是只有一份。`f(a, b)` 和 `f([a, b])` 都不能合併，要先變成一個張量。
# 2. `concatenate` 的長度相加，後面那層替每條路各準備一份權重；`add` 的長度不變，權重共用，還會悄悄 broadcasting。
# 3. 看圖建模型：先畫，再數參數，建好再畫一次。形狀對，不代表接得對。
# 4. 殘差連接輸出「原來的，加上要改的」。導數裡那個 1，讓梯度走得回第一層。
#
# **2026 年，這些東西還在嗎？** 你每天都在用：
#
# - 殘差連接：2017 年的 Transformer 編碼器和今天大多數的語言模型，每個區塊都有兩個這樣的加號，注意力後面一個，全連接層後面一個。
# - 接起來：看圖聊天的模型，例如 2023 年的 LLaVA，把影像變成一串向量，和文字的向量接成一串（向量變多，不是變長），一起送進語言模型。
# - 跨尺度的跳接：2022 年的 Stable Diffusion 用 U-Net 去雜訊，下面的進階就有一個小的。2024 年的第三代換成 Transformer，加號還是留著。
#
# 恭喜！黑魔法你學會了：第 01 課那張看不懂的圖，現在是你親手建的，連「為什麼網路可以這麼深」也答得出來。這是現代神經網路最重要的一個加號，值得好好高興一下！到目前為止輸入和輸出都只有一個，下一課兩邊都可以有好幾個。

# %% [markdown] lang="en"
# About six parts in a hundred million, the same order as in the picture. (Fresh weights neither stretch nor shrink the gradient on average. It is the sigmoid that shrinks it.)
#
# A block of B is $h + F(h)$. Think of $h$ as a single number, and the derivative is $1 + F'(h)$. Even if $F'$ is nearly 0, the 1 in front of it hands the gradient back untouched. Multiply 1 by itself as often as you like, it stays 1, while a quarter is soon gone. Those 12 plus signs are 12 ones!
#
# ## Summary
#
# 1. A branch is one tensor that goes into several layers, and it does not double any weights. Neither `f(a, b)` nor `f([a, b])` merges: make one tensor first.
# 2. With `concatenate` the lengths add up, and the next layer has separate weights for each path. With `add` the length stays, the weights are shared, and broadcasting happens without a word.
# 3. To build from a picture, draw it, count the parameters, build it, and draw it again. A right shape does not prove a right wiring.
# 4. A residual connection outputs what there was plus a change. Thanks to the 1 in its derivative, the gradient finds its way back to the first layer.
#
# **Is all this still in use in 2026?** You use it every day:
#
# - Residual connections: in the Transformer's encoder of 2017, and in most of today's language models, every block has two of these plus signs, one after the attention and one after the fully connected layers.
# - Joining: models that chat about images, such as LLaVA in 2023, turn the image into a row of vectors, join it to the vectors of the text (more vectors, not longer ones), and feed both to the language model.
# - Skips across scales: Stable Diffusion removed noise with a U-Net in 2022, and you can build a small one below. In 2024 its third version changed to a Transformer, and kept the plus signs.
#
# Congratulations! You have learned the black magic. You have built the model that was a mystery in lesson 01, and you can explain why networks can be so deep. Well done! So far there was always one input and one output. In the next lesson there may be several of both.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：哪些形狀合得起來？
#
# 先猜再看：(4, 4, 8) 和 (4, 4, 1)，`concatenate` 收不收？`add` 呢？

# %% [markdown] lang="en" section="further"
# ## Further: which shapes go together?
#
# Guess first: does `concatenate` accept (4, 4, 8) and (4, 4, 1)? Does `add`?


# %% name="which-shapes" tags=["nbval-check-output"]
def merged_shape(merge, one, other):
    try:
        return str(merge([keras.Input(one), keras.Input(other)]).shape)
    except ValueError:
        return "refused"


pairs = [((3,), (2,)), ((3,), (1,)), ((4, 4, 8), (4, 4, 2)), ((4, 4, 8), (4, 4, 1))]
pairs += [((4, 4, 8), (1, 1, 8)), ((4, 4, 8), (8,)), ((4, 4, 8), (2, 2, 8))]
for one, other in pairs:
    both_ways = merged_shape(layers.concatenate, one, other), merged_shape(layers.add, one, other)
    print(f"{one!s:9} and {other!s:9}  concatenate {both_ways[0]:16}  add {both_ways[1]}")

# %% tags=["guard"]
assert merged_shape(layers.add, (4, 4, 8), (4, 4, 1)) == "(None, 4, 4, 8)"
assert merged_shape(layers.concatenate, (4, 4, 8), (4, 4, 1)) == "(None, 4, 4, 9)"
assert merged_shape(layers.concatenate, (4, 4, 8), (1, 1, 8)) == "refused"

# %% [markdown] lang="zh-TW"
# 兩個都收！規則是這樣：
#
# - `concatenate`：軸數要一樣，除了最後一軸，每個軸也都要一樣長。最後一軸的長度相加。
# - `add`：每個軸要嘛一樣長，要嘛有一邊是 1。少掉的軸當成 1。
#
# 你以為兩邊都是 8 個通道 (channel)，其實有一邊只有一個？`add` 不會提醒你。

# %% [markdown] lang="en"
# Both do! These are the rules:
#
# - `concatenate` wants the same number of axes, and every axis but the last must have the same length. The lengths of the last axis add up.
# - `add` wants each axis to have the same length, or 1 on one of the two sides. Missing axes count as 1.
#
# So you believed that both sides had 8 channels, when one of them had a single channel? `add` will not tell you.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：呼叫失敗過的層，不要再用
#
# 如果合併寫錯了，改成對的寫法，用**同一個** `broken` 再呼叫一次，應該沒事了吧？

# %% [markdown] lang="en" section="further"
# ## Further: never use a layer whose call has failed
#
# Suppose your merge was wrong and you have corrected it. Now you call the **same** layer `broken` again. All is well, surely?

# %% name="failed-call"
broken = layers.Dense(10, name="broken")
with expect_error(TypeError, match="multiple values for argument 'training'"):
    broken(h_2, z)

print("built:", broken.built, [tuple(weight.shape) for weight in broken.weights])
with expect_error(ValueError, match="expected axis -1 of input shape to have value 500"):
    broken(layers.concatenate([h_2, z]))

# %% tags=["guard"]
assert broken.built and tuple(broken.weights[0].shape) == (500, 10)

# %% [markdown] lang="zh-TW"
# 寫法對了，還是失敗。原來第一次呼叫雖然出錯，Keras 已經照 `h_2` 的長度把權重做好了，形狀是 (500, 10)。從此 `broken` 只收 500 維。丟掉它，重新建一層最乾脆。

# %% [markdown] lang="en"
# The call is right, and it fails all the same. The first call went wrong, but Keras had already made weights for the length of `h_2`, with the shape (500, 10). From then on `broken` takes vectors of 500 and nothing else. Throw it away and make a new layer.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：Inception，同一張圖看四次
#
# 影像模型也愛分歧。卷積核 (kernel) 該用多大？Inception（Google 在 2014 年提出）的回答很豪邁：全都要，接起來讓後面的層自己挑。
#
# 四條路從同一疊 (28, 28, 256) 的特徵圖 (feature map) 出發。每條路都有一層的步長 (stride) 是 2，卷積核一次跨兩個像素，所以長寬都減半。先猜：接起來有幾個通道？

# %% [markdown] lang="en" section="further"
# ## Further: Inception, one image seen four times
#
# Image models love to branch too. How large should a kernel be? The answer of Inception, by Google in 2014, is a bold one: take them all, join the results, and let the next layers choose.
#
# Four paths start from one stack of feature maps of shape (28, 28, 256). Each has one layer with a stride of 2, so that the kernel moves two pixels at a time, which halves height and width. Guess first: how many channels are there after joining?


# %% row="C24" name="inception" tags=["nbval-check-output"]
def conv(filters, kernel, name, strides=1, activation="relu"):
    return layers.Conv2D(filters, kernel, strides, "same", activation=activation, name=name)


maps = keras.Input((28, 28, 256), name="maps")
path_a = conv(64, 1, "a_1x1", strides=2)(maps)
path_b = conv(128, 3, "b_3x3", strides=2)(conv(64, 1, "b_1x1")(maps))
pooled = layers.AveragePooling2D(3, strides=2, padding="same", name="c_pool")(maps)
path_c = conv(128, 1, "c_1x1")(pooled)
path_d = conv(128, 3, "d_3x3_1")(conv(128, 1, "d_1x1")(maps))
path_d = conv(128, 3, "d_3x3_2", strides=2)(path_d)
stacked = layers.concatenate([path_a, path_b, path_c, path_d], name="join")
inception = keras.Model(maps, stacked, name="inception")
print(inception.output_shape)
draw(inception)

# %% tags=["guard"]
assert inception.output_shape == (None, 14, 14, 448)
assert inception.get_layer("b_3x3").kernel.shape == (3, 3, 64, 128)

# %% [markdown] lang="zh-TW"
# 64 + 128 + 128 + 128 = 448 個通道。
#
# 3x3 我們懂，可是 1x1 的卷積連鄰居都看不到，要它做什麼？它在每個像素上把 256 個通道混成 64 個，後面的 3x3 就便宜了。這叫**瓶頸層** (bottleneck)。省多少？跟「直接對 256 個通道做 3x3」比一比：

# %% [markdown] lang="en"
# 64 + 128 + 128 + 128 = 448 channels.
#
# But what is a 1x1 convolution good for, when it cannot even see a neighbour? On every pixel it mixes 256 channels into 64, and that makes the 3x3 after it cheap. It is called a **bottleneck**. How much does it save, compared with a 3x3 straight on the 256 channels?

# %% row="C24" name="bottleneck" tags=["nbval-check-output"]
straight = layers.Conv2D(128, 3, strides=2, padding="same")
straight.build((None, 28, 28, 256))
direct = straight.count_params()
through = sum(inception.get_layer(name).count_params() for name in ("b_1x1", "b_3x3"))
print(f"parameters       {direct:>10,} -> {through:>10,}  ({through / direct:.0%})")

direct = 14 * 14 * (9 * 256 * 128)  # a 3x3 over 256 channels, at 14x14 places
through = 28 * 28 * (256 * 64) + 14 * 14 * (9 * 64 * 128)
print(f"multiplications  {direct:>10,} -> {through:>10,}  ({through / direct:.0%})")

# %% tags=["guard"]
assert straight.count_params() == 9 * 256 * 128 + 128 and straight.kernel.shape == (3, 3, 256, 128)

# %% [markdown] lang="zh-TW"
# 參數只剩 31%，乘法卻還有 47%：1x1 要在 28x28 個位置都算，步長 2 的 3x3 只算 14x14 個。省參數和省計算是兩筆帳！
#
# ### 抓蟲 4.3：形狀對，不代表層對（8 分鐘）
#
# 下面這條 b 分支有一隻蟲，形狀卻完全正確。想知道它到底讀了哪些像素，就一次只動一個像素，看輸出有沒有跟著變：

# %% [markdown] lang="en"
# Only 31% of the parameters are left, but 47% of the multiplications. The 1x1 works at all 28x28 places, while the 3x3 with its stride of 2 works at 14x14. Saving parameters and saving time are two different accounts!
#
# ### Bug hunt 4.3: the right shape, and still the wrong layer (8 minutes)
#
# There is a bug in the branch below, although its shape is exactly right. To find out which pixels it really reads, change one pixel at a time and watch whether the output changes:


# %% name="pixels-read" tags=["nbval-check-output"]
def branch_b(x):
    bottleneck = layers.Conv2D(64, 1, activation="relu")(x)  # 1x1
    return layers.Conv2D(128, 1, activation="relu", strides=2, padding="same")(bottleneck)  # 3x3


suspect = keras.Model(maps, branch_b(maps))
print(suspect.output_shape, f"{suspect.count_params():,} parameters")
image = keras.random.normal((1, 28, 28, 256), seed=0).numpy()
for row, column in [(14, 14), (14, 15), (15, 14), (15, 15)]:
    changed = image.copy()
    changed[0, row, column] += 1
    difference = np.abs(suspect(changed) - suspect(image)).max()
    print("pixel", (row, column), "read" if difference > 1e-4 else "not read")

# %% tags=["guard"]
assert suspect.count_params() == 24_768 and difference == 0

# %% [markdown] lang="zh-TW"
# 相鄰的四個像素，它只讀一個，其他的看都不看！參數也只有 24,768 個，比該有的 90,304 個少得多。
#
# 寫出修好的 `mended_branch_b(x)`：輸入 (28, 28, 256) 的張量，傳回 (14, 14, 128) 的張量。其他照舊，兩層都還是 ReLU。

# %% [markdown] lang="en"
# Of four neighbouring pixels it reads one, and it never looks at the others! It also has only 24,768 parameters, far from the 90,304 that it should have.
#
# Write the corrected `mended_branch_b(x)`. It takes a tensor of shape (28, 28, 256) and returns one of shape (14, 14, 128). Everything else stays as it is, including the ReLU of both layers.


# %% tags=["exercise"]
def mended_branch_b(x):
    """Return the output of branch b: 1x1 to 64 channels, then 3x3 with stride 2 to 128."""
    ### BEGIN SOLUTION
    bottleneck = layers.Conv2D(64, 1, activation="relu")(x)
    return layers.Conv2D(128, 3, activation="relu", strides=2, padding="same")(bottleneck)
    ### END SOLUTION


# %% tags=["check"]
check("mended-branch-b", mended_branch_b)

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：深度可分離卷積，看鄰居和混通道分開做
#
# 普通的 3x3 卷積同時做兩件事：看鄰居，也混通道。Xception（extreme Inception，2016 年提出）乾脆拆開：先讓每個通道各用一個自己的 3x3，只看鄰居；再用 1x1，只混通道。這叫**深度可分離卷積** (depthwise separable convolution)。猜猜看，參數剩幾成？

# %% [markdown] lang="en" section="further"
# ## Further: separable convolutions see first and mix later
#
# An ordinary 3x3 convolution does two things at once: it looks at neighbours, and it mixes channels. Xception ("extreme Inception", 2016) does them one after the other. First every channel gets a 3x3 of its own, which only looks at neighbours. Then a 1x1 only mixes channels. This is the **depthwise separable convolution**. How many of the parameters are left? Guess!

# %% row="C26" name="separable" tags=["nbval-check-output"]
ordinary = layers.Conv2D(128, 3, padding="same")
separable = layers.SeparableConv2D(128, 3, padding="same")
for layer in (ordinary, separable):
    layer.build((None, 28, 28, 64))
    shapes = " + ".join(str(tuple(weight.shape)) for weight in layer.weights)
    print(f"{type(layer).__name__:15} {layer.count_params():>7,} = {shapes}")
print(f"{separable.count_params() / ordinary.count_params():.0%} of the parameters")

# %% tags=["guard"]
assert separable.count_params() == 9 * 64 + 64 * 128 + 128

# %% [markdown] lang="zh-TW"
# 9x64 + 64x128 + 128 = 8,896，只剩 12%。天下沒有白吃的午餐，少掉的是什麼？把兩步的權重乘起來，會得到一個 (3, 3, 64, 128) 的卷積核，塞進普通的卷積試試：

# %% [markdown] lang="en"
# 9x64 + 64x128 + 128 = 8,896, which is only 12%. There is no free lunch, so what has been given up? Multiply the weights of the two steps, and you get a kernel of shape (3, 3, 64, 128). Put it into the ordinary convolution:

# %% row="C26" name="same-as-ordinary" tags=["nbval-check-output"]
per_channel, mix, mix_bias = separable.get_weights()  # (3, 3, 64, 1), (1, 1, 64, 128), (128,)
ordinary.set_weights([per_channel * mix, mix_bias])
test_maps = keras.random.normal((2, 28, 28, 64), seed=3)
print("kernel", (per_channel * mix).shape)
print("the same:", np.allclose(ordinary(test_maps), separable(test_maps), atol=1e-4))

# %% tags=["guard"]
assert np.abs(ordinary(test_maps) - separable(test_maps)).max() < 1e-4
assert np.abs(separable(test_maps)).max() > 0.1

# %% [markdown] lang="zh-TW"
# 一樣！所以每個深度可分離卷積，都是一個受了限制的普通卷積：同一個輸入通道對 128 個輸出，用的是同一個 3x3 圖案，只差一個倍數。普通的卷積可以有 64x128 種圖案，它只有 64 種。
#
# ### 練習 4.4：可分離卷積的參數（4 分鐘）
#
# `SeparableConv2D(256, 3)` 讀 128 個通道，有幾個參數？填進 `separable_parameters`。

# %% [markdown] lang="en"
# The same! So every separable convolution is an ordinary one with a restricted kernel. From one input channel to all 128 outputs it uses the same 3x3 pattern, only scaled. An ordinary convolution may have 64x128 patterns, and this one has 64.
#
# ### Exercise 4.4: parameters of a separable convolution (4 minutes)
#
# `SeparableConv2D(256, 3)` reads 128 channels. How many parameters does it have? Put the number in `separable_parameters`.

# %% tags=["exercise"]
separable_parameters = None
### BEGIN SOLUTION
separable_parameters = 3 * 3 * 128 + 128 * 256 + 256  # 34,176
### END SOLUTION

# %% tags=["check"]
check("separable-parameters", separable_parameters)

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：形狀變了，殘差怎麼加？
#
# 區塊把長寬減半了，原來的 `x` 就加不上去。辦法是讓 `x` 先過一層 1x1、步長 2 的卷積，變成一樣的形狀，這叫**投影** (projection)：

# %% [markdown] lang="en" section="further"
# ## Further: a residual block that changes the shape
#
# When a block halves height and width, the old `x` no longer fits onto its output. The cure is to send `x` through a 1x1 convolution with a stride of 2, which brings it to the same shape. This is called a **projection**:

# %% row="C25" name="projected-block" tags=["nbval-check-output"]
block_x = keras.Input((32, 32, 128), name="x")
change = layers.Conv2D(128, 3, padding="same", activation="relu", name="change_1")(block_x)
change = layers.Conv2D(128, 3, padding="same", name="change_2")(change)
print("same shape:", layers.add([block_x, change]).shape)

halved = layers.MaxPooling2D(2, name="half")(change)
projected = layers.Conv2D(128, 1, strides=2, use_bias=False, name="projection")(block_x)
block = keras.Model(block_x, layers.add([projected, halved], name="sum"), name="residual_block")
print("projected: ", block.output_shape)
draw(block)

# %% tags=["guard"]
assert block.output_shape == (None, 16, 16, 128)
assert block.get_layer("projection").kernel.shape == (1, 1, 128, 128)

# %% [markdown] lang="zh-TW"
# `projection` 沒有激活函數，還寫了 `use_bias=False`，為的是讓 `x` 走的那條路是**線性映射** (linear map)，也就是滿足這兩個式子：

# %% [markdown] lang="en"
# `projection` has no activation function, and it says `use_bias=False`. That keeps the path of `x` a **linear map**, one that obeys these two equations:

# %% [markdown]
# $$f(u + v) = f(u) + f(v) \qquad f(c\,u) = c\,f(u)$$

# %% [markdown] lang="zh-TW"
# 第一個叫可加性 (additive)，第二個叫齊次性 (homogeneous)。拿亂數來考四種層，哪幾種會過？

# %% [markdown] lang="en"
# The first is called additive, the second homogeneous. Here is a test for four layers, on random numbers. Which ones will pass?

# %% row="C25" name="linear-or-not" tags=["nbval-check-output"]
some_u = keras.random.normal((2, 8, 8, 3), seed=4)
some_v = keras.random.normal((2, 8, 8, 3), seed=5)
candidates = {
    "Conv2D, fresh": layers.Conv2D(4, 1),
    "Conv2D, biases of 1": layers.Conv2D(4, 1, bias_initializer="ones"),
    "Conv2D, use_bias=False": layers.Conv2D(4, 1, use_bias=False),
    "the same with relu": layers.Conv2D(4, 1, use_bias=False, activation="relu"),
}
for name, f in candidates.items():
    additive = np.allclose(f(some_u + some_v), f(some_u) + f(some_v), atol=1e-4)
    homogeneous = np.allclose(f(-2 * some_u), -2 * f(some_u), atol=1e-4)
    print(f"{name:22} additive: {additive!s:5}  homogeneous: {homogeneous}")

# %% tags=["guard"]
assert not additive and not homogeneous

# %% [markdown] lang="zh-TW"
# 第一行是陷阱！`Conv2D` 預設有偏值，卻兩關都過，因為剛建好的偏值全是 0。第二行把偏值設成 1 就破功了：等號左邊只加一次偏值，右邊加了兩次。訓練過的偏值不會剛好是 0，所以要線性就寫 `use_bias=False`。ReLU 也不是線性的。
#
# ### 練習 4.5：自己寫殘差區塊（12 分鐘）
#
# 寫一個函式 `residual_block(x, filters)`，`x` 是一疊特徵圖，例如形狀 (8, 8, 16)：
#
# - 要改的部分：兩層 `Conv2D(filters, 3, padding="same")`，中間有一個激活函數；
# - `x` 的通道數和 `filters` 一樣，就直接加；不一樣，`x` 先過一層 1x1 卷積，而且那一層要是線性映射；
# - 傳回相加的結果，後面不要再接別的。
#
# `x.shape[-1]` 就是通道數。

# %% [markdown] lang="en"
# The first line is a trap! `Conv2D` has biases by default, and yet it passes both tests, because fresh biases are all 0. The second line sets them to 1, and the spell is broken: the bias is added once on the left of the equation and twice on the right. After training the biases will hardly be 0, so if you want a linear map, write `use_bias=False`. ReLU is not linear either.
#
# ### Exercise 4.5: write a residual block (12 minutes)
#
# Write a function `residual_block(x, filters)`, where `x` is a stack of feature maps, for instance of shape (8, 8, 16):
#
# - The change consists of two layers `Conv2D(filters, 3, padding="same")` with an activation function between them.
# - If `x` has as many channels as `filters`, add it as it is. If not, send `x` through a 1x1 convolution first, which has to be a linear map.
# - Return the sum, with nothing after it.
#
# `x.shape[-1]` is the number of channels.


# %% tags=["exercise"]
def residual_block(x, filters):
    """Return x, projected if its channels are not `filters`, plus a change."""
    ### BEGIN SOLUTION
    change = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    change = layers.Conv2D(filters, 3, padding="same")(change)
    if x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.add([x, change])
    ### END SOLUTION


# %% tags=["check"]
check("residual-block", residual_block)

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：tanh 也需要加號嗎？
#
# 常聽人說「超過十層就該加殘差連接」。真的嗎？先看剛初始化的梯度，換兩種激活函數：

# %% [markdown] lang="en" section="further"
# ## Further: does tanh need the plus signs too?
#
# A rule of thumb says that more than ten layers want residual connections. Is it true? Look at the fresh gradients first, with other activation functions:


# %% row="C25" name="other-activations"
def show_gradients(blocks, activation):
    both = {model.name: gradient_lengths(model) for model in twins(blocks, activation)}
    print(f"{activation}, {blocks} blocks, first layer: A {both['A'][0]:.0e}, B {both['B'][0]:.0e}")
    title = f"{activation}, blocks: {blocks}"
    return plot_lines(both, title=title, xlabel="layer", ylabel="length of the gradient", log=True)


show_gradients(12, "tanh")

# %% tags=["guard"]
tanh_a, tanh_b = (guarding.line(_, name)[:, 1] for name in "AB")
assert len(tanh_a) == len(tanh_b) == 14 and 0.05 < tanh_a[0] < 5 and 1 < tanh_b[0] < 200

# %% [markdown] lang="zh-TW"
# 沒有加號的 A，第一層的梯度還好好的！tanh 在 0 附近的斜率接近 1，乘 12 次也不會消失。拉拉看，什麼時候梯度才會不見？

# %% [markdown] lang="en"
# Even without plus signs, the first layer of A gets a healthy gradient! The slope of tanh near 0 is close to 1, and a product of 12 such factors does not vanish. Move the slider: when does a gradient disappear?

# %% name="gradient-view" tags=["widget"]
explore(show_gradients, blocks=(1, 16), activation=["sigmoid", "tanh", "relu"])

# %% tags=["guard"]
guarding.try_view()

# %% [markdown] lang="zh-TW"
# 梯度是一回事，學不學得會才算數。tanh 的 A 和 B 各練三次，每次都從新的亂數權重開始，而且兩邊一樣：

# %% [markdown] lang="en"
# Gradients are one thing, but learning is what counts. Train A and B with tanh three times, each time from new random weights, the same for both:

# %% row="C25" name="tanh-race"
plain, residual = twins(12, "tanh")
for model in (plain, residual):
    model.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")

tanh_scores = {"A": [], "B": []}
for _run in range(3):
    start_weights = keras.models.clone_model(plain).get_weights()
    for model in (plain, residual):
        model.set_weights(start_weights)
        model.fit(x_train, y_train, batch_size=100, epochs=2, verbose=0)
        guesses = model.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
        tanh_scores[model.name].append(np.mean(guesses == y_test))
    print(f"test accuracy: A {tanh_scores['A'][-1]:.1%}, B {tanh_scores['B'][-1]:.1%}")

# %% tags=["guard"]
assert min(tanh_scores["A"] + tanh_scores["B"]) > 0.8
lead = np.mean(tanh_scores["B"]) - np.mean(tanh_scores["A"])
assert 0.01 < lead < 0.08 and np.all(np.greater(tanh_scores["B"], tanh_scores["A"]))

# %% [markdown] lang="zh-TW"
# 沒有加號的 A 照樣學得起來！B 三次都領先，不過平均只多 {{100 * lead:.1f}} 個百分點，跟 sigmoid 那場一面倒的比賽完全不同。所以「超過十層就該加」說得太簡單：有的網路沒有加號就動彈不得，有的只是學得慢一點。到底是哪一種？量了才知道。

# %% [markdown] lang="en"
# A learns without plus signs! B is ahead every time, but only by {{100 * lead:.1f}} percentage points on average. This is nothing like the one-sided race with sigmoid. So the rule of thumb is too simple: some networks cannot move without the plus signs, and others merely learn a little more slowly. Which kind is yours? You have to measure it.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：U-Net，縮小看全貌，再把細節接回來
#
# 有些任務的輸出也是影像，例如去雜訊。要看全貌，得把圖縮小，可是縮小就丟了細節。U-Net（2015 年提出）左邊一路縮小，右邊一路放大，每放大一次，就把左邊一樣大的特徵圖**接過來**。縮小用步長 2 的 `Conv2D`，放大用步長 2 的 `Conv2DTranspose`：

# %% [markdown] lang="en" section="further"
# ## Further: U-Net shrinks to see the whole, and joins the details back
#
# Sometimes the output is an image too, for instance when noise is to be removed. To see the whole, the image has to shrink, but shrinking loses detail. U-Net (2015) shrinks on its left side and grows on its right. After each growth it **joins** the feature maps of the same size from the left. A `Conv2D` with a stride of 2 shrinks, and a `Conv2DTranspose` with a stride of 2 grows:


# %% name="u-net" tags=["nbval-check-output"]
def u_net(filters, joins=True):
    noisy_x = keras.Input((28, 28, 1), name="x")
    look = {"padding": "same", "activation": "relu"}
    down_1 = layers.Conv2D(filters, 3, **look, name="down_1")(noisy_x)
    down_2 = layers.Conv2D(2 * filters, 3, 2, **look, name="down_2")(down_1)
    bottom = layers.Conv2D(4 * filters, 3, 2, **look, name="bottom")(down_2)
    up_2 = layers.Conv2DTranspose(2 * filters, 3, 2, **look, name="up_2")(bottom)
    up_2 = layers.concatenate([down_2, up_2], name="join_2") if joins else up_2
    up_1 = layers.Conv2DTranspose(filters, 3, 2, **look, name="up_1")(up_2)
    up_1 = layers.concatenate([down_1, up_1], name="join_1") if joins else up_1
    clean_y = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="y")(up_1)
    return keras.Model(noisy_x, clean_y, name="u_net" if joins else "no_joins")


denoiser = u_net(8)
draw(denoiser)

# %% tags=["guard"]
with guarding.random_state_kept():
    kinds = [sum(isinstance(f, layers.Concatenate) for f in u_net(2, j).layers) for j in (1, 0)]
assert kinds == [2, 0] and denoiser.output_shape == (None, 28, 28, 1)

# %% [markdown] lang="zh-TW"
# 照深度縮排，就看得出 U 字：左邊一路往下，到底以後，右邊再一路往上。

# %% [markdown] lang="en"
# Indent the shapes by depth. Read down for the way down, and back up for the way up: that is the U.

# %% row="C26" name="u-shapes" tags=["nbval-check-output"]
shape = {layer.name: layer.output.shape[1:] for layer in denoiser.layers}
print("down_1", shape["down_1"], "and up_1", shape["up_1"], "-> join_1", shape["join_1"])
print("    down_2", shape["down_2"], "and up_2", shape["up_2"], "-> join_2", shape["join_2"])
print("        bottom", shape["bottom"])

# %% tags=["guard"]
assert shape["join_1"] == (28, 28, 16) and shape["join_2"] == (14, 14, 32)

# %% [markdown] lang="zh-TW"
# 每個接點，兩邊的長寬一樣，通道相加：8 + 8 = 16，16 + 16 = 32。再往下縮一層行不行？先算算 7 的一半：

# %% [markdown] lang="en"
# At each join height and width agree, and the channels add up: 8 + 8 = 16 and 16 + 16 = 32. Can we go down one more level? What is half of 7?

# %% name="odd-side"
seven = denoiser.get_layer("bottom").output
smaller = layers.Conv2D(64, 3, 2, "same")(seven)
larger = layers.Conv2DTranspose(32, 3, 2, "same")(smaller)
print(seven.shape, "->", smaller.shape, "->", larger.shape)

with expect_error(ValueError, match="matching shapes"):
    layers.concatenate([seven, larger])

# %% [markdown] lang="zh-TW"
# 7 減半進位成 4，加倍變成 8，接不起來了！要縮小 n 次，邊長就得是 $2^n$ 的倍數。
#
# 接點到底有沒有用？拿去雜訊來考：輸入是加了雜訊的數字，正確答案是原圖。

# %% [markdown] lang="en"
# Half of 7 is rounded up to 4, twice 4 is 8, and the join fails! To shrink n times, the side has to be a multiple of $2^n$.
#
# Are the joins of any use? Let us remove noise: the input is a digit with noise on it, and the right answer is the digit itself.

# %% name="noisy-digits"
noise = np.random.default_rng(0)
clean, clean_test = (images.reshape(-1, 28, 28, 1) for images in (x_train[:1000], x_test[:500]))
noisy, noisy_test = (
    np.clip(images + noise.normal(0, 0.5, images.shape), 0, 1) for images in (clean, clean_test)
)
rows = {"noisy": noisy_test, "no_joins": None, "u_net": None, "original": clean_test}
noisy_error = np.mean((noisy_test - clean_test) ** 2)
print(f"mean squared error of the noisy digits: {noisy_error:.3f}")

# %% tags=["guard"]
assert clean.shape == noisy.shape == (1000, 28, 28, 1) and 0.09 < noisy_error < 0.14
assert noisy.min() >= 0 and noisy.max() <= 1

# %% [markdown] lang="zh-TW"
# 對手 `no_joins` 沒有接點，為了公平多分它一點通道，參數還比 U-Net 多。兩個各練三次，每次都從新的亂數權重開始。先猜誰贏，差多少？

# %% [markdown] lang="en"
# The rival `no_joins` has no joins. To be fair, it gets a few more channels, so that it even has more parameters than the U-Net. Both are trained three times, each time from new random weights. Which one wins, and by how much? Guess first!

# %% row="C26" name="remove-noise"
errors, results = {"no_joins": [], "u_net": []}, {"no_joins": [], "u_net": []}
for _run in range(3):
    for model in (u_net(9, joins=False), u_net(8)):
        model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
        model.fit(noisy, clean, batch_size=25, verbose=0)
        results[model.name].append(model(noisy_test).numpy())
        errors[model.name].append(np.mean((results[model.name][-1] - clean_test) ** 2))
for name in errors:
    print(f"{name:8}", ", ".join(f"{error:.3f}" for error in errors[name]))
    print(f"         {np.mean(errors[name]):.3f} on average")

# %% tags=["guard"]
assert [len(values) for values in errors.values()] == [3, 3]
assert max(errors["no_joins"]) < noisy_error and max(errors["u_net"]) < noisy_error / 1.8
assert np.mean(errors["u_net"]) < np.mean(errors["no_joins"]) / 1.1
assert sum(np.less(errors["u_net"], errors["no_joins"])) >= 2

# %% name="noise-removed"
for name in errors:  # of the three runs the one in the middle
    rows[name] = results[name][np.argsort(errors[name])[1]]
labels = [label for name in rows for label in [name, *[""] * 7]]
show_images(np.concatenate([images[:8, :, :, 0] for images in rows.values()]), labels, columns=8)

# %% tags=["guard"]
assert list(rows) == ["noisy", "no_joins", "u_net", "original"]
for index, name in enumerate(rows):
    assert _.figure.axes[8 * index].get_title(loc="center") == name
    assert np.array_equal(guarding.image(_, 8 * index), rows[name][0, :, :, 0])
for name in errors:
    assert np.isclose(np.mean((rows[name] - clean_test) ** 2), np.median(errors[name]))

# %% [markdown] lang="zh-TW"
# 圖是每個模型三次裡不好不壞的那一次。只看過 1,000 張一遍，U-Net 已經去掉大半的雜訊；沒有接點的還剩不少，筆畫也常常畫錯。三次平均的均方誤差，`no_joins` 是 {{np.mean(errors["no_joins"]):.3f}}，U-Net 是 {{np.mean(errors["u_net"]):.3f}}。沒有接點，每個細節都得擠過 7x7 那一段再重建，要學比較久；有接點，就直接接過來！

# %% [markdown] lang="en"
# The pictures show each model's middle run. After a single pass over 1,000 digits the U-Net has removed most of the noise. Without joins a good part is left, and strokes come out wrong. On average over the three runs the mean squared error of `no_joins` is {{np.mean(errors["no_joins"]):.3f}}, and that of the U-Net {{np.mean(errors["u_net"]):.3f}}. Without joins every detail has to pass through the 7x7 maps and be rebuilt, and that takes longer to learn. With joins it comes straight across!
