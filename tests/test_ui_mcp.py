"""An agent's side of `unspool mcp`: the protocol's own client, a real process; only the model is played."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client

import ingest
from assistant import Library
from tests.conftest import ROOT
from yarn_runtime.scripted import scripted_engine

REPLY = json.dumps({"found": True, "statements": [{"text": "The notice period is 30 days.", "marks": [1]}]})


def session(folder: Any, url: str, story: Callable[[ClientSession], Awaitable[None]]) -> None:
    """Play the story against a process of its own."""

    async def play() -> None:
        parameters = StdioServerParameters(
            command=sys.executable,
            args=["-m", "ui", "mcp", "--engine-url", url, "--rounds", "0"],
            cwd=str(ROOT),
            env={**os.environ, "UNSPOOL_DATA": str(folder)},
        )
        async with stdio_client(parameters) as streams, ClientSession(*streams) as client:
            await client.initialize()
            await story(client)

    asyncio.run(asyncio.wait_for(play(), 60))


@pytest.fixture
def contract(tmp_path):
    path = tmp_path / "contract.txt"
    path.write_text("The notice period is 30 days. The fee is 400 dollars.")
    library = Library(tmp_path / "data" / "library")
    document = ingest.read(path)
    library.add(document)
    library.close()
    return document


def said(result: Any) -> str:
    return "".join(part.text for part in result.content)


def test_an_agent_lists_searches_opens_and_asks(tmp_path, contract):
    async def story(client: ClientSession) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == {"list_documents", "search", "open_page", "ask"}
        assert all(tool.annotations.read_only_hint for tool in tools)
        assert contract.id in said(await client.call_tool("list_documents", {}))
        assert "contract.txt" in said(await client.call_tool("search", {"query": "notice period"}))
        page = await client.call_tool("open_page", {"document": "contract.txt", "page": 1})
        assert "400 dollars" in said(page)
        answer = said(await client.call_tool("ask", {"question": "What is the notice period?"}))
        assert re.match(r"The notice period is 30 days\. \[1\]\n\n\[1\] contract\.txt, ", answer), answer
        assert Library(tmp_path / "data" / "library").conversations() == []

    with scripted_engine(lambda *_: REPLY) as scripted:
        session(tmp_path / "data", scripted.url, story)


def test_what_goes_wrong_is_told_and_the_session_goes_on(tmp_path, contract):
    async def story(client: ClientSession) -> None:
        for tool, arguments, words in (
            ("open_page", {"document": "nowhere", "page": 1}, "no document"),
            ("open_page", {"document": "contract.txt", "page": 9}, "no page"),
            ("ask", {"question": " "}, "empty"),
            ("ask", {"question": "Why?", "documents": ["nowhere"]}, "no document"),
        ):
            failed = await client.call_tool(tool, arguments)
            assert failed.is_error
            assert words in said(failed)
        assert not (await client.call_tool("list_documents", {})).is_error

    with scripted_engine([]) as scripted:
        session(tmp_path / "data", scripted.url, story)
        assert not scripted.requests
