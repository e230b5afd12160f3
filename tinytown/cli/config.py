"""`tt config`: shows the options and sets them."""

from pathlib import Path
from typing import Any

import click

from tinytown import config as configuration
from tinytown.cli.opening import town_folder
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import note, say, say_json
from tinytown.cli.table import say_table
from tinytown.configure import Change, Scope, set_option, unset_option
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.layers import OF_THE_TOWN, Settings, masked
from tinytown.options import CLIS, URL, Config, Option, option, option_at, options
from tinytown.statements import KeyPath

_HEADER = ("OPTION", "FROM", "VALUE")


@click.command(
    "config",
    epilog=examples(
        "tt config",
        "tt config default_cli codex",
        "tt config agent_clis.mine.command 'my-agent --batch'",
        "tt config --user max_agents 4",
        "tt config redis.port --unset",
    ),
)
@town_option
@click.argument("key", required=False)
@click.argument("value", required=False)
@click.option("--unset", is_flag=True, help="Take KEY out of the file.")
@click.option("--user", is_flag=True, help="Your own defaults, for all your towns.")
@json_option
@click.pass_context
def command(
    ctx: click.Context, key: str | None, value: str | None, *, unset: bool, user: bool, as_json: bool
) -> None:
    """Show all options and where each comes from; the value of KEY; or set KEY to VALUE in tinytown.toml.

    The environment (TINYTOWN_REDIS_HOST for redis.host) goes before tinytown.toml, that before your own defaults,
    those before what is built in. A file is changed in this one place, and only if what it says then will do.
    """
    if unset and (key is None or value is not None):
        raise UsageError("--unset takes a KEY and no VALUE", "Say: tt config KEY --unset")
    root = None if user else configuration.find(town_folder(ctx))
    if key is not None and (unset or value is not None):
        scope = Scope.of_user() if root is None else Scope.of_town(root)
        change = unset_option(scope, key) if value is None else set_option(scope, key, value)
        _report(scope, change, root, as_json=as_json)
        return
    settings = _settings(root)
    rows = [option(key)] if key is not None else _all(settings, own=root is None)
    documents = [_document(settings, one) for one in rows]
    if as_json:
        say_json(documents if key is None else documents[0])
    elif key is None:
        say_table(_HEADER, [_row(document) for document in documents])
    elif documents[0]["value"] is not None:
        say(shown(_spelt(documents[0]["value"])))


def _settings(root: Path | None) -> Settings:
    if root is not None:
        return configuration.settings(root)
    scope = Scope.of_user()
    return scope.settings(configuration.read(scope.file) or "")


def _all(settings: Settings, *, own: bool) -> list[Option]:
    always = [one for one in options() if not (own and one.path in OF_THE_TOWN)]
    return [*always, *(option_at(path) for path in sorted(settings.origins) if path[0] == CLIS)]


def _document(settings: Settings, which: Option) -> dict[str, Any]:
    origin = settings.origin(which.path)
    value = _value(settings.config, which.path)
    if which.path == URL and value is not None:
        value = masked(value)
    return {"key": which.key, "value": value, "source": origin.kind, "place": origin.place or None}


def _value(config: Config, path: KeyPath) -> Any:
    found: Any = config.model_dump(mode="json")
    for key in path:
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    return found


def _row(document: dict[str, Any]) -> tuple[str, ...]:
    place, value = document["place"] or document["source"], document["value"]
    if document["source"] == "town":
        place = Path(place).name
    return shown(document["key"]), shown(place), "-" if value is None else shown(_spelt(value))


def _spelt(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _report(scope: Scope, change: Change, root: Path | None, *, as_json: bool) -> None:
    key = ".".join(change.path)
    if as_json:
        say_json({"key": key, "before": change.before, "after": change.after, "file": str(scope.file)})
    elif change.after is None:
        was = "is taken out of" if change.before is not None else "is not set in"
        say(f"{shown(key)} {was} {shown(str(scope.file))}")
    else:
        was = "" if change.before is None else f", not {_spelt(change.before)} any more"
        say(f"{shown(key)} is {shown(_spelt(change.after) + was)}: {shown(str(scope.file))}")
    for warning in _warnings(change, root):
        note(f"tt: {shown(warning)}")


def _warnings(change: Change, root: Path | None) -> list[str]:
    """What somebody would wonder about who changed this option."""
    if root is None:
        return []
    settings = configuration.settings(root)
    key, warnings = ".".join(change.path), []
    origin = settings.origin(change.path)
    if origin.kind == "environment":
        warnings.append(f"{origin.place} in the environment says otherwise, and goes before {key}.")
    redis = settings.config.redis
    unused = redis.url or redis.use_socket
    if change.path in (("redis", "host"), ("redis", "port")) and change.after is not None and unused:
        over = "redis.url goes before it" if redis.url else "it counts once redis.use_socket is false"
        warnings.append(f"{key} does not count now: {over}.")
    if change.path == ("name",) and change.before not in (None, change.after):
        warnings.append(f"what Redis holds stays under the old name, {change.before}.")
    return warnings
