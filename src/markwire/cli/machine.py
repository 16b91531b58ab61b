"""How problems look to programs: JSON, GitHub's workflow commands, SARIF. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from markwire.cli.diagnostics import Finding
from markwire.problems import CODES, Problem
from markwire.wording.voice import Told, Voice

# OASIS SARIF 2.1.0: section 3.13.3 asks for the place of its schema.
_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT: Final = "%SRCROOT%"


def as_json(problem: Problem, told: Told, path: str) -> dict[str, object]:
    """Give a problem as the contract of ``--json`` has it; ``path`` is relative to the site."""
    return {
        "path": path,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": told.message,
        "hint": told.hint,
    }


def github(findings: Iterable[Finding]) -> str:
    """Give GitHub's workflow commands, which show problems beside the lines of a change."""
    return "".join(
        f"::{each.problem.severity} file={_property(each.path)},line={each.problem.line},"
        f"col={each.problem.column},title={_property(each.problem.code)}"
        f"::{_message(_text(each.told))}\n"
        for each in findings
    )


def sarif(findings: Sequence[Finding], voice: Voice, *, titles: Mapping[str, str]) -> str:
    """Give a SARIF 2.1.0 log of one run; ``titles`` name what each code is about."""
    codes = sorted({each.problem.code for each in findings})
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Markwire",
                        "version": version("markwire"),
                        "language": voice.language,
                        "rules": [_rule(code, titles.get(code, code)) for code in codes],
                    }
                },
                "language": voice.language,
                "columnKind": "unicodeCodePoints",
                "results": [_result(each, codes.index(each.problem.code)) for each in findings],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str, title: str) -> dict[str, object]:
    return {
        "id": code,
        "shortDescription": {"text": title},
        "defaultConfiguration": {"level": CODES[code].severity},
    }


def _result(finding: Finding, rule: int) -> dict[str, object]:
    problem, told = finding.problem, finding.told
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": _text(told)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _file(finding.path),
                    "region": {"startLine": problem.line, "startColumn": problem.column},
                }
            }
        ],
    }


def _file(path: str) -> dict[str, str]:
    """SARIF 2.1.0, 3.4.4: a relative address is relative to a base, an absolute one is not."""
    if PurePath(path).is_absolute():
        return {"uri": PurePath(path).as_uri()}
    return {"uri": quote(path), "uriBaseId": _ROOT}


def _text(told: Told) -> str:
    return f"{told.message}\n{told.hint}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
