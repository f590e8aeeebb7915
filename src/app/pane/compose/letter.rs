//! What is typed: the fields of a message, and how they become a draft and come back from one.
use jiff::Timestamp;

use crate::app::editor::Editor;
use crate::sms::{CampaignId, Draft, DraftId, Kind, Reading, Sid, Source, Template, links_in};

/// Endings that only files have.
const ENDINGS: [&str; 5] = [".csv", ".tsv", ".txt", ".xlsx", ".xls"];

/// The fields of a message.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) name: Editor,
    pub(super) to: Editor,
    pub(super) text: Editor,
    /// As the operator decided; `None` for what the number of recipients says.
    pub(super) kind: Option<Kind>,
    /// As the operator decided; `None` for "once a link of ours is in the text".
    pub(super) mobile_stat: Option<bool>,
    /// What was chosen about the file: the column of the numbers, its encoding.
    pub(super) reading: Reading,
    pub(super) copied_from: Option<CampaignId>,
    link: Option<Sid>,
    /// Given when it is kept for the first time.
    pub(super) id: Option<DraftId>,
}

impl Default for Letter {
    fn default() -> Self {
        Self {
            name: Editor::line(""),
            to: Editor::line(""),
            text: Editor::lines(""),
            kind: None,
            mobile_stat: None,
            reading: Reading::default(),
            copied_from: None,
            link: None,
            id: None,
        }
    }
}

impl Letter {
    /// A draft, taken up again. The id stays, so that it is kept in its old place.
    pub(super) fn of(draft: &Draft) -> Self {
        let (to, reading) = match &draft.to {
            Source::Typed(numbers) => (Editor::line(numbers), Reading::default()),
            Source::File { path, reading } => (Editor::line(path), reading.clone()),
        };
        Self {
            name: Editor::line(&draft.name),
            to,
            text: Editor::lines(&draft.text),
            kind: draft.kind,
            mobile_stat: draft.mobile_stat,
            reading,
            copied_from: draft.copied_from,
            link: draft.link.clone(),
            id: Some(draft.id),
        }
    }

    /// What is typed, as a draft of that many recipients; `None` when nothing worth keeping is.
    pub(super) fn draft(&self, recipients: u64, now: Timestamp) -> Option<Draft> {
        let fresh = Draft::new(now);
        let draft = Draft {
            id: self.id.unwrap_or(fresh.id),
            name: self.name.text(),
            to: self.source(),
            recipients,
            kind: self.kind,
            text: self.text.text(),
            mobile_stat: self.mobile_stat,
            link: self.link.clone(),
            copied_from: self.copied_from,
            ..fresh
        };
        (!draft.is_empty()).then_some(draft)
    }

    /// Whether nothing is typed.
    pub(super) fn is_blank(&self) -> bool {
        self.name.is_empty() && self.to.is_empty() && self.text.text().trim().is_empty()
    }

    /// Where the recipients come from.
    pub(super) fn source(&self) -> Source {
        let typed = self.to.text();
        if names_a_file(&typed) {
            return Source::File { path: typed.trim().to_owned(), reading: self.reading.clone() };
        }
        if typed.trim().is_empty() { Source::default() } else { Source::Typed(typed) }
    }

    /// The variables of the text, each once.
    pub(super) fn variables(&self) -> Vec<String> {
        Template::new(&self.text.text()).variables().into_iter().map(str::to_owned).collect()
    }

    /// The links of ours in the text, each once, in order.
    pub(super) fn links(&self, hosts: &[String]) -> Vec<Sid> {
        let (text, hosts): (_, Vec<&str>) = (self.text.text(), hosts.iter().map(String::as_str).collect());
        let mut sids: Vec<Sid> = Vec::new();
        for (_, code) in links_in(&text, &hosts) {
            if !sids.iter().any(|sid| sid.0 == code) {
                sids.push(Sid(code.to_owned()));
            }
        }
        sids
    }

    /// Whether every recipient gets a link of their own: as decided, else once a link of ours is in the text.
    pub(super) fn has_mobile_stat(&self, hosts: &[String]) -> bool {
        self.mobile_stat.unwrap_or_else(|| !self.links(hosts).is_empty())
    }

    /// The kind: as decided, else what so many recipients say.
    pub(super) fn kind_for(&self, recipients: usize) -> Kind {
        self.kind.unwrap_or_else(|| Kind::default_for(recipients))
    }

    /// Puts a piece into the text at the cursor, with a blank where two words would become one.
    pub(super) fn insert(&mut self, piece: &str) {
        let (text, at) = (self.text.text(), self.text.cursor());
        let sticks = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '/');
        let mut padded = String::new();
        if sticks(text[..at].chars().next_back()) && sticks(piece.chars().next()) {
            padded.push(' ');
        }
        padded.push_str(piece);
        if sticks(piece.chars().next_back()) && sticks(text[at..].chars().next()) {
            padded.push(' ');
        }
        self.text.paste(&padded);
    }

    /// Begins a text with a link of ours at its end, the cursor before it: what is typed next stands in front.
    pub(super) fn begin_with(&mut self, bare: &str, sid: Option<Sid>) {
        if self.text.text().contains(bare) {
            return;
        }
        if self.text.text().trim().is_empty() {
            self.text.set(&format!(" {bare}"));
            self.text.move_to(0);
        } else {
            self.insert(&format!(" {bare}"));
        }
        self.link = self.link.take().or(sid);
    }
}

/// Whether what stands in To is a path: numbers have no letters, and names beside numbers have digits.
fn names_a_file(typed: &str) -> bool {
    let typed = typed.trim();
    let beginning: String = typed.chars().take(512).collect();
    if beginning.starts_with(['/', '~']) || beginning.starts_with("./") || beginning.starts_with("../") {
        return true;
    }
    let lower = beginning.to_ascii_lowercase();
    let has_digits_in_a_row = beginning.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 7);
    ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || (beginning.chars().any(char::is_alphabetic) && !has_digits_in_a_row)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn paths_and_numbers_are_told_apart_as_they_are_typed() {
        for path in ["/srv/a", "~/lists/vip-1212.csv", "./a", "../13800138000.csv", "名单.xlsx", "vip"] {
            assert!(names_a_file(path), "{path}");
        }
        for numbers in ["", "138", "13800138000", "+44 7911 123456", "138-0013-8000/13900139000", "张三 13900139000"]
        {
            assert!(!names_a_file(numbers), "{numbers}");
        }
    }

    #[test]
    fn a_draft_comes_back_as_it_was() {
        let draft = Draft {
            name: "双12".into(),
            to: Source::File {
                path: "~/a.csv".into(),
                reading: Reading { column: Some("手机".into()), ..Reading::default() },
            },
            recipients: 7,
            kind: Some(Kind::Notification),
            text: "【云雀】{name}\ndx5.cn/a".into(),
            mobile_stat: Some(false),
            link: Some(Sid("a".into())),
            copied_from: Some(CampaignId(3)),
            ..Draft::new(NOW)
        };
        assert_eq!(Letter::of(&draft).draft(7, NOW), Some(draft));
        assert_eq!(Letter::default().draft(0, NOW), None);
    }

    #[test]
    fn what_is_typed_after_a_link_was_chosen_stands_in_front_of_it() {
        let mut letter = Letter::default();
        letter.begin_with("dx5.cn/a", None);
        letter.insert("【云雀】看");
        assert_eq!(letter.text.text(), "【云雀】看 dx5.cn/a");
        letter.begin_with("dx5.cn/a", None);
        assert_eq!(letter.text.text(), "【云雀】看 dx5.cn/a", "once is enough");
    }

    #[test]
    fn a_link_never_runs_into_the_word_beside_it() {
        let mut letter = Letter::default();
        letter.text.set("【云雀】go");
        letter.insert("dx5.cn/a");
        letter.insert("now");
        assert_eq!(letter.text.text(), "【云雀】go dx5.cn/a now");
    }
}
