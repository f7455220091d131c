import GRDB

/// The tables, as they came to be. A migration that was released is never changed: a new one follows it.
///
/// JSON is kept as blobs, byte for byte as it was written. Every index costs each commit, so there are few.
enum Schema {
    static let file = "conductor.db"

    /// Rows that are not history; the partial indexes hold just these, and are used by queries with these very words.
    ///
    /// Not `IN`: SQLite would build a table of three words anew for every row that is written.
    static let isLive = "(status = 'pending' OR status = 'in_progress' OR status = 'blocked')"

    /// The letters that are listed; as `isLive`, for the partial index.
    static let isKept = "state = 'kept'"

    /// The migration since which rows have checksums, and events form a chain.
    static let checksums = "3 checksums"

    /// The migration since which commits are in a log of their own, and the tables follow it.
    static let commitLog = "6 commit log"

    static var migrations: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 tasks, workflows, agents, policies, events") { try $0.execute(sql: first) }
        migrator.registerMigration("2 breakers, dead letters") { try $0.execute(sql: second) }
        migrator.registerMigration(checksums) { db in
            try db.execute(sql: third)
            try Sealing(db: db).sealAll()
        }
        migrator.registerMigration("4 sealed anchor") { db in
            try db.execute(sql: fourth)
            try Sealing(db: db).sealAnchor()
        }
        migrator.registerMigration("5 order of history") { db in
            try db.execute(sql: fifth)
            try Calendar(db: db).fillFromEvents()
        }
        migrator.registerMigration(commitLog) { db in
            try db.execute(sql: sixth)
            try AppliedCommit(log: .random(in: 1 ... .max), link: .origin).save(db)
        }
        migrator.registerMigration("7 names and numbers of workflows") { try $0.execute(sql: seventh) }
        migrator.registerMigration("8 owners and what they have stored") { db in
            try db.execute(sql: eighth)
            try StoredBytes(counting: db).save(db)
        }
        return migrator
    }

    private static let first = """
        CREATE TABLE tasks (
            seq INTEGER PRIMARY KEY,
            task_id TEXT NOT NULL,
            workflow_id TEXT NOT NULL, -- '' for a task dispatched alone
            status TEXT NOT NULL,
            agent_type TEXT,
            agent_id TEXT,
            definition BLOB NOT NULL,
            progress BLOB NOT NULL,
            UNIQUE (workflow_id, task_id)
        ) STRICT;
        CREATE INDEX tasks_live ON tasks (seq)
            WHERE (status = 'pending' OR status = 'in_progress' OR status = 'blocked');
        CREATE INDEX tasks_namesakes ON tasks (task_id) WHERE workflow_id <> '';

        CREATE TABLE workflows (
            seq INTEGER PRIMARY KEY,
            workflow_id TEXT NOT NULL UNIQUE,
            status TEXT NOT NULL,
            definition BLOB NOT NULL,
            inputs BLOB NOT NULL,
            progress BLOB NOT NULL
        ) STRICT;
        CREATE INDEX workflows_live ON workflows (seq)
            WHERE (status = 'pending' OR status = 'in_progress' OR status = 'blocked');

        CREATE TABLE agents (agent_id TEXT PRIMARY KEY, state BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE policies (kind TEXT PRIMARY KEY, policy BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE counters (id INTEGER PRIMARY KEY CHECK (id = 1), counts BLOB NOT NULL) STRICT;

        CREATE TABLE events (
            sequence INTEGER PRIMARY KEY,
            timestamp INTEGER NOT NULL, -- microseconds since 1970
            kind TEXT NOT NULL,
            workflow_id TEXT,
            task_id TEXT,
            agent_id TEXT,
            attempt INTEGER,
            phase TEXT,
            data BLOB NOT NULL
        ) STRICT;
        """

    private static let second = """
        CREATE TABLE breakers (agent_id TEXT PRIMARY KEY, breaker BLOB NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE dead_letters (
            seq INTEGER PRIMARY KEY,
            dead_letter_id TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL,
            request_key TEXT, -- of its redrive
            letter BLOB NOT NULL
        ) STRICT;
        CREATE INDEX dead_letters_kept ON dead_letters (seq) WHERE state = 'kept';
        """

    private static let third = """
        ALTER TABLE tasks ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0; -- of all columns but seq
        ALTER TABLE workflows ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE dead_letters ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE agents ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0; -- of all columns
        ALTER TABLE policies ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE counters ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE breakers ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE events ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0; -- and of the event before it

        -- The newest event that retention removed: where the chain begins.
        CREATE TABLE anchor (
            id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, checksum INTEGER NOT NULL
        ) STRICT;
        """

    private static let fourth = """
        ALTER TABLE anchor ADD COLUMN seal INTEGER NOT NULL DEFAULT 0; -- the checksum of all columns
        """

    /// Where a row stands among the events decides when it goes, not what it holds: the two columns have no checksum.
    private static let fifth = """
        ALTER TABLE tasks ADD COLUMN added INTEGER NOT NULL DEFAULT 0; -- the newest event when it was added
        ALTER TABLE tasks ADD COLUMN changed INTEGER NOT NULL DEFAULT 0; -- the newest event when it last changed
        ALTER TABLE workflows ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE workflows ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE dead_letters ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE dead_letters ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;

        -- How far the events had come at some times of the steady clock, in microseconds since 1970.
        CREATE TABLE calendar (
            sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, checksum INTEGER NOT NULL -- of all columns
        ) STRICT;

        UPDATE tasks SET added = first, changed = last FROM (
            SELECT task_id AS id, min(sequence) AS first, max(sequence) AS last FROM events
            WHERE workflow_id IS NULL GROUP BY task_id
        ) WHERE workflow_id = '' AND task_id = id;
        UPDATE workflows SET added = first, changed = last FROM (
            SELECT workflow_id AS id, min(sequence) AS first, max(sequence) AS last FROM events GROUP BY workflow_id
        ) WHERE workflow_id = id;
        UPDATE dead_letters SET added = newest, changed = newest FROM (SELECT max(sequence) AS newest FROM events)
        WHERE newest IS NOT NULL;
        """

    private static let sixth = """
        -- Which log the tables follow, and the last of its commits that they show.
        CREATE TABLE applied (
            id INTEGER PRIMARY KEY CHECK (id = 1), log INTEGER NOT NULL, number INTEGER NOT NULL,
            chain INTEGER NOT NULL, checksum INTEGER NOT NULL -- of all columns
        ) STRICT;
        """

    /// For what people call a workflow. All of it stands in the other columns, and has its checksum there.
    private static let seventh = """
        ALTER TABLE workflows ADD COLUMN name TEXT NOT NULL DEFAULT '';
        ALTER TABLE workflows ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE workflows ADD COLUMN owner INTEGER NOT NULL DEFAULT 0; -- its uid
        UPDATE workflows SET name = ifnull(json_extract(CAST(definition AS TEXT), '$.name'), '')
            WHERE json_valid(CAST(definition AS TEXT));
        UPDATE workflows SET owner = ifnull(json_extract(CAST(progress AS TEXT), '$.owner_uid'), 0)
            WHERE json_valid(CAST(progress AS TEXT));
        CREATE INDEX workflows_names ON workflows (name, seq);
        CREATE INDEX workflows_numbers ON workflows (number) WHERE number > 0;
        CREATE INDEX workflows_owners ON workflows (owner, seq);
        """

    /// Whose a row is decides when it goes, and stands in the task as well: the columns have no checksum.
    private static let eighth = """
        ALTER TABLE tasks ADD COLUMN owner INTEGER NOT NULL DEFAULT 0; -- its uid
        ALTER TABLE dead_letters ADD COLUMN owner INTEGER NOT NULL DEFAULT 0; -- that of its task
        UPDATE tasks SET owner = json_extract(CAST(progress AS TEXT), '$.owner_uid')
            WHERE CASE WHEN json_valid(CAST(progress AS TEXT)) THEN
                json_type(CAST(progress AS TEXT), '$.owner_uid') = 'integer'
                AND json_extract(CAST(progress AS TEXT), '$.owner_uid') BETWEEN 1 AND 4294967295
            ELSE FALSE END;
        UPDATE dead_letters SET owner = ifnull((
            SELECT owner FROM tasks
            WHERE workflow_id = ifnull(json_extract(CAST(letter AS TEXT), '$.workflow_id'), '')
            AND task_id = json_extract(CAST(letter AS TEXT), '$.task_id')
        ), 0) WHERE json_valid(CAST(letter AS TEXT));
        CREATE INDEX tasks_history ON tasks (owner, seq)
            WHERE workflow_id = '' AND NOT (status = 'pending' OR status = 'in_progress' OR status = 'blocked');
        CREATE INDEX dead_letters_history ON dead_letters (owner, seq) WHERE NOT state = 'kept';
        CREATE INDEX dead_letters_owners ON dead_letters (owner, seq) WHERE state = 'kept';

        -- What the rows of each user take, and with uid -1 those of the events.
        CREATE TABLE stored_bytes (
            uid INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, checksum INTEGER NOT NULL -- of all columns
        ) STRICT;
        """
}
