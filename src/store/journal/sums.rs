//! The tally that is kept beside the facts, in the same transaction.
use jiff::Timestamp;
use rusqlite::params;

use super::facts::Written;
use crate::sms::{CampaignId, Money, RecipientState};
use crate::store::audit;
use crate::store::fault::Fallible;
use crate::store::fold::Kind;
use crate::store::standing::quarter;
use crate::store::writer::Tx;

/// What a call of `add_facts` changes in the tally.
#[derive(Default)]
pub(super) struct Sums {
    change: [i64; 5],
    fee: i64,
    segments: i64,
    estimates: i64,
    accepted: i64,
    pub(super) by_hand: Vec<(Kind, u32)>,
}

impl Sums {
    pub(super) fn add(&mut self, before: RecipientState, after: RecipientState, row: &Written<'_>, is_late: bool) {
        if !is_late {
            self.change[before as usize] -= 1;
            self.change[after as usize] += 1;
        }
        self.fee = self.fee.saturating_add(row.fee);
        self.segments += i64::from(row.segments);
        self.estimates += i64::from(row.is_estimate);
        if after == RecipientState::Accepted && before != after {
            self.accepted += 1;
        }
    }

    pub(super) fn keep(&self, tx: &Tx<'_>, id: CampaignId, at: Timestamp) -> Fallible<()> {
        use RecipientState::{Accepted, Pending, Refused, Sending, Unknown};
        let of = |state: RecipientState| self.change[state as usize];
        tx.prepare_cached(
            "UPDATE standing SET pending = pending + ?2, sending = sending + ?3, accepted = accepted + ?4,
               refused = refused + ?5, unknown = unknown + ?6, fee = fee + ?7, billed_segments = billed_segments + ?8,
               estimates = estimates + ?9, last_at = max(coalesce(last_at, ?10), ?10) WHERE campaign = ?1",
        )?
        .execute(params![
            id.0,
            of(Pending),
            of(Sending),
            of(Accepted),
            of(Refused),
            of(Unknown),
            self.fee,
            self.segments,
            self.estimates,
            at.as_millisecond()
        ])?;
        if self.accepted > 0 || self.fee > 0 {
            tx.prepare_cached(
                "INSERT INTO spent (campaign, quarter, accepted, fee) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET accepted = accepted + ?3, fee = fee + ?4",
            )?
            .execute(params![id.0, quarter(at), self.accepted, self.fee])?;
        }
        Ok(())
    }

    pub(super) fn audit(&self, tx: &Tx<'_>, id: CampaignId, at: Timestamp, by: &str, caller: &str) -> Fallible<()> {
        for kind in Kind::BY_HAND {
            let what = kind.decision();
            let people: Vec<u32> =
                self.by_hand.iter().filter(|(known, _)| *known == kind).map(|(_, seq)| *seq).collect();
            let Some(first) = people.first() else { continue };
            let about = format!("{id} recipient {first}");
            let line = audit::New { by, caller, what, about: &about, count: people.len() as u64, money: Money::ZERO };
            audit::append(tx, at, &line)?;
        }
        Ok(())
    }
}
