//! One chord: a key with its modifiers, as it is pressed, written in the config and shown in the footer.
use std::fmt::{self, Write as _};
use std::str::FromStr;

use crokey::{KeyCombination, OneToThree};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, in one spelling whatever the terminal: `L` and `shift-l` are the same chord.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord(KeyCombination);

/// A text that names no chord.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a key")]
pub struct NotAChord(pub String);

impl Chord {
    /// The chord of a key press. What a Chinese input method makes of a key acts as the key itself (`？` as `?`, `ｑ`
    /// as `q`), so use this for commands only, never for text.
    #[must_use]
    pub fn of(key: KeyEvent) -> Self {
        let code = match key.code {
            KeyCode::Char(c) => KeyCode::Char(twin(c)),
            other => other,
        };
        Self::normal(KeyCombination::one_key(code, key.modifiers))
    }

    fn normal(combination: KeyCombination) -> Self {
        let mut normal = combination.normalized();
        // `?` is `?` whether or not the terminal also reports the shift that was held for it.
        if let OneToThree::One(KeyCode::Char(c)) = normal.codes
            && !c.is_ascii_alphabetic()
        {
            normal.modifiers.remove(KeyModifiers::SHIFT);
        }
        if normal.codes == OneToThree::One(KeyCode::BackTab) {
            normal.modifiers.insert(KeyModifiers::SHIFT);
        }
        Self(normal)
    }

    /// Whether it is a plain character, the kind that typing produces.
    #[must_use]
    pub fn is_plain_character(self) -> bool {
        matches!(self.0.codes, OneToThree::One(KeyCode::Char(_))) && (self.0.modifiers - KeyModifiers::SHIFT).is_empty()
    }
}

impl FromStr for Chord {
    type Err = NotAChord;

    /// Reads `q`, `Q`, `?`, `ctrl-l`, `shift-tab`, `pageup`, `space`.
    fn from_str(text: &str) -> Result<Self, NotAChord> {
        let mut characters = text.chars();
        if let (Some(c), None) = (characters.next(), characters.next())
            && !c.is_control()
        {
            return Ok(Self::of(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
        let lower = text.to_ascii_lowercase().replace("shift-tab", "backtab");
        let parsed = crokey::parse(&lower).map_err(|_| NotAChord(text.to_owned()))?;
        if !parsed.is_ansi_compatible() {
            return Err(NotAChord(text.to_owned()));
        }
        Ok(Self::normal(parsed))
    }
}

/// As the footer and the help show it: `Enter`, `Esc`, `Ctrl-L`, `Y`, `?`.
impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OneToThree::One(code) = self.0.codes else { return Ok(()) };
        let mut name = String::new();
        if self.0.modifiers.contains(KeyModifiers::CONTROL) {
            name.push_str("Ctrl-");
        }
        if self.0.modifiers.contains(KeyModifiers::ALT) {
            name.push_str("Alt-");
        }
        match code {
            KeyCode::Char(' ') => name.push_str("Space"),
            KeyCode::Char(c) if self.0.modifiers.contains(KeyModifiers::CONTROL) => name.push(c.to_ascii_uppercase()),
            KeyCode::Char(c) => name.push(c),
            KeyCode::BackTab => name.push_str("Shift-Tab"),
            KeyCode::PageUp => name.push_str("PgUp"),
            KeyCode::PageDown => name.push_str("PgDn"),
            KeyCode::Delete => name.push_str("Del"),
            KeyCode::F(n) => write!(name, "F{n}")?,
            other => write!(name, "{other:?}")?,
        }
        f.pad(&name)
    }
}

/// The ASCII key behind what an input method made of it.
#[must_use]
pub const fn twin(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(c as u32 - 0xfee0) {
            Some(ascii) => ascii,
            None => c,
        },
        '\u{3000}' => ' ',
        // What the keys `/ [ ] . , < >` give while a Chinese input method is on.
        '、' => '/',
        '【' => '[',
        '】' => ']',
        '。' => '.',
        '《' => '<',
        '》' => '>',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(c: char, modifiers: KeyModifiers) -> Chord {
        Chord::of(KeyEvent::new(KeyCode::Char(c), modifiers))
    }

    #[test]
    fn a_chord_has_one_spelling_whatever_the_terminal_reports() {
        let large: Chord = "L".parse().unwrap();
        assert_eq!(large, "shift-l".parse().unwrap());
        assert_eq!(large, pressed('L', KeyModifiers::SHIFT));
        assert_eq!(large, pressed('L', KeyModifiers::NONE));
        assert_ne!(large, pressed('l', KeyModifiers::NONE));
        assert_eq!("?".parse(), Ok(pressed('?', KeyModifiers::SHIFT)));
        assert_eq!("shift-tab".parse(), Ok(Chord::of(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT))));
    }

    #[test]
    fn what_an_input_method_makes_of_a_key_acts_as_the_key() {
        for (typed, meant) in
            [('：', ':'), ('／', '/'), ('？', '?'), ('！', '!'), ('ｑ', 'q'), ('、', '/'), ('【', '[')]
        {
            assert_eq!(pressed(typed, KeyModifiers::NONE), pressed(meant, KeyModifiers::NONE));
        }
    }

    #[test]
    fn names_read_back() {
        for name in ["Enter", "Esc", "Tab", "Shift-Tab", "Ctrl-L", "Y", "y", "?", "/", ":", "Space", "F5", "Up"] {
            assert_eq!(name.parse::<Chord>().unwrap().to_string(), name);
        }
        assert_eq!("page-up".parse::<Chord>(), Err(NotAChord("page-up".to_owned())));
        assert!("ctrl-nonsense".parse::<Chord>().is_err());
    }
}
