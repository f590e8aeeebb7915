-- A question to whoever sends a campaign: a colleague wants to go on with it. The newest of each campaign; it is put to
-- one process (number and since when), and lapses with it. The audit keeps all of them.
CREATE TABLE take_over (
  campaign INTEGER PRIMARY KEY, by TEXT NOT NULL, caller TEXT NOT NULL, asked_at INTEGER NOT NULL,
  owner TEXT NOT NULL, owner_pid INTEGER NOT NULL, owner_since INTEGER NOT NULL, answer TEXT, answered_at INTEGER
) STRICT;
