"""Which prompts are heard where: the tells of an edge, the parts of a question, and everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dialogue.exploring.graph import Graph, Node, Question, Way
from dialogue.hearing import EXTRA_KEYS
from dialogue.words import Choose, Enter, Form, Statement, Tell
from locales.languages import clips_of

EVERYWHERE: tuple[str, ...] = (
    # the engine: wishes, silence, wrong keys
    "language.now",
    "help.keys",
    "nothing.heard.1",
    "nothing.heard.2",
    "menu.again.1",
    "menu.again.2",
    "wrong.key",
    "number.again.4",
    "number.again.8",
    "goodbye",
    # the runner and the channels: faults, fallback, lines that nobody answers
    "sorry.fault",
    "sorry.goodbye",
    "sorry.we_call_back",
    "sms.kept",
    "sorry.not_open",
    "sorry.unknown_number",
    "notice.other_language",
    # whoever is rung for a caller
    "person.whisper",
    # whoever asked for a call, before and after her person is rung
    "person.asked_for",
    "person.ringing",
    "person.not_connected",
    # whoever speaks an answer on a work phone
    "dictate.after_tone",
    "record.unheard_check",
    "record.your_take",
    "record.check",
    "record.fault.absent",
    "option.keep_draft",
    "option.send_answer",
    "option.again",
    "dictate.kept",
    "dictate.sent",
    "dictate.answered_meanwhile",
    "dictate.stopped",
    # texts that stop and start what is sent, and the one that says an answer waits
    "sms.stopped",
    "sms.no_texts",
    "sms.started",
    "sms.answer_waiting",
    # the one to the work phone of a supervisor
    "sms.staff_alert",
    # what is longer than we write
    "sms.call_to_hear",
    # pictures and sounds sent as texts; a call back asked for by text
    "sms.media_declined",
    "sms.media_kept",
    "sms.media_partly_kept",
    "sms.media_failed",
    "call_back.soon",
    "call_back.stopped",
    # how long news lasts, where it is longer than a minute
    *(f"broadcast.minutes.{minutes}" for minutes in range(2, 6)),
    # the end of news by text; news that is too long for one
    "sms.how_to_stop",
    "sms.news_waiting",
    # a survey by text: that we will call, and that she may begin
    "sms.survey_soon",
    "sms.survey_now",
)
"""Heard at any question, or before one: put there by the engine and the channels."""

PERSON_AND_REPEAT = "menu.person_and_repeat"
WITH_CODE = ("code.again", *(f"digit.{digit}" for digit in "0123456789"))
WITH_NUMBER = ("entry.not_understood", "entry.too_small", "entry.too_large")
WITH_DATE = (
    "entry.day_not_understood",
    "entry.no_such_day",
    "entry.too_early",
    "entry.too_late",
)
"""What may be wrong with a number or a day that is entered."""
WITH_PHONE = ("entry.no_phone",)
WITH_FORM = {Form.NUMBER: WITH_NUMBER, Form.DATE: WITH_DATE, Form.PHONE: WITH_PHONE}
WITH_LIST = ("sms.several",)
WITH_REPLY = ("case.answer_in_text", "case.answer_by_voice")


def of_tell(tell: Tell, languages: Iterable[str] = ()) -> tuple[str, ...]:
    """The prompts that a channel may need to tell this, in these languages."""
    more = WITH_CODE if tell.code is not None else ()
    if tell.count is not None or tell.day is not None:
        more = tuple(sorted(clips_of(languages)))
    return (tell.key, *more, *(WITH_REPLY if tell.reply is not None else ()))


def page_keys(node: Node, page: tuple[str, ...], tag_options: frozenset[str]) -> tuple[str, ...]:
    """The prompts of one page of a question, as a call speaks them, in their order.

    `tag_options` are the options that are languages: they are offered without a question.
    """
    asked = node.question
    if isinstance(asked, Enter):
        ends = zip(asked.ends, (asked.low, asked.high), strict=False)
        named = (key for end, number in ends for key in (f"option.{end}", f"press.{number}"))
        return (asked.key, *named, *asked.how)
    if isinstance(asked, Statement):
        return (asked.key, *asked.how)
    are_languages = all(option in tag_options for option in page)
    spoken = [] if are_languages else [asked.key]
    for place, option in enumerate(page, start=1):
        spoken += [f"option.{option}", f"press.{place}"]
    if asked.says_extras:
        keys = {name: key for key, name in EXTRA_KEYS.items()}
        for extra in asked.extras:
            spoken += [f"option.{extra}", f"press.{keys[extra]}"]
    if says_global_keys(asked) and not are_languages:
        spoken.append(PERSON_AND_REPEAT)
    return tuple(spoken)


def says_global_keys(asked: Question) -> bool:
    """Whether a call says after the options how to reach a person and to hear them again."""
    return isinstance(asked, Choose) and not asked.secret and not asked.silent and asked.barge_in


def of_node(node: Node, tag_options: frozenset[str]) -> tuple[str, ...]:
    """Every prompt of a question, on a call or in a text, each once."""
    asked = node.question
    keys = [asked.key]
    for page in node.pages():
        keys += page_keys(node, page, tag_options)
    if isinstance(asked, Choose):
        keys += [f"option.{extra}" for extra in asked.extras]
        keys += WITH_LIST if asked.several else ()
    if isinstance(asked, Enter) and asked.form is not Form.CODE:
        keys += WITH_FORM[asked.form]
    if not node.pages():
        keys += page_keys(node, (), tag_options)
    return tuple(dict.fromkeys(keys))


def reachable(graph: Graph) -> Mapping[str, Way]:
    """Every prompt that a caller may hear, by key, with the shortest way to it."""
    ways: dict[str, Way] = {}
    tags = frozenset(graph.programme.languages)

    def hears(key: str, way: Way) -> None:
        if key not in ways or len(way.answers) < len(ways[key].answers):
            ways[key] = way

    for node in graph.nodes:
        for key in of_node(node, tags):
            hears(key, node.way)
    for edge in graph.edges:
        for tell in edge.tells:
            for key in of_tell(tell, graph.programme.languages):
                hears(key, edge.way)
    for key in EVERYWHERE:
        ways.setdefault(key, Way())
    return ways
