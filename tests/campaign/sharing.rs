//! Two consoles, one data directory: one sends, the others watch, wish and take over.
use jiff::SignedDuration;
use yunque::campaign::{Due, Interruption};
use yunque::problem::{CampaignProblem, Problem};
use yunque::sms::{CampaignState, PauseReason, Plan, Start};

use crate::house::{House, engine_on, open, options, plan, settings};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_consoles_one_sends_and_the_other_is_told_who() {
    let house = House::new().await;
    let (id, run) = house.held_at(0, 40).await;
    let other = engine_on(&open(house.folder.path()), &house.vendor.url, &house.clock, settings());
    let refused = other.run(id, options(false)).await.unwrap_err();
    assert!(matches!(&refused, Problem::Campaign(CampaignProblem::Held { by, .. }) if by == "lina"), "{refused}");
    let asking = tokio::spawn({
        let other = other.clone();
        async move { other.pause(id, "priya").await.unwrap() }
    });
    let run_end = tokio::spawn(run.join());
    while house.seen(id).await.owner.is_some_and(|owner| owner.is_alive) {
        house.vendor.release();
        tokio::task::yield_now().await;
    }
    run_end.await.unwrap().unwrap();
    asking.await.unwrap();
    let left = other.run(id, options(false)).await.unwrap().join().await.unwrap();
    assert_eq!(left.state, CampaignState::Finished);
    house.everybody_once(40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_nobody_holds_is_paused_and_cancelled_at_once() {
    let house = House::new().await;
    let id = house.engine.create(&plan(10), "lina").await.unwrap();
    // As a process left it that died before its first call.
    house.store.set_state(id, CampaignState::Running, None, house.clock.at()).await.unwrap();
    let paused = house.engine.pause(id, "lina").await.unwrap();
    assert_eq!((paused.state, paused.pause), (CampaignState::Paused, Some(PauseReason::Operator)));
    assert_eq!(house.engine.cancel(id, "lina").await.unwrap().state, CampaignState::Cancelled);
    assert!(house.engine.run(id, options(false)).await.is_err());
    assert!(house.vendor.ledger().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_campaign_is_due_at_its_time_and_missed_when_it_is_late() {
    let house = House::new().await;
    let at = house.clock.at() + SignedDuration::from_mins(30);
    let id = house.engine.create(&Plan { start: Start::At(at), ..plan(10) }, "lina").await.unwrap();
    assert_eq!(house.engine.next_due().await.unwrap(), Some(at));
    assert!(house.engine.due().await.unwrap().is_empty());
    let early = house.engine.run(id, options(false)).await.unwrap_err();
    assert_eq!(
        early,
        Problem::Campaign(CampaignProblem::NotYet { id, at: at.to_zoned_datetime(jiff::tz::TimeZone::UTC) })
    );
    house.clock.forward(SignedDuration::from_mins(31));
    assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
    house.clock.forward(SignedDuration::from_mins(31));
    assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: true }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_campaign_that_was_paused_goes_back_to_its_time() {
    let house = House::new().await;
    let at = house.clock.at() + SignedDuration::from_mins(30);
    let id = house.engine.create(&Plan { start: Start::At(at), ..plan(10) }, "lina").await.unwrap();
    assert_eq!(house.engine.pause(id, "lina").await.unwrap().state, CampaignState::Paused);
    let back = house.resume(id).await;
    assert_eq!((back.state, back.pause, back.counts.pending), (CampaignState::Scheduled, None, 10));
    assert!(house.vendor.ledger().is_empty(), "nothing goes out before its time");
    house.clock.forward(SignedDuration::from_mins(31));
    assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
    assert_eq!(house.resume(id).await.state, CampaignState::Finished);
    house.everybody_once(10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handed_over_campaign_is_due_once_for_the_watch() {
    let house = House::new().await;
    let (id, run) = house.held_at(1, 40).await;
    run.reins().interrupt(Interruption::HandOver, std::time::Duration::from_mins(1));
    // The wish is heard before the answer comes: both go through the run's own loop, the wish first.
    tokio::task::yield_now().await;
    house.vendor.release();
    let left = run.join().await.unwrap();
    if left.state == CampaignState::Paused {
        assert_eq!(left.pause, Some(PauseReason::HungUp));
        assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
        house.resume(id).await;
    }
    house.everybody_once(40);
}
