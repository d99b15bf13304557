"""Links a file of records with Splink as its documentation shows it, and prints what that took as one JSON object.

dedupe.py RECORDS.csv LINKS.csv

Splink's own steps: random sampling for u, expectation maximisation for m in two passes, prediction, clustering at 0.95.
Reading the libraries is not counted.
"""

import json
import resource
import sys
import time

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

records, links = sys.argv[1:]
started = time.monotonic()
table = pd.read_csv(records, dtype=str, keep_default_na=False)
for column in table.columns:
    table[column] = table[column].str.upper().replace("", None)

settings = SettingsCreator(
    link_type="dedupe_only",
    unique_id_column_name="record_id",
    blocking_rules_to_generate_predictions=[
        block_on("birth_date", "last_name"),
        block_on("birth_date", "first_name"),
        block_on("first_name", "last_name"),
        block_on("phone", "first_name"),
        block_on("address1", "first_name"),
        block_on("birth_date", "zip"),
    ],
    comparisons=[
        cl.JaroWinklerAtThresholds("first_name", [0.92, 0.84]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("last_name", [0.92, 0.84]).configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.ExactMatch("sex"),
        cl.ExactMatch("phone"),
        cl.LevenshteinAtThresholds("address1", 2),
        cl.ExactMatch("mother_first"),
        cl.ExactMatch("mother_maiden"),
        cl.ExactMatch("birth_order"),
    ],
)
linker = Linker(table, settings, DuckDBAPI())
linker.training.estimate_probability_two_random_records_match(
    [block_on("first_name", "last_name", "birth_date")], recall=0.7
)
linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=7)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth_date"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("first_name", "last_name"))
trained = time.monotonic()
predicted = linker.inference.predict(threshold_match_probability=0.5)
clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
frame = clusters.as_pandas_dataframe()[["record_id", "cluster_id"]]
frame.rename(columns={"cluster_id": "person_id"}).to_csv(links, index=False)
ended = time.monotonic()
print(
    json.dumps(
        {
            "records": len(table),
            "seconds": ended - started,
            "linking_seconds": ended - trained,
            "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        }
    )
)
