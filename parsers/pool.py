"""A pool of processes that hears one out before it takes it for dead.

Pebble looks for dead processes in one thread and reads what they say in another. A file that kills its reader at once
can be faster than both: the death is seen before the word that the file was begun is heard, and then Pebble takes the
file for one that goes on for ever, or the pool for broken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pebble import ProcessPool
from pebble.pool.base_pool import PoolContext
from pebble.pool.process import PoolManager

from parsers.processes import Context


class Pool(ProcessPool):
    """So many processes, each made ready by ``initializer(*initargs)``; how they begin is ours."""

    def __init__(
        self, workers: int, *, initializer: Callable[..., None], initargs: tuple[object, ...]
    ) -> None:
        context = Context()
        super().__init__(workers, initializer=initializer, initargs=initargs, context=context)
        self._pool_manager = _Manager(self._context, context)


class _Manager(PoolManager):
    """Told of a death by the thread that looks for them, it finds the file in the one that reads messages."""

    def __init__(self, pool: PoolContext, context: Context) -> None:
        super().__init__(pool, context)
        self._dead: deque[tuple[int, int]] = deque()

    def handle_worker_expiration(self, expiration: tuple[int, int]) -> None:
        """Note the process, by its number and exit status."""
        self._dead.append(expiration)

    def process_next_message(self, timeout: float) -> None:
        """Wait so many seconds for a message; those of the dead are all there."""
        dead = [self._dead.popleft() for _ in range(len(self._dead))]
        channel = self.worker_manager.pool_channel
        while dead and channel and channel.poll(0):
            super().process_next_message(0)
        for one in dead:
            super().handle_worker_expiration(one)
        super().process_next_message(timeout)
