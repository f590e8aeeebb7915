//! The n-th write and the n-th sync fail: nobody is lost, nobody is written to twice.
use std::collections::BTreeMap;
use std::sync::Mutex;

use rusqlite::{Connection, OpenFlags};

use crate::failing::{EIO, ENOSPC, EROFS, Fault};
use crate::trial::{
    PEOPLE, bring_to_its_end, data, is_full, is_orderly, ledger, nobody_twice, send_args, side_by_side,
};
use crate::world::{World, numbers};

/// Each n with each of them in a full sweep, one after the other otherwise.
const KINDS: [(&str, i32); 6] =
    [("once", EIO), ("ever", ENOSPC), ("torn", EIO), ("once", ENOSPC), ("ever", EIO), ("torn", ENOSPC)];
/// What a run writes and syncs with: each of them fails at least once.
const CALLS: [&str; 3] = ["pwrite", "fsync", "write"];
/// So many are all tried, of the rest a sample.
const FIRST: u32 = 6;
/// Trials of the sample.
const SAMPLE: u32 = 110;

#[test]
fn whichever_write_or_sync_fails_everybody_gets_one_message() {
    let calls = calls_of_a_sound_run();
    assert!(calls > 100, "the shim sees only {calls} calls");
    let step = (calls / SAMPLE).max(1) | 1;
    let is_tried = |nth: u32| is_full() || nth <= FIRST || nth.is_multiple_of(step);
    let faults = (1..=calls).flat_map(|nth| {
        let place = if nth <= FIRST { nth } else { nth / step };
        let kinds: Vec<_> = match () {
            () if is_full() => KINDS.to_vec(),
            () if is_tried(nth) => vec![KINDS[place as usize % KINDS.len()]],
            () => Vec::new(),
        };
        kinds.into_iter().map(move |(mode, error)| Fault { nth, mode, error })
    });
    let met = Mutex::new(BTreeMap::<String, u32>::new());
    side_by_side(faults.collect(), |fault| {
        let name = one(fault).unwrap_or_else(|| "not met".to_owned());
        *met.lock().unwrap().entry(name).or_default() += 1;
    });
    // A sample may step over what is rare.
    for nth in (1..=calls).filter(|nth| !is_tried(*nth)) {
        if CALLS.iter().all(|name| met.lock().unwrap().contains_key(*name)) {
            break;
        }
        let name = one(Fault { nth, mode: "once", error: EIO }).unwrap_or_else(|| "not met".to_owned());
        *met.lock().unwrap().entry(name).or_default() += 1;
    }
    let met = met.into_inner().unwrap();
    println!("{calls} calls in a sound run; faults tried: {met:?}");
    assert!(CALLS.iter().all(|name| met.contains_key(*name)), "{met:?}");
}

/// How many calls there are to fail.
fn calls_of_a_sound_run() -> u32 {
    let (mut sound, mut failing) = (u32::MAX, 0);
    // Group commits differ a little from run to run: the end is where a fault is met no more.
    let mut nth = 256;
    while failing + 8 < sound {
        let world = World::new(&["--audience", "0"]);
        let list = world.file("list.txt", numbers(0, PEOPLE));
        let fault = Fault { nth, mode: "once", error: EIO };
        let (ran, met) = fault.run(&world, &send_args(&list, &[]));
        is_orderly(&ran, &format!("{fault:?}"));
        if met.is_some() {
            failing = nth;
        } else {
            ran.expect(0);
            sound = nth;
        }
        nth = if sound == u32::MAX { nth * 2 } else { failing + (sound - failing) / 2 };
    }
    sound
}

/// One fault, and what must hold whatever it hit; the call that failed, if any did.
fn one(fault: Fault) -> Option<String> {
    let world = World::new(&["--audience", "0"]);
    let list = world.file("list.txt", numbers(0, PEOPLE));
    let (ran, met) = fault.run(&world, &send_args(&list, &[]));
    let what = format!("{fault:?} met {met:?}, exit {}", ran.code);
    is_orderly(&ran, &what);
    nobody_twice(&world, &what);
    every_message_has_its_intent(&world, &what);
    bring_to_its_end(&world, &what);
    met
}

/// Whoever has a message is covered by an attempt, as another process reads it.
fn every_message_has_its_intent(world: &World, what: &str) {
    let reached = ledger(world);
    if reached.is_empty() {
        return;
    }
    let db = Connection::open_with_flags(data(world).join("yunque.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut covered = db
        .prepare(
            "SELECT count(*) FROM by_mobile b JOIN covers c
             ON c.campaign = b.campaign AND b.seq BETWEEN c.first_seq AND c.last_seq WHERE b.mobile = ?1",
        )
        .unwrap();
    for mobile in reached.keys() {
        let digits: i64 = mobile.trim_start_matches('+').parse().unwrap();
        let digits = if digits < 100_000_000_000 { 8_600_000_000_000 + digits } else { digits };
        let attempts: u32 = covered.query_row([digits], |row| row.get(0)).unwrap();
        assert_eq!(attempts, 1, "{what}: {mobile}");
    }
}

#[test]
fn a_full_disk_is_told_in_plain_words_and_nothing_is_sent() {
    let world = crate::trial::paused_world();
    let full = Fault { nth: 1, mode: "ever", error: ENOSPC };
    for (lang, words) in [("en", "is full"), ("zh-CN", "已满")] {
        let (ran, met) = full.run(&world, &["--json", "--lang", lang, "campaigns", "resume", "c1", "--yes"]);
        assert!(met.is_some(), "the disk did not fail: {ran:?}");
        is_orderly(&ran, "full disk");
        assert!(ran.stdout.contains(words), "{ran:?}");
        assert_eq!((ran.code, ledger(&world).len()), (2, 10), "{ran:?}");
    }
    bring_to_its_end(&world, "a disk that was full");
}

#[test]
fn nothing_is_sent_from_a_database_that_may_not_be_written() {
    let world = crate::trial::paused_world();
    let list = world.file("list.txt", numbers(0, PEOPLE));
    let ran = world.run(&["--json", "--read-only", "campaigns", "resume", "c1", "--yes"]);
    assert_eq!((ran.code, ran.json()["error"]["kind"].as_str()), (2, Some("read-only-profile")), "{ran:?}");
    let ran = world.run(&send_args(&list, &["--read-only"]));
    assert_eq!((ran.code, ran.json()["error"]["kind"].as_str()), (2, Some("read-only-profile")), "{ran:?}");
    world.run(&["--json", "--read-only", "campaigns", "list"]).expect(0);
    assert_eq!(ledger(&world).len(), 10);
}

/// The disk fills up, or is mounted read-only, between the first message and the last: no further call, an orderly end,
/// and with room again everybody has one message.
#[test]
fn a_disk_that_fills_up_or_closes_during_a_send_loses_and_doubles_nobody() {
    let mut during = 0;
    for (nth, error) in [(70, ENOSPC), (90, EROFS), (110, ENOSPC), (130, EROFS), (150, ENOSPC), (170, EROFS)] {
        let world = World::new(&["--audience", "0"]);
        let list = world.file("list.txt", numbers(0, PEOPLE));
        let fault = Fault { nth, mode: "ever", error };
        let (ran, met) = fault.run(&world, &send_args(&list, &[]));
        let reached = ledger(&world).len();
        let what = format!("{fault:?} met {met:?}, {reached} reached");
        is_orderly(&ran, &what);
        nobody_twice(&world, &what);
        if met.is_some() && (1..PEOPLE as usize).contains(&reached) {
            during += 1;
            assert_ne!(ran.code, 0, "{what}: {ran:?}");
            assert!(ran.json()["campaign"].is_object() || ran.json()["error"].is_object(), "{what}: {ran:?}");
        }
        bring_to_its_end(&world, &what);
    }
    assert!(during > 0, "no disk failed between the first message and the last");
}
