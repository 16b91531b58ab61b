"""An article as its language sets it: headline, standfirst, body, captions and corrections.

Pure. Slugs, tags, sections, names and alternative texts are no prose, and stay as typed.
"""

from __future__ import annotations

from dataclasses import replace

from markwire.article.body import Rendering
from markwire.article.summary import summary
from markwire.article.typography import typeset, typographic
from markwire.model import Article, Media


def typeset_article(article: Article, rendering: Rendering, *, has_standfirst: bool) -> Article:
    """Give an article with its prose set; ``rendering`` is what its body was made of.

    ``has_standfirst`` says that its editor wrote one: what stands in for it is taken from the set
    body, in which it is known what each quotation mark belongs to.
    """
    language, image = article.language, article.image
    texts = (
        article.headline,
        article.standfirst if has_standfirst else "",
        image.caption if image else "",
        image.credit if image else "",
    )
    body, (headline, standfirst, caption, credit) = typeset(article.body, texts, language)
    if not has_standfirst:
        lead, _ = typeset(rendering.lead, (), language)
        standfirst = summary("", replace(rendering, html=body, lead=lead)).strip()
    return replace(
        article,
        headline=headline,
        standfirst=standfirst,
        body=body,
        image=replace(image, caption=caption, credit=credit) if image else None,
        attachments=tuple(_captioned(media, language) for media in article.attachments),
        corrections=tuple(
            replace(note, text=typographic(note.text, language)) for note in article.corrections
        ),
    )


def _captioned(media: Media, language: str) -> Media:
    caption, credit = typographic(media.caption, language), typographic(media.credit, language)
    return replace(media, caption=caption, credit=credit)
