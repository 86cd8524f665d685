-- 022.sql: which DSL has which secrets: one that none has any more goes.
CREATE TABLE dsl_text_secrets (
    hash      BLOB NOT NULL REFERENCES dsl_texts (hash) ON DELETE CASCADE,
    secret_id TEXT NOT NULL,
    PRIMARY KEY (hash, secret_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dsl_text_secrets_id ON dsl_text_secrets (secret_id);

-- Whether those of a text are in it; texts of before are looked through later.
ALTER TABLE dsl_texts ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX dsl_texts_unlisted ON dsl_texts (hash) WHERE listed = 0;
