//! Pane 4: who clicked. Shows the last look at once, then looks again by itself while it is on screen, in step with the
//! vendor's ten minutes; while a look is under way or has failed, what was shown stays.
//!
//! ```text
//! shown ─▶ ClicksSeen (the store's) ─▶ Clicks (the API's) ─▶ … due: Clicks again … ─▶ left: MarkSeen, no wake-up
//! [ ] another group: ClicksSeen        / o: Request::Arrange        c: whose clicks
//! ```
mod figures;
mod graph;
mod people;
mod table;
pub(in crate::app) mod view;

use jiff::Timestamp;

use table::Table;

use crate::app::action::{Action, PaneName};
use crate::app::calls::Call;
use crate::app::editor::Editor;
use crate::app::keymap::Context;
use crate::app::list::Step;
use crate::app::message::Tone;
use crate::app::outlook::ClicksOutlook;
use crate::app::overlay::{Entry, Overlay, Pick};
use crate::app::remote::Remote;
use crate::app::request::{ClickPage, Export, Failure, Group, Request, Response, Subject};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::app::settings::Settings;
use crate::app::when::When;
use crate::sms::{CampaignState, ClickSource, visible};
use crate::words::Lang;

/// The vendor counts anew about every ten minutes (`api/yunpian-v2.md` §4).
const VENDOR_SECONDS: i64 = 600;
/// So many numbers can be carried to Compose by hand; more go by a file.
const MOST_CARRIED: usize = 10_000;

/// Whose clicks are shown, and what is known of them.
#[derive(Debug, Default)]
pub struct ClicksPane {
    subject: Option<Subject>,
    /// The operator chose it; otherwise the newest campaign is shown whenever the pane is.
    is_chosen: bool,
    group: Group,
    /// Where the operator was looking when the console was left; holds for the same subject only.
    recalled: Option<ClicksOutlook>,
    page: Remote<Option<Box<ClickPage>>>,
    /// An answer whose order is not known yet.
    coming: Option<Box<ClickPage>>,
    table: Table,
    is_filtering: bool,
    /// A fresh look is wanted as soon as the store has answered.
    wants_look: bool,
    /// When the API last answered, well or not.
    asked_at: Option<Timestamp>,
    /// When this visit began to compare, and how many had clicked then.
    before: Option<(Timestamp, u64)>,
}

impl ClicksPane {
    /// Shows whose clicks: what the store has at once, then a fresh look.
    pub fn show(&mut self, subject: Subject, cx: &mut Cx<'_>) {
        self.is_chosen = true;
        self.turn_to(subject, cx);
    }

    fn turn_to(&mut self, subject: Subject, cx: &mut Cx<'_>) {
        if self.subject.as_ref() != Some(&subject) {
            self.left(cx);
            (self.page, self.coming, self.asked_at, self.before) = (Remote::Idle, None, None, None);
            let recalled = self.recalled.take().filter(|recalled| recalled.subject.as_ref() == Some(&subject));
            self.group = recalled.as_ref().map_or(Group::Clicked, |recalled| recalled.group);
            self.table.clear();
            self.table.recall(recalled.and_then(|recalled| recalled.selected));
            self.subject = Some(subject);
        }
        self.wants_look = true;
        self.read(cx);
    }

    /// Where the operator is looking.
    pub fn outlook(&self) -> ClicksOutlook {
        let arrangement = self.table.arrangement().clone();
        match &self.recalled {
            Some(recalled) => ClicksOutlook { arrangement, ..recalled.clone() },
            None => ClicksOutlook {
                subject: self.subject.clone(),
                is_chosen: self.is_chosen,
                group: self.group,
                arrangement,
                selected: self.table.kept(),
            },
        }
    }

    /// Looks there again, as soon as the pane is shown.
    pub fn recall(&mut self, outlook: ClicksOutlook) {
        self.is_chosen = outlook.is_chosen && outlook.subject.is_some();
        self.table.recall_arrangement(outlook.arrangement.clone());
        self.recalled = outlook.subject.is_some().then_some(outlook);
    }

    /// Whose clicks to show when the operator has named nobody's just now.
    fn wanted(&self, cx: &Cx<'_>) -> Option<Subject> {
        let chosen = || self.recalled.as_ref()?.subject.clone();
        let newest = if self.is_chosen { self.subject.clone().or_else(chosen) } else { Self::newest(cx) };
        newest.or_else(|| self.subject.clone())
    }

    /// Reads the store's last look.
    fn read(&mut self, cx: &mut Cx<'_>) {
        if let Some(subject) = self.subject.clone() {
            self.page.load();
            cx.ask(Request::ClicksSeen(subject, self.group));
        }
    }

    /// Asks the API.
    fn look(&mut self, cx: &mut Cx<'_>) {
        if let Some(subject) = self.subject.clone() {
            self.wants_look = false;
            self.page.load();
            cx.ask(Request::Clicks(subject, self.group));
        }
    }

    /// What is shown.
    fn shown_page(&self) -> Option<&ClickPage> {
        self.page.shown()?.as_deref()
    }

    /// When to look again by itself: the configured time after the last look, at the vendor's next ten-minute mark when
    /// that comes first; never while a look is under way.
    fn due(&self, settings: &Settings) -> Option<Timestamp> {
        let is_idle = !self.page.is_loading() && self.coming.is_none() && settings.refresh_seconds > 0;
        let asked = self.asked_at.filter(|_| is_idle)?;
        let after = asked.as_second() + i64::from(settings.refresh_seconds.max(5));
        let mark = (asked.as_second() / VENDOR_SECONDS + 1) * VENDOR_SECONDS;
        Timestamp::from_second(after.min(mark.max(asked.as_second() + 5))).ok()
    }

    /// For the status line: `clicks 14:08, next 14:18`.
    #[must_use]
    ///
    /// The next look is promised while the pane `is_watched`: nobody looks behind other screens.
    pub fn age(&self, settings: &Settings, when: &When<'_>, is_watched: bool) -> Option<String> {
        let asked = when.stamp(self.shown_page()?.as_of);
        Some(match self.due(settings) {
            _ if self.has_failed() => when.lang.clicks_age_failed(asked),
            Some(next) if is_watched => when.lang.clicks_age_next(asked, when.stamp(next)),
            _ => when.lang.clicks_age(asked),
        })
    }

    /// Whether the last look failed, so that what is shown is older than it seems.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        self.page.error().is_some()
    }

    /// The newest campaign that carries a link of ours and has begun, else the newest link.
    fn newest(cx: &Cx<'_>) -> Option<Subject> {
        let has_begun = |state| !matches!(state, CampaignState::Draft | CampaignState::Scheduled);
        let campaigns = cx.data.campaigns.shown()?;
        let mut with_link =
            campaigns.iter().filter(|one| !one.link_sids.is_empty() && !one.is_test && has_begun(one.state));
        let newest_link = || cx.data.links.shown()?.iter().find(|link| !link.is_archived);
        match with_link.next() {
            Some(campaign) => Some(Subject::Campaign(campaign.id)),
            None => newest_link().map(|link| Subject::Link(link.short.sid.clone())),
        }
    }

    /// A page came: it is shown at once in its own order, else as soon as its arrangement is known.
    fn came(&mut self, page: Box<ClickPage>, cx: &mut Cx<'_>) {
        if self.before.is_none() {
            self.before = Some((page.as_of, page.totals.clickers));
        }
        if self.table.is_natural() {
            self.table.show_natural(&page);
            self.page.settle(Ok(Some(page)), cx.now);
        } else {
            cx.ask(self.table.arrange(&page));
            self.coming = Some(page);
        }
    }

    /// Another order or filter of what is shown (or of what is coming).
    fn arrange(&mut self, cx: &mut Cx<'_>) {
        let Some(page) = self.coming.as_deref().or(self.page.shown().and_then(|page| page.as_deref())) else { return };
        cx.ask(self.table.arrange(page));
    }

    fn arranged(&mut self, outcome: Result<Response, Failure>, generation: u64, cx: &mut Cx<'_>) {
        if !self.table.is_newest(generation) {
            return;
        }
        let coming = self.coming.take();
        match (outcome, coming) {
            (Ok(Response::Arranged { order, .. }), coming) => {
                if let Some(page) = coming {
                    self.page.settle(Ok(Some(page)), cx.now);
                }
                self.table.show(order);
            }
            (outcome, coming) => {
                if let Err(failure) = outcome {
                    cx.say_failure(&failure);
                }
                // Better in another order than not at all.
                if let Some(page) = coming {
                    self.table.show_natural(&page);
                    self.page.settle(Ok(Some(page)), cx.now);
                }
            }
        }
    }

    fn step(&mut self, step: Step) {
        if let Some(page) = self.page.shown().and_then(|page| page.as_deref()) {
            self.table.step(step, &page.table.rows);
        }
    }

    /// Whether there is a group before the shown one, and one after it.
    fn groups_beside(&self) -> [bool; 2] {
        let has_groups =
            self.shown_page().is_some_and(|page| page.campaign.is_some() && page.source != ClickSource::TotalOnly);
        let [first, .., last] = Group::ALL;
        [has_groups && self.group != first, has_groups && self.group != last]
    }

    fn turn_group(&mut self, is_forward: bool, cx: &mut Cx<'_>) {
        let [before, after] = self.groups_beside();
        let has_groups = if is_forward { after } else { before };
        let at = Group::ALL.into_iter().position(|group| group == self.group).unwrap_or_default();
        let next = if is_forward { at + 1 } else { at.wrapping_sub(1) };
        if let (Some(group), true) = (Group::ALL.get(next), has_groups) {
            self.group = *group;
            self.coming = None;
            self.read(cx);
        }
    }

    /// Begins a message to everybody who is listed.
    fn write_to_them(&self, cx: &mut Cx<'_>) {
        let Some(page) = self.shown_page().filter(|_| self.table.len() > 0) else {
            return cx.say(Tone::Waits, |lang| lang.clicks_nobody_to_write().to_owned());
        };
        let count = self.table.len();
        if count > MOST_CARRIED {
            return cx.say(Tone::Waits, |lang| lang.clicks_too_many(count as u64));
        }
        cx.wish(Action::MessageTo(self.table.everybody(&page.table.rows)));
    }

    fn apply_to_table(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if let Some(step) = Step::of(action) {
            self.step(step);
            return Applied::Yes;
        }
        match action {
            Action::Clicks => {
                let pick = Pick::new(subjects(cx), Lang::clicks_pick_title);
                cx.open(Overlay::Pick(pick));
            }
            _ if self.subject.is_none() => return Applied::No,
            Action::Refresh => self.look(cx),
            Action::Left => self.turn_group(false, cx),
            Action::Right => self.turn_group(true, cx),
            Action::Sort => {
                self.table.sort_next();
                self.arrange(cx);
            }
            Action::Filter => self.is_filtering = true,
            Action::Back if !self.table.filter.is_empty() => self.clear_filter(cx),
            Action::Message => self.write_to_them(cx),
            Action::Open => {
                if let Some(mobile) = self.table.selected() {
                    cx.wish(Action::FindNumber(mobile));
                }
            }
            Action::Export => {
                if let Some(subject) = self.subject.clone() {
                    cx.ask(Request::Export(Export::Clicks { subject, group: self.group }));
                }
            }
            Action::Copy => {
                if let Some(mobile) = self.table.selected() {
                    cx.copy(if cx.settings.is_masked { mobile.masked() } else { mobile.wire() });
                }
            }
            Action::CopyCommand => match &self.subject {
                Some(Subject::Link(sid)) => cx.copy(format!("yunque clicks {sid}")),
                Some(Subject::Campaign(id)) => cx.copy(format!("yunque clicks --campaign {id}")),
                None => {}
            },
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn clear_filter(&mut self, cx: &mut Cx<'_>) {
        self.table.filter.set("");
        if self.table.filter_typed() {
            self.arrange(cx);
        }
    }

    fn apply_to_filter(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            Action::Open => self.is_filtering = false,
            Action::Back => {
                self.is_filtering = false;
                self.clear_filter(cx);
            }
            action => {
                let Some(step) = Step::of(action) else { return Applied::No };
                self.step(step);
            }
        }
        Applied::Yes
    }

    /// The answer to a look: the store's or the API's.
    fn looked(&mut self, is_fresh: bool, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        // Nobody looks on by themselves after Escape: the next look is the one that is due.
        let is_given_up = outcome.as_ref().is_err_and(|failure| *failure == Failure::Cancelled);
        if is_fresh || is_given_up {
            self.asked_at = Some(cx.now);
        }
        match outcome {
            Ok(Response::Clicks(Some(page))) => self.came(page, cx),
            Ok(Response::Clicks(None)) => self.page.settle(Ok(None), cx.now),
            Ok(_) => self.page.settle(Err(Failure::Panicked), cx.now),
            Err(failure) => {
                cx.say_failure(&failure);
                self.page.settle(Err(failure), cx.now);
            }
        }
        if is_given_up {
            self.wants_look = false;
        }
        if self.wants_look && !is_fresh {
            self.look(cx);
        }
    }
}

/// Whose clicks can be shown: every campaign with a link, every link; newest first.
fn subjects(cx: &Cx<'_>) -> Vec<Entry> {
    let lang = cx.lang;
    let entry = |text: String, kind: &'static str, action| Entry {
        key: String::new(),
        text: visible(&text).into_owned(),
        kind: kind.into(),
        action: Some(action),
    };
    let campaigns = cx.data.campaigns.shown().into_iter().flatten().filter(|one| !one.link_sids.is_empty());
    let links = cx.data.links.shown().into_iter().flatten();
    let of_campaigns = campaigns.map(|one| {
        let text = format!("{}  {}", one.id, one.name);
        entry(text, lang.help_campaign(), Action::ShowCampaignClicks(one.id))
    });
    let of_links = links.map(|link| {
        let text = format!("{}  {}", link.short.bare(), link.short.name);
        entry(text, lang.help_link(), Action::ShowClicks(link.short.sid.clone()))
    });
    of_campaigns.chain(of_links).collect()
}

impl Scene for ClicksPane {
    fn context(&self) -> Context {
        Context::Pane(PaneName::Clicks)
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        // What is new is new since the last visit.
        self.before = self.shown_page().map(|page| (page.as_of, page.totals.clickers));
        match self.wanted(cx) {
            Some(subject) if self.subject.as_ref() != Some(&subject) || !self.page.is_loading() => {
                self.turn_to(subject, cx);
            }
            _ => {}
        }
    }

    /// What was on screen has been seen.
    fn left(&mut self, cx: &mut Cx<'_>) {
        let has_new = self.shown_page().is_some_and(|page| page.table.rows.iter().any(|row| row.is_new));
        if let Some(subject) = self.subject.clone().filter(|_| has_new && !cx.settings.is_read_only) {
            cx.ask(Request::MarkSeen(subject));
        }
    }

    fn sync(&mut self, cx: &mut Cx<'_>) {
        if self.subject.is_none()
            && let Some(subject) = self.wanted(cx)
        {
            self.turn_to(subject, cx);
        }
        if let Some(page) = self.page.shown().and_then(|page| page.as_deref()) {
            self.table.sync(&page.table.rows, view::table_rows(cx.layout()));
        }
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if self.is_filtering { self.apply_to_filter(action, cx) } else { self.apply_to_table(action, cx) }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        self.is_filtering.then_some(&mut self.table.filter)
    }

    fn is_typing(&self) -> bool {
        self.is_filtering
    }

    fn edited(&mut self, cx: &mut Cx<'_>) {
        if self.table.filter_typed() {
            self.arrange(cx);
        }
    }

    fn replied(&mut self, call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        match &call.request {
            Request::Clicks(subject, group) | Request::ClicksSeen(subject, group) => {
                if self.subject.as_ref() == Some(subject) && self.group == *group {
                    self.looked(matches!(call.request, Request::Clicks(..)), outcome, cx);
                }
            }
            Request::Arrange { table, .. } => self.arranged(outcome, table.generation, cx),
            _ => match outcome {
                Ok(Response::Exported { path, rows }) => {
                    cx.say(Tone::Done, |lang| lang.clicks_exported(rows, path.display()));
                }
                Ok(_) => {}
                Err(failure) => cx.say_failure(&failure),
            },
        }
    }

    fn next_wake(&self, settings: &Settings) -> Option<Timestamp> {
        self.due(settings)
    }

    fn woke(&mut self, cx: &mut Cx<'_>) {
        if self.due(cx.settings).is_some_and(|due| due <= cx.now) {
            self.look(cx);
        }
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        if self.is_filtering {
            return vec![
                Hint::new(Action::Open, lang.clicks_hint_keep()),
                Hint::new(Action::Back, lang.clicks_hint_all()),
            ];
        }
        if self.subject.is_none() {
            return vec![
                Hint::new(Action::Clicks, lang.clicks_hint_whose()),
                Hint::new(Action::Palette, lang.app_hint_palette()),
            ];
        }
        let turn = match self.groups_beside() {
            [_, true] => Some(Action::Right),
            [true, false] => Some(Action::Left),
            [false, false] => None,
        };
        let mut hints: Vec<Hint> = turn.map(|turn| Hint::new(turn, lang.clicks_hint_group())).into_iter().collect();
        hints.extend([
            Hint::new(Action::Clicks, lang.clicks_hint_whose()),
            Hint::new(Action::Filter, lang.app_hint_filter()),
            Hint::of(Action::Sort, lang),
            Hint::of(Action::Message, lang),
            Hint::of(Action::Export, lang),
            Hint::new(Action::Reveal, lang.clicks_hint_reveal()),
            Hint::new(Action::Open, lang.clicks_hint_story()),
            Hint::new(Action::Palette, lang.app_hint_palette()),
        ]);
        hints
    }
}
