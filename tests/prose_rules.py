"""Rules over prose: a number stands in the code or output beside it, sums are right, references lead somewhere.

What these rules cannot see: a number written as a word, a sign or letter in a formula ($...$), a wrong word beside a right
number, and a number that happens to stand nearby for another reason, as small whole numbers mostly do.
"""

import ast
import operator
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

UNITS = {"千": 1e3, "萬": 1e4, "億": 1e8, "million": 1e6, "billion": 1e9}
DIGITS = r"\d+(?:[,_]\d{3}(?!\d))*(?:\.\d+)?(?:e[-+]?\d+)?"
RANGE = rf"(?= ?(?:to|or|and|[-–到或、和至]) ?{DIGITS} ?%)"  # "89 to 94 %": both are per cent
NUMBER = re.compile(
    rf"(?<![\d.])(?<![A-Za-z_]\d)(?<![A-Za-z_])({DIGITS})(?: ?(萬)(?: ?(\d) ?千)?| ?(%|千|億|million|billion)|{RANGE}())?"
)
TENTHS = re.compile("([一二三四五六七八九])成([一二三四五六七八九]?)")  # 九成 is 90 %
CHINESE = "零一二三四五六七八九"
SHAPE = re.compile(r"\((?:n|\w+|\d+),(?: ?(?:\w+|\d+),?)*\)")
EVIDENCE = re.compile(rf"(?<![\d.])(?<!\w\d)({DIGITS})")
SUM = re.compile(rf"(?<![\w.])((?:{DIGITS} ?[-+x×*/] ?)+{DIGITS}) ?= ?({DIGITS})(?![\d.]*\d)(?! ?[-+x×*/] ?\d)")
SMALL = 12  # up to here one language may write a word where the other writes a number
OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}

# What is no claim about data: figures (filled in), formulas, addresses, names and numbers of lessons and exercises, years.
NO_CLAIM = [
    r"\{\{.+?\}\}",
    r"\$\$.*?\$\$|\$[^$\n]*\$",
    r"\]\([^)]*\)|<[^>]+>|https?://\S+",
    r"^\s*\d+[.)] ",
    r"第 ?\d\d(?:(?:、|到| ?至 ?|-)\d\d)* ?課|\b[Ll]essons? \d\d(?:(?:, | and | to |-)\d\d)*",
    r"(?:練習|抓蟲|挑戰|Exercises?|exercises?|[Bb]ug hunt|Challenge) ?\d+\.\d+(?:(?:、| and |, )\d+\.\d+)*",
    r"^#+ .*?\d\d? (?:分鐘|minutes?)[)）]|^# \d\d ",
    r"[（(]\d\d? (?:分鐘|minutes?)[)）]",
    r"(?<![\d,.])(?:19[4-9]\d|20[0-3]\d)(?![\d,.]*\d)(?: 年)?",
]


def without_pieces(text: str, exempt: Iterable[str]) -> str:
    """Return a text without the pieces that are exempt."""
    for piece in exempt:
        text = text.replace(piece, " ")
    return text


def without_exempt(text: str, exempt: Iterable[str]) -> str:
    """Return a text without what is no claim, and without the pieces that are exempt."""
    text = without_pieces(text, exempt)
    for pattern in NO_CLAIM:
        text = re.sub(pattern, " ", text, flags=re.DOTALL if pattern.startswith(r"\$\$") else re.MULTILINE)
    return text


@dataclass(frozen=True)
class Number:
    """A number as prose has it: its text, its value, how many decimals it has, and whether it is a per cent."""

    text: str
    value: float
    decimals: int
    per_cent: bool = False

    @property
    def key(self) -> float:
        """Return the value that both languages share: a per cent as a share."""
        return round(self.value / 100, 12) if self.per_cent else self.value


def numbers_in(text: str) -> list[Number]:
    """Return the numbers of a text; `6 萬` is 60,000."""
    numbers = []
    for match in NUMBER.finditer(text):
        unit = match[2] or match[4] or ("%" if match[5] is not None else None)
        number = _number(match[0], match[1], unit)
        if match[3]:  # 5 萬 5 千
            number = Number(number.text, number.value + 1000 * int(match[3]), 0)
        numbers.append(number)
    return numbers


def _number(text: str, digits: str, unit: str | None = None) -> Number:
    value = float(re.sub("[,_]", "", digits))
    decimals = len(digits.partition(".")[2])
    if unit in UNITS:
        return Number(text.strip(), value * UNITS[unit], 0)
    return Number(text.strip(), value, decimals, unit == "%")


def evidence_in(text: str) -> set[float]:
    """Return the numbers of code or output, thousands written `60,000` or `60_000` or plain."""
    return {_number(match, match).value for match in EVIDENCE.findall(re.sub(r"\x1b\[[0-9;]*m", "", text))}


def supported(number: Number, evidence: set[float]) -> bool:
    """Return whether a number stands in the evidence, exactly or rounded; a per cent also as a share."""
    scales = (1, 100) if number.per_cent else (1,)
    return any(_equal(number, value * scale) for value in evidence for scale in scales)


def _equal(number: Number, value: float) -> bool:
    if abs(value - number.value) < 1e-9 * max(1, abs(value)):
        return True
    rounds = (
        number.decimals or number.per_cent or number.value > SMALL
    )  # a small whole number has to stand there exactly
    return bool(rounds and value != round(value) and round(value, number.decimals) == number.value)


def wrong_sums(text: str) -> list[str]:
    """Return the sums in a text that are not right; the result may be rounded."""
    wrong = []
    for match in SUM.finditer(text):
        result = _number(match[2], match[2])
        value = _value(ast.parse(re.sub("[x×]", "*", match[1].replace(",", "")), mode="eval").body)
        if round(value, result.decimals) != result.value:
            wrong.append(f"{match[0]}: expected {value:,.10g}")
    return wrong


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](_value(node.left), _value(node.right))
    return float(ast.literal_eval(node))


def numbers_of_sums(text: str, evidence: set[float]) -> set[float]:
    """Return all numbers of the sums in a text of which at least one number stands in the evidence."""
    sums = (evidence_in(match[0]) for match in SUM.finditer(text))
    return set().union(*(numbers for numbers in sums if numbers & evidence))


def numbers_of_shapes(text: str) -> set[float]:
    """Return the numbers of the shapes in a text, such as `(n, 784)`."""
    return set().union(*(evidence_in(shape) for shape in SHAPE.findall(text)))


def unequal_numbers(chinese: str, english: str) -> tuple[list[str], list[str]]:
    """Return the numbers above 12, and those with decimals, that stand in one of two texts only."""
    texts = [{number.key: number.text for number in numbers_in(text) if _large(number)} for text in (chinese, english)]
    tenths = {
        (10 * CHINESE.index(first) + CHINESE.index(second or "零")) / 100 for first, second in TENTHS.findall(chinese)
    }
    texts[0] |= {share: f"{share:.0%}" for share in tenths & texts[1].keys()}
    both = texts[0].keys() & texts[1].keys()
    return tuple([text for key, text in found.items() if key not in both] for found in texts)


def _large(number: Number) -> bool:
    return number.value > SMALL or number.value != round(number.value) or number.per_cent


EXERCISE = r"(?:練習|抓蟲|挑戰|Exercises?|exercises?|[Bb]ug hunt|Challenge) ?(\d+\.\d+)"

TWIN_PARTS = {
    "figure": r"\{\{(.+?)\}\}",
    "code": r"(?<!`)`([^`\n]+)`(?!`)",
    "formula": r"\$\$?([^$]+)\$\$?",
    "cell of a table": r"(?<=\|)([^|\n]+)(?=\|)",
    "exercise": EXERCISE,
}
WORD = re.compile(r"[A-Za-z\u2e80-\u9fff]{2}|[\u2e80-\u9fff]|^\W*$")  # what has none is a formula or a number


def unequal_parts(chinese: str, english: str) -> dict[str, set[str]]:
    """Return what stands in one of two twins only: figures, code, formulas, cells of tables, lessons, exercises.

    Code and formulas with Chinese words in them, and cells with any words, are left out.
    """
    unequal = {kind: _parts(kind, chinese) ^ _parts(kind, english) for kind in TWIN_PARTS}
    for kind in ("code", "formula"):
        if any(re.search(r"[\u2e80-\u9fff]", part) for part in unequal[kind]):
            unequal[kind] = set()  # translated within
    unequal["lesson"] = _lessons_in(chinese) ^ _lessons_in(english)
    return {kind: parts for kind, parts in unequal.items() if parts}


def _parts(kind: str, text: str) -> set[str]:
    parts = {part.strip() for part in re.findall(TWIN_PARTS[kind], text)}
    if kind == "code":  # a plain name may stand in one language once more
        return {part for part in parts if not re.fullmatch(r"[\w.]+", part)}
    return (
        {part for part in parts if not re.search("[`$]", part) and not WORD.search(part)} if "table" in kind else parts
    )


def _lessons_in(text: str) -> set[str]:
    return {number for match in LESSON.finditer(text) for number in re.findall(r"\d\d", match[1] or match[3])}


def anchor_of(heading: str, *, github: bool) -> str:
    """Return the anchor of a heading in a Markdown page on GitHub, or in a notebook."""
    text = re.sub(r"[*`]|\]\([^)]*\)|\[", "", heading).strip()
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") if github else text.replace(" ", "-")


def headings_in(text: str) -> list[str]:
    """Return the headings of a text, without their marks; what stands in code is none."""
    return re.findall(
        r"^#{1,6} (.+?)\s*$", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )


def dead_links(text: str, folder: Path, anchors: set[str], *, github: bool) -> Iterator[str]:
    """Yield the links of a text that lead to no file beside it and to no heading."""
    for target in re.findall(r"\]\(([^)\s]+)[^)]*\)|(?:href|src)=\"([^\"]+)\"", re.sub(r"`[^`\n]*`", "", text)):
        link = target[0] or target[1]
        if re.match(r"(https?|mailto):", link):
            continue
        path, _, anchor = link.partition("#")
        file = folder / path
        if path and not file.exists():
            yield link
        elif anchor:
            known = anchors
            if path and file.suffix == ".md":
                known = {anchor_of(heading, github=True) for heading in headings_in(file.read_text("utf-8"))}
            elif path:
                continue
            if anchor not in known:
                yield link


# A heading, or its beginning up to a comma or colon, is quoted so, and only so: 「...」那一節, 「...」這一節, 看「...」 and: the section "...", see "...".
QUOTED_HEADING = re.compile(
    r'「([^」]+)」[這那]一節|(?<![好難只])看「([^」]+)」|[Ss]ections? "([^"]+)"|\bsee "([^"]+)"|"([^"]+)" section\b'
)


def unknown_headings(text: str, headings: Iterable[str]) -> list[str]:
    """Return the headings that a text quotes and that there are not; marks around code are left out."""
    plain = {_plain(heading) for heading in headings}
    quoted = ("".join(match) for match in QUOTED_HEADING.findall(text))
    return [heading for heading in quoted if not any(_begins(name, _plain(heading)) for name in plain)]


def _begins(heading: str, quoted: str) -> bool:
    """Return whether what is quoted is a heading, or the beginning of one up to a mark."""
    return heading.startswith(quoted) and (heading == quoted or heading[len(quoted)] in "，：,:")


def _plain(heading: str) -> str:
    heading = re.sub(r"^(?:進階：|Further: )|[（(]\d+ (?:分鐘|minutes?)[)）]$", "", heading.strip())
    return re.sub(r"[`*\[\]]|[.。]$", "", heading).strip().casefold()


LESSON = re.compile(
    r"第 ?(\d\d(?:(?:、|到|-)\d\d)*) ?課(?:「([^」]+)」)?"
    r"|\b[Ll]essons? (\d\d(?:(?:, | and | to |-)\d\d(?! min))*)(?:[:,]? \"([^\"]+)\")?"
)


def unknown_lessons(text: str, titles: dict[str, str]) -> list[str]:
    """Return the lessons that a text names and that there are not, or not with the title that follows in quotes.

    `titles` has the title of each lesson, such as {"01": "Sequential: a network, layer upon layer"}.
    """
    unknown = []
    for match in LESSON.finditer(text):
        numbers = re.findall(r"\d\d", match[1] or match[3])
        title = match[2] or match[4] or ""
        named = [titles[number] for number in numbers if number in titles]
        if len(named) < len(numbers) or (title and not any(_plain(title) in _plain(name) for name in named)):
            unknown.append(match[0])
    return unknown


def exercises_in(text: str) -> list[str]:
    """Return the numbers of the exercises that a text poses, in order."""
    return re.findall(rf"^### {EXERCISE}", text, re.MULTILINE)


def unknown_exercises(text: str, numbers: set[str]) -> list[str]:
    """Return the exercises that a text refers to and that there are not."""
    return [number for number in re.findall(EXERCISE, text) if number not in numbers]


def missing_numbers(numbers: list[str], lesson: int) -> list[str]:
    """Return what is wrong with the numbers of a lesson's exercises, which rise by one from `lesson`.1."""
    expected = [f"{lesson}.{number}" for number in range(1, len(numbers) + 1)]
    return [
        f"{number} where {wanted} was expected"
        for number, wanted in zip(numbers, expected, strict=True)
        if number != wanted
    ]


FOLDERS = (
    "assets",
    "weights",
    "src",
    "lessons",
    "notebooks",
    "tests",
    "tools",
    "docs",
    "records",
    r"\.github",
    r"\.ci",
)
FILE = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./*-]*|[\w-]+\.(?:toml|cfg|txt|md|yml|yaml))`")


def missing_files(text: str, root: Path) -> list[str]:
    """Return the files of the repository that a text names in code style and that there are not.

    `NN_name`, `N` and `*` stand for any name. A name without a folder is one of the top folder.
    """
    patterns = {name: re.sub(r"NN_name|NN(?![A-Za-z])|\*+", "*", name).rstrip("/") for name in FILE.findall(text)}
    return [name for name, pattern in patterns.items() if not any(root.glob(pattern))]
