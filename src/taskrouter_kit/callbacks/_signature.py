"""Is this request from Twilio? The SDK's validator decides; here is what it is asked, and what is said when it says no.

The URL that is checked is the public one: behind a proxy the application sees another, and the caller states it.
"""

# Documented: callbacks.md section 6

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.callbacks._request import BadRequest, Form, Request
from taskrouter_kit.errors import InvalidDeclaration

_LONGEST_SHOWN = 500
#: Headers that whoever passes a request on adds, and (origin) a browser that posts for a page of some website.
_FROM_ELSEWHERE = ("forwarded", "via", "x-real-ip", "cf-connecting-ip", "true-client-ip", "origin")


class Signatures:
    """Checks signatures against any of *tokens* (several, while one is being rotated). Its repr shows none of them."""

    def __init__(self, tokens: Sequence[str], *, public_url: str | None = None) -> None:
        self._tokens = tuple(tokens)
        self._public = None if public_url is None else _public(public_url)
        if not self._tokens or not all(isinstance(token, str) and token.strip() for token in self._tokens):
            raise InvalidDeclaration(
                Diagnostic(
                    "no-auth-token",
                    "An auth token is needed to check signatures: a text that is not blank.",
                    hint="Callbacks(auth_token=os.environ['TWILIO_AUTH_TOKEN']); unsigned=True is for loopback only",
                )
            )

    def checked_url(self, url: str) -> str:
        """Return the URL that the service called: *url*, below the public origin where one was stated.

        Raises :class:`BadRequest` (400) for what is no URL.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise BadRequest(400, "The request's URL cannot be read.") from None
        if port == 0 or not parts.netloc:
            raise BadRequest(400, "The request's URL has no host, or no port.")
        if not url.isascii():  # some frameworks show their URLs decoded: /café -> /caf%C3%A9
            url = quote(url, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")
        if self._public is None:
            return url
        scheme, origin, prefix = self._public
        parts = urlsplit(url)
        return urlunsplit((scheme, origin, prefix + parts.path, parts.query, ""))

    def check(self, request: Request, content: Form | str) -> None:
        """Raise :class:`BadRequest` (403) unless one of the tokens signed *request*."""
        url = self.checked_url(request.url)
        signature = request.header("x-twilio-signature")
        if not signature:
            raise _forbidden("There is no X-Twilio-Signature", url)
        if isinstance(content, str) and not _same_body(url, request.body):
            raise _forbidden("The URL's bodySHA256 is missing or is not that of the body", url)
        validate = _validation(request, url)
        # A JSON body is covered by the hash in the URL, a form by the signature itself
        covered: Any = content if isinstance(content, Form) else {}
        try:
            signed = any(validate(token, url, covered, signature) for token in self._tokens)
        except ValueError:  # text that is no text (lone surrogates): nothing that was signed
            signed = False
        if not signed:
            raise _forbidden("The signature is not one of this account's", url)


def _validation(request: Request, url: str) -> Callable[[str, str, Any, str], bool]:
    """Return the SDK's check, for the algorithm that the request names."""
    from twilio import request_validator as sdk

    validator: Any = sdk.RequestValidator
    settings = request.header("x-twilio-webhooks-signature-settings")
    if settings is None:
        return lambda token, url, covered, signature: bool(validator(token).validate(url, covered, signature))
    read: Any = getattr(sdk, "get_signature_algorithm", None)
    if read is None:
        raise _forbidden("The installed SDK cannot check X-Twilio-Webhooks-Signature-Settings (9.13 can)", url)
    algorithm: Any = read(settings)
    return lambda token, url, covered, signature: bool(validator(token).validate(url, covered, signature, algorithm))


def _same_body(url: str, body: bytes) -> bool:
    said = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    return hmac.compare_digest(sha256(body).hexdigest().encode(), said.lower().encode())


def _forbidden(why: str, url: str) -> BadRequest:
    return BadRequest(
        403,
        f"{why}; checked for {without_credentials(url)} [bad-signature]. "
        "If Twilio calls another URL, state it: Callbacks(public_url=…).",
    )


def without_credentials(url: str) -> str:
    """Return *url* without user, password and query values, and nothing that steers a terminal: what may be shown."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    query = "&".join(f"{each.partition('=')[0]}=…" for each in parts.query.split("&")) if parts.query else ""
    shown = urlunsplit((parts.scheme, host, parts.path, query, ""))[:_LONGEST_SHOWN]
    return "".join(each if each.isprintable() else "?" for each in shown)


def check_loopback(request: Request, client: str | None) -> None:
    """Raise :class:`BadRequest` (403) unless an unsigned request stays on this machine."""
    try:
        host = urlsplit(request.url).hostname or ""
    except ValueError:
        raise BadRequest(400, "The request's URL cannot be read.") from None
    from_elsewhere = any(name in _FROM_ELSEWHERE or name.startswith("x-forwarded") for name in request.headers)
    if from_elsewhere or not _is_loopback(host) or (client is not None and not _is_loopback(client)):
        raise BadRequest(403, "Unsigned callbacks are taken on the loopback interface only [unsigned-beyond-loopback].")


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host.lower() == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _public(url: str) -> tuple[str, str, str]:
    if not isinstance(cast(object, url), str):
        raise _unreachable()
    try:
        parts = urlsplit(url)
        reachable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise _unreachable() from None
    if not reachable or parts.query or parts.fragment or url.split() != [url]:
        raise _unreachable()
    return parts.scheme, parts.netloc, parts.path.rstrip("/")


def _unreachable() -> InvalidDeclaration:
    return InvalidDeclaration(
        Diagnostic(
            "invalid-url",
            "public_url is where Twilio reaches this application: scheme, host, and the path that a proxy strips.",
            hint="for example https://support.example",
        )
    )
