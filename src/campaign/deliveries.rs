//! What became of the accepted, and who has had enough: deliveries and opt-outs.
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Engine;
use crate::problem::Problem;
use crate::sms::{CampaignId, CampaignState, DeliveryReport, MessageSid, Mobile};
use crate::store::{AttemptId, Fact, Unreported};
use crate::words::reason::OPT_OUTS;

/// Messages of a campaign that are asked for in one collection.
const AT_ONCE: u32 = 5_000;
/// Seconds between two looks of `watch`.
const LOOK_EVERY: i64 = 600;
/// Numbers a query names at most.
const ASKED: usize = 100;
/// Messages sent within this time share a query.
const TOGETHER: SignedDuration = SignedDuration::from_mins(30);
/// How far the window reaches beyond the messages it is about.
const SLACK: SignedDuration = SignedDuration::from_mins(10);
/// Pulls of `pull_status` in one collection, a hundred reports each.
const PULLS: u32 = 100;
/// In whose name what the reports tell is written down: nobody asked for it.
const PULLED_BY: &str = "pull_status";

impl Engine {
    /// Fetches the reports of a campaign's messages (`get_record`, or `pull_status` where the profile allows it);
    /// says how many were read.
    ///
    /// # Errors
    /// The API or the store refuses.
    pub async fn collect_deliveries(&self, id: CampaignId) -> Result<u64, Problem> {
        if self.settings.pull_status { self.pull().await } else { self.look_up(id).await }
    }

    /// Asks the records for accepted messages that have no report yet. Of very many, each look takes the next part, by
    /// the clock: those at the front whose carrier stays silent must not hide all the others.
    async fn look_up(&self, id: CampaignId) -> Result<u64, Problem> {
        let silent = self.store.campaign(id).await?.map_or(0, |campaign| campaign.deliveries.no_report);
        let looks = u64::try_from(self.clock.now().as_second() / LOOK_EVERY).unwrap_or_default();
        let skip = looks % silent.div_ceil(u64::from(AT_ONCE)).max(1) * u64::from(AT_ONCE);
        let waiting = self.store.accepted_without_report(id, skip, AT_ONCE).await?;
        let mut read = 0;
        let mut rest = waiting.as_slice();
        while let Some(first) = rest.first() {
            let near = |one: &&Unreported| one.at.duration_since(first.at).abs() <= TOGETHER;
            let size = rest.iter().take(ASKED).take_while(near).count().max(1);
            let (group, others) = rest.split_at(size);
            rest = others;
            let offset = self.client.server_offset().unwrap_or_default();
            let last = group.iter().map(|one| one.at).max().unwrap_or(first.at);
            let earliest = group.iter().map(|one| one.at).min().unwrap_or(first.at);
            let mobiles: Vec<Mobile> = group.iter().map(|one| one.mobile).collect();
            let records = self.client.records(earliest + offset - SLACK, last + offset + SLACK, &mobiles).await?;
            read += records.len() as u64;
            self.store.save_records(records, self.clock.now()).await?;
        }
        Ok(read)
    }

    /// Pulling consumes: one process does it, and a page is on disk before the next is asked for. Nothing is asked
    /// twice by itself.
    async fn pull(&self) -> Result<u64, Problem> {
        let Ok(_only) = self.store.claim_consumer("pull_status", "", self.clock.now())? else { return Ok(0) };
        let mut read = 0;
        for _ in 0..PULLS {
            let reports = self.client.pull_status().await?;
            if reports.is_empty() {
                break;
            }
            read += reports.len() as u64;
            self.store.save_reports(reports.clone(), self.clock.now()).await?;
            if let Err(problem) = self.settle_by_uid(&reports).await {
                tracing::warn!(%problem, "reports of unknown messages could not be matched by their ids");
            }
        }
        Ok(read)
    }

    /// A report that echoes the id of a call of ours proves that the message was accepted, whatever became of the answer:
    /// who is unknown in that call and has the report's number is settled by it. What somebody else holds waits for the
    /// records.
    async fn settle_by_uid(&self, reports: &[DeliveryReport]) -> Result<(), Problem> {
        let Some(ours) = self.uid().await? else { return Ok(()) };
        let mut told: BTreeMap<CampaignId, Vec<(AttemptId, Mobile, MessageSid)>> = BTreeMap::new();
        for report in reports {
            let call = report.uid.as_deref().and_then(|uid| ours.read(uid));
            if let (Some((id, attempt)), Some(mobile)) = (call, report.mobile)
                && !self.store.holds_message(report.sid).await?
            {
                told.entry(id).or_default().push((attempt, mobile, report.sid));
            }
        }
        for (id, told) in told {
            let Ok(claim) = self.store.claim(id, PULLED_BY, self.clock.now())? else { continue };
            // What a dead owner left running is for whoever goes on with it.
            if self.campaign(id).await?.state == CampaignState::Running {
                continue;
            }
            let mut found = 0;
            for (attempt, people) in self.store.unsettled(id).await? {
                let sid_of = |wanted: Mobile| {
                    let mut sids = told.iter().filter(|(of, mobile, _)| (*of, *mobile) == (attempt.id, wanted));
                    // Two messages of one call to one number: only the records and an operator can say.
                    sids.next().filter(|_| sids.next().is_none()).map(|(.., sid)| *sid)
                };
                let facts: Vec<(u32, Fact)> = people
                    .into_iter()
                    .filter_map(|(seq, mobile)| Some((seq, Fact::FoundAccepted { sid: sid_of(mobile)? })))
                    .collect();
                if !facts.is_empty() {
                    found += facts.len() as u64;
                    self.store.add_facts(&claim, attempt.id, facts, self.clock.now(), PULLED_BY).await?;
                }
            }
            if found > 0 {
                let about = format!("{id} accepted {found} absent 0 unsettled 0");
                self.store.audit(PULLED_BY, self.clock.now(), "reconcile", &about, found).await?;
                self.stand_after_settling(id).await?;
            }
        }
        Ok(())
    }

    /// Reads the replies since a time, and suppresses who wrote R, TD, T or 退订; says how many are new.
    ///
    /// # Errors
    /// The API or the store refuses.
    pub async fn collect_opt_outs(&self, since: Timestamp, by: &str) -> Result<u64, Problem> {
        let now = self.clock.now();
        let offset = self.client.server_offset().unwrap_or_default();
        let replies = self.client.get_reply(since + offset, now + offset + SLACK).await?;
        let out: Vec<(Mobile, String)> = replies
            .into_iter()
            .filter(|reply| is_opt_out(&reply.text))
            .filter_map(|reply| reply.mobile.map(|mobile| (mobile, format!("{}{}", OPT_OUTS[3], reply.text.trim()))))
            .collect();
        if out.is_empty() {
            return Ok(0);
        }
        Ok(self.store.suppress(out, now, by).await?)
    }
}

/// Whether a reply says "no more": R, T, TD, N, 退订 and what people write around them.
fn is_opt_out(text: &str) -> bool {
    let plain: String = text
        .chars()
        .filter_map(|c| match c {
            'ａ'..='ｚ' => char::from_u32(c as u32 - 'ａ' as u32 + 'A' as u32),
            'Ａ'..='Ｚ' => char::from_u32(c as u32 - 'Ａ' as u32 + 'A' as u32),
            c if c.is_alphanumeric() => Some(c.to_ascii_uppercase()),
            _ => None,
        })
        .collect();
    let word = plain.strip_prefix("回复").or_else(|| plain.strip_prefix('回')).unwrap_or(&plain);
    matches!(word, "R" | "T" | "TD" | "N" | "QX" | "STOP" | "UNSUBSCRIBE")
        || ["退订", "拒收", "不要再发", "别再发", "取消订阅"].iter().any(|words| plain.contains(words))
}

#[cfg(test)]
mod tests {
    use super::is_opt_out;

    #[test]
    fn the_ways_in_which_people_opt_out() {
        for text in ["R", "r", " TD ", "T", "退订", "回复R", "ｔｄ", "TD。", "我要退订!", "拒收", "回T"] {
            assert!(is_opt_out(text), "{text}");
        }
        for text in ["", "收到", "Thanks", "Really?", "好的，谢谢", "TOTAL"] {
            assert!(!is_opt_out(text), "{text}");
        }
    }
}
