"""Screening with Spark: the files of a bulk export in, the rows of ``cellwise screen`` out. For what outgrows one machine.

Lines are sorted where they are read: what no rule could look at is gone before anything is moved. Then all there is of a patient is
brought together, by Spark, and judged. Medications are sent to every worker, as a formulary is small; of an export with one for each
prescription that takes memory.
"""

from __future__ import annotations

import os
from typing import Any, Iterable, Iterator

import cellwise

#: What lines come to, as Spark knows it.
SORTED = "what string, key string, kind string, text string"
#: Bytes of lines that are sorted at once.
PIECE = 1 << 20
#: Rows of a batch.
ROWS = 8192


def _sort(as_of: str, config: str | None):
    """Sorts the lines of partitions of text; the name of the file stands beside each line."""

    def batches(incoming: Iterable) -> Iterator:
        import pyarrow as pa

        screener = cellwise.Screener(as_of, config)
        names = ["what", "key", "kind", "text"]
        for batch in incoming:
            found: list[tuple] = []
            lines: list[str] = []
            name, size = None, 0

            def flush():
                if not lines:
                    return
                text = "\n".join(lines).encode()
                for what, key, kind, text in screener.sort(text, name or ""):
                    # Where a line stands in its file is not known here: the file is.
                    found.append((what, name if what == "fault" else key, kind, text))
                lines.clear()

            values, files = batch.column(0), batch.column(1)
            for value, file in zip(values, files):
                file = os.path.basename(file.as_py())
                if file != name or size >= PIECE:
                    flush()
                    name, size = file, 0
                value = value.as_py()
                lines.append(value)
                size += len(value)
            flush()
            columns = list(zip(*found)) if found else [[], [], [], []]
            yield pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in columns], names=names)

    return batches


def _judge(as_of: str, config: str | None, drugs, came: list[str], lost: list[str]):
    """Judges the patients of partitions in which all there is of one stands together."""

    def batches(incoming: Iterable) -> Iterator:
        screener = cellwise.Screener(as_of, config)
        known = drugs.value
        patient, pieces, rows = None, [], []

        def flush():
            if patient is not None:
                rows.extend(screener.judge(patient, pieces, _referred(pieces, known), came, lost))

        for batch in incoming:
            keys, kinds, texts = (batch.column(place) for place in (1, 2, 3))
            for key, kind, text in zip(keys, kinds, texts):
                key = key.as_py()
                if key != patient:
                    flush()
                    patient, pieces = key, []
                    if len(rows) >= ROWS:
                        yield cellwise._table(rows)
                        rows = []
                pieces.append((kind.as_py(), text.as_py()))
        flush()
        yield cellwise._table(rows)

    return batches


def _referred(pieces: list[tuple[str, str]], known: dict[str, str]) -> dict[str, str]:
    """The Medications that the pieces speak of, and all that those speak of."""
    if not known:
        return {}
    found: dict[str, str] = {}
    todo = [text for kind, text in pieces if "Medication/" in text]
    while todo:
        for part in todo.pop().split("Medication/")[1:]:
            key = part.split('"', 1)[0].split("/_history/", 1)[0]
            if key in known and key not in found:
                found[key] = known[key]
                todo.append(known[key])
    return found


def screen(spark: Any, path: str, *, as_of: str | None = None, config: str | None = None, complete: bool = False):
    """The rows of an export in a folder (or at whatever address Spark reads), as a DataFrame; and what was not read, as another.

    What was lost of somebody who is not known is a gap of everybody, as on one machine: that takes one pass over the files before the
    first patient is judged.
    """
    from pyspark.sql import functions as f

    as_of = as_of or cellwise.Screener(None, config).as_of
    text = spark.read.option("recursiveFileLookup", "true").option("pathGlobFilter", "*.{ndjson,jsonl,ndjson.gz,jsonl.gz,ndjson.zst}").text(path)
    lines = text.where(f.length(f.trim("value")) > 0).select("value", f.input_file_name().alias("file"))
    done = lines.mapInArrow(_sort(as_of, config), SORTED).persist()
    told = done.where(f.col("what").isin("came", "lost")).select("what", "kind").distinct().collect()
    screener = cellwise.Screener(as_of, config)
    came = {row.kind for row in told if row.what == "came"} | _exported(spark, path, screener)
    if complete:
        came = {kind for kind, _ in screener.sources}
    lost = sorted({row.kind for row in told if row.what == "lost"})
    drugs = {row.key: row.text for row in done.where(f.col("what") == "drug").collect()}
    shared = spark.sparkContext.broadcast(drugs)
    # Of what comes twice the first counts: one order, whatever that of the partitions is.
    patients = done.where(f.col("what") == "patient").repartition("key").sortWithinPartitions("key", "kind", "text")
    rows = patients.mapInArrow(_judge(as_of, config, shared, sorted(came), lost), cellwise.DDL)
    faults = done.where(f.col("what") == "fault").select(f.col("key").alias("file"), f.col("text").alias("problem"))
    return rows, faults


def _exported(spark: Any, path: str, screener: Any) -> set[str]:
    """The kinds of data that have a file, even an empty one: of those it is known that there is none."""
    hadoop = spark.sparkContext._jvm.org.apache.hadoop.fs.Path(path)
    system = hadoop.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
    if not system.getFileStatus(hadoop).isDirectory():
        return set()
    found: set[str] = set()
    files = system.listFiles(hadoop, True)
    while files.hasNext():
        name = files.next().getPath().getName()
        words = "".join(c if c.isalpha() else " " for c in name).split()
        found |= {kind for kind, resource in screener.sources if resource in words}
    return found
