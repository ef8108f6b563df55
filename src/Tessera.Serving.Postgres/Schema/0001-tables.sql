-- Times are milliseconds since 1970, UTC: to_timestamp(time / 1000.0) shows one. Every row belongs to a namespace; none of those goes, so nothing checks that. Ids are compared byte by byte.

CREATE TABLE namespaces (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    salt text NOT NULL -- the secret by which ids of erased users are hashed, hexadecimal
);

-- Added to this server's transaction ids before they become positions, in one row: more than zero where the database came from a server that had counted further.
CREATE TABLE transaction_origin (added bigint NOT NULL);
INSERT INTO transaction_origin VALUES (0);

-- All that changes what a model in memory knows, in order: events (kind 1), items that changed (2) or are gone (3), users merged (4) or erased (5), and
-- changes of what answers (6). Of an item that is there only the last entry is kept. A position is the id of the writing transaction (xid8) times 1,024, plus
-- the entry's number in that transaction. Transactions become visible in another order than that of their ids, so readers stop below the oldest that runs.
CREATE TABLE log (
    namespace integer NOT NULL,
    position bigint NOT NULL,
    kind integer NOT NULL,
    user_id text COLLATE "C",
    item_id text COLLATE "C",
    event_id text COLLATE "C",
    type text,
    time bigint,
    recommendation text,
    from_id text COLLATE "C", -- who became user_id
    hashes text, -- of erased users, with spaces between them
    PRIMARY KEY (namespace, position)
);
CREATE UNIQUE INDEX log_events ON log (namespace, event_id);
CREATE INDEX log_users ON log (namespace, user_id, time) WHERE user_id IS NOT NULL;
CREATE INDEX log_merged ON log (namespace, from_id) WHERE from_id IS NOT NULL;

CREATE TABLE rejected_events (
    namespace integer NOT NULL,
    fingerprint text COLLATE "C" NOT NULL, -- SHA-256 of the other columns but position
    position bigint NOT NULL,
    event_id text,
    user_id text COLLATE "C",
    item_id text,
    type text,
    reason text NOT NULL,
    PRIMARY KEY (namespace, fingerprint)
);
CREATE INDEX rejected_events_order ON rejected_events (namespace, position);

CREATE TABLE erased_users (
    namespace integer NOT NULL,
    hash text COLLATE "C" NOT NULL,
    PRIMARY KEY (namespace, hash)
);

CREATE TABLE items (
    namespace integer NOT NULL,
    item_id text COLLATE "C" NOT NULL,
    title text,
    attributes text NOT NULL, -- a JSON object
    texts text NOT NULL, -- a JSON object of strings
    image_address text,
    hidden boolean NOT NULL,
    search text NOT NULL, -- id, title and texts in lower case
    version bigint NOT NULL, -- position of the last change to content or image
    position bigint NOT NULL, -- position of the last change, also to vectors
    added bigint NOT NULL,
    PRIMARY KEY (namespace, item_id)
);

CREATE TABLE item_images (
    namespace integer NOT NULL,
    item_id text COLLATE "C" NOT NULL,
    content_type text NOT NULL,
    hash text NOT NULL, -- SHA-256 of the bytes, hexadecimal
    bytes bytea NOT NULL,
    PRIMARY KEY (namespace, item_id),
    FOREIGN KEY (namespace, item_id) REFERENCES items (namespace, item_id) ON DELETE CASCADE
);
ALTER TABLE item_images ALTER COLUMN bytes SET STORAGE EXTERNAL; -- images are compressed already

CREATE TABLE item_vectors (
    namespace integer NOT NULL,
    item_id text COLLATE "C" NOT NULL,
    modality text COLLATE "C" NOT NULL,
    vector bytea NOT NULL, -- float32, little-endian
    source text, -- what it was encoded from
    PRIMARY KEY (namespace, item_id, modality),
    FOREIGN KEY (namespace, item_id) REFERENCES items (namespace, item_id) ON DELETE CASCADE
);
ALTER TABLE item_vectors ALTER COLUMN vector SET STORAGE EXTERNAL;

CREATE TABLE recommendations (
    namespace integer NOT NULL,
    recommendation_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C",
    arm text NOT NULL,
    model text NOT NULL,
    items text NOT NULL, -- a JSON list of ids
    time bigint NOT NULL,
    PRIMARY KEY (namespace, recommendation_id)
);
CREATE INDEX recommendations_time ON recommendations (namespace, time);
CREATE INDEX recommendations_user ON recommendations (namespace, user_id) WHERE user_id IS NOT NULL;

CREATE TABLE keys (
    id text COLLATE "C" NOT NULL PRIMARY KEY,
    namespace integer NOT NULL,
    name text NOT NULL,
    hash text COLLATE "C" NOT NULL UNIQUE, -- SHA-256 of the secret, hexadecimal
    scopes integer NOT NULL, -- the sum of 1 (read), 2 (write) and 4 (admin)
    created bigint NOT NULL,
    revoked bigint
);

CREATE TABLE generations (
    namespace integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    folder text NOT NULL,
    state text NOT NULL, -- Candidate, Champion, Challenger or Retired
    traffic double precision NOT NULL, -- share of the requests that the challenger gets
    metrics text NOT NULL, -- a JSON object
    trained_to bigint NOT NULL, -- position in the log
    created bigint NOT NULL,
    PRIMARY KEY (namespace, id)
);
CREATE UNIQUE INDEX generations_serving ON generations (namespace, state) WHERE state IN ('Champion', 'Challenger');

CREATE TABLE jobs (
    namespace integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    idempotency_key text COLLATE "C",
    state text NOT NULL, -- Waiting, Running, Succeeded or Failed
    progress double precision NOT NULL,
    result text,
    error text,
    created bigint NOT NULL,
    changed bigint NOT NULL,
    PRIMARY KEY (namespace, id)
);
CREATE UNIQUE INDEX jobs_requests ON jobs (namespace, kind, idempotency_key);
