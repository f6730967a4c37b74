"""Errors: one clear message for what goes wrong in the course's own plumbing, and errors met on purpose."""

import re
from types import TracebackType

LONGEST_MESSAGE = 12  # lines of an error that are shown; Keras appends the call's arguments to some of its own
COLOR = re.compile(r"\x1b\[[0-9;]*m")  # Keras sets some of its messages in bold


class CourseError(RuntimeError):
    """Something the course needs is missing or damaged. A notebook shows the message and no traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class expect_error:
    """A block that has to fail: `with expect_error(ValueError, match="..."):`.

    Shows the error as the learner would meet it (its type and message) and goes on. The text must contain `match`, a
    regular expression. An error of another type passes through; none at all, or one with another text, raises
    AssertionError.
    """

    def __init__(self, error: type[Exception], *, match: str):
        self.error = error
        self.match = match

    def __enter__(self) -> "expect_error":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if kind is None:
            raise AssertionError(f"expected {self.error.__name__} ({self.match!r}), but nothing failed")
        if not issubclass(kind, self.error):
            return False
        message = COLOR.sub("", f"{kind.__name__}: {error}")
        if not re.search(self.match, message):
            raise AssertionError(f"expected {self.match!r} in the error, found:\n{message}") from error
        lines = message.rstrip().splitlines()
        print("\n".join(lines[:LONGEST_MESSAGE] + ["..."] * (len(lines) > LONGEST_MESSAGE)))
        return True
