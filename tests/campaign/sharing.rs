//! Two consoles, one data directory: one sends, the others watch, wish and take over.
use jiff::SignedDuration;
use yunque::campaign::{Due, Interruption};
use yunque::problem::{CampaignProblem, Problem};
use yunque::sms::{Answer, CampaignState, PauseReason, Plan, Start, Wish};

use crate::house::{House, engine_on, open, options, plan, settings};
use crate::server::Act;

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
    // Asked before anything is answered: a campaign that has finished cannot be paused.
    while house.seen(id).await.wish.is_none() {
        tokio::task::yield_now().await;
    }
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
    assert_eq!(
        (paused.state, paused.pause),
        (CampaignState::Paused, Some(PauseReason::Colleague { by: "lina".into() }))
    );
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
    assert_eq!((left.state, left.pause), (CampaignState::Paused, Some(PauseReason::HungUp)));
    assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
    house.resume(id).await;
    house.everybody_once(40);
}

/// A campaign of forty that is being sent, its second call held.
async fn held(house: &House) -> (yunque::sms::CampaignId, yunque::campaign::Run) {
    house.vendor.script(|n, _| if n == 1 { Act::Hold } else { Act::Accept });
    let id = house.engine.create(&plan(40), "lina").await.unwrap();
    let run = house.start(id, true).await;
    house.vendor.holds(1).await;
    (id, run)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headless_owner_hands_over_at_its_next_batch_and_the_audit_has_both_ends() {
    let house = House::new().await;
    let (id, run) = held(&house).await;
    let other = engine_on(&open(house.folder.path()), &house.vendor.url, &house.clock, settings());
    let asked = other.take_over(id, "priya").await.unwrap().unwrap();
    assert_eq!((asked.by.as_str(), asked.owner.as_str(), asked.answer), ("priya", "lina", None));
    let answered = tokio::spawn({
        let other = other.clone();
        async move { other.await_answer(id, std::time::Duration::from_mins(1)).await.unwrap() }
    });
    let ended = tokio::spawn(run.join());
    while house.store.campaign(id).await.unwrap().unwrap().owner.is_some_and(|owner| owner.is_alive) {
        // Its call is answered once it has heard the question.
        if house.store.campaign(id).await.unwrap().unwrap().take_over.is_some_and(|asked| asked.answer.is_some()) {
            house.vendor.release();
        }
        tokio::task::yield_now().await;
    }
    let left = ended.await.unwrap().unwrap();
    assert_eq!((left.state, left.pause), (CampaignState::Paused, Some(PauseReason::Operator)));
    let told = answered.await.unwrap();
    assert_eq!(told.take_over.and_then(|asked| asked.answer).map(|(answer, _)| answer), Some(Answer::HandOver));
    let lines = house.store.audit_lines(50).await.unwrap();
    let line =
        |what: &str| lines.iter().find(|line| line.what == what).map(|line| (line.by.as_str(), line.about.as_str()));
    let (asker, about) = line("take-over").unwrap();
    assert!(asker == "priya" && about.starts_with("c1 asks lina"), "{about}");
    assert_eq!(line("hand-over"), Some(("lina", "c1 to priya, as nobody sits at this process")));
    house.resume(id).await;
    let over = house.store.campaign(id).await.unwrap().unwrap();
    assert_eq!((over.state, over.take_over), (CampaignState::Finished, None));
    house.everybody_once(40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_asked_decides_and_waiting_decides_nothing() {
    let house = House::new().await;
    house.store.set_attended();
    let (id, run) = held(&house).await;
    let other = engine_on(&open(house.folder.path()), &house.vendor.url, &house.clock, settings());
    other.take_over(id, "priya").await.unwrap().unwrap();
    let mut progress = run.progress.clone();
    let shown = progress.wait_for(|progress| progress.asked.is_some()).await.unwrap().asked.clone().unwrap();
    assert_eq!(shown.by, "priya");
    let waited = other.await_answer(id, std::time::Duration::from_millis(1)).await.unwrap();
    assert_eq!(waited.state, CampaignState::Running);
    assert!(waited.take_over.unwrap().is_open(), "a time-out decides nothing");
    let second = other.take_over(id, "zhao").await.unwrap().unwrap();
    assert_eq!(second.by, "priya", "one question at a time");
    assert!(house.engine.answer_take_over(id, Answer::Keep, "lina").await.unwrap());
    assert!(!house.engine.answer_take_over(id, Answer::HandOver, "lina").await.unwrap(), "it was answered");
    let kept = other.await_answer(id, std::time::Duration::from_mins(1)).await.unwrap();
    assert_eq!(kept.take_over.and_then(|asked| asked.answer).map(|(answer, _)| answer), Some(Answer::Keep));
    progress.wait_for(|progress| progress.asked.is_none()).await.unwrap();
    house.vendor.release();
    assert_eq!(run.join().await.unwrap().state, CampaignState::Finished, "it was kept");
    house.everybody_once(40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_dies_with_the_process_it_was_put_to() {
    let house = House::new().await;
    let id = house.engine.create(&plan(40), "lina").await.unwrap();
    let claim = house.store.claim(id, "lina", house.clock.at()).unwrap().unwrap();
    house.engine.take_over(id, "priya").await.unwrap().unwrap();
    assert!(house.store.campaign(id).await.unwrap().unwrap().take_over.is_some());
    drop(claim);
    assert_eq!(house.store.campaign(id).await.unwrap().unwrap().take_over, None);
    assert_eq!(house.engine.take_over(id, "priya").await.unwrap(), None, "a dead owner's lock is free at once");
    house.clock.forward(SignedDuration::from_secs(1));
    let later = house.store.claim(id, "zhao", house.clock.at()).unwrap().unwrap();
    assert_eq!(house.store.question_to(&later).await.unwrap(), None, "the next owner was not asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_that_is_not_done_yet_is_said_with_the_state() {
    let house = House::new().await;
    let (id, run) = held(&house).await;
    let asked = house.engine.cancel(id, "priya").await.unwrap();
    assert_eq!((asked.state, asked.wish), (CampaignState::Running, Some(Wish::Cancel)));
    house.vendor.release();
    let end = run.join().await.unwrap();
    assert_eq!((end.state, end.wish), (CampaignState::Cancelled, None));
}

/// What somebody wishes while whoever resumed a campaign still reads the records: heard before the first call, whatever
/// the state says.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wished_while_the_records_are_compared_is_heard_before_the_first_call() {
    for wished in ["pause", "cancel", "hand over", "take over"] {
        for is_handed_over in [false, true] {
            let house = House::new().await;
            let id = house.engine.create(&plan(40), "lina").await.unwrap();
            let reason = if is_handed_over { PauseReason::HungUp } else { PauseReason::Operator };
            house.store.set_state(id, CampaignState::Paused, Some(reason), house.clock.at()).await.unwrap();
            house.vendor.holds_records(true);
            let engine = house.engine.clone();
            let resuming = tokio::spawn(async move { engine.run(id, options(false)).await });
            house.vendor.holds(1).await;
            let other = engine_on(&open(house.folder.path()), &house.vendor.url, &house.clock, settings());
            let asking = tokio::spawn(async move {
                match wished {
                    "pause" => other.pause(id, "priya").await.map(drop).unwrap(),
                    "cancel" => other.cancel(id, "priya").await.map(drop).unwrap(),
                    "hand over" => other.hand_over(id, "priya").await.map(drop).unwrap(),
                    _ => assert!(other.take_over(id, "priya").await.unwrap().is_some(), "its owner lives"),
                }
            });
            while house.store.wish_of(id).await.unwrap().is_none() && house.seen(id).await.take_over.is_none() {
                tokio::task::yield_now().await;
            }
            house.vendor.holds_records(false);
            house.vendor.release();
            if let Ok(run) = resuming.await.unwrap() {
                run.join().await.unwrap();
            }
            asking.await.unwrap();
            let after = house.seen(id).await;
            let ended = match wished {
                "cancel" => (CampaignState::Cancelled, None),
                "hand over" => (CampaignState::Paused, Some(PauseReason::HungUp)),
                "pause" => (CampaignState::Paused, Some(PauseReason::Colleague { by: "priya".to_owned() })),
                _ => (CampaignState::Paused, Some(PauseReason::Operator)),
            };
            assert_eq!((after.state, after.pause), ended, "{wished}");
            assert!(house.vendor.ledger().is_empty(), "{wished}: somebody was written to");
            if wished == "hand over" {
                assert_eq!(house.engine.due().await.unwrap(), [Due { id, is_missed: false }]);
            }
            if wished != "cancel" {
                assert_eq!(house.resume(id).await.state, CampaignState::Finished, "{wished}");
                house.everybody_once(40);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_only_looks_something_up_swallows_no_pause() {
    let house = House::new().await;
    let id = house.engine.create(&plan(40), "lina").await.unwrap();
    house.store.set_state(id, CampaignState::Running, None, house.clock.at()).await.unwrap();
    let claim = house.store.claim(id, "lina", house.clock.at()).unwrap().unwrap();
    let other = engine_on(&open(house.folder.path()), &house.vendor.url, &house.clock, settings());
    let asking = tokio::spawn(async move { other.pause(id, "priya").await.unwrap() });
    while house.store.wish_of(id).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    drop(claim);
    let paused = asking.await.unwrap();
    let by_priya = PauseReason::Colleague { by: "priya".to_owned() };
    assert_eq!((paused.state, paused.pause, paused.wish), (CampaignState::Paused, Some(by_priya), None));
    assert_eq!(house.store.wish_of(id).await.unwrap(), None, "a wish that was done is not done again");
    assert_eq!(house.resume(id).await.state, CampaignState::Finished);
}
