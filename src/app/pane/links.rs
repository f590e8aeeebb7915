//! Pane 1: the short links: the list newest first, a filter, a form for a new one, and what can be done with one.
//!
//! ```text
//! n ─▶ LinkForm ─Enter─▶ Request::Shorten ─▶ Shortened: selected, "s writes a message with it"
//! s ─▶ Action::MessageWith(sid)      c ─▶ Action::ShowClicks(sid)      y copies, Q shows a QR code, z puts away
//! ```
mod form;
pub(in crate::app) mod view;

use form::LinkForm;

use crate::app::action::{Action, PaneName};
use crate::app::calls::Call;
use crate::app::editor::Editor;
use crate::app::filter::Filter;
use crate::app::keymap::Context;
use crate::app::list::{List, Step};
use crate::app::message::{About, Tone};
use crate::app::outlook::LinksOutlook;
use crate::app::overlay::{Overlay, Qr};
use crate::app::request::{Failure, Request, Response};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::sms::{Link, Sid};
use crate::words::Lang;

/// Who gets the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Focus {
    #[default]
    List,
    Form,
}

/// The pane's own state; the links themselves are in [`crate::app::data::Data`].
#[derive(Debug)]
pub struct LinksPane {
    focus: Focus,
    filter: Filter,
    /// Indices into the links, in the order shown.
    shown: Vec<usize>,
    list: List<Sid>,
    has_archived: bool,
    form: LinkForm,
}

impl Default for LinksPane {
    fn default() -> Self {
        Self {
            focus: Focus::List,
            filter: Filter::default(),
            shown: Vec::new(),
            list: List::default(),
            has_archived: false,
            form: LinkForm::create(),
        }
    }
}

impl LinksPane {
    /// The selected link.
    fn selected<'a>(&self, cx: &'a Cx<'_>) -> Option<&'a Link> {
        cx.data.link(self.list.key()?)
    }

    /// Selects a link, whatever the filter says.
    pub fn show(&mut self, sid: Sid, cx: &mut Cx<'_>) {
        self.focus = Focus::List;
        self.filter.clear();
        self.has_archived |= cx.data.link(&sid).is_some_and(|link| link.is_archived);
        self.list.select(sid);
        self.sync(cx);
    }

    /// Filters, and finds the selected link again.
    fn arrange(&mut self, cx: &Cx<'_>) {
        let links: &[Link] = cx.data.links.shown().map_or(&[], Vec::as_slice);
        let listed = (0..links.len()).filter(|i| self.has_archived || !links[*i].is_archived).collect();
        self.shown = self.filter.leaves(listed, |i| haystack(&links[i]));
        let height = view::list_rows(cx.layout(), self.filter.is_on());
        self.list.sync(self.shown.len(), height, |row| links[self.shown[row]].short.sid.clone());
    }

    fn step(&mut self, step: Step, cx: &mut Cx<'_>) {
        let links: &[Link] = cx.data.links.shown().map_or(&[], Vec::as_slice);
        let before = self.list.key().cloned();
        self.list.step(step, self.shown.len(), |row| links[self.shown[row]].short.sid.clone());
        if self.list.key() != before.as_ref() {
            cx.log.is_over(About::Selection);
        }
    }

    /// Where the operator is looking.
    pub fn outlook(&self) -> LinksOutlook {
        let selected = self.list.kept().cloned();
        LinksOutlook { filter: self.filter.text(), selected, has_archived: self.has_archived }
    }

    /// Looks there again.
    pub fn recall(&mut self, outlook: LinksOutlook) {
        self.filter.recall(&outlook.filter);
        self.list.recall(outlook.selected);
        self.has_archived = outlook.has_archived;
    }

    /// What is done with the selected link; says so when there is none.
    fn with_selected(&mut self, cx: &mut Cx<'_>, act: impl FnOnce(&mut Self, Link, &mut Cx<'_>)) {
        match self.selected(cx).cloned() {
            Some(link) => act(self, link, cx),
            None => cx.say_about(About::Selection, Tone::Waits, |lang| lang.links_none_selected().to_owned()),
        }
    }

    fn apply_to_list(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if let Some(step) = Step::of(action) {
            self.step(step, cx);
            return Applied::Yes;
        }
        match action {
            Action::New => {
                if !self.form.is_for_new() {
                    self.form = LinkForm::create();
                }
                self.focus = Focus::Form;
            }
            Action::Retag => self.with_selected(cx, |pane, link, _| {
                pane.form = LinkForm::change(&link);
                pane.focus = Focus::Form;
            }),
            Action::Filter => self.filter.begin(),
            Action::Back if self.filter.is_on() => self.filter.clear(),
            Action::Message => self.with_selected(cx, |_, link, cx| cx.wish(Action::MessageWith(link.short.sid))),
            Action::Clicks | Action::Open => {
                self.with_selected(cx, |_, link, cx| cx.wish(Action::ShowClicks(link.short.sid)));
            }
            Action::Copy => self.with_selected(cx, |_, link, cx| cx.copy(link.short.short_url)),
            Action::CopyCommand => self.with_selected(cx, |_, link, cx| {
                cx.copy(format!("yunque stat {}", link.short.sid));
            }),
            Action::ShowQr => self.with_selected(cx, |_, link, cx| match Qr::of(&link.short.short_url) {
                Some(code) => cx.open(Overlay::Qr(code)),
                None => cx.say(Tone::Failed, |lang| lang.links_qr_too_long().to_owned()),
            }),
            Action::Archive => self.with_selected(cx, |_, link, cx| {
                cx.ask(Request::Archive(link.short.sid, !link.is_archived));
            }),
            Action::ToggleArchived => self.has_archived = !self.has_archived,
            Action::Refresh => cx.refresh(Request::Links),
            _ => return Applied::No,
        }
        self.arrange(cx);
        Applied::Yes
    }

    fn apply_to_filter(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if self.filter.apply(action) {
            self.arrange(cx);
        } else {
            let Some(step) = Step::of(action) else { return Applied::No };
            self.step(step, cx);
        }
        Applied::Yes
    }

    fn apply_to_form(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            // What was typed stays for the next `n`.
            Action::Back => self.focus = Focus::List,
            Action::NextArea | Action::Down => self.form.step(true),
            Action::PreviousArea | Action::Up => self.form.step(false),
            Action::Open => self.form.submit(cx),
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn shortened(&mut self, link: Link, cx: &mut Cx<'_>) {
        let sid = link.short.sid.clone();
        cx.data.put_link(link, cx.now);
        self.form = LinkForm::create();
        self.show(sid, cx);
        cx.say_about(About::Selection, Tone::Done, |lang| lang.links_made().to_owned());
        cx.refresh(Request::Links);
    }
}

/// What the filter looks at: alias, tags, address, short address.
fn haystack(link: &Link) -> String {
    format!("{} {} {} {}", link.short.name, link.tags.join(" "), link.short.bare(), link.short.long_url)
}

impl Scene for LinksPane {
    fn context(&self) -> Context {
        Context::Pane(PaneName::Links)
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match self.focus {
            Focus::List if self.filter.is_typing() => self.apply_to_filter(action, cx),
            Focus::List => self.apply_to_list(action, cx),
            Focus::Form => self.apply_to_form(action, cx),
        }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        match self.focus {
            Focus::List => self.filter.is_typing().then_some(self.filter.field_mut()),
            Focus::Form => self.form.field_mut(),
        }
    }

    fn is_typing(&self) -> bool {
        match self.focus {
            Focus::List => self.filter.is_typing(),
            Focus::Form => self.form.is_typing(),
        }
    }

    fn edited(&mut self, cx: &mut Cx<'_>) {
        match self.focus {
            Focus::List => {
                self.arrange(cx);
                self.step(Step::First, cx);
            }
            Focus::Form => self.form.edited(),
        }
    }

    fn sync(&mut self, cx: &mut Cx<'_>) {
        let had_none = self.list.key().is_none();
        self.arrange(cx);
        if had_none && self.list.key().is_some() {
            cx.log.is_over(About::Selection);
        }
    }

    fn replied(&mut self, call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        let is_of_form = matches!(call.request, Request::Shorten { .. } | Request::Retag { .. });
        if is_of_form {
            self.form.answered();
        }
        match (outcome, &call.request) {
            (Ok(Response::Shortened(link)), _) => self.shortened(*link, cx),
            (Ok(_), Request::Retag { .. }) => {
                self.form = LinkForm::create();
                self.focus = Focus::List;
                cx.say(Tone::Done, |lang| lang.links_changed().to_owned());
                cx.refresh(Request::Links);
            }
            (Ok(_), Request::Archive(_, is_archived)) => {
                let is_archived = *is_archived;
                cx.say(Tone::Done, |lang| {
                    if is_archived { lang.links_archived() } else { lang.links_unarchived() }.to_owned()
                });
                cx.refresh(Request::Links);
            }
            // The form keeps what was typed.
            (Err(failure), _) => cx.say_failure(&failure),
            (Ok(_), _) => {}
        }
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        match self.focus {
            Focus::List if self.filter.is_typing() => vec![
                Hint::new(Action::Open, lang.links_hint_keep()),
                Hint::new(Action::Back, lang.links_hint_all()),
                Hint::new(Action::Down, lang.help_next()),
            ],
            Focus::List if self.list.key().is_none() => vec![
                Hint::of(Action::New, lang),
                Hint::of(Action::GoTo(PaneName::Compose), lang),
                Hint::new(Action::Palette, lang.app_hint_palette()),
            ],
            Focus::List => vec![
                Hint::of(Action::New, lang),
                Hint::of(Action::Message, lang),
                Hint::of(Action::Clicks, lang),
                Hint::of(Action::Copy, lang),
                Hint::new(Action::Filter, lang.app_hint_filter()),
                Hint::new(Action::Palette, lang.app_hint_palette()),
                Hint::of(Action::ShowQr, lang),
                Hint::of(Action::Archive, lang),
                Hint::of(Action::Retag, lang),
            ],
            Focus::Form => self.form.hints(lang),
        }
    }
}
