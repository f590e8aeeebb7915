//! The configuration: what is refused, with its place and what to write; what wins over what; where the key is read.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use yunque::config::{
    ColorChoice, Config, Environment, KeySource, NewKey, NewProfile, Origin, Overrides, Tint, add_profile, known_keys,
    read_key, resolve,
};
use yunque::problem::{ConfigProblem, Explain as _, Problem};
use yunque::sms::Money;
use yunque::words::Lang;

fn environment() -> Environment {
    Environment {
        config: None,
        profile: None,
        base_url: None,
        data_dir: None,
        team_dir: None,
        api_key: None,
        lang: None,
        is_colorless: false,
        locale: "en_US.UTF-8".into(),
        config_dir: "/home/lina/.config/yunque".into(),
        user_data_dir: "/home/lina/.local/share/yunque".into(),
        state_dir: "/home/lina/.local/state/yunque".into(),
        home: "/home/lina".into(),
        user: "lina".into(),
        ssh_client: None,
        time_zone: TimeZone::UTC,
    }
}

fn with_key() -> Environment {
    Environment { api_key: Some(SecretString::from("k".repeat(32))), ..environment() }
}

fn read(text: &str) -> Result<Config, ConfigProblem> {
    resolve(Some((Path::new("config.toml"), text)), &Overrides::default(), &environment())
}

fn sentences(text: &str, lang: Lang) -> String {
    Problem::from(read(text).unwrap_err()).sentence(lang)
}

const BROKEN: &str = r#"
profil = "main"
lang = "fr"
recent_days = 1000
time_zone = "Moon/Base"

[canary]
numbr = 20

[profiles.main]
api_key = "0123456789abcdef0123456789abcdef"
api_key_file = "k"
bas_url = "https://sms.yunpian.com"
base_url = "ftp://x"
batch_size = 1001
price = "cheap"
quiet_hours = "21:00-08:00"
settle = "15"
color = "mauve"
link_hosts = ["https://dx5.cn"]
   pull_status = "yes"

[keys]
quit = 3

[api.clicked]
path = "v2"
something_else_entirely = 1
"#;

#[test]
fn every_fault_is_named_with_its_place_and_what_to_write() {
    insta::assert_snapshot!("faults_en", sentences(BROKEN, Lang::En));
    insta::assert_snapshot!("faults_zh", sentences(BROKEN, Lang::ZhCn));
}

#[test]
fn a_file_that_is_no_toml_says_where_it_stops_being_one() {
    insta::assert_snapshot!("syntax", sentences("[profiles.main]\napi_key_file = \"k\nprice = 1\n", Lang::En));
}

#[test]
fn a_column_is_counted_in_characters() {
    let Err(ConfigProblem::Invalid { faults, .. }) = read("operator = \"李娜\" # 名\n[profiles.\"主\"]\n \"本\" = 1\n")
    else {
        panic!("an unknown key is a fault");
    };
    assert_eq!((faults[0].line, faults[0].column, faults[0].key.as_str()), (3, 2, "profiles.主.本"));
}

#[test]
fn a_key_in_the_file_is_never_repeated_in_a_fault() {
    let text = "[profiles.main]\napi_key = 12345678\n";
    let shown = format!("{} {:?}", sentences(text, Lang::En), read(text));
    assert!(!shown.contains("12345678"), "{shown}");
    let text = "[profiles.main]\napi_key = \"secret-key-0123456789\"\n";
    let config = read(text).unwrap();
    assert!(!format!("{config:?}").contains("secret-key"), "a Debug of the config shows the key");
}

#[test]
fn without_file_and_key_nobody_has_an_account() {
    let problem = resolve(None, &Overrides::default(), &environment()).unwrap_err();
    assert_eq!(problem, ConfigProblem::NoAccount { path: "/home/lina/.config/yunque/config.toml".into() });
    insta::assert_snapshot!("no_account", Problem::from(problem).sentence(Lang::En));
}

#[test]
fn a_key_in_the_environment_alone_is_the_profile_main() {
    let config = resolve(None, &Overrides::default(), &with_key()).unwrap();
    assert_eq!(config.profile.name, "main");
    assert_eq!(config.profile.base_url, "https://sms.yunpian.com");
    assert!(!config.profile.is_sandbox);
    assert_eq!(read_key(&config.profile).unwrap().expose_secret(), "k".repeat(32));
    assert_eq!(config.data_dir, PathBuf::from("/home/lina/.local/share/yunque/main"));
    assert_eq!(config.operator, "lina");
}

#[test]
fn a_key_in_the_environment_is_no_profile_but_main() {
    let flag = |name: &str| Overrides { profile: Some(name.to_owned()), ..Overrides::default() };
    let refused = |name: &str| ConfigProblem::NoSuchProfile { name: name.to_owned(), nearest: None, known: Vec::new() };
    let problem = resolve(None, &flag("nobody"), &with_key()).unwrap_err();
    assert_eq!(problem, refused("nobody"));
    let problem = Problem::from(problem);
    assert_eq!(problem.exit(), 2);
    insta::assert_snapshot!(
        "no_profile_at_all",
        format!("{}\n{}", problem.sentence(Lang::En), problem.sentence(Lang::ZhCn))
    );
    let around = Environment { profile: Some("other".into()), ..with_key() };
    assert_eq!(resolve(None, &Overrides::default(), &around).unwrap_err(), refused("other"));
    assert_eq!(resolve(None, &flag("main"), &with_key()).unwrap().profile.name, "main");
}

#[test]
fn a_flag_beats_a_variable_a_variable_the_file_the_file_a_default() {
    let text =
        "lang = \"zh-CN\"\ncolor = \"always\"\n[profiles.main]\nbase_url = \"https://file.example/\"\napi_key = \"x\"";
    let origin = |config: &Config, key: &str| config.settings.iter().find(|s| s.key == key).unwrap().clone();
    let config = read(text).unwrap();
    assert_eq!(config.look.lang, Lang::ZhCn);
    assert_eq!(config.profile.base_url, "https://file.example");
    assert_eq!(origin(&config, "lang").origin, Origin::File { line: 1, column: 8 });
    assert_eq!(origin(&config, "profiles.main.price").origin, Origin::Default);
    assert_eq!(origin(&config, "profiles.main.api_key").value, "***");

    let around = Environment {
        lang: Some("en".into()),
        base_url: Some("http://127.0.0.1:8787".into()),
        is_colorless: true,
        ..environment()
    };
    let config = resolve(Some((Path::new("c"), text)), &Overrides::default(), &around).unwrap();
    assert_eq!((config.look.lang, config.look.color), (Lang::En, ColorChoice::Never));
    assert_eq!(origin(&config, "lang").origin, Origin::Environment("YUNQUE_LANG"));
    assert!(config.profile.is_sandbox, "a host on this machine is a sandbox");
    assert!(config.profile.link_hosts.contains(&"127.0.0.1:8787".to_owned()));

    let flags = Overrides {
        lang: Some(Lang::ZhCn),
        base_url: Some("https://flag.example".into()),
        color: Some(ColorChoice::Always),
        read_only: true,
        reduce_motion: true,
        ..Overrides::default()
    };
    let config = resolve(Some((Path::new("c"), text)), &flags, &around).unwrap();
    assert_eq!((config.look.lang, config.look.color), (Lang::ZhCn, ColorChoice::Always));
    assert_eq!(config.profile.base_url, "https://flag.example");
    assert!(config.profile.is_read_only && config.look.reduce_motion);
    assert_eq!(origin(&config, "reduce_motion").origin, Origin::Flag("--reduce-motion"));
}

#[test]
fn a_wrong_value_outside_the_file_names_the_flag_or_the_variable() {
    let flags = Overrides { base_url: Some("sms.yunpian.com".into()), ..Overrides::default() };
    let problem = resolve(None, &flags, &with_key()).unwrap_err();
    insta::assert_snapshot!("bad_flag", Problem::from(problem).sentence(Lang::En));
    let around = Environment { lang: Some("fr".into()), ..with_key() };
    let problem = resolve(None, &Overrides::default(), &around).unwrap_err();
    assert!(matches!(problem, ConfigProblem::BadValue { name: "YUNQUE_LANG", .. }));
}

#[test]
fn the_profile_is_the_one_asked_for_the_only_one_or_main() {
    let two = "[profiles.shop]\napi_key = \"a\"\n[profiles.shop-eu]\napi_key = \"b\"\n";
    assert!(matches!(read(two), Err(ConfigProblem::WhichProfile { .. })));
    let asked = |name: &str| {
        let flags = Overrides { profile: Some(name.into()), ..Overrides::default() };
        resolve(Some((Path::new("c"), two)), &flags, &environment())
    };
    assert_eq!(asked("shop-eu").unwrap().profile.name, "shop-eu");
    assert_eq!(asked("shop").unwrap().profiles, ["shop", "shop-eu"]);
    let Err(ConfigProblem::NoSuchProfile { nearest, .. }) = asked("shpo") else { panic!("there is no such profile") };
    assert_eq!(nearest.as_deref(), Some("shop"));
    assert_eq!(read(&format!("{two}[profiles.main]\napi_key = \"c\"\n")).unwrap().profile.name, "main");
    assert_eq!(read("[profiles.only]\napi_key = \"a\"\n").unwrap().profile.name, "only");
}

#[test]
fn values_are_read_as_they_are_meant() {
    let config = read(
        "data_dir = \"~/d\"\nhold = \"3s\"\n[keys]\nquit = \"ctrl-q\"\nrefresh = [\"r\", \"F5\"]\n[profiles.p]\napi_key_file = \"~/k\"\n\
         price = 0.045\nquiet_hours = \"any\"\nsettle = \"1h 30m\"\nrate = 40\ncolor = \"red\"\nuid = true\n",
    )
    .unwrap();
    let profile = &config.profile;
    assert_eq!(profile.price, Money::from_units(450));
    assert_eq!((profile.quiet_hours, profile.uid, profile.tint), (None, true, Tint::Red));
    assert_eq!(profile.settle, Duration::from_mins(90));
    assert_eq!(profile.rate.unwrap().get(), 40);
    assert_eq!(profile.key, KeySource::File("/home/lina/k".into()));
    assert_eq!(config.data_dir, PathBuf::from("/home/lina/d"));
    assert_eq!(config.hold, Duration::from_secs(3));
    let keys: Vec<_> = config.keys.iter().map(|b| (b.action.as_str(), b.chords.join(" "), b.line)).collect();
    assert_eq!(keys, [("quit", "ctrl-q".to_owned(), 4), ("refresh", "r F5".to_owned(), 5)]);
}

#[test]
fn over_ssh_nothing_moves_unless_the_file_says_that_it_may() {
    let around = Environment { ssh_client: Some("10.0.0.7".into()), ..with_key() };
    let config = resolve(None, &Overrides::default(), &around).unwrap();
    assert!(config.look.reduce_motion);
    let origin = |config: &Config, key: &str| config.settings.iter().find(|s| s.key == key).unwrap().clone();
    assert_eq!(origin(&config, "reduce_motion").origin, Origin::Environment("SSH_CONNECTION"));
    let own = (Path::new("c"), "reduce_motion = false");
    assert!(!resolve(Some(own), &Overrides::default(), &around).unwrap().look.reduce_motion);
    assert!(!resolve(None, &Overrides::default(), &with_key()).unwrap().look.reduce_motion);
}

#[test]
fn a_locale_that_is_not_utf8_means_ascii() {
    let around = Environment { locale: "C".into(), ..with_key() };
    assert!(resolve(None, &Overrides::default(), &around).unwrap().look.ascii);
    assert!(!resolve(None, &Overrides::default(), &with_key()).unwrap().look.ascii);
}

/// The example with every key switched on: a line `#key` or `#[table]` is a key at its default.
fn example() -> String {
    let text = include_str!("../config.example.toml");
    let switched_on = |line: &str| match line.strip_prefix('#') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) => rest.to_owned(),
        _ => line.to_owned(),
    };
    text.lines().map(switched_on).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_parses_as_it_stands_and_with_every_key_switched_on() {
    resolve(Some((Path::new("x"), include_str!("../config.example.toml"))), &Overrides::default(), &with_key())
        .unwrap();
    read(&example()).unwrap_or_else(|problem| panic!("{problem}"));
}

#[test]
fn the_example_holds_every_key_there_is() {
    fn walk(table: &toml::Table, prefix: &str, found: &mut BTreeSet<String>) {
        for (key, value) in table {
            let name = if prefix == "profiles." {
                "NAME"
            } else if prefix == "keys." {
                "ACTION"
            } else {
                key
            };
            match value {
                toml::Value::Table(inner) => walk(inner, &format!("{prefix}{name}."), found),
                _ => {
                    found.insert(format!("{prefix}{name}"));
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&example().parse().unwrap(), "", &mut found);
    assert_eq!(found, known_keys());
}

#[test]
fn the_values_of_the_example_are_the_defaults() {
    let plain =
        resolve(None, &Overrides { profile: Some("main".into()), ..Overrides::default() }, &with_key()).unwrap();
    let shown = read(&example()).unwrap();
    for setting in &plain.settings {
        let other = shown.settings.iter().find(|other| other.key == setting.key);
        // What the machine decides has no default that a file could name.
        let is_free = ["lang", "time_zone", "data_dir", "profiles.main.api_key"].contains(&setting.key.as_str());
        if !is_free && setting.key != "operator" {
            assert_eq!(other.map(|other| other.value.as_str()), Some(setting.value.as_str()), "{}", setting.key);
        }
    }
}

#[test]
fn a_key_file_that_others_may_read_is_refused_with_the_command_to_type() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    fs::write(&file, "0123456789abcdef0123456789abcdef\n").unwrap();
    let text = format!("[profiles.main]\napi_key_file = \"{}\"", file.display());
    let profile = read(&text).unwrap().profile;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let problem = read_key(&profile).unwrap_err();
    assert_eq!(problem, ConfigProblem::KeyFileOpen { path: file.clone(), mode: 0o640 });
    let sentence = Problem::from(problem).sentence(Lang::En);
    assert!(sentence.contains(&format!("chmod 600 {}", file.display())), "{sentence}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(read_key(&profile).unwrap().expose_secret(), "0123456789abcdef0123456789abcdef");
    fs::write(&file, "\n").unwrap();
    assert!(matches!(read_key(&profile), Err(ConfigProblem::NotAKey { .. })));
    fs::remove_file(&file).unwrap();
    assert!(matches!(read_key(&profile), Err(ConfigProblem::KeyFile { .. })));
}

#[test]
fn a_command_prints_the_key_on_its_first_line_or_says_why_not() {
    let run = |command: &str| {
        let text = format!("[profiles.main]\napi_key_command = {command:?}");
        read_key(&read(&text).unwrap().profile)
    };
    assert_eq!(run("printf 'abc123\\nuser: x\\n'").unwrap().expose_secret(), "abc123");
    assert!(matches!(run("exit 3"), Err(ConfigProblem::KeyCommand { .. })));
    assert!(matches!(run("echo two words"), Err(ConfigProblem::NotAKey { .. })));
}

#[test]
fn the_first_run_adds_a_profile_and_keeps_comments() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("yunque/config.toml");
    let new = NewProfile {
        operator: Some("丽娜 \"lina\"".into()),
        lang: Some(Lang::ZhCn),
        name: "shop".into(),
        key: NewKey::Typed(SecretString::from("0123456789abcdef0123456789abcdef")),
        base_url: None,
        pull_status: true,
        shared_data_dir: None,
    };
    add_profile(&path, &new).unwrap();
    let key = folder.path().join("yunque/keys/shop");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    let config = read(&text).unwrap();
    assert_eq!((config.profile.name.as_str(), config.profile.pull_status), ("shop", true));
    assert_eq!((config.operator.as_str(), config.look.lang), ("丽娜 \"lina\"", Lang::ZhCn));
    assert_eq!(read_key(&config.profile).unwrap().expose_secret(), "0123456789abcdef0123456789abcdef");
    assert!(!text.contains("0123456789abcdef"), "the key stays out of the config");

    fs::write(&path, format!("# mine\n{text}# the end\n")).unwrap();
    let second = NewProfile { name: "eu".into(), key: NewKey::Command("pass show eu".into()), ..new };
    add_profile(&path, &second).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# mine\n") && text.contains("# the end"), "{text}");
    let config = read(&text).unwrap();
    assert_eq!((config.profile.name.as_str(), config.profiles.len()), ("shop", 2));

    fs::write(&path, "not = = toml").unwrap();
    assert!(matches!(add_profile(&path, &second), Err(ConfigProblem::NotWritten { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "not = = toml", "a broken file is left alone");
}

#[test]
fn the_sandbox_needs_no_file_and_is_one() {
    let config = Config::sandbox("http://127.0.0.1:1", "/tmp/x".into(), &Overrides::default(), &environment()).unwrap();
    assert_eq!(config.profile.name, "sandbox");
    assert!(config.profile.is_sandbox);
    assert_eq!(config.data_dir, PathBuf::from("/tmp/x"));
}

#[test]
fn a_tilde_in_a_flag_or_a_variable_is_the_home() {
    let around = Environment { data_dir: Some("~/zz".into()), config: Some("~/c.toml".into()), ..with_key() };
    let config = resolve(None, &Overrides::default(), &around).unwrap();
    assert_eq!(config.data_dir, PathBuf::from("/home/lina/zz"));
    assert_eq!(Config::path(&Overrides::default(), &around), PathBuf::from("/home/lina/c.toml"));
    let flags = Overrides { data_dir: Some("~/flag".into()), ..Overrides::default() };
    assert_eq!(resolve(None, &flags, &around).unwrap().data_dir, PathBuf::from("/home/lina/flag"));
    let odd = Environment { data_dir: Some("/srv/~/zz".into()), ..with_key() };
    assert_eq!(resolve(None, &Overrides::default(), &odd).unwrap().data_dir, PathBuf::from("/srv/~/zz"));
}

#[test]
fn a_file_without_a_profile_is_told_from_one_that_is_not_there() {
    let problem = read("").unwrap_err();
    assert_eq!(problem, ConfigProblem::NoProfile { path: "config.toml".into() });
    assert!(sentences("lang = \"en\"\n", Lang::En).starts_with("config.toml sets up no account"));
}

#[test]
fn a_key_in_a_config_that_others_may_read_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    let text = format!("[profiles.main]\napi_key = \"{}\"\n", "k".repeat(32));
    std::fs::write(&path, &text).unwrap();
    let open = |mode: u32, around: &Environment| {
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        yunque::config::exposed_key(&resolve(Some((&path, &text)), &Overrides::default(), around).unwrap())
    };
    assert_eq!(open(0o644, &environment()), Some(ConfigProblem::KeyFileOpen { path: path.clone(), mode: 0o644 }));
    assert_eq!(open(0o600, &environment()), None);
    assert_eq!(open(0o644, &with_key()), None, "the key of the environment is used, not this one");
}
