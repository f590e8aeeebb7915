//! Floor 2: the console's functional core. No I/O, no async, no clock, no environment.
//!
//! ```text
//! Event ─App::update(event, now)→ keymap: Action → pane.apply(action) → state changes; Effects come back as data
//!                                                                       view::draw(&app, now, &theme, frame)
//!
//!  [1 Links]  2 Compose   3 Campaigns   4 Clicks           lina @ shop-cn   LIVE     view::frame::head
//!
//! › dx5.cn/D1vipQ  双12 VIP early access               0   ⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀   23 Dec     pane::links::LinksPane
//!   …                                                                                (or the overlay on top)
//!   ✓ Link made and selected. s writes a message with it.                            message::Log
//!   ¥8,495.00   c141 72 %, done about 14:08   clicks 13:58, next 14:08     14:02     status, calls::Calls
//!   n new   s message   c clicks   y copy   / filter   : commands   ? help           Scene::hints, Keymap
//! ```
//! A pane or overlay keeps the contract [`scene::Scene`]; what they share is [`data::Data`]; every call goes through
//! [`calls::Calls`], which alone gives out ids. To add a screen, read `pane/links.rs` and its `view.rs` first.
mod action;
mod calls;
mod chart;
mod chord;
mod copied;
mod data;
mod editor;
mod effect;
mod event;
mod farewell;
mod filter;
mod fuzzy;
mod global;
mod input;
mod keymap;
mod layout;
mod list;
mod message;
mod outlook;
mod overlay;
mod pane;
mod remote;
mod request;
mod scene;
mod settings;
mod settling;
mod status;
mod text;
mod theme;
pub mod view;
mod when;

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

pub use action::{Action, ActionInfo, PaneName};
pub use effect::{Effect, Effects};
pub use event::{Copied, Event, Size};
pub use farewell::Parting;
pub use keymap::{KeyTrouble, Keymap};
pub use outlook::{CampaignsOutlook, ClicksOutlook, ComposeOutlook, LinksOutlook, Outlook};
pub use pane::compose::Field as ComposeField;
#[cfg(test)]
pub(crate) use pane::compose::command;
pub use remote::Remote;
pub use request::{
    Arrangement, CallId, CampaignPage, ClickPage, Export, Failure, Group, Newcomer, Request, Response, Sheet, SortBy,
    Subject, Thing, TypedKey,
};
pub use settings::{Settings, Team};
pub use theme::Theme;

use calls::{Asker, Calls};
use data::Data;
use message::{About, Log, Tone};
use outlook::Keeping;
use overlay::{Overlay, Welcome};
use pane::campaigns::CampaignsPane;
use pane::clicks::ClicksPane;
use pane::compose::ComposePane;
use pane::links::LinksPane;
use scene::{Cx, Scene, Wish};
use settling::Settling;
use when::When;

use crate::sms::{Account, CampaignState, Progress, visible};
use crate::words::Lang;

/// The one moment that an event is handled at, or a frame drawn for.
pub type Now = Timestamp;

/// How long a balance is shown while messages are being billed.
const BALANCE_LASTS: SignedDuration = SignedDuration::from_mins(1);

/// What is waited for before we leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaving {
    /// The writes under way: a link that is made, a campaign that begins. If one begins to send, we ask.
    Writes,
    /// The writes, and that nothing is sent any more: it was asked to pause, or handed over.
    Sending,
}

/// The console's whole state.
#[derive(Debug)]
pub struct App {
    settings: Settings,
    size: Size,
    lang: Lang,
    keymap: Keymap,
    data: Data,
    calls: Calls,
    settling: Settling,
    log: Log,
    keeping: Keeping,
    pane: PaneName,
    links: LinksPane,
    compose: ComposePane,
    campaigns: CampaignsPane,
    clicks: ClicksPane,
    /// Screens on top of the pane; the last has the keys.
    overlays: Vec<Overlay>,
    /// When Ctrl-C was pressed first; the second one soon after quits.
    interrupted_at: Option<Timestamp>,
    /// What we leave after, once it is over.
    leaving: Option<Leaving>,
    /// The terminal brackets its pastes, so a burst of keys is typing.
    brackets_pastes: bool,
    /// When the last piece of a paste without brackets came.
    burst_at: Option<Timestamp>,
    /// When the balance was asked for last while something was being sent.
    balance_asked_at: Option<Timestamp>,
    /// The last keys were one key.
    is_alone: bool,
    /// What is being copied, as the message will name it.
    copying: VecDeque<String>,
}

impl App {
    /// A console that has seen nothing yet; [`Event::Started`] comes first.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        // What is wrong with them kept the console from starting: nobody is left to tell.
        let (keymap, _) = Keymap::new(&settings.keys);
        Self {
            size: Size::default(),
            lang: settings.lang,
            keymap,
            data: Data::default(),
            calls: Calls::default(),
            settling: Settling::default(),
            log: Log::default(),
            keeping: Keeping::default(),
            pane: PaneName::Links,
            links: LinksPane::default(),
            compose: ComposePane::default(),
            campaigns: CampaignsPane::default(),
            clicks: ClicksPane::default(),
            overlays: Vec::new(),
            interrupted_at: None,
            leaving: None,
            brackets_pastes: false,
            burst_at: None,
            balance_asked_at: None,
            is_alone: false,
            copying: VecDeque::new(),
            settings,
        }
    }

    /// The terminal's size, as the last event told it.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Looks where the operator was looking when the console was left last. Before the first event.
    pub fn recall(&mut self, outlook: Outlook) {
        let Outlook { pane, links, compose, campaigns, clicks } = outlook;
        self.pane = pane;
        self.links.recall(links);
        self.compose.recall(&compose);
        self.campaigns.recall(&campaigns);
        self.clicks.recall(clicks);
    }

    /// Where the operator is looking.
    #[must_use]
    pub fn outlook(&self) -> Outlook {
        Outlook {
            pane: self.pane,
            links: self.links.outlook(),
            compose: self.compose.outlook(),
            campaigns: self.campaigns.outlook(),
            clicks: self.clicks.outlook(),
        }
    }

    /// Takes in one event. Never blocks, reads no clock: `now` is all the time there is.
    pub fn update(&mut self, event: Event, now: Now) -> Effects {
        let mut effects = Effects::none();
        let is_key = matches!(event, Event::Keys(_) | Event::Pasted(_));
        self.log.begin(is_key);
        match event {
            Event::Started(size) => self.started(size, now, &mut effects),
            Event::Keys(keys) => self.keys(keys, now, &mut effects),
            Event::Pasted(text) => {
                self.brackets_pastes = true;
                self.pasted(&text, now, &mut effects);
            }
            Event::Resized(size) => self.resized(size, now, &mut effects),
            Event::CameBack(size) => {
                effects.push(Effect::Repaint);
                self.resized(size, now, &mut effects);
            }
            Event::Replied { id, outcome } => self.replied(id, outcome, now, &mut effects),
            Event::Progressed(progress) => self.progressed(&progress, now, &mut effects),
            Event::LookedUp(looked) => {
                self.data.looked.insert(looked.id, looked);
            }
            Event::WokeUp => self.woke(now, &mut effects),
            Event::Changed(thing) => self.in_data(now, &mut effects, |cx| match thing {
                request::Thing::Links => cx.refresh(Request::Links),
                request::Thing::Campaigns => cx.refresh(Request::Campaigns),
                request::Thing::Account => cx.refresh(Request::Account),
                _ => {}
            }),
            Event::DraftSaved(id) => {
                self.data.draft_arrived(id);
                self.compose.saved(id, now);
                self.log.is_over(About::Pane(PaneName::Compose));
            }
            Event::Copied(copied) => self.copied(&copied, now),
            Event::Recognised { is_sandbox } => {
                (self.settings.is_sandbox, self.settings.is_unmet) = (is_sandbox, false);
            }
            Event::Doubled(id, check) => {
                self.log.say(now, Tone::Waits, |lang| crate::words::check::goes_on(id, &check, lang));
            }
            Event::Troubled(problem) => {
                self.log.say_failure(now, &Failure::Problem(problem));
                self.log.is_about(About::Pane(PaneName::Compose));
            }
            Event::Terminated | Event::HungUp => self.end(now, &mut effects),
        }
        self.leave_when_over(now, &mut effects);
        self.log.end();
        self.keeping.notice(self.outlook(), is_key, now);
        for effect in &effects {
            if let Effect::Copy(text) = effect {
                self.copying.push_back(copied::named(text));
            }
        }
        effects
    }

    /// When to send [`Event::WokeUp`]; `None` while nothing is due. A function of state: ask after every update.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        // What is on screen, and what is due whatever is on screen: keeping the draft, settling the unknown.
        let due = [
            self.scene().next_wake(&self.settings),
            self.compose.next_wake(&self.settings),
            self.settling.next(&self.data, &self.settings),
            self.keeping.due(),
        ];
        due.into_iter().flatten().min()
    }

    fn started(&mut self, size: Size, now: Now, effects: &mut Effects) {
        self.size = size;
        if self.settings.is_first_run {
            self.overlays.push(Overlay::Welcome(Box::new(Welcome::new(self.settings.team.is_some()))));
        } else {
            self.load(now, effects);
            self.in_scene(now, effects, |scene, cx| scene.shown(cx));
        }
        self.sync(now, effects);
    }

    /// Asks for everything that the panes share: the store's at once, the balance from the API.
    fn load(&mut self, now: Now, effects: &mut Effects) {
        self.in_data(now, effects, |cx| {
            for request in [Request::Links, Request::Campaigns, Request::Drafts, Request::Account] {
                cx.refresh(request);
            }
        });
    }

    fn resized(&mut self, size: Size, now: Now, effects: &mut Effects) {
        self.size = size;
        self.sync(now, effects);
    }

    /// A campaign got on; that it has come to rest is said, whatever is on screen.
    fn progressed(&mut self, progress: &Progress, now: Now, effects: &mut Effects) {
        let before = self.data.progress.get(&progress.id).and_then(|before| before.asked.clone());
        if let Some(asked) = progress.asked.as_ref().filter(|asked| before.as_ref() != Some(*asked)) {
            let (id, zone, keymap) = (progress.id, self.settings.zone.clone(), &self.keymap);
            self.log.say(now, Tone::Waits, |lang| {
                let at = When { zone: &zone, lang, now }.stamp(asked.asked_at);
                keymap.spell(&lang.take_over_asks(visible(&asked.asker()), id, at)).into_owned()
            });
            self.log.is_about(About::Send);
        }
        if self.data.progressed(progress.clone()) {
            let (tone, words) = status::at_rest(progress, &self.settings.operator);
            self.log.say(now, tone, words);
            self.log.is_about(About::Send);
            self.in_data(now, effects, |cx| {
                cx.refresh(Request::Campaigns);
                cx.refresh(Request::Account);
            });
        } else if progress.state == CampaignState::Running && self.is_balance_old(now) {
            self.balance_asked_at = Some(now);
            self.in_data(now, effects, |cx| cx.refresh(Request::Account));
        }
        self.sync(now, effects);
    }

    /// Whether the balance is from before what has been billed for a while; asked for once a minute, however it goes.
    fn is_balance_old(&self, now: Now) -> bool {
        let newest = self.data.account.at().max(self.balance_asked_at);
        newest.is_some_and(|at| now.duration_since(at) >= BALANCE_LASTS)
    }

    fn replied(&mut self, id: CallId, outcome: Result<Response, Failure>, now: Now, effects: &mut Effects) {
        if let Some(call) = self.calls.settle(id, now, effects) {
            if let Request::Reconcile(id) = call.request {
                self.data.looked.remove(&id);
            }
            self.heard(&call, outcome, now, effects);
        }
    }

    /// What became of a call goes to whoever asked.
    fn heard(&mut self, call: &calls::Call, outcome: Result<Response, Failure>, now: Now, effects: &mut Effects) {
        let is_failed = outcome.is_err();
        // What we waited for has failed: the operator is still here to read why.
        if is_failed && call.request.thing().is_none() && self.leaving == Some(Leaving::Writes) {
            self.leaving = None;
        }
        if !is_failed {
            self.log.succeeded(&call.request);
        }
        if let Ok(Response::Connected { settings, account }) = &outcome {
            self.connected(settings, account, now, effects);
        }
        self.log.calling(call.request.named());
        match call.asker {
            Asker::Data if call.request == Request::Changes => {
                // What cannot be looked at now is looked at next time.
                if let Ok(Response::Changed(true)) = outcome {
                    self.in_data(now, effects, |cx| cx.refresh(Request::Campaigns));
                }
            }
            Asker::Data => {
                if let Err(failure) = &outcome {
                    self.log.say_failure(now, failure);
                    // A pause or a hand-over that did not come about is no reason to leave.
                    if call.request.thing().is_none() {
                        self.leaving = None;
                    }
                }
                if let Some(thing) = call.request.thing() {
                    self.data.settle(thing, outcome, now);
                    // What another process sent was billed too.
                    if thing == request::Thing::Campaigns && self.data.is_balance_behind() && self.is_balance_old(now) {
                        self.balance_asked_at = Some(now);
                        self.in_data(now, effects, |cx| cx.refresh(Request::Account));
                    }
                    let has_no_balance = self.data.account.shown().is_none() && self.data.account.error().is_some();
                    if thing == request::Thing::Preflight && has_no_balance && self.data.preflight_has_balance() {
                        self.in_data(now, effects, |cx| cx.refresh(Request::Account));
                    }
                    if thing == request::Thing::Drafts {
                        self.in_compose(now, effects, ComposePane::drafts_came);
                    }
                }
            }
            Asker::Pane(pane) => self.in_pane(pane, now, effects, |scene, cx| scene.replied(call, outcome, cx)),
            // The screen that asked has been left: a failure is still said.
            Asker::Overlay if self.overlays.is_empty() => {
                if let Err(failure) = &outcome {
                    self.log.say_failure(now, failure);
                }
            }
            // A plan belongs to the review, whatever lies on top of it by now.
            Asker::Overlay if matches!(call.request, Request::LeaveOut { .. }) => {
                self.in_review(now, effects, |scene, cx| scene.replied(call, outcome, cx));
            }
            Asker::Overlay => self.in_scene(now, effects, |scene, cx| scene.replied(call, outcome, cx)),
        }
        self.log.calling(None);
        if call.request.is_about_a_send() {
            self.log.is_about(About::Send);
        } else if is_failed {
            self.log.is_about(About::call(&call.request));
        }
        self.sync(now, effects);
    }

    /// The first run is over.
    fn connected(&mut self, settings: &Settings, account: &Account, now: Now, effects: &mut Effects) {
        self.settings = settings.clone();
        (self.keymap, _) = Keymap::new(&self.settings.keys);
        self.overlays.clear();
        self.log.say(now, Tone::Done, |lang| lang.welcome_connected(&account.nick, account.balance));
        self.load(now, effects);
    }

    fn woke(&mut self, now: Now, effects: &mut Effects) {
        self.in_scene(now, effects, |scene, cx| scene.woke(cx));
        if self.pane != PaneName::Compose || !self.overlays.is_empty() {
            self.in_pane(PaneName::Compose, now, effects, |scene, cx| scene.woke(cx));
        }
        if self.keeping.due().is_some_and(|due| due <= now) {
            self.keep_outlook(effects);
        }
        for id in self.settling.take_due(&self.data, &self.settings, now) {
            // The answer is said in the message line, whatever is on screen.
            self.calls.ask(Asker::Pane(PaneName::Campaigns), Request::Reconcile(id), now, effects);
        }
    }

    fn copied(&mut self, copied: &Copied, now: Now) {
        let what = self.copying.pop_front().unwrap_or_default();
        match copied {
            // Nobody knows whether the terminal took it, so it never says "copied".
            Copied::ToTerminal => self.log.say(now, Tone::Plain, |lang| lang.app_sent_to_terminal(&what)),
            Copied::ToFile(path) => {
                self.log.say(now, Tone::Plain, |lang| lang.app_copied_to_file(path.display(), &what));
            }
            Copied::Nowhere(why) => self.log.say(now, Tone::Failed, |lang| lang.app_not_copied(why)),
        }
    }

    /// Everything that the operator would miss is kept: the draft, and where they were looking.
    fn save(&mut self, now: Now, effects: &mut Effects) {
        self.in_compose(now, effects, ComposePane::save);
        self.keep_outlook(effects);
    }

    fn keep_outlook(&mut self, effects: &mut Effects) {
        // Nothing is configured yet: there is no place to keep it.
        if let Some(outlook) = self.keeping.take(self.outlook()).filter(|_| !self.settings.is_first_run) {
            effects.push(Effect::KeepOutlook(Box::new(outlook)));
        }
    }

    /// Leaves now, with everything kept.
    fn end(&mut self, now: Now, effects: &mut Effects) {
        self.save(now, effects);
        effects.push(Effect::Quit);
    }

    fn is_writing(&self) -> bool {
        self.calls.open().any(|(_, call)| call.request.thing().is_none())
    }

    /// What has the keys: the overlay on top, else the pane.
    fn scene(&self) -> &dyn Scene {
        match self.overlays.last() {
            Some(overlay) => overlay.scene(),
            None => match self.pane {
                PaneName::Links => &self.links,
                PaneName::Compose => &self.compose,
                PaneName::Campaigns => &self.campaigns,
                PaneName::Clicks => &self.clicks,
            },
        }
    }

    /// What is on screen looks at data and size again.
    fn sync(&mut self, now: Now, effects: &mut Effects) {
        self.in_pane(self.pane, now, effects, |scene, cx| scene.sync(cx));
        if !self.overlays.is_empty() {
            self.in_scene(now, effects, |scene, cx| scene.sync(cx));
        }
    }
}

/// Splits the app into a scene and all it may use, runs `f`, and grants the wishes.
macro_rules! within {
    ($app:ident, $now:ident, $effects:ident, $asker:expr, $scene:expr, $f:expr) => {{
        let mut wishes: Vec<Wish> = Vec::new();
        let mut cx = Cx {
            now: $now,
            lang: $app.lang,
            size: $app.size,
            is_alone: $app.is_alone,
            settings: &$app.settings,
            keymap: &$app.keymap,
            data: &mut $app.data,
            log: &mut $app.log,
            asker: $asker,
            calls: &mut $app.calls,
            effects: $effects,
            wishes: &mut wishes,
        };
        let result = $f($scene, &mut cx);
        $app.grant(wishes, $now, $effects);
        result
    }};
}

impl App {
    fn in_scene<R>(&mut self, now: Now, effects: &mut Effects, f: impl FnOnce(&mut dyn Scene, &mut Cx<'_>) -> R) -> R {
        match self.overlays.last_mut() {
            Some(overlay) => within!(self, now, effects, Asker::Overlay, overlay.scene_mut(), f),
            None => self.in_pane(self.pane, now, effects, f),
        }
    }

    fn in_review(&mut self, now: Now, effects: &mut Effects, f: impl FnOnce(&mut dyn Scene, &mut Cx<'_>)) {
        if let Some(review) = self.overlays.iter_mut().find(|overlay| matches!(overlay, Overlay::Review(_))) {
            within!(self, now, effects, Asker::Overlay, review.scene_mut(), f);
        }
    }

    fn in_pane<R>(
        &mut self,
        pane: PaneName,
        now: Now,
        effects: &mut Effects,
        f: impl FnOnce(&mut dyn Scene, &mut Cx<'_>) -> R,
    ) -> R {
        let asker = Asker::Pane(pane);
        match pane {
            PaneName::Links => within!(self, now, effects, asker, &mut self.links, f),
            PaneName::Compose => within!(self, now, effects, asker, &mut self.compose, f),
            PaneName::Campaigns => within!(self, now, effects, asker, &mut self.campaigns, f),
            PaneName::Clicks => within!(self, now, effects, asker, &mut self.clicks, f),
        }
    }

    fn in_links(&mut self, now: Now, effects: &mut Effects, f: impl FnOnce(&mut LinksPane, &mut Cx<'_>)) {
        within!(self, now, effects, Asker::Pane(PaneName::Links), &mut self.links, f);
    }

    fn in_compose(&mut self, now: Now, effects: &mut Effects, f: impl FnOnce(&mut ComposePane, &mut Cx<'_>)) {
        within!(self, now, effects, Asker::Pane(PaneName::Compose), &mut self.compose, f);
    }

    fn in_campaigns(&mut self, now: Now, effects: &mut Effects, f: impl FnOnce(&mut CampaignsPane, &mut Cx<'_>)) {
        within!(self, now, effects, Asker::Pane(PaneName::Campaigns), &mut self.campaigns, f);
    }

    fn in_clicks(&mut self, now: Now, effects: &mut Effects, f: impl FnOnce(&mut ClicksPane, &mut Cx<'_>)) {
        within!(self, now, effects, Asker::Pane(PaneName::Clicks), &mut self.clicks, f);
    }

    fn in_data(&mut self, now: Now, effects: &mut Effects, f: impl FnOnce(&mut Cx<'_>)) {
        within!(self, now, effects, Asker::Data, (), |(), cx: &mut Cx<'_>| f(cx));
    }
}
