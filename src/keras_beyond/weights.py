"""Weights that the course ships: their hash and their architecture are checked before they are loaded."""

import tomllib
from typing import Any

from tensorflow import keras

from keras_beyond.errors import CourseError
from keras_beyond.files import remedy, shipped, verify
from keras_beyond.language import say

WEIGHTS = shipped("weights")
MANIFEST = WEIGHTS / "manifest.toml"


def manifest() -> dict[str, dict[str, Any]]:
    """Each name in weights/manifest.toml with its entry. Raises CourseError when the file is missing or unreadable."""
    try:
        return tomllib.loads(MANIFEST.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        zh, en = remedy("weights/manifest.toml")
        raise CourseError(
            say(
                zh=f"讀不到 {MANIFEST}：{error}。{zh}",
                en=f"{MANIFEST} cannot be read: {error}. {en}",
            )
        ) from None


def load_weights(model: keras.Model, name: str) -> None:
    """Load the shipped weights called `name` ("handwriting") into a model that has been built.

    Raises CourseError when there is no such name, the file is damaged, the model is not built, or its weights do not
    have the shapes of those in the file.
    """
    entries = manifest()
    if name not in entries:
        known = ", ".join(sorted(entries))
        raise CourseError(
            say(
                zh=f"weights/ 裡沒有叫做 {name!r} 的權重。可以用的有：{known}。",
                en=f"weights/ has nothing called {name!r}. There are: {known}.",
            )
        )
    if not model.built:
        raise CourseError(
            say(
                zh=f"模型 {model.name!r} 還沒有權重，沒辦法載入：先加上 keras.Input(...)，或先用一筆資料呼叫模型。",
                en=f"The model {model.name!r} has no weights yet, so none can be loaded: start it with keras.Input(...), "
                "or call it once on data.",
            )
        )
    entry = entries[name]
    shapes = [list(weight.shape) for weight in model.weights]
    if shapes != entry["shapes"]:
        raise CourseError(
            say(
                zh=f"{name!r} 的權重不合模型 {model.name!r}。檔案裡是 {entry['architecture']}，形狀 {entry['shapes']}；"
                f"模型的形狀是 {shapes}。請讓每一層的大小相同。",
                en=f"The weights {name!r} do not fit the model {model.name!r}. The file holds {entry['architecture']}, shapes "
                f"{entry['shapes']}; the model's shapes are {shapes}. Give its layers the same sizes.",
            )
        )
    path = verify(WEIGHTS / entry["file"], sha256=entry["sha256"], size=entry["bytes"])
    model.load_weights(path)
