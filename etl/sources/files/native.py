"""Parquet columns that are no text: taken as the type they are, where that is the type that is meant."""

from __future__ import annotations

from config.errors import BadInput
from etl.sources.files.expressions import Given, Typed, not_before, wrong
from etl.sources.files.instants import from_zone
from etl.sources.files.relation import named, quoted

# (what is meant, what it is stored as): {c} is the column
_DIRECT = {
    ("instant", "zoned"): "case when isfinite({c}) then make_timestamp(epoch_us({c})) end",
    ("date", "zoned"): "case when isfinite({c}) then make_timestamp(epoch_us({c}))::date end",
    ("date", "local"): "try_cast({c} as date)",
    ("boolean", "boolean"): "{c}",
    ("integer", "integer"): "try_cast({c} as bigint)",
    ("number", "integer"): "{c}::double",
    ("number", "decimal"): "{c}::double",
    ("number", "float"): "case when isfinite({c}) then {c}::double end",
    # what pandas makes of whole numbers and flags with gaps
    ("integer", "float"): "case when isfinite({c}) and {c} = round({c}) then try_cast({c} as bigint) end",
    ("boolean", "float"): "case {c} when 1 then true when 0 then false end",
    ("text", "float"): "case when abs({c}) < 9e15 and {c} = round({c}) then {c}::bigint::varchar end",
    ("text", "list"): "nullif(array_to_string({c}, ','), '')",
}


def family(type_: str) -> str:
    """Return what kind of storage a DuckDB type is; raises ``KeyError`` for none that holds a value."""
    if type_.endswith("[]"):
        return "list"
    if type_.startswith(("STRUCT", "MAP", "BLOB", "UNION")):
        raise KeyError(type_)
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return "zoned"
    if type_.startswith(("TIMESTAMP", "DATE")):
        return "local"
    if type_.endswith("INT") or type_.endswith("INTEGER"):
        return "integer"
    return {"BOOLEAN": "boolean", "FLOAT": "float", "DOUBLE": "float"}.get(
        type_, "decimal" if type_[:3] == "DEC" else ""
    )


def native(given: Given, label: str) -> Typed | None:
    """Return the column taken as it is stored, or None where it must go by way of text.

    Raises ``BadInput`` for nested types and bytes.
    """
    name, kind, sql = given.column.name, given.column.kind, given.sql
    try:
        stored = family(given.type)
    except KeyError as error:
        raise BadInput(
            f"{label}: {name} is stored as {given.type[:40]}, which is no {kind}; store it as {kind}"
        ) from error
    result = Typed()
    if given.vocabulary:
        return None
    if (kind, stored) == ("instant", "local"):
        result.stages.append((f"l_{name}", f"{sql}::timestamp"))
        from_zone(name, f"l_{name}", given.time.zone, result)
    elif (kind, stored) in _DIRECT:
        result.stages.append((name, _DIRECT[kind, stored].format(c=sql)))
        absent = f"{sql} is not null" + (f" and not isnan({sql})" if stored == "float" else "")
        if stored != "list":
            result.faults.append((f"{absent} and {named(name)} is null", wrong(name, sql, f"is no {kind}")))
    else:
        return None
    if given.column.required:
        result.faults.append((f"{named(name)} is null and {sql} is null", quoted(f"{name} is missing")))
    result.faults += not_before(given.column)
    return result
