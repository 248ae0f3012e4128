-- After a logical restore the journal's rows carry the transaction ids of the database they came from. Ids that are still to come
-- here would count as changes for ever: such rows are given this transaction's. Does nothing on a database that was not restored.
UPDATE stadspoort.journal SET xid = pg_current_xact_id() WHERE xid > pg_current_xact_id()
