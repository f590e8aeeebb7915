//! From a plan to the last answer.
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use yunque::campaign::Interruption;
use yunque::problem::{CampaignProblem, Problem};
use yunque::sms::{
    CampaignState, CheckName, CheckState, Counts, Mobile, Pacing, PauseReason, Plan, QuietHours, Recipients, Row, Sid,
    Start,
};

use crate::house::{House, TEXT, options, paced, plan, settings, some};
use crate::server::Act;

fn accepted(n: u64) -> Counts {
    Counts { accepted: n, ..Counts::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_one_message_in_batches_and_the_campaign_is_finished() {
    let house = House::new().await;
    let campaign = house.send(&paced(2_345, Pacing { batch_size: 200, in_flight: 4, ..Pacing::default() })).await;
    assert_eq!((campaign.state, campaign.counts), (CampaignState::Finished, accepted(2_345)));
    assert_eq!(campaign.fee.exact(), "117.2500");
    house.everybody_once(2_345);
    let mut sizes = house.vendor.sizes();
    sizes.sort_unstable();
    assert_eq!(sizes, [vec![145], vec![200; 11]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_recipient_goes_by_single_send() {
    let house = House::new().await;
    let campaign = house.send(&plan(1)).await;
    assert_eq!(campaign.state, CampaignState::Finished);
    house.vendor.messages(|all| assert_eq!(all[0].path, "/v2/sms/single_send.json"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_final_text_shares_a_batch_and_a_personal_one_goes_alone() {
    let house = House::new().await;
    let mut list = Recipients::with_columns(vec!["shop".to_owned()]);
    for i in 0..30_u32 {
        let shop = if i == 7 { "别处".to_owned() } else { format!("店{}", i % 2) };
        list.offer(Row { number: i + 1, mobile: &format!("138{i:08}"), values: &[&shop] });
    }
    let text = "【云雀】{shop}开业 dx5.cn/Ab12".to_owned();
    let pacing = Pacing { batch_size: 100, in_flight: 3, ..Pacing::default() };
    let campaign = house.send(&Plan { text, recipients: Arc::new(list), pacing, ..plan(1) }).await;
    assert_eq!(campaign.counts, accepted(30));
    house.everybody_once(30);
    let mut sizes = house.vendor.sizes();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 14, 15]);
    house.vendor.messages(|all| {
        let of = |mobile: &str| all.iter().find(|message| message.mobile == mobile).unwrap();
        assert!(of("13800000007").text.starts_with("【云雀】别处开业"));
        assert!(of("13800000007").path.contains("single"));
        assert!(of("13800000004").text.starts_with("【云雀】店0开业"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_whose_text_lacks_something_is_not_created() {
    let house = House::new().await;
    let nobody = house.engine.create(&Plan { recipients: Arc::default(), ..plan(1) }, "lina").await;
    assert_eq!(nobody, Err(Problem::Campaign(CampaignProblem::Nobody)));
    let mut list = Recipients::with_columns(vec!["name".to_owned()]);
    list.offer(Row { number: 1, mobile: "13800138000", values: &[" "] });
    let text = "【云雀】{name}您好".to_owned();
    let lacking = house.engine.create(&Plan { text, recipients: Arc::new(list), ..plan(1) }, "lina").await;
    let problem = CampaignProblem::Variable { variable: "name".to_owned(), count: 1 };
    assert_eq!(lacking, Err(Problem::Campaign(problem)));
    assert!(house.store.campaigns(None).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn called_too_often_is_sent_again_slower() {
    let house = House::new().await;
    house.vendor.script(|n, _| if n == 1 { Act::Refuse(-5) } else { Act::Accept });
    let campaign = house.send(&plan(40)).await;
    assert_eq!((campaign.state, campaign.counts), (CampaignState::Finished, accepted(40)));
    house.everybody_once(40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_cannot_be_made_is_tried_three_times_and_then_pauses() {
    let house = House::new().await;
    let nowhere = {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        format!("http://{port}")
    };
    let engine = crate::house::engine_on(&house.store, &nowhere, &house.clock, settings());
    let id = engine.create(&plan(30), "lina").await.unwrap();
    let campaign = engine.run(id, options(true)).await.unwrap().join().await.unwrap();
    assert_eq!(campaign.state, CampaignState::Paused);
    assert!(matches!(campaign.pause, Some(PauseReason::NotSent { .. })), "{:?}", campaign.pause);
    assert_eq!(campaign.counts, Counts { pending: 30, ..Counts::default() });
    let resumed = house.resume(id).await;
    assert_eq!((resumed.state, resumed.counts), (CampaignState::Finished, accepted(30)));
    house.everybody_once(30);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_balance_pauses_and_retry_sends_the_refused_again() {
    let house = House::new().await;
    house.vendor.script(|n, _| if n >= 2 { Act::Refuse(3) } else { Act::Accept });
    let campaign = house.send(&plan(50)).await;
    assert_eq!(campaign.pause, Some(PauseReason::Refused { code: 3, msg: "no".to_owned() }));
    assert_eq!(campaign.counts, Counts { accepted: 20, refused: 10, pending: 20, ..Counts::default() });
    house.vendor.script(|_, _| Act::Accept);
    let (requeued, retried) = house.retry(campaign.id).await;
    assert_eq!((requeued, retried.pause), (10, Some(PauseReason::Operator)));
    assert_eq!(
        retried.counts,
        Counts { accepted: 30, pending: 20, ..Counts::default() },
        "only those who were refused"
    );
    let done = house.resume(campaign.id).await;
    assert_eq!((done.state, done.counts), (CampaignState::Finished, accepted(50)));
    house.everybody_once(50);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_refusals_pull_the_brake_and_who_opted_out_is_suppressed() {
    let house = House::new().await;
    house.vendor.script(|_, _| Act::RefuseEach(10));
    let campaign = house.send(&plan(200)).await;
    assert_eq!(campaign.pause, Some(PauseReason::RefusalRate { percent: 100 }));
    assert_eq!(campaign.counts, Counts { refused: 50, pending: 150, ..Counts::default() });
    assert!(house.vendor.ledger().is_empty());
    assert_eq!(house.retry(campaign.id).await.0, 0, "an opted-out number is never retried");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_goes_first_and_resume_sends_the_rest() {
    let house = House::new().await;
    let pacing = Pacing { batch_size: 10, in_flight: 4, canary: some(25), ..Pacing::default() };
    let first = house.send(&paced(100, pacing)).await;
    assert_eq!((first.state, first.pause), (CampaignState::Paused, Some(PauseReason::Canary)));
    assert_eq!(first.counts, Counts { accepted: 25, pending: 75, ..Counts::default() });
    let rest = house.resume(first.id).await;
    assert_eq!((rest.state, rest.counts), (CampaignState::Finished, accepted(100)));
    house.everybody_once(100);
}

#[tokio::test(flavor = "multi_thread")]
async fn marketing_keeps_its_hours_unless_an_operator_decides_otherwise() {
    let hours = QuietHours { from: jiff::civil::time(8, 0, 0, 0), until: jiff::civil::time(9, 0, 0, 0) };
    let house = House::with(yunque::campaign::Settings { quiet_hours: Some(hours), ..settings() }).await;
    let id = house.engine.create(&plan(10), "lina").await.unwrap();
    let refused = house.engine.run(id, options(true)).await.unwrap_err();
    assert_eq!(refused, Problem::Campaign(CampaignProblem::QuietHours { hours: "08:00-09:00".to_owned() }));
    let decided = yunque::campaign::RunOptions {
        aside: yunque::campaign::Aside { quiet_hours: true, records: false },
        ..options(true)
    };
    let campaign = house.engine.run(id, decided).await.unwrap().join().await.unwrap();
    assert_eq!(campaign.state, CampaignState::Finished);
    let audit = house.store.audit_lines(20).await.unwrap();
    assert!(audit.iter().any(|line| line.what == "ignore-quiet-hours"));
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_to_ignore_the_hours_is_for_the_run_it_was_given_for() {
    let hours = QuietHours { from: jiff::civil::time(8, 0, 0, 0), until: jiff::civil::time(9, 0, 0, 0) };
    let house = House::with(yunque::campaign::Settings { quiet_hours: Some(hours), ..settings() }).await;
    let plan = Plan { ignores_quiet_hours: true, ..paced(10, Pacing { canary: some(2), ..Pacing::default() }) };
    let id = house.engine.create(&plan, "lina").await.unwrap();
    let decided = |is_first| yunque::campaign::RunOptions {
        aside: yunque::campaign::Aside { quiet_hours: true, records: false },
        ..options(is_first)
    };
    let first = house.engine.run(id, decided(true)).await.unwrap().join().await.unwrap();
    assert_eq!((first.pause, first.counts.accepted), (Some(PauseReason::Canary), 2));
    let later = house.engine.run(id, options(false)).await.unwrap_err();
    assert_eq!(later, Problem::Campaign(CampaignProblem::QuietHours { hours: "08:00-09:00".to_owned() }));
    let rest = house.engine.run(id, decided(false)).await.unwrap().join().await.unwrap();
    assert_eq!(rest.counts, accepted(10));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interruption_waits_for_the_answers_only_as_long_as_its_grace() {
    let house = House::new().await;
    let (_, run) = house.held_at(1, 40).await;
    run.reins().interrupt(Interruption::Interrupted, Duration::from_millis(30));
    let campaign = run.join().await.unwrap();
    assert_eq!((campaign.state, campaign.pause), (CampaignState::Paused, Some(PauseReason::Interrupted)));
    assert_eq!(campaign.counts, Counts { accepted: 10, unknown: 10, pending: 20, ..Counts::default() });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_lets_the_call_in_flight_end_and_makes_no_other() {
    let house = House::new().await;
    let (_, run) = house.held_at(1, 40).await;
    run.reins().pause();
    house.vendor.release();
    let campaign = run.join().await.unwrap();
    assert_eq!((campaign.state, campaign.pause), (CampaignState::Paused, Some(PauseReason::Operator)));
    assert_eq!(campaign.counts, Counts { accepted: 20, pending: 20, ..Counts::default() });
    assert_eq!(house.vendor.sizes(), [10, 10]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preflight_says_what_is_wrong_without_sending() {
    let house = House::new().await;
    let known = Mobile::parse("13800000003").unwrap();
    house.send(&plan(5)).await;
    house.store.suppress(vec![(known, "code 10".to_owned())], house.clock.at(), "lina").await.unwrap();
    let preflight = house.engine.preflight(&Plan { text: TEXT.replace("dx5.cn", "t.cn"), ..plan(10) }, "lina").await;
    let preflight = preflight.unwrap();
    let rows: Vec<String> = preflight
        .checks
        .iter()
        .map(|check| format!("{:?} {} {} {}", check.name, check.state.code(), check.count, check.detail))
        .collect();
    insta::assert_snapshot!(rows.join("\n"));
    assert_eq!(preflight.fee.exact(), "0.5000");
    assert_eq!(house.vendor.ledger().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preflight_looks_at_every_link_of_the_text() {
    let house = House::new().await;
    let sid = Sid("Zz9".to_owned());
    house.send(&Plan { link_sids: vec![sid], ..plan(5) }).await;
    let two = Plan { text: TEXT.replace("Ab12", "Ab12 与 dx5.cn/Zz9"), ..plan(10) };
    let checks = house.engine.preflight(&two, "lina").await.unwrap().checks;
    let link = checks.iter().find(|check| check.name == CheckName::Link).unwrap();
    assert_eq!((link.state, link.count, link.detail.as_str()), (CheckState::Warn, 2, "reused:dx5.cn/Zz9 (c1)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_that_say_no_more_are_suppressed() {
    let house = House::new().await;
    assert_eq!(house.engine.collect_opt_outs(house.clock.at(), "watch").await.unwrap(), 1);
    let list = house.store.suppressed().await.unwrap();
    assert_eq!(list.into_iter().collect::<Vec<_>>(), [Mobile::parse("13800000001").unwrap()]);
}

/// A row of the pre-flight: its state, whom it is about, what stands behind it.
async fn limit(house: &House, plan: &Plan, name: CheckName) -> (&'static str, u64, String) {
    let checks = house.engine.preflight(plan, "lina").await.unwrap().checks;
    let row = checks.into_iter().find(|check| check.name == name).unwrap();
    assert_eq!(row.count, row.mobiles.len() as u64, "everybody is named");
    (row.state.code(), row.count, row.detail)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vendors_limits_on_repeats_are_looked_up_in_our_own_journal() {
    let house = House::new().await;
    let nothing = ("ok", 0, String::new());
    assert_eq!(limit(&house, &plan(5), CheckName::Within30s).await, nothing);
    house.send(&plan(5)).await;
    house.clock.forward(SignedDuration::from_secs(10));
    assert_eq!(limit(&house, &plan(10), CheckName::Within30s).await, ("warn", 5, "20".to_owned()), "the others may");
    assert_eq!(limit(&house, &plan(5), CheckName::Within30s).await, ("warn", 5, "20".to_owned()), "nobody may");
    let other = Plan { text: format!("{TEXT}!"), ..plan(5) };
    assert_eq!(limit(&house, &other, CheckName::Within30s).await, nothing, "another text");
    let later = Plan { start: Start::At(house.clock.at() + SignedDuration::from_mins(1)), ..plan(5) };
    assert_eq!(limit(&house, &later, CheckName::Within30s).await, nothing, "by then they may");
    for _ in 0..2 {
        house.clock.forward(SignedDuration::from_secs(40));
        assert_eq!(limit(&house, &plan(5), CheckName::Within5Min).await, nothing);
        house.send(&plan(5)).await;
    }
    house.clock.forward(SignedDuration::from_secs(40));
    assert_eq!(limit(&house, &plan(5), CheckName::Within30s).await, nothing);
    // The first of the three went out 130 seconds ago.
    assert_eq!(limit(&house, &plan(6), CheckName::Within5Min).await, ("warn", 5, "170".to_owned()));
    house.clock.forward(SignedDuration::from_secs(170));
    assert_eq!(limit(&house, &plan(6), CheckName::Within5Min).await, nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_vendor_refused_for_an_hour_or_a_day_is_named_that_long() {
    let house = House::new().await;
    for (name, code, hours) in [(CheckName::WithinHour, 22, 1), (CheckName::WithinDay, 17, 24)] {
        house.vendor.script(move |_, _| Act::RefuseEach(code));
        house.send(&plan(3)).await;
        assert_eq!(limit(&house, &plan(4), name).await, ("warn", 3, String::new()));
        house.clock.forward(SignedDuration::from_secs(hours * 3_600 + 1));
        assert_eq!(limit(&house, &plan(4), name).await, ("ok", 0, String::new()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_says_for_how_many_and_for_about_how_much() {
    let house = House::new().await;
    let pacing = Pacing { batch_size: 10, in_flight: 1, canary: some(10), ..Pacing::default() };
    let campaign = house.send(&paced(40, pacing)).await;
    house.resume(campaign.id).await;
    let lines = house.store.audit_lines(50).await.unwrap();
    let line = |what: &str| {
        let of = |line: &yunque::store::AuditLine| (line.count, line.money);
        lines.iter().find(|line| line.what == what && line.about == "c1").map(of)
    };
    // One segment each, at five hundredths of a yuan.
    let cost = |people: i64| yunque::sms::Money::from_units(500 * people);
    assert_eq!(line("send"), Some((40, cost(40))));
    assert_eq!(line("resume"), Some((30, cost(30))));
}
