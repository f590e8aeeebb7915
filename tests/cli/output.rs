//! What is printed: one document and nothing else on stdout, sentences on stderr, two languages, no broken pipe.
use std::io::Read;
use std::process::Stdio;

use crate::world::{World, YUNQUE, numbers};

#[test]
fn help_and_version_open_nothing() {
    let home = tempfile::tempdir().unwrap();
    for args in [&["--version"][..], &["--help"], &["-h"], &["send", "--help"], &["man"], &["completions", "bash"]] {
        let mut command = crate::world::command_in(home.path(), "http://127.0.0.1:1", args);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{args:?}");
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "{args:?} left something behind");
    }
}

#[test]
fn usage_errors_are_exit_2_and_a_document_with_json() {
    let world = World::new(&[]);
    for args in [
        &["send"][..],
        &["nonsense"],
        &["send", "--to", "13800138000"],
        &["send", "--to", "1", "--recipients", "f", "--text", "x"],
        &["campaigns", "show", "x1"],
        &["clicks"],
        &["clicks", "X", "--campaign", "c1"],
        &["--color", "purple", "links"],
        &["--lang", "fr", "links"],
        &["--seed", "4", "links"],
        &["--sandbox", "links"],
        &["send", "--to", "13800138000", "--text", "x", "--api-key", "k"],
    ] {
        let plain = world.run(args).expect(2);
        assert!(plain.stdout.is_empty() && !plain.stderr.is_empty(), "{plain:?}");
        let mut json = vec!["--json"];
        json.extend(args);
        assert_eq!(world.run(&json).expect(2).json()["error"]["kind"], "usage", "{args:?}");
    }
}

#[test]
fn help_and_usage_errors_are_in_the_language_that_was_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let config = "lang = \"zh-CN\"\n[profiles.main]\napi_key = \"c0ffee00c0ffee00c0ffee00c0ffee00\"\n";
    std::fs::write(home.path().join("zh.toml"), config).unwrap();
    let run = |args: &[&str], lang: Option<&str>| {
        let mut command = crate::world::command_in(home.path(), "http://127.0.0.1:1", args);
        command.envs(lang.map(|lang| ("YUNQUE_LANG", lang)));
        crate::world::ran(command, b"")
    };
    for ran in [
        run(&["--lang", "zh-CN", "send", "--help"], None),
        run(&["send", "-h", "--lang=zh-CN"], Some("en")),
        run(&["send", "--help"], Some("zh-CN")),
        run(&["--config", "zh.toml", "send", "--help"], None),
    ] {
        let ran = ran.expect(0);
        assert!(ran.stdout.contains("用法：yunque send [选项]") && ran.stdout.contains("通用选项"), "{ran:?}");
    }
    assert!(run(&["send", "--help"], None).stdout.contains("Usage: yunque send [OPTIONS]"));
    let wrong = run(&["--json", "send", "--too", "1"], Some("zh-CN")).expect(2);
    assert!(
        wrong.stderr.starts_with("错误：这里没有 --too 这个参数，是否想写 --to？\n\n用法：yunque send"),
        "{wrong:?}"
    );
    assert_eq!(wrong.json()["error"]["message"], "这里没有 --too 这个参数，是否想写 --to？");
    assert_eq!(wrong.json()["error"]["sent"], "no");
    let page = run(&["man", "--lang", "zh-CN"], None).expect(0).stdout;
    assert!(page.contains(".SH 名称") && page.contains("yunque campaigns take-over"), "{page}");
    let script = run(&["completions", "fish", "--lang", "zh-CN"], None).expect(0).stdout;
    assert!(script.contains("生成短链") && script.contains("notification"), "{script}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let world = World::new(&["--audience", "0"]);
    let file = world.file("list.txt", numbers(0, 3_000));
    let args = crate::send_to_file(&file, &[]);
    world.run(&args).expect(0);
    for args in [&["--json", "campaigns", "show", "c1"][..], &["campaigns"], &["completions", "zsh"], &["--help"]] {
        let mut command = world.command(args);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let code = child.wait().unwrap().code();
        assert_eq!(code, Some(0), "{args:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn every_sentence_is_there_in_chinese() {
    let world = World::new(&["--audience", "0"]);
    let args = ["send", "--to", "13800138000", "--text", "hi", "--yes", "--lang", "zh-CN"];
    let refused = world.run(&args).expect(2);
    assert!(refused.stderr.contains("错误") && refused.stderr.contains("没有发出任何短信"), "{refused:?}");
    let args =
        ["--lang", "zh-CN", "send", "--to", "13800138000", "--text", "【云雀】hi", "--yes", "--name", "双11 返场"];
    let sent = world.run(&args).expect(0);
    assert!(sent.stdout.contains("已完成") && sent.stdout.contains("已受理"), "{sent:?}");
    let listed = world.run(&["campaigns", "--lang=zh-CN"]).expect(0);
    assert!(listed.stdout.contains("双11 返场") && listed.stdout.contains("状态"), "{listed:?}");
    for verb in [&["today"][..], &["balance"], &["doctor"], &["audit", "verify"], &["links"], &["find", "13800138000"]]
    {
        let mut all = vec!["--lang", "zh-CN"];
        all.extend(verb);
        let ran = world.run(&all).expect(0);
        assert!(!ran.stdout.is_ascii(), "{verb:?}: {ran:?}");
    }
    let mut by_environment = world.command(&["campaigns"]);
    by_environment.env("LANG", "zh_CN.UTF-8");
    assert!(crate::world::ran(by_environment, b"").stdout.contains("状态"));
}

#[test]
fn the_doctor_names_what_it_looked_at_in_the_reader_s_language() {
    let world = World::new(&["--audience", "0"]);
    let page = world.run(&["--lang", "zh-CN", "doctor", "--journal"]).expect(0).stdout;
    for line in page.lines() {
        let name = line.split_whitespace().nth(1).unwrap();
        assert!(name == "SQLite" || !name.is_ascii(), "{line}");
    }
    let names = world.json(0, &["--lang", "zh-CN", "doctor"]);
    assert_eq!(names["checks"][0]["name"], "config", "scripts read the stable word");
}

#[test]
fn what_was_changed_in_the_database_by_other_means_is_told_in_the_reader_s_language() {
    let world = World::new(&["--audience", "0"]);
    world.run(&["send", "--to", "13800138000,13800138001", "--text", "【云雀】hi", "--yes"]).expect(0);
    let tamper = |sql: &str| {
        let database = world.path(".local/share/yunque/main/yunque.db");
        rusqlite::Connection::open(database).unwrap().execute_batch(sql).unwrap();
    };
    let row = |name: &str| {
        let checks = world.json(1, &["doctor", "--journal"])["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["name"] == name).unwrap()
    };
    tamper("UPDATE fact SET kind = 77 WHERE seq = 1; DELETE FROM attempt WHERE id = 1");
    assert_eq!(row("journal-attempts-cover")["detail"], "c1 attempt 1 is missing");
    assert_eq!(row("journal-facts-follow")["detail"], "c1 attempt 1 recipient 1 kind 77");
    assert_eq!(row("journal-deliveries-add-up")["state"], "ok", "the others are given all the same");
    let page = world.run(&["doctor", "--journal"]).expect(1).stdout;
    assert!(page.contains("an attempt was changed or taken away") && page.contains("unknown kind"), "{page}");
    let page = world.run(&["--lang", "zh-CN", "doctor", "--journal"]).expect(1).stdout;
    assert!(page.contains("有请求记录被改动或删除") && page.contains("有结果类型不明"), "{page}");
    tamper("DROP TABLE delivery");
    let broken = row("journal-deliveries-add-up");
    assert!(broken["state"] == "fail" && broken["detail"].as_str().unwrap().contains("no such table"), "{broken}");

    let whole = world.json(0, &["audit", "verify"]);
    tamper("DELETE FROM audit; DELETE FROM meta WHERE key = 'audit-head'");
    let emptied = world.json(1, &["audit", "verify"]);
    assert_eq!((&emptied["intact"], &emptied["broken_at"]), (&false.into(), &1.into()), "{emptied}");
    assert_eq!(emptied["gone"]["line"], whole["entries"], "{emptied}");
    assert!(emptied["gone"]["written_at"].as_str().unwrap().ends_with("+00:00"), "{emptied}");
    let page = world.run(&["audit", "verify"]).expect(1).stdout;
    assert!(page.contains("lacks its end, from line 1 on") && page.contains("audit-head"), "{page}");
    let page = world.run(&["--lang", "zh-CN", "audit", "verify"]).expect(1).stdout;
    assert!(page.contains("审计末尾缺失，自第 1 条起"), "{page}");
    assert_eq!(row("audit")["state"], "fail");
}

#[test]
fn columns_of_the_list_stand_under_their_heads() {
    let world = World::new(&["--audience", "0"]);
    for (i, name) in ["双11 返场 Double 11", "x"].iter().enumerate() {
        let number = format!("1380013800{i}");
        world.run(&["send", "--to", &number, "--text", "【云雀】hi", "--name", name, "--yes"]).expect(0);
    }
    let listed = world.run(&["campaigns"]).expect(0).stdout;
    let width = |line: &str| unicode_width::UnicodeWidthStr::width(line);
    let widths: Vec<usize> = listed.lines().map(width).collect();
    // The last column is left-aligned and its values are as wide as each other.
    assert_eq!(widths[1], widths[2], "{listed}");
}

#[test]
fn control_characters_in_names_and_texts_are_shown_not_obeyed() {
    let world = World::new(&["--audience", "0"]);
    let name = "a\u{1b}[2Jb\u{202e}c";
    world
        .run(&["send", "--to", "13800138000", "--text", "【云雀】h\u{1b}]0;x\u{7}i", "--name", name, "--yes"])
        .expect(0);
    for args in [&["campaigns"][..], &["campaigns", "show", "c1"], &["find", "13800138000"], &["--json", "campaigns"]] {
        let ran = world.run(args).expect(0);
        assert!(!ran.stdout.contains('\u{1b}'), "{args:?}: {ran:?}");
    }
    assert!(world.run(&["campaigns"]).stdout.contains("<1B>"));
}

#[test]
fn color_is_only_where_it_is_asked_for() {
    let world = World::new(&[]);
    assert!(!world.run(&["links"]).stdout.contains('\u{1b}'));
    world.json(0, &["shorten", "https://example.com/"]);
    assert!(world.run(&["links", "--color", "always"]).stdout.contains('\u{1b}'));
    assert!(!world.run(&["links", "--color", "never"]).stdout.contains('\u{1b}'));
}

#[test]
fn the_sandbox_says_one_line_and_ends_on_a_signal() {
    let mut child = std::process::Command::new(YUNQUE)
        .args(["sandbox", "--listen", "127.0.0.1:0", "--seed", "7"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    assert!(line.starts_with("listening on http://127.0.0.1:") && line.ends_with('\n'), "{line:?}");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(rest, "");
}

#[test]
fn a_standard_output_that_is_full_is_a_failure_and_one_that_is_closed_is_none() {
    let world = World::new(&["--audience", "0"]);
    for args in [&["balance"][..], &["--json", "balance"], &["completions", "bash"], &["--help"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = world.command(args).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        assert!(said.contains("standard output could not be written"), "{args:?}: {said}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = world.command(args).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {output:?}");
    }
}

#[test]
fn a_send_under_nohup_outlives_its_terminal() {
    let world = World::new(&["--audience", "0", "--fault", "slow:20"]);
    let file = world.file("list.txt", crate::world::numbers(0, 2_000));
    let args = crate::send_to_file(&file, &["--batch-size", "20"]);
    let plain = world.command(&args);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$0\" \"$@\"", crate::world::YUNQUE]).args(&args).env_clear();
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(plain.get_current_dir().unwrap()).stdout(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    world.sandbox.accepts(100);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(world.sandbox.accepted(), 2_000);
}
