//! File, environment and flags become one [`Config`]. A flag beats a variable, a variable the file, the file a default.
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::time;

use super::environment::Environment;
use super::file::{self, ANSWER, File, FileClicked, FileProfile, REQUEST};
use super::nearest::nearest;
use super::profile::{Clicked, KeySource, Profile, Tint};
use super::section::{At, base_url};
use super::settings::{Origin, Setting};
use super::{Canary, ColorChoice, Config, Limit, Look, Result};
use crate::problem::ConfigProblem;
use crate::problem::config::Expected;
use crate::sms::{Gate, Money, QuietHours};
use crate::words::Lang;

/// The host of the real API.
const API: &str = "https://sms.yunpian.com";

/// What the flags of the command line say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Overrides {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--base-url`.
    pub base_url: Option<String>,
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--lang`.
    pub lang: Option<Lang>,
    /// `--color`.
    pub color: Option<ColorChoice>,
    /// `--mask`.
    pub mask: bool,
    /// `--ascii`.
    pub ascii: bool,
    /// `--reduce-motion`.
    pub reduce_motion: bool,
    /// `--read-only`.
    pub read_only: bool,
}

/// Resolves a file (its path and text, where there is one) with flags and environment. Pure.
///
/// # Errors
/// Everything that is wrong with the file; an account that is missing or not chosen; a flag or variable that cannot be.
pub fn resolve(file: Option<(&Path, &str)>, overrides: &Overrides, environment: &Environment) -> Result<Config> {
    let path = file.map(|(path, _)| path.to_owned());
    let read = file.map_or_else(|| Ok(File::default()), |(path, text)| file::read(path, text))?;
    if read.profiles.is_empty() && environment.api_key.is_none() {
        return Err(match path {
            Some(path) => ConfigProblem::NoProfile { path },
            None => ConfigProblem::NoAccount { path: Config::path(overrides, environment) },
        });
    }
    let chosen = choose(&read, overrides, environment)?;
    assemble(path, read, chosen, overrides, environment)
}

/// The config of the embedded sandbox: what the file says of the operator, the look, the keys and the limits; its
/// accounts and the places of their data are left alone.
pub(super) fn sandbox(
    url: &str,
    data_dir: PathBuf,
    file: Option<(&Path, &str)>,
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Config> {
    let overrides =
        Overrides { base_url: Some(url.to_owned()), data_dir: Some(data_dir), profile: None, ..overrides.clone() };
    let path = file.map(|(path, _)| path.to_owned());
    let read = file.map_or_else(|| Ok(File::default()), |(path, text)| file::read(path, text))?;
    let read = File {
        profile: None,
        profiles: Vec::new(),
        data_dir: None,
        shared: None,
        clicked: FileClicked::default(),
        ..read
    };
    let mut config = assemble(path, read, ("sandbox".into(), Origin::Default), &overrides, environment)?;
    config.profile.is_sandbox = true;
    Ok(config)
}

/// The name of the profile to work with.
fn choose(file: &File, overrides: &Overrides, environment: &Environment) -> Result<(String, Origin)> {
    let known: Vec<String> = file.profiles.iter().map(|profile| profile.name.clone()).collect();
    let asked = (overrides.profile.clone().map(|name| (name, Origin::Flag("--profile"))))
        .or_else(|| environment.profile.clone().map(|name| (name, Origin::Environment("YUNQUE_PROFILE"))))
        .or_else(|| file.profile.clone().map(At::said));
    match (asked, known.as_slice()) {
        (None, []) => Ok(("main".to_owned(), Origin::Environment("YUNQUE_API_KEY"))),
        (None, [only]) => Ok((only.clone(), Origin::Default)),
        (None, _) if known.iter().any(|name| name == "main") => Ok(("main".to_owned(), Origin::Default)),
        (None, _) => Err(ConfigProblem::WhichProfile { known }),
        // Without any profile in a file, the key of the environment is the one of `main` and of no other.
        (Some(asked), []) if asked.0 == "main" => Ok(asked),
        (Some(asked), known) if known.contains(&asked.0) => Ok(asked),
        (Some((name, _)), _) => {
            let nearest = nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
            Err(ConfigProblem::NoSuchProfile { name, nearest, known })
        }
    }
}

fn assemble(
    path: Option<PathBuf>,
    mut file: File,
    chosen: (String, Origin),
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Config> {
    let profiles: Vec<String> = file.profiles.iter().map(|profile| profile.name.clone()).collect();
    let own = file.profiles.iter().position(|profile| profile.name == chosen.0).map(|i| file.profiles.swap_remove(i));
    let mut own = own.unwrap_or_else(|| FileProfile::named(&chosen.0));
    let mut out = Settings::default();

    out.note("profile", &chosen.0, chosen.1);
    let operator = out.pick("operator", said(file.operator), environment.user.clone(), Clone::clone);
    let data_dir = (overrides.data_dir.as_ref().map(|dir| (environment.expand(dir), Origin::Flag("--data-dir"))))
        .or_else(|| {
            let dir = environment.data_dir.as_ref()?;
            Some((environment.expand(dir), Origin::Environment("YUNQUE_DATA_DIR")))
        })
        .or_else(|| said(own.data_dir.take()).or(said(file.data_dir)).map(|(dir, at)| (environment.expand(&dir), at)));
    let data_dir =
        out.pick("data_dir", data_dir, environment.user_data_dir.join(&chosen.0), |dir| dir.display().to_string());
    let is_shared = out.pick("shared", said(own.shared.take()).or(said(file.shared)), false, bool::to_string);
    let recent_days = out.pick("recent_days", said(file.recent_days), 3, u32::to_string);
    let daily_limit = Limit {
        recipients: out.maybe("daily_limit.recipients", said(file.daily_recipients), None, u64::to_string),
        money: out.maybe("daily_limit.money", said(file.daily_money), None, |m| m.exact()),
    };
    let canary = Canary {
        number: out.pick("canary.number", said(file.canary_number), 20, u32::to_string),
        above: out.pick("canary.above", said(file.canary_above), 1000, u32::to_string),
        gate: gate(&mut out, said(file.canary_go_at), said(file.canary_within)),
    };
    let typed_count_above = Limit {
        recipients: out.maybe("typed_count_above.recipients", said(file.typed_recipients), Some(100), u64::to_string),
        money: out.maybe(
            "typed_count_above.money",
            said(file.typed_money),
            Some(Money::from_units(50 * 10_000)),
            |m| m.exact(),
        ),
    };

    let test_number = out.maybe("test_number", said(file.test_number), None, |number| number.masked());
    let hold = out.pick("hold", said(file.hold), Duration::from_secs(10), span);

    let lang = match (overrides.lang, environment.lang.as_deref()) {
        (Some(lang), _) => Some((lang, Origin::Flag("--lang"))),
        (None, Some(tag)) => Some((
            Lang::from_tag(tag).ok_or_else(|| ConfigProblem::BadValue {
                name: "YUNQUE_LANG",
                found: tag.to_owned(),
                expected: Expected::OneOf(&["en", "zh-CN"]),
            })?,
            Origin::Environment("YUNQUE_LANG"),
        )),
        (None, None) => said(file.lang),
    };
    let lang = lang.or_else(|| Lang::from_tag(&environment.locale).map(|lang| (lang, Origin::Environment("LANG"))));
    let color = (overrides.color.map(|choice| (choice, Origin::Flag("--color"))))
        .or_else(|| environment.is_colorless.then_some((ColorChoice::Never, Origin::Environment("NO_COLOR"))))
        .or(said(file.color));
    let ascii = flag("--ascii", overrides.ascii)
        .or(said(file.ascii))
        .or_else(|| (!environment.is_utf8()).then_some((true, Origin::Environment("LANG"))));
    // How slow the line is could be told by asking the terminal alone, and starting waits for no answer: over SSH nothing
    // moves unless the file says that it may.
    let still = flag("--reduce-motion", overrides.reduce_motion)
        .or(said(file.reduce_motion))
        .or_else(|| environment.ssh_client.is_some().then_some((true, Origin::Environment("SSH_CONNECTION"))));
    let zone = said(file.time_zone).and_then(|(zone, at)| zone.map(|zone| (zone, at)));
    let look = Look {
        lang: out.pick("lang", lang, Lang::En, |lang| lang.tag().to_owned()),
        time_zone: out.pick("time_zone", zone, environment.time_zone.clone(), |zone| {
            zone.iana_name().unwrap_or("local").to_owned()
        }),
        mask: out.pick("mask", flag("--mask", overrides.mask).or(said(file.mask)), true, bool::to_string),
        ascii: out.pick("ascii", ascii, false, bool::to_string),
        color: out.pick("color", color, ColorChoice::Auto, |choice| choice.word().to_owned()),
        ambiguous_width: out.pick("ambiguous_width", said(file.ambiguous_width), 1, u8::to_string),
        reduce_motion: out.pick("reduce_motion", still, false, bool::to_string),
        bracketed_paste: out.pick("bracketed_paste", said(file.bracketed_paste), true, bool::to_string),
        clipboard_limit: out.pick("clipboard_limit", said(file.clipboard_limit), 6 * 1024, u32::to_string) as usize,
        refresh: out.pick("refresh", said(file.refresh), Duration::from_mins(1), span),
    };
    let clicked = clicked(&mut out, file.clicked);
    let profile = profile(&mut out, &chosen.0, own, clicked, overrides, environment)?;
    Ok(Config {
        path,
        profile,
        profiles,
        operator,
        daily_limit,
        recent_days,
        canary,
        typed_count_above,
        test_number,
        hold,
        look,
        keys: file.keys,
        data_dir,
        is_shared,
        state_dir: environment.state_dir.clone(),
        home: environment.home.clone(),
        settings: out.0,
    })
}

fn profile(
    out: &mut Settings,
    name: &str,
    own: FileProfile,
    clicked: Clicked,
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Profile> {
    let key = |key: &str| format!("profiles.{name}.{key}");
    let source = key_source(out, &key, own.api_key, own.api_key_file, own.api_key_command, environment);
    let url = match (&overrides.base_url, &environment.base_url) {
        (Some(url), _) => Some((checked("--base-url", url)?, Origin::Flag("--base-url"))),
        (None, Some(url)) => Some((checked("YUNQUE_BASE_URL", url)?, Origin::Environment("YUNQUE_BASE_URL"))),
        (None, None) => said(own.base_url),
    };
    let base_url = out.pick(&key("base_url"), url, API.to_owned(), Clone::clone);
    let is_sandbox = out.pick(&key("sandbox"), said(own.sandbox), is_loopback(&base_url), bool::to_string);
    let mut hosts = vec!["dx5.cn".to_owned(), "yp2.cn".to_owned()];
    if is_sandbox {
        hosts.extend(base_url.split_once("://").map(|(_, host)| host.to_owned()));
    }
    let hours = QuietHours { from: time(8, 0, 0, 0), until: time(21, 0, 0, 0) };
    let read_only = flag("--read-only", overrides.read_only).or(said(own.read_only));
    Ok(Profile {
        name: name.to_owned(),
        base_url,
        is_sandbox,
        key: source,
        uid: out.pick(&key("uid"), said(own.uid), false, bool::to_string),
        pull_status: out.pick(&key("pull_status"), said(own.pull_status), false, bool::to_string),
        quiet_hours: out.pick(&key("quiet_hours"), said(own.quiet_hours), Some(hours), |hours| {
            hours.map_or_else(
                || "any".to_owned(),
                |h| format!("{}-{}", h.from.strftime("%H:%M"), h.until.strftime("%H:%M")),
            )
        }),
        price: out.pick(&key("price"), said(own.price), Money::from_units(500), |m| m.exact()),
        batch_size: out.pick(&key("batch_size"), said(own.batch_size), 200, u32::to_string),
        in_flight: out.pick(&key("in_flight"), said(own.in_flight), 4, u32::to_string),
        rate: out.maybe(&key("rate"), said(own.rate), None, u32::to_string).and_then(NonZeroU32::new),
        tint: out.pick(&key("color"), said(own.color), Tint::Plain, |tint| tint.code().to_owned()),
        link_hosts: out.pick(&key("link_hosts"), said(own.link_hosts), hosts, |hosts| hosts.join(", ")),
        is_read_only: out.pick(&key("read_only"), read_only, false, bool::to_string),
        settle: out.pick(&key("settle"), said(own.settle), Duration::from_mins(15), span),
        connect_timeout: out.pick(&key("connect_timeout"), said(own.connect_timeout), Duration::from_secs(5), span),
        timeout: out.pick(&key("timeout"), said(own.timeout), Duration::from_secs(30), span),
        hangup_grace: out.pick(&key("hangup_grace"), said(own.hangup_grace), Duration::from_secs(10), span),
        clicked,
    })
}

/// A key in the environment beats the one of the profile.
fn key_source(
    out: &mut Settings,
    key: &impl Fn(&str) -> String,
    given: Option<At<secrecy::SecretString>>,
    file: Option<At<String>>,
    command: Option<At<String>>,
    environment: &Environment,
) -> KeySource {
    if let Some(secret) = &environment.api_key {
        out.note(&key("api_key"), "***", Origin::Environment("YUNQUE_API_KEY"));
        return KeySource::Given(secret.clone());
    }
    if let Some((path, origin)) = said(file) {
        let path = environment.expand(&path);
        out.note(&key("api_key_file"), &path.display().to_string(), origin);
        KeySource::File(path)
    } else if let Some((command, origin)) = said(command) {
        out.note(&key("api_key_command"), &command, origin);
        KeySource::Command(command)
    } else if let Some((secret, origin)) = said(given) {
        out.note(&key("api_key"), "***", origin);
        KeySource::Given(secret)
    } else {
        KeySource::None
    }
}

fn clicked(out: &mut Settings, file: FileClicked) -> Clicked {
    let default = Clicked::default();
    let path = out.pick("api.clicked.path", said(file.path), default.path, Clone::clone);
    let defaults = [default.sid, default.start_time, default.end_time, default.page_num, default.page_size];
    let mut request = file.request.into_iter().zip(defaults).zip(REQUEST).map(|((name, default), key)| {
        let (value, origin) = said(name).unwrap_or((default, Origin::Default));
        out.note(&format!("api.clicked.{key}"), &value, origin);
        value
    });
    let [sid, start_time, end_time, page_num, page_size] = std::array::from_fn(|_| request.next().unwrap_or_default());
    drop(request);
    let mut answer = file.answer.into_iter().zip(ANSWER).map(|(name, key)| {
        let (value, origin) = said(name)?;
        out.note(&format!("api.clicked.{key}"), &value, origin);
        Some(value)
    });
    let [list, mobile, clicks, first_at, last_at] = std::array::from_fn(|_| answer.next().flatten());
    drop(answer);
    Clicked { path, sid, start_time, end_time, page_num, page_size, list, mobile, clicks, first_at, last_at }
}

/// The values chosen so far, each with its origin.
#[derive(Default)]
struct Settings(Vec<Setting>);

impl Settings {
    fn note(&mut self, key: &str, value: &str, origin: Origin) {
        self.0.push(Setting { key: key.to_owned(), value: value.to_owned(), origin });
    }

    fn pick<T>(&mut self, key: &str, said: Option<(T, Origin)>, default: T, show: impl FnOnce(&T) -> String) -> T {
        let (value, origin) = said.unwrap_or((default, Origin::Default));
        self.note(key, &show(&value), origin);
        value
    }

    /// A value that may be absent; then it is not listed.
    fn maybe<T>(
        &mut self,
        key: &str,
        said: Option<(T, Origin)>,
        default: Option<T>,
        show: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        let (value, origin) = said.or_else(|| default.map(|value| (value, Origin::Default)))?;
        self.note(key, &show(&value), origin);
        Some(value)
    }
}

fn said<T>(at: Option<At<T>>) -> Option<(T, Origin)> {
    at.map(At::said)
}

fn flag(name: &'static str, is_given: bool) -> Option<(bool, Origin)> {
    is_given.then_some((true, Origin::Flag(name)))
}

fn checked(name: &'static str, url: &str) -> Result<String> {
    base_url(url).ok_or_else(|| ConfigProblem::BadValue { name, found: url.to_owned(), expected: Expected::Url })
}

/// `15m`, `1h 30m`.
fn span(duration: &Duration) -> String {
    jiff::SignedDuration::try_from(*duration).map_or_else(|_| format!("{}s", duration.as_secs()), |d| format!("{d:#}"))
}

/// The canary's gate out of its two keys; 0 percent is none.
fn gate(out: &mut Settings, go_at: Option<(u32, Origin)>, within: Option<(Duration, Origin)>) -> Option<Gate> {
    let percent = out.pick("canary.go_at", go_at, 0, u32::to_string);
    let within = out.pick("canary.within", within, Gate::WITHIN, span);
    let within = if within.is_zero() { Gate::WITHIN } else { within };
    (percent > 0).then_some(Gate { percent, within })
}

/// Whether the host of a base URL is this machine.
fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    if let Some(v6) = authority.strip_prefix('[') {
        return v6.starts_with("::1]");
    }
    let host = authority.split(':').next().unwrap_or(authority);
    host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}
