-- Serialises everything that concerns one reference of one provider, in a statement of its own: an enrolment and an end that
-- overtakes it must not miss each other.
SELECT pg_advisory_xact_lock(hashtextextended($1 || chr(31) || $2 || chr(31) || $3, 7))::text AS locked
