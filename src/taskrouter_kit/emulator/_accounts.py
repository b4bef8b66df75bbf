"""Who is asking: HTTP Basic credentials to an account, each account with an engine of its own."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from hmac import compare_digest
from operator import attrgetter

from attrs import define, field

from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit.emulator._faults import unauthorized
from taskrouter_kit.simulator import Engine

#: The account that API keys belong to when no credentials are configured, and the one of the examples.
DEFAULT_ACCOUNT = "AC" + "0" * 32
#: The auth token of the default account; callbacks to it are signed with this.
DEFAULT_TOKEN = "token"


_outbox = attrgetter("engine.machine.outbox")


@define
class Account:
    """One account: its engine, and the auth token that signs its callbacks."""

    sid: str
    engine: Engine
    auth_token: str = field(repr=False)


class Accounts:
    """The accounts of a backend.

    With *credentials* (Account SID or API key SID -> token or secret) only those are let in. Without, any Account SID
    of the right form with any token is: an account begins with its first request, and the token that came last signs
    its callbacks.
    """

    def __init__(
        self,
        make_engine: Callable[[str], Engine],
        credentials: Mapping[str, str] | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> None:
        self._make_engine = make_engine
        self._credentials = None if credentials is None else dict(credentials)
        self._keys = dict(keys or {})
        self._accounts: dict[str, Account] = {}
        #: Header -> account, and the token that signs its callbacks from then on, where the header brings one.
        self._known: dict[str, tuple[Account, str | None]] = {}

    def __iter__(self) -> Iterator[Account]:
        return iter(tuple(self._accounts.values()))

    def hold(self, account: Account) -> bool:
        """Return whether *account* is still one of them: not forgotten by a reset or the load of a snapshot."""
        return self._accounts.get(account.sid) is account

    def have_mail(self) -> bool:
        """Return whether any account has callbacks to send."""
        return any(map(_outbox, self._accounts.values()))

    def account(self, sid: str, token: str | None = None) -> Account:
        """Return the account *sid*, begun with *token* where it is new; None: the configured one."""
        found = self._accounts.get(sid)
        if found is None:
            signs = token or (self._credentials or {}).get(sid, DEFAULT_TOKEN)
            found = self._accounts[sid] = Account(sid, self._make_engine(sid), signs)
        return found

    def forget(self) -> None:
        """Forget all accounts and what is in them; configured credentials stay."""
        self._accounts.clear()
        self._known.clear()

    def authenticate(self, authorization: str | None) -> Account:
        """Return the account of an ``Authorization`` header; 401 with code 20003 when it is not let in."""
        if authorization is None:
            raise unauthorized()
        known = self._known.get(authorization)
        if known is None:
            user, password = _basic(authorization)
            account = self._look_up(user, password)
            known = account, password if self._credentials is None and user.startswith("AC") else None
            if len(self._known) < 1000:
                self._known[authorization] = known
        account, token = known
        if token is not None:
            account.auth_token = token
        return account

    def _look_up(self, user: str, password: str) -> Account:
        if self._credentials is None:
            # Decided: without configured credentials every well-formed account with a token is let in
            if not password or not (looks_like_sid(user, "AC") or looks_like_sid(user, "SK")):
                raise unauthorized()
            if user.startswith("SK"):
                # Documented: resources.md section 1; API Key SID + secret; without configuration: the default account
                return self.account(self._keys.get(user, DEFAULT_ACCOUNT))
            return self.account(user, password)
        expected = self._credentials.get(user)
        if expected is None or not compare_digest(expected.encode(), password.encode()):
            raise unauthorized()
        sid = self._keys.get(user, user)
        return self.account(sid, self._credentials.get(sid, password))


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise unauthorized()
    try:
        user, colon, password = b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise unauthorized() from None
    if not colon:
        raise unauthorized()
    return user, password
