"""What the regulator sees, and takes home, of a survey that people answered by voice and text."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.outside.browser import Browser
from tests.outside.conversations import ring, write
from tests.outside.leaks import leaked
from tests.outside.network import Network
from tests.outside.rimay import LINE, PASSWORD, REGULATOR, Rimay
from tests.outside.wire import eventually

PEOPLE = 13
"""By text: 7 women and 6 men; and two more on a call. A first snapshot needs ten."""
METHOD = {
    "sponsor": "SENACE",
    "population": "Vecinas y vecinos de Junín",
    "contact": "datos@example.pe",
    "language": "es",
}


def respond_by_text(network: Network, number: str, *, gender: str, answer: str) -> None:
    texter = write(network, number, "es")
    texter.choose("survey")
    texter.choose("yes")
    texter.send(answer)
    texter.send(answer)
    texter.choose(gender)
    for _question in range(4):
        texter.send(answer)


def respond_by_voice(network: Network, number: str, *, gender: str) -> None:
    call = ring(network, number, "es").choose("survey").choose("yes").press("5").press("1")
    assert "question.gender" in call.keys
    call.choose(gender)
    for key in ("1", "6", "2", "3"):
        call.press(key)
    assert "survey.thanks" in call.keys
    call.hang_up()


def of_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def regulator(rimay: Rimay) -> Browser:
    return Browser(rimay.url).sign_in(REGULATOR, PASSWORD)


@pytest.fixture(scope="module")
def staff(rimay: Rimay) -> dict[str, Browser]:
    """Two who run the survey, and may let its results out together."""
    made = {}
    for role in ("supervisor", "operator"):
        rimay.add_account(f"{role}.encuesta@example.pe", role)
        made[role] = Browser(rimay.url).sign_in(f"{role}.encuesta@example.pe", PASSWORD)
    return made


@pytest.fixture
def afterwards(rimay: Rimay) -> Iterator[None]:
    """Whatever this test closes is open again for the next one."""
    yield
    rimay.flask("programme", "load", "programmes/junin", "--number", LINE)


@pytest.mark.usefixtures("afterwards")
def test_from_answers_to_what_the_regulator_takes_home(
    network: Network,
    rimay: Rimay,
    staff: dict[str, Browser],
    regulator: Browser,
    new_number: Callable[[], str],
) -> None:
    for place in range(PEOPLE):
        gender, answer = ("woman", "1") if place % 2 == 0 else ("man", "2")
        respond_by_text(network, new_number(), gender=gender, answer=answer)
    for gender in ("woman", "gender_unsaid"):
        respond_by_voice(network, new_number(), gender=gender)

    supervisor, operator = staff["supervisor"], staff["operator"]
    [page] = set(re.findall(r"/staff/surveys/[0-9a-f]{32}", operator.get("/staff/surveys/").text))
    text = eventually(lambda: "data-cell" in (t := operator.get(page).text) and t)
    assert isinstance(text, str)
    assert not leaked(text)
    for path in ("/staff/surveys/", page, f"{page}/tables.csv", f"{page}/responses.csv"):
        assert regulator.get(path).status == 403, path

    rimay.flask("surveys", "close", "junin", "--at-once")
    action = f"/rounds/{page.rpartition('/')[2]}"
    eventually(lambda: action in supervisor.get("/staff/releases/").text)
    supervisor.submit("/staff/releases/", METHOD, action=action)
    [release] = set(
        re.findall(r"/staff/releases/[0-9a-f]{32}", supervisor.get("/staff/releases/").text)
    )
    assert regulator.get(f"{release}.zip").status == 404
    assert release not in regulator.get("/staff/releases/").text
    operator.submit("/staff/releases/", {}, action=f"{release}/approve")

    assert release in regulator.get("/staff/releases/").text
    shown = regulator.get(release).text
    assert "data-cell" in shown
    assert not leaked(shown)
    chart = regulator.get(next(iter(re.findall(r'src="([^"]+\.svg)"', shown))))
    assert (chart.status, b"<svg" in chart.body) == (200, True)
    archive = regulator.get(f"{release}.zip")
    assert "attachment" in (archive.header("content-disposition") or "")
    look_at(archive.body)
    assert fetched_by_a_program(regulator, rimay) == archive.body

    file = rimay.folder / "release.zip"
    file.write_bytes(archive.body)
    assert "[ok]" in rimay.flask("surveys", "verify", str(file))


def look_at(archive: bytes) -> None:
    """What a statistics office looks for in a release, and what may not be in it."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    [tables], [rows] = (
        [data for name, data in held.items() if name.endswith(end)]
        for end in ("-tables.csv", "-rows.csv")
    )
    cells = of_csv(tables)
    assert {"water_change", "participants"} <= {cell["table"] for cell in cells}
    assert any("woman" in cell["group"] for cell in cells)
    for cell in cells:
        if cell["count"].isdecimal():
            assert int(cell["count"]) >= 5 or int(cell["count"]) == 0, cell
        else:
            assert cell["count"] in ("suppressed", "not_asked")
            assert not cell["percent"].isdecimal(), cell
    people = of_csv(rows)
    assert len(people) >= 10
    assert {"id", "gender", "language", "use", "water_change", "trust"} <= set(people[0])
    assert len({row["id"] for row in people}) == len(people)
    groups = Counter((row["gender"], row["language"]) for row in people)
    assert min(groups.values()) >= 5, groups
    for download in (tables.decode(), *(f"{row}" for row in people)):
        # The random names of rows hold such digits too, by chance, within others of theirs.
        assert not re.search(r"(?<![0-9a-f])\+?51?9\d{8}(?![0-9a-f])|\d\d:\d\d", download)


def fetched_by_a_program(regulator: Browser, rimay: Rimay) -> bytes:
    """The newest release as a program of the regulator's gets it, by a token alone."""
    page = regulator.submit("/staff/releases/tokens", {}, action="/staff/releases/tokens")
    [token] = re.findall(r'id="token">([^<]+)<', page.text)
    program = Browser(rimay.url)
    assert program.get("/api/releases").status == 401
    bearer = {"Authorization": f"Bearer {token}"}
    listed = json.loads(program.get("/api/releases", **bearer).text)["releases"]
    return program.get(listed[0]["address"], **bearer).body


def test_each_role_has_its_own_pages(manager: Browser, regulator: Browser) -> None:
    assert manager.get("/staff/surveys/").status == 403
    refused = regulator.get("/staff/cases")
    assert refused.status == 403
    assert "<html" in refused.text
