//! How long a message stands: as long as its subject, and one about a send until it has been seen.
use yunque::app::{Event, Failure, Parting, Request, Response, Settings, Size};
use yunque::problem::{Problem, StoreProblem, WhyReadOnly};
use yunque::sms::{CampaignId, CampaignState, Counts, Draft, DraftId, Money, PauseReason, Progress};
use yunque::words::Lang;

use crate::console::Console;
use crate::world;

fn progress(state: CampaignState, pause: Option<PauseReason>) -> Event {
    let pending = if state == CampaignState::Finished { 0 } else { 580 };
    Event::Progressed(Progress {
        id: CampaignId(141),
        state,
        pause,
        counts: Counts { pending, sending: 0, accepted: 6806, refused: 14, unknown: 0 },
        fee: Money::ZERO,
        rate: 0,
        done_at: None,
        gate: None,
        asked: None,
    })
}

fn made(console: &mut Console) {
    console.run("nhttps://a.example/x<enter>");
    let link = world::link("Zz9new", "", "11-23 14:02", "12-23 14:02", None);
    console.reply(|request| matches!(request, Request::Shorten { .. }), Ok(Response::Shortened(Box::new(link))));
    assert!(console.message().contains("Link made"), "{}", console.message());
}

#[test]
fn link_made_and_selected_goes_when_another_is_selected_or_another_pane_is_shown() {
    let mut console = Console::new();
    made(&mut console);
    assert_eq!(console.run("j").message(), "");
    made(&mut console);
    console.run("3");
    assert_eq!(console.message(), "");
    assert!(console.run("M").picture().contains("Link made"), "the log keeps it");
}

#[test]
fn asking_for_templates_is_over_when_they_are_here() {
    let mut console = Console::new();
    console.run("2T");
    assert!(console.message().contains("sking"), "{}", console.message());
    let phrases = Response::Phrases { templates: Vec::new(), signatures: Vec::new() };
    console.reply(|request| *request == Request::Phrases, Ok(phrases));
    assert!(!console.message().contains("sking"), "{}", console.message());
}

#[test]
fn a_failure_is_over_when_the_same_succeeds() {
    let mut failures = 1;
    let mut console = Console::answering(world::settings(Lang::En), Size::new(80, 24), move |request| match request {
        Request::Account if failures > 0 => {
            failures -= 1;
            Some(Err(Failure::Busy))
        }
        request => world::answer(request),
    });
    assert!(console.message().contains("nothing was done"), "{}", console.message());
    // The list of links is read again, the account is not: the failure stands.
    console.run("r");
    assert!(console.message().contains("nothing was done"), "{}", console.message());
    console.tell(Event::Changed(yunque::app::Thing::Account));
    assert_eq!(console.message(), "");
}

#[test]
fn a_campaign_that_comes_to_rest_says_so_whatever_is_on_screen() {
    let mut console = Console::new();
    console.tell(progress(CampaignState::Running, None));
    assert_eq!(console.message(), "");
    console.tell(progress(CampaignState::Paused, Some(PauseReason::Ambiguous { calls: 3 })));
    let picture = console.picture();
    assert!(picture.contains("! c141 is paused. 3 requests got no answer"), "{picture}");
    assert!(console.message().ends_with("580 not sent."), "{picture}");
    console.tell(progress(CampaignState::Running, None)).tell(progress(CampaignState::Finished, None));
    assert_eq!(console.message(), "✓ c141 is finished: 6,806 accepted, 14 refused.");
    console.run("L");
    assert_eq!(console.message(), "✓ c141 已完成：已受理 6,806，被拒绝 14。");
}

#[test]
fn what_happened_to_a_send_is_covered_by_nothing_that_nobody_asked_for() {
    let mut is_reachable = true;
    let mut console = Console::answering(world::settings(Lang::En), Size::new(80, 24), move |request| match request {
        Request::Account if !std::mem::take(&mut is_reachable) => Some(Err(Failure::Busy)),
        request => world::answer(request),
    });
    // The balance is asked for again when it ends, and that fails.
    console.tell(progress(CampaignState::Finished, None));
    assert!(console.message().contains("c141 is finished"), "{}", console.message());
    assert!(console.run("3").message().contains("c141 is finished"), "the key may have been on its way");
    assert_eq!(console.run("1").message(), "");
    assert!(console.run("M").picture().contains("nothing was done"), "the log keeps both");
}

#[test]
fn a_draft_that_was_found_is_offered_until_compose_has_been_left() {
    let mut console = Console::answering(world::settings(Lang::En), Size::new(80, 24), |request| match request {
        Request::Drafts => {
            let draft = Draft { id: DraftId(1), recipients: 37, ..Draft::new(world::at("11-23 13:02")) };
            Some(Ok(Response::Drafts(vec![draft])))
        }
        request => world::answer(request),
    });
    let offer = console.message();
    assert!(offer.contains("37"), "{offer}");
    assert_eq!(console.run("3").message(), offer);
    assert_eq!(console.run("2").message(), offer);
    assert_eq!(console.run("1").message(), "");
}

#[test]
fn a_draft_that_could_not_be_kept_is_said_until_one_is() {
    let mut console = Console::new();
    console.run("2<enter>138<esc>");
    let full = StoreProblem::ReadOnly { path: "/data".to_owned(), why: WhyReadOnly::DiskFull };
    console.tell(Event::Troubled(Problem::Store(full)));
    let trouble = console.message();
    assert!(!trouble.is_empty());
    console.tell(Event::DraftSaved(DraftId(1)));
    assert_eq!(console.message(), "");
}

#[test]
fn a_second_ctrl_c_is_offered_until_another_key() {
    let mut console = Console::new();
    assert!(console.run("<ctrl-c>").message().contains("once more"));
    assert_eq!(console.run("j").message(), "");
}

#[test]
fn what_is_left_is_said_on_the_normal_screen_with_the_command_to_go_on() {
    let mut paused = world::campaigns().remove(1);
    let settings = Settings { command: "yunque --profile shop-cn".to_owned(), ..world::settings(Lang::En) };
    let console = Console::with(settings, Size::new(80, 24));
    assert_eq!(console.app.farewell(&[], Parting::Quit), Vec::<String>::new());
    assert_eq!(
        console.app.farewell(std::slice::from_ref(&paused), Parting::Quit),
        [
            "c141 is paused: 6,806 accepted, 14 refused, 600 unknown, 580 not sent.",
            "  Look the unknown up with: yunque --profile shop-cn campaigns reconcile c141",
            "  Go on with: yunque --profile shop-cn campaigns resume c141",
        ]
    );
    let suspended = console.app.farewell(std::slice::from_ref(&paused), Parting::Suspended);
    assert_eq!(suspended[1..], ["  fg brings the console back; p goes on there."]);
    paused.counts.unknown = 0;
    paused.pause = Some(PauseReason::HungUp);
    assert_eq!(console.app.farewell(&[paused.clone()], Parting::Quit)[1..], ["  yunque watch goes on with it."]);
    let trial = Settings { is_trial: true, ..world::settings(Lang::ZhCn) };
    let console = Console::with(trial, Size::new(80, 24));
    assert_eq!(console.app.farewell(&[paused], Parting::Quit)[1..], ["  到此为止：沙盒随控制台一起结束。"]);
}

#[test]
fn a_server_that_may_be_a_sandbox_is_neither_before_its_first_answer_and_keeps_its_word_afterwards() {
    for (lang, unmet) in [(Lang::En, "not reached"), (Lang::ZhCn, "未连接")] {
        let settings = Settings { is_unmet: true, ..world::settings(lang) };
        let mut console = Console::with(settings, Size::new(80, 24));
        let word = |console: &Console| console.picture().lines().next().unwrap_or_default().trim_end().to_owned();
        assert!(word(&console).ends_with(unmet), "{}", word(&console));
        console.tell(Event::Recognised { is_sandbox: true });
        assert!(!word(&console).contains(unmet) && !word(&console).contains("LIVE"), "{}", word(&console));
    }
}

#[test]
fn a_failure_says_what_was_asked() {
    for (lang, what) in [(Lang::En, "! Balance: "), (Lang::ZhCn, "! 余额：")] {
        let mut console = Console::answering(world::settings(lang), Size::new(80, 24), |request| match request {
            Request::Account => Some(Err(Failure::Panicked)),
            request => world::answer(request),
        });
        let picture = console.run("r").picture();
        assert!(picture.contains(what), "{picture}");
    }
}

#[test]
fn sandbox_is_shown_only_once_the_server_has_said_so_and_no_longer_than_that() {
    let mut console = Console::new();
    let word = |console: &Console| console.picture().lines().next().unwrap_or_default().trim_end().to_owned();
    assert!(word(&console).ends_with("LIVE"), "before any answer: {}", word(&console));
    console.tell(Event::Recognised { is_sandbox: true });
    assert!(word(&console).ends_with("SANDBOX"), "{}", word(&console));
    console.tell(Event::Recognised { is_sandbox: false });
    assert!(word(&console).ends_with("LIVE"), "{}", word(&console));
}
