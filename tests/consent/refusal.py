"""What a refusal says, word for word: whoever must act has nothing else to go by."""

from collections.abc import Callable

import pytest

from edgekit.errors import EdgekitError


def refusal(do: Callable[..., object], *of: object) -> tuple[str, str | None]:
    """Return the message and the hint with which something is refused."""
    with pytest.raises(EdgekitError) as refused:
        do(*of)
    return str(refused.value), refused.value.hint
