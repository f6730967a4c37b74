# ---
# jupyter:
#   course:
#     needs: [04_branch_and_merge]
# ---

# %% [markdown] lang="zh-TW"
# # 05 多個輸入、多個輸出，還有雙胞胎

# %% [markdown] lang="en"
# # 05 Several inputs, several outputs, and twins

# %% [markdown] lang="zh-TW"
# 讀完這一課，你會：
#
# 1. 寫出有兩個輸入的模型，用串列或字典餵資料，並且知道餵錯了各會怎麼樣；
# 2. 說得出為什麼「兩個編碼接起來，直接進 softmax」查不了資料，中間加一個隱藏層又為什麼可以；
# 3. 替每個輸出配一個損失，看著損失的大小決定 `loss_weights`；
# 4. 做出共用一個 LSTM 的雙胞胎模型，說得出共用的好處；
# 5. 分得出模型是學會了，還是把答案背起來了。
#
# **先想一想**：用上一課的 `concatenate` 把 32 個和 16 個數字接起來，交給 `Dense(500)`，這一層有幾個參數？改用 `add` 合得起來嗎？（第一節裡有答案。）

# %% [markdown] lang="en"
# By the end of this lesson you will:
#
# 1. write a model with two inputs, feed it by list or by dict, and know what each does with a mistake;
# 2. say why a softmax straight on two joined codes cannot look anything up, and why it can with a hidden layer in between;
# 3. give each of several outputs a loss, and choose `loss_weights` from the sizes of the losses;
# 4. build twins that share one LSTM, and say what the sharing buys;
# 5. tell a model that has learned from one that has learned by heart.
#
# **Think first**: join 32 and 16 numbers with `concatenate`, from the lesson before, and hand them to a `Dense(500)`. How many parameters has that layer? Would `add` join the two? (The first section answers.)

# %%
import warnings
from itertools import permutations, product

import numpy as np
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
from keras_beyond.figures import TEXT, Picture, new_figure

# %% [markdown] lang="zh-TW"
# ## 兩個輸入，就是兩個 `Input`
#
# 問答模型要吃兩樣東西：一段文字、一個問題。文字先換成整數，一個整數代表一個詞；`Embedding`（嵌入）是一張對照表，替每個詞查出一個向量；`LSTM` 照順序讀過去，讀完給一個編碼。兩個編碼接起來，最後的 softmax 從 500 個答案裡選一個。這門課的前身就是這樣寫的：

# %% [markdown] lang="en"
# ## Two inputs are two `Input`s
#
# A model that answers questions takes two things: a text and a question. Words come as whole numbers, one number for each word; an `Embedding` is a table that gives each word a vector; an `LSTM` reads the vectors in order and ends with a code. Join the two codes, and a softmax picks one of 500 answers. The forerunner of this course wrote it so:

# %% row="C27" tags=["nbval-check-output"]
text = keras.Input((None,), dtype="int32", name="text")
text_code = layers.LSTM(32, name="read_text")(layers.Embedding(10_000, 64, name="text_words")(text))
question = keras.Input((None,), dtype="int32", name="question")
question_words = layers.Embedding(10_000, 32, name="question_words")(question)
question_code = layers.LSTM(16, name="read_question")(question_words)
joined = layers.concatenate([question_code, text_code], name="joined")
answer = layers.Dense(500, activation="softmax", name="answer")(joined)
answering = keras.Model([text, question], answer, name="answering")
print(text_code.shape, question_code.shape, joined.shape, answer.shape)
last = answering.get_layer("answer").count_params()
print(f"answer: {last:,} parameters, in all {answering.count_params():,}")

# %% tags=["nbval-check-output"]
draw(answering)

# %% [markdown] lang="zh-TW"
# 兩條路各自往下，在 `joined` 合成一條。`Model` 的第一個引數從一個張量變成一個串列，其他都沒變。`Dense(500)` 有 48x500 + 500 = 24,500 個參數；`add` 的每一軸要一樣長，或有一邊是 1；32 和 16 加不起來。100 萬個參數裡，96 萬個在兩張對照表裡。輸入的形狀寫 `None`：句子多長都可以。
#
# ## 資料裡要有答案，模型才學得到
#
# 前身拿亂數當文字、問題和答案來訓練，學得再久也沒有意義（晚一點量給你看）。我們造一個小世界，裡面真的有答案：三個人，六個地方，故事用六個詞說完誰在哪裡，問題問其中一個人。人的順序有 6 種，地方有 6x6x6 種，一共 1,296 個故事，一個都不漏。1,000 個拿來訓練，其他 296 個留著驗證，訓練的時候完全看不到。

# %% [markdown] lang="en"
# Two ways lead down and become one at `joined`. The first argument of `Model` is a list of tensors where it was one tensor; nothing else is new. `Dense(500)` has 48x500 + 500 = 24,500 parameters; `add` wants two axes equally long, or one of them of length 1; 32 and 16 cannot be added. Of the million parameters, 960,000 are in the two tables of words. The inputs have the shape `None`: a sentence may have any length.
#
# ## A model can learn only what the data hold
#
# The forerunner trained this on random texts, random questions and random answers, and however long you train, that means nothing (we shall measure it further down). So here is a small world that does hold the answers: three people, six places, a story that tells in six words who is where, and a question about one of the three. There are 6 orders of people and 6x6x6 choices of places: 1,296 stories, and we make them all. 1,000 are for training; the other 296 are held out, and training never sees them.

# %%
people = ["Amy", "Ben", "Mei"]
places = ["kitchen", "garden", "hall", "attic", "library", "cellar"]
words = ["where", "is", *people, *places]
worlds = [(order, where) for order in permutations(people) for where in product(places, repeat=3)]
np.random.default_rng(5).shuffle(worlds)


def examples(worlds):
    stories, questions, answers = [], [], []
    for order, where in worlds:
        story = [word for pair in zip(order, where, strict=True) for word in pair]
        for who in people:
            stories.append([words.index(word) for word in story])
            questions.append([words.index(word) for word in ["where", "is", who]])
            answers.append(places.index(story[story.index(who) + 1]))
    return np.array(stories), np.array(questions), np.array(answers)


# %% tags=["nbval-check-output"]
stories, questions, answers = examples(worlds[:1000])
stories_new, questions_new, answers_new = examples(worlds[1000:])
print(f"{len(worlds):,} stories; rows: {len(answers):,} to train on, {len(answers_new):,} held out")
print(stories.shape, questions.shape, answers.shape)
for row in range(3):
    story, asked = (" ".join(words[i] for i in part[row]) for part in (stories, questions))
    print(f"{story} | {asked} -> {places[answers[row]]}")

most_named = np.mean([np.bincount(row).max() for row in stories_new[:, 1::2]]) / 3
print(f"a blind guess {1 / 6:.1%}, the place that the story names most often {most_named:.1%}")

# %% [markdown] lang="zh-TW"
# 同一個故事問三個人，答案由問題決定。兩個水準先記住：閉著眼睛猜，六個對一個；聰明一點，不看問題，只答故事裡最常出現的地方，大約對一半。模型要超過**第二個**，才算看懂了問題。
#
# 小模型和前身同一個樣子，只是小。`hidden_units` 是 0 的時候，兩個編碼接起來直接進 softmax。`Embedding` 預設從 ±0.05 的小數字出發，故事這麼短，學得慢，所以改從 ±2 出發：

# %% [markdown] lang="en"
# One story, asked about three people: it is the question that decides. Keep two levels in mind. With closed eyes one answer in six is right. A little cleverer: ignore the question, name the place that the story names most often, and about half are right. Only a model that passes the **second** level has understood the question.
#
# The small model has the form of the large one. With `hidden_units=0` the two codes, joined, go straight into the softmax. An `Embedding` starts from numbers within ±0.05 by default, which makes a slow start on such short stories, so ours start within ±2:


# %% tags=["nbval-check-output"]
cross_entropy = "sparse_categorical_crossentropy"


def make_reader(hidden_units, name):
    codes = []
    inputs = [keras.Input((None,), dtype="int32", name=given) for given in ("story", "question")]
    for given, units in zip(inputs, (32, 16), strict=True):
        start = keras.initializers.RandomUniform(-2, 2)
        table = layers.Embedding(len(words), 32, start, name=f"{given.name}_words")
        codes.append(layers.LSTM(units, name=f"read_{given.name}")(table(given)))
    h = layers.concatenate(codes, name="joined")
    if hidden_units:
        h = layers.Dense(hidden_units, activation="relu", name="hidden")(h)
    reader = keras.Model(inputs, layers.Dense(6, "softmax", name="place")(h), name=name)
    reader.compile(keras.optimizers.Adam(0.01), loss=cross_entropy, metrics=["accuracy"])
    return reader


draw(make_reader(128, "with_hidden_layer"))

# %% [markdown] lang="zh-TW"
# ## 餵串列看順序，餵字典看名字
#
# 兩個輸入的資料可以放進串列，順序和 `Model([story, question], ...)` 一樣；也可以放進字典，鍵 (key) 是 `Input` 的 `name`。`fit`、`evaluate`、`predict` 都一樣。拿一個還沒訓練的模型，兩種餵法各量一次，損失應該相同：

# %% [markdown] lang="en"
# ## A list goes by order, a dict by name
#
# The data of two inputs may come in a list, in the order of `Model([story, question], ...)`, or in a dict whose keys are the `name`s of the `Input`s; this holds for `fit`, `evaluate` and `predict`. Measure the loss of an untrained model both ways, and it should be the same:

# %% row="C27"
in_a_list, by_name = [stories, questions], {"story": stories, "question": questions}
keras.utils.set_random_seed(1)
straight = make_reader(0, "straight")
losses = {}
for way, fed in [("list", in_a_list), ("dict", by_name)]:
    losses[way] = straight.evaluate(fed, answers, batch_size=1000, verbose=0)[0]
    print(f"fed by {way}: loss {losses[way]:.4f}")

# %% tags=["guard"]
assert np.isclose(losses["list"], losses["dict"], rtol=1e-3)

# %% [markdown] lang="zh-TW"
# 一樣。差別在出錯的時候。字典的鍵拼錯一個字母：

# %% [markdown] lang="en"
# They are the same. What differs is what becomes of a mistake. Misspell a key by one letter:

# %%
with expect_error(ValueError, match='Missing data for input "question"'):
    straight.evaluate({"story": stories, "qestion": questions}, answers, verbose=0)

# %% [markdown] lang="zh-TW"
# 訊息很清楚：缺的是 `question`，你給的鍵是 `story` 和 `qestion`，一看就知道拼錯了。再來，只餵一個輸入：

# %% [markdown] lang="en"
# The message is clear: `question` is missing, and the keys you gave are `story` and `qestion`, so the slip is plain to see. Next, feed only one of the two:

# %%
with expect_error(ValueError, match=r"expects 2 .*input\(s\)"):
    straight.predict([stories], verbose=0)

# %% [markdown] lang="zh-TW"
# 個數不對，Keras 也會說。可是如果串列的順序放反了，故事當問題、問題當故事呢？兩個輸入都是整數、長度都不限，形狀上沒有錯，Keras 看不出來。等一下模型訓練好了，我們來看看代價。
#
# ## 加起來，查不了資料
#
# 讓 `straight` 看 14 遍資料，每兩遍用沒看過的 296 個故事考它一次。然後換一個模型 `with_hidden`：一模一樣，只在中間多一個 128 個神經元的隱藏層。

# %% [markdown] lang="en"
# Keras notices a wrong count too. But what if the list is in the wrong order, the story as the question and the question as the story? Both inputs are whole numbers of any length, so no shape is wrong and Keras cannot tell. Once a model is trained, we shall see what it costs.
#
# ## A sum cannot look anything up
#
# Let `straight` see the data 14 times, with a test every second time on the 296 stories it has never seen. Then do the same with `with_hidden`: the same model, but for a hidden layer of 128 neurons in between.

# %% row="C27"
new = ({"story": stories_new, "question": questions_new}, answers_new)
held_out = {"validation_data": new, "validation_batch_size": 1000, "validation_freq": 2}
keras.utils.set_random_seed(1)
with_hidden = make_reader(128, "with_hidden")
curves, accuracy = {}, {}
for reader in (straight, with_hidden):
    history = reader.fit(by_name, answers, batch_size=150, epochs=14, verbose=0, **held_out)
    curves[reader.name] = history.history["val_accuracy"]
    accuracy[reader.name] = curves[reader.name][-1]
    print(f"{reader.name:12s} {accuracy[reader.name]:.1%}", end="  ")
    print(f"(blind guess {1 / 6:.1%}, most-named place {most_named:.1%})")

# %% tags=["guard"]
assert abs(accuracy["straight"] - most_named) < 0.06 and accuracy["with_hidden"] > 0.93

# %%
levels = {"most-named place": [most_named] * 7, "blind guess": [1 / 6] * 7}
plot_lines(
    levels | curves,
    x=range(2, 15, 2),
    title="A sum stops at the most-named place",
    xlabel="epoch",
    ylabel="accuracy on new stories",
)

# %% tags=["guard"]
from keras_beyond import guarding

shown = guarding.line(_, "with_hidden")
assert shown[-1, 0] == 14 and abs(shown[-1, 1] - accuracy["with_hidden"]) < 1e-6

# %% [markdown] lang="zh-TW"
# 橫軸是 epoch，縱軸是新故事的題目答對幾成，虛線是兩個拿來比的水準。`straight` 停在「最常出現的地方」那條線上，再練也上不去；`with_hidden` 前幾個 epoch 也停在那裡，後來一路往上爬，從沒看過的故事也幾乎全對。
#
# 為什麼？把 softmax 之前的六個分數寫出來。故事的編碼是 $u$（32 個數字），問題的編碼是 $v$（16 個數字）：
#
# $$s = u W_1 + v W_2 + b, \qquad W_1: (32, 6),\quad W_2: (16, 6),\quad b: (6,)$$
#
# （`place` 的權重是 (48, 6)，上面 32 列是 $W_1$，下面 16 列是 $W_2$。）把問題從 Amy 換成 Mei，$u$ 不變，分數的變化是 $(v_{\text{Mei}} - v_{\text{Amy}}) W_2$，裡面沒有 $u$：**不管聽的是哪個故事，換問題，分數都往同一個方向移同樣多**。要答對，移動的方向卻得看故事裡 Mei 在哪裡。所以這種頭（head，接在最後的幾層）查不了資料；在這批題目上，交叉熵最小的辦法就是不理問題。量量看：每個故事的分數移動多少，不同故事之間差多少。

# %% [markdown] lang="en"
# Epochs run to the right; the vertical axis is the share of questions on new stories that are answered correctly, and the dashed lines are two levels to compare with. `straight` stops at the most-named place and gets no further. `with_hidden` waits there too for the first epochs, then climbs, until nearly every answer is right, on stories it has never seen.
#
# Why? Write down the six scores before the softmax. Let $u$ be the code of the story (32 numbers) and $v$ the code of the question (16 numbers):
#
# $$s = u W_1 + v W_2 + b, \qquad W_1: (32, 6),\quad W_2: (16, 6),\quad b: (6,)$$
#
# (The kernel of `place`, of shape (48, 6), is $W_1$ on top of $W_2$.) Ask about Mei where you asked about Amy: $u$ stays, and the scores change by $(v_{\text{Mei}} - v_{\text{Amy}}) W_2$, in which there is no $u$. **Whatever the story, a new question moves the scores by the same amount in the same direction.** To be right, though, the direction would have to depend on where the story has Mei. So a head (the last layers of a model) of this kind cannot look anything up; on these questions the smallest cross-entropy comes from ignoring the question. Measure it: how far do the scores move in each story, and how much does that differ from story to story?

# %%
chances, spreads = {}, {}
for reader in (straight, with_hidden):
    p = np.asarray(reader(new[0]))
    p = chances[reader.name] = p.reshape(296, 3, 6)  # story, person, place
    scores = np.log(p + 1e-30) - np.log(p + 1e-30).mean(axis=2, keepdims=True)
    moved = scores[:, 2] - scores[:, 0]  # from Amy to Mei
    spread = spreads[reader.name] = np.ptp(moved, axis=0).max()
    print(f"{reader.name:12s} from story to story the moves differ by up to {spread:.2f}")

# %% tags=["guard"]
assert spreads["straight"] < 0.01 <= spreads["with_hidden"]

# %% [markdown] lang="zh-TW"
# （softmax 取對數，就是分數減掉一個六格共有的數字；再各減平均，那個數字就抵消了。）`straight` 的移動在 296 個故事裡一模一樣，`with_hidden` 的會看故事。隱藏層的每個神經元先把 $u$ 和 $v$ 加在一起，再過 ReLU：超過 0 才算數。「故事裡 Mei 在閣樓」和「問的是 Mei」兩件事一起發生才亮的神經元，就能把那一格查出來。
#
# 拿一個故事，看兩個模型怎麼答三個問題：

# %% [markdown] lang="en"
# (The logarithm of a softmax is the scores less a number that all six share; taking away the mean of the six removes it.) The moves of `straight` are the same in all 296 stories; those of `with_hidden` depend on the story. Each hidden neuron adds something of $u$ to something of $v$ and passes it through ReLU: only what is above 0 counts. A neuron that fires when the story has Mei in the attic **and** the question is about Mei can fetch that one answer.
#
# Take one story and see how the two models answer its three questions:


# %%
def show_answers(story):
    figure, axes = new_figure(8.4, 2.6, columns=2)
    for one, (name, p) in zip(axes[0], chances.items(), strict=True):
        one.imshow(p[story], cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for (who, place), value in np.ndenumerate(p[story]):
            ink = "white" if value > 0.6 else "black"
            one.text(place, who, f"{value:.2f}", ha="center", va="center", color=ink)
        one.set_xticks(range(6), places, fontsize=TEXT)
        one.set_yticks(range(3), [f"{who}?" for who in people])
        one.set_title(name, fontsize=11)
        one.set(xlabel="answer", ylabel="question")
    text = " ".join(words[i] for i in stories_new[3 * story])
    figure.suptitle(f"probability of each place after: {text}", fontsize=11)
    return Picture(figure)


show_answers(5)

# %% tags=["widget"]
explore(show_answers, story=(0, 295))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view(unstated=["story"])
shown = show_answers(5).figure.axes[1].images[0].get_array()
assert np.array_equal(shown, chances["with_hidden"][5])

# %% [markdown] lang="zh-TW"
# 一列 (row) 是一個問題，顏色越深，機率越高。左邊三列幾乎一樣，問誰都給同樣的答案；右邊每一列各挑出一個地方。拉滑桿可以換故事。
#
# 剛才還欠一件事：串列的順序放反，會怎樣？

# %% [markdown] lang="en"
# A row is a question; the darker, the more probable. On the left the three rows are nearly the same, whoever is asked about; on the right each row picks a place of its own. The slider takes you through the stories.
#
# One question was left open: what does a list in the wrong order cost?

# %%
swapped = [questions_new, stories_new]
accuracy_swapped = with_hidden.evaluate(swapped, answers_new, batch_size=1000, verbose=0)[1]
print(f"right order {accuracy['with_hidden']:.1%}, wrong order {accuracy_swapped:.1%}")

# %% tags=["guard"]
assert accuracy_swapped < 0.3

# %% [markdown] lang="zh-TW"
# 沒有錯誤訊息，答案卻變成亂猜。輸入一多，就用字典：拼錯會停下來，順序無所謂。
#
# ### 練習 5.1：照片和數字一起看（8 分鐘）
#
# 建一個估房價的模型 `house`，有兩個輸入：`photo`，形狀 `(32, 32, 3)`；`facts`，五個數字（坪數、屋齡……）。輸出一個數字。同樣的照片，配上不同的屋齡，意義不一樣，所以照片和那五個數字不可以只是「各算各的，再加起來」。只要建好，不必訓練。

# %% [markdown] lang="en"
# There is no error message, and yet the answers are no better than guesses. With several inputs, use a dict: a slip of the pen stops you, and the order does not matter.
#
# ### Exercise 5.1: a photograph and some figures (8 minutes)
#
# Build `house`, which estimates the price of a house from two inputs: `photo`, of shape `(32, 32, 3)`, and `facts`, five numbers (floor space, age and so on). It gives one number. The same photograph means one thing for a new house and another for an old one, so photograph and facts must not simply be scored apart and added. Build it only; it need not be trained.

# %% tags=["exercise"]
house = None
### BEGIN SOLUTION
photo, facts = keras.Input((32, 32, 3), name="photo"), keras.Input((5,), name="facts")
seen = layers.GlobalAveragePooling2D()(layers.Conv2D(16, 3, activation="relu")(photo))
both = layers.Dense(32, activation="relu")(layers.concatenate([seen, facts]))
house = keras.Model([photo, facts], layers.Dense(1)(both), name="house")
### END SOLUTION

# %% tags=["check"]
check("house-model", house)

# %% [markdown] lang="zh-TW"
# ## 答案亂填，也背得起來
#
# 前身的答案是亂數，訓練損失照樣往下掉。掉下去代表什麼？拿 200 個題目，答案用骰子決定，驗證資料的答案也用骰子決定。模型不必大，把故事和問題排成九個詞，查成向量，攤平，過一個隱藏層：

# %% [markdown] lang="en"
# ## Random answers can be learned by heart
#
# In the forerunner the answers were random numbers, and the training loss fell all the same. What does that mean? Take 200 questions, let a die decide their answers, and let it decide those of the validation data too. A small model will do: story and question in a row make nine words, which become vectors, are flattened and pass a hidden layer:

# %%
random = np.random.default_rng(6)
some = random.permutation(len(answers))[:200]
asked, asked_new = np.hstack([stories, questions])[some], np.hstack([stories_new, questions_new])
thrown, thrown_new = random.integers(0, 6, 200), random.integers(0, 6, len(asked_new))
keras.utils.set_random_seed(1)
crammer = keras.Sequential([keras.Input((9,)), layers.Embedding(len(words), 16)], name="crammer")
for layer in (layers.Flatten(), layers.Dense(64, "relu"), layers.Dense(6, "softmax")):
    crammer.add(layer)
crammer.compile(keras.optimizers.Adam(0.01), loss=cross_entropy, metrics=["accuracy"])
held_out = {"validation_data": (asked_new, thrown_new), "validation_batch_size": 1000}
crammed = crammer.fit(asked, thrown, batch_size=20, epochs=16, verbose=0, **held_out).history
by_heart, on_new = crammed["accuracy"][-1], crammed["val_accuracy"][-1]
print(f"{crammer.count_params():,} parameters, accuracy: training {by_heart:.1%}", end=", ")
print(f"validation {on_new:.1%}, a blind guess {1 / 6:.1%}")

# %% tags=["guard"]
assert by_heart > 0.9 and 0.12 < on_new < 0.22 and crammed["val_loss"][-1] > 2 * np.log(6)

# %%
blind = {"blind guess": [np.log(6)] * 16}
plot_lines(
    blind | {"training": crammed["loss"], "validation": crammed["val_loss"]},
    title="Random answers: training falls, validation rises",
    xlabel="epoch",
    ylabel="loss (nats)",
)

# %% tags=["guard"]
from keras_beyond import guarding

training, validation = (guarding.line(_, label) for label in ("training", "validation"))
assert len(training) == len(validation) == 16 and training[-1, 1] < np.log(6) < validation[-1, 1]

# %% [markdown] lang="zh-TW"
# 訓練的題目幾乎全對，損失快到 0；驗證的題目只對六分之一左右，和閉著眼睛猜一樣，損失卻是亂猜的 log(6) = 1.79 的兩倍以上：它亂猜，而且很有把握。200 題骰子的結果，將近一萬個參數背得下來，但是背下來的東西對下一題沒有用，因為題目和答案本來就沒有關係。所以訓練損失往下掉，證明不了模型學會了什麼；看沒見過的資料，再和亂猜的水準比，才知道。

# %% [markdown] lang="en"
# Nearly all training questions are right, and their loss is close to 0. Of the validation questions about one in six is right, as with closed eyes, and their loss is more than twice the log(6) = 1.79 of a blind guess: it guesses, and is sure of itself. Nearly ten thousand parameters can hold 200 throws of a die, but what they hold is of no use for the next question, since question and answer had nothing to do with each other. So a falling training loss proves nothing about learning; data never seen, and the level of a blind guess beside them, do.

# %% [markdown] lang="zh-TW"
# ## 多個輸出：每個輸出一個損失
#
# 換一個方向：一個輸入，三個輸出。從一個人的貼文猜年齡（一個數字）、收入（十組選一）、性別（兩組選一）。前身的模型用卷積 (convolution) 一路讀下來，最後分成三個頭：

# %% [markdown] lang="en"
# ## Several outputs: a loss for each
#
# Now the other way round: one input, three outputs. From what a person posts, guess the age (a number), the income (one of ten groups) and the gender (one of two). The forerunner's model reads with convolutions and ends in three heads:


# %% row="C28" tags=["nbval-check-output"]
def convolutions(x):
    for filters, pool in [(128, True), (256, False), (256, True), (256, False), (256, False)]:
        x = layers.Conv1D(filters, 5, activation="relu")(x)
        x = layers.MaxPooling1D(5)(x) if pool else x
    return x


posts = keras.Input((None,), dtype="int32", name="posts")
x = layers.GlobalMaxPooling1D()(convolutions(layers.Embedding(50_000, 256)(posts)))
x = layers.Dense(128, activation="relu")(x)
age = layers.Dense(1, name="age")(x)
income = layers.Dense(10, activation="softmax", name="income")(x)
gender = layers.Dense(1, activation="sigmoid", name="gender")(x)
profile = keras.Model(posts, [age, income, gender], name="profile")
print(x.shape, age.shape, income.shape, gender.shape)
print(f"{profile.count_params():,} parameters, {50_000 * 256:,} of them in the table of words")

# %% [markdown] lang="zh-TW"
# `Model` 的第二個引數換成串列，就有三個輸出。（前身的 `gender` 用 softmax，那是錯的，後面的抓蟲題會遇到。）
#
# 這個模型有一個陷阱：貼文太短，就沒東西可讀。倒著算：大小 5 的卷積核，5 個位置才算出 1 個，長度少 4；最後兩個卷積要留下 1 個，就得給 9 個；池化把 5 個併成 1 個，9 個要 45 個；再往前兩個卷積，53 個；池化，265 個；第一個卷積，269 個。輸入寫 `None` 的時候，Keras 不知道有多長，建模型時沒辦法替你檢查。之後會怎樣就不一定了：250 個詞的貼文，第一篇就拿它去 `predict`，會停在 `Negative dimension size`；先讀過別的長度，或者直接寫 `profile(words)`，卻沒有錯誤訊息，算出來的數字毫無意義。把長度寫出來，建模型的時候就擋下來了。先試 269，再試 200：

# %% [markdown] lang="en"
# With a list as its second argument, `Model` has three outputs. (In the forerunner `gender` had a softmax, which is wrong; the bug hunt below takes it up.)
#
# There is a trap in this model: if a post is too short, nothing is left to read. Count backwards. A convolution with a kernel of 5 makes its input 4 places shorter (5 places make 1), so to leave 1 the last two need 9; pooling makes 1 of 5, so 9 need 45; two convolutions further up, 53; pooling, 265; the first convolution, 269. Where an `Input` says `None`, Keras does not know the length and cannot check it while the model is built. What happens later depends: a post of 250 words stopped `predict` with `Negative dimension size` when it was the first; after posts of other lengths, or with `profile(words)`, there was no error, and the numbers that came out meant nothing. Say the length, and the mistake is caught when the model is built. Try 269 first, then 200:

# %%
print("269 words:", convolutions(keras.Input((269, 256))).shape)
with expect_error(ValueError, match="Computed output size would be"):
    convolutions(keras.Input((200, 256)))

# %% [markdown] lang="zh-TW"
# 269 個詞剛好留下 1 個位置；200 個詞，訊息說算出來的長度會是 0 或負的。
#
# ### 練習 5.2：最短要幾個詞（5 分鐘）
#
# 一個模型依序是 `Conv1D(32, 7)`、`MaxPooling1D(4)`、`Conv1D(32, 7)`、`MaxPooling1D(4)`、`Conv1D(32, 3)`、`GlobalMaxPooling1D()`。貼文最少要幾個詞，最後的池化才至少有一個位置可讀？先倒著算，再填進 `shortest`。

# %% [markdown] lang="en"
# 269 words leave exactly one place; with 200, the message says, the length would be zero or negative.
#
# ### Exercise 5.2: how short may a post be? (5 minutes)
#
# A model consists of `Conv1D(32, 7)`, `MaxPooling1D(4)`, `Conv1D(32, 7)`, `MaxPooling1D(4)`, `Conv1D(32, 3)` and `GlobalMaxPooling1D()`, in this order. How many words must a post have at least, so that the last pooling has one place to read? Count backwards, then put the number in `shortest`.

# %% tags=["exercise"]
shortest = None
### BEGIN SOLUTION
# backwards: 3, 12, 18, 72, 78; a kernel of k takes k - 1 places, a pooling of 4 divides by 4
shortest = ((1 + 2) * 4 + 6) * 4 + 6
### END SOLUTION

# %% tags=["check"]
check("shortest-post", shortest)

# %% [markdown] lang="zh-TW"
# ## 造一批貼文，讓答案藏在字裡
#
# 造 8,000 人的資料，每人一篇 40 個詞的貼文。四分之三是誰都會用的詞（1 到 100 號），四分之一會洩漏一點底細：每五歲一組、每組收入、每種性別，各有五個愛用的詞。這些規則是我們編的，和真實的人無關。

# %% [markdown] lang="en"
# ## Made-up posts, with the answers hidden in the words
#
# Make 8,000 people, each with a post of 40 words. Three words in four are anybody's (numbers 1 to 100); one in four tells something: every five years of age, every group of income and each gender has five favourite words. We made these rules up, and they say nothing about real people.


# %% tags=["nbval-check-output"]
def make_posts(n, seed):
    random = np.random.default_rng(seed)
    age, income, gender = (random.integers(*ends, n) for ends in ((20, 80), (0, 10), (0, 2)))
    first = np.stack([101 + (age - 20) // 5 * 5, 161 + 5 * income, 211 + 5 * gender], axis=1)
    topic = random.integers(0, 3, (n, 40))  # which of the three a word would tell
    telling = np.take_along_axis(first, topic, axis=1) + random.integers(0, 5, (n, 40))
    plain = random.integers(1, 101, (n, 40))
    words = np.where(random.random((n, 40)) < 0.25, telling, plain)
    return words, {"age": age.astype("float32"), "income": income, "gender": gender}


posts_train, people_train = make_posts(8000, 1)
posts_new, people_new = make_posts(3000, 2)
print({name: int(values[0]) for name, values in people_train.items()}, "writes:")
print(*posts_train[0])
chance_age = np.abs(people_new["age"] - people_train["age"].mean()).mean()
print(f"chance: age wrong by {chance_age:.1f} years (always the mean), income 10%, gender 50%")

# %% [markdown] lang="zh-TW"
# 100 號以上的詞才有用，而且散在各處。不看貼文，年齡一律答平均，平均差 15 歲左右；收入十組，性別兩組，亂猜對一成和五成。
#
# 模型和前身同一個樣子，只留一次池化，29 個詞就夠（倒著算：1、5、25、29）：

# %% [markdown] lang="en"
# Only words above 100 help, and they are scattered. Without the post, always answering the mean age is about 15 years off on average; among ten groups of income and two genders, guessing gets 10 % and 50 %.
#
# The model has the form of the forerunner's, with one pooling only, so that 29 words are enough (backwards: 1, 5, 25, 29):


# %% tags=["nbval-check-output"]
def make_profile(name):
    keras.utils.set_random_seed(1)
    posts = keras.Input((None,), dtype="int32", name="posts")
    x = layers.Embedding(221, 16, name="words")(posts)
    x = layers.Conv1D(32, 5, activation="relu", name="conv_1")(x)
    x = layers.MaxPooling1D(5, name="pool")(x)
    x = layers.Conv1D(32, 5, activation="relu", name="conv_2")(x)
    x = layers.GlobalMaxPooling1D(name="largest")(x)
    code = layers.Dense(64, activation="relu", name="code")(x)
    heads = [
        layers.Dense(1, name="age")(code),
        layers.Dense(10, activation="softmax", name="income")(code),
        layers.Dense(1, activation="sigmoid", name="gender")(code),
    ]
    return keras.Model(posts, heads, name=name)


draw(make_profile("small_profile"))

# %% [markdown] lang="zh-TW"
# ## 三個損失，最後只能是一個數字
#
# 梯度下降 (gradient descent) 只會讓**一個**數字變小，所以三個損失要先合成一個：各乘上 `loss_weights` 裡的權重，再加起來。年齡是迴歸 (regression)，用均方誤差 (MSE)；收入和性別用交叉熵。`loss` 可以寫成字典，鍵是輸出層的 `name`；也可以寫成串列，順序是 `Model(posts, [age, income, gender])` 的順序，和建立那些層的先後無關。正確答案也一樣：`people_new` 是字典，鍵是 `age`、`income`、`gender`。權重先用前身的 0.25、1、10，還沒訓練就量一次：

# %% [markdown] lang="en"
# ## Three losses have to become one number
#
# Gradient descent makes **one** number smaller, so the three losses have to be made into one: each is multiplied by its weight in `loss_weights`, and the products are added. Age is a regression, with the mean squared error (MSE); income and gender take cross-entropies. `loss` may be a dict whose keys are the `name`s of the output layers, or a list, in the order of `Model(posts, [age, income, gender])`, whatever the order in which the layers were made. The right answers come in the same way: `people_new` is a dict with the keys `age`, `income` and `gender`. Take the forerunner's weights, 0.25, 1 and 10, and measure once before any training:

# %%
loss_by_name = {
    "age": "mse",
    "income": "sparse_categorical_crossentropy",
    "gender": "binary_crossentropy",
}
weights = {"age": 0.25, "income": 1.0, "gender": 10.0}


def untrained_losses(loss, loss_weights):
    untrained = make_profile("untrained")
    untrained.compile("adam", loss=loss, loss_weights=loss_weights)
    return untrained.evaluate(posts_new, people_new, batch_size=1000, verbose=0, return_dict=True)


# %% row="C28"
losses = untrained_losses(dict(loss_by_name), dict(weights))
for name, weight in weights.items():
    own = losses[f"{name}_loss"]
    print(f"{name:>7s} {own:9.3f} x {weight:<5g} = {own * weight:8.3f}")
by_hand = sum(losses[f"{name}_loss"] * weight for name, weight in weights.items())
with_lists = untrained_losses(list(loss_by_name.values()), list(weights.values()))["loss"]
print(f"by hand {by_hand:.3f}, Keras {losses['loss']:.3f} with dicts, {with_lists:.3f} with lists")

# %% tags=["guard"]
assert np.allclose([by_hand, with_lists], losses["loss"], rtol=1e-3)
assert 2000 < losses["age_loss"] < 3500 and 0.25 * losses["age_loss"] / losses["loss"] > 0.98
assert (
    abs(losses["income_loss"] - np.log(10)) < 0.1 and abs(losses["gender_loss"] - np.log(2)) < 0.1
)

# %% [markdown] lang="zh-TW"
# 自己加的總和等於 Keras 的 `loss`，串列和字典也一樣。看看誰最大：年齡用「歲」算，差 50 歲，平方就是 2,500，乘上 0.25 還是占了總和的 98% 以上。收入的 2.30 是 log(10)，性別的 0.69 是 log(2)，都是亂猜的大小。
#
# 字典的鍵拼錯，編譯的時候不說，第一次用到損失才說：

# %% [markdown] lang="en"
# The sum by hand equals Keras's `loss`, and list and dict agree. See which is the largest: age is in years, 50 years squared are 2,500, and even times 0.25 it makes up more than 98 % of the sum. Income's 2.30 is log(10) and gender's 0.69 is log(2), the sizes of a guess.
#
# A misspelt key gets through `compile`, and Keras complains when the loss is first used:

# %%
with expect_error(ValueError, match="Expected keys"):
    untrained_losses({"age": "mse", "incom": "mse", "gender": "mse"}, dict(weights))

# %% [markdown] lang="zh-TW"
# ## 權重變大，模型就偏向那一邊
#
# 訓練兩個模型，出發點一模一樣，只有年齡的權重不同：0.001（2,800 左右乘上它，和另外兩個損失差不多大）和 1。年齡的評量指標用 `mae`（平均絕對誤差），也就是平均差幾歲。

# %% [markdown] lang="en"
# ## When one weight grows, the model leans that way
#
# Train two models from the same starting point. They differ only in the weight of age: 0.001 (which brings some 2,800 down to the size of the other two losses) and 1. Age is measured by `mae`, the mean absolute error: by how many years it is off on average.

# %%
metrics = {"age": "mae", "income": "accuracy", "gender": "accuracy"}
profiles, measured = {}, {}
for weight in (0.001, 1.0):
    profiles[weight] = make_profile("small_profile")
    profiles[weight].compile(
        keras.optimizers.Adam(0.015),
        loss=dict(loss_by_name),
        loss_weights={"age": weight, "income": 1.0, "gender": 1.0},
        metrics=dict(metrics),
    )
    profiles[weight].fit(posts_train, people_train, batch_size=200, epochs=3, verbose=0)
    measured[weight] = profiles[weight].evaluate(
        posts_new, people_new, batch_size=1000, verbose=0, return_dict=True
    )

# %% row="C28"
print(f"{'weight of age':>14s} {'age off by':>12s} {'income':>8s} {'gender':>8s}")
for weight, scores in measured.items():
    years, income_right, gender_right = (scores[f"{name}_{m}"] for name, m in metrics.items())
    print(f"{weight:14g} {years:6.1f} years {income_right:8.1%} {gender_right:8.1%}")
print(f"{'chance':>14s} {chance_age:6.1f} years {0.1:8.1%} {0.5:8.1%}")
small, large = measured.values()

# %% tags=["guard"]
assert small["income_accuracy"] > 0.85 and small["gender_accuracy"] > 0.93
assert large["income_accuracy"] < 0.3 and abs(large["gender_accuracy"] - 0.5) < 0.15
assert 4 < large["age_mae"] < 7.3 < small["age_mae"] < 10

# %% [markdown] lang="zh-TW"
# 權重 0.001 的時候，收入和性別都在九成以上，年齡平均差 8 歲左右。年齡的權重長到 1，年齡準了一些，收入卻停在一成左右、性別停在五成左右，跟亂猜一樣：三個頭共用同一串卷積，梯度幾乎都是年齡的，大家都去幫年齡找線索了。前身說「MSE 通常 3 到 5、交叉熵 0.1」，所以權重給 0.25 和 10，那是別的資料的大小。先印出自己的損失，再決定權重。（另一個辦法是換單位，把年齡除以 100，損失就跟著小了。）
#
# ### 練習 5.3：一開始就一樣重（6 分鐘）
#
# 寫一個函式：給它訓練前的損失，例如 `{"age": 2000.0, "income": 2.5}`，傳回權重的字典，讓每個「損失 x 權重」都是 1。

# %% [markdown] lang="en"
# With the weight at 0.001, income and gender are right in more than nine cases of ten, and age is about 8 years off. Let the weight of age grow to 1: age gets a little better, but income stays at about one in ten and gender at about one in two, mere guesses. The three heads share one stack of convolutions, nearly all of the gradient comes from age, and everything goes looking for age. The forerunner says that the MSE is usually 3 to 5 and the cross-entropy 0.1, hence its 0.25 and 10; those are the sizes on somebody else's data. Print your own losses, then choose the weights. (Another way is a change of units: divide age by 100, and its loss shrinks with it.)
#
# ### Exercise 5.3: equal at the start (6 minutes)
#
# Write a function: given the losses before training, for instance `{"age": 2000.0, "income": 2.5}`, it returns a dict of weights such that each "loss x weight" is 1.


# %% tags=["exercise"]
def balancing_weights(losses):
    """A weight for each name in `losses`, so that every product of the two is 1."""
    ### BEGIN SOLUTION
    return {name: 1 / loss for name, loss in losses.items()}
    ### END SOLUTION


# %% tags=["check"]
check("balancing-weights", balancing_weights)

# %% [markdown] lang="zh-TW"
# ### 抓蟲 5.4：永遠一樣的性別（8 分鐘）
#
# 前身把性別寫成下面這樣。我們借訓練好的模型，讀出 64 個數字的編碼，只訓練這個頭：

# %% [markdown] lang="en"
# ### Bug hunt 5.4: always the same gender (8 minutes)
#
# The forerunner wrote gender as follows. Borrow the trained model, read its codes of 64 numbers, and train this head alone:

# %%
trained = profiles[0.001]
read_code = keras.Model(trained.inputs, trained.get_layer("code").output)
codes = read_code.predict(posts_train, batch_size=1000, verbose=0)
genders = people_train["gender"]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    head = keras.Sequential([keras.Input((64,)), layers.Dense(1, activation="softmax")])
    head.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = head.fit(codes, genders, batch_size=100, epochs=3, verbose=0, callbacks=[EpochLine()])
    p = np.asarray(head(codes))
print(f"probabilities from {p.min():.1f} to {p.max():.1f}; ones in the labels {genders.mean():.2%}")

# %% tags=["guard"]
assert p.min() == p.max() == 1 and np.ptp(history.history["accuracy"]) < 1e-6
assert history.history["loss"][-1] < history.history["loss"][0]

# %% [markdown] lang="zh-TW"
# 損失往下掉，看起來學得很好；準確率卻一動也不動，剛好是標籤裡 1 的比例，而且機率全部是 1.0。編碼裡明明有性別（原來的模型答對九成以上）。（Keras 其實警告過，我們先關掉，不然謎底就揭曉了。）
#
# 錯在哪裡？寫出改好的 `mended_head`：吃 64 個數字，給**一個**機率。只要建好，不必訓練。再想一步：損失為什麼還會往下掉？解答的註解裡有說明。

# %% [markdown] lang="en"
# The loss falls, as if all were well; but the accuracy does not move, it is just the share of ones among the labels, and every probability is 1.0. Yet the codes do hold the gender: the model they come from was right in more than nine cases of ten. (Keras did warn; we silenced it, since it gives the secret away.)
#
# What is wrong? Build `mended_head`, which takes 64 numbers and gives **one** probability. It need not be trained. One step further: why does the loss fall all the same? The comments in the solution say.

# %% tags=["exercise"]
mended_head = None
### BEGIN SOLUTION
mended_head = keras.Sequential([keras.Input((64,)), layers.Dense(1, activation="sigmoid")])
# Softmax divides e^s by the sum over all units: with one unit, e^s / e^s = 1, whatever s is.
# The loss fell because Keras remembers the score s before a softmax or sigmoid and computes the
# cross-entropy from it, as if after a sigmoid: the weights learn, the probabilities cannot show it.
### END SOLUTION

# %% tags=["check"]
check("mended-head", mended_head)

# %% [markdown] lang="zh-TW"
# ## 雙胞胎：同一個 LSTM 讀兩邊
#
# 最後一種：兩個輸入是同一類的東西，要判斷像不像。前身用**同一個** LSTM 讀左右兩邊，叫孿生網路 (Siamese network)，再把兩個編碼接起來：

# %% [markdown] lang="en"
# ## Twins: one LSTM reads both sides
#
# One more form: two inputs of the same kind, and the question whether they are alike. The forerunner reads both with **one** LSTM, which makes it a Siamese network, and joins the codes:

# %% row="C29" tags=["nbval-check-output"]
lstm = layers.LSTM(32, name="lstm")
left, right = keras.Input((None, 128), name="left"), keras.Input((None, 128), name="right")
joined = layers.concatenate([lstm(left), lstm(right)], name="joined")
same = layers.Dense(1, activation="sigmoid", name="same")
first_twins = keras.Model([left, right], same(joined), name="first_twins")
print(f"{lstm.count_params():,} + {same.count_params()} = {first_twins.count_params():,}")

# %% tags=["nbval-check-output"]
draw(first_twins)

# %% [markdown] lang="zh-TW"
# `lstm` 出現兩次，用同一個顏色畫，權重只算一次。模型蓋得起來，頭卻有問題：和前面的 `straight` 一樣，分數是 $a(\text{left}) + b(\text{right})$，兩邊各算各的。假設編碼完美，數字 $i$ 在左邊得 $a_i$ 分，數字 $j$ 在右邊得 $b_j$ 分，總分大於 0 就答「一樣」。任取兩個不同的數字 $i$ 和 $j$：

# %% [markdown] lang="en"
# `lstm` appears twice, in one colour, and its weights count once. The model can be built, but its head is no good. As with `straight`, the score is $a(\text{left}) + b(\text{right})$, each side by itself. Suppose the codes are perfect: digit $i$ on the left scores $a_i$, digit $j$ on the right scores $b_j$, and above 0 the answer is "same". For any two different digits $i$ and $j$:

# %% [markdown]
# $$(a_i + b_j) + (a_j + b_i) = (a_i + b_i) + (a_j + b_j)$$

# %% [markdown] lang="zh-TW"
# 右邊是兩對相同的數字，都要大於 0；那左邊的兩對不同的數字，至少有一對也大於 0，被當成「一樣」。所以相同的全答對，不同的最多答對一半；題目一半相同、一半不同，最高就是 75%。故意把某一個數字（例如兩個 7）答成「不一樣」，也換不到更多：賠掉全部題目的 5%，最多賺回 5%。
#
# 量量看。先從 MNIST 的 2 萬張配 12,000 對數字，一半相同、一半不同。再來第一行手工挑分數；下面兩行各訓練一個頭，而且直接把**正確的數字**用 one-hot 給它，比任何 LSTM 讀得都準：

# %% [markdown] lang="en"
# On the right stand two equal pairs, both of which should be above 0. Then of the two unequal pairs on the left at least one is above 0 too, and is called "same". So with all equal pairs right, at most half of the unequal pairs are right, and where half of the questions are of each kind, 75 % is the ceiling. Nor does it help to answer "different" to the equal pairs of one digit, say two sevens: that loses 5 % of all questions, and wins back 5 % at most.
#
# Measure it. First make 12,000 pairs out of 20,000 MNIST digits, half of them equal. Then the first line picks scores by hand; for the other two a head is trained, and is handed the **true digits**, one-hot, better than any LSTM could read them:


# %%
def make_pairs(labels, n, seed):
    """Places of the left and the right digits, and 1 where they are equal, as half of them are."""
    random = np.random.default_rng(seed)
    same = np.arange(n) % 2
    left = random.integers(0, len(labels), n)
    wanted = (labels[left] + (1 - same) * random.integers(1, 10, n)) % 10
    by_digit = np.argsort(labels, kind="stable")
    first = np.searchsorted(labels[by_digit], np.arange(11))
    return left, by_digit[random.integers(first[wanted], first[wanted + 1])], same


(images_train, y_train), (images_test, y_test) = load_mnist()
images_train, y_train = images_train[:20000], y_train[:20000]
left_train, right_train, same_train = make_pairs(y_train, 12_000, seed=1)
left_test, right_test, same_test = make_pairs(y_test, 4_000, seed=2)
print(f"{len(same_train):,} pairs to train on, {same_train.mean():.0%} of them equal")

# %% tags=["guard"]
assert ((y_train[left_train] == y_train[right_train]) == same_train).all()

# %% row="C29"
i, j = np.indices((10, 10))
says_same = i - j + 0.5 > 0  # a_i = i, b_j = 0.5 - j
print(f"by hand: {(says_same[i == j].mean() + 1 - says_same[i != j].mean()) / 2:.1%}")
digit_pairs = np.stack([y_train[left_train], y_train[right_train]], axis=1)
true_digits = np.eye(10)[digit_pairs]  # (12000, 2, 10)
reached = {}
for name, hidden in [("sum", []), ("hidden layer", [layers.Dense(64, activation="relu")])]:
    last = layers.Dense(1, activation="sigmoid")
    head = keras.Sequential([keras.Input((2, 10)), layers.Flatten(), *hidden, last])
    head.compile(keras.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"])
    history = head.fit(true_digits, same_train, batch_size=500, epochs=5, verbose=0)
    reached[name] = history.history["accuracy"][-1]
    print(f"{name}, trained on the true digits: {reached[name]:.1%}")

# %% tags=["guard"]
assert 0.45 < reached["sum"] < 0.6 and reached["hidden layer"] > 0.99

# %% [markdown] lang="zh-TW"
# 手工挑的分數剛好 75%。訓練出來的「和」連 75% 都沒有，只有一半上下：只看左邊，右邊相同、不同的機會各一半，只看右邊也是，所以各算各的時候，交叉熵最小的答案就是「一律 0.5」。加一個隱藏層，同樣的輸入全部答對。
#
# 所以頭要換：先取兩個編碼的差 $|u_{\text{left}} - u_{\text{right}}|$，32 個數字，像的話就接近 0，再過一個隱藏層。`keras.ops` 裡的函式可以直接用在符號張量上。同一個頭，做兩個模型：`shared` 兩邊共用一個 LSTM，`unshared` 左右各一個。

# %% [markdown] lang="en"
# Scores by hand get exactly 75 %. The trained sum does not even get that, but about half. Seen from the left alone, the right is as often the same as not, and the other way round; so where each side is scored by itself, the answer with the smallest cross-entropy is "0.5, always". With a hidden layer the same inputs give the right answer every time.
#
# So the head has to change. Take the difference of the two codes, $|u_{\text{left}} - u_{\text{right}}|$, 32 numbers that are close to 0 for things alike, and pass it through a hidden layer. The functions in `keras.ops` work on symbolic tensors. Make two models with this one head: in `shared` one LSTM reads both sides, in `unshared` each side has its own.


# %% tags=["nbval-check-output"]
def make_twins(shared, name):
    left, right = keras.Input((14, 14), name="left"), keras.Input((14, 14), name="right")
    read_left = layers.LSTM(32, name="lstm" if shared else "lstm_left")
    read_right = read_left if shared else layers.LSTM(32, name="lstm_right")
    apart = keras.ops.abs(read_left(left) - read_right(right))
    h = layers.Dense(64, activation="relu", name="hidden")(apart)
    same = layers.Dense(1, activation="sigmoid", name="same")(h)
    twins = keras.Model([left, right], same, name=name)
    twins.compile(keras.optimizers.Adam(0.015), "binary_crossentropy", metrics=["accuracy"])
    return twins


draw(make_twins(True, "shared"))

# %% [markdown] lang="zh-TW"
# 數字照列讀：28x28 的影像先把每 2x2 個像素平均成一個，變成 14 列，一列 14 個數字，LSTM 從上往下讀 14 步。忘了縮小，直接餵 28x28：

# %% [markdown] lang="en"
# The digits are read row by row. First each 2x2 pixels of the 28x28 are averaged, which makes 14 rows of 14 numbers; the LSTM reads them from the top in 14 steps. Forget that, and feed 28x28:


# %%
def halved(images):
    return images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4), dtype="float32") / 255


halves_train, halves_test = halved(images_train), halved(images_test)
with expect_error(ValueError, match=r"(?i)expected shape.\(None, 14, 14\)"):
    untouched = {"left": images_test[:5], "right": images_test[:5]}
    make_twins(True, "shared").predict(untouched, verbose=0)

# %% row="C29"
pairs_train = {"left": halves_train[left_train], "right": halves_train[right_train]}
pairs_test = {"left": halves_test[left_test], "right": halves_test[right_test]}
twins, said, marks = {}, {}, {}
for name in ("shared", "unshared"):
    keras.utils.set_random_seed(1)
    model = twins[name] = make_twins(name == "shared", name)
    model.fit(pairs_train, same_train, batch_size=250, epochs=3, verbose=0, callbacks=[EpochLine()])
    said[name] = np.asarray(model(pairs_test))[:, 0]
    marks[name] = np.mean((said[name] > 0.5) == same_test)
    print(f"{name}: {model.count_params():,} parameters, {marks[name]:.1%} right (chance 50.0%)")

# %% tags=["guard"]
assert 0.85 < marks["shared"] < 0.97 and 0.7 < marks["unshared"] < marks["shared"] - 0.02

# %% [markdown] lang="zh-TW"
# 共用的參數少了 6,016 個（一個 LSTM），成績反而好。要讓「差接近 0」代表「像」，兩邊的編碼得用同一套座標：共用的從第一步就是，分開的要自己慢慢對齊；而且共用的 LSTM 左右兩邊的數字都看得到，等於練習題多一倍。還有一件事，共用的一定對稱。左右對調，答案變多少？

# %% [markdown] lang="en"
# Sharing has 6,016 parameters fewer (one LSTM), and does better. For "a difference near 0" to mean "alike", both codes have to use the same coordinates. Shared, they do from the first step; unshared, they have to be brought into line. And the shared LSTM sees the digits of both sides, twice as many to practise on. One more thing: shared twins are symmetric. Swap left and right, and see how far the answers move:

# %%
other_way = {"left": pairs_test["right"], "right": pairs_test["left"]}
moved = {}
for name, model in twins.items():
    swapped = np.asarray(model(other_way))[:, 0]
    moved[name] = np.abs(swapped - said[name]).max()
    print(f"{name}: moves by {moved[name]:.3f} at most")

# %% tags=["guard"]
assert moved["shared"] < 1e-3 and moved["unshared"] > 0.5

# %% [markdown] lang="zh-TW"
# 共用的完全不動，因為 $|u - v| = |v - u|$，而且兩邊是同一個函數；分開的，同樣兩張圖換個位子，答案可以整個翻過來。看看 `shared` 怎麼答，上下兩張是一對，中間寫的是「一樣」的機率：

# %% [markdown] lang="en"
# The shared twins do not move at all, since $|u - v| = |v - u|$ and both sides are the same function. The unshared ones can turn their answer round when the same two images change places. See what `shared` says. Each column is a pair, and between its two digits stands the probability of "same":


# %%
def show_pairs(first):
    place = np.arange(first, first + 6)
    digits = np.concatenate([images_test[left_test[place]], images_test[right_test[place]]])
    labels = [""] * 6 + [f"{p:.2f}" for p in said["shared"][place]]
    return show_images(digits, labels, columns=6)


show_pairs(0)

# %% tags=["widget"]
explore(show_pairs, first=(0, 3994))

# %% tags=["guard"]
from keras_beyond import guarding

guarding.try_view(unstated=["first"])
top, below = (show_pairs(7).figure.axes[row].images[0].get_array() for row in (0, 6))
assert np.array_equal(top, images_test[left_test[7]]) and np.array_equal(
    below, images_test[right_test[7]]
)

# %% [markdown] lang="zh-TW"
# 多半接近 0 或接近 1，不到 0.5 就是答「不一樣」。拉滑桿找找看，它什麼時候拿不定主意，又錯在哪些字。
#
# ### 練習 5.5：換一種比法（8 分鐘）
#
# 寫一個函式 `compare`：給它左右兩個編碼，形狀都是 `(n, 32)`，傳回要交給隱藏層的張量。左右對調，結果不能變；而且不可以只是「左邊的分數加右邊的分數」。不准用課文的「差的絕對值」。寫好以後，把 `make_twins` 裡那一行改成 `apart = compare(read_left(left), read_right(right))`，再執行那一格和訓練那一格，看看能到幾成。

# %% [markdown] lang="en"
# Most are near 0 or near 1; below 0.5 it says "different". Move the slider to find where it is undecided, and at which digits it errs.
#
# ### Exercise 5.5: another way to compare (8 minutes)
#
# Write a function `compare`: given the codes of left and right, both of shape `(n, 32)`, it returns the tensor for the hidden layer. Swapping left and right must not change it, and it must be more than "a score of the left plus a score of the right". The absolute difference of the lesson does not count. When you have it, write `apart = compare(read_left(left), read_right(right))` in `make_twins`, run that cell and the training again, and see how far it gets.


# %% tags=["exercise"]
def compare(left_code, right_code):
    """What the hidden layer reads: symmetric in left and right, and not a sum of the two."""
    ### BEGIN SOLUTION
    return left_code * right_code
    ### END SOLUTION


# %% tags=["check"]
check("compare-codes", compare)

# %% [markdown] lang="zh-TW"
# ## 回顧
#
# 1. 多個輸入：`Model([story, question], ...)`。串列看順序，放反了沒有人提醒；字典看名字，拼錯會停下來說缺了誰。
# 2. 編碼接起來直接進 softmax，分數是兩邊各算各的和，換問題，每個故事都移同樣多，查不了資料；隱藏層看得到「兩件事一起發生」，沒看過的故事也幾乎全對。
# 3. 多個輸出：每個輸出一個損失，乘上權重加成一個數字。先印出自己的損失再給權重，大的那一個會把別人蓋過去；一個單元配 sigmoid，不配 softmax。
# 4. 雙胞胎共用一個 LSTM：LSTM 的參數少一半，左右對調答案不變，成績也比較好。$a + b$ 的頭最高 75%，訓練出來只有一半上下，要用差、乘積或隱藏層。
# 5. 亂填的答案也背得起來：訓練損失到 0，驗證損失往上，準確率停在亂猜的水準。所以每次都要把亂猜的水準放在旁邊。
#
# 下一課自己寫層：Keras 沒有的計算，也可以放進模型裡。

# %% [markdown] lang="en"
# ## Summary
#
# 1. Several inputs: `Model([story, question], ...)`. A list goes by order, and nobody tells you when it is wrong; a dict goes by name, and a slip stops with a word on what is missing.
# 2. A softmax straight on joined codes adds up two scores, so a new question moves every story alike, and nothing can be looked up. A hidden layer sees when two things are true at once, and nearly every new story comes out right.
# 3. Several outputs: a loss for each, times its weight, summed to one number. Print your own losses before you choose weights, for a large one drowns the others. One unit takes a sigmoid, never a softmax.
# 4. Twins share one LSTM: half as many LSTM parameters, the same answer with left and right swapped, and a better mark. A head of the form $a + b$ cannot pass 75 %, and trained it gets little more than half; take a difference, a product or a hidden layer.
# 5. Random answers can be learned by heart: the training loss goes to 0, the validation loss rises, and the accuracy stays where guessing is. So always have the level of a guess beside a result.
#
# In the next lesson you write layers of your own: what Keras does not have can go into a model too.
