"""A zip is believed in nothing."""

from __future__ import annotations

import zipfile

import pytest

from library.archives import Archive, Found, contents, packed
from library.errors import BadArchive, BadTake, Fault
from tests.library.archiving import lying, zipped
from tests.library.people import KEYS, spoken


def listed(content: bytes) -> list[Found]:
    return contents(content, language="quy", languages=("es", "quy", "qvw"), keys=KEYS)


def faults(files: dict[str, bytes]) -> dict[str, Fault | None]:
    return {each.path: each.fault for each in listed(zipped(files))}


def refusal(content: bytes) -> Fault:
    with pytest.raises(BadArchive) as raised:
        listed(content)
    return raised.value.fault


def test_files_are_named_by_key_and_folders_by_language() -> None:
    found = listed(
        zipped(
            {
                "greeting.wav": b"1",
                "audio/qvw/greeting.MP3": b"2",
                "sala/option.water.m4a": b"3",
                "es/support.notice.ogg": b"4",
                "__MACOSX/._greeting.wav": b"5",
                "sala/.DS_Store": b"6",
                "sala/Thumbs.db": b"7",
            }
        )
    )
    assert [(each.language, each.key, each.fault) for each in found] == [
        ("quy", "greeting", None),
        ("qvw", "greeting", None),
        ("quy", "option.water", None),
        ("es", "support.notice", None),
    ]


@pytest.mark.parametrize(
    "path", ["../greeting.wav", "/greeting.wav", "a/../../greeting.wav", "c:greeting.wav",
             "..\\greeting.wav"],
)  # fmt: skip
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    assert faults({path: b"1", "greeting.wav": b"2"}) == {
        path: Fault.UNSAFE_PATH,
        "greeting.wav": None,
    }


def test_bad_names_are_refused_one_by_one() -> None:
    assert faults(
        {
            "hello.wav": b"1",
            "greeting.flac": b"2",
            "greeting": b"3",
            "greeting.wav": b"4",
            "otra/greeting.mp3": b"5",
        }
    ) == {
        "hello.wav": Fault.UNKNOWN_KEY,
        "greeting.flac": Fault.UNKNOWN_KIND,
        "greeting": Fault.UNKNOWN_KIND,
        "greeting.wav": None,
        "otra/greeting.mp3": Fault.TWICE,
    }


def test_what_is_no_zip_is_refused() -> None:
    good = zipped({"greeting.wav": spoken()})
    assert refusal(b"no zip at all") is Fault.NO_ARCHIVE
    assert refusal(good[: len(good) // 2]) is Fault.NO_ARCHIVE
    assert refusal(zipped({})) is Fault.NOTHING_IN_IT
    assert refusal(zipped({"folder/": b""})) is Fault.NOTHING_IN_IT


def test_a_bomb_is_refused_before_it_is_read() -> None:
    assert refusal(zipped({"greeting.wav": bytes(10_000_000)})) is Fault.BOMB


def test_a_bomb_that_hides_its_size_is_stopped_while_it_is_read() -> None:
    content = lying(zipped({"greeting.wav": bytes(30_000_000)}), says=60_000)
    assert listed(content)[0].fault is None, "it looks small"
    with pytest.raises((BadArchive, BadTake)):
        Archive(content).read(0)


def test_a_damaged_file_is_refused_alone() -> None:
    content = zipped({"greeting.wav": b"abcdefgh" * 9}, compression=zipfile.ZIP_STORED)
    damaged = content.replace(b"abcdefgh", b"abcdefgX", 1)
    archive = Archive(damaged)
    with pytest.raises(BadTake) as raised:
        archive.read(0)
    assert raised.value.fault is Fault.DAMAGED


def test_an_encrypted_file_is_refused() -> None:
    content = bytearray(zipped({"greeting.wav": b"1"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert listed(bytes(content))[0].fault is Fault.ENCRYPTED


def test_chosen_files_become_a_zip() -> None:
    content = packed([("sala/quy/greeting.wav", b"1"), ("option.water.ogg", b"22")])
    assert [each.key for each in listed(content)] == ["greeting", "option.water"]
    assert Archive(content).read(1) == b"22"


@pytest.mark.parametrize(
    ("folder", "fault"),
    [
        ("xx", Fault.UNKNOWN_LANGUAGE),
        ("quyy", None),
        ("quz-PE", Fault.UNKNOWN_LANGUAGE),
        ("wav", None),
        ("grabaciones", None),
        ("quy", None),
    ],
)
def test_a_folder_that_is_called_like_another_language_is_refused(
    folder: str, fault: Fault | None
) -> None:
    content = zipped({f"{folder}/greeting.wav": b"x"})
    (found,) = contents(content, language="es", languages=("es", "quy"), keys=("greeting",))
    assert found.fault is fault
    assert found.language == (None if fault else "quy" if folder == "quy" else "es")
