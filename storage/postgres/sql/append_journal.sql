-- One change of one subject.
INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor, reason)
VALUES ($1::text::stadspoort.subject_kind, $2, $3, $4, $5, $6, $7)
