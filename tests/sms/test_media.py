"""Pictures and sounds that come with texts: kept with what she says, declined elsewhere."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from PIL import Image
from sqlalchemy import select

from app.house import House
from grievances.queries import case_file
from grievances.values import Said
from storage import sound
from storage.attachments import LARGEST, Attachment, TextMedia
from storage.outbox import Outbox
from storage.recordings import Copy
from telephony.gateway import RecordingGateway
from tests.signed import Reply, Signed

PLACE = b"Oroya, 11.52 S"
SID = "SM" + "a" * 32
KEPT, PARTLY, DECLINED = "Recibimos también", "Recibimos solo una parte", "No guardamos"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here is about a database: one is as good as two."""
    return sqlite_url


def picture(form: str = "JPEG", *, size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture whose file tells where it was taken, and that stands on its side."""
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.new("RGB", size, "brown").save(file, form, exif=exif)
    return file.getvalue()


@pytest.fixture
def gateway(carrier: Signed) -> RecordingGateway:
    return RecordingGateway(carrier.line.clock)


@pytest.fixture
def house(carrier: Signed, gateway: RecordingGateway) -> House:
    """The house whose worker fetches from `gateway`."""
    return replace(carrier.house, gateway=gateway)


def send(
    carrier: Signed,
    gateway: RecordingGateway,
    body: str,
    *files: tuple[str, bytes],
    sid: str = SID,
) -> Reply:
    """A text with files, at an address that nobody must ever ask."""
    gateway.enclosed[sid] = {f"ME{place:032}": each for place, each in enumerate(files)}
    more = {"NumMedia": str(len(files))}
    for place, (kind, _) in enumerate(files):
        more[f"MediaContentType{place}"] = kind
        more[f"MediaUrl{place}"] = "http://127.0.0.1:1/never"
    return carrier.text(body, sid=sid, **more)


def at_statement(carrier: Signed, language: str = "1") -> None:
    for each in ("hola", language, "2", "1", "1"):
        carrier.text(each)


def said(carrier: Signed) -> Said:
    (case,) = carrier.line.cases()
    with carrier.line.reading() as connection:
        found = case_file(
            connection, carrier.house.services.vault, case.id, programme="junin", visible=None
        )
    assert found is not None
    return found.statements[-1]


def everything(carrier: Signed) -> tuple[int, int]:
    """How many sets and files are known."""
    with carrier.line.reading() as connection:
        sets = connection.execute(select(TextMedia.id)).all()
        return len(sets), len(connection.execute(select(Attachment.id)).all())


@pytest.mark.parametrize(("language", "told"), [("1", KEPT), ("2", "chayamunmi")])
def test_a_picture_with_words_is_kept_with_them_and_told_of(
    carrier: Signed, gateway: RecordingGateway, house: House, language: str, told: str
) -> None:
    at_statement(carrier, language)
    reply = send(carrier, gateway, "El agua llega turbia", ("image/jpeg", picture()))
    assert told in reply.messages[0]
    assert said(carrier).text == "El agua llega turbia"
    waiting = said(carrier).enclosed
    assert waiting is not None
    assert (waiting.copy, waiting.files) == (Copy.WAITING, ())
    assert house.enclosures.run() == 1
    kept = said(carrier).enclosed
    assert kept is not None
    assert (kept.copy, kept.missing) == (Copy.KEPT, 0)
    content = carrier.house.services.media.get(kept.files[0].media)
    assert PLACE in picture()
    assert PLACE not in content
    with Image.open(io.BytesIO(content)) as seen:
        assert (seen.format, seen.size, dict(seen.getexif())) == ("JPEG", (30, 40), {})
    assert gateway.enclosed[SID] == {}, "deleted at the carrier"
    with carrier.line.reading() as connection:
        assert connection.execute(select(TextMedia.provider_id)).scalar_one() is None
    assert house.enclosures.run() == 0


def test_the_same_text_again_keeps_it_once(carrier: Signed, gateway: RecordingGateway) -> None:
    at_statement(carrier)
    first = send(carrier, gateway, "Agua turbia", ("image/jpeg", picture()))
    again = send(carrier, gateway, "Agua turbia", ("image/jpeg", picture()))
    assert first.body == again.body
    assert everything(carrier)[0] == 1


def test_a_picture_alone_is_a_statement_of_its_own(
    carrier: Signed, gateway: RecordingGateway, house: House
) -> None:
    at_statement(carrier)
    reply = send(carrier, gateway, "", ("image/png", picture("PNG")))
    assert KEPT in reply.messages[0]
    assert "1 " in reply.messages[-1], "how she wants to be answered"
    house.enclosures.run()
    enclosed = said(carrier).enclosed
    assert said(carrier).text is None
    assert enclosed is not None
    assert len(enclosed.files) == 1


def test_a_sound_is_kept_as_recordings_are(
    carrier: Signed, gateway: RecordingGateway, house: House
) -> None:
    at_statement(carrier)
    send(carrier, gateway, "", ("audio/x-wav", sound.tone(1)))
    house.enclosures.run()
    enclosed = said(carrier).enclosed
    assert enclosed is not None
    (file,) = enclosed.files
    assert file.content_type == "audio/wav"
    assert sound.seconds(carrier.house.services.media.get(file.media)) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("body", ["", "menu", "no entiendo nada", "2"])
def test_elsewhere_it_is_declined_and_the_question_put_again(
    carrier: Signed, gateway: RecordingGateway, body: str
) -> None:
    carrier.text("hola")
    carrier.text("1")
    (reply,) = send(carrier, gateway, body, ("image/jpeg", picture())).messages
    assert reply.startswith(DECLINED)
    assert "\n1 " in reply
    assert "No recibimos su respuesta" not in reply
    assert everything(carrier) == (0, 0)


@pytest.mark.parametrize("body", ["", "hola"])
def test_a_first_text_is_declined_its_picture_and_greeted(
    carrier: Signed, gateway: RecordingGateway, body: str
) -> None:
    (reply,) = send(carrier, gateway, body, ("image/jpeg", picture())).messages
    assert reply.startswith(DECLINED)
    assert "1 " in reply


def test_a_first_text_full_of_words_keeps_its_picture(
    carrier: Signed, gateway: RecordingGateway
) -> None:
    body = "El agua llega turbia desde ayer"
    assert KEPT in send(carrier, gateway, body, ("image/webp", picture("WEBP"))).messages[0]
    assert said(carrier).enclosed is not None


def test_what_is_no_picture_and_no_sound_is_declined_and_the_words_kept(
    carrier: Signed, gateway: RecordingGateway
) -> None:
    at_statement(carrier)
    reply = send(carrier, gateway, "Agua turbia", ("video/mp4", b"x"), ("text/vcard", b"y"))
    assert DECLINED in reply.messages[0]
    assert (said(carrier).text, said(carrier).enclosed) == ("Agua turbia", None)


def test_five_are_kept_of_six(carrier: Signed, gateway: RecordingGateway, house: House) -> None:
    at_statement(carrier)
    files = [("image/jpeg", picture(size=(40 + n, 30))) for n in range(6)]
    assert PARTLY in send(carrier, gateway, "Agua turbia", *files).messages[0]
    house.enclosures.run()
    assert everything(carrier) == (1, 5)


@pytest.mark.parametrize(
    "content",
    [b"no picture", picture()[:60], b"\xff" * (LARGEST + 1)],
    ids=["nonsense", "cut off", "too large"],
)
def test_what_cannot_be_kept_after_all_is_told_by_a_text(
    carrier: Signed, gateway: RecordingGateway, house: House, content: bytes
) -> None:
    at_statement(carrier)
    send(carrier, gateway, "Agua turbia", ("image/jpeg", content))
    house.enclosures.run()
    enclosed = said(carrier).enclosed
    assert enclosed is not None
    assert (enclosed.copy, enclosed.missing) == (Copy.ABSENT, 1)
    with carrier.line.reading() as connection:
        bodies = connection.execute(select(Outbox.body)).scalars().all()
    vault = carrier.house.services.vault
    (told,) = [vault.open_text("outbox.body", each) for each in bodies if each is not None]
    assert "No pudimos guardar" in told
    assert gateway.enclosed[SID] == {}


def test_a_carrier_that_has_it_not_yet_is_asked_again(
    carrier: Signed, gateway: RecordingGateway, house: House
) -> None:
    at_statement(carrier)
    send(carrier, gateway, "Agua turbia", ("image/jpeg", picture()))
    there = gateway.enclosed.pop(SID)
    assert house.enclosures.run() == 1
    gateway.enclosed[SID] = there
    assert house.enclosures.run() == 0, "it waits"
    carrier.line.clock.advance(dt.timedelta(minutes=3))
    assert house.enclosures.run() == 1
    assert everything(carrier) == (1, 1)


def test_who_does_not_want_her_number_kept_takes_the_pictures_with_her(
    carrier: Signed, gateway: RecordingGateway, house: House
) -> None:
    at_statement(carrier)
    send(carrier, gateway, "Agua turbia", ("image/jpeg", picture()))
    house.enclosures.run()
    enclosed = said(carrier).enclosed
    assert enclosed is not None
    told = carrier.text("4").messages
    assert "Tampoco guardamos la foto" in "\n".join(told)
    assert said(carrier).enclosed is None
    assert house.enclosures.run() == 1
    assert everything(carrier) == (0, 0)
    sealed = carrier.house.services.media.folder.rglob(enclosed.files[0].media)
    assert list(sealed) == []


def test_what_is_withdrawn_before_it_was_fetched_is_deleted_at_the_carrier(
    carrier: Signed, gateway: RecordingGateway, house: House
) -> None:
    at_statement(carrier)
    send(carrier, gateway, "Agua turbia", ("image/jpeg", picture()))
    carrier.text("4")
    house.enclosures.run()
    assert gateway.enclosed[SID] == {}
    assert everything(carrier) == (0, 0)


def test_no_log_and_no_turn_says_where_it_is(
    carrier: Signed, gateway: RecordingGateway, caplog: pytest.LogCaptureFixture
) -> None:
    at_statement(carrier)
    send(carrier, gateway, "Agua turbia", ("image/jpeg", picture()))
    assert "127.0.0.1:1" not in caplog.text + carrier.line.turns_as_text()
