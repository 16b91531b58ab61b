"""Where an article stands among the others, kept by SQLite itself with whatever changes it.

An editor's board counts and sorts a whole archive: from one index, without looking at an article.
``standing`` is ``killed``, ``withdrawn``, ``published``, ``corrected``, ``draft``, or ``kept`` for
what waits for its time or is past it, which only a clock can tell; ``rank`` puts the articles of
one standing into their order, the first first.
"""

from typing import Final

_SET: Final = """
    UPDATE articles SET standing = CASE
        WHEN killed IS NOT NULL THEN 'killed'
        WHEN NOT present THEN iif(gone IS NULL, NULL, 'withdrawn')
        WHEN live THEN iif(corrected IS NULL, 'published', 'corrected')
        WHEN draft THEN 'draft'
        ELSE 'kept'
    END, rank = CASE
        WHEN killed IS NOT NULL THEN -killed
        WHEN NOT present THEN -gone
        WHEN live THEN -coalesce(corrected, published)
        ELSE appears
    END WHERE id = new.id
"""
_BY: Final = "killed, present, live, draft, gone, corrected, published, appears"

STANDINGS: Final = f"""
CREATE INDEX articles_on_board
    ON articles (standing, rank, language, section, embargoed, expires, folded);
-- What can be chosen from is found from value to value, however many articles have each.
CREATE INDEX articles_by_section ON articles (section) WHERE standing IS NOT NULL;
CREATE INDEX articles_by_language ON articles (language) WHERE standing IS NOT NULL;
CREATE TRIGGER article_comes AFTER INSERT ON articles BEGIN {_SET}; END;
CREATE TRIGGER article_changes AFTER UPDATE OF {_BY} ON articles BEGIN {_SET}; END;
"""
