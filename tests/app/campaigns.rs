//! Pane 3, as flows.
use insta::assert_snapshot;
use yunque::app::{Effect, Event, Failure, Request, Response, Settings, Size};
use yunque::problem::{Problem, StoreProblem};
use yunque::sms::{
    Answer, Campaign, CampaignId, CampaignState, Canary, Counts, Draft, Gate, Looked, Money, Owner, PauseReason,
    Progress, TakeOver, Wish,
};
use yunque::words::Lang;

use crate::console::Console;
use crate::pages;
use crate::world::{self, at};

const SMALL: Size = Size::new(80, 24);

fn console(lang: Lang, size: Size) -> Console {
    Console::answering(world::settings(lang), size, pages::answer)
}

/// With campaigns of the test's own; their pages hold nothing more.
fn with(settings: Settings, is_watched: bool, list: Vec<Campaign>) -> Console {
    Console::answering(settings, SMALL, move |request| match request {
        Request::Campaigns => Some(Ok(Response::Campaigns { list: list.clone(), is_watched })),
        Request::Campaign(_) => Some(Ok(Response::Campaign(None))),
        request => pages::answer(request),
    })
}

fn is_write(request: &Request) -> bool {
    request.thing().is_none()
}

fn writes(console: &Console) -> usize {
    console.open.iter().filter(|(_, request)| is_write(request)).count()
}

#[test]
fn one_is_paused_with_unknown_recipients() {
    assert_snapshot!(console(Lang::En, SMALL).run("3jjj").styled());
}

#[test]
fn one_is_paused_with_unknown_recipients_in_chinese() {
    assert_snapshot!(console(Lang::ZhCn, SMALL).run("3jjj").picture());
}

#[test]
fn one_is_running_here() {
    let mut console = console(Lang::En, SMALL);
    console.run("3j").tell(Event::Progressed(pages::progress()));
    assert_snapshot!(console.picture());
}

#[test]
fn one_is_running_here_in_chinese() {
    let mut console = console(Lang::ZhCn, SMALL);
    console.run("3j").tell(Event::Progressed(pages::progress()));
    assert_snapshot!(console.picture());
}

#[test]
fn a_colleague_sends_one() {
    let list: Vec<Campaign> = pages::campaigns()
        .into_iter()
        .filter(|one| one.id == CampaignId(143))
        .map(|mut one| {
            one.owner.as_mut().expect("it is there").by = "Priya".to_owned();
            one
        })
        .collect();
    assert_snapshot!(with(world::settings(Lang::En), true, list).run("3").picture());
}

#[test]
fn nobody_watches_over_a_schedule() {
    let list = pages::campaigns();
    assert_snapshot!(with(world::settings(Lang::En), false, list).run("3").styled());
}

#[test]
fn one_is_finished_with_room_to_spare() {
    assert_snapshot!(console(Lang::En, Size::new(120, 40)).run("3jjj").picture());
}

#[test]
fn where_it_is_tight() {
    assert_snapshot!(console(Lang::En, Size::new(60, 16)).run("3jjj").picture());
    assert_snapshot!(console(Lang::ZhCn, Size::new(60, 16)).run("3jjj").picture());
}

#[test]
fn nothing_was_ever_sent() {
    assert_snapshot!(with(world::settings(Lang::En), true, Vec::new()).run("3p").picture());
}

#[test]
fn the_whole_page_and_its_end() {
    let mut console = console(Lang::En, SMALL);
    assert_snapshot!(console.run("3jjj<enter>").picture());
    assert_snapshot!(console.run("G").picture());
}

#[test]
fn the_whole_page_in_chinese() {
    assert_snapshot!(console(Lang::ZhCn, SMALL).run("3jjj<enter><pagedown>").picture());
}

#[test]
fn who_was_left_out_is_one_key_away() {
    let picture = console(Lang::En, SMALL).run("3jjjx").picture();
    assert!(
        picture.contains("landline") && picture.contains("same as row 12") && !picture.contains("13900139000"),
        "{picture}"
    );
}

#[test]
fn going_on_asks_and_the_default_is_no() {
    let mut console = console(Lang::En, SMALL);
    console.run("3jjjp");
    assert_snapshot!(console.styled());
    console.run("<enter>");
    assert_eq!(writes(&console), 0);
    console.run("p<right><enter>");
    let asked = console.reply(is_write, Ok(Response::Started(CampaignId(141))));
    assert_eq!(asked, Request::Resume(CampaignId(141)));
    assert_eq!(console.message(), "✓ c141 goes on.");
}

#[test]
fn a_database_older_than_what_was_sent_is_told_with_how_long_to_wait_for_the_records() {
    let wait = [(Lang::En, "15 minutes after the last message"), (Lang::ZhCn, "最后一条短信发出 15 分钟之后")];
    for (lang, wait) in wait {
        let mut console = console(lang, SMALL);
        console.run("3jjjp<right><enter>");
        let older = StoreProblem::RolledBack { path: "/data".to_owned() };
        console.reply(is_write, Err(Failure::Problem(Problem::Store(older))));
        // Over as many lines as it takes at 80 columns, and not cut off before.
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let picture = console.picture();
        assert!(bare(&picture).contains(&bare(wait)), "{picture}");
    }
}

#[test]
fn a_canary_is_judged_by_its_reports() {
    let mut list = pages::campaigns();
    list.truncate(2);
    list.remove(0);
    list[0].state = CampaignState::Paused;
    list[0].pause = Some(PauseReason::Canary);
    let first = std::num::NonZeroU32::new(20).unwrap();
    list[0].canary = Some(Canary { first, gate: None, is_passed: false, until: None });
    list[0].counts = yunque::sms::Counts { accepted: 20, pending: 12_292, ..Default::default() };
    list[0].deliveries = yunque::sms::Deliveries { delivered: 19, failed: 0, no_report: 1 };
    assert_snapshot!(with(world::settings(Lang::ZhCn), true, list).run("3p").picture());
}

#[test]
fn a_canary_that_came_to_nothing_is_not_called_a_success() {
    let first = |accepted, refused| {
        let mut list = pages::campaigns();
        list.truncate(2);
        list.remove(0);
        list[0].state = CampaignState::Paused;
        list[0].pause = Some(PauseReason::Canary);
        let number = std::num::NonZeroU32::new(20).unwrap();
        list[0].canary = Some(Canary { first: number, gate: None, is_passed: false, until: None });
        list[0].counts = yunque::sms::Counts { accepted, refused, pending: 12_292, ..Default::default() };
        list[0].deliveries = yunque::sms::Deliveries { delivered: accepted, failed: 0, no_report: 0 };
        with(world::settings(Lang::En), true, list)
    };
    let mut console = first(0, 20);
    let picture = console.run("3").picture();
    assert!(picture.contains("None of the first 20 was accepted") && !picture.contains("are out"), "{picture}");
    let picture = console.run("p").picture();
    assert!(
        picture.contains("20 refused, 0 unknown") && picture.contains("the other 12,292 all the same?"),
        "{picture}"
    );
    let picture = first(17, 3).run("3p").picture();
    assert!(picture.contains("17 delivered, 0 failed, 0 no report, 3"), "{picture}");
}

#[test]
fn a_test_is_marked_in_the_list_and_one_that_is_over_is_not_taken_over() {
    for (lang, mark, over) in [(Lang::En, "test", "c142 is over"), (Lang::ZhCn, "测试", "c142 已结束")] {
        let mut console = Console::answering(world::settings(lang), Size::new(80, 24), |request| match request {
            Request::Campaigns => {
                let mut list = world::campaigns();
                list[0].is_test = true;
                Some(Ok(Response::Campaigns { list, is_watched: true }))
            }
            request => world::answer(request),
        });
        let picture = console.run("3").picture();
        let row = picture.lines().find(|line| line.starts_with('›')).unwrap_or_default();
        assert!(row.contains("c142") && row.contains(mark), "{picture}");
        assert!(console.run("O").message().contains(over), "{}", console.message());
    }
}

#[test]
fn reports_add_up_to_the_accepted_while_it_is_being_sent() {
    let mut console = Console::with(world::settings(Lang::En), Size::new(80, 24));
    console.run("3j").tell(Event::Progressed(Progress {
        id: CampaignId(141),
        state: CampaignState::Running,
        pause: None,
        counts: Counts { pending: 500, sending: 0, accepted: 7486, refused: 14, unknown: 0 },
        fee: Money::ZERO,
        rate: 40,
        done_at: None,
        gate: None,
        asked: None,
    }));
    assert!(console.picture().contains("6,541 delivered, 58 failed, 887 no report"), "{}", console.picture());
}

#[test]
fn a_gate_says_when_the_others_go_by_themselves_and_how_far_that_is() {
    let mut list = pages::campaigns();
    list.truncate(2);
    list.remove(0);
    let gate = Gate { percent: 95, within: std::time::Duration::from_mins(10) };
    let first = std::num::NonZeroU32::new(20).unwrap();
    list[0].state = CampaignState::Running;
    list[0].pause = None;
    list[0].owner = Some(Owner { by: "Priya".to_owned(), pid: 7, since: world::at("11-23 13:48"), is_alive: true });
    list[0].canary = Some(Canary { first, gate: Some(gate), is_passed: false, until: Some(world::at("11-23 14:31")) });
    list[0].counts = yunque::sms::Counts { accepted: 20, pending: 12_292, ..Default::default() };
    list[0].deliveries = yunque::sms::Deliveries { delivered: 18, failed: 0, no_report: 2 };
    let en = with(world::settings(Lang::En), true, list.clone()).run("3").picture();
    let plain = en.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        plain.contains("18 of 20 delivered so far. At 95 % it goes on by itself; otherwise it pauses at 14:31."),
        "{en}"
    );
    list[0].state = CampaignState::Paused;
    list[0].pause = Some(PauseReason::QuietHours);
    list[0].is_handed_over = true;
    let left = with(world::settings(Lang::ZhCn), true, list).run("3").picture();
    assert!(left.contains("时段结束后由 yunque watch 继续发送"), "{left}");
}

#[test]
fn keys_that_come_together_never_confirm() {
    let mut console = console(Lang::En, SMALL);
    console.run("3jjj");
    console.tell(Event::Keys(crate::console::parse("p<right><enter>")));
    assert_eq!(writes(&console), 0);
    console.run("<enter>");
    assert_eq!(writes(&console), 1);
}

#[test]
fn figures_that_moved_are_asked_about_again() {
    let mut console = console(Lang::En, SMALL);
    console.run("3jjjp<right>");
    let mut moved = pages::progress();
    moved.id = CampaignId(141);
    moved.state = CampaignState::Running;
    console.tell(Event::Progressed(moved));
    console.run("<enter>");
    assert_eq!(writes(&console), 0, "581 are not the 580 that were on screen");
    assert!(console.message().contains("figures have moved"), "{}", console.message());
}

#[test]
fn a_look_into_the_records_says_how_far_it_is_until_it_has_ended() {
    for (lang, words) in [(Lang::En, "looked up 12,300 of 1,000,000"), (Lang::ZhCn, "已核实 12,300 / 1,000,000")] {
        let mut console = console(lang, SMALL);
        console.run("3jjju");
        let id = CampaignId(141);
        console.tell(Event::LookedUp(Looked { id, done: 12_300, total: 1_000_000 }));
        let picture = console.picture();
        assert_eq!(picture.matches(words).count(), 2, "on the page and the status line: {picture}");
        let found = Response::Reconciled { id, accepted: 1, absent: 0, unsettled: 0, settles_at: None };
        assert_eq!(console.reply(is_write, Ok(found)), Request::Reconcile(id));
        assert!(!console.picture().contains(words));
    }
}

#[test]
fn pausing_needs_no_question() {
    let mut console = console(Lang::En, SMALL);
    console.run("3j").tell(Event::Progressed(pages::progress()));
    console.run("p");
    let stands = |state| {
        let list = pages::campaigns();
        let mut one = list.into_iter().find(|one| one.id == CampaignId(143)).expect("it is there");
        (one.state, one.wish) = (state, (state == CampaignState::Running).then_some(Wish::Pause));
        Ok(Response::Stands(Box::new(one)))
    };
    assert_eq!(console.reply(is_write, stands(CampaignState::Running)), Request::Pause(CampaignId(143)));
    assert_eq!(console.message(), "✓ c143 pauses at its next batch.");
    console.run("p").reply(is_write, stands(CampaignState::Paused));
    assert_eq!(console.message(), "✓ c143 is paused.");
}

#[test]
fn a_cancelled_campaign_that_is_still_being_sent_is_not_called_cancelled() {
    let mut list = pages::campaigns();
    list.retain(|one| one.id == CampaignId(143));
    list[0].owner.as_mut().expect("it is there").by = "Priya".to_owned();
    let mut asked = list[0].clone();
    asked.wish = Some(Wish::Cancel);
    let mut console = with(world::settings(Lang::En), true, list);
    console.run("3X<right><enter>");
    console.reply(is_write, Ok(Response::Stands(Box::new(asked.clone()))));
    let said = console.picture();
    assert!(said.contains("c143: Still being sent, not cancelled yet"), "{said}");
    let picture = with(world::settings(Lang::ZhCn), true, vec![asked]).run("3").picture();
    assert!(picture.contains("尚未取消"), "{picture}");
}

/// Priya asks lina for c143, from another machine.
fn asked(answer: Option<Answer>) -> TakeOver {
    TakeOver {
        by: "Priya".to_owned(),
        from: "priya from 10.20.0.7".to_owned(),
        asked_at: at("11-23 14:01"),
        owner: "lina".to_owned(),
        answer: answer.map(|answer| (answer, at("11-23 14:02"))),
    }
}

/// The console of lina, who sends c143, when Priya asks for it.
fn asked_console(lang: Lang) -> Console {
    let mut console = console(lang, SMALL);
    console.run("1").tell(Event::Progressed(pages::progress()));
    console.tell(Event::Progressed(Progress { asked: Some(Box::new(asked(None))), ..pages::progress() }));
    console
}

#[test]
fn whoever_sends_is_told_on_any_screen_that_a_colleague_asks() {
    let mut english = asked_console(Lang::En);
    assert_snapshot!(english.picture());
    assert_snapshot!(english.run("3jO").styled());
    let mut chinese = asked_console(Lang::ZhCn);
    assert_snapshot!(chinese.run("3j").picture());
    assert_snapshot!(chinese.run("O").picture());
}

#[test]
fn a_colleague_who_asks_is_answered_keep_or_hand_over_and_later_is_no_answer() {
    let mut console = asked_console(Lang::En);
    console.run("3jO<enter>");
    assert_eq!(writes(&console), 0, "later");
    console.run("O<right><enter>");
    let keep = Request::AnswerTakeOver(CampaignId(143), Answer::Keep);
    assert_eq!(console.reply(is_write, Ok(Response::Done)), keep);
    assert_eq!(console.message(), "✓ You keep c143; whoever asked is told so.");
    console.run("O<right><right><enter>");
    let give = Request::AnswerTakeOver(CampaignId(143), Answer::HandOver);
    assert_eq!(console.reply(is_write, Ok(Response::Done)), give);
    console.tell(Event::Progressed(pages::progress()));
    console.run("O");
    assert!(console.message().contains("Nobody asks"), "{}", console.message());
}

#[test]
fn whoever_asks_reads_that_there_is_no_answer_yet_then_which() {
    let list = |answer: Option<Answer>| {
        let mut list = pages::campaigns();
        list.retain(|one| one.id == CampaignId(143));
        list[0].take_over = Some(asked(answer));
        if answer == Some(Answer::HandOver) {
            (list[0].state, list[0].pause, list[0].owner) = (CampaignState::Paused, Some(PauseReason::Operator), None);
        }
        list
    };
    let priya = |lang| Settings { operator: "Priya".to_owned(), ..world::settings(lang) };
    let mut console = with(priya(Lang::En), true, list(None));
    assert_snapshot!(console.run("3").picture());
    console.run("O<right><enter>");
    let answer = Response::Stands(Box::new(list(Some(Answer::Keep)).remove(0)));
    assert_eq!(console.reply(is_write, Ok(answer)), Request::TakeOver(CampaignId(143)));
    assert_eq!(console.message(), "✓ Priya asked for it: lina keeps it (14:02).");
    let given = with(priya(Lang::ZhCn), true, list(Some(Answer::HandOver))).run("3").picture();
    assert!(given.contains("lina 已移交给 Priya"), "{given}");
}

/// What c141 is once it was left to `yunque watch`.
fn left() -> Campaign {
    let mut left = pages::campaigns().into_iter().find(|one| one.id == CampaignId(141)).expect("it is there");
    (left.pause, left.is_handed_over) = (Some(PauseReason::HungUp), true);
    left
}

/// A console at c141, which is paused.
fn before_hand_over(lang: Lang, is_watched: bool) -> Console {
    let mut console = with(world::settings(lang), is_watched, pages::campaigns());
    console.run("3jjj");
    console
}

#[test]
fn a_paused_campaign_is_handed_over_to_the_watch_after_a_question() {
    let id = CampaignId(141);
    let mut english = before_hand_over(Lang::En, true);
    assert_snapshot!(english.run("o").picture());
    english.run("<enter>");
    assert_eq!(writes(&english), 0, "the first answer is no");
    english.run("o<right><enter>");
    assert_eq!(english.reply(is_write, Ok(Response::Stands(Box::new(left())))), Request::LeaveToWatch(id));
    assert_eq!(english.message(), "✓ c141 is left to yunque watch, which goes on with it.");
    let mut chinese = before_hand_over(Lang::ZhCn, false);
    assert_snapshot!(chinese.run("o").picture());
    chinese.run("<right><enter>");
    assert_eq!(chinese.reply(is_write, Ok(Response::Stands(Box::new(left())))), Request::LeaveToWatch(id));
    let said = chinese.picture();
    assert!(said.contains("c141 已移交 yunque watch，但目前没有在运行的"), "{said}");
}

#[test]
fn what_is_sent_from_here_is_handed_over_at_its_next_batch() {
    let mut console = with(world::settings(Lang::En), false, pages::campaigns());
    console.run("3j").tell(Event::Progressed(pages::progress()));
    let asked = console.run("o").picture();
    assert!(asked.contains("It stops here at its next batch") && asked.contains("none is alive"), "{asked}");
    console.run("<right><enter>");
    let mut one = pages::campaigns().into_iter().find(|one| one.id == CampaignId(143)).expect("it is there");
    one.wish = Some(Wish::ToWatch);
    let stands = Response::Stands(Box::new(one));
    assert_eq!(console.reply(is_write, Ok(stands)), Request::LeaveToWatch(CampaignId(143)));
    let said = console.picture();
    assert!(said.contains("c143: Still being sent: it is handed over"), "{said}");
    let left = Progress { state: CampaignState::Paused, pause: Some(PauseReason::HungUp), ..pages::progress() };
    console.tell(Event::Progressed(left));
    assert!(console.message().contains("c143 is paused. It is left to yunque watch."), "{}", console.message());
}

#[test]
fn what_cannot_be_handed_over_is_not_asked_about() {
    let mut console = with(world::settings(Lang::En), true, pages::campaigns());
    for (keys, says) in [
        ("3o", "Nothing of c144 can be handed over"),
        ("jo", "c143 is being sent by somebody else; O asks"),
        ("jo", "Nothing of c142 can be handed over"),
    ] {
        let picture = console.run(keys).picture();
        assert!(picture.contains(says) && !picture.contains("hand it over"), "{keys}: {picture}");
    }
    let mut list = pages::campaigns();
    list.retain(|one| one.id == CampaignId(141));
    list[0].pause = Some(PauseReason::Canary);
    let first = std::num::NonZeroU32::new(20).expect("it is not 0");
    list[0].canary = Some(Canary { first, gate: None, is_passed: false, until: None });
    let rests = with(world::settings(Lang::En), true, list).run("3o").picture();
    assert!(rests.contains("c141 rests after its first few"), "{rests}");
    let again = with(world::settings(Lang::En), true, vec![left()]).run("3o").picture();
    assert!(again.contains("c141 is left to yunque watch already."), "{again}");
}

#[test]
fn u_looks_in_the_records_and_says_what_they_told() {
    let mut console = console(Lang::En, SMALL);
    console.run("3jjju");
    let (id, settles_at) = (CampaignId(141), None);
    let told = Response::Reconciled { id, accepted: 590, absent: 4, unsettled: 6, settles_at };
    assert_eq!(console.reply(is_write, Ok(told)), Request::Reconcile(id));
    assert_snapshot!(console.message(), @"! c141: 590 accepted, 4 not sent and pending again, 6 still unknown.");
}

#[test]
fn a_number_is_settled_by_hand_after_a_question() {
    let mut console = console(Lang::En, SMALL);
    console.run("3jjj<enter>G");
    while !console.picture().lines().any(|line| line.starts_with('›') && line.contains("186****7719")) {
        console.run("k");
    }
    console.run("u");
    assert_snapshot!(console.picture());
    console.run("<right><right><enter>");
    let asked = console.reply(is_write, Ok(Response::Done));
    let mobile = pages::mobile("18600137719");
    assert_eq!(asked, Request::Settle { id: CampaignId(141), mobile, is_accepted: false });
}

#[test]
fn a_retry_says_how_many_and_who_else_gets_it() {
    let mut console = console(Lang::En, SMALL);
    console.run("3jjjt");
    let picture = console.picture();
    assert!(
        picture.contains("5 refused") && picture.contains("send to 5\n") && !picture.contains("send to 585"),
        "{picture}"
    );
    console.run("<right><enter>");
    assert_eq!(console.reply(is_write, Ok(Response::Started(CampaignId(141)))), Request::Retry(CampaignId(141)));
}

#[test]
fn cancelling_and_pausing_everything_ask_first() {
    let mut console = console(Lang::En, SMALL);
    console.run("3jjjX<right><enter>");
    let mut gone = pages::campaigns().into_iter().find(|one| one.id == CampaignId(141)).expect("it is there");
    gone.state = CampaignState::Cancelled;
    let stands = Response::Stands(Box::new(gone));
    assert_eq!(console.reply(is_write, Ok(stands)), Request::CancelCampaign(CampaignId(141)));
    assert_eq!(console.message(), "✓ c141 is cancelled; who was pending gets nothing.");
    console.run("P<enter>P<right><enter>");
    assert_eq!(console.reply(is_write, Ok(Response::Done)), Request::PauseAll);
    assert_eq!(writes(&console), 0);
}

#[test]
fn a_note_is_one_line_and_survives_escape() {
    let mut console = console(Lang::En, SMALL);
    console.run("3jjjNask 王磊<esc>");
    assert_eq!(writes(&console), 0);
    console.run("N first");
    assert_snapshot!(console.picture());
    console.run("<enter>");
    assert_eq!(
        console.reply(is_write, Ok(Response::Done)),
        Request::Note(CampaignId(141), "ask 王磊 first".to_owned())
    );
}

#[test]
fn a_duplicate_goes_on_in_compose() {
    let mut console = console(Lang::En, SMALL);
    console.run("3jjjd");
    let mut draft = Draft::new(at("11-23 14:02"));
    draft.text = "【云雀优选】您的优惠券即将到期".to_owned();
    console.reply(is_write, Ok(Response::Duplicated(Box::new(draft))));
    let picture = console.picture();
    assert!(picture.contains("[2 Compose]") && picture.contains("您的优惠券即将到期"), "{picture}");
}

#[test]
fn what_is_copied_is_the_sum_and_the_command() {
    let mut console = console(Lang::En, SMALL);
    console.run("3jjjyY");
    let copied = |effect: &Effect| if let Effect::Copy(text) = effect { Some(text.clone()) } else { None };
    let texts: Vec<String> = console.effects.iter().filter_map(copied).collect();
    assert_eq!(
        texts,
        [
            "c141 优惠券到期 Coupon reminder, paused: 8,000 in all, 6,806 accepted, 14 refused, 600 unknown, 580 pending",
            "yunque campaigns show c141",
        ]
    );
}

#[test]
fn a_failure_keeps_what_was_shown() {
    let mut is_first = true;
    let mut console = Console::answering(world::settings(Lang::En), SMALL, move |request| match request {
        Request::Campaigns if !std::mem::take(&mut is_first) => {
            Some(Err(Failure::Problem(Problem::Api(pages::unreachable()))))
        }
        request => pages::answer(request),
    });
    assert_snapshot!(console.run("3jjj").picture());
}

#[test]
fn a_page_of_a_campaign_that_is_not_selected_any_more_is_dropped() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Campaign(_) => None,
        request => pages::answer(request),
    });
    console.run("3");
    let first = console.open.first().map(|(id, _)| *id).expect("it is there");
    console.run("jjj");
    let late = pages::page(CampaignId(144)).map(Box::new);
    console.tell(Event::Replied { id: first, outcome: Ok(Response::Campaign(late)) });
    assert!(console.open.iter().any(|(_, request)| *request == Request::Campaign(CampaignId(141))));
    assert!(console.picture().contains("600   unknown"));
}

#[test]
fn a_refresh_does_not_move_the_cursor() {
    let mut list = pages::campaigns();
    let mut console = Console::answering(world::settings(Lang::En), SMALL, move |request| match request {
        Request::Campaigns => {
            let answer = Some(Ok(Response::Campaigns { list: list.clone(), is_watched: true }));
            list.insert(0, world::campaign(145, "newer", CampaignState::Draft, yunque::sms::Counts::default()));
            answer
        }
        request => pages::answer(request),
    });
    console.run("3jjj");
    let selected = |console: &Console| {
        console.picture().lines().find(|line| line.starts_with('›')).map(|line| line[..24].to_owned())
    };
    let before = selected(&console);
    console.run("r");
    assert!(console.picture().contains("newer"));
    assert_eq!(selected(&console), before);
}

#[test]
fn the_filter_finds_by_name_and_never_acts() {
    let mut console = console(Lang::En, SMALL);
    console.run("3/coupon");
    assert!(console.picture().lines().filter(|line| line.contains("c14") || line.contains("c13")).count() >= 1);
    console.run("<esc>/pPXtudeNO");
    assert!(console.open.is_empty() && console.picture().contains("None of the 6 campaigns matches"));
}

#[test]
fn hostile_names_notes_and_reasons_are_shown_and_not_obeyed() {
    let mut list = pages::campaigns();
    list.drain(..3);
    list.truncate(1);
    list[0].name = "a\u{1b}[31mred\u{202e}txt\u{200b}\n".repeat(9);
    list[0].by = "\u{7}Priya".to_owned();
    list[0].counts.unknown = 0;
    list[0].pause = Some(PauseReason::Refused { code: 3, msg: "no\u{1b}[2Jmoney".to_owned() });
    list[0].note = Some((at("11-23 14:01"), "x".to_owned(), "\u{1b}]52;c;aGk=\u{7}".to_owned()));
    assert_snapshot!(with(world::settings(Lang::En), true, list).run("3").picture());
}

#[test]
fn a_hidden_pane_asks_for_no_wake() {
    let list: Vec<Campaign> =
        pages::campaigns().into_iter().filter(|one| one.state == CampaignState::Running).collect();
    let mut console = with(world::settings(Lang::En), true, list);
    console.run("3").pass(2);
    assert_eq!(console.app.next_wake(), Some(at("11-23 14:02") + jiff::SignedDuration::from_secs(5)));
    console.run("1");
    assert_ne!(console.app.next_wake(), Some(at("11-23 14:02") + jiff::SignedDuration::from_secs(5)));
}

#[test]
fn the_footer_says_what_each_key_would_do_and_nothing_that_it_would_not() {
    for (lang, wide) in [(Lang::En, ["p pause", "p resume", "u settle"]), (Lang::ZhCn, ["p 暂停", "p 继续", "u 核对"])]
    {
        let one = |state: CampaignState, change: fn(&mut Campaign)| {
            let mut one = pages::campaigns().into_iter().find(|one| one.id == CampaignId(141)).expect("it is there");
            one.state = state;
            one.owner = pages::campaigns()[1].owner.clone().filter(|_| state == CampaignState::Running);
            change(&mut one);
            let picture = with(world::settings(lang), true, vec![one]).run("3").picture();
            let footer = picture.lines().last().expect("there are lines").to_owned();
            assert!(footer.contains("? ") && footer.contains(": ") && footer.contains("c "), "{footer}");
            wide.map(|words| footer.contains(words))
        };
        assert_eq!(one(CampaignState::Paused, |one| one.counts.pending = 9), [false, true, true]);
        assert_eq!(one(CampaignState::Running, |one| one.counts.pending = 9), [true, false, true]);
        let over = |one: &mut Campaign| (one.counts.pending, one.counts.unknown) = (0, 0);
        assert_eq!(one(CampaignState::Finished, over), [false, false, false]);
    }
}

/// Paused with unknown recipients since 14:06, by `by`.
fn unsettled(by: &str) -> Vec<Campaign> {
    let mut one = pages::campaigns().into_iter().find(|one| one.id == CampaignId(141)).expect("it is there");
    by.clone_into(&mut one.by);
    vec![one]
}

#[test]
fn the_unknown_of_ones_own_campaign_are_looked_up_once_when_the_records_may_tell() {
    let mut console = with(world::settings(Lang::En), true, unsettled("lina"));
    console.pass(18 * 60);
    assert_eq!(writes(&console), 0, "14:20 is before the settle time");
    console.run("4").pass(60);
    assert_eq!(console.open.iter().filter(|(_, request)| is_write(request)).count(), 1);
    let found = Response::Reconciled { id: CampaignId(141), accepted: 598, absent: 2, unsettled: 0, settles_at: None };
    let asked = console.reply(is_write, Ok(found));
    assert_eq!(asked, Request::Reconcile(CampaignId(141)));
    assert!(console.message().contains("c141: 598 accepted, 2 not sent"), "{}", console.message());
    console.pass(3600);
    assert_eq!(writes(&console), 0, "neither asked again nor resumed");
}

#[test]
fn nobody_elses_unknown_are_looked_up_and_none_by_a_console_that_only_reads() {
    let read_only = Settings { is_read_only: true, ..world::settings(Lang::En) };
    for (settings, by) in [(world::settings(Lang::En), "Priya"), (read_only, "lina")] {
        let mut console = with(settings, true, unsettled(by));
        console.pass(3600);
        assert_eq!(writes(&console), 0, "{by}");
    }
}

#[test]
fn a_settle_time_that_passed_before_the_console_was_opened_is_made_up_for_at_once() {
    let mut list = unsettled("lina");
    list[0].last_at = Some(at("11-23 10:00"));
    let mut console = with(world::settings(Lang::En), true, list);
    console.pass(0);
    assert_eq!(console.reply(is_write, Ok(Response::Done)), Request::Reconcile(CampaignId(141)));
}

#[test]
fn what_a_living_watch_would_go_on_with_can_be_paused() {
    for (is_watched, words) in [(true, "p keeps the watch"), (false, "p resumes")] {
        let mut one = pages::campaigns().into_iter().find(|one| one.counts.pending > 0).expect("it is there");
        (one.state, one.pause, one.is_handed_over) = (CampaignState::Paused, Some(PauseReason::QuietHours), true);
        (one.owner, one.counts.unknown) = (None, 0);
        let mut console = with(world::settings(Lang::En), is_watched, vec![one]);
        console.run("3");
        assert!(console.picture().contains(words), "{}", console.picture());
        console.run("p");
        let is_asked = console.open.iter().any(|(_, request)| matches!(request, Request::Pause(_)));
        assert_eq!(is_asked, is_watched, "{}", console.picture());
    }
}

/// The list as a colleague changes it while it is on screen.
fn shared_with(lang: Lang, lists: Vec<Vec<Campaign>>, has_changed: &std::rc::Rc<std::cell::Cell<bool>>) -> Console {
    let (mut lists, has_changed) = (lists.into_iter(), std::rc::Rc::clone(has_changed));
    Console::answering(world::settings(lang), SMALL, move |request| match request {
        Request::Campaigns => {
            has_changed.set(false);
            let list = lists.next().expect("read no more often than it changes");
            Some(Ok(Response::Campaigns { list, is_watched: true }))
        }
        Request::Changes => Some(Ok(Response::Changed(has_changed.get()))),
        Request::Campaign(_) => Some(Ok(Response::Campaign(None))),
        request => pages::answer(request),
    })
}

#[test]
fn an_open_list_notices_what_colleagues_do_and_asks_for_nothing_else() {
    for (lang, none, paused, finished) in [
        (Lang::En, "Nothing has been sent yet.", "paused", "finished"),
        (Lang::ZhCn, "还没有发送过。", "已暂停", "已完成"),
    ] {
        let one = |state| world::campaign(2, "店庆", state, Counts { accepted: 3, ..Counts::default() });
        let (before, after) = (vec![one(CampaignState::Paused)], vec![one(CampaignState::Finished)]);
        let has_changed = std::rc::Rc::default();
        // At the start, and on the way to the pane.
        let mut console = shared_with(lang, vec![Vec::new(), Vec::new(), before, after], &has_changed);
        console.run("3").pass(60);
        let idle = console.picture();
        assert!(idle.contains(none), "{idle}");
        has_changed.set(true);
        let picture = console.pass(6).picture();
        assert!(picture.contains("店庆") && picture.contains(paused), "{picture}");
        has_changed.set(true);
        let picture = console.pass(6).picture();
        assert!(picture.contains(finished), "{picture}");
        let asked = console.ids.len();
        console.pass(10);
        assert_eq!(console.ids.len() - asked, 2, "calm: two looks in ten seconds, and no list");
        console.run("1").pass(2);
        assert_eq!(console.app.next_wake(), None, "nobody looks while it is not shown");
    }
}

#[test]
fn pausing_what_a_colleague_sends_names_them_and_asks_first() {
    for (lang, question) in [(Lang::En, "Wei has been sending c143 since"), (Lang::ZhCn, "Wei 自")] {
        let mut list = pages::campaigns();
        list.retain(|one| one.id == CampaignId(143));
        list[0].owner.as_mut().expect("it is there").by = "Wei".to_owned();
        let mut console = with(world::settings(lang), true, list);
        let picture = console.run("3p").picture();
        assert!(picture.contains(question), "{picture}");
        assert_eq!(writes(&console), 0, "one key pauses nothing of a colleague's");
        console.run("<enter>");
        assert_eq!(writes(&console), 0, "the default is no");
        console.run("p<right><enter>");
        assert!(console.open.iter().any(|(_, request)| *request == Request::Pause(CampaignId(143))));
    }
}

#[test]
fn a_campaign_says_by_whom_it_was_paused() {
    for (lang, words) in [(Lang::En, "Paused by wei."), (Lang::ZhCn, "由 wei 暂停。")] {
        let mut console = console(lang, SMALL);
        console.run("3j").tell(Event::Progressed(pages::progress()));
        let pause = Some(PauseReason::Colleague { by: "wei".to_owned() });
        console.tell(Event::Progressed(Progress { state: CampaignState::Paused, pause, ..pages::progress() }));
        assert!(console.message().contains(words), "{}", console.message());
        let mine = Some(PauseReason::Colleague { by: "lina".to_owned() });
        console.tell(Event::Progressed(pages::progress()));
        console.tell(Event::Progressed(Progress { state: CampaignState::Paused, pause: mine, ..pages::progress() }));
        assert!(!console.message().contains("lina"), "who pressed the key knows: {}", console.message());
    }
}

#[test]
fn a_missed_schedule_is_no_schedule_in_the_list() {
    for (lang, state, due) in [(Lang::En, "missed", "! was due 13:00"), (Lang::ZhCn, "已错过", "! 原定 13:00")] {
        let mut late = world::campaign(7, "晨报", CampaignState::Scheduled, Counts { pending: 9, ..Counts::default() });
        late.starts_at = Some(at("11-23 13:00"));
        let picture = with(world::settings(lang), true, vec![late]).run("3").picture();
        assert!(picture.contains(state) && picture.contains(due), "{picture}");
    }
}

#[test]
fn sentences_name_the_keys_that_are_bound_and_not_the_default_ones() {
    for (lang, old, new, looks) in [
        (Lang::En, "p resumes with", "W resumes with", "Ctrl-X looks now"),
        (Lang::ZhCn, "按 p ", "按 W 只继续发送", "按 Ctrl-X 立即核对"),
    ] {
        let keys = [("campaigns.pause", "W"), ("settle", "ctrl-x")];
        let keys = keys.map(|(name, chord)| (name.to_owned(), vec![chord.to_owned()])).to_vec();
        let settings = Settings { keys, ..world::settings(lang) };
        let mut console = Console::answering(settings, SMALL, pages::answer);
        let picture = console.run("3jjj<enter>").picture();
        let bare: String = picture.split_whitespace().collect();
        let has = |words: &str| bare.contains(&words.split_whitespace().collect::<String>());
        assert!(has(new) && has(looks) && !has(old), "{picture}");
        // What is said in the message line is a text, too.
        let settings = Settings { keys: vec![("campaigns.pause".to_owned(), Vec::new())], ..world::settings(lang) };
        let mut console = Console::answering(settings, SMALL, pages::answer);
        let picture = console.run("3jjj").picture();
        assert!(picture.contains(":pause"), "without a key, its name for the palette: {picture}");
    }
}

/// The states that the tests above show in English.
#[test]
fn what_stands_in_english_above_stands_in_chinese_too() {
    let settings = || world::settings(Lang::ZhCn);
    let mut theirs = pages::campaigns();
    theirs.retain(|one| one.id == CampaignId(143));
    theirs[0].owner.as_mut().expect("it is there").by = "Priya".to_owned();
    assert_snapshot!("campaigns_colleague_zh", with(settings(), true, theirs).run("3").picture());
    assert_snapshot!("campaigns_unwatched_zh", with(settings(), false, pages::campaigns()).run("3").picture());
    assert_snapshot!("campaigns_roomy_zh", console(Lang::ZhCn, Size::new(120, 40)).run("3jjj").picture());
    assert_snapshot!("campaigns_empty_zh", with(settings(), true, Vec::new()).run("3p").picture());
    assert_snapshot!("campaigns_going_on_zh", console(Lang::ZhCn, SMALL).run("3jjjp").picture());
    assert_snapshot!("campaigns_note_zh", console(Lang::ZhCn, SMALL).run("3jjjNask 王磊").picture());
    let mut by_hand = console(Lang::ZhCn, SMALL);
    by_hand.run("3jjj<enter>G");
    while !by_hand.picture().lines().any(|line| line.starts_with('›') && line.contains("186****7719")) {
        by_hand.run("k");
    }
    assert_snapshot!("campaigns_by_hand_zh", by_hand.run("u").picture());
    let mut is_first = true;
    let mut failing = Console::answering(settings(), SMALL, move |request| match request {
        Request::Campaigns if !std::mem::take(&mut is_first) => {
            Some(Err(Failure::Problem(Problem::Api(pages::unreachable()))))
        }
        request => pages::answer(request),
    });
    assert_snapshot!("campaigns_failed_zh", failing.run("3jjj").picture());
    let mut hostile = pages::campaigns();
    hostile.drain(..3);
    hostile.truncate(1);
    hostile[0].name = "a\u{1b}[31mred\u{202e}txt\u{200b}\n".repeat(9);
    hostile[0].note = Some((at("11-23 14:01"), "x".to_owned(), "\u{1b}]52;c;aGk=\u{7}".to_owned()));
    assert_snapshot!("campaigns_hostile_zh", with(settings(), true, hostile).run("3").picture());
}
