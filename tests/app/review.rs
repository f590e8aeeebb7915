//! The review: what it says, and that nothing but a meant confirmation gets through it.
use std::cell::Cell;
use std::rc::Rc;

use insta::assert_snapshot;
use jiff::SignedDuration;
use proptest::prelude::*;
use yunque::app::{Effect, Event, Failure, Request, Response, Settings, Size};
use yunque::problem::InputProblem;
use yunque::sms::{
    CampaignId, CampaignState, CheckName, CheckState, Counts, Money, Preflight, Progress, Source, Start,
};
use yunque::words::Lang;

use crate::console::{Console, parse};
use crate::letters::{self, console, english, many, one};
use crate::world;

/// Lets 150 ms pass, so that keys may be meant.
fn armed(mut console: Console) -> Console {
    console.now += SignedDuration::from_millis(200);
    console
}

fn review(console: Console) -> Console {
    let mut console = console;
    console.run("s");
    armed(console)
}

fn sends(console: &Console) -> usize {
    console.open.iter().filter(|(_, request)| matches!(request, Request::Start(_) | Request::Test(_))).count()
}

#[test]
fn everything_is_said_before_a_send() {
    assert_snapshot!("review_many_en", review(many(english())).picture());
    assert_snapshot!("review_many_zh", review(many(console(Lang::ZhCn, Size::new(80, 24)))).picture());
    assert_snapshot!("review_one_en", review(one(english())).picture());
    assert_snapshot!("review_one_zh", review(one(console(Lang::ZhCn, Size::new(80, 24)))).styled());
    assert_snapshot!("review_many_small", review(many(console(Lang::En, Size::new(60, 16)))).picture());
    assert_snapshot!("review_many_large", review(many(console(Lang::En, Size::new(120, 40)))).picture());
}

#[test]
fn each_recipients_own_text_is_shown() {
    let mut console = english();
    console.run("2<enter>~/lists/vip-1212.csv<enter>【云雀优选】{name}，您的券 dx5.cn/Cpn7Tz 拒收请回复R<esc>").pass(2);
    assert_snapshot!("review_variables_en", review(console).picture());
}

#[test]
fn the_count_typed_and_enter_begin_a_hold_and_only_its_end_sends() {
    let mut console = review(many(english()));
    console.run("12312<enter>");
    assert_eq!(sends(&console), 0, "nothing goes out before the hold is over");
    assert_snapshot!("review_held_en", console.picture());
    console.pass(9);
    assert_eq!(sends(&console), 0);
    console.pass(1);
    assert_eq!(sends(&console), 1);
    let asked = console.reply(|request| matches!(request, Request::Start(_)), Ok(Response::Started(CampaignId(143))));
    let Request::Start(plan) = asked else { unreachable!() };
    assert_eq!((plan.recipients.len(), plan.mobile_stat, plan.start), (12_312, true, Start::Now));
    assert_eq!(plan.pacing.canary.map(std::num::NonZeroU32::get), Some(20));
    assert_eq!(plan.link_sids, [yunque::sms::Sid("D1vipQ".to_owned())]);
    assert!(console.picture().contains("[3 Campaigns]") && console.message().contains("c143"), "{}", console.picture());
    console.run("2");
    assert!(!console.picture().contains("【云雀优选】"), "nothing of it is left to write");
}

#[test]
fn escape_stops_a_hold_and_so_do_quitting_and_suspending() {
    for keys in ["<esc>", "q", "<ctrl-c>", "<ctrl-z>"] {
        let mut console = review(many(english()));
        console.run("12312<enter>").pass(5);
        console.run(keys);
        assert!(console.message().contains("Nothing was sent"), "{keys}: {}", console.message());
        assert!(!console.effects.contains(&Effect::Quit), "{keys}");
        console.pass(60);
        assert_eq!(sends(&console), 0, "{keys}");
    }
}

#[test]
fn a_terminal_that_vanishes_during_the_hold_sends_nothing() {
    let mut console = review(many(english()));
    console.run("12312<enter>").tell(Event::HungUp);
    assert!(console.effects.ends_with(&[Effect::Quit]));
    assert_eq!(sends(&console), 0);
}

#[test]
fn nothing_else_is_done_while_a_confirmed_message_is_held() {
    let mut console = review(many(english()));
    console.run("12312<enter>").run("1234:?sxwt<enter><tab>9");
    assert!(console.picture().contains("Starts in 10 s"), "{}", console.picture());
}

#[test]
fn one_recipient_is_sent_to_by_a_button_that_has_to_be_gone_to() {
    let mut console = review(one(english()));
    console.run("<enter>");
    assert!(console.picture().contains("[2 Compose]"), "the default is to go back");
    console.run("s");
    let mut console = armed(console);
    console.run("<tab><enter>").pass(10);
    assert_eq!(sends(&console), 1);
    let mut console = review(one(english()));
    console.run("<right>");
    assert!(console.picture().contains("[send]"), "{}", console.picture());
    console.run("<left><enter>").pass(10);
    assert_eq!(sends(&console), 0);
}

#[test]
fn another_number_is_refused_and_forgotten() {
    let mut console = review(many(english()));
    console.run("12313<enter>");
    assert!(console.message().contains("not the number"), "{}", console.message());
    console.run("<enter>").pass(20);
    assert_eq!(sends(&console), 0);
}

#[test]
fn a_row_that_blocks_leaves_no_door() {
    let mut console = english();
    console.run("2<enter>13800138000 13900139000<enter>【云雀】BLOCKED<esc>").pass(2);
    let mut console = review(console);
    assert_snapshot!("review_blocked_en", console.picture());
    console.run("2<enter>").pass(20);
    assert_eq!(sends(&console), 0);
}

#[test]
fn what_the_checks_found_can_be_looked_through() {
    let mut console = review(many(english()));
    console.run("w");
    assert_snapshot!("review_checks_en", console.picture());
    assert!(console.run("<esc>").picture().contains("To send, type"), "{}", console.picture());
    let mut console = review(many(console_zh()));
    assert_snapshot!("review_checks_zh", console.run("w").picture());
}

fn console_zh() -> Console {
    console(Lang::ZhCn, Size::new(80, 24))
}

#[test]
fn checks_on_their_way_and_checks_that_failed_open_no_door() {
    let open = |answer: fn(&Request) -> Option<Result<Response, Failure>>| {
        let settings = letters::settings(Lang::En);
        review(many(Console::answering(settings, Size::new(80, 24), answer)))
    };
    let mut console = open(|request| match request {
        Request::Preflight(_) => None,
        other => letters::answer(other),
    });
    assert_snapshot!("review_loading_en", console.picture());
    console.run("12312<enter>").pass(20);
    assert_eq!(sends(&console), 0);
    let mut console = open(|request| match request {
        Request::Preflight(_) => Some(Err(Failure::Busy)),
        other => letters::answer(other),
    });
    assert_snapshot!("review_failed_en", console.picture());
    console.run("12312<enter>").pass(20);
    assert_eq!(sends(&console), 0);
}

#[test]
fn a_time_is_chosen_and_checked_for() {
    let mut console = review(many(english()));
    console.run("<tab>soon<enter>");
    assert!(console.message().contains("no time to come"));
    assert_snapshot!("review_time_en", console.picture());
    console.run("<ctrl-u>11-24 10:00<enter>");
    assert!(console.picture().contains("begins 24 Nov 10:00"), "{}", console.picture());
    let mut console = armed(console);
    console.run("12312<enter>").pass(10);
    let asked = console.reply(|request| matches!(request, Request::Start(_)), Ok(Response::Started(CampaignId(144))));
    assert!(matches!(asked, Request::Start(plan) if plan.start == Start::At(world::at("11-24 10:00"))));
}

#[test]
fn what_happens_when_the_terminal_drops_is_chosen() {
    let mut console = review(many(english()));
    console.run("o12312<enter>").pass(10);
    let asked = console.reply(|request| matches!(request, Request::Start(_)), Err(Failure::Busy));
    assert!(matches!(asked, Request::Start(plan) if !plan.goes_on_after_hangup));
    assert!(console.message().contains("nothing was done"));
    assert!(console.picture().contains("双12 VIP early access"), "what was written stays");
}

#[test]
fn who_is_warned_of_can_be_left_out_and_what_is_confirmed_has_them_no_more() {
    let mut console = review(many(english()));
    console.run("w");
    assert!(console.picture().contains("WARN   Recent: 214 recipients had a message"), "{}", console.picture());
    console.run("X");
    assert!(console.message().contains("214 recipients are left out"), "{}", console.message());
    assert_snapshot!("review_taken_out_en", console.picture());
    console.run("x<end>");
    assert!(console.picture().contains("had a message lately"), "{}", console.picture());
    let mut console = armed({
        console.run("<esc>");
        console
    });
    console.run("Y");
    let Some(Effect::Copy(text)) = console.effects.last() else { panic!("{:?}", console.effects.last()) };
    assert!(text.ends_with("--leave-out recent"), "{text}");
    console.run("12312<enter>");
    assert!(console.message().contains("not the number of recipients, 12,098"), "{}", console.message());
    console.run("12098<enter>").pass(10);
    let asked = console.reply(|request| matches!(request, Request::Start(_)), Ok(Response::Started(CampaignId(143))));
    let Request::Start(plan) = asked else { unreachable!() };
    assert_eq!((plan.recipients.len(), plan.recipients.taken_out()), (12_098, 214));
}

#[test]
fn who_was_left_out_stays_left_out_over_another_review_until_the_message_changes() {
    for (lang, stays, again) in [
        (
            Lang::En,
            "214 left out in the last review stay left out",
            "Recipients or text changed: nobody is left out now",
        ),
        (Lang::ZhCn, "上次核对中排除的 214 人仍不发送", "收件人或内容有改动，之前排除的人已重新计入"),
    ] {
        let mut console = review(many(console(lang, Size::new(80, 24))));
        console.run("wX<esc>s");
        assert!(console.message().contains(stays) && console.picture().contains("12,098"), "{}", console.picture());
        let mut console = armed(console);
        console.run("Y");
        let Some(Effect::Copy(text)) = console.effects.last() else { panic!("{:?}", console.effects.last()) };
        assert!(text.ends_with("--leave-out recent"), "{text}");
        console.run("<esc>G<enter>!<esc>s");
        assert!(console.message().contains(again) && console.picture().contains("12,312"), "{}", console.picture());
        console.run("<esc>s");
        assert!(!console.message().contains(again), "it is said once");
    }
}

#[test]
fn a_gate_is_said_whole_where_it_is_narrow() {
    let gate = Some(yunque::sms::Gate { percent: 95, within: std::time::Duration::from_mins(10) });
    for (lang, text) in [
        (Lang::En, "20 first; 12,292 follow at 95 % delivered, else pause."),
        (Lang::ZhCn, "先发 20 人，送达 95 % 后续发 12,292 人，否则暂停。"),
    ] {
        let settings = yunque::app::Settings { gate, ..letters::settings(lang) };
        let console = review(many(Console::answering(settings, Size::new(60, 16), letters::answer)));
        assert!(console.picture().contains(text), "{}", console.picture());
    }
}

#[test]
fn nothing_is_confirmed_while_people_are_taken_out_and_the_answer_finds_the_review() {
    let mut console = review(many(Console::answering(letters::settings(Lang::En), Size::new(80, 24), |request| {
        if matches!(request, Request::LeaveOut { .. }) { None } else { letters::answer(request) }
    })));
    console.run("wX12312<enter>").pass(20);
    assert_eq!(sends(&console), 0);
    console.run("?");
    let (_, request) = console.open.iter().find(|(_, r)| matches!(r, Request::LeaveOut { .. })).expect("asked").clone();
    let Request::LeaveOut { plan, whom, why } = request else { unreachable!() };
    let trimmed = Box::new(plan.without(&whom, why));
    console.reply(|request| matches!(request, Request::LeaveOut { .. }), Ok(Response::Trimmed(trimmed)));
    console.run("<esc>");
    assert!(console.picture().contains("12,098 recipients"), "{}", console.picture());
}

#[test]
fn quiet_hours_are_chinas_and_an_operator_may_ignore_them_for_one_send() {
    let settings = yunque::app::Settings {
        zone: jiff::tz::TimeZone::get("Europe/Berlin").expect("it is built in"),
        ..letters::settings(Lang::En)
    };
    let mut console = review(many(Console::answering(settings, Size::new(80, 24), letters::answer)));
    assert!(console.picture().contains("08:00 to 21:00 China time (01:00 to 14:00 here)"), "{}", console.picture());
    console.run("H");
    assert_snapshot!("review_hours_en", console.picture());
    let mut console = armed(console);
    console.run("Y");
    assert!(matches!(console.effects.last(), Some(Effect::Copy(text)) if text.contains("--ignore-quiet-hours")));
    console.run("12312<enter>").pass(10);
    let asked = console.reply(|request| matches!(request, Request::Start(_)), Err(Failure::Busy));
    assert!(matches!(asked, Request::Start(plan) if plan.ignores_quiet_hours));
}

#[test]
fn quitting_while_a_campaign_begins_asks_once_it_sends() {
    let mut console = review(many(english()));
    console.run("12312<enter>").pass(10).run("<ctrl-c><ctrl-c>");
    assert!(!console.effects.contains(&Effect::Quit), "{:?}", console.effects);
    console.tell(Event::Progressed(Progress {
        id: CampaignId(143),
        state: CampaignState::Running,
        pause: None,
        counts: Counts { pending: 12_312, sending: 0, accepted: 0, refused: 0, unknown: 0 },
        fee: Money::ZERO,
        rate: 0,
        done_at: None,
        gate: None,
        asked: None,
    }));
    console.reply(|request| matches!(request, Request::Start(_)), Ok(Response::Started(CampaignId(143))));
    assert!(!console.effects.contains(&Effect::Quit) && console.picture().contains("Leave?"), "{}", console.picture());
}

#[test]
fn the_count_is_edited_like_any_line() {
    let mut console = review(many(english()));
    console.run("99<ctrl-u>2312<ctrl-a>1<ctrl-e>99<left><ctrl-k><backspace><enter>").pass(10);
    assert_eq!(sends(&console), 1, "{}", console.picture());
}

#[test]
fn a_test_goes_to_oneself_and_is_marked() {
    let mut console = one(english());
    console.run("t");
    assert_snapshot!("review_test_number_en", console.picture());
    console.run("123<enter>");
    assert!(console.picture().contains("is not a mobile number"), "{}", console.picture());
    console.run("<ctrl-u>13900139000<enter>");
    let mut console = armed(console);
    assert_snapshot!("review_test_en", console.picture());
    console.run("<tab><enter>");
    assert_eq!(sends(&console), 0, "it is held like any other");
    console.pass(10);
    let asked = console.reply(|request| matches!(request, Request::Test(_)), Ok(Response::Started(CampaignId(150))));
    let Request::Test(plan) = asked else { unreachable!() };
    assert!(plan.is_test && plan.recipients.mobiles()[0].wire() == "13900139000");
    assert!(console.picture().contains("13800138000"), "the message itself stays as it was");
    console.run("t");
    assert!(
        console.picture().contains("Test      Nothing") && console.picture().contains("13900139000"),
        "it is remembered"
    );
}

#[test]
fn a_campaign_with_a_new_link_takes_sixteen_keys_at_most() {
    let mut console = letters::english();
    let mut keys = 0;
    let mut press = |console: &mut Console, text: &str| {
        keys += parse(text).len();
        console.run(text);
    };
    press(&mut console, "n");
    console.run("https://m.youxuan.example/new");
    press(&mut console, "<enter>");
    let link = world::link("New123", "new", "11-23 14:02", "12-23 14:02", None);
    console.reply(|request| matches!(request, Request::Shorten { .. }), Ok(Response::Shortened(Box::new(link))));
    press(&mut console, "s");
    console.run("~/lists/vip-1212.csv");
    press(&mut console, "<enter>");
    console.run("【云雀优选】双12 拒收请回复R");
    press(&mut console, "<esc>s");
    console.now += SignedDuration::from_millis(200);
    press(&mut console, "12312<enter>");
    console.pass(10);
    assert_eq!(sends(&console), 1, "{}", console.picture());
    assert!(keys <= 16, "{keys}");
}

#[test]
fn last_weeks_campaign_with_a_new_list_takes_ten_keys_at_most() {
    let mut console = letters::english();
    let mut keys = 0;
    let mut press = |console: &mut Console, text: &str| {
        keys += parse(text).len();
        console.run(text);
    };
    press(&mut console, "3d");
    console.run("~/lists/vip-1212.csv");
    press(&mut console, "<enter>s");
    console.now += SignedDuration::from_millis(200);
    press(&mut console, "12312<enter>");
    console.pass(10);
    assert_eq!(sends(&console), 1, "{}", console.picture());
    assert!(keys <= 10, "{keys}");
}

#[test]
fn the_command_names_the_file_and_all_that_was_decided() {
    let mut console = review(many(english()));
    console.run("Y");
    let Some(Effect::Copy(text)) = console.effects.last() else { panic!("{:?}", console.effects.last()) };
    for part in [
        "--recipients ~/lists/vip-1212.csv",
        "--mobile-stat",
        "--canary 20",
        "--hand-over",
        "--name '双12 VIP early access'",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_paste_confirms_nothing() {
    let mut console = review(many(english()));
    console.tell(Event::Pasted("12312\n".to_owned())).run("<enter>").pass(20);
    assert_eq!(sends(&console), 0);
    let mut console = review(many(english()));
    console.tell(Event::Keys(parse("12312<enter>"))).pass(20);
    assert_eq!(sends(&console), 0, "keys that come together were not typed");
    assert!(console.message().contains("key by key"), "{}", console.message());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_keys_within_150_ms_or_in_one_batch_ever_send(
        keys in proptest::collection::vec(0_usize..10, 1..14), is_one in any::<bool>(), together in any::<bool>()
    ) {
        let all = ["s", "<enter>", "<tab>", "2", "12312", "y", "<right>", "<esc>", "t", "o"];
        let mut console = if is_one { one(english()) } else { few(english()) };
        let text: String = std::iter::once("s").chain(keys.into_iter().map(|key| all[key])).collect();
        if together {
            console.now += SignedDuration::from_secs(1);
            console.tell(Event::Keys(parse(&text)));
        } else {
            console.run(&text);
        }
        console.pass(60);
        prop_assert_eq!(sends(&console), 0, "{}", text);
    }
}

/// Two recipients, so that the count is short enough to be typed by chance.
fn few(mut console: Console) -> Console {
    console.run("2<enter>13800138000 13900139000<enter>【云雀】您好<esc>").pass(2);
    console
}

#[test]
fn typed_numbers_are_named_in_full_in_the_command() {
    let mut console = review(few(english()));
    console.run("Y");
    assert!(
        matches!(console.effects.last(), Some(Effect::Copy(text)) if text.contains("--to 13800138000,13900139000"))
    );
    assert!(!matches!(letters::copy(CampaignId(1)).to, Source::File { .. }));
}

#[test]
fn what_cannot_be_seen_is_not_confirmed_and_a_hold_ends() {
    let mut console = review(one(english()));
    console.resize(50, 10).run("<tab><enter>").pass(20);
    assert_eq!(sends(&console), 0);
    assert!(!console.resize(80, 24).picture().contains("Confirmed"), "{}", console.picture());
    let mut console = armed(console);
    console.run("<tab><enter>");
    assert!(console.picture().contains("Confirmed"), "{}", console.picture());
    console.resize(50, 10).pass(20);
    assert_eq!(sends(&console), 0, "a hold that nobody sees stops");
    assert!(console.resize(80, 24).message().contains("Stopped"), "{}", console.picture());
    console.resize(50, 10).run("<esc>").resize(80, 24);
    assert!(!console.picture().contains("Nothing has been sent"), "Escape leaves it, seen or not");
}

#[test]
fn the_limits_of_the_config_decide_about_the_count_and_the_first_few() {
    let with = |settings: Settings| Console::answering(settings, Size::new(80, 24), letters::answer);
    let lax = Settings { typed_count_from: 101, ..letters::settings(Lang::En) };
    let asks = |console: &Console| console.picture().contains("type the number of recipients");
    let money = |text| Some(yunque::sms::Money::parse(text).expect("money"));
    // Two recipients cost ¥0.10 here.
    assert!(!asks(&review(few(with(lax.clone())))));
    assert!(!asks(&review(few(with(Settings { typed_count_above: money("0.10"), ..lax.clone() })))));
    let mut console = review(few(with(Settings { typed_count_above: money("0.09"), ..lax.clone() })));
    assert!(asks(&console), "{}", console.picture());
    console.run("<tab><enter><esc><enter>").pass(20);
    assert_eq!(sends(&console), 0, "no button is left");
    assert!(!asks(&review(one(with(Settings { typed_count_above: money("0.01"), ..lax.clone() })))), "one is one");

    let first = |above| {
        let console = review(many(with(Settings { canary_above: above, ..lax.clone() })));
        console.picture().contains("20 go first")
    };
    assert!(first(12_311) && !first(12_312));
}

#[test]
fn a_count_that_comes_all_at_once_was_not_typed() {
    let mut console = review(few(english()));
    console.tell(Event::Keys(parse("2<enter>")));
    assert!(console.message().contains("key by key"), "{}", console.message());
    console.run("<enter>").pass(20);
    assert_eq!(sends(&console), 0, "nothing of it was kept");
    console.tell(Event::Pasted("2".to_owned()));
    assert!(console.message().contains("key by key"), "{}", console.message());
    console.run("<enter>").pass(20);
    assert_eq!(sends(&console), 0);
    console.run("2<enter>").pass(20);
    assert_eq!(sends(&console), 1, "typed, it counts");
    // A slow line hands over some digits together.
    let mut console = review(many(english()));
    console.tell(Event::Keys(parse("12"))).run("312<enter>").pass(20);
    assert_eq!(sends(&console), 1);
    let mut console = review(many(english()));
    console.run("1").tell(Event::Keys(parse("2312"))).run("<enter>").pass(20);
    assert_eq!(sends(&console), 0, "what makes it whole came at once");
}

#[test]
fn a_review_is_left_by_escape_alone() {
    let mut console = review(one(english()));
    console.run("<tab><tab>+2h<enter>").run("3");
    assert!(
        console.picture().contains("Nothing has been sent") && console.message().contains("Esc"),
        "{}",
        console.picture()
    );
    console.run("w").run("1");
    assert!(console.run("<esc>").picture().contains("Nothing has been sent"), "{}", console.picture());
    console.run("<esc>3");
    assert!(console.picture().contains("[3 Campaigns]"), "{}", console.picture());
}

#[test]
fn what_became_worse_since_it_was_confirmed_leads_back_to_the_review() {
    let has_changed = Rc::new(Cell::new(false));
    let seen = Rc::clone(&has_changed);
    let worse = |checks: &mut Preflight| {
        let repeat = checks.checks.iter_mut().find(|check| check.name == CheckName::Repeat).unwrap();
        (repeat.state, repeat.count) = (CheckState::Warn, 2);
        repeat.detail = "1\t2\t0\nsent\tc9\t2\t40\twei".to_owned();
        repeat.clone()
    };
    let answer = move |request: &Request| match (request, letters::answer(request)) {
        (Request::Preflight(_), Some(Ok(Response::Preflight(mut checks)))) if seen.get() => {
            worse(&mut checks);
            Some(Ok(Response::Preflight(checks)))
        }
        (_, other) => other,
    };
    let mut console = review(many(Console::answering(letters::settings(Lang::En), Size::new(80, 24), answer)));
    console.run("12312<enter>").pass(10);
    has_changed.set(true);
    let Some((_, Request::Start(plan))) = console.open.iter().find(|(_, request)| matches!(request, Request::Start(_)))
    else {
        unreachable!("{:?}", console.open)
    };
    let changed = InputProblem::Changed { checks: vec![worse(&mut letters::preflight(plan))] };
    console.reply(|request| matches!(request, Request::Start(_)), Err(Failure::Problem(changed.into())));
    assert!(console.message().contains("Nothing was sent"), "{}", console.message());
    let shown = console.picture();
    assert!(shown.contains("New: 2 recipients got this very text"), "{shown}");
    console.pass(60);
    assert_eq!(sends(&console), 0, "nothing goes out by itself");
}

#[test]
fn the_longest_sample_stands_right_below_to_and_the_key_to_the_rest_is_named() {
    for (lang, to, longest, more) in
        [(Lang::En, "To ", "longest", "PgDn more below"), (Lang::ZhCn, "收件人 ", "最长", "PgDn 下文")]
    {
        let mut console = console(lang, Size::new(80, 24));
        console
            .run("2<enter>~/lists/vip-1212.csv<enter>【云雀优选】{name}，双12会员专享：全场满300减60，点击进入会场 dx5.cn/Cpn7Tz，今晚24点截止，数量有限，先到先得，拒收请回复R<esc>")
            .pass(2);
        let mut console = review(console);
        let picture = console.picture();
        let sample = picture.split(longest).nth(1).and_then(|after| after.split("****").next()).unwrap_or_default();
        assert!(sample.contains("先到先得") && sample.contains("拒收请回复R"), "it is shown whole: {picture}");
        let mut below = picture.lines().skip_while(|line| !line.trim_start().starts_with(to)).skip(1);
        let first = below.find(|line| line.contains("****")).unwrap_or_default();
        assert!(first.contains(longest), "{picture}");
        assert!(picture.lines().last().unwrap_or_default().contains(more), "{picture}");
        let tight = console.resize(60, 16).picture();
        assert!(tight.contains(longest), "{tight}");
    }
}

/// The states that the tests above show in English.
#[test]
fn what_stands_in_english_above_stands_in_chinese_too() {
    let mut personal = console_zh();
    personal
        .run("2<enter>~/lists/vip-1212.csv<enter>【云雀优选】{name}，您的券 dx5.cn/Cpn7Tz 拒收请回复R<esc>")
        .pass(2);
    assert_snapshot!("review_variables_zh", review(personal).picture());
    let loading = Console::answering(letters::settings(Lang::ZhCn), Size::new(80, 24), |request| match request {
        Request::Preflight(_) => None,
        other => letters::answer(other),
    });
    assert_snapshot!("review_loading_zh", review(many(loading)).picture());
    assert_snapshot!("review_time_zh", review(many(console_zh())).run("<tab>soon<enter>").picture());
    assert_snapshot!("review_test_number_zh", one(console_zh()).run("t").picture());
}
