"""Who may open what, from outside: every address of the application, asked by everybody.

`access_matrix.txt` is what is promised; an address that it does not name fails, so that whoever
adds a page says there for whom it is. What the pages and files hold is looked at as well.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from staff.models import AuditEntry
from tests.grievances.people import HERS
from tests.staff.everybody import (
    EVERYBODY,
    MARTHAS,
    OF_STATE,
    ORDINARY,
    QUEUES,
    REPRISAL,
    ROSAS,
    SEALED,
    STAFF,
    WORDS,
    Place,
    made_place,
)

MATRIX = Path(__file__).with_name("access_matrix.txt")
REFUSED, NOT_THERE = ".", "?"
OF_CASES = {"case_id", "statement_id", "item_id", "request_id"}
"""Parts of an address that name a case, or what belongs to it."""
COLLEAGUE = "account_id"
"""The part that names a colleague: here the independent case manager."""
UNKNOWN = "0" * 32
NAMES = {
    "slug": "junin",
    "tag": "xx",
    "language_tag": "es",
    "language": "es",
    "period": "1999",
    "key": "none",
    "kind": "choice",
    "where": "menu",
    "option": "support",
    "place": "0",
    "filename": "none.css",
    "ending": "json",
}
"""What stands for the other parts: mostly what there is not, for that is quick, and whether one is
let in comes first."""
SEARCHES = ("canal", "echar", "reunion", "hablar", HERS, HERS[3:], SEALED[0])


@dataclass(slots=True)
class Asked:
    """What everybody was answered."""

    verdicts: dict[str, str] = field(default_factory=dict)
    """By method and address: for each who asks a sign, as in the table."""
    statuses: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """By who asked, method and address, and which case it was about."""
    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    """By who asked: what stood in every page and file, by address and case."""
    faults: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def place(
    _sqlite_template: Path, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("matrix")
    with made_place(folder, schema=_sqlite_template, valkey=valkey_url) as place:
        yield place


@pytest.fixture(scope="module")
def asked(place: Place) -> Asked:
    return ask_everything(place)


def ask_everything(place: Place) -> Asked:
    """Everybody asks for everything; what only reads comes first, for the rest changes what is
    read."""
    asked = Asked(shown={who: {} for who in EVERYBODY})
    rules = [
        (method, rule)
        for rule in place.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    for method, rule in sorted(rules, key=lambda each: (each[0] != "GET", each[1].rule)):
        address = f"{method} {rule.rule}"
        is_of_case = bool(rule.arguments & OF_CASES)
        may_be_hidden = is_of_case or COLLEAGUE in rule.arguments
        cases = tuple(WORDS) if is_of_case else (ORDINARY,)
        signs = ""
        for who in EVERYBODY:
            for case in cases[: None if method == "GET" else 2]:
                answer = ask(place, method, rule, who, case)
                asked.statuses[who, address, case] = answer.status_code
                if answer.status_code >= 500:
                    asked.faults.append(f"{who} {address} {answer.status_code}")
                if method == "GET" and answer.status_code == 200:
                    asked.shown[who][f"{rule.rule} of {case}"] = text_of(answer)
                given = sign(answer, who, may_be_hidden=may_be_hidden)
                signs += given if case == ORDINARY else ""
                if given == REFUSED:
                    break
        asked.verdicts[address] = signs
    search_for_everything(place, asked)
    return asked


def ask(place: Place, method: str, rule: Rule, who: str, case: str) -> TestResponse:
    parts = {**NAMES, **place.cases[case].parts}
    parts["item_id"], parts[COLLEAGUE] = parts["statement_id"], place.accounts["C"]
    if "token" in rule.arguments and "case_id" in rule.arguments:
        parts["token"] = place.take(who, case)
    built = rule.build({name: parts.get(name, UNKNOWN) for name in rule.arguments})
    assert built is not None, f"say in `NAMES` what stands in {rule.rule}"
    return place.browser(who).open(built[1], method=method)


def sign(answer: TestResponse, who: str, *, may_be_hidden: bool) -> str:
    asks_to_sign_in = answer.status_code == 303 and answer.location.startswith("/staff/sign-in")
    if answer.status_code in (401, 403) or asks_to_sign_in:
        return REFUSED
    return NOT_THERE if may_be_hidden and answer.status_code == 404 else who


def text_of(answer: TestResponse) -> str:
    content: bytes = answer.data
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


def search_for_everything(place: Place, asked: Asked) -> None:
    lists = [{"q": words} for words in SEARCHES] + [
        {"q": each.code} for each in place.cases.values()
    ]
    lists += [{"queue": queue, "state": "all"} for queue in sorted(set(QUEUES.values()))]
    for who in EVERYBODY:
        if asked.statuses[who, "GET /staff/cases", ORDINARY] != 200:
            continue
        for query in lists:
            answer = place.browser(who).get("/staff/cases/lines", query_string=query)
            found = "".join(line for line in answer.text.splitlines() if "data-lines" not in line)
            asked.shown[who][f"cases {query}"] = found


def promised() -> dict[str, str]:
    """The table: the signs by method and address."""
    lines = MATRIX.read_text("utf-8").splitlines()
    split = [line.split(maxsplit=2) for line in lines if line and not line.startswith("#")]
    return {f"{method} {rule}": signs for signs, method, rule in split}


def test_everybody_is_let_in_where_the_table_says_and_nowhere_else(asked: Asked) -> None:
    expected = promised()
    wrong = [
        f"{address}: {expected.get(address, 'no line')} is promised, {signs} is so"
        for address, signs in asked.verdicts.items()
        if expected.get(address) != signs
    ]
    assert wrong == []
    assert expected.keys() == asked.verdicts.keys(), "what is gone has no line"


def test_nothing_breaks_whoever_asks(asked: Asked) -> None:
    assert asked.faults == []


# What is shown ----------------------------------------------------------------------------------

COMPANY = ("s", "c", "i")
SEES = {
    **dict.fromkeys(EVERYBODY, frozenset[str]()),
    **dict.fromkeys("SCI", frozenset(WORDS)),
    **dict.fromkeys(COMPANY, frozenset({ORDINARY})),
    "p": frozenset({OF_STATE}),
}
"""Whose cases come before whom: an independent account's all, else those of its own queues, and of
the company's none in which reprisals were reported."""


@pytest.mark.parametrize("who", EVERYBODY)
def test_pages_files_and_searches_hold_cases_of_ones_own_queues_and_never_whose_they_are(
    place: Place, asked: Asked, who: str
) -> None:
    number = (HERS, HERS[3:], f"{HERS[3:6]} {HERS[6:9]} {HERS[9:]}", place.person)
    needles = {
        "whose it is": number,
        "what is sealed": SEALED,
        **{case: told.needles for case, told in place.cases.items()},
    }
    held = {
        (name, where)
        for where, text in asked.shown[who].items()
        for name, forms in needles.items()
        if any(form in text for form in forms)
    }
    told = sorted((name, where) for name, where in held if name not in SEES[who])
    assert told == []
    assert {name for name, _ in held} == SEES[who], "and what is for them is there"


@pytest.mark.parametrize("who", COMPANY)
def test_of_reported_reprisals_a_company_can_ask_and_do_nothing(
    place: Place, asked: Asked, who: str
) -> None:
    got = {
        (address, status)
        for (each, address, case), status in asked.statuses.items()
        if (each, case) == (who, REPRISAL)
    }
    # What is not at the interpreter's desk leads back to the desk, or cannot be handed back.
    away = {each for each in got if "/staff/interpreting/" in each[0] and each[1] in (303, 400)}
    assert {each for each in got - away if each[1] not in (403, 404)} == set()
    assert got, "it was asked for"


def test_by_an_ordinary_case_a_company_does_not_get_at_another(place: Place) -> None:
    mine, hidden = place.cases[ORDINARY].parts, place.cases[REPRISAL]
    case = f"/staff/cases/{mine['case_id']}"
    other = hidden.parts
    for path in (
        f"{case}/statements/{other['statement_id']}/audio",
        f"{case}/replies/{other['reply_id']}/audio",
        f"{case}/attachments/{other['attachment_id']}",
    ):
        assert place.browser("c").get(path).status_code == 404
        direct = path.replace(mine["case_id"], other["case_id"])
        assert place.browser("C").get(direct).status_code == 200
    end = f"{case}/links/{other['case_id']}/end"
    assert place.browser("c").post(end).status_code == 404
    tie = {"how": "related", "other": hidden.code}
    told = place.browser("c").post(f"{case}/links", data=tie, follow_redirects=True).text
    assert "no case with this code that you may open" in told


# The sealed track -------------------------------------------------------------------------------


def noted(place: Place, who: str, action: str) -> int:
    """How often this stands in the audit trail of an account."""
    query = select(func.count()).where(
        AuditEntry.account_id == place.accounts[who], AuditEntry.action == action
    )
    with place.services.database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def sealed_addresses(place: Place) -> list[tuple[str, Rule]]:
    rules = [
        (method, rule)
        for rule in place.app.url_map.iter_rules()
        if rule.rule.startswith("/staff/safeguarding")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert len(rules) >= 8
    return rules


@pytest.mark.parametrize("who", STAFF)
def test_whoever_is_refused_at_the_sealed_track_stands_in_the_trail(place: Place, who: str) -> None:
    expected, refusals = promised(), 0
    for method, rule in sealed_addresses(place):
        before = noted(place, who, "refused")
        answer = ask(place, method, rule, who, ORDINARY)
        is_refused = expected[f"{method} {rule.rule}"][EVERYBODY.index(who)] == REFUSED
        assert (answer.status_code == 403) is is_refused
        assert noted(place, who, "refused") - before == is_refused
        refusals += is_refused
    assert refusals >= 7, "no role but one is let in, the operator as little as the supervisor"


@pytest.mark.parametrize(
    "address",
    ["open", "designate", "remove", f"reports/{UNKNOWN}/sound/0", f"reports/{UNKNOWN}/outcome"],
)
def test_the_role_alone_opens_nothing_and_stands_in_the_trail(place: Place, address: str) -> None:
    before = noted(place, MARTHAS, "safeguarding_refused")
    form = {
        "why": "to_call",
        "passphrase": "las vicuñas bajan de noche",
        "other": place.accounts[ROSAS],
        "who": place.accounts[MARTHAS],
        "outcome": "no_referral",
    }
    answer = place.browser(MARTHAS).post(f"/staff/safeguarding/{address}", data=form)
    assert answer.status_code in (403, 422)
    assert not any(each in answer.text for each in SEALED)
    assert noted(place, MARTHAS, "safeguarding_refused") == before + 1
