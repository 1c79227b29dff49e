"""The codebook as DDI-Codebook 2.5: what was asked of whom, how, and what each value means.

https://ddialliance.org/Specification/DDI-Codebook/2.5/
"""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from surveys.labels import NOTICE
from surveys.release.contents import Contents, Variable

NAMESPACE = "ddi:codebook:2_5"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def codebook(contents: Contents) -> bytes:
    """The XML document."""
    Xml.register_namespace("", NAMESPACE)
    facts = dict(contents.method())
    root = _add(None, "codeBook", version="2.5")
    root.set(_XML_LANG, contents.labels.language)
    _document(root, contents)
    _study(root, contents, facts)
    rows = contents.results.rows
    if rows:
        described = _add(root, "fileDscr", ID="F1")
        text = _add(described, "fileTxt")
        _add(text, "fileName", f"{contents.name}-rows.csv")
        size = _add(text, "dimensns")
        _add(size, "caseQnty", str(len(rows)))
        _add(size, "varQnty", str(len(contents.variables()) + 1))
    data = _add(root, "dataDscr")
    for place, variable in enumerate(contents.variables(), 1):
        _variable(data, contents, variable, f"V{place}")
    document: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _document(root: Xml.Element, contents: Contents) -> None:
    citation = _add(_add(root, "docDscr"), "citation")
    _add(_add(citation, "titlStmt"), "titl", contents.labels.title)
    made = _add(citation, "prodStmt")
    _add(made, "prodDate", contents.made_on.isoformat(), date=contents.made_on.isoformat())
    _add(made, "software", contents.software)


def _study(root: Xml.Element, contents: Contents, facts: dict[str, str]) -> None:
    study = _add(root, "stdyDscr")
    citation = _add(study, "citation")
    titles = _add(citation, "titlStmt")
    _add(titles, "titl", contents.labels.title)
    _add(titles, "IDNo", contents.name)
    _add(_add(citation, "rspStmt"), "AuthEnty", facts["sponsor"])
    _add(_add(citation, "distStmt"), "contact", facts["contact"])
    info = _add(study, "stdyInfo")
    _add(info, "abstract", facts[NOTICE])
    summary = _add(info, "sumDscr")
    _add(summary, "collDate", facts["from"], date=facts["from"], event="start")
    _add(summary, "collDate", facts["until"], date=facts["until"], event="end")
    _add(summary, "universe", facts["population"])
    method = _add(study, "method")
    collected = _add(method, "dataColl")
    _add(collected, "sampProc", facts["frame"])
    _add(collected, "collMode", facts["mode"])
    _add(collected, "weight", facts["weights"])
    _add(method, "notes", facts["guard"])
    _add(method, "notes", facts["loss"])
    _add(method, "notes", facts["dispositions"])
    analysed = _add(method, "anlyInfo")
    _add(analysed, "respRate", facts["rates"])


def _variable(data: Xml.Element, contents: Contents, variable: Variable, id_: str) -> None:
    made = _add(data, "var", ID=id_, name=variable.name, intrvl="discrete")
    _add(made, "labl", variable.label)
    spoken = [(tag, text) for name, tag, text in contents.wordings() if name == variable.name]
    for tag, text in spoken:
        literal = _add(_add(made, "qstn"), "qstnLit", text)
        literal.set(_XML_LANG, tag)
    for _, code, label in variable.values:
        category = _add(made, "catgry", missing="Y" if code < 0 else "N")
        _add(category, "catValu", str(code))
        _add(category, "labl", label)


def _add(
    parent: Xml.Element | None, name: str, text: str = "", /, **attributes: str
) -> Xml.Element:
    tag = f"{{{NAMESPACE}}}{name}"
    made = (
        Xml.Element(tag, attributes) if parent is None else Xml.SubElement(parent, tag, attributes)
    )
    if text:
        made.text = text
    return made
