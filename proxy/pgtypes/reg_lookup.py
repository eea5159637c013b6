"""Both directions of the reg* types: the name that an OID prints as, and the OID that a name reads as.

Pure functions over a Catalog and a search path; refuses to know sessions. Facts: src/backend/utils/adt/regproc.c,
whose errors are repeated word for word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from proxy.catalog.model import Catalog, OperatorRow, ProcRow
from proxy.catalog.versions import Since
from proxy.pgtypes.errors import (
    AmbiguousFunction,
    FeatureNotSupported,
    SyntaxInText,
    TooManyArguments,
    UndefinedFunction,
    UndefinedObject,
    UndefinedParameter,
    UndefinedSchema,
    UndefinedTable,
)
from proxy.pgtypes.names import SQL_NAMES, InvalidName, Path, first_found, format_type, quote_ident, split_name
from proxy.pgtypes.signatures import signature

REGPROC, REGPROCEDURE, REGOPER, REGOPERATOR, REGCLASS, REGTYPE = 24, 2202, 2203, 2204, 2205, 2206
OPERATORS = frozenset((REGOPER, REGOPERATOR))
REGNAMESPACE, REGROLE, REGCOLLATION = 4089, 4096, 4191
REGCONFIG, REGDICTIONARY = 3734, 3769

# At the end of a type's name; what is longer is none.
BOUNDS = re.compile(r"\s*\[\d*\]$|\s+array$", re.IGNORECASE)
BOUNDS_MAX = 32

Finder = Callable[[str, Catalog, Path], int]
TypeReader = Callable[[str], int]

TYPE_SPELLINGS: dict[str, int] = {name: oid for oid, name in SQL_NAMES.items()} | {
    "int": 23,
    "char": 1042,
    "char varying": 1043,
    "dec": 1700,
    "decimal": 1700,
    "float": 701,
    "time": 1083,
    "timestamp": 1114,
    "character": 1042,
    "national character": 1042,
    "nchar": 1042,
}


def reg_name(type_oid: int, oid: int, catalog: Catalog, path: Path) -> str | None:
    """What a reg* value prints as; None where the catalog has no such row."""
    if type_oid == REGCLASS:
        relation = catalog.relations.get(oid)
        if relation is None:
            return None
        seen = first_found(path, lambda namespace: catalog.relation_by_name.get((namespace, relation.name)))
        return _qualified(relation.name, relation.namespace, seen is relation, catalog)
    if type_oid == REGTYPE:
        return format_type(oid, None, catalog, path) if catalog.knows_type(oid) else None
    if type_oid in (REGPROC, REGPROCEDURE):
        proc = catalog.procs.get(oid)
        return None if proc is None else _proc_name(proc, type_oid == REGPROCEDURE, catalog, path)
    if type_oid in (REGOPER, REGOPERATOR):
        operator = catalog.operators.get(oid)
        return None if operator is None else _operator_name(operator, type_oid == REGOPERATOR, catalog, path)
    if type_oid in catalog.text_search:
        return _text_search_name(type_oid, oid, catalog, path)
    names = {REGNAMESPACE: catalog.namespaces, REGROLE: catalog.roles, REGCOLLATION: catalog.collations}.get(type_oid)
    found = names.get(oid) if names is not None else None
    return None if found is None else quote_ident(found)


def reg_oid(type_oid: int, text: str, catalog: Catalog | None, path: Path, types: TypeReader | None = None) -> int:
    """The OID that a reg* input names. Raises what Postgres raises where there is none, or more than one.

    types: reads a type as SQL's grammar does; without it only common spellings are known.
    """
    if catalog is None or type_oid not in (REGTYPE, *_FINDERS, *_TYPED_FINDERS):
        raise FeatureNotSupported(f'"{text}" cannot be looked up by name here', hint="Write the object's OID.")
    read_type = types or partial(_find_type, catalog=catalog, path=path)
    if type_oid == REGTYPE:
        return read_type(text)
    if type_oid in _TYPED_FINDERS:
        return _TYPED_FINDERS[type_oid](text, catalog, path, read_type)
    return _FINDERS[type_oid](text, catalog, path)


def _search(schema: str | None, catalog: Catalog, path: Path) -> Path:
    """The namespaces to look in. Raises UndefinedSchema where the source's version does."""
    if schema is None:
        return path
    found = catalog.namespace_by_name.get(schema)
    if found is None and not catalog.has(Since.LOST_SCHEMA_PASSED_OVER):
        raise UndefinedSchema(f'schema "{schema}" does not exist')
    return () if found is None else (found,)


def _schema_and_name(text: str, catalog: Catalog, *, relation: bool = False) -> tuple[str | None, str]:
    """RangeVarGetRelid's and DeconstructQualifiedName's reading of a list of names."""
    parts = split_name(text)
    written = ".".join(parts)
    if len(parts) > 3:
        kind = "relation" if relation else "qualified"
        raise SyntaxInText(f"improper {kind} name (too many dotted names): {written}")
    if len(parts) == 3 and parts[0] != catalog.database:
        shown = f'"{written}"' if relation else written
        raise FeatureNotSupported(f"cross-database references are not implemented: {shown}")
    return (parts[-2] if len(parts) > 1 else None), parts[-1]


def _single(text: str) -> str:
    parts = split_name(text)
    if len(parts) != 1:
        raise InvalidName("invalid name syntax")
    return parts[0]


def _qualified(name: str, namespace: int, visible: bool, catalog: Catalog) -> str:
    quoted = quote_ident(name)
    return quoted if visible else f"{quote_ident(catalog.namespaces.get(namespace, ''))}.{quoted}"


def _procs_named(text: str, catalog: Catalog, path: Path) -> list[ProcRow]:
    schema, name = _schema_and_name(text, catalog)
    allowed = _search(schema, catalog, path)
    return [proc for proc in catalog.procs_by_name.get(name, []) if proc.namespace in allowed]


def _proc_name(proc: ProcRow, with_args: bool, catalog: Catalog, path: Path) -> str:
    """regproc is qualified unless its bare name would find it alone; regprocedure shows the argument types."""
    rivals = [row for row in catalog.procs_by_name.get(proc.name, []) if row.namespace in path]
    if not with_args:
        return _qualified(proc.name, proc.namespace, rivals == [proc], catalog)
    args = ",".join(format_type(arg, None, catalog, path) for arg in proc.args)
    same = [row for row in rivals if row.args == proc.args]
    visible = bool(same) and min(same, key=lambda row: path.index(row.namespace)) is proc
    return f"{_qualified(proc.name, proc.namespace, visible, catalog)}({args})"


def _operator_name(operator: OperatorRow, with_args: bool, catalog: Catalog, path: Path) -> str:
    rivals = [row for row in catalog.operators_by_name.get(operator.name, []) if row.namespace in path]
    visible = operator.namespace in path if with_args else rivals == [operator]
    name = operator.name
    if not visible:
        name = f"{quote_ident(catalog.namespaces.get(operator.namespace, ''))}.{name}"
    if not with_args:
        return name
    left = format_type(operator.left, None, catalog, path) if operator.left else "NONE"
    right = format_type(operator.right, None, catalog, path) if operator.right else "NONE"
    return f"{name}({left},{right})"


def _find_class(text: str, catalog: Catalog, path: Path) -> int:
    schema, name = _schema_and_name(text, catalog, relation=True)
    row = first_found(_search(schema, catalog, path), lambda namespace: catalog.relation_by_name.get((namespace, name)))
    if row is None:
        shown = f"{schema}.{name}" if schema is not None else name
        raise UndefinedTable(f'relation "{shown}" does not exist')
    return row.oid


def _find_type(text: str, catalog: Catalog, path: Path) -> int:
    word = " ".join(text.split())
    end = len(word)
    while bounds := BOUNDS.search(word, max(0, end - BOUNDS_MAX), end):
        end = bounds.start()
    array = end < len(word)
    base = re.sub(r"\s*\([\d\s,-]*\)", "", word[:end]).strip()
    oid = TYPE_SPELLINGS.get(base.lower())
    if oid is None:
        schema, name = _schema_and_name(base, catalog)
        if schema is not None and schema not in catalog.namespace_by_name:
            raise UndefinedSchema(f'schema "{schema}" does not exist')
        row = first_found(_search(schema, catalog, path), lambda namespace: catalog.type_by_name.get((namespace, name)))
        if row is None:
            shown = f"{schema}.{name}" if schema is not None else name
            raise UndefinedObject(f'type "{shown}" does not exist')
        oid = row.oid
    return catalog.types[oid].array if array else oid


def _find_proc(text: str, catalog: Catalog, path: Path) -> int:
    found = _procs_named(text, catalog, path)
    if not found:
        raise UndefinedFunction(f'function "{text.strip()}" does not exist')
    if len(found) > 1:
        raise AmbiguousFunction(f'more than one function named "{text.strip()}"')
    return found[0].oid


def _find_procedure(text: str, catalog: Catalog, path: Path, read_type: TypeReader) -> int:
    name, words = signature(text)
    args = tuple(read_type(word) for word in words)
    row = next((proc for proc in _procs_named(name, catalog, path) if proc.args == args), None)
    if row is None:
        raise UndefinedFunction(f'function "{text.strip()}" does not exist')
    return row.oid


def _find_oper(text: str, catalog: Catalog, path: Path) -> int:
    schema, _, name = text.strip().rpartition(".")
    allowed = _search(schema or None, catalog, path)
    found = [row for row in catalog.operators_by_name.get(name, []) if row.namespace in allowed]
    if not found:
        raise UndefinedFunction(f"operator does not exist: {text.strip()}")
    if len(found) > 1:
        raise AmbiguousFunction(f"more than one operator named {text.strip()}")
    return found[0].oid


def _find_operator(text: str, catalog: Catalog, path: Path, read_type: TypeReader) -> int:
    """name(left,right), NONE for the operand that a prefix operator has not."""
    name, words = signature(text)
    if len(words) == 1:
        raise UndefinedParameter(
            "missing argument", hint="Use NONE to denote the missing argument of a unary operator."
        )
    if len(words) != 2:
        raise TooManyArguments("too many arguments", hint="Provide two argument types for operator.")
    left, right = (0 if word.lower() == "none" else read_type(word) for word in words)
    schema, _, bare = name.strip().rpartition(".")
    rows = [row for row in catalog.operators_by_name.get(bare, []) if (row.left, row.right) == (left, right)]
    found = first_found(
        _search(schema or None, catalog, path),
        lambda namespace: next((row for row in rows if row.namespace == namespace), None),
    )
    if found is None:
        raise UndefinedFunction(f"operator does not exist: {text.strip()}")
    return found.oid


def _find_text_search(type_oid: int, what: str) -> Finder:
    def find(text: str, catalog: Catalog, path: Path) -> int:
        schema, name = _schema_and_name(text, catalog)
        by_name = {row: oid for oid, row in catalog.text_search.get(type_oid, {}).items()}
        found = first_found(_search(schema, catalog, path), lambda namespace: by_name.get((namespace, name)))
        if found is None:
            shown = f"{schema}.{name}" if schema is not None else name
            raise UndefinedObject(f'text search {what} "{shown}" does not exist')
        return found

    return find


def _text_search_name(type_oid: int, oid: int, catalog: Catalog, path: Path) -> str | None:
    rows = catalog.text_search[type_oid]
    if oid not in rows:
        return None
    namespace, name = rows[oid]
    taken = set(rows.values())
    seen = first_found(path, lambda one: one if (one, name) in taken else None)
    return _qualified(name, namespace, seen == namespace, catalog)


def _find_namespace(text: str, catalog: Catalog, path: Path) -> int:
    name = _single(text)
    if name not in catalog.namespace_by_name:
        raise UndefinedSchema(f'schema "{name}" does not exist')
    return catalog.namespace_by_name[name]


def _find_role(text: str, catalog: Catalog, path: Path) -> int:
    name = _single(text)
    oid = next((oid for oid, role in catalog.roles.items() if role == name), None)
    if oid is None:
        raise UndefinedObject(f'role "{name}" does not exist')
    return oid


def _find_collation(text: str, catalog: Catalog, path: Path) -> int:
    schema, name = _schema_and_name(text, catalog)
    known = catalog.collations.items() if _search(schema, catalog, path) else ()
    oid = next((oid for oid, collation in known if collation == name), None)
    if oid is None:
        shown = f"{schema}.{name}" if schema is not None else name
        raise UndefinedObject(f'collation "{shown}" for encoding "UTF8" does not exist')
    return oid


_FINDERS = {
    REGPROC: _find_proc,
    REGOPER: _find_oper,
    REGCLASS: _find_class,
    REGNAMESPACE: _find_namespace,
    REGROLE: _find_role,
    REGCOLLATION: _find_collation,
    REGCONFIG: _find_text_search(REGCONFIG, "configuration"),
    REGDICTIONARY: _find_text_search(REGDICTIONARY, "dictionary"),
}
_TYPED_FINDERS = {REGPROCEDURE: _find_procedure, REGOPERATOR: _find_operator}
