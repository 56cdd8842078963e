"""A server of the chat-completions form whose replies a test writes: good, bad and none."""

import base64
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cv2
import numpy as np

MODEL = "tiny"
Reply = Callable[["Handler"], None]


def completion(text: Any, model: str | None = MODEL, finish: str = "stop") -> bytes:
    message = {"role": "assistant", "content": text}
    body: dict[str, Any] = {"choices": [{"index": 0, "message": message, "finish_reason": finish}]}
    return json.dumps(body | ({"model": model} if model else {})).encode()


def status(code: int, body: bytes, **headers: str) -> Reply:
    """Of any status, with headers whose names have '_' for '-'."""
    return lambda handler: handler.reply(code, body, headers)


def answer(text: Any, **options: Any) -> Reply:
    return status(200, completion(text, **options))


def cut_in_the_middle(handler: "Handler") -> None:
    body = completion("positive")
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:20])
    handler.close_connection = True


def hang_up(handler: "Handler") -> None:
    handler.close_connection = True


def slow(seconds: float, then: Reply) -> Reply:
    def reply(handler: "Handler") -> None:
        time.sleep(seconds)
        then(handler)
    return reply


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "ScriptedServer"

    def log_message(self, *_: object) -> None:
        pass

    def reply(self, code: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        assert self.path == "/v1/models"
        self.server.models(self)

    def do_POST(self) -> None:
        assert self.path == "/v1/chat/completions"
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = body["messages"][-1]["content"][-1]["text"]
        with self.server.lock:
            self.server.requests.append(body)
            self.server.headers.append(dict(self.headers))
            self.server.asked[text] += 1
            script = self.server.scripts.get(text)
            reply = next(script, None) if script else None
        (reply or self.server.usual)(self)


class ScriptedServer(ThreadingHTTPServer):
    """Replies by the question's text: its own replies one after the other, and then the usual one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.asked: dict[str, int] = defaultdict(int)
        self.scripts: dict[str, Iterator[Reply]] = {}
        self.usual: Reply = answer("yes")
        self.models: Reply = status(200, json.dumps({"data": [{"id": MODEL}]}).encode())

    def handle_error(self, *_: object) -> None:
        """A client that goes away is part of the tests."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def script(self, question: str, *replies: Reply) -> None:
        self.scripts[question] = iter(replies)


def pictures_of(request: dict[str, Any]) -> list[np.ndarray]:
    """Those of a request, in their order, BGR."""
    parts = request["messages"][-1]["content"][:-1]
    assert all(part["type"] == "image_url" for part in parts)
    encoded = [part["image_url"]["url"].split(";base64,") for part in parts]
    return [cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR) for _, data in encoded]
