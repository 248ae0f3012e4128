-- Stands for the migration that is made elsewhere under this number.
SELECT 1;
