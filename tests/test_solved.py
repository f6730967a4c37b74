"""Every lesson with its solutions in place runs to the end, and every check says yes."""

import pytest

from tools.build import execute
from tools.compose import compose
from tools.source import lesson_paths, read_lesson

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_solved_lesson_passes_every_check(path) -> None:
    lessons = [read_lesson(one) for one in lesson_paths()]
    lesson = next(one for one in lessons if one.path == path)
    notebook = compose(lesson, "en", lessons, guards=True, solved=True)
    execute(notebook, lesson)
    checks = [cell for cell in notebook.cells if "check" in cell.metadata.get("tags", [])]
    assert len(checks) == sum(1 for cell in lesson.cells if cell.exercise)
    for cell in checks:
        text = "".join(output.get("text", "") for output in cell.outputs)
        assert text.startswith("[✓]"), f"{cell.id}: {text}"
