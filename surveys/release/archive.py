"""The files of a release in one signed archive.

`manifest.json` names every file with its SHA-256; `manifest.sig` is an Ed25519 signature over it.
The same release is the same bytes each time.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from surveys.export import as_csv, row_lines, table_lines
from surveys.figures import as_json
from surveys.pictures import as_png, captioned
from surveys.release import ddi, flow_results
from surveys.release.contents import Contents, has_rows
from surveys.release.spss import spss
from surveys.release.workbook import workbook

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
MOST_BYTES = 512 * 1024 * 1024
"""Of an archive that is verified, unpacked: more is refused unread."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def files(contents: Contents, charts: Mapping[str, str]) -> dict[str, bytes]:
    """Every file by its name; `charts` are SVG by question. Where rows about people could not be
    made safe there is none of them, and the manifest says so."""
    name = contents.name
    tables = table_lines(contents.round, contents.results, contents.labels)
    made = {
        f"{name}-tables.csv": as_csv(tables),
        f"{name}.xlsx": workbook(contents),
        f"{name}-codebook.xml": ddi.codebook(contents),
        f"{name}.json": _sidecar(contents),
    }
    tables_by_key = {each.key: each for each in contents.figures.tables}
    for question, svg in sorted(charts.items()):
        picture = captioned(svg, tables_by_key[question], contents.labels)
        made[f"charts/{question}.svg"] = picture.encode()
        made[f"charts/{question}.png"] = as_png(picture)
    if has_rows(contents):
        path = f"{name}-flow-results-responses.json"
        lines = row_lines(contents.round, contents.results, contents.labels)
        made |= {
            f"{name}-rows.csv": as_csv(lines),
            f"{name}-rows.sav": spss(contents),
            f"{name}-flow-results.json": flow_results.descriptor(contents, path=path),
            path: flow_results.rows(contents),
        }
    return made


def archive(contents: Contents, charts: Mapping[str, str], *, key: Ed25519PrivateKey) -> bytes:
    """The signed archive, ZIP."""
    made = files(contents, charts)
    manifest = {
        "release": contents.name,
        "made_on": contents.made_on.isoformat(),
        "software": contents.software,
        "rows": "included" if has_rows(contents) else "withheld: too few people to be safe",
        "public_key": public_key(key),
        "files": [
            {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for name, data in sorted(made.items())
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    signed = {MANIFEST: text, SIGNATURE: base64.b64encode(key.sign(text))}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in (*signed.items(), *sorted(made.items())):
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def public_key(key: Ed25519PrivateKey) -> str:
    """The key that verifies what this one signs, base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at an archive found. Good where `faults` is empty."""

    release: str
    signed_by: str
    faults: tuple[str, ...]


def verify(content: bytes, *, signed_by: str | None = None) -> Verified:
    """Whether an archive is whole and unchanged, and signed by the key `signed_by` (base64)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_BYTES:
                return Verified("", "", ("the archive is too large to be a release",))
            held = {each.filename: packed.read(each) for each in packed.infolist()}
        text = held.pop(MANIFEST)
        signature = base64.b64decode(held.pop(SIGNATURE))
        manifest = json.loads(text)
        release, stated = str(manifest["release"]), str(manifest["public_key"])
        listed = {str(each["name"]): str(each["sha256"]) for each in manifest["files"]}
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(stated))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, OSError):
        return Verified("", "", ("this is no release: its manifest cannot be read",))
    faults = []
    try:
        key.verify(signature, text)
    except InvalidSignature:
        faults.append("the signature does not fit the manifest")
    if signed_by is not None and stated != signed_by:
        faults.append("it was signed by another key")
    for name in sorted(listed.keys() | held.keys()):
        if name not in held:
            faults.append(f"{name} is missing")
        elif name not in listed:
            faults.append(f"{name} is not in the manifest")
        elif hashlib.sha256(held[name]).hexdigest() != listed[name]:
            faults.append(f"{name} was changed")
    return Verified(release, stated, tuple(faults))


def _sidecar(contents: Contents) -> bytes:
    """Tables and method for a program: hidden, not asked and zero are three values."""
    document = {
        "release": contents.name,
        "method": dict(contents.method()),
        "questions": [
            {"name": name, "language": tag, "text": text} for name, tag, text in contents.wordings()
        ],
        "results": as_json(contents.figures),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
