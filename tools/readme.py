"""What the READMEs take from the course: lessons, links, what real runs recorded, and the pictures of the gallery.

Each part stands between `<!-- name -->` and `<!-- end of name -->`; PARTS says what makes it.
"""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import nbformat

from tools.compose import colab_address, minutes_of
from tools.environments import ENVIRONMENTS
from tools.records import read_record
from tools.source import LANGUAGES, ROOT, Lesson, SourceError, course_settings

README_FILES = {"en": ROOT / "README.md", "zh-TW": ROOT / "README.zh-TW.md"}
LANGUAGE_NAMES = {"zh-TW": "中文", "en": "English"}
GALLERY = ROOT / "assets" / "gallery"
PICTURES = {  # name: lesson, id of the cell
    "branches": ("04_branch_and_merge", "inception-one-image-seen-in-four-ways-stacked-2"),
    "loss_surface": ("08_gradient_tape", "the-loss-surface-a-plunge-into-a-valley-then-a-c-4"),
    "hidden_layers": ("03_functional_api", "the-hidden-layers-pull-the-ten-digits-apart-6"),
    "latent_plane": ("07_sampling_and_vae", "on-the-latent-plane-similar-digits-are-neighbour-11"),
}
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"


def readme_of(language: str, lessons: list[Lesson]) -> str:
    """The README in one language with each part of PARTS brought up to date."""
    path = README_FILES[language]
    text = path.read_text(encoding="utf-8")
    for name, make in PARTS.items():
        part = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        if not part.search(text):
            raise SourceError(f"{path.name}: expected <!-- {name} --> and <!-- end of {name} -->, found none")
        made = make(language, lessons)
        text = part.sub(lambda found, made=made: found[1] + made + found[2], text)
    return text


def _table(heading: list[str], rows: list[list[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def badges(language: str, lessons: list[Lesson]) -> str:
    """The state of the test command on the repository of [tool.course]."""
    page = f"https://github.com/{course_settings()['repository']}/actions/workflows"
    shown = (f"[![{name}]({page}/{name}.yml/badge.svg)]({page}/{name}.yml)" for name in ("test", "environments"))
    return " ".join(shown) + "\n"


def lesson_table(language: str, lessons: list[Lesson]) -> str:
    """A row a lesson: number, title, minutes, what to read first, a Colab badge for each language."""
    heading = {
        "en": ["", "Lesson", "Minutes", "Read first", "Open in Colab"],
        "zh-TW": ["", "課", "分鐘", "需要先讀", "在 Colab 開啟"],
    }
    rows = []
    for lesson in lessons:
        title = re.sub(r"^\d\d[.:： ]*", "", lesson.titles[language])
        shown = " ".join(
            f"[![{LANGUAGE_NAMES[one]}]({BADGE})]({colab_address(lesson.name, one)}) {LANGUAGE_NAMES[one]}"
            for one in LANGUAGES
        )
        link = f"[{title}](notebooks/{language}/{lesson.name}.ipynb)"
        rows.append([lesson.name[:2], link, shown_minutes(lesson), ", ".join(name[:2] for name in lesson.needs), shown])
    return _table(heading[language], rows)


def shown_minutes(lesson: Lesson) -> str:
    """Return the minutes of a lesson: its core, and what its further sections take besides."""
    core, *further = minutes_of(lesson)
    return f"{core} + {sum(further)}" if further else str(core)


def lane_table(language: str, lessons: list[Lesson]) -> str:
    """A row a lane: versions, date and lessons passed as `python -m tools.environments` recorded them, or that it was not run."""
    heading = {
        "en": ["Lane", "Python", "TensorFlow", "Keras", "NumPy", "IPython", "ipywidgets", "Run on", "Lessons passed"],
        "zh-TW": ["版本組", "Python", "TensorFlow", "Keras", "NumPy", "IPython", "ipywidgets", "日期", "通過的課"],
    }
    rows, record = [], read_record("environments")
    for lane in ENVIRONMENTS:
        if lane not in record:
            rows.append([f"`{lane}`", *[""] * 7, {"en": "not run", "zh-TW": "沒有跑過"}[language]])
            continue
        run = record[lane]
        versions = [run["versions"][name] for name in ("tensorflow", "keras", "numpy", "ipython", "ipywidgets")]
        passed = f"{len(run['passed'])} / {len(lessons)}"
        if run["failed"]:
            passed += {"en": "; failed: ", "zh-TW": "；沒過："}[language] + ", ".join(
                name[:2] for name in run["failed"]
            )
        rows.append([f"`{lane}`", run["python"], *versions, run["date"], passed])
    return _table(heading[language], rows)


def class_links(language: str, lessons: list[Lesson]) -> str:
    """Binder's address, and the link by which a JupyterHub fetches the course with nbgitpuller."""
    course = course_settings()
    repository, ref = course["repository"], course["ref"]
    first = f"notebooks/{language}/{lessons[0].name}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{repository}/{ref}?urlpath=lab/tree/{first}"
    opened = quote(f"lab/tree/{Path(repository).name}/{first}", safe="")
    fetched = quote(f"https://github.com/{repository}", safe="")
    pull = f"https://HUB/hub/user-redirect/git-pull?repo={fetched}&branch={ref}&urlpath={opened}"
    words = {
        "en": (f"- Binder: <{binder}>", "- A JupyterHub with nbgitpuller (put your hub's name for `HUB`):"),
        "zh-TW": (f"- Binder：<{binder}>", "- 裝了 nbgitpuller 的 JupyterHub（`HUB` 換成你的主機）："),
    }
    return "\n".join([*words[language], f"  `{pull}`"]) + "\n"


def cost_table(language: str, lessons: list[Lesson]) -> str:
    """What `python -m tools.bench` recorded: ratios within one run, and memory."""
    record = read_record("bench")
    if not record:
        return {"en": "Not measured yet.\n", "zh-TW": "還沒有量過。\n"}[language]
    floor, vaes, ratio = record["floor_seconds"], record["vaes"], record["one_by_one"]
    heading = {
        "en": ["Lesson", f"Time (1 = {floor} s)", "Memory (GB)", "Slowest cell (share)", "Slowest view (s)"],
        "zh-TW": ["課", f"時間（1 = {floor} 秒）", "記憶體 (GB)", "最慢的儲存格（占比）", "最慢的互動圖（秒）"],
    }
    rows = []
    for name, cost in record["lessons"].items():
        slowest = f"{max(cost['cells'].values()) / cost['seconds']:.0%}"
        view = f"{max(cost['views'].values()):.2f}" if cost["views"] else ""
        rows.append([name[:2], f"{cost['seconds'] / floor:.1f}", f"{cost['gigabytes']:.2f}", slowest, view])
    total = sum(cost["seconds"] for cost in record["lessons"].values())
    picture = record["clone_to_first_picture_seconds"] / floor
    times = vaes["convolutional"]["seconds"] and round(vaes["convolutional"]["seconds"] / vaes["dense"]["seconds"])
    words = {
        "en": f"""
{record["machine"]}; {record["date"]}. The unit is the floor: start a kernel, `import tensorflow`. All lessons together: {total / floor:.0f}
floors. From `git clone` on the same machine to the first picture of lesson 01: {picture:.1f} floors. Sampling 100 points one `predict`
at a time takes {ratio["sampling"]} times as long as in one batch, decoding 400 points {ratio["decoding"]} times. To {vaes["nats"]:.0f} nats on held-out digits, a convolutional
VAE of the size used in textbooks takes {times or "more than 10"} times as long as the dense one of lesson 07.
""",
        "zh-TW": f"""
{record["machine"]}，{record["date"]}。時間的單位是一課再短也省不掉的部分：啟動核心、`import tensorflow`。全部的課加起來是 {total / floor:.0f} 個單位。從 `git clone`（同一台機器）到第 01 課的第一張圖，{picture:.1f} 個單位。抽 100 個點，一次一個 `predict` 要花一批抽完的 {ratio["sampling"]} 倍時間；解碼 400 個點是 {ratio["decoding"]} 倍。練到驗證資料 {vaes["nats"]:.0f} nats，教科書大小的卷積 VAE 要花第 07 課全連接 VAE 的 {times or "10 以上"} 倍時間。
""",
    }
    return _table(heading[language], rows) + words[language]


PARTS: dict[str, Callable[[str, list[Lesson]], str]] = {
    "badges": badges,
    "lessons": lesson_table,
    "lanes": lane_table,
    "links": class_links,
    "costs": cost_table,
}


def pictures_of(notebooks: Path) -> dict[Path, bytes]:
    """The PNGs of the gallery, as they stand in the output of their cells in the built notebooks."""
    found = {}
    for name, (lesson, cell_id) in PICTURES.items():
        cells = nbformat.read(notebooks / "en" / f"{lesson}.ipynb", as_version=4).cells
        pictures = [
            output.data["image/png"]
            for cell in cells
            if cell.id == cell_id
            for output in cell.get("outputs", [])
            if "image/png" in output.get("data", {})
        ]
        if not pictures:
            raise SourceError(
                f"tools/readme.py: the gallery expects a picture in cell {cell_id!r} of {lesson}, found none"
            )
        found[GALLERY / f"{name}.png"] = base64.b64decode(pictures[0])
    return found
