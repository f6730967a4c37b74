"""Fill in the parts of Markdown pages that are made: lists of lessons, tables of records and terms, pictures of the gallery.

A part stands between `<!-- name -->` and `<!-- end of name -->`. PAGES names the pages and their parts, PARTS says what
makes each part.
"""

import base64
import functools
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import nbformat

from tools.compose import colab_address, minutes_of
from tools.environments import ENVIRONMENTS
from tools.records import read_record
from tools.source import ROOT, Lesson, SourceError, course_settings

DOCS = ROOT / "docs"
PAGES = {  # path: language, parts
    "README.md": ("en", ["badges", "lessons", "links"]),
    "README.zh-TW.md": ("zh-TW", ["badges", "lessons", "links"]),
    "docs/costs.md": ("en", ["costs"]),
    "docs/curriculum.md": ("en", ["curriculum"]),
    "docs/environments.md": ("en", ["environments"]),
    "docs/glossary.md": ("en", ["terms"]),
}
GALLERY = ROOT / "assets" / "gallery"
PICTURES = {  # name: lesson, id of the cell
    "branches": ("04_branch_and_merge", "inception"),
    "loss_surface": ("08_gradient_tape", "loss-surface"),
    "hidden_layers": ("03_functional_api", "hidden-layers"),
    "latent_plane": ("07_sampling_and_vae", "latent-plane-view"),
}


def pages_of(root: Path, lessons: list[Lesson]) -> dict[Path, bytes]:
    """Return the content of every page under `root` with its parts brought up to date.

    Raises SourceError, with the page's name, where a page or the marks of a part are missing.
    """
    contents = {}
    for name, (language, parts) in PAGES.items():
        path = root / name
        if not path.is_file():
            raise SourceError(f"{name}: expected a page with the parts {', '.join(parts)}, found none")
        text = path.read_text(encoding="utf-8")
        for part in parts:
            marked = re.compile(rf"(<!-- {part} -->\n).*?(<!-- end of {part} -->)", re.DOTALL)
            if not marked.search(text):
                raise SourceError(f"{name}: expected <!-- {part} --> and <!-- end of {part} -->, found none")
            made = PARTS[part](language, lessons)
            text = marked.sub(functools.partial(_between_marks, made), text)
        contents[path] = text.encode()
    return contents


def _between_marks(content: str, match: re.Match[str]) -> str:
    return match[1] + content + match[2]


def _table(heading: list[str], rows: list[list[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def badges(language: str, lessons: list[Lesson]) -> str:
    """Return the badges of the workflows on the repository of [tool.course]."""
    page = f"https://github.com/{course_settings()['repository']}/actions/workflows"
    shown = (f"[![{name}]({page}/{name}.yml/badge.svg)]({page}/{name}.yml)" for name in ("test", "environments"))
    return " ".join(shown) + "\n"


def lesson_table(language: str, lessons: list[Lesson]) -> str:
    """Return a row for each lesson: number, title, minutes, what to read first, Colab."""
    heading = {
        "en": ["", "Lesson", "Minutes", "Read first", ""],
        "zh-TW": ["", "課", "分鐘", "先讀", ""],
    }
    rows = []
    for lesson in lessons:
        title = re.sub(r"^\d\d[.:： ]*", "", lesson.titles[language])
        link = f"[{title}](notebooks/{language}/{lesson.name}.ipynb)"
        needs = ", ".join(name[:2] for name in lesson.needs)
        colab = f"[Colab]({colab_address(lesson.name, language)})"
        rows.append([lesson.name[:2], link, shown_minutes(lesson), needs, colab])
    return _table(heading[language], rows)


def shown_minutes(lesson: Lesson) -> str:
    """Return the minutes of a lesson: its core, and what its further sections take besides."""
    core, *further = minutes_of(lesson)
    return f"{core} + {sum(further)}" if further else str(core)


def class_links(language: str, lessons: list[Lesson]) -> str:
    """Return Binder's address, and the link by which a JupyterHub fetches the course with nbgitpuller."""
    course = course_settings()
    repository, ref = course["repository"], course["ref"]
    first = f"notebooks/{language}/{lessons[0].name}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{repository}/{ref}?urlpath=lab/tree/{first}"
    opened = quote(f"lab/tree/{Path(repository).name}/{first}", safe="")
    fetched = quote(f"https://github.com/{repository}", safe="")
    pull = f"https://HUB/hub/user-redirect/git-pull?repo={fetched}&branch={ref}&urlpath={opened}"
    words = {
        "en": (
            f"- [Open it on Binder]({binder}).",
            "- On a JupyterHub with nbgitpuller, put your hub's name for `HUB`:",
        ),
        "zh-TW": (f"- [用 Binder 開啟]({binder})。", "- JupyterHub 裝了 nbgitpuller 的話，把 `HUB` 換成你的主機名稱："),
    }
    return "\n".join([*words[language], f"  `{pull}`"]) + "\n"


def environment_table(language: str, lessons: list[Lesson]) -> str:
    """Return a row for each environment: versions, date and lessons passed as `python -m tools.environments` recorded them."""
    shown = {"tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy", "ipython": "IPython"}
    rows, record = [], read_record("environments")
    for name in ENVIRONMENTS:
        if name not in record:
            rows.append([f"`{name}`", *[""] * (len(shown) + 2), "not run"])
            continue
        run = record[name]
        passed = f"{len(run['passed'])} of {len(run['passed'] + run['failed'])}"
        if run["failed"]:
            passed += f"; failed: {', '.join(lesson[:2] for lesson in run['failed'])}"
        rows.append([f"`{name}`", run["python"], *(run["versions"][package] for package in shown), run["date"], passed])
    return _table(["Environment", "Python", *shown.values(), "Run on", "Lessons passed"], rows)


def cost_table(language: str, lessons: list[Lesson]) -> str:
    """Return what `python -m tools.bench` recorded: ratios within one run, and memory."""
    record = read_record("bench")
    if not record:
        return "Not measured yet.\n"
    shortest, vaes, ratio = record["floor_seconds"], record["vaes"], record["one_by_one"]
    rows = []
    for name, cost in record["lessons"].items():
        slowest = f"{max(cost['cells'].values()) / cost['seconds']:.0%}"
        view = f"{max(cost['views'].values()):.2f}" if cost["views"] else ""
        rows.append([name, f"{cost['seconds'] / shortest:.1f}", f"{cost['gigabytes']:.2f}", slowest, view])
    total = sum(cost["seconds"] for cost in record["lessons"].values())
    picture = record["clone_to_first_picture_seconds"] / shortest
    convolutional = vaes["convolutional"]["seconds"]
    times = f"{convolutional / vaes['dense']['seconds']:.0f}" if convolutional else "more than 10"
    heading = ["Lesson", "Time", "Memory (GB)", "Slowest cell (share of the time)", "Slowest view (s)"]
    words = f"""
Measured on {record["date"]} ({record["machine"]}). Times are multiples of the least that any notebook takes, that is, of starting
a kernel and importing TensorFlow, which took {shortest} seconds there. All lessons together take {total / shortest:.0f} times that, or {total:.0f} seconds.
From `git clone` on the same machine to the first picture of lesson 01 it is {picture:.1f} times that.

Sampling 100 points with one `predict` each takes {ratio["sampling"]} times as long as sampling them in one batch, and decoding 400
points takes {ratio["decoding"]} times as long. To reach {vaes["nats"]:.0f} nats on held-out digits, a convolutional VAE of the size used in textbooks
takes {times} times as long as a dense one.
"""
    return _table(heading, rows) + words


def curriculum_table(language: str, lessons: list[Lesson]) -> str:
    """Return a row for each row of docs/curriculum.toml."""
    rows = []
    for name, row in read_curriculum().items():
        lesson = f"{row['lesson']} (planned)" if row.get("planned") else row["lesson"]
        rows.append([name, lesson, row["taught"], row["shown"]])
    return _table(["Row", "Lesson", "What is taught", "What the reader sees"], rows)


def read_curriculum() -> dict[str, dict]:
    """Return docs/curriculum.toml: for each row, `lesson`, `taught`, `shown`, `proof`, and `planned` where it is true."""
    return tomllib.loads((DOCS / "curriculum.toml").read_text(encoding="utf-8"))


def term_tables(language: str, lessons: list[Lesson]) -> str:
    """Return a table for each group of terms in docs/glossary.toml."""
    groups = tomllib.loads((DOCS / "glossary.toml").read_text(encoding="utf-8"))["groups"]
    tables = []
    for group in groups:
        rows = [[term["en"], term["zh"]] for term in group["terms"]]
        tables.append(f"### {group['title']}\n\n{_table(['English', '中文'], rows)}")
    return "\n".join(tables)


PARTS: dict[str, Callable[[str, list[Lesson]], str]] = {
    "badges": badges,
    "costs": cost_table,
    "curriculum": curriculum_table,
    "environments": environment_table,
    "lessons": lesson_table,
    "links": class_links,
    "terms": term_tables,
}


def pictures_of(notebooks: Path) -> dict[Path, bytes]:
    """Return the PNGs of the gallery, as they stand in the output of their cells in the built notebooks.

    Raises SourceError where a cell that PICTURES names has no picture.
    """
    contents = {}
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
                f"tools/pages.py: the gallery expects a picture in cell {cell_id!r} of {lesson}, found none"
            )
        contents[GALLERY / f"{name}.png"] = base64.b64decode(pictures[0])
    return contents
