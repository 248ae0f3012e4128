ALTER TABLE embedded_first ADD COLUMN note text;
