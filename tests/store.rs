//! The store as the rooms above use it: a journal that survives, one owner a campaign, no sum that drifts.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#[path = "store/figures.rs"]
mod figures;
#[path = "store/journal.rs"]
mod journal;
#[path = "store/keeping.rs"]
mod keeping;
#[path = "store/surviving.rs"]
mod surviving;
#[path = "store/tampering.rs"]
mod tampering;

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use yunque::sms::{
    CampaignId, CampaignState, Kind, MessageSid, Money, Outcome, Pacing, Plan, Recipients, Row, Segments, Sid, Start,
};
use yunque::store::{AttemptId, Claim, Fact, Intent, Place, Store};

/// A fixed clock.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn place(folder: &Path) -> Place {
    Place { folder: folder.to_owned(), is_shared: false, is_read_only: false }
}

fn open(folder: &Path) -> Store {
    Store::open(&place(folder), Some("account-a")).unwrap()
}

/// `n` recipients, each with a name.
fn plan(n: u32) -> Plan {
    let mut list = Recipients::with_columns(vec!["name".to_owned()]);
    for i in 0..n {
        let mobile = format!("138{i:08}");
        list.offer(Row { number: i + 2, mobile: &mobile, values: &["Lina"] });
    }
    list.offer(Row { number: n + 2, mobile: "12", values: &["short"] });
    list.offer(Row { number: n + 3, mobile: "13800000000", values: &["again"] });
    Plan {
        name: "Black Friday".to_owned(),
        kind: Kind::Marketing,
        text: "【云雀】{name}，dx5.cn/abc".to_owned(),
        mobile_stat: true,
        link_sids: vec![Sid("abc".to_owned())],
        recipients: Arc::new(list),
        pacing: Pacing::default(),
        start: Start::Now,
        ignores_quiet_hours: false,
        is_test: false,
        goes_on_after_hangup: true,
    }
}

/// A campaign of that plan, running, and the claim on it.
async fn begun(store: &Store, plan: &Plan) -> (CampaignId, Claim) {
    let id = store.create_campaign(plan, "lina", at(0)).await.unwrap();
    store.set_state(id, CampaignState::Running, None, at(0)).await.unwrap();
    store.audit("lina", at(0), "send", &id.to_string(), plan.recipients.len() as u64).await.unwrap();
    (id, store.claim(id, "lina", at(1)).unwrap().unwrap())
}

/// As [`begun`], with one call at those recipients and what came of it.
async fn answered(
    store: &Store,
    plan: &Plan,
    runs: Vec<RangeInclusive<u32>>,
    facts: Vec<(u32, Fact)>,
) -> (CampaignId, Claim, AttemptId) {
    let (id, claim) = begun(store, plan).await;
    let attempt = store.intend(&claim, Intent { runs, at: at(2) }).await.unwrap();
    store.add_facts(&claim, attempt, facts, at(3), "lina").await.unwrap();
    (id, claim, attempt)
}

fn accepted(sid: i64) -> Fact {
    Fact::Answered(Outcome::Accepted {
        sid: Some(MessageSid(sid)),
        fee: Some(Money::from_units(500)),
        segments: Segments(1),
    })
}

fn refused(code: i32) -> Fact {
    Fact::Answered(Outcome::Refused { code, msg: format!("code {code}") })
}

fn unknown() -> Fact {
    Fact::Answered(Outcome::Unknown { why: "time-out".to_owned() })
}
