"""A model provider on loopback, to try the native harness by hand: `python -m tests.agents.serve`.

It reads a file, delegates a review, asks to write NOTES.md, and sums up. `--rate-limit` refuses the first call once.
"""

import argparse
import json
from typing import Any

import anyio

from tests.agents.anthropic_server import AnthropicDialect
from tests.agents.model_server import Answer, Call, Fail, ModelServer, Tokens, Turn
from tests.agents.openai_server import OpenAIDialect

PATCH = "*** Begin Patch\n*** Add File: NOTES.md\n+Read the readme; it is short.\n*** End Patch"
DELEGATED = {
    "tasks": [
        {"role": "reviewer", "task": "Review the staged diff."},
        {"role": "tester", "task": "Say how the tests are run."},
    ]
}


def story(body: dict[str, Any]) -> Turn:
    """The next answer, by what the request holds."""
    text = json.dumps(body)
    results = text.count('"role": "tool"') or text.count('"tool_result"')
    tokens = Tokens(read=len(text) // 4, written=60, cached=len(text) // 8)
    if "of this run: another agent" in text:
        if not results:
            return Answer("I look at the readme.", (Call("read_file", {"path": "README.md"}),), tokens=tokens)
        return Answer(
            "Nothing speaks against it. The code is short and clear, and one test is missing.", tokens=tokens
        )
    steps = (
        Answer(
            "I read what is there first.",
            (Call("read_file", {"path": "README.md"}),),
            "A small project.",
            tokens,
        ),
        Answer("Two others look at it at the same time.", (Call("delegate", DELEGATED),), tokens=tokens),
        Answer(
            "I ask to write down what was found.", (Call("apply_patch", {"patch": PATCH}),), tokens=tokens
        ),
        Answer(
            "Done: the notes are in NOTES.md.\n\n- the reviewer found nothing\n- one test is missing",
            tokens=tokens,
        ),
    )
    return steps[min(results, len(steps) - 1)]


async def main(port: int, anthropic: bool, rate_limit: bool) -> None:
    """Serve until interrupted."""
    refused = [Fail(429, "slow down", {"retry-after": "2"})] if rate_limit else []
    dialect = AnthropicDialect() if anthropic else OpenAIDialect()
    server = ModelServer(dialect, lambda body: refused.pop() if refused else story(body))
    async with server.serve(port):
        print(server.url, flush=True)
        await anyio.sleep_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--anthropic", action="store_true")
    parser.add_argument("--rate-limit", action="store_true")
    arguments = parser.parse_args()
    anyio.run(main, arguments.port, arguments.anthropic, arguments.rate_limit)
