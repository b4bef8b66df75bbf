"""Where callbacks go: to a function in this process, or over HTTP.

A carrier gets an :class:`OutgoingCallback` and returns what came back, or raises :class:`NotDelivered`. What the
answer means is decided elsewhere (``_answers.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeAlias, cast
from urllib.parse import urlencode

from attrs import field, frozen

from taskrouter_kit.emulator._messages import Pairs


@frozen
class OutgoingCallback:
    """One POST to a user's application. ``kind`` is ``assignment``, ``fallback`` or ``event``."""

    kind: str
    url: str
    form: Pairs = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    timeout: float = 5.0

    @property
    def body(self) -> bytes:
        """The form, encoded."""
        return urlencode(list(self.form), errors="replace").encode()

    @property
    def target(self) -> str:
        """The URL without its fragment, which holds connection overrides."""
        # Documented: callbacks.md section 4; connection overrides are in the fragment
        return self.url.partition("#")[0]

    def value(self, name: str) -> str | None:
        """Return the form field *name*, or None."""
        return next((value for key, value in self.form if key == name), None)


@frozen
class Answer:
    """What the application said."""

    status: int = 200
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)
    #: How long the application took; longer than the deadline counts as no answer. For functions that imitate slowness.
    seconds: float = 0.0

    @property
    def content_type(self) -> str:
        """The media type, lower case and without parameters."""
        found = next((value for name, value in self.headers.items() if name.lower() == "content-type"), "")
        return found.partition(";")[0].strip().lower()


@frozen
class Delivery:
    """A callback that went out (or could not): what was sent, and what came back.

    ``status`` is the application's, or None when there was no answer; ``failure`` says why not.
    """

    at: int
    callback: OutgoingCallback
    status: int | None = None
    answer: Answer | None = field(default=None, repr=False)
    failure: str | None = None

    @property
    def kind(self) -> str:
        """``assignment``, ``fallback`` or ``event``."""
        return self.callback.kind

    @property
    def form(self) -> dict[str, str]:
        """The parameters that were sent."""
        return dict(self.callback.form)


class NotDelivered(Exception):
    """The application could not be reached, or not in time."""


#: What a user may register: called with URL, headers and body; returns an object with ``status``, ``headers`` and
#: ``body`` (:class:`Answer`, or the reply of ``taskrouter_kit.callbacks``), or None for an empty 204.
CallbackFunction: TypeAlias = "Callable[[str, Mapping[str, str], bytes], object]"


class FunctionCarrier:
    """Takes callbacks to functions of this process, by the beginning of the URL."""

    def __init__(self) -> None:
        #: Never changed, only replaced: threads look while others serve.
        self._functions: dict[str, CallbackFunction] = {}

    def serve(self, prefix: str, function: CallbackFunction) -> None:
        """Let *function* answer every callback whose URL starts with *prefix*; the longest prefix wins."""
        self._functions = {**self._functions, prefix: function}

    def __bool__(self) -> bool:
        return bool(self._functions)

    def clear(self) -> None:
        """Forget all functions."""
        self._functions = {}

    def function_for(self, url: str) -> CallbackFunction | None:
        """Return the function that serves *url*, or None."""
        functions = self._functions
        prefixes = [prefix for prefix in functions if url.startswith(prefix)]
        return functions[max(prefixes, key=len)] if prefixes else None

    def __call__(self, callback: OutgoingCallback) -> Answer:
        """Call the function; an exception in it counts as a failed delivery and is kept as its cause."""
        function = self.function_for(callback.target)
        if function is None:
            raise NotDelivered(f"no function serves {callback.target}")
        try:
            returned = function(callback.target, callback.headers, callback.body)
        except Exception as failure:  # the application's own failure is a 500 of the application
            raise NotDelivered(f"the callback function raised {type(failure).__name__}") from failure
        return _answer_of(returned)


def _answer_of(returned: object) -> Answer:
    if returned is None:
        return Answer(204)
    if isinstance(returned, Answer):
        return returned
    if isinstance(returned, Coroutine):
        cast("Coroutine[object, object, object]", returned).close()
        raise NotDelivered("the callback function is async: it returned a coroutine, which nobody awaits")
    source = cast("Any", returned)  # Any: any object of that shape, of whichever framework
    try:
        body: bytes | str = source.body
        content = body.encode() if isinstance(body, str) else bytes(body or b"")
        return Answer(int(source.status), dict(source.headers), content)
    except (AttributeError, TypeError, ValueError) as failure:
        what = type(returned).__name__
        raise NotDelivered(f"the callback function returned a {what}, which is no answer") from failure
