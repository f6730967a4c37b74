"""Put small faults into the lessons, one at a time, and see that each is caught: `python -m tools.faults`.

`tests/faults.toml` lists them: the lesson, a piece of its source, what to write in its place, and what that is. The
lesson is composed with the fault and run as `pytest` runs it, up to the first cell that fails. `python -m tools.faults
02 07` tries the faults of lessons 02 and 07; `pytest -m slow` tries them all.
"""

import argparse
import dataclasses
import sys
import tempfile
import tomllib
from pathlib import Path

from tools.compose import compose
from tools.replay import LANGUAGE, replay, with_committed_outputs
from tools.source import LESSONS, ROOT, SourceError, lesson_paths, read_lesson

LIST = ROOT / "tests" / "faults.toml"


@dataclasses.dataclass(frozen=True)
class Fault:
    """One entry of tests/faults.toml: in the source of `lesson` ("02"), `new` stands where `old` stood once."""

    lesson: str
    what: str
    old: str
    new: str


def read_faults() -> list[Fault]:
    """All entries of tests/faults.toml, in their order."""
    return [Fault(**entry) for entry in tomllib.loads(LIST.read_text(encoding="utf-8"))["fault"]]


def caught_by(fault: Fault) -> str | None:
    """Return the cell that catches a fault, and how; None where nothing does.

    Raises SourceError where the piece to replace does not stand in the source exactly once.
    """
    path = next(LESSONS.glob(f"{fault.lesson}_*.py"))
    source = path.read_text(encoding="utf-8")
    if (count := source.count(fault.old)) != 1:
        raise SourceError(f"{fault.what}: expected once in lessons/{path.name}, found {count} times: {fault.old!r}")
    with tempfile.TemporaryDirectory() as folder:
        faulty = Path(folder, path.name)
        faulty.write_text(source.replace(fault.old, fault.new), encoding="utf-8")
        lesson = read_lesson(faulty)
    notebook = compose(lesson, LANGUAGE, [read_lesson(other) for other in lesson_paths()], guards=True)
    for cell, reason in replay(with_committed_outputs(notebook, lesson), until_first=True):
        return f"{cell.id}: {reason}"
    return None


def main(arguments: list[str] | None = None) -> int:
    """Say of each fault what caught it; returns 1 when one was not."""
    parser = argparse.ArgumentParser(prog="python -m tools.faults", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="numbers of lessons, such as 02; all when none is named")
    chosen = parser.parse_args(arguments).lessons
    missed = 0
    for fault in read_faults():
        if not chosen or fault.lesson in chosen:
            caught = caught_by(fault)
            missed += caught is None
            print(f"{fault.lesson} {fault.what}\n   {caught or 'NOT CAUGHT'}", flush=True)
    print(f"{missed} not caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
