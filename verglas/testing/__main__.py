"""The command: `python -m verglas.testing`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import cast

from verglas.testing.exchanges import RecordingError, read_recording
from verglas.testing.masks import SECRETS
from verglas.testing.replaying import replay
from verglas.wsgi import WSGIApplication

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay a recording, and print how the answers differ.

    Args:
        arguments: Of the command; without them, those of the process.

    Returns:
        The exit code: 0 without differences, 1 with some, 2 for what cannot be replayed, or not against that.
    """
    options = _parser().parse_args(arguments)
    try:
        exchanges = list(read_recording(options.file))
    except RecordingError as error:
        return _failure(str(error))
    except OSError as error:
        return _failure(f"cannot read {options.file}: {error.strerror or error}")
    try:
        target, mask = _found(options.application), SECRETS if options.mask_secrets else None
        differences = replay(exchanges, target, ignore=options.ignore, mask=mask)
    except Exception as error:  # noqa: BLE001  # of a module of the user's, too; what answers raise is compared
        return _failure(f"cannot replay against {options.application}: {type(error).__name__}: {error}")
    for difference in differences:
        print(difference)
    print(f"{len(exchanges)} replayed, {len(differences) or 'no'} difference{'' if len(differences) == 1 else 's'}")
    return 1 if differences else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m verglas.testing", description="Tools for tests of applications.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser(
        "replay",
        help="send recorded requests again, and show how the answers differ",
        description="Send recorded requests again, and show how the answers differ. Exits with 1 if they do.",
    )
    command.add_argument("file", metavar="FILE", help="what verglas.testing.record wrote")
    command.add_argument(
        "application",
        metavar="MODULE:NAME",
        help="a WSGI application or a handler, such as shop.site:app; with () behind it, a function that makes one",
    )
    command.add_argument(
        "--ignore",
        metavar="NAME",
        action="append",
        default=[],
        help="a field, or a JSON pointer such as /items/0/id, that is not compared; may be given several times",
    )
    command.add_argument(
        "--mask-secrets",
        action="store_true",
        help="the recording was made with mask=SECRETS: what that hides is not compared",
    )
    return parser


def _found(where: str) -> WSGIApplication:
    """The object that MODULE:NAME names; `replay` finds out what it is.

    Raises:
        ImportError: The module cannot be imported.
        AttributeError: The module has nothing of that name.
        TypeError: An object with `()` behind its name is not a function.
    """
    module, colon, name = where.partition(":")
    if not (module and colon and name):
        raise ImportError("what is replayed against is written as MODULE:NAME")
    found: object = importlib.import_module(module)
    for part in name.removesuffix("()").split("."):
        found = getattr(found, part)
    if name.endswith("()"):
        if not callable(found):
            raise TypeError(f"{name[:-2]} is not a function")
        found = found()
    return cast("WSGIApplication", found)  # as said


def _failure(message: str) -> int:
    print(f"python -m verglas.testing: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
