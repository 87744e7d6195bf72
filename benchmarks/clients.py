"""One run with one client and with twenty, and many runs on one daemon."""

import threading
from time import perf_counter

from benchmarks.house import Client, House, house
from benchmarks.measure import AtMost, Measurement, Spread, compare

ROUNDS = 7
CLIENTS = 20
RUNS = 50


def measure() -> tuple[Measurement, ...]:
    """Twenty clients against one; the daemon's memory with fifty runs against none."""
    with house() as it:
        empty = it.daemon_process.memory_full_info().uss
        many = compare(
            f"a run of the demo with {CLIENTS} clients attached, to the end of the last of them",
            lambda: _run_with(it, CLIENTS),
            "with one",
            lambda: _run_with(it, 1),
            unit="start",
            rounds=ROUNDS,
            budget=AtMost(1.5),
        )
    with house() as it:
        empty = it.daemon_process.memory_full_info().uss
        starter = it.client()
        for run_id in [starter.start("approval") for _ in range(RUNS)]:
            watcher = it.client()
            watcher.follow(run_id)
            watcher.until(b'"type":"approval_requested"')
            watcher.close()
        full = it.daemon_process.memory_full_info().uss
        starter.close()
    return (
        many,
        Measurement(
            what=f"memory of a daemon with {RUNS} runs that wait: "
            f"{(full - empty) / RUNS / 2**20:.2f} MiB a run",
            floor="with none",
            unit="bytes",
            seconds=Spread(full, full, full),
            floor_seconds=Spread(empty, empty, empty),
            ratio=Spread(full / empty, full / empty, full / empty),
            budget=None,
        ),
    )


def _run_with(it: House, clients: int) -> float:
    """Seconds of one run, from its start to when every client has heard of its end."""
    starter = it.client()
    watchers = [it.client() for _ in range(clients)]
    begun = perf_counter()
    run_id = starter.start("auto")
    threads = [threading.Thread(target=_watch, args=(watcher, run_id)) for watcher in watchers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - begun
    for client in (starter, *watchers):
        client.close()
    return seconds


def _watch(watcher: Client, run_id: str) -> None:
    watcher.follow(run_id)
    watcher.until_the_end()
