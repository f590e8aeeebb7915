//! Help, palette, messages, QR code, first run.
use insta::assert_snapshot;
use yunque::app::{Action, ActionInfo, Event, Failure, Newcomer, Request, Response, Settings, Size, Team, TypedKey};
use yunque::problem::{ApiProblem, Problem};
use yunque::sms::{Account, Money};
use yunque::words::Lang;

use crate::console::Console;
use crate::world;

#[test]
fn the_help_shows_the_live_keymap() {
    assert_snapshot!(Console::new().run("?").picture());
    let at = |lang, width, height| Console::with(world::settings(lang), Size::new(width, height));
    assert_snapshot!(at(Lang::ZhCn, 80, 24).run("3?").picture());
    assert_snapshot!(at(Lang::En, 60, 16).run("3?").picture());
    assert_snapshot!(at(Lang::En, 120, 40).run("3?").picture());
}

#[test]
fn the_cursor_goes_through_both_columns_and_the_words() {
    let mut console = Console::new();
    console.run("?<tab>");
    let row = |console: &Console| {
        console.picture().lines().find(|line| line.contains('›') && !line.contains('_')).map(str::to_owned)
    };
    assert!(row(&console).is_some_and(|row| row.contains("› Esc")), "{}", console.picture());
    console.run("<tab>");
    assert!(row(&console).is_some_and(|row| row.contains("› Words")), "{}", console.picture());
    console.run("<tab><down>");
    assert!(row(&console).is_some_and(|row| row.starts_with("› s")), "{}", console.picture());
    let mut narrow = Console::with(world::settings(Lang::En), Size::new(60, 16));
    narrow.run(&format!("?{}", "<down>".repeat(60)));
    assert!(row(&narrow).is_some_and(|row| row.contains("no report")), "{}", narrow.picture());
    narrow.run(&"<up>".repeat(60));
    assert!(row(&narrow).is_some_and(|row| row.starts_with("› n")), "{}", narrow.picture());
}

#[test]
fn a_rebound_key_is_what_the_help_and_the_footer_show() {
    let keys = vec![("new".to_owned(), vec!["ctrl-r".to_owned(), "+".to_owned()])];
    let mut console = Console::with(Settings { keys, ..world::settings(Lang::En) }, Size::new(80, 24));
    assert!(console.row_from_bottom(0).contains("Ctrl-R new"), "{}", console.row_from_bottom(0));
    assert!(console.run("?new").picture().contains("Ctrl-R +"));
}

#[test]
fn a_rebound_key_of_line_editing_acts_in_every_field_and_stands_in_the_help() {
    let keys = vec![
        ("edit-delete-word".to_owned(), vec!["ctrl-x".to_owned()]),
        ("edit-word-back".to_owned(), vec!["ctrl-w".to_owned()]),
    ];
    for (lang, deletes, moves) in [
        (Lang::En, "Ctrl-X    typing: delete a word", "Ctrl-W    typing: a word back"),
        (Lang::ZhCn, "Ctrl-X    输入时：删除光标前的词", "Ctrl-W    输入时：后退一个词"),
    ] {
        let settings = Settings { keys: keys.clone(), ..world::settings(lang) };
        let mut console = Console::with(settings, Size::new(80, 24));
        console.run("2<enter>one two three<ctrl-x>X<ctrl-w>Y");
        assert!(console.picture().contains("one two YX"), "{}", console.picture());
        console.run("<esc>?edit-");
        let picture = console.picture();
        assert!(picture.contains(deletes) && picture.contains(moves), "{picture}");
        console.run("<enter>");
        assert!(console.picture().contains("edit-"), "what acts in a field only is not done from here");
    }
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
fn the_palette_knows_every_command_of_every_pane() {
    // What only the review and the finder know means nothing without what they show.
    // Whoever wants to crash it binds a key to that.
    let elsewhere = ["crash", "warnings", "schedule", "after-hangup", "leave-out", "quiet-hours", "suppress"];
    let is_command = |info: &&ActionInfo| !elsewhere.contains(&info.name) && !matches!(info.action, Action::Edit(_));
    for info in ActionInfo::ALL.iter().filter(is_command) {
        let mut console = Console::new();
        console.run(&format!(":{}", info.name));
        let picture = console.picture();
        assert!(picture.contains((info.label)(Lang::En)), "{}: {picture}", info.name);
    }
}

#[test]
fn a_command_of_another_pane_goes_there_and_never_acts_on_what_was_not_seen() {
    let mut console = Console::new();
    console.run(":import<enter>");
    assert!(console.picture().contains("[2 Compose]"), "{}", console.picture());
    console.run("<esc>3:archive<enter>");
    assert!(console.picture().contains("[1 Links]"), "{}", console.picture());
    assert_eq!(console.message(), "z does it: put away, for what is selected here.");
    let archives = console.open.iter().filter(|(_, request)| matches!(request, Request::Archive(..)));
    assert_eq!(archives.count(), 0);
    console.run("3:links new<enter>");
    assert!(console.picture().contains("[1 Links]") && console.picture().contains("New link"), "{}", console.picture());
}

#[test]
fn the_palette_goes_to_a_link_and_to_a_campaign() {
    let mut console = Console::new();
    console.run("3:Returns<enter>");
    let picture = console.picture();
    assert!(picture.contains("[1 Links]") && picture.contains("› dx5.cn/Rt4mWx"), "{picture}");
    console.run(":c141<enter>");
    let picture = console.picture();
    assert!(picture.contains("[3 Campaigns]") && picture.contains("› paused     c141"), "{picture}");
}

#[test]
fn before_there_is_an_account_the_help_offers_only_what_needs_none() {
    let mut console = first_run();
    let picture = console.run("?").picture();
    assert!(picture.contains("quit") && !picture.contains("export"), "{picture}");
    assert!(!console.run("links").picture().contains("1  "), "{}", console.picture());
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

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn settings(lang: Lang) -> Settings {
    Settings { is_first_run: true, profile: String::new(), ..world::settings(lang) }
}

fn first_run() -> Console {
    Console::with(settings(Lang::En), Size::new(80, 24))
}

/// With colleagues on this host.
fn with_team(lang: Lang, size: Size) -> Console {
    let team = Team { folder: "/srv/yunque/shop-cn".into(), operators: 4 };
    Console::with(Settings { team: Some(team), ..settings(lang) }, size)
}

fn account() -> Account {
    Account { nick: "云雀优选".to_owned(), balance: Money::parse("8495").expect("money"), alarm_balance: None }
}

fn connected(profile: &str, is_sandbox: bool) -> Response {
    let settings = Settings { profile: profile.to_owned(), is_sandbox, ..world::settings(Lang::En) };
    Response::Connected { settings: Box::new(settings), account: account() }
}

#[test]
fn the_first_run_speaks_both_languages_and_asks_nobody() {
    let console = first_run();
    assert!(console.ids.is_empty());
    assert_snapshot!(console.picture());
}

#[test]
fn the_first_run_names_the_keys_that_the_operator_has_bound() {
    let keys = [("look.export", "w"), ("switch-language", "ctrl-g")].map(|(n, k)| (n.to_owned(), vec![k.to_owned()]));
    let settings =
        Settings { is_first_run: true, profile: String::new(), keys: keys.into(), ..world::settings(Lang::En) };
    let mut console = Console::with(settings, Size::new(80, 24));
    let picture = console.picture();
    assert!(picture.contains("; w changes it") && picture.contains("按 w 修改"), "{picture}");
    assert!(picture.contains("中文   Ctrl-G"), "{picture}");
    assert!(console.run("w").picture().contains("Name 署名"), "{}", console.picture());
}

#[test]
fn the_first_run_stage_by_stage() {
    for (name, size) in [("", Size::new(80, 24)), ("_tight", Size::new(60, 16))] {
        for (lang, tag) in [(Lang::En, "en"), (Lang::ZhCn, "zh")] {
            let mut console = with_team(lang, size);
            let mut picture = String::new();
            let mut look = |console: &Console, stage: &str| {
                let rows = console.picture();
                assert!(!rows.contains('~'), "something is cut off at {stage}:\n{rows}");
                picture = format!("{picture}== {stage}\n{rows}");
            };
            look(&console, "choice");
            console.run("ee");
            look(&console, "name");
            console.run("<esc>jj");
            look(&console, "team");
            console.run("<enter>short<enter>");
            look(&console, "key");
            console.run(&format!("<ctrl-u>{KEY}<enter>"));
            look(&console, "checking");
            console.reply(|_| true, Ok(Response::Account(account())));
            look(&console, "pulled");
            console.run("j<enter>");
            look(&console, "connecting");
            assert_snapshot!(format!("first_run_{tag}{name}"), picture);
        }
    }
}

#[test]
fn the_sandbox_is_one_key_away() {
    let mut console = first_run();
    console.run("1");
    assert_eq!(console.reply(|_| true, Ok(connected("sandbox", true))), Request::UseSandbox(Newcomer::default()));
    let picture = console.picture();
    assert!(picture.contains("SANDBOX") && picture.contains("Black Friday"), "{picture}");
}

#[test]
fn a_key_is_checked_at_once_never_shown_and_never_pulls_unless_told() {
    let mut console = first_run();
    console.run("2short<enter>");
    assert!(console.message().contains("32 characters"));
    console.run(&format!("<ctrl-u>{KEY}"));
    assert!(!console.picture().contains("0123") && console.picture().contains("****"));
    console.run("<enter>");
    let key = TypedKey(KEY.to_owned().into());
    assert_eq!(console.reply(|_| true, Ok(Response::Account(account()))), Request::CheckKey(key.clone()));
    let picture = console.picture();
    assert!(
        picture.contains("This is 云雀优选, balance ¥8,495.00.") && picture.contains("delivery reports"),
        "{picture}"
    );
    assert_eq!(console.message(), "", "what was said of the length is over");
    console.run("<enter>");
    let (_, request) = console.open.first().expect("the question to the API");
    let newcomer = Newcomer::default();
    assert_eq!(*request, Request::Connect { key, is_pulled_elsewhere: true, joins: false, newcomer });
    assert!(!format!("{request:?}").contains("0123"));
}

#[test]
fn a_key_that_nobody_has_can_be_typed_anew_and_one_that_could_not_be_checked_is_kept() {
    let mut console = first_run();
    console.run(&format!("2{KEY}<enter>"));
    let refused = ApiProblem::Refused { code: -1, msg: "非法的apikey".to_owned(), detail: String::new() };
    console.reply(|_| true, Err(Failure::Problem(Problem::Api(refused))));
    assert!(console.picture().contains("Nothing was kept: paste the key"), "{}", console.picture());
    assert!(!console.picture().contains('*'));
    console.run(&format!("{KEY}<enter>"));
    console.reply(|_| true, Err(Failure::Busy));
    assert!(console.picture().contains("****"), "{}", console.picture());
}

#[test]
fn going_back_while_the_key_is_checked_drops_the_answer() {
    let mut console = first_run();
    console.run(&format!("2{KEY}<enter><esc><ctrl-u>"));
    console.reply(|_| true, Ok(Response::Account(account())));
    assert!(console.picture().contains("API key"), "{}", console.picture());
    console.run("<esc>");
    assert!(console.picture().contains("Try the sandbox"));
}

#[test]
fn colleagues_are_joined_not_explained() {
    let mut console = with_team(Lang::En, Size::new(80, 24));
    assert!(console.picture().contains("/srv/yunque/shop-cn: 4 operators"), "{}", console.picture());
    console.run(&format!("3{KEY}<enter>"));
    console.reply(|_| true, Ok(Response::Account(account())));
    console.run("j<enter>");
    let joined = console.reply(|_| true, Ok(connected("shop-cn", false)));
    let (key, newcomer) = (TypedKey(KEY.to_owned().into()), Newcomer::default());
    assert_eq!(joined, Request::Connect { key, is_pulled_elsewhere: false, joins: true, newcomer });
    assert!(console.picture().contains("lina @ shop-cn"));
    assert!(!first_run().picture().contains("Join colleagues"), "only where there are some");
    assert!(first_run().run("3").picture().contains("Try the sandbox"), "and the key means nothing then");
}

#[test]
fn name_and_language_are_taken_along() {
    let mut console = first_run();
    console.run("e<ctrl-u>莉娜<enter>L");
    assert!(console.picture().contains("你将以 莉娜 署名"), "{}", console.picture());
    console.run("e<ctrl-u>  <enter>");
    assert!(console.picture().contains("你将以 lina 署名"), "an empty name signs nothing");
    console.run("e<ctrl-u>莉娜<enter>1");
    let newcomer = Newcomer { operator: Some("莉娜".to_owned()), lang: Some(Lang::ZhCn) };
    assert_eq!(console.reply(|_| true, Ok(connected("sandbox", true))), Request::UseSandbox(newcomer));
    assert!(console.picture().contains("[1 短链]"), "the language stays what it was switched to");
}

#[test]
fn what_a_link_of_ours_is_comes_with_the_account() {
    let mut console = first_run();
    console.run("1");
    let settings = Settings { link_hosts: vec!["127.0.0.1:7".to_owned()], ..world::settings(Lang::En) };
    console.reply(|_| true, Ok(Response::Connected { settings: Box::new(settings), account: account() }));
    console.run("2G<enter>【云雀】127.0.0.1:7/abc");
    assert!(console.picture().contains("(x) by number"), "{}", console.picture());
}

#[test]
fn the_help_lists_the_keys_of_line_editing() {
    for (does, key) in [("delete a word", "Ctrl-W"), ("delete to its end", "Ctrl-K"), ("undo", "Ctrl-_")] {
        let picture = Console::new().run(&format!("?{does}")).picture();
        assert!(picture.contains(key) && picture.contains("typing: "), "{picture}");
    }
}
