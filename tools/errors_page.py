"""The errors page, notebooks/<language>/errors.md: what a message means, how to mend it, and where it is explained.

It is made from lessons/errors.toml, whose head says what an entry holds. What an entry may hold is checked here.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools import source
from tools.source import LANGUAGES, Lesson, SourceError

FILE = "lessons/errors.toml"
FIELDS = {"type", "match", "message", "lessons", *LANGUAGES}
LONGEST_TITLE = 70  # characters of a message in the index and above its entry
WORDS = {
    "zh-TW": {
        "title": "Keras 錯誤訊息：怎麼發生、怎麼修",
        "about": (
            "這裡整理了課程裡會遇到的錯誤。從錯誤訊息的**最後一行**複製幾個字，在這一頁搜尋（Ctrl+F 或 ⌘F）；"
            "名字、數字和形狀會和你的不同，別一起複製。如果那一行只寫 `Exception encountered when calling ...` "
            "或 `Graph execution error`，要找的話在它下面。"
        ),
        "index": "索引",
        "cause": "- **怎麼發生**：{}",
        "cure": "- **怎麼修**：{}",
        "lessons": "- **課文**：{}。",
        "lesson": "[第 {} 課]({})「{}」",
        "separator": "、",
        "version": "Keras {}：",
    },
    "en": {
        "title": "Keras error messages: what they mean and how to mend them",
        "about": (
            "These are the errors that you may meet in this course. Copy a few words from the **last line** of yours and search "
            "this page for them (Ctrl+F or ⌘F). Names, numbers and shapes will differ, so leave them out. If that line says only "
            "`Exception encountered when calling ...` or `Graph execution error`, the words to look for stand below it."
        ),
        "index": "Index",
        "cause": "- **How it comes about**: {}",
        "cure": "- **How to mend it**: {}",
        "lessons": "- **Explained in** {}.",
        "lesson": '[lesson {}]({}), "{}"',
        "separator": "; ",
        "version": "Keras {}:",
    },
}
MINUTES = re.compile(r"\s*(?:\(\d+ minutes?\)|（\d+ 分鐘）)$")
CODE = re.compile(r"(`+).+?\1")
SENTENCES = {  # one or two of them; code counts as a word
    "zh-TW": re.compile("(?:[^。？！]+[。？！]){1,2}"),
    "en": re.compile(r"(?:(?:[^.?!]|[.?!](?!\s|$))+[.?!](?:\s|$)){1,2}"),
}


@dataclass(frozen=True)
class Entry:
    """An error: its class, how to recognise it, how it reads, why it comes and how to mend it, where it is explained."""

    type: str
    match: re.Pattern[str]
    messages: dict[str, str]  # by Keras's version, newest first; by "" where all versions tested say the same
    texts: dict[str, dict[str, str]]  # by language: "cause" and "cure"
    lessons: list[tuple[str, dict[str, str]]]  # name of a lesson, and the heading there by language

    def matches(self, type_name: str, message: str) -> bool:
        """Return whether an error of this class and message is the entry's; line breaks count as blanks."""
        return type_name == self.type and bool(self.match.search(flatten(message)))

    @property
    def titles(self) -> list[str]:
        """Return the telling words of each wording, from where it is recognised, cut to the length of a heading."""
        matches = (self.match.search(message) for message in self.messages.values())
        telling = [match.string[match.start() :] for match in matches if match]  # all of them: read_errors saw to it
        return [
            text if len(text) <= LONGEST_TITLE else f"{text[:LONGEST_TITLE].rsplit(' ', 1)[0]}…" for text in telling
        ]


def flatten(message: str) -> str:
    """Return a message on one line."""
    return " ".join(message.split())


def read_errors(lessons: list[Lesson]) -> list[Entry]:
    """Read and check errors.toml. Raises SourceError, which names the entry, at the first thing in it that is invalid."""
    path = source.LESSONS / "errors.toml"
    if not path.is_file():
        raise SourceError(f"{FILE}: expected the entries of the errors page, found no file")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{FILE}: not TOML: {error}") from None
    tables = content.pop("error", [])
    if content or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SourceError(f"{FILE}: expected tables [[error]] and nothing else, found {content or tables!r}")
    return [_read_entry(number, table, lessons) for number, table in enumerate(tables, 1)]


def _read_entry(number: int, table: Mapping[str, Any], lessons: list[Lesson]) -> Entry:
    name = f"{FILE}: error {number} ({table.get('type', 'no type')}, match {table.get('match')!r})"
    if set(table) != FIELDS:
        missing, unknown = sorted(FIELDS - set(table)), sorted(set(table) - FIELDS)
        raise SourceError(f"{name}: missing fields: {missing}; unknown fields: {unknown}")
    try:
        match = re.compile(table["match"])
    except (re.error, TypeError) as error:
        raise SourceError(f"{name}: match is no regular expression: {error}") from None
    messages = {"": table["message"]} if isinstance(table["message"], str) else dict(table["message"])
    for message in messages.values():
        if not isinstance(message, str) or not match.search(message):
            raise SourceError(f"{name}: expected match in the message, found {message!r}")
    for language in LANGUAGES:
        _check_texts(f"{name}: {language}", table[language], language)
    if not table["lessons"]:
        raise SourceError(f"{name}: lessons: expected at least one [lesson, heading], found none")
    links = [_read_link(name, link, lessons) for link in table["lessons"]]
    return Entry(table["type"], match, messages, {language: dict(table[language]) for language in LANGUAGES}, links)


def _check_texts(name: str, texts: Any, language: str) -> None:
    if not isinstance(texts, dict) or set(texts) != {"cause", "cure"}:
        raise SourceError(f"{name}: expected cause and cure, found {texts!r}")
    for field, text in texts.items():
        sentences = SENTENCES[language].fullmatch(CODE.sub("code", text)) if isinstance(text, str) else None
        if not sentences:
            raise SourceError(f"{name}: {field}: expected one or two whole sentences, found {text!r}")


def _read_link(name: str, link: Any, lessons: list[Lesson]) -> tuple[str, dict[str, str]]:
    if not isinstance(link, list) or len(link) != 2:
        raise SourceError(f"{name}: lessons: expected [lesson, heading], found {link!r}")
    wanted, heading = link
    lesson = next((lesson for lesson in lessons if lesson.name == wanted), None)
    if lesson is None:
        raise SourceError(f"{name}: lessons: expected the name of a lesson, found {wanted!r}")
    headings = headings_of(lesson)
    if heading not in headings:
        close = difflib.get_close_matches(heading, headings, n=1, cutoff=0)
        raise SourceError(f"{name}: {wanted} has no section {heading!r}; the nearest is {close[0]!r}")
    return wanted, {"en": heading, "zh-TW": headings[heading]}


def headings_of(lesson: Lesson) -> dict[str, str]:
    """Return the Chinese heading for each English one, both without their minutes."""
    texts = {language: [cell.text for cell in lesson.cells if cell.language == language] for language in LANGUAGES}
    headings = {
        language: [
            MINUTES.sub("", heading) for heading in re.findall(r"^#+ (.+)", "\n".join(texts[language]), re.MULTILINE)
        ]
        for language in LANGUAGES
    }
    return dict(zip(headings["en"], headings["zh-TW"], strict=True))


def errors_page(language: str, entries: list[Entry]) -> str:
    """Return the page in one language: an index, and the entries by class and first words."""
    words = WORDS[language]
    by_class: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.type, _order(entry.titles[0]))):
        by_class.setdefault(entry.type, []).append(entry)
    lines = [f"# {words['title']}", "", words["about"], "", f"## {words['index']}"]
    for type_name, group in by_class.items():
        links = [(title, anchor(entry.titles[0])) for entry in group for title in entry.titles]
        lines += ["", f"**{type_name}**", ""]
        lines += [
            f"- [{as_code(title)}](#{target})" for title, target in sorted(links, key=lambda link: _order(link[0]))
        ]
    for type_name, group in by_class.items():
        lines += ["", f"## {type_name}"]
        for entry in group:
            lines += _entry_lines(entry, language)
    return "\n".join(lines) + "\n"


def _entry_lines(entry: Entry, language: str) -> list[str]:
    words = WORDS[language]
    lines = ["", f"### {as_code(entry.titles[0])}"]
    for version, message in entry.messages.items():
        lines += ["", words["version"].format(version)] if version else []
        lines += ["", "```text", f"{entry.type}: {message}", "```"]
    links = [words["lesson"].format(name[:2], f"{name}.ipynb", headings[language]) for name, headings in entry.lessons]
    lines += ["", words["cause"].format(entry.texts[language]["cause"])]
    lines += [words["cure"].format(entry.texts[language]["cure"])]
    return [*lines, words["lessons"].format(words["separator"].join(links))]


def _order(title: str) -> str:
    return re.sub(r"\W", "", title).lower()


def as_code(text: str) -> str:
    """Return a text as Markdown's code, whatever backticks stand in it."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    gap = " " if "`" in text else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def anchor(title: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
