//! What holds on every screen: leaving, messages, calls, pastes.
use insta::assert_snapshot;
use yunque::app::{Effect, Event, Failure, Request, Response, Settings, Size};
use yunque::sms::{Account, CampaignId, CampaignState, Counts, Money, Progress};
use yunque::words::Lang;

use crate::console::{Console, parse};
use crate::world;

fn progress(state: CampaignState, accepted: u64, pending: u64) -> Event {
    Event::Progressed(Progress {
        id: CampaignId(141),
        state,
        pause: None,
        counts: Counts { pending, sending: 0, accepted, refused: 0, unknown: 0 },
        fee: Money::ZERO,
        rate: 40,
        done_at: (state == CampaignState::Running).then(|| world::at("11-23 14:08")),
        gate: None,
        asked: None,
    })
}

#[test]
fn it_begins_by_asking_for_what_the_panes_share_and_then_rests() {
    let console = Console::new();
    assert_eq!(console.ids.len(), 4);
    assert_eq!(console.app.next_wake(), None, "idle means no timer at all");
}

#[test]
fn an_idle_screen_is_drawn_the_same_twice() {
    let console = Console::new();
    assert_eq!(console.styled(), console.styled());
}

fn account(balance: &str) -> Response {
    let balance = Money::parse(balance).expect("money");
    Response::Account(Account { nick: "云雀优选".to_owned(), balance, alarm_balance: None })
}

#[test]
fn the_balance_says_how_old_it_is_and_never_passes_for_fresh_once_more_was_billed() {
    for (lang, fresh, behind) in [
        (Lang::En, "¥8,495.00 as of 14:02", "more billed since"),
        (Lang::ZhCn, "¥8,495.00（14:02 查询）", "此后又有扣费"),
    ] {
        let mut console = Console::answering(world::settings(lang), Size::new(80, 24), {
            let mut is_first = true;
            move |request| match request {
                Request::Account if std::mem::take(&mut is_first) => Some(Ok(account("8495"))),
                Request::Account => None,
                request => world::answer(request),
            }
        });
        console.pass(20 * 60);
        assert!(console.row_from_bottom(1).contains(fresh), "{}", console.picture());
        console.tell(progress(CampaignState::Running, 7407, 579));
        assert!(console.row_from_bottom(1).contains(behind), "{}", console.picture());
        console.reply(|request| *request == Request::Account, Ok(account("8494.95")));
        assert!(console.row_from_bottom(1).contains("14:22"), "{}", console.picture());
        // What is billed after the balance was asked for is not in what comes back.
        console.pass(60).tell(progress(CampaignState::Running, 7600, 386));
        console.tell(progress(CampaignState::Running, 7800, 186));
        console.reply(|request| *request == Request::Account, Ok(account("8485.30")));
        assert!(console.row_from_bottom(1).contains(behind), "{}", console.picture());
        console.tell(progress(CampaignState::Finished, 7986, 0));
        console.reply(|request| *request == Request::Account, Ok(account("8466")));
        assert!(console.row_from_bottom(1).contains("14:23"), "it is asked for again when a campaign ends");
    }
}

#[test]
fn the_age_of_the_balance_is_short_where_it_is_narrow() {
    let mut console = Console::answering(world::settings(Lang::En), Size::new(75, 20), {
        let mut is_first = true;
        move |request| match request {
            Request::Account if !std::mem::take(&mut is_first) => None,
            request => world::answer(request),
        }
    });
    assert_eq!(console.row_from_bottom(1), "¥8,495.00 as of 14:02   ? 600 unknown in c141");
    console.pass(60).tell(progress(CampaignState::Running, 6808, 578));
    assert_eq!(console.row_from_bottom(1), "¥8,495.00, 14:02   c141 92 %, done about 14:08   asking for the balance");
}

#[test]
fn quitting_is_one_key_when_nothing_is_sent() {
    let mut console = Console::new();
    console.run("q");
    assert_eq!(console.effects, [Effect::Quit]);
}

#[test]
fn quitting_asks_while_something_is_sent_and_the_default_is_to_stay() {
    let mut console = Console::new();
    console.tell(progress(CampaignState::Running, 5000, 3000)).run("q");
    assert_snapshot!(console.picture());
    console.run("<enter>");
    assert_eq!(console.effects, []);
}

#[test]
fn a_campaign_that_finishes_while_leaving_is_asked_about_lets_go_and_one_that_pauses_is_shown() {
    let mut console = Console::new();
    console.tell(progress(CampaignState::Running, 7999, 1)).run("q").tell(progress(CampaignState::Finished, 8000, 0));
    assert_eq!(console.effects, [Effect::Quit]);
    let mut console = Console::new();
    console.tell(progress(CampaignState::Running, 5000, 3000)).run("q");
    console.tell(progress(CampaignState::Paused, 5000, 3000));
    assert!(console.effects.is_empty() && !console.picture().contains("pause and quit"), "{}", console.picture());
}

#[test]
fn handing_over_says_that_no_watch_is_there_to_take_it() {
    for (lang, words) in [(Lang::En, "! no watch is alive"), (Lang::ZhCn, "! 没有 watch 在运行")] {
        for is_watched in [true, false] {
            let mut console =
                Console::answering(world::settings(lang), Size::new(60, 16), move |request| match request {
                    Request::Campaigns => Some(Ok(Response::Campaigns { list: world::campaigns(), is_watched })),
                    request => world::answer(request),
                });
            console.tell(progress(CampaignState::Running, 5000, 3000)).run("q");
            assert_eq!(console.picture().contains(words), !is_watched, "{}", console.picture());
        }
    }
}

#[test]
fn pause_and_quit_leaves_only_when_the_pause_is_known_and_nothing_is_sent() {
    let mut console = Console::new();
    console.tell(progress(CampaignState::Running, 5000, 3000)).run("<ctrl-c><down><enter>");
    let asked = console.reply(|_| true, Ok(Response::Done));
    assert_eq!(asked, Request::Pause(CampaignId(141)));
    assert_eq!(console.effects, [], "it is still sending");
    console.tell(progress(CampaignState::Paused, 5200, 2800));
    assert_eq!(console.effects, [Effect::Quit]);
}

#[test]
fn quitting_waits_for_a_write_under_way_and_stays_when_it_fails() {
    let making = || {
        let mut console = Console::new();
        console.run("nhttps://a.example/x<enter><ctrl-c><ctrl-c>");
        assert!(
            !console.effects.contains(&Effect::Quit) && console.picture().contains("One moment"),
            "{}",
            console.picture()
        );
        console
    };
    let is_shorten = |request: &Request| matches!(request, Request::Shorten { .. });
    let mut console = making();
    let link = world::link("New123", "new", "11-23 14:02", "12-23 14:02", None);
    console.reply(is_shorten, Ok(Response::Shortened(Box::new(link))));
    assert_eq!(console.effects.last(), Some(&Effect::Quit));
    let mut console = making();
    console.reply(is_shorten, Err(Failure::Panicked));
    assert!(!console.effects.contains(&Effect::Quit), "somebody has to read why: {}", console.picture());
    let mut console = making();
    console.run("<ctrl-c><ctrl-c>");
    assert_eq!(console.effects.last(), Some(&Effect::Quit), "whoever insists leaves");
}

#[test]
fn ctrl_c_twice_quits_an_idle_console_and_once_does_not() {
    let mut console = Console::new();
    console.run("<ctrl-c>");
    assert!(console.effects.is_empty() && console.message().contains("once more"));
    console.run("j<ctrl-c>");
    assert!(console.effects.is_empty(), "another key in between begins anew");
    console.run("<ctrl-c>");
    assert_eq!(console.effects, [Effect::Quit]);
}

#[test]
fn a_terminal_that_vanishes_saves_the_draft_before_leaving() {
    let mut console = Console::new();
    console.run("2<enter>13800138000").tell(Event::HungUp);
    assert!(matches!(console.effects.as_slice(), [Effect::SaveDraft(_), Effect::Quit]), "{:?}", console.effects);
}

#[test]
fn a_draft_is_kept_within_two_seconds_of_the_first_letter_once() {
    let mut console = Console::new();
    console.run("2<enter>138").pass(2);
    assert!(matches!(console.effects.as_slice(), [Effect::SaveDraft(_)]));
    console.pass(60);
    assert_eq!(console.effects.len(), 1, "nothing changed since");
    console.run("0<esc>1").pass(2);
    let last = console.effects.last();
    assert!(matches!(last, Some(Effect::SaveDraft(draft)) if format!("{:?}", draft.to).contains("1380")), "{last:?}");
}

#[test]
fn a_paste_where_nothing_is_typed_is_ignored_with_a_notice() {
    let mut console = Console::new();
    console.tell(Event::Pasted("q\nn\nq".to_owned()));
    assert!(console.effects.is_empty() && console.message().contains("paste was ignored"));
}

#[test]
fn a_newline_in_a_paste_submits_nothing() {
    let mut console = Console::new();
    console.run("n").tell(Event::Pasted("https://a.example/x\n".to_owned()));
    assert!(console.open.is_empty());
    assert!(console.picture().contains("https://a.example/x"));
}

#[test]
fn a_burst_of_keys_is_a_paste_where_the_terminal_brackets_none() {
    let mut console = Console::new();
    console.run("n").tell(Event::Keys(parse("https://a.example/a-long-address<enter>")));
    assert!(console.open.is_empty(), "its newline is no Enter");
    assert!(console.picture().contains("https://a.example/a-long-address"));
    let mut console = Console::new();
    console.tell(Event::Keys(parse("quite a lot of text, no commands<enter>")));
    assert!(console.effects.is_empty() && console.message().contains("paste was ignored"));
}

#[test]
fn a_key_held_down_is_no_paste() {
    let mut console = Console::new();
    console.tell(Event::Keys(parse(&"j".repeat(60))));
    assert!(console.message().is_empty());
    assert!(console.picture().contains("› dx5.cn/Mq8dLu"));
}

#[test]
fn full_width_punctuation_acts_as_its_twin_outside_fields_and_is_text_inside() {
    let mut console = Console::new();
    assert!(console.run("？").picture().contains("Help"));
    console.run("<esc>／双？");
    assert!(console.picture().contains("/ 双？"), "{}", console.picture());
}

#[test]
fn a_failed_read_keeps_what_was_shown() {
    let mut is_first = true;
    let mut console = Console::answering(world::settings(Lang::En), Size::new(80, 24), move |request| match request {
        Request::Links if !std::mem::take(&mut is_first) => Some(Err(Failure::Busy)),
        request => world::answer(request),
    });
    console.run("r");
    let picture = console.picture();
    assert!(picture.contains("Black Friday") && console.message().contains("nothing was done"), "{picture}");
}

#[test]
fn escape_gives_up_a_read_and_its_late_reply_is_dropped() {
    let mut console = Console::new();
    console.run("c");
    assert_eq!(console.open.len(), 1);
    console.run("<esc>");
    let (id, _) = console.open[0];
    assert_eq!(console.effects, [Effect::Cancel(id)]);
    console.reply(|_| true, Err(Failure::Cancelled));
    assert_eq!(console.open, []);
}

#[test]
fn a_read_only_profile_changes_nothing() {
    let settings = Settings { is_read_only: true, ..world::settings(Lang::En) };
    let mut console = Console::with(settings, Size::new(80, 24));
    console.run("nz");
    assert!(console.open.is_empty() && console.message().contains("read-only"));
    assert!(!console.row_from_bottom(0).contains("n new"), "{}", console.picture());
}

#[test]
fn the_language_switches_with_its_messages() {
    let mut console = Console::new();
    console.tell(Event::Pasted("x".to_owned())).run("L");
    assert!(console.message().contains("粘贴"), "{}", console.message());
    assert!(console.picture().contains("[1 短链]"));
}

#[test]
fn a_screen_too_small_says_so_and_forgets_nothing() {
    let mut console = Console::new();
    console.run("jj").resize(40, 10);
    assert_eq!(console.picture().lines().next(), Some("too small (have 40x10, need 60x16)"));
    assert!(console.resize(80, 24).picture().contains("› dx5.cn/Cpn7Tz"));
}

#[test]
fn without_colour_and_without_unicode_everything_still_has_a_sign() {
    let mut console = Console::new();
    console.theme = yunque::app::Theme::new(false, true, None);
    let styled = console.styled();
    assert!(!styled.chars().any(|c| matches!(c, '›' | '✓' | '\u{2800}'..='\u{28ff}')), "{styled}");
    assert!(styled.contains("> dx5.cn/D1vipQ") && styled.contains("! 29 Nov"));
}

/// Twelve to a piece, as a terminal without bracketed paste hands a long list over; the tail is shorter than any burst.
fn in_pieces(console: &mut Console, text: &str, size: usize) {
    let keys = parse(text);
    for piece in keys.chunks(size) {
        console.tell(Event::Keys(piece.to_vec()));
        console.now += jiff::SignedDuration::from_millis(3);
    }
}

#[test]
fn a_list_pasted_twice_or_in_pieces_loses_nobody() {
    let recipients = |console: &mut Console| {
        console.pass(1);
        let picture = console.picture();
        picture.lines().find(|line| line.contains("recipients")).unwrap_or_else(|| panic!("{picture}")).to_owned()
    };
    let mut console = crate::letters::english();
    console.run("2<enter>").tell(Event::Pasted("13800138000\n".into())).tell(Event::Pasted("13900139000\n".into()));
    assert!(recipients(&mut console).contains("2 recipients"), "{}", console.picture());

    let numbers = (0..2000).map(|i| format!("139{i:08}<enter>")).collect::<Vec<_>>().concat();
    for size in [300, 256, 97] {
        let mut console = crate::letters::english();
        console.run("2<enter>");
        in_pieces(&mut console, &numbers, size);
        assert!(recipients(&mut console).contains("2,000 recipients"), "{size}: {}", console.picture());
    }
}

#[test]
fn the_last_piece_of_a_burst_is_no_command_however_short() {
    let mut console = crate::letters::english();
    console.run("2<enter>");
    let numbers: Vec<String> = (0..100).map(|i| format!("139{i:08}")).collect();
    // 1,199 keys; the last read brings the twelve of a newline and a number.
    in_pieces(&mut console, &numbers.join("<enter>"), 1187);
    console.pass(1);
    assert!(console.picture().contains("100 recipients"), "{}", console.picture());
    assert!(!console.picture().contains("Text      13900000099"), "{}", console.picture());
    // Tab and Enter by themselves are keys.
    for ending in ["<tab>", "<enter>"] {
        let mut console = crate::letters::english();
        console.run("2<enter>");
        in_pieces(&mut console, &"13800138000 13900139000 13700137000".replace(' ', "<enter>"), 99);
        console.run(ending).pass(1);
        assert!(console.picture().contains("› Text"), "{ending}: {}", console.picture());
    }
    // A list that is not being typed in runs nothing, to its last key.
    let mut console = Console::new();
    in_pieces(&mut console, &format!("{}q", "nothing to see here; ".repeat(10)), 210);
    assert_eq!(console.effects, []);
    console.run("q");
    assert_eq!(console.effects, [], "right behind it, it is a part of it");
    console.now += jiff::SignedDuration::from_millis(200);
    console.run("q");
    assert_eq!(console.effects, [Effect::Quit]);
}

#[test]
fn escape_gives_up_asking_for_the_balance() {
    let mut console = Console::answering(world::settings(Lang::En), Size::new(80, 24), |request| match request {
        Request::Account => None,
        request => world::answer(request),
    });
    assert!(console.row_from_bottom(1).contains("asking for the balance"), "{}", console.picture());
    let (id, _) = console.open[0];
    console.run("<esc>");
    assert_eq!(console.effects, [Effect::Cancel(id)]);
    assert!(!console.row_from_bottom(1).contains("asking"), "{}", console.picture());
    assert!(console.message().contains("Stopped waiting"), "{}", console.picture());
    console.reply(|_| true, Err(Failure::Cancelled));
    assert!(console.picture().contains("Black Friday") && console.open.is_empty());
}

#[test]
fn the_balance_is_asked_for_once_a_minute_while_something_is_sent() {
    let asked = std::rc::Rc::new(std::cell::Cell::new(0));
    let count = std::rc::Rc::clone(&asked);
    let mut console = Console::answering(world::settings(Lang::En), Size::new(80, 24), move |request| match request {
        Request::Account => {
            count.set(count.get() + 1);
            if count.get() == 1 { world::answer(request) } else { Some(Err(Failure::Busy)) }
        }
        request => world::answer(request),
    });
    for accepted in 0..100 {
        console.tell(progress(CampaignState::Running, accepted, 3000));
    }
    assert_eq!(asked.get(), 1, "it has just come");
    for accepted in 100..220 {
        console.now += jiff::SignedDuration::from_secs(1);
        console.tell(progress(CampaignState::Running, accepted, 3000));
    }
    assert_eq!(asked.get(), 3, "twice in two minutes, though it fails");
}

#[test]
fn a_message_is_shown_to_its_end() {
    let settings = Settings { lang: Lang::En, ..world::settings(Lang::En) };
    let why = "the record of it was cut off in the middle of a word ".repeat(4);
    let failure = move || Failure::Problem(yunque::problem::InputProblem::Broken { why: why.clone() }.into());
    let sentence = failure().sentence(Lang::En);
    let mut is_first = true;
    let mut console = Console::answering(settings, Size::new(80, 24), move |request| match request {
        Request::Links if !std::mem::take(&mut is_first) => Some(Err(failure())),
        request => world::answer(request),
    });
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    console.run("r");
    assert!(words(&console.picture()).contains(&words(&sentence)), "{}", console.picture());
}
