//! The run loop: wait for one thing, take in everything that waits, draw once.
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event as Input, KeyEvent, KeyEventKind};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::clipboard::Clipboard;
use super::worker::{Leaving, Service, Worker};
use crate::app::{App, Copied, Effect, Effects, Event, Now, Parting, Size};

/// How long work that must be on disk (a draft) may hold us up when we leave.
const SAVING: Duration = Duration::from_millis(1500);

/// What reaches the loop.
#[derive(Debug)]
pub enum Inbound {
    /// What the terminal sent, decoded, in order.
    Input(Vec<Input>),
    /// A fact for the core as it is: a reply, progress, a signal.
    Event(Event),
    /// A signal said that the terminal may have a new size.
    SizeChanged,
    /// A copy is done; the bytes that the terminal has to get for it.
    Copied(Copied, Vec<u8>),
    /// The frame is out.
    Written,
    /// The terminal is gone.
    HungUp,
}

/// What a frame is drawn on: the terminal in the program, a buffer in tests.
pub trait Screen {
    /// The size now; what is drawn next has it.
    fn size(&mut self) -> Size;
    /// Draws a frame; `false` when it can't now and wants to be asked again after [`Inbound::Written`].
    fn draw(&mut self, app: &App, now: Now) -> bool;
    /// The frame is out.
    fn written(&mut self);
    /// Draws every cell anew with the next frame.
    fn repaint(&mut self);
    /// Writes bytes that draw nothing (a copy).
    fn write(&mut self, bytes: Vec<u8>);
    /// Gives the terminal back, leaves `words` on it, stops the process, and takes the terminal over again on `fg`.
    fn suspend(&mut self, words: &[String]);
    /// The terminal is gone: nothing is written any more.
    fn gone(&mut self);
}

/// Where `now` comes from. Tests run on tokio's clock, which they may pause.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The system's.
    System,
    /// From a moment on, as tokio's clock runs.
    Tokio(Timestamp, tokio::time::Instant),
}

impl Clock {
    /// The moment it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Tokio(began, at) => *began + SignedDuration::try_from(at.elapsed()).unwrap_or(SignedDuration::ZERO),
        }
    }
}

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The operator quit, or a signal asked us to.
    Quit,
    /// The terminal is gone.
    HungUp,
}

/// How the loop ended.
#[derive(Debug)]
pub struct Finish<S> {
    /// Why.
    pub ended: Ended,
    /// What was drawn on.
    pub screen: S,
    /// What is left to say on the normal screen: the campaigns that are not finished.
    pub words: Vec<String>,
}

/// The loop with all it holds.
pub struct Loop<S> {
    /// The core.
    pub app: App,
    /// What is drawn on.
    pub screen: S,
    /// The worker.
    pub worker: Worker,
    /// What the worker calls, for what must be done before we leave.
    pub service: Arc<dyn Service>,
    /// Everything that arrives.
    pub inbox: mpsc::UnboundedReceiver<Inbound>,
    /// For answers of our own making.
    pub sender: mpsc::UnboundedSender<Inbound>,
    /// Where copies go.
    pub clipboard: Clipboard,
    /// Where `now` comes from.
    pub clock: Clock,
}

/// What the loop keeps from one round to the next.
#[derive(Debug, Default)]
struct Round {
    saving: JoinSet<()>,
    ended: Option<Ended>,
    is_gone: bool,
}

impl Round {
    /// Lets go of what is on disk by now: a console that runs for days saves many thousand times.
    fn forget_saved(&mut self) {
        while self.saving.try_join_next().is_some() {}
    }
}

impl<S: Screen> Loop<S> {
    /// Runs until the operator quits, a signal asks for it or the terminal is gone. What is being sent has come to its
    /// stop, and drafts are on disk, when this returns.
    pub async fn run(mut self) -> Finish<S> {
        let mut round = Round::default();
        let size = self.screen.size();
        self.tell(Event::Started(size), &mut round).await;
        let mut is_drawn = self.draw(&round);
        while round.ended.is_none() {
            let Some(first) = self.next().await else { break };
            let mut all = vec![first];
            while let Ok(more) = self.inbox.try_recv() {
                all.push(more);
            }
            is_drawn &= all.iter().all(|inbound| matches!(inbound, Inbound::Written));
            for event in self.gather(all, &mut round) {
                self.tell(event, &mut round).await;
            }
            if !is_drawn {
                is_drawn = self.draw(&round);
            }
        }
        let ended = round.ended.unwrap_or(Ended::HungUp);
        let words = self.leave(ended, round).await;
        Finish { ended, screen: self.screen, words }
    }

    /// The next thing that arrives, or the wake-up that the core asked for.
    async fn next(&mut self) -> Option<Inbound> {
        let Some(wake) = self.app.next_wake() else { return self.inbox.recv().await };
        let wait = Duration::try_from(wake.duration_since(self.clock.now())).unwrap_or(Duration::ZERO);
        tokio::select! {
            biased;
            inbound = self.inbox.recv() => inbound,
            () = tokio::time::sleep(wait) => Some(Inbound::Event(Event::WokeUp)),
        }
    }

    /// Facts for the core: keys that came together stay together, of several sizes the last counts, and of several
    /// progresses of a campaign the newest.
    fn gather(&mut self, all: Vec<Inbound>, round: &mut Round) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        let mut has_new_size = false;
        for inbound in all {
            match inbound {
                Inbound::Input(inputs) => {
                    for input in inputs {
                        match input {
                            Input::Key(key) if key.kind != KeyEventKind::Release => push_key(&mut events, key),
                            Input::Paste(text) => events.push(Event::Pasted(text)),
                            _ => {}
                        }
                    }
                }
                Inbound::Event(Event::Progressed(new)) => {
                    events.retain(|event| !matches!(event, Event::Progressed(old) if old.id == new.id));
                    events.push(Event::Progressed(new));
                }
                Inbound::Event(Event::LookedUp(new)) => {
                    events.retain(|event| !matches!(event, Event::LookedUp(old) if old.id == new.id));
                    events.push(Event::LookedUp(new));
                }
                Inbound::Event(event) => events.push(event),
                Inbound::SizeChanged => has_new_size = true,
                Inbound::Copied(copied, bytes) => {
                    self.screen.write(bytes);
                    events.push(Event::Copied(copied));
                }
                Inbound::Written => self.screen.written(),
                Inbound::HungUp if round.is_gone => {}
                Inbound::HungUp => {
                    round.is_gone = true;
                    self.screen.gone();
                    events.push(Event::HungUp);
                }
            }
        }
        if has_new_size {
            events.push(Event::Resized(self.screen.size()));
        }
        events
    }

    async fn tell(&mut self, event: Event, round: &mut Round) {
        let is_hang_up = matches!(event, Event::HungUp);
        let effects = self.app.update(event, self.clock.now());
        self.perform(effects, round).await;
        if is_hang_up {
            round.ended = Some(Ended::HungUp);
        }
    }

    async fn perform(&mut self, effects: Effects, round: &mut Round) {
        for effect in effects {
            match effect {
                Effect::Call { id, request } => self.worker.submit(id, request),
                Effect::Cancel(id) => self.worker.cancel(id),
                Effect::Copy(text) => {
                    let (clipboard, sender) = (self.clipboard.clone(), self.sender.clone());
                    tokio::task::spawn_blocking(move || {
                        let (copied, bytes) = clipboard.copy(&text);
                        let _ = sender.send(Inbound::Copied(copied, bytes));
                    });
                }
                Effect::SaveDraft(draft) => {
                    let (saved, sender) = (self.service.save_draft(draft), self.sender.clone());
                    round.forget_saved();
                    round.saving.spawn(async move {
                        let event = saved.await.map_or_else(Event::Troubled, Event::DraftSaved);
                        let _ = sender.send(Inbound::Event(event));
                    });
                }
                Effect::KeepOutlook(outlook) => {
                    round.forget_saved();
                    round.saving.spawn(self.service.keep_outlook(*outlook));
                }
                Effect::Repaint => self.screen.repaint(),
                Effect::Crash => crash(),
                Effect::Suspend => {
                    saved(&mut round.saving).await;
                    let left = self.service.leave(Leaving::Suspended).await;
                    self.screen.suspend(&self.app.farewell(&left, Parting::Suspended));
                    let size = self.screen.size();
                    self.send(Event::CameBack(size));
                }
                Effect::Quit => round.ended = Some(Ended::Quit),
            }
        }
    }

    /// To ourselves: it is taken in with the next round.
    fn send(&self, event: Event) {
        // Only the loop itself holds the other end.
        let _ = self.sender.send(Inbound::Event(event));
    }

    fn draw(&mut self, round: &Round) -> bool {
        round.is_gone || self.screen.draw(&self.app, self.clock.now())
    }

    async fn leave(&mut self, ended: Ended, mut round: Round) -> Vec<String> {
        saved(&mut round.saving).await;
        let why = if ended == Ended::HungUp { Leaving::HungUp } else { Leaving::Quit };
        let left = self.service.leave(why).await;
        self.app.farewell(&left, Parting::Quit)
    }
}

/// Waits until what must be on disk is there, but not for ever.
async fn saved(saving: &mut JoinSet<()>) {
    let all = async { while saving.join_next().await.is_some() {} };
    if tokio::time::timeout(SAVING, all).await.is_err() {
        tracing::error!("a draft could not be saved in time");
    }
}

/// What the operator asked for, to see that the terminal is given back and nothing is lost.
#[expect(clippy::panic, reason = "it is what was asked for")]
fn crash() {
    panic!("crashed on purpose, by :crash; nothing is broken");
}

/// Adds a key to those it came with.
fn push_key(events: &mut Vec<Event>, key: KeyEvent) {
    match events.last_mut() {
        Some(Event::Keys(keys)) => keys.push(key),
        _ => events.push(Event::Keys(vec![key])),
    }
}
