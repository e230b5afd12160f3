"""A client of `tt mcp`: the SDK's own, over standard input and output, driven from blocking code."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.client.session import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult, TextContent, Tool

from tests.forked import TT


class Refused(Exception):  # noqa: N818  an answer, not a fault
    """What a tool said instead of doing it."""


class Client:
    """One client, connected.

    Args:
        portal: Where its asynchronous part runs.
        session: The SDK's.
    """

    def __init__(self, portal: BlockingPortal, session: ClientSession) -> None:
        self._portal = portal
        self._session = session

    def tools(self) -> dict[str, Tool]:
        """The tools that it is offered."""
        return {tool.name: tool for tool in self._portal.call(self._session.list_tools).tools}

    def answer(self, name: str, **arguments: Any) -> CallToolResult:
        """What a tool answers."""
        answer: CallToolResult = self._portal.call(self._session.call_tool, name, arguments)
        return answer

    def __call__(self, name: str, **arguments: Any) -> Any:
        """The JSON object of a tool that must succeed.

        Raises:
            Refused: It does not.
        """
        answer = self.answer(f"tt_{name}", **arguments)
        (content,) = answer.content
        assert isinstance(content, TextContent)
        if answer.is_error:
            raise Refused(content.text)
        assert content.text
        return answer.structured_content


@contextmanager
def client(folder: Path, *words: str) -> Iterator[Client]:
    """A client that is connected to a `tt mcp` of its own."""
    parameters = StdioServerParameters(command=TT, args=["mcp", *words], cwd=folder, env=dict(os.environ))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(stdio_client(parameters)) as streams,
        portal.wrap_async_context_manager(ClientSession(*streams)) as session,
    ):
        portal.call(session.initialize)
        yield Client(portal, session)
