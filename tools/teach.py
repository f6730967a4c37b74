"""Class material from the same sources: `python -m tools.teach class`.

Writes each lesson, in both languages and not executed, to `class/solved/` (solutions in place) and `class/plain/` (stubs,
and no folded solutions). Inside the course's folder, or on Colab, the notebooks find the course by themselves.
"""

import argparse
import sys
from pathlib import Path

import nbformat

from tools.compose import compose
from tools.files import replace_file
from tools.source import LANGUAGES, Lesson, SourceError, lesson_paths, read_lesson


def class_notebook(lesson: Lesson, language: str, lessons: list[Lesson], *, solved: bool) -> nbformat.NotebookNode:
    """Return a lesson with its solutions in place, or with stubs alone; neither has the folded solutions at its end."""
    notebook = compose(lesson, language, lessons, solved=solved)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "solutions"]
    return notebook


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.teach", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where to write; must not exist yet, so that nothing is overwritten")
    folder = parser.parse_args(arguments).folder
    if folder.exists():
        print(f"{folder}: expected a folder that does not exist yet, found one; name another", file=sys.stderr)
        return 1
    try:
        lessons = [read_lesson(path) for path in lesson_paths()]
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1
    for kind, solved in (("solved", True), ("plain", False)):
        for lesson in lessons:
            for language in LANGUAGES:
                notebook = class_notebook(lesson, language, lessons, solved=solved)
                path = folder / kind / language / f"{lesson.name}.ipynb"
                replace_file(path, f"{nbformat.writes(notebook)}\n".encode())
    print(f"{folder}: {len(lessons)} lessons in {len(LANGUAGES)} languages, solved and plain")
    return 0


if __name__ == "__main__":
    sys.exit(main())
