"""Work on the prose of a lesson: join its lines, fill in its figures, count the minutes that it takes to read."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WIDE = r"\u2e80-\u9fff\uf900-\ufaff"  # Chinese characters, 、 and 。 and 「」 among them
WIDE_MARK = r"\u3001-\u301f\uff01-\uff65"  # full-width marks, beside which no space stands
STARTS_A_BLOCK = re.compile(r"\s*([-*+] |\d+[.)] |#{1,6} |\||>|```|\$\$|<|!\[)")
STANDS_ALONE = re.compile(r"\s*(#{1,6} |\||```|\$\$|<)|.*(  |\\)$")
FIGURE = re.compile(r"\{\{(.+?)\}\}")


def join_lines(text: str) -> str:
    """Join the lines of each paragraph: with nothing between Chinese characters, and with a space elsewhere.

    Headings, tables, code, formulas set apart and items of lists keep their lines.
    """
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        fence = line.lstrip().startswith(("```", "$$")) and not (len(line.strip()) > 2 and line.strip().endswith("$$"))
        previous = lines[-1] if lines else ""
        alone = fenced or fence or not line.strip() or not previous.strip()
        if alone or STARTS_A_BLOCK.match(line) or STANDS_ALONE.match(previous):
            lines.append(line)
        else:
            lines[-1] = _joined(previous, line.lstrip())
        fenced ^= fence
    return "\n".join(lines)


def _joined(previous: str, line: str) -> str:
    touching = previous[-1] + line[0]
    without_gap = re.fullmatch(f"[{WIDE}{WIDE_MARK}]{{2}}", touching) or re.search(f"[{WIDE_MARK}]", touching)
    return previous + ("" if without_gap else " ") + line


def figures_in(text: str) -> list[str]:
    """Return what stands between double braces in a text, in order: `accuracy:.1%` for `{{accuracy:.1%}}`."""
    return [figure.strip() for figure in FIGURE.findall(text)]


def split_figure(figure: str) -> tuple[str, str]:
    """Split a figure into its Python expression and its format: `accuracy:.1%` into `accuracy` and `.1%`.

    Raises SyntaxError when there is no expression in it.
    """
    expression, colon, spec = figure.rpartition(":")
    if colon:
        try:
            ast.parse(expression, mode="eval")
        except SyntaxError:
            pass
        else:
            return expression, spec
    ast.parse(figure, mode="eval")
    return figure, ""


def names_in(expression: str) -> set[str]:
    """Return the names that a Python text reads or writes."""
    return {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}


def code_of_figures(figures: Iterable[str]) -> str:
    """Return a line of Python that prints the figures as JSON, without giving the notebook a name."""
    parts = (split_figure(figure) for figure in figures)
    values = ", ".join(f"format({expression}, {spec!r})" for expression, spec in parts)
    return f"print(__import__('json').dumps([{values}]))"


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """Put the values in the places of the figures. Raises KeyError for a figure without a value."""
    return FIGURE.sub(lambda match: values[match[1].strip()], text)


@dataclass
class Effort:
    """What a part of a lesson asks of its reader."""

    characters: int = 0  # Chinese; a Latin word or a number within Chinese text counts as one
    words: int = 0  # English
    lines: int = 0  # of code
    cells: int = 0  # of code, to run and look at
    exercises: float = 0  # minutes, as the exercises' headings state them

    @property
    def minutes(self) -> int:
        """The minutes, by the house's formula.

        Reading at 350 Chinese characters or 150 English words a minute (the larger of the two), 6 seconds a line of code,
        15 seconds a cell, and the exercises' minutes times 1.2.
        """
        reading = max(self.characters / 350, self.words / 150)
        return max(1, round(reading + self.lines / 10 + self.cells / 4 + self.exercises * 1.2))


MINUTES = {
    "zh-TW": re.compile(r"^### .*（(\d+) 分鐘）", re.MULTILINE),
    "en": re.compile(r"^### .*\((\d+) minutes?\)", re.MULTILINE),
}


def count_reading(text: str) -> tuple[int, int]:
    """Count the Chinese characters and the other words of a text; addresses, markup and code fences are not read."""
    text = re.sub(r"\]\([^)]*\)|<[^>]+>|```.*?```|^\|[-| ]+\|$", " ", text, flags=re.DOTALL | re.MULTILINE)
    characters = len(re.findall(r"[\u4e00-\u9fff]", text))
    words = len(re.findall(r"[^\W_\u4e00-\u9fff]+(?:['.,\u2019_][^\W_\u4e00-\u9fff]+)*", text))
    return characters, words
