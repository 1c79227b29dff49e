"""Findings as they are gathered while a form is read."""

from __future__ import annotations

import re

from programmes.said import Said
from surveys.xlsform.findings import Finding, Rule, Severity

_SHEETS = {"survey": 0, "choices": 1, "settings": 2}


class Notes:
    """What was found of a form so far."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def __call__(
        self, rule: Rule, place: str, *, error: bool = True, **values: str | int | Said
    ) -> None:
        severity = Severity.ERROR if error else Severity.WARNING
        self._findings.append(Finding(severity, rule, place, values))

    @property
    def has_errors(self) -> bool:
        return any(each.severity is Severity.ERROR for each in self._findings)

    def in_order(self) -> tuple[Finding, ...]:
        """Each once, what must be mended first, else as the sheets have it. A list that several
        questions use is looked at more than once."""
        once: dict[tuple[Rule, str], Finding] = {}
        for each in self._findings:
            once.setdefault((each.rule, each.place), each)
        return tuple(sorted(once.values(), key=_order))


def _order(finding: Finding) -> tuple[bool, int, int]:
    row = re.search(r"\d+$", finding.place)
    sheet = finding.place.split("!")[0]
    return (
        finding.severity is not Severity.ERROR,
        _SHEETS.get(sheet, len(_SHEETS)),
        int(row[0]) if row else 0,
    )
