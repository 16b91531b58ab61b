"""Keys of other tools that mean nothing for a feed, and are no mistake of an editor.

Pure. None of their values is read, and none reaches any output.
"""

from __future__ import annotations

from typing import Final

KNOWN_ELSEWHERE: Final = frozenset(
    """
    aliases alias redirect_from redirect_to redirects translation_of translationKey translations
    place dateline location lieu geo latitude longitude source sources via

    template page_template eleventyComputed eleventyNavigation eleventyImport
    templateEngineOverride pagination
    weight order nav_order position parent has_children menu menus nav navigation sidebar
    sidebar_label sidebar_position pagination_next pagination_prev hide_title hide_table_of_contents
    custom_edit_url editURL displayed_sidebar tableOfContents prev next
    toc toc_sticky toc_label toc_icon math mathjax katex mermaid comments comment disqus share
    related pin pinned sticky featured favourite favorite read_time readingTime reading_time
    minutes word_count classes class cssclass cssclasses body_class css js scripts styles style
    markup outputs headless slideshow gallery resources build cascade linkTitle isCJKLanguage
    series serie topic topics subject subjects event events project projects
    sitemap robots noindex nofollow search seo meta metadata og opengraph twitter
    excerpt_separator liquid render_with_liquid sass
    in_search_index in_sitemap insert_anchor_links sort_by paginate_by generate_feeds
    generate_feed template_engine transparent

    ShowToc TocOpen ShowReadingTime ShowBreadCrumbs ShowPostNavLinks ShowWordCount
    ShowRssButtonInSectionTermList ShowCodeCopyButtons showDate showAuthor showSummary showHero
    hidemeta hideSummary hideMeta searchHidden disableShare disableHLJS editPost UseHugoToc
    photoswipe lightgallery code codeMaxLines fontawesome
    author_profile header_type overlay_color overlay_filter sidebar_sticky feature_row intro
    social links link_attributes icon icons color colour emoji cover_size

    dg-publish dg-home kanban-plugin plugin banner_x banner_y
    obsidianUIMode obsidianEditingMode up down same stage confidence wp_id post_id
    post_name post_parent post_author post_mime_type menu_order ping_status comment_status
    asset-type uid revision version generator editor rating score
    primary_tag tiers email_only
    """.split()
)
