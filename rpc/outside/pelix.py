"""Debian's python3-jsonrpclib-pelix against a game: python3 pelix.py ADDRESS TOKEN.

Prints one JSON object, a member for each thing that was tried; pelix.test.mjs says what
must stand there.
"""

import json
import sys

from jsonrpclib import MultiCall, ServerProxy
from jsonrpclib.config import Config
from jsonrpclib.jsonrpc import AppError, ProtocolError, TransportError

address, token = sys.argv[1:]
headers = {"Authorization": "Bearer " + token}


def connect(headers=headers, **config):
    return ServerProxy(address, headers=headers, config=Config(**config))


def attempt(call):
    """The result of a call, or what its error says."""
    try:
        return {"result": call()}
    except TransportError as error:
        return {"status": error.errcode}
    except AppError as error:
        code, message, data = error.args[0]
        return {"code": code, "message": message, "data": data}
    except ProtocolError as error:  # codes of the specification, without data
        code, message = error.args[0]
        return {"code": code, "message": message}


game = connect(content_type="application/json")

batch = MultiCall(game)
batch.echo(1)
batch._notify.echo("nobody answers")
batch.cvar.get(name="physics.gravity")
batch.echo(2)

print(json.dumps({
    "position": attempt(lambda: game.echo(1, "two", [3], {"four": None})),
    "name": attempt(lambda: game.echo(a=1, b="\u00e9\U0001f600")),
    "dotted": attempt(lambda: game.cvar.get("physics.gravity")),
    "large": attempt(lambda: game.echo(2**53 + 1, 2**64)),
    "notification": attempt(lambda: game._notify.cvar.set(name="physics.gravity", value=11)),
    "after": attempt(lambda: game.cvar.get(name="physics.gravity")),
    "reset": attempt(lambda: game.cvar.reset("physics.gravity")),
    "unknown": attempt(lambda: game.cvar.sett(1)),
    "missing": attempt(lambda: game.cvar.get()),
    "absent": attempt(lambda: game.cvar.get("physics.gravty")),
    "batch": attempt(lambda: list(batch())),
    "stranger": attempt(lambda: connect({}, content_type="application/json").echo(1)),
    "untold": attempt(lambda: connect().echo(1)),
}))
