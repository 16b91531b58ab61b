"""What the place of a file says of its article, in the layouts that editors bring along."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.article.front.layout import Layout, layout


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.md", Layout("a")),
        ("2026-05-01-route.md", Layout("route", "2026-05-01")),
        ("2026-5-1-route.md", Layout("route", "2026-5-1")),
        ("2026-05-01.md", Layout("2026-05-01", "2026-05-01")),
        ("2026/05/01/route.md", Layout("route", "2026-05-01")),
        ("2026/5/1/route/index.md", Layout("route", "2026-5-1")),
        ("2026/05/route.md", Layout("route")),
        ("2026/route.md", Layout("route")),
        ("2026-05/route.md", Layout("route")),
        ("2026-05-01/route.md", Layout("route", "2026-05-01")),
        ("2026/13/route.md", Layout("route", section="13", folder="2026/13")),
        ("rail/2026/05/01/route.md", Layout("route", "2026-05-01", section="rail", folder="rail")),
        ("2026/rail/route.md", Layout("route", section="rail", folder="2026/rail")),
        ("1984/route.md", Layout("route")),
        ("rail/route/index.md", Layout("route", section="rail", folder="rail")),
        ("rail/route/index.fr.md", Layout("route", language="fr", section="rail", folder="rail")),
        ("route.fr.md", Layout("route", language="fr")),
        ("route.pt-br.md", Layout("route", language="pt-BR")),
        ("route.zh-Hans.md", Layout("route", language="zh-Hans")),
        ("route.uk.md", Layout("route", language="uk")),
        ("route.v2.md", Layout("route.v2")),
        ("fr.md", Layout("fr")),
        ("fr/route.md", Layout("route", language="fr")),
        ("ru/rail/route.md", Layout("route", language="ru", section="rail", folder="ru/rail")),
        ("posts/ru/route.md", Layout("route", language="ru")),
        ("rail/ru/route.md", Layout("route", section="rail", folder="rail")),
        ("uk/route.md", Layout("route", section="uk", folder="uk")),
        ("tv/route.md", Layout("route", section="tv", folder="tv")),
        ("IT/route.md", Layout("route", section="IT", folder="IT")),
        ("content/posts/2026-05-01-route.md", Layout("route", "2026-05-01")),
        ("_posts/2026-05-01-route.md", Layout("route", "2026-05-01", is_jekyll=True)),
        ("rail/_posts/2026-05-01-route.md",
         Layout("route", "2026-05-01", section="rail", folder="rail", is_jekyll=True)),
        ("_drafts/route.md", Layout("route", is_draft=True)),
        ("rail/Brouillons/route.md", Layout("route", section="rail", folder="rail", is_draft=True)),
    ],
)  # fmt: skip
def test_a_path_says_what_its_layout_means(path: str, expected: Layout) -> None:
    """Jekyll, Hugo, Zola, Eleventy, Astro and Obsidian, as they are."""
    assert layout(path) == expected


parts = st.sampled_from(
    [
        "a",
        "fr",
        "2026",
        "05",
        "01",
        "_posts",
        "drafts",
        "index",
        "2026-05-01-a",
        "x.fr",
        "é",
    ]
)


@given(st.lists(parts, min_size=1, max_size=6).map("/".join))
def test_any_path_has_a_layout_whose_folder_is_above_it(path: str) -> None:
    """The section's own file is looked for there."""
    found = layout(f"{path}.md")
    assert path.startswith(found.folder)
    assert bool(found.folder) == bool(found.section)
    assert found.folder.endswith(found.section)


@given(st.lists(st.sampled_from(["é", "Ünï", "fr"]), min_size=1, max_size=3).map("/".join))
def test_a_path_means_the_same_in_both_spellings(path: str) -> None:
    """A folder that was copied from a Mac holds the same articles."""
    assert layout(f"{unicodedata.normalize('NFD', path)}.md") == layout(f"{path}.md")
