/// A database as the last version whose history aged by the wall clock left it: it must open for ever.
let versionFourDatabase =
    sealedDatabase + """
        INSERT INTO grdb_migrations VALUES ('4 sealed anchor');

        ALTER TABLE anchor ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
        UPDATE events SET checksum = -9064804030113728184;
        """
