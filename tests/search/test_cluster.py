"""On a Dask cluster whose worker dies: the same fraction."""

from __future__ import annotations

import socket

import pytest

from construction.errors import ConstructionError
from construction.search.exact import Exact, search_exact
from construction.search.workers import cluster_workers
from tests.extras import optional
from tests.search.test_exact import in_turn
from tests.search.test_results import PROBLEM

distributed = optional("distributed")
pytestmark = pytest.mark.filterwarnings("default")  # Dask's own


@pytest.mark.slow
def test_a_worker_dies_in_the_middle() -> None:
    whole = in_turn(PROBLEM)  # the kernels are compiled, and cached, before any worker reads them
    result = Exact(PROBLEM)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        killed: list[int] = []

        def kill_once(nodes: int) -> None:
            if not killed:
                process = next(iter(cluster.workers.values())).process.process
                killed.append(process.pid)
                process.kill()

        with cluster_workers(cluster.scheduler_address) as workers:
            search_exact(result, workers, progress=kill_once)
    assert killed
    assert result.walked.leaves == whole.walked.leaves


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "'nonsense' is no address of a Dask scheduler; it should have a host"),
        ("http://127.0.0.1:1", "is no address"),
        ("inproc://127.0.0.1:1", "is no address"),
        ("127.0.0.1:x", "is no address"),
        ("127.0.0.1:99999", "is no address"),
        ("tcp://:1", "is no address"),
        ("a://b://c", "is no address"),
        ("tls://127.0.0.1:1", "asks for encryption"),
    ],
)
def test_what_is_no_address(address: str, words: str) -> None:
    with pytest.raises(ConstructionError, match=words), cluster_workers(address):
        pass


def test_nobody_answers() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        pytest.raises(ConstructionError, match="no Dask scheduler answers at"),
        cluster_workers(f"127.0.0.1:{port}"),
    ):
        pass
