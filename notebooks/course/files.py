"""Files that the course ships: read only after their SHA-256 has been compared with the one written down."""

import hashlib
from pathlib import Path

from course.errors import CourseError
from course.language import say


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
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        hashes = (f"SHA-256 {sha256[:12]}...", f"SHA-256 {found[:12]}...")
        raise _damaged(path, zh=hashes, en=hashes)
    return path


def _damaged(path: Path, *, zh: tuple[str, str], en: tuple[str, str]) -> CourseError:
    name = f"{path.parent.name}/{path.name}"
    return CourseError(
        say(
            zh=f"{path} 不能用。應有：{zh[0]}；實際：{zh[1]}。在課程資料夾裡執行 git checkout -- {name} 取回原檔；"
            "在 Colab 則選「執行階段」、「中斷連線並刪除執行階段」，再從頭執行。",
            en=f"{path} cannot be used. Expected: {en[0]}; found: {en[1]}. Run git checkout -- {name} in the course's folder "
            'to get it back; on Colab choose "Runtime", "Disconnect and delete runtime" and run from the top.',
        )
    )
