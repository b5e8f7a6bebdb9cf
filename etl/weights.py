"""The published weights travel into a build as ``cfg_`` tables of one row, so that models can join them."""

from __future__ import annotations

import duckdb

from config.weights import load_automation_potential, load_customer_risk, load_knowledge_gap


def configure_weights(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the weights of customer risk, automation potential and knowledge gap; raises ``BadSetting``."""
    weights, tags = load_automation_potential()
    for name, numbers in (
        ("cfg_customer_risk", load_customer_risk()),
        ("cfg_automation_potential", weights),
        ("cfg_knowledge_gap", load_knowledge_gap()),
    ):
        columns = ", ".join(
            f"cast(? as {'bigint' if isinstance(number, int) else 'double'}) as {column}"
            for column, number in numbers.items()
        )
        connection.execute(f"create table {name} as select {columns}", list(numbers.values()))
    connection.execute("create table cfg_macro_tag (tag varchar)")
    for tag in tags:
        connection.execute("insert into cfg_macro_tag values (?)", [tag])
