//! `yunque watch`: what is due is sent when its time comes, and a signal ends it in good order.
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::world::{Sandbox, World, command_in, until};

fn watch(world: &World) -> Child {
    watching(world.command(&["--json", "watch"]))
}

fn watching(mut command: Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn stop(child: Child) -> (i32, Value) {
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn what_is_scheduled_is_sent_when_its_time_comes_by_one_watch_alone() {
    let world = World::new(&["--audience", "0"]);
    world.json(0, &["send", "--to", "13800138000", "--text", "【云雀】later", "--at", "+1s", "--yes"]);
    let child = watch(&world);
    world.sandbox.accepts(1);
    assert_eq!(world.json(0, &["today"])["watched"], true);
    let second = world.run(&["--json", "watch"]).expect(2);
    assert_eq!(second.json()["error"]["kind"], "watched");
    until("c1 is finished", || world.json(0, &["campaigns", "show", "c1"])["campaign"]["state"] == "finished");
    let (code, done) = stop(child);
    assert_eq!(code, 0, "{done}");
    assert_eq!(done["campaigns"], json!(["c1"]));
    assert_eq!(world.sandbox.accepted(), 1);
}

#[test]
fn a_database_that_cannot_be_read_for_a_while_does_not_end_the_watch() {
    let world = World::new(&["--audience", "0"]);
    world.json(0, &["send", "--to", "13800138000", "--text", "【云雀】later", "--at", "+1h", "--yes"]);
    let disk = rusqlite::Connection::open(world.path(".local/share/yunque/main/yunque.db")).unwrap();
    disk.execute("UPDATE standing SET state = 'damaged'", []).unwrap();
    let mut child = watch(&world);
    let mut told = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    assert!(stderr.read_line(&mut told).unwrap() > 0, "it says what it cannot read");
    let (code, done) = stop(child);
    assert_eq!((code, done["problems"].as_u64()), (0, Some(1)), "{told} {done}");
}

#[test]
fn a_signal_is_heard_while_the_records_of_what_is_due_are_compared() {
    let world = World::new(&["--audience", "0"]);
    world.json(0, &["send", "--to", "13800138000", "--text", "【云雀】later", "--at", "+1s", "--yes"]);
    let slow = Sandbox::start(&["--audience", "0", "--fault", "slow:4000"]);
    let child = watching(command_in(world.folder.path(), &slow.url, &["--json", "watch"]));
    while !slow.requests().keys().any(|endpoint| endpoint.contains("get_record")) {}
    let (code, done) = stop(child);
    assert_eq!((code, &done["campaigns"]), (0, &json!([])), "{done}");
    assert_eq!(world.json(0, &["campaigns", "show", "c1"])["campaign"]["state"], "scheduled");
    assert_eq!(slow.writes(), 0);
}

#[test]
fn a_scheduled_campaign_is_not_sent_early_by_pausing_and_resuming_it() {
    let world = World::new(&["--audience", "0"]);
    world.json(0, &["send", "--to", "13800138000", "--text", "【云雀】later", "--at", "+1h", "--yes"]);
    assert_eq!(world.json(0, &["campaigns", "pause", "c1"])["campaign"]["state"], "paused");
    let back = world.run(&["--json", "campaigns", "resume", "c1", "--yes"]).expect(0);
    assert_eq!(back.json()["campaign"]["state"], "scheduled", "{back:?}");
    assert!(back.stderr.contains("yunque watch"), "{back:?}");
    assert_eq!(world.sandbox.writes(), 0);
}

#[test]
fn a_watch_that_is_stopped_while_it_sends_leaves_nobody_in_doubt() {
    let world = World::new(&["--audience", "0", "--fault", "slow:30"]);
    let file = world.file("list.txt", crate::world::numbers(0, 4_000));
    let args = [
        "send",
        "--recipients",
        &file,
        "--text",
        "【云雀】later",
        "--kind",
        "notification",
        "--at",
        "+1s",
        "--yes",
        "--batch-size",
        "20",
    ];
    world.json(0, &args);
    let child = watch(&world);
    world.sandbox.accepts(200);
    let (code, _) = stop(child);
    assert_eq!(code, 130);
    let campaign = world.json(0, &["campaigns", "show", "c1"])["campaign"].clone();
    assert_eq!(campaign["counts"]["unknown"], 0, "{campaign}");
    assert_eq!(campaign["counts"]["accepted"], world.sandbox.accepted(), "{campaign}");
}

#[test]
fn a_missed_schedule_and_whoever_is_sending_are_named_on_every_page() {
    let world = World::new(&["--audience", "0"]);
    world.json(0, &["send", "--to", "13800138000", "--text", "【云雀】later", "--at", "+1h", "--yes"]);
    assert_eq!(world.json(0, &["campaigns", "show", "c1"])["campaign"]["missed"], false);
    let disk = rusqlite::Connection::open(world.path(".local/share/yunque/main/yunque.db")).unwrap();
    disk.execute("UPDATE campaign SET starts_at = starts_at - 7200000", []).unwrap();
    assert_eq!(world.json(0, &["campaigns", "show", "c1"])["campaign"]["missed"], true);
    assert_eq!(world.json(0, &["today"])["scheduled"][0]["missed"], true);
    for (lang, missed, late) in [("en", "missed", "never sent late"), ("zh-CN", "已错过", "不会擅自补发")] {
        for verb in [&["today"][..], &["campaigns"], &["campaigns", "show", "c1"]] {
            let page = world.run(&[&["--lang", lang], verb].concat()).expect(0).stdout;
            assert!(page.contains(missed), "{page}");
            assert!(verb.last() != Some(&"c1") || page.contains(late), "{page}");
        }
    }
    // As somebody's death left it.
    disk.execute("UPDATE standing SET state = 'running'", []).unwrap();
    for (lang, nobody) in [("en", "nobody"), ("zh-CN", "无人")] {
        for verb in [&["today"][..], &["campaigns"]] {
            let page = world.run(&[&["--lang", lang], verb].concat()).expect(0).stdout;
            assert!(page.contains(nobody), "{page}");
        }
    }
}
