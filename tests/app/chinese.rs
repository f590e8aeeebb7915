//! The screens in Chinese that no other file shows: what is said on them fits, and is said in Chinese.
use insta::assert_snapshot;
use jiff::SignedDuration;
use yunque::app::{ClickPage, Event, Failure, Request, Response, Settings, Size};
use yunque::problem::Problem;
use yunque::sms::{
    CampaignId, CampaignState, ClickSource, ClickTable, Counts, Draft, Money, Progress, RateOf, Source, Story,
};
use yunque::words::Lang;

use crate::console::Console;
use crate::letters::{self, console, many};
use crate::{pages, world};

const SMALL: Size = Size::new(80, 24);
const TIGHT: Size = Size::new(60, 16);

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

/// A console whose worker answers these requests so, and the rest as the world of the pages does.
fn answering(
    size: Size,
    mut first: impl FnMut(&Request) -> Option<Option<Result<Response, Failure>>> + 'static,
) -> Console {
    Console::answering(world::settings(Lang::ZhCn), size, move |request| {
        first(request).unwrap_or_else(|| pages::answer(request))
    })
}

fn unreachable() -> Failure {
    Failure::Problem(Problem::Api(pages::unreachable()))
}

#[test]
fn links_that_are_none_on_their_way_or_not_to_be_had() {
    let links = |answer: fn() -> Option<Result<Response, Failure>>| {
        answering(SMALL, move |request| matches!(request, Request::Links).then(answer)).run("").picture()
    };
    assert_snapshot!("links_empty_zh", links(|| Some(Ok(Response::Links(Vec::new())))));
    assert_snapshot!("links_loading_zh", links(|| None));
    assert_snapshot!("links_failed_zh", links(|| Some(Err(unreachable()))));
    assert_snapshot!("links_tight_zh", Console::with(world::settings(Lang::ZhCn), TIGHT).run("j").picture());
    assert_snapshot!("links_filter_zh", chinese().run("/黑五").picture());
}

#[test]
fn a_link_that_could_not_be_made() {
    let mut console = answering(SMALL, |request| match request {
        Request::Shorten { .. } => Some(Some(Err(unreachable()))),
        _ => None,
    });
    assert_snapshot!("links_form_failed_zh", console.run("nhttps://a.example/x<enter>").picture());
    assert_snapshot!("links_form_trouble_zh", chinese().run("nftp://a.example<enter>").picture());
}

#[test]
fn clicks_that_are_none_on_their_way_or_not_to_be_had() {
    let mut empty = answering(SMALL, |request| match request {
        Request::Campaigns => Some(Some(Ok(Response::Campaigns { list: Vec::new(), is_watched: true }))),
        Request::Links => Some(Some(Ok(Response::Links(Vec::new())))),
        _ => None,
    });
    assert_snapshot!("clicks_empty_zh", empty.run("4").picture());
    let mut first = answering(SMALL, |request| match request {
        Request::ClicksSeen(..) => Some(Some(Ok(Response::Clicks(None)))),
        Request::Clicks(..) => Some(None),
        _ => None,
    });
    assert_snapshot!("clicks_first_look_zh", first.run("4").picture());
    first.reply(|request| matches!(request, Request::Clicks(..)), Err(unreachable()));
    assert_snapshot!("clicks_first_look_failed_zh", first.picture());
    let mut failed = answering(SMALL, |request| match request {
        Request::Clicks(..) => Some(Some(Err(unreachable()))),
        _ => None,
    });
    assert_snapshot!("clicks_failed_zh", failed.run("4").picture());
}

/// Clicks, changed before they are shown.
fn clicks(size: Size, change: fn(&mut ClickPage)) -> Console {
    answering(size, move |request| match request {
        Request::Campaigns => {
            let list = pages::campaigns().into_iter().filter(|one| one.id == CampaignId(140)).collect();
            Some(Some(Ok(Response::Campaigns { list, is_watched: true })))
        }
        Request::Clicks(subject, group) | Request::ClicksSeen(subject, group) => {
            let mut page = pages::clicks(subject, *group, "14:02", false);
            change(&mut page);
            Some(Some(Ok(Response::Clicks(Some(Box::new(page))))))
        }
        Request::Arrange { table, .. } => {
            Some(Some(Ok(Response::Arranged { order: [].into(), generation: table.generation })))
        }
        _ => None,
    })
}

#[test]
fn clicks_by_group_filtered_in_total_only_and_shared() {
    assert_snapshot!("clicks_group_zh", clicks(SMALL, |_| {}).run("4]]").picture());
    assert_snapshot!("clicks_filter_zh", clicks(SMALL, |_| {}).run("4/王五").picture());
    assert_snapshot!("clicks_subjects_zh", clicks(SMALL, |_| {}).run("4c").picture());
    assert_snapshot!("clicks_tight_zh", clicks(TIGHT, |_| {}).run("4").picture());
    let mut totals = clicks(SMALL, |page| {
        page.source = ClickSource::TotalOnly;
        page.table = ClickTable::default();
        (page.totals.clicks, page.totals.clickers, page.groups[0]) = (0, 0, 0);
    });
    assert_snapshot!("clicks_totals_zh", totals.run("4").picture());
    let mut shared = clicks(SMALL, |page| {
        page.shared_with = [121, 130, 138, 139].map(CampaignId).to_vec();
        page.totals.rate_of = RateOf::DeliveredOrClicked;
    });
    assert_snapshot!("clicks_shared_zh", shared.run("4").picture());
}

#[test]
fn a_number_that_is_looked_for() {
    let find = |keys: &str| answering(SMALL, |_| None).run(keys).picture();
    assert_snapshot!("find_empty_zh", find("F"));
    assert_snapshot!("find_invalid_zh", find("F1380013<enter>"));
    assert_snapshot!("find_suppress_zh", find("F13800138000<enter>S"));
    assert_snapshot!("find_delivered_zh", find("F13800138000<enter>j"));
    assert_snapshot!("find_tight_zh", answering(TIGHT, |_| None).run("F13800138000<enter>jj").picture());
    let mut waiting = answering(SMALL, |request| matches!(request, Request::Find(_)).then_some(None));
    assert_snapshot!("find_looking_zh", waiting.run("F13800138000<enter>").picture());
    let failed = |request: &Request| matches!(request, Request::Find(_)).then(|| Some(Err(unreachable())));
    assert_snapshot!("find_failed_zh", answering(SMALL, failed).run("F13800138000<enter>").picture());
    let nobody = |request: &Request| match request {
        Request::Find(mobile) => {
            let story = Story { mobile: *mobile, lines: Vec::new(), opted_out: None };
            Some(Some(Ok(Response::Story(Box::new(story)))))
        }
        _ => None,
    };
    assert_snapshot!("find_nobody_zh", answering(SMALL, nobody).run("F13900139000<enter>").picture());
}
