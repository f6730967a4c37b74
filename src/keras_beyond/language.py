"""The reader's language: what a message says, it says in that language alone."""

LANGUAGES = ("zh-TW", "en")

_current: str | None = None


def set_language(language: str) -> None:
    """Choose the language of every message from here on: "zh-TW" or "en".

    Raises ValueError for any other language.
    """
    global _current
    if language not in LANGUAGES:
        raise ValueError(f"language: expected one of {', '.join(LANGUAGES)}, found {language!r}")
    _current = language


def say(zh: str, en: str) -> str:
    """Return the text in the reader's language; in both, a line each, before a lesson has started."""
    if _current is None:
        return f"{zh}\n{en}"
    return zh if _current == "zh-TW" else en
