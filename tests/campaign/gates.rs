//! What holds a campaign back by itself: the canary's gate, and quiet hours; and who goes on with it.
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use yunque::campaign::{Due, Interruption, Settings};
use yunque::problem::{CampaignProblem, Problem, StoreProblem};
use yunque::sms::{CampaignId, CampaignState, Counts, Gate, Pacing, PauseReason, Plan, QuietHours, Start, Wish};

use crate::house::{House, options, paced, plan, settings, some};
use crate::server::Act;

/// Twenty of a hundred first; the others once 95 % of them are delivered.
fn gated(within: Duration) -> Plan {
    let gate = Some(Gate { percent: 95, within });
    paced(100, Pacing { batch_size: 10, in_flight: 4, canary: some(20), gate, rate: None })
}

const LONG: Duration = Duration::from_mins(10);

async fn audited(house: &House) -> Vec<String> {
    let lines = house.store.audit_lines(50).await.unwrap();
    lines.into_iter().filter(|line| line.what == "canary-go").map(|line| line.about).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_whose_share_is_delivered_lets_the_others_go_by_itself() {
    let house = House::new().await;
    house.vendor.reports(19, 1);
    let campaign = house.send(&gated(LONG)).await;
    assert_eq!((campaign.state, campaign.counts.accepted), (CampaignState::Finished, 100));
    assert!(campaign.canary.unwrap().is_passed);
    assert_eq!(audited(&house).await, ["c1 19 of 20 delivered"]);
    house.everybody_once(100);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_others_wait_as_long_as_reports_may_come_and_everybody_sees_at_which_gate() {
    let house = House::new().await;
    house.vendor.reports(18, 0);
    let id = house.engine.create(&gated(Duration::from_secs(6)), "lina").await.unwrap();
    let mut run = house.start(id, true).await;
    let at = run.progress.wait_for(|seen| seen.gate.is_some_and(|at| at.delivered == 18)).await.unwrap().gate.unwrap();
    assert_eq!((at.of, at.gate.percent), (20, 95));
    let seen = house.seen(id).await;
    assert_eq!(seen.at_gate(), Some(at), "another console sees the same");
    assert_eq!(seen.counts, Counts { accepted: 20, pending: 80, ..Counts::default() });
    house.vendor.reports(20, 0);
    assert_eq!(run.join().await.unwrap().state, CampaignState::Finished);
    house.everybody_once(100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_is_not_reached_in_time_or_cannot_be_any_more_pauses_until_an_operator_says() {
    for (failed, within) in [(0, Duration::from_millis(60)), (2, LONG)] {
        let house = House::new().await;
        house.vendor.reports(18, failed);
        let campaign = house.send(&gated(within)).await;
        let missed = PauseReason::CanaryMissed { wanted: 95, delivered: 18, of: 20 };
        assert_eq!((campaign.state, campaign.pause), (CampaignState::Paused, Some(missed.clone())));
        assert_eq!(house.vendor.ledger().len(), 20);
        // The watch keeps the gate; only an operator sets it aside.
        assert_eq!(house.watched(campaign.id).await.pause, Some(missed));
        assert_eq!(house.resume(campaign.id).await.state, CampaignState::Finished);
        assert_eq!(audited(&house).await, ["c1 by hand, 18 of 20 delivered"]);
        house.everybody_once(100);
    }
}

/// The campaign waits at its gate, and its process dies there.
async fn dies_at_its_gate(house: &House, plan: &Plan) -> CampaignId {
    let id = house.engine.create(plan, "lina").await.unwrap();
    let dying = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let engine = house.engine.clone();
    let mut run = dying.spawn(async move { engine.run(id, options(true)).await.unwrap() }).await.unwrap();
    run.progress.wait_for(|seen| seen.gate.is_some()).await.unwrap();
    while house.seen(id).await.at_gate().is_none() {
        tokio::task::yield_now().await;
    }
    dying.shutdown_background();
    while run.progress.changed().await.is_ok() {}
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_still_stands_when_the_process_that_waited_at_it_died() {
    let house = House::new().await;
    house.vendor.reports(18, 0);
    let id = dies_at_its_gate(&house, &gated(LONG)).await;
    let left = house.seen(id).await;
    assert_eq!((left.state, left.canary.unwrap().is_passed), (CampaignState::Running, false));
    // The wait is over when somebody comes back: one more look, and it pauses.
    house.clock.forward(SignedDuration::from_mins(11));
    let again = house.resume(id).await;
    assert_eq!(again.pause, Some(PauseReason::CanaryMissed { wanted: 95, delivered: 18, of: 20 }));
    assert_eq!(house.vendor.ledger().len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watch_judges_the_gate_of_a_campaign_that_was_handed_over() {
    let house = House::new().await;
    house.vendor.reports(18, 0);
    let id = dies_at_its_gate(&house, &Plan { goes_on_after_hangup: true, ..gated(LONG) }).await;
    assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
    house.vendor.reports(19, 0);
    assert_eq!(house.watched(id).await.state, CampaignState::Finished);
    house.everybody_once(100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_ends_the_wait_and_going_on_from_it_is_a_decision() {
    let house = House::new().await;
    house.vendor.reports(0, 0);
    let id = house.engine.create(&gated(LONG), "lina").await.unwrap();
    let mut run = house.start(id, true).await;
    run.progress.wait_for(|seen| seen.gate.is_some()).await.unwrap();
    run.reins().pause();
    assert_eq!(run.join().await.unwrap().pause, Some(PauseReason::Operator));
    assert_eq!(house.resume(id).await.state, CampaignState::Finished);
    house.everybody_once(100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_whose_reports_cannot_be_read_is_not_waited_at() {
    let house = House::new().await;
    let path = house.folder.path().join("yunque.db");
    house.vendor.script(move |n, _| {
        if n == 1 {
            let disk = rusqlite::Connection::open(&path).unwrap();
            disk.execute("UPDATE standing SET state = 'damaged'", []).unwrap();
        }
        Act::Accept
    });
    let id = house.engine.create(&gated(LONG), "lina").await.unwrap();
    let broken = house.start(id, true).await.join().await.unwrap_err();
    assert!(matches!(broken, Problem::Store(StoreProblem::Damaged { .. })), "{broken}");
    assert_eq!(house.vendor.ledger().len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_by_hand_is_let_go_by_a_person_and_never_by_the_watch() {
    let house = House::new().await;
    house.vendor.script(|n, _| if n == 0 { Act::Hold } else { Act::Accept });
    let by_hand = Pacing { batch_size: 10, in_flight: 4, canary: some(20), gate: None, rate: None };
    let plan = Plan { goes_on_after_hangup: true, ..paced(100, by_hand) };
    let id = house.engine.create(&plan, "lina").await.unwrap();
    let run = house.start(id, true).await;
    house.vendor.holds(1).await;
    // The whole canary is out when the terminal drops.
    while house.vendor.ledger().len() < 10 {
        tokio::task::yield_now().await;
    }
    run.reins().interrupt(Interruption::HandOver, Duration::from_mins(1));
    house.vendor.release();
    let left = run.join().await.unwrap();
    assert_eq!((left.pause, left.counts.accepted, left.counts.pending), (Some(PauseReason::HungUp), 20, 80));
    assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
    let watched = house.watched(id).await;
    assert_eq!((watched.state, watched.pause), (CampaignState::Paused, Some(PauseReason::Canary)));
    assert_eq!(house.vendor.ledger().len(), 20);
    assert!(house.engine.due().await.unwrap().is_empty(), "it waits for a person");
    assert_eq!(house.resume(id).await.state, CampaignState::Finished);
    assert_eq!(audited(&house).await, ["c1 by hand, 0 of 20 delivered"]);
    house.everybody_once(100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_by_an_operator_binds_the_watch_also_when_the_campaign_had_stopped_before() {
    let house = evening().await;
    let id = house.send(&Plan { goes_on_after_hangup: true, ..plan(60) }).await.id;
    house.clock.forward(SignedDuration::from_hours(11));
    assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
    let paused = house.engine.pause(id, "priya").await.unwrap();
    assert_eq!(
        (paused.state, paused.pause),
        (CampaignState::Paused, Some(PauseReason::Colleague { by: "priya".to_owned() }))
    );
    assert!(house.engine.due().await.unwrap().is_empty());
    assert!(house.store.audit_lines(1).await.unwrap()[0].what == "pause");
    assert_eq!(
        house.engine.pause(id, "priya").await.unwrap().pause,
        Some(PauseReason::Colleague { by: "priya".to_owned() }),
        "once more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_comes_while_the_last_calls_are_out_is_not_lost_to_the_hang_up_before_it() {
    let house = House::new().await;
    house.vendor.script(|n, _| if n == 1 { Act::Hold } else { Act::Accept });
    let id = house.engine.create(&Plan { goes_on_after_hangup: true, ..plan(40) }, "lina").await.unwrap();
    let run = house.start(id, true).await;
    house.vendor.holds(1).await;
    run.reins().interrupt(Interruption::HandOver, Duration::from_mins(1));
    house.store.wish(id, Wish::Pause, "priya", house.clock.at()).await.unwrap();
    house.vendor.release();
    let left = run.join().await.unwrap();
    assert_eq!(
        (left.state, left.pause),
        (CampaignState::Paused, Some(PauseReason::Colleague { by: "priya".to_owned() }))
    );
    assert_eq!((left.counts.accepted, left.counts.pending), (20, 20));
    assert!(house.engine.due().await.unwrap().is_empty(), "priya was told that it is paused");
}

/// Marketing from 8 to 21; it is 14:00. After the second call it is 21:00.
async fn evening() -> House {
    let hours = QuietHours { from: jiff::civil::time(8, 0, 0, 0), until: jiff::civil::time(21, 0, 0, 0) };
    let house = House::with(Settings { quiet_hours: Some(hours), ..settings() }).await;
    let clock = Arc::clone(&house.clock);
    house.vendor.script(move |n, _| {
        if n == 1 {
            clock.forward(SignedDuration::from_hours(7));
        }
        Act::Accept
    });
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_that_begin_in_the_middle_of_a_run_pause_it_between_two_calls() {
    let house = evening().await;
    let id = house.send(&plan(60)).await.id;
    let paused = house.seen(id).await;
    assert_eq!((paused.state, paused.pause), (CampaignState::Paused, Some(PauseReason::QuietHours)));
    assert_eq!(paused.counts, Counts { accepted: 20, pending: 40, ..Counts::default() });
    let early = house.engine.run(id, options(false)).await.unwrap_err();
    assert_eq!(early, Problem::Campaign(CampaignProblem::QuietHours { hours: "08:00-21:00".to_owned() }));
    house.clock.forward(SignedDuration::from_hours(11));
    assert!(house.engine.due().await.unwrap().is_empty(), "nobody left it to the watch");
    house.vendor.script(|_, _| Act::Accept);
    assert_eq!(house.resume(id).await.state, CampaignState::Finished);
    house.everybody_once(60);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watch_goes_on_in_the_morning_with_what_was_left_to_it() {
    let start = Start::At("2026-11-23T14:01:00+08:00".parse().unwrap());
    let left = [Plan { goes_on_after_hangup: true, ..plan(60) }, Plan { start, ..plan(60) }];
    for plan in left {
        let house = evening().await;
        let id = house.engine.create(&plan, "lina").await.unwrap();
        house.clock.forward(SignedDuration::from_mins(2));
        let evening = house.watched(id).await;
        assert_eq!((evening.pause, evening.counts.accepted), (Some(PauseReason::QuietHours), 20));
        assert!(house.engine.due().await.unwrap().is_empty(), "not before the hours allow it");
        house.clock.forward(SignedDuration::from_hours(11));
        assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
        house.vendor.script(|_, _| Act::Accept);
        assert_eq!(house.watched(id).await.state, CampaignState::Finished);
        house.everybody_once(60);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_left_to_the_watch_by_one_who_does_not_hold_it() {
    let house = House::new().await;
    let (id, run) = house.held_at(1, 60).await;
    // The answer is held back until the wish has been heard: whoever asks waits for that as long as it takes.
    house.engine.hand_over(id, "priya").await.unwrap();
    house.vendor.release();
    let left = run.join().await.unwrap();
    assert_eq!((left.state, left.pause), (CampaignState::Paused, Some(PauseReason::HungUp)));
    assert!(left.is_handed_over);
    assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
    assert_eq!(house.watched(id).await.state, CampaignState::Finished);
    house.everybody_once(60);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_stops_leaves_its_campaigns_to_the_next() {
    let house = House::new().await;
    house.vendor.script(|n, _| if n == 1 { Act::Hold } else { Act::Accept });
    let id = house.engine.create(&plan(60), "lina").await.unwrap();
    let paused = house.engine.pause(id, "lina").await;
    assert!(paused.is_err(), "a draft is not running: {paused:?}");
    let watch = yunque::campaign::RunOptions { occasion: yunque::campaign::Occasion::Watch, ..options(false) };
    let run = house.engine.run(id, watch).await.unwrap();
    house.vendor.holds(1).await;
    run.reins().interrupt(Interruption::Interrupted, Duration::ZERO);
    let left = run.join().await.unwrap();
    assert_eq!((left.pause, left.is_handed_over), (Some(PauseReason::HungUp), true));
    assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_down_but_never_begun_is_a_draft_that_nobody_sends_by_itself() {
    let house = House::new().await;
    // As a creation whose last sync failed: the caller read an error, the disk has it after all.
    let at = house.clock.at() + SignedDuration::from_mins(30);
    let later = Plan { start: Start::At(at), goes_on_after_hangup: true, ..plan(10) };
    let id = house.store.create_campaign(&later, "lina", house.clock.at()).await.unwrap();
    house.clock.forward(SignedDuration::from_mins(31));
    let found = house.seen(id).await;
    assert_eq!((found.state, found.counts.pending), (CampaignState::Draft, 10));
    assert!(house.engine.due().await.unwrap().is_empty());
    assert!(house.vendor.ledger().is_empty());
    assert_eq!(house.resume(id).await.state, CampaignState::Finished, "an operator may begin it");
    house.everybody_once(10);
}
