//! The run loop and the worker, on tokio's paused clock, with a screen of paper and a service that follows a script.
#![allow(clippy::unwrap_used, clippy::panic, clippy::match_wild_err_arm, reason = "a test that cannot go on stops")]
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::{Notify, mpsc};
use yunque::app::{App, CallId, Event, Failure, Now, Outlook, Request, Response, Settings, Size};
use yunque::problem::Problem;
use yunque::shell::{Clipboard, Clock, Ended, Inbound, Leaving, Loop, Screen, Service, Worker};
use yunque::sms::{Campaign, CampaignId, Draft, DraftId};

/// A screen of paper: counts what is asked of it.
#[derive(Debug, Default, Clone)]
struct Paper(Arc<Mutex<Strokes>>);

#[derive(Debug, Default)]
struct Strokes {
    draws: usize,
    is_stuck: bool,
    is_gone: bool,
    draws_after_gone: usize,
}

impl Screen for Paper {
    fn size(&mut self) -> Size {
        Size::new(80, 24)
    }
    fn draw(&mut self, _: &App, _: Now) -> bool {
        let mut strokes = self.0.lock().unwrap();
        if strokes.is_gone {
            strokes.draws_after_gone += 1;
        }
        if strokes.is_stuck {
            return false;
        }
        strokes.draws += 1;
        true
    }
    fn written(&mut self) {
        self.0.lock().unwrap().is_stuck = false;
    }
    fn repaint(&mut self) {}
    fn write(&mut self, _: Vec<u8>) {}
    fn suspend(&mut self, _: &[String]) {}
    fn gone(&mut self) {
        self.0.lock().unwrap().is_gone = true;
    }
}

/// What the service does with a call.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Manner {
    Answer,
    Hang,
    Panic,
    /// Before there is anything to wait for.
    PanicAtOnce,
}

struct Script {
    manner: Manner,
    calls: AtomicUsize,
    started: Notify,
    left: Mutex<Vec<Leaving>>,
}

impl Script {
    fn new(manner: Manner) -> Arc<Self> {
        Arc::new(Self { manner, calls: AtomicUsize::new(0), started: Notify::new(), left: Mutex::default() })
    }
}

impl Service for Script {
    fn call(&self, _: Request) -> BoxFuture<'static, Result<Response, Problem>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.started.notify_one();
        match self.manner {
            Manner::Answer => async { Ok(Response::Done) }.boxed(),
            Manner::Hang => std::future::pending().boxed(),
            Manner::PanicAtOnce => panic!("as the script says"),
            Manner::Panic => async { panic!("as the script says") }.boxed(),
        }
    }
    fn save_draft(&self, _: Draft) -> BoxFuture<'static, Result<DraftId, Problem>> {
        std::future::pending().boxed()
    }
    fn keep_outlook(&self, _: Outlook) -> BoxFuture<'static, ()> {
        async {}.boxed()
    }
    fn leave(&self, why: Leaving) -> BoxFuture<'static, Vec<Campaign>> {
        self.left.lock().unwrap().push(why);
        async { Vec::new() }.boxed()
    }
}

fn outcome(inbound: Option<Inbound>) -> (CallId, Result<Response, Failure>) {
    match inbound {
        Some(Inbound::Event(Event::Replied { id, outcome })) => (id, outcome),
        other => panic!("not a reply: {other:?}"),
    }
}

#[tokio::test]
async fn a_call_is_answered_exactly_once() {
    let (sender, mut inbox) = mpsc::unbounded_channel();
    let worker = Worker::start(Script::new(Manner::Answer), sender);
    worker.submit(CallId(1), Request::Links);
    assert_eq!(outcome(inbox.recv().await), (CallId(1), Ok(Response::Done)));
    drop(worker);
    assert!(inbox.recv().await.is_none(), "a second answer");
}

#[tokio::test]
async fn a_task_that_panics_becomes_a_reply() {
    let (sender, mut inbox) = mpsc::unbounded_channel();
    let worker = Worker::start(Script::new(Manner::Panic), sender);
    worker.submit(CallId(1), Request::Links);
    assert_eq!(outcome(inbox.recv().await), (CallId(1), Err(Failure::Panicked)));
}

#[tokio::test]
async fn a_read_that_hangs_can_be_cancelled() {
    let (sender, mut inbox) = mpsc::unbounded_channel();
    let script = Script::new(Manner::Hang);
    let worker = Worker::start(script.clone(), sender);
    worker.submit(CallId(1), Request::Links);
    script.started.notified().await;
    worker.cancel(CallId(1));
    assert_eq!(outcome(inbox.recv().await), (CallId(1), Err(Failure::Cancelled)));
}

#[tokio::test]
async fn a_write_is_never_cancelled_half_way() {
    let (sender, mut inbox) = mpsc::unbounded_channel();
    let script = Script::new(Manner::Hang);
    let worker = Worker::start(script.clone(), sender);
    worker.submit(CallId(1), Request::Pause(CampaignId(1)));
    script.started.notified().await;
    worker.cancel(CallId(1));
    worker.submit(CallId(2), Request::Links);
    script.started.notified().await;
    worker.cancel(CallId(2));
    assert_eq!(outcome(inbox.recv().await).0, CallId(2), "the write was answered although it still works");
}

#[tokio::test]
async fn one_call_too_many_is_a_visible_busy_until_another_has_ended() {
    let (sender, mut inbox) = mpsc::unbounded_channel();
    let script = Script::new(Manner::Hang);
    let worker = Worker::start(script.clone(), sender);
    for id in 1..=64 {
        worker.submit(CallId(id), Request::Links);
    }
    // All of them are under way, not only waiting for their turn.
    while script.calls.load(Ordering::SeqCst) < 64 {
        script.started.notified().await;
    }
    worker.submit(CallId(65), Request::Links);
    assert_eq!(outcome(inbox.recv().await), (CallId(65), Err(Failure::Busy)));
    worker.cancel(CallId(7));
    assert_eq!(outcome(inbox.recv().await), (CallId(7), Err(Failure::Cancelled)));
    worker.submit(CallId(66), Request::Links);
    worker.cancel(CallId(66));
    assert_eq!(outcome(inbox.recv().await), (CallId(66), Err(Failure::Cancelled)));
}

#[tokio::test]
async fn a_service_that_panics_at_once_ends_no_other_call() {
    let (sender, mut inbox) = mpsc::unbounded_channel();
    let worker = Worker::start(Script::new(Manner::PanicAtOnce), sender);
    for id in 1..=2 {
        worker.submit(CallId(id), Request::Links);
        assert_eq!(outcome(inbox.recv().await), (CallId(id), Err(Failure::Panicked)));
    }
}

struct Stage {
    sender: mpsc::UnboundedSender<Inbound>,
    paper: Paper,
    script: Arc<Script>,
    run: tokio::task::JoinHandle<Ended>,
}

/// The loop at work on a task of its own.
fn stage(manner: Manner) -> Stage {
    let (sender, inbox) = mpsc::unbounded_channel();
    let (script, paper) = (Script::new(manner), Paper::default());
    let began = Timestamp::from_second(1_795_000_000).unwrap();
    let stage = Loop {
        app: App::new(Settings::default()),
        screen: paper.clone(),
        worker: Worker::start(script.clone(), sender.clone()),
        service: script.clone(),
        inbox,
        sender: sender.clone(),
        clipboard: Clipboard { is_in_tmux: false, folder: std::env::temp_dir(), longest: 6144 },
        clock: Clock::Tokio(began, tokio::time::Instant::now()),
    };
    let run = tokio::spawn(async move { Box::pin(stage.run()).await.ended });
    Stage { sender, paper, script, run }
}

fn key(c: char) -> Inbound {
    Inbound::Input(vec![Input::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))])
}

/// Lets the loop take in everything that was sent: on this single thread it runs until it waits again.
async fn settle() {
    for _ in 0..16 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn keys_that_wait_together_make_one_frame() {
    let stage = stage(Manner::Hang);
    settle().await;
    let before = stage.paper.0.lock().unwrap().draws;
    for _ in 0..100 {
        stage.sender.send(key('j')).unwrap();
    }
    settle().await;
    assert_eq!(stage.paper.0.lock().unwrap().draws, before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_drawn_while_every_call_hangs() {
    let stage = stage(Manner::Hang);
    settle().await;
    let before = stage.paper.0.lock().unwrap().draws;
    stage.sender.send(key('?')).unwrap();
    settle().await;
    assert_eq!(stage.paper.0.lock().unwrap().draws, before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_terminal_that_is_not_read_gets_its_frame_when_it_reads_again() {
    let stage = stage(Manner::Hang);
    settle().await;
    stage.paper.0.lock().unwrap().is_stuck = true;
    let before = stage.paper.0.lock().unwrap().draws;
    for _ in 0..10 {
        stage.sender.send(key('j')).unwrap();
        settle().await;
    }
    assert_eq!(stage.paper.0.lock().unwrap().draws, before);
    stage.sender.send(Inbound::Written).unwrap();
    settle().await;
    assert_eq!(stage.paper.0.lock().unwrap().draws, before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_vanished_terminal_ends_the_loop_and_is_drawn_on_no_more() {
    let stage = stage(Manner::Hang);
    settle().await;
    stage.sender.send(Inbound::HungUp).unwrap();
    stage.sender.send(key('j')).unwrap();
    assert_eq!(stage.run.await.unwrap(), Ended::HungUp);
    assert_eq!(*stage.script.left.lock().unwrap(), [Leaving::HungUp]);
    assert_eq!(stage.paper.0.lock().unwrap().draws_after_gone, 0);
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_loop_in_good_order() {
    let stage = stage(Manner::Hang);
    settle().await;
    stage.sender.send(Inbound::Event(Event::Terminated)).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(3), stage.run).await.unwrap().unwrap();
    assert_eq!(ended, Ended::Quit);
    assert_eq!(*stage.script.left.lock().unwrap(), [Leaving::Quit]);
}
