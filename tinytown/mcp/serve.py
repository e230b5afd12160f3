"""The one door to the SDK of the Model Context Protocol, which is asynchronous; every tool runs in a thread."""

import json
from functools import partial
from importlib.metadata import version

import anyio
from anyio import to_thread
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)

from tinytown.mcp.call import call
from tinytown.mcp.session import Session
from tinytown.mcp.tools import TOOLS

_INSTRUCTIONS = (
    "Tinytown runs a plan of tasks with several agents, and you are one of them. Take a task with tt_claim, say "
    "tt_start before you work on it and tt_complete or tt_fail when you are done. Read tt_inbox between tasks."
)


def serve(session: Session) -> None:
    """Serves the town on standard input and output until the client closes them.

    Args:
        session: The client's.
    """
    anyio.run(partial(_serve, session))


async def _serve(session: Session) -> None:
    async def list_tools(_context: object, _params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=_tools())

    async def call_tool(_context: object, params: CallToolRequestParams) -> CallToolResult:
        answer = await to_thread.run_sync(call, session, params.name, params.arguments or {})
        return CallToolResult(
            content=[TextContent(type="text", text=answer.text)],
            structured_content=json.loads(json.dumps(answer.document)),
            is_error=answer.refused,
        )

    server: Server[object] = Server(
        "tinytown",
        version=version("tinytown"),
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _tools() -> list[Tool]:
    return [
        Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=tool.arguments.model_json_schema(),
            annotations=ToolAnnotations(
                read_only_hint=tool.reads,
                destructive_hint=tool.destroys,
                idempotent_hint=tool.reads,
                open_world_hint=False,
            ),
        )
        for tool in TOOLS.values()
    ]
