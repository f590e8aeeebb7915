//! What other campaigns do to the same people: sent, waiting, scheduled; and what is counted for the day.
use std::num::NonZeroU32;

use jiff::SignedDuration;
use yunque::campaign::Settings;
use yunque::problem::Explain;
use yunque::sms::{
    CampaignState, Check, CheckName, CheckState, Kind, Pacing, Plan, QuietHours, Recipients, Row, Start,
};
use yunque::words::{Lang, check};

use crate::house::{House, paced, plan, settings};

async fn found(house: &House, plan: &Plan, name: CheckName) -> Check {
    let checks = house.engine.preflight(plan, "lina").await.unwrap().checks;
    checks.into_iter().find(|check| check.name == name).unwrap()
}

fn said(check: &Check) -> String {
    check::words(check, Lang::En).sentence
}

/// The numbers of [`plan`], with a value for `{code}` each.
fn coded(text: &str, codes: &[&str]) -> Plan {
    let mut list = Recipients::with_columns(vec!["code".to_owned()]);
    for (i, code) in codes.iter().enumerate() {
        list.offer(Row { number: 1, mobile: &format!("138{i:08}"), values: &[code] });
    }
    Plan { text: text.to_owned(), recipients: list.into(), mobile_stat: false, ..plan(1) }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_in_a_scheduled_campaign_counts_as_a_repeat_and_as_recent() {
    let house = House::new().await;
    let later = Plan { start: Start::At(house.clock.at() + SignedDuration::from_hours(2)), ..plan(5) };
    let id = house.engine.create(&later, "wei").await.unwrap();
    let repeat = found(&house, &plan(7), CheckName::Repeat).await;
    assert_eq!((repeat.state, repeat.count, repeat.mobiles.len()), (CheckState::Warn, 5, 5));
    let scheduled = format!("{id} wei (5), scheduled for 11-23 16:00 China time");
    assert_eq!(said(&repeat), format!("5 recipients wait for this very text elsewhere: {scheduled}."));
    let recent = found(&house, &plan(7), CheckName::Recent).await;
    assert_eq!(said(&recent), format!("5 recipients wait for another campaign's message: {scheduled}."));
    let other = Plan { text: "【云雀】别的 拒收请回复R".to_owned(), ..plan(7) };
    assert_eq!(found(&house, &other, CheckName::Repeat).await.state, CheckState::Ok, "another text");
    house.engine.cancel(id, "wei").await.unwrap();
    assert_eq!(found(&house, &plan(7), CheckName::Repeat).await.state, CheckState::Ok, "nobody waits any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_goes_on_says_who_had_its_text_elsewhere_meanwhile() {
    let house = House::new().await;
    let canary = Pacing { batch_size: 10, in_flight: 1, canary: NonZeroU32::new(1), ..Pacing::default() };
    let first = house.send(&paced(3, canary)).await;
    assert_eq!((first.state, first.counts.pending), (CampaignState::Paused, 2));
    let again = found(&house, &plan(3), CheckName::Repeat).await;
    let id = first.id;
    assert_eq!(
        said(&again),
        format!(
            "1 recipient got this very text in the last day: {id} lina (1), 0 s ago. \
             2 recipients wait for this very text elsewhere: {id} lina (2), paused."
        )
    );
    let second = house.send(&plan(3)).await;
    house.clock.forward(SignedDuration::from_mins(40));
    let run = house.start(id, false).await;
    let doubled = run.doubled.clone().unwrap();
    assert_eq!((doubled.state, doubled.count), (CheckState::Warn, 2), "of those who still wait");
    let line = check::goes_on(id, &doubled, Lang::En);
    let got = format!("2 recipients got this very text in the last day: {} lina (2), 40 min ago.", second.id);
    assert_eq!(line, format!("{id} is sent all the same. {got}"));
    assert_eq!(run.join().await.unwrap().state, CampaignState::Finished, "both were confirmed");
    let alone = house.engine.create(&Plan { text: "【云雀】别的".to_owned(), ..plan(3) }, "lina").await.unwrap();
    assert_eq!(house.start(alone, false).await.doubled, None, "nothing to say");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_judged_by_the_text_that_arrives() {
    let house = House::new().await;
    let template = "【云雀】验证码{code}";
    house.send(&coded(template, &["1111", "2222"])).await;
    house.clock.forward(SignedDuration::from_secs(5));
    let anew = coded(template, &["3333", "4444"]);
    assert_eq!(found(&house, &anew, CheckName::Repeat).await.state, CheckState::Ok, "new codes are no repeat");
    let half = found(&house, &coded(template, &["1111", "4444"]), CheckName::Repeat).await;
    assert_eq!((half.state, half.count), (CheckState::Warn, 1));
    let plain = coded("【云雀】验证码2222", &["", ""]);
    for name in [CheckName::Repeat, CheckName::Within30s] {
        let found = found(&house, &plain, name).await;
        assert_eq!((found.count, found.mobiles.to_vec()), (1, vec![plain.recipients.mobiles()[1]]), "{name:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_the_day_counts_what_is_committed() {
    let house = House::with(Settings { daily_recipients: Some(10), ..settings() }).await;
    let now = house.clock.at();
    let tonight = Plan { start: Start::At(now + SignedDuration::from_hours(2)), ..plan(7) };
    house.engine.create(&tonight, "lina").await.unwrap();
    let full = found(&house, &plan(4), CheckName::DailyLimit).await;
    assert_eq!((full.state, full.detail.as_str()), (CheckState::Block, "11 / 10"));
    let tomorrow = Plan { start: Start::At(now + SignedDuration::from_hours(24)), ..plan(4) };
    let then = found(&house, &tomorrow, CheckName::DailyLimit).await;
    assert_eq!((then.state, then.detail.as_str()), (CheckState::Ok, "4 / 10"), "another day has its own limit");
    let canary = Pacing { batch_size: 10, in_flight: 1, canary: NonZeroU32::new(1), ..Pacing::default() };
    house.send(&paced(3, canary)).await;
    let row = found(&house, &plan(1), CheckName::DailyLimit).await;
    assert_eq!((row.state, row.detail.as_str()), (CheckState::Block, "11 / 10"), "and the two who wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_with_our_address_that_nobody_made_here_is_told() {
    let house = House::new().await;
    let link = found(&house, &plan(2), CheckName::Link).await;
    assert_eq!((link.state, link.detail.as_str()), (CheckState::Warn, "unknown:dx5.cn/Ab12"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_within_quiet_hours_is_no_time_to_begin_at() {
    let hours = QuietHours { from: jiff::civil::time(8, 0, 0, 0), until: jiff::civil::time(21, 0, 0, 0) };
    let house = House::with(Settings { quiet_hours: Some(hours), ..settings() }).await;
    let now = house.clock.at();
    let later = |hours| now + SignedDuration::from_hours(hours);
    let id = house.engine.create(&Plan { start: Start::At(later(1)), ..plan(2) }, "lina").await.unwrap();
    assert_eq!(house.engine.may_begin_at(id, later(9)).await.unwrap_err().kind(), "quiet-hours");
    house.engine.may_begin_at(id, later(3)).await.unwrap();
    let told = Plan { kind: Kind::Notification, start: Start::At(later(1)), ..plan(2) };
    let told = house.engine.create(&told, "lina").await.unwrap();
    house.engine.may_begin_at(told, later(9)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_worse_after_the_review_is_seen_before_anything_is_sent() {
    let house = House::with(Settings { daily_recipients: Some(10), ..settings() }).await;
    let ours = plan(6);
    let seen = house.engine.preflight(&ours, "lina").await.unwrap();
    assert_eq!(house.engine.look_again(&ours, &seen, "lina").await.unwrap(), [], "nothing has changed");
    let theirs = house.engine.create(&plan(2), "wei").await.unwrap();
    house.start(theirs, true).await.join().await.unwrap();
    let changed = house.engine.look_again(&ours, &seen, "lina").await.unwrap();
    let names: Vec<CheckName> = changed.iter().map(|check| check.name).collect();
    assert_eq!(names, [CheckName::Repeat, CheckName::Within30s, CheckName::Recent]);
    assert_eq!(changed[0].count, 2);
    let seen = house.engine.preflight(&ours, "lina").await.unwrap();
    assert_eq!(house.engine.look_again(&ours, &seen, "lina").await.unwrap(), [], "now it was seen");
    house.send(&Plan { text: "【云雀】别的".to_owned(), ..plan(5) }).await;
    let names: Vec<CheckName> =
        house.engine.look_again(&ours, &seen, "lina").await.unwrap().iter().map(|check| check.name).collect();
    assert_eq!(names, [CheckName::Recent, CheckName::DailyLimit], "5 of ours and these 6 are more than 10");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_lack_a_value_are_named() {
    let house = House::new().await;
    let mut list = Recipients::with_columns(vec!["name".to_owned()]);
    for (i, name) in ["陈", "", "欧阳", ""].iter().enumerate() {
        let number = u32::try_from(i).unwrap() + 2;
        list.offer(Row { number, mobile: &format!("138{i:08}"), values: &[name] });
    }
    let plan =
        Plan { text: "【云雀】{name}，您好".to_owned(), recipients: list.into(), mobile_stat: false, ..plan(1) };
    let row = found(&house, &plan, CheckName::Variables).await;
    assert_eq!(said(&row), "2 recipients lack a value for {name}: row 3 {name}, row 5 {name}.");
}
