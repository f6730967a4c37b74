"""What real runs left: lanes and costs, as JSON in `records/`. The READMEs' tables are made from it."""

import json
from pathlib import Path
from typing import Any

RECORDS = Path(__file__).resolve().parents[1] / "records"


def read_record(name: str) -> dict[str, Any]:
    """What `write_record` left under this name; empty when nothing was recorded yet."""
    path = RECORDS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def write_record(name: str, record: dict[str, Any]) -> None:
    """Replace a record in one step."""
    RECORDS.mkdir(exist_ok=True)
    part = RECORDS / f"{name}.json.part"
    part.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(RECORDS / f"{name}.json")
