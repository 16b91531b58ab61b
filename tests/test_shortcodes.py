"""Bodies of other tools: what their tags become, what is told of the rest, and that code stays."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from markwire.article.body import Rendering
from markwire.article.markdown import References, render
from markwire.article.mentions import Mention, mentions, readable, resolve
from markwire.article.tags.scanner import may_hold
from markwire.article.tags.translation import Translation, problems, translate
from markwire.article.tags.verbatim import in_code
from markwire.catalogue.names import mention_key
from markwire.model import Manuscript, Media
from test_markdown import LINKS, REFERENCES

HERE = replace(
    REFERENCES,
    links=LINKS | {f"/{name}": LINKS[name] for name in ("autre.md", "dossier/suite.md")},
)
CASES = sorted((Path(__file__).parent / "cases" / "bodies").glob("*.md"))


def spoken(text: str, language: str = "fr") -> Translation:
    return translate(readable(text), language=language, codes=in_code)


def rendered(text: str, references: References = HERE) -> Rendering:
    return render(spoken(text).text, references)


def told(text: str) -> list[str]:
    manuscript = Manuscript("x.md", "x", "X", text, 1, "fr")
    found = problems(readable(text), spoken(text).left_out, manuscript)
    return [f"{each.line}:{each.column} {each.code} {each.message}" for each in found]


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_a_body_becomes_what_its_case_says(case: Path, pytestconfig: pytest.Config) -> None:
    """Each file is in one tool's manner; beside it its HTML, and what editors are told."""
    text = case.read_text(encoding="utf-8")
    rendering = rendered(text)
    lost = [f"missing {name}" for name in (*rendering.missing, *rendering.dead)]
    become = {
        case.with_suffix(".html"): rendering.html,
        case.with_suffix(".txt"): "\n".join([*told(text), *lost, ""]).lstrip("\n"),
    }
    if pytestconfig.getoption("--write-golden"):
        for path, content in become.items():
            path.write_text(content, encoding="utf-8")
    assert become == {path: path.read_text(encoding="utf-8") for path in become}


# --- places --------------------------------------------------------------------------------


def test_what_is_left_out_is_told_with_its_place_in_the_file() -> None:
    """An editor must find the tag."""
    manuscript = Manuscript("a.md", "a", "A", "Un\n\nmot {{ x }}, {{< y >}}\n{% z %}\n", 7, "fr")
    left_out = spoken(manuscript.text).left_out
    found = problems(manuscript.text, left_out, manuscript)
    assert [(each.code, each.line, each.column) for each in found] == [
        ("MW308", 9, 5),
        ("MW306", 9, 14),
        ("MW307", 10, 1),
    ]


NAMED = [
    ('{{< figure src="x.png" >}}', "x.png", 3, 1),
    ("- {{% figure src='my x.png' %}}", "my x.png", 3, 3),
    ('Un [a]({{< ref "x.md" >}})', "x.md", 3, 4),
    ('{{< relref "b/x" >}}', "b/x.md", 3, 1),
    ("[a]({% post_url 2024-01-02-x %})", "2024-01-02-x.md", 3, 1),
    ("![a]({{ site.baseurl }}/img/x.png)", "/img/x.png", 3, 1),
    ("![a]({{ '/img/x.png' | relative_url }})", "/img/x.png", 3, 1),
    ('{% include figure.html image_path="/img/x.png" %}', "/img/x.png", 3, 1),
    ("[a](@/b/x.md#c)", "/b/x.md", 3, 1),
    ("![a]({static}/x.png)", "/x.png", 3, 1),
    ("[a](|filename|x.md)", "x.md", 3, 1),
    ('{{ figure(src="x.png") }}', "x.png", 3, 1),
    ('[caption id="1"]<img src="x.png"> b[/caption]', "x.png", 3, 22),
    ("![a](__GHOST_URL__/x.png)", "/x.png", 3, 1),
    ("{{ x }} ![a](x.png)", "x.png", 3, 9),
    ("{{< x >}} [[note]]", "note", 3, 11),
]


@pytest.mark.parametrize(("text", "name", "line", "column"), NAMED)
def test_a_name_in_a_tag_is_found_where_the_tag_stands(
    text: str, name: str, line: int, column: int
) -> None:
    """A picture that the scan does not see would be missing for ever."""
    found = mentions("{{< raw >}}\n\n" + text)
    assert Mention(name, line, column) in found


def test_an_imported_picture_is_found() -> None:
    text = "import plan from './plan.png';\n\n<Image src={plan} alt='a' />\n"
    assert Mention("plan.png", 3, 1) in mentions(text)


@pytest.mark.parametrize(
    ("name", "at", "candidates", "path"),
    [
        ("/blog/bazar.md", "a.md", ["blog/bazar/index.md"], "blog/bazar/index.md"),
        ("bazar", "blog/a.md", ["blog/bazar/index.md"], "blog/bazar/index.md"),
        ("tunnel.md", "a.fr.md", ["tunnel.fr.md", "tunnel.kk.md"], "tunnel.fr.md"),
        ("tunnel.md", "a.kk.md", ["tunnel.fr.md", "tunnel.kk.md"], "tunnel.kk.md"),
        ("tunnel.md", "a.kk.md", ["tunnel.md", "tunnel.kk.md"], "tunnel.md"),
        ("b", "x/index.fr.md", ["b/index.fr.md", "b/index.kk.md"], "b/index.fr.md"),
        ("tunnel.md", "a.md", ["tunnel.kk.md"], None),
    ],
)
def test_bundles_and_translations_are_found_by_their_names(
    name: str, at: str, candidates: list[str], path: str | None
) -> None:
    """Hugo and Zola name a page without its language, and a bundle by its folder."""
    assert resolve(name, at=at, candidates=candidates) == path
    assert {mention_key(each) for each in candidates} == {mention_key(name)}


# --- code ----------------------------------------------------------------------------------

TAGS = [
    '{{< figure src="x.png" >}}',
    "{{% notice %}}",
    '{{</* ref "x.md" */>}}',
    "{% raw %}",
    "{% endraw %}",
    "{% highlight x %}",
    "{% comment %}",
    "{{ page.title }}",
    "{# c #}",
    "{: .x}",
    "<Image src={a} />",
    "[gallery ids='1']",
    '{{ youtube(id="x") }}',
    "{% quote() %}",
    "{% end %}",
    "{{< /notice >}}",
    "{{{ z }}}",
]
SAMPLES = [
    "`` {} ``",
    "```\n{}\n```",
    "~~~ html\n{}\n~~~",
    "    {}",
    "> ```\n> {}\n> ```",
    "- a\n\n      {}",
    "<pre>{}</pre>",
    "a <code>{}</code>",
]


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("tag", TAGS)
def test_code_stays_as_it_is(tag: str, sample: str) -> None:
    """Whoever writes about templates shows them."""
    text = "Avant {{ x }}.\n\n" + sample.replace("{}", tag) + "\n\nAprès {{ y }}.\n"
    if sample.startswith(("<pre", "a <code")):
        tag = "{{ page.title }}"  # of raw HTML, only what HTML itself does not read
        text = "Avant {{ x }}.\n\n" + sample.replace("{}", tag) + "\n\nAprès {{ y }}.\n"
    body = rendered(text).html
    assert escape(tag, quote=False) in body
    assert "{{ x }}" not in body
    assert "{{ y }}" not in body
    assert [each.name for each in spoken(text).left_out] == ["x", "y"]


def test_what_opens_in_a_sample_does_not_swallow_what_follows() -> None:
    """A page about ``raw`` must not publish the rest of itself raw."""
    text = "`{% raw %}` {{ x }}\n\n```\n{% highlight a %}\n```\n\n{{ y }}\n\n`{% endraw %}`\n"
    body = rendered(text).html
    assert "{{" not in body
    assert body.count("{%") == 3


def test_a_sample_between_raw_tags_is_whole() -> None:
    text = "{% raw %}\n```liquid\n{{ x }}\n```\n{% endraw %}\n"
    assert rendered(text).html.strip() == (
        '<pre><code class="language-liquid">{{ x }}\n</code></pre>'
    )


# --- laws ----------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *TAGS,
        '{{< ref "b.md" >}}',
        "[a](",
        ")",
        "![",
        "](",
        "{% link c.md %}",
        "{static}",
        "@/",
        "d.png",
        "`",
        "```\n",
        "\n",
        "\n\n",
        "    ",
        "> ",
        "- ",
        "| a |\n|---|\n",
        "mot ",
        "<b>",
        '<img src="',
        '">',
        "%%",
        "{{ site.baseurl }}",
        "[[e]]",
        "$$",
        "\\",
        "{{< /highlight >}}",
        "{{< highlight x >}}",
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


class Recording(Mapping[str, Media]):
    """References that hold nothing, and note what was asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Media:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@settings(max_examples=300)
@given(TEXTS)
@example('{{< highlight x >}}]({{< figure src="x.png" >}}{{< /highlight >}}{% link c.md %}')
def test_all_that_conversion_asks_for_was_found_by_the_scan(text: str) -> None:
    """The scan reads tags without knowing code; it may find more, never less."""
    media = Recording()
    rendered(text, References(REFERENCES.permalink, "essai", media, {}, "fr"))
    assert media.asked - {mention.name for mention in mentions(text)} == set()


@settings(max_examples=300)
@given(TEXTS)
def test_every_place_leads_back_to_what_stood_there(text: str) -> None:
    text = readable(text)
    for translation in (translate(text), translate(text, codes=in_code)):
        if not translation.places:
            assert translation.text == text or not translation.text.strip()
        for position, character in enumerate(translation.text):
            origin = translation.origin(position)
            assert 0 <= origin < max(1, len(text))
            if translation.is_copied(position):
                assert text[origin] == character
        assert [each.position for each in translation.left_out] == sorted(
            each.position for each in translation.left_out
        )


@given(st.text(alphabet="aé \n*_[]()<>!#|-.,;:'\"`~^=", max_size=60))
def test_a_text_without_tags_is_the_same(text: str) -> None:
    """Most articles are of no tool at all."""
    if not may_hold(text):
        assert translate(text, codes=in_code).text is text


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 50_000,
        "{{ a " * 30_000,
        '{{ "' * 30_000,
        "{{x}}" * 20_000,
        "{% raw %}" * 15_000,
        "{% highlight x %}`" * 5_000,
        "{{< notice >}}" * 10_000,
        "{#" * 50_000,
        "# a {" + ".a" * 50_000,
        "{{< a >}}" * 5_000 + "{{< /a >}}" * 5_000,
        "[audio] " * 15_000,
        "](/{{x}}" * 10_000,
        "<A b={" * 20_000,
        '{{< figure src="x.png" >}}\n' * 4_000,
    ],
    ids=lambda text: text[:12],
)
def test_the_cost_of_a_hostile_text_is_in_proportion(text: str) -> None:
    """Quadratic work would take minutes here, and freeze the newsroom with four megabytes."""
    begun = time.process_time()
    translation = translate(text)
    assert time.process_time() - begun < 3
    assert len(translation.left_out) <= 50
