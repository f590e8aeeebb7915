//! The n-th request goes wrong, before or after it was accepted; and none goes out without its committed intent.
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use rusqlite::{Connection, OpenFlags};
use yunque::campaign::{Clock, Engine};
use yunque::sms::{CampaignId, CampaignState, Pacing, Plan};
use yunque::yunpian::{ApiKey, Client, Settings as Wire};

use crate::house::{House, TestClock, options, paced, settings};
use crate::server::Act;

const PEOPLE: u32 = 40;
const SETTLE: Duration = Duration::from_mins(15);
/// Reconcile and resume so often, or never.
const TURNS: u32 = 4;

const ACTS: [Act; 6] =
    [Act::CutBefore, Act::CutAfter, Act::ErrorBefore, Act::ErrorAfter, Act::Truncate, Act::Refuse(-5)];

fn forty() -> Plan {
    paced(PEOPLE, Pacing { batch_size: 5, in_flight: 2, ..Pacing::default() })
}

/// Settles and sends until nobody is left.
async fn bring_to_its_end(house: &House, engine: &Engine, id: CampaignId, what: &str) {
    for _ in 0..TURNS {
        house.clock.forward(SignedDuration::from_mins(16));
        engine.reconcile(id, SETTLE, "lina").await.unwrap();
        let campaign = engine.run(id, options(false)).await.unwrap().join().await.unwrap();
        if campaign.state == CampaignState::Finished {
            house.everybody_once(PEOPLE as usize);
            return;
        }
    }
    panic!("{what}: not finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_request_goes_wrong_everybody_gets_one_message() {
    let mut faults = 0;
    for act in ACTS {
        for nth in 0.. {
            let house = House::new().await;
            let met = Arc::new(Mutex::new(false));
            let meets = Arc::clone(&met);
            house.vendor.script(move |n, _| {
                if n == nth {
                    *meets.lock().unwrap() = true;
                    return act;
                }
                Act::Accept
            });
            let campaign = house.send(&forty()).await;
            if !*met.lock().unwrap() {
                assert_eq!(campaign.state, CampaignState::Finished);
                house.everybody_once(PEOPLE as usize);
                break;
            }
            faults += 1;
            bring_to_its_end(&house, &house.engine, campaign.id, &format!("{act:?} of request {nth}")).await;
        }
    }
    println!("{faults} requests went wrong");
    assert!(faults >= 8 * ACTS.len(), "{faults}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_request_and_all_that_follow_go_wrong_everybody_gets_one_message() {
    for act in [Act::CutBefore, Act::CutAfter, Act::ErrorAfter] {
        for nth in 0..8 {
            let house = House::new().await;
            house.vendor.script(move |n, _| if n >= nth { act } else { Act::Accept });
            let campaign = house.send(&forty()).await;
            assert_ne!(campaign.state, CampaignState::Finished);
            house.vendor.script(|_, _| Act::Accept);
            let what = format!("{act:?} from request {nth} on");
            bring_to_its_end(&house, &house.engine, campaign.id, &what).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_accepted_after_its_caller_gave_up_costs_nobody_a_second_message() {
    for nth in [0, 3, 7] {
        let house = House::new().await;
        let wire = Wire { base_url: house.vendor.url.clone(), timeout: Duration::from_millis(300), ..Wire::default() };
        let client = Client::new(ApiKey::new(&"k".repeat(32)), wire).unwrap();
        let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&house.clock);
        let engine = Engine::new(house.store.clone(), client, settings(), clock);
        house.vendor.script(move |n, _| if n == nth { Act::Hold } else { Act::Accept });
        let id = engine.create(&forty(), "lina").await.unwrap();
        let campaign = engine.run(id, options(true)).await.unwrap().join().await.unwrap();
        assert!(campaign.counts.unknown >= 5, "{:?}", campaign.counts);
        let before = house.vendor.ledger().len();
        house.vendor.release();
        while house.vendor.ledger().len() < before + 5 {
            tokio::task::yield_now().await;
        }
        bring_to_its_end(&house, &engine, id, &format!("request {nth} arrives late")).await;
    }
}

/// How many attempts on disk cover a number, as a connection of its own sees it.
fn attempts_for(folder: &Path, mobile: &str) -> u32 {
    let db = Connection::open_with_flags(folder.join("yunque.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let digits: i64 = format!("86{}", mobile.trim_start_matches("+86")).parse().unwrap();
    db.query_row(
        "SELECT count(*) FROM by_mobile b JOIN covers c
         ON c.campaign = b.campaign AND b.seq BETWEEN c.first_seq AND c.last_seq WHERE b.mobile = ?1",
        [digits],
        |row| row.get(0),
    )
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_on_the_wire_before_its_intent_is_committed() {
    let house = House::new().await;
    let folder = house.folder.path().to_owned();
    let seen = Arc::new(Mutex::new((std::collections::HashMap::<String, u32>::new(), Vec::new())));
    let looks = Arc::clone(&seen);
    // Requests 1, 4 and 6 are sent again after they were found absent: each time with an intent of their own.
    house.vendor.script(move |n, mobiles| {
        let (times, missing) = &mut *looks.lock().unwrap();
        for mobile in mobiles {
            let requests = times.entry(mobile.clone()).or_default();
            *requests += 1;
            if attempts_for(&folder, mobile) < *requests {
                missing.push((n, mobile.clone()));
            }
        }
        if [1, 4, 6].contains(&n) { Act::CutBefore } else { Act::Accept }
    });
    let campaign = house.send(&forty()).await;
    bring_to_its_end(&house, &house.engine, campaign.id, "with a look at every request").await;
    let (times, missing) = &*seen.lock().unwrap();
    assert!(missing.is_empty(), "on the wire without an intent: {missing:?}");
    assert!(times.len() == PEOPLE as usize && times.values().any(|n| *n == 2), "{times:?}");
}
