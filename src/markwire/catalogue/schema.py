"""The tables of the catalogue, and which query each index is for."""

from typing import Final

from markwire.catalogue.standings import STANDINGS

VERSION: Final = 6
APPLICATION: Final = 0x4D4B5752  # "MKWR"

_EDITIONS: Final = """
-- The latest editions that changed something; those before are dropped.
CREATE TABLE editions (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    milliseconds REAL NOT NULL,  -- from the batch of changes until all feeds were live
    changed INTEGER NOT NULL,
    written INTEGER NOT NULL,
    refused INTEGER NOT NULL
);
"""

_POLLS: Final = """
-- How often each feed was asked for, and how that was answered. Feeds by their keys: what was
-- counted outlives a feed. Days are the newsroom's.
CREATE TABLE polls (
    day TEXT NOT NULL,
    feed TEXT NOT NULL,
    format TEXT NOT NULL,
    unchanged INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    moved INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    sent INTEGER NOT NULL,  -- bytes
    PRIMARY KEY (day, feed, format)
) WITHOUT ROWID;
CREATE TABLE pollers (
    day TEXT NOT NULL,
    feed TEXT NOT NULL,
    format TEXT NOT NULL,
    agent TEXT NOT NULL,  -- by a name of ours
    requests INTEGER NOT NULL,
    PRIMARY KEY (day, feed, format, agent)
) WITHOUT ROWID;
-- For how many an aggregator last said on a day that it asks, for each address and id of its.
CREATE TABLE subscribers (
    day TEXT NOT NULL,
    feed TEXT NOT NULL,
    format TEXT NOT NULL,
    agent TEXT NOT NULL,
    number INTEGER NOT NULL,  -- stands for the id
    at INTEGER NOT NULL,
    subscribers INTEGER NOT NULL,
    PRIMARY KEY (day, feed, format, agent, number)
) WITHOUT ROWID;
-- Files whose counts are in, until they are gone for good.
CREATE TABLE taken_polls (name TEXT PRIMARY KEY) WITHOUT ROWID;
"""

_PUSHES: Final = """
-- The documents of feeds as they were last recorded: a hub hears only of other bytes.
CREATE TABLE topics (path TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;

-- Articles as partners know them, or knew them when there first was one.
CREATE TABLE announced (
    article INTEGER PRIMARY KEY REFERENCES articles,
    permalink TEXT NOT NULL,
    state TEXT NOT NULL,  -- what it was made of, 'gone' or 'killed'
    document BLOB  -- digest of its JSON, NULL where that is not known
);

-- Hubs and partners, by a digest of the address, which may be a secret.
CREATE TABLE targets (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    shown TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,  -- in a row, the last attempt's among them
    failing INTEGER,  -- since when
    next INTEGER NOT NULL DEFAULT 0,  -- not before is anything tried
    answer TEXT NOT NULL DEFAULT '',
    given_up INTEGER  -- when something last was, and nothing delivered since
) WITHOUT ROWID;
CREATE TABLE notices (
    target TEXT NOT NULL REFERENCES targets,
    topic TEXT NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    since INTEGER NOT NULL,
    version INTEGER NOT NULL,  -- what was owed again while it was sent is not delivered
    attempts INTEGER NOT NULL,
    next INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (target, topic)
) WITHOUT ROWID;
-- The first in a feeds folder before those of the folders in it.
CREATE INDEX notices_due ON notices (target, next, length(topic), topic);
CREATE INDEX notices_by_age ON notices (target, since);
CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    topic TEXT NOT NULL,
    answer TEXT NOT NULL,
    milliseconds REAL NOT NULL,
    delivered INTEGER NOT NULL
);
"""

# What makes a catalogue of the version before one of this version.
OLDER: Final = 5
RENEWAL: Final = f"""
ALTER TABLE articles ADD COLUMN section TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN corrected INTEGER;
ALTER TABLE articles ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN standing TEXT;
ALTER TABLE articles ADD COLUMN rank INTEGER;
{STANDINGS}
UPDATE articles SET live = live;
{_EDITIONS}
{_POLLS}
ALTER TABLE feeds ADD COLUMN listed TEXT;
{_PUSHES}
-- What the new columns hold is in the files: all are read again.
UPDATE settings SET value = 'renewed' WHERE name = 'recipe';
"""

TABLES: Final = f"""
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Identities are kept for ever; path and composed are of the file that holds one now.
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    guid TEXT NOT NULL UNIQUE,
    own_id TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    page TEXT NOT NULL,  -- the slug under which it was last published
    own_slug TEXT,  -- as the editor typed it; NULL where that is not known
    published INTEGER NOT NULL,
    path TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    headline TEXT NOT NULL,
    permalink TEXT NOT NULL,
    updated INTEGER NOT NULL,
    appears INTEGER NOT NULL,
    expires INTEGER,
    draft INTEGER NOT NULL,
    embargoed INTEGER NOT NULL,  -- it is an embargo that 'appears' waits for
    language TEXT NOT NULL,
    substance TEXT NOT NULL,  -- what readers read, as it was when last declared to have changed
    asked INTEGER,  -- since when it reads otherwise, and nobody declared it
    present INTEGER NOT NULL,
    live INTEGER NOT NULL,
    seen INTEGER,  -- the first date as readers last saw it
    gone INTEGER,  -- when it left those who had seen it
    killed INTEGER,
    reason TEXT NOT NULL,  -- why it was killed, in public words
    composed INTEGER NOT NULL,  -- or, of one that has gone, whether its marker is written
    -- CRC-32 of who it is: what a disk spoils must not go live.
    seal INTEGER NOT NULL DEFAULT 0,
    section TEXT NOT NULL DEFAULT '',
    corrected INTEGER,  -- when it last was, but for typos
    folded TEXT NOT NULL DEFAULT '',  -- headline and path as they are searched for
    standing TEXT,  -- see ``standings``; NULL where no editor asks for it
    rank INTEGER
);
{STANDINGS}
CREATE INDEX articles_by_fingerprint ON articles (fingerprint);
CREATE INDEX articles_by_own_id ON articles (own_id) WHERE own_id <> '';
CREATE INDEX articles_to_appear ON articles (appears) WHERE present AND NOT live AND NOT draft;
CREATE INDEX articles_kept_back ON articles (draft, appears) WHERE present AND NOT live;
CREATE INDEX articles_asked_about ON articles (asked) WHERE asked IS NOT NULL;
CREATE INDEX articles_killed ON articles (killed) WHERE killed IS NOT NULL;
CREATE INDEX articles_to_mark ON articles (id) WHERE gone IS NOT NULL AND NOT composed AND NOT live;
CREATE INDEX articles_to_hide ON articles (appears) WHERE live;
CREATE INDEX articles_to_expire ON articles (expires) WHERE live AND expires IS NOT NULL;
CREATE INDEX articles_to_compose ON articles (published DESC, guid) WHERE live AND NOT composed;

CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    guid TEXT NOT NULL,
    published INTEGER NOT NULL
);

CREATE TABLE files (
    path TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    digest TEXT NOT NULL,
    seen INTEGER NOT NULL,
    article INTEGER REFERENCES articles,
    refused INTEGER NOT NULL,
    leaves INTEGER,  -- when its article is withdrawn, because the file went or is a draft now
    latest TEXT NOT NULL  -- digest of a draft that waits so long to be recorded, or empty
) WITHOUT ROWID;
CREATE INDEX files_by_name ON files (name);
CREATE INDEX files_by_article ON files (article);
CREATE INDEX files_by_bytes ON files (size, digest);  -- most differ by their size alone
CREATE INDEX files_leaving ON files (leaves) WHERE leaves IS NOT NULL;

-- What a folder's own file says of the articles below it.
CREATE TABLE defaults (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    content BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE media (
    path TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    digest TEXT NOT NULL,  -- of what is published, as is all that follows
    url TEXT NOT NULL,  -- empty where nothing is
    type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    length INTEGER NOT NULL DEFAULT 0,
    flaw TEXT NOT NULL DEFAULT ''  -- the code of what is to be told to whoever shows it
) WITHOUT ROWID;
CREATE INDEX media_by_name ON media (name);
CREATE INDEX media_by_url ON media (url);

-- All stand until the file is read again, those of stage 'composed' until it is composed again.
CREATE TABLE problems (path TEXT NOT NULL, stage TEXT NOT NULL, problem TEXT NOT NULL);
CREATE INDEX problems_by_path ON problems (path, stage);

CREATE TABLE mentions (
    name TEXT NOT NULL, article INTEGER NOT NULL REFERENCES articles, PRIMARY KEY (name, article)
) WITHOUT ROWID;
CREATE INDEX mentions_by_article ON mentions (article);

CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    updated INTEGER,
    stands INTEGER NOT NULL,  -- readers know it: a draft's tag makes no feed
    owed INTEGER NOT NULL,  -- to be written: the files are older than the catalogue
    -- Of its documents: those of one generation belong together.
    generation INTEGER NOT NULL DEFAULT 0,
    -- The GUIDs in them, as a JSON list; empty if not known.
    carried TEXT NOT NULL DEFAULT '',
    listed TEXT  -- what the page of all feeds says of its articles; NULL before it was published
);
CREATE INDEX feeds_owed ON feeds (key) WHERE owed;
-- guid orders articles of one second the same way in every catalogue.
CREATE TABLE memberships (
    feed INTEGER NOT NULL REFERENCES feeds,
    live INTEGER NOT NULL,
    published INTEGER NOT NULL,
    guid TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES articles,
    label TEXT NOT NULL,
    PRIMARY KEY (feed, live, published, guid)
) WITHOUT ROWID;
CREATE INDEX memberships_by_article ON memberships (article);
CREATE TABLE labels (
    feed INTEGER NOT NULL REFERENCES feeds,
    label TEXT NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (feed, label)
) WITHOUT ROWID;

-- Of articles that left a feed's readers, until nobody can have missed it (RFC 6721).
CREATE TABLE tombstones (
    feed INTEGER NOT NULL REFERENCES feeds,
    article INTEGER NOT NULL REFERENCES articles,
    gone INTEGER NOT NULL,
    PRIMARY KEY (feed, article)
) WITHOUT ROWID;
CREATE INDEX tombstones_by_article ON tombstones (article);
CREATE INDEX tombstones_by_age ON tombstones (gone);

-- A table with rowids: whether there is a fragment is told by the index, without its bytes.
CREATE TABLE fragments (
    article INTEGER NOT NULL REFERENCES articles,
    body TEXT NOT NULL,
    rss BLOB NOT NULL,
    atom BLOB NOT NULL,
    json BLOB NOT NULL,
    checksum INTEGER NOT NULL,  -- CRC-32 of the three: what a disk spoils must not go live
    PRIMARY KEY (article, body)
);
CREATE TABLE shown (
    article INTEGER NOT NULL REFERENCES articles, url TEXT NOT NULL, PRIMARY KEY (article, url)
) WITHOUT ROWID;
CREATE INDEX shown_by_url ON shown (url);

CREATE TABLE outputs (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL
) WITHOUT ROWID;
{_EDITIONS}
{_POLLS}
{_PUSHES}
"""
