//! The console as a test drives it: keys go in as a string, effects are resolved by hand, the screen is a picture.
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use yunque::app::{App, CallId, Effect, Event, Failure, Outlook, Request, Response, Settings, Size, Theme};
use yunque::words::Lang;

use crate::{picture, world};

/// Answers a request, or leaves it open.
type Answer = Box<dyn FnMut(&Request) -> Option<Result<Response, Failure>>>;

/// A console with a clock and a worker in the test's hands.
pub struct Console {
    pub app: App,
    pub now: Timestamp,
    pub theme: Theme,
    /// Calls without an answer yet, oldest first.
    pub open: Vec<(CallId, Request)>,
    /// Every outlook that was to be kept.
    pub kept: Vec<Outlook>,
    /// Every other effect so far that is not a call.
    pub effects: Vec<Effect>,
    /// Every id that was ever given out.
    pub ids: Vec<CallId>,
    size: Size,
    answer: Answer,
}

impl Console {
    /// 80×24, English, the world of the screens.
    pub fn new() -> Self {
        Self::with(world::settings(Lang::En), Size::new(80, 24))
    }

    /// Of that size, with those settings.
    pub fn with(settings: Settings, size: Size) -> Self {
        Self::answering(settings, size, world::answer)
    }

    /// With a worker of the test's own from the first call on.
    pub fn answering(
        settings: Settings,
        size: Size,
        answer: impl FnMut(&Request) -> Option<Result<Response, Failure>> + 'static,
    ) -> Self {
        Self::recalling(Outlook::default(), settings, size, answer)
    }

    /// As [`Console::answering`], where somebody was looking somewhere when it was left last.
    pub fn recalling(
        outlook: Outlook,
        settings: Settings,
        size: Size,
        answer: impl FnMut(&Request) -> Option<Result<Response, Failure>> + 'static,
    ) -> Self {
        let mut console = Self {
            app: App::new(settings),
            now: world::at("11-23 14:02"),
            theme: Theme::default(),
            open: Vec::new(),
            kept: Vec::new(),
            effects: Vec::new(),
            ids: Vec::new(),
            size,
            answer: Box::new(answer),
        };
        console.app.recall(outlook);
        console.tell(Event::Started(size));
        console
    }

    /// Hands over one event, and answers what the worker answers by itself.
    pub fn tell(&mut self, event: Event) -> &mut Self {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in self.app.update(event, self.now) {
                let (id, request) = match effect {
                    Effect::Call { id, request } => (id, request),
                    Effect::KeepOutlook(outlook) => {
                        self.kept.push(*outlook);
                        continue;
                    }
                    effect => {
                        self.effects.push(effect);
                        continue;
                    }
                };
                assert!(!self.ids.contains(&id), "{id:?} was given out twice");
                self.ids.push(id);
                match (self.answer)(&request) {
                    Some(outcome) => events.push(Event::Replied { id, outcome }),
                    // Nobody else writes, unless a test says so.
                    None if request == Request::Changes => {
                        events.push(Event::Replied { id, outcome: Ok(Response::Changed(false)) });
                    }
                    None => self.open.push((id, request)),
                }
            }
        }
        self
    }

    /// Presses keys, one at a time: `n https://a.example<enter>`; `<` itself is `<lt>`.
    pub fn run(&mut self, keys: &str) -> &mut Self {
        for key in parse(keys) {
            self.tell(Event::Keys(vec![key]));
        }
        self
    }

    /// Answers the oldest open call that `is_meant`, and gives its request.
    pub fn reply(&mut self, is_meant: impl Fn(&Request) -> bool, outcome: Result<Response, Failure>) -> Request {
        let found = self.open.iter().position(|(_, request)| is_meant(request));
        let (id, request) = self.open.remove(found.unwrap_or_else(|| panic!("no such call in {:?}", self.open)));
        self.tell(Event::Replied { id, outcome });
        request
    }

    /// Lets time pass; a wake-up that was asked for meanwhile comes.
    pub fn pass(&mut self, seconds: i64) -> &mut Self {
        let until = self.now + SignedDuration::from_secs(seconds);
        while let Some(wake) = self.app.next_wake().filter(|wake| *wake <= until) {
            self.now = wake.max(self.now);
            self.tell(Event::WokeUp);
            let is_again = self.app.next_wake().is_some_and(|next| next <= wake);
            assert!(!is_again, "a wake-up that changes nothing asks for itself again");
        }
        self.now = until;
        self
    }

    /// Another size.
    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.size = Size::new(width, height);
        self.tell(Event::Resized(self.size))
    }

    /// The screen as a reader sees it.
    pub fn picture(&self) -> String {
        let (buffer, cursor) = picture::frame(&self.app, self.now, &self.theme, self.size.width, self.size.height);
        picture::text(&buffer, cursor)
    }

    /// The screen, and where its styles are.
    pub fn styled(&self) -> String {
        let (buffer, cursor) = picture::frame(&self.app, self.now, &self.theme, self.size.width, self.size.height);
        format!("{}\n{}", picture::text(&buffer, cursor), picture::styles(&buffer))
    }

    /// One row of the screen, from the bottom: 2 is the message, 1 the status, 0 the keys.
    pub fn row_from_bottom(&self, row: usize) -> String {
        self.picture().lines().rev().nth(row).unwrap_or_default().trim().to_owned()
    }

    /// The message line.
    pub fn message(&self) -> String {
        self.row_from_bottom(2)
    }
}

/// `abc<enter><ctrl-l>` as key presses.
pub fn parse(keys: &str) -> Vec<KeyEvent> {
    let mut presses = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let named = (c == '<').then(|| rest[1..].split_once('>')).flatten();
        let (key, behind) = match named {
            Some((name, behind)) => (press(name), behind),
            None => (KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE), &rest[c.len_utf8()..]),
        };
        presses.push(key);
        rest = behind;
    }
    presses
}

fn press(name: &str) -> KeyEvent {
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "backspace" => KeyCode::Backspace,
        "lt" => KeyCode::Char('<'),
        control => {
            let c = control.strip_prefix("ctrl-").and_then(|c| c.chars().next()).unwrap_or_else(|| panic!("<{name}>"));
            return KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL);
        }
    };
    KeyEvent::new(code, KeyModifiers::NONE)
}
