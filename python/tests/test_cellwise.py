"""The wheel says what the command says: one patient, a frame of them, and a whole export with Spark in local mode."""

import json
import os
import pathlib
import subprocess

import pytest

import cellwise

ROOT = pathlib.Path(__file__).resolve().parents[2]
AS_OF = "2026-11-02T09:00:00+01:00"


def bundle(name):
    return json.loads((ROOT / f"fixtures/patients/{name}.json").read_text())


def verdicts(rows):
    return {row["rule"]: row["verdict"] for row in rows}


def test_one_patient():
    rows = cellwise.evaluate(bundle("car-t-remission"), as_of=AS_OF)
    assert list(rows[0]) == list(cellwise.COLUMNS)
    found = verdicts(rows)
    assert "met" in found.values(), found
    row = next(row for row in rows if row["verdict"] == "met")
    assert row["patient"] == "car-t-remission" and row["as_of"] == AS_OF and row["evidence"]
    # As text, however it is broken into lines.
    assert cellwise.evaluate(json.dumps(bundle("car-t-remission"), indent=2), as_of=AS_OF) == rows
    # What was not sent is not none.
    partial = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "p"}}]}
    assert set(verdicts(cellwise.evaluate(partial, as_of=AS_OF, complete=False)).values()) == {"unknown"}
    assert verdicts(cellwise.evaluate(partial, as_of=AS_OF))["corticosteroid-after-car-t"] == "not-met"


def test_what_is_wrong_is_said():
    with pytest.raises(ValueError, match="one Patient, found 0"):
        cellwise.evaluate({"resourceType": "Bundle", "entry": []})
    with pytest.raises(ValueError, match="ends too early"):
        cellwise.evaluate('{"resourceType":"Bundle","entry":[')
    with pytest.raises(ValueError, match="expected a day"):
        cellwise.Screener("2026")
    with pytest.raises(ValueError, match="can't be read"):
        cellwise.Screener(None, "/nowhere.toml")


def test_a_frame_and_arrow():
    pd, pa = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    names = ["car-t-remission", "ahsct-conditioning"]
    frame = pd.DataFrame({"bundle": [json.dumps(bundle(name)) for name in names]})
    rows = cellwise.evaluate_frame(frame, as_of=AS_OF)
    assert set(rows["patient"]) == set(names)
    batches = list(cellwise.map_in_arrow(as_of=AS_OF)([pa.RecordBatch.from_pandas(frame)]))
    assert batches[0].schema == cellwise.schema() and batches[0].num_rows == len(rows)
    frames = list(cellwise.map_in_pandas(as_of=AS_OF)([frame]))
    assert frames[0]["verdict"].tolist() == rows["verdict"].tolist()


def export(folder):
    """The patients of the fixtures as an export, with a line that can't be read."""
    files = {}
    for number, path in enumerate(sorted((ROOT / "fixtures/patients").glob("*.json"))):
        text = path.read_text()
        record = json.loads(text)
        # Ids of the fixtures are the same in many patients.
        for entry in record["entry"]:
            resource = entry["resource"]
            text = text.replace(f'"{resource["resourceType"]}/{resource["id"]}"', f'"{resource["resourceType"]}/x{number}-{resource["id"]}"')
        for entry in json.loads(text)["entry"]:
            resource = entry["resource"]
            resource["id"] = f'x{number}-{resource["id"]}'
            files.setdefault(resource["resourceType"], []).append(json.dumps(resource))
    files["Observation"].append('{"resourceType":"Observation","subject":{"reference":"Patient/x0-none"},"code":{')
    for kind, lines in files.items():
        (folder / f"{kind}.ndjson").write_text("\n".join(reversed(lines)) + "\n")
    for kind in ["Consent", "ResearchSubject", "DiagnosticReport"]:
        (folder / f"{kind}.000.ndjson").touch()


@pytest.fixture(scope="module")
def spark():
    session = pytest.importorskip("pyspark.sql").SparkSession.builder.master("local[2]")
    session = session.config("spark.sql.shuffle.partitions", 4).config("spark.ui.enabled", "false").getOrCreate()
    yield session
    session.stop()


def test_spark_says_what_one_machine_says(spark, tmp_path):
    pd = pytest.importorskip("pandas")
    program = os.environ.get("CELLWISE", str(ROOT / "target/debug/cellwise"))
    if not pathlib.Path(program).exists():
        pytest.skip("the program is not built")
    from cellwise.spark import screen

    folder = tmp_path / "export"
    folder.mkdir()
    export(folder)
    rows, faults = screen(spark, str(folder), as_of=AS_OF)
    rows.write.parquet(str(tmp_path / "spark"))
    done = subprocess.run([program, "screen", str(folder), "--out", str(tmp_path / "one"), "--as-of", AS_OF], capture_output=True)
    assert done.returncode == 3, done.stderr
    sort = lambda frame: frame.sort_values(["patient", "rule"]).reset_index(drop=True)
    by_spark = sort(pd.read_parquet(tmp_path / "spark"))
    by_one = sort(pd.read_parquet(tmp_path / "one/rows.parquet"))
    assert list(by_spark.columns) == list(by_one.columns) == list(cellwise.COLUMNS)
    pd.testing.assert_frame_equal(by_spark, by_one, check_dtype=False)
    assert len(by_one) > 500 and set(by_one["verdict"]) == {"met", "not-met", "unknown"}
    assert [(row.file, "ends too early" in row.problem) for row in faults.collect()] == [("Observation.ndjson", True)]
