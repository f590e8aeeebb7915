//! The vendor's limits on how often a number may be written to, looked up in our own journal (`api/yunpian-v2.md`,
//! "Sending rules"): what would be refused with code 8, 9, 22 or 17.
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::row;
use crate::campaign::engine::Engine;
use crate::problem::Problem;
use crate::sms::{Check, CheckName, CheckState, Mobile, Plan, Start, Template};

/// The same text to the same number: a second within 30 seconds is code 8, a fourth within 5 minutes code 9.
const SAME_TEXT: [(CheckName, SignedDuration, usize); 2] = [
    (CheckName::Within30s, SignedDuration::from_secs(30), 1),
    (CheckName::Within5Min, SignedDuration::from_mins(5), 3),
];
/// How many an hour (code 22) and a day (code 17) a number gets is published nowhere: whom the vendor refused for it, and
/// for how long that holds.
const REFUSED: [(CheckName, SignedDuration, i32); 2] = [
    (CheckName::WithinHour, SignedDuration::from_hours(1), 22),
    (CheckName::WithinDay, SignedDuration::from_hours(24), 17),
];

impl Engine {
    /// Four rows. A warning at most: whom it concerns the vendor refuses for nothing, and a moment later no more.
    pub(super) async fn frequency(&self, plan: &Plan, now: Timestamp) -> Result<Vec<Check>, Problem> {
        let begins = match plan.start {
            Start::Now => now,
            Start::At(at) => at.max(now),
        };
        let mut checks = Vec::new();
        let sent = self.sent_to_them(plan, begins - SAME_TEXT[1].1).await?;
        for (name, window, most) in SAME_TEXT {
            let found = plan.recipients.mobiles().iter().filter_map(|mobile| {
                // Newest first: the one that fills the measure must have left the window.
                let filling = sent.get(mobile)?.get(most - 1)?;
                let free_at = *filling + window;
                (free_at > begins).then_some((*mobile, free_at))
            });
            let found: Vec<(Mobile, Timestamp)> = found.collect();
            // Until the last of them is free, to the full second.
            let wait = found.iter().map(|(_, free_at)| free_at.duration_since(begins).as_millis()).max();
            let detail = wait.map_or_else(String::new, |millis| ((millis + 999) / 1000).to_string());
            checks.push(about(name, found.into_iter().map(|(mobile, _)| mobile).collect(), detail));
        }
        for (name, window, code) in REFUSED {
            let refused = self.store.refused_since(code, begins - window).await?;
            let theirs = plan.recipients.mobiles().iter().copied().filter(|mobile| refused.contains(mobile)).collect();
            checks.push(about(name, theirs, String::new()));
        }
        Ok(checks)
    }

    /// When each of them got the very text that the plan has for them, newest first.
    async fn sent_to_them(&self, plan: &Plan, since: Timestamp) -> Result<HashMap<Mobile, Vec<Timestamp>>, Problem> {
        let sent = self.store.sent_since(&plan.text, since).await?;
        let mut times: HashMap<Mobile, Vec<Timestamp>> = HashMap::new();
        if sent.is_empty() {
            return Ok(times);
        }
        let (template, people) = (Template::new(&plan.text), &plan.recipients);
        let texts: HashMap<Mobile, String> = if template.is_plain() {
            HashMap::new()
        } else {
            let fill = |i: usize| template.fill(&people.columns, people.values(i)).ok();
            (0..people.len()).filter_map(|i| Some((people.mobiles()[i], fill(i)?))).collect()
        };
        for one in sent {
            let ours = if template.is_plain() { Some(&plan.text) } else { texts.get(&one.mobile) };
            if ours == Some(&one.text) {
                times.entry(one.mobile).or_default().push(one.at);
            }
        }
        for all in times.values_mut() {
            all.sort_unstable_by(|a, b| b.cmp(a));
        }
        Ok(times)
    }
}

fn about(name: CheckName, mobiles: Vec<Mobile>, detail: String) -> Check {
    let n = mobiles.len() as u64;
    let state = if n == 0 { CheckState::Ok } else { CheckState::Warn };
    Check { mobiles: mobiles.into(), ..row(name, state, n, detail) }
}
