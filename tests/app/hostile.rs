//! What servers, files and colleagues say is data: on every screen it is shown, in both languages, and not obeyed.
use insta::assert_snapshot;
use yunque::app::{Failure, Request, Response, Size};
use yunque::problem::{ApiProblem, Problem};
use yunque::sms::{Draft, Source};
use yunque::words::Lang;

use crate::console::Console;
use crate::{letters, pages, world};

/// Colours, a right-to-left override, a zero-width space, the end of the line, and more than fits.
const EVIL: &str =
    "a\u{1b}[31mred\u{202e}txt\u{200b}\n\u{7}陈 and more than fits on any of the lines of a small screen";

fn draft() -> Draft {
    let to = Source::Typed("13800138000".to_owned());
    Draft { name: EVIL.to_owned(), to, recipients: 1, text: EVIL.to_owned(), ..Draft::new(world::at("11-23 13:40")) }
}

/// A worker of whom nobody means well.
fn answer(request: &Request) -> Option<Result<Response, Failure>> {
    Some(Ok(match request {
        Request::Links => {
            let mut link = world::link("Ev1lOn", EVIL, "11-23 14:02", "12-23 14:02", Some(1));
            (link.tags, link.by) = (vec![EVIL.to_owned()], "l\u{1b}na".to_owned());
            link.short.long_url = format!("https://a.example/{EVIL}");
            Response::Links(vec![link])
        }
        Request::Campaigns => {
            let mut list = pages::campaigns();
            for one in &mut list {
                (one.name, one.by) = (EVIL.to_owned(), "l\u{1b}na".to_owned());
            }
            Response::Campaigns { list, is_watched: true }
        }
        Request::Clicks(subject, group) | Request::ClicksSeen(subject, group) => {
            let mut page = pages::clicks(subject, *group, "14:02", false);
            page.names = page.names.iter().map(|_| Box::from(EVIL)).collect();
            page.extra = page.extra.map(|(_, values)| (EVIL.to_owned(), values.iter().map(|_| EVIL.into()).collect()));
            page.errors = page.errors.iter().map(|_| Box::from(EVIL)).collect();
            if let Some(campaign) = &mut page.campaign {
                EVIL.clone_into(&mut campaign.name);
            }
            EVIL.clone_into(&mut page.links[0].short.name);
            Response::Clicks(Some(Box::new(page)))
        }
        Request::Find(_) => {
            let mut story = pages::story();
            for line in &mut story.lines {
                (line.name, line.by, line.text) = (EVIL.to_owned(), "l\u{1b}na".to_owned(), EVIL.to_owned());
                EVIL.clone_into(&mut line.error);
            }
            story.lines[5].refusal = Some((22, EVIL.to_owned()));
            story.opted_out = Some((world::at("11-12 09:00"), EVIL.to_owned()));
            Response::Story(Box::new(story))
        }
        Request::Drafts => Response::Drafts(vec![draft()]),
        Request::Shorten { .. } => {
            let refused = ApiProblem::Refused { code: 2, msg: EVIL.to_owned(), detail: EVIL.to_owned() };
            return Some(Err(Failure::Problem(Problem::Api(refused))));
        }
        request => return pages::answer(request),
    }))
}

/// The picture after these keys; nothing in it is obeyed by a terminal, and no line is longer than the screen.
fn picture(lang: Lang, keys: &str) -> String {
    let mut console = Console::answering(letters::settings(lang), Size::new(80, 24), answer);
    let picture = console.run(keys).picture();
    let is_bad = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{200b}\u{2066}\u{feff}".contains(c));
    assert!(!picture.chars().any(is_bad), "{picture}");
    let cells =
        |line: &str| line.chars().map(|c| if ('\u{2e80}'..='\u{ffef}').contains(&c) { 2 } else { 1 }).sum::<u32>();
    assert!(picture.lines().all(|line| cells(line) <= 80), "{picture}");
    picture
}

/// Both languages of one screen.
fn shown(name: &str, keys: &str) {
    for (lang, suffix) in [(Lang::En, "en"), (Lang::ZhCn, "zh")] {
        let picture = picture(lang, keys);
        assert!(picture.contains("<1B>"), "it is shown that something was there: {picture}");
        assert_snapshot!(format!("hostile_{name}_{suffix}"), picture);
    }
}

#[test]
fn links() {
    shown("links", "k");
}

#[test]
fn clicks_and_whom_it_did_not_reach() {
    shown("clicks", "4v");
    shown("clicks_failed", "4]]v");
}

#[test]
fn a_number_and_its_refusal() {
    shown("find", "F13800138000<enter>");
    shown("find_refused", "F13800138000<enter>G");
}

#[test]
fn the_palette() {
    shown("palette", ":c14");
}

#[test]
fn the_drafts() {
    shown("drafts", "2D");
}

#[test]
fn the_messages() {
    shown("messages", "nhttps://a.example<enter><esc>M");
}

#[test]
fn the_code_to_scan() {
    for (lang, suffix) in [(Lang::En, "en"), (Lang::ZhCn, "zh")] {
        assert_snapshot!(format!("hostile_qr_{suffix}"), picture(lang, "Q"));
    }
}
