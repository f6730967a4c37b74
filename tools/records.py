"""Read and write what real runs recorded: JSON in `records/`, from which tables in docs/environments.md and docs/costs.md are made."""

import json
from pathlib import Path
from typing import Any

from tools.files import replace_file

RECORDS = Path(__file__).resolve().parents[1] / "records"


def read_record(name: str) -> dict[str, Any]:
    """Return what `write_record` left under this name; empty when nothing was recorded yet."""
    path = RECORDS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def write_record(name: str, record: dict[str, Any]) -> None:
    """Replace a record in one step."""
    replace_file(RECORDS / f"{name}.json", f"{json.dumps(record, indent=2, sort_keys=True)}\n".encode())
