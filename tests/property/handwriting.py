"""One tree, many hands: texts as people write them, and what goes wrong when they are edited."""

from __future__ import annotations

from random import Random
from typing import Final

from taskrouter_kit.expr._nodes import And, Comparison, Const, Items, Node, Operand, Or, Path, Scalar, Scope
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._places import PLACES, Place

_SPELLINGS: Final[dict[Operator, tuple[str, ...]]] = {
    Operator.EQ: ("==", "="),
    Operator.HAS: ("HAS", "has", "Has", ">-"),
    Operator.IN: ("IN", "in", "In", "<-"),
    Operator.NOT_IN: ("NOT IN", "not in", "Not In", "NOT  in", "not\n  in", "NOT\tIN"),
    Operator.CONTAINS: ("CONTAINS", "contains", "Contains"),
}
_BLANKS: Final = ("", " ", "  ", "\n", "\r\n    ", "\t")
#: What may stand between two words.
_GAPS: Final = _BLANKS[1:]


def write(node: Node, place: Place, random: Random) -> str:
    """Return *node* as somebody might write it in *place*."""
    return _Hand(place, random).text(node)


class _Hand:
    """Writes one text; every choice is drawn."""

    def __init__(self, place: Place, random: Random) -> None:
        self.row = PLACES[place]
        self.random = random

    def text(self, node: Node) -> str:
        return self.blank() + self.node(node, inside=None) + self.blank()

    def node(self, node: Node, inside: type[Node] | None) -> str:
        """Return *node* within a group of the kind *inside*: in parentheses where it must be, or where one likes."""
        written = self.comparison(node) if isinstance(node, Comparison) else self.group(node)
        needed = isinstance(node, Or) and inside is And
        for _ in range(needed + (self.random.random() < 0.2)):
            written = f"({self.blank()}{written}{self.blank()})"
        return written

    def group(self, node: And | Or) -> str:
        word = self.cased("AND" if isinstance(node, And) else "OR")
        parts = list(node.parts)
        if len(parts) > 2 and self.random.random() < 0.3:  # (a AND b) AND c is a AND b AND c
            cut = self.random.randrange(2, len(parts))
            first = f"({self.joined(parts[:cut], word, type(node))})"
            return self.between(first, word, self.joined(parts[cut:], word, type(node)))
        return self.joined(parts, word, type(node))

    def joined(self, parts: list[Node], word: str, kind: type[Node]) -> str:
        text = self.node(parts[0], kind)
        for part in parts[1:]:
            text = self.between(text, word, self.node(part, kind))
        return text

    def comparison(self, node: Comparison) -> str:
        spelling = self.random.choice(_SPELLINGS.get(node.operator, (node.operator.value,)))
        return self.between(self.operand(node.left), spelling, self.operand(node.right))

    def between(self, left: str, word: str, right: str) -> str:
        """Return the three with blanks between them, and none only where they stay apart without."""
        before = self.gap(left[-1], word[0])
        after = self.gap(word[-1], right[0])
        return f"{left}{before}{word}{after}{right}"

    def gap(self, before: str, after: str) -> str:
        grow = before in "<>=!" and after in "-="  # `< -5` is no `<-`
        words = (before.isalnum() or before in "_$") and (after.isalnum() or after in "_$[")  # `AND[0]` is an element
        return self.random.choice(_GAPS if grow or words else _BLANKS)

    def operand(self, operand: Operand) -> str:
        match operand:
            case Path():
                return self.path(operand)
            case Const():
                return self.constant(operand.value)
            case Items():
                items = [f"{self.blank()}{self.constant(value)}{self.blank()}" for value in operand.values]
                return f"[{','.join(items) or self.blank()}]"

    def path(self, path: Path) -> str:
        text = ""
        for segment in path.segments:
            text += f"[{segment}]" if isinstance(segment, int) else f".{segment}" if text else segment
        bare = path.scope is self.row.bare
        known = self.row.prefixes.get(path.scope.value) is path.scope
        return (
            text
            if path.scope is Scope.NONE or (bare and (not known or self.random.random() < 0.7))
            else (f"{path.scope.value}.{text}")
        )

    def constant(self, value: Scalar) -> str:
        match value:
            case None:
                return self.cased("null")
            case bool():
                return self.cased(str(value).lower())
            case int():
                zeros = "0" * self.random.choice((0, 0, 0, 1, 2))
                return f"{'-' if value < 0 else ''}{zeros}{abs(value)}"
            case float():
                return repr(value)
            case _:
                quote = self.random.choice("'\"")
                return quote + value.replace("\\", "\\\\").replace(quote, f"\\{quote}") + quote

    def blank(self) -> str:
        return self.random.choice(_BLANKS) if self.random.random() < 0.3 else ""

    def cased(self, word: str) -> str:
        return self.random.choice((word.upper(), word.lower(), word.capitalize()))


#: What slips into a text by hand, by search and replace, or out of a template.
SLIPS: Final = (
    *"!*()[],;:`'\"\\#@?~^%$&|=<>-+.{}",
    *("“", "’", "\u00a0", "\u200b", "é", "\x00"),
    *("&&", "||", "===", "!=", "!==", "<>", "=>", "=<", ">-", "<-", "--", "//", "/* c */", "..", "''"),
    *("${x}", "{{x}}", "%s", "<%= x %>", "#{x}", "&gt;", "%20"),
    *(
        "NOT ",
        " AND",
        " OR ",
        " AND AND ",
        "undefined",
        "null",
        "None",
        "has(x)",
        " LIKE ",
        " IS NOT ",
        " IN ",
        " HAS ",
    ),
    *("task.", "worker.", "5", "1e5", "0x1F", "true", "\n"),
)


def slip(text: str, random: Random) -> str:
    """Return *text* with one thing dropped, doubled, put in or put in the place of another."""
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice((0, 1, 1, 1, 3)))
    return text[:start] + random.choice(("", text[start:end] * 2, random.choice(SLIPS))) + text[end:]
