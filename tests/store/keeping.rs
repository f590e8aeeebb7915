//! Links, clicks, deliveries, lists, notes, the audit.
use yunque::sms::{
    CampaignId, CampaignState, ClickRow, ClickSource, DeliveryReport, Link, MessageSid, Mobile, PauseReason,
    ReportStatus, ShortLink, Sid,
};
use yunque::store::{Intent, Wish};

use crate::{accepted, at, begun, open, plan};

fn mobile(text: &str) -> Mobile {
    Mobile::parse(text).unwrap()
}

fn link(sid: &str) -> Link {
    let sid = Sid(sid.to_owned());
    Link {
        short: ShortLink {
            short_url: format!("https://dx5.cn/{sid}"),
            sid,
            long_url: "https://shop.example/".to_owned(),
            name: "黑五".to_owned(),
            stat_expire: None,
        },
        tags: vec!["双12".to_owned()],
        note: String::new(),
        by: "lina".to_owned(),
        created_at: at(0),
        counts_until: at(86_400 * 30),
        is_archived: false,
        clicks: None,
        recent: Vec::new(),
        campaigns: Vec::new(),
    }
}

#[tokio::test]
async fn a_link_comes_back_with_its_tags_and_its_campaigns() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.save_link(link("abc")).await.unwrap();
    let id = store.create_campaign(&plan(1), "lina", at(1)).await.unwrap();
    let known = store.link(&Sid("abc".to_owned())).await.unwrap().unwrap();
    assert_eq!(known, Link { campaigns: vec![id], ..link("abc") });
    store.archive_link(&known.short.sid, true).await.unwrap();
    assert!(store.links(false).await.unwrap().is_empty());
    assert_eq!(store.links(true).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_click_is_new_until_the_operator_has_looked() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sid = Sid("abc".to_owned());
    let row = |clicks| ClickRow {
        mobile: mobile("13800138000"),
        clicks,
        is_new: false,
        first_at: i64::MIN,
        last_at: at(5).as_millisecond(),
    };
    store.save_clicks(&sid, vec![row(1)], ClickSource::Clicked, at(1)).await.unwrap();
    assert!(store.clicks(&sid).await.unwrap().unwrap().0[0].is_new);
    store.mark_seen(&sid).await.unwrap();
    store.save_clicks(&sid, vec![row(1)], ClickSource::Clicked, at(2)).await.unwrap();
    let (rows, _, as_of, changed) = store.clicks(&sid).await.unwrap().unwrap();
    assert_eq!((rows[0].is_new, as_of, changed), (false, at(2), at(1)));
    store.save_clicks(&sid, vec![row(2)], ClickSource::Clicked, at(3)).await.unwrap();
    let (rows, _, _, changed) = store.clicks(&sid).await.unwrap().unwrap();
    assert_eq!((rows[0].is_new, changed), (true, at(3)));
}

#[tokio::test]
async fn a_report_that_comes_before_its_answer_is_counted_once_the_message_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (id, claim) = begun(&store, &plan(2)).await;
    let report = |sid, status| DeliveryReport {
        sid: MessageSid(sid),
        mobile: None,
        status,
        received_at: Some(at(9)),
        error: "DB:0103".to_owned(),
        uid: None,
    };
    store.save_reports(vec![report(7, ReportStatus::Delivered)], at(2)).await.unwrap();
    let attempt = store.intend(&claim, Intent { runs: vec![0..=1], at: at(3) }).await.unwrap();
    store.add_facts(&claim, attempt, vec![(0, accepted(7)), (1, accepted(8))], at(4), "lina").await.unwrap();
    let deliveries = store.campaign(id).await.unwrap().unwrap().deliveries;
    assert_eq!((deliveries.delivered, deliveries.failed, deliveries.no_report), (1, 0, 1));
    let silent = store.accepted_without_report(id, 0, 10).await.unwrap();
    assert_eq!(silent.iter().map(|one| one.sid).collect::<Vec<_>>(), [MessageSid(8)]);
    store.save_reports(vec![report(7, ReportStatus::Failed), report(8, ReportStatus::Failed)], at(5)).await.unwrap();
    let deliveries = store.campaign(id).await.unwrap().unwrap().deliveries;
    assert_eq!((deliveries.delivered, deliveries.failed, deliveries.no_report), (0, 2, 0));
    assert!(store.check_journal(Some(id)).await.unwrap().iter().all(|check| check.is_ok));
}

#[tokio::test]
async fn what_is_kept_by_key_list_or_note_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let id = store.create_campaign(&plan(1), "lina", at(0)).await.unwrap();
    store.add_note(id, "wei", at(1), "second wave").await.unwrap();
    assert_eq!(store.campaign(id).await.unwrap().unwrap().note.unwrap().2, "second wave");
    assert!(store.add_note(CampaignId(99), "wei", at(1), "nobody").await.is_err());
    let draft = store.save_draft(|_| true, "{}", "lina", at(1)).await.unwrap();
    assert_eq!(store.save_draft(|body| body == "{}", "{\"a\":1}", "lina", at(2)).await.unwrap(), draft);
    assert_eq!(store.drafts().await.unwrap()[0].body, "{\"a\":1}");
    let one = mobile("13800138000");
    assert_eq!(store.suppress(vec![(one, "R".to_owned()), (one, "TD".to_owned())], at(1), "lina").await.unwrap(), 1);
    assert_eq!(store.suppression(one).await.unwrap().unwrap().why, "R");
    assert_eq!(store.unsuppress(vec![one], at(2), "priya", "139****".to_owned()).await.unwrap(), 1);
    let said = &store.audit_lines(1).await.unwrap()[0];
    assert_eq!(
        (said.by.as_str(), said.what.as_str(), said.count),
        ("priya", "unsuppress", 1),
        "whoever may be written to"
    );
    store.set_view_state("links.sort", "clicks").await.unwrap();
    assert_eq!(store.view_state("links.sort").await.unwrap().as_deref(), Some("clicks"));
    assert_eq!(store.plan(id).await.unwrap().unwrap().recipients.columns, ["name"]);
    assert_eq!(store.rejected(id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_wish_to_cancel_stands_whatever_milder_is_wished_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (id, _claim) = begun(&store, &plan(2)).await;
    store.wish(id, Wish::Pause, "priya", at(1)).await.unwrap();
    store.wish(id, Wish::Cancel, "lina", at(2)).await.unwrap();
    for wish in [Wish::Pause, Wish::ToWatch, Wish::Cancel] {
        store.wish(id, wish, "priya", at(3)).await.unwrap();
    }
    assert_eq!(store.take_wish_by(id).await.unwrap(), Some((Wish::Cancel, "lina".to_owned())));
    store.wish(id, Wish::Pause, "priya", at(4)).await.unwrap();
    assert_eq!(store.take_wish(id).await.unwrap(), Some(Wish::Pause));
}

#[tokio::test]
async fn whoever_was_cancelled_stays_so_and_what_is_left_to_the_watch_is_left_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (left, _claim) = begun(&store, &plan(2)).await;
    store.leave_to_watch(left, PauseReason::HungUp, "lina", at(2)).await.unwrap();
    let seen = store.campaign(left).await.unwrap().unwrap();
    assert_eq!((seen.state, seen.pause, seen.is_handed_over), (CampaignState::Paused, Some(PauseReason::HungUp), true));

    let (id, _claim) = begun(&store, &plan(2)).await;
    store.set_state(id, CampaignState::Cancelled, None, at(2)).await.unwrap();
    for (state, pause) in [(CampaignState::Paused, Some(PauseReason::Operator)), (CampaignState::Running, None)] {
        assert!(store.set_state(id, state, pause, at(3)).await.is_err());
    }
    assert!(store.leave_to_watch(id, PauseReason::HungUp, "lina", at(3)).await.is_err());
    assert_eq!(store.campaign(id).await.unwrap().unwrap().state, CampaignState::Cancelled);
    assert_eq!(store.take_wish(id).await.unwrap(), None, "nothing of it is written");
}

#[tokio::test]
async fn the_change_mark_moves_with_everybodys_writes_and_with_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (store, other) = (open(folder.path()), open(folder.path()));
    let before = store.change_mark().await.unwrap();
    store.links(true).await.unwrap();
    assert_eq!(store.change_mark().await.unwrap(), before, "reading is no change");
    other.save_link(link("abc")).await.unwrap();
    let after = store.change_mark().await.unwrap();
    assert_ne!(after, before, "a colleague has written");
    store.save_link(link("def")).await.unwrap();
    assert_ne!(store.change_mark().await.unwrap(), after, "so have we");
}
