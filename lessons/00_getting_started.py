# ---
# jupyter:
#   course:
#     needs: []
# ---

# %% [markdown] lang="zh-TW"
# # 00 開始之前：認識筆記本、認識 Keras，還有做完馬上知道對錯的練習
#
# 這一頁是一份**筆記本** (notebook)：文字和程式排在一起，程式按一下就會跑，結果直接印在下面。

# %% [markdown] lang="en"
# # 00 Getting started: the notebook, Keras, and exercises with an instant answer
#
# This page is a **notebook**: text and programs stand side by side, and a program runs where it stands and prints its result right below.

# %% [markdown] lang="zh-TW"
# 先動手再說！點一下上面那格程式，同時按下 Shift 和 Enter。它會把課程的工具準備好，再印出一行版本。每一課都從這一格開始，內容不必讀。你現在是在哪裡看這一頁？
#
# - **GitHub**：這裡只能看，不能跑。按標題下面的「在 Colab 開啟」就能跑了。Colab 是 Google 的免費服務，在瀏覽器裡執行筆記本，什麼都不用裝，登入 Google 帳號就好。
# - **Colab**：第一次會警告你，這份筆記本不是 Google 寫的，選「仍要執行」。接下來它要安裝課程，請等它一下。
# - **JupyterLab**（裝在自己電腦上的筆記本程式）：直接按就可以。
# - **VS Code**：第一次會請你選一個 Python，選你安裝課程的那一個。
#
# 版本印出來了？換下一格，也是點一下、按 Shift + Enter。有一個訓練好的神經網路要來讀 20 張手寫數字，都是它沒看過的。程式先不用懂，看最後三行就好：一行把圖拿來，一行請網路讀，一行畫出來。
#
# （這一頁存著上一次執行的結果。這門課常常請你先猜，不想先看到答案，就把結果清掉再開始：Colab 在「編輯」選單選「清除所有輸出」，JupyterLab 在 Edit 選 Clear Outputs of All Cells，VS Code 按 Clear All Outputs。）

# %% [markdown] lang="en"
# Let us run something before we talk! Click on the box of code above and press Shift and Enter together. It gets the course's tools ready and prints a line of versions. Every lesson begins with it, and you never need to read it. Where do you see this page?
#
# - **GitHub** shows notebooks and cannot run them. Click "Open in Colab" under the title: Colab is a free service from Google that runs notebooks in your browser. You install nothing, and need only a Google account.
# - **Colab** warns you the first time that Google did not write this notebook. Choose "Run anyway". Then it installs the course, so give it a moment.
# - **JupyterLab**, on your own computer, simply runs it.
# - **VS Code** asks the first time which Python to use: the one with the course in it.
#
# Do you see the versions? Then run the next box in the same way. A trained neural network is about to read 20 handwritten digits that it has never seen. You don't need to understand the code yet. Just look at the last three lines: one gets the images, one asks the network, and one draws.
#
# (The page still shows the results of an earlier run. The course often asks you to guess first, so if you would rather not see the answers, clear them before you begin: "Clear all outputs" in Colab's "Edit" menu, "Clear Outputs of All Cells" in JupyterLab's, and the button "Clear All Outputs" in VS Code.)

# %% name="reads-digits"
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import check, expect_error, explore, load_mnist, load_weights, show_images

reader = keras.Sequential([keras.Input((28, 28)), layers.Rescaling(1 / 255), layers.Flatten()])
reader.add(layers.Dense(500, activation="sigmoid"))
reader.add(layers.Dense(500, activation="sigmoid"))
reader.add(layers.Dense(10, activation="softmax"))
load_weights(reader, "handwriting")

images, digits = load_mnist()[1]
answers = reader.predict(images, verbose=0).argmax(axis=1)
show_images(images[:20], answers[:20], title="Above each image: what the network reads")

# %% tags=["guard"]
assert images.shape == (10_000, 28, 28) and (answers[:20] == digits[:20]).all()
assert 0.992 < (answers == digits).mean() < 0.996
assert [axes.get_title() for axes in _.figure.axes] == [str(digit) for digit in digits[:20]]
for axes, image in zip(_.figure.axes, images, strict=False):
    assert np.array_equal(axes.images[0].get_array(), image)

# %% [markdown] lang="zh-TW"
# 每張圖上面是網路的答案，20 張全對！（`images` 有一萬張圖，`digits` 是正確答案，這裡只畫了前 20 張。）
#
# 來捉弄它一下。拿一張白紙，從上面慢慢往下蓋，把下面這個 9 一列一列遮住。先猜：它會改口說是幾？改幾次？要是整個遮住，只剩一張白紙呢？

# %% [markdown] lang="en"
# The network's answer is above each image, and all 20 are right! (`images` holds ten thousand images and `digits` the correct answers; these are the first 20.)
#
# Now let us tease it. Slide a sheet of white paper down over the 9 below, row by row. Guess first: how often will the network change its mind, and to what? And what does it say when only white paper is left?


# %% name="covered-nine"
def cover(number, rows):
    image = images[number].copy()
    image[:rows] = 0  # the top rows become white: 0 is paper, 255 is ink
    return image


covered = np.array([cover(9, rows) for rows in (0, 6, 10, 12, 16, 28)])
readings = reader.predict(covered, verbose=0).argmax(axis=1)
show_images(covered, readings, columns=6)

# %% tags=["guard"]
assert list(readings) == [9, 9, 4, 7, 1, 1] and digits[9] == 9 and covered[-1].max() == 0
assert [axes.get_title() for axes in _.figure.axes] == [str(reading) for reading in readings]
for axes, rows in zip(_.figure.axes, (0, 6, 10, 12, 16, 28), strict=True):
    drawn = np.asarray(axes.images[0].get_array())
    assert not drawn[:rows].any() and np.array_equal(drawn[rows:], images[9][rows:])

# %% [markdown] lang="zh-TW"
# 9 的頭掀掉了，它說是 {{readings[2]}}。再遮一點，變成 {{readings[3]}}；只剩一根棍子，當然就是 {{readings[4]}}。這些都說得過去，好笑的是最後一張：明明是白紙，它照樣說是 {{readings[5]}}！它只學過十個數字，沒有「我不知道」這個選項，再怎麼樣也要選一個。
#
# 換你捉弄它：`number` 選哪一張圖，`rows` 決定遮幾列。找得到比這個 9 更會改口的圖嗎？99 號改了六次。

# %% [markdown] lang="en"
# With its top gone, the 9 becomes a {{readings[2]}}, then a {{readings[3]}}, and a bare stick is a {{readings[4]}}, of course. The funny one is the last: blank paper, and the network still says {{readings[5]}}! It has learned ten digits and no way to say "I do not know", so it has to choose one.
#
# Your turn to tease it: `number` picks an image, and `rows` says how many rows are covered. Can you find an image that makes it change its mind more often? Image 99 does it six times.


# %% name="cover-view" tags=["widget"]
def read_covered(number, rows):
    image = cover(number, rows)
    answer = reader.predict(np.array([image]), verbose=0).argmax()
    print(f"image {number} with {rows} rows covered: the network reads {answer}")
    return show_images([image], columns=1)


explore(read_covered, number=(0, len(images) - 1), rows=(0, 28))

# %% tags=["guard"]
import contextlib
import io

from keras_beyond import guarding

guarding.try_view()
for number, rows in [(9, 10), (0, 0), (9999, 5)]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        shown = read_covered(number, rows).figure.axes[0].images[0].get_array()
    assert np.array_equal(shown, cover(number, rows))
    assert printed.getvalue().strip().endswith({9: "reads 4"}.get(number, f"{digits[number]}"))
slid = reader.predict(np.array([cover(99, rows) for rows in range(29)]), verbose=0).argmax(axis=1)
assert np.sum(np.diff(slid) != 0) == 6

# %% [markdown] lang="zh-TW"
# 這樣的網路，下一課你就會自己疊、自己訓練。這一課先把工具摸熟。讀完以後，你會：
#
# 1. 執行筆記本裡的程式，也知道是誰在替你跑；
# 2. 看懂錯誤訊息最重要的那一行；
# 3. 認出「跑錯順序」的結果，自己救回來，並且做完第一題練習；
# 4. 說明 TensorFlow 和 Keras 怎麼分工；
# 5. 知道程式到底跑在哪一台機器上，也會把答案存好。
#
# 你要先會一點 Python：函式、迴圈、串列 (list)、字典 (dict)、像 `x[:5]` 這樣的切片、串列生成式 (list comprehension) 和 f-string，從第 06 課起還有 `class`。NumPy 只要會一點點；形狀和軸還不熟的話，下一課以前先做這一頁最後的暖身。神經網路則是從頭講起。
#
# **先想一想**：照食譜做菜，做完才發現第一步的鹽放錯了。只重做第一步，菜會變好吃嗎？

# %% [markdown] lang="en"
# In the next lesson you build and train such a network yourself. This one is about the tools. By the end you will be able to:
#
# 1. run the code in a notebook, and explain who runs it for you;
# 2. find the line that counts in an error message;
# 3. recognise the result of cells that ran in the wrong order, put it right, and solve your first exercise;
# 4. explain how TensorFlow and Keras share the work;
# 5. find out which machine is computing, and keep your work.
#
# You need some Python: functions, loops, lists, dicts, slices such as `x[:5]`, list comprehensions and f-strings, and from lesson 06 on also `class`. A little NumPy is enough; if shapes and axes are new to you, do the warm-up at the end of this page before the next lesson. Neural networks are explained from the very beginning.
#
# **Think first**: you cook from a recipe, and at the end you find that the salt in the first step was wrong. Does it help to repeat the first step alone?

# %% [markdown] lang="zh-TW"
# ## 核心記得你跑過的每一格
#
# 放程式的方塊叫**儲存格** (cell)。剛才你已經跑過幾格了，再來一格小的：

# %% [markdown] lang="en"
# ## The kernel remembers what every cell did
#
# A box of code is called a **cell**. You have run some already; here is a small one:

# %% name="hours" tags=["nbval-check-output"]
hours = 24 * 7
print("a week has", hours, "hours")

# %% [markdown] lang="zh-TW"
# 旁邊的方括號裡有一個數字，代表它是第幾個執行的。程式還在跑的時候，數字的位置會出現 `*` 或轉動的圓圈；不想等了，就按 ■ 叫它停。
#
# 替你跑程式的，是躲在這一頁後面的一個 Python，叫做**核心** (kernel)，Colab 叫它「執行階段」(runtime)。每一格留下的變數它都記得，所以下一格可以接著用 `hours`：

# %% [markdown] lang="en"
# The number in brackets beside it says when it ran: first, second, third. While a cell is running you see a `*` or a turning circle there, and ■ stops it.
#
# Your code is run by a Python behind this page, called the **kernel** (in Colab, the "runtime"). It remembers the variables that each cell leaves behind, so the next one can go on with `hours`:

# %% name="minutes" tags=["nbval-check-output"]
print("and", hours * 60, "minutes")

# %% [markdown] lang="zh-TW"
# 一格一格按太慢？選單裡有「全部執行」(Run all)，從第一格跑到最後一格。
#
# 文字也放在儲存格裡。不小心按了兩下，文字變成一堆符號，一樣按 Shift + Enter 就變回來。
#
# ## 出錯的時候，先看最後一行
#
# 名字打錯一個字，核心就不認得了：

# %% [markdown] lang="en"
# "Run all" in the menu goes from the first cell to the last. Text lives in cells too. If a double click has turned it into raw Markdown, Shift + Enter turns it back.
#
# ## When something fails, read the last line first
#
# Get one letter of a name wrong, and the kernel does not know it any more:

# %% name="error-name"
with expect_error(NameError, match="not defined"):
    print(hour)

# %% [markdown] lang="zh-TW"
# `NameError` 是說它不認得 `hour` 這個名字。原因通常是兩種：打錯字（這裡少了 s），或是定義它的那一格還沒執行。
#
# `expect_error` 是課程的工具，意思是「這裡故意出錯」：它只印出最重要的那一行，然後繼續往下。你自己的程式出錯，會印出一大串，「全部執行」也會停在那一格。別慌，捲到最下面，先看最後一行！
#
# ## 照執行的順序算，不照頁面的順序
#
# 下面四格 A、B、C、D 要把攝氏換成華氏。先跑 A、B、C：

# %% [markdown] lang="en"
# `NameError` says that the name `hour` is unknown. There are two usual reasons. Either it is misspelt (here an s is missing), or the cell that defines it has not run yet.
#
# `expect_error` is a tool of the course for what fails on purpose: it prints the line that counts, and the notebook goes on. When your own code fails, you get a long report, and "Run all" stops there. Do not panic. Scroll down and read the last line first!
#
# ## Run order matters, page order does not
#
# The four cells A, B, C and D turn Celsius into Fahrenheit. Run A, B and C:

# %%
celsius = 20  # A

# %%
fahrenheit = celsius * 9 / 5 + 32  # B

# %%
celsius = 30  # C

# %% [markdown] lang="zh-TW"
# 先猜 D 會印出什麼，再執行：

# %% [markdown] lang="en"
# What will D print? Guess, then run it:

# %% name="wrong-temperature" tags=["nbval-check-output"]
print(celsius, "°C is", fahrenheit, "°F")  # D

# %% tags=["guard"]
assert (celsius, fahrenheit) == (30, 68)

# %% [markdown] lang="zh-TW"
# 68 °F 其實是 20 °C，是冷氣房的溫度，30 °C 怎麼會只有這樣？每一行程式都對，錯的是順序。B 用 20 算完之後，C 才把 `celsius` 改成 30，而 B 不會自己重算。儲存格只在你執行的那一刻算一次。
#
# 你回頭改了某一格、卻忘了重跑後面幾格，也會這樣：沒有錯誤訊息，只有一個不對的數字。筆記本最有名的陷阱就是這個！

# %% [markdown] lang="en"
# 30 °C is a hot day, and surely more than 68 °F! Every line of code is right, and the order is wrong. B had computed with 20 before C changed `celsius` to 30. A cell computes once, when you run it, and never again by itself.
#
# The same happens whenever you change a cell and forget those after it. There is no error message, just a wrong number. Watch out!

# %% [markdown] lang="zh-TW"
# ### 練習 0.1：把溫度救回來（2 分鐘）
#
# 先執行 B，再執行 D，別的都不要碰。D 現在印出幾 °F？
#
# 這門課的練習都長這樣：一格裡寫著 `None`，意思是「還沒有」。把它換成你的答案，執行；再執行下一格的 `check`，馬上知道對錯，錯了還會告訴你錯在哪裡。建議先故意填一個錯的數字，看看它怎麼說。真的卡住，解答收在筆記本的最後面（上課用的版本可能沒有）。

# %% [markdown] lang="en"
# ### Exercise 0.1: rescue the temperature (2 minutes)
#
# Run B, then run D, and touch nothing else. How many °F does D print now?
#
# All exercises look like this one. Put your answer in the place of `None` ("nothing yet") and run the cell, then the `check` in the next. It tells you at once whether you are right, and if not, why. Try a wrong number first, just to hear what it says. Solutions are at the end of the notebook (a version made for class may have none).

# %% tags=["exercise"]
mended_fahrenheit = None
### BEGIN SOLUTION
mended_fahrenheit = 30 * 9 / 5 + 32  # what B gives once celsius is 30
### END SOLUTION

# %% tags=["check"]
check("mended-temperature", mended_fahrenheit)

# %% [markdown] lang="zh-TW"
# 你救的是核心裡的數字，頁面的順序還是錯的：再「全部執行」一次，D 又會印出 68。要治本，就把 C 移到 B 的上面。
#
# 搞不清楚核心記得什麼的時候，就讓它全部忘掉，從頭再來：先重新啟動，再全部執行。Colab 選「執行階段」裡的「重新啟動工作階段並執行所有儲存格」，JupyterLab 選 Kernel 裡的 Restart Kernel and Run All Cells，VS Code 先按 Restart、再按 Run All。交作業以前記得做一次！

# %% [markdown] lang="en"
# You have mended what the kernel remembers, and the page is still in the wrong order: after another "Run all", D prints 68 again. The lasting cure is to move C above B.
#
# When you have lost track of what the kernel remembers, make it forget everything: restart, then run all. In Colab choose "Restart session and run all" under "Runtime", in JupyterLab "Restart Kernel and Run All Cells" under "Kernel", and in VS Code press "Restart" and then "Run All". Do this before you hand in your work!

# %% [markdown] lang="zh-TW"
# ## TensorFlow 負責算，Keras 負責搭模型
#
# **神經網路** (neural network) 是一條很長的算式，裡面有很多可以調的數字。拿例子給它看，一點一點把數字調好，就叫**訓練**。這門課靠兩個函式庫（別人寫好、拿來就能用的程式），一個疊在另一個上面：上面的 Keras 用幾行程式說清楚要搭什麼模型、怎麼訓練，下面的 TensorFlow 真的去算，也算出每個數字該往哪邊調。
#
# **TensorFlow** 是 Google 開放原始碼的函式庫。它一次算一整塊數字，這種數字方塊就叫**張量** (tensor)。有 GPU 這種快的硬體，它就拿來用，也能把工作分給好幾台機器。不靠 Keras 也寫得出神經網路，只是程式長得多，第 08 課會這樣寫一次。
#
# **Keras 3** 把下面負責計算的那一層叫做**後端** (back end)，可以換成 TensorFlow、JAX 或 PyTorch（還有只能執行、不能訓練的 OpenVINO）。環境變數（作業系統替程式記住的設定）`KERAS_BACKEND` 決定用哪一個，要在載入 Keras **以前**設好。來看看現在用的是誰：

# %% [markdown] lang="en"
# ## TensorFlow computes, Keras builds
#
# A **neural network** is a very long formula with many numbers in it that can be adjusted. To show it examples and adjust the numbers little by little is called **training**. This course does it with two libraries, one on top of the other. Keras, on top, says in a few lines what to build and how to train it. TensorFlow, below, does the computing and finds out which way each number should move.
#
# **TensorFlow** is an open-source library from Google. It computes with whole blocks of numbers, called **tensors**, on fast hardware where there is some, and can share the work among several machines. Lesson 08 uses it without Keras, and needs much more code.
#
# **Keras 3** calls what computes below it its **back end**. That may be TensorFlow, JAX or PyTorch (or OpenVINO, which runs networks but cannot train them). The environment variable `KERAS_BACKEND` (a setting that the operating system keeps for programs) chooses one, and has to be set **before** Keras is loaded. Which one is at work here?

# %% row="C01" name="versions"
import os

import tensorflow as tf

print("TensorFlow", tf.__version__)
print("Keras", keras.__version__)
print("KERAS_BACKEND =", os.environ["KERAS_BACKEND"])
print("back end in use:", keras.backend.backend())

# %% tags=["guard"]
assert keras.backend.backend() == os.environ["KERAS_BACKEND"] == "tensorflow"
assert tf.keras.Sequential is keras.Sequential and keras.__version__.startswith("3.")

# %% [markdown] lang="zh-TW"
# 你的版本可能不一樣，沒關係，後面兩行是 tensorflow 就好，準備環境那一格已經幫你選了。程式裡寫 `tensorflow.keras`，簡稱 `tf.keras`，從 2024 年起它就是 Keras 3。TensorFlow 和 Keras，Colab 都已經裝好了。
#
# 訓練好的網路也可以離開 Python，搬到手機和瀏覽器裡（用 LiteRT，以前叫 TensorFlow Lite），或是放進 C++ 寫的程式。最後面的進階有一段會真的搬一次。
#
# ## 程式跑在哪一台機器上？問它就知道
#
# **CPU** 是電腦的主要處理器，什麼都會做。**GPU** 是顯示卡上的處理器，可以同時做幾千個一樣的小運算，而神經網路剛好就是一大堆一樣的小運算。TensorFlow 找到 GPU 就會用，程式一個字都不必改。你現在用的是哪一種？問問看：

# %% [markdown] lang="en"
# Your versions may differ, and that is fine as long as the last two lines say tensorflow: the setup cell chose it for you. The `tensorflow.keras` in our code, `tf.keras` for short, has been Keras 3 since 2024. Colab has TensorFlow and Keras installed.
#
# A trained network can also leave Python for phones and browsers (with LiteRT, formerly TensorFlow Lite) or a program in C++. A further section below really lets one move out.
#
# ## Which machine is computing? Just ask
#
# The **CPU** is the main processor of a computer and can do anything. The **GPU**, on the graphics card, does thousands of small, identical computations at once, and such computations are what a neural network is made of. If TensorFlow finds a GPU, it uses it, and you do not have to change a word. Which one are you on?

# %% row="C02" name="device"
total = tf.add(1.0, 2.0)
print("GPUs:", len(tf.config.list_physical_devices("GPU")))
print("this sum was computed on", total.device[-5:])

# %% tags=["guard"]
expected = "GPU:0" if tf.config.list_physical_devices("GPU") else "CPU:0"
assert total.device.endswith(expected) and float(total) == 3

# %% [markdown] lang="zh-TW"
# 印出 `CPU:0` 完全沒問題，每一課都是照沒有 GPU 的電腦設計的。想換 GPU，或想裝在自己的電腦上，最後面的進階有說明。
#
# 在 Colab 上，這台機器在 Google 的機房裡，不是你眼前這一台。放著不動，它會斷線，變數就全忘了。所以現在先選「檔案」裡的「在雲端硬碟中儲存副本」，不然關掉頁面，你的答案就沒了！

# %% [markdown] lang="en"
# `CPU:0` is perfectly fine: every lesson is made for a computer without a GPU. The end of this page says how to get one, and how to install the course on your own computer.
#
# In Colab this machine is in one of Google's data centres. When you leave it idle it disconnects and forgets your variables. So choose "File", then "Save a copy in Drive" now, or your answers are gone when you close the page!

# %% [markdown] lang="zh-TW"
# ## 回顧
#
# 1. 點儲存格、按 Shift + Enter，核心就替你跑，而且記得每一格留下的變數。
# 2. 出錯先看最後一行。`NameError` 不是打錯字，就是定義它的那一格還沒跑。
# 3. 結果照執行的順序算。改了前面，後面用到它的都要重跑；那鍋菜也一樣，放鹽以後的每一步都得重來。練習就是把 `None` 換成答案，再執行 `check`。
# 4. Keras 說要搭什麼模型、怎麼訓練，TensorFlow 在下面計算。`tf.keras` 就是用 TensorFlow 當後端的 Keras 3。
# 5. `tf.config.list_physical_devices("GPU")` 列出有哪些 GPU。在 Colab 記得存一份副本。
#
# **2026 年，大家還用這些嗎？**
#
# - 筆記本：還是做資料和研究的人每天用的工具。至於「跑錯順序」，marimo 這種新的筆記本會自動重跑用到它的格子，就是為了治這個病。
# - 張量：大型語言模型吃的也是張量，三個方向是「第幾段文字、第幾個詞元 (token)、第幾個特徵」。
# - Keras 3：KerasHub 提供 Gemma、Llama 這些開放的語言模型。新的研究多半用 PyTorch 寫，而 PyTorch 正是 Keras 的後端之一。
#
# 恭喜！你跑了程式、看懂了錯誤訊息，還救回一個會騙人的數字。光是最後這件事，有人用了好幾年筆記本才學會。下一課，親手疊出開頭那個會讀數字的網路！

# %% [markdown] lang="en"
# ## Summary
#
# 1. Shift + Enter runs a cell. The kernel remembers the variables that every cell leaves behind.
# 2. Read the last line first. A `NameError` means a misspelt name, or a cell that has not run yet.
# 3. Results follow the order of running. Change a cell, and all that use it have to run again. Same with the dinner: everything after the salt has to be done again. In an exercise, replace `None` and run the `check`.
# 4. Keras says what to build and how to train it; TensorFlow computes. `tf.keras` is Keras 3 with TensorFlow as its back end.
# 5. `tf.config.list_physical_devices("GPU")` lists the GPUs. In Colab, save a copy of your work.
#
# **Does anybody still use this in 2026?**
#
# - Notebooks are a daily tool of people who work with data. Newer ones such as marimo rerun dependent cells by themselves, as a cure for the wrong order.
# - Tensors: large language models eat them too. Their three directions are which text, which token, which feature.
# - Keras 3: KerasHub offers open language models such as Gemma and Llama. Most new research is written in PyTorch, which is one of Keras's back ends.
#
# Congratulations! You have run code, read an error message, and rescued a number that was lying to you. Some people use notebooks for years before they learn that. In the next lesson you build the network that read the digits, with your own hands!

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：NumPy 暖身，形狀、軸和布林索引
#
# 這門課的錯誤，十個有九個跟**形狀** (shape) 有關。拿剛才的一萬張圖來暖身。先把五個形狀猜好寫下來，再執行：

# %% [markdown] lang="en" section="further"
# ## Further: a NumPy warm-up on shapes, axes and boolean indexing
#
# Nine out of ten errors in a course like this are about **shapes**. Let us warm up on the images from above. Write down all five shapes first, then run:

# %% name="shapes" tags=["nbval-check-output"]
print("all images:      ", images.shape, "of", images.min(), "to", images.max())
print("one image:       ", images[0].shape)
print("the first five:  ", images[:5].shape)
print("row 14 of one:   ", images[0, 14].shape)
print("column 14 of all:", images[:, :, 14].shape)

# %% [markdown] lang="zh-TW"
# 全部的圖有三個**軸** (axis)：軸 0 是第幾張，軸 1 是第幾列 (row)，軸 2 是第幾行 (column)。規則只有兩條：寫一個整數，那個軸就不見了；寫切片（有冒號的），那個軸會留下來。（像素是 0 到 255 的整數。）
#
# ### 沿著軸算，那個軸就不見了
#
# `mean`、`max`、`argmax` 這些函式，加上 `axis=0` 就是沿著軸 0 算，算完軸 0 就消失。所以 `images.mean(axis=0)` 是什麼形狀？畫出來長什麼樣子？

# %% [markdown] lang="en"
# The whole array has three **axes**. Axis 0 says which image, axis 1 which row, and axis 2 which column. There are only two rules: a whole number removes its axis, and a slice (with a colon) keeps it. (The pixels are whole numbers from 0 to 255.)
#
# ### Compute along an axis, and the axis is gone
#
# With `axis=0`, functions such as `mean`, `max` and `argmax` work along axis 0, and afterwards that axis is gone. So which shape does `images.mean(axis=0)` have, and what does it look like?

# %% name="average-image" tags=["nbval-check-output"]
average = images.mean(axis=0)
ink = images.mean(axis=(1, 2))
print("average:", average.shape, "ink:", ink.shape)
print("most ink: image", ink.argmax(), "least ink: image", ink.argmin())
pictures = [average, images[ink.argmax()], images[ink.argmin()]]
show_images(pictures, ["average", "most ink", "least ink"], columns=3)

# %% tags=["guard"]
assert [axes.get_title() for axes in _.figure.axes] == ["average", "most ink", "least ink"]
assert np.allclose(_.figure.axes[0].images[0].get_array(), np.mean(list(images), axis=0))
totals = [int(image.sum()) for image in images]
assert totals[ink.argmax()] == max(totals) and totals[ink.argmin()] == min(totals)

# %% [markdown] lang="zh-TW"
# 一萬張疊在一起，變成一團霧。`ink` 一次沿著兩個軸平均，剩下一張圖一個數字。`argmax` 不是最大的值，而是最大的值在**第幾個**位置，`argmin` 是最小的。開頭的 `predict(...).argmax(axis=1)` 也是這個意思：一張圖有十個機率，看哪一個最大。
#
# ### 練習 0.2：在腦中算形狀（4 分鐘）
#
# `films` 是六部短片，每部 30 格畫面，每格 64x48 個像素，所以形狀是 `(6, 30, 64, 48)`。不執行，寫出這四個的形狀，照順序放進串列 `film_shapes`，例如 `[(1, 2), (3, 4), (5, 6), (7, 8)]`：
#
# - `films[2]`
# - `films[:, 0]`
# - `films[1:4, :, 10]`
# - `films.mean(axis=(2, 3))`

# %% [markdown] lang="en"
# Ten thousand digits on top of each other make a fog. For `ink` we took the mean along two axes at once, and one number for each image is left. `argmax` is not the largest value but its **place**, and `argmin` is the place of the smallest. This is what `predict(...).argmax(axis=1)` did at the top of the page: each image has ten probabilities, and it says which is largest.
#
# ### Exercise 0.2: shapes in your head (4 minutes)
#
# `films` holds six short films of 30 pictures each, and every picture has 64x48 pixels. So its shape is `(6, 30, 64, 48)`. Without running anything, put the shapes of these four into the list `film_shapes` in this order, for instance `[(1, 2), (3, 4), (5, 6), (7, 8)]`:
#
# - `films[2]`
# - `films[:, 0]`
# - `films[1:4, :, 10]`
# - `films.mean(axis=(2, 3))`

# %% tags=["exercise"]
film_shapes = None
### BEGIN SOLUTION
film_shapes = [(30, 64, 48), (6, 64, 48), (3, 30, 48), (6, 30)]
### END SOLUTION

# %% tags=["check"]
check("film-shapes", film_shapes)

# %% [markdown] lang="zh-TW"
# ### `reshape` 一列一列讀，再一列一列放
#
# `reshape` 把同樣的數字放進另一種形狀。先猜 `reshape(3, 4)` 以後，6 在哪裡？

# %% [markdown] lang="en"
# ### `reshape` reads row by row and fills row by row
#
# `reshape` puts the same numbers into another shape. Where will the 6 be after `reshape(3, 4)`?

# %% name="reshape" tags=["nbval-check-output"]
numbers = np.arange(12)
print(numbers, "becomes")
print(numbers.reshape(3, 4))
print("flat images:", images.reshape(-1, 784).shape)

# %% tags=["guard"]
assert numbers.reshape(3, 4)[1, 2] == 6

# %% [markdown] lang="zh-TW"
# 6 在中間那一列，因為它是一列填滿，才填下一列。`-1` 是請 NumPy 自己算那個軸有多長：每張圖攤平成 28x28 = 784 個數字，剩下的軸就只能是 10,000。很多模型的第一步就是這一行。除不盡的話呢？

# %% [markdown] lang="en"
# The 6 is in the middle row, because one row is filled before the next begins. The `-1` asks NumPy to work out that axis by itself: each image becomes 28x28 = 784 numbers, so the other axis can only be 10,000. You will meet this line at the start of many models. And what if the numbers do not come out even?

# %% name="error-reshape"
with expect_error(ValueError, match="cannot reshape array"):
    numbers.reshape(5, -1)

# %% [markdown] lang="zh-TW"
# 12 個數字排不成五列。看到這個訊息，把兩邊的形狀各自乘開，比一比總數就知道了。
#
# ### 抓蟲 0.3：形狀對了，圖卻碎了（6 分鐘）
#
# 有些資料檔把「第幾張」放在最後一個軸。`stack` 就是這樣，形狀是 `(28, 28, 5)`。有人想把它變成 `(5, 28, 28)`：

# %% [markdown] lang="en"
# Twelve numbers do not fill five equal rows. When you see this message, multiply out both shapes and compare the totals.
#
# ### Bug hunt 0.3: the right shape, and shredded digits (6 minutes)
#
# Some data files have "which image" as their last axis. `stack` is such an array, of shape `(28, 28, 5)`. Somebody wants to make it `(5, 28, 28)`:


# %% name="shredded" tags=["nbval-check-output"]
def images_first(stack):
    height, width, count = stack.shape
    return stack.reshape(count, height, width)


stack = np.stack(images[:5], axis=-1)
print(stack.shape, "becomes", images_first(stack).shape)
show_images(images_first(stack))

# %% tags=["guard"]
assert np.array_equal(stack[:, :, 3], images[3]) and images_first(stack).shape == (5, 28, 28)
assert not np.array_equal(images_first(stack), images[:5])
assert np.array_equal(_.figure.axes[1].images[0].get_array(), images_first(stack)[1])
assert np.array_equal(np.moveaxis(stack, -1, 0), images[:5])

# %% [markdown] lang="zh-TW"
# 沒有錯誤訊息，形狀也對，五張圖卻全碎了！`reshape` 只管把數字一列一列重排，不管哪個軸是什麼。要**搬動**軸，用 `np.moveaxis(x, 從第幾個, 搬到第幾個)`；`-1` 在這裡是最後一個軸。寫出修好的 `fixed_images_first`：輸入形狀是 `(height, width, count)`，傳回 `(count, height, width)`。

# %% [markdown] lang="en"
# No error message, the right shape, and five shredded digits! `reshape` only lays out the numbers row by row. It does not know what an axis stands for. To **move** an axis, there is `np.moveaxis(x, where it is, where it should go)`, and here `-1` means the last axis. Write `fixed_images_first`: it takes an array of shape `(height, width, count)` and returns one of shape `(count, height, width)`.


# %% tags=["exercise"]
def fixed_images_first(stack):
    """Return the images of a stack (height, width, count) as an array (count, height, width)."""
    ### BEGIN SOLUTION
    return np.moveaxis(stack, -1, 0)
    ### END SOLUTION


# %% tags=["check"]
check("images-first", fixed_images_first)

# %% [markdown] lang="zh-TW"
# ### 用問題來挑資料：布林索引
#
# 問一個陣列「你等於 7 嗎？」，它會一個一個回答 `True` 或 `False`。`True` 算 1、`False` 算 0，所以加起來就是個數，取平均就是比例：

# %% [markdown] lang="en"
# ### Ask a question, get a selection: boolean indexing
#
# Ask an array "are you equal to 7?", and every element answers `True` or `False`. `True` counts as 1 and `False` as 0, so the sum is how many, and the mean is the share:

# %% name="questions" tags=["nbval-check-output"]
is_seven = digits == 7
print(is_seven[:6], is_seven.shape)
print("sevens:", is_seven.sum())
print("their images:", images[is_seven].shape)
print(f"the network is right in {(answers == digits).mean():.0%}")

# %% tags=["guard"]
assert is_seven.sum() == sum(digit == 7 for digit in digits) == len(images[is_seven]) == 1028

# %% [markdown] lang="zh-TW"
# 把一排 `True`、`False` 放進方括號，就只留下 `True` 的那些，這叫**布林索引** (boolean indexing)。兩個問題用 `&`（而且）接起來，每個問題外面都要加括號。來找看錯的 7，先猜它們最常被看成什麼：

# %% [markdown] lang="en"
# Put a row of `True` and `False` into square brackets, and only the `True` ones stay. This is **boolean indexing**. Two questions are joined by `&` ("and"), each in parentheses of its own. Let us look for sevens that were misread. What will the network have taken them for?

# %% name="misread-sevens"
misread = (digits == 7) & (answers != digits)
show_images(images[misread], answers[misread], columns=5)

# %% tags=["guard"]
assert 3 <= misread.sum() <= 8 and set(digits[misread]) == {7} and 7 not in answers[misread]
assert {1, 2, 9} <= set(answers[misread])
for axes, image, answer in zip(_.figure.axes, images[misread], answers[misread], strict=False):
    assert axes.get_title() == str(answer) and np.array_equal(axes.images[0].get_array(), image)

# %% [markdown] lang="zh-TW"
# {{is_seven.sum():,}} 個 7 裡面，只看錯了 {{misread.sum()}} 個。上面那一橫太短或太淡的，看成 1；左上角多垂下一筆的，看成 9；下面多畫一槓的，看成 2。換成你，看得出來嗎？
#
# ### 練習 0.4：平均的 3 長什麼樣子？（6 分鐘）
#
# 寫一個函式：輸入影像 `images`（形狀 `(n, height, width)`）、標籤 `labels`（形狀 `(n,)`）和一個數字 `digit`，傳回標籤等於 `digit` 的那些影像的平均，形狀 `(height, width)`。過關以後，把十個數字的平均都畫出來：`show_images([average_of(images, digits, d) for d in range(10)])`。

# %% [markdown] lang="en"
# Of {{is_seven.sum():,}} sevens only {{misread.sum()}} were misread. Where the bar at the top is short or faint, the network reads a 1. The one with a stroke hanging down at the left became a 9, and the one with a second bar low across its stem became a 2. Would you have known?
#
# ### Exercise 0.4: what does the average 3 look like? (6 minutes)
#
# Write a function that takes `images` of shape `(n, height, width)`, `labels` of shape `(n,)` and one `digit`. It returns the average of those images whose label is `digit`, of shape `(height, width)`. When the check is happy, draw the averages of all ten digits: `show_images([average_of(images, digits, d) for d in range(10)])`.


# %% tags=["exercise"]
def average_of(images, labels, digit):
    """Return the average (height, width) of the images (n, height, width) with this label."""
    ### BEGIN SOLUTION
    return images[labels == digit].mean(axis=0)
    ### END SOLUTION


# %% tags=["check"]
check("average-of", average_of)

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：讓網路離開 Python
#
# `export` 把網路寫成不需要 Keras 的檔案，C++ 寫的程式和網路伺服器都讀得懂這種 SavedModel 格式。我們寫一份出來，不靠 Keras 讀回來，答案還會一樣嗎？（`TemporaryDirectory` 是用完就刪的資料夾。）

# %% [markdown] lang="en" section="further"
# ## Further: a network leaves Python
#
# `export` writes a network into files that need no Keras. The format is called SavedModel, and servers and programs in C++ can read it. Let us write one, read it back without Keras, and see whether the answers are still the same. (A `TemporaryDirectory` is a folder that is deleted after use.)

# %% name="export" tags=["nbval-check-output"]
import tempfile

with tempfile.TemporaryDirectory() as folder:
    reader.export(folder, verbose=False)
    exported = tf.saved_model.load(folder)

probabilities = exported.serve(images[:20].astype("float32")).numpy()
print("from the files:", probabilities.argmax(axis=1))
print("from Keras:    ", answers[:20])

# %% tags=["guard"]
assert (probabilities.argmax(axis=1) == answers[:20]).all()
assert np.allclose(probabilities, reader.predict(images[:20], verbose=0), atol=1e-5)
import pathlib

from keras_beyond import environment

with tempfile.TemporaryDirectory() as folder, environment._silent_stderr():
    reader.export(folder + "/reader.tflite", format="litert", verbose=False)
    assert 4 * 648_010 < pathlib.Path(folder, "reader.tflite").stat().st_size < 4.1 * 648_010

# %% [markdown] lang="zh-TW"
# 一模一樣！要放進手機或瀏覽器，就寫 `reader.export("reader.tflite", format="litert")`，會得到一個 LiteRT 的檔案。收到檔案的人不需要 Python，不需要 Keras，也不必讀過這一頁。

# %% [markdown] lang="en"
# Exactly the same! For phones and browsers, `reader.export("reader.tflite", format="litert")` writes a LiteRT file instead. Whoever gets such a file needs no Python and no Keras, and need not have read this page.

# %% [markdown] lang="zh-TW" section="further"
# ## 進階：在 Colab 換 GPU，或裝在自己的電腦上
#
# 在 **Colab** 選「執行階段」、「變更執行階段類型」，在「硬體加速器」選一個 GPU。這等於換一台機器，變數全都不見，要從頭執行。免費的 GPU 不一定有，一次最多也只能用半天。時間到了，核心記得的東西和那台機器上的檔案都會消失，只有存在雲端硬碟的筆記本還在。
#
# 裝在**自己的電腦**上，以後不必連網也能上課。先裝 Python 3.11、3.12 或 3.13，下載整個課程，在課程的資料夾裡打開終端機（輸入指令的視窗），執行這兩行：
#
# ```
# pip install -r requirements.txt
# jupyter lab
# ```
#
# 第二行會在瀏覽器裡打開 JupyterLab，課程都在 `notebooks/` 裡。如果電腦有 NVIDIA 的 GPU，系統是 Linux 或 Windows 裡的 WSL2，可以再加一行，把 GPU 要用的 CUDA 一起裝好：
#
# ```
# pip install -e ".[gpu]"
# ```
#
# 在 Mac 上，或直接在 Windows 上，這樣裝的 TensorFlow 只用 CPU，對這門課來說已經夠了。喜歡用 VS Code 的話，用它打開課程的資料夾，打開一份筆記本，再選剛才安裝課程的那個 Python。哪天要訓練很大的網路，可以向 Google Cloud 或 AWS 租一台有 GPU 的機器，用多久付多久的錢。

# %% [markdown] lang="en" section="further"
# ## Further: a GPU in Colab, or the course on your own computer
#
# In **Colab**, choose "Runtime", then "Change runtime type", and pick a GPU under "Hardware accelerator". That is another machine, so all variables are gone, and you run from the top. A free GPU is not guaranteed, and half a day is the most you get at a time. After that, variables and files on that machine are lost, and only the notebook in your Drive stays.
#
# On **your own computer** the course needs no network once it is installed. Install Python 3.11, 3.12 or 3.13 and download the whole course. In its folder open a terminal, the window in which you type commands, and run these two lines:
#
# ```
# pip install -r requirements.txt
# jupyter lab
# ```
#
# The second one opens JupyterLab in your browser, and you find the lessons in `notebooks/`. If the computer has an NVIDIA GPU, and its system is Linux or the WSL2 of Windows, one more line also installs CUDA, which the GPU needs:
#
# ```
# pip install -e ".[gpu]"
# ```
#
# On a Mac, or directly on Windows, a TensorFlow installed in this way uses only the CPU, and for this course that is enough. If you prefer VS Code to JupyterLab, open the course's folder in it, open a notebook, and choose the Python into which you have just installed the course. If you ever want to train a really large network, you can rent a machine with a GPU from Google Cloud or AWS and pay by the hour.
