//! Every exit code, by what brings it about. Where several hold: 130 > 5 > 1 > 4 > 3.
use std::process::Stdio;

use serde_json::json;

use crate::world::{Ran, World, numbers, ran};

const QUIET: &[&str] = &["--audience", "0"];

fn send_to(world: &World, number: &str, text: &str) -> Ran {
    world.run(&["--json", "send", "--to", number, "--text", text, "--yes"])
}

#[test]
fn a_key_that_is_no_account_is_refused_as_a_whole() {
    let world = World::new(&["--audience", "0", "--key", "0123456789abcdef0123456789abcdef"]);
    let error = world.run(&["--json", "balance"]).expect(3).json()["error"].clone();
    assert_eq!((&error["kind"], &error["code"]), (&json!("api"), &json!(-1)));
    assert_eq!(error["sent"], "no");
    world.run(&["--json", "shorten", "https://example.com/"]).expect(3);
    let ran = send_to(&world, "13800138000", "【云雀】hi").expect(3);
    let error = ran.json()["error"].clone();
    assert_eq!((&error["code"], &error["sent"]), (&json!(-1), &json!("no")));
    assert_eq!(ran.stderr.lines().count(), 1, "one sentence and no rows: {ran:?}");
    assert_eq!(world.sandbox.writes(), 1, "nothing was tried but the link above");
    assert_eq!(world.json(0, &["campaigns"])["campaigns"], json!([]), "and nothing created");
}

#[test]
fn a_number_that_opted_out_is_a_refusal_of_some() {
    let world = World::new(QUIET);
    send_to(&world, "13800138000", "【云雀】one").expect(0);
    assert_eq!(world.sandbox.post("/_sandbox/reply", "mobile=13800138000&text=TD"), 204);
    let both = world.run(&[
        "--json",
        "send",
        "--to",
        "13800138000,13900139000",
        "--text",
        "【云雀】two",
        "--kind",
        "notification",
        "--yes",
    ]);
    let sent = both.expect(4).json()["campaign"].clone();
    assert_eq!((&sent["counts"]["accepted"], &sent["counts"]["refused"]), (&json!(1), &json!(1)), "{sent}");
    let shown = world.json(0, &["campaigns", "show", "c2"]);
    assert_eq!(shown["refused"][0]["mobile"], "+8613800138000");
    assert_eq!(shown["refused"][0]["code"], 10);
    let retried = world.json(4, &["campaigns", "retry", "c2", "--yes"]);
    assert_eq!(retried["campaign"]["counts"]["refused"], 1, "a blacklisted number is not retried: {retried}");
    assert_eq!(world.sandbox.accepted(), 2);
}

#[test]
fn refusals_are_told_with_their_reason_and_the_verb_that_follows() {
    let world = World::new(QUIET);
    let rest = ["--text", "【云雀】hi", "--kind", "notification", "--yes"];
    let send = |to: &str, more: &[&str]| world.run(&[&["send", "--to", to], &rest[..], more].concat());
    send("13800138000", &[]).expect(0);
    let plan = send("13800138000", &["--dry-run", "--json"]).expect(0).json();
    let row =
        plan["plan"]["checks"].as_array().unwrap().iter().find(|row| row["name"] == "within-30s").unwrap().clone();
    assert_eq!((&row["state"], &row["count"]), (&json!("warn"), &json!(1)), "{row}");
    let ran = send("13800138000,13800138001", &[]).expect(4);
    for words in
        ["Refused 1, code 8: The same text", "`yunque campaigns show c2`", "`yunque campaigns retry c2` tries 1"]
    {
        assert!(ran.stdout.contains(words), "{words}: {ran:?}");
    }
    let chinese = send("13800138000,13800138002", &["--lang", "zh-CN"]).expect(4);
    assert!(chinese.stdout.contains("被拒绝 1 个，代码 8："), "{chinese:?}");
}

#[test]
fn who_is_left_of_a_cancelled_campaign_is_not_pending() {
    let world = World::new(QUIET);
    let to = "13800138000,13800138001,13800138002";
    let text = ["--text", "【云雀】hi", "--kind", "notification", "--yes", "--canary", "1"];
    world.run(&[&["send", "--to", to], &text[..]].concat()).expect(1);
    let ran = world.run(&["campaigns", "cancel", "c1"]).expect(0);
    assert!(ran.stdout.contains("2  not sent") && !ran.stdout.contains("pending"), "{ran:?}");
}

#[test]
fn a_key_that_cannot_be_one_is_told_as_such() {
    let world = World::new(QUIET);
    world.json(0, &["links"]);
    let mut command = world.command(&["--json", "links"]);
    command.env("YUNQUE_API_KEY", "c0ffee");
    let error = ran(command, b"").expect(2).json()["error"].clone();
    assert_eq!(error["kind"], "config");
    assert!(error["message"].as_str().unwrap().contains("this has 6 characters"), "{error}");
}

#[test]
fn a_read_only_profile_says_so_before_anything_is_checked() {
    let world = World::new(QUIET);
    world.json(0, &["links"]);
    let send = ["--read-only", "send", "--to", "13800138000", "--text", "【云雀】hi", "--yes"];
    let ran = world.run(&send).expect(2);
    assert_eq!(ran.stderr.matches("read-only").count(), 2, "the state and the flag: {ran:?}");
    assert!(ran.stderr.starts_with("Error: Profile main is read-only: it may look, and change nothing."), "{ran:?}");
    assert_eq!(world.sandbox.requests().len(), 0, "nobody was asked");
    world.run(&[&send[..], &["--dry-run"]].concat()).expect(2);
}

#[test]
fn a_balance_that_runs_out_pauses_the_campaign() {
    let world = World::new(&["--audience", "0", "--balance", "0.10"]);
    let args = [
        "--json",
        "send",
        "--to",
        "13800138000,13800138001,13800138002,13800138003",
        "--text",
        "【云雀】hi",
        "--kind",
        "notification",
        "--yes",
        "--batch-size",
        "1",
        "--in-flight",
        "1",
    ];
    let ran = world.run(&args).expect(1);
    assert!(ran.stderr.contains("The balance is short by about ¥0.10"), "the pre-flight warned: {ran:?}");
    let sent = ran.json()["campaign"].clone();
    assert_eq!((&sent["pause"]["reason"], &sent["pause"]["code"]), (&json!("refused"), &json!(3)), "{sent}");
    assert_eq!((&sent["counts"]["accepted"], &sent["counts"]["pending"]), (&json!(2), &json!(1)), "{sent}");
}

#[test]
fn an_answer_that_never_came_is_unknown_until_the_records_tell() {
    let world = World::new(&["--audience", "0", "--fault", "drop-after:1"]);
    let sent = send_to(&world, "13800138000", "【云雀】hi").expect(5).json()["campaign"].clone();
    assert_eq!(sent["counts"]["unknown"], 1);
    assert_eq!(sent["state"], "paused");
    assert_eq!(world.sandbox.accepted(), 1);
    let page = world.run(&["campaigns", "show", "c1"]).expect(0).stdout;
    assert!(page.contains("¥0.00; the 1 unknown may cost more"), "{page}");
    let settled = world.json(0, &["campaigns", "reconcile", "c1"]);
    assert_eq!(settled["settled"], json!({"accepted": 1, "absent": 0, "unsettled": 0}));
    assert_eq!(settled["campaign"]["state"], "finished");
    assert_eq!(settled["campaign"]["fee_estimated"], true);
    assert_eq!(world.sandbox.accepted(), 1, "looking it up sends nothing");
}

#[test]
fn what_the_records_cannot_tell_is_settled_by_hand() {
    let world = World::new(&["--audience", "0", "--fault", "drop-before:1"]);
    let sent = send_to(&world, "13800138000", "【云雀】hi").expect(5).json()["campaign"].clone();
    assert_eq!(sent["counts"]["unknown"], 1);
    let unsettled = world.json(5, &["campaigns", "reconcile", "c1", "--settle", "0s"]);
    assert_eq!(unsettled["settled"]["unsettled"], 1, "without a control nothing is proved: {unsettled}");
    let by_hand = world.json(0, &["campaigns", "settle", "c1", "13800138000", "absent"]);
    assert_eq!(by_hand["campaign"]["counts"]["pending"], 1);
    let twice = world.run(&["--json", "campaigns", "settle", "c1", "13800138000", "absent"]).expect(2);
    assert_eq!(twice.json()["error"]["sent"], "no");
}

#[test]
fn ctrl_c_makes_no_new_call_and_says_130() {
    let world = World::new(&["--audience", "0", "--fault", "slow:40"]);
    let file = world.file("list.txt", numbers(0, 2_000));
    let mut command = world.command(&[&["--json"], &crate::send_to_file(&file, &["--batch-size", "20"])[..]].concat());
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    world.sandbox.accepts(1);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let sent: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let counts = &sent["campaign"]["counts"];
    assert_eq!(counts["unknown"], 0, "answers in flight were waited for: {sent}");
    assert_eq!(counts["sending"], 0, "{sent}");
    assert_eq!(counts["accepted"], world.sandbox.accepted(), "{sent}");
    assert!(counts["pending"].as_u64().unwrap() > 0, "{sent}");
    assert_eq!(sent["campaign"]["pause"]["reason"], "interrupted");
    world.json(0, &["campaigns", "resume", "c1", "--yes"]);
    assert_eq!(world.sandbox.accepted(), 2_000);
}

#[test]
fn two_at_once_and_exactly_one_sends() {
    let world = World::new(&["--audience", "0", "--fault", "slow:10"]);
    let file = world.file("list.txt", numbers(0, 400));
    let args = crate::send_to_file(&file, &["--canary", "1"]);
    world.json(1, &args);
    let resume = ["--json", "campaigns", "resume", "c1", "--yes"];
    let start = || {
        let mut command = world.command(&resume);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let both = [start(), start()].map(|child| child.wait_with_output().unwrap().status.code().unwrap());
    assert!(both.contains(&0), "{both:?}");
    assert_eq!(world.sandbox.accepted(), 400, "{both:?}");
}
