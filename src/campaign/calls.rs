//! The two calls that send, and what surrounds them: the only place that names `single_send` and `batch_send`.
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;

use super::Engine;
use super::machine::{CallId, Input};
use super::roster::People;
use crate::problem::StoreProblem;
use crate::sms::{CampaignId, Code, Mobile, Outcome, RecipientState, visible};
use crate::store::AttemptId;
use crate::yunpian::{SendOptions, Whole};

/// How far back an accepted message of the same text explains code 8 (30 s), and code 9 (5 min), with room for slow
/// answers and unlike clocks.
const EXPLAINS: [(i32, i64, usize); 2] = [(8, 60, 1), (9, 360, 3)];

/// What the journal says of one who has opted out and whom we left out ourselves.
const LEFT_OUT: &str = "未发送：已在退订名单 · not sent: on the suppression list";

/// What the tasks of a run tell its loop.
#[derive(Debug)]
pub(super) enum News {
    /// For the machine.
    Input(Input),
    /// An intent is on disk.
    Durable(CallId, AttemptId, People),
    /// Somebody else's wish, out of the store, and whose it is.
    Wish(crate::store::Wish, String),
    /// A colleague asks for the campaign, or does not any more.
    Asked(Option<crate::sms::TakeOver>),
}

/// Promises the loop one piece of news about a call, whatever becomes of the task: a panic or an abort tells, too.
pub(super) struct Promise {
    news: mpsc::UnboundedSender<News>,
    otherwise: Option<Input>,
}

impl Promise {
    pub const fn new(news: mpsc::UnboundedSender<News>, otherwise: Input) -> Self {
        Self { news, otherwise: Some(otherwise) }
    }

    pub fn keep(mut self, news: News) {
        self.otherwise = None;
        // Nobody listens any more once the run is over.
        drop(self.news.send(news));
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if let Some(input) = self.otherwise.take() {
            drop(self.news.send(News::Input(input)));
        }
    }
}

/// How a campaign's calls are made.
#[derive(Debug, Clone)]
pub(super) struct Manner {
    pub id: CampaignId,
    pub mobile_stat: bool,
    /// Where the account may set ids.
    pub uid: Option<Uid>,
}

/// What the ids of a data directory's calls begin with: every directory has a `c1` of its own, and two may send from one
/// account.
#[derive(Debug, Clone)]
pub(super) struct Uid(String);

impl Uid {
    /// The id that the calls of an attempt carry.
    pub fn of(&self, id: CampaignId, attempt: AttemptId) -> String {
        format!("yunque-{}-{id}-{}", self.0, attempt.0)
    }

    /// Whose call carried that id; `None` for one that is not of this data directory.
    pub fn read(&self, uid: &str) -> Option<(CampaignId, AttemptId)> {
        let ours = uid.strip_prefix("yunque-")?.strip_prefix(self.0.as_str())?.strip_prefix("-c")?;
        let (id, attempt) = ours.split_once('-')?;
        let (id, attempt) = (CampaignId(id.parse().ok()?), AttemptId(attempt.parse().ok()?));
        (self.of(id, attempt) == uid).then_some((id, attempt))
    }
}

impl Engine {
    /// How the ids of this data directory are made; `None` where the account may not set one.
    pub(super) async fn uid(&self) -> Result<Option<Uid>, StoreProblem> {
        if !self.settings.has_uid {
            return Ok(None);
        }
        let of_store = self.store.meta("store-id").await?;
        let lost = || StoreProblem::Journal { why: "the database has no id".to_owned() };
        Ok(Some(Uid(of_store.ok_or_else(lost)?)))
    }

    /// Writes the request, once, and says what the answer means for each recipient. Whoever opted out after the campaign
    /// was confirmed is refused here, as the vendor would, and never in a request.
    pub(super) async fn call(&self, manner: &Manner, call: CallId, attempt: AttemptId, people: &People) -> Input {
        let gone = match self.store.suppressed_among(people.mobiles.clone()).await {
            Ok(gone) => gone,
            Err(problem) => {
                let not_sent = |seq: &u32| (*seq, Outcome::NotSent { why: problem.to_string() });
                let outcomes = people.seqs.iter().map(not_sent).collect();
                return Input::Answered { call, outcomes, explained: Vec::new() };
            }
        };
        if gone.is_empty() {
            return self.make(manner, call, attempt, people).await;
        }
        let (left_out, others) = people.split(&gone);
        let mut input = if others.seqs.is_empty() {
            Input::Answered { call, outcomes: Vec::new(), explained: Vec::new() }
        } else {
            self.make(manner, call, attempt, &others).await
        };
        if let Input::Answered { outcomes, .. } = &mut input {
            let refused = || Outcome::Refused { code: Code::OPTED_OUT, msg: LEFT_OUT.to_owned() };
            outcomes.extend(left_out.into_iter().map(|seq| (seq, refused())));
            outcomes.sort_unstable_by_key(|(seq, _)| *seq);
        }
        input
    }

    async fn make(&self, manner: &Manner, call: CallId, attempt: AttemptId, people: &People) -> Input {
        let options = SendOptions {
            mobile_stat: manner.mobile_stat,
            uid: manner.uid.as_ref().map(|uid| uid.of(manner.id, attempt)),
        };
        let answer = match people.mobiles.as_slice() {
            [mobile] => self.client.single_send(*mobile, &people.text, &options).await,
            mobiles => self.client.batch_send(mobiles, &people.text, &options).await,
        };
        if answer.strangers > 0 {
            tracing::warn!(campaign = %manner.id, strangers = answer.strangers, "the answer names numbers never asked");
        }
        if let Some(Whole::Ambiguous { why }) = &answer.whole {
            let numbers = people.mobiles.len();
            tracing::warn!(campaign = %manner.id, numbers, why = %visible(why), "nobody knows what became of a call");
        }
        let seqs: HashMap<Mobile, u32>;
        let in_order = answer.outcomes.len() == people.mobiles.len()
            && answer.outcomes.iter().zip(&people.mobiles).all(|((mobile, _), asked)| mobile == asked);
        let outcomes: Vec<(u32, Outcome)> = if in_order {
            people.seqs.iter().copied().zip(answer.outcomes.into_iter().map(|(_, outcome)| outcome)).collect()
        } else {
            seqs = people.mobiles.iter().copied().zip(people.seqs.iter().copied()).collect();
            let seq_of = |(mobile, outcome)| seqs.get(&mobile).map(|seq| (*seq, outcome));
            answer.outcomes.into_iter().filter_map(seq_of).collect()
        };
        let explained = self.explained(manner.id, people, &outcomes).await;
        Input::Answered { call, outcomes, explained }
    }

    /// Recipients whose code 8 or 9 the journal itself explains: other campaigns' accepted messages of the same text,
    /// recent enough, and none of them in doubt. An earlier attempt of this very campaign explains nothing: it was
    /// settled as absent, and the code is evidence that this was wrong.
    async fn explained(&self, id: CampaignId, people: &People, outcomes: &[(u32, Outcome)]) -> Vec<u32> {
        let mut explained = Vec::new();
        for (seq, outcome) in outcomes {
            let Outcome::Refused { code, .. } = outcome else { continue };
            let Some((_, seconds, least)) = EXPLAINS.iter().find(|(explains, ..)| explains == code) else { continue };
            // The places of a call ascend.
            let Some(mobile) = people.seqs.binary_search(seq).ok().and_then(|at| people.mobiles.get(at)) else {
                continue;
            };
            let Ok(messages) = self.store.messages_to(*mobile).await else { continue };
            let since = self.clock.now() - SignedDuration::from_secs(*seconds);
            let same = messages.iter().filter(|message| message.campaign != id && *message.text == *people.text);
            let (mut accepted, mut is_doubtful) = (0, false);
            for message in same.filter(|message| message.at.is_some_and(|at: Timestamp| at >= since)) {
                match message.state {
                    RecipientState::Accepted => accepted += 1,
                    RecipientState::Unknown | RecipientState::Sending => is_doubtful = true,
                    RecipientState::Pending | RecipientState::Refused => {}
                }
            }
            if accepted >= *least && !is_doubtful {
                explained.push(*seq);
            }
        }
        explained
    }
}
