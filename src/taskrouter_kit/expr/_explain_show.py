"""An explanation as text and as HTML. Values are shown as JSON, shortened; HTML is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Final

from taskrouter_kit.expr._explain_terms import Seen, Term

#: Values are cut to this many characters.
_WIDTH: Final = 80


def as_text(whole: Term) -> str:
    """Return one line a term, ``>`` before those that decide, with values and notes behind and below them."""
    return "\n".join(_lines(whole, 0))


def _lines(term: Term, level: int) -> Iterator[str]:
    mark = ">" if term.decides else " "
    head = f"{'  ' * level}{mark} {_word(term.verdict):<5}"
    if term.joint is not None:
        yield f"{head} {term.joint} of {len(term.parts)} parts"
        for part in term.parts:
            yield from _lines(part, level + 1)
        return
    values = "; ".join(f"{seen.name}: {value_text(seen)}" for seen in term.seen)
    yield f"{head} {term.text}" + (f"  ({values})" if values else "")
    for note in term.notes:
        yield f"{'  ' * level}          note: {note.message}"


def value_text(seen: Seen) -> str:
    """Return the value as JSON, cut where it is long; an absent attribute says so."""
    if seen.absent:
        return "absent"
    try:
        text = json.dumps(seen.value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):  # no JSON value, a number beyond all digits, too deep
        return f"some {seen.kind}"
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def _word(verdict: bool) -> str:
    return "true" if verdict else "false"


def as_html(whole: Term) -> str:
    """Return nested lists; deciding terms are bold, and everything that came from outside is escaped."""
    return (
        '<div class="taskrouter-kit-explanation">'
        f"<p>This condition is <b>{_word(whole.verdict)}</b>.</p>"
        f"<ul>{''.join(_items(whole))}</ul></div>"
    )


def _items(term: Term) -> Iterator[str]:
    colour = "#0a7d32" if term.verdict else "#b00020"
    verdict = f'<span style="color:{colour}">{_word(term.verdict)}</span>'
    label = escape(term.text) if term.joint is None else f"{term.joint} of {len(term.parts)} parts"
    yield f"<li>{verdict} " + (f"<b><code>{label}</code></b>" if term.decides else f"<code>{label}</code>")
    for seen in term.seen:
        yield f"<br><small><code>{escape(seen.name)}</code>: <code>{escape(value_text(seen))}</code></small>"
    for note in term.notes:
        yield f"<br><small><i>{escape(note.message)}</i></small>"
    if term.parts:
        yield "<ul>"
        for part in term.parts:
            yield from _items(part)
        yield "</ul>"
    yield "</li>"
