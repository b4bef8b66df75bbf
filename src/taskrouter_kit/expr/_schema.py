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
from collections.abc import Iterator, Mapping
from inspect import get_annotations
from typing import Any, ClassVar, Generic, NoReturn, TypeVar, cast, overload

from attrs import frozen
from typing_extensions import Self, dataclass_transform

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json, converter, decode_object, encode_attributes
from taskrouter_kit.errors import InvalidAttributes, InvalidDeclaration, InvalidName
from taskrouter_kit.expr._columns import TS, Flag, Integer, IntegerMap, Number, NumberMap, Numbers, Text, TextMap, Texts
from taskrouter_kit.expr._condition import S2, S, TaskScope, WorkerScope
from taskrouter_kit.expr._kinds import Kind, kind_of
from taskrouter_kit.expr._names import problem_with
from taskrouter_kit.expr._nodes import Path, Scope
from taskrouter_kit.expr._schema_reading import MISSING, NotPlain, Reader, not_plain, plain_reader

T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R", bound="Attributes[Any]")
A = TypeVar("A", bound="Attributes[Any]")

_MISSING = MISSING


class Attr(Generic[T_co]):
    """The annotation of a schema's attribute, and the descriptor behind it: class access is a column."""

    def __init__(self, name: str, python_name: str, default: object) -> None:
        self.name = name
        self.python_name = python_name
        self.default = default

    # The order matters: the overload for nested schemas comes last among those for class access, or mypy answers
    # type[Never] for Attr[str | None]; integers come before floats, which take them too.
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
    def __get__(self: Attr[dict[str, str] | None], instance: None, owner: type[Attributes[S2]]) -> TextMap[S2]: ...
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
    return _Declared(default=_MISSING if default is ... else default, name=name)


@frozen
class _Declared:
    default: object
    name: str | None


@frozen
class SchemaField:
    """One attribute of a schema."""

    #: Its key in the JSON document.
    name: str
    #: Its name in Python.
    python_name: str
    kind: Kind
    #: The annotation that values are checked against.
    annotation: Any  # Any: typing has no type for its own forms
    default: object = _MISSING

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is _MISSING

    @property
    def optional(self) -> bool:
        """Whether the attribute may be missing or null."""
        return self.kind.optional or not self.required

    @property
    def nested(self) -> type[Any] | None:
        """The nested schema, if it holds one."""
        return self.kind.nested

    @property
    def literals(self) -> tuple[str | int | bool, ...] | None:
        """The values that the schema allows (of a list: its elements), where it lists them."""
        return self.kind.literals or (self.kind.element.literals if self.kind.element else None)


def _annotations(cls: type) -> dict[str, Any]:
    return get_annotations(cls)


def _is_attr(annotation: object) -> bool:
    if isinstance(annotation, str):
        return annotation.split("[")[0].rsplit(".", 1)[-1] == "Attr"
    return getattr(annotation, "__origin__", None) is Attr


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
        own = {name: text for name, text in _annotations(cls).items() if _is_attr(text)}
        declared = dict(cls.__taskrouter_attrs__)
        problems: list[Diagnostic] = []
        for python_name in own:
            said = cls.__dict__.get(python_name, _MISSING)
            given = said if isinstance(said, _Declared) else _Declared(default=said, name=None)
            descriptor: Attr[Any] = Attr(given.name or python_name, python_name, given.default)
            problem = problem_with(descriptor.name, owner=f"{cls.__name__}.{python_name}")
            if problem is not None:
                problems.append(problem)
            declared[python_name] = descriptor
            setattr(cls, python_name, descriptor)
        if problems:
            raise InvalidName(problems)
        cls.__taskrouter_attrs__ = declared
        cls.__taskrouter_reader__ = cls._first_reader
        cls.__taskrouter_locals__ = dict(sys._getframe(1).f_locals) if "<locals>" in cls.__qualname__ else {}

    def __init__(self, **values: Any) -> None:
        object.__setattr__(self, "_values", _checked(type(self), values))

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
        return {**{key: _unstructured(values[key]) for key in schema_fields(type(self))}, **self.extra}

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
    values = {field.python_name: attributes._values[field.name] for field in schema_fields(type(attributes)).values()}
    made = type(attributes)(**{**values, **changes})
    if attributes.extra:
        object.__setattr__(made, "extra", attributes.extra)
    return made


def schema_fields(schema: type[Attributes[Any]]) -> Mapping[str, SchemaField]:
    """Return the attributes of *schema* by their name in the JSON document, in the order of declaration."""
    cached: Mapping[str, SchemaField] | None = schema.__dict__.get("__taskrouter_fields__")
    if cached is None:
        cached = {field.name: field for field in _read_fields(schema)}
        type.__setattr__(schema, "__taskrouter_fields__", cached)
    return cached


def _read_fields(schema: type[Attributes[Any]]) -> Iterator[SchemaField]:
    for python_name, descriptor in schema.__taskrouter_attrs__.items():
        owner = next(base for base in schema.__mro__ if python_name in _annotations(base))
        annotation = _resolved(owner, python_name, _annotations(owner)[python_name])
        kind = kind_of(annotation)
        yield SchemaField(descriptor.name, python_name, kind, annotation, descriptor.default)


def _resolved(owner: type, name: str, annotation: Any) -> Any:
    """Return what is inside ``Attr[…]``, with forward references resolved."""
    module = sys.modules.get(owner.__module__)
    scope = {**vars(module)} if module is not None else {}
    try:
        if isinstance(annotation, str):
            local = {**getattr(owner, "__taskrouter_locals__", {}), owner.__name__: owner}
            annotation = eval(annotation, {**scope, "Attr": Attr}, local)
        inner = annotation.__args__[0]
        return eval(inner, scope, {owner.__name__: owner}) if isinstance(inner, str) else inner
    except Exception as error:
        raise InvalidDeclaration(
            Diagnostic(
                "unresolved-annotation",
                f"The annotation of {owner.__name__}.{name} cannot be read: {error}.",
                where=Where(path=f"{owner.__name__}.{name}"),
                hint="define or import what it names in the same module, before the class is used",
            )
        ) from error


def column_of(field: SchemaField, path: Path) -> Any:  # Any: the kind decides which column
    """Return the column of *field* at *path*."""
    match field.kind.name:
        case "text":
            return Text[Any, Any](path)
        case "integer":
            return Integer[Any](path)
        case "number":
            return Number[Any](path)
        case "flag":
            return Flag[Any](path)
        case "list":
            numbers = field.kind.element is not None and field.kind.element.name in {"integer", "number"}
            return Numbers[Any](path) if numbers else Texts[Any, Any](path)
        case "map":
            element = field.kind.element.name if field.kind.element is not None else "unknown"
            maps: dict[str, Any] = {"integer": IntegerMap, "number": NumberMap}
            return maps.get(element, TextMap)(path)
        case "schema":
            return _Nested(cast("type[Attributes[Any]]", field.kind.nested), path)
        case "unknown":
            raise InvalidDeclaration(
                Diagnostic(
                    "no-column",
                    f"TaskRouter's expressions cannot look at {field.python_name!r}: it is a {field.annotation}.",
                    where=Where(path=field.python_name),
                    hint="texts, numbers, flags, lists of texts or numbers, maps and nested schemas can be looked at",
                )
            )


class _Nested:
    """Class access to a nested schema: its columns, below the path of the attribute that holds it."""

    def __init__(self, schema: type[Attributes[Any]], path: Path) -> None:
        self._schema = schema
        self._path = path

    def __getattr__(self, name: str) -> Any:
        for field in schema_fields(self._schema).values():
            if field.python_name == name:
                return column_of(field, Path(self._path.scope, (*self._path.segments, field.name)))
        raise AttributeError(f"{self._schema.__name__} has no attribute {name!r}")


def _checked(schema: type[Attributes[Any]], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values by JSON name, each fitting its annotation; raise with all that do not."""
    problems: list[Diagnostic] = []
    result: dict[str, Any] = {}
    fields = schema_fields(schema)
    known = {field.python_name: field for field in fields.values()}
    for name in values:
        if name not in known:
            hint = f"known: {', '.join(known)}"
            message = f"{schema.__name__} has no attribute {name!r}."
            problems.append(Diagnostic("unknown-attribute", message, where=Where(path=f"$.{name}"), hint=hint))
    for name, field in known.items():
        if name in values:
            result[field.name] = _fitting(field, values[name], problems)
        elif not field.required:
            result[field.name] = field.default
        elif field.kind.optional:
            result[field.name] = None
        else:
            message = f"{schema.__name__} needs {field.name!r}."
            problems.append(Diagnostic("missing-attribute", message, where=Where(path=f"$.{field.name}")))
    if problems:
        raise InvalidAttributes(problems)
    return result


def _fitting(field: SchemaField, value: Any, problems: list[Diagnostic]) -> Any:
    """Return *value* as the schema's type, or note why it does not fit (without repeating it: it is about people)."""
    if field.kind.name == "list" and not isinstance(value, list | tuple | types.NoneType):
        problems.append(_misfit(field, "expected a list"))
        return None
    if isinstance(value, Attributes):
        if field.nested is not None and isinstance(value, field.nested):
            return cast(Any, value)
        problems.append(_misfit(field, f"expected a {getattr(field.nested, '__name__', field.kind.name)}"))
        return None
    if field.nested is not None and isinstance(value, Mapping):
        try:
            return cast("type[Attributes[Any]]", field.nested).from_dict(cast("Mapping[str, Json]", value))
        except InvalidAttributes as error:
            problems.extend(finding.at(f"$.{field.name}") for finding in error.diagnostics)
            return None
    structure = converter().structure
    try:
        return structure(_plain(value), field.annotation)
    except Exception as error:  # noqa: BLE001  # the converter raises groups, and an enum what it likes
        problems.extend(_misfit(field, reason, path) for path, reason in _reasons(error))
        return None


def _plain(value: Any) -> Any:
    from enum import Enum

    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value


def _misfit(field: SchemaField, reason: str, below: str = "") -> Diagnostic:
    return Diagnostic(
        "attribute-misfit", f"{field.name!r} does not fit: {reason}.", where=Where(path=f"$.{field.name}{below}")
    )


def _reasons(error: BaseException, below: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, reason) of every failure inside what the converter raised."""
    inner: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    if not inner:
        yield below, _reason(error)
        return
    for each in inner:
        notes = [note for note in getattr(each, "__notes__", ()) if hasattr(note, "index")]
        step = f"[{notes[0].index!r}]" if notes else ""
        yield from _reasons(each, below + step)


def _reason(error: BaseException) -> str:
    if isinstance(error, TypeError) and str(error).startswith("expected "):
        return str(error)
    return "it is none of the values that the schema allows"


def _unstructured(value: Any) -> Json:
    from enum import Enum

    if isinstance(value, Attributes):
        return value.to_dict()
    if isinstance(value, Enum):
        return cast(Json, value.value)
    if isinstance(value, list | tuple):
        return [_unstructured(item) for item in cast("list[Any]", value)]
    if isinstance(value, Mapping):
        return {key: _unstructured(item) for key, item in cast("Mapping[str, Any]", value).items()}
    return cast(Json, value)
