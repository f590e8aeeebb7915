-- Recipients whom the operator took out at the review, with the other rows that were left out.
ALTER TABLE campaign ADD COLUMN taken_out INTEGER NOT NULL DEFAULT 0;
