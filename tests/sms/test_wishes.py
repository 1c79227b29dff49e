"""What may go out to a phone: said on either channel, at once, and kept when all else is gone."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from contacts import operations, queries
from contacts.models import Consent, Line, Person, SuppressedNumber
from dialogue.forgetting import forget_number
from dialogue.models import TurnRow
from outreach.models import NewsWish
from outreach.operations import keep_wish
from outreach.values import Channel
from storage.outbox import Kind, Outbox, State
from tests.dialogue.handset import Handset
from tests.dialogue.line import HERS, OURS
from tests.signed import Signed


def wishes(carrier: Signed) -> tuple[bool, bool]:
    """Whether her line wants nothing, and whether it wants no texts."""
    with carrier.line.reading() as connection:
        row = connection.execute(select(Line.opted_out_at, Line.texts_declined_at)).one()
    return row.opted_out_at is not None, row.texts_declined_at is not None


def menu_by_text(carrier: Signed) -> None:
    carrier.text("hola")
    carrier.text("1")


@pytest.mark.parametrize("word", ["Sin mensajes", "SOLO LLAMADAS", "amaña qillqamuwaychu"])
def test_no_texts_at_all_is_a_word_away_and_confirmed_once(carrier: Signed, word: str) -> None:
    menu_by_text(carrier)
    (confirmed,) = carrier.text(word).messages
    assert "ALTA" in confirmed
    assert carrier.text(word).messages == []
    assert wishes(carrier) == (False, True)
    assert carrier.text("ALTA").messages
    assert wishes(carrier) == (False, False)


@pytest.mark.parametrize(
    ("key", "prompt", "kept"),
    [
        ("1", "contact.kept.contact_all", (False, False)),
        ("2", "contact.kept.contact_calls", (False, True)),
        ("3", "contact.kept.contact_none", (True, False)),
    ],
)
def test_by_key_stopping_takes_as_many_steps_as_starting(
    carrier: Signed, key: str, prompt: str, kept: tuple[bool, bool]
) -> None:
    carrier.text("SIN MENSAJES" if key == "3" else "BAJA")
    call = carrier.call().to_menu()
    for each in ("2", "3", key):
        call.press(each)
    assert prompt in call.reply.keys
    assert "menu.main" in call.reply.keys
    assert wishes(carrier) == (kept if key != "3" else (True, True))


def test_the_same_choice_is_in_texts(carrier: Signed) -> None:
    menu_by_text(carrier)
    carrier.text("2")
    carrier.text("3")
    assert "No le escribiremos" in carrier.text("solo llamadas, sin textos").messages[0]
    assert wishes(carrier) == (False, True)


def test_never_again_on_a_call_of_ours_stops_everything(carrier: Signed) -> None:
    phone = Handset(carrier.line, "voice").begin().choose("es")
    phone.press("0").choose("voice_message").say().hang_up()
    phone.is_answered().is_called().choose("never")
    assert wishes(carrier) == (True, False)


def rows(carrier: Signed) -> list[tuple[str, str, str | None]]:
    with carrier.line.reading() as connection:
        found = connection.execute(
            select(Outbox.kind, Outbox.state, Outbox.reason).order_by(Outbox.created_at)
        )
        return [(row.kind, row.state, row.reason) for row in found]


def ask_for_an_answer_by_text(carrier: Signed) -> Handset:
    phone = Handset(carrier.line, "sms").begin().choose("es")
    return phone.write("0").write("El agua llega turbia desde ayer")


def test_who_wants_no_texts_is_answered_by_call(carrier: Signed) -> None:
    phone = ask_for_an_answer_by_text(carrier)
    carrier.text("SIN MENSAJES")
    phone.is_answered()
    assert rows(carrier) == [(Kind.CALL, State.QUEUED, None)]


def test_a_text_that_waits_does_not_go_out_once_she_wants_none(carrier: Signed) -> None:
    ask_for_an_answer_by_text(carrier).is_answered()
    carrier.text("SIN MENSAJES")
    carrier.house.dispatcher.run()
    assert rows(carrier) == [(Kind.TEXT, State.CANCELLED, "no_texts")]


def forget(carrier: Signed) -> bool:
    services = carrier.line.services
    with services.database.writing() as connection:
        return forget_number(
            connection, vault=services.vault, number=HERS, ours=[OURS], now=services.clock()
        )


def test_a_forgotten_number_still_wants_nothing_when_it_turns_up_again(carrier: Signed) -> None:
    ask_for_an_answer_by_text(carrier).is_answered()
    carrier.text("BAJA")
    assert forget(carrier)
    services = carrier.line.services
    with carrier.line.reading() as connection:
        assert queries.find_person(connection, vault=services.vault, number=HERS) is None
        old = connection.execute(select(Line.number, Line.number_hash)).one()
        kept = connection.execute(select(SuppressedNumber.number_hash)).scalar_one()
        assert connection.execute(select(Consent.person_id)).scalars().all() in ([], [None])
        assert connection.execute(select(Person.language)).scalar_one() is None
    assert (old.number, HERS[3:] in kept) == (b"", False)
    assert rows(carrier) == [(Kind.TEXT, State.CANCELLED, "withdrawn")]
    assert not forget(carrier)
    with services.database.writing() as connection:
        again = operations.keep_person(
            connection, vault=services.vault, number=HERS, language=None, now=services.clock()
        )
    assert again.opted_out
    assert carrier.text("ALTA").messages
    with carrier.line.reading() as connection:
        assert connection.execute(select(SuppressedNumber.number_hash)).all() == []
        assert not queries.is_opted_out(connection, again.line_id)


def test_who_was_forgotten_and_wants_messages_again_says_so_once(carrier: Signed) -> None:
    menu_by_text(carrier)
    carrier.text("BAJA")
    assert forget(carrier)
    (started,) = carrier.text("ALTA").messages
    assert "BAJA" in started


def test_what_is_forgotten_leaves_no_wish_no_turn_and_no_way_to_the_carrier(
    carrier: Signed,
) -> None:
    ask_for_an_answer_by_text(carrier).is_answered()
    services = carrier.line.services
    with services.database.writing() as connection:
        person = operations.keep_person(
            connection, vault=services.vault, number=HERS, language="es", now=services.clock()
        )
        keep_wish(
            connection,
            person_id=person.id,
            programme="junin",
            agreed=True,
            channel=Channel.SMS,
            now=services.clock(),
        )
        connection.execute(
            update(Outbox).values(state=State.DELIVERED, rank=10, provider_id="SM" + "4" * 32)
        )
    assert forget(carrier)
    with carrier.line.reading() as connection:
        assert connection.execute(select(NewsWish.person_id)).all() == []
        assert connection.execute(select(Outbox.provider_id, Outbox.body)).all() == [(None, None)]
        left = connection.execute(select(TurnRow.tag, TurnRow.state, TurnRow.answer)).all()
    assert set(left) == {(None, None, None)}
    assert len(carrier.line.cases()) == 1
    assert "1 " in carrier.text("hola").messages[-1], "she is greeted as anybody"
    assert forget(carrier), "of these texts alone"
    assert not forget(carrier)
