//! Where the operator was looking, across panes and restarts.
use yunque::app::{Effect, Event, Failure, Group, Outlook, PaneName, Request, Response, Size, SortBy, Subject};
use yunque::sms::CampaignId;
use yunque::words::Lang;

use crate::console::Console;
use crate::{pages, world};

const SMALL: Size = Size::new(80, 24);

fn answer(request: &Request) -> Option<Result<Response, Failure>> {
    match request {
        Request::Campaigns => Some(Ok(Response::Campaigns { list: pages::campaigns(), is_watched: true })),
        request => pages::answer(request),
    }
}

fn console() -> Console {
    Console::answering(world::settings(Lang::En), SMALL, answer)
}

/// The same console, started again with what the last one kept.
fn again(mut console: Console) -> Console {
    console.run("q");
    let outlook = console.kept.pop().expect("something was kept");
    Console::recalling(outlook, world::settings(Lang::En), SMALL, answer)
}

/// The row under the cursor.
fn selected(console: &Console) -> String {
    console.picture().lines().find(|line| line.starts_with('›')).unwrap_or_default().to_owned()
}

#[test]
fn the_link_and_the_filter_are_found_again_and_the_filter_says_what_it_hides() {
    let mut console = console();
    console.run("/e<enter>jj");
    let before = selected(&console);
    assert!(before.contains("dx5.cn/"), "{before}");
    let console = again(console);
    let picture = console.picture();
    assert_eq!(selected(&console), before);
    assert!(picture.contains("/ e") && picture.contains(" of 6, Esc shows all"), "{picture}");
}

#[test]
fn the_link_is_found_by_what_it_is_although_newer_ones_stand_above_it() {
    let mut console = console();
    console.run("jq");
    let outlook = console.kept.pop().expect("kept");
    let console = Console::recalling(outlook, world::settings(Lang::En), SMALL, |request| match request {
        Request::Links => {
            let mut links = world::links();
            links.insert(0, world::link("Zz9new", "a newer one", "11-23 14:03", "12-23 14:03", None));
            Some(Ok(Response::Links(links)))
        }
        request => answer(request),
    });
    assert!(selected(&console).contains("dx5.cn/Bf26Kq"), "{}", console.picture());
}

#[test]
fn a_link_that_is_gone_leaves_the_first_one_selected() {
    let mut outlook = Outlook::default();
    outlook.links.selected = Some(yunque::sms::Sid("Gone00".to_owned()));
    let console = Console::recalling(outlook, world::settings(Lang::En), SMALL, answer);
    assert!(selected(&console).contains("dx5.cn/D1vipQ"), "{}", console.picture());
}

#[test]
fn the_campaign_its_filter_and_the_pane_are_found_again() {
    let mut console = console();
    console.run("3/black<enter>");
    let before = selected(&console);
    let console = again(console);
    let picture = console.picture();
    assert!(picture.contains("[3 Campaigns]") && picture.contains("/ black"), "{picture}");
    assert!(picture.contains("1 of "), "{picture}");
    assert_eq!(selected(&console), before);
}

#[test]
fn the_open_page_of_a_campaign_is_open_again_unless_the_campaign_is_gone() {
    let mut console = console();
    console.run("3/black<enter><enter>");
    let before = console.picture();
    assert!(before.contains("finished  黑五预热"), "{before}");
    console.run("q");
    let outlook = console.kept.pop().expect("kept");
    let same = Console::recalling(outlook.clone(), world::settings(Lang::En), SMALL, answer);
    assert_eq!(same.picture(), before);
    let gone = Console::recalling(outlook, world::settings(Lang::En), SMALL, |request| match request {
        Request::Campaigns => {
            let list = pages::campaigns().into_iter().filter(|one| one.id != CampaignId(140)).collect();
            Some(Ok(Response::Campaigns { list, is_watched: true }))
        }
        request => answer(request),
    });
    assert!(!gone.app.outlook().campaigns.is_open, "another campaign's page is not opened in its place");
}

#[test]
fn the_field_of_compose_is_found_again_and_stays_when_the_kept_draft_is_taken_up() {
    let mut console = console();
    console.run("2G<enter>【云雀优选】您好<esc>");
    console.run("q");
    let draft = console.effects.iter().rev().find_map(|effect| match effect {
        Effect::SaveDraft(draft) => Some(draft.clone()),
        _ => None,
    });
    let (draft, outlook) = (draft.expect("a draft"), console.kept.pop().expect("kept"));
    let mut console = Console::recalling(outlook, world::settings(Lang::En), SMALL, move |request| match request {
        Request::Drafts => Some(Ok(Response::Drafts(vec![draft.clone()]))),
        request => answer(request),
    });
    assert!(selected(&console).starts_with("› Text"), "{}", console.picture());
    console.run("D<enter>");
    assert!(selected(&console).starts_with("› Text"), "{}", console.picture());
}

#[test]
fn whose_clicks_which_group_order_filter_and_number_are_found_again() {
    let mut console = console();
    console.run("3/c140<enter>c]oojj");
    let (before, picture) = (selected(&console), console.picture());
    assert!(picture.contains("[not clicked") && before.contains("****"), "{picture}");
    let console = again(console);
    assert_eq!(selected(&console), before);
    assert!(console.picture().contains("[not clicked"), "{}", console.picture());
    let clicks = console.app.outlook().clicks;
    assert_eq!((clicks.subject, clicks.group), (Some(Subject::Campaign(CampaignId(140))), Group::NotClicked));
    assert_eq!((clicks.arrangement.by, clicks.arrangement.is_reversed), (SortBy::Clicks, false));
}

#[test]
fn a_group_of_the_newest_campaign_holds_only_while_it_is_the_newest() {
    let mut console = console();
    console.run("4]q");
    let outlook = console.kept.pop().expect("kept");
    assert!(!outlook.clicks.is_chosen && outlook.clicks.group == Group::NotClicked, "{outlook:?}");
    let same = Console::recalling(outlook.clone(), world::settings(Lang::En), SMALL, answer);
    assert_eq!(same.app.outlook().clicks.group, Group::NotClicked);
    let other = Console::recalling(outlook, world::settings(Lang::En), SMALL, |request| match request {
        Request::Campaigns => {
            let list = pages::campaigns().into_iter().filter(|one| one.id == CampaignId(140)).collect();
            Some(Ok(Response::Campaigns { list, is_watched: true }))
        }
        request => answer(request),
    });
    let clicks = other.app.outlook().clicks;
    assert_eq!((clicks.subject, clicks.group), (Some(Subject::Campaign(CampaignId(140))), Group::Clicked));
}

#[test]
fn a_filter_of_numbers_is_seen_when_it_comes_back() {
    let mut console = console();
    console.run("4/0042<enter>");
    let console = again(console);
    assert!(console.picture().contains("/ 0042"), "{}", console.picture());
}

#[test]
fn it_is_kept_within_two_seconds_once_and_an_idle_console_keeps_nothing() {
    let mut console = console();
    assert_eq!(console.app.next_wake(), None, "nothing is to be kept of what nobody did");
    console.pass(60);
    assert!(console.kept.is_empty());
    console.run("jjj").pass(2);
    assert_eq!(console.kept.len(), 1);
    assert_eq!(console.app.next_wake(), None);
    console.pass(600).run("jk").pass(10);
    assert_eq!(console.kept.len(), 1, "what is as it was is not kept again");
    console.run("q");
    assert_eq!((console.kept.len(), console.effects.as_slice()), (1, [Effect::Quit].as_slice()));
}

#[test]
fn a_terminal_that_vanishes_loses_nothing_of_it() {
    for event in [Event::HungUp, Event::Terminated] {
        let mut console = console();
        console.run("3").tell(event);
        assert_eq!(console.kept.last().map(|outlook| outlook.pane), Some(PaneName::Campaigns));
        assert_eq!(console.effects, [Effect::Quit]);
    }
}

#[test]
fn nothing_is_kept_before_there_is_an_account() {
    let settings = yunque::app::Settings { is_first_run: true, ..world::settings(Lang::En) };
    let mut console = Console::with(settings, SMALL);
    console.run("j").pass(10).run("q");
    assert!(console.kept.is_empty());
}
