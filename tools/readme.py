"""The table of lessons in the two READMEs, made from the lessons themselves."""

import re

from tools.compose import colab_address
from tools.source import LANGUAGES, ROOT, Lesson, SourceError

README_FILES = {"en": ROOT / "README.md", "zh-TW": ROOT / "README.zh-TW.md"}
HEADINGS = {
    "en": "| | Lesson | Minutes | Read first | Open in Colab |",
    "zh-TW": "| | 課 | 分鐘 | 需要先讀 | 在 Colab 開啟 |",
}
LANGUAGE_NAMES = {"zh-TW": "中文", "en": "English"}
TABLE = re.compile(r"(<!-- lessons -->\n).*?(<!-- end of lessons -->)", re.DOTALL)
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
