"""The chain's functions without Airflow: one process, the providers' waits overlapped in four.

``python tests/benchmarks/bare_chain.py <first instant> <last instant>`` runs them on the plant that the
environment names and prints seconds by step as JSON: the functions that the DAGs call, in their order.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))

from cvplus.operations.ingestion import (
    gate_loaded_batches,
    land_product_exports,
    land_source,
    load_batches,
)
from cvplus.runtime.environment import sandbox_sources
from cvplus.runtime.ports import load_ports
from cvplus.runtime.windows import next_windows
from cvplus.settings import SIMULATED, load_settings
from cvplus.sources.credentials import Credentials
from cvplus.sources.registry import load_sources
from cvplus.warehouse.connection import connect

WORKERS = 4
RUN = ("bare", "bare")


def credentials(source: str, address: str) -> Credentials:
    """What the source's Airflow connection says when the sandbox at ``address`` plays it."""
    played = sandbox_sources().get(source)
    if played is None:
        return Credentials()
    told = played.connection(address)
    return Credentials(
        base_url=told["host"], login=told["login"], password=told["password"], extra=told.get("extra", {})
    )


def ingest(source: str, start: datetime, end: datetime, address: str) -> int:
    """Land, load and gate one window of a source; returns how many batches held news."""
    run_id = f"bare-{end.isoformat()}"
    if source == "product":
        landed = land_product_exports(start, end, f"ingest_product/{run_id}", run_id)
    else:
        landed = land_source(
            source, start, end, credentials(source, address), f"ingest_{source}/{run_id}", run_id
        )
    if not landed:
        return 0
    dag_id = f"ingest_{source}"
    return len(gate_loaded_batches(load_batches(landed, dag_id, run_id), dag_id, run_id))


def run_chain(first: datetime, last: datetime) -> dict[str, float]:
    """Everything that has something to do, once; seconds by step."""
    from cvplus.operations.builds import (
        build_warehouse_layer,
        gate_feature_tables,
        link_new_records,
        mark_built,
        read_new_texts,
        reason_to_build,
        warehouse_instant,
    )
    from cvplus.operations.learning import (
        finish_scoring,
        gate_scoring_input,
        gate_written_predictions,
        measure_drift,
        promote_model,
        score_pairs,
        train_model,
    )

    seconds: dict[str, float] = {}

    def timed(step: str, function: Callable[..., Any], *values: Any) -> Any:
        started = time.monotonic()
        answer = function(*values)
        seconds[step] = seconds.get(step, 0) + time.monotonic() - started
        return answer

    def ingest_all() -> None:
        with connect() as connection:
            windows = next_windows(connection, sorted({*load_sources(), "product"}), first, last)
        address = f"http://127.0.0.1:{load_ports(load_settings().home)['sandbox']}"
        with ProcessPoolExecutor(WORKERS) as pool:
            started = [pool.submit(ingest, name, *window, address) for name, window in windows.items()]
            for one in started:
                one.result()

    timed("ingest", ingest_all)
    if reason_to_build() is not None:
        timed("read", read_new_texts, *RUN)
        read_until = warehouse_instant().isoformat()
        for layer in ("stage", "unite", "features", "marts"):
            timed(f"build_{layer}", build_warehouse_layer, layer, "bare", f"bare-{last.isoformat()}")
            if layer == "stage":
                timed("link", link_new_records, *RUN)
                linked_until = warehouse_instant().isoformat()
        timed("gate", gate_feature_tables, *RUN)
        mark_built(read_until, linked_until)
        version = timed("train", train_model, *RUN)
        timed("train", promote_model, version, *RUN)
        timed("drift", measure_drift, *RUN)
        timed("gate", gate_scoring_input, *RUN)
        timed("score", score_pairs, version, *RUN)
        timed("gate", gate_written_predictions, *RUN)
        finish_scoring()
        timed("build_publish", build_warehouse_layer, "publish", "bare", f"bare-{last.isoformat()}")
    return seconds


if __name__ == "__main__":
    os.environ["CVPLUS_DATA_ORIGIN"] = SIMULATED
    started_at = time.monotonic()
    steps = run_chain(datetime.fromisoformat(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
    sys.stdout.write(json.dumps({"seconds": time.monotonic() - started_at, "steps": steps}) + "\n")
