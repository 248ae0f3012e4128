-- Partitions of the journal for the transactions to come.
SELECT stadspoort.extend_journal()::bigint AS made
