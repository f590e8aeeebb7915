//! Somebody writes to the database by other means: the proof finds the row that no longer holds, and the audit says what
//! is missing.
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use yunque::sms::{CampaignId, DeliveryReport, MessageSid, ReportStatus};
use yunque::store::{Fact, Intent, Invariant, Store};

use crate::{accepted, at, begun, open, plan, refused, unknown};

/// Two campaigns with something of everything: c1 runs, c2 is a draft.
async fn house(folder: &Path) -> Store {
    let store = open(folder);
    let (_, claim) = begun(&store, &plan(10)).await;
    store.create_campaign(&plan(2), "lina", at(0)).await.unwrap();
    let first = store.intend(&claim, Intent { runs: vec![0..=3, 5..=6], at: at(2) }).await.unwrap();
    let facts = vec![(0, accepted(70)), (1, refused(22)), (2, unknown()), (3, unknown()), (5, accepted(71))];
    store.add_facts(&claim, first, facts, at(3), "lina").await.unwrap();
    let settled = vec![
        (1, Fact::Requeued),
        (2, Fact::FoundAccepted { sid: MessageSid(72) }),
        (3, Fact::SettledByHand(false)),
        (6, Fact::FoundAbsent),
    ];
    store.add_facts(&claim, first, settled, at(4), "lina").await.unwrap();
    let second = store.intend(&claim, Intent { runs: vec![3..=3], at: at(5) }).await.unwrap();
    store.add_facts(&claim, second, vec![(3, accepted(73))], at(6), "lina").await.unwrap();
    let status = ReportStatus::Delivered;
    let report = DeliveryReport {
        sid: MessageSid(70),
        mobile: None,
        status,
        received_at: Some(at(7)),
        error: String::new(),
        uid: None,
    };
    store.save_reports(vec![report], at(8)).await.unwrap();
    store
}

fn tamper(folder: &Path, sql: &str) {
    Connection::open(folder.join("yunque.db")).unwrap().execute_batch(sql).unwrap();
}

async fn broken(store: &Store) -> BTreeSet<String> {
    let rows = store.check_journal(None).await.unwrap();
    assert_eq!(rows.len(), 14, "every row is there whatever is damaged");
    assert!(rows.iter().all(|row| row.is_ok == row.detail.is_empty()), "{rows:?}");
    rows.into_iter().filter(|row| !row.is_ok).map(|row| format!("{:?}", row.invariant)).collect()
}

#[tokio::test]
async fn whatever_is_changed_behind_the_programs_back_fails_the_row_it_belongs_to() {
    use Invariant as I;
    let cases: &[(&str, Invariant)] = &[
        ("DROP TABLE spent", I::SchemaWhole),
        ("DROP INDEX fact_sid", I::SchemaWhole),
        ("UPDATE standing SET accepted = accepted + 1 WHERE campaign = 1", I::TallyIsFold),
        ("UPDATE standing SET billed_segments = 9 WHERE campaign = 1", I::TallyIsFold),
        ("UPDATE spent SET fee = fee - 1", I::TallyIsFold),
        ("DELETE FROM fact WHERE seq = 0", I::TallyIsFold),
        ("DELETE FROM attempt WHERE id = 1", I::AttemptsCover),
        ("UPDATE attempt SET runs = x'' WHERE id = 1", I::AttemptsCover),
        ("UPDATE attempt SET campaign = 2 WHERE id = 2", I::AttemptsCover),
        ("DELETE FROM covers WHERE attempt = 2", I::AttemptsCover),
        ("UPDATE covers SET last_seq = 4 WHERE first_seq = 0", I::AttemptsCover),
        ("UPDATE covers SET last_seq = 99 WHERE first_seq = 5", I::AttemptsCover),
        ("UPDATE standing SET longest_run = 1 WHERE campaign = 1", I::AttemptsCover),
        ("UPDATE fact SET attempt = 9 WHERE seq = 0", I::FactsCovered),
        ("UPDATE fact SET seq = 8 WHERE seq = 0", I::FactsCovered),
        ("UPDATE fact SET kind = 77 WHERE seq = 0", I::FactsFollow),
        ("UPDATE fact SET kind = 777 WHERE seq = 0", I::FactsFollow),
        ("UPDATE fact SET kind = 2, code = 22 WHERE seq = 2 AND n = 1", I::FactsFollow),
        ("DELETE FROM fact WHERE seq = 2 AND n = 0", I::FactsFollow),
        ("INSERT INTO fact VALUES (1, 1, 2, 2, 5, 0, 79, 0, 0, 0, NULL, 0, NULL)", I::AcceptedOnce),
        ("UPDATE fact SET sid = 72 WHERE seq = 5", I::MessagesOnce),
        (
            "INSERT INTO attempt VALUES (3, 1, 0, x'0500000005000000'); INSERT INTO covers VALUES (1, 5, 3, 5)",
            I::AttemptsOnPending,
        ),
        ("UPDATE campaign SET text = '【云雀】other' WHERE id = 1", I::RecipientsUnchanged),
        ("UPDATE recipient SET mobile = mobile + 1 WHERE campaign = 1 AND seq = 4", I::RecipientsUnchanged),
        ("DELETE FROM recipient WHERE campaign = 2", I::RecipientsUnchanged),
        ("DELETE FROM by_mobile WHERE seq = 9", I::RecipientsUnchanged),
        ("UPDATE standing SET state = 'draft' WHERE campaign = 1", I::DraftsUnsent),
        ("UPDATE standing SET state = 'finished' WHERE campaign = 1", I::FinishedIsSettled),
        ("DELETE FROM audit WHERE what = 'retry'", I::DecisionsAudited),
        ("UPDATE standing SET delivered = 0 WHERE campaign = 1", I::DeliveriesAddUp),
        ("UPDATE delivery SET status = 2", I::DeliveriesAddUp),
        ("UPDATE audit SET by = 'wei' WHERE id = 1", I::AuditChain),
    ];
    for (sql, row) in cases {
        let folder = tempfile::tempdir().unwrap();
        let store = house(folder.path()).await;
        assert_eq!(broken(&store).await, BTreeSet::new());
        tamper(folder.path(), sql);
        let found = broken(&store).await;
        assert!(found.contains(&format!("{row:?}")), "{sql}: {found:?}");
        assert_eq!(store.read_only(), None, "looking changes nothing");
    }
}

#[tokio::test]
async fn without_one_of_its_tables_the_proof_still_gives_every_row_and_passes_none_that_it_could_not_look_at() {
    let tables = [
        ("fact", "FactsFollow"),
        ("attempt", "AttemptsCover"),
        ("covers", "AttemptsOnPending"),
        ("recipient", "RecipientsUnchanged"),
        ("standing", "TallyIsFold"),
        ("campaign", "FinishedIsSettled"),
        ("delivery", "DeliveriesAddUp"),
        ("audit", "AuditChain"),
    ];
    for (table, row) in tables {
        let folder = tempfile::tempdir().unwrap();
        let store = house(folder.path()).await;
        tamper(folder.path(), &format!("DROP TABLE {table}"));
        let found = broken(&store).await;
        assert!(found.contains("SchemaWhole") && found.contains(row), "{table}: {found:?}");
    }
}

#[tokio::test]
async fn a_damaged_campaign_does_not_hide_what_is_wrong_with_another() {
    let folder = tempfile::tempdir().unwrap();
    let store = house(folder.path()).await;
    tamper(
        folder.path(),
        "UPDATE fact SET kind = 77 WHERE seq = 0; UPDATE standing SET pending = 5 WHERE campaign = 2",
    );
    let rows = store.check_journal(None).await.unwrap();
    let tally = rows.iter().find(|row| row.invariant == Invariant::TallyIsFold).unwrap();
    assert!(tally.detail.contains("c2 has"), "{tally:?}");
    let only = store.check_journal(Some(CampaignId(2))).await.unwrap();
    let follow = only.iter().find(|row| row.invariant == Invariant::FactsFollow).unwrap();
    assert!(follow.is_ok, "c1 was not asked for: {follow:?}");
}

/// Three lines, the last at `at(3)`.
async fn audited(folder: &Path) -> Store {
    let store = open(folder);
    for n in 1..=3 {
        store.audit("lina", at(n), "send", "c1", 200).await.unwrap();
    }
    let whole = store.verify_audit().await.unwrap();
    assert_eq!((whole.lines, whole.broken_at, whole.gone), (3, None, None));
    store
}

#[tokio::test]
async fn an_audit_that_was_changed_cut_or_emptied_is_noticed_and_says_from_where_on() {
    let second = "(SELECT '2 ' || hash FROM audit WHERE id = 2)";
    let cut = format!("UPDATE meta SET value = {second} WHERE key = 'audit-head'; DELETE FROM audit WHERE id = 3");
    let gone = Some((3, at(3)));
    let cases = [
        ("UPDATE audit SET count = 1 WHERE id = 2", 2, None),
        ("DELETE FROM audit WHERE id = 1", 1, None),
        ("DELETE FROM audit WHERE id = 2", 2, None),
        ("DELETE FROM audit WHERE id = 3", 3, gone),
        (cut.as_str(), 3, gone),
        ("DELETE FROM audit", 1, gone),
        ("DELETE FROM audit; DELETE FROM meta WHERE key = 'audit-head'", 1, gone),
        ("DELETE FROM meta WHERE key = 'audit-head'", 4, None),
        ("UPDATE audit SET hash = hash || '0' WHERE id = 3", 3, gone),
    ];
    for (sql, line, gone) in cases {
        let folder = tempfile::tempdir().unwrap();
        let store = audited(folder.path()).await;
        tamper(folder.path(), sql);
        let found = store.verify_audit().await.unwrap();
        assert_eq!((found.broken_at, found.gone), (Some(line), gone), "{sql}");
    }
}

#[tokio::test]
async fn an_emptied_audit_is_still_missed_after_a_restart_and_after_new_lines() {
    let folder = tempfile::tempdir().unwrap();
    drop(audited(folder.path()).await);
    tamper(folder.path(), "DELETE FROM audit; DELETE FROM meta WHERE key = 'audit-head'");
    let store = open(folder.path());
    assert_eq!(store.verify_audit().await.unwrap().broken_at, Some(1));
    for n in 11..=15 {
        store.audit("wei", at(n), "send", "c2", 1).await.unwrap();
    }
    let found = store.verify_audit().await.unwrap();
    assert_eq!((found.lines, found.broken_at, found.gone), (5, Some(3), Some((3, at(3)))));
    fs::remove_file(store.audit_mark()).unwrap();
    drop(store);
    let store = open(folder.path());
    store.audit("wei", at(16), "send", "c2", 1).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap().broken_at, None, "whoever removed the mark begins anew");
    tamper(folder.path(), "DELETE FROM audit; DELETE FROM meta WHERE key = 'audit-head'");
    assert_eq!(store.verify_audit().await.unwrap().gone, Some((6, at(16))));
}

#[tokio::test]
async fn an_audit_made_anew_with_all_its_marks_is_found_out_by_what_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let store = house(folder.path()).await;
    store.audit("lina", at(9), "export", "campaigns", 3).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap().broken_at, None);
    fs::remove_file(store.audit_mark()).unwrap();
    drop(store);
    tamper(folder.path(), "DELETE FROM audit; DELETE FROM meta WHERE key = 'audit-head'");
    let store = open(folder.path());
    store.audit("wei", at(20), "export", "campaigns", 3).await.unwrap();
    let found = store.verify_audit().await.unwrap();
    assert_eq!((found.lines, found.broken_at, found.unsaid), (1, Some(1), Some(CampaignId(1))));
    assert_eq!(found.gone, None, "every mark of the old one is gone");
    let rows = store.check_journal(None).await.unwrap();
    assert!(!rows.iter().find(|row| row.invariant == Invariant::AuditChain).unwrap().is_ok);
}

#[tokio::test]
async fn a_mark_that_lags_behind_a_crash_or_is_half_written_is_no_loss() {
    for older in [2, 0] {
        let folder = tempfile::tempdir().unwrap();
        let store = audited(folder.path()).await;
        let mark = fs::read(store.audit_mark()).unwrap();
        store.audit("lina", at(4), "send", "c1", 200).await.unwrap();
        fs::write(store.audit_mark(), if older == 0 { &mark[..50] } else { &mark[..] }).unwrap();
        assert_eq!(store.verify_audit().await.unwrap().broken_at, None);
        // The next line brings it up again.
        store.audit("lina", at(5), "send", "c1", 200).await.unwrap();
        tamper(folder.path(), "DELETE FROM audit; DELETE FROM meta WHERE key = 'audit-head'");
        assert_eq!(store.verify_audit().await.unwrap().gone, Some((5, at(5))));
    }
}

#[tokio::test]
async fn two_processes_that_write_at_once_never_leave_a_mark_that_the_audit_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (audited(folder.path()).await, open(folder.path()));
    for n in 0..40 {
        let (a, b, seen) = tokio::join!(
            one.audit("lina", at(n), "send", "c1", 1),
            two.audit("wei", at(n), "send", "c2", 1),
            one.verify_audit()
        );
        a.and(b).unwrap();
        assert_eq!(seen.unwrap().broken_at, None);
    }
    assert_eq!(two.verify_audit().await.unwrap().lines, 83);
    tamper(folder.path(), "DELETE FROM audit WHERE id > 81");
    assert_eq!(one.verify_audit().await.unwrap().gone.unwrap().0, 83);
}
