//! Turns `assets/locales/{en,zh-CN}/*.toml` into typed functions on `Lang`.
//!
//! One file a room, one `key = "text"` a line. A key `made` in `links.toml` becomes `Lang::links_made(…)`.
//! A key that one language lacks, or whose arguments differ, fails the build here; a key that nobody calls is
//! dead code, which CI denies.
//!
//! In a text, `{name}` is an argument of any `Display` type, `{n}` (or `{n_…}`) is a count (`u64`, shown in
//! groups of three), `{@campaigns.pause}` is the key that is bound to an action in the console, and `{n|recipient|recipients}` picks the word that goes with that count.
//!
//! `assets/locales/command-line.toml` is a table, English = Chinese: clap keeps the English texts of the command line.
#![expect(clippy::expect_used, clippy::panic, reason = "a build script stops the build by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// A text, cut into what is copied, what is inserted and what is chosen.
enum Piece {
    Copied(String),
    Argument(String),
    Plural(String, String, String),
}

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let locales = Path::new(&root).join("assets/locales");
    println!("cargo::rerun-if-changed=assets/locales");
    let english = read(&locales.join("en"));
    let chinese = read(&locales.join("zh-CN"));
    for key in chinese.keys() {
        assert!(english.contains_key(key), "assets/locales/en lacks the key {key}");
    }
    let mut code = String::from(
        "#[allow(clippy::if_same_then_else, clippy::match_same_arms, clippy::too_many_arguments, clippy::useless_format, \
         reason = \"two languages may say the same, and some texts take many arguments\")]\nimpl Lang {\n",
    );
    for (key, en) in &english {
        let zh = chinese.get(key).unwrap_or_else(|| panic!("assets/locales/zh-CN lacks the key {key}"));
        function(&mut code, key, en, zh);
    }
    code.push_str("}\n");
    command_line(&mut code, &locales.join("command-line.toml"));
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("words.rs"), code).expect("OUT_DIR can be written");
    commit();
}

/// The commit and target that `--version` names; a tree without git says so.
fn commit() {
    // Only a switch of branches asks again: a rebuild for every commit would cost more than a stale hash while developing.
    if Path::new(".git/HEAD").exists() {
        println!("cargo::rerun-if-changed=.git/HEAD");
    }
    let commit = std::process::Command::new("git")
        .args(["rev-parse", "--short=9", "HEAD"])
        .output()
        .ok()
        .filter(|out| out.status.success())
        .map_or_else(|| "unknown".to_owned(), |out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    println!("cargo::rustc-env=YUNQUE_COMMIT={commit}");
    println!("cargo::rustc-env=YUNQUE_TARGET={}", env::var("TARGET").expect("cargo sets it"));
}

/// The table of the command line's texts, sorted by the English one.
fn command_line(code: &mut String, path: &Path) {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let table: toml::Table = text.parse().unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let sorted: BTreeMap<&str, &str> =
        table.iter().map(|(en, zh)| (en.as_str(), zh.as_str().expect("a text in quotes"))).collect();
    let rows: Vec<_> = sorted.into_iter().collect();
    let _ = writeln!(
        code,
        "/// The command line's texts: English, Chinese.\npub(crate) const COMMAND_LINE: &[(&str, &str)] = &{rows:?};"
    );
}

/// Every key of one language, `room_key` → text.
fn read(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for path in entries.map(|e| e.expect("a readable folder").path()) {
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let room = path.file_stem().and_then(|s| s.to_str()).expect("a plain file name").to_owned();
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let table: toml::Table = text.parse().unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        for (key, value) in table {
            let text = value.as_str().unwrap_or_else(|| panic!("{}: {key} is not a text", path.display()));
            all.insert(format!("{room}_{key}"), keys(text));
        }
    }
    all
}

/// `{@campaigns.pause}` stands for the key that is bound to it: the console puts that in (`app/keymap.rs`).
fn keys(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, name)) = rest.split_once("{@") {
        let (name, after) = name.split_once('}').unwrap_or_else(|| panic!("{text}: a brace is not closed"));
        out.extend([before, "\u{e000}", name, "\u{e001}"]);
        rest = after;
    }
    out + rest
}

fn function(code: &mut String, key: &str, en: &str, zh: &str) {
    let (en_pieces, zh_pieces) = (pieces(key, en), pieces(key, zh));
    let (names, mut others) = (arguments(&en_pieces), arguments(&zh_pieces));
    let mut sorted = names.clone();
    sorted.sort();
    others.sort();
    assert!(sorted == others, "{key}: en takes {sorted:?}, zh-CN takes {others:?}");
    let _ = writeln!(code, "    #[doc = {:?}]", format!("```text\n{en}\n{zh}\n```"));
    if names.is_empty() {
        let _ = writeln!(
            code,
            "    pub(crate) const fn {key}(self) -> &'static str {{ match self {{ Lang::En => {en:?}, Lang::ZhCn => {zh:?} }} }}"
        );
        return;
    }
    let _ = write!(code, "    pub(crate) fn {key}(self");
    for name in &names {
        let kind = if is_count(name) { "u64" } else { "impl std::fmt::Display" };
        let _ = write!(code, ", {name}: {kind}");
    }
    code.push_str(") -> String {\n        match self {\n");
    for (lang, pieces) in [("En", en_pieces), ("ZhCn", zh_pieces)] {
        let _ = writeln!(code, "            Lang::{lang} => {},", expression(&pieces));
    }
    code.push_str("        }\n    }\n");
}

fn is_count(name: &str) -> bool {
    name == "n" || name.starts_with("n_")
}

fn arguments(pieces: &[Piece]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in pieces {
        if let Piece::Argument(name) | Piece::Plural(name, ..) = piece
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}

fn pieces(key: &str, text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        if start > 0 {
            found.push(Piece::Copied(rest[..start].to_owned()));
        }
        let end = rest[start..].find('}').unwrap_or_else(|| panic!("{key}: a brace is not closed")) + start;
        let inside = &rest[start + 1..end];
        rest = &rest[end + 1..];
        match inside.split('|').collect::<Vec<_>>().as_slice() {
            // `{{` … `}` would be ambiguous; a literal brace is written `{lbrace}` / `{rbrace}`.
            ["lbrace"] => found.push(Piece::Copied("{".into())),
            ["rbrace"] => found.push(Piece::Copied("}".into())),
            [name] => found.push(Piece::Argument((*name).to_owned())),
            [name, one, many] if is_count(name) => {
                found.push(Piece::Plural((*name).to_owned(), (*one).to_owned(), (*many).to_owned()));
            }
            _ => panic!("{key}: {{{inside}}} is neither {{name}} nor {{n|one|many}}"),
        }
    }
    if !rest.is_empty() {
        found.push(Piece::Copied(rest.to_owned()));
    }
    found
}

fn expression(pieces: &[Piece]) -> String {
    let (mut format, mut values) = (String::new(), String::new());
    for piece in pieces {
        match piece {
            Piece::Copied(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
            Piece::Argument(name) if is_count(name) => {
                format.push_str("{}");
                let _ = write!(values, ", Grouped({name})");
            }
            Piece::Argument(name) => {
                let _ = write!(format, "{{{name}}}");
            }
            Piece::Plural(name, one, many) => {
                format.push_str("{}");
                let _ = write!(values, ", if {name} == 1 {{ {one:?} }} else {{ {many:?} }}");
            }
        }
    }
    format!("format!({format:?}{values})")
}
