"""Who is let in to what is not for readers, and who is not (failure modes, row 45)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from asgi import ask
from markwire.errors import ConfigurationError
from markwire.serving.guard import COOKIE, Guard, Rules
from markwire.serving.tokens import VARIABLE, read_token

TOKEN = "a token of more than sixteen signs"
OPEN = Rules()
CLOSED = Rules(hosts=("desk.example.org",), token=TOKEN)
STREAM = ("Accept", "text/event-stream")


def room(rules: Rules, guard: Guard | None = None) -> ASGIApp:
    """A page behind a guard."""
    keeper = guard or Guard(rules)
    return keeper.around(PlainTextResponse("drafts"), login="/desk/login", free=("/desk/static/",))


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_this_machine_is_let_in_under_its_own_names(host: str) -> None:
    """Nobody who sits at it should have to log in."""
    assert ask(room(OPEN), "/desk/", host=host).text == "drafts"


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example@127.0.0.1",
        "127.0.0.1:8000@evil.example",
        "[::1",
        "2130706433",
    ],
)
def test_a_name_that_somebody_else_gives_this_machine_is_not_answered(host: str | None) -> None:
    """DNS rebinding: another page's own name, led to the loopback, would read every draft."""
    answer = ask(room(OPEN), "/desk/", host=host)
    assert (answer.status, "drafts" in answer.text) == (421, False)


def test_two_names_at_once_are_none() -> None:
    """What a proxy takes for the name must be what we take for it."""
    two = [("host", "127.0.0.1:8000"), ("host", "evil.example")]
    assert ask(room(OPEN), "/desk/", host=None, headers=two).status == 421


def test_a_configured_name_is_answered() -> None:
    """A newsroom has its desk under a name of its own."""
    guard = Guard(CLOSED)
    answer = ask(room(CLOSED, guard), "/desk/login", host="Desk.Example.org")
    assert answer.text == "drafts"  # the login is behind the same guard, and free


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 403),
        ([("Origin", "http://127.0.0.1:8000")], 200),
        ([("Origin", "http://127.0.0.1:8000"), ("Sec-Fetch-Site", "same-origin")], 200),
        ([("Sec-Fetch-Site", "same-origin")], 200),
        ([("Origin", "http://127.0.0.1:9000")], 403),
        ([("Origin", "http://localhost:8000")], 403),
        ([("Origin", "https://evil.example")], 403),
        ([("Origin", "null")], 403),
        ([("Origin", "http://127.0.0.1:8000"), ("Sec-Fetch-Site", "cross-site")], 403),
        ([("Sec-Fetch-Site", "same-site")], 403),
        ([("Sec-Fetch-Site", "none")], 403),
    ],
)
def test_only_a_page_of_the_desk_may_change_something(
    headers: list[tuple[str, str]], status: int
) -> None:
    """A form of another site, sent by an editor's browser, must do nothing here."""
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert ask(room(OPEN), "/desk/", method=method, headers=headers).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 200),
        ([("Origin", "http://127.0.0.1:8000")], 200),
        ([("Origin", "https://evil.example")], 403),
        ([("Sec-Fetch-Site", "cross-site")], 403),
        ([("Sec-Fetch-Site", "same-origin")], 200),
    ],
)
def test_only_a_page_of_the_desk_hears_what_is_new(
    headers: list[tuple[str, str]], status: int
) -> None:
    """When something is saved is news as well, and each stream is held open."""
    assert ask(room(OPEN), "/desk/events", headers=[STREAM, *headers]).status == status


def test_nothing_is_shared_with_other_origins() -> None:
    """A single CORS header would undo all of this."""
    answer = ask(room(OPEN), "/desk/", headers=[("Origin", "https://evil.example")])
    assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize(
    ("rules", "request_"),
    [
        (OPEN, {"client": ("192.0.2.7", 50_000)}),
        (OPEN, {"client": None}),
        (OPEN, {"headers": [("X-Forwarded-For", "192.0.2.7")]}),
        (OPEN, {"headers": [("Forwarded", "for=192.0.2.7")]}),
        (Rules(hosts=("desk.example.org",)), {"host": "desk.example.org"}),
        (Rules(is_open=True), {}),
    ],
)
def test_from_beyond_nobody_is_let_in_without_a_token(
    rules: Rules, request_: dict[str, object]
) -> None:
    """Whoever opens the server to a network and sets no token must not open the drafts."""
    answer = ask(room(rules), "/desk/", **request_)
    assert answer.status == 403
    assert "token_file" in answer.text
    assert "drafts" not in answer.text


def test_where_a_token_is_set_everybody_needs_it() -> None:
    """A proxy on this machine makes all the world look like this machine."""
    answer = ask(room(CLOSED), "/desk/article?path=a%20b.md")
    assert answer.status == 303
    assert answer.headers["location"] == "/desk/login?next=%2Fdesk%2Farticle%3Fpath%3Da%2520b.md"


def test_what_holds_nothing_private_needs_no_token() -> None:
    """The form to log in has a stylesheet; and what article pages load sends no cookie."""
    assert ask(room(CLOSED), "/desk/static/desk.css").text == "drafts"
    assert ask(room(CLOSED), "/desk/static/desk.css", host="evil.example").status == 421


def test_what_is_no_page_is_refused_and_not_led_to_a_form() -> None:
    """A script would take the form for what it asked."""
    answer = ask(room(CLOSED), "/desk/events", headers=[STREAM])
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_the_pass_lets_in_and_tells_no_token() -> None:
    """The cookie stands in browsers' files."""
    guard = Guard(CLOSED)
    passed = guard.admits(TOKEN, {"client": ("127.0.0.1", 1)})
    assert passed is not None
    assert TOKEN not in passed
    with_pass = [("Cookie", f"other=1; {COOKIE}={passed}")]
    assert ask(room(CLOSED, guard), "/desk/", headers=with_pass).text == "drafts"
    for wrong in ("", passed[:-1], passed.upper(), TOKEN):
        spoilt = [("Cookie", f"{COOKIE}={wrong}")]
        assert ask(room(CLOSED, guard), "/desk/", headers=spoilt).status == 303


def test_another_token_ends_every_pass() -> None:
    """Whoever leaves the newsroom leaves the desk, too."""
    passed = Guard(CLOSED).admits(TOKEN, {"client": ("127.0.0.1", 1)})
    other = Guard(Rules(token="another token of sixteen signs"))
    answer = ask(room(OPEN, other), "/desk/", headers=[("Cookie", f"{COOKIE}={passed}")])
    assert answer.status == 303


def test_a_program_gives_the_token_itself() -> None:
    """Prometheus fills in no form."""
    for given, status in ((TOKEN, 200), (TOKEN + "x", 303), ("", 303)):
        headers = [("Authorization", f"Bearer {given}")]
        assert ask(room(CLOSED), "/desk/", headers=headers).status == status


@pytest.mark.parametrize(
    ("scheme", "headers", "is_secure"),
    [
        ("http", [], False),
        ("https", [], True),
        ("http", [("x-forwarded-proto", "https")], True),
    ],
)
def test_the_cookie_is_for_the_desk_alone(
    scheme: str, headers: list[tuple[str, str]], is_secure: bool
) -> None:
    """No script reads it, no other site sends it, and under https it never goes in the clear."""
    raw = [(name.encode(), value.encode()) for name, value in headers]
    cookie = Guard(CLOSED).cookie("abc", {"type": "http", "scheme": scheme, "headers": raw})
    assert cookie == f"{COOKIE}=abc; Path=/desk; HttpOnly; SameSite=Strict" + (
        "; Secure" if is_secure else ""
    )


def test_wrong_tokens_are_tried_slowly() -> None:
    """What is tried without end is found; and the right one must not tell that it was reached."""
    time = 0.0
    guard = Guard(CLOSED, ticks=lambda: time)
    here, elsewhere = {"client": ("192.0.2.7", 1)}, {"client": ("192.0.2.8", 1)}
    assert [guard.admits("wrong", here) for _ in range(5)] == [None] * 5
    assert guard.admits(TOKEN, here) is None  # too many were tried
    assert guard.admits(TOKEN, elsewhere) is not None  # by somebody else
    time += 25.0
    assert guard.admits(TOKEN, here) is not None


def test_whoever_tries_goes_on_waiting() -> None:
    """A second try each second gives no allowance back."""
    time = 0.0
    guard = Guard(CLOSED, ticks=lambda: time)
    here = {"client": ("2001:db8::1", 1)}
    for _ in range(200):
        guard.admits("wrong", here)
        time += 1.0
    tried = 0
    for host in range(2, 40):  # the same customer has a network full of addresses
        tried += guard.admits(TOKEN, {"client": (f"2001:db8::{host:x}", 1)}) is not None
    assert tried == 0


def test_who_tries_is_not_remembered_without_bound() -> None:
    """A flood of addresses must not fill the memory."""
    guard = Guard(CLOSED)
    for number in range(3_000):
        guard.admits("wrong", {"client": (f"10.0.{number // 256}.{number % 256}", 1)})
    assert len(guard._allowances) == 1_000


def test_a_token_is_of_the_environment_or_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container has no file, and a machine of one's own should have no variable."""
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    monkeypatch.delenv(VARIABLE, raising=False)
    assert read_token(None) == ""
    assert read_token(file) == TOKEN
    monkeypatch.setenv(VARIABLE, "the token of the environment")
    assert read_token(file) == "the token of the environment"


@pytest.mark.parametrize(
    ("text", "said"), [("", "is empty"), ("short", "could be guessed"), (None, "cannot be read")]
)
def test_a_token_that_protects_nothing_is_refused_at_the_start(
    text: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desk that seems closed and is not would be worse than an open one."""
    monkeypatch.delenv(VARIABLE, raising=False)
    file = tmp_path / "token"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said):
        read_token(file)


def test_no_web_socket_is_answered() -> None:
    """There is none, and the checks are of HTTP."""
    sent: list[object] = []

    async def talk() -> None:
        async def receive() -> dict[str, object]:
            raise AssertionError

        async def send(message: object) -> None:
            sent.append(message)

        await room(OPEN)({"type": "websocket", "path": "/desk/", "headers": []}, receive, send)

    asyncio.run(talk())
    assert sent == [{"type": "websocket.close", "code": 1008}]
