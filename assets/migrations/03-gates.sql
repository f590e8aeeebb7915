-- A canary may have a gate: so many percent of it delivered, within so many seconds of its last answer.
ALTER TABLE campaign ADD COLUMN gate_percent INTEGER;
ALTER TABLE campaign ADD COLUMN gate_seconds INTEGER;
-- Until when its reports are waited for, and whether the others may go: the gate was met, or an operator said so.
ALTER TABLE standing ADD COLUMN gate_until INTEGER;
ALTER TABLE standing ADD COLUMN is_gate_passed INTEGER NOT NULL DEFAULT 0;
