"""Screens a bulk export with Spark: spark-submit deploy/spark/screen.py EXPORT OUT [--as-of DATE] [--config FILE] [--complete]

Reads the files that `cellwise screen` reads, and writes the same Parquet files with the same rows. The workers need the wheel of
`python/` and pyarrow. A configuration is read by each of them: it must be where it is named on every machine.
"""

import argparse
import sys

from cellwise.spark import screen
from pyspark.sql import SparkSession


def main() -> int:
    parser = argparse.ArgumentParser(description="Judge all patients of a bulk export with Spark")
    parser.add_argument("export", help="folder, or address, of NDJSON files")
    parser.add_argument("out", help="folder, or address, for the Parquet files")
    parser.add_argument("--as-of", help="the day or instant to judge at (default: now)")
    parser.add_argument("--config", help="the hospital's own configuration (TOML)")
    parser.add_argument("--complete", action="store_true", help="the files are everything there is")
    arguments = parser.parse_args()
    spark = SparkSession.builder.appName("cellwise").getOrCreate()
    rows, faults = screen(
        spark, arguments.export, as_of=arguments.as_of, config=arguments.config, complete=arguments.complete
    )
    rows.write.mode("overwrite").parquet(arguments.out)
    not_read = faults.groupBy("file", "problem").count().orderBy("file", "problem").collect()
    for row in not_read:
        print(f"{row.file}: {row.problem} ({row['count']} lines)", file=sys.stderr)
    spark.stop()
    # As `cellwise screen`: 3 is a result of which something was not read.
    return 3 if not_read else 0


if __name__ == "__main__":
    sys.exit(main())
