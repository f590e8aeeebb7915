//! Pane 1, as flows.
use insta::assert_snapshot;
use yunque::app::{Effect, Event, Failure, Request, Response, Size};
use yunque::problem::{ApiProblem, Problem};
use yunque::sms::Sid;
use yunque::words::Lang;

use crate::console::Console;
use crate::world;

fn is_shorten(request: &Request) -> bool {
    matches!(request, Request::Shorten { .. })
}

#[test]
fn a_link_that_was_put_away_says_so_in_its_row() {
    for (lang, word) in [(Lang::En, "put away"), (Lang::ZhCn, "已收起")] {
        let answer = |request: &Request| match request {
            Request::Links => {
                let mut links = world::links();
                links[1].is_archived = true;
                Some(Ok(Response::Links(links)))
            }
            request => world::answer(request),
        };
        let mut console = Console::answering(world::settings(lang), Size::new(60, 16), answer);
        let picture = console.run("Z").picture();
        let row = picture.lines().find(|line| line.contains("Bf26Kq")).unwrap_or_default();
        assert!(row.contains(word), "{picture}");
    }
}

#[test]
fn the_list_explains_the_selected_link() {
    assert_snapshot!(Console::new().run("j").styled());
}

#[test]
fn the_list_in_chinese() {
    assert_snapshot!(Console::with(world::settings(Lang::ZhCn), Size::new(80, 24)).picture());
}

#[test]
fn the_list_with_room_to_spare() {
    assert_snapshot!(Console::with(world::settings(Lang::En), Size::new(120, 40)).picture());
}

#[test]
fn the_list_where_it_is_tight() {
    assert_snapshot!(Console::with(world::settings(Lang::En), Size::new(60, 16)).picture());
}

#[test]
fn where_it_is_tight_clicks_have_their_age_and_no_word_is_cut() {
    for (lang, age) in [(Lang::En, "clicks as of 13:58"), (Lang::ZhCn, "点击 13:58 查询")] {
        let answer = |request: &Request| match request {
            Request::Links => {
                let mut links = world::links();
                links[1].tags = vec!["会员".to_owned(), "an especially long tag".to_owned()];
                Some(Ok(Response::Links(links)))
            }
            request => world::answer(request),
        };
        let mut console = Console::answering(world::settings(lang), Size::new(60, 16), answer);
        let picture = console.run("j").picture();
        let made = picture.lines().find(|line| line.contains("lina")).unwrap_or_default();
        assert!(picture.contains(age) && made.contains("c140") && !made.contains('~'), "{picture}");
    }
}

#[test]
fn on_a_wide_screen_the_figures_stay_near_the_names() {
    let picture = Console::with(world::settings(Lang::En), Size::new(200, 50)).picture();
    assert!(picture.lines().filter(|line| line.contains("dx5.cn/Bf26Kq")).all(|line| line.chars().count() < 135));
}

#[test]
fn an_empty_list_says_what_to_do() {
    let mut console = Console::answering(world::settings(Lang::En), Size::new(80, 24), |request| match request {
        Request::Links => Some(Ok(Response::Links(Vec::new()))),
        request => world::answer(request),
    });
    assert_snapshot!(console.run("s").picture());
}

#[test]
fn a_link_is_made_in_one_go_and_selected() {
    let mut console = Console::new();
    console.run("nhttps://m.youxuan.example/1212<tab>双12 主会场<tab>双12，vip<enter>");
    let made = world::link("N3wOne", "双12 主会场", "11-23 14:02", "12-23 14:02", None);
    let asked = console.reply(is_shorten, Ok(Response::Shortened(Box::new(made))));
    let (url, name) = ("https://m.youxuan.example/1212".to_owned(), "双12 主会场".to_owned());
    assert_eq!(asked, Request::Shorten { url, name, tags: vec!["双12".to_owned(), "vip".to_owned()] });
    assert!(console.message().contains("Link made and selected"), "{}", console.picture());
}

#[test]
fn enter_twice_makes_one_link() {
    let mut console = Console::new();
    console.run("nhttps://a.example<enter><enter><enter>");
    assert_eq!(console.open.iter().filter(|(_, request)| is_shorten(request)).count(), 1);
}

#[test]
fn an_address_that_the_vendor_would_refuse_is_not_sent() {
    let mut console = Console::new();
    console.run("nftp://a.example<enter>");
    assert!(console.open.is_empty());
    assert_snapshot!(console.picture());
}

#[test]
fn a_failure_keeps_what_was_typed_and_says_what_to_do() {
    let mut console = Console::new();
    console.run("nhttps://a.example/x<enter>");
    let refused = ApiProblem::NoAnswer { is_timeout: true, why: "timed out".to_owned() };
    console.reply(is_shorten, Err(Failure::Problem(Problem::Api(refused))));
    assert_snapshot!(console.picture());
}

#[test]
fn what_was_typed_survives_escape() {
    let mut console = Console::new();
    console.run("nhttps://a.example/long<esc>n");
    assert!(console.picture().contains("https://a.example/long"));
}

#[test]
fn the_filter_finds_by_alias_and_never_acts() {
    let mut console = Console::new();
    console.run("/blkfri");
    assert_snapshot!(console.picture());
    // Each of these letters is a command outside the filter.
    console.run("<esc>/qsczn");
    assert!(console.effects.is_empty() && console.open.is_empty());
    assert!(console.picture().contains("None of the 6 links matches"));
}

#[test]
fn a_refresh_does_not_move_the_cursor() {
    let mut links = world::links();
    let mut console = Console::answering(world::settings(Lang::En), Size::new(80, 24), move |request| match request {
        Request::Links => {
            let answer = Some(Ok(Response::Links(links.clone())));
            links.insert(0, world::link("Zz9new", "a newer one", "11-23 14:03", "12-23 14:03", None));
            answer
        }
        request => world::answer(request),
    });
    console.run("jj");
    let selected = |console: &Console| {
        let picture = console.picture();
        picture.lines().find(|line| line.starts_with('›')).map(|line| line[..16].to_owned())
    };
    let before = selected(&console);
    console.run("r");
    assert!(console.picture().contains("a newer one"));
    assert_eq!(selected(&console), before);
}

#[test]
fn copying_sends_the_address_to_the_terminal_and_says_no_more_than_that() {
    let mut console = Console::new();
    console.run("jy");
    assert_eq!(console.effects, [Effect::Copy("https://dx5.cn/Bf26Kq".to_owned())]);
    console.tell(Event::Copied(yunque::app::Copied::ToTerminal));
    assert_eq!(console.message(), "Sent to terminal: https://dx5.cn/Bf26Kq");
}

#[test]
fn a_link_is_put_away_and_shown_again() {
    let mut console = Console::new();
    console.run("jz");
    let asked = console.reply(|_| true, Ok(Response::Done));
    assert_eq!(asked, Request::Archive(Sid("Bf26Kq".to_owned()), true));
    assert!(console.message().contains("Put away"));
}

#[test]
fn a_message_with_a_link_begins_in_compose() {
    let mut console = Console::new();
    console.run("js");
    let picture = console.picture();
    assert!(picture.contains("[2 Compose]") && picture.contains("dx5.cn/Bf26Kq"), "{picture}");
}

#[test]
fn hostile_names_are_shown_and_not_obeyed() {
    let mut console = Console::answering(world::settings(Lang::En), Size::new(80, 24), |request| match request {
        Request::Links => {
            let name = "a\u{1b}[31mred\u{202e}txt\u{200b}\n";
            Some(Ok(Response::Links(vec![world::link("Ev1lOn", name, "11-23 14:02", "12-23 14:02", Some(1))])))
        }
        request => world::answer(request),
    });
    let picture = console.run("k").picture();
    assert!(!picture.chars().any(|c| c == '\u{1b}' || c == '\u{202e}' || c == '\u{200b}'));
    assert!(picture.contains("a<1B>[31mred<U+202E>"), "{picture}");
}
