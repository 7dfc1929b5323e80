"""A thread that runs what channels were told to do when something changes.

Not the link's own: a callback may set a lamp, and then waits for the link.
"""

import logging
import queue
import threading
from collections.abc import Callable

LOG = logging.getLogger(__name__)
_WAITING = 1000


class Errands:
    """Runs callables in order, in one thread, which starts with the first."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Callable[[], object] | None] = queue.Queue(_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def run(self, errand: Callable[[], object]) -> None:
        """Run it soon; dropped where a thousand wait already."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name="edgekit-errands", daemon=True
                )
                self._thread.start()
        try:
            self._queue.put_nowait(errand)
        except queue.Full:
            LOG.warning("errand=dropped waiting=%d", _WAITING)

    def close(self) -> None:
        """Finish the one under way and end; harmless when repeated."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            self._queue.put(None)
            thread.join()

    def _work(self) -> None:
        while True:
            errand = self._queue.get()
            if errand is None:
                return
            try:
                errand()
            except Exception:  # a user's mistake ends neither the thread nor the link
                LOG.exception("errand=failed")
