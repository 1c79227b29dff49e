"""`flask staff add` as an operator types it."""

from __future__ import annotations

from flask import Flask

from staff.commands import staff
from tests.staff.people import PASSWORD


def run(app: Flask, *words: str, password: str = PASSWORD) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(staff, ["add", *words], input=password + "\n")
    return result.exit_code, result.output


def test_an_added_account_can_sign_in(app: Flask, junin: str) -> None:
    code, said = run(app, "Ana@example.org", "--role", "supervisor", "--programme", junin)
    assert (code, said) == (0, "ana@example.org added as supervisor of junin\n")
    answer = app.test_client().post(
        "/staff/sign-in", data={"email": "ana@example.org", "password": PASSWORD}
    )
    assert answer.status_code == 303


def test_what_is_wrong_is_said_without_a_stack_trace(app: Flask, account_id: str) -> None:
    role = ("--role", "operator", "--programme")
    assert run(app, "rosa@example.org", *role, "junin")[1].startswith("Error: there is an account")
    assert "10 characters" in run(app, "ana@example.org", *role, "junin", password="short")[1]
    assert "no programme 'x'" in run(app, "ana@example.org", *role, "x")[1]
    assert "Invalid value" in run(app, "ana@example.org", "--role", "king", "--programme", "x")[1]
