//! Intents, facts, their fold, and the proof.
use std::sync::Arc;

use yunque::problem::StoreProblem;
use yunque::sms::{CampaignState, Counts, MessageSid, Money, Outcome, Plan, RecipientState, Segments};
use yunque::store::{Fact, Intent, MessageTo, Store};

use crate::{accepted, answered, at, begun, open, plan, refused, unknown};

async fn all_hold(store: &Store) {
    let checks = store.check_journal(None).await.unwrap();
    assert!(checks.iter().all(|check| check.is_ok), "{checks:?}");
}

#[tokio::test]
async fn a_campaign_goes_from_intent_to_settled_and_its_tally_is_the_fold() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (id, claim, attempt) = answered(
        &store,
        &plan(10),
        vec![0..=3, 5..=6],
        vec![(0, accepted(70)), (1, refused(10)), (2, unknown()), (3, refused(-5)), (5, accepted(71))],
    )
    .await;

    let campaign = store.campaign(id).await.unwrap().unwrap();
    let counts = Counts { pending: 5, sending: 1, accepted: 2, refused: 1, unknown: 1 };
    assert_eq!((campaign.counts, campaign.fee), (counts, Money::from_units(1000)));
    assert_eq!((campaign.rejected_rows, campaign.duplicate_rows), (1, 1));
    let journal = store.journal(&claim).await.unwrap();
    assert_eq!(journal.states[6], RecipientState::Sending);
    assert_eq!((journal.open.len(), journal.attempts), (1, 1));
    assert_eq!(journal.open[0].runs, [0..=3, 5..=6]);
    let unsettled = store.unsettled(id).await.unwrap();
    assert_eq!(unsettled[0].1.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [2, 6]);

    let settled = vec![(2, Fact::FoundAccepted { sid: MessageSid(72) }), (6, Fact::FoundAbsent), (1, Fact::Requeued)];
    store.add_facts(&claim, attempt, settled, at(4), "lina").await.unwrap();
    let campaign = store.campaign(id).await.unwrap().unwrap();
    assert_eq!(campaign.counts, Counts { pending: 7, accepted: 3, ..Counts::default() });
    assert_eq!(campaign.fee, Money::from_units(1500), "the found one costs about what the others did");
    assert!(campaign.is_fee_estimated);
    assert!(store.holds_message(MessageSid(72)).await.unwrap());
    assert_eq!(store.audit_lines(9).await.unwrap().len(), 2, "the retry is audited");
    all_hold(&store).await;

    let again = store.intend(&claim, Intent { runs: vec![1..=1, 3..=4, 6..=9], at: at(5) }).await.unwrap();
    let facts = [1, 3, 4, 6, 7, 8, 9].map(|seq| (seq, accepted(100 + i64::from(seq)))).to_vec();
    store.add_facts(&claim, again, facts, at(6), "lina").await.unwrap();
    store.set_state(id, CampaignState::Finished, None, at(7)).await.unwrap();
    assert!(store.campaign(id).await.unwrap().unwrap().counts.is_settled());
    assert_eq!(store.sent_today(Some("lina"), at(-100)).await.unwrap(), (10, Money::from_units(5000)));
    all_hold(&store).await;
}

#[tokio::test]
async fn what_is_found_accepted_before_anything_was_billed_costs_the_price_of_its_segments() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.set_price(Money::from_units(450));
    let long = Plan { text: format!("【云雀】{}", "长".repeat(80)), ..plan(2) };
    let (id, claim, attempt) = answered(&store, &long, vec![0..=1], vec![(0, unknown()), (1, unknown())]).await;
    let settled = vec![(0, Fact::FoundAccepted { sid: MessageSid(9) }), (1, Fact::SettledByHand(true))];
    store.add_facts(&claim, attempt, settled, at(4), "lina").await.unwrap();
    let campaign = store.campaign(id).await.unwrap().unwrap();
    assert_eq!((campaign.segments, campaign.counts.accepted), (Segments(2), 2));
    assert_eq!(campaign.fee, Money::from_units(2 * 2 * 450));
    assert!(campaign.is_fee_estimated);
    all_hold(&store).await;
}

#[tokio::test]
async fn an_accepted_message_whose_answer_names_no_fee_costs_the_estimate() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.set_price(Money::from_units(450));
    let (id, claim) = begun(&store, &plan(2)).await;
    let attempt = store.intend(&claim, Intent { runs: vec![0..=1], at: at(2) }).await.unwrap();
    let unpriced =
        |sid| Fact::Answered(Outcome::Accepted { sid: Some(MessageSid(sid)), fee: None, segments: Segments(0) });
    store.add_facts(&claim, attempt, vec![(0, unpriced(7)), (1, unpriced(8))], at(3), "lina").await.unwrap();
    let campaign = store.campaign(id).await.unwrap().unwrap();
    assert_eq!((campaign.fee, campaign.is_fee_estimated), (Money::from_units(2 * 450), true));
    assert!(store.holds_message(MessageSid(8)).await.unwrap());
    all_hold(&store).await;
}

#[tokio::test]
async fn nobody_who_is_not_pending_is_ever_intended() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (id, claim) = begun(&store, &plan(10)).await;
    let first = store.intend(&claim, Intent { runs: vec![0..=4], at: at(2) }).await.unwrap();
    let refusal = store.intend(&claim, Intent { runs: vec![4..=6], at: at(3) }).await.unwrap_err();
    assert!(matches!(refusal, StoreProblem::Journal { .. }), "{refusal:?}");
    let refusal = store.intend(&claim, Intent { runs: vec![9..=10], at: at(3) }).await.unwrap_err();
    assert!(matches!(refusal, StoreProblem::Journal { .. }), "{refusal:?}");
    store.add_facts(&claim, first, vec![(0, accepted(1)), (1, unknown())], at(4), "lina").await.unwrap();
    for fact in [refused(10), Fact::Requeued, Fact::FoundAbsent, Fact::SettledByHand(false)] {
        let refusal = store.add_facts(&claim, first, vec![(0, fact)], at(5), "lina").await.unwrap_err();
        assert!(matches!(refusal, StoreProblem::Journal { .. }), "{refusal:?}");
    }
    let refusal = store.add_facts(&claim, first, vec![(7, accepted(9))], at(5), "lina").await.unwrap_err();
    assert!(matches!(refusal, StoreProblem::Journal { .. }), "{refusal:?}");
    let refusal = store.set_state(id, CampaignState::Finished, None, at(6)).await.unwrap_err();
    assert!(matches!(refusal, StoreProblem::Journal { .. }), "{refusal:?}");
    all_hold(&store).await;
}

#[tokio::test]
async fn concurrent_intents_share_commits_and_one_that_fails_undoes_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let id = store.create_campaign(&plan(200), "lina", at(0)).await.unwrap();
    let claim = Arc::new(store.claim(id, "lina", at(1)).unwrap().unwrap());
    let before = store.commits();
    // All are queued before the first is awaited; the last one covers somebody a second time.
    let mut waiting: Vec<_> =
        (0..200).map(|seq| store.intend(&claim, Intent { runs: vec![seq..=seq], at: at(2) })).collect();
    waiting.push(store.intend(&claim, Intent { runs: vec![7..=7], at: at(2) }));
    let mut done = 0;
    for one in waiting {
        done += u32::from(one.await.is_ok());
    }
    assert_eq!(done, 200);
    assert!(store.commits() - before < 150, "{} commits", store.commits() - before);
    assert_eq!(store.journal(&claim).await.unwrap().attempts, 200);
}

#[tokio::test]
async fn a_refusal_is_counted_by_code_and_pages_know_every_state() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (id, _, _) = answered(
        &store,
        &plan(6),
        vec![0..=4],
        vec![(0, accepted(1)), (1, refused(10)), (2, refused(10)), (3, refused(22)), (4, refused(-5))],
    )
    .await;
    let counts = store.refusal_counts(id).await.unwrap();
    assert_eq!(counts, [(10, "code 10".to_owned(), 2), (22, "code 22".to_owned(), 1)]);
    assert_eq!(store.refusals(id, 2).await.unwrap().len(), 2);
    let page = store.recipients_page(id, Some(RecipientState::Refused), 0, 2).await.unwrap();
    assert_eq!(page.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2]);
    let rest = store.recipients_page(id, Some(RecipientState::Refused), 3, 9).await.unwrap();
    assert_eq!((rest.len(), rest[0].msg.as_str()), (1, "code 22"));
    let whole = store.recipients_page(id, None, 0, 100).await.unwrap();
    assert_eq!(whole.len(), 6);
    assert_eq!((whole[0].sid, whole[5].state), (Some(MessageSid(1)), RecipientState::Pending));
    let found = store.find(whole[1].mobile).await.unwrap();
    assert_eq!((found[0].code, found[0].text.as_str()), (10, "【云雀】Lina，dx5.cn/abc"));
    for row in &whole {
        let found = store.find(row.mobile).await.unwrap();
        let (campaign, state, text) = (found[0].campaign, found[0].state, found[0].text.clone());
        let brief = MessageTo { campaign, state, sid: found[0].sid, at: found[0].at, text };
        assert_eq!(store.messages_to(row.mobile).await.unwrap(), [brief], "the same in brief");
    }
    let overlap = store.recent_to(plan(6).recipients, at(0)).await.unwrap();
    assert_eq!((overlap[0].mobiles.len(), overlap[0].by.as_str()), (1, "lina"), "refused and pending ones got nothing");
    assert_eq!(overlap[0].waiting, [whole[4].mobile, whole[5].mobile], "and the pending ones will");
    let same = store.same_text_recently("another text", plan(6).recipients, at(0)).await.unwrap();
    assert!(same.is_empty());
}

#[tokio::test]
async fn whoever_the_vendor_says_has_opted_out_is_on_the_list_as_soon_as_the_answer_is_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (id, _, _) =
        answered(&store, &plan(3), vec![0..=2], vec![(0, accepted(70)), (1, refused(10)), (2, refused(8))]).await;
    let gone = store.recipients(id, 1..=1).await.unwrap()[0].1;
    let list = store.suppression_list().await.unwrap();
    assert_eq!((list.len(), list[0].mobile, list[0].why.as_str()), (1, gone, "code 10"));
    let everybody = store.recipients(id, 0..=2).await.unwrap().into_iter().map(|(_, mobile, _)| mobile).collect();
    assert_eq!(store.suppressed_among(everybody).await.unwrap().into_iter().collect::<Vec<_>>(), [gone]);
}
