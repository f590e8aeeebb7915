//! Input that must get a clear answer before anything is sent: exit 2, `sent: no`, and no call that writes.
use serde_json::json;

use crate::world::{KEY, World, numbers};

const QUIET: &[&str] = &["--audience", "0"];

#[track_caller]
fn refused(world: &World, kind: &str, args: &[&str]) {
    let mut all = vec!["--json"];
    all.extend(args);
    let ran = world.run(&all).expect(2);
    let error = &ran.json()["error"];
    assert_eq!(error["kind"], kind, "{ran:?}");
    assert_eq!(error["sent"], "no", "{ran:?}");
    assert!(!error["message"].as_str().unwrap().is_empty() && !error["hint"].as_str().unwrap().is_empty(), "{ran:?}");
    assert!(!ran.stderr.trim().is_empty(), "the sentence is on stderr too: {ran:?}");
    assert_eq!(world.sandbox.writes(), 0, "nothing is written before a refusal");
}

#[test]
fn an_address_that_cannot_be_shortened_is_refused_here() {
    let world = World::new(QUIET);
    for url in ["shop.example", "ftp://shop.example/x", "", "http://", "javascript:alert(1)"] {
        refused(&world, "not-a-url", &["shorten", url]);
    }
}

#[test]
fn a_text_that_cannot_be_sent_is_refused_here() {
    let world = World::new(QUIET);
    let long = format!("【云雀】{}", "长".repeat(500));
    for (kind, text) in [("empty-text", "  "), ("no-signature", "hello"), ("text-too-long", long.as_str())] {
        refused(&world, kind, &["send", "--to", "13800138000", "--yes", "--text", text]);
        refused(&world, kind, &["send", "--to", "13800138000", "--dry-run", "--text", text]);
    }
}

#[test]
fn numbers_that_are_none_are_refused_when_nobody_is_left() {
    let world = World::new(QUIET);
    for number in ["12345", "1380013800", "138001380000", "010-12345678", "12800138000", "abc", "+1", ""] {
        refused(&world, "no-recipients", &["send", "--to", number, "--text", "【云雀】hi", "--yes"]);
    }
    refused(&world, "not-a-mobile", &["find", "12345"]);
    refused(&world, "not-a-mobile", &["campaigns", "settle", "c1", "12345", "absent"]);
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    let world = World::new(QUIET);
    let empty = world.file("empty.txt", "");
    let blank = world.file("blank.txt", " \n\n");
    let binary = world.file("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let folder = world.folder.path().to_str().unwrap();
    let missing = world.path("missing.txt");
    for (kind, file) in [
        ("file-empty", empty.as_str()),
        ("file-empty", &blank),
        ("file-format", &binary),
        ("file", folder),
        ("file", missing.to_str().unwrap()),
    ] {
        refused(&world, kind, &["send", "--recipients", file, "--text", "【云雀】hi", "--yes"]);
    }
    refused(&world, "file", &["send", "--to", "13800138000", "--text-file", missing.to_str().unwrap(), "--yes"]);
    refused(&world, "usage", &["send", "--recipients", "-", "--text-file", "-", "--yes"]);
}

#[test]
fn without_a_terminal_sending_needs_yes() {
    let world = World::new(QUIET);
    refused(&world, "needs-yes", &["send", "--to", "13800138000", "--text", "【云雀】hi"]);
    assert_eq!(world.json(0, &["campaigns"])["campaigns"].as_array().unwrap().len(), 0, "nothing was created");
}

#[test]
fn a_dry_run_sends_nothing_and_creates_nothing() {
    let world = World::new(QUIET);
    let plan =
        world.json(0, &["send", "--to", "13800138000,12345", "--text", "【云雀】hi", "--dry-run"])["plan"].clone();
    assert_eq!(plan["recipients"], 1);
    assert_eq!(plan["rejected_rows"], 1);
    assert_eq!(plan["fee"], 0.05);
    assert!(plan["checks"].as_array().unwrap().iter().all(|row| row["state"] != "block"), "{plan}");
    assert_eq!(world.sandbox.writes(), 0);
    assert_eq!(world.json(0, &["campaigns"])["campaigns"].as_array().unwrap().len(), 0);
}

#[test]
fn numbers_are_normalised_and_written_to_once() {
    let world = World::new(QUIET);
    let typed = "１３８００１３８０００, +86 138-0013-8000;0086 13800138000，8613800138000、13800138001";
    let args = ["send", "--to", typed, "--text", "【云雀】hi", "--kind", "notification", "--yes"];
    let sent = world.json(0, &args)["campaign"].clone();
    assert_eq!(sent["counts"]["total"], 2, "{sent}");
    assert_eq!(sent["duplicate_rows"], 3, "{sent}");
    assert_eq!(world.sandbox.accepted(), 2);
}

#[test]
fn recipients_and_text_come_from_stdin_too() {
    let world = World::new(QUIET);
    let args = ["--json", "send", "--recipients", "-", "--text", "【云雀】hi", "--kind", "notification", "--yes"];
    let sent = world.run_with(&args, numbers(0, 1_001)).expect(0).json();
    assert_eq!(sent["campaign"]["counts"]["accepted"], 1_001);
    let args = ["--json", "send", "--to", "13800138000", "--text-file", "-", "--yes"];
    world.run_with(&args, "【云雀】第一行\n第二行\n").expect(0);
    let last = world.sandbox.ledger().pop().unwrap();
    assert_eq!(last["text"], "【云雀】第一行\n第二行");
}

#[test]
fn a_file_in_gb18030_with_a_column_for_each_variable_is_understood() {
    let world = World::new(QUIET);
    let (bytes, ..) = encoding_rs::GB18030.encode("姓名,手机号\n张三,13800138000\n李四,13900139000\n");
    let file = world.file("gbk.csv", &bytes);
    let text = "【云雀】{姓名}您好，您的订单已发货";
    world.json(0, &["send", "--recipients", &file, "--text", text, "--kind", "notification", "--yes"]);
    let texts: Vec<String> =
        world.sandbox.ledger().iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect();
    assert!(texts.contains(&"【云雀】张三您好，您的订单已发货".to_owned()), "{texts:?}");
    assert!(texts.contains(&"【云雀】李四您好，您的订单已发货".to_owned()), "{texts:?}");
}

#[test]
fn what_looking_finds_of_a_file_can_be_overruled() {
    let world = World::new(QUIET);
    // One Latin-1 letter, which looks like Chinese; a delimiter that nobody guesses; a header that looks like a row.
    let file = world.file("odd.txt", b"13700137000^Ann\n13800138000^Zo\xeb\n");
    let text = "【云雀】{2}您好，您的订单已发货";
    let mut args = vec!["send", "--recipients", &file, "--text", text, "--kind", "notification", "--yes"];
    world.json(2, &args);
    args.extend(["--encoding", "latin1", "--delimiter", "^", "--header", "no"]);
    world.json(0, &args);
    let texts: Vec<_> = world.sandbox.ledger().iter().map(|message| message["text"].clone()).collect();
    assert!(texts.contains(&"【云雀】Zoë您好，您的订单已发货".into()) && texts.len() == 2, "{texts:?}");
    let unknown = world.json(2, &["send", "--recipients", &file, "--text", text, "--encoding", "klingon", "--dry-run"]);
    assert!(unknown["error"]["message"].as_str().unwrap().contains("klingon"), "{unknown}");
}

#[test]
fn a_link_that_is_not_ours_is_warned_of_where_clicks_are_to_be_counted() {
    let world = World::new(QUIET);
    let args = [
        "--json",
        "send",
        "--to",
        "13800138000",
        "--text",
        "【云雀】hi https://t.cn/abc",
        "--mobile-stat",
        "--dry-run",
    ];
    let plan = world.run(&args).json()["plan"].clone();
    let link = plan["checks"].as_array().unwrap().iter().find(|row| row["name"] == "link").unwrap().clone();
    assert_ne!(link["state"], "ok", "{plan}");
}

#[test]
fn read_only_refuses_every_verb_that_changes_something() {
    let world = World::new(QUIET);
    world.json(0, &["links"]);
    for args in [
        &["shorten", "https://example.com/", "--read-only"][..],
        &["send", "--to", "13800138000", "--text", "【云雀】hi", "--yes", "--read-only"],
        &["--read-only", "campaigns", "pause", "c1"],
        &["--read-only", "campaigns", "note", "c1", "hi"],
    ] {
        let mut all = vec!["--json"];
        all.extend(args);
        let ran = world.run(&all).expect(2);
        assert_eq!(ran.json()["error"]["sent"], "no", "{ran:?}");
    }
    world.run(&["--read-only", "--json", "links"]).expect(0);
    assert_eq!(world.sandbox.writes(), 0);
}

#[test]
fn a_database_of_another_account_is_refused() {
    let world = World::new(QUIET);
    world.json(0, &["links"]);
    let mut command = world.command(&["--json", "links"]);
    command.env("YUNQUE_API_KEY", KEY.replace('c', "d"));
    let ran = crate::world::ran(command, b"").expect(2);
    assert_eq!(ran.json()["error"]["sent"], "no", "{ran:?}");
}

/// A window of an hour that is not now, in China.
fn closed_now() -> &'static str {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    let hour = zone.to_datetime(jiff::Timestamp::now()).hour();
    if hour < 12 { "20:00-21:00" } else { "03:00-04:00" }
}

#[test]
fn marketing_outside_its_hours_is_refused_with_the_flag_that_overrides_it() {
    let world = World::new(QUIET);
    let hours = closed_now();
    let config = format!("[profiles.main]\nsandbox = false\nquiet_hours = \"{hours}\"\napi_key = \"{KEY}\"\n");
    let path = world.file("config.toml", config);
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let text = "【云雀】hi 拒收请回复R";
    let args = ["--config", &path, "send", "--to", "13800138000", "--text", text, "--kind", "marketing", "--yes"];
    refused(&world, "preflight", &args);
    assert!(world.run(&args).expect(2).stderr.contains("--ignore-quiet-hours"));
    let mut overridden = args.to_vec();
    overridden.push("--ignore-quiet-hours");
    world.run(&overridden).expect(0);
}

#[test]
fn marketing_outside_its_hours_only_warns_on_a_sandbox() {
    let world = World::new(QUIET);
    let config = "[profiles.main]\napi_key_file = \"key\"\nquiet_hours = \"HOURS\"\n";
    let path = world.file("config.toml", config.replace("HOURS", closed_now()));
    let args = [
        "--json",
        "--config",
        &path,
        "send",
        "--to",
        "13800138000",
        "--text",
        "【云雀】hi 拒收请回复R",
        "--kind",
        "marketing",
    ];
    let mut dry = args.to_vec();
    dry.push("--dry-run");
    world.run(&dry).expect(0);
}

#[test]
fn chords_that_cannot_be_used_are_named_with_their_place() {
    let world = World::new(&[]);
    let keys = "[profiles.main]\napi_key = \"c0ffee00c0ffee00c0ffee00c0ffee00\"\n[keys]\nretrry = \"R\"\nquit = \"hyper-q\"\n\
                \"links.clicks\" = \"s\"\n\"field.back\" = [\"x\"]\n";
    let path = world.file("config.toml", keys);
    let checked = world.run(&["--json", "--config", &path, "config", "check"]).expect(2);
    let error = &checked.json()["error"];
    assert_eq!(error["kind"], "config");
    let lines: Vec<&str> = error["message"].as_str().unwrap().lines().collect();
    for (line, place, words) in [
        (0, "config.toml:4:10: ", "no action retrry; the nearest is retry"),
        (1, "config.toml:5:8: ", "quit is bound to hyper-q, which is no key"),
        (2, "config.toml:6:18: ", "s is bound twice: to links.message and to links.clicks"),
        (3, "config.toml:7:16: ", "field.back cannot be x"),
    ] {
        assert!(lines[line].contains(place) && lines[line].contains(words), "{lines:#?}");
    }
    let chinese = world.run(&["--lang", "zh-CN", "--config", &path, "config", "check"]).expect(2);
    assert!(chinese.stderr.contains("config.toml:4:10：没有 retrry 这个动作"), "{chinese:?}");
    let doctor = world.run(&["--json", "--config", &path, "doctor"]).expect(1).json();
    assert_eq!(doctor["checks"][0]["state"], "fail", "{doctor}");
    world.run(&["--config", &path, "links"]).expect(0);
}

#[test]
fn without_a_file_the_check_says_so() {
    let world = World::new(&[]);
    let checked = world.run(&["config", "check"]).expect(0);
    assert!(checked.stdout.starts_with("There is no config file, and none is needed"), "{checked:?}");
}

#[test]
fn a_config_whose_key_cannot_work_is_not_in_order() {
    let world = World::new(&[]);
    let no_key = world.file("short.key", "c0ffee\n");
    std::fs::set_permissions(&no_key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    for (keys, words) in [
        ("api_key_file = \"/nope\"", "/nope"),
        (&format!("api_key_file = \"{no_key}\""), "this has 6 characters"),
        ("batch_size = 100", "Profile main"),
    ] {
        let path = world.file("config.toml", format!("[profiles.main]\n{keys}\n"));
        let mut command = world.command(&["--json", "--config", &path, "config", "check"]);
        command.env_remove("YUNQUE_API_KEY");
        let ran = crate::world::ran(command, b"").expect(2);
        assert!(ran.json()["error"]["message"].as_str().unwrap().contains(words), "{ran:?}");
    }
    // A command that prints the key may ask for a passphrase: it is not run to check a file.
    let path = world.file("config.toml", "[profiles.main]\napi_key_command = \"touch asked\"\n");
    let mut command = world.command(&["--config", &path, "config", "check"]);
    command.env_remove("YUNQUE_API_KEY");
    crate::world::ran(command, b"").expect(0);
    assert!(!world.path("asked").exists());
}

#[test]
fn config_errors_name_the_place_and_the_nearest_key() {
    let world = World::new(QUIET);
    let path = world.file("config.toml", "[profiles.main]\napi_key_fil = \"x\"\n");
    let ran = world.run(&["--config", &path, "links"]).expect(2);
    assert!(ran.stderr.contains("config.toml:2:1") && ran.stderr.contains("api_key_file"), "{ran:?}");
    assert!(ran.stdout.is_empty());
    let checked = world.run(&["--json", "--config", &path, "config", "check"]).expect(2);
    assert_eq!(checked.json()["error"]["kind"], "config");
    let missing = world.path("nowhere.toml");
    world.run(&["--config", missing.to_str().unwrap(), "links"]).expect(2);
    let path = world.file("config.toml", "[profiles.main]\napi_key_file = \"key\"\n");
    world.run(&["--config", &path, "--profile", "nobody", "links"]).expect(2);
}

#[test]
fn unknown_links_and_campaigns_are_said_to_be_unknown() {
    let world = World::new(QUIET);
    refused(&world, "no-such-campaign", &["campaigns", "show", "c99"]);
    refused(&world, "no-such-campaign", &["campaigns", "resume", "c99", "--yes"]);
    refused(&world, "no-such-link", &["links", "show", "Nobody"]);
    let stat = world.run(&["--json", "stat", "Nobody"]).expect(3);
    assert_eq!(stat.json()["error"]["code"], -55);
}

#[test]
fn who_had_a_message_lately_is_left_out_when_asked_and_kept_as_a_row() {
    let world = World::new(QUIET);
    world.run(&["send", "--to", "13800138000", "--text", "【云雀】first", "--yes"]).expect(0);
    let list = world.file("list.csv", "mobile\n13800138000\n13900139000\n");
    let text = "【云雀】second 拒收请回复R";
    let mut args = vec!["--json", "send", "--recipients", &list, "--text", text, "--leave-out", "recent", "--dry-run"];
    let plan = world.run(&args).expect(0).json()["plan"].clone();
    assert_eq!((&plan["recipients"], &plan["taken_out"]), (&1.into(), &1.into()), "{plan}");
    args.truncate(args.len() - 1);
    args.push("--yes");
    let sent = world.run(&args).expect(0).json()["campaign"].clone();
    assert_eq!((&sent["counts"]["accepted"], &sent["taken_out"]), (&1.into(), &1.into()), "{sent}");
}

#[test]
fn rows_that_are_left_out_are_listed_with_their_reason() {
    let world = World::new(&["--audience", "0"]);
    let text = ["--text", "【云雀】hi", "--kind", "notification"];
    let nobody = world.run(&[&["--json", "send", "--to", "010-88888888"], &text[..]].concat()).expect(2);
    let left_out = json!([{"row": 1, "raw": "010-88888888", "reason": "landline", "meaning": "landline"}]);
    assert_eq!(nobody.json()["error"]["rejected"], left_out);
    assert!(nobody.stderr.contains("row 1 010-88888888 (landline)"), "{nobody:?}");

    let list = world.file("mixed.csv", "手机\n13800138000\n1380013800\n+86 138 0013 8000\nnobody\n");
    let send = [&["send", "--recipients", &list], &text[..]].concat();
    let expected = ["too-short", "duplicate", "not-digits"];
    let plan = world.json(0, &[&send[..], &["--dry-run"]].concat())["plan"].clone();
    let reasons: Vec<&str> =
        plan["rejected"].as_array().unwrap().iter().map(|r| r["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, expected, "{plan}");
    assert_eq!(plan["rejected"][0]["row"], 3);
    let says_why =
        |page: &str| page.contains("1380013800") && page.contains("too short") && page.contains("same as row 2");
    let page = world.run(&[&send[..], &["--dry-run"]].concat()).expect(0);
    assert!(says_why(&page.stdout), "{page:?}");
    let sent = world.run(&[&send[..], &["--yes"]].concat()).expect(0);
    assert!(says_why(&sent.stderr), "{sent:?}");
    let shown = world.json(0, &["campaigns", "show", "c1"]);
    assert_eq!(shown["rejected"], plan["rejected"]);
    let page = world.run(&["campaigns", "show", "c1"]).expect(0);
    assert!(says_why(&page.stdout), "{page:?}");
    let masked = world.json(0, &["campaigns", "show", "c1", "--mask"]);
    assert_eq!(masked["rejected"][1]["raw"], "138****8000", "{masked}");
}

#[test]
fn a_dash_is_no_file_to_write_clicks_to() {
    let world = World::new(&[]);
    for flag in ["--csv", "--xlsx"] {
        refused(&world, "usage", &["clicks", "YRDOnF", flag, "-"]);
    }
    assert!(!world.path("-").exists());
}

#[test]
fn a_signature_alone_is_no_text() {
    let world = World::new(&[]);
    refused(&world, "empty-text", &["send", "--to", "13800138000", "--text", "【云雀】", "--yes"]);
    assert_eq!(world.sandbox.writes(), 0);
}

#[test]
fn a_time_that_is_over_is_told_in_the_reader_s_zone() {
    let world = World::new(QUIET);
    let send = ["send", "--to", "13800138000", "--text", "【云雀】hi", "--yes", "--at"];
    let mut command = world.command(&[&send[..], &["2026-01-02T03:04:05Z"]].concat());
    command.env("TZ", "Asia/Shanghai");
    let ran = crate::world::ran(command, b"").expect(2);
    assert!(ran.stderr.contains("2026-01-02 11:04:05 +08:00 is in the past"), "{ran:?}");
    world.json(0, &[&send[..], &["2126-01-02T03:04:05Z"]].concat());
    let mut command = world.command(&["campaigns", "resume", "c1", "--yes"]);
    command.env("TZ", "Asia/Shanghai");
    let ran = crate::world::ran(command, b"").expect(2);
    assert!(ran.stderr.contains("2126-01-02 11:04:05 +08:00"), "{ran:?}");
}

#[test]
fn a_sandbox_is_not_started_with_what_it_cannot_live_by() {
    let world = World::new(QUIET);
    for flag in ["--pace=0", "--pace=nan", "--pace=inf", "--pace=-1", "--key=short"] {
        let ran = world.run(&["sandbox", "--listen", "127.0.0.1:0", flag]).expect(2);
        assert!(ran.stdout.is_empty(), "{flag}: {ran:?}");
    }
}
