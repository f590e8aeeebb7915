//! Find, as flows.
use insta::assert_snapshot;
use yunque::app::{Failure, Request, Response, Size};
use yunque::problem::{InputProblem, Problem};
use yunque::words::Lang;

use crate::console::Console;
use crate::pages;
use crate::world::{self, at};

const SMALL: Size = Size::new(80, 24);

fn console(lang: Lang, size: Size) -> Console {
    Console::answering(world::settings(lang), size, pages::answer)
}

#[test]
fn a_number_tells_its_story() {
    assert_snapshot!(console(Lang::En, SMALL).run("F138 0013 8000<enter>j").styled());
}

#[test]
fn a_number_tells_its_story_in_chinese() {
    assert_snapshot!(console(Lang::ZhCn, SMALL).run("F13800138000<enter>").picture());
}

#[test]
fn a_number_tells_its_story_where_it_is_tight_and_with_room_to_spare() {
    assert_snapshot!(console(Lang::En, Size::new(60, 16)).run("F13800138000<enter>jj").picture());
    assert_snapshot!(console(Lang::En, Size::new(120, 40)).run("F13800138000<enter>G").picture());
}

#[test]
fn what_is_no_number_is_said_and_can_be_mended() {
    let mut console = console(Lang::En, SMALL);
    console.run("F1380013<enter>");
    assert_snapshot!(console.picture());
    console.run("8000<enter>");
    assert!(console.picture().contains("Coupon reminder"));
}

#[test]
fn a_number_that_nobody_wrote_to() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Find(mobile) => {
            let opted_out = Some((at("11-12 09:00"), "回复R".to_owned()));
            let story = yunque::sms::Story { mobile: *mobile, lines: Vec::new(), opted_out };
            Some(Ok(Response::Story(Box::new(story))))
        }
        request => pages::answer(request),
    });
    assert_snapshot!(console.run("F13900139000<enter>").picture());
}

#[test]
fn enter_goes_to_the_campaign() {
    let mut console = console(Lang::En, SMALL);
    console.run("F13800138000<enter>jj<enter>");
    let picture = console.picture();
    assert!(picture.contains("[3 Campaigns]"), "{picture}");
    assert!(picture.lines().any(|line| line.starts_with('›') && line.contains("c140")), "{picture}");
}

#[test]
fn suppressing_asks_and_the_default_is_no() {
    let mut console = console(Lang::En, SMALL);
    console.run("F13800138000<enter>S");
    assert_snapshot!(console.picture());
    console.run("<enter>");
    assert!(console.open.is_empty());
    console.run("S<right><enter>");
    let asked = console.reply(|request| request.thing().is_none(), Ok(Response::Done));
    assert_eq!(asked, Request::Suppress(pages::mobile("13800138000")));
    assert_eq!(console.message(), "✓ 138****8000 is on the suppression list.");
}

#[test]
fn a_story_that_cannot_be_read_says_so() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Find(_) => Some(Err(Failure::Problem(Problem::Input(InputProblem::EmptyNote)))),
        request => pages::answer(request),
    });
    let picture = console.run("F13800138000<enter>").picture();
    assert!(picture.contains("The store could not be read; r tries again."), "{picture}");
    let footer = console.row_from_bottom(0);
    assert!(footer.contains("r refresh") && !footer.contains("campaign"), "only what can be done: {footer}");
}

#[test]
fn a_clicker_tells_their_story_and_escape_comes_back() {
    let mut console = console(Lang::En, SMALL);
    console.run("4<enter>");
    assert!(console.picture().contains("every message to one number"), "{}", console.picture());
    console.run("<esc>");
    assert!(console.picture().contains("[4 Clicks]"));
}
