"""Checks of lesson 07."""

from collections.abc import Callable

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond.exercises.machinery import exercise, expect, hint
from keras_beyond.exercises.reading import array, called, describe, number

LATENT = np.array([[0.5, -1.0, 2.0], [1.5, 0.2, -0.3], [-2.0, 1.0, 0.7], [0.1, 0.0, -1.2], [3.0, -0.4, 0.9]], "float32")
LOG_VAR = np.array(
    [[-1.0, 0.5, -2.0], [0.3, -0.7, 1.0], [-3.0, 1.2, -0.2], [0.8, -1.5, 0.1], [-0.6, 2.0, -1.1]], "float32"
)


def _kl(z_mean: np.ndarray, z_log_var: np.ndarray) -> np.ndarray:
    """Each dimension's share of the KL, (n, d)."""
    return (z_mean**2 + np.exp(z_log_var) - z_log_var - 1) / 2


@exercise("sampling-log-variance")
def sampling_log_variance(answer: object) -> None:
    """The log-variance of a standard deviation of 3."""
    s = number(answer)
    if abs(s - 3) < 0.01:
        hint(
            zh="3 是標準差本身。要填的是 s，先想想變異數是多少，再取對數。",
            en="3 is the standard deviation itself. You are asked for s: first think what the variance is, then take its logarithm.",
        )
    if abs(s - 9) < 0.01:
        hint(zh="9 是變異數，s 是它的對數。", en="9 is the variance; s is its logarithm.")
    if abs(s - np.log(3)) < 0.01:
        hint(
            zh="log 3 代表變異數是 3，標準差只有 1.73。標準差是 e^(s/2)，不是 e^s。",
            en="With log 3 the variance is 3 and the standard deviation only 1.73. The standard deviation is e^(s/2), not e^s.",
        )
    expect(
        abs(s - np.log(9)) < 0.01,
        zh="讓 e^(s/2) 等於 3 的 s",
        en="the s for which e^(s/2) is 3",
        found=f"{s:g}, whose standard deviation is {np.exp(s / 2):.3g}",
    )


@exercise("mended-sampling")
def mended_sampling(answer: object) -> None:
    """A layer, its class, or a function: [z_mean, z_log_var], (n, d) each, to samples (n, d)."""
    if not callable(answer):
        expect(False, zh="一個類別或層", en="a class or a layer", found=describe(answer))
    sampling = called(answer) if isinstance(answer, type) else answer
    n, wanted_mean, wanted_std = 4000, np.array([3.0, -2.0]), np.array([0.5, 2.0])
    mean, log_var = (np.tile(row, (n, 1)).astype("float32") for row in (wanted_mean, 2 * np.log(wanted_std)))
    inputs = [keras.ops.convert_to_tensor(mean), keras.ops.convert_to_tensor(log_var)]
    z, again = (array(called(sampling, inputs), (n, 2)) for _ in range(2))
    _look_at_noise((z - mean), (again - mean), wanted_std, z, mean, log_var)
    _several_batch_sizes(sampling)


def _look_at_noise(
    noise: np.ndarray, again: np.ndarray, std: np.ndarray, z: np.ndarray, mean: np.ndarray, log_var: np.ndarray
) -> None:
    """Whether noise (n, 2), from two calls, differs between rows, columns and calls and has the standard deviation asked for."""
    if np.ptp(z, axis=0).max() < 1e-4:
        if np.allclose(z, again + mean, atol=1e-4):
            hint(
                zh="傳回的點沒有隨機：每次、每一列都一樣。雜訊在哪裡抽？",
                en="What comes back is not random: the same each time, in every row. Where is the noise drawn?",
            )
        hint(
            zh="每一列還是用同一份雜訊。公式裡的 ε 是 (n, d)，看看你抽的形狀。",
            en="All rows still get the same noise. In the formula ε is (n, d); look at the shape that you draw.",
        )
    if np.allclose(noise, again, atol=1e-5):
        hint(
            zh="兩次呼叫抽出一模一樣的雜訊：整數的 seed 每次都從頭來，要用 SeedGenerator。",
            en="Two calls draw exactly the same noise: a seed that is a whole number starts over each time. Use a SeedGenerator.",
        )
    found_mean, found_std = z.mean(axis=0), z.std(axis=0)
    if np.allclose(found_mean, log_var[0], atol=0.3) and not np.allclose(found_mean, mean[0], atol=0.3):
        hint(
            zh="平均數變成了對數變異數：輸入的順序是 [z_mean, z_log_var]，你的順序相反。",
            en="The log-variance has become the mean: the input is [z_mean, z_log_var], and you have them the other way round.",
        )
    if abs(np.corrcoef(noise.T)[0, 1]) > 0.9:
        hint(
            zh="每一列只抽了一個數字，兩維用同一個：雜訊的形狀要有 d 行 (column)。",
            en="Each row draws one number and both dimensions share it: the noise needs d columns.",
        )
    if np.allclose(found_std, std**2, rtol=0.1):
        hint(
            zh="exp(z_log_var) 是變異數，乘在雜訊前面的要是標準差。",
            en="exp(z_log_var) is the variance; what multiplies the noise has to be the standard deviation.",
        )
    if np.allclose(found_std, 1, rtol=0.1):
        hint(
            zh="不管 z_log_var 是多少，標準差都是 1：雜訊還沒有乘上標準差。",
            en="Whatever z_log_var is, the standard deviation is 1: the noise is not multiplied by it yet.",
        )
    expect(
        np.allclose(found_mean, mean[0], atol=0.25) and np.allclose(found_std, std, rtol=0.12),
        zh="平均數 [3, -2]、標準差 [0.5, 2] 附近",
        en="a mean near [3, -2] and standard deviations near [0.5, 2]",
        found=f"{found_mean.round(2).tolist()}, {found_std.round(2).tolist()}",
    )


def _several_batch_sizes(sampling: Callable[[list], object]) -> None:
    """Whether the layer works in a model, on batches of 2, 2 and 1 rows of 3 dimensions."""
    inputs = [keras.Input((3,)), keras.Input((3,))]
    layer = sampling if isinstance(sampling, layers.Layer) else layers.Lambda(sampling)
    try:
        model = keras.Model(inputs, layer(inputs))
        found = model.predict([np.zeros((5, 3)), np.zeros((5, 3))], batch_size=2, verbose=0).shape
    except Exception as error:
        hint(
            zh="在模型裡，一批 2 列、每列 3 維就出錯了。形狀不要寫死，照 keras.ops.shape(z_mean) 抽。"
            f"（{type(error).__name__}）",
            en="In a model, a batch of 2 rows with 3 dimensions fails. Do not write the shape out; draw with "
            f"keras.ops.shape(z_mean). ({type(error).__name__})",
        )
    expect(found == (5, 3), zh="5 列 3 維", en="5 rows of 3 dimensions", found=found)


@exercise("kl-divergence")
def kl_divergence(answer: Callable[[np.ndarray, np.ndarray], object]) -> None:
    """A function of z_mean and z_log_var, (n, d) each: the KL of each row, (n,)."""
    with np.errstate(all="ignore"):
        given = called(answer, LATENT.copy(), LOG_VAR.copy())
    try:
        found = np.asarray(given, "float64")
    except Exception:  # no numbers
        found = array(given, (5,))
    wanted = _kl(LATENT, LOG_VAR)
    if found.shape == (5, 3):
        hint(
            zh="每一維各有一個數字。一列的 KL 是各維加起來：axis=-1。",
            en="This is one number for each dimension. The KL of a row is their sum: axis=-1.",
        )
    if found.shape == ():
        hint(
            zh="只剩一個數字：連一批的列也加（或平均）掉了。每一列要有一個 KL，axis=-1。",
            en="One number is left: the rows of the batch went into it too. Each row has a KL of its own: axis=-1.",
        )
    if found.shape == (3,):
        hint(
            zh="加錯軸了：你加的是一批裡的列，要加的是潛在維度，axis=-1。",
            en="That is the wrong axis: you summed over the rows of the batch, and not over the latent dimensions, axis=-1.",
        )
    if found.shape == (5, 1):
        hint(
            zh="形狀是 (n, 1)，要的是 (n,)：不要 keepdims，不然和還原相加會變成 (n, n)。",
            en="The shape is (n, 1) and should be (n,): no keepdims, or the sum with the reconstruction becomes (n, n).",
        )
    found = array(found, (5,))
    if np.isnan(found).any():
        hint(
            zh="算出了 nan：z_log_var 已經是對數，可以是負的，不要再取 log。",
            en="There is a nan in it: z_log_var is a logarithm already and may be negative; do not take its log again.",
        )
    right = wanted.sum(axis=1)
    if np.allclose(found, -right, atol=1e-4):
        hint(
            zh="正負號反了：KL 不會是負的，反過來的話訓練會讓雲跑得越遠越好。",
            en="The sign is wrong: a KL is never negative, and with this one training would drive the clouds as far off as it can.",
        )
    if np.allclose(found, right / 3, atol=1e-4) or np.allclose(found, -right / 3, atol=1e-4):
        hint(
            zh="你對潛在維度取了平均：要加總。這裡 3 維，平均就只剩三分之一。",
            en="You averaged over the latent dimensions: sum them. With 3 of them the average is only a third.",
        )
    if np.allclose(found, _kl(LOG_VAR, LATENT).sum(axis=1), atol=1e-4):
        hint(
            zh="z_mean 和 z_log_var 對調了：平方的是 z_mean，取 exp 的是 z_log_var。",
            en="z_mean and z_log_var are swapped: the square belongs to z_mean, the exp to z_log_var.",
        )
    if np.allclose(found, 2 * right, atol=1e-4):
        hint(zh="少了 1/2：結果剛好是兩倍。", en="The half is missing: the result is exactly twice as large.")
    if np.allclose(found, _kl(LATENT, 2 * LOG_VAR).sum(axis=1), atol=1e-4):
        hint(
            zh="exp(z_log_var) 已經是變異數，不用再平方。",
            en="exp(z_log_var) is the variance already; do not square it again.",
        )
    expect(
        np.allclose(found, right, atol=1e-3),
        zh=f"第 0 列是 {right[0]:.4f}",
        en=f"{right[0]:.4f} in row 0",
        found=f"{found[0]:.4f}",
    )


@exercise("mended-vae-loss")
def mended_vae_loss(answer: Callable[..., object]) -> None:
    """A function of x, x_hat (n, 784), z_mean, z_log_var (n, d): summed squared error plus KL, averaged over n."""
    source = np.random.default_rng(4)
    x, x_hat = source.random((5, 784)).astype("float32"), source.random((5, 784)).astype("float32")
    try:
        given = called(answer, x.copy(), x_hat.copy(), LATENT.copy(), LOG_VAR.copy())
    except Exception as error:
        if "shape" not in str(error).lower() and "broadcast" not in str(error).lower():
            raise
        hint(
            zh="5 張圖還是出錯：(5, 784) 和 (5,) 不能相加。先讓兩項都是 (5,)。",
            en="It still fails with 5 images: (5, 784) and (5,) cannot be added. Make both terms (5,) first.",
        )
    squared, kl = (x - x_hat) ** 2, _kl(LATENT, LOG_VAR).sum(axis=1)
    if np.shape(given) == (5,):
        hint(
            zh="每張圖各有一個數字了，最後還要對一批取平均。",
            en="There is one number for each image now; what is left is to average over the batch.",
        )
    loss, right = number(given), squared.sum(axis=1).mean() + kl.mean()
    for hinted, zh, en in [
        (
            squared.mean() + kl.mean(),
            "像素還是取了平均，平方誤差比 KL 小了 784 倍：每張圖要先加總。",
            "The pixels are still averaged, and the squared error counts 784 times too little: sum it for each image first.",
        ),
        (
            squared.sum() + kl.sum(),
            "一批的圖也加起來了：批次越大損失越大。最後一步要平均。",
            "The images of the batch are summed too, so a larger batch means a larger loss. The last step is an average.",
        ),
        (
            squared.sum(axis=1).mean() + 784 * kl.mean(),
            "KL 被加了 784 次，每個像素一次：先把像素加總，再加 KL。",
            "The KL is added 784 times, once for every pixel: sum the pixels first, then add the KL.",
        ),
        (
            squared.sum(axis=1).mean() - kl.mean(),
            "KL 的正負號反了：它是要付的錢，要加上去。",
            "The sign of the KL is wrong: it is a price to pay, so it is added.",
        ),
        (
            squared.sum(axis=1).mean() + _kl(LATENT, LOG_VAR).mean(),
            "KL 對潛在維度取了平均：也要加總。",
            "The KL is averaged over the latent dimensions: it is a sum too.",
        ),
    ]:
        if abs(loss - hinted) < 1e-3 * abs(hinted):
            hint(zh=zh, en=en)
    expect(
        abs(loss - right) < 1e-3 * right,
        zh=f"平方誤差加總的平均 {right - kl.mean():.2f}，加上 KL 的平均 {kl.mean():.2f}",
        en=f"the average summed squared error, {right - kl.mean():.2f}, plus the average KL, {kl.mean():.2f}",
        found=f"{loss:.2f}",
    )


@exercise("more-like")
def more_like(answer: Callable[..., object]) -> None:
    """A function of encoder, decoder, images (n, 784), number: images (number, 784) from the normal of their codes."""
    source = np.random.default_rng(6)
    mean, covariance = np.array([2.0, -1.0]), np.array([[1.0, 0.8], [0.8, 1.0]])
    images = source.random((400, 784)).astype("float32")
    images[:, :2] = source.multivariate_normal(mean, covariance, 400)
    images[:, 2:4] = -3.0 + 0.1 * images[:, 2:4]
    encoder, decoder = _fake_models()
    given = called(answer, encoder, decoder, images.copy(), 3000)
    if np.shape(given) == (3000, 2):
        hint(
            zh="你傳回的是編碼，還沒有解碼成影像。",
            en="These are codes; they are not decoded to images yet.",
        )
    if np.shape(given) == (400, 784):
        hint(
            zh="傳回的張數和 images 一樣：要抽 number 個新的編碼，不是還原原來的圖。",
            en="As many images came back as went in: draw `number` new codes, do not restore the old images.",
        )
    drawn = array(given, (3000, 784))
    codes = drawn[:, :2].astype("float64")  # the decoder of this check writes the code into the first two pixels
    found_mean, found = codes.mean(axis=0), np.cov(codes.T)
    if np.ptp(codes, axis=0).max() < 1e-4:
        hint(
            zh="每一張都一樣：每一列都要抽自己的編碼。",
            en="All the images are the same: each row needs a code of its own.",
        )
    if np.allclose(found_mean, -2.95, atol=0.2):
        hint(
            zh="你用的是 z_log_var。encoder 傳回兩個陣列，第一個才是 z_mean。",
            en="You used z_log_var. The encoder returns two arrays, and the first is z_mean.",
        )
    if np.allclose(found_mean, 0, atol=0.15) and np.allclose(found, np.eye(2), atol=0.15):
        hint(
            zh="這是從整個 N(0, I) 抽的，什麼數字都會來。要用這些圖的編碼的平均數和共變異數。",
            en="These come from all of N(0, I), so any digit may turn up. Use mean and covariance of the codes of these images.",
        )
    if (
        np.allclose(found_mean, mean, atol=0.25)
        and abs(found[0, 1]) < 0.15
        and np.allclose(np.diag(found), 1, atol=0.3)
    ):
        hint(
            zh="雲的斜度不見了：兩維各抽各的。要用整個共變異數矩陣，不只對角線。",
            en="The slant of the cloud is lost: both dimensions were drawn separately. Use the whole covariance matrix, not only "
            "its diagonal.",
        )
    expect(
        np.allclose(found_mean, mean, atol=0.3) and np.allclose(found, covariance, atol=0.3),
        zh="編碼的平均數在 [2, -1] 附近，共變異數在 [[1, 0.8], [0.8, 1]] 附近",
        en="codes with a mean near [2, -1] and a covariance near [[1, 0.8], [0.8, 1]]",
        found=f"{found_mean.round(2).tolist()}, {found.round(2).tolist()}",
    )


def _fake_models() -> tuple[keras.Model, keras.Model]:
    """An encoder that reads z_mean and z_log_var off the first four pixels, and a decoder that writes the code there."""
    x = keras.Input((784,))
    heads = [layers.Dense(2, use_bias=False, name=name) for name in ("z_mean", "z_log_var")]
    encoder = keras.Model(x, [head(x) for head in heads])
    for place, head in enumerate(heads):
        head.set_weights([np.eye(784)[:, 2 * place : 2 * place + 2]])
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(784, use_bias=False)])
    decoder.set_weights([np.eye(2, 784)])
    return encoder, decoder
