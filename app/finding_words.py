"""What was found wrong with a programme, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext as _

from dialogue.exploring.findings import TEXTS, Finding
from dialogue.exploring.lengths import Source
from programmes.said import Said


def in_words(finding: Finding) -> str:
    """What is wrong, in words that name no rule."""
    values = dict(finding.values)
    if "source" in values:
        values["source"] = _source(Source(str(values["source"])))
    return _(TEXTS[finding.rule], **values)


def told(said: str | int | Said) -> str | int:
    """Why something is wrong, in the language of the page; whatever else is put into texts."""
    if not isinstance(said, Said):
        return said
    return _(said.text, **{name: told(value) for name, value in said.values.items()})


def _source(source: Source) -> str:
    return {
        Source.RECORDING: _("as recorded"),
        Source.DRAFT: _("as a machine says it"),
        Source.ESTIMATE: _("as estimated"),
    }[source]
