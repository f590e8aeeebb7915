//! A restored backup and a copied directory: nothing is sent from a journal that is older than what was sent from it.
use std::fs;
use std::path::Path;

use crate::trial::{copy, data, everybody_once, paused_world};
use crate::world::World;

fn is_refused(world: &World, folder: &Path) {
    let before = world.sandbox.writes();
    for _ in 0..2 {
        let folder = folder.to_str().unwrap();
        let ran = world.run(&["--json", "--data-dir", folder, "campaigns", "resume", "c1", "--yes"]);
        let document = ran.json();
        assert_eq!((ran.code, document["error"]["kind"].as_str()), (2, Some("rolled-back")), "{ran:?}");
        assert!(document["error"]["message"].as_str().unwrap().contains("older than what was sent"), "{ran:?}");
        assert!(document["error"]["hint"].as_str().unwrap().contains("15 minutes after the last message"), "{ran:?}");
    }
    let folder = folder.to_str().unwrap();
    let zh = world.run(&["--lang", "zh-CN", "--data-dir", folder, "campaigns", "resume", "c1", "--yes"]).expect(2);
    assert!(zh.stderr.contains("最后一条短信发出 15 分钟之后"), "{zh:?}");
    assert_eq!(world.sandbox.writes(), before, "something was sent");
    everybody_once(world, "after a refusal");
}

fn sent_after_a_copy(takes: impl Fn(&str) -> bool) -> World {
    let world = paused_world();
    copy(&data(&world), &world.path("copy"), takes);
    world.run(&["--json", "campaigns", "resume", "c1", "--yes"]).expect(0);
    everybody_once(&world, "before the restore");
    world
}

#[test]
fn a_restored_database_beside_the_mark_of_what_was_sent_is_refused() {
    let world = sent_after_a_copy(|name| name.starts_with("yunque.db"));
    for file in ["yunque.db", "yunque.db-wal", "yunque.db-shm"] {
        drop(fs::remove_file(data(&world).join(file)));
    }
    copy(&world.path("copy"), &data(&world), |_| true);
    is_refused(&world, &data(&world));
}

#[test]
fn a_whole_restored_directory_is_found_out_by_the_records() {
    let world = sent_after_a_copy(|_| true);
    fs::remove_dir_all(data(&world)).unwrap();
    copy(&world.path("copy"), &data(&world), |_| true);
    is_refused(&world, &data(&world));
}

#[test]
fn a_copied_directory_is_found_out_by_the_records() {
    let world = sent_after_a_copy(|_| true);
    is_refused(&world, &world.path("copy"));
}

/// Restored seconds after the last message the vendor's records may lag behind: whoever vouches is told so, in either
/// language, before anything is sent again.
#[test]
fn whoever_vouches_is_told_that_the_records_may_not_be_complete_yet() {
    for (lang, told) in [("en", "less than 15 minutes ago"), ("zh-CN", "若 15 分钟之内")] {
        let world = sent_after_a_copy(|_| true);
        let folder = world.path("copy");
        let vouched = ["--lang", lang, "--data-dir", folder.to_str().unwrap(), "campaigns", "vouch", "c1"];
        for _ in 0..2 {
            let ran = world.run(&vouched).expect(0);
            assert!(ran.stderr.contains(told), "{ran:?}");
        }
        everybody_once(&world, "after vouching");
    }
}
