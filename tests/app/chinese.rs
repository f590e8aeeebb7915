//! The screens in Chinese that no other file shows: what is said on them fits, and is said in Chinese.
use insta::assert_snapshot;
use jiff::SignedDuration;
use yunque::app::{Event, Failure, Request, Response, Settings, Size};
use yunque::sms::{CampaignId, CampaignState, Counts, Draft, Money, Progress, Source};
use yunque::words::Lang;

use crate::console::Console;
use crate::letters::{self, console, many};
use crate::world;

const SMALL: Size = Size::new(80, 24);

fn chinese() -> Console {
    Console::with(world::settings(Lang::ZhCn), SMALL)
}

fn reviewed(mut console: Console) -> Console {
    console.run("s");
    console.now += SignedDuration::from_millis(200);
    console
}

#[test]
fn making_a_link() {
    assert_snapshot!(chinese().run("nhttps://m.youxuan.example/sale<tab>双12 会员专享").picture());
}

#[test]
fn the_palette() {
    assert_snapshot!(chinese().run(":黑五").picture());
}

#[test]
fn the_messages() {
    let mut console = chinese();
    console.tell(Event::Pasted("x".to_owned())).run("<ctrl-c>M");
    assert_snapshot!(console.picture());
}

#[test]
fn the_code_to_scan() {
    assert_snapshot!(chinese().run("Q").picture());
}

#[test]
fn leaving_while_something_is_sent() {
    let mut console = chinese();
    console.tell(Event::Progressed(Progress {
        id: CampaignId(141),
        state: CampaignState::Running,
        pause: None,
        counts: Counts { pending: 3000, sending: 0, accepted: 5000, refused: 0, unknown: 0 },
        fee: Money::ZERO,
        rate: 40,
        done_at: Some(world::at("11-23 14:08")),
        gate: None,
        asked: None,
    }));
    assert_snapshot!(console.run("q").picture());
}

#[test]
fn the_kept_drafts() {
    let draft = Draft {
        to: Source::Typed("13800138000".to_owned()),
        recipients: 37,
        text: "【云雀】早".to_owned(),
        ..Draft::new(world::at("11-23 13:40"))
    };
    let mut console = Console::answering(letters::settings(Lang::ZhCn), SMALL, move |request| match request {
        Request::Drafts => Some(Ok(Response::Drafts(vec![draft.clone()]))),
        other => letters::answer(other),
    });
    assert_snapshot!(console.run("2D").picture());
}

#[test]
fn the_first_rows_of_a_file() {
    assert_snapshot!(console(Lang::ZhCn, SMALL).run("2<enter>~/lists/vip-1212.csv<esc>").picture());
}

#[test]
fn a_confirmed_send_is_held() {
    let mut console = reviewed(many(console(Lang::ZhCn, SMALL)));
    assert_snapshot!(console.run("12312<enter>").picture());
}

#[test]
fn a_row_that_blocks() {
    let mut console = console(Lang::ZhCn, SMALL);
    console.run("2<enter>13800138000 13900139000<enter>【云雀】BLOCKED<esc>").pass(2);
    assert_snapshot!(reviewed(console).picture());
}

#[test]
fn checks_that_failed() {
    let settings: Settings = letters::settings(Lang::ZhCn);
    let console = Console::answering(settings, SMALL, |request| match request {
        Request::Preflight(_) => Some(Err(Failure::Busy)),
        other => letters::answer(other),
    });
    assert_snapshot!(reviewed(many(console)).picture());
}
