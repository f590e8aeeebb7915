//! Help, palette, messages, QR code, first run.
use insta::assert_snapshot;
use yunque::app::{Event, Request, Response, Settings, Size, TypedKey};
use yunque::sms::{Account, Money};
use yunque::words::Lang;

use crate::console::Console;
use crate::world;

#[test]
fn the_help_shows_the_live_keymap() {
    assert_snapshot!(Console::new().run("?").picture());
}

#[test]
fn a_rebound_key_is_what_the_help_and_the_footer_show() {
    let keys = vec![("new".to_owned(), vec!["ctrl-r".to_owned(), "+".to_owned()])];
    let mut console = Console::with(Settings { keys, ..world::settings(Lang::En) }, Size::new(80, 24));
    assert!(console.row_from_bottom(0).contains("Ctrl-R new"), "{}", console.row_from_bottom(0));
    assert!(console.run("?new").picture().contains("Ctrl-R +"));
}

#[test]
fn the_help_does_what_is_selected() {
    let mut console = Console::new();
    console.run("?compose<enter>");
    assert!(console.picture().contains("[2 Compose]"));
}

#[test]
fn the_palette_finds_commands_links_and_campaigns() {
    let mut console = Console::new();
    console.run(":black");
    assert_snapshot!(console.picture());
    console.run("<down><enter>");
    assert!(console.picture().contains("[3 Campaigns]"), "{}", console.picture());
    console.run(":messages<enter>");
    assert!(console.picture().contains("Messages"));
}

#[test]
fn all_messages_are_kept() {
    let mut console = Console::new();
    console.tell(Event::Pasted("x".to_owned())).run("<ctrl-c>M");
    assert_snapshot!(console.picture());
}

#[test]
fn the_qr_code_fits_the_smallest_common_screen() {
    assert_snapshot!(Console::new().run("Q").picture());
}

#[test]
fn a_screen_too_small_for_the_code_says_what_it_needs() {
    let mut console = Console::new();
    console.theme = yunque::app::Theme::new(true, true, None);
    assert!(console.run("Q").picture().contains("too small for the code"));
}

fn first_run() -> Console {
    let settings = Settings { is_first_run: true, profile: String::new(), ..world::settings(Lang::En) };
    Console::with(settings, Size::new(80, 24))
}

#[test]
fn the_first_run_speaks_both_languages_and_asks_nobody() {
    let console = first_run();
    assert!(console.ids.is_empty());
    assert_snapshot!(console.picture());
}

#[test]
fn the_sandbox_is_one_key_away() {
    let mut console = first_run();
    console.run("1");
    let account = Account { nick: "sandbox".to_owned(), balance: Money::from_units(1), alarm_balance: None };
    let connected = Response::Connected { profile: "sandbox".to_owned(), is_sandbox: true, account };
    assert_eq!(console.reply(|_| true, Ok(connected)), Request::UseSandbox);
    let picture = console.picture();
    assert!(picture.contains("SANDBOX") && picture.contains("Black Friday"), "{picture}");
}

#[test]
fn a_key_is_checked_for_its_length_never_shown_and_never_pulls_unless_told() {
    let mut console = first_run();
    console.run("2short<enter>");
    assert!(console.message().contains("32 characters"));
    let key = "0123456789abcdef0123456789abcdef";
    console.run(&format!("<ctrl-u>{key}"));
    assert!(!console.picture().contains("0123") && console.picture().contains("****"));
    console.run("<enter><enter>");
    let (_, request) = console.open.first().expect("the question to the API");
    let typed = TypedKey(key.to_owned().into());
    assert_eq!(*request, Request::Connect { key: typed, is_pulled_elsewhere: true });
    assert!(!format!("{request:?}").contains("0123"));
}
