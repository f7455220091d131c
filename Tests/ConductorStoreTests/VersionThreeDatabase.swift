/// What the versions since the one that brought checksums left of all but the events.
let sealedDatabase =
    versionTwoDatabase + #"""
        INSERT INTO grdb_migrations VALUES ('3 checksums');

        ALTER TABLE tasks ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE workflows ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE dead_letters ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE agents ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE policies ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE counters ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE breakers ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE events ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE anchor (
            id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, checksum INTEGER NOT NULL
        ) STRICT;

        UPDATE tasks SET checksum = -7350574472387957757 WHERE task_id = 'old';
        UPDATE tasks SET checksum = -3398415299651608949 WHERE task_id = 'build';
        UPDATE workflows SET checksum = -7817454935100520317;
        UPDATE agents SET checksum = -8608818567096810421;
        UPDATE policies SET checksum = -4751026810542943216;
        UPDATE counters SET checksum = -1713856019029737584;
        UPDATE breakers SET checksum = 4699204022211426702;
        UPDATE dead_letters SET checksum = -2557733337816178065;
        """#

/// A database as the version that brought checksums left it, with its only event removed: it must open for ever.
let versionThreeDatabase =
    sealedDatabase + """
        INSERT INTO anchor VALUES (1, 1, -9064804030113728184);
        DELETE FROM events;
        """
