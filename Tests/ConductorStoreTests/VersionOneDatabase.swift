/// A database as the first released version left it: it must open for ever.
let versionOneDatabase = #"""
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES ('1 tasks, workflows, agents, policies, events');

    CREATE TABLE tasks (
        seq INTEGER PRIMARY KEY, task_id TEXT NOT NULL, workflow_id TEXT NOT NULL, status TEXT NOT NULL,
        agent_type TEXT, agent_id TEXT, definition BLOB NOT NULL, progress BLOB NOT NULL, UNIQUE (workflow_id, task_id)
    ) STRICT;
    CREATE INDEX tasks_live ON tasks (seq)
        WHERE (status = 'pending' OR status = 'in_progress' OR status = 'blocked');
    CREATE INDEX tasks_namesakes ON tasks (task_id) WHERE workflow_id <> '';
    CREATE TABLE workflows (
        seq INTEGER PRIMARY KEY, workflow_id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, definition BLOB NOT NULL,
        inputs BLOB NOT NULL, progress BLOB NOT NULL
    ) STRICT;
    CREATE INDEX workflows_live ON workflows (seq)
        WHERE (status = 'pending' OR status = 'in_progress' OR status = 'blocked');
    CREATE TABLE agents (agent_id TEXT PRIMARY KEY, state BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE policies (kind TEXT PRIMARY KEY, policy BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE counters (id INTEGER PRIMARY KEY CHECK (id = 1), counts BLOB NOT NULL) STRICT;
    CREATE TABLE events (
        sequence INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, kind TEXT NOT NULL, workflow_id TEXT, task_id TEXT,
        agent_id TEXT, attempt INTEGER, phase TEXT, data BLOB NOT NULL
    ) STRICT;

    INSERT INTO tasks VALUES (
        1, 'old', '', 'completed', 'coding', 'a', CAST('{"name":"old","assigned_to":"coding"}' AS BLOB),
        CAST('{"owner_uid":1000,"created_at":"2026-01-31T12:00:00.000000Z","attempts":[{"number":1,"iteration":0,
        "token":"00000000000000070000000000000001","agent_id":"a","started_at":"2026-01-31T12:00:00.000000Z",
        "answered":true}],"iteration":0,"failed_attempts":0,"queue_timeout_seconds":60,"stage":{"is":"ended","result":{
        "task_id":"old","agent_id":"a","status":"completed","output_data":{"ok":true},"error_message":null,
        "error_code":null,"attempt":1,"iteration":0,"started_at":"2026-01-31T12:00:00.000000Z",
        "completed_at":"2026-01-31T12:00:01.000000Z","duration_seconds":1,"metadata":{}}}}' AS BLOB));
    INSERT INTO tasks VALUES (
        2, 'build', 'w', 'pending', 'coding', NULL,
        CAST('{"name":"build","assigned_to":"coding","input_data":{"n": 1.50}}' AS BLOB),
        CAST('{"owner_uid":1000,"created_at":"2026-01-31T12:00:00.000000Z","attempts":[],"iteration":0,
        "failed_attempts":0,"queue_timeout_seconds":60,"stage":{"is":"planned"}}' AS BLOB));
    INSERT INTO workflows VALUES (
        1, 'w', 'in_progress', CAST('{"name":"w","tasks":[{"task_id":"build","name":"build"}]}' AS BLOB),
        CAST('{}' AS BLOB),
        CAST('{"owner_uid":1000,"started_at":"2026-01-31T12:00:00.000000Z","stage":{"is":"running","phase":0,"last":2},
        "paused":false,"phase_history":[],"error_log":[],"feedback_count":0,"feedback":[],"iteration":0,
        "completed_task_count":0,"failed_task_count":0,"request_keys":[]}' AS BLOB));
    INSERT INTO agents VALUES (
        'a',
        CAST('{"agent_id":"a","agent_type":"coding","capacity":1,"status":"idle","paused":false,"completed_count":1,
        "failed_count":0,"error_count":0,"success_rate":1,"last_heartbeat":"2026-01-31T12:00:00.000000Z","metadata":{},
        "owner_uid":1000,"pid":1,"created_at":"2026-01-31T12:00:00.000000Z",
        "updated_at":"2026-01-31T12:00:00.000000Z"}' AS BLOB));
    INSERT INTO policies VALUES (
        'MaxConcurrentTasksPolicy',
        CAST('{"kind":"MaxConcurrentTasksPolicy","parameters":{"max_tasks":7}}' AS BLOB));
    INSERT INTO counters VALUES (
        1,
        CAST('{"events":1,"agents":{"idle":1},"tasks":{"pending":1,"completed":1},"workflows":{"in_progress":1},
        "queued":0,"dead_letters":0}' AS BLOB));
    INSERT INTO events VALUES (
        1, 1769860800000000, 'task.completed', NULL, 'old', 'a', 1, NULL, CAST('{}' AS BLOB));
    """#
