"""What is sent to whom: as hubs, partners and search engines ask for it."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from markwire.errors import PushError
from markwire.model import Push, Webhook
from markwire.outbox import Notice, Target, Verdict
from markwire.push.requests import Parcel, parcel, sign, verdict
from newsroom import NOON

TOPIC = "https://example.org/feeds/tag/caf%C3%A9/rss.xml?a=1&b=2"
NOTICE = Notice(
    "tag:example.org,2026:a", "published", '{"timestamp":"t","data":{"headline":"Été"}}', NOON, 1
)


def hook(**how: str) -> Target:
    webhook = Webhook("https://partner.example/x", **how)
    return Target("webhook", webhook.url, "partner", webhook)


def signed(target: Target, notice: Notice = NOTICE, later: int = 0) -> Parcel:
    return parcel(target, [notice], NOON + timedelta(seconds=later), Push())


def test_a_hub_is_told_the_topic_under_both_names_that_hubs_read() -> None:
    """Google's and Superfeedr's read hub.url, Flask-WebSub's hub.topic, WebSubHub's either."""
    hub = Target("websub", "https://hub.example/", "https://hub.example/")
    sent = parcel(hub, [Notice(TOPIC, "", "", NOON, 1)], NOON, Push())
    assert parse_qs(sent.body.decode()) == {
        "hub.mode": ["publish"],
        "hub.url": [TOPIC],
        "hub.topic": [TOPIC],
    }
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_signature_is_that_of_standard_webhooks() -> None:
    """The example that its own libraries are tested with."""
    key = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_keeps_its_name_however_often_it_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By it a partner knows what it has heard already; what is news has another."""
    monkeypatch.setenv("HOOK", "secret")
    target = hook(secret_env="HOOK")
    first, again = signed(target), signed(target, replace(NOTICE, attempts=3), later=60)
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != again.headers["webhook-timestamp"]
    assert first.headers["webhook-signature"] != again.headers["webhook-signature"]
    others = (
        replace(NOTICE, version=2),
        replace(NOTICE, since=NOON + timedelta(seconds=1)),
        replace(NOTICE, topic="tag:example.org,2026:b"),
    )
    names = {signed(target, each).headers["webhook-id"] for each in (NOTICE, *others)}
    assert len(names) == 4


def test_what_is_signed_is_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A partner checks the bytes as they came."""
    monkeypatch.setenv("HOOK", "secret")
    sent = signed(hook(secret_env="HOOK"))
    head = sent.headers
    expected = sign(b"secret", head["webhook-id"], head["webhook-timestamp"], sent.body)
    assert head["webhook-signature"] == expected
    assert json.loads(sent.body) == {
        "type": "article.published",
        "timestamp": "t",
        "data": {"headline": "Été"},
    }


def test_while_a_secret_is_exchanged_both_sign(tmp_path: Path) -> None:
    """A partner goes over to the new one when it likes; nothing is started anew."""
    file = tmp_path / "secret"
    target = hook(secret_file=str(file))
    file.write_text("whsec_bmV3\nold\n")
    sent = signed(target)
    name, at = sent.headers["webhook-id"], sent.headers["webhook-timestamp"]
    assert sent.headers["webhook-signature"].split() == [
        sign(b"new", name, at, sent.body),
        sign(b"old", name, at, sent.body),
    ]
    file.write_text("whsec_bmV3\n")
    assert len(signed(target).headers["webhook-signature"].split()) == 1


@pytest.mark.parametrize("content", [None, "", "\n", "whsec_ü", "whsec_a", b"\xff\xfe"])
def test_without_its_secret_nothing_is_sent(tmp_path: Path, content: str | bytes | None) -> None:
    """An unsigned message is one that anybody could have sent; and no fault names the secret."""
    file = tmp_path / "secret"
    if isinstance(content, str):
        file.write_text(content, encoding="utf-8")
    elif content is not None:
        file.write_bytes(content)
    for target in (hook(secret_file=str(file)), hook(secret_env="MARKWIRE_NOT_SET")):
        with pytest.raises(PushError, match="the secret cannot be read"):
            signed(target)


def test_no_secret_is_in_what_a_traceback_may_show(tmp_path: Path) -> None:
    """Faults are pasted into tickets."""
    file = tmp_path / "secret"
    file.write_text("tops3cret")
    sent = signed(hook(secret_file=str(file)))
    assert "partner.example" not in repr(sent)
    assert "tops3cret" not in repr(sent)
    assert "v1," not in repr(sent)


def test_a_search_engine_is_told_addresses_and_where_the_key_lies() -> None:
    """IndexNow: the host of the addresses, the key, its place."""
    push = Push(indexnow_key="k" * 8, indexnow_key_url="https://example.org/feeds/kkkkkkkk.txt")
    target = Target("indexnow", push.indexnow_url, push.indexnow_url)
    urls = [
        "https://example.org/feeds/articles/a.html",
        "https://example.org/feeds/articles/b.html",
    ]
    sent = parcel(target, [Notice(url, "", "", NOON, 1) for url in urls], NOON, push)
    assert json.loads(sent.body) == {
        "host": "example.org",
        "key": "kkkkkkkk",
        "keyLocation": "https://example.org/feeds/kkkkkkkk.txt",
        "urlList": urls,
    }


@pytest.mark.parametrize(
    ("means", "statuses"),
    [
        ("delivered", [200, 201, 202, 204]),
        ("refused", [400, 401, 403, 404, 410, 413, 422]),
        ("failed", [100, 301, 302, 303, 307, 308, 408, 425, 429, 500, 502, 503, 599, 999]),
    ],
)
def test_what_an_answer_means(means: Verdict, statuses: list[int]) -> None:
    """Only what says so is delivered; what blames the message lets others go on."""
    assert {verdict(status) for status in statuses} == {means}
