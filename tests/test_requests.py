"""Requests lie in the state folder, in the order in which they came, until somebody answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from markwire.pipeline.requests import Reply, Request, Requests
from newsroom import NOON


def test_a_request_waits_until_it_is_answered(tmp_path: Path) -> None:
    """Whoever asked may be gone by then; whoever answers may be another process."""
    one, two = Requests(tmp_path), Requests(tmp_path)
    assert not two.are_waiting()
    first = one.ask(Request("kill", "é.md", "Décision."), NOON)
    second = one.ask(Request("confirm"), NOON + timedelta(seconds=1))
    assert two.are_waiting()
    asked = {first: Request("kill", "é.md", "Décision."), second: Request("confirm")}
    assert list(two.waiting().items()) == list(asked.items())
    assert one.answered(first) is None
    two.answer(first, "done")
    assert two.waiting() == {second: Request("confirm")}
    assert one.answered(first) == Reply("done")
    assert one.answered(first) is None
    one.withdraw(second)
    assert not two.are_waiting()


def test_a_file_that_is_no_request_is_cleared_away(tmp_path: Path) -> None:
    """A power cut in the middle of one must not keep a watch busy for ever."""
    requests = Requests(tmp_path)
    name = requests.ask(Request("confirm"), NOON)
    for torn in ("", "{", '{"kind": "kill", "where": 1}', "[]"):
        (tmp_path / "requests" / f"{name}.asked").write_text(torn)
        assert requests.are_waiting()
        assert requests.waiting() == {}
        assert not requests.are_waiting()


def test_answers_that_nobody_fetched_do_not_pile_up(tmp_path: Path) -> None:
    """A command was interrupted before its answer came."""
    requests = Requests(tmp_path)
    requests.answer(requests.ask(Request("confirm"), NOON), "done")
    late = requests.ask(Request("confirm"), NOON + timedelta(days=2))
    assert [path.name for path in (tmp_path / "requests").iterdir()] == [f"{late}.asked"]


def test_what_is_begun_does_not_wait_until_whoever_began_it_is_gone(tmp_path: Path) -> None:
    """A build of a large archive takes longer than anybody's patience."""
    requests = Requests(tmp_path)
    name = requests.ask(Request("build"), NOON)
    requests.begin(name)
    assert (requests.are_waiting(), requests.is_begun(name)) == (False, True)
    requests.resume()
    assert requests.waiting() == {name: Request("build")}
    requests.begin(name)
    requests.answer(name, "built", {"read": 1})
    assert not requests.is_begun(name)
    assert requests.answered(name) == Reply("built", {"read": 1})
    assert list((tmp_path / "requests").iterdir()) == []
