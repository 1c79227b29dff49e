"""Which process runs which tests, where there are several."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

_RUNNING_PROGRAM = re.compile(r"tests/outside/.*\[(sqlite|postgresql)\b")


class OneProgramEach(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Tests as they come, but all that share a running program (one per database) in one process.

    xdist's own `loadgroup` does not see its marks under pytest 9.
    """

    def _split_scope(self, nodeid: str) -> str:
        shared = _RUNNING_PROGRAM.match(nodeid)
        return f"the program on {shared[1]}" if shared else nodeid
