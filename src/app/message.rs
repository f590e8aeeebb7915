//! The one place for messages: the newest stands in the third-last line, the log keeps them all.
use std::collections::VecDeque;

use jiff::Timestamp;

use super::request::Failure;
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

/// All messages of this session, the newest at the end; the oldest make room after a thousand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    messages: VecDeque<Message>,
    is_answered: bool,
}

impl Log {
    const MOST: usize = 1000;

    /// Says something; `words` is asked for it in each language.
    pub fn say(&mut self, now: Timestamp, tone: Tone, words: impl Fn(Lang) -> String) {
        if self.messages.len() == Self::MOST {
            self.messages.pop_front();
        }
        let (english, chinese) = (words(Lang::En), words(Lang::ZhCn));
        self.messages.push_back(Message { at: now, tone, english, chinese });
        self.is_answered = false;
    }

    /// Says why a call brought nothing: what happened, whether anything was sent, what to do now. A cancelled call
    /// was the operator's own wish and needs no words.
    pub fn say_failure(&mut self, now: Timestamp, failure: &Failure) {
        if *failure != Failure::Cancelled {
            self.say(now, Tone::Failed, |lang| failure.sentence(lang));
        }
    }

    /// The message line is empty again (the question it put has been answered); the log keeps it.
    pub fn clear_line(&mut self) {
        self.is_answered = true;
    }

    /// What stands in the message line.
    #[must_use]
    pub fn line(&self) -> Option<&Message> {
        self.messages.back().filter(|_| !self.is_answered)
    }

    /// All of them, newest first.
    pub fn newest_first(&self) -> impl ExactSizeIterator<Item = &Message> {
        self.messages.iter().rev()
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
