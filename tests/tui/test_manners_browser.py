"""The app in a browser: headless Chromium, driven by its own protocol, opens what ``kgrec serve`` serves."""

import asyncio
import base64
import json
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from terminals import KGREC, Drawn

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE_S = 60
BINARY = 2


@pytest.fixture
def address(films_home: Path) -> Iterator[str]:
    """Serve the app to a free port; return where."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with running([*KGREC, "serve", "--port", port], KGREC_HOME=str(films_home)) as process:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        yield f"127.0.0.1:{port}"


@contextmanager
def running(command: list[str | Path], **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment}
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


class Tab:
    """A page in the browser: what its terminal shows, and keys to press."""

    def __init__(self, channel: aiohttp.ClientWebSocketResponse) -> None:
        self._channel = channel
        self._drawn = Drawn((300, 100))
        self._numbers = count(1)

    async def tell(self, method: str, **parameters: object) -> None:
        await self._channel.send_json({"id": next(self._numbers), "method": method, "params": parameters})

    async def press(self, key: str) -> None:
        code = ord(key.upper())
        for kind, text in (("keyDown", key), ("keyUp", "")):
            await self.tell("Input.dispatchKeyEvent", type=kind, key=key, text=text, windowsVirtualKeyCode=code)

    async def wait_for(self, text: str) -> str:
        """Wait until the terminal shows a text; return all it shows."""
        async with asyncio.timeout(PATIENCE_S):
            while text not in self._drawn.screen:
                event = json.loads((await self._channel.receive()).data)
                if event.get("method") == "Network.webSocketFrameReceived":
                    frame = event["params"]["response"]
                    if frame["opcode"] == BINARY:  # what the app drew, not what the server says
                        self._drawn.draw(base64.b64decode(frame["payloadData"]).decode())
        return self._drawn.screen


@asynccontextmanager
async def tab_at(address: str, profile: Path) -> AsyncIterator[Tab]:
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    options += ["--disable-background-networking", "--disable-component-update", "--window-size=1400,900"]
    options += ["--remote-debugging-port=0", f"--user-data-dir={profile}"]
    with running([CHROMIUM, *options]) as process:
        assert process.stdout is not None
        said = next(line for line in process.stdout if line.startswith("DevTools listening on"))
        browser = f"http://{urlsplit(said.split()[-1]).netloc}"
        async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as client:
            async with client.get(f"{browser}/json/list") as pages:
                page = next(page for page in await pages.json() if page["type"] == "page")
            async with client.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as channel:
                tab = Tab(channel)
                await tab.tell("Network.enable")
                await tab.tell("Emulation.setFocusEmulationEnabled", enabled=True)
                await tab.tell("Page.navigate", url=f"http://{address}/")
                yield tab


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
async def test_a_question_is_answered_and_a_list_appears_in_a_browser(address: str, tmp_path: Path):
    async with tab_at(address, tmp_path / "profile") as tab:
        await tab.wait_for("Who is watching?")
        await tab.press("1")
        await tab.wait_for("just me ◂")
        screen = await tab.wait_for("%  ")
        assert "For you now" in screen


@pytest.mark.parametrize(
    ("path", "headers"), [("/ws", {"Origin": "http://elsewhere.example"}), ("/", {"Host": "elsewhere.example"})]
)
async def test_another_site_in_the_same_browser_is_refused(address: str, path: str, headers: dict[str, str]):
    async with aiohttp.ClientSession() as client:
        async with client.get(f"http://{address}{path}", headers=headers) as refused:
            assert refused.status == 403
        async with client.get(f"http://{address}/") as page:
            text = await page.text()
    assert "https://" not in text
    assert "http://" not in text


def test_serving_others_than_oneself_is_warned_of(films_home: Path):
    wrong = subprocess.run(
        [*KGREC, "serve", "--host", "192.0.2.1", "--user", "ana"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "KGREC_HOME": str(films_home)},
        timeout=PATIENCE_S,
    )
    assert wrong.returncode == 2
    assert "anybody who can reach 192.0.2.1" in wrong.stderr
    assert "no password" in wrong.stderr
    assert "cannot listen on 192.0.2.1" in wrong.stderr
