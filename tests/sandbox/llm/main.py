"""The command line of the sandbox LLM."""
import argparse
import signal
import sys

from .answers import Answers
from .server import Sandbox, serve

DEFAULT_PORT = 8082


def parse(argv):
    p = argparse.ArgumentParser(
        prog="llm.py",
        description="An OpenAI-compatible server that answers by rules.")
    p.add_argument("--port", type=int, default=DEFAULT_PORT)
    p.add_argument("--host", default="127.0.0.1")
    p.add_argument("--key", default="",
                   help="refuse calls without this API key")
    p.add_argument("--delay-ms", type=float, default=0, metavar="N",
                   help="pause before each token")
    p.add_argument("--answers", action="append", default=[], metavar="FILE",
                   help="JSONL of recorded answers: prompt (or request) "
                        "and answer")
    p.add_argument("--quiet", action="store_true",
                   help="no line for each request")
    return p.parse_args(argv)


def main(argv=None):
    args = parse(argv)
    try:
        answers = Answers.load(args.answers)
    except (OSError, ValueError) as e:
        print(f"llm.py: {e}", file=sys.stderr)
        return 1
    sandbox = Sandbox(key=args.key, delay_ms=args.delay_ms, answers=answers,
                      quiet=args.quiet)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(sandbox, args.host, args.port)
    except OSError as e:
        print(f"llm.py: port {args.port}: {e.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0
