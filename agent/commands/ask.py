"""`marketwright ask`: answer one message from the store's data."""

from __future__ import annotations

import argparse
import sys

from pydantic import ValidationError

from agent.artifacts import to_json
from agent.asking import ask
from agent.commands.options import add_model, add_store, read_day
from agent.requests import MESSAGE_CHARACTERS, AskReply, AskRequest, Event
from tools.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("message", metavar="MESSAGE", help="a question or a command")
    add_store(parser)
    add_model(parser)
    parser.add_argument("--json", action="store_true", help="print tool calls, answer, evidence and refusal as JSON")


def run(args: argparse.Namespace) -> int:
    """Answer, and print the answer."""
    reply = ask(read_request(args), show)
    print(to_json(reply) if args.json else write_reply(reply))
    return 0


def read_request(args: argparse.Namespace) -> AskRequest:
    """Make a request of the arguments.

    Raises:
        InputError: The message is empty or too long, or an option is wrong.
    """
    message = args.message.strip()
    if not message:
        raise InputError('the message is empty; expected a question; try "How many lapsed customers do we have?"')
    if len(message) > MESSAGE_CHARACTERS:
        told = f"the message has {len(message):,} characters; expected at most {MESSAGE_CHARACTERS:,}; shorten it"
        raise InputError(told)
    as_of = read_day(args.as_of)
    try:
        return AskRequest(message=message, store=args.store, as_of=as_of, model=args.model, seed=args.seed)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise InputError(f"option {fault['loc'][0]!r} is wrong: {fault['msg']}; see --help") from error


def write_reply(reply: AskReply) -> str:
    """Return a reply as plain text: the answer, then the calls it stands on."""
    calls = [
        f"  {call.name}({', '.join(f'{key}={value}' for key, value in call.arguments.items())})"
        for call in reply.tool_calls
    ]
    return "\n".join([reply.answer, *calls])


def show(event: Event) -> None:
    """Print one piece of news on standard error."""
    if event.kind in ("tool", "error", "note"):
        print(f"  {event.message}", file=sys.stderr, flush=True)
