-- Times are milliseconds since 1970, UTC. Every row belongs to a namespace; none of those goes, so nothing checks that.

CREATE TABLE namespaces (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    salt TEXT NOT NULL -- the secret by which ids of erased users are hashed, hexadecimal
) STRICT;

-- The last position of the log that was taken, in one row.
CREATE TABLE last_position (position INTEGER NOT NULL) STRICT;
INSERT INTO last_position VALUES (0);

-- All that changes what a model in memory knows, in order: events (kind 1), items that changed (2) or are gone (3), users merged (4) or erased (5), and
-- changes of what answers (6). Of an item that is there only the last entry is kept.
CREATE TABLE log (
    namespace INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    user_id TEXT,
    item_id TEXT,
    event_id TEXT,
    type TEXT,
    time INTEGER,
    recommendation TEXT,
    from_id TEXT, -- who became user_id
    hashes TEXT, -- of erased users, with spaces between them
    PRIMARY KEY (namespace, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX log_events ON log (namespace, event_id);
CREATE INDEX log_users ON log (namespace, user_id, time) WHERE user_id IS NOT NULL;
CREATE INDEX log_merged ON log (namespace, from_id) WHERE from_id IS NOT NULL;

CREATE TABLE rejected_events (
    namespace INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, -- SHA-256 of the other columns but position
    position INTEGER NOT NULL,
    event_id TEXT,
    user_id TEXT,
    item_id TEXT,
    type TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (namespace, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX rejected_events_order ON rejected_events (namespace, position);

CREATE TABLE erased_users (
    namespace INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (namespace, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
    namespace INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    title TEXT,
    attributes TEXT NOT NULL, -- a JSON object
    texts TEXT NOT NULL, -- a JSON object of strings
    image_address TEXT,
    hidden INTEGER NOT NULL,
    search TEXT NOT NULL, -- id, title and texts in lower case
    version INTEGER NOT NULL, -- position of the last change to content or image
    position INTEGER NOT NULL, -- position of the last change, also to vectors
    added INTEGER NOT NULL,
    PRIMARY KEY (namespace, item_id)
) STRICT;

CREATE TABLE item_images (
    namespace INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    content_type TEXT NOT NULL,
    hash TEXT NOT NULL, -- SHA-256 of the bytes, hexadecimal
    bytes BLOB NOT NULL,
    PRIMARY KEY (namespace, item_id),
    FOREIGN KEY (namespace, item_id) REFERENCES items (namespace, item_id) ON DELETE CASCADE
) STRICT;

CREATE TABLE item_vectors (
    namespace INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    modality TEXT NOT NULL,
    vector BLOB NOT NULL, -- float32, little-endian
    source TEXT, -- what it was encoded from
    PRIMARY KEY (namespace, item_id, modality),
    FOREIGN KEY (namespace, item_id) REFERENCES items (namespace, item_id) ON DELETE CASCADE
) STRICT;

CREATE TABLE recommendations (
    namespace INTEGER NOT NULL,
    recommendation_id TEXT NOT NULL,
    user_id TEXT,
    arm TEXT NOT NULL,
    model TEXT NOT NULL,
    items TEXT NOT NULL, -- a JSON list of ids
    time INTEGER NOT NULL,
    PRIMARY KEY (namespace, recommendation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX recommendations_time ON recommendations (namespace, time);
CREATE INDEX recommendations_user ON recommendations (namespace, user_id) WHERE user_id IS NOT NULL;

CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    namespace INTEGER NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE, -- SHA-256 of the secret, hexadecimal
    scopes INTEGER NOT NULL, -- the sum of 1 (read), 2 (write) and 4 (admin)
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT;

CREATE TABLE generations (
    namespace INTEGER NOT NULL,
    id TEXT NOT NULL,
    folder TEXT NOT NULL,
    state TEXT NOT NULL, -- Candidate, Champion, Challenger or Retired
    traffic REAL NOT NULL, -- share of the requests that the challenger gets
    metrics TEXT NOT NULL, -- a JSON object
    trained_to INTEGER NOT NULL, -- position in the log
    created INTEGER NOT NULL,
    PRIMARY KEY (namespace, id)
) STRICT;
CREATE UNIQUE INDEX generations_serving ON generations (namespace, state) WHERE state IN ('Champion', 'Challenger');

CREATE TABLE jobs (
    namespace INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    idempotency_key TEXT,
    state TEXT NOT NULL, -- Waiting, Running, Succeeded or Failed
    progress REAL NOT NULL,
    result TEXT,
    error TEXT,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    PRIMARY KEY (namespace, id)
) STRICT;
CREATE UNIQUE INDEX jobs_requests ON jobs (namespace, kind, idempotency_key);

-- What a large store would tell the planner, which otherwise takes every namespace for ten rows and reads all of it to find a user.
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('log', 'log', '10000000 10000000 1'),
    ('log', 'log_events', '10000000 10000000 1'),
    ('log', 'log_users', '10000000 10000000 20 1'),
    ('log', 'log_merged', '100000 100000 1'),
    ('items', 'sqlite_autoindex_items_1', '100000 100000 1'),
    ('item_images', 'sqlite_autoindex_item_images_1', '100000 100000 1'),
    ('item_vectors', 'sqlite_autoindex_item_vectors_1', '200000 200000 2 1'),
    ('recommendations', 'recommendations', '10000000 10000000 1'),
    ('recommendations', 'recommendations_time', '10000000 10000000 1'),
    ('recommendations', 'recommendations_user', '10000000 10000000 20');
