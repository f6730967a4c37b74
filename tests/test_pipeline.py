"""The build: what it refuses, and what it leaves as it was."""

import hashlib
import json
from pathlib import Path

import nbformat
import pytest

from tools import build, readme, source, teach
from tools.compose import compose, solution_of
from tools.source import SourceError, read_lesson

HEADER = """# ---
# jupyter:
#   course:
#     minutes: 5
#     needs: []
# ---

# %% [markdown] lang="zh-TW"
# # 99 標題

# %% [markdown] lang="en"
# # 99 Title

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
    """A repository of its own: lessons and notebooks in a temporary folder, with the course beside them."""
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "errors.toml").touch()
    (tmp_path / "notebooks" / "zh-TW").mkdir(parents=True)
    parts = "".join(f"<!-- {part} -->\n<!-- end of {part} -->\n" for part in readme.PARTS)
    for name in ("README.md", "README.zh-TW.md"):
        (tmp_path / name).write_text(parts, encoding="utf-8")
    monkeypatch.setattr(source, "LESSONS", tmp_path / "lessons")
    monkeypatch.setattr(build, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    files = {"en": tmp_path / "README.md", "zh-TW": tmp_path / "README.zh-TW.md"}
    monkeypatch.setattr(build, "README_FILES", files)
    monkeypatch.setattr(readme, "README_FILES", files)
    monkeypatch.setattr(readme, "PICTURES", {})
    return tmp_path


def write(folder: Path, text: str, *, header: str = HEADER) -> Path:
    path = folder / "lessons" / "99_test.py"
    path.write_text(header + text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('# %% [markdown] lang="zh-TW"\n# 一段\n\n# %%\nx = 1\n', 14, "without its en twin"),
        ('# %% [markdown] lang="en"\n# A paragraph\n', 14, "without its zh-TW twin"),
        (
            '# %% [markdown] lang="zh-TW"\n# ## 一\n\n# %% [markdown] lang="en"\n# ### One\n',
            17,
            "same levels of headings",
        ),
        ('# %%\nwith expect_error(ValueError, match="x"):\n    f()\n', 1, "expected a cause in zh-TW for each"),
        ('# %% [markdown] lang="fr"\n# Un\n', 14, "unknown language 'fr'"),
        ('# %% tags=["exercice"]\nx = 1\n', 14, "unknown tag 'exercice'"),
        ('# %% colour="red"\nx = 1\n', 14, "unknown metadata 'colour'"),
        ('# %% tags=["exercise"]\n### BEGIN SOLUTION\nx = 1\n', 14, "without '### END SOLUTION'"),
        ('# %% tags=["exercise"]\n### END SOLUTION\nx = 1\n', 15, "where the other marker"),
        ('# %% tags=["exercise"]\n### BEGIN SOLUTON\nx = 1\n', 14, "an exercise without"),
        ("# %%\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n", 15, "without the tag 'exercise'"),
        ('# %% tags=["exercise"]\nx = None\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n', 14, 'tagged "check"'),
        ("# %%\n\n# %%\nx = 1\n", 14, "an empty cell"),
    ],
)
def test_a_faulty_source_is_refused_with_file_and_line(folder: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(SourceError) as error:
        read_lesson(write(folder, text))
    assert str(error.value).startswith(f"lessons/99_test.py:{line}: ") and said in str(error.value)


@pytest.mark.parametrize(
    ("header", "said"),
    [("", "minutes and needs"), (HEADER.split("# %%")[0] + "# %%\nx = 1\n", "expected the title first")],
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
    "an uncaught error": ("# %%\nx = 1\n\n# %%\n1 / 0\n", "lessons/99_test.py:17: the cell failed: ZeroDivisionError"),
    "a warning": ("# %%\nimport warnings\nwarnings.warn('old')\n", "lessons/99_test.py:14: the cell wrote to stderr"),
    "an address": ("# %%\nobject()\n", "an address in memory"),
    "a path": ("# %%\nimport sys\nprint(sys.prefix)\n", "a path of this machine"),
    "a dead kernel": ("# %%\nimport os\nos._exit(1)\n", "lessons/99_test.py:14: the cell failed"),
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


def test_reuse_outputs_rewrites_prose_and_refuses_changed_code(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(folder, "# %%\nprint(6 * 7)\n")
    assert build.main([]) == 0
    path.write_text(path.read_text(encoding="utf-8").replace("99 Title", "99 Renamed"), encoding="utf-8")
    assert build.main(["--reuse-outputs"]) == 0 and build.main(["--check"]) == 0
    notebook = json.loads((folder / "notebooks" / "en" / "99_test.ipynb").read_text(encoding="utf-8"))
    assert "99 Renamed" in "".join(notebook["cells"][0]["source"]) and notebook["cells"][-1]["outputs"]
    path.write_text(path.read_text(encoding="utf-8").replace("6 * 7", "6 * 8"), encoding="utf-8")
    assert build.main(["--reuse-outputs"]) == 1
    assert "its code has changed" in capsys.readouterr().err


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
    monkeypatch.setattr(readme, "PICTURES", {"one": ("99_test", "no-such-cell")})
    assert build.main([]) == 1
    assert "the gallery expects a picture in cell 'no-such-cell' of 99_test" in capsys.readouterr().err
