//! Compose: recipients, text, bill, drafts, pickers.
use std::cell::RefCell;
use std::rc::Rc;

use insta::assert_snapshot;
use jiff::SignedDuration;
use yunque::app::{Effect, Event, Failure, Request, Response, Size};
use yunque::problem::{FileProblem, Problem};
use yunque::sms::{Draft, Reading, Source};
use yunque::words::Lang;

use crate::console::Console;
use crate::letters::{self, console, english, many, one};
use crate::world;

const SMALL: Size = Size::new(60, 16);
const LARGE: Size = Size::new(120, 40);

fn chinese() -> Console {
    console(Lang::ZhCn, Size::new(80, 24))
}

fn kept(console: &Console) -> Vec<Draft> {
    let saved = console.effects.iter().filter_map(|effect| match effect {
        Effect::SaveDraft(draft) => Some(draft.clone()),
        _ => None,
    });
    saved.collect()
}

#[test]
fn nothing_written_yet() {
    assert_snapshot!("compose_empty_en", english().run("2").picture());
    assert_snapshot!("compose_empty_zh", chinese().run("2").picture());
}

#[test]
fn one_recipient() {
    assert_snapshot!("compose_one_en", one(english()).picture());
    assert_snapshot!("compose_one_zh", one(chinese()).styled());
}

#[test]
fn many_recipients() {
    assert_snapshot!("compose_many_en", many(english()).picture());
    assert_snapshot!("compose_many_zh", many(chinese()).picture());
    assert_snapshot!("compose_many_small", many(console(Lang::En, SMALL)).picture());
    assert_snapshot!("compose_many_large", many(console(Lang::ZhCn, LARGE)).picture());
}

#[test]
fn a_file_shows_its_first_rows_and_lets_the_column_be_chosen() {
    let mut console = english();
    console.run("2<enter>~/lists/vip-1212.csv<esc>");
    assert_snapshot!("compose_sheet_en", console.picture());
    let before = console.ids.len();
    console.run("<right>");
    assert!(console.ids.len() > before && console.picture().contains("[level]"), "{}", console.picture());
    console.run("<right>");
    assert!(console.message().contains("no further column"));
    let before = console.ids.len();
    console.run("EE");
    assert!(console.ids.len() > before && console.message().contains("gb18030"), "{}", console.message());
    assert_eq!(
        kept(&{
            console.pass(2);
            console
        })
        .last()
        .unwrap()
        .to,
        Source::File {
            path: "~/lists/vip-1212.csv".to_owned(),
            reading: Reading {
                column: Some("level".to_owned()),
                encoding: Some("gb18030".to_owned()),
                ..Reading::default()
            }
        }
    );
}

#[test]
fn tab_completes_a_path_and_then_goes_on() {
    let mut console = english();
    console.run("2<enter>~/li<tab>");
    assert!(console.picture().contains("~/lists/vip-1"), "{}", console.picture());
    assert_snapshot!("compose_paths_en", console.picture());
    console.run("2<tab>");
    assert!(console.picture().contains("~/lists/vip-1212.csv"));
    console.run("<tab>");
    assert!(console.picture().contains("12,312 recipients"), "{}", console.picture());
    assert!(console.picture().contains("› Text"));
}

#[test]
fn fifty_thousand_numbers_are_pasted_as_one_and_counted_once() {
    let mut console = english();
    let numbers: Vec<String> = (0..50_000).map(|i| format!("139{i:08}")).collect();
    console.run("2<enter>").tell(Event::Pasted(numbers.join("\r\n")));
    console.pass(1);
    assert!(console.picture().contains("50,000 recipients"), "{}", console.picture());
    assert_eq!(console.ids.len(), 6, "the four of the start, the templates, and one count");
    console.run("<esc>");
    assert_eq!(console.ids.len(), 6, "leaving the field counts nothing again");
}

#[test]
fn a_file_that_is_not_there_says_so_and_keeps_what_was_typed() {
    let mut console = english();
    console.run("2<enter>~/missing.csv<enter>【云雀】早<esc>");
    assert_snapshot!("compose_missing_file_en", console.picture());
    console.run("s");
    assert!(console.message().contains("could not be read"), "{}", console.message());
}

#[test]
fn a_text_with_variables_shows_what_a_real_recipient_gets() {
    let mut console = english();
    console.run("2<enter>~/lists/vip-1212.csv<enter>【云雀优选】{name}，您的券 dx5.cn/Cpn7Tz 拒收请回复R<esc>").pass(2);
    assert_snapshot!("compose_variables_en", console.picture());
    let mut console = chinese();
    console.run("2<enter>~/lists/vip-1212.csv<enter>【云雀优选】{name}，您的券 dx5.cn/Cpn7Tz 拒收请回复R<esc>").pass(2);
    assert_snapshot!("compose_variables_zh", console.picture());
}

#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let mut console = english();
    console.run("2<enter>13800138000<enter>");
    console.tell(Event::Pasted("【云雀】\u{1b}[2J\u{202e}txet\u{200b} 您好\r\n第二行".to_owned()));
    console.run("<esc>");
    assert_snapshot!("compose_hostile_en", console.picture());
}

#[test]
fn recipients_on_their_way_are_said_to_be() {
    let mut console = Console::answering(letters::settings(Lang::En), Size::new(80, 24), |request| match request {
        Request::Recipients { .. } => None,
        other => letters::answer(other),
    });
    console.run("2<enter>~/lists/vip-1212.csv<enter>【云雀】您好<esc>s");
    assert_snapshot!("compose_reading_en", console.picture());
    // What was wished for comes by itself, unless a key was pressed since.
    for (key, opens) in [("", true), ("<up>", false)] {
        let mut console = Console::answering(letters::settings(Lang::En), Size::new(80, 24), |request| match request {
            Request::Recipients { .. } => None,
            other => letters::answer(other),
        });
        console.run("2<enter>~/lists/vip-1212.csv<enter>【云雀】您好<esc>s").run(key);
        let people = Ok(Response::Recipients(std::sync::Arc::new(letters::vip(&[]))));
        console.reply(|request| matches!(request, Request::Recipients { .. }), people);
        assert_eq!(console.picture().contains("Nothing has been sent yet"), opens, "{}", console.picture());
    }
}

#[test]
fn who_was_left_out_and_why_can_be_looked_through() {
    let mut console = many(english());
    console.run("x");
    assert_snapshot!("compose_left_out_en", console.picture());
    console.run("<end>e");
    assert!(matches!(console.open.last(), Some((_, Request::Export(_)))));
    assert!(console.run("<esc>").picture().contains("[2 Compose]"));
    let mut console = many(chinese());
    assert_snapshot!("compose_left_out_zh", console.run("x").picture());
}

#[test]
fn counting_is_on_once_a_link_of_ours_is_in_the_text_unless_decided_otherwise() {
    let mut console = english();
    console.run("2<enter>13800138000<enter>【云雀】看<esc>");
    assert!(console.picture().contains("no link, nothing to count"));
    console.run("a<enter>");
    assert!(console.picture().contains("(x) by number"), "{}", console.picture());
    console.run("m");
    assert!(console.picture().contains("nobody can be told who clicked"), "{}", console.picture());
    console.run("<enter> dx5.cn/Bf26Kq<esc>");
    assert!(console.picture().contains("(x) in total only"), "the decision stays");
}

#[test]
fn a_link_is_picked_by_its_name_and_put_in_at_the_cursor() {
    let mut console = english();
    console.run("2<enter>13800138000<enter>【云雀】go now<left><left><left><esc>a");
    assert_snapshot!("compose_pick_link_en", console.picture());
    console.run("coupon<enter>");
    assert!(console.picture().contains("【云雀】go dx5.cn/Cpn7Tz now"), "{}", console.picture());
}

#[test]
fn signatures_and_templates_are_offered_with_variables_as_we_write_them() {
    let mut console = english();
    console.run("2T");
    assert_snapshot!("compose_pick_template_en", console.picture());
    console.run("验证码<enter>");
    assert!(console.picture().contains("【云雀优选】您的验证码是{code}"), "{}", console.picture());
}

#[test]
fn a_message_with_a_link_begins_before_the_link() {
    let mut console = english();
    console.run("s13800138000<enter>【云雀】看<esc>");
    assert!(console.picture().contains("【云雀】看 dx5.cn/D1vipQ"), "{}", console.picture());
    console.run("1js");
    assert!(console.picture().contains("dx5.cn/Bf26Kq"), "{}", console.picture());
    assert!(kept(&console).iter().any(|draft| draft.text.contains("D1vipQ")), "the first message is kept");
}

#[test]
fn escape_and_going_elsewhere_lose_nothing() {
    let mut console = one(english());
    let before = console.picture();
    console.run("<esc><esc>1234<esc>2");
    let field = |picture: &str| picture.lines().skip(2).take(9).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(field(&console.picture()), field(&before));
    assert_eq!(kept(&console).len(), 1, "kept once, as nothing changed since");
}

#[test]
fn a_draft_says_when_it_was_kept() {
    let mut console = english();
    console.run("2<enter>138").pass(2);
    let id = kept(&console)[0].id;
    console.tell(Event::DraftSaved(id));
    assert!(console.picture().contains("draft saved 14:02"), "{}", console.picture());
    console.run("00<esc>").pass(2);
    assert_eq!(kept(&console).last().unwrap().id, id, "it is kept in its old place");
}

#[test]
fn a_draft_of_last_time_is_offered_at_the_start_and_taken_up_again() {
    let draft = Draft {
        to: Source::Typed("13800138000".to_owned()),
        recipients: 37,
        text: "【云雀】早".to_owned(),
        ..Draft::new(world::at("11-23 13:40"))
    };
    let mut console =
        Console::answering(letters::settings(Lang::En), Size::new(80, 24), move |request| match request {
            Request::Drafts => Some(Ok(Response::Drafts(vec![draft.clone()]))),
            other => letters::answer(other),
        });
    assert!(console.message().contains("Draft from 13:40 (37 recipients)"), "{}", console.message());
    console.run("2D");
    assert_snapshot!("compose_drafts_en", console.picture());
    console.run("<enter>");
    assert!(
        console.picture().contains("【云雀】早") && console.picture().contains("1 recipient"),
        "{}",
        console.picture()
    );
    console.run("Z");
    assert!(console.picture().contains("【云雀】早") && console.message().contains("once more"));
    console.run("Z");
    assert!(!console.picture().contains("【云雀】早"), "{}", console.picture());
}

#[test]
fn the_command_that_does_the_same_is_copied() {
    let mut console = one(english());
    console.run("Y");
    let copied = console.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.unwrap();
    assert!(
        copied.starts_with("yunque send --to 13800138000 --text '【云雀优选】") && copied.contains("--mobile-stat"),
        "{copied}"
    );
}

#[test]
fn a_key_press_with_a_hundred_thousand_recipients_takes_no_time() {
    let mut console = english();
    let numbers: Vec<String> = (0..100_000).map(|i| format!("139{i:08}")).collect();
    console.run("2<enter>").tell(Event::Pasted(numbers.join("\n")));
    console.pass(1);
    console.run("<enter>");
    let calls = console.ids.len();
    console.run("【云雀】hello");
    assert_eq!(console.ids.len(), calls, "typing the text asks nobody anything");
    assert!(console.app.next_wake().is_some_and(|wake| wake <= console.now + SignedDuration::from_secs(2)));
}

#[test]
fn a_failure_of_the_templates_is_said_once_and_asked_again() {
    let mut console = Console::answering(letters::settings(Lang::En), Size::new(80, 24), |request| match request {
        Request::Phrases => Some(Err(Failure::Busy)),
        other => letters::answer(other),
    });
    console.run("2");
    let calls = console.ids.len();
    console.run("T");
    assert_eq!(console.ids.len(), calls + 1);
    assert!(console.message().contains("nothing was done"));
}

#[test]
fn several_drafts_are_listed_switched_between_and_thrown_away() {
    let draft = |id: i64, name: &str| Draft {
        id: yunque::sms::DraftId(id),
        name: name.to_owned(),
        text: format!("【云雀优选】{name}"),
        to: Source::Typed("13800138000".to_owned()),
        recipients: 1,
        ..Draft::new(world::at("11-23 13:00"))
    };
    let drafts = vec![draft(1, "first"), draft(2, "second"), draft(3, "third")];
    let mut console =
        Console::answering(letters::settings(Lang::En), Size::new(80, 24), move |request| match request {
            Request::Drafts => Some(Ok(Response::Drafts(drafts.clone()))),
            Request::DiscardDraft(_) => None,
            other => letters::answer(other),
        });
    console.run("2D");
    for name in ["first", "second", "third"] {
        assert!(console.picture().contains(name), "{}", console.picture());
    }
    console.run("second<enter>");
    assert!(console.picture().contains("【云雀优选】second"), "{}", console.picture());
    console.run("Dthird<enter>");
    assert!(console.picture().contains("【云雀优选】third"), "{}", console.picture());
    console.run("Z");
    assert!(!console.open.iter().any(|(_, request)| matches!(request, Request::DiscardDraft(_))), "it asks first");
    console.run("Z");
    assert!(console.open.iter().any(|(_, request)| *request == Request::DiscardDraft(yunque::sms::DraftId(3))));
}

/// A worker whose store keeps drafts: what is saved is read again once [`arrive`] has said so.
fn keeping() -> (Console, Rc<RefCell<Vec<Draft>>>) {
    let disk = Rc::new(RefCell::new(Vec::new()));
    let read = Rc::clone(&disk);
    let console = Console::answering(letters::settings(Lang::En), Size::new(80, 24), move |request| match request {
        Request::Drafts => Some(Ok(Response::Drafts(read.borrow().clone()))),
        other => letters::answer(other),
    });
    (console, disk)
}

/// Everything that was to be kept is on disk now.
fn arrive(console: &mut Console, disk: &Rc<RefCell<Vec<Draft>>>) {
    let (drafts, others): (Vec<_>, Vec<_>) =
        std::mem::take(&mut console.effects).into_iter().partition(|effect| matches!(effect, Effect::SaveDraft(_)));
    console.effects = others;
    for effect in drafts {
        let Effect::SaveDraft(draft) = effect else { continue };
        let id = draft.id;
        disk.borrow_mut().retain(|known: &Draft| known.id != id);
        disk.borrow_mut().insert(0, draft);
        console.tell(Event::DraftSaved(id));
    }
}

#[test]
fn a_draft_taken_up_again_has_its_last_edits() {
    let (mut console, disk) = keeping();
    for text in ["first message", "second message"] {
        console.run(&format!("2<enter>13800138000<enter>{text}<esc>n"));
        arrive(&mut console, &disk);
        console.pass(2);
    }
    console.run("Dfirst<enter>").run("<end>G<enter> EDITED<esc>").pass(3);
    arrive(&mut console, &disk);
    console.run("Dsecond<enter>Dfirst<enter>");
    assert!(console.picture().contains("first message EDITED"), "{}", console.picture());
}

#[test]
fn a_draft_is_listed_at_once_with_its_recipients() {
    let (mut console, disk) = keeping();
    // Within the second and a half of the autosave, and before anything of it is on disk.
    console.run("2i13800138000<esc>n");
    assert!(console.run("D").picture().contains("1 recipient"), "{}", console.picture());
    console.run("<esc>r");
    assert!(console.run("D").picture().contains("1 recipient"), "a list without it was read meanwhile");
    console.run("<esc>");
    arrive(&mut console, &disk);
    console.run("rr");
    assert!(console.run("D").picture().contains("1 recipient"), "{}", console.picture());
    assert_eq!(console.picture().matches("1 recipient").count(), 1, "{}", console.picture());
    // Thrown away, it stays away, whatever a list says that was read before.
    console.run("<enter>ZZD");
    assert!(!console.picture().contains("1 recipient"), "{}", console.picture());
}

#[test]
fn a_variable_without_a_column_loses_nobody() {
    let mut console =
        Console::answering(letters::settings(Lang::En), Size::new(80, 24), move |request| match request {
            Request::Recipients { source: Source::File { path, .. }, variables } => {
                match variables.iter().find(|name| *name == "date" || *name == "shop") {
                    Some(name) => Some(Err(Problem::from(FileProblem::NoColumn {
                        path: path.clone(),
                        wanted: name.clone(),
                        found: "name".to_owned(),
                    })
                    .into())),
                    None => letters::answer(request),
                }
            }
            other => letters::answer(other),
        });
    console.run("2<enter>~/lists/vip-1212.csv<enter>【云雀优选】{name}，{date} {shop}到期 拒收请回复R<esc>").pass(2);
    assert!(console.picture().contains("12,312 recipients"), "{}", console.picture());
    assert!(console.message().contains("no column for {date} {shop}"), "{}", console.message());
    let picture = console.picture();
    assert!(
        !picture.contains("0 characters") && !picture.contains("¥0.00"),
        "no figures of a text nobody gets: {picture}"
    );
    console.run("s");
    assert!(console.message().contains("no column for {date} {shop}"), "{}", console.message());
    // Without them the text is one that can be sent.
    console.run("G<enter><ctrl-u>【云雀优选】{name}，今天到期 拒收请回复R<esc>").pass(2);
    console.run("s");
    assert!(console.picture().contains("Nothing has been sent"), "{}", console.picture());
}

/// The states that the tests above show in English.
#[test]
fn what_stands_in_english_above_stands_in_chinese_too() {
    assert_snapshot!("compose_paths_zh", chinese().run("2<enter>~/li<tab>").picture());
    assert_snapshot!("compose_missing_file_zh", chinese().run("2<enter>~/missing.csv<enter>【云雀】早<esc>").picture());
    let mut hostile = chinese();
    hostile.run("2<enter>13800138000<enter>");
    hostile.tell(Event::Pasted("【云雀】\u{1b}[2J\u{202e}txet\u{200b} 您好\r\n第二行".to_owned()));
    assert_snapshot!("compose_hostile_zh", hostile.run("<esc>").picture());
    let mut reading = Console::answering(letters::settings(Lang::ZhCn), Size::new(80, 24), |request| match request {
        Request::Recipients { .. } => None,
        other => letters::answer(other),
    });
    assert_snapshot!(
        "compose_reading_zh",
        reading.run("2<enter>~/lists/vip-1212.csv<enter>【云雀】您好<esc>s").picture()
    );
    assert_snapshot!(
        "compose_pick_link_zh",
        chinese().run("2<enter>13800138000<enter>【云雀】go now<left><left><left><esc>a").picture()
    );
    assert_snapshot!("compose_pick_template_zh", chinese().run("2T").picture());
}
