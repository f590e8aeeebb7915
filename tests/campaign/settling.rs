//! Answers that never came, and what the records say.
use std::time::Duration;

use jiff::SignedDuration;
use yunque::campaign::Reconciled;
use yunque::problem::{Problem, StoreProblem};
use yunque::sms::{CampaignState, Counts, DoubtReason, Looked, Mobile, Pacing, PauseReason, Plan};
use yunque::store::Intent;

use crate::house::{House, engine_on, open, options, plan, settings};
use crate::server::Act;

const SETTLE: Duration = Duration::from_mins(15);

fn later(house: &House) {
    house.clock.forward(SignedDuration::from_mins(16));
}

/// Every way in which an answer can be lost after acceptance, one after the other.
#[tokio::test(flavor = "multi_thread")]
async fn answers_lost_after_acceptance_are_found_in_the_records() {
    for act in [Act::CutAfter, Act::ErrorAfter, Act::Truncate] {
        let house = House::new().await;
        house.vendor.script(move |n, _| if (1..4).contains(&n) { act } else { Act::Accept });
        let campaign = house.send(&plan(100)).await;
        assert_eq!(campaign.pause, Some(PauseReason::Ambiguous { calls: 3 }), "{act:?}");
        assert_eq!(campaign.counts, Counts { accepted: 10, unknown: 30, pending: 60, ..Counts::default() });
        let found = house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap();
        assert_eq!(found, Reconciled { accepted: 30, absent: 0, unsettled: 0, settles_at: None });
        let done = house.resume(campaign.id).await;
        assert_eq!(done.state, CampaignState::Finished);
        assert!(done.is_fee_estimated);
        house.everybody_once(100);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_look_says_after_each_query_how_many_were_looked_up() {
    let house = House::new().await;
    house.vendor.script(|n, _| if (1..4).contains(&n) { Act::CutAfter } else { Act::Accept });
    let campaign = house.send(&Plan { pacing: Pacing { batch_size: 50, ..plan(250).pacing }, ..plan(250) }).await;
    let unknown = campaign.counts.unknown;
    assert!(unknown > 100, "{campaign:?}");
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |looked: Looked| told.lock().unwrap().push((looked.done, looked.total));
    house.engine.reconcile_telling(campaign.id, SETTLE, "lina", &tell).await.unwrap();
    assert_eq!(told.into_inner().unwrap(), [(0, unknown), (96, unknown), (unknown, unknown)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_absent_from_complete_records_is_sent_to_again_and_not_a_moment_earlier() {
    let house = House::new().await;
    house.vendor.script(|n, _| if (1..4).contains(&n) { Act::CutBefore } else { Act::Accept });
    let campaign = house.send(&plan(60)).await;
    assert_eq!(campaign.counts, Counts { accepted: 10, unknown: 30, pending: 20, ..Counts::default() });
    let early = house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap();
    let settles_at = Some(house.clock.at() + SignedDuration::from_mins(15));
    assert_eq!(early, Reconciled { accepted: 0, absent: 0, unsettled: 30, settles_at });
    later(&house);
    let found = house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap();
    assert_eq!(found, Reconciled { accepted: 0, absent: 30, unsettled: 0, settles_at: None });
    let done = house.resume(campaign.id).await;
    assert_eq!(done.state, CampaignState::Finished);
    house.everybody_once(60);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_control_nobody_is_called_absent_and_an_operator_may_decide() {
    let house = House::new().await;
    house.vendor.script(|_, _| Act::CutBefore);
    let campaign = house.send(&plan(2)).await;
    assert_eq!(campaign.pause, Some(PauseReason::Unsettled));
    later(&house);
    let found = house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap();
    assert_eq!(found, Reconciled { accepted: 0, absent: 0, unsettled: 2, settles_at: None });
    let mobile = |n: &str| Mobile::parse(n).unwrap();
    house.engine.settle(campaign.id, mobile("13800000000"), true, "lina").await.unwrap();
    let half = house.engine.settle(campaign.id, mobile("13800000001"), false, "lina").await.unwrap();
    assert_eq!(half.counts, Counts { accepted: 1, pending: 1, ..Counts::default() });
    assert!(house.engine.settle(campaign.id, mobile("13800000001"), false, "lina").await.is_err());
    house.vendor.script(|_, _| Act::Accept);
    assert_eq!(house.resume(campaign.id).await.state, CampaignState::Finished);
    assert_eq!(house.vendor.ledger().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn why_nobody_knows_is_counted_by_request_and_by_recipient() {
    let house = House::new().await;
    house.vendor.script(|n, _| if (1..4).contains(&n) { Act::ErrorAfter } else { Act::Accept });
    let campaign = house.send(&plan(60)).await;
    assert_eq!(campaign.counts.unknown, 30);
    let (people, reasons) = house.store.doubts(campaign.id, 4).await.unwrap();
    assert_eq!(reasons, [DoubtReason { why: "HTTP 500".to_owned(), requests: 3, recipients: 30 }]);
    assert_eq!(people.len(), 4, "no more than were asked for");
    assert!(people.iter().all(|one| one.why == "HTTP 500" && one.at.is_some()), "{people:?}");
    house.engine.settle(campaign.id, people[0].mobile, true, "lina").await.unwrap();
    let (_, reasons) = house.store.doubts(campaign.id, 0).await.unwrap();
    assert_eq!((reasons[0].requests, reasons[0].recipients), (3, 29), "who was settled is no longer in doubt");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_called_absent_by_hand_but_stands_in_the_records_is_accepted_and_not_sent_to_again() {
    let house = House::new().await;
    house.vendor.script(|n, _| if n == 1 { Act::CutAfter } else { Act::Accept });
    let campaign = house.send(&plan(20)).await;
    assert_eq!(campaign.counts.unknown, 10);
    let (people, _) = house.store.doubts(campaign.id, 10).await.unwrap();
    for one in &people {
        house.engine.settle(campaign.id, one.mobile, false, "lina").await.unwrap();
    }
    later(&house);
    house.clock.forward(SignedDuration::from_hours(3));
    let done = house.resume(campaign.id).await;
    assert_eq!((done.state, done.counts.accepted), (CampaignState::Finished, 20));
    house.everybody_once(20);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_hide_everything_settle_nothing() {
    let house = House::new().await;
    house.vendor.script(|n, _| if n == 1 { Act::CutAfter } else { Act::Accept });
    let campaign = house.send(&plan(40)).await;
    assert_eq!((campaign.pause, campaign.counts.unknown), (Some(PauseReason::Unsettled), 10));
    house.vendor.shows_records(false);
    later(&house);
    let found = house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap();
    assert_eq!((found.absent, found.unsettled), (0, 10), "the control is missing, too");
    house.vendor.shows_records(true);
    let found = house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap();
    assert_eq!(found.accepted, 10);
    assert_eq!(house.resume(campaign.id).await.state, CampaignState::Finished);
    house.everybody_once(40);
}

#[tokio::test(flavor = "multi_thread")]
async fn code_8_that_the_journal_does_not_explain_is_evidence_of_acceptance() {
    let house = House::new().await;
    house.vendor.script(|_, _| Act::Refuse(8));
    let campaign = house.send(&plan(1)).await;
    assert_eq!((campaign.state, campaign.counts.unknown), (CampaignState::Paused, 1));
    assert_eq!(house.retry(campaign.id).await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn code_8_that_an_earlier_campaign_explains_is_a_plain_refusal() {
    let house = House::new().await;
    house.send(&plan(1)).await;
    house.vendor.script(|_, _| Act::Refuse(8));
    let again = house.send(&plan(1)).await;
    assert_eq!((again.state, again.counts.refused), (CampaignState::Finished, 1));
    assert_eq!(house.retry(again.id).await.0, 0, "not within thirty seconds");
    later(&house);
    house.vendor.script(|_, _| Act::Accept);
    let (requeued, done) = house.retry(again.id).await;
    assert_eq!((requeued, done.state), (1, CampaignState::Finished));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_owner_left_in_flight_is_unknown_and_never_sent_again_by_itself() {
    let house = House::new().await;
    let id = house.engine.create(&plan(40), "lina").await.unwrap();
    let claim = house.store.claim(id, "lina", house.clock.at()).unwrap().unwrap();
    house.store.intend(&claim, Intent { runs: vec![0..=9], at: house.clock.at() }).await.unwrap();
    drop(claim);
    let campaign = house.resume(id).await;
    assert_eq!((campaign.state, campaign.pause), (CampaignState::Paused, Some(PauseReason::Unsettled)));
    assert_eq!(campaign.counts, Counts { accepted: 30, unknown: 10, ..Counts::default() });
    later(&house);
    let found = house.engine.reconcile(id, SETTLE, "lina").await.unwrap();
    assert_eq!(found.absent, 10);
    assert_eq!(house.resume(id).await.state, CampaignState::Finished);
    house.everybody_once(40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_is_noticed_and_not_sent_from() {
    let house = House::new().await;
    let id = house.engine.create(&plan(40), "lina").await.unwrap();
    let backup = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(house.folder.path()).unwrap() {
        let file = file.unwrap();
        if file.path().is_file() {
            std::fs::copy(file.path(), backup.path().join(file.file_name())).unwrap();
        }
    }
    assert_eq!(house.resume(id).await.state, CampaignState::Finished);
    let restored = engine_on(&open(backup.path()), &house.vendor.url, &house.clock, settings());
    let refused = restored.run(id, options(false)).await.unwrap_err();
    assert!(matches!(refused, Problem::Store(StoreProblem::RolledBack { .. })), "{refused}");
    house.everybody_once(40);
}

/// Records that lag: whoever got the message is found once they show it; who did not is not called absent before they must
/// show it and a message of ours that is as old.
#[tokio::test(flavor = "multi_thread")]
async fn records_that_lag_settle_nobody_too_early() {
    for (lag, settled_after) in [(10, 16), (20, 21), (45, 46)] {
        for act in [Act::CutBefore, Act::CutAfter] {
            let house = House::new().await;
            house.vendor.lags(SignedDuration::from_mins(lag));
            house.vendor.script(move |n, _| if n == 2 { act } else { Act::Accept });
            let campaign = house.send(&plan(40)).await;
            assert_eq!(campaign.counts.unknown, 10, "{act:?}");
            let mut minutes = 0;
            let mut settled = None;
            while settled.is_none() {
                let done = house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap();
                if done.unsettled == 0 {
                    settled = Some(done);
                    break;
                }
                assert_eq!((done.accepted, done.absent, done.unsettled), (0, 0, 10), "{act:?} after {minutes}");
                house.clock.forward(SignedDuration::from_mins(1));
                minutes += 1;
                assert!(minutes < 120, "{act:?}: never settled");
            }
            let done = settled.unwrap();
            let expected = if act == Act::CutAfter { (10, 0, lag) } else { (0, 10, settled_after) };
            assert_eq!((done.accepted, done.absent), (expected.0, expected.1), "{act:?}");
            assert!((expected.2 - 1..=expected.2).contains(&minutes), "{act:?}, lag {lag}: after {minutes}");
            assert_eq!(house.resume(campaign.id).await.state, CampaignState::Finished);
            house.everybody_once(40);
        }
    }
}
