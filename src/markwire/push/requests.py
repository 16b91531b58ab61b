"""What is sent to whom: a ping, a signed notice, a list of addresses; and what an answer means.

Pure but for the secret, which is read when it is wanted: so it can be changed while Markwire runs.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from hmac import digest
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from markwire.errors import PushError
from markwire.model import Push, Webhook
from markwire.outbox import Notice, Target, Verdict

_NO_SECRET: Final = "the secret cannot be read"
_ENCODED: Final = "whsec_"
_AGENT: Final = f"Markwire/{version('markwire')}"
# What a server says of itself, or of how much it is asked (RFC 9110 15.5.9, RFC 8470, RFC 6585).
_NOT_NOW: Final = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One POST."""

    url: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: its status, and its ``Retry-After`` as it stands."""

    status: int
    retry_after: str


def parcel(target: Target, notices: Sequence[Notice], now: datetime, push: Push) -> Parcel:
    """Give what a target is sent. Raises PushError where its secret cannot be read."""
    match target.kind:
        case "websub":
            return _ping(target, notices[0])
        case "webhook":
            assert target.webhook is not None
            return _signed(target, target.webhook, notices[0], now)
        case "indexnow":
            return _listed(target, notices, push)


def _ping(target: Target, notice: Notice) -> Parcel:
    # WebSub leaves to hubs how they are told (W3C WebSub 6). Those of PubSubHubbub's line take
    # hub.url, Flask-WebSub hub.topic, WebSubHub either; nobody minds the other.
    form = {"hub.mode": "publish", "hub.url": notice.topic, "hub.topic": notice.topic}
    return _parcel(target, urlencode(form).encode(), "application/x-www-form-urlencoded", {})


def _signed(target: Target, webhook: Webhook, notice: Notice, now: datetime) -> Parcel:
    """Sign as Standard Webhooks has it: HMAC-SHA256 of id, time and body."""
    # What happened is known only now: it may have been owed as something else first.
    told = {"type": f"article.{notice.event}", **json.loads(notice.body)}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    # The same however often it is tried, and another for whatever is owed next.
    who = f"{target.key} {notice.topic} {int(notice.since.timestamp())} {notice.version}"
    name, at = f"msg_{sha256(who.encode()).hexdigest()[:32]}", str(int(now.timestamp()))
    headers = {
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": " ".join(sign(key, name, at, body) for key in _secrets(webhook)),
    }
    return _parcel(target, body, "application/json", headers)


def sign(key: bytes, name: str, at: str, body: bytes) -> str:
    """Give the signature of one message: its name, when it is sent in seconds, and its body."""
    signed = f"{name}.{at}.".encode() + body
    return f"v1,{b64encode(digest(key, signed, 'sha256')).decode()}"


def _listed(target: Target, notices: Sequence[Notice], push: Push) -> Parcel:
    told = {
        "host": urlsplit(push.indexnow_key_url).netloc,
        "key": push.indexnow_key,
        "keyLocation": push.indexnow_key_url,
        "urlList": [notice.topic for notice in notices],
    }
    return _parcel(target, json.dumps(told).encode(), "application/json; charset=utf-8", {})


def _parcel(target: Target, body: bytes, kind: str, headers: Mapping[str, str]) -> Parcel:
    own = {"Content-Type": kind, "User-Agent": _AGENT, "Accept-Encoding": "identity"}
    return Parcel(target.url, body, {**own, **headers})


def _secrets(webhook: Webhook) -> list[bytes]:
    """Give the keys that sign: one a line, for the time in which one takes another's place."""
    try:
        text = (
            Path(webhook.secret_file).read_text(encoding="utf-8")
            if webhook.secret_file
            else os.environ[webhook.secret_env]
        )
        keys = [_key(line) for line in text.split()]
    except (OSError, KeyError, ValueError, Base64Error) as fault:
        raise PushError(_NO_SECRET) from fault
    if not keys:
        raise PushError(_NO_SECRET)
    return keys


def _key(line: str) -> bytes:
    if line.startswith(_ENCODED):
        return b64decode(line.removeprefix(_ENCODED), validate=True)
    return line.encode()


def verdict(status: int) -> Verdict:
    """Say what a status means for a notice, and for whoever else waits for the same target."""
    if 200 <= status < 300:
        return "delivered"
    # A redirect is not followed: only the configuration says where to go.
    if 400 <= status < 500 and status not in _NOT_NOW:
        return "refused"
    return "failed"


def asked_wait(retry_after: str, now: datetime) -> timedelta | None:
    """Give for how long a ``Retry-After`` asks (RFC 9110 10.2.3); None where it asks nothing."""
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=min(int(retry_after[:9]), 10**9))
    try:
        until = parsedate_to_datetime(retry_after)
        return until - now
    except (ValueError, TypeError, OverflowError):
        return None
