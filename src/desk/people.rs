//! One number's whole story, and who has had enough.
use std::path::Path;

use jiff::SignedDuration;

use super::{Desk, Result, blocking};
use crate::files::Options;
use crate::problem::InputProblem;
use crate::sms::{Mobile, RecipientState, Recipients, Story, StoryLine, charset, segments};
use crate::store::{FoundMessage, Suppression};
use crate::words::reason::OPT_OUTS;

/// The vendor's clock may be behind ours by so much.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(60);

impl Desk {
    /// Every message to a number, across campaigns, colleagues and months. Local; audited.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn find(&self, mobile: Mobile) -> Result<Story> {
        self.note_down("find", &mobile.masked(), 1).await?;
        let found = self.store().find(mobile).await?;
        let opted_out = self.store().suppression(mobile).await?.map(|entry| (entry.at, entry.why));
        Ok(Story { mobile, lines: found.into_iter().map(|found| line(found, mobile)).collect(), opted_out })
    }

    /// Puts numbers on the suppression list; says how many are new. Audited.
    ///
    /// # Errors
    /// A read-only profile; the store refuses.
    pub async fn suppress(&self, mobiles: Vec<Mobile>) -> Result<u64> {
        self.writable()?;
        let about = some_masked(&mobiles);
        let numbers = mobiles.into_iter().map(|mobile| (mobile, OPT_OUTS[0].to_owned())).collect();
        Ok(self.store().suppress_by_hand(numbers, self.now(), self.by(), ("suppress", about)).await?)
    }

    /// Takes numbers off the suppression list; says how many were on it. Audited.
    ///
    /// # Errors
    /// A read-only profile; the store refuses.
    pub async fn unsuppress(&self, mobiles: Vec<Mobile>) -> Result<u64> {
        self.writable()?;
        let about = some_masked(&mobiles);
        Ok(self.store().unsuppress(mobiles, self.now(), self.by(), about).await?)
    }

    /// The suppression list, newest first. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn suppression_list(&self) -> Result<Vec<Suppression>> {
        Ok(self.store().suppression_list().await?)
    }

    /// Takes the numbers of a file into the suppression list; says how many are new. Audited.
    ///
    /// # Errors
    /// The file; no number in it; a read-only profile.
    pub async fn import_suppression(&self, file: &Path) -> Result<u64> {
        self.writable()?;
        let list = self.read_file(file, Options::default()).await?;
        if list.is_empty() {
            return Err(InputProblem::no_recipients(&list).into());
        }
        let numbers = list.mobiles().iter().map(|mobile| (*mobile, OPT_OUTS[1].to_owned())).collect();
        let said = ("suppress-import", file.display().to_string());
        Ok(self.store().suppress_by_hand(numbers, self.now(), self.by(), said).await?)
    }

    /// Takes out of a list whoever is on the suppression list.
    pub(super) async fn without_opted_out(&self, mut list: Recipients) -> Result<Recipients> {
        let suppressed = self.store().suppressed().await?;
        if suppressed.is_empty() {
            return Ok(list);
        }
        blocking(move || {
            list.drop_where(crate::sms::RejectReason::OptedOut, |mobile| suppressed.contains(&mobile));
            list
        })
        .await
    }
}

/// The first numbers of a list, masked, for a line of the audit.
fn some_masked(mobiles: &[Mobile]) -> String {
    let masked: Vec<String> = mobiles.iter().take(20).map(|mobile| mobile.masked()).collect();
    masked.join(" ")
}

fn line(found: FoundMessage, mobile: Mobile) -> StoryLine {
    let is_accepted = found.state == RecipientState::Accepted;
    let is_counted = is_accepted && !found.is_total_only;
    StoryLine {
        campaign: found.campaign,
        name: found.name,
        by: found.by,
        sent_at: found.at,
        state: found.state,
        doubt: (found.state == RecipientState::Unknown).then(|| found.msg.clone()),
        refusal: (found.state == RecipientState::Refused).then_some((found.code, found.msg)),
        sid: found.sid,
        segments: segments(&found.text, charset(&found.text, mobile.is_mainland())),
        fee: found.fee,
        report: is_accepted.then_some(found.delivery),
        received_at: found.received_at,
        error: found.error,
        mobile_stat: !found.is_total_only,
        clicks: found.clicks.filter(|_| is_counted).map(|clicks| {
            let (first, last) = found.clicked.unzip();
            // Another message with the same link was clicked before this one was sent.
            let is_older = last.is_some_and(|last| found.at.is_some_and(|sent| last < sent - CLOCKS_DIFFER));
            if is_older { (0, None, None) } else { (u64::from(clicks), first, last) }
        }),
        reported_as_of: found.fetched_at.filter(|_| is_accepted),
        clicks_as_of: found.looked_at.filter(|_| is_counted),
        text: found.text,
    }
}
