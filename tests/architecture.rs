//! The floors of the house, held by a test: a room imports only from floors below it, and each room keeps away from
//! what its floor must never touch.
#![allow(clippy::unwrap_used, clippy::match_same_arms, reason = "a test that cannot go on stops")]
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms and their floors. `campaign/machine` is a room of its own, below its driver.
const FLOORS: &[(&str, u8)] = &[
    ("sms", 1),
    ("problem", 1),
    ("words", 1),
    ("app", 2),
    ("campaign/machine", 2),
    ("yunpian", 2),
    ("store", 2),
    ("files", 2),
    ("config", 2),
    ("campaign", 3),
    ("sandbox", 3),
    ("desk", 4),
    ("shell", 5),
    ("cli", 5),
];

/// What reads a clock.
const CLOCKS: &[&str] = &["Timestamp::now", "Zoned::now", "Instant::now", "SystemTime::now"];
/// What reaches outside the process.
const OUTSIDE: &[&str] =
    &["tokio", "reqwest", "rusqlite", "std::fs", "std::env", "std::thread", "std::net", "std::process"];
/// What draws.
const DRAWING: &[&str] = &["ratatui", "crossterm"];

/// What a room must never name.
fn never(room: &str) -> Vec<&'static str> {
    let of = |lists: &[&[&'static str]]| lists.concat();
    match room {
        "sms" | "problem" | "words" | "campaign/machine" => of(&[CLOCKS, OUTSIDE, DRAWING]),
        "app" => of(&[CLOCKS, OUTSIDE]),
        "yunpian" => of(&[DRAWING, &["rusqlite"]]),
        "store" | "files" | "config" => of(&[DRAWING, &["reqwest"]]),
        "campaign" | "sandbox" | "desk" => of(&[DRAWING, &["rusqlite"]]),
        "shell" => vec!["rusqlite", "reqwest"],
        "cli" => vec!["rusqlite", "reqwest", "ratatui"],
        _ => Vec::new(),
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every source file as (its path below `src/`, its code without comments and without its tests).
fn code() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let shipped = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let lines: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        (path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(), lines.join("\n"))
    };
    paths.into_iter().filter(|p| p.file_stem().is_none_or(|n| n != "tests")).map(shipped).collect()
}

/// The room of a file: `campaign/machine/step.rs` stands in `campaign/machine`.
fn room_of(file: &str) -> Option<(&'static str, u8)> {
    let plain = file.trim_end_matches(".rs");
    let holds = |room: &str| plain == room || plain.starts_with(&format!("{room}/"));
    FLOORS.iter().filter(|(room, _)| holds(room)).max_by_key(|(room, _)| room.len()).copied()
}

/// Whether `text` names `word` as a whole path segment.
fn names(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word)
        .any(|(at, _)| !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next()))
}

/// The code with every path in braces written out: `use crate::{app::Event, desk}` names `crate::app::Event` and
/// `crate::desk`, `use std::{fs, io}` names `std::fs`; and a `super::` that leads up to the root is `crate::`.
fn spelled_out(file: &str, text: &str) -> String {
    let ups = "super::".repeat(file.split('/').count());
    let mut text = text.replace(&ups, "crate::");
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut found = Vec::new();
    for (at, opening) in text.match_indices("::{") {
        let begins = text[..at].char_indices().rev().find(|(_, c)| !is_path(*c)).map_or(0, |(i, c)| i + c.len_utf8());
        let mut outer = vec![format!("{}::", &text[begins..at])];
        let mut inner = String::new();
        for c in text[at + opening.len()..].chars() {
            let Some(path) = outer.last().cloned() else { break };
            match c {
                '{' => outer.push(path + std::mem::take(&mut inner).trim()),
                ',' | '}' => {
                    let name = std::mem::take(&mut inner);
                    found.extend(
                        name.split(" as ")
                            .next()
                            .map(str::trim)
                            .filter(|name| !name.is_empty())
                            .map(|name| path + name),
                    );
                    if c == '}' {
                        outer.pop();
                    }
                }
                c => inner.push(c),
            }
        }
    }
    for path in &found {
        text.extend(["\nuse ", path, ";"]);
    }
    text
}

#[test]
fn a_path_is_found_however_an_import_spells_it() {
    for (file, text) in [
        ("store.rs", "use crate::desk::Desk;"),
        ("store.rs", "use crate::{desk, sms};"),
        ("store/open.rs", "use crate::{\n    sms::{Mobile, Sid},\n    desk::{Desk},\n};"),
        ("store.rs", "use super::desk::Desk;"),
        ("store/open.rs", "let desk = super::super::desk::open();"),
        ("campaign/machine/step.rs", "use super::super::super::{sms, desk};"),
    ] {
        assert!(names(&spelled_out(file, text), "crate::desk"), "{file}: {text}");
    }
    for text in
        ["use std::{fs, io};", "use std::{\n    io::{self, Read},\n    fs as files,\n};", "use std::fs::{self, File};"]
    {
        assert!(names(&spelled_out("sms.rs", text), "std::fs"), "{text}");
    }
    assert!(!names(&spelled_out("sms.rs", "use std::{fmt::{self}, io::{fs}};"), "std::fs"));
    for (file, text) in [("app/pane.rs", "use super::desk;"), ("store.rs", "use crate::{sms::desk, store::{desk}};")] {
        assert!(!names(&spelled_out(file, text), "crate::desk"), "{file}: {text}");
    }
}

#[test]
fn a_room_imports_only_from_floors_below_it() {
    let mut wrong = Vec::new();
    for (file, text) in code() {
        let Some((room, floor)) = room_of(&file) else { continue };
        // The machine's path begins with its driver's: look for each by itself.
        let driver = spelled_out(&file, &text).replace("crate::campaign::machine", "crate::campaign_machine");
        for (other, other_floor) in FLOORS {
            let path = format!("crate::{}", other.replace('/', "_"));
            let may = *other_floor < floor || room == *other || (floor == 1 && *other_floor == 1);
            if !may && names(&driver, &path) {
                wrong.push(format!("src/{file} (floor {floor}) imports {path} (floor {other_floor})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_room_never_touches_what_its_floor_forbids() {
    let mut wrong = Vec::new();
    for (file, text) in code() {
        let Some((room, _)) = room_of(&file) else { continue };
        let text = spelled_out(&file, &text);
        for word in never(room).into_iter().filter(|word| names(&text, word)) {
            wrong.push(format!("src/{file} names {word}"));
        }
    }
    // A view draws, and the keymap reads keys: the console's core may name the drawing library, never the outside.
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_campaign_room_may_send() {
    for (file, text) in code() {
        let room = room_of(&file).map_or("", |(room, _)| room);
        if ["campaign", "campaign/machine", "yunpian", "sandbox"].contains(&room) {
            continue;
        }
        for call in [".single_send(", ".batch_send("] {
            assert!(!text.contains(call), "src/{file} calls {call}…): only campaign/ may send");
        }
    }
}

#[test]
fn the_sandbox_shares_no_wire_types_with_the_client() {
    for (file, text) in code() {
        match room_of(&file) {
            Some(("sandbox", _)) => assert!(!text.contains("crate::yunpian"), "src/{file} uses the client"),
            Some(("yunpian", _)) => assert!(!text.contains("crate::sandbox"), "src/{file} uses the sandbox"),
            _ => {}
        }
    }
}

#[test]
fn state_files_of_the_console_know_no_widgets() {
    let drawing = ["view", "theme", "chart", "canvas", "table", "text", "list"];
    for (file, text) in code() {
        let is_drawing = file == "app/editor.rs" || drawing.iter().any(|word| file.contains(word));
        if file.starts_with("app/") && !is_drawing {
            assert!(!text.contains("ratatui::widgets"), "src/{file} is state, yet imports widgets");
        }
    }
}

#[test]
fn main_is_short_and_every_room_has_a_floor() {
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 60, "main.rs has {} lines", main.lines().count());
    for (file, _) in code() {
        let is_top = ["lib.rs", "main.rs"].contains(&file.as_str());
        assert!(is_top || room_of(&file).is_some(), "src/{file} stands on no floor: add its room to FLOORS");
    }
}
