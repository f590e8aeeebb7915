//! The unknown, looked up in the vendor's records. The rules stand in [`super::machine::settle`]; here the questions
//! are asked and the answers written down.
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::engine::{Engine, Reconciled};
use super::machine::settle::{ASTRAY, Doubt, Known, Verdict, WINDOW, Why, judge, masked};
use super::roster::Texts;
use crate::problem::{CampaignProblem, Problem, StoreProblem};
use crate::sms::{CampaignId, Looked, MessageSid, Mobile, RecipientState, Record};
use crate::store::{AttemptId, Fact, RecipientRow};

/// Numbers a query names at most, controls included.
const ASKED: usize = 100;
/// Controls that a query carries.
const CONTROLS: usize = 4;
/// Attempts that lie so near to each other may share a query.
const TOGETHER: SignedDuration = SignedDuration::from_mins(10);
/// Neighbours in the campaign among whom a control is looked for, to each side.
const NEIGHBOURS: u32 = 2_000;
/// Other campaigns in which a control is looked for.
const OTHERS: u32 = 20;
/// Recipients read at once.
const PAGE: u32 = 10_000;

/// A doubt, and the attempt it is about.
struct Case {
    attempt: AttemptId,
    doubt: Doubt,
}

impl Engine {
    /// Looks the unknown up in the vendor's records (`api/yunpian-v2.md`, "Settling Unknown by records").
    ///
    /// # Errors
    /// Somebody else holds it, the records cannot be read, or the store refuses. What was settled before stays settled.
    pub async fn reconcile(&self, id: CampaignId, settle_after: Duration, by: &str) -> Result<Reconciled, Problem> {
        self.reconcile_telling(id, settle_after, by, &|_| {}).await
    }

    /// As [`Engine::reconcile`]; `tell` hears before the first query and after each how many were looked up.
    ///
    /// # Errors
    /// As [`Engine::reconcile`].
    pub async fn reconcile_telling(
        &self,
        id: CampaignId,
        settle_after: Duration,
        by: &str,
        tell: &(dyn Fn(Looked) + Sync),
    ) -> Result<Reconciled, Problem> {
        self.campaign(id).await?;
        let claim = self.claim(id, by)?;
        let mut journal = self.store.journal(&claim).await?;
        self.bury_the_dead(&claim, &mut journal, by).await?;
        let cases = self.cases(id).await?;
        let mut done = Reconciled { accepted: 0, absent: 0, unsettled: 0, settles_at: None };
        let settle_after = SignedDuration::try_from(settle_after).unwrap_or(SignedDuration::MAX);
        let hosts: Vec<&str> = self.settings.link_hosts.iter().map(String::as_str).collect();
        let mut rest = cases.as_slice();
        let told = |left: usize| {
            tell(Looked { id, done: (cases.len() - left) as u64, total: cases.len() as u64 });
        };
        told(rest.len());
        while let Some(first) = rest.first() {
            let near = |case: &&Case| case.doubt.attempted_at.duration_since(first.doubt.attempted_at) <= TOGETHER;
            let size = rest.iter().take(ASKED - CONTROLS).take_while(near).count().max(1);
            let (group, others) = rest.split_at(size);
            rest = others;
            let verdicts = self.ask_records(id, group, settle_after, &hosts).await?;
            let attempts: HashMap<u32, AttemptId> = group.iter().map(|case| (case.doubt.seq, case.attempt)).collect();
            let mut facts: HashMap<AttemptId, Vec<(u32, Fact)>> = HashMap::new();
            for (seq, verdict) in verdicts {
                let fact = match verdict {
                    Verdict::Accepted(sid) => {
                        done.accepted += 1;
                        Fact::FoundAccepted { sid }
                    }
                    Verdict::Absent => {
                        done.absent += 1;
                        Fact::FoundAbsent
                    }
                    Verdict::Unsettled(why) => {
                        done.unsettled += 1;
                        if let Why::TooEarly(at) = why {
                            done.settles_at = Some(done.settles_at.map_or(at, |known| known.min(at)));
                        }
                        continue;
                    }
                };
                if let Some(attempt) = attempts.get(&seq) {
                    facts.entry(*attempt).or_default().push((seq, fact));
                }
            }
            for (attempt, facts) in facts {
                self.store.add_facts(&claim, attempt, facts, self.clock.now(), by).await?;
            }
            told(rest.len());
        }
        let about = format!("{id} accepted {} absent {} unsettled {}", done.accepted, done.absent, done.unsettled);
        self.store.audit(by, self.clock.now(), "reconcile", &about, done.accepted + done.absent).await?;
        self.stand_after_settling(id).await?;
        Ok(done)
    }

    /// Everybody who is unknown, by the time of the attempt.
    async fn cases(&self, id: CampaignId) -> Result<Vec<Case>, Problem> {
        let unsettled = self.store.unsettled(id).await?;
        if unsettled.is_empty() {
            return Ok(Vec::new());
        }
        let plan = self.store.plan(id).await?.ok_or(CampaignProblem::NotFound(id))?;
        let texts = Texts::of(&plan);
        let hosts: Vec<&str> = self.settings.link_hosts.iter().map(String::as_str).collect();
        let offset = self.offset().await;
        let uid = self.uid().await?;
        let mut rows: HashMap<u32, RecipientRow> = HashMap::new();
        let mut from = 0;
        loop {
            let page = self.store.recipients_page(id, Some(RecipientState::Unknown), from, PAGE).await?;
            let Some(last) = page.last() else { break };
            from = last.seq + 1;
            rows.extend(page.into_iter().map(|row| (row.seq, row)));
        }
        let mut cases = Vec::new();
        for (attempt, people) in unsettled {
            for (seq, mobile) in people {
                let row = rows.get(&seq);
                let values = row.map_or("", |row| &row.values);
                cases.push(Case {
                    attempt: attempt.id,
                    doubt: Doubt {
                        seq,
                        mobile,
                        masked: masked(&texts.fill(values)?, &hosts),
                        attempted_at: attempt.at + offset,
                        // The time of the fact that left it in doubt: by then nothing was being written any more.
                        since: row.and_then(|row| row.at).map_or(attempt.at, |at| at.max(attempt.at)),
                        uid: uid.as_ref().map(|uid| uid.of(id, attempt.id)),
                        rivals: 0,
                    },
                });
            }
        }
        cases.sort_by_key(|case| case.doubt.attempted_at);
        Ok(cases)
    }

    /// One query: a group of doubts of about the same time, and controls.
    async fn ask_records(
        &self,
        id: CampaignId,
        group: &[Case],
        settle_after: SignedDuration,
        hosts: &[&str],
    ) -> Result<Vec<(u32, Verdict)>, Problem> {
        let mut doubts: Vec<Doubt> = group.iter().map(|case| case.doubt.clone()).collect();
        let times = || doubts.iter().map(|doubt| doubt.attempted_at);
        let (first, last) = (times().min().unwrap_or_default(), times().max().unwrap_or_default());
        let controls = self.controls(id, group, first, last).await?;
        let mut mobiles: Vec<Mobile> = doubts.iter().map(|doubt| doubt.mobile).collect();
        mobiles.extend(controls.iter().map(|(mobile, _)| *mobile));
        mobiles.sort_unstable();
        mobiles.dedup();
        let records = self.client.records(first - ASTRAY, last + ASTRAY, &mobiles).await?;
        let mut held = HashSet::new();
        for record in &records {
            if self.store.holds_message(record.sid).await? {
                held.insert(record.sid);
            }
        }
        for doubt in &mut doubts {
            let is_his = |record: &Record| record.mobile == Some(doubt.mobile) && !held.contains(&record.sid);
            if records.iter().any(is_his) {
                doubt.rivals = self.rivals(id, doubt, hosts).await?;
            }
        }
        let controls: HashSet<MessageSid> = controls.into_iter().map(|(_, sid)| sid).collect();
        let known = Known { controls: &controls, now: self.clock.now(), settle_after, hosts };
        Ok(judge(&doubts, &records, &mut held, known))
    }

    /// Other messages of that text to that number, of about that time, which count as accepted though nobody knows their
    /// ids: one of the records may be theirs. An id of our own tells them apart.
    async fn rivals(&self, id: CampaignId, doubt: &Doubt, hosts: &[&str]) -> Result<u32, StoreProblem> {
        if doubt.uid.is_some() {
            return Ok(0);
        }
        let offset = self.client.server_offset().unwrap_or_default();
        let is_near = |at: Timestamp| (at + offset).duration_since(doubt.attempted_at).abs() <= ASTRAY;
        let found = self.store.messages_to(doubt.mobile).await?;
        let rivals = found.iter().filter(|message| {
            message.campaign != id
                && message.state == RecipientState::Accepted
                && message.sid.is_none()
                && message.at.is_none_or(is_near)
                && masked(&message.text, hosts) == doubt.masked
        });
        Ok(u32::try_from(rivals.count()).unwrap_or(u32::MAX))
    }

    /// Messages of ours that the records of a window must show: the last accepted ones near the attempts, first among
    /// the neighbours in the same campaign, then in others.
    async fn controls(
        &self,
        id: CampaignId,
        group: &[Case],
        first: Timestamp,
        last: Timestamp,
    ) -> Result<Vec<(Mobile, MessageSid)>, StoreProblem> {
        let offset = self.client.server_offset().unwrap_or_default();
        let is_near = |row: &RecipientRow| {
            row.at.map(|at| at + offset).is_some_and(|at| first - WINDOW <= at && at <= last + WINDOW)
        };
        let seqs = || group.iter().map(|case| case.doubt.seq);
        let around = seqs().max().unwrap_or(0);
        let mut rows = Vec::new();
        for from in [around.saturating_add(1), around.saturating_sub(NEIGHBOURS)] {
            rows.extend(self.store.recipients_page(id, Some(RecipientState::Accepted), from, NEIGHBOURS).await?);
        }
        if !rows.iter().any(|row| row.sid.is_some() && is_near(row)) {
            rows.extend(self.store.recipients_page(id, Some(RecipientState::Accepted), 0, PAGE).await?);
        }
        if !rows.iter().any(|row| row.sid.is_some() && is_near(row)) {
            for other in self.store.campaigns(Some(OTHERS)).await? {
                let is_in_window = other.last_at.is_some_and(|at| at + offset >= first - WINDOW);
                if other.id != id && is_in_window {
                    rows.extend(
                        self.store.recipients_page(other.id, Some(RecipientState::Accepted), 0, NEIGHBOURS).await?,
                    );
                }
            }
        }
        rows.retain(|row| row.sid.is_some() && is_near(row));
        // The latest say most about how complete the records are.
        rows.sort_by_key(|row| std::cmp::Reverse(row.at));
        let mut controls: Vec<(Mobile, MessageSid)> = Vec::new();
        for row in rows {
            if let Some(sid) = row.sid
                && controls.len() < CONTROLS
                && !controls.iter().any(|(_, known)| *known == sid)
            {
                controls.push((row.mobile, sid));
            }
        }
        Ok(controls)
    }

    /// Server time minus ours. A process that has not spoken to the server yet asks it something harmless first.
    pub(super) async fn offset(&self) -> SignedDuration {
        if self.client.server_offset().is_none()
            && let Err(problem) = self.client.user_get().await
        {
            tracing::debug!(%problem, "the server's clock is not known");
        }
        self.client.server_offset().unwrap_or_default()
    }
}
