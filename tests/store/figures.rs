//! How long a million takes: `cargo test --release --test store figures -- --ignored --nocapture`.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
use std::fmt::Write as _;
use std::time::Instant;

use yunque::sms::{ClickRow, ClickSource, RecipientState, Sid};
use yunque::store::{Fact, Intent};

use crate::{accepted, at, begun, open, plan};

#[tokio::test]
#[ignore = "slow: a measurement"]
async fn a_million_recipients_in_figures() {
    let folder = tempfile::tempdir().unwrap();
    let mut report = String::new();
    let mut since = Instant::now();
    let mut lap = |what: &str| {
        writeln!(report, "{what}: {:?}", since.elapsed()).unwrap();
        since = Instant::now();
    };
    let plan = plan(1_000_000);
    lap("(list made)");
    let store = open(folder.path());
    lap("opened, new");
    let (id, claim) = begun(&store, &plan).await;
    lap("created, 1,000,000");
    let mut last = None;
    for call in 0..100_u32 {
        let first = call * 1000;
        let attempt = store.intend(&claim, Intent { runs: vec![first..=first + 999], at: at(2) }).await.unwrap();
        let facts: Vec<(u32, Fact)> = (first..first + 1000).map(|seq| (seq, accepted(i64::from(seq) + 1))).collect();
        // Rides on the next intent's commit.
        last = Some(store.add_facts(&claim, attempt, facts, at(3), "lina"));
    }
    last.unwrap().await.unwrap();
    lap("100 intents, one after the other, of 1000 facts each");
    let journal = store.journal(&claim).await.unwrap();
    lap("journal folded, 100,000 facts");
    assert_eq!(journal.states.iter().filter(|state| **state == RecipientState::Accepted).count(), 100_000);
    for call in 100..1000_u32 {
        let first = call * 1000;
        let attempt = store.intend(&claim, Intent { runs: vec![first..=first + 999], at: at(2) }).await.unwrap();
        let facts: Vec<(u32, Fact)> = (first..first + 1000).map(|seq| (seq, accepted(i64::from(seq) + 1))).collect();
        drop(store.add_facts(&claim, attempt, facts, at(3), "lina"));
    }
    lap("900 more");
    store.journal(&claim).await.unwrap();
    lap("journal folded, 1,000,000 facts");
    store.campaigns(None).await.unwrap();
    lap("campaigns()");
    store.find(plan.recipients.mobiles()[777_777]).await.unwrap();
    lap("find");
    store.recipients_page(id, None, 500_000, 1000).await.unwrap();
    lap("a page of 1000");
    assert!(store.check_journal(None).await.unwrap().iter().all(|check| check.is_ok));
    lap("check_journal");
    let row = |mobile: &_| ClickRow { mobile: *mobile, clicks: 1, is_new: false, first_at: 0, last_at: 0 };
    let rows: Vec<ClickRow> = plan.recipients.mobiles().iter().map(row).collect();
    let sid = Sid("abc".to_owned());
    store.save_clicks(&sid, rows, ClickSource::Clicked, at(9)).await.unwrap();
    lap("1,000,000 clicks saved");
    store.clicks(&sid).await.unwrap();
    lap("1,000,000 clicks loaded");
    drop((claim, store));
    lap("closed");
    let store = open(folder.path());
    lap("opened again");
    store.campaigns(None).await.unwrap();
    lap("campaigns() after opening");
    println!("{report}");
}
