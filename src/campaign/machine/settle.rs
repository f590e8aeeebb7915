//! Settling the unknown by the vendor's records (`api/yunpian-v2.md`, "Settling Unknown by records"), as a function.
//!
//! ```text
//! doubt ─ a record of that number and text, its sid held by nobody ─▶ Accepted(sid), which is held from now on
//!       ─ no record of that number at all, none of that text a day around, none whose number cannot be read, late
//!         enough, a control shown ─▶ Absent
//!       ─ anything else ─▶ Unsettled(why)
//! ```
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use jiff::{SignedDuration, Timestamp};

use crate::sms::{MessageSid, Mobile, Record, links_in};

/// How far the window reaches to each side of an attempt.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// How wrong our clock may have been at the attempt (in local time instead of UTC, say, or a day off): so far to each
/// side nobody may have the same text before anybody is called absent.
pub const ASTRAY: SignedDuration = SignedDuration::from_hours(25);

/// A recipient of whom nobody knows whether the message went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The place in the campaign.
    pub seq: u32,
    /// Who.
    pub mobile: Mobile,
    /// The final text, links masked.
    pub masked: String,
    /// The attempt, in server time.
    pub attempted_at: Timestamp,
    /// Since when the attempt could no longer be writing, by our own clock.
    pub since: Timestamp,
    /// The id that the attempt carried, where the account may set one.
    pub uid: Option<String>,
    /// Other messages of that text to that number, of about that time, whose ids nobody knows though they count as
    /// accepted: by an operator's word, or by an answer without an id. So many of the records are theirs.
    pub rivals: u32,
}

/// What is known beside the records.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Messages of ours, accepted in the window of this query, whose ids the journal holds.
    pub controls: &'a HashSet<MessageSid>,
    /// Now, by our own clock.
    pub now: Timestamp,
    /// How long after an attempt the records are believed to be complete.
    pub settle_after: SignedDuration,
    /// The hosts of our short links.
    pub hosts: &'a [&'a str],
}

/// What the records say of one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was accepted, as this message.
    Accepted(MessageSid),
    /// It was not.
    Absent,
    /// Nobody can say.
    Unsettled(Why),
}

/// Why the records do not settle it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The records may not be complete yet; then they may.
    TooEarly(Timestamp),
    /// A message to that number is there which nothing in the journal explains, or which may be another's.
    Stray,
    /// A message is there which nothing in the journal explains and which does not say to whom it went.
    Nameless,
    /// The same query shows no message of ours that must be there.
    NoControl,
}

/// A text with every short link of ours replaced by a mark: with clicks by number, a record holds the number's own.
#[must_use]
pub fn masked(text: &str, hosts: &[&str]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for (range, _) in links_in(text, hosts) {
        if range.start < from {
            continue;
        }
        masked.push_str(&text[from..range.start]);
        masked.push('\u{1f}');
        from = range.end;
    }
    masked.push_str(&text[from..]);
    masked.trim().to_owned()
}

/// Judges all doubts of one query by its records. `held` holds the ids that the journal has; what is found is added,
/// so that no message settles two attempts.
#[must_use]
pub fn judge<S: BuildHasher>(
    doubts: &[Doubt],
    records: &[Record],
    held: &mut HashSet<MessageSid, S>,
    known: Known<'_>,
) -> Vec<(u32, Verdict)> {
    let is_in_window = |record: &Record| doubts.iter().any(|doubt| is_near(record, doubt));
    let has_control = records.iter().any(|record| known.controls.contains(&record.sid) && is_in_window(record));
    let mut of: HashMap<Mobile, Vec<&Record>> = HashMap::new();
    for record in records {
        if let Some(mobile) = record.mobile {
            of.entry(mobile).or_default().push(record);
        }
    }
    let nameless: Vec<&Record> = records.iter().filter(|record| record.mobile.is_none()).collect();
    let mut verdicts = Vec::with_capacity(doubts.len());
    for doubt in doubts {
        let mine = of.get(&doubt.mobile).map_or(&[][..], Vec::as_slice);
        let unclaimed = || mine.iter().filter(|record| !held.contains(&record.sid));
        let is_nameless = nameless
            .iter()
            .any(|record| !held.contains(&record.sid) && (is_near(record, doubt) || is_of(record, doubt, known.hosts)));
        let is_stray = unclaimed().any(|record| is_near(record, doubt) || is_of(record, doubt, known.hosts));
        let found = unclaimed().filter(|record| is_near(record, doubt) && is_of(record, doubt, known.hosts));
        // Of so many the rivals may have all but one.
        let found = found.map(|record| record.sid).nth(doubt.rivals as usize);
        let settled_at = doubt.since.checked_add(known.settle_after).unwrap_or(Timestamp::MAX);
        let verdict = match found {
            Some(sid) => {
                held.insert(sid);
                Verdict::Accepted(sid)
            }
            None if is_stray => Verdict::Unsettled(Why::Stray),
            None if is_nameless => Verdict::Unsettled(Why::Nameless),
            None if known.now < settled_at => Verdict::Unsettled(Why::TooEarly(settled_at)),
            None if !has_control => Verdict::Unsettled(Why::NoControl),
            None => Verdict::Absent,
        };
        verdicts.push((doubt.seq, verdict));
    }
    verdicts
}

/// Within an hour of the attempt; a record without a time is near everything.
fn is_near(record: &Record, doubt: &Doubt) -> bool {
    record.send_time.is_none_or(|at| at.duration_since(doubt.attempted_at).abs() <= WINDOW)
}

/// By the id alone where both have one, else by the text.
fn is_of(record: &Record, doubt: &Doubt, hosts: &[&str]) -> bool {
    match (record.uid.as_deref().filter(|uid| !uid.is_empty()), &doubt.uid) {
        (Some(theirs), Some(ours)) => theirs == ours,
        _ => masked(&record.text, hosts) == doubt.masked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::{ReportStatus, Segments};

    const TEXT: &str = "【云雀】开抢 dx5.cn/Ab12 拒收请回复R";
    const HOSTS: &[&str] = &["dx5.cn", "yp2.cn"];

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
    }

    fn mobile(n: u64) -> Mobile {
        Mobile::from_digits(8_613_800_000_000 + n)
    }

    fn record(sid: i64, n: u64, text: &str, minutes: i64) -> Record {
        Record {
            sid: MessageSid(sid),
            mobile: Some(mobile(n)),
            send_time: Some(at(minutes)),
            text: text.to_owned(),
            status: ReportStatus::NoReport,
            received_at: None,
            error: String::new(),
            uid: None,
            segments: Segments(1),
        }
    }

    fn doubt(n: u32) -> Doubt {
        Doubt {
            seq: n,
            mobile: mobile(u64::from(n)),
            masked: masked(TEXT, HOSTS),
            attempted_at: at(0),
            since: at(0),
            uid: None,
            rivals: 0,
        }
    }

    fn judged(doubts: &[Doubt], records: &[Record], minutes: i64) -> Vec<Verdict> {
        let controls = HashSet::from([MessageSid(1)]);
        let mut held = controls.clone();
        let settle_after = SignedDuration::from_mins(15);
        let known = Known { controls: &controls, now: at(minutes), settle_after, hosts: HOSTS };
        judge(doubts, records, &mut held, known).into_iter().map(|(_, verdict)| verdict).collect()
    }

    #[test]
    fn a_record_whose_text_matches_but_for_the_link_proves_acceptance_at_any_time() {
        let own_link = record(77, 5, "【云雀】开抢 https://dx5.cn/Zz99Q 拒收请回复R", 0);
        assert_eq!(judged(&[doubt(5)], &[own_link], 0), [Verdict::Accepted(MessageSid(77))]);
    }

    #[test]
    fn the_same_text_hours_away_is_the_message_when_the_clock_was_wrong() {
        let control = record(1, 900, TEXT, 0);
        let away = record(77, 5, TEXT, -80);
        assert_eq!(judged(&[doubt(5)], &[control.clone(), away], 60), [Verdict::Unsettled(Why::Stray)]);
        let another = record(77, 5, "【云雀】您的订单已发货", -80);
        assert_eq!(judged(&[doubt(5)], &[control, another], 60), [Verdict::Absent]);
    }

    #[test]
    fn absence_needs_the_settle_time_and_a_control_and_no_stray() {
        let control = record(1, 900, TEXT, 0);
        assert_eq!(judged(&[doubt(5)], std::slice::from_ref(&control), 15), [Verdict::Absent]);
        let early = judged(&[doubt(5)], std::slice::from_ref(&control), 14);
        assert_eq!(early, [Verdict::Unsettled(Why::TooEarly(at(15)))]);
        assert_eq!(judged(&[doubt(5)], &[], 15), [Verdict::Unsettled(Why::NoControl)]);
        let other_text = record(78, 5, "【云雀】另一条", 0);
        assert_eq!(judged(&[doubt(5)], &[control, other_text], 15), [Verdict::Unsettled(Why::Stray)]);
    }

    #[test]
    fn a_record_that_does_not_say_to_whom_forbids_absence_unless_the_journal_holds_it() {
        let control = record(1, 900, TEXT, 0);
        let nameless = |sid: i64, text: &str| Record { mobile: None, ..record(sid, 5, text, 0) };
        for text in [TEXT, "【云雀】另一条"] {
            let verdicts = judged(&[doubt(5)], &[control.clone(), nameless(77, text)], 15);
            assert_eq!(verdicts, [Verdict::Unsettled(Why::Nameless)]);
        }
        assert_eq!(judged(&[doubt(5)], &[nameless(1, TEXT)], 15), [Verdict::Absent], "the control's own number");
    }

    #[test]
    fn of_messages_that_may_belong_to_another_only_one_too_many_is_ours() {
        let (control, one, two) = (record(1, 900, TEXT, 0), record(77, 5, TEXT, 0), record(78, 5, TEXT, 0));
        let doubt = Doubt { rivals: 1, ..doubt(5) };
        let verdicts = judged(std::slice::from_ref(&doubt), &[control.clone(), one.clone()], 15);
        assert_eq!(verdicts, [Verdict::Unsettled(Why::Stray)]);
        let both = judged(std::slice::from_ref(&doubt), &[control, one, two], 15);
        assert_eq!(both, [Verdict::Accepted(MessageSid(78))]);
    }

    #[test]
    fn a_message_settles_at_most_one_attempt_and_one_that_the_journal_holds_settles_none() {
        let (control, twin) = (record(1, 900, TEXT, 0), doubt(5));
        let records = [control, record(77, 5, TEXT, 0)];
        let verdicts = judged(&[twin.clone(), twin], &records, 15);
        assert_eq!(verdicts, [Verdict::Accepted(MessageSid(77)), Verdict::Absent]);
        assert_eq!(judged(&[doubt(5)], &[record(1, 5, TEXT, 0)], 15), [Verdict::Absent]);
    }

    #[test]
    fn where_records_echo_our_id_only_the_id_counts() {
        let with_uid = |uid: &str| Record { uid: Some(uid.to_owned()), ..record(77, 5, TEXT, 0) };
        let doubt = Doubt { uid: Some("c1-7".to_owned()), ..doubt(5) };
        assert_eq!(judged(std::slice::from_ref(&doubt), &[with_uid("c1-7")], 15), [Verdict::Accepted(MessageSid(77))]);
        let other = judged(&[doubt], &[with_uid("c1-8"), record(1, 900, TEXT, 0)], 15);
        assert_eq!(other, [Verdict::Unsettled(Why::Stray)]);
    }

    #[test]
    fn a_record_of_another_hour_proves_nothing_and_one_of_this_text_forbids_absence() {
        let control = record(1, 900, TEXT, 0);
        let other_text = record(78, 5, "【云雀】另一条", -90);
        assert_eq!(judged(&[doubt(5)], &[other_text, control.clone()], 15), [Verdict::Absent]);
        // Our clock may have been wrong at the attempt: this may be the very message.
        let same_text = record(77, 5, TEXT, -90);
        assert_eq!(judged(&[doubt(5)], &[same_text, control], 15), [Verdict::Unsettled(Why::Stray)]);
    }
}
