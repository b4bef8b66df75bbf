"""Schemas: the attributes of workers and tasks as typed classes.

::

    class Agent(WorkerAttributes):
        skills: Attr[list[Literal["billing", "technical"]]]
        experience: Attr[int]

``Agent.skills`` is a column, ``Agent(skills=[…], experience=3).skills`` the value, and the constructor is typed.
Instances are values: they do not change (use :func:`evolve`), compare by content, keep keys they do not know in
``extra``, and never print what they hold.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, NoReturn, TypeVar, cast, overload

from attrs import frozen
from typing_extensions import Self, dataclass_transform

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._wire import Json, decode_object, encode_attributes, no_object
from taskrouter_kit.errors import InvalidAttributes, InvalidDeclaration, InvalidName
from taskrouter_kit.expr._columns import (
    TS,
    Flag,
    FlagMap,
    Integer,
    IntegerMap,
    Number,
    NumberMap,
    Numbers,
    Text,
    TextMap,
    Texts,
    TextsMap,
)
from taskrouter_kit.expr._condition import S2, S, TaskScope, WorkerScope
from taskrouter_kit.expr._nodes import Path, Scope
from taskrouter_kit.expr._schema_body import problems_with_names, read_body
from taskrouter_kit.expr._schema_columns import column_of
from taskrouter_kit.expr._schema_fields import schema_fields
from taskrouter_kit.expr._schema_reading import MISSING, NotPlain, Reader, not_plain, plain_reader
from taskrouter_kit.expr._schema_values import checked, unstructured

T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R", bound="Attributes[Any]")
A = TypeVar("A", bound="Attributes[Any]")


class Attr(Generic[T_co]):
    """The annotation of a schema's attribute, and the descriptor behind it: class access is a column."""

    def __init__(self, name: str, python_name: str, default: object) -> None:
        self.name = name
        self.python_name = python_name
        self.default = default

    # The order matters: the overload for nested schemas comes last among those for class access, or mypy answers
    # type[Never] for Attr[str | None]; integers come before floats, which take them too; maps of texts come after all
    # others, or mypy takes Attr[dict[str, bool] | None] for one.
    @overload
    def __get__(self: Attr[list[TS] | None], instance: None, owner: type[Attributes[S2]]) -> Texts[TS, S2]: ...
    @overload
    def __get__(self: Attr[list[float] | None], instance: None, owner: type[Attributes[S2]]) -> Numbers[S2]: ...
    @overload
    def __get__(self: Attr[list[int] | None], instance: None, owner: type[Attributes[S2]]) -> Numbers[S2]: ...
    @overload
    def __get__(self: Attr[dict[str, int] | None], instance: None, owner: type[Attributes[S2]]) -> IntegerMap[S2]: ...
    @overload
    def __get__(self: Attr[dict[str, float] | None], instance: None, owner: type[Attributes[S2]]) -> NumberMap[S2]: ...
    @overload
    def __get__(self: Attr[dict[str, bool] | None], instance: None, owner: type[Attributes[S2]]) -> FlagMap[S2]: ...
    @overload
    def __get__(
        self: Attr[dict[str, list[TS]] | None], instance: None, owner: type[Attributes[S2]]
    ) -> TextsMap[S2]: ...
    @overload
    def __get__(self: Attr[dict[str, TS] | None], instance: None, owner: type[Attributes[S2]]) -> TextMap[S2]: ...
    @overload
    def __get__(self: Attr[str | None], instance: None, owner: type[Attributes[S2]]) -> Text[T_co, S2]: ...
    @overload
    def __get__(self: Attr[bool | None], instance: None, owner: type[Attributes[S2]]) -> Flag[S2]: ...
    @overload
    def __get__(self: Attr[int | None], instance: None, owner: type[Attributes[S2]]) -> Integer[S2]: ...
    @overload
    def __get__(self: Attr[float | None], instance: None, owner: type[Attributes[S2]]) -> Number[S2]: ...
    @overload
    def __get__(self: Attr[R | None], instance: None, owner: type[Attributes[S2]]) -> type[R]: ...
    @overload
    def __get__(self, instance: Attributes[Any], owner: Any) -> T_co: ...
    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            field = schema_fields(owner)[self.name]
            return column_of(field, Path(owner.__taskrouter_scope__, (self.name,)))
        return instance._values[self.name]

    def __set__(self, instance: Any, value: T_co) -> NoReturn:  # type: ignore[misc]
        raise AttributeError(
            f"Attributes are a value and do not change; evolve(attributes, {self.python_name}=…) makes a changed copy."
        )


def attribute(*, default: Any = ..., name: str | None = None) -> Any:  # Any: stands for a value of the attribute's type
    """Say more about a schema's attribute: its *default*, and its *name* in the JSON document where it differs."""
    return _Declared(default=MISSING if default is ... else default, name=name)


@frozen
class _Declared:
    default: object
    name: str | None


@dataclass_transform(kw_only_default=True, field_specifiers=(attribute,))
class Attributes(Generic[S]):
    """Base of both kinds of schema. The constructor takes every attribute by keyword; all problems come at once."""

    __taskrouter_schema__: ClassVar[bool] = True
    __taskrouter_scope__: ClassVar[Scope] = Scope.NONE
    __taskrouter_attrs__: ClassVar[dict[str, Attr[Any]]] = {}
    __taskrouter_locals__: ClassVar[Mapping[str, Any]] = {}
    __taskrouter_reader__: ClassVar[Reader]

    _values: dict[str, Any]
    #: What the document held beside the declared attributes; written back as it was.
    extra: Mapping[str, Json] = types.MappingProxyType({})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        body = read_body(cls, Attr, Attributes)
        declared: dict[str, Attr[Any]] = body.inherited
        problems = list(body.problems)
        for python_name in body.own:
            said = cls.__dict__.get(python_name, MISSING)
            given = said if isinstance(said, _Declared) else _Declared(default=said, name=None)
            name = python_name if given.name is None else given.name
            declared[python_name] = Attr(name, python_name, given.default)
            setattr(cls, python_name, declared[python_name])
        problems += problems_with_names(cls, {python_name: each.name for python_name, each in declared.items()})
        if problems:
            only_names = all(each.rule == "invalid-name" for each in problems)
            raise InvalidName(problems) if only_names else InvalidDeclaration(problems)
        cls.__taskrouter_attrs__ = declared
        cls.__taskrouter_reader__ = cls._first_reader
        cls.__taskrouter_locals__ = dict(sys._getframe(1).f_locals) if "<locals>" in cls.__qualname__ else {}

    def __init__(self, **values: Any) -> None:
        object.__setattr__(self, "_values", checked(type(self), values))

    @classmethod
    def from_dict(cls, document: Mapping[str, Json]) -> Self:
        """Return the attributes in *document*; keys the schema does not know are kept in ``extra``.

        Raises :class:`InvalidAttributes` with every attribute that is missing or does not fit.
        """
        try:
            found: Self = cls.__taskrouter_reader__(document, False)
        except (NotPlain, KeyError, TypeError, InvalidAttributes):
            found = cls._read_thoroughly(document)
        return found

    @classmethod
    def from_json(cls, text: str | None) -> Self:
        """Return the attributes in a JSON text (see :meth:`from_dict`); None and ``""`` are an empty object."""
        document = decode_object(text)
        try:
            found: Self = cls.__taskrouter_reader__(document, True)  # nobody else holds it
        except (NotPlain, KeyError, TypeError, InvalidAttributes):
            found = cls._read_thoroughly(document)
        return found

    @classmethod
    def _read_thoroughly(cls, document: Mapping[str, Json]) -> Self:
        """Return the attributes in *document*, converted where that is possible, or say all that is wrong."""
        if not isinstance(cast(object, document), Mapping):
            raise no_object(document)
        known = {field.name: field.python_name for field in schema_fields(cls).values()}
        made = cls(**{known[key]: value for key, value in document.items() if key in known})
        extra = {key: value for key, value in document.items() if key not in known}
        if extra:
            object.__setattr__(made, "extra", extra)
        return made

    @classmethod
    def _first_reader(cls, document: Mapping[str, Json], own: bool) -> Self:
        """Write the quick reader of this schema and read *document* with it; from then on it is asked itself."""
        usual = cls.__init__ is Attributes.__init__  # pyright: ignore[reportUnknownMemberType]  (any scope)
        written = plain_reader(cls, schema_fields(cls)) if usual else None
        reader = staticmethod(written or not_plain)
        type.__setattr__(cls, "__taskrouter_reader__", reader)
        return cast("Self", reader(document, own))

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON document: declared attributes in their order, then what came in beside them."""
        values = self._values
        return {**{key: unstructured(values[key]) for key in schema_fields(type(self))}, **self.extra}

    def to_json(self) -> str:
        """Return the JSON text; raises :class:`InvalidAttributes` beyond 4,096 characters."""
        return encode_attributes(self)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        descriptor = type(self).__taskrouter_attrs__.get(name)
        if descriptor is not None:
            descriptor.__set__(self, value)
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}, and does not change.")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.to_dict() == cast("Attributes[Any]", other).to_dict()

    def __hash__(self) -> int:
        return hash((type(self), encode_attributes(self)))

    def __repr__(self) -> str:
        # Attributes are about people: their names are printed, their values never.
        return f"{type(self).__name__}({', '.join(f'{name}=…' for name in type(self).__taskrouter_attrs__)})"


class WorkerAttributes(Attributes[WorkerScope]):
    """Base of schemas of worker attributes."""

    __taskrouter_scope__ = Scope.WORKER


class TaskAttributes(Attributes[TaskScope]):
    """Base of schemas of task attributes."""

    __taskrouter_scope__ = Scope.TASK


def evolve(attributes: A, /, **changes: object) -> A:
    """Return a copy of *attributes* with *changes*, checked like the constructor's; ``extra`` is kept."""
    if not isinstance(cast(object, attributes), Attributes):
        message = f"Expected the attributes of a worker or task; got a {type(attributes).__name__}."
        hint = "attrs.evolve() changes what is declared: a Target, a Workspace"
        raise InvalidDeclaration(Diagnostic("wrong-type", message, hint=hint))
    values = {field.python_name: attributes._values[field.name] for field in schema_fields(type(attributes)).values()}
    made = type(attributes)(**{**values, **changes})
    if attributes.extra:
        object.__setattr__(made, "extra", attributes.extra)
    return made
