//! Pane 3: what was and is being sent: the list newest first, the selected campaign's life below it, and its whole page.
//!
//! ```text
//! Enter ─▶ Page (every line of a campaign's life)      p P X t u O o ─▶ Question ─Enter─▶ Request ─▶ the list is read again
//! N ─▶ one line ─Enter─▶ Request::Note                 c d s F ─▶ other panes
//! ```
//! Nothing here sends with one key: what sends or cannot be undone asks first, with the figures that are on screen.
mod life;
mod page;
mod question;
mod steer;
pub(in crate::app) mod view;

use jiff::{SignedDuration, Timestamp};

use life::{Life, Line};
use page::Page;
use question::Question;
use steer::Turn;

use crate::app::action::{Action, PaneName};
use crate::app::calls::Call;
use crate::app::editor::Editor;
use crate::app::filter::Filter;
use crate::app::keymap::Context;
use crate::app::list::{List, Step};
use crate::app::message::About;
use crate::app::outlook::CampaignsOutlook;
use crate::app::remote::Remote;
use crate::app::request::{CampaignPage, Failure, Request, Response};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::app::settings::Settings;
use crate::sms::{Campaign, CampaignId, CampaignState};
use crate::words::Lang;

/// How often is looked at what other processes do, while it is on screen: a campaign that one of them sends is read, else
/// the store's change mark alone. The store is local.
const ELSEWHERE: SignedDuration = SignedDuration::from_secs(5);

/// Who gets the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Focus {
    /// The list, or the open page.
    #[default]
    List,
    Note,
}

/// The pane's own state; the campaigns themselves are in [`crate::app::data::Data`].
#[derive(Debug)]
pub struct CampaignsPane {
    focus: Focus,
    filter: Filter,
    /// Indices into the campaigns, in the order shown.
    shown: Vec<usize>,
    list: List<CampaignId>,
    /// Whose page is held, and of which reading of the list.
    of: Option<(CampaignId, Option<Timestamp>)>,
    read: Remote<Option<Box<CampaignPage>>>,
    /// The whole page, when it is open.
    page: Option<Page>,
    /// The campaign whose page was open when the console was left last, until the list is read.
    recalled: Option<CampaignId>,
    question: Option<Question>,
    note: Editor,
    /// When the list is to be read again while it is on screen.
    due: Option<Timestamp>,
    /// When the store's change mark is to be looked at.
    look_due: Option<Timestamp>,
    /// When it was looked at last.
    looked_at: Option<Timestamp>,
    can: Can,
}

/// What the selected campaign can be asked for now, for the footer.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own, none rules another out")]
struct Can {
    turn: Option<Turn>,
    settle: bool,
    retry: bool,
    cancel: bool,
    hand_over: bool,
}

impl Default for CampaignsPane {
    fn default() -> Self {
        Self {
            focus: Focus::List,
            filter: Filter::default(),
            shown: Vec::new(),
            list: List::default(),
            of: None,
            read: Remote::Idle,
            page: None,
            recalled: None,
            question: None,
            note: Editor::line(""),
            due: None,
            look_due: None,
            looked_at: None,
            can: Can::default(),
        }
    }
}

fn listed<'a>(cx: &'a Cx<'_>) -> &'a [Campaign] {
    cx.data.campaigns.shown().map_or(&[], Vec::as_slice)
}

impl CampaignsPane {
    /// Selects a campaign, whatever the filter says.
    pub fn show(&mut self, id: CampaignId, cx: &mut Cx<'_>) {
        (self.focus, self.page, self.recalled, self.question) = (Focus::List, None, None, None);
        self.filter.clear();
        self.list.select(id);
        self.sync(cx);
    }

    fn selected<'a>(&self, cx: &'a Cx<'_>) -> Option<&'a Campaign> {
        cx.data.campaign(*self.list.key()?)
    }

    /// The selected campaign's page, once it is read.
    fn read_page(&self) -> Option<&CampaignPage> {
        let page = self.read.shown()?.as_deref()?;
        (Some(&page.campaign.id) == self.list.key()).then_some(page)
    }

    /// Where the operator is looking.
    pub fn outlook(&self) -> CampaignsOutlook {
        let is_open = self.page.is_some() || self.recalled.is_some();
        CampaignsOutlook { filter: self.filter.text(), selected: self.list.kept().copied(), is_open }
    }

    /// Looks there again.
    pub fn recall(&mut self, outlook: &CampaignsOutlook) {
        self.filter.recall(&outlook.filter);
        self.list.recall(outlook.selected);
        self.recalled = outlook.selected.filter(|_| outlook.is_open);
    }

    /// Opens the page that was open when the console was left last, if its campaign is still there.
    fn open_again(&mut self, cx: &Cx<'_>) {
        if cx.data.campaigns.shown().is_none() {
            return;
        }
        let recalled = self.recalled.take();
        if recalled.is_some() && recalled.as_ref() == self.list.key() && self.page.is_none() {
            self.page = Some(Page::default());
        }
    }

    /// Filters, and finds the selected campaign again.
    fn arrange(&mut self, cx: &Cx<'_>) {
        let list = listed(cx);
        self.shown = self.filter.leaves((0..list.len()).collect(), |i| {
            let one = &list[i];
            format!("{} {} {} {}", one.id, one.name, one.by, one.text)
        });
        let height = view::list_rows(cx.layout(), self.filter.is_on());
        self.list.sync(self.shown.len(), height, |row| list[self.shown[row]].id);
    }

    fn step(&mut self, step: Step, cx: &mut Cx<'_>) {
        let list = listed(cx);
        self.list.step(step, self.shown.len(), |row| list[self.shown[row]].id);
        self.read(cx);
        self.look_at_what_can_be_done(cx);
    }

    /// Reads the selected campaign's page: when another is selected, and when the list was read again.
    fn read(&mut self, cx: &mut Cx<'_>) {
        let Some(id) = self.list.key().copied() else { return };
        let wanted = Some((id, cx.data.campaigns.at()));
        if self.of == wanted {
            return;
        }
        if self.of.is_none_or(|(before, _)| before != id) {
            self.read = Remote::Idle;
        }
        self.of = wanted;
        self.read.load();
        cx.ask(Request::Campaign(id));
    }

    /// The lines of the open page, of what is known now.
    fn lay_out(&mut self, cx: &Cx<'_>) {
        let (Some(id), true) = (self.list.key().copied(), self.page.is_some()) else { return };
        let Some(campaign) = cx.data.campaign(id) else { return };
        let life = Life {
            campaign,
            page: self.read_page(),
            progress: cx.data.progress.get(&id),
            looked: cx.data.looked.get(&id).copied(),
            is_watched: cx.data.is_watched,
            when: cx.when(),
            keymap: cx.keymap,
            widths: cx.widths(),
            cells: view::text_cells(cx.layout()),
        };
        let lines = life.whole();
        if let Some(page) = &mut self.page {
            page.lay_out(lines, view::page_rows(cx.layout()));
        }
    }

    /// When what another process does may show: its campaign runs, a schedule comes, the records may tell.
    fn look_ahead(&mut self, cx: &Cx<'_>) {
        let Some(read_at) = cx.data.campaigns.at().filter(|_| !cx.data.campaigns.is_loading()) else {
            (self.due, self.look_due) = (None, None);
            return;
        };
        let is_elsewhere = |one: &&Campaign| {
            let is_ours = cx.data.progress.get(&one.id).is_some_and(|ours| ours.state == CampaignState::Running);
            one.state == CampaignState::Running && !is_ours && one.owner.as_ref().is_some_and(|owner| owner.is_alive)
        };
        let running = listed(cx).iter().find(is_elsewhere).map(|_| read_at + ELSEWHERE);
        let starts =
            listed(cx).iter().filter(|one| one.state == CampaignState::Scheduled).filter_map(|one| one.starts_at);
        let settles = self.read_page().and_then(|page| page.settles_at);
        self.due = starts.chain(settles).map(|at| at + ELSEWHERE).filter(|at| *at > read_at).chain(running).min();
        self.look_due = Some(self.looked_at.map_or(read_at, |looked| looked.max(read_at)) + ELSEWHERE);
    }

    fn look_at_what_can_be_done(&mut self, cx: &Cx<'_>) {
        self.can = self.selected(cx).map_or_else(Can::default, |campaign| Can {
            turn: Turn::of(campaign, cx),
            settle: campaign.counts.unknown > 0,
            retry: self.read_page().is_some_and(|page| page.retryable > 0),
            cancel: !matches!(campaign.state, CampaignState::Finished | CampaignState::Cancelled),
            hand_over: question::can_be_left(campaign, question::is_ours(campaign, cx)),
        });
    }

    fn apply_to_filter(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if self.filter.apply(action) {
            self.sync(cx);
        } else {
            let Some(step) = Step::of(action) else { return Applied::No };
            self.step(step, cx);
        }
        Applied::Yes
    }

    fn apply_to_note(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            // What was typed stays for the next `N`.
            Action::Back => self.focus = Focus::List,
            Action::Open => {
                if let Some(id) = self.list.key().filter(|_| !self.note.text().trim().is_empty()) {
                    cx.ask(Request::Note(*id, self.note.text().trim().to_owned()));
                }
                self.focus = Focus::List;
            }
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn apply_to_list(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if let Some(step) = Step::of(action) {
            match &mut self.page {
                Some(page) => page.step(step),
                None => self.step(step, cx),
            }
            return Applied::Yes;
        }
        match action {
            Action::Open if self.page.is_none() && self.selected(cx).is_some() => self.page = Some(Page::default()),
            Action::Back if self.page.is_some() => self.page = None,
            Action::Back if self.filter.is_on() => self.filter.clear(),
            Action::Filter if self.page.is_none() => self.filter.begin(),
            Action::Refresh => cx.refresh(Request::Campaigns),
            action => return self.steer(action, cx),
        }
        self.sync(cx);
        Applied::Yes
    }
}

impl Scene for CampaignsPane {
    fn context(&self) -> Context {
        Context::Pane(PaneName::Campaigns)
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        // What colleagues did meanwhile.
        if !cx.data.campaigns.is_loading() {
            cx.refresh(Request::Campaigns);
        }
    }

    fn sync(&mut self, cx: &mut Cx<'_>) {
        self.arrange(cx);
        self.open_again(cx);
        if self.list.key().is_some() {
            cx.log.is_over(About::Selection);
        }
        self.read(cx);
        self.look_at_what_can_be_done(cx);
        self.lay_out(cx);
        self.look_ahead(cx);
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if self.question.is_some() {
            return self.answer(action, cx);
        }
        match self.focus {
            Focus::List if self.filter.is_typing() => self.apply_to_filter(action, cx),
            Focus::List => self.apply_to_list(action, cx),
            Focus::Note => self.apply_to_note(action, cx),
        }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        match self.focus {
            Focus::List => self.filter.is_typing().then_some(self.filter.field_mut()),
            Focus::Note => Some(&mut self.note),
        }
    }

    fn is_typing(&self) -> bool {
        self.focus == Focus::Note || self.filter.is_typing()
    }

    fn edited(&mut self, cx: &mut Cx<'_>) {
        if self.focus == Focus::List {
            self.arrange(cx);
            self.step(Step::First, cx);
        }
    }

    fn replied(&mut self, call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        self.heard(call, outcome, cx);
    }

    fn next_wake(&self, _settings: &Settings) -> Option<Timestamp> {
        self.due.into_iter().chain(self.look_due).min()
    }

    fn woke(&mut self, cx: &mut Cx<'_>) {
        if self.due.is_some_and(|due| due <= cx.now) {
            cx.refresh(Request::Campaigns);
        } else if self.look_due.is_some_and(|due| due <= cx.now) {
            self.looked_at = Some(cx.now);
            cx.refresh(Request::Changes);
        }
        self.look_ahead(cx);
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        if self.question.is_some() {
            return vec![
                Hint::new(Action::Back, lang.campaigns_hint_no()),
                Hint::new(Action::Right, lang.campaigns_hint_choose()),
                Hint::new(Action::Open, lang.campaigns_hint_answer()),
            ];
        }
        match self.focus {
            Focus::List if self.filter.is_typing() => vec![
                Hint::new(Action::Open, lang.campaigns_hint_keep_filter()),
                Hint::new(Action::Back, lang.campaigns_hint_all()),
            ],
            Focus::Note => vec![
                Hint::new(Action::Open, lang.campaigns_hint_write()),
                Hint::new(Action::Back, lang.app_hint_back()),
            ],
            Focus::List if self.list.key().is_none() => vec![
                Hint::of(Action::GoTo(PaneName::Links), lang),
                Hint::of(Action::GoTo(PaneName::Compose), lang),
                Hint::new(Action::Palette, lang.app_hint_palette()),
            ],
            Focus::List => {
                let first = match self.page {
                    Some(_) => Hint::new(Action::Back, lang.app_hint_back()),
                    None => Hint::of(Action::Open, lang),
                };
                let can = self.can;
                let turn = can.turn.map(|turn| match turn {
                    Turn::Pause => Hint::new(Action::PauseOrResume, lang.campaigns_hint_pause()),
                    Turn::Resume => Hint::new(Action::PauseOrResume, lang.campaigns_hint_resume()),
                });
                let settle = can.settle.then(|| Hint::new(Action::Settle, lang.campaigns_hint_settle()));
                let retry = can.retry.then(|| Hint::new(Action::Retry, lang.campaigns_hint_retry()));
                // What comes first is kept where it is tight; the commands name the rest.
                [Some(first), turn, settle, retry]
                    .into_iter()
                    .flatten()
                    .chain([Hint::of(Action::Clicks, lang), Hint::new(Action::Palette, lang.app_hint_palette())])
                    .chain(can.cancel.then(|| Hint::new(Action::CancelCampaign, lang.campaigns_hint_cancel())))
                    .chain([
                        Hint::new(Action::Duplicate, lang.campaigns_hint_duplicate()),
                        Hint::new(Action::Note, lang.campaigns_hint_note()),
                        Hint::of(Action::Export, lang),
                        Hint::new(Action::Filter, lang.app_hint_filter()),
                    ])
                    .chain(can.hand_over.then(|| Hint::new(Action::HandOver, lang.campaigns_hint_hand_over())))
                    .collect()
            }
        }
    }
}
