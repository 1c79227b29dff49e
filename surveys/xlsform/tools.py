"""What the tools of ODK and KoboToolbox say of a form, by their own reading of it (pyxform)."""

from __future__ import annotations

import re
from importlib import import_module

from surveys.xlsform.findings import Finding, Rule, Severity

_ROW = re.compile(r"\[row : (\d+)\]\s*")


def refused_by_tools(content: bytes) -> Finding | None:
    """Why they would refuse the form; None where they take it."""
    # Loaded where it is needed: it takes longer than all else that a command loads.
    backends, forms = import_module("pyxform.xls2json_backends"), import_module("pyxform.xls2json")
    errors = import_module("pyxform.errors")
    try:
        definition = backends.get_xlsform(content, file_type=".xlsx")
        forms.workbook_to_json(definition, form_name="form", warnings=[])
    except errors.PyXFormError as error:
        told = str(error).splitlines()[0]
        row = _ROW.search(told)
        place = f"survey!A{row[1]}" if row else "survey!A1"
        values = {"fault": _ROW.sub("", told)}
        return Finding(Severity.WARNING, Rule.REFUSED_BY_TOOLS, place, values)
    return None
