# @title 準備環境 Setup
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

LANGUAGE, ADDRESS, REF = "LANGUAGE", "ADDRESS", "REF"


class SetupFailed(RuntimeError):
    def _render_traceback_(self):
        return [str(self)]


def stop(zh, en):
    raise SetupFailed(zh if LANGUAGE == "zh-TW" else en)


def clone_course(folder):
    address = os.environ.get("COURSE_CLONE_ADDRESS", ADDRESS)
    for interrupted in folder.parent.glob(f"{folder.name}.part*"):
        shutil.rmtree(interrupted)
    part = folder.with_name(f"{folder.name}.part{os.getpid()}")
    command = ["git", "clone", "--quiet", "--depth=1", "--branch", REF, address, str(part)]
    try:
        done = subprocess.run(
            command, env={**os.environ, "GIT_TERMINAL_PROMPT": "0"}, capture_output=True, text=True, timeout=300
        )
        reason = done.stderr.strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        done, reason = None, str(error)
    if done is None or done.returncode:
        shutil.rmtree(part, ignore_errors=True)
        stop(
            zh=f"沒有辦法從 {address} ({REF}) 取得課程：{reason}。請確認網路連線，再執行一次這個儲存格。",
            en=f"The course could not be cloned from {address} ({REF}): {reason}. Check the network and run this cell again.",
        )
    part.rename(folder)


def find_course():
    for folder in [Path.cwd(), *Path.cwd().parents]:
        for course in (folder / "course", folder / "notebooks" / "course"):
            if (course / "environment.py").is_file():
                return course.parent
    if "google.colab" not in sys.modules:
        stop(
            zh=f"從 {Path.cwd()} 往上找，都沒有這門課的 notebooks/course 資料夾。請下載整個課程（{ADDRESS}），在課程資料夾裡開啟這份筆記本。",
            en=f"No folder notebooks/course was found from {Path.cwd()} upwards. Download the whole course ({ADDRESS}) and open "
            "this notebook inside it.",
        )
    folder = Path.cwd() / "keras-beyond-sequential"
    if not folder.exists():
        clone_course(folder)
    if importlib.util.find_spec("igraph") is None:  # Colab has everything else; nothing of TensorFlow's is touched
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "igraph==1.0.0", "texttable==1.7.0"]
        subprocess.run(pip, check=True)
    return folder / "notebooks"


notebooks = str(find_course())
if notebooks not in sys.path:
    sys.path.insert(0, notebooks)

from course import start

start(LANGUAGE)
