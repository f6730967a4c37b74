# ---
# jupyter:
#   course:
#     needs: []
# ---

# %% [markdown] lang="zh-TW"
# # 00 開始之前：筆記本、Keras，和會回答的練習
#
# 這一頁是一份**筆記本** (notebook)：一段文字，一段程式，程式可以就地執行，結果印在下面。如果你是在 GitHub（存放程式的網站）上看，文字和結果都在，程式卻不能動。按下面的「在 Colab 開啟」就能動了：Colab 是 Google 的免費服務，在瀏覽器裡執行筆記本，什麼都不用安裝，登入 Google 帳號就好。GitHub 上，緊接著會有一長段灰底的程式，那是準備工作，跳過不必讀。

# %% [markdown] lang="en"
# # 00 Getting started: the notebook, Keras, and exercises that answer
#
# This page is a **notebook**: text, then a piece of program, and the program runs right here, with its result printed below it. If you see the page on GitHub (a website that keeps programs), text and results are there, but the program stands still. "Open in Colab" below makes it move: Colab is a free service by Google that runs notebooks in the browser. There is nothing to install; you only sign in with a Google account. On GitHub a long grey stretch of program comes next: it only gets things ready, so skip it.

# %% [markdown] lang="zh-TW"
# 你需要會一點 Python：變數、函式、串列 (list)。其他的從頭講起。讀完這一課，你會：
#
# 1. 執行筆記本裡的程式，也會叫它停、叫它重來；
# 2. 看出程式「跑錯順序」的結果，自己救回來；
# 3. 做一題練習，看懂檢查的回答；
# 4. 說得出 TensorFlow 和 Keras 這兩樣工具各管什麼；
# 5. 在 Colab 或自己的電腦上打開一課，知道計算是在哪裡做的。
#
# **先想一想**：照食譜做菜，做完才發現第 1 步的鹽放錯了。只重做第 1 步，菜會變好吃嗎？還要重做哪些步驟？（第三節會遇到一樣的事。）

# %% [markdown] lang="en"
# You need a little Python: variables, functions, lists. Everything else is explained from the beginning. By the end of this lesson you will:
#
# 1. run the programs in a notebook, stop them, and start over;
# 2. recognise what comes out when they ran in the wrong order, and mend it;
# 3. solve an exercise, and understand what its check answers;
# 4. say what two tools, TensorFlow and Keras, are each there for;
# 5. open a lesson in Colab or on your own computer, and know where the computing is done.
#
# **Think first**: you cook from a recipe, and find at the end that the salt in step 1 was wrong. Does it help to do step 1 again, and nothing else? Which other steps have to be done again? (The third section meets the same thing.)

# %% [markdown] lang="zh-TW"
# ## 儲存格：點一下，按 Shift + Enter
#
# 放程式的方塊叫**儲存格** (cell)。標題下面已經有一格，收合成一行，叫做「準備環境 Setup」：它去找課程附的檔案，把工具準備好，再印出一行版本。每一課都從它開始，所以先點它，同時按下 Shift 和 Enter。（Colab 會提醒這份筆記本不是 Google 寫的，選「仍要執行」。）
#
# 再來換這一格，一樣點一下、按 Shift + Enter：

# %% [markdown] lang="en"
# ## A cell: click on it, press Shift + Enter
#
# A box that holds a program is called a **cell**. There is one under the title already, closed up to a single line, "準備環境 Setup": it finds the files that come with the course, gets the tools ready and prints a line of versions. Every lesson begins with it. So click on it, and press Shift and Enter together. (Colab warns that this notebook was not made by Google: choose "Run anyway".)
#
# Now the next one, in the same way: click, Shift + Enter.

# %% tags=["nbval-check-output"]
hours = 24 * 7
print("a week has", hours, "hours")

# %% [markdown] lang="zh-TW"
# 程式下面印出了結果，左邊的方括號裡多了一個數字，比如 `[2]`：它是第二個執行的儲存格。還在跑的時候是 `[*]`，Colab 則是一個轉動的圓圈；要它停，按 ■。
#
# 替你執行程式的，是躲在這一頁後面的一個 Python，叫做**核心** (kernel)，Colab 稱為「執行階段」(runtime)。核心會記住每一格留下的變數，所以下一格可以接著用 `hours`：

# %% [markdown] lang="en"
# The result is printed below the program, and a number has appeared in square brackets on the left, such as `[2]`: this was the second cell to run. While a cell is running you see `[*]`, or in Colab a turning circle; the ■ button stops it.
#
# What runs your programs is a Python behind this page, called the **kernel** (Colab says "runtime"). The kernel remembers the variables that each cell leaves behind, so the next one can go on with `hours`:

# %% tags=["nbval-check-output"]
print("and", hours * 60, "minutes")

# %% [markdown] lang="zh-TW"
# 一格一格按太慢，就從選單選「全部執行」(Run all)，由上到下跑完整份筆記本：Colab 在「執行階段」(Runtime) 裡，Jupyter（在自己電腦上開筆記本的程式）在 Run 裡。
#
# 文字也放在儲存格裡。不小心按了兩下、文字變成原始碼，一樣按 Shift + Enter 就變回來。

# %% [markdown] lang="en"
# To run the whole notebook from top to bottom, choose "Run all" from the menu: in Colab under "Runtime"; in Jupyter, the program that opens notebooks on your own computer, under "Run".
#
# Text stands in cells too. If a double click has turned it into its raw form, Shift + Enter turns it back.

# %% [markdown] lang="zh-TW"
# ## 出錯的時候，看最後一行
#
# 把名字打錯一個字，核心就不認得了：

# %% [markdown] lang="en"
# ## When something fails, read the last line
#
# Misspell a name by one letter, and the kernel does not know it:

# %%
from keras_beyond import check, expect_error

with expect_error(NameError, match="not defined"):
    print(hour)

# %% [markdown] lang="zh-TW"
# `NameError` 說它不認得 `hour` 這個名字。原因通常是這兩種：打錯字（這裡少了 s），或是產生這個名字的那一格還沒有執行。
#
# `from keras_beyond import ...` 從課程的工具箱拿出兩樣工具。其中 `expect_error` 表示「這裡故意出錯」，把錯誤印出來，再繼續往下。你自己寫的程式出錯時沒有它擋著：印出來的會長得多，「全部執行」也會停在那一格。不必慌，先看最後一行。

# %% [markdown] lang="en"
# `NameError` says that it does not know the name `hour`. There are two usual reasons: a misspelling (here an s is missing), or the cell that makes the name has not run yet.
#
# `from keras_beyond import ...` takes two tools out of the course's box. One of them, `expect_error`, says "this fails on purpose": it prints the error and lets the notebook go on. When a program of your own fails, nothing holds the error back: much more is printed, and "Run all" stops at that cell. Keep calm, and read the last line first.

# %% [markdown] lang="zh-TW"
# ## 照執行的順序算，不照頁面的順序
#
# 下面四格 A、B、C、D 要把攝氏換成華氏。依序執行：

# %% [markdown] lang="en"
# ## What counts is the order of running, not the order on the page
#
# The four cells A, B, C and D are to turn Celsius into Fahrenheit. Run them one after the other:

# %%
celsius = 20  # A

# %%
fahrenheit = celsius * 9 / 5 + 32  # B

# %%
celsius = 30  # C

# %% tags=["nbval-check-output"]
print(celsius, "°C is", fahrenheit, "°F")  # D

# %% [markdown] lang="zh-TW"
# 錯了：68 °F 是 20 °C。每一行程式都對，錯在順序：B 用 20 算好之後，C 才把 `celsius` 改成 30，而 B 不會自己重算。一個儲存格只在你執行它的那一刻算一次，這就像鹽放錯了，只重做第 1 步沒有用。
#
# 你往回改了某一格、卻沒有重跑後面幾格的時候，也會這樣：沒有錯誤訊息，只有一個不對的數字。

# %% [markdown] lang="en"
# Wrong: 68 °F is 20 °C. Every line of the program is right; the order is not. B had already worked with 20 when C set `celsius` to 30, and B does not compute again by itself. A cell computes once, at the moment when you run it. It is like the salt: to repeat step 1 alone is no help.
#
# The same happens when you go back, change a cell, and do not run the ones after it again: no error message, only a number that is not true.

# %% [markdown] lang="zh-TW"
# ### 練習 0.1：把溫度救回來（2 分鐘）
#
# 先執行 B，再執行 D，不要碰別的。D 現在印出幾 °F？看看 A、B、C、D 左邊的數字，就知道真正的順序。
#
# 這門課的練習都長這樣：一格寫著 `None`（「還沒有」），換成你的答案，執行；再執行下一格的 `check`，它會說對不對、哪裡不對。建議先故意填一個錯的數字，看看它怎麼說。真的卡住，筆記本最後面有收合的解答。

# %% [markdown] lang="en"
# ### Exercise 0.1: rescue the temperature (2 minutes)
#
# Run B, then D, and touch nothing else. How many °F does D print now? The numbers to the left of A, B, C and D tell you the true order.
#
# All exercises of the course look like this one: a cell says `None` ("nothing yet"). Put your answer in its place and run it; then run the `check` in the next cell, which says whether it is right, and if not, why. Try a wrong number first, to hear what it says. If you are stuck, a folded solution waits at the end of the notebook.

# %% tags=["exercise"]
mended_fahrenheit = None
### BEGIN SOLUTION
mended_fahrenheit = 30 * 9 / 5 + 32  # what B gives once celsius is 30
### END SOLUTION

# %% tags=["check"]
check("mended-temperature", mended_fahrenheit)

# %% [markdown] lang="zh-TW"
# 這一次救的是核心記得的東西，頁面還是錯的：再「全部執行」一次，D 又會印出 68。要治本，把 C 移到 B 的上面（點選 C，按儲存格角落的 ↑），由上到下就對了。
#
# 不知道核心現在記得什麼，就請它全部忘掉，從頭再跑一次：先重新啟動，再全部執行。Colab 在「執行階段」裡選「重新啟動工作階段」(Restart session)；Jupyter 選 Kernel、Restart Kernel and Run All Cells。每次改了很多地方，最後都這樣做一遍，結果才算數。

# %% [markdown] lang="en"
# What you have mended is what the kernel remembers; the page is still wrong. Choose "Run all", and D prints 68 once more. For a lasting cure, move C above B (click on C, then on the ↑ in its corner): now it is right from top to bottom.
#
# When you are not sure what the kernel remembers, make it forget everything and begin again: restart, then run all. Colab has "Restart session" under "Runtime"; in Jupyter choose "Kernel", "Restart Kernel and Run All Cells". Do this at the end whenever you have changed much: only then do the results count.

# %% [markdown] lang="zh-TW"
# ## TensorFlow 負責算，Keras 負責蓋
#
# **神經網路** (neural network) 是一條很長的算式，裡面有許多可以調的數字；讓它看很多例子，一點一點把數字調好，就叫**訓練**。這門課用兩個程式庫（library，別人寫好、拿來就能用的程式）做這件事，一個疊在另一個上面：

# %% [markdown] lang="en"
# ## TensorFlow computes, Keras builds
#
# A **neural network** is a very long formula with many numbers in it that can be adjusted. To show it many examples, and adjust the numbers little by little, is called **training**. This course does it with two libraries (programs that others have written, ready for use), one on top of the other:

# %% [markdown] lang="zh-TW"
# | | 管什麼 | 這門課用 |
# | --- | --- | --- |
# | 上面 | 說出要蓋什麼網路、怎麼訓練，幾行就好 | Keras 3 |
# | 下面，叫做**後端** (back end) | 真正的計算，還有每個數字該往哪邊調 | TensorFlow |
#
# **TensorFlow** 是 Google 開放原始碼的程式庫，算的是一大塊一大塊的數字，叫做張量 (tensor)；快的硬體它會用，也能把計算分給好幾台機器。**Keras** 把蓋網路和訓練的步驟包成好懂的零件。不靠 Keras，只用 TensorFlow 也蓋得出網路：什麼都能改，可是要寫得多，第 08 課會這樣做一次。
#
# Keras 3 的後端可以換，TensorFlow、JAX、PyTorch 都行（OpenVINO 也行，但只能拿訓練好的網路來用）。要在載入 Keras 以前，用環境變數（程式啟動時讀到的設定）`KERAS_BACKEND` 選好。這裡的設定是：

# %% [markdown] lang="en"
# | | what it is there for | in this course |
# | --- | --- | --- |
# | above | to say, in a few lines, which network to build and how to train it | Keras 3 |
# | below, called the **back end** | the computing itself, and which way each number should move | TensorFlow |
#
# **TensorFlow** is an open-source library by Google. It computes with whole blocks of numbers, called tensors; it uses fast hardware where there is some, and can share the work among several machines. **Keras** wraps the steps of building and training a network into parts that are easy to grasp. You can do without Keras and use TensorFlow alone: then everything can be changed, and there is much more to write. Lesson 08 does that once.
#
# Keras 3 can change its back end: TensorFlow, JAX or PyTorch (or OpenVINO, only to use networks that are trained already). It is chosen before Keras is loaded, by the environment variable `KERAS_BACKEND` (a setting that a program reads when it starts). Here it says:

# %% row="C01"
import os

import tensorflow as tf
from tensorflow import keras

print("TensorFlow", tf.__version__)
print("Keras", keras.__version__)
print("KERAS_BACKEND =", os.environ["KERAS_BACKEND"], "| back end in use:", keras.backend.backend())

# %% [markdown] lang="zh-TW"
# 你的版本可能不一樣，沒有關係；最後一行應該是 tensorflow，準備環境那一格已經選好了。程式裡寫 `tensorflow.keras`，簡稱 `tf.keras`：TensorFlow 2.16 以後，它就是 Keras 3。這門課用它，是因為裝一次兩個都有，Colab 也早就裝好了，第 08 課又要直接用到 TensorFlow。還有一個好處：訓練好的網路可以帶到別的地方用，像是手機（LiteRT，以前叫 TensorFlow Lite）、瀏覽器 (TensorFlow.js)，或 C++ 寫的程式。
#
# 先看看成品。下面五行蓋出一個讀手寫數字的網路，裡面的數字已經訓練好，附在課程裡。程式到第 01、02 課再一行一行講，現在只要看它怎麼讀這 20 張沒看過的圖：

# %% [markdown] lang="en"
# Your versions may differ, which does no harm; the last line should say tensorflow: the setup cell has chosen it. In programs you will see `tensorflow.keras`, `tf.keras` for short. Since TensorFlow 2.16 that is Keras 3. The course uses it because one installation brings both, Colab has it already, and lesson 08 needs TensorFlow itself. There is one more advantage: a trained network can move out, to a phone (LiteRT, once called TensorFlow Lite), into a browser (TensorFlow.js), or into a C++ program.
#
# Have a look at what comes of it. Five lines build a network that reads handwritten digits; its numbers have been trained already and come with the course. Lessons 01 and 02 explain the program line by line. For now, only see how it reads 20 images that it has never seen:

# %% tags=["nbval-check-output"]
from tensorflow.keras import layers

from keras_beyond import load_mnist, load_weights, show_images

reader = keras.Sequential([keras.Input((784,))], name="reader")
reader.add(layers.Dense(500, activation="sigmoid"))
reader.add(layers.Dense(500, activation="sigmoid"))
reader.add(layers.Dense(10, activation="softmax"))
load_weights(reader, "handwriting")

_, (images, digits) = load_mnist()
x = images[:20].reshape(20, 784) / 255
answers = reader.predict(x, verbose=0).argmax(axis=1)
show_images(images[:20], answers)

# %% tags=["guard"]
assert x.max() == 1 and (answers == digits[:20]).all()

# %% [markdown] lang="zh-TW"
# 每張圖上面的數字是網路的答案，20 個都對。

# %% [markdown] lang="en"
# The number above each image is the network's answer; all 20 are right.

# %% [markdown] lang="zh-TW"
# ## 有沒有用到 GPU，問一下就知道
#
# **CPU** 是電腦的主要處理器，什麼都會做。**GPU** 是顯示卡上的處理器，可以同時做幾千個一樣的小計算，而神經網路要的正是這種計算。TensorFlow 找得到 GPU 就會用，程式不必改：

# %% [markdown] lang="en"
# ## Is a GPU in use? Ask
#
# The **CPU** is the main processor of a computer, and can do anything. The **GPU** is the processor of a graphics card: it does thousands of small computations of the same kind at once, and this is just what neural networks need. Where TensorFlow finds a GPU, it uses it, with no change to your program:

# %% row="C02"
gpus = tf.config.list_physical_devices("GPU")
print(f"{len(gpus)} GPU in use" if gpus else "no GPU in use: everything runs on the CPU")

# %% [markdown] lang="zh-TW"
# 印出 `no GPU in use` 也不要緊：這門課每一課只用兩個 CPU 核心，「全部執行」都在一分鐘以內。如果有 GPU，下一格讓兩邊各算一次，把 2000x2000 的數字表乘上自己（矩陣乘法），比比看誰快：

# %% [markdown] lang="en"
# `no GPU in use` is all right: with two CPU cores, every lesson of this course does its "Run all" in less than a minute. If you have a GPU, the next cell lets both multiply a table of 2000x2000 numbers by itself (a matrix product), and compares them:

# %%
import time


def seconds(device):
    with tf.device(device):
        table = tf.random.normal((2000, 2000))
        tf.reduce_sum(table @ table).numpy()  # the first time includes getting ready
        begin = time.perf_counter()
        tf.reduce_sum(table @ table).numpy()
        return time.perf_counter() - begin


print(
    f"GPU: {seconds('CPU:0') / seconds('GPU:0'):.0f} times as fast"
    if gpus
    else "CPU only: nothing to compare"
)

# %% [markdown] lang="zh-TW"
# 快幾倍要看顯示卡；沒有 GPU，這一格就只說沒得比。

# %% [markdown] lang="en"
# How many times depends on the card; without a GPU the cell says only that there is nothing to compare.

# %% [markdown] lang="zh-TW"
# ## 在 Colab：開啟、選 GPU、留一份
#
# - **開啟**：每一課標題下面都有「在 Colab 開啟」。
# - **選 GPU**：「執行階段」(Runtime)、「變更執行階段類型」(Change runtime type)，在「硬體加速器」(Hardware accelerator) 選 GPU。這會換一台機器，先前的變數都沒了，要從頭執行。
# - **留一份**：「檔案」(File)、「在雲端硬碟中儲存副本」(Save a copy in Drive)。不存，關掉頁面，你的答案就不見了。
# - **限制**：免費的 GPU 不保證一定有；放著太久不動會斷線，最長也只有 12 小時。斷線之後，核心記得的東西和那台機器上的檔案都會消失，雲端硬碟裡的筆記本還在。

# %% [markdown] lang="en"
# ## In Colab: open, choose a GPU, keep a copy
#
# - **Open**: under the title of every lesson stands "Open in Colab".
# - **Choose a GPU**: "Runtime", "Change runtime type", and pick a GPU under "Hardware accelerator". This gives you another machine: the variables are gone, so run from the top again.
# - **Keep a copy**: "File", "Save a copy in Drive". If you do not, your answers are gone when you close the page.
# - **Limits**: a free GPU is not guaranteed. When you leave Colab idle too long it disconnects, and after 12 hours at the latest. What the kernel remembers and the files on that machine are lost then; the notebook in your Drive stays.

# %% [markdown] lang="zh-TW"
# ## 在自己的電腦：裝一次，以後不必連網
#
# 先裝 Python 3.11 到 3.13，下載整個課程，在課程資料夾裡打開終端機（輸入指令的視窗），執行這兩行：
#
# ```
# pip install -r requirements.txt
# jupyter lab
# ```
#
# 第二行會在瀏覽器裡打開 Jupyter，課程都在 `notebooks` 資料夾裡。電腦有 NVIDIA 的 GPU，系統是 Linux 或 Windows 的 WSL2（Windows 裡的 Linux），再加一行，連 CUDA（NVIDIA 讓程式使用 GPU 的軟體）一起裝好：
#
# ```
# pip install "tensorflow[and-cuda]"
# ```
#
# 在 Mac 上，或直接在 Windows 上，TensorFlow 只用 CPU。工作真的很大，也可以向 Google Cloud、AWS 這類雲端服務租一台有 GPU 的機器，照時數付錢。

# %% [markdown] lang="en"
# ## On your own computer: install once, then no network is needed
#
# Install Python 3.11 to 3.13 and download the whole course. Open a terminal (the window in which you type commands) in its folder and run two lines:
#
# ```
# pip install -r requirements.txt
# jupyter lab
# ```
#
# The second opens Jupyter in your browser; the lessons are in the folder `notebooks`. If the computer has a GPU by NVIDIA, and its system is Linux or WSL2 (the Linux inside Windows), one more line installs CUDA too, NVIDIA's software that lets programs use the GPU:
#
# ```
# pip install "tensorflow[and-cuda]"
# ```
#
# On a Mac, or directly on Windows, TensorFlow uses the CPU alone. For really large work you can rent a machine with a GPU by the hour, from services such as Google Cloud or AWS.

# %% [markdown] lang="zh-TW"
# ## 回顧
#
# 1. 點儲存格、按 Shift + Enter 執行，■ 叫它停；「重新啟動」讓核心忘掉一切，「全部執行」由上到下再跑一遍。
# 2. 結果照執行的順序算。數字怪怪的，先看方括號裡的編號，重跑該重跑的；治本是把頁面的順序改對。開頭的問題也是同樣的道理：後面用到那份鹽的每一步，都要重做。
# 3. 把 `None` 換成答案，執行，再執行 `check`。答錯了，提示會說錯在哪裡。
# 4. Keras 說要蓋什麼、怎麼訓練，TensorFlow 在下面計算；`tf.keras` 就是以 TensorFlow 為後端的 Keras 3。
# 5. 按「在 Colab 開啟」，或在自己的電腦上用 `jupyter lab`；`tf.config.list_physical_devices("GPU")` 說出有沒有 GPU。
#
# 下一課，親手疊出剛才那個讀數字的網路。

# %% [markdown] lang="en"
# ## Summary
#
# 1. Click on a cell and press Shift + Enter to run it; ■ stops it. A restart makes the kernel forget everything, and "Run all" goes through the page again from top to bottom.
# 2. Results follow the order of running. If a number looks odd, look at the numbers in the brackets and run again what needs it; the lasting cure is a page in the right order. This also answers the question at the start: every step after the first that uses the salt has to be done again.
# 3. Put your answer in place of `None`, run the cell, then the `check`. If it is wrong, a hint says where.
# 4. Keras says what to build and how to train it, and TensorFlow computes beneath; `tf.keras` is Keras 3 with TensorFlow as its back end.
# 5. "Open in Colab", or `jupyter lab` on your own computer; `tf.config.list_physical_devices("GPU")` tells whether there is a GPU.
#
# In the next lesson you build the network that has just read the digits, with your own hands.
