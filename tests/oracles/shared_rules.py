"""What the rules of every form share: a finding, its level, and the checks of single values.

The codes are those by which the Feed Validation Service (validator.w3.org/feed) names its messages.
Pure: no disk, no network; the moment that dates are judged against is an argument.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

Form = Literal["rss", "atom", "json"]
Level = Literal["error", "warning"]


def words(text: str) -> frozenset[str]:
    """The words of a text, for lists that read better without quotes."""
    return frozenset(text.split())


# Messages that leave a feed valid. Every other code is an error.
WARNINGS = words(
    """
    ArchiveIncomplete AtomLinkNotEmpty AttrNotBlank AvoidNamespacePrefix AvoidTextInput
    BadCharacters CharacterData ContainsEmail ContainsHTML ContainsRelRef ContainsUndeclaredHTML
    DangerousStyleAttr DeprecatedMediaAdult DeprecatedMember DuplicateDescriptionSemantics
    DuplicateEnclosure DuplicateEntries DuplicateItemSemantics DuplicateSemantics DuplicateUpdated
    EmailFormat FeedHistoryRelInEntry ImageLinkDoesntMatch ImageTitleDoesntMatch ImageUrlFormat
    ImplausibleDate MisplacedItem MissingAtomSelfLink MissingCurrentInArchive MissingGuid
    MissingRealName MissingRecommendedMember MissingSelf MissingSourceElement MissingTextualContent
    MissingTypeAttr NeedDescriptionBeforeContent NonCanonicalURI NonSpecificMediaType NotBlank
    NotHtml NotSufficientlyUnique ObscureEncoding ObsoleteVersion ProblematicalRFC822Date
    QuestionableUsage RelativeSelf ReservedPrefix SchemeNotIANARegistered SecurityRisk
    SecurityRiskAttr SelfDoesntMatchLocation SelfNotAtom UnknownNamespace UnregisteredAtomLinkRel
    UnsupportedNamespace UseOfExtensionAttr
    """
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule says against a feed: how grave, which rule, which element, in words."""

    level: Level
    code: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.level} {self.code} at {self.where}: {self.text}"


@dataclass(slots=True)
class Report:
    """Collects findings about one feed, and carries what all its rules must know."""

    form: Form
    url: str
    now: datetime
    lines: tuple[bytes, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    def add(self, code: str, where: str, text: str) -> None:
        """Record a finding; its level follows from its code."""
        level: Level = "warning" if code in WARNINGS else "error"
        self.findings.append(Finding(level, code, where, text))


# --- addresses -------------------------------------------------------------------------------

_URI_CHARACTERS = r"0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#"  # RFC 2396 2: reserved, unreserved, escapes
_ANY_URI = re.compile(rf"(?:[A-Za-z][0-9A-Za-z+.\-]*:)?[{_URI_CHARACTERS}]*")
_FULL_URI = re.compile(rf"[A-Za-z][0-9A-Za-z+.\-]*:[{_URI_CHARACTERS}]+")
_NOT_URI = re.compile(rf"[^{_URI_CHARACTERS}\u0080-\U0010ffff]")
_TAG = re.compile(  # RFC 4151 2.1, with the lower-case authority that the service asks for
    r"tag:(?:[a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(?:-\d\d(?:-\d\d)?)?:"
    rf"[{_URI_CHARACTERS.replace('#', '')}]*(?:#[{_URI_CHARACTERS.replace('#', '')}]*)?"
)
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:(?:[a-z0-9()+,.:=@;$_!*'-]|%[0-9a-f]{2})+", re.I)
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_HTTP = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z0-9][a-z0-9-]*(?::\d+)?(?:/.*)?", re.I | re.S)
_SCHEMES = words("http https ftp mailto news nntp tel sip data urn tag info geo xmpp cid")


def uri_fault(value: str, *, full: bool, code: str, iri: bool = False) -> str | None:
    """The code of what is wrong with an address, or None (RFC 2396, RFC 3987, RFC 4151, RFC 8141).

    ``full`` asks for a scheme; ``iri`` lets letters beyond ASCII through; ``code`` names what
    this place calls an address that is simply none.
    """
    if iri and not value.isascii():
        try:
            value.encode("idna")  # the service tries this, and takes no label that grows too long
        except UnicodeError:
            return code
        value = re.sub(r"[\u00a0-\U0010ffff]", "x", value)
    scheme = value.partition(":")[0].lower()
    if scheme == "tag":
        return None if _TAG.fullmatch(value) else "InvalidTAG"
    if scheme == "urn":
        if value.lower().startswith("urn:uuid:"):
            return None if _UUID.fullmatch(value) else "InvalidUUID"
        return None if _URN.fullmatch(value) else "InvalidURN"
    if not (_FULL_URI if full else _ANY_URI).fullmatch(value):
        if _NOT_URI.search(value):
            return "InvalidUriChar"
        return "UriNotIri" if full and ":" in value and not value.isascii() else code
    if scheme in {"http", "https", "ftp"} and not re.match(r"\w+://[^/]", value):
        return code
    if ":" in value and scheme.isalpha() and scheme not in _SCHEMES:
        return "SchemeNotIANARegistered"
    return None


def is_http_url(value: str) -> bool:
    """Whether this is an absolute http(s) address on a host name with a dot (RSS 2.0 enclosure)."""
    return bool(_HTTP.fullmatch(value)) and uri_fault(value, full=True, code="x") is None


def canonical(uri: str) -> str:
    """The one spelling of an identifier (RFC 3986 6.2.2 and 6.2.3), to compare it with."""
    split = re.fullmatch(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", uri, re.S)
    if split is None:
        return uri
    scheme, authority, path, query, fragment = (part or "" for part in split.groups())
    scheme = scheme.lower()
    if split[2] is not None:
        user, at, host = authority.rpartition("@")
        host = host.lower()
        host = re.sub({"http": r":(80)?$", "https": r":(443)?$"}.get(scheme, r":$"), "", host)
        authority = f"//{user}{at}{host}"
        path = _without_dots(path) or "/"
    rest = "".join(_escapes(part) for part in (path, query, fragment))
    return (f"{scheme}:" if scheme else "") + authority + rest


def _without_dots(path: str) -> str:
    kept: list[str] = []
    parts = path.split("/")
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if part == "..":
            if len(kept) > 1:
                kept.pop()
            kept += [""] if last else []
        elif part == ".":
            kept += [""] if last else []
        else:
            kept.append(part)
    return "/".join(kept)


def _escapes(text: str) -> str:
    """Percent escapes in upper case, none for what needs none, letters composed (NFC)."""

    def spell(run: re.Match[str]) -> str:
        octets = bytes.fromhex(run[0].replace("%", ""))
        try:
            letters = unicodedata.normalize("NFC", octets.decode())
        except UnicodeDecodeError:
            return run[0].upper()
        return "".join(
            letter
            if letter.isascii() and (letter.isalnum() or letter in "-._~")
            else "".join(f"%{octet:02X}" for octet in letter.encode())
            for letter in letters
        )

    ascii_only = "".join(
        letter if letter.isascii() else "".join(f"%{octet:02X}" for octet in letter.encode())
        for letter in text
    )
    return re.sub(r"(?:%[0-9A-Fa-f]{2})+", spell, ascii_only)


# --- dates -----------------------------------------------------------------------------------

_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_ZONES = r"UT|GMT|[ECMP][SD]T|Z"
_RFC2822 = re.compile(
    rf"(?:(?:{_DAYS}), )?\d\d? (?:{_MONTHS}) \d{{4}} \d\d:\d\d(?::\d\d)? (?:[+-]\d\d[03]0|{_ZONES})"
)
_RFC822 = re.compile(
    rf"(?:(?:{_DAYS})\s*,\s*)?\d\d?\s+(?:{_MONTHS})\s+(?:\d\d){{1,2}}\s+\d\d:\d\d(?::\d\d)?\s+"
    rf"(?:[+-]\d{{4}}|{_ZONES}|[A-IK-Z])?",
    re.I,
)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_W3CDTF = re.compile(
    r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?"
)


def rfc822_fault(value: str, now: datetime) -> str | None:
    """What is wrong with an RSS date (RSS 2.0; RFC 822 5 with years of four digits)."""
    if not _RFC2822.fullmatch(value):
        return "ProblematicalRFC822Date" if _RFC822.fullmatch(value) else "InvalidRFC2822Date"
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError):
        return "InvalidRFC2822Date"
    if "," in value and value[:3] != _DAYS.split("|")[moment.weekday()]:
        return "IncorrectDOW"
    return _plausible(moment, now)


def rfc3339_fault(value: str, now: datetime) -> str | None:
    """What is wrong with an Atom or JSON Feed date (RFC 3339 5.6, capital T and Z)."""
    if not _RFC3339.fullmatch(value):
        return "InvalidRFC3339Date"
    return _iso_fault(value, now, "InvalidRFC3339Date")


def w3cdtf_fault(value: str, now: datetime) -> str | None:
    """What is wrong with a Dublin Core date: a year, a month, a day, or a moment with its zone."""
    if not _W3CDTF.fullmatch(value):
        return "InvalidW3CDTFDate"
    whole = value if "T" in value else value + "-01-01"[len(value) - 4 :] + "T00:00:00Z"
    return _iso_fault(whole, now, "InvalidW3CDTFDate")


def _iso_fault(value: str, now: datetime, code: str) -> str | None:
    try:
        return _plausible(datetime.fromisoformat(value), now)
    except ValueError:
        return code


def _plausible(moment: datetime, now: datetime) -> str | None:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    early = moment.year < 1990
    return "ImplausibleDate" if early or moment > now + timedelta(minutes=10) else None


# --- other values ----------------------------------------------------------------------------

_ISO_639_1 = words(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu
    hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb
    lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj
    om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su
    sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """
)
_TOKEN = r'[^\s()<>,;:\\"/\[\]?=]+'
_MIME = re.compile(rf'{_TOKEN}/{_TOKEN}(?:\s*;\s*{_TOKEN}=(?:"[^"]*"|{_TOKEN}))*')
_ADDRESS = re.compile(r"[\w.+'-]+@(?:[a-z0-9-]+\.)+[a-z0-9][a-z0-9-]*", re.I | re.A)


def is_language(value: str) -> bool:
    """Whether a tag starts with a language of ISO 639 (RFC 5646 2.2.1), such as kk or kk-Cyrl."""
    if not re.fullmatch(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", value):
        return False
    first = value.partition("-")[0].lower()
    return first in _ISO_639_1 or first == "x" or len(first) == 3


def is_mime_type(value: str) -> bool:
    """Whether this is ``type/subtype`` with parameters at most (RFC 2045 5.1)."""
    return bool(_MIME.fullmatch(value))


def is_email(value: str) -> bool:
    """Whether this is a plain ``someone@host`` (RFC 2822 3.4.1)."""
    return bool(_ADDRESS.fullmatch(value))


def holds_email(value: str) -> bool:
    """Whether a name carries an address in angle brackets, for spammers to gather."""
    return any(is_email(inner) for inner in re.findall(r"<([^<>]*)>", value))


def bad_characters(text: str) -> str | None:
    """The first sign of a wrong decoding: a C1 control, U+FFFD, or UTF-8 read as Latin-1."""
    for letter in text:
        if "\x80" <= letter <= "\x9f" or letter == "\ufffd":
            return f"U+{ord(letter):04X}"
    if re.search(r"[\u00c2\u00c3][\u0080-\u00bf]", text):
        try:
            text.encode("latin-1").decode()
        except (UnicodeEncodeError, UnicodeDecodeError):
            return None
        return "UTF-8 read as Latin-1"
    return None


def repeated(values: Iterable[str]) -> list[str]:
    """The values met more than once, each named once, in order."""
    seen: set[str] = set()
    again: dict[str, None] = {}
    for value in values:
        if value in seen:
            again[value] = None
        seen.add(value)
    return list(again)
