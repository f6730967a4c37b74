"""The pages for readers, teachers and maintainers: what they name exists, and both languages say the same."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tools.pages import PAGES, PARTS, pages_of, read_curriculum
from tools.source import (
    AUTHOR_KEYS,
    AUTHOR_TAGS,
    ROOT,
    SourceError,
    course_settings,
    course_version,
    lesson_paths,
    read_lesson,
)

LESSONS = [read_lesson(path) for path in lesson_paths()]
FOLDERS = [ROOT, *(ROOT / name for name in ("docs", "assets", "weights", ".github"))]
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.md"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
MADE_BY_READERS = (".venv/", "class/")
HISTORY = "CHANGELOG.md"  # may name what is gone
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)

every_page = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
every_pair = pytest.mark.parametrize("name", ["README", "CONTRIBUTING"])


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]+`", "`code`", FENCE.sub("", text))


def code_words(text: str) -> list[str]:
    """Return the words of a page that stand in code: between backticks, or in a fence of commands."""
    fences = [code for _, language, code in FENCE.findall(text) if language in ("sh", "bat")]
    inline = re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    return " ".join([*fences, *inline]).replace("\\", "/").split()


def paths_in(text: str) -> set[str]:
    """Return the paths of the repository that a page names in code; a name in them such as NN or NAME stands for any."""
    words = {word.strip(",;") for word in code_words(text)}
    paths = {word for word in words if re.fullmatch(r"\.?[\w-][\w.*-]*(/[\w.*-]+)*/?", word)}
    paths = {word for word in paths if "/" in word or re.search(r"\.(md|toml|txt|cff|json|py|yml|ipynb)$", word)}
    return {path for path in paths if not path.startswith(MADE_BY_READERS) and not re.fullmatch(r"[a-z0-9_]\.py", path)}


def exists(path: str, page: Path) -> bool:
    pattern = re.sub("NAME|name", "*", path.rstrip("/").replace("NN", "[0-9][0-9]"))
    return any(next(folder.glob(pattern), None) for folder in (ROOT, page.parent))


def links_in(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", without_code(text)) + re.findall(r'<img src="([^"]+)"', text)


def anchors_of(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_there_are_pages_and_forms() -> None:
    assert len(FILES) >= 18 and len(FORMS) == 4


@every_page
def test_paths_and_commands_in_a_page_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [name for name in sorted(paths_in(text)) if not exists(name, path)] == []
    if path.name != HISTORY:
        modules = set(re.findall(r"-m (tools\.\w+)", text))
        files = {module: ROOT / module.replace(".", "/") for module in modules}
        assert [
            name for name, file in files.items() if not file.is_dir() and not file.with_suffix(".py").is_file()
        ] == []


@every_page
def test_links_in_a_page_lead_somewhere(path: Path) -> None:
    for link in links_in(path.read_text("utf-8")):
        if re.match(r"https?:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


@every_page
def test_addresses_of_the_repository_are_those_of_the_settings(path: Path) -> None:
    own = course_settings()["repository"]
    for address in re.findall(r"https://github\.com/([\w.-]+/keras-beyond[\w-]*)", path.read_text("utf-8")):
        assert address == own


def shape(text: str) -> dict[str, object]:
    """Return what two pages have to have in common: headings' levels, commands, code, links and made parts."""
    same = text.replace("zh-TW", "en").replace(".en.md", ".md")
    fences = [(language, code) for _, language, code in FENCE.findall(same)]
    commands = [code for language, code in fences if language in ("sh", "bat")]
    return {
        "headings": [len(level) for level in re.findall(r"^(#+) ", FENCE.sub("", same), re.MULTILINE)],
        "commands": [re.sub(r" *(^|\s)(#|::) .*", "", code, flags=re.MULTILINE).split() for code in commands],
        "code": [fence for fence in fences if fence[0] not in ("sh", "bat")],
        "links": Counter(re.sub(r"(?<=\.md)#.*", "", link) for link in links_in(same)),
        "parts": re.findall(r"<!-- .*? -->", same),
    }


@every_pair
def test_both_languages_have_the_same_headings_commands_and_links(name: str) -> None:
    english, chinese = (shape((ROOT / f"{name}{ending}").read_text("utf-8")) for ending in (".md", ".zh-TW.md"))
    assert len(english["headings"]) >= 5 and len(english["commands"]) >= 4
    for part, value in english.items():
        assert value == chinese[part], part


def names_under(heading: str) -> set[str]:
    """Return what the first column of the table under a heading of docs/tags.md names."""
    text = (ROOT / "docs" / "tags.md").read_text("utf-8")
    section = re.split(r"^## ", text.split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


def test_the_page_of_tags_has_every_tag_and_key_and_no_other() -> None:
    assert names_under("Tags of code cells") == AUTHOR_TAGS
    assert names_under("Keys of code cells") == AUTHOR_KEYS["code"]
    assert names_under("Keys of prose cells") == AUTHOR_KEYS["markdown"]


def test_every_row_of_the_curriculum_is_taught_or_planned() -> None:
    rows = read_curriculum()
    assert list(rows) == [f"C{number:02d}" for number in range(1, len(rows) + 1)] and len(rows) >= 54
    carried: dict[str, set[str]] = {}
    for lesson in LESSONS:
        for cell in lesson.cells:
            for row in (cell.row or "").split():
                carried.setdefault(row, set()).add(lesson.name)
    for name, row in rows.items():
        assert set(row) - {"planned"} == {"lesson", "taught", "shown", "proof"}, name
        assert row["taught"] and row["shown"] and re.fullmatch(r"\d\d_\w+", row["lesson"]), name
        assert carried.pop(name, set()) == (set() if row.get("planned") else {row["lesson"]}), name
        assert not (row.get("planned") and row["proof"]), name
    assert not carried, "rows that docs/curriculum.toml does not have"


def test_a_page_without_its_marks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"README\.md: expected a page"):
        pages_of(tmp_path, LESSONS)
    (tmp_path / "README.md").write_text("<!-- badges -->\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"README\.md: expected <!-- badges --> and <!-- end of badges -->"):
        pages_of(tmp_path, LESSONS)


def test_pages_are_made_and_have_no_other_marks() -> None:
    for path, content in pages_of(ROOT, LESSONS).items():
        assert path.read_text("utf-8") == content.decode(), f"{path.name}: run python -m tools.build"
        marks = re.findall(r"<!-- (?!end of|TODO)(.*?) -->", content.decode())
        assert marks == PAGES[path.relative_to(ROOT).as_posix()][1]
    assert {part for _, parts in PAGES.values() for part in parts} == set(PARTS)


def test_version_stands_in_the_citation_and_the_changelog() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == course_version()
    assert citation["repository-code"] == f"https://github.com/{course_settings()['repository']}"
    changes = re.findall(r"^## \[(.+?)\](.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert changes[0] == ("Unreleased", "")
    assert (course_version(), f" - {citation['date-released']}") in changes


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_is_what_github_takes(path: Path) -> None:
    form = yaml.safe_load(path.read_text("utf-8"))
    if path.stem == "config":
        assert all(set(link) == {"name", "url", "about"} for link in form["contact_links"])
        return
    assert set(form) == {"name", "description", "title", "labels", "body"}
    ids = [field["id"] for field in form["body"]]
    assert len(set(ids)) == len(ids)
    for field in form["body"]:
        assert field["type"] in ("input", "textarea", "dropdown") and field["attributes"]["label"], field
        assert set(field) <= {"type", "id", "attributes", "validations"}
    assert any(field.get("validations", {}).get("required") for field in form["body"])
