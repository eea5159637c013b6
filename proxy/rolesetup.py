"""Policy × catalog → what each role sees: granted columns, rows under filters, as a `RoleView`.

Row filters are SQL of the policy; they are compiled here by the same compiler that serves, so a filter that does not compile stops
the start, not a statement. Refuses to know sessions.
"""

from __future__ import annotations

from datetime import date

from policies.decide import SYSTEM_SCHEMAS, RolePolicy, row_filter, visible
from policies.errors import PgError, PolicyInvalid
from proxy.catalog.model import Catalog, RelationRow
from proxy.engine.roles import RoleView
from proxy.sql.analyse import AnalyseEnv, analyse
from proxy.sql.analyse.types import quote
from proxy.sql.lower import LowerEnv, lower

READABLE = "rpvmf"


def role_view(catalog: Catalog, policy: RolePolicy, number: int, today: date) -> RoleView:
    """The role's view. Raises PolicyInvalid for a row filter that is no condition."""
    columns: dict[int, frozenset[int]] = {}
    filtered: dict[int, str] = {}
    for relation in catalog.relations.values():
        schema = catalog.namespaces[relation.namespace]
        if schema in SYSTEM_SCHEMAS or relation.kind not in READABLE:
            continue
        name = f"{schema}.{relation.name}"
        seen = visible(policy, name, frozenset(column.name for column in relation.columns), today)
        if seen is None:
            continue
        columns[relation.oid] = frozenset(column.attnum for column in relation.columns if column.name in seen)
        condition = row_filter(policy, name, today)
        if condition is not None and relation.stored:
            filtered[relation.oid] = _filtered(catalog, relation, schema, condition, columns[relation.oid], policy.name)
    return RoleView(number, policy.name, columns, filtered)


def everything(catalog: Catalog, name: str, number: int = 1) -> RoleView:
    """A view without any restriction, for mirrors."""
    columns = {
        relation.oid: frozenset(column.attnum for column in relation.columns)
        for relation in catalog.relations.values()
        if relation.kind in READABLE
    }
    return RoleView(number, name, columns)


def _filtered(
    catalog: Catalog, relation: RelationRow, schema: str, condition: str, granted: frozenset[int], role: str
) -> str:
    """A relation's rows under a filter, with its granted columns under their stored names."""
    statement = f"SELECT * FROM {quote(schema)}.{quote(relation.name)} WHERE ({condition})"
    env = LowerEnv(
        relation_sql=lambda oid: f"{catalog.relations[oid].stored}.main.t{oid}", role=role, role_number=0,
        database=catalog.database,
    )  # fmt: skip
    try:
        analysed = analyse(statement, catalog, AnalyseEnv(("pg_catalog", schema)))
        text = lower(analysed, catalog, env).sql
    except PgError as error:
        raise PolicyInvalid(
            f'role "{role}": the row filter of {schema}.{relation.name} does not compile: {error.message}',
            hint="Write a condition over the table's own columns.",
        ) from error
    targets = ", ".join(
        f"q.c{place} AS c{column.attnum}"
        for place, column in enumerate(relation.columns, 1)
        if column.attnum in granted
    )
    return f"SELECT {targets or 'NULL AS c0'} FROM ({text}) q"
