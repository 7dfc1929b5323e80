"""What is let go of at the end of its ``with``."""

import abc
from types import TracebackType
from typing import Self


class Closing(abc.ABC):
    """A thing that is closed once, by `close` or by leaving its ``with``."""

    __slots__ = ()

    @abc.abstractmethod
    def close(self) -> None:
        """Let go of what it holds; harmless when repeated."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
