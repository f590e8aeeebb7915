//! A clock of this machine that jumps, while the vendor's goes on as clocks do.
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use yunque::campaign::Engine;
use yunque::sms::{Campaign, CampaignId, CampaignState, Mobile, RecipientState};

use crate::house::{House, TestClock, engine_on, options, plan, settings};
use crate::server::Act;

const PEOPLE: u32 = 100;
const SETTLE: Duration = Duration::from_mins(15);
/// Minutes: a summer time, a hardware clock in local time, a day.
const JUMPS: [i64; 8] = [10, -10, 80, -80, 480, -480, 1440, -1440];

/// A house whose engine has a clock of its own.
async fn two_clocks() -> (House, Engine, Arc<TestClock>) {
    let house = House::new().await;
    let ours = TestClock::afternoon();
    let engine = engine_on(&house.store, &house.vendor.url, &ours, settings());
    (house, engine, ours)
}

fn nobody_twice(house: &House, what: &str) {
    assert!(house.vendor.ledger().values().all(|times| *times == 1), "{what}: somebody was written to twice");
}

async fn run(engine: &Engine, id: CampaignId, is_first: bool) -> Campaign {
    engine.run(id, options(is_first)).await.unwrap().join().await.unwrap()
}

/// Whoever the records leave in doubt is settled by an operator who knows; then the rest is sent.
async fn bring_to_its_end(house: &House, engine: &Engine, id: CampaignId, what: &str) {
    for row in house.store.recipients_page(id, Some(RecipientState::Unknown), 0, PEOPLE).await.unwrap() {
        let mobile: Mobile = row.mobile;
        let was_accepted = house.vendor.ledger().keys().any(|known| mobile.to_string().ends_with(known.as_str()));
        engine.settle(id, mobile, was_accepted, "lina").await.unwrap();
    }
    assert_eq!(run(engine, id, false).await.state, CampaignState::Finished, "{what}");
    nobody_twice(house, what);
    house.everybody_once(PEOPLE as usize);
}

/// The clock is wrong while messages are sent whose answers are lost; then it is put right, the rest is sent, and the
/// records are asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_wrong_during_the_attempts_makes_nobody_absent_who_is_not() {
    for jump in JUMPS {
        for later in [20, 75] {
            let what = format!("wrong by {jump} minutes, put right {later} minutes later");
            let (house, engine, ours) = two_clocks().await;
            ours.forward(SignedDuration::from_mins(jump));
            house.vendor.script(|_, _| Act::CutAfter);
            let id = engine.create(&plan(PEOPLE), "lina").await.unwrap();
            let campaign = run(&engine, id, true).await;
            assert_eq!(campaign.counts.unknown, 30, "{what}");
            house.clock.forward(SignedDuration::from_mins(later));
            ours.forward(SignedDuration::from_mins(later - jump));
            house.vendor.script(|_, _| Act::Accept);
            run(&engine, id, false).await;
            for clock in [&house.clock, &ours] {
                clock.forward(SignedDuration::from_mins(45));
            }
            engine.reconcile(id, SETTLE, "lina").await.unwrap();
            bring_to_its_end(&house, &engine, id, &what).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_during_the_run_costs_nobody_a_message_or_a_second_one() {
    for jump in JUMPS {
        for act in [Act::CutBefore, Act::CutAfter] {
            let what = format!("{jump} minutes, {act:?}");
            let (house, engine, ours) = two_clocks().await;
            let jumps = Arc::clone(&ours);
            house.vendor.script(move |n, _| match n {
                2 | 5 => act,
                3 => {
                    jumps.forward(SignedDuration::from_mins(jump));
                    Act::Accept
                }
                _ => Act::Accept,
            });
            let id = engine.create(&plan(PEOPLE), "lina").await.unwrap();
            let campaign = run(&engine, id, true).await;
            assert_eq!((campaign.counts.accepted, campaign.counts.unknown), (80, 20), "{what}");
            for clock in [&house.clock, &ours] {
                clock.forward(SignedDuration::from_mins(45));
            }
            engine.reconcile(id, SETTLE, "lina").await.unwrap();
            bring_to_its_end(&house, &engine, id, &what).await;
        }
    }
}
