//! The texts of a plan, measured: segments, fee, samples, who lacks a value. Pure.
use std::collections::{BTreeMap, HashSet};

use crate::sms::{Charset, Mobile, Money, Plan, Segments, Template, characters, charset, links_in, segments};

/// A saving is offered when so few characters make it.
const WORTH: u32 = 20;
/// So many different texts are looked at.
const TEXTS: usize = 1_000;
/// So many rows that lack a value are named.
const NAMED_ROWS: usize = 5;

/// What measuring the final texts found.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// The most characters any text has.
    pub longest: u32,
    /// Recipients by segments, fewest first.
    pub histogram: Vec<(Segments, u64)>,
    pub fee: Money,
    /// Three recipients' final texts, one of them the longest.
    pub samples: Vec<(Mobile, String)>,
    /// Characters to remove for one segment fewer, and what that saves.
    pub saving: Option<(u32, Money)>,
    /// Variables that somebody lacks.
    pub missing: Vec<String>,
    /// How many lack one.
    pub lacking: u64,
    /// Who.
    pub lack: Vec<Mobile>,
    /// The first of them: the row of the source, and what it lacks.
    pub lack_rows: Vec<(u32, String)>,
    /// Different final texts of a text with variables, each with the place of the first who gets it; at most [`TEXTS`].
    pub texts: Vec<(usize, String)>,
    /// There are more of them than that.
    pub are_more: bool,
}

impl Measured {
    /// The texts that are looked at for blocked words and templates.
    pub fn different_texts<'a>(&'a self, plan: &'a Plan) -> Vec<&'a str> {
        if self.texts.is_empty() {
            return vec![plan.text.as_str()];
        }
        self.texts.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// One kind of recipients: how their final text is encoded, how many characters and segments it has.
type Class = (Charset, u32, Segments);

pub(super) fn measure(plan: &Plan, price: Money) -> Measured {
    let template = Template::new(&plan.text);
    let mobiles = plan.recipients.mobiles();
    let mut measured = Measured::default();
    let mut seen_texts: HashSet<String> = HashSet::new();
    let mut classes: BTreeMap<Segments, (u64, u32, Charset)> = BTreeMap::new();
    let mut longest: Option<(u32, usize)> = None;
    let mut known: [Option<Class>; 2] = [None, None];
    let size = |text: &str, is_mainland: bool| {
        let charset = charset(text, is_mainland);
        (charset, characters(text, charset), segments(text, charset))
    };
    for (i, mobile) in mobiles.iter().enumerate() {
        let is_mainland = mobile.is_mainland();
        let class = if template.is_plain() {
            *known[usize::from(is_mainland)].get_or_insert_with(|| size(&plan.text, is_mainland))
        } else {
            match template.fill(&plan.recipients.columns, plan.recipients.values(i)) {
                Ok(text) => {
                    let size = size(&text, is_mainland);
                    if measured.texts.len() == TEXTS {
                        measured.are_more |= !seen_texts.contains(&text);
                    } else if seen_texts.insert(text.clone()) {
                        measured.texts.push((i, text));
                    }
                    size
                }
                Err(lacks) => {
                    measured.lacking += 1;
                    measured.lack.push(*mobile);
                    if measured.lack_rows.len() < NAMED_ROWS {
                        measured.lack_rows.push((plan.recipients.rows()[i], lacks.name.clone()));
                    }
                    if !measured.missing.contains(&lacks.name) {
                        measured.missing.push(lacks.name);
                    }
                    continue;
                }
            }
        };
        let (encoded, characters, segments) = class;
        if longest.is_none_or(|(most, _)| characters > most) {
            longest = Some((characters, i));
        }
        let entry = classes.entry(segments).or_insert((0, 0, encoded));
        entry.0 += 1;
        entry.1 = entry.1.max(characters);
    }
    measured.longest = longest.map_or_else(|| characters(&plan.text, Charset::Mainland), |(most, _)| most);
    measured.fee = classes.iter().map(|(segments, (n, ..))| price.times(u64::from(segments.0) * n)).sum();
    measured.saving = saving(&classes, price);
    measured.histogram = classes.iter().map(|(segments, (n, ..))| (*segments, *n)).collect();
    let shown = [Some(0), longest.map(|(_, i)| i), mobiles.len().checked_sub(1), Some(1)];
    let mut seen = Vec::new();
    for i in shown.into_iter().flatten().filter(|i| *i < mobiles.len()) {
        if seen.contains(&i) || seen.len() == 3 {
            continue;
        }
        seen.push(i);
        if let Ok(text) = template.fill(&plan.recipients.columns, plan.recipients.values(i)) {
            measured.samples.push((mobiles[i], text));
        }
    }
    measured
}

/// How few characters off everybody's text would bring those with the most segments one segment down.
fn saving(classes: &BTreeMap<Segments, (u64, u32, Charset)>, price: Money) -> Option<(u32, Money)> {
    let (segments, (people, characters, charset)) = classes.iter().next_back()?;
    let (alone, each) = charset.capacity();
    let fits = match segments.0 {
        0 | 1 => return None,
        2 => alone,
        more => each * (more - 1),
    };
    let over = characters.checked_sub(fits)?;
    (over > 0 && over <= WORTH).then(|| (over, price.times(*people)))
}

/// Addresses in a text that are not short links of ours: `https://…`, or `host.tld/path`.
pub(super) fn foreign_links(text: &str, hosts: &[&str]) -> Vec<String> {
    let ours = links_in(text, hosts);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "./:_-?=&%#~+".contains(c);
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split(|c: char| !is_part(c)) {
        let start = at + text[at..].find(word).unwrap_or(0);
        at = start + word.len();
        let bare = word.trim_start_matches("https://").trim_start_matches("http://");
        let host = bare.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let is_host = host.rsplit_once('.').is_some_and(|(name, end)| {
            !name.is_empty() && end.len() >= 2 && end.bytes().all(|b| b.is_ascii_alphabetic())
        });
        let is_link = (bare.len() < word.len() && !host.is_empty()) || (is_host && bare.len() > host.len() + 1);
        if is_link && !ours.iter().any(|(range, _)| range.start < at && start < range.end) {
            found.push(word.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::{Kind, Pacing, Recipients, Row, Start};

    fn plan(text: &str, recipients: Recipients) -> Plan {
        Plan {
            name: String::new(),
            kind: Kind::Marketing,
            text: text.to_owned(),
            mobile_stat: false,
            link_sids: Vec::new(),
            recipients: recipients.into(),
            pacing: Pacing::default(),
            start: Start::Now,
            ignores_quiet_hours: false,
            is_test: false,
            goes_on_after_hangup: false,
        }
    }

    #[test]
    fn four_characters_too_many_are_worth_a_hint() {
        let text = format!("【云雀】{}", "字".repeat(70));
        let measured = measure(&plan(&text, Recipients::typed("13800138000,13800138001")), Money::from_units(500));
        assert_eq!(measured.histogram, [(Segments(2), 2)]);
        assert_eq!(measured.fee, Money::from_units(2_000));
        assert_eq!(measured.saving, Some((4, Money::from_units(1_000))));
    }

    #[test]
    fn a_saving_abroad_is_measured_as_the_filled_text_is_encoded() {
        let mut recipients = Recipients::with_columns(vec!["name".to_owned()]);
        recipients.offer(Row { number: 1, mobile: "+447400123456", values: &["陈"] });
        // The template alone would fit GSM-7 and its 160 characters; with the name it is UCS-2, and four of 74 are too many.
        let measured = measure(&plan(&format!("{}{{name}}", "x".repeat(73)), recipients), Money::from_units(500));
        assert_eq!(measured.histogram, [(Segments(2), 1)]);
        assert_eq!(measured.saving, Some((4, Money::from_units(500))));
    }

    #[test]
    fn who_lacks_a_value_is_counted_and_named() {
        let mut recipients = Recipients::with_columns(vec!["name".to_owned()]);
        for (i, name) in ["陈", "", "欧阳"].iter().enumerate() {
            let mobile = format!("1380013800{i}");
            recipients.offer(Row { number: 1, mobile: &mobile, values: &[name] });
        }
        let measured = measure(&plan("【云雀】{name}，您好", recipients), Money::from_units(500));
        assert_eq!((measured.lacking, measured.missing.as_slice()), (1, &["name".to_owned()][..]));
        let texts: Vec<&str> = measured.samples.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["【云雀】陈，您好", "【云雀】欧阳，您好"]);
    }

    #[test]
    fn links_of_other_shorteners_are_found_and_ours_are_not() {
        let hosts = ["dx5.cn"];
        let found = |text: &str| foreign_links(text, &hosts);
        assert_eq!(found("【云雀】看 t.cn/A6xyz 与 dx5.cn/Ab12"), ["t.cn/A6xyz"]);
        assert_eq!(found("【云雀】https://example.com/a?b=1，满300减60.50"), ["https://example.com/a?b=1"]);
        assert_eq!(found("【云雀】https://dx5.cn/Ab12 400-000-1212 v2.0"), Vec::<String>::new());
    }
}
