"""Files that the course ships: found in a checkout or in an installed package, and read only when they are whole.

The SHA-256 that is compared guards against damage, not against a forger: it stands beside the file.
"""

import hashlib
from pathlib import Path

from keras_beyond.errors import CourseError
from keras_beyond.language import say

PACKAGE = Path(__file__).resolve().parent
REPOSITORY = PACKAGE.parents[1]  # of a checkout; an installed package has its own copy of the files
IN_CHECKOUT = (REPOSITORY / "pyproject.toml").is_file()


def shipped(name: str) -> Path:
    """Return the path of a file or folder that the course ships, such as "assets/mnist.npz", whether it is there or not."""
    return (REPOSITORY if IN_CHECKOUT else PACKAGE / "shipped") / name


def verify(path: Path, *, sha256: str, size: int) -> Path:
    """Return `path` once its content is known to be right: `size` bytes with this SHA-256 (64 hex digits).

    Raises CourseError, which says what is wrong with the file and how to get it back.
    """
    if not path.is_file():
        raise _damaged(path, zh=("檔案", "找不到"), en=("the file", "nothing there"))
    content = path.read_bytes()
    if content[:1] == b"<":
        raise _damaged(
            path, zh=(f"{size:,} bytes 的資料", "一個網頁 (HTML)"), en=(f"{size:,} bytes of data", "an HTML page")
        )
    if len(content) != size:
        raise _damaged(
            path, zh=(f"{size:,} bytes", f"{len(content):,} bytes"), en=(f"{size:,} bytes", f"{len(content):,} bytes")
        )
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        hashes = (f"SHA-256 {sha256[:12]}...", f"SHA-256 {digest[:12]}...")
        raise _damaged(path, zh=hashes, en=hashes)
    return path


def _damaged(path: Path, *, zh: tuple[str, str], en: tuple[str, str]) -> CourseError:
    remedy_zh, remedy_en = remedy(f"{path.parent.name}/{path.name}")
    return CourseError(
        say(
            zh=f"{path} 不能用。應有：{zh[0]}；實際：{zh[1]}。{remedy_zh}",
            en=f"{path} cannot be used. Expected: {en[0]}; found: {en[1]}. {remedy_en}",
        )
    )


def remedy(name: str) -> tuple[str, str]:
    """Return how to get a shipped file back, in Chinese and in English: from the checkout, or with the package."""
    if not IN_CHECKOUT:
        return (
            "請重新安裝這門課的套件（pip install --force-reinstall --no-deps）；在 Colab 則選「執行階段」、「中斷連線並刪除執行階段」，再從頭執行。",
            "Install the course's package again (pip install --force-reinstall --no-deps); on Colab choose "
            '"Runtime", "Disconnect and delete runtime" and run from the top.',
        )
    return (
        f"在課程資料夾裡執行 git checkout -- {name} 取回原檔。",
        f"Run git checkout -- {name} in the course's folder to get it back.",
    )
