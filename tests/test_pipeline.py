"""The build: what it refuses, and what it leaves as it was."""

import hashlib
from pathlib import Path

import nbformat
import pytest

from tools import build, pages, source, teach
from tools.compose import compose, minutes_of, solution_of
from tools.prose import join_lines
from tools.source import SourceError, read_lesson

HEADER = """# ---
# jupyter:
#   course:
#     needs: []
# ---

# %% [markdown] lang="zh-TW"
# # 99 標題

# %% [markdown] lang="en"
# # 99 Title

"""
PROSE = """# %% [markdown] lang="zh-TW"
# ## 段落

# %% [markdown] lang="en"
# ## Part

"""
EXERCISE = """# %% tags=["exercise"]
answer = None
### BEGIN SOLUTION
answer = 6 * 7
### END SOLUTION

# %% tags=["check"]
check("the-answer", answer)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository of its own: lessons and notebooks in a temporary folder."""
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "errors.toml").touch()
    (tmp_path / "notebooks" / "zh-TW").mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    for name, (_, parts) in pages.PAGES.items():
        text = "".join(f"<!-- {part} -->\n<!-- end of {part} -->\n" for part in parts)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(source, "LESSONS", tmp_path / "lessons")
    monkeypatch.setattr(build, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(pages, "PICTURES", {})
    return tmp_path


def write(folder: Path, text: str, *, header: str = HEADER) -> Path:
    path = folder / "lessons" / "99_test.py"
    path.write_text(header + text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('# %% [markdown] lang="zh-TW"\n# 一段\n\n# %%\nx = 1\n', 13, "without its en twin"),
        ('# %% [markdown] lang="en"\n# A paragraph\n', 13, "without its zh-TW twin"),
        (
            '# %% [markdown] lang="zh-TW"\n# ## 一\n\n# %% [markdown] lang="en"\n# ### One\n',
            16,
            "same levels of headings",
        ),
        ('# %% [markdown] lang="fr"\n# Un\n', 13, "unknown language 'fr'"),
        ('# %% tags=["exercice"]\nx = 1\n', 13, "unknown tag 'exercice'"),
        ('# %% colour="red"\nx = 1\n', 13, "unknown metadata 'colour'"),
        ('# %% tags=["exercise"]\n### BEGIN SOLUTION\nx = 1\n', 13, "without '### END SOLUTION'"),
        ('# %% tags=["exercise"]\n### END SOLUTION\nx = 1\n', 14, "where the other marker"),
        ('# %% tags=["exercise"]\n### BEGIN SOLUTON\nx = 1\n', 13, "an exercise without"),
        ("# %%\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n", 14, "without the tag 'exercise'"),
        ('# %% tags=["exercise"]\nx = None\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n', 13, 'tagged "check"'),
        ("# %%\n\n# %%\nx = 1\n", 13, "an empty cell"),
        ('# %% tags=["guard"]\nassert True\n', 13, "a guard without a cell before it"),
        (f'{PROSE}# %% tags=["guard"]\nassert True\n', 19, "a guard without a cell before it"),
        ('# %%\nx = 1\n\n# %% tags=["guard", "once"]\nassert x\n', 16, "expected the tag alone"),
        ('# %% name="a"\nx = 1\n\n# %% name="a"\nx = 2\n', 16, "two cells are called 'a'; the other stands in line 13"),
        ('# %% name="A b"\nx = 1\n', 13, "expected small letters"),
        ('# %% [markdown] lang="zh-TW"\n# 一\n# 是 {{1 +}}。\n', 15, "{{1 +}}: expected a Python expression"),
        ('# %% [markdown] lang="zh-TW" section="more"\n# ## 一\n', 13, 'expected "further"'),
        (PROSE.replace('lang="zh-TW"', 'lang="zh-TW" section="further"'), 16, "expected the same section"),
    ],
)
def test_a_faulty_source_is_refused_with_file_and_line(folder: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(SourceError) as error:
        read_lesson(write(folder, text))
    assert str(error.value).startswith(f"lessons/99_test.py:{line}: ") and said in str(error.value)


@pytest.mark.parametrize(
    ("header", "said"),
    [("", "course: needs"), (HEADER.split("# %%")[0] + "# %%\nx = 1\n", "expected the title first")],
)
def test_a_source_without_header_or_title_is_refused(folder: Path, header: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_lesson(write(folder, "# %%\nx = 1\n", header=header))


def test_the_stub_loses_the_solution_and_the_solved_cell_loses_the_stub(folder: Path) -> None:
    lesson = read_lesson(write(folder, EXERCISE))
    cells = {cell.id: cell for cell in compose(lesson, "en", [lesson]).cells}
    assert cells["exercise-the-answer"].source == "answer = None"
    assert solution_of(lesson.cells[2]) == "answer = 6 * 7"
    assert "answer = 6 * 7" in cells["solutions"].source and "<details>" in cells["solutions"].source
    solved = compose(lesson, "en", [lesson], solved=True)
    assert next(cell for cell in solved.cells if cell.id == "exercise-the-answer").source == "answer = 6 * 7"


def test_a_build_writes_both_languages_the_same_twice(folder: Path) -> None:
    text = '# %% [markdown] lang="zh-TW"\n# ## 段落\n\n# %% [markdown] lang="en"\n# ## Part\n\n# %%\nprint(6 * 7)\n'
    write(folder, text)
    seen = []
    for _ in range(2):
        assert build.main([]) == 0
        files = [folder / "notebooks" / language / "99_test.ipynb" for language in source.LANGUAGES]
        seen.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in files])
    assert seen[0] == seen[1]
    zh, en = (nbformat.read(path, 4) for path in files)
    assert zh.cells[-2].source == "## 段落" and en.cells[-2].source == "## Part"
    assert zh.cells[-1].outputs == en.cells[-1].outputs and en.cells[-1].outputs[0].text == "42\n"
    assert en.cells[1].id == "setup" and "Open in Colab" in en.cells[0].source
    assert build.main(["--check"]) == 0


FAILING = {
    "an uncaught error": ("# %%\nx = 1\n\n# %%\n1 / 0\n", "lessons/99_test.py:16: the cell failed: ZeroDivisionError"),
    "a warning": ("# %%\nimport warnings\nwarnings.warn('old')\n", "lessons/99_test.py:13: the cell wrote to stderr"),
    "an address": ("# %%\nobject()\n", "an address in memory"),
    "a path": ("# %%\nimport sys\nprint(sys.prefix)\n", "a path of this machine"),
    "a dead kernel": ("# %%\nimport os\nos._exit(1)\n", "lessons/99_test.py:13: the cell failed"),
}


@pytest.mark.parametrize("fault", FAILING)
def test_a_failing_build_leaves_the_old_notebooks(folder: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    text, said = FAILING[fault]
    write(folder, text)
    old = folder / "notebooks" / "zh-TW" / "99_test.ipynb"
    old.write_text("the old notebook", encoding="utf-8")
    assert build.main(["99_test"]) == 1
    assert said in capsys.readouterr().err
    assert old.read_text(encoding="utf-8") == "the old notebook" and not (folder / "notebooks" / "en").exists()
    assert [path.name for path in old.parent.iterdir()] == ["99_test.ipynb"]


def test_check_names_what_was_edited_by_hand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "# %%\nprint(6 * 7)\n")
    assert build.main([]) == 0
    path = folder / "notebooks" / "en" / "99_test.ipynb"
    built = path.read_text(encoding="utf-8")
    for old, new, said in [
        ("print(6 * 7)", "print(6 * 8)", "its source is not what lessons/99_test.py gives"),
        ('"42\\n"', '"43\\n"', "its outputs are not those that the build left"),
        ("# 99 Title", "# 99 Another", "its source is not what"),
    ]:
        assert old in built
        path.write_text(built.replace(old, new), encoding="utf-8")
        assert build.main(["--check"]) == 1
        assert said in capsys.readouterr().out
    path.unlink()
    assert build.main(["--check"]) == 1
    assert "expected a notebook, found none" in capsys.readouterr().out


GUARDED = """# %% name="answer"
answer = 6 * 7
answer

# %% tags=["guard"]
assert answer == _ == 42

# %% [markdown] lang="zh-TW"
# 答案是 {{answer}}，
# 也就是 {{answer / 60:.0%}}。

# %% [markdown] lang="en"
# The answer is {{answer}},
# or {{answer / 60:.0%}} of an hour.
"""


def read(folder: Path, language: str) -> nbformat.NotebookNode:
    return nbformat.read(folder / "notebooks" / language / "99_test.ipynb", 4)


def test_figures_are_filled_in_and_guards_stay_out_of_sight(folder: Path) -> None:
    write(folder, GUARDED)
    assert build.main([]) == 0
    zh, en = read(folder, "zh-TW"), read(folder, "en")
    assert (
        zh.cells[-1].source == "答案是 42，也就是 70%。"
        and en.cells[-1].source == "The answer is 42, or 70% of an hour."
    )
    assert "assert" not in nbformat.writes(en) and en.cells[2].id == "answer"
    assert [cell.execution_count for cell in en.cells if cell.cell_type == "code"] == [1, 2]
    assert en.metadata.course.figures == [{"answer": "42", "answer / 60:.0%": "70%"}]
    assert build.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("== 42", "== 43", "lessons/99_test.py:17: the guard failed: AssertionError"),
        (
            "is {{answer}},",
            "is {{question}},",
            "lessons/99_test.py:20: a figure in the prose failed ({{answer}}, {{answer",
        ),
        ("is {{answer}},", "is {{answer:.0%%}},", "Invalid format specifier"),
    ],
)
def test_a_guard_or_figure_that_fails_is_named(
    folder: Path, old: str, new: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in GUARDED
    write(folder, GUARDED.replace(old, new))
    assert build.main([]) == 1
    assert message in capsys.readouterr().err and not list((folder / "notebooks").rglob("*.ipynb"))


def test_only_what_has_changed_is_executed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(folder, GUARDED)
    (folder / "src").mkdir()
    (folder / "src" / "figures.py").write_text('BLUE = "#0072B2"\n')
    monkeypatch.setattr(build, "PACKAGE", folder / "src")
    monkeypatch.setattr(build, "MANIFEST", folder / "manifest.toml")
    (folder / "manifest.toml").write_text("")

    def outcome(*arguments: str) -> str:
        build._package_files.cache_clear()
        assert build.main(list(arguments)) == 0
        return capsys.readouterr().out

    def stale() -> str:
        build._package_files.cache_clear()
        assert build.main(["--check"]) == 1
        return capsys.readouterr().out

    assert "executed" in outcome() and "prose written" in outcome() and "executed" in outcome("--force")
    path.write_text(path.read_text(encoding="utf-8").replace("99 Title", "99 Renamed"), encoding="utf-8")
    assert "is not what lessons/99_test.py gives" in stale() and "prose written" in outcome()
    assert "99 Renamed" in read(folder, "en").cells[0].source and read(folder, "en").cells[2].outputs
    path.write_text(path.read_text(encoding="utf-8").replace("== _ == 42", "== 42"), encoding="utf-8")
    assert "have changed since it was executed" in stale() and "executed" in outcome()
    path.write_text(path.read_text(encoding="utf-8").replace("{{answer}},", "{{answer + 1}},"), encoding="utf-8")
    assert "have changed" in stale() and "executed" in outcome() and "is 43, or" in read(folder, "en").cells[-1].source
    (folder / "src" / "figures.py").write_text('BLUE = "#FF00FF"\n')
    assert "have changed" in stale() and "executed" in outcome()
    (folder / "manifest.toml").write_text("[new]")
    assert "have changed" in stale() and "executed" in outcome()
    build._package_files.cache_clear()


def test_minutes_follow_the_formula(folder: Path) -> None:
    further = PROSE.replace('"zh-TW"', '"zh-TW" section="further"').replace('"en"', '"en" section="further"')
    text = (
        '# %% [markdown] lang="zh-TW"\n# ' + "字" * 1050 + '\n\n# %% [markdown] lang="en"\n# ' + "word " * 300 + "\n\n"
    )
    text += "# %%\n" + "x = 1\n" * 10 + '\n# %% [markdown] lang="zh-TW"\n# ### 練習（5 分鐘）\n\n'
    text += '# %% [markdown] lang="en"\n# ### Exercise (5 minutes)\n\n' + EXERCISE + "\n" + further + "# %%\nx = 1\n"
    lesson = read_lesson(write(folder, text))
    # 1,050 characters at 350 a minute beat 300 words at 150; ten lines at 6 s, a cell at 15 s, an exercise of 5 minutes.
    assert minutes_of(lesson) == [round(1050 / 350 + 10 / 10 + 1 / 4 + 5 * 1.2), 1]
    zh = compose(lesson, "zh-TW", [lesson])
    assert "主要內容連同練習約 10 分鐘。進階的部分另外約 1 分鐘" in zh.cells[0].source
    assert any(cell.source == "## 段落\n\n*約 1 分鐘*\n" for cell in zh.cells)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("先看形狀。\n再看圖。", "先看形狀。再看圖。"),
        ("先看\n形狀", "先看形狀"),
        ("用 Keras\n來做", "用 Keras 來做"),
        ("看（A）\nB，\nC", "看（A）B，C"),
        ("One sentence.\nAnother.", "One sentence. Another."),
        ("- an item\n  goes on\n- another", "- an item goes on\n- another"),
        ("# A heading\ntext", "# A heading\ntext"),
        ("| a | b |\n| - | - |\n| 1 | 2 |", "| a | b |\n| - | - |\n| 1 | 2 |"),
        ("```python\na = 1\nb = 2\n```\nafter", "```python\na = 1\nb = 2\n```\nafter"),
        ("$$\na\n= b\n$$", "$$\na\n= b\n$$"),
        ("one\n\ntwo", "one\n\ntwo"),
    ],
)
def test_the_lines_of_a_paragraph_are_joined(text: str, joined: str) -> None:
    assert join_lines(text) == joined


def test_an_unknown_lesson_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "# %%\nx = 1\n")
    assert build.main(["98_other"]) == 1
    assert "lessons/98_other.py: expected a lesson, found none; there are 99_test" in capsys.readouterr().err


def test_class_material_has_solutions_or_none_and_overwrites_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, EXERCISE)
    assert teach.main([str(folder / "class")]) == 0
    texts = {
        kind: (folder / "class" / kind / "zh-TW" / "99_test.ipynb").read_text("utf-8") for kind in ("solved", "plain")
    }
    assert "answer = 6 * 7" in texts["solved"] and "6 * 7" not in texts["plain"] and "answer = None" in texts["plain"]
    assert teach.main([str(folder / "class")]) == 1
    assert "does not exist yet" in capsys.readouterr().err


def test_a_picture_missing_from_the_gallery_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "# %%\nx = 1\n")
    monkeypatch.setattr(pages, "PICTURES", {"one": ("99_test", "no-such-cell")})
    assert build.main([]) == 1
    assert "the gallery expects a picture in cell 'no-such-cell' of 99_test" in capsys.readouterr().err
