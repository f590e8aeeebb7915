//! Other campaigns for the same people, as a row: who wrote to them and when, and where they wait for a message.
use std::collections::BTreeSet;

use jiff::Timestamp;

use super::row;
use crate::sms::{Check, CheckName, CheckState, Mobile, china};
use crate::store::Overlap;

/// Campaigns that a row names, of each kind.
const NAMED: usize = 3;

/// A warning about everybody whom one of these campaigns wrote to or is going to, each once. Behind it stand, line by
/// line and between tabs (`words::check` reads them):
///
/// ```text
/// DAYS  WRITTEN TO  WAITING
/// sent   ID  NUMBERS  SECONDS AGO      OPERATOR
/// waits  ID  NUMBERS  STATE | at TIME  OPERATOR      newest first, three of each at most
/// ```
pub(super) fn about(name: CheckName, overlaps: &[Overlap], days: u32, now: Timestamp) -> Check {
    let each = |of: fn(&Overlap) -> &[Mobile]| -> BTreeSet<Mobile> {
        overlaps.iter().flat_map(|one| of(one).iter().copied()).collect()
    };
    let (written, waiting) = (each(|one| &one.mobiles), each(|one| &one.waiting));
    let mobiles: BTreeSet<Mobile> = written.union(&waiting).copied().collect();
    let mut lines = vec![format!("{days}\t{}\t{}", written.len(), waiting.len())];
    let line = |kind: &str, one: &Overlap, n: usize, when: String| {
        let by: String = one.by.chars().filter(|c| !c.is_control()).collect();
        format!("{kind}\t{}\t{n}\t{when}\t{by}", one.campaign)
    };
    let ago = |one: &Overlap| now.duration_since(one.at).as_secs().max(0).to_string();
    let when = |one: &Overlap| match one.starts_at {
        Some(at) => format!("at {}", at.to_zoned_datetime(china()).strftime("%m-%d %H:%M")),
        None => one.state.code().to_owned(),
    };
    let wrote = overlaps.iter().filter(|one| !one.mobiles.is_empty());
    lines.extend(wrote.take(NAMED).map(|one| line("sent", one, one.mobiles.len(), ago(one))));
    let waits = overlaps.iter().filter(|one| !one.waiting.is_empty());
    lines.extend(waits.take(NAMED).map(|one| line("waits", one, one.waiting.len(), when(one))));
    let state = if mobiles.is_empty() { CheckState::Ok } else { CheckState::Warn };
    Check { mobiles: mobiles.iter().copied().collect(), ..row(name, state, mobiles.len() as u64, lines.join("\n")) }
}
