-- Times are unix milliseconds, money ten-thousandths of its unit, numbers E.164 digits without the plus.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE view_state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE link (
  sid TEXT PRIMARY KEY, long_url TEXT NOT NULL, short_url TEXT NOT NULL, name TEXT NOT NULL, stat_expire INTEGER,
  note TEXT NOT NULL, by TEXT NOT NULL, created_at INTEGER NOT NULL, counts_until INTEGER NOT NULL,
  is_archived INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE link_tag (sid TEXT NOT NULL, pos INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (sid, pos)) STRICT, WITHOUT ROWID;
-- The last look at a link's totals; `recent` are twelve values of two hours.
CREATE TABLE stat_look (
  sid TEXT PRIMARY KEY, as_of INTEGER NOT NULL, source TEXT NOT NULL, total INTEGER,
  counters TEXT NOT NULL, series BLOB NOT NULL, recent BLOB NOT NULL
) STRICT;
-- The last look at a link's clicks by number: 32 bytes a row (number, clicks, clicks when last seen, first, last).
CREATE TABLE click_look (
  sid TEXT PRIMARY KEY, as_of INTEGER NOT NULL, changed_at INTEGER NOT NULL, source TEXT NOT NULL,
  total INTEGER NOT NULL, digest INTEGER NOT NULL, rows BLOB NOT NULL
) STRICT;

-- What was confirmed. Never changed, but for the time of a scheduled one.
CREATE TABLE campaign (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, by TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
  columns TEXT, mobile_stat INTEGER NOT NULL, is_test INTEGER NOT NULL, batch_size INTEGER NOT NULL,
  in_flight INTEGER NOT NULL, rate INTEGER, canary INTEGER, ignores_quiet_hours INTEGER NOT NULL,
  goes_on_after_hangup INTEGER NOT NULL, created_at INTEGER NOT NULL, starts_at INTEGER, total INTEGER NOT NULL,
  segments INTEGER NOT NULL, segments_total INTEGER NOT NULL, rejected_rows INTEGER NOT NULL,
  duplicate_rows INTEGER NOT NULL, opted_out INTEGER NOT NULL, digest INTEGER NOT NULL
) STRICT;
CREATE TABLE campaign_link (sid TEXT NOT NULL, campaign INTEGER NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY (sid, campaign)) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_link_of ON campaign_link (campaign, pos);
CREATE TABLE recipient (
  campaign INTEGER NOT NULL, seq INTEGER NOT NULL, mobile INTEGER NOT NULL, row INTEGER NOT NULL, vals TEXT,
  PRIMARY KEY (campaign, seq)
) STRICT, WITHOUT ROWID;
-- The same by number, written in sorted order (an index on `recipient` would be built row by row at random).
CREATE TABLE by_mobile (mobile INTEGER NOT NULL, campaign INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (mobile, campaign, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE rejected (
  campaign INTEGER NOT NULL, n INTEGER NOT NULL, row INTEGER NOT NULL, raw TEXT NOT NULL, reason INTEGER NOT NULL,
  of INTEGER, PRIMARY KEY (campaign, n)
) STRICT, WITHOUT ROWID;

-- Where a campaign stands, with the tally that is kept in the same transactions as the journal.
CREATE TABLE standing (
  campaign INTEGER PRIMARY KEY, state TEXT NOT NULL, pause_code TEXT, pause_n INTEGER, pause_text TEXT,
  wish TEXT, wish_by TEXT, is_rolled_back INTEGER NOT NULL DEFAULT 0,
  first_at INTEGER, last_at INTEGER,
  pending INTEGER NOT NULL, sending INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0, unknown INTEGER NOT NULL DEFAULT 0, fee INTEGER NOT NULL DEFAULT 0,
  billed_segments INTEGER NOT NULL DEFAULT 0, estimates INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
  next_seq INTEGER NOT NULL DEFAULT 0, longest_run INTEGER NOT NULL DEFAULT 0
) STRICT;
-- Accepted messages and their price by quarter of an hour: what the daily limits ask for.
CREATE TABLE spent (
  campaign INTEGER NOT NULL, quarter INTEGER NOT NULL, accepted INTEGER NOT NULL, fee INTEGER NOT NULL,
  PRIMARY KEY (quarter, campaign)
) STRICT, WITHOUT ROWID;

-- The journal. Rows are added, never changed, never taken away.
CREATE TABLE attempt (id INTEGER PRIMARY KEY AUTOINCREMENT, campaign INTEGER NOT NULL, at INTEGER NOT NULL, runs BLOB NOT NULL) STRICT;
CREATE TABLE covers (
  campaign INTEGER NOT NULL, first_seq INTEGER NOT NULL, attempt INTEGER NOT NULL, last_seq INTEGER NOT NULL,
  PRIMARY KEY (campaign, first_seq, attempt)
) STRICT, WITHOUT ROWID;
CREATE TABLE fact (
  campaign INTEGER NOT NULL, attempt INTEGER NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL,
  kind INTEGER NOT NULL, is_late INTEGER NOT NULL, sid INTEGER, fee INTEGER NOT NULL, segments INTEGER NOT NULL,
  code INTEGER NOT NULL, msg INTEGER, at INTEGER NOT NULL, by INTEGER,
  PRIMARY KEY (campaign, attempt, seq, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_sid ON fact (sid) WHERE sid IS NOT NULL;
CREATE INDEX fact_refused ON fact (campaign, seq) WHERE kind = 2;
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

-- Reports by the message's id. `campaign` is null while no fact knows the message.
CREATE TABLE delivery (sid INTEGER PRIMARY KEY, status INTEGER NOT NULL, received_at INTEGER, error INTEGER, at INTEGER NOT NULL, campaign INTEGER) STRICT;
CREATE INDEX delivery_stray ON delivery (sid) WHERE campaign IS NULL;

CREATE TABLE suppression (mobile INTEGER PRIMARY KEY, why TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL) STRICT;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, caller TEXT NOT NULL, what TEXT NOT NULL,
  about TEXT NOT NULL, count INTEGER NOT NULL, money INTEGER NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TABLE note (id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE INDEX note_of ON note (campaign, id);
CREATE TABLE draft (id INTEGER PRIMARY KEY AUTOINCREMENT, by TEXT NOT NULL, updated_at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
