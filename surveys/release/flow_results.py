"""The rows about people as a Flow Results package: a descriptor, and one row for each answer.

https://github.com/FLOIP/flow-results (1.0.0-rc1). The time of an answer is the round's first day:
ours know no other.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from surveys.release.contents import Contents

VERSION = "1.0.0-rc1"
_FIELDS = {
    "timestamp": "datetime",
    "row_id": "string",
    "contact_id": "string",
    "question_id": "string",
    "response": "any",
    "response_metadata": "object",
}
_ISO_639_3 = {"es": "spa", "en": "eng"}


def descriptor(contents: Contents, *, path: str) -> bytes:
    """The package's JSON; its rows are in the file `path` beside it."""
    made = dt.datetime.combine(contents.made_on, dt.time(), tzinfo=dt.UTC).isoformat()
    package = {
        "profile": "flow-results-package",
        "name": contents.name.replace("_", "-").lower(),
        "title": contents.labels.title,
        "flow_results_specification_version": VERSION,
        "created": made,
        "modified": made,
        "id": str(_uuid4(contents.round.id, contents.number)),
        "resources": [
            {
                "name": "responses",
                "path": path,
                "encoding": "utf-8",
                "mediatype": "application/json",
                "schema": {
                    "language": _ISO_639_3[contents.labels.language],
                    "fields": [
                        {"name": name, "title": name.replace("_", " ").capitalize(), "type": kind}
                        for name, kind in _FIELDS.items()
                    ],
                    "questions": {
                        each.name: {
                            "type": "select_one",
                            "label": each.label,
                            "type_options": {"choices": [value for value, _, _ in each.values]},
                        }
                        for each in contents.variables()
                    },
                },
            }
        ],
    }
    return json.dumps(package, ensure_ascii=False, indent=1).encode()


def rows(contents: Contents) -> bytes:
    """The answers, in the order of the rows: hidden, not asked and refused are choices too."""
    at = dt.datetime.combine(contents.round.opened_at.date(), dt.time(), tzinfo=dt.UTC)
    lines: list[list[Any]] = []
    for row in contents.results.rows:
        for variable in contents.variables():
            answer = row[variable.column]
            row_id = f"{row['id']}-{variable.name}"
            lines.append([at.isoformat(), row_id, row["id"], variable.name, answer, None])
    return json.dumps(lines, ensure_ascii=False).encode()


def _uuid4(round_id: str, number: int) -> uuid.UUID:
    """A version 4 UUID that is the same each time: a round's id is 128 random bits."""
    return uuid.UUID(int=int(round_id, 16) ^ number, version=4)
