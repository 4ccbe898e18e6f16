"""The web server: `python -m scripts.web`, with granian's own words, of which the first is the app.

The application is imported once, before the processes that serve are forked from this one: they
share its memory, and one that has to be started anew is there at once. What was made so far stays
for ever, so the garbage collector neither looks at it nor writes into the pages that are shared.
"""

from __future__ import annotations

import gc
import importlib
import sys

# Nothing that an import leaves behind is garbage, and looking for it takes a third of the time.
gc.disable()

from granian import cli  # noqa: E402 - after the collector has been told to wait.


def main() -> None:
    """Import the application, keep what it brought, and serve."""
    importlib.import_module(sys.argv[1].partition(":")[0])
    gc.freeze()
    gc.enable()
    cli.entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
