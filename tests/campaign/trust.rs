//! What the journal may not know: a restored directory, a message that came another way or too late, records that cannot be
//! read; and what operators and recipients said in the meantime.
use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;
use yunque::campaign::{Aside, Engine, Occasion, RunOptions, Settings};
use yunque::problem::{CampaignProblem, Explain, Problem, StoreProblem};
use yunque::sms::{
    CampaignId, CampaignState, Counts, Mobile, Pacing, PauseReason, Plan, QuietHours, RecipientState, Recipients, Row,
};
use yunque::store::Wish;

use crate::house::{House, TEXT, engine_on, open, options, paced, plan, settings, some};
use crate::server::Act;

const SETTLE: Duration = Duration::from_mins(15);

fn later(house: &House) {
    house.clock.forward(SignedDuration::from_mins(16));
}

/// The whole data directory as it is now, the mark of what was sent included.
fn copy(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if file.path().is_file() {
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
    }
    copy
}

fn engine_in(folder: &Path, house: &House, settings: Settings) -> Engine {
    engine_on(&open(folder), &house.vendor.url, &house.clock, settings)
}

fn brakeless() -> Settings {
    Settings { refused_percent: 100, ..settings() }
}

async fn refuses_as_rolled_back(engine: &Engine, id: CampaignId) {
    let refused = engine.run(id, options(false)).await.unwrap_err();
    assert!(matches!(refused, Problem::Store(StoreProblem::RolledBack { .. })), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_campaign_with_a_text_for_each_is_found_out_whatever_the_order_of_sending() {
    let house = House::with(brakeless()).await;
    let mut people = Recipients::with_columns(vec!["name".to_owned()]);
    for i in 0..1_300_u32 {
        let name = if (1..=600).contains(&i) { format!("客{i}") } else { "您".to_owned() };
        people.offer(Row { number: i + 1, mobile: &format!("138{i:08}"), values: &[name.as_str()] });
    }
    let text = "【云雀】{name}好 拒收请回复R".to_owned();
    let pacing = Pacing { batch_size: 100, in_flight: 1, ..Pacing::default() };
    house.vendor.script(|n, _| if n >= 2 { Act::Refuse(3) } else { Act::Accept });
    let campaign = house.send(&Plan { text, recipients: people.into(), ..paced(1, pacing) }).await;
    assert_eq!(campaign.counts, Counts { accepted: 200, refused: 100, pending: 1_000, ..Counts::default() });
    let backup = copy(house.folder.path());
    house.vendor.script(|n, _| if n >= 3 { Act::Refuse(3) } else { Act::Accept });
    assert_eq!(house.resume(campaign.id).await.counts.accepted, 500);
    refuses_as_rolled_back(&engine_in(backup.path(), &house, brakeless()), campaign.id).await;
    assert!(house.vendor.ledger().values().all(|n| *n == 1), "somebody was written to twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_restored_campaign_nobody_is_retried_before_the_others_are_compared() {
    let house = House::with(brakeless()).await;
    let pacing = Pacing { batch_size: 100, in_flight: 1, ..Pacing::default() };
    house.vendor.script(|n, _| if n < 8 { Act::RefuseEach(22) } else { Act::Refuse(3) });
    let campaign = house.send(&paced(1_500, pacing)).await;
    assert_eq!(campaign.counts, Counts { refused: 900, pending: 600, ..Counts::default() });
    let backup = copy(house.folder.path());
    house.vendor.script(|_, _| Act::Accept);
    assert_eq!(house.resume(campaign.id).await.counts.accepted, 600);
    let restored = engine_in(backup.path(), &house, brakeless());
    let refused = restored.retry(campaign.id, options(false)).await.unwrap_err();
    assert!(matches!(refused, Problem::Store(StoreProblem::RolledBack { .. })), "{refused}");
    assert_eq!(house.vendor.ledger().len(), 600);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_vouches_for_a_restored_campaign_and_only_the_others_are_sent_to() {
    let house = House::new().await;
    let id = house.engine.create(&plan(60), "lina").await.unwrap();
    let backup = copy(house.folder.path());
    house.vendor.script(|n, _| if n >= 3 { Act::Refuse(3) } else { Act::Accept });
    assert_eq!(house.resume(id).await.counts.accepted, 30);
    house.vendor.script(|_, _| Act::Accept);
    let store = open(backup.path());
    let restored = engine_on(&store, &house.vendor.url, &house.clock, settings());
    refuses_as_rolled_back(&restored, id).await;
    assert_eq!(restored.vouch(id, false, "lina").await.unwrap(), 30);
    let known = store.campaign(id).await.unwrap().unwrap();
    assert_eq!(known.counts, Counts { accepted: 30, pending: 30, ..Counts::default() });
    let done = restored.run(id, options(false)).await.unwrap().join().await.unwrap();
    assert_eq!(done.state, CampaignState::Finished);
    house.everybody_once(60);
    assert!(store.check_journal(None).await.unwrap().iter().all(|check| check.is_ok));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_records_nothing_goes_on_unless_the_operator_sets_them_aside() {
    let house = House::new().await;
    let pacing = Pacing { canary: some(10), ..plan(1).pacing };
    let campaign = house.send(&paced(40, pacing)).await;
    house.vendor.fails_records(true);
    let refused = house.engine.run(campaign.id, options(false)).await.unwrap_err();
    assert!(matches!(refused, Problem::Campaign(CampaignProblem::NotCompared { .. })), "{refused}");
    assert_eq!(refused.exit(), 1);
    assert_eq!(house.vendor.ledger().len(), 10);
    let aside = Aside { records: true, ..Aside::default() };
    let run = house.engine.run(campaign.id, RunOptions { aside, ..options(false) }).await.unwrap();
    assert_eq!(run.join().await.unwrap().state, CampaignState::Finished);
    assert!(house.store.audit_lines(9).await.unwrap().iter().any(|line| line.what == "without-records"));
    house.everybody_once(40);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_called_absent_too_early_is_found_and_the_campaign_goes_on() {
    let house = House::new().await;
    house.vendor.script(|n, _| if (1..4).contains(&n) { Act::CutBefore } else { Act::Accept });
    let campaign = house.send(&plan(60)).await;
    later(&house);
    assert_eq!(house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap().absent, 30);
    // The three requests arrive after all.
    for i in 10..40 {
        house.vendor.takes_in(&format!("138{i:08}"), TEXT);
    }
    let done = house.resume(campaign.id).await;
    assert_eq!((done.state, done.counts.accepted), (CampaignState::Finished, 60));
    house.everybody_once(60);
    assert!(house.store.check_journal(None).await.unwrap().iter().all(|check| check.is_ok));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_got_the_text_by_another_way_is_left_out_and_the_campaign_goes_on() {
    let house = House::new().await;
    let campaign = house.send(&paced(100, Pacing { canary: some(10), ..plan(1).pacing })).await;
    house.vendor.takes_in("13800000030", TEXT);
    let done = house.resume(campaign.id).await;
    assert_eq!((done.state, done.counts.accepted), (CampaignState::Finished, 100));
    house.everybody_once(100);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_do_not_say_to_whom_settle_nobody() {
    let masked = |mobile: &str| format!("\"{}****{}\"", &mobile[..3], &mobile[7..]);
    for write in [masked as fn(&str) -> String, |_| "null".to_owned(), |_| "\"\"".to_owned()] {
        let house = House::new().await;
        house.vendor.script(|n, _| if n == 1 { Act::CutAfter } else { Act::Accept });
        let campaign = house.send(&plan(40)).await;
        house.vendor.writes_numbers(write);
        later(&house);
        let found = house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap();
        assert_eq!((found.absent, found.unsettled), (0, 10));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_numbers_are_found_in_records_without_their_plus() {
    for write in
        [|mobile: &str| format!("\"{}\"", mobile.trim_start_matches('+')), |mobile: &str| mobile[1..].to_owned()]
    {
        let house = House::new().await;
        house.vendor.writes_numbers(write);
        house.vendor.script(|n, _| if n == 1 { Act::CutAfter } else { Act::Accept });
        let list: Vec<String> = (0..30).map(|i| format!("+1415555{:04}", 2600 + i)).collect();
        let campaign = house.send(&Plan { recipients: Recipients::typed(&list.join("\n")).into(), ..plan(1) }).await;
        assert_eq!(campaign.counts.unknown, 10);
        later(&house);
        let found = house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap();
        assert_eq!((found.accepted, found.absent), (10, 0));
        house.everybody_once(30);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_directories_on_one_account_tell_their_calls_apart() {
    let with_uid = Settings { has_uid: true, ..settings() };
    let house = House::with(with_uid.clone()).await;
    house.send(&plan(20)).await;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let other = engine_on(&store, &house.vendor.url, &house.clock, with_uid);
    house.vendor.script(|n, _| if n == 1 { Act::CutBefore } else { Act::Accept });
    let text = "【云雀】另一活动 拒收请回复R".to_owned();
    let id = other.create(&Plan { text, ..plan(20) }, "priya").await.unwrap();
    let cut = other.run(id, options(true)).await.unwrap().join().await.unwrap();
    assert_eq!(cut.counts.unknown, 10);
    later(&house);
    assert_eq!(other.reconcile(id, SETTLE, "priya").await.unwrap().accepted, 0, "those messages are the other's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_counts_for_one_campaign_by_hand_does_not_settle_another() {
    let house = House::new().await;
    house.vendor.script(|_, _| Act::CutAfter);
    let first = house.send(&plan(1)).await;
    let mobile = Mobile::parse("13800000000").unwrap();
    house.engine.settle(first.id, mobile, true, "lina").await.unwrap();
    house.vendor.script(|_, _| Act::CutBefore);
    let second = house.send(&plan(1)).await;
    later(&house);
    let found = house.engine.reconcile(second.id, SETTLE, "lina").await.unwrap();
    assert_eq!((found.accepted, found.unsettled), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_opted_out_after_the_campaign_was_confirmed_gets_nothing() {
    let house = House::new().await;
    let campaign = house.send(&paced(30, Pacing { canary: some(10), ..plan(1).pacing })).await;
    let gone: Vec<Mobile> = (12..25).map(|i| Mobile::parse(&format!("138{i:08}")).unwrap()).collect();
    let list = gone.iter().map(|mobile| (*mobile, "reply TD".to_owned())).collect();
    house.store.suppress(list, house.clock.at(), "lina").await.unwrap();
    let done = house.resume(campaign.id).await;
    assert_eq!(done.counts, Counts { accepted: 17, refused: 13, ..Counts::default() });
    assert!(gone.iter().all(|mobile| !house.vendor.ledger().contains_key(&mobile.wire())));
    let refused = house.store.recipients_page(done.id, Some(RecipientState::Refused), 0, 30).await.unwrap();
    assert!(refused.iter().all(|row| row.code == 10 && gone.contains(&row.mobile)));
    assert_eq!(house.retry(done.id).await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_after_the_canary_sends_to_the_refused_alone() {
    let house = House::with(brakeless()).await;
    house.vendor.script(|n, _| if n == 0 { Act::RefuseEach(22) } else { Act::Accept });
    let campaign = house.send(&paced(100, Pacing { canary: some(20), ..plan(1).pacing })).await;
    assert_eq!(campaign.pause, Some(PauseReason::Canary));
    let (requeued, retried) = house.retry(campaign.id).await;
    assert_eq!((requeued, retried.state, retried.pause), (10, CampaignState::Paused, Some(PauseReason::Canary)));
    assert_eq!(retried.counts, Counts { accepted: 20, pending: 80, ..Counts::default() });
    assert_eq!(house.retry(campaign.id).await.0, 0);
    assert_eq!(house.vendor.ledger().len(), 20, "with nobody to retry nobody is sent to");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_in_quiet_hours_changes_nothing() {
    let day = QuietHours { from: jiff::civil::time(8, 0, 0, 0), until: jiff::civil::time(21, 0, 0, 0) };
    let house = House::with(Settings { quiet_hours: Some(day), ..brakeless() }).await;
    house.vendor.script(|_, _| Act::RefuseEach(22));
    let campaign = house.send(&plan(10)).await;
    assert_eq!((campaign.state, campaign.counts.refused), (CampaignState::Finished, 10));
    house.clock.forward(SignedDuration::from_hours(9));
    let refused = house.engine.retry(campaign.id, options(false)).await.unwrap_err();
    assert!(matches!(refused, Problem::Campaign(CampaignProblem::QuietHours { .. })), "{refused}");
    let still = house.seen(campaign.id).await;
    assert_eq!((still.state, still.counts.refused), (CampaignState::Finished, 10));
    house.vendor.script(|_, _| Act::Accept);
    let aside = Aside { quiet_hours: true, ..Aside::default() };
    let (requeued, run) = house.engine.retry(campaign.id, RunOptions { aside, ..options(false) }).await.unwrap();
    assert_eq!((requeued, run.join().await.unwrap().counts.accepted), (10, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_its_owner_did_not_live_to_hear_is_honoured() {
    let house = House::new().await;
    let id = house.engine.create(&plan(40), "lina").await.unwrap();
    house.store.set_state(id, CampaignState::Running, None, house.clock.at()).await.unwrap();
    house.store.wish(id, Wish::Cancel, "priya", house.clock.at()).await.unwrap();
    let refused = house.engine.run(id, options(false)).await.unwrap_err();
    assert_eq!(refused, Problem::Campaign(CampaignProblem::State { id, state: CampaignState::Cancelled }));
    assert_eq!(house.seen(id).await.state, CampaignState::Cancelled);
    assert!(house.vendor.ledger().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_its_owner_did_not_live_to_hear_binds_the_watch() {
    let house = House::new().await;
    let id = house.engine.create(&plan(40), "lina").await.unwrap();
    house.store.set_state(id, CampaignState::Running, None, house.clock.at()).await.unwrap();
    house.store.wish(id, Wish::Pause, "priya", house.clock.at()).await.unwrap();
    let watched = RunOptions { occasion: Occasion::Watch, ..options(false) };
    let left = house.engine.run(id, watched).await.unwrap().join().await.unwrap();
    assert_eq!(
        (left.state, left.pause),
        (CampaignState::Paused, Some(PauseReason::Colleague { by: "priya".to_owned() }))
    );
    assert!(house.vendor.ledger().is_empty());
    assert_eq!(house.resume(id).await.state, CampaignState::Finished);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_campaign_waits_for_records_that_show_what_its_journal_knows() {
    let house = House::new().await;
    let pacing = Pacing { canary: some(20), batch_size: 10, in_flight: 1, ..plan(1).pacing };
    let campaign = house.send(&paced(60, pacing)).await;
    assert_eq!(campaign.counts.accepted, 20);
    let backup = copy(house.folder.path());
    assert_eq!(house.resume(campaign.id).await.state, CampaignState::Finished);
    // Records that lag show nobody, not even those of whom the copy knows.
    house.vendor.shows_records(false);
    let restored = engine_in(backup.path(), &house, settings());
    let refused = restored.run(campaign.id, options(false)).await.unwrap_err();
    assert!(matches!(refused, Problem::Campaign(CampaignProblem::Copied { .. })), "{refused}");
    assert_eq!((refused.kind(), refused.exit()), ("not-compared", 1));
    house.everybody_once(60);
    house.vendor.shows_records(true);
    refuses_as_rolled_back(&restored, campaign.id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_was_moved_goes_on_when_the_records_show_what_it_knows() {
    let house = House::new().await;
    let pacing = Pacing { canary: some(20), batch_size: 10, in_flight: 1, ..plan(1).pacing };
    let campaign = house.send(&paced(60, pacing)).await;
    let moved = copy(house.folder.path());
    let engine = engine_in(moved.path(), &house, settings());
    let done = engine.run(campaign.id, options(false)).await.unwrap().join().await.unwrap();
    assert_eq!(done.state, CampaignState::Finished);
    house.everybody_once(60);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_was_copied_records_that_lag_stop_nobody() {
    let house = House::new().await;
    let pacing = Pacing { canary: some(20), ..plan(1).pacing };
    let campaign = house.send(&paced(60, pacing)).await;
    house.vendor.shows_records(false);
    assert_eq!(house.resume(campaign.id).await.state, CampaignState::Finished);
    house.everybody_once(60);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_begun_does_not_stand_as_running() {
    let house = House::with(Settings { has_uid: true, ..settings() }).await;
    let id = house.engine.create(&plan(10), "lina").await.unwrap();
    let disk = rusqlite::Connection::open(house.folder.path().join("yunque.db")).unwrap();
    disk.execute("DELETE FROM meta WHERE key = 'store-id'", []).unwrap();
    assert!(house.engine.run(id, options(true)).await.is_err(), "its calls would have no ids");
    assert_eq!(house.store.campaign(id).await.unwrap().unwrap().state, CampaignState::Draft);
    assert!(house.vendor.ledger().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_says_once_on_what_occasion_a_campaign_ran() {
    let house = House::new().await;
    house.vendor.script(|n, _| if n == 0 { Act::RefuseEach(22) } else { Act::Accept });
    let id = house.send(&plan(20)).await.id;
    assert_eq!(house.retry(id).await.0, 10);
    let lines: Vec<String> = house
        .store
        .audit_lines(50)
        .await
        .unwrap()
        .into_iter()
        .rev()
        .filter(|line| ["send", "resume", "retry", "watch"].contains(&line.what.as_str()))
        .map(|line| format!("{} {} {}", line.what, line.about, line.count))
        .collect();
    assert_eq!(lines, ["send c1 20", "retry c1 recipient 0 10", "retry c1 10"]);
    assert_eq!(house.store.verify_audit().await.unwrap().broken_at, None);
}
