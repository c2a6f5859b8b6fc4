"""cellwise for Python: the rules of the hook, on one patient or on a DataFrame of them.

>>> import cellwise
>>> rows = cellwise.evaluate(bundle, as_of="2026-11-02")
>>> [row["rule"] for row in rows if row["verdict"] == "met"]

A row says what one rule says of one patient: verdict (``met``, ``not-met``, ``unknown``), the indicator of its card, each criterion
with its verdict, why it is unknown, and what it rests on. The rows are those of ``cellwise screen``. **Unknown is never no.**
"""

from __future__ import annotations

import json
import os
from typing import Any, Callable, Iterable, Iterator

from . import _cellwise
from ._cellwise import COLUMNS, Screener, __version__

__all__ = ["COLUMNS", "Screener", "__version__", "evaluate", "evaluate_frame", "map_in_arrow", "map_in_pandas", "schema", "screen"]

#: The columns that hold JSON.
LISTS = ("criteria", "gaps", "evidence")


class NotRead(ValueError):
    """Something of a Bundle could not be read."""


def _one(screener: Screener, bundle: str | bytes | dict[str, Any], complete: bool) -> list[tuple]:
    """The rows of the one patient of a Bundle."""
    if isinstance(bundle, dict):
        bundle = json.dumps(bundle)
    text = bundle.encode() if isinstance(bundle, str) else bundle
    # A line is a line, however the Bundle was written.
    if b"\n" in text.strip():
        text = json.dumps(json.loads(text)).encode()
    sorted_ = screener.sort(text, "")
    faults = [problem for what, _, _, problem in sorted_ if what == "fault"]
    persons = sorted({key for what, key, kind, _ in sorted_ if what == "patient" and kind == "patient"})
    if len(persons) != 1:
        problem = f": {faults[0]}" if faults else ""
        raise NotRead(f"expected a Bundle with one Patient, found {len(persons)}{problem}")
    patient = persons[0]
    pieces = [(kind, text) for what, key, kind, text in sorted_ if what == "patient" and key == patient]
    drugs = {key: text for what, key, _, text in sorted_ if what == "drug"}
    came = [kind for what, _, kind, _ in sorted_ if what == "came"]
    if complete:
        came = [kind for kind, _ in screener.sources]
    lost = [kind for what, _, kind, _ in sorted_ if what == "lost"]
    return screener.judge(patient, pieces, drugs, came, lost)


def evaluate(
    bundle: str | bytes | dict[str, Any],
    *,
    as_of: str | None = None,
    config: str | None = None,
    complete: bool = True,
) -> list[dict[str, Any]]:
    """What every rule says of the one patient of a Bundle.

    ``complete``: the Bundle is all there is, and of a type that it does not have there is none. Else such a type was not sent.
    """
    rows = []
    for values in _one(Screener(as_of, config), bundle, complete):
        row = dict(zip(COLUMNS, values))
        for name in LISTS:
            row[name] = json.loads(row[name])
        rows.append(row)
    return rows


def screen(
    *paths: str | os.PathLike,
    out: str | os.PathLike,
    format: str = "parquet",
    as_of: str | None = None,
    config: str | None = None,
    complete: bool = False,
    memory: int = 1 << 30,
    jobs: int | None = None,
    fresh: bool = False,
) -> dict[str, Any]:
    """Screens the export in these folders or files, as ``cellwise screen`` does; the rows are in ``out``. Returns the summary."""
    jobs = jobs or os.cpu_count() or 1
    paths_ = [os.fspath(path) for path in paths]
    return json.loads(_cellwise.screen(paths_, os.fspath(out), format, as_of, config, complete, memory, jobs, fresh))


def schema():
    """The Arrow schema of rows: the same as in the Parquet files of ``cellwise screen``."""
    import pyarrow as pa

    types = {"version": pa.int32()}
    return pa.schema([pa.field(name, types.get(name, pa.string()), name == "indicator") for name in COLUMNS])


#: The same for Spark.
DDL = ", ".join(f"{name} {'int' if name == 'version' else 'string'}" for name in COLUMNS)


def evaluate_frame(frame, column: str = "bundle", *, as_of=None, config=None, complete: bool = True):
    """What every rule says of the patients of a pandas DataFrame that has a Bundle in each row."""
    import pandas as pd

    screener = Screener(as_of, config)
    rows = [row for bundle in frame[column] for row in _one(screener, bundle, complete)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _table(rows: list[tuple]):
    import pyarrow as pa

    columns = list(zip(*rows)) if rows else [[] for _ in COLUMNS]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema())]
    return pa.RecordBatch.from_arrays(arrays, schema=schema())


def map_in_arrow(column: str = "bundle", *, as_of=None, config=None, complete: bool = True) -> Callable[[Iterable], Iterator]:
    """A function for ``DataFrame.mapInArrow`` of Spark, or for anything that has Arrow batches: a Bundle in each row.

    >>> spark_frame.mapInArrow(cellwise.map_in_arrow("bundle"), cellwise.DDL)
    """

    def batches(incoming):
        screener = Screener(as_of, config)
        for batch in incoming:
            place = batch.schema.get_field_index(column)
            yield _table([row for bundle in batch.column(place) for row in _one(screener, bundle.as_py(), complete)])

    return batches


def map_in_pandas(column: str = "bundle", *, as_of=None, config=None, complete: bool = True) -> Callable[[Iterable], Iterator]:
    """The same for ``DataFrame.mapInPandas``."""

    def frames(incoming):
        for batch in map_in_arrow(column, as_of=as_of, config=config, complete=complete)(_batches(incoming)):
            yield batch.to_pandas()

    def _batches(incoming):
        import pyarrow as pa

        for frame in incoming:
            yield pa.RecordBatch.from_pandas(frame[[column]])

    return frames
