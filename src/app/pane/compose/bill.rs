//! What the text is and costs, live: pure, exact, and never slower than a keystroke.
//!
//! ```text
//! plain text    one text for all: characters and segments at once, times recipients at home and abroad
//! {variables}   every recipient's own: the first two thousand are filled in, the review counts them all
//! ```
use std::ops::RangeInclusive;

use super::audience::Tally;
use crate::sms::{Charset, Money, Recipients, Segments, SmsText, Template, characters, charset, segments};

/// So many personal texts are filled in while somebody types.
const SAMPLE: usize = 2000;
/// A saving further away than this many characters is not worth a hint.
const NEAR: u32 = 20;

/// What the text is and costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bill {
    /// Characters of the shortest and of the longest final text.
    pub(super) characters: RangeInclusive<u32>,
    /// Segments of the cheapest and of the dearest.
    pub(super) segments: RangeInclusive<u32>,
    /// Characters that still fit into the last segment of the longest.
    pub(super) room: u32,
    /// Recipients by segments, when each has a text of their own: segments, how many.
    pub(super) histogram: Vec<(Segments, u64)>,
    /// Recipients who lack a value, among those looked at.
    pub(super) lacking: u64,
    /// Only the first few were looked at.
    pub(super) is_sampled: bool,
    /// About what it costs.
    pub(super) fee: Money,
    /// Characters fewer, and what that saves.
    pub(super) saving: Option<(u32, Money)>,
    /// The first recipient's final text, when each has their own.
    pub(super) example: Option<(usize, String)>,
}

impl Bill {
    /// Of a text to these people; without any, of one message at home.
    pub(super) fn of(text: &str, people: Option<&Recipients>, tally: Tally, price: Money) -> Self {
        let template = Template::new(text);
        match people.filter(|people| !template.is_plain() && !people.is_empty()) {
            Some(people) => Self::personal(&template, people, price),
            None => Self::plain(text, tally, price),
        }
    }

    fn plain(text: &str, tally: Tally, price: Money) -> Self {
        let length = characters(text, Charset::Mainland);
        let at_home = segments(text, Charset::Mainland);
        let abroad = segments(text, charset(text, false));
        let (mainland, foreign) = match tally.recipients {
            0 => (1, 0),
            all => (tally.mainland, all - tally.mainland),
        };
        let billed = u64::from(at_home.0) * mainland + u64::from(abroad.0) * foreign;
        let least = if foreign > 0 && mainland > 0 { at_home.0.min(abroad.0) } else { at_home.0 };
        let shown = if mainland == 0 { abroad.0..=abroad.0 } else { least..=at_home.0.max(least) };
        Self {
            characters: length..=length,
            segments: shown,
            room: room(length, at_home.0),
            histogram: Vec::new(),
            lacking: 0,
            is_sampled: false,
            fee: price.times(billed),
            saving: saving(length, at_home.0).map(|fewer| (fewer, price.times(mainland))).filter(|_| mainland > 0),
            example: None,
        }
    }

    fn personal(template: &Template, people: &Recipients, price: Money) -> Self {
        let looked_at = people.len().min(SAMPLE);
        let mut lengths = (u32::MAX, 0);
        let mut histogram: Vec<(Segments, u64)> = Vec::new();
        let (mut lacking, mut example) = (0, None);
        for (i, mobile) in people.mobiles().iter().enumerate().take(looked_at) {
            let Ok(text) = template.fill(&people.columns, people.values(i)) else {
                lacking += 1;
                continue;
            };
            let length = characters(&text, Charset::Mainland);
            lengths = (lengths.0.min(length), lengths.1.max(length));
            let parts = segments(&text, charset(&text, mobile.is_mainland()));
            match histogram.iter_mut().find(|(known, _)| *known == parts) {
                Some((_, count)) => *count += 1,
                None => histogram.push((parts, 1)),
            }
            example.get_or_insert((i, text));
        }
        histogram.sort_unstable();
        let billed: u64 = histogram.iter().map(|(parts, count)| u64::from(parts.0) * count).sum();
        let is_sampled = looked_at < people.len();
        // The rest is taken to be like the first: an estimate, and said to be one.
        let billed = if is_sampled { scaled(billed, people.len() as u64, looked_at as u64) } else { billed };
        let of = |entry: Option<&(Segments, u64)>| entry.map_or(0, |(parts, _)| parts.0);
        let longest = lengths.1;
        Self {
            characters: lengths.0.min(longest)..=longest,
            segments: of(histogram.first())..=of(histogram.last()),
            room: room(longest, segments_of(longest)),
            histogram,
            lacking,
            is_sampled,
            fee: price.times(billed),
            saving: None,
            example,
        }
    }

    /// Whether nothing is known of it: no text of anybody can be filled in.
    pub(super) fn is_unknown(&self, text: &str) -> bool {
        self.histogram.is_empty() && !Template::new(text).is_plain()
    }

    /// Characters more than the API takes, in the longest text.
    pub(super) const fn excess(&self) -> u32 {
        self.characters.end().saturating_sub(SmsText::LONGEST)
    }
}

fn segments_of(length: u32) -> u32 {
    let (alone, each) = Charset::Mainland.capacity();
    if length <= alone { length.min(1) } else { length.div_ceil(each) }
}

/// Characters that still fit without another segment.
fn room(length: u32, parts: u32) -> u32 {
    let (alone, each) = Charset::Mainland.capacity();
    if parts <= 1 { alone.saturating_sub(length) } else { (each * parts).saturating_sub(length) }
}

/// Characters fewer for one segment less, when that is near.
fn saving(length: u32, parts: u32) -> Option<u32> {
    let (alone, each) = Charset::Mainland.capacity();
    let fits = match parts {
        0 | 1 => return None,
        2 => alone,
        parts => each * (parts - 1),
    };
    Some(length.saturating_sub(fits)).filter(|fewer| (1..=NEAR).contains(fewer))
}

fn scaled(sum: u64, all: u64, looked_at: u64) -> u64 {
    let exact = u128::from(sum) * u128::from(all) / u128::from(looked_at.max(1));
    u64::try_from(exact).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::Row;

    const PRICE: Money = Money::from_units(500);

    fn home(recipients: u64) -> Tally {
        Tally { recipients, mainland: recipients, ..Tally::default() }
    }

    #[test]
    fn a_plain_text_costs_its_segments_times_its_recipients() {
        let text = "字".repeat(74);
        let bill = Bill::of(&text, None, home(12_312), PRICE);
        assert_eq!((bill.segments.clone(), bill.room), (2..=2, 60));
        assert_eq!(bill.fee, Money::parse("1231.20").unwrap());
        assert_eq!(bill.saving, Some((4, Money::parse("615.60").unwrap())));
    }

    #[test]
    fn what_would_save_nothing_soon_is_not_offered() {
        assert_eq!(Bill::of(&"字".repeat(70), None, home(1), PRICE).saving, None);
        assert_eq!(Bill::of(&"字".repeat(120), None, home(1), PRICE).saving, None);
        assert_eq!(Bill::of(&"字".repeat(137), None, home(1), PRICE).saving, Some((3, PRICE)));
    }

    #[test]
    fn recipients_abroad_are_billed_by_their_own_rule() {
        let abroad = Tally { recipients: 3, mainland: 1, ..Tally::default() };
        let bill = Bill::of(&"a".repeat(150), None, abroad, PRICE);
        assert_eq!((bill.segments.clone(), bill.fee), (1..=3, PRICE.times(3 + 1 + 1)));
    }

    #[test]
    fn personal_texts_are_filled_in_and_those_without_a_value_are_counted() {
        let mut people = Recipients::with_columns(vec!["name".into()]);
        for (i, name) in ["李", "欧阳欧阳", ""].into_iter().enumerate() {
            people.offer(Row { number: 2, mobile: &format!("1380013800{i}"), values: &[name] });
        }
        let text = format!("【云雀】{{name}}{}", "字".repeat(65));
        let bill = Bill::of(&text, Some(&people), home(3), PRICE);
        assert_eq!((bill.characters.clone(), bill.segments.clone(), bill.lacking), (70..=73, 1..=2, 1));
        assert_eq!(
            (bill.histogram.as_slice(), bill.fee),
            ([(Segments(1), 1), (Segments(2), 1)].as_slice(), PRICE.times(3))
        );
        assert!(bill.example.unwrap().1.starts_with("【云雀】李"));
    }
}
