"""Jobs on all cores, or on a cluster. Compiled code runs without the interpreter's lock, so threads do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

from construction.errors import ConstructionError
from construction.executors.threads import cores
from construction.extras import missing_extra

Job = TypeVar("Job")
Result = TypeVar("Result")

CONNECT_SECONDS: Final = 5
SCHEMES: Final = ("tcp", "tls", "ws", "wss")  #: of a scheduler in another process
JOBS_AHEAD: Final = 2  #: for each worker, so that none waits


@dataclass(frozen=True)
class Workers:
    """Where jobs are done, and how many at a time."""

    pool: Executor
    count: int

    def run(
        self,
        function: Callable[[Job], Result],
        jobs: Iterable[Job],
        more: Callable[[Result], Iterable[Job]] = lambda result: (),
    ) -> Iterator[tuple[Job, Result]]:
        """Every job with its result, in the order in which they end; ``more`` gives jobs left over by one.

        Jobs are asked for one by one, so there may be any number. When the caller stops, jobs that have not
        begun are cancelled.
        """
        given = iter(jobs)
        queue: deque[Job] = deque()
        running: dict[Future[Any], Job] = {}
        try:
            while True:
                while len(running) < JOBS_AHEAD * self.count:
                    if not queue:
                        queue.extend(islice(given, 1))
                    if not queue:
                        break
                    job = queue.popleft()
                    running[self.pool.submit(function, job)] = job
                if not running:
                    return
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    job = running.pop(future)
                    result = future.result()
                    queue.extend(more(result))
                    yield job, result
        finally:
            for future in running:
                future.cancel()


@contextmanager
def local_workers(count: int | None = None) -> Iterator[Workers]:
    """Threads of this process, one for each core unless told otherwise."""
    number = count or cores()
    pool = ThreadPoolExecutor(number)
    try:
        yield Workers(pool, number)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def cluster_workers(address: str) -> Iterator[Workers]:
    """The workers of a Dask scheduler. A job whose worker dies is done by another one.

    Raises :class:`~construction.errors.ConstructionError` when this is no address, no scheduler answers, or none of its
    workers is there, and :class:`~construction.extras.MissingExtraError` without Dask.
    """
    try:
        from distributed import Client  # noqa: PLC0415
    except ModuleNotFoundError:
        raise missing_extra("distributed", "dask") from None
    _check_address(address)
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConstructionError(
            f"no Dask scheduler answers at {address} ({error}); start one with 'dask scheduler', and workers "
            f"with 'dask worker ADDRESS'"
        ) from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ConstructionError(
                f"the Dask scheduler at {address} has no workers; start some with 'dask worker {address}'"
            )
        with client.get_executor(pure=False, retries=10) as pool:
            yield Workers(pool, threads)


def _check_address(address: str) -> None:
    """Refuse what is no address of a scheduler: a client that cannot be made leaves an error when it is collected."""
    from distributed import Security  # noqa: PLC0415
    from distributed.comm.addressing import parse_address, parse_host_port  # noqa: PLC0415

    try:
        scheme, place = parse_address(address)
        host, port = parse_host_port(place)
    except ValueError:
        scheme, host, port = "", "", 0
    if scheme not in SCHEMES or not host or not 0 < port < 2**16:
        raise ConstructionError(
            f"{address!r} is no address of a Dask scheduler; it should have a host and a port, like tcp://127.0.0.1:8786, "
            f"and one of the schemes {', '.join(SCHEMES)}"
        )
    if scheme in ("tls", "wss") and not Security().get_connection_args("client")["ssl_context"]:
        raise ConstructionError(
            f"{address} asks for encryption, and Dask's configuration has no certificates (distributed.comm.tls); give "
            f"them there, or take tcp"
        )
