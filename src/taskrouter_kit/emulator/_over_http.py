"""Takes callbacks to their applications over HTTP. Loaded when the first one goes out: it is a tenth of the start."""

from __future__ import annotations

import urllib.error
import urllib.request

from taskrouter_kit.emulator._delivery import Answer, NotDelivered, OutgoingCallback

#: An answer longer than this is no instruction.
_LARGEST_ANSWER = 1_000_000


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object, **named: object) -> None:
        """Follow nothing: a redirect is an answer that is not 200."""


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())


def carry_over_http(callback: OutgoingCallback) -> Answer:
    """POST *callback* over HTTP and wait for at most its ``timeout`` seconds."""
    if not callback.target.lower().startswith(("http://", "https://")):
        raise NotDelivered(f"{callback.target} is not an HTTP address")
    request = urllib.request.Request(  # the scheme is checked above
        callback.target, data=callback.body, headers=dict(callback.headers), method="POST"
    )
    try:
        with _opener.open(request, timeout=callback.timeout) as response:
            return Answer(response.status, dict(response.headers.items()), response.read(_LARGEST_ANSWER))
    except urllib.error.HTTPError as answer:
        with answer:
            return Answer(answer.code, dict(answer.headers.items()), answer.read(_LARGEST_ANSWER))
    except (OSError, ValueError) as failure:
        raise NotDelivered(f"{callback.target} did not answer: {failure}") from failure
