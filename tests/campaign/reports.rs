//! Ids of our own, reports that are pulled, and the codes that stop a campaign.
use std::collections::HashSet;
use std::time::Duration;

use jiff::SignedDuration;
use yunque::campaign::Settings;
use yunque::sms::{CampaignState, Counts, PauseReason};

use crate::house::{House, open, plan, settings};
use crate::server::Act;

const SETTLE: Duration = Duration::from_mins(15);

#[tokio::test(flavor = "multi_thread")]
async fn every_call_carries_an_id_of_its_own_and_an_echo_of_it_settles_the_unknown() {
    let house = House::with(Settings { has_uid: true, ..settings() }).await;
    house.vendor.script(|n, _| if n == 1 { Act::CutAfter } else { Act::Accept });
    let campaign = house.send(&plan(31)).await;
    assert_eq!(campaign.counts, Counts { accepted: 21, unknown: 10, ..Counts::default() });
    let uids: Vec<String> = house.vendor.messages(|all| all.iter().filter_map(|message| message.uid.clone()).collect());
    assert!(uids.iter().all(|uid| uid.starts_with("yunque-") && uid.len() <= 256), "{uids:?}");
    assert_eq!(uids.iter().collect::<HashSet<_>>().len(), 4, "one for a call, batch or single");
    house.clock.forward(SignedDuration::from_mins(16));
    house.vendor.rename(&uids[10], "another-program");
    let strangers = house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap();
    assert_eq!((strangers.accepted, strangers.absent), (0, 0), "the same text under another id is not ours");
    house.vendor.rename("another-program", &uids[10]);
    assert_eq!(house.engine.reconcile(campaign.id, SETTLE, "lina").await.unwrap().accepted, 10);
    assert_eq!(house.resume(campaign.id).await.state, CampaignState::Finished);
    house.everybody_once(31);
}

#[tokio::test(flavor = "multi_thread")]
async fn pulled_reports_are_kept_and_one_process_pulls_at_a_time() {
    let house = House::with(Settings { pull_status: true, ..settings() }).await;
    let campaign = house.send(&plan(230)).await;
    let other = open(house.folder.path());
    let claim = other.claim_consumer("pull_status", "priya", house.clock.at()).unwrap().unwrap();
    assert_eq!(house.engine.collect_deliveries(campaign.id).await.unwrap(), 0);
    assert_eq!(house.vendor.pulls(), 0, "somebody else is at it");
    drop(claim);
    assert_eq!(house.engine.collect_deliveries(campaign.id).await.unwrap(), 230);
    let reported = house.seen(campaign.id).await;
    assert_eq!((reported.deliveries.delivered, reported.deliveries.no_report), (230, 0));
    let pulls = house.vendor.pulls();
    assert!((3..=4).contains(&pulls), "three pages, and one to see that there is no more: {pulls}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pulled_report_that_echoes_the_id_of_a_call_settles_who_was_unknown_in_it() {
    let house = House::with(Settings { pull_status: true, has_uid: true, ..settings() }).await;
    house.vendor.script(|n, _| if n == 1 || n == 2 { Act::CutAfter } else { Act::Accept });
    let campaign = house.send(&plan(41)).await;
    let unknown = campaign.counts.unknown;
    assert_eq!(unknown, 20, "{campaign:?}");
    let lost = house.vendor.messages(|all| all[10].uid.clone().unwrap());
    house.vendor.rename(&lost, "another-program");
    house.engine.collect_deliveries(campaign.id).await.unwrap();
    let told = house.seen(campaign.id).await;
    assert_eq!((told.counts.unknown, told.counts.accepted), (10, campaign.counts.accepted + 10), "{told:?}");
    assert_eq!(told.deliveries.delivered, told.counts.accepted, "the report counts for whom it settled");
}

#[tokio::test(flavor = "multi_thread")]
async fn balance_quota_key_permission_and_suspension_stop_a_campaign_at_the_first_answer() {
    for code in [3, -4, -1, -2, -3, -6, 13] {
        let house = House::new().await;
        house.vendor.script(move |n, _| if n == 1 { Act::Refuse(code) } else { Act::Accept });
        let campaign = house.send(&plan(50)).await;
        let stopped = matches!(&campaign.pause, Some(PauseReason::Refused { code: found, .. }) if *found == code);
        assert!(campaign.state == CampaignState::Paused && stopped, "{code}: {:?}", campaign.pause);
        assert_eq!(house.vendor.sizes(), [10, 10], "{code}: no call after the refusal");
        assert_eq!((campaign.counts.accepted, campaign.counts.unknown), (10, 0), "{code}");
        house.vendor.script(|_, _| Act::Accept);
        let done = house.resume(campaign.id).await;
        assert_eq!(done.counts.pending, 0, "{code}");
        assert!(house.vendor.ledger().values().all(|n| *n == 1), "{code}");
    }
}
