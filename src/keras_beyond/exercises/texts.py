"""The texts of the checks: a TOML beside each module of checks, every text in both languages.

`[exercise.id]` holds a text of one exercise, `[shared.id]` one for all exercises of the lesson; `common.toml` has those of
all lessons. A call names its text by the id, which is looked up in these three. In a text, `{name}` stands for an argument
of the call (`{name:.2f}` and `{name!r}` work too, other braces stay as they are), and `{section: Heading}` quotes a heading
of the lesson.
"""

import ast
import functools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from keras_beyond.language import say

FOLDER = Path(__file__).parent
SHARED = "shared"
SECTION = re.compile(r"\{section: ([^{}]+)\}")
PLACEHOLDER = re.compile(r"\{([A-Za-z]\w*)(?:![rs])?(?::[^{} ][^{}]*)?\}")
ID_POSITIONS = {"hint": 0, "text": 0, "expect": 1}  # where the functions that say a text take its id


class TextError(Exception):
    """The checks of a lesson and their texts do not agree; the message names file and line."""


@dataclass(frozen=True)
class Text:
    """A text in both languages, and the file and line where it stands."""

    zh: str
    en: str
    source: str

    @property
    def placeholders(self) -> set[str]:
        """Return the names of the arguments that the text needs, in either language."""
        return set(PLACEHOLDER.findall(self.zh)) | set(PLACEHOLDER.findall(self.en))

    def say(self, **values: object) -> str:
        """Return the text in the reader's language, its placeholders filled; a list is joined with commas."""
        zh = {name: "、".join(map(str, value)) if isinstance(value, list) else value for name, value in values.items()}
        en = {name: _series(value) if isinstance(value, list) else value for name, value in values.items()}
        return say(
            zh=_fill(SECTION.sub(r"「\1」", self.zh), zh),
            en=_fill(SECTION.sub(r'"\1"', self.en), en),
        )


def _series(values: Iterable[object]) -> str:
    """Return "a, b and c"."""
    *others, last = map(str, values)
    return f"{', '.join(others)} and {last}" if others else last


def _fill(text: str, values: Mapping[str, object]) -> str:
    return PLACEHOLDER.sub(lambda match: match.group().format_map(values), text)


Texts = dict[str, Text]


@functools.cache
def read_texts(path: Path) -> dict[str, Texts]:
    """Return the texts of a TOML by exercise and id.

    Raises TextError where it is no TOML or where a text is not in both languages, and in these alone.
    """
    try:
        source = path.read_text(encoding="utf-8")
        tables = tomllib.loads(source)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TextError(f"{path.name}: {error}") from error
    lines = {line.strip(): number for number, line in enumerate(source.splitlines(), 1)}
    texts: dict[str, Texts] = {}
    for exercise, table in tables.items():
        if not isinstance(table, dict):
            raise TextError(f"{path.name}:1: [{exercise}] expected texts under headers such as [{exercise}.expected]")
        for key, entry in table.items():
            where = f"{path.name}:{lines.get(f'[{exercise}.{key}]', 1)}"
            if not _in_both_languages(entry):
                raise TextError(f"{where}: [{exercise}.{key}] expected one text as zh and one as en, found {entry!r}")
            texts.setdefault(exercise, {})[key] = Text(**entry, source=where)
    return texts


def _in_both_languages(entry: object) -> bool:
    texts = entry.values() if isinstance(entry, dict) and set(entry) == {"zh", "en"} else [None]
    return all(isinstance(text, str) and text for text in texts)


def common_texts() -> Texts:
    """Return the texts for the exercises of all lessons."""
    return read_texts(FOLDER / "common.toml")[SHARED]


@dataclass(frozen=True)
class _Use:
    """A text named in a call: its id, the names of the arguments that fill it, and the line."""

    key: str
    arguments: frozenset[str]
    line: int


@functools.cache
def lesson_texts(module: Path) -> dict[str, Texts]:
    """Return the texts that the checks of a module may say, by exercise.

    Raises TextError where a call names a text that is not there or does not give what its placeholders need, where a text
    is used by no call, belongs to no exercise, or has the id of a shared one.
    """
    own = read_texts(module.with_suffix(".toml"))
    shared = own.get(SHARED, {}) | common_texts()
    _refuse_twins(own.get(SHARED, {}), common_texts())
    uses = _uses_by_exercise(module)
    for exercise in own.keys() - uses.keys() - {SHARED}:
        first = next(iter(own[exercise].values()))
        raise TextError(f"{first.source}: {module.name} has no exercise called {exercise!r}")
    tables = {}
    for exercise in uses:
        _refuse_twins(own.get(exercise, {}), shared)
        tables[exercise] = shared | own.get(exercise, {})
        for use in uses[exercise]:
            _compare(use, tables[exercise], f"{module.name}:{use.line}: {exercise}")
        _refuse_unused(own.get(exercise, {}), uses[exercise])
    _refuse_unused(own.get(SHARED, {}), [use for several in uses.values() for use in several])
    return tables


@functools.cache
def verify_common_texts() -> None:
    """Raise TextError where `checking.py` and `reading.py` do not agree with `common.toml`."""
    uses = []
    for module in (FOLDER / "checking.py", FOLDER / "reading.py"):
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name != "exercise_number":
                for use in _uses(node, module):
                    _compare(use, common_texts(), f"{module.name}:{use.line}")
                    uses.append(use)
    _refuse_unused(common_texts(), uses)


def _compare(use: _Use, texts: Texts, where: str) -> None:
    """Raise TextError unless the text that a call names exists and its placeholders are what the call gives."""
    if use.key not in texts:
        raise TextError(f"{where}: expected the id of a text, found {use.key!r}; there are {_series(sorted(texts))}")
    needed = texts[use.key].placeholders
    if needed != use.arguments:
        raise TextError(
            f"{where}: the text {use.key!r} ({texts[use.key].source}) needs the arguments {sorted(needed)}, "
            f"found {sorted(use.arguments)}"
        )


def _refuse_twins(texts: Texts, shared: Texts) -> None:
    for key in texts.keys() & shared.keys():
        raise TextError(f"{texts[key].source}: {shared[key].source} has the id {key!r} already; choose another")


def _refuse_unused(texts: Texts, uses: list[_Use]) -> None:
    for key in texts.keys() - {use.key for use in uses}:
        raise TextError(f"{texts[key].source}: no check says the text {key!r}; use it or delete it")


def _uses_by_exercise(module: Path) -> dict[str, list[_Use]]:
    """Return, by exercise, the texts named in its check and in the functions of the module that the check calls."""
    body = ast.parse(module.read_text(encoding="utf-8")).body
    definitions = {node.name: node for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}

    def reachable(node: ast.AST, seen: set[str]) -> Iterator[ast.AST]:
        yield node
        for name in (part.id for part in ast.walk(node) if isinstance(part, ast.Name)):
            if name in definitions and name not in seen:
                seen.add(name)
                yield from reachable(definitions[name], seen)

    uses: dict[str, list[_Use]] = {}
    for node in body:
        calls = node.decorator_list if isinstance(node, ast.FunctionDef) else [getattr(node, "value", None)]
        for call in calls:
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("exercise", "exercise_number"):
                name = ast.literal_eval(call.args[0])
                uses[name] = [use for part in reachable(node, set()) for use in _uses(part, module)]
    return uses


def _uses(node: ast.AST, module: Path) -> Iterator[_Use]:
    """Yield the texts that the calls in a piece of code name."""
    for call in (part for part in ast.walk(node) if isinstance(part, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else None
        if name in ("exercise_number", "hint_at_number"):
            keys = next(keyword.value for keyword in call.keywords if keyword.arg == "wrong")
            if not isinstance(keys, ast.Dict):
                raise TextError(
                    f"{module.name}:{call.lineno}: expected the wrong numbers as {{number: id}}, written out"
                )
            others = [ast.Constant("expected", lineno=call.lineno)] if name == "exercise_number" else []
            for text_id in (*keys.values, *others):
                yield _Use(_literal(text_id, module), frozenset(), text_id.lineno)
        elif name in ID_POSITIONS:
            arguments = {keyword.arg or "**" for keyword in call.keywords} - ({"found"} if name == "expect" else set())
            key = call.args[ID_POSITIONS[name]] if len(call.args) > ID_POSITIONS[name] else call
            yield _Use(_literal(key, module), frozenset(arguments), call.lineno)


def _literal(node: ast.expr, module: Path) -> str:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        raise TextError(f"{module.name}:{node.lineno}: expected the id of a text in quotation marks, found other code")
    return node.value
