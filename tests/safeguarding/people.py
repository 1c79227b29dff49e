"""Two designated women of Junín, one who is not, and what they hold."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from sqlalchemy import insert

from safeguarding import designating, opening
from safeguarding.designating import Unlocked
from safeguarding.values import Opened, Why
from staff import passwords
from staff.models import Account
from staff.values import Affiliation, Role
from storage.services import Services

PASSWORD = "quipu y chaski 22"
ROSA, JULIA, MARTHA = "rosa@example.org", "julia@example.org", "martha@example.org"
PASSPHRASES = {
    ROSA: "retama junto al puquial",
    JULIA: "maiz morado en la pascana",
    MARTHA: "las vicuñas bajan de noche",
}


@dataclass(frozen=True, slots=True)
class Women:
    """Accounts by e-mail, Rosa and Julia designated."""

    services: Services
    accounts: dict[str, str]
    programme: str = "junin"

    def unlocked(self, email: str = ROSA, passphrase: str | None = None) -> Unlocked:
        return designating.unlocked(
            self.services.database,
            self.programme,
            self.accounts[email],
            passphrase or PASSPHRASES[email],
            by=self.accounts[email],
            now=self.services.clock(),
        )

    def opened(self, email: str = ROSA, *, with_done: bool = True) -> list[Opened]:
        hand = self.unlocked(email)
        with self.services.database.writing() as connection:
            return opening.open_reports(
                connection, hand, why=Why.TO_CALL, with_done=with_done, now=self.services.clock()
            )


_hashed = cache(passwords.hashed)
_own_pair = cache(designating.own_pair)
"""Both take a while on purpose: once is enough for all tests of a process."""


def account(services: Services, email: str, role: Role = Role.SAFEGUARDING) -> str:
    """An account with the password of all; its id is the same in every test."""
    account_id = hashlib.sha256(email.encode()).hexdigest()[:32]
    with services.database.writing() as connection:
        connection.execute(
            insert(Account).values(
                id=account_id,
                email=email,
                password_hash=_hashed(PASSWORD),
                role=role,
                programme="junin",
                affiliation=Affiliation.INDEPENDENT,
                language="en",
                created_at=services.clock(),
            )
        )
    return account_id


def designate(services: Services) -> Women:
    """Rosa and Julia can open what is sealed from here on; Martha is of the role alone."""
    accounts = {email: account(services, email) for email in PASSPHRASES}
    wrapped = {
        accounts[email]: _own_pair(accounts[email], PASSPHRASES[email]) for email in (ROSA, JULIA)
    }
    with services.database.writing() as connection:
        designating.designate_first(connection, "junin", wrapped, now=services.clock())
    return Women(services, accounts)
