//! The key is nowhere but in memory: not in output, logs, database, exports; numbers are masked in logs.
use std::path::Path;

use crate::scripted::{Scripted, http};
use crate::world::{KEY, World, command_in, ran};

/// Every file below a folder that holds `needle`.
fn holding(folder: &Path, needle: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            holding(&path, needle, found);
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
}

#[test]
fn the_key_is_in_no_output_and_in_no_file() {
    let world = World::new(&["--audience", "0", "--stats-lag", "0s"]);
    let sid = world.json(0, &["shorten", "https://example.com/"])["sid"].as_str().unwrap().to_owned();
    let text = format!("【云雀】 dx5.cn/{sid}");
    let runs: Vec<Vec<&str>> = vec![
        vec!["-vv", "send", "--to", "13800138000", "--text", &text, "--mobile-stat", "--yes"],
        vec!["-vv", "clicks", &sid, "--csv", "out.csv"],
        vec!["-vv", "stat", &sid],
        vec!["-vv", "balance"],
        vec!["-vv", "doctor", "--journal"],
        vec!["-vv", "config", "show"],
        vec!["-vv", "--base-url", "http://127.0.0.1:1", "stat", &sid],
        vec!["-vv", "--base-url", "http://127.0.0.1:1", "balance"],
        vec!["--json", "-vv", "--base-url", "http://127.0.0.1:1", "stat", &sid],
    ];
    for args in runs {
        let ran = world.run(&args);
        assert!(!ran.stdout.contains(KEY) && !ran.stderr.contains(KEY), "{args:?}: {ran:?}");
    }
    let mut found = Vec::new();
    holding(world.folder.path(), KEY, &mut found);
    assert_eq!(found, Vec::<String>::new());
    let logs = world.path(".local/state/yunque");
    let mut named = Vec::new();
    holding(&logs, "13800138000", &mut named);
    assert_eq!(named, Vec::<String>::new(), "numbers are masked in logs");
    assert!(std::fs::read_dir(&logs).unwrap().count() > 0, "there is a log");
}

#[test]
fn a_key_that_an_answer_echoes_is_neither_shown_nor_kept() {
    let refusal = format!(r#"{{"http_status_code":400,"code":10,"msg":"{KEY} may not","detail":"{KEY}"}}"#);
    let account = format!(r#"{{"nick":"{KEY}","balance":12.5,"alarm_balance":1}}"#);
    let routes = vec![("user/get.json", http("200 OK", "application/json", &account))];
    let server = Scripted::routed(http("400 Bad Request", "application/json", &refusal), routes);
    let home = tempfile::tempdir().unwrap();
    for args in [
        vec!["-vv", "send", "--to", "13800138000", "--text", "【云雀】hi", "--kind", "notification", "--yes"],
        vec!["-vv", "find", "13800138000"],
        vec!["-vv", "campaigns", "show", "c1"],
        vec!["-vv", "balance"],
        vec!["-vv", "--json", "balance"],
    ] {
        let ran = ran(command_in(home.path(), &server.url, &args), b"");
        assert!(!ran.stdout.contains(KEY) && !ran.stderr.contains(KEY), "{args:?}: {ran:?}");
        let shown = ["find", "balance"].iter().any(|verb| args.contains(verb));
        assert!(!shown || ran.stdout.contains("[key]"), "the answer was shown: {args:?}: {ran:?}");
    }
    assert_eq!(server.sends.lock().unwrap().len(), 1);
    let mut found = Vec::new();
    holding(home.path(), KEY, &mut found);
    assert_eq!(found, Vec::<String>::new());
}
