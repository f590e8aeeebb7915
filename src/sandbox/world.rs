//! Everything the server remembers, in memory: accounts, links, texts, parcels, messages.
//!
//! A *parcel* is what one call had accepted: one text for a run of messages. A message is 24 bytes; its text is its
//! parcel's with the codes put in when somebody reads it, so a million messages are tens of megabytes.
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use super::audience::{Audience, Delivery, Reply, is_opt_out, mix};
use super::clicks::Traffic;
use super::codes::{CodeOwner, Codes};
use super::reports::Reports;
use super::settings::Settings;
use crate::sms::Money;

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;

/// No earlier message.
const NONE: u32 = u32::MAX;

/// One accepted message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message {
    /// Digits of the E.164 form.
    pub(super) mobile: u64,
    pub(super) parcel: u32,
    /// The number of its first own code; its further links have the next ones.
    code: u32,
    /// The message before it to the same number.
    previous: u32,
    /// How many that number had before.
    nth: u16,
}

/// What one call had accepted.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) account: u32,
    pub(super) text: u32,
    pub(super) uid: Option<Box<str>>,
    pub(super) mobile_stat: bool,
    /// Unix milliseconds.
    pub(super) at: i64,
    /// How many times faster than life its readers are; the seeded past is at 1.
    pub(super) pace: f64,
    pub(super) messages: Range<u32>,
}

/// A text as it was asked for, with the places of this account's links in it.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) body: Arc<str>,
    hash: u64,
    /// The links in it, each once.
    pub(super) links: Vec<u32>,
    /// Where a code stands, and which of `links` it is of.
    spots: Vec<(usize, u8)>,
}

/// A short link.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) account: u32,
    pub(super) sid: String,
    pub(super) long_url: String,
    pub(super) name: String,
    pub(super) created_at: i64,
    /// Clicks from then on are not counted.
    pub(super) counts_until: i64,
    pub(super) traffic: Traffic,
}

/// An account: whoever has its key.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) balance: Money,
    /// Indices, oldest first.
    pub(super) parcels: Vec<u32>,
    pub(super) reports: Reports,
}

/// Hashes a number by mixing it: numbers are no attackers on loopback.
#[derive(Debug, Default)]
pub(super) struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| mix(hash ^ u64::from(*byte)));
    }
    fn write_u64(&mut self, word: u64) {
        self.0 = mix(word);
    }
}

/// Everything.
#[derive(Debug)]
pub(super) struct World {
    pub(super) audience: Audience,
    pub(super) pace: f64,
    pub(super) price: Money,
    pub(super) e164_answers: bool,
    pub(super) stats_lag: i64,
    pub(super) records_lag: i64,
    balance: Money,
    only_key: Option<String>,
    hosts: Vec<String>,
    first_sid: i64,
    keys: HashMap<String, u32>,
    pub(super) accounts: Vec<Account>,
    pub(super) codes: Codes,
    pub(super) links: Vec<Link>,
    pub(super) texts: Vec<Text>,
    text_numbers: HashMap<(u32, Arc<str>), u32>,
    pub(super) parcels: Vec<Parcel>,
    pub(super) messages: Vec<Message>,
    latest: HashMap<u64, u32, BuildHasherDefault<Mixer>>,
    /// Replies that somebody made by hand: message, unix milliseconds, text.
    pub(super) hand_replies: Vec<(u32, i64, String)>,
}

/// A word of a text, the same on every run.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A count as an index of this room: 32 bits are enough for four thousand million.
pub(super) fn index(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn lag(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}

impl World {
    pub(super) fn new(settings: &Settings, own_hosts: [String; 2], started: Timestamp) -> Self {
        let mut hosts = vec!["dx5.cn".to_owned(), "yp2.cn".to_owned()];
        hosts.extend(own_hosts);
        Self {
            audience: Audience { seed: settings.seed, share: settings.audience },
            pace: settings.pace,
            price: settings.price,
            e164_answers: settings.e164_answers,
            stats_lag: lag(settings.stats_lag),
            records_lag: lag(settings.records_lag),
            balance: settings.balance,
            only_key: settings.key.clone(),
            hosts,
            // A server that comes back gives ids that it never gave before.
            first_sid: 3_310_228_064 + started.as_millisecond().max(0) * 1000,
            keys: HashMap::new(),
            accounts: Vec::new(),
            codes: Codes::new(settings.seed),
            links: Vec::new(),
            texts: Vec::new(),
            text_numbers: HashMap::new(),
            parcels: Vec::new(),
            messages: Vec::new(),
            latest: HashMap::default(),
            hand_replies: Vec::new(),
        }
    }

    /// The account behind a key; any key of 32 characters is one unless the settings name the only one.
    pub(super) fn account(&mut self, key: &str) -> Option<u32> {
        if let Some(account) = self.keys.get(key) {
            return Some(*account);
        }
        match &self.only_key {
            Some(only) if only != key => return None,
            None if key.chars().count() != 32 => return None,
            _ => {}
        }
        let account = index(self.accounts.len());
        self.keys.insert(key.to_owned(), account);
        self.accounts.push(Account { balance: self.balance, parcels: Vec::new(), reports: Reports::default() });
        Some(account)
    }

    /// A new link; `days` is how long it counts.
    pub(super) fn add_link(&mut self, account: u32, long_url: &str, name: &str, at: i64, days: i64) -> u32 {
        let link = index(self.links.len());
        let code = self.codes.give(CodeOwner::Link(link));
        self.links.push(Link {
            account,
            sid: self.codes.code(code),
            long_url: long_url.to_owned(),
            name: name.to_owned(),
            created_at: at,
            counts_until: at + days * DAY,
            traffic: Traffic::default(),
        });
        link
    }

    /// A link of this account, by its id.
    pub(super) fn link(&self, account: u32, sid: &str) -> Option<u32> {
        match self.codes.owner(sid)? {
            CodeOwner::Link(link) if self.links[link as usize].account == account => Some(link),
            _ => None,
        }
    }

    /// Remembers a text once, however many parcels carry it.
    pub(super) fn text(&mut self, account: u32, body: &str) -> u32 {
        let key = (account, Arc::from(body));
        if let Some(text) = self.text_numbers.get(&key) {
            return *text;
        }
        let (mut links, mut spots) = (Vec::new(), Vec::new());
        for at in codes_in(body, &self.hosts) {
            let Some(link) = self.link(account, &body[at..at + 6]) else { continue };
            let slot = links.iter().position(|known| *known == link).unwrap_or(links.len());
            if slot == links.len() {
                links.push(link);
            }
            spots.push((at, u8::try_from(slot).unwrap_or(u8::MAX)));
        }
        let number = index(self.texts.len());
        self.texts.push(Text { body: key.1.clone(), hash: hash(body), links, spots });
        self.text_numbers.insert(key, number);
        number
    }

    /// Opens a parcel; the messages that follow belong to it.
    pub(super) fn open_parcel(&mut self, account: u32, text: u32, uid: Option<&str>, mobile_stat: bool, at: i64) {
        let parcel = index(self.parcels.len());
        let next = index(self.messages.len());
        // The server's time never goes back.
        let at = self.parcels.last().map_or(at, |last| at.max(last.at));
        let uid = uid.map(Box::from);
        self.parcels.push(Parcel { account, text, uid, mobile_stat, at, pace: self.pace, messages: next..next });
        self.accounts[account as usize].parcels.push(parcel);
    }

    /// Accepts a message into the open parcel; its id.
    pub(super) fn accept(&mut self, mobile: u64) -> i64 {
        let message = index(self.messages.len());
        let number = index(self.parcels.len().saturating_sub(1));
        let Some(parcel) = self.parcels.last_mut() else { return 0 };
        parcel.messages.end = message + 1;
        let text = &self.texts[parcel.text as usize];
        let code = self.codes.next();
        for (slot, link) in text.links.iter().enumerate() {
            if parcel.mobile_stat {
                self.codes.give(CodeOwner::Copy { message, slot: u8::try_from(slot).unwrap_or(u8::MAX) });
            }
            self.links[*link as usize].traffic.carriers.push(message);
        }
        let previous = self.latest.insert(mobile, message).unwrap_or(NONE);
        let nth = self.messages.get(previous as usize).map_or(0, |before| before.nth.saturating_add(1));
        self.messages.push(Message { mobile, parcel: number, code, previous, nth });
        self.sid(message)
    }

    /// The id of a message.
    pub(super) fn sid(&self, message: u32) -> i64 {
        self.first_sid + i64::from(message)
    }

    pub(super) fn parcel_of(&self, message: u32) -> &Parcel {
        &self.parcels[self.messages[message as usize].parcel as usize]
    }

    pub(super) fn text_of(&self, message: u32) -> &Text {
        &self.texts[self.parcel_of(message).text as usize]
    }

    /// The messages to a number, newest first.
    pub(super) fn messages_to(&self, mobile: u64) -> impl Iterator<Item = u32> + '_ {
        let newest = self.latest.get(&mobile).copied();
        std::iter::successors(newest, |message| self.before(*message))
    }

    /// The message before this one to the same number.
    pub(super) fn before(&self, message: u32) -> Option<u32> {
        let previous = self.messages[message as usize].previous;
        (previous != NONE).then_some(previous)
    }

    /// The text as it was delivered, with the number's own link.
    pub(super) fn delivered_text(&self, message: u32) -> String {
        let text = self.text_of(message);
        let mut body = String::with_capacity(text.body.len());
        let mut done = 0;
        if self.parcel_of(message).mobile_stat {
            for (at, slot) in &text.spots {
                body.push_str(&text.body[done..*at]);
                self.codes.write(self.own_code(message, *slot), &mut body);
                done = at + 6;
            }
        }
        body.push_str(&text.body[done..]);
        body
    }

    /// The number of a message's own code.
    pub(super) fn own_code(&self, message: u32, slot: u8) -> u32 {
        self.messages[message as usize].code + u32::from(slot)
    }

    /// The word that all draws about a message start from.
    pub(super) fn person(&self, message: u32) -> u64 {
        let Message { mobile, nth, .. } = self.messages[message as usize];
        self.audience.person(mobile, self.text_of(message).hash, nth)
    }

    /// What becomes of a message at the carrier; some numbers are fixed (`docs/sandbox.md`).
    pub(super) fn delivery(&self, message: u32) -> Delivery {
        let drawn = Audience::delivery(self.person(message), self.parcel_of(message).pace);
        match (Fixed::of(self.messages[message as usize].mobile), drawn) {
            (Some(Fixed::Fails), Delivery::Delivered { after_ms }) => Delivery::Failed { after_ms, error: "DB:0103" },
            (Some(Fixed::Fails), Delivery::Silent) => Delivery::Failed { after_ms: 0, error: "DB:0103" },
            (Some(Fixed::Silent), _) => Delivery::Silent,
            _ => drawn,
        }
    }

    /// When a message arrived on the handset, reported or not; `None` when it never did.
    pub(super) fn arrived_at(&self, message: u32) -> Option<i64> {
        let at = self.parcel_of(message).at;
        match self.delivery(message) {
            Delivery::Delivered { after_ms } => Some(at + after_ms),
            Delivery::Failed { .. } => None,
            Delivery::Silent => Some(at),
        }
    }

    /// What the recipient answers of their own accord, and when.
    pub(super) fn reply(&self, message: u32) -> Option<(i64, &'static str)> {
        let Reply { after_ms, text } = self.audience.reply(self.person(message), self.parcel_of(message).pace)?;
        Some((self.arrived_at(message)? + after_ms, text))
    }

    /// Whether a number has asked this account to hear no more by `now`.
    pub(super) fn has_opted_out(&self, account: u32, mobile: u64, now: i64) -> bool {
        self.messages_to(mobile).filter(|message| self.parcel_of(*message).account == account).any(|message| {
            let by_hand = self.hand_replies.iter().filter(|(of, ..)| *of == message);
            by_hand
                .map(|(_, at, text)| (*at, text.as_str()))
                .chain(self.reply(message))
                .any(|(at, text)| at <= now && is_opt_out(text))
        })
    }
}

/// Numbers of 170 0000 00xx with a fate of their own, for tests and demonstrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fixed {
    /// …0010 to 0019: on the blacklist, code 10.
    Blacklisted,
    /// …0020 to 0029: accepted, never delivered.
    Fails,
    /// …0030 to 0039: accepted, no report.
    Silent,
    /// …0040 to 0049: over the daily limit, code 17.
    DailyLimit,
    /// …0050 to 0059: the vendor's own error, code -53.
    Internal,
}

impl Fixed {
    pub(super) fn of(mobile: u64) -> Option<Self> {
        match mobile.checked_sub(8_617_000_000_000)? / 10 {
            1 => Some(Self::Blacklisted),
            2 => Some(Self::Fails),
            3 => Some(Self::Silent),
            4 => Some(Self::DailyLimit),
            5 => Some(Self::Internal),
            _ => None,
        }
    }
}

/// Where six-character codes stand in a text: after `HOST/`, with or without a scheme before it.
fn codes_in(text: &str, hosts: &[String]) -> Vec<usize> {
    let mut found = Vec::new();
    for host in hosts {
        for (at, _) in text.match_indices(host.as_str()) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-') {
                continue;
            }
            let Some(rest) = text[at + host.len()..].strip_prefix('/') else { continue };
            if rest.bytes().take_while(u8::is_ascii_alphanumeric).count() == 6 {
                found.push(at + host.len() + 1);
            }
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_with_and_without_a_scheme_and_nowhere_else() {
        let hosts = ["dx5.cn".to_owned(), "127.0.0.1:80".to_owned()];
        let found =
            |text: &str| codes_in(text, &hosts).iter().map(|at| text[*at..at + 6].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("看dx5.cn/YRDOnF，或http://127.0.0.1:80/abcdef?x=1"), ["YRDOnF", "abcdef"]);
        assert_eq!(found("xdx5.cn/YRDOnF www.dx5.cn/YRDOnF dx5.cn/short dx5.cn/toolong1 dx5.cn"), Vec::<String>::new());
    }
}
