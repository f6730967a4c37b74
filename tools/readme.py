"""What the READMEs take from the course itself: the table of lessons, and the pictures of the gallery."""

import base64
import re
from pathlib import Path

import nbformat

from tools.compose import colab_address
from tools.source import LANGUAGES, ROOT, Lesson, SourceError

README_FILES = {"en": ROOT / "README.md", "zh-TW": ROOT / "README.zh-TW.md"}
HEADINGS = {
    "en": "| | Lesson | Minutes | Read first | Open in Colab |",
    "zh-TW": "| | 課 | 分鐘 | 需要先讀 | 在 Colab 開啟 |",
}
LANGUAGE_NAMES = {"zh-TW": "中文", "en": "English"}
TABLE = re.compile(r"(<!-- lessons -->\n).*?(<!-- end of lessons -->)", re.DOTALL)
GALLERY = ROOT / "assets" / "gallery"
PICTURES = {  # name: lesson, id of the cell
    "branches": ("04_branch_and_merge", "inception-one-image-seen-in-four-ways-stacked-3"),
    "loss_surface": ("08_gradient_tape", "the-loss-surface-a-plunge-into-a-valley-then-a-c-4"),
    "hidden_layers": ("03_functional_api", "the-hidden-layers-pull-the-ten-digits-apart-7"),
    "latent_plane": ("07_sampling_and_vae", "weights-that-were-trained-for-longer-come-with-t-15"),
}
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"


def readme_of(language: str, lessons: list[Lesson]) -> str:
    """The README in one language with its table of lessons brought up to date."""
    path = README_FILES[language]
    text = path.read_text(encoding="utf-8")
    if not TABLE.search(text):
        raise SourceError(f"{path.name}: expected <!-- lessons --> and <!-- end of lessons -->, found none")
    return TABLE.sub(lambda found: found[1] + lesson_table(language, lessons) + found[2], text)


def lesson_table(language: str, lessons: list[Lesson]) -> str:
    """A row a lesson: number, title, minutes, what to read first, a Colab badge for each language."""
    rows = [HEADINGS[language], "| --- | --- | --- | --- | --- |"]
    for lesson in lessons:
        title = re.sub(r"^\d\d[.:： ]*", "", lesson.titles[language])
        badges = " ".join(
            f"[![{LANGUAGE_NAMES[one]}]({BADGE})]({colab_address(lesson.name, one)}) {LANGUAGE_NAMES[one]}"
            for one in LANGUAGES
        )
        link = f"[{title}](notebooks/{language}/{lesson.name}.ipynb)"
        needs = ", ".join(name[:2] for name in lesson.needs)
        rows.append(f"| {lesson.name[:2]} | {link} | {lesson.minutes} | {needs} | {badges} |")
    return "\n".join(rows) + "\n"


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
