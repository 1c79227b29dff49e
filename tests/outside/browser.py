"""A browser without scripts: what the staff's pages are to whoever only follows their forms."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Mapping
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tests.outside.wire import Answer

_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_CASE = re.compile(r"/staff/cases/([0-9a-f]{32})\b")


class Browser:
    """One browser with its cookies. Redirects are followed; a status is never an exception."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.url = base_url
        """Where the last request ended."""

    def get(self, path: str, **headers: str) -> Answer:
        return self._open(self._request(path, headers=headers))

    def post(
        self, path: str, fields: dict[str, str], *, file: tuple[str, bytes] | None = None
    ) -> Answer:
        """Post a form as it stands: nothing hidden is added. `file` is a field and its content."""
        if file is None:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(fields, *file)
        return self._open(self._request(path, body, {"Content-Type": kind}))

    def submit(
        self,
        page: str,
        fields: dict[str, str],
        *,
        action: str,
        file: tuple[str, bytes] | None = None,
    ) -> Answer:
        """Open `page`, fill in its form whose action ends with `action`, and send it."""
        shown = self.get(page)
        for head, inside in _FORM.findall(shown.text):
            found = re.search(r'\baction="([^"]+)"', head)
            if found and html.unescape(found[1]).endswith(action):
                hidden = {name: html.unescape(value) for name, value in _FIELD.findall(inside)}
                return self.post(html.unescape(found[1]), hidden | fields, file=file)
        raise AssertionError(f"{page} ({shown.status}) has no form for {action}")

    def sign_in(self, email: str, password: str) -> Browser:
        page = self.submit(
            "/staff/sign-in", {"email": email, "password": password}, action="/staff/sign-in"
        )
        assert page.status == 200
        assert not self.url.endswith("/sign-in"), f"{email} could not sign in"
        return self

    # A case manager's work ---------------------------------------------------------------------

    def open_cases(self) -> list[str]:
        """The ids of all open cases, the oldest first."""
        found: list[str] = []
        for page in range(1, 100):
            text = self.get(f"/staff/cases?state=open&page={page}").text
            found += _CASE.findall(text)
            if 'rel="next"' not in text:
                break
        return found

    def answer(self, case_id: str, text: str = "", *, recording: bytes | None = None) -> Answer:
        """Answer a case in writing, or with a file that was recorded."""
        page = f"/staff/cases/{case_id}"
        file = ("recording", recording if recording is not None else b"")
        return self.submit(page, {"text": text}, action=f"{page}/replies", file=file)

    def delivery(self, case_id: str) -> str:
        """How the newest answer of a case fares."""
        found = re.findall(r'data-delivery="([a-z_]+)"', self.get(f"/staff/cases/{case_id}").text)
        assert found, "the case has no answer"
        return str(found[-1])

    def _request(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Request:
        address = urljoin(self._base_url, path)
        assert address.startswith(self._base_url), "a link that leaves the program"
        return Request(address, body, dict(headers or {}))  # noqa: S310  # its own address

    def _open(self, request: Request) -> Answer:
        try:
            response = self._opener.open(request, timeout=90)
        except HTTPError as error:
            response = error
        with response:
            self.url = response.geturl()
            headers = tuple((name.lower(), value) for name, value in response.headers.items())
            return Answer(status=response.status, headers=headers, body=response.read())


def _multipart(fields: dict[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    part = f"--{boundary}\r\nContent-Disposition: form-data; name="
    parts = [f'{part}"{field}"\r\n\r\n{value}\r\n'.encode() for field, value in fields.items()]
    head = f'{part}"{name}"; filename="answer.wav"\r\nContent-Type: audio/wav\r\n\r\n'
    body = b"".join([*parts, head.encode(), content, f"\r\n--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"
