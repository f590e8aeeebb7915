//! Pane 4, as flows.
use insta::assert_snapshot;
use yunque::app::{Effect, Event, Failure, Group, Request, Response, Size, Subject};
use yunque::problem::Problem;
use yunque::sms::{CampaignId, ClickSource, Mobile, RateOf};
use yunque::words::Lang;

use crate::console::Console;
use crate::pages;
use crate::world::{self, at};

const SMALL: Size = Size::new(80, 24);
const C140: Subject = Subject::Campaign(CampaignId(140));

/// Only c140 was sent, so it is the newest.
fn answer(request: &Request) -> Option<Result<Response, Failure>> {
    match request {
        Request::Campaigns => {
            let list = pages::campaigns().into_iter().filter(|one| one.id == CampaignId(140)).collect();
            Some(Ok(Response::Campaigns { list, is_watched: true }))
        }
        request => pages::answer(request),
    }
}

fn console(lang: Lang, size: Size) -> Console {
    Console::answering(world::settings(lang), size, answer)
}

fn is_look(request: &Request) -> bool {
    matches!(request, Request::Clicks(..))
}

#[test]
fn hostile_names_are_shown_and_not_obeyed() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Clicks(subject, group) | Request::ClicksSeen(subject, group) => {
            let mut page = pages::clicks(subject, *group, "14:02", false);
            page.names = page.names.iter().map(|_| Box::from("\u{1b}[31m\u{202e}x\n")).collect();
            page.campaign.as_mut().expect("c140").name = "a\u{1b}]0;b\u{7}".repeat(20);
            page.links[0].short.short_url = "https://dx5.cn/\u{200b}\u{1b}c".to_owned();
            Some(Ok(Response::Clicks(Some(Box::new(page)))))
        }
        request => answer(request),
    });
    let picture = console.run("4v").picture();
    let is_bad = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}' || c == '\u{200b}');
    assert!(!picture.chars().any(is_bad), "{picture}");
    assert!(picture.contains("<1B>") && picture.lines().all(|line| line.chars().count() <= 80), "{picture}");
}

/// The row under the cursor.
fn selected(console: &Console) -> String {
    console.picture().lines().find(|line| line.starts_with('›')).unwrap_or_default().to_owned()
}

#[test]
fn one_key_from_the_start_shows_who_clicked() {
    assert_snapshot!(console(Lang::En, SMALL).run("4").styled());
}

#[test]
fn who_clicked_in_chinese() {
    assert_snapshot!(console(Lang::ZhCn, SMALL).run("4").picture());
}

#[test]
fn who_clicked_with_room_to_spare() {
    assert_snapshot!(console(Lang::En, Size::new(120, 40)).run("4").picture());
    assert_snapshot!(console(Lang::ZhCn, Size::new(120, 40)).run("4").picture());
}

#[test]
fn who_clicked_where_it_is_tight() {
    assert_snapshot!(console(Lang::En, Size::new(60, 16)).run("4").picture());
}

#[test]
fn who_clicked_in_ascii() {
    let mut console = console(Lang::En, SMALL);
    console.theme = yunque::app::Theme::new(false, true, None);
    let picture = console.run("4").picture();
    let ours: String =
        picture.chars().filter(|c| !c.is_ascii() && *c != '¥' && !('\u{3000}'..='\u{9fff}').contains(c)).collect();
    assert_eq!(ours, "", "{picture}");
}

#[test]
fn nothing_has_clicks_yet() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Campaigns => Some(Ok(Response::Campaigns { list: Vec::new(), is_watched: true })),
        Request::Links => Some(Ok(Response::Links(Vec::new()))),
        request => world::answer(request),
    });
    assert_snapshot!(console.run("4").picture());
}

#[test]
fn the_first_look_is_under_way_then_fails() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::ClicksSeen(..) => Some(Ok(Response::Clicks(None))),
        Request::Clicks(..) => None,
        request => answer(request),
    });
    assert_snapshot!(console.run("4").picture());
    console.reply(is_look, Err(Failure::Problem(Problem::Api(pages::unreachable()))));
    assert_snapshot!(console.picture());
}

#[test]
fn while_looking_and_after_a_failure_what_was_shown_stays_and_is_marked() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Clicks(..) => None,
        request => answer(request),
    });
    console.run("4");
    assert!(console.picture().contains("As of 13:48. Asking again.") && selected(&console).contains("138****1207"));
    console.reply(is_look, Err(Failure::Problem(Problem::Api(pages::unreachable()))));
    assert_snapshot!(console.picture());
}

#[test]
fn only_totals_are_to_be_had() {
    let total_only = |subject: &Subject, group| {
        let mut page = pages::clicks(subject, group, "14:02", false);
        page.source = ClickSource::TotalOnly;
        page.table = yunque::sms::ClickTable::default();
        (page.totals.clicks, page.totals.clickers, page.groups[0]) = (0, 0, 0);
        Some(Ok(Response::Clicks(Some(Box::new(page)))))
    };
    let mut console = Console::answering(world::settings(Lang::En), SMALL, move |request| match request {
        Request::Clicks(subject, group) | Request::ClicksSeen(subject, group) => total_only(subject, *group),
        request => answer(request),
    });
    assert_snapshot!(console.run("4").picture());
}

#[test]
fn it_looks_again_by_itself_in_step_with_the_vendor_and_not_while_hidden() {
    let mut console = console(Lang::En, SMALL);
    console.run("4").pass(2);
    assert_eq!(console.app.next_wake(), Some(at("11-23 14:03")));
    let looks = console.ids.len();
    console.pass(130);
    assert_eq!(console.ids.len(), looks + 2, "two looks of a minute each");
    console.run("?");
    assert!(console.app.next_wake().is_none_or(|wake| wake > at("11-23 14:10")), "{:?}", console.app.next_wake());
    console.run("<esc>1");
    let before = console.ids.len();
    console.pass(50);
    assert_eq!(console.ids.len(), before);
}

#[test]
fn a_failed_look_is_not_repeated_at_once() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Clicks(..) => Some(Err(Failure::Problem(Problem::Api(pages::unreachable())))),
        request => answer(request),
    });
    console.run("4").pass(59);
    let calls = console.ids.len();
    console.pass(2);
    assert_eq!(console.ids.len(), calls + 1);
}

#[test]
fn an_old_look_is_marked() {
    let mut settings = world::settings(Lang::En);
    settings.refresh_seconds = 0;
    let mut console = Console::answering(settings, SMALL, answer);
    console.run("4").pass(21 * 60);
    let picture = console.picture();
    assert!(picture.contains("Old: as of 14:02 (clicked). r looks again."), "{picture}");
}

#[test]
fn the_groups_are_one_key_apart() {
    let mut console = console(Lang::En, SMALL);
    console.run("4]");
    assert!(console.picture().contains("[not clicked 16,872]") && selected(&console).contains("189****6105"));
    assert_snapshot!(console.run("]").picture());
    console.run("[[[");
    assert!(console.picture().contains("[clicked 2,9"), "{}", console.picture());
}

#[test]
fn the_footer_offers_the_way_to_another_group_that_there_is() {
    let mut console = console(Lang::En, SMALL);
    assert!(console.run("4").row_from_bottom(0).contains("] group"), "{}", console.picture());
    console.run("]]]");
    let footer = console.row_from_bottom(0);
    assert!(footer.contains("[ group") && !footer.contains("] group"), "{footer}");
    let mut totals = with_page(|page| page.source = ClickSource::TotalOnly);
    assert!(!totals.run("4").row_from_bottom(0).contains("group"), "{}", totals.picture());
}

#[test]
fn what_is_of_another_day_has_its_day_and_its_clock() {
    let older = |page: &mut yunque::app::ClickPage| {
        page.campaign.as_mut().expect("c140").first_at = Some(at("11-22 22:30"));
        let mut rows = page.table.rows.to_vec();
        (rows[1].first_at, rows[1].last_at) = (at("11-22 22:39").as_millisecond(), at("11-22 23:01").as_millisecond());
        page.table.rows = rows.into();
        page.delivered_at = page.delivered_at.iter().map(|_| at("11-22 22:31").as_millisecond()).collect();
    };
    for (lang, times) in
        [(Lang::En, "22 Nov 22:39 22 Nov 23:01 22 Nov 22:31"), (Lang::ZhCn, "11-22 22:39  11-22 23:01  11-22 22:31")]
    {
        let picture = with_page_in(lang, older).run("4").picture();
        assert!(picture.contains(times), "{picture}");
        assert!(picture.lines().any(|line| line.contains("41 ") && line.contains('!')), "the sign stays: {picture}");
    }
    let mut console = with_page(older);
    console.resize(60, 16);
    let picture = console.run("4").picture();
    assert!(picture.contains("22 Nov 23:01 22 Nov"), "{picture}");
}

#[test]
fn a_late_answer_for_another_group_is_dropped() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::ClicksSeen(_, Group::NotClicked) => None,
        request => answer(request),
    });
    console.run("4]");
    let late = console.open[0].0;
    console.run("[");
    let page = pages::clicks(&C140, Group::NotClicked, "14:02", true);
    console.tell(Event::Replied { id: late, outcome: Ok(Response::Clicks(Some(Box::new(page)))) });
    assert!(console.picture().contains("[clicked 2,9") && selected(&console).contains("138****1207"));
}

#[test]
fn sorting_keeps_the_number_under_the_cursor_and_names_the_order() {
    let mut console = console(Lang::En, SMALL);
    console.run("4jjj");
    let before = selected(&console);
    console.run("oo");
    assert_eq!(selected(&console)[..30], before[..30]);
    assert!(console.picture().contains("Clicks v"), "{}", console.picture());
}

#[test]
fn an_arrangement_that_is_not_the_newest_is_dropped() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Arrange { .. } => None,
        request => answer(request),
    });
    console.run("4o");
    console.run("o");
    let is_arrange = |request: &Request| matches!(request, Request::Arrange { .. });
    console.reply(is_arrange, Ok(Response::Arranged { order: [7].into(), generation: 3 }));
    assert!(selected(&console).contains("138****1207"), "{}", console.picture());
    let (_, newest) = console.open.iter().find(|(_, request)| is_arrange(request)).expect("it is there").clone();
    let Request::Arrange { table, .. } = newest else { unreachable!() };
    console.reply(is_arrange, Ok(Response::Arranged { order: [4, 0].into(), generation: table.generation }));
    assert!(console.picture().contains("177****5560") && !console.picture().contains("152****3391"));
}

#[test]
fn the_filter_takes_digits_or_a_name_and_never_acts() {
    for (typed, wanted) in [("Qsevo ", "qsevo"), ("138-00 ４", "138004"), ("王芳", "王芳")] {
        let mut console = Console::answering(world::settings(Lang::En), SMALL, move |request| match request {
            Request::Arrange { table, names, arrangement } => {
                assert!(wanted.starts_with(&arrangement.filter) && names.len() == table.rows.len());
                Some(Ok(Response::Arranged { order: [].into(), generation: table.generation }))
            }
            request => answer(request),
        });
        console.run(&format!("4/{typed}"));
        assert!(console.effects.is_empty() && console.open.is_empty());
        let picture = console.picture();
        assert!(picture.contains(&format!("No number or name holds {wanted}.")), "{picture}");
    }
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Arrange { table, .. } => {
            Some(Ok(Response::Arranged { order: [].into(), generation: table.generation }))
        }
        request => answer(request),
    });
    assert_snapshot!(console.run("4/999").picture());
}

#[test]
fn a_refresh_does_not_move_the_cursor() {
    let mut minute = 0;
    let mut console = Console::answering(world::settings(Lang::En), SMALL, move |request| match request {
        Request::Clicks(subject, group) => {
            let mut page = pages::clicks(subject, *group, "14:02", false);
            let mut rows = page.table.rows.to_vec();
            rows.rotate_right(minute);
            minute += 1;
            page.table.rows = rows.into();
            Some(Ok(Response::Clicks(Some(Box::new(page)))))
        }
        request => answer(request),
    });
    console.run("4jj");
    let before = selected(&console);
    console.run("r");
    assert!(before.contains("152****3391"));
    assert_eq!(selected(&console)[..20], before[..20]);
}

#[test]
fn numbers_and_names_are_masked_until_revealed_which_is_audited() {
    let mut console = console(Lang::En, SMALL);
    console.run("4");
    assert!(!console.picture().contains("13800131207") && console.picture().contains("陈*明"));
    console.run("v");
    assert!(console.picture().contains("13800131207") && console.picture().contains("陈小明"));
    assert!(console.open.iter().any(|(_, request)| *request == Request::Revealed));
}

#[test]
fn what_has_been_seen_is_marked_so_on_leaving() {
    let mut console = console(Lang::En, SMALL);
    console.run("43");
    assert!(console.open.iter().any(|(_, request)| *request == Request::MarkSeen(C140)), "{:?}", console.open);
}

#[test]
fn a_message_to_these_people_begins_in_compose() {
    let picture = console(Lang::En, SMALL).run("4s").picture();
    assert!(picture.contains("[2 Compose]"), "{picture}");
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Clicks(..) | Request::ClicksSeen(..) => {
            Some(Ok(Response::Clicks(Some(Box::new(pages::many(10_001))))))
        }
        request => answer(request),
    });
    console.run("4s");
    assert!(console.picture().contains("10,001 are too many"), "{}", console.picture());
}

#[test]
fn the_group_is_exported_and_the_command_copied() {
    let mut console = console(Lang::En, SMALL);
    console.run("4eY");
    let export = yunque::app::Export::Clicks { subject: C140, group: Group::Clicked };
    let path = "/tmp/yunque-c140.csv".into();
    let asked = console.reply(|r| matches!(r, Request::Export(_)), Ok(Response::Exported { path, rows: 2931 }));
    assert_eq!(asked, Request::Export(export));
    assert_eq!(console.message(), "✓ 2,931 rows written to /tmp/yunque-c140.csv.");
    assert_eq!(console.effects.last(), Some(&Effect::Copy("yunque clicks --campaign c140".to_owned())));
}

#[test]
fn another_subject_is_picked_from_a_list() {
    let mut console = console(Lang::En, SMALL);
    console.run("4c");
    assert_snapshot!(console.picture());
    console.run("Returns<enter>");
    let picture = console.picture();
    assert!(picture.contains("[4 Clicks]"), "{picture}");
}

/// How long this thread has been at work, whatever else the machine does: the kernel's count.
fn worked() -> std::time::Duration {
    let count = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux says it");
    std::time::Duration::from_nanos(count.split(' ').next().and_then(|n| n.parse().ok()).expect("nanoseconds first"))
}

#[test]
fn a_million_rows_cost_no_more_than_the_screen_shows() {
    let many = std::sync::Arc::new(pages::many(1_000_000));
    let mut console = Console::answering(world::settings(Lang::En), SMALL, move |request| match request {
        Request::Clicks(..) | Request::ClicksSeen(..) => Some(Ok(Response::Clicks(Some(Box::new((*many).clone()))))),
        request => answer(request),
    });
    console.run("4G");
    assert!(selected(&console).contains(&Mobile::from_digits(8_613_000_999_999).masked()));
    let begun = worked();
    for _ in 0..50 {
        console.run("k");
        let _ = console.picture();
    }
    let took = worked().saturating_sub(begun);
    // A scan of all rows a key would take many times this, even here.
    assert!(took < std::time::Duration::from_millis(50 * 16), "{took:?} for 50 keys");
}

/// A console whose page of clicks is changed before it is shown.
fn with_page(change: fn(&mut yunque::app::ClickPage)) -> Console {
    with_page_in(Lang::En, change)
}

fn with_page_in(lang: Lang, change: impl Fn(&mut yunque::app::ClickPage) + 'static) -> Console {
    Console::answering(world::settings(lang), SMALL, move |request| match request {
        Request::Clicks(subject, group) | Request::ClicksSeen(subject, group) => {
            let mut page = pages::clicks(subject, *group, "14:02", false);
            change(&mut page);
            Some(Ok(Response::Clicks(Some(Box::new(page)))))
        }
        request => answer(request),
    })
}

#[test]
fn a_bot_is_named_in_a_word_at_every_size() {
    for (lang, word) in [(Lang::En, "! bot"), (Lang::ZhCn, "!扫描")] {
        let mut console = console(lang, Size::new(60, 16));
        let picture = console.run("4").picture();
        assert!(picture.lines().any(|line| line.contains("41") && line.trim_end().ends_with(word)), "{picture}");
        let mut wide = self::console(lang, Size::new(120, 40));
        let picture = wide.run("4").picture();
        assert!(picture.lines().any(|line| line.contains("41 ") && line.contains('!')), "{picture}");
        assert!(!picture.contains("!  "), "the sign has its word: {picture}");
    }
}

#[test]
fn clickers_that_are_no_recipients_of_ours_are_counted_and_named() {
    for (size, text) in [
        (Size::new(80, 24), "12 of them no recipients of ours, outside the rate"),
        (Size::new(60, 16), "12 of them no recipients"),
        (Size::new(120, 40), "12  no recipients of ours"),
    ] {
        let mut console = with_page(|page| page.totals.strangers = 12);
        console.resize(size.width, size.height);
        assert!(console.run("4").picture().contains(text), "{}", console.picture());
    }
}

#[test]
fn who_did_not_get_it_has_the_carriers_code_and_no_time_of_delivery() {
    for (lang, why, delivered) in [(Lang::En, "Why", "Delivered"), (Lang::ZhCn, "原因", "送达")] {
        let mut console = console(lang, SMALL);
        let picture = console.run("4]]").picture();
        let header = picture.lines().find(|line| line.contains(why)).unwrap_or_else(|| panic!("{picture}"));
        assert!(!header.contains(delivered) && picture.contains("DB:0103"), "{picture}");
    }
}

#[test]
fn groups_that_do_not_fit_are_summed_up() {
    let groups = |keys: &str| {
        let picture = console(Lang::En, Size::new(60, 16)).run(keys).picture();
        picture.lines().find(|line| line.contains('[') && line.contains("licked")).unwrap_or_default().trim().to_owned()
    };
    assert!(groups("4").ends_with("rest 742"), "{}", groups("4"));
    let last = console(Lang::En, Size::new(60, 16)).run("4]]]").picture();
    assert!(last.contains("[no report 137]"), "{last}");
}

#[test]
fn the_sources_name_the_delivery_records_and_the_final_look() {
    for (lang, delivery, last, unwatched) in [
        (Lang::En, "delivery    records, 13:55", "final look  20 Dec 09:26", "20 Dec 09:26, no watch"),
        (Lang::ZhCn, "送达回执    发送记录，13:55", "最后查询    12-20 09:26", "12-20 09:26 无 watch"),
    ] {
        let mut watched = console(lang, Size::new(120, 40));
        let picture = watched.run("4").picture();
        assert!(picture.contains(delivery) && picture.contains(last) && !picture.contains(unwatched), "{picture}");
        let mut alone = Console::answering(world::settings(lang), Size::new(120, 40), |request| match request {
            Request::Campaigns => Some(Ok(Response::Campaigns { list: pages::campaigns(), is_watched: false })),
            request => answer(request),
        });
        assert!(alone.run("4").picture().contains(unwatched), "{}", alone.picture());
    }
}

#[test]
fn the_chart_of_one_campaign_begins_with_it_and_says_when_others_share_the_link() {
    let mut console = with_page(|page| {
        page.shared_with = vec![CampaignId(138), CampaignId(139)];
    });
    assert_snapshot!(console.run("4").picture());
}

#[test]
fn a_rate_names_what_it_is_of_and_gives_way_to_nothing() {
    for (rate_of, en, zh) in [
        (RateOf::Accepted, "14.8 % of 19,803 accepted", "占已受理 19,803 的 14.8 %"),
        (RateOf::DeliveredOrClicked, "14.8 % of 19,803 delivered or clicked", "占已送达或已点击 19,803 的 14.8 %"),
    ] {
        for (lang, text) in [(Lang::En, en), (Lang::ZhCn, zh)] {
            let change = move |page: &mut yunque::app::ClickPage| page.totals.rate_of = rate_of;
            let picture = with_page_in(lang, change).run("4").picture();
            assert!(picture.contains(text), "{picture}");
            let mut roomy = with_page_in(lang, change);
            roomy.resize(120, 40);
            let picture = roomy.run("4").picture();
            assert!(!picture.lines().any(|line| line.contains("19,803") && line.contains('~')), "{picture}");
        }
    }
}

#[test]
fn who_is_in_no_group_is_named_and_what_has_no_room_is_one_figure_that_adds_up() {
    let mixed = |page: &mut yunque::app::ClickPage| {
        let campaign = page.campaign.as_mut().expect("c140");
        (campaign.counts.refused, campaign.counts.unknown, campaign.counts.pending) = (31, 600, 580);
    };
    for (size, text) in [
        (Size::new(60, 16), "[clicked 2,931]  not clicked 16,872  rest 1,922"),
        (SMALL, "[clicked 2,931]  not clicked 16,872  not delivered 574  rest 1,348"),
        (Size::new(200, 50), "no report 137  refused 31  unknown 600  pending 580"),
    ] {
        let mut console = with_page(mixed);
        console.resize(size.width, size.height);
        let picture = console.run("4").picture();
        assert!(picture.contains(text), "{picture}");
    }
    let mut console = with_page(mixed);
    console.resize(60, 16);
    let picture = console.run("4]]]").picture();
    assert!(picture.contains("[no report 137]"), "the shown one always: {picture}");
}

#[test]
fn a_chart_of_one_value_is_no_wall_and_its_axis_is_not_in_the_future() {
    let mut console = with_page(|page| {
        let stat = page.stat.as_mut().expect("a series");
        stat.series = stat.series.split_off(22);
        page.campaign.as_mut().expect("c140").first_at = Some(at("11-23 13:51"));
    });
    let picture = console.run("4").picture();
    assert!(picture.contains("clicks per 10 min"), "the link's other values say how long one is: {picture}");
    assert!(picture.contains("13:50") && !picture.contains("14:30"), "{picture}");
    assert!(picture.lines().all(|line| line.matches('⣿').count() <= 4), "{picture}");
    let mut console = with_page(|page| page.stat.as_mut().expect("a series").series.truncate(1));
    let picture = console.run("4").picture();
    assert!(!picture.contains("per"), "nobody knows how long a single value is: {picture}");
}

#[test]
fn clicks_a_person_are_rounded_and_not_cut() {
    let mut console = with_page(|page| (page.totals.clicks, page.totals.clickers) = (80, 62));
    console.resize(120, 40);
    assert!(console.run("4").picture().contains("1.3  clicks a person"), "{}", console.picture());
}

#[test]
fn nobody_has_clicked_and_that_is_what_is_said() {
    let mut console = with_page(|page| {
        page.stat.as_mut().expect("a series").series.clear();
        page.totals.clickers = 0;
    });
    let picture = console.run("4").picture();
    assert!(picture.contains("Nobody has clicked yet.") && picture.contains("0 in total"), "{picture}");
    assert!(!picture.contains("not answered"), "{picture}");
    let mut console = with_page(|page| page.stat = None);
    assert!(console.run("4").picture().contains("Yunpian has not answered"));
}

#[test]
fn the_status_promises_no_look_that_nobody_takes_and_marks_one_that_failed() {
    let mut console = console(Lang::En, SMALL);
    console.run("4").pass(2);
    assert!(console.row_from_bottom(1).contains("next 14:03"), "{}", console.row_from_bottom(1));
    console.run("1");
    assert!(console.row_from_bottom(1).contains("clicks 14:02"), "{}", console.row_from_bottom(1));
    assert!(!console.row_from_bottom(1).contains("next"), "nobody looks behind another pane");
    console.run("4?");
    assert!(!console.row_from_bottom(1).contains("next"), "nor behind the help");

    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Clicks(..) => None,
        request => answer(request),
    });
    console.run("4").reply(is_look, Err(Failure::Problem(Problem::Api(pages::unreachable()))));
    assert!(console.row_from_bottom(1).contains("last look failed"), "{}", console.row_from_bottom(1));
    let picture = console.picture();
    assert!(picture.contains("this is as of 13:48"), "however long the message is: {picture}");
    console.run("r");
    assert!(!console.row_from_bottom(1).contains("failed"), "somebody looks again");
}

#[test]
fn a_look_that_was_given_up_is_over_and_the_next_one_is_named() {
    let mut console = Console::answering(world::settings(Lang::En), SMALL, |request| match request {
        Request::Clicks(..) => None,
        request => answer(request),
    });
    console.run("4");
    assert!(console.picture().contains("Asking again"));
    console.run("<esc>");
    assert!(!console.picture().contains("Asking again"), "{}", console.picture());
    assert!(console.row_from_bottom(1).contains("next 14:03"), "{}", console.row_from_bottom(1));
    assert_eq!(console.open.len(), 1, "and nobody looks at once");
    console.pass(61);
    assert_eq!(console.open.len(), 1, "what was given up has not ended: one at a time");
    console.reply(is_look, Err(Failure::Cancelled));
    assert!(console.open.iter().any(|(_, request)| is_look(request)), "the next one is under way");
}
