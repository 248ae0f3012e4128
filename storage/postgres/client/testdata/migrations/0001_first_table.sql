-- Two statements in one migration.
CREATE TABLE embedded_first (n bigint NOT NULL);
INSERT INTO embedded_first VALUES (1);
