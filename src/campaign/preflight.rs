//! What is known about a plan before it is confirmed: every check as a row, the fee, the samples.
//!
//! ```text
//! plan ─▶ measure (pure, off the runtime)                       segments, texts, who lacks a value
//!      ─▶ store: suppression, repeats, limits, links, journal   always asked
//!      ─▶ API: account, signatures, templates, blocked words    all at once; what can't be asked is a `warn`
//! ```
mod account;
mod earlier;
mod frequency;
mod measure;
mod opt_out;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::engine::{Engine, hours_text};
use crate::problem::{ApiProblem, Explain, InputProblem, Problem};
use crate::sms::{
    CampaignId, Check, CheckName, CheckState, Kind, Mobile, Money, Plan, Preflight, RejectReason, Sid, SmsText, Start,
    china, china_clock_after, links_in,
};
use crate::words::check::{IGNORED, LATER, LINK_FINDINGS, UNASKED};
use measure::{Measured, foreign_links, measure};

/// How long the API is given for all its answers.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long it is given when a plan is confirmed.
const SHORT_PATIENCE: Duration = Duration::from_secs(2);
/// What a call takes when nobody knows better.
const CALL_TAKES: f64 = 0.3;
/// A link whose statistics end so soon is warned of.
const SOON: SignedDuration = SignedDuration::from_hours(24);

fn row(name: CheckName, state: CheckState, count: u64, detail: impl Into<String>) -> Check {
    Check { name, state, count, detail: detail.into(), mobiles: Arc::default() }
}

/// What could not be asked is a warning with its reason: the vendor's code, or the problem's kind.
fn unasked(name: CheckName, problem: &ApiProblem) -> Check {
    let why = problem.code().map_or_else(|| problem.kind().to_owned(), |code| code.to_string());
    row(name, CheckState::Warn, 0, format!("{UNASKED}{why}"))
}

/// A task that broke off, in its own words.
fn broken(why: &tokio::task::JoinError) -> Problem {
    InputProblem::Broken { why: why.to_string() }.into()
}

impl Engine {
    /// What is known about a plan: every check, the fee, the samples. Sends nothing.
    ///
    /// # Errors
    /// The store cannot be read; the key is no account's, or not from here. (What else cannot be asked is a `warn` row.)
    pub async fn preflight(&self, plan: &Plan, by: &str) -> Result<Preflight, Problem> {
        let now = self.clock.now();
        let (own, price) = (plan.clone(), self.settings.price);
        let measured = tokio::task::spawn_blocking(move || measure(&own, price)).await;
        let measured = measured.map_err(|why| broken(&why))?;
        let asked = tokio::time::timeout(PATIENCE, self.ask_account(plan, &measured));
        let (asked, committed) = tokio::join!(asked, self.store.committed(price));
        let committed = committed?;
        let asked = asked.unwrap_or_else(|_| Ok(account::Asked::not_in_time()))?;
        let done_at = done_at(plan, now);
        let balance_row = asked.balance_row(committed + measured.fee);
        let mut checks = vec![
            recipients(plan),
            text(plan, &measured),
            asked.signature,
            asked.template,
            asked.words,
            self.link(plan, now).await?,
            opt_out(plan),
            self.quiet(plan, now, done_at),
            variables(&measured),
            self.suppressed(plan).await?,
        ];
        checks.extend(self.earlier(plan, now).await?);
        checks.extend(self.frequency(plan, now).await?);
        checks.push(self.limit(plan, measured.fee, by, now).await?);
        checks.push(balance_row);
        checks.push(match self.store.read_only() {
            Some(problem) => row(CheckName::Journal, CheckState::Block, 0, problem.to_string()),
            None => row(CheckName::Journal, CheckState::Ok, 0, ""),
        });
        checks.push(segments(&measured));
        checks.sort_by_key(|check| check.name);
        Ok(Preflight {
            checks,
            recipients: plan.recipients.len() as u64,
            histogram: measured.histogram,
            fee: measured.fee,
            price,
            balance: asked.balance,
            committed,
            samples: measured.samples,
            saving: measured.saving,
            done_at,
        })
    }

    /// The rows of our own journal, the day's limit and the balance once more, when a plan is confirmed: those that have
    /// become worse than they were `seen` to be. Empty when it may go out as it was reviewed. Sends nothing.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn look_again(&self, plan: &Plan, seen: &Preflight, by: &str) -> Result<Vec<Check>, Problem> {
        let now = self.clock.now();
        let price = seen.price;
        let asked = tokio::time::timeout(SHORT_PATIENCE, self.client.user_get());
        let (asked, committed) = tokio::join!(asked, self.store.committed(price));
        // What cannot be asked now is as it was.
        let balance = asked.ok().and_then(Result::ok).map(|account| account.balance).or(seen.balance);
        let mut checks = vec![self.suppressed(plan).await?, self.limit(plan, seen.fee, by, now).await?];
        checks.extend(self.earlier(plan, now).await?);
        checks.extend(self.frequency(plan, now).await?);
        let needed = committed? + seen.fee;
        checks.extend(balance.map(|balance| account::balance_row(balance, needed)));
        checks.retain(|check| {
            let before = seen.checks.iter().find(|before| before.name == check.name);
            before.is_none_or(|before| is_worse(check, before))
        });
        checks.sort_by_key(|check| check.name);
        Ok(checks)
    }

    async fn link(&self, plan: &Plan, now: Timestamp) -> Result<Check, Problem> {
        let [foreign, reused, closing, unknown] = LINK_FINDINGS;
        let hosts: Vec<&str> = self.settings.link_hosts.iter().map(String::as_str).collect();
        let ours = links_in(&plan.text, &hosts);
        let warn = |detail: String| row(CheckName::Link, CheckState::Warn, ours.len() as u64, detail);
        if plan.mobile_stat
            && let Some(link) = foreign_links(&plan.text, &hosts).into_iter().next()
        {
            return Ok(warn(format!("{foreign}{link}")));
        }
        let Some((first, _)) = ours.first() else {
            let state = if plan.mobile_stat { CheckState::Warn } else { CheckState::Ok };
            return Ok(row(CheckName::Link, state, 0, ""));
        };
        // Of several links the first that something is to be said of; that we do not know it only if there is nothing else.
        let mut stranger = None;
        for (range, code) in &ours {
            let shown = &plan.text[range.clone()];
            let sid = Sid((*code).to_owned());
            let users = if plan.is_test { Vec::new() } else { self.store.campaigns_with_link(&sid).await? };
            if let Some(campaign) = users.first() {
                return Ok(warn(format!("{reused}{shown} ({campaign})")));
            }
            let Some(link) = self.store.link(&sid).await? else {
                stranger = stranger.or(Some(shown));
                continue;
            };
            if link.counts_until.duration_since(now) < SOON {
                let until = link.counts_until.to_zoned_datetime(china());
                return Ok(warn(format!("{closing}{shown} until {}", until.strftime("%Y-%m-%d %H:%M"))));
            }
        }
        if let Some(shown) = stranger {
            return Ok(warn(format!("{unknown}{shown}")));
        }
        Ok(row(CheckName::Link, CheckState::Ok, ours.len() as u64, &plan.text[first.clone()]))
    }

    fn quiet(&self, plan: &Plan, now: Timestamp, done_at: Option<Timestamp>) -> Check {
        let name = CheckName::QuietHours;
        let Some(hours) = self.settings.quiet_hours.filter(|_| plan.kind == Kind::Marketing) else {
            return row(name, CheckState::Ok, 0, "");
        };
        let begins = match plan.start {
            Start::Now => now,
            Start::At(at) => at,
        };
        let text = hours_text(hours);
        if !hours.allows(begins) {
            return match self.binding_hours(plan) {
                Some(_) => row(name, CheckState::Block, 0, text),
                None => row(name, CheckState::Warn, 0, format!("{IGNORED}{text}")),
            };
        }
        if let (Some(closes), Some(done)) = (hours.closes_after(begins), done_at)
            && done > closes
        {
            return row(name, CheckState::Warn, 0, format!("{LATER}{}", hours.until.strftime("%H:%M")));
        }
        row(name, CheckState::Ok, 0, text)
    }

    async fn suppressed(&self, plan: &Plan) -> Result<Check, Problem> {
        let list = self.store.suppressed().await?;
        let on_it: Vec<Mobile> = if list.is_empty() {
            Vec::new()
        } else {
            plan.recipients.mobiles().iter().copied().filter(|mobile| list.contains(mobile)).collect()
        };
        if on_it.is_empty() {
            let left_out = plan.recipients.rejected().iter().filter(|row| row.reason == RejectReason::OptedOut).count();
            return Ok(row(CheckName::Suppressed, CheckState::Ok, left_out as u64, ""));
        }
        let check = row(CheckName::Suppressed, CheckState::Block, on_it.len() as u64, "");
        Ok(Check { mobiles: on_it.into(), ..check })
    }

    /// The same text within a day, whoever sent it; any message within the last days.
    async fn earlier(&self, plan: &Plan, now: Timestamp) -> Result<[Check; 2], Problem> {
        let since = now - SignedDuration::from_hours(24);
        let same = self.store.same_text_recently(&plan.text, plan.recipients.clone(), since).await?;
        let days = self.settings.recent_days;
        let since = now - SignedDuration::from_hours(24 * i64::from(days));
        let recent =
            if plan.is_test { Vec::new() } else { self.store.recent_to(plan.recipients.clone(), since).await? };
        Ok([earlier::about(CheckName::Repeat, &same, 1, now), earlier::about(CheckName::Recent, &recent, days, now)])
    }

    /// The same text as what waits in a campaign that is about to go on: sent elsewhere since it was confirmed, or
    /// waiting there too. Both were confirmed, so it is told and not refused.
    pub(super) async fn doubled(&self, id: CampaignId) -> Result<Option<Check>, Problem> {
        let now = self.clock.now();
        let same = self.store.same_text_as(id, now - SignedDuration::from_hours(24)).await?;
        let check = earlier::about(CheckName::Repeat, &same, 1, now);
        Ok((check.state != CheckState::Ok).then_some(check))
    }

    async fn limit(&self, plan: &Plan, fee: Money, by: &str, now: Timestamp) -> Result<Check, Problem> {
        let (people, money) = (self.settings.daily_recipients, self.settings.daily_money);
        if people.is_none() && money.is_none() {
            return Ok(row(CheckName::DailyLimit, CheckState::Ok, 0, ""));
        }
        let begins = match plan.start {
            Start::Now => now,
            Start::At(at) => at.max(now),
        };
        let day = SignedDuration::from_hours(24);
        let until = china_clock_after(jiff::civil::Time::midnight(), begins).unwrap_or(begins + day);
        let since = until - day;
        let (before, cost) = self.store.sent_today(Some(by), since).await?;
        let (waiting, their_cost) = self.store.committed_within(self.settings.price, by, since, until, now).await?;
        let (before, cost) = (before + waiting, cost + their_cost);
        let (all, cost) = (before + plan.recipients.len() as u64, cost + fee);
        let (mut is_over, mut said) = (false, Vec::new());
        if let Some(most) = people {
            is_over |= all > most;
            said.push(format!("{all} / {most}"));
        }
        if let Some(most) = money {
            is_over |= cost > most;
            said.push(format!("¥{cost} / ¥{most}"));
        }
        let state = if is_over { CheckState::Block } else { CheckState::Ok };
        Ok(row(CheckName::DailyLimit, state, all, said.join(", ")))
    }
}

/// Whether a row says more than it did: it weighs more, or it is about somebody whom it was not about.
fn is_worse(now: &Check, before: &Check) -> bool {
    if now.state == CheckState::Ok {
        return false;
    }
    let known: HashSet<Mobile> = before.mobiles.iter().copied().collect();
    now.state > before.state || now.mobiles.iter().any(|mobile| !known.contains(mobile))
}

fn recipients(plan: &Plan) -> Check {
    let n = plan.recipients.len() as u64;
    row(CheckName::Recipients, if n > 0 { CheckState::Ok } else { CheckState::Block }, n, "")
}

fn text(plan: &Plan, measured: &Measured) -> Check {
    let n = u64::from(measured.longest);
    let is_empty = plan.text.trim().is_empty();
    let state = if is_empty || measured.longest > SmsText::LONGEST { CheckState::Block } else { CheckState::Ok };
    row(CheckName::Text, state, if is_empty { 0 } else { n }, "")
}

fn opt_out(plan: &Plan) -> Check {
    if plan.kind == Kind::Notification {
        return row(CheckName::OptOut, CheckState::Ok, 0, "");
    }
    match opt_out::words(&plan.text) {
        Some(words) => row(CheckName::OptOut, CheckState::Ok, 0, words),
        None => row(CheckName::OptOut, CheckState::Warn, 0, ""),
    }
}

fn variables(measured: &Measured) -> Check {
    let state = if measured.lacking > 0 { CheckState::Block } else { CheckState::Ok };
    let names: Vec<String> = measured.missing.iter().map(|name| format!("{{{name}}}")).collect();
    let mut lines = vec![names.join(" ")];
    lines.extend(measured.lack_rows.iter().map(|(row, name)| format!("{row}\t{{{name}}}")));
    Check {
        mobiles: measured.lack.as_slice().into(),
        ..row(CheckName::Variables, state, measured.lacking, lines.join("\n"))
    }
}

fn segments(measured: &Measured) -> Check {
    let shown: Vec<String> = measured.histogram.iter().map(|(segments, n)| format!("{n}x{}", segments.0)).collect();
    match measured.saving {
        Some((characters, saved)) => {
            row(CheckName::Segments, CheckState::Warn, u64::from(characters), format!("¥{saved}"))
        }
        None => row(CheckName::Segments, CheckState::Ok, 0, shown.join(", ")),
    }
}

/// About when the last one would be out.
fn done_at(plan: &Plan, now: Timestamp) -> Option<Timestamp> {
    let begins = match plan.start {
        Start::Now => now,
        Start::At(at) => at.max(now),
    };
    let people = u64::try_from(plan.recipients.len()).unwrap_or(u64::MAX);
    let paced = plan.pacing.rate.map_or(0, |rate| people.div_ceil(u64::from(rate.get())));
    let is_personal = !crate::sms::Template::new(&plan.text).is_plain();
    let size = if is_personal { 1 } else { u64::from(plan.pacing.batch_size.max(1)) };
    let rounds = people.div_ceil(size).div_ceil(u64::from(plan.pacing.in_flight.max(1)));
    let unpaced = SignedDuration::try_from_secs_f64(f64::from(u32::try_from(rounds).unwrap_or(u32::MAX)) * CALL_TAKES);
    let paced = SignedDuration::from_secs(i64::try_from(paced).unwrap_or(i64::MAX));
    begins.checked_add(unpaced.ok()?.max(paced)).ok()
}

/// What is short, if anything.
fn short(balance: Money, needed: Money) -> Option<Money> {
    (balance < needed).then(|| needed - balance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_measuring_that_breaks_off_is_not_told_as_a_list_of_nobody() {
        let measured = tokio::task::spawn_blocking(|| panic!("a defect")).await;
        assert_eq!(broken(&measured.unwrap_err()).kind(), "broken");
    }
}
