//! What stands in the file, key by key, each value with its place. Nothing is resolved here, nothing is defaulted.
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use jiff::tz::TimeZone;
use secrecy::SecretString;
use toml::de::{DeTable, DeValue};

use super::profile::Tint;
use super::section::{At, Reading, Section, texts};
use super::{Binding, ColorChoice, Result};
use crate::problem::ConfigProblem;
use crate::problem::config::{Expected, FaultKind};
use crate::sms::{Gate, Mobile, Money, QuietHours};
use crate::words::Lang;

/// The whole file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub profile: Option<At<String>>,
    pub operator: Option<At<String>>,
    pub data_dir: Option<At<String>>,
    pub shared: Option<At<bool>>,
    pub recent_days: Option<At<u32>>,
    pub daily_recipients: Option<At<u64>>,
    pub daily_money: Option<At<Money>>,
    pub canary_number: Option<At<u32>>,
    pub canary_above: Option<At<u32>>,
    pub canary_go_at: Option<At<u32>>,
    pub canary_within: Option<At<Duration>>,
    pub typed_recipients: Option<At<u64>>,
    pub typed_money: Option<At<Money>>,
    pub test_number: Option<At<Mobile>>,
    pub hold: Option<At<Duration>>,
    pub lang: Option<At<Lang>>,
    pub time_zone: Option<At<Option<TimeZone>>>,
    pub mask: Option<At<bool>>,
    pub ascii: Option<At<bool>>,
    pub color: Option<At<ColorChoice>>,
    pub ambiguous_width: Option<At<u8>>,
    pub reduce_motion: Option<At<bool>>,
    pub bracketed_paste: Option<At<bool>>,
    pub clipboard_limit: Option<At<u32>>,
    pub refresh: Option<At<Duration>>,
    pub profiles: Vec<FileProfile>,
    pub keys: Vec<Binding>,
    pub clicked: FileClicked,
}

/// `[profiles.NAME]`.
#[derive(Debug)]
pub(super) struct FileProfile {
    pub name: String,
    pub api_key: Option<At<SecretString>>,
    pub api_key_file: Option<At<String>>,
    pub api_key_command: Option<At<String>>,
    pub base_url: Option<At<String>>,
    pub sandbox: Option<At<bool>>,
    pub uid: Option<At<bool>>,
    pub pull_status: Option<At<bool>>,
    pub quiet_hours: Option<At<Option<QuietHours>>>,
    pub price: Option<At<Money>>,
    pub batch_size: Option<At<u32>>,
    pub in_flight: Option<At<u32>>,
    pub rate: Option<At<u32>>,
    pub color: Option<At<Tint>>,
    pub link_hosts: Option<At<Vec<String>>>,
    pub read_only: Option<At<bool>>,
    pub settle: Option<At<Duration>>,
    pub connect_timeout: Option<At<Duration>>,
    pub timeout: Option<At<Duration>>,
    pub hangup_grace: Option<At<Duration>>,
    pub data_dir: Option<At<String>>,
    pub shared: Option<At<bool>>,
}

/// `[api.clicked]`.
#[derive(Debug, Default)]
pub(super) struct FileClicked {
    pub path: Option<At<String>>,
    /// `sid`, `start_time`, `end_time`, `page_num`, `page_size`: the request's names.
    pub request: [Option<At<String>>; 5],
    /// `list`, `mobile`, `clicks`, `first_at`, `last_at`: the answer's names.
    pub answer: [Option<At<String>>; 5],
}

/// The keys of [`FileClicked::request`].
pub(super) const REQUEST: [&str; 5] =
    ["request_sid", "request_start_time", "request_end_time", "request_page_num", "request_page_size"];
/// The keys of [`FileClicked::answer`].
pub(super) const ANSWER: [&str; 5] =
    ["answer_list", "answer_mobile", "answer_clicks", "answer_first_at", "answer_last_at"];

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
const LARGEST: i64 = 1_000_000_000;

/// Reads the text of the file at `path`.
///
/// # Errors
/// Every fault in it, in the order of the file.
pub(super) fn read(path: &Path, text: &str) -> Result<File> {
    let reading = Reading::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        reading.fault(at, String::new(), FaultKind::Syntax(error.message().to_owned()));
    }
    let is_toml = reading.faults().is_empty();
    let file = top(&reading, table.get_ref());
    let mut faults = reading.faults();
    if !is_toml {
        // What was recovered from broken TOML raises further faults that vanish with the first.
        faults.retain(|fault| matches!(fault.kind, FaultKind::Syntax(_)));
    }
    if faults.is_empty() { Ok(file) } else { Err(ConfigProblem::Invalid { path: path.to_owned(), faults }) }
}

/// Every key that a config file may hold; `NAME` stands for a profile's name, `ACTION` for an action's.
#[must_use]
pub fn known_keys() -> BTreeSet<String> {
    let reading = Reading::new("");
    let empty = DeTable::new();
    top(&reading, &empty);
    profile(&reading, "NAME", &empty);
    let mut keys = reading.asked();
    for table in ["api", "api.clicked", "keys", "profiles", "daily_limit", "canary", "typed_count_above"] {
        keys.remove(table);
    }
    keys.insert("keys.ACTION".to_owned());
    keys
}

fn top<'t>(reading: &Reading<'t>, table: &DeTable<'t>) -> File {
    let mut top = Section::new(reading, "", Some(table));
    let mut file = File {
        profile: top.text("profile"),
        operator: top.text("operator"),
        data_dir: top.text("data_dir"),
        shared: top.boolean("shared"),
        recent_days: top.whole("recent_days", (0, 365)),
        test_number: top.mobile("test_number"),
        hold: top.duration("hold", 10 * MINUTE),
        lang: top.one_of("lang", &["en", "zh-CN"], Lang::from_tag),
        time_zone: top.zone("time_zone"),
        mask: top.boolean("mask"),
        ascii: top.boolean("ascii"),
        color: top.one_of("color", &ColorChoice::WORDS, ColorChoice::from_word),
        ambiguous_width: top.whole("ambiguous_width", (1, 2)),
        reduce_motion: top.boolean("reduce_motion"),
        bracketed_paste: top.boolean("bracketed_paste"),
        clipboard_limit: top.whole("clipboard_limit", (0, 1_000_000)),
        refresh: top.duration("refresh", 60 * MINUTE),
        ..File::default()
    };
    let mut limit = Section::new(reading, "daily_limit.", top.table("daily_limit"));
    file.daily_recipients = limit.whole("recipients", (0, LARGEST));
    file.daily_money = limit.money("money");
    limit.finish();
    let mut canary = Section::new(reading, "canary.", top.table("canary"));
    file.canary_number = canary.whole("number", (0, 1_000_000));
    file.canary_above = canary.whole("above", (0, LARGEST));
    file.canary_go_at = canary.whole("go_at", (0, 100));
    file.canary_within = canary.duration("within", Gate::LONGEST);
    canary.finish();
    let mut typed = Section::new(reading, "typed_count_above.", top.table("typed_count_above"));
    file.typed_recipients = typed.whole("recipients", (0, LARGEST));
    file.typed_money = typed.money("money");
    typed.finish();
    file.keys = bindings(reading, top.table("keys"));
    let mut api = Section::new(reading, "api.", top.table("api"));
    file.clicked = clicked(reading, api.table("clicked"));
    api.finish();
    if let Some(profiles) = top.table("profiles") {
        let mut named: Vec<_> = profiles.iter().collect();
        named.sort_by_key(|(_, value)| value.span().start);
        for (name, value) in named {
            if let DeValue::Table(table) = value.get_ref() {
                file.profiles.push(profile(reading, name.get_ref(), table));
            } else {
                let found = value.get_ref().type_str().to_owned();
                let kind = FaultKind::Wrong { expected: Expected::Table, found };
                reading.fault(value.span().start, format!("profiles.{}", name.get_ref()), kind);
            }
        }
    }
    top.finish();
    file
}

fn profile<'t>(reading: &Reading<'t>, name: &str, table: &DeTable<'t>) -> FileProfile {
    let prefix = format!("profiles.{name}.");
    let mut section = Section::new(reading, &prefix, Some(table));
    let read = FileProfile {
        name: name.to_owned(),
        api_key: section.text("api_key").map(|at| At {
            value: SecretString::from(at.value),
            line: at.line,
            column: at.column,
        }),
        api_key_file: section.text("api_key_file"),
        api_key_command: section.text("api_key_command"),
        base_url: section.url("base_url"),
        sandbox: section.boolean("sandbox"),
        uid: section.boolean("uid"),
        pull_status: section.boolean("pull_status"),
        quiet_hours: section.hours("quiet_hours"),
        price: section.money("price"),
        batch_size: section.whole("batch_size", (1, 1000)),
        in_flight: section.whole("in_flight", (1, 64)),
        rate: section.whole("rate", (1, 100_000)),
        color: section.one_of("color", &Tint::WORDS, Tint::from_code),
        link_hosts: section.hosts("link_hosts"),
        read_only: section.boolean("read_only"),
        settle: section.duration("settle", 3 * DAY),
        connect_timeout: section.duration("connect_timeout", 10 * MINUTE),
        timeout: section.duration("timeout", 10 * MINUTE),
        hangup_grace: section.duration("hangup_grace", 10 * MINUTE),
        data_dir: section.text("data_dir"),
        shared: section.boolean("shared"),
    };
    section.finish();
    let places = [
        read.api_key_file.as_ref().map(|at| ("api_key_file", at.line, at.column)),
        read.api_key_command.as_ref().map(|at| ("api_key_command", at.line, at.column)),
        read.api_key.as_ref().map(|at| ("api_key", at.line, at.column)),
    ];
    let given: Vec<_> = places.into_iter().flatten().collect();
    if let [(first, ..), rest @ ..] = given.as_slice() {
        for (key, line, column) in rest {
            let kind = FaultKind::Excludes { other: (*first).to_owned() };
            reading.fault_at(*line, *column, format!("{prefix}{key}"), kind);
        }
    }
    read
}

fn clicked<'t>(reading: &Reading<'t>, table: Option<&DeTable<'t>>) -> FileClicked {
    let mut section = Section::new(reading, "api.clicked.", table);
    let read = FileClicked {
        path: section.path("path"),
        request: REQUEST.map(|key| section.text(key)),
        answer: ANSWER.map(|key| section.text(key)),
    };
    section.finish();
    read
}

/// `action = "chord"` or `action = ["chord", …]`.
fn bindings<'t>(reading: &Reading<'t>, table: Option<&DeTable<'t>>) -> Vec<Binding> {
    let mut found = Vec::new();
    for (action, value) in table.into_iter().flatten() {
        let start = value.span().start;
        if let Some(chords) = texts(value.get_ref()) {
            let (line, column) = reading.place(start);
            found.push(Binding { action: action.get_ref().to_string(), chords, line, column });
        } else {
            let kind = FaultKind::Wrong { expected: Expected::Texts, found: value.get_ref().type_str().to_owned() };
            reading.fault(start, format!("keys.{}", action.get_ref()), kind);
        }
    }
    found.sort_by_key(|binding| (binding.line, binding.column));
    found
}

impl FileProfile {
    /// A profile of which the file says nothing.
    pub fn named(name: &str) -> Self {
        profile(&Reading::new(""), name, &DeTable::new())
    }
}
