"""The command line: finds the command, runs it, and turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from tools.errors import MarketwrightError, ToolError

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("agent.commands.demo", "do the main job on the demo store, from nothing"),
    "plan": ("agent.commands.plan", "turn a brief into a checked campaign"),
    "ask": ("agent.commands.ask", "answer one message from the store's data"),
    "tool": ("agent.commands.tool", "call one tool"),
    "check": ("agent.commands.check", "check a campaign again from its files alone"),
    "approve": ("agent.commands.approve", "approve the exact plan on file"),
    "reject": ("agent.commands.reject", "reject the plan on file"),
    "export": ("agent.commands.export", "hand over an approved campaign"),
    "results": ("agent.commands.results", "take in what came back of a campaign, and read it out"),
    "store": ("agent.commands.store", "import, check and list stores"),
    "index": ("agent.commands.index", "build and search a store's product index"),
    "serve": ("agent.commands.serve", "start the chat page and the HTTP API"),
    "model": ("agent.commands.model", "show or build the language model"),
    "schema": ("agent.commands.schema", "print the JSON schema of a file or a tool"),
}
"""Command name to its module and what it does; a command's module is imported only when it runs."""

EXIT_INPUT, EXIT_CAPABILITY, EXIT_INTERRUPTED = 2, 3, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done, 1 checks failed, 2 the user's input, 3 a missing capability.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_overview())
        return 0 if arguments else EXIT_INPUT
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"marketwright: command {name!r} is unknown; expected one of {', '.join(COMMANDS)}", file=sys.stderr)
        return EXIT_INPUT
    return _run(name, rest)


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {told}" for name, (_, told) in COMMANDS.items()]
    return "\n".join(["usage: marketwright COMMAND …, or marketwright COMMAND --help", "", *lines])


def _run(name: str, arguments: Sequence[str]) -> int:
    module_name, told = COMMANDS[name]
    module = import_module(module_name)
    parser = argparse.ArgumentParser(prog=f"marketwright {name}", description=told.capitalize() + ".")
    module.add_arguments(parser)
    args = parser.parse_args(arguments)
    try:
        code = int(module.run(args))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read the output, such as `head`, has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - so that Python's own flush at the end has somewhere to go
        return 0
    except MarketwrightError as error:
        print(f"marketwright {name}: {error}", file=sys.stderr)
        return error.exit_code
    except ToolError as error:
        print(f"marketwright {name}: {error}", file=sys.stderr)
        return EXIT_INPUT
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"marketwright {name}: no space is left on the disk; free some and run it again", file=sys.stderr)
        return EXIT_CAPABILITY
    except KeyboardInterrupt:
        print(f"marketwright {name}: stopped", file=sys.stderr)
        return EXIT_INTERRUPTED
