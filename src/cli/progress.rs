//! The line that shows how a campaign gets on: on stderr, only when that is a terminal.
//!
//! It is drawn on a thread of its own, which shows the latest of what it is told: a terminal that nobody reads blocks
//! this thread and nothing else.
use std::io::{self, IsTerminal};
use std::sync::mpsc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::Output;
use crate::sms::{Looked, Progress};
use crate::words::Lang;

/// How long the end waits for a terminal that nobody reads.
const PATIENCE: Duration = Duration::from_millis(500);

/// What the line shows.
#[derive(Debug)]
enum Shown {
    Sent(Progress),
    Looked(Looked),
}

/// The progress of one campaign; does nothing where nobody looks.
#[derive(Debug)]
pub struct ProgressLine {
    drawing: Option<(mpsc::SyncSender<Shown>, mpsc::Receiver<()>)>,
}

impl ProgressLine {
    /// Draws nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self { drawing: None }
    }

    /// Begins to draw, if stderr is a terminal.
    #[must_use]
    pub fn start(out: &Output) -> Self {
        if out.is_quiet || !io::stderr().is_terminal() {
            return Self { drawing: None };
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let (done, is_done) = mpsc::channel();
        let (lang, is_ascii, is_still) = (out.lang, out.is_ascii, out.is_still);
        std::thread::spawn(move || {
            draw(&receiver, lang, is_ascii, is_still);
            let _ = done.send(());
        });
        Self { drawing: Some((sender, is_done)) }
    }

    /// Shows this, unless the line is still busy with what was before.
    pub fn show(&self, progress: &Progress) {
        if let Some((sender, _)) = &self.drawing {
            let _ = sender.try_send(Shown::Sent(progress.clone()));
        }
    }

    /// What shows how far a look into the records is, unless the line is still busy; drop it before [`ProgressLine::finish`].
    pub fn looking(&self) -> impl Fn(Looked) + Sync + use<> {
        let sender = self.drawing.as_ref().map(|(sender, _)| sender.clone());
        move |looked| {
            if let Some(sender) = &sender {
                let _ = sender.try_send(Shown::Looked(looked));
            }
        }
    }

    /// Takes the line away.
    pub fn finish(self) {
        if let Some((sender, is_done)) = self.drawing {
            drop(sender);
            let _ = is_done.recv_timeout(PATIENCE);
        }
    }
}

/// A bar and figures; where nothing should move, the figures alone, once a second.
fn draw(shown: &mpsc::Receiver<Shown>, lang: Lang, is_ascii: bool, is_still: bool) {
    let (template, rate) = if is_still { ("{prefix} {msg}", 1) } else { ("{prefix} {bar:24} {msg}", 4) };
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(rate));
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars(if is_ascii { "##-" } else { "█▉░" }));
    }
    for shown in shown {
        let progress = match shown {
            Shown::Sent(progress) => progress,
            Shown::Looked(looked) => {
                bar.set_prefix(looked.id.to_string());
                bar.set_length(looked.total);
                bar.set_position(looked.done);
                bar.set_message(lang.app_looked_up(looked.done, looked.total));
                continue;
            }
        };
        let counts = progress.counts;
        bar.set_prefix(progress.id.to_string());
        bar.set_length(counts.total());
        bar.set_position(counts.accepted + counts.refused + counts.unknown);
        bar.set_message(match progress.gate {
            Some(at) => lang.cli_progress_at_gate(at.delivered, at.of, at.gate.percent),
            None => lang.cli_progress(counts.accepted, counts.total(), u64::from(progress.rate)),
        });
    }
    bar.finish_and_clear();
}
