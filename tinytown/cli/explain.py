"""`tt explain`: what a code of a finding means."""

import textwrap

import click

from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import paint, say, say_json
from tinytown.errors import UsageError

_COLOURS = {"error": "red", "warning": "yellow"}
_WIDTH = 88


@click.command("explain", epilog=examples("tt explain", "tt explain TT007", "tt explain 7 --json"))
@click.argument("code", required=False)
@json_option
@town_option
def command(code: str | None, *, as_json: bool) -> None:
    """Explain CODE, such as TT007: what it means, why it matters, and an example. Without CODE, list all codes."""
    from planner.diagnostics.explanations import EXPLANATIONS, explained

    known = [_known(code)] if code else list(EXPLANATIONS)
    told = [explained(one) for one in known]
    if as_json:
        say_json(told[0] if code else told)
    elif code:
        _say_one(told[0])
    else:
        _say_all(told)


def _known(word: str) -> str:
    from planner.diagnostics.explanations import EXPLANATIONS, code_of
    from tinytown.ids import nearest

    code = code_of(word.strip())
    if code is None:
        guess = nearest(word.strip().upper(), EXPLANATIONS)
        hint = f"Did you mean {guess}? " if guess else ""
        raise UsageError(f'there is no code "{word}"', f"{hint}`tt explain` lists all.")
    return code


def _say_all(told: list[dict[str, str]]) -> None:
    from tinytown.cli.table import say_table

    rows = [
        [one["code"], paint(one["severity"], _COLOURS[one["severity"]]), "yes" if one["fix"] else "", one["title"]]
        for one in told
    ]
    say_table(("CODE", "SEVERITY", "--FIX", "TITLE"), rows)


def _say_one(told: dict[str, str]) -> None:
    head = f"{told['severity']}[{told['code']}]"
    say(f"{paint(head, _COLOURS[told['severity']], bold=True)}: {paint(told['title'], bold=True)}")
    say()
    say(_wrapped(told["what"]))
    say()
    say(_wrapped(told["why"]))
    for heading, example in (("Wrong:", told["bad"]), ("Right:", told["good"])):
        say()
        say(paint(heading, bold=True))
        say("\n".join(f"  {line}".rstrip() for line in example.splitlines()))
    say()
    say(_wrapped(f"`tt plan check --fix` {told['fix'] or 'leaves this to people'}."))


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
