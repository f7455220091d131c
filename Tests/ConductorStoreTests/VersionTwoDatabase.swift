/// A database as the version that brought breakers and dead letters left it: it must open for ever.
let versionTwoDatabase =
    versionOneDatabase + #"""
        INSERT INTO grdb_migrations VALUES ('2 breakers, dead letters');

        CREATE TABLE breakers (agent_id TEXT PRIMARY KEY, breaker BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE dead_letters (
            seq INTEGER PRIMARY KEY, dead_letter_id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, request_key TEXT,
            letter BLOB NOT NULL
        ) STRICT;
        CREATE INDEX dead_letters_kept ON dead_letters (seq) WHERE state = 'kept';

        INSERT INTO breakers VALUES (
            'a', CAST('{"agent_id":"a","state":"closed","failure_count":2,"success_count":0}' AS BLOB));
        INSERT INTO dead_letters VALUES (
            1, 'd', 'kept', NULL,
            CAST('{"dead_letter_id":"d","task_id":"old","agent_id":"a","error_code":"E","error_message":"m","attempt":2,
            "timestamp":"2026-01-31T12:00:00.000001Z","task":{"name":"old"}}' AS BLOB));
        UPDATE counters SET counts = CAST('{"events":1,"agents":{"idle":1},"tasks":{"pending":1,"completed":1},
        "workflows":{"in_progress":1},"queued":0,"dead_letters":1}' AS BLOB);
        """#
