"""The choices that Twilio's documentation leaves open, one option each.

The defaults are inferred from documents and production use. An option exists so that a contact
centre that learns otherwise from the live service can say so in one place: interpreter, compiler and explanation all
read it.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen


@frozen(kw_only=True)
class Semantics:
    """How the undocumented cases of the language are decided. The defaults are the documented guesses."""

    #: Two NULLs that both come from documents (``task.a == worker.b``, both absent) are equal.
    #: Comparing with the literal ``null`` is documented and not affected.
    # Inferred: expressions.md section 6, "NULL == NULL"
    null_equals_null: bool = True

    #: A number and a text that spells a number (``5`` and ``"5"``) are compared as numbers.
    # Inferred: expressions.md section 6, "number vs numeric string"; two documented examples coerce
    numeric_strings: bool = True

    #: ``true`` equals the text ``"true"``, and ``false`` equals ``"false"``.
    # Inferred: expressions.md section 6, "boolean vs string"
    boolean_strings: bool = False

    #: ``1`` equals ``1.0``: whole numbers and decimals are one kind.
    # Inferred: expressions.md section 6, "1 == 1.0"
    integers_equal_decimals: bool = True

    #: ``x NOT IN y`` is true where ``y`` is absent or no array (by negation); by the documents' wording it is false.
    # Inferred: expressions.md section 6, "NOT IN whose right side is absent / not an array"
    not_in_non_array: bool = False

    #: ``<``, ``<=``, ``>`` and ``>=`` order two texts by code point; without it they are false for texts.
    # Inferred: expressions.md section 6, "String ordering"
    string_ordering: bool = True

    #: ``"A"`` and ``"a"`` differ.
    # Inferred: expressions.md section 6, "Case of strings"
    case_sensitive: bool = True

    #: ``!=`` is true where one side is a JSON object; by default every comparison with an object is false.
    # Inferred: expressions.md section 6, "Object on one side"
    object_differs: bool = False

    #: NULL counts as 0 beside ``<``, ``<=``, ``>`` and ``>=``; by default these are false for NULL.
    # Inferred: expressions.md section 6, "x > 1 etc. with x absent"
    null_orders_as_zero: bool = False

    #: An index beyond the end of an array, or of what is no array, reads NULL; without it such a comparison is false.
    # Inferred: expressions.md section 6, "Index out of range, index on non-array"
    index_out_of_range_is_null: bool = True

    #: ``HAS`` is true as well where an element of the array is a text that contains the one on the right; by default
    #: an element has to equal it.
    # Inferred: expressions.md section 6, "HAS equality"; one page says "contains the string"
    has_part_of_text: bool = False

    #: ``worker.sid`` and its kind read the Worker's own field, not an attribute of the same name.
    # Inferred: expressions.md section 7, "Which wins is undocumented"
    built_in_wins: bool = True


#: The documented guesses.
DEFAULT: Final = Semantics()

#: Texts and numbers never meet: what the documents call comparing different types, which "should be avoided".
STRICT: Final = Semantics(numeric_strings=False)
