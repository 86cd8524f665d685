"""Checks data against small schemas and words what is wrong as Dify's own validator does."""
from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any, Callable

MISSING = object()


class DataError(ValueError):
    """Data that a schema refuses; the text is what Dify says."""


@dataclass
class Report:
    """Collects findings; `attributes` words them as a release that reads objects instead of mappings."""

    attributes: bool = False
    shown_as: str = ""
    found: list[tuple[tuple[Any, ...], str, str, Any]] = field(default_factory=list)

    def add(self, loc: tuple[Any, ...], text: str, kind: str, value: Any) -> None:
        """Note one finding."""
        self.found.append((loc, text, kind, value))

    def text(self, title: str, pydantic: str) -> str:
        """All findings as one text."""
        count = len(self.found)
        lines = [f"{count} validation error{'s' if count > 1 else ''} for {title}"]
        for loc, text, kind, value in self.found:
            if loc:
                lines.append(".".join(str(p) for p in loc))
            name = type(value).__name__
            shown = repr(value)
            if self.shown_as and kind == "missing" and len(loc) == 1:
                name = self.shown_as
                shown = f"{name}({', '.join(f'{k}={v!r}' for k, v in value.items())})"
            if len(shown) > 50:
                shown = shown[:25] + "..." + shown[-24:]
            lines.append(f"  {text} [type={kind}, input_value={shown}, input_type={name}]")
            lines.append(f"    For further information visit https://errors.pydantic.dev/{pydantic}/v/{kind}")
        return "\n".join(lines)


def choices(values: list[str]) -> str:
    """'a', 'b' or 'c'."""
    shown = [v if v.startswith("<") and v.endswith(">") else repr(v) for v in values]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " or " + shown[-1]


class Kind:
    """A schema: `check` returns the value as read and reports what is wrong."""

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        """Read a value."""
        return value


Any_ = Kind()


class Str(Kind):
    """A text."""

    def __init__(self, longest: int = 0, shortest: int = 0) -> None:
        self.longest, self.shortest = longest, shortest

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        if not isinstance(value, str):
            out.add(loc, "Input should be a valid string", "string_type", value)
        elif self.longest and len(value) > self.longest:
            out.add(loc, f"String should have at most {self.longest} characters", "string_too_long", value)
        elif len(value) < self.shortest:
            plural = "s" if self.shortest > 1 else ""
            out.add(loc, f"String should have at least {self.shortest} character{plural}", "string_too_short", value)
        return value


class Int(Kind):
    """A whole number; texts of digits are read."""

    def __init__(self, least: int | None = None, most: int | None = None) -> None:
        self.least, self.most = least, most

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        read = value
        if isinstance(value, bool):
            read = int(value)
        elif isinstance(value, float):
            if not math.isfinite(value) or value != int(value):
                out.add(loc, "Input should be a valid integer, got a number with a fractional part", "int_from_float", value)
                return value
            read = int(value)
        elif isinstance(value, str):
            try:
                read = int(value.strip())
            except ValueError:
                out.add(loc, "Input should be a valid integer, unable to parse string as an integer", "int_parsing", value)
                return value
        elif not isinstance(value, int):
            out.add(loc, "Input should be a valid integer", "int_type", value)
            return value
        if self.least is not None and read < self.least:
            out.add(loc, f"Input should be greater than or equal to {self.least}", "greater_than_equal", value)
        if self.most is not None and read > self.most:
            out.add(loc, f"Input should be less than or equal to {self.most}", "less_than_equal", value)
        return read


class Num(Kind):
    """A number; texts that hold one are read."""

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        if isinstance(value, (int, float)):
            return float(value)
        if isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                out.add(loc, "Input should be a valid number, unable to parse string as a number", "float_parsing", value)
                return value
        out.add(loc, "Input should be a valid number", "float_type", value)
        return value


class Bool(Kind):
    """A truth value; yes, no, on, off, 1 and 0 are read."""

    words = {"1": True, "true": True, "yes": True, "on": True, "t": True, "y": True,
             "0": False, "false": False, "no": False, "off": False, "f": False, "n": False}

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            if value.lower() in self.words:
                return self.words[value.lower()]
        elif isinstance(value, (int, float)):
            if value in (0, 1):
                return bool(value)
        else:
            out.add(loc, "Input should be a valid boolean", "bool_type", value)
            return value
        out.add(loc, "Input should be a valid boolean, unable to interpret input", "bool_parsing", value)
        return value


class OneOf(Kind):
    """One of some texts."""

    def __init__(self, *values: str, kind: str = "enum", shown: list[str] | None = None) -> None:
        self.values, self.kind, self.shown = values, kind, choices(shown or list(values))

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        if not isinstance(value, str) or value not in self.values:
            out.add(loc, f"Input should be {self.shown}", self.kind, value)
        return value


class List(Kind):
    """A list."""

    def __init__(self, item: Kind) -> None:
        self.item = item

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        if not isinstance(value, list):
            out.add(loc, "Input should be a valid list", "list_type", value)
            return value
        return [self.item.check(v, loc + (i,), out) for i, v in enumerate(value)]


class Seq(List):
    """A list, refused in other words."""

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        if isinstance(value, str):
            out.add(loc, "'str' instances are not allowed as a Sequence value", "sequence_str", value)
            return value
        if not isinstance(value, list):
            out.add(loc, "Input should be an instance of Sequence", "is_instance_of", value)
            return value
        return super().check(value, loc, out)


class Map(Kind):
    """A mapping with free keys."""

    def __init__(self, value: Kind = Any_) -> None:
        self.value = value

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        if not isinstance(value, dict):
            out.add(loc, "Input should be a valid dictionary", "dict_type", value)
            return value
        read = {}
        for key, item in value.items():
            if not isinstance(key, str):
                out.add(loc + (key, "[key]"), "Input should be a valid string", "string_type", key)
            read[key] = self.value.check(item, loc + (key,), out)
        return read


class Opt(Kind):
    """The inner kind, or null."""

    def __init__(self, inner: Kind) -> None:
        self.inner = inner

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        return None if value is None else self.inner.check(value, loc, out)


class Test(Kind):
    """A rule of its own: `rule(value)` returns the value or raises ValueError."""

    def __init__(self, rule: Callable[[Any], Any], then: Kind | None = None) -> None:
        self.rule, self.then = rule, then

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        try:
            value = self.rule(value)
        except ValueError as error:
            out.add(loc, f"Value error, {error}", "value_error", value)
            return value
        return self.then.check(value, loc, out) if self.then else value


class Either(Kind):
    """The first of some kinds that fits; each that does not reports under its label."""

    def __init__(self, *kinds: tuple[str, Kind]) -> None:
        self.kinds = kinds

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        failed = []
        for label, kind in self.kinds:
            inner = Report(out.attributes)
            read = kind.check(value, loc + (label,), inner)
            if not inner.found:
                return read
            failed += inner.found
        out.found += failed
        return value


@dataclass
class F:
    """A member of a record; without default it is required."""

    kind: Kind
    default: Any = MISSING


class Rec(Kind):
    """A mapping with named members; unknown members are kept."""

    def __init__(self, name: str, /, **members: F) -> None:
        self.name, self.members = name, members

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        if not isinstance(value, dict):
            if out.attributes:
                out.add(loc, "Input should be a valid dictionary or object to extract fields from",
                        "model_attributes_type", value)
            else:
                out.add(loc, f"Input should be a valid dictionary or instance of {self.name}", "model_type", value)
            return value
        read = dict(value)
        for name, member in self.members.items():
            if name not in value:
                if member.default is MISSING:
                    out.add(loc + (name,), "Field required", "missing", value)
                else:
                    read[name] = json.loads(json.dumps(member.default))
            else:
                read[name] = member.kind.check(value[name], loc + (name,), out)
        return read


def read(kind: Kind, value: Any, title: str, pydantic: str, report: Report | None = None,
         loc: tuple[Any, ...] = ()) -> Any:
    """Read a value or raise DataError with the whole text."""
    out = report or Report()
    result = kind.check(value, loc, out)
    if out.found:
        raise DataError(out.text(title, pydantic))
    return result
