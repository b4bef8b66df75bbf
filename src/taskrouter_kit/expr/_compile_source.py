"""Shape -> Python source of a function, with slots where a user's names and constants belong.

A shape is written out in three manners. *Fast* reads attributes with plain subscripts and compares them with Python's
own operators wherever these cannot be wrong; an absent key or an unsuitable type makes Python raise, and something else
decides. *Sturdy* reads with ``get`` and defaults that compare falsely, and raises for unsuitable types only. *Checked*
tests before it compares. Reading is in ``_compile_reads``, comparing in ``_compile_comparisons``; here these become
groups and functions. ``skills HAS "billing" AND years > 5``, fast (``slot 3`` is where "billing" goes)::

    def matches(worker=NOTHING, task=NOTHING, facts=NO_FACTS, /):
        try: return ('slot 3' in worker['slot 2'] and worker['slot 5'] > 'slot 6'
                     and (worker['slot 2'].__class__ is list or isinstance(worker['slot 2'], list)))
        except FAILURES:
            decide = 'slot 7'
            return decide(worker, task, facts)

Its sturdy twin reads ``worker.get('slot 2', ())`` and ``worker.get('slot 5', 'slot nan')``.
"""

from __future__ import annotations

import sys
from itertools import chain
from typing import Final, Literal, NamedTuple, TypeAlias

from taskrouter_kit.expr._compile_comparisons import Claim, comparison
from taskrouter_kit.expr._compile_defaults import defaults_of
from taskrouter_kit.expr._compile_outline import Leaf, PathShape, Settled, Shape, ShapeNode
from taskrouter_kit.expr._compile_reads import Known, Manner, Reads, careful, local, same_for_all, slot

#: What a generated function is made of; see :func:`source`.
Form: TypeAlias = Literal["fast", "half", "whole", "fast-many", "whole-many"]

# Below, ``try:`` stands on one line with what it tries: alone on its line it is an instruction of its own.

_FAST: Final = """\
def matches(worker=NOTHING, task=NOTHING, facts=NO_FACTS, /):
    try: return {fast}
    except FAILURES:
        decide = {otherwise}
        return decide(worker, task, facts)
"""

_HALF: Final = """\
def matches(worker=NOTHING, task=NOTHING, facts=NO_FACTS, /):
    try: return {sturdy}
    except UNSUITABLE:
        pass
    except KeyError:
        decide = {otherwise}
        return decide(worker, task, facts)
    try:
        return {checked}
    except FAILURES:
        decide = {otherwise}
        return decide(worker, task, facts)
"""

_WHOLE: Final = """\
def matches(worker=NOTHING, task=NOTHING, facts=NO_FACTS, /):
    try: return {sturdy}
    except FAILURES:
        pass
    try:
        return {checked}
    except FAILURES:
        decide = {otherwise}
        return decide(worker, task, facts)
"""

_FAST_MANY: Final = """\
def select(workers, task=NOTHING, facts=NO_FACTS, /):
{preparation}    verdicts = []
    decide = {otherwise}
    for worker in workers:
        try:
            verdicts.append({fast})
        except FAILURES:
            verdicts.append(decide(worker, task, facts))
    return verdicts
"""

_WHOLE_MANY: Final = """\
def select(workers, task=NOTHING, facts=NO_FACTS, /):
{preparation}    verdicts = []
    for worker in workers:
        try:
            verdicts.append({sturdy})
            continue
        except FAILURES:
            pass
        try:
            verdicts.append({checked})
        except FAILURES:
            decide = {otherwise}
            verdicts.append(decide(worker, task, facts))
    return verdicts
"""


#: Longer source is not written twice.
_LONG: Final = 1_000

#: From Python 3.12 on, ``and`` and ``or`` are slower where their value is wanted than where they lead to a branch.
_BRANCHES: Final = sys.version_info >= (3, 12)


def source(form: Form, shape: Shape, otherwise: int) -> str:
    """Return the source of a function; slot *otherwise* holds what decides where generated code gives up.

    ``fast`` is ``matches(worker, task, facts)`` for clean documents, ``half`` for clean tasks and any workers, and
    ``whole`` for all. ``fast-many`` and ``whole-many`` are ``select(workers, task, facts)``, which reads what is the
    same for all workers once.
    """
    whole, many = form in ("half", "whole", "whole-many"), form in ("fast-many", "whole-many")
    same = frozenset(number for number, path in enumerate(shape.paths) if many and same_for_all(path))
    defaults = defaults_of(shape) if whole else {}
    with_get = frozenset(n for n, path in enumerate(shape.paths) if form != "half" or not same_for_all(path))
    written = {"fast": "", "sturdy": "", "checked": ""}
    flags: dict[str, str] = {}
    manners: tuple[Manner, ...] = ("sturdy", "checked") if whole else ("fast",)
    for manner in manners:
        written[manner], reads = _expression(shape, manner, defaults, with_get, same)
        flags.update(reads.flags)
    preparation = "".join(
        [_prepared(number, shape.paths[number], defaults.get(number)) for number in sorted(same)]
        + [f"    {name} = {test}\n" for name, test in flags.items()]
    )
    template = {"fast": _FAST, "half": _HALF, "whole": _WHOLE, "fast-many": _FAST_MANY, "whole-many": _WHOLE_MANY}[form]
    return template.format(**written, preparation=preparation, otherwise=slot(otherwise))


def _prepared(number: int, path: PathShape, default: str | None) -> str:
    """Return the lines that read a path before the loop."""
    name = local(number)
    lines = f"    {name} = {careful(path)}\n"
    return lines if default is None else f"{lines}    if {name} is None:\n        {name} = {default}\n"


def _expression(
    shape: Shape, manner: Manner, defaults: dict[int, str], with_get: frozenset[int], before: Known
) -> tuple[str, Reads]:
    """Write *shape* twice: once to learn which paths are read again, and once to keep only those in locals."""
    rehearsal = Reads(shape, manner, defaults, with_get, before, kept=None)
    _node(shape.root, rehearsal, before)
    kept = frozenset(number for number, times in rehearsal.counts.items() if times > 1)
    reads = Reads(shape, manner, defaults, with_get, before, kept)
    return _verdict(_node(shape.root, reads, before)), reads


class _Piece(NamedTuple):
    """Source in the making: all ``claims`` and then all ``proofs`` have to hold (see ``_compile_comparisons``)."""

    claims: tuple[Claim, ...]
    proofs: tuple[str, ...]
    #: What is in locals once the claims came true, or once one of them did not.
    if_true: Known
    if_false: Known

    @property
    def whole(self) -> str:
        """Claims and proofs as one expression."""
        terms = [*[claim.whole for claim in self.claims], *self.proofs]
        return terms[0] if len(terms) == 1 else "(" + " and ".join(terms) + ")"


def _verdict(piece: _Piece) -> str:
    """Write *piece* as what a function returns: where the last doubted claim fails, nothing follows its doubt."""
    at = max((at for at, claim in enumerate(piece.claims) if claim.doubt), default=len(piece.claims))
    rest = piece._replace(claims=piece.claims[at + 1 :])
    whole = piece.whole
    if rest.claims and len(rest.whole) < _LONG:
        test, doubt = piece.claims[at]
        then = f"(True if {rest.whole} else False)"
        early = "".join([f"{claim.whole} and " for claim in piece.claims[:at]])
        whole = f"({early}({then} if {test} else {doubt} and {then}))"
    joined = " and " in whole or " or " in whole
    return f"True if {whole} else False" if joined and _BRANCHES else whole


def _node(node: ShapeNode, reads: Reads, known: Known) -> _Piece:
    """Write *node* where the paths *known* are in locals."""
    if isinstance(node, Settled):
        return _Piece((Claim(str(node.verdict)),), (), known, known)
    if isinstance(node, Leaf):
        claim, proof, known = comparison(node, reads, known)
        return _Piece((claim,), (proof,) * bool(proof), known, known)
    pieces: list[_Piece] = []
    every = node.joint == "and"
    for part in node.parts:
        pieces.append(_node(part, reads, known))
        known = pieces[-1].if_true if every else pieces[-1].if_false
    early = [piece.if_false if every else piece.if_true for piece in pieces]  # where a part ends the group
    at_end = early[0].intersection(*early[1:]) if len(early) < 100 else early[0]
    if every:
        claims = tuple(chain.from_iterable(piece.claims for piece in pieces))
        proofs = dict.fromkeys(chain.from_iterable(piece.proofs for piece in pieces))
        return _Piece(claims, tuple(proofs), known, at_end)
    if {piece.proofs for piece in pieces} == {pieces[0].proofs}:  # what proves one part proves the others
        return _Piece((Claim(_any([piece._replace(proofs=()) for piece in pieces])),), pieces[0].proofs, at_end, known)
    return _Piece((Claim(_any(pieces)),), (), at_end, known)


def _any(pieces: list[_Piece]) -> str:
    return "(" + " or ".join([piece.whole for piece in pieces]) + ")"
