//! Who goes on with a campaign that somebody sends: asked, answered, and never decided by waiting.
//!
//! ```text
//! asker ─ Store::ask_owner ─▶ take_over ─ a look of the run ─┬─ a person sits there ─▶ Progress::asked ─▶ keep | hand over
//!                                                            └─ headless: hands over, by this rule
//! hand over = the answer, the wish and the audit line, in one transaction; the run stops at its next batch
//! ```
use std::time::Duration;

use super::engine::Engine;
use super::manage::LISTEN;
use crate::problem::Problem;
use crate::sms::{Answer, Campaign, CampaignId, TakeOver};
use crate::store::Claim;

/// What the audit adds where nobody was there to be asked.
const BY_RULE: &str = ", as nobody sits at this process";

impl Engine {
    /// Asks a living owner for a campaign, durably; `None` when nobody holds it: it is free at once. Audited.
    ///
    /// # Errors
    /// No such campaign, or the store refuses.
    pub async fn take_over(&self, id: CampaignId, by: &str) -> Result<Option<TakeOver>, Problem> {
        let campaign = self.campaign(id).await?;
        let now = self.clock.now();
        let Some(owner) = campaign.owner.filter(|owner| owner.is_alive) else {
            self.store.audit(by, now, "take-over", &format!("{id} was free"), campaign.counts.pending).await?;
            return Ok(None);
        };
        Ok(Some(self.store.ask_owner(id, &owner, by, now).await?))
    }

    /// Waits until the owner has answered or let go, at most so long; gives the campaign as it then stands.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn await_answer(&self, id: CampaignId, patience: Duration) -> Result<Campaign, Problem> {
        let answered = async {
            loop {
                let campaign = self.campaign(id).await?;
                let is_kept =
                    campaign.take_over.as_ref().is_none_or(|asked| matches!(asked.answer, Some((Answer::Keep, _))));
                if is_kept || !self.is_held(id) {
                    return self.campaign(id).await;
                }
                tokio::time::sleep(LISTEN).await;
            }
        };
        match tokio::time::timeout(patience, answered).await {
            Ok(campaign) => campaign,
            Err(_) => self.campaign(id).await,
        }
    }

    /// The answer of whoever sits at the process that sends it; `false` when nobody asks (any more).
    ///
    /// # Errors
    /// The store refuses.
    pub async fn answer_take_over(&self, id: CampaignId, answer: Answer, by: &str) -> Result<bool, Problem> {
        Ok(self.store.answer_take_over(id, answer, by, self.clock.now(), "").await?)
    }

    /// The question to a run, for whoever sits here; where nobody does, the run hands over.
    pub(super) async fn hear_question(&self, claim: &Claim, by: &str) -> Option<TakeOver> {
        let asked = self.store.question_to(claim).await.ok().flatten()?;
        if self.store.is_attended() {
            return Some(asked);
        }
        let answered = self.store.answer_take_over(claim.id(), Answer::HandOver, by, self.clock.now(), BY_RULE).await;
        if let Err(problem) = answered {
            tracing::warn!(%problem, campaign = %claim.id(), "a colleague's question could not be answered");
        }
        None
    }
}
