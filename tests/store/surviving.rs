//! Crashes, restored backups, damage, foreign accounts, other processes.
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use yunque::problem::{StoreProblem, WhyReadOnly};
use yunque::sms::{CampaignId, CampaignState, RecipientState, Start};
use yunque::store::{Fact, Intent, Place, Store};

use crate::{accepted, at, begun, open, place, plan};

#[test]
fn sqlite_is_new_enough_not_to_corrupt_its_log() {
    assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
}

/// What a crash leaves: the files as they lie there now.
fn copy(from: &Path, to: &Path) {
    for name in ["yunque.db", "yunque.db-wal"] {
        if from.join(name).exists() {
            fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_crash_and_what_was_open_is_sending() {
    let (folder, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(folder.path());
    let (id, claim) = begun(&store, &plan(50)).await;
    let first = store.intend(&claim, Intent { runs: vec![0..=9], at: at(2) }).await.unwrap();
    let facts = (0..10).map(|seq| (seq, accepted(i64::from(seq) + 1))).collect();
    store.add_facts(&claim, first, facts, at(3), "lina").await.unwrap();
    store.intend(&claim, Intent { runs: vec![10..=19], at: at(4) }).await.unwrap();
    copy(folder.path(), after.path());
    let reborn = open(after.path());
    let claim = reborn.claim(id, "wei", at(5)).unwrap().unwrap();
    let journal = reborn.journal(&claim).await.unwrap();
    let count = |wanted| journal.states.iter().filter(|state| **state == wanted).count();
    assert_eq!(count(RecipientState::Accepted), 10);
    assert_eq!(count(RecipientState::Sending), 10);
    assert_eq!(count(RecipientState::Pending), 30);
}

#[tokio::test]
async fn a_restored_backup_is_noticed_and_not_sent_from_until_somebody_vouches() {
    let (folder, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let id = {
        let store = open(folder.path());
        let id = store.create_campaign(&plan(5), "lina", at(0)).await.unwrap();
        copy(folder.path(), backup.path());
        let claim = store.claim(id, "lina", at(1)).unwrap().unwrap();
        store.intend(&claim, Intent { runs: vec![0..=4], at: at(2) }).await.unwrap();
        id
    };
    for name in ["yunque.db-wal", "yunque.db-shm"] {
        drop(fs::remove_file(folder.path().join(name)));
    }
    copy(backup.path(), folder.path());
    for _ in 0..2 {
        let store = open(folder.path());
        let claim = store.claim(id, "lina", at(3)).unwrap().unwrap();
        assert!(matches!(store.journal(&claim).await, Err(StoreProblem::RolledBack { .. })));
        let refusal = store.intend(&claim, Intent { runs: vec![0..=0], at: at(4) }).await;
        assert!(matches!(refusal, Err(StoreProblem::RolledBack { .. })));
    }
    let store = open(folder.path());
    store.vouch_for(id, "lina", at(5)).await.unwrap();
    let claim = store.claim(id, "lina", at(6)).unwrap().unwrap();
    assert_eq!(store.journal(&claim).await.unwrap().states.len(), 5);
}

#[tokio::test]
async fn two_handles_see_each_other_and_only_one_owns_a_campaign() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (open(folder.path()), open(folder.path()));
    let id = one.create_campaign(&plan(5), "lina", at(0)).await.unwrap();
    let claim = one.claim(id, "lina", at(1)).unwrap().unwrap();
    let owner = two.claim(id, "wei", at(2)).unwrap().unwrap_err();
    assert_eq!((owner.by.as_str(), owner.pid, owner.is_alive), ("lina", std::process::id(), true));
    assert_eq!(two.campaign(id).await.unwrap().unwrap().owner.unwrap().by, "lina");
    // Let go while a fact is still on its way: the lock waits for it.
    let attempt = one.intend(&claim, Intent { runs: vec![0..=0], at: at(3) }).await.unwrap();
    let fact = one.add_facts(&claim, attempt, vec![(0, accepted(1))], at(4), "lina");
    drop(claim);
    fact.await.unwrap();
    let claim = two.claim(id, "wei", at(5)).unwrap().unwrap();
    assert_eq!(two.journal(&claim).await.unwrap().states[0], RecipientState::Accepted);
    drop(claim);
    assert_eq!(two.owner(id), None);
    two.set_state(id, CampaignState::Running, None, at(6)).await.unwrap();
    assert_eq!(two.running_with_dead_owner().await.unwrap(), [id]);
}

#[tokio::test]
async fn the_list_looks_for_an_owner_only_where_somebody_may_be_sending() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let id = store.create_campaign(&plan(5), "lina", at(0)).await.unwrap();
    let _claim = store.claim(id, "lina", at(1)).unwrap().unwrap();
    for (state, is_looked_for) in [(CampaignState::Running, true), (CampaignState::Cancelled, false)] {
        store.set_state(id, state, None, at(2)).await.unwrap();
        assert_eq!(store.campaigns(None).await.unwrap()[0].owner.is_some(), is_looked_for, "{state:?}");
        assert!(store.campaign(id).await.unwrap().unwrap().owner.is_some(), "one campaign is looked at closely");
    }
}

#[tokio::test]
async fn a_lock_is_free_when_its_process_dies() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let id = store.create_campaign(&plan(1), "lina", at(0)).await.unwrap();
    store.set_state(id, CampaignState::Running, None, at(0)).await.unwrap();
    let lock = folder.path().join("locks/c1.lock");
    fs::write(&lock, r#"{"by":"wei","pid":4194000,"since":1700000000000}"#).unwrap();
    // Holds the lock until its input ends, and says so.
    let script = r#"exec 9<>"$0"; flock 9; echo held; read _"#;
    let mut child = Command::new("bash")
        .args(["-c", script])
        .arg(&lock)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = [0; 5];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut said).unwrap();
    assert_eq!(store.claim(id, "lina", at(1)).unwrap().unwrap_err().by, "wei");
    assert!(store.owner(id).unwrap().is_alive);
    assert!(store.running_with_dead_owner().await.unwrap().is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!store.owner(id).unwrap().is_alive);
    assert_eq!(store.running_with_dead_owner().await.unwrap(), [CampaignId(1)]);
    assert!(store.claim(id, "lina", at(2)).unwrap().is_ok());
}

#[tokio::test]
async fn a_store_for_reading_reads_and_refuses_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let id = open(folder.path()).create_campaign(&plan(3), "lina", at(0)).await.unwrap();
    let asked = Place { is_read_only: true, ..place(folder.path()) };
    let store = Store::open(&asked, Some("account-a")).unwrap();
    assert!(matches!(store.read_only(), Some(StoreProblem::ReadOnly { why: WhyReadOnly::Asked, .. })));
    assert_eq!(store.campaign(id).await.unwrap().unwrap().total(), 3);
    assert!(matches!(store.create_campaign(&plan(1), "lina", at(0)).await, Err(StoreProblem::ReadOnly { .. })));
    assert!(matches!(store.claim(id, "lina", at(0)), Err(StoreProblem::ReadOnly { .. })));
    let nowhere = Place { folder: folder.path().join("none"), ..asked };
    assert!(Store::open(&nowhere, None).unwrap().campaigns(None).await.unwrap().is_empty());
}

#[test]
fn another_account_is_refused_and_files_are_private_whatever_the_umask() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    drop(open(&data));
    let refusal = Store::open(&place(&data), Some("account-b")).unwrap_err();
    assert!(matches!(refusal, StoreProblem::OtherAccount { .. }));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode(&data), mode(&data.join("yunque.db"))), (0o700, 0o600));
    let team = folder.path().join("team");
    drop(Store::open(&Place { is_shared: true, ..place(&team) }, None).unwrap());
    assert_eq!((mode(&team), mode(&team.join("yunque.db")), mode(&team.join("high-water"))), (0o2770, 0o660, 0o660));
}

/// A folder with a campaign of 300, half of it sent, closed.
fn a_database() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = open(folder.path());
        let mut late = plan(300);
        late.start = Start::At(at(1000));
        let id = store.create_campaign(&late, "lina", at(0)).await.unwrap();
        let claim = store.claim(id, "lina", at(1)).unwrap().unwrap();
        let attempt = store.intend(&claim, Intent { runs: vec![0..=149], at: at(2) }).await.unwrap();
        let facts: Vec<(u32, Fact)> = (0..150).map(|seq| (seq, accepted(i64::from(seq) + 1))).collect();
        store.add_facts(&claim, attempt, facts, at(3), "lina").await.unwrap();
    });
    folder
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_never_panics_and_never_sends_to_somebody_twice(
        place_of in 0.0_f64..1.0, bit in 0_u8..8, is_cut in any::<bool>()
    ) {
        let folder = a_database();
        let path = folder.path().join("yunque.db");
        let mut bytes = fs::read(&path).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a file")]
        let spot = (place_of * (bytes.len() - 1) as f64) as usize;
        if is_cut { bytes.truncate(spot) } else { bytes[spot] ^= 1 << bit }
        fs::write(&path, &bytes).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let Ok(store) = Store::open(&crate::place(folder.path()), Some("account-a")) else { return };
            drop(store.campaigns(None).await);
            drop(store.check_journal(None).await);
            let Ok(Ok(claim)) = store.claim(CampaignId(1), "lina", at(9)) else { return };
            if let Ok(journal) = store.journal(&claim).await {
                assert!(journal.states[..150].iter().all(|state| *state == RecipientState::Accepted));
                assert!(journal.states[150..].iter().all(|state| *state == RecipientState::Pending));
            }
        });
    }
}

#[test]
fn a_first_start_that_was_cut_off_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("yunque.db");
    fs::write(&database, "").unwrap();
    fs::write(database.with_extension("db-journal"), [0_u8; 512]).unwrap();
    drop(open(folder.path()));
    // Where something was sent from it, an empty file is a lost one.
    fs::write(&database, "").unwrap();
    fs::write(database.with_extension("db-wal"), [1_u8; 512]).unwrap();
    assert!(Store::open(&place(folder.path()), Some("account-a")).is_err());
}

#[test]
fn first_starts_at_the_same_moment_all_open() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|all| {
        for _ in 0..8 {
            all.spawn(|| drop(open(folder.path())));
        }
    });
}
