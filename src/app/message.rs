//! The one place for messages: the newest stands in the third-last line, the log keeps them all.
//!
//! ```text
//! said ─▶ stands ─┬─ a newer one ──────────────────────────────▶ gone     (one about a send waits until a key was pressed)
//!                 ├─ its subject is over: what failed succeeds ─▶ gone
//!                 ├─ another pane (and it has been seen) ───────▶ gone
//!                 └─ Esc ───────────────────────────────────────▶ gone
//! ```
use std::collections::VecDeque;
use std::mem::{Discriminant, discriminant};

use jiff::Timestamp;

use super::action::PaneName;
use super::request::{Failure, Request};
use crate::words::Lang;

/// How a message is meant; each has a sign, so that nothing depends on colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Something to know.
    Plain,
    /// It has just happened: `✓`.
    Done,
    /// A person should look: `!`, yellow.
    Waits,
    /// It failed or was refused: `!`, red.
    Failed,
}

/// One message, in both languages, so that switching the language switches it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// When.
    pub at: Timestamp,
    /// How it is meant.
    pub tone: Tone,
    english: String,
    chinese: String,
}

impl Message {
    /// The sentence.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.english,
            Lang::ZhCn => &self.chinese,
        }
    }
}

/// What a message is about: it stands no longer than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// What is on screen: until another pane is.
    Screen,
    /// What is selected: until something else is.
    Selection,
    /// What the next key would do: until it is pressed.
    NextKey,
    /// What waits in a pane: until that pane is left.
    Pane(PaneName),
    /// A call that is under way or has failed: until one like it succeeds.
    Call(Discriminant<Request>),
    /// What was sent, or will be: never gone before it has been seen.
    Send,
}

impl About {
    /// A call like this one.
    #[must_use]
    pub const fn call(request: &Request) -> Self {
        Self::Call(discriminant(request))
    }
}

/// What stands in the message line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    message: Message,
    about: About,
    /// It was said by the event that is being handled.
    is_fresh: bool,
    /// Keys that were pressed since; more than two are as good as two.
    keys: u8,
}

/// All messages of this session, the newest at the end; the oldest make room after a thousand.
#[derive(Debug, Clone, Default)]
pub struct Log {
    messages: VecDeque<Message>,
    standing: Option<Standing>,
    /// One about a send, which a newer one may not cover yet.
    covered: Option<Standing>,
    /// What was asked, while the answer to a call is handled.
    called: Option<fn(Lang) -> &'static str>,
}

impl Log {
    const MOST: usize = 1000;

    /// Says something about what is on screen; `words` is asked for it in each language.
    pub fn say(&mut self, now: Timestamp, tone: Tone, words: impl Fn(Lang) -> String) {
        if self.messages.len() == Self::MOST {
            self.messages.pop_front();
        }
        let message = Message { at: now, tone, english: words(Lang::En), chinese: words(Lang::ZhCn) };
        self.messages.push_back(message.clone());
        let standing = Standing { message, about: About::Screen, is_fresh: true, keys: 0 };
        let before = self.standing.replace(standing);
        self.covered = before.filter(Standing::is_unseen_send).or(self.covered.take());
    }

    /// Says why a call brought nothing: what happened, whether anything was sent, what to do now. A cancelled call
    /// was the operator's own wish and needs no words.
    pub fn say_failure(&mut self, now: Timestamp, failure: &Failure) {
        if *failure != Failure::Cancelled {
            let called = self.called;
            self.say(now, Tone::Failed, |lang| match called {
                Some(what) => lang.app_what_failed(what(lang), failure.sentence(lang)),
                None => failure.sentence(lang),
            });
        }
    }

    /// The answer to a call is being handled: a failure names what was asked.
    pub fn calling(&mut self, what: Option<fn(Lang) -> &'static str>) {
        self.called = what;
    }

    /// What was said just now is about this.
    pub fn is_about(&mut self, about: About) {
        if let Some(standing) = self.standing.as_mut().filter(|standing| standing.is_fresh) {
            standing.about = about;
        }
    }

    /// An event begins.
    pub fn begin(&mut self, is_key: bool) {
        let Some(standing) = &mut self.standing else { return };
        standing.is_fresh = false;
        standing.keys = (standing.keys + u8::from(is_key)).min(2);
        if is_key {
            self.is_over(About::NextKey);
        }
    }

    /// An event has been handled: what nobody can have seen yet comes back.
    pub fn end(&mut self) {
        if let Some(covered) = self.covered.take()
            && self.standing.as_ref().is_none_or(|standing| standing.about != About::Send)
        {
            self.standing = Some(covered);
        }
    }

    /// A call has succeeded: that one like it failed, or is under way, is no longer so.
    pub fn succeeded(&mut self, request: &Request) {
        self.is_over(About::call(request));
    }

    /// This is over; a message about it has had its time.
    pub fn is_over(&mut self, about: About) {
        if self.standing.as_ref().is_some_and(|standing| standing.about == about && !standing.is_fresh) {
            self.standing = None;
        }
    }

    /// The operator has gone to another pane. What the same event says stays, and so does what waits elsewhere.
    pub fn left(&mut self, pane: PaneName) {
        let is_over = |standing: &Standing| match standing.about {
            _ if standing.is_fresh => false,
            About::Send => standing.keys > 1,
            About::Pane(of) => of == pane,
            _ => true,
        };
        if self.standing.as_ref().is_some_and(is_over) {
            self.standing = None;
        }
    }

    /// The message line is empty again (the question it put has been answered); the log keeps it.
    pub fn clear_line(&mut self) {
        self.standing = None;
    }

    /// What stands in the message line.
    #[must_use]
    pub fn line(&self) -> Option<&Message> {
        self.standing.as_ref().map(|standing| &standing.message)
    }

    /// All of them, newest first.
    pub fn newest_first(&self) -> impl ExactSizeIterator<Item = &Message> {
        self.messages.iter().rev()
    }
}

impl Standing {
    fn is_unseen_send(&self) -> bool {
        self.about == About::Send && self.keys == 0 && !self.is_fresh
    }
}

impl Failure {
    /// As a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Problem(problem) => problem.sentence(lang),
            Self::Cancelled => lang.app_cancelled().to_owned(),
            Self::Busy => lang.app_busy().to_owned(),
            Self::Panicked => lang.app_panicked().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    /// A log in which one event has said `text`.
    fn said(text: &str, about: About) -> Log {
        let mut log = Log::default();
        told(&mut log, text, about);
        log
    }

    fn told(log: &mut Log, text: &str, about: About) {
        log.begin(false);
        log.say(NOW, Tone::Plain, |_| text.to_owned());
        log.is_about(about);
        log.end();
    }

    fn line(log: &Log) -> &str {
        log.line().map_or("", |message| message.text(Lang::En))
    }

    #[test]
    fn a_message_is_gone_with_its_pane_but_not_with_the_event_that_said_it() {
        let mut log = said("made", About::Screen);
        log.left(PaneName::Links);
        assert_eq!(line(&log), "made", "said by the event that also went elsewhere");
        log.begin(true);
        log.left(PaneName::Campaigns);
        assert_eq!((line(&log), log.newest_first().len()), ("", 1));
    }

    #[test]
    fn what_waits_in_a_pane_stands_until_that_pane_is_left() {
        let mut log = said("a draft of 14:02", About::Pane(PaneName::Compose));
        for (left, stands) in [(PaneName::Links, true), (PaneName::Campaigns, true), (PaneName::Compose, false)] {
            log.begin(true);
            log.left(left);
            assert_eq!(log.line().is_some(), stands, "{left:?}");
        }
    }

    #[test]
    fn a_failure_is_gone_when_the_same_succeeds_and_not_when_something_else_does() {
        let mut log = said("no links", About::call(&Request::Links));
        log.begin(false);
        log.succeeded(&Request::Campaigns);
        assert_eq!(line(&log), "no links");
        log.succeeded(&Request::Links);
        assert_eq!(line(&log), "");
    }

    #[test]
    fn nothing_covers_a_message_about_a_send_before_a_key_was_pressed() {
        let mut log = said("c141 paused by itself", About::Send);
        told(&mut log, "no balance", About::Screen);
        assert_eq!((line(&log), log.newest_first().len()), ("c141 paused by itself", 2));
        told(&mut log, "c141 is finished", About::Send);
        assert_eq!(line(&log), "c141 is finished", "a newer one about a send does");
        log.begin(true);
        log.left(PaneName::Links);
        assert_eq!(line(&log), "c141 is finished", "the first key may have been on its way already");
        log.say(NOW, Tone::Plain, |_| "copied".to_owned());
        log.end();
        assert_eq!(line(&log), "copied", "the answer to a key is seen");
    }

    #[test]
    fn a_message_about_a_send_goes_with_the_second_key() {
        let mut log = said("c141 is finished", About::Send);
        for stands in [true, false] {
            log.begin(true);
            log.left(PaneName::Links);
            assert_eq!(log.line().is_some(), stands);
        }
    }

    #[test]
    fn what_the_next_key_would_do_is_gone_with_it() {
        let mut log = said("once more quits", About::NextKey);
        log.begin(false);
        assert_eq!(line(&log), "once more quits");
        log.begin(true);
        assert_eq!(line(&log), "");
    }
}
