//! What the carriers and the recipients say: `get_record`, `pull_status` (consumes), `get_reply`.
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::Serialize;

use super::answer::{Answer, json};
use super::audience::Delivery;
use super::clicks::bare;
use super::clock::to_wire;
use super::form::Form;
use super::send::{number_of, segments};
use super::world::World;

/// What an account has not pulled yet, and who answered; filled when somebody asks.
#[derive(Debug, Default)]
pub(super) struct Reports {
    /// How many of the account's parcels are in `waiting`.
    queued: usize,
    /// When a report comes, and of which message; the earliest first.
    waiting: BinaryHeap<Reverse<(i64, u32)>>,
    /// How many of the account's parcels are in `replies`.
    asked: usize,
    /// When a reply comes, and to which message.
    replies: Vec<(i64, u32)>,
}

#[derive(Serialize)]
struct Record<'a> {
    sid: i64,
    uid: Option<&'a str>,
    mobile: String,
    send_time: String,
    text: String,
    send_status: &'static str,
    report_status: &'static str,
    /// Billed segments, not money.
    fee: u32,
    user_receive_time: Option<String>,
    error_msg: &'static str,
}

#[derive(Serialize)]
struct Pulled<'a> {
    sid: i64,
    uid: Option<&'a str>,
    user_receive_time: String,
    error_msg: &'static str,
    error_detail: &'static str,
    mobile: String,
    report_status: &'static str,
}

#[derive(Serialize)]
struct Written<'a> {
    id: String,
    mobile: String,
    text: &'a str,
    reply_time: String,
    extend: &'static str,
    base_extend: &'static str,
    #[serde(rename = "_sign")]
    sign: String,
}

impl World {
    /// `get_record`: messages of a window, newest first.
    pub(super) fn get_record(&self, account: u32, form: &Form, now: i64) -> Answer {
        form.need("start_time")?;
        form.need("end_time")?;
        let (from, to) = form.window(0, 0)?;
        let page = form.count("page_num", 1, usize::MAX)?;
        let size = form.count("page_size", 20, 100)?;
        // Unless asked otherwise the vendor tells of domestic messages only.
        let is_all = form.get("type") == Some("all");
        let to = to.min(now - self.records_lag);
        let is_asked = |message: &u32| is_all || self.messages[*message as usize].mobile / 100_000_000_000 == 86;
        let skip = (page - 1).saturating_mul(size);
        let messages: Vec<u32> = if let Some(mobiles) = form.get("mobile").filter(|mobile| !mobile.trim().is_empty()) {
            let mut found: Vec<u32> = mobiles
                .split(',')
                .filter_map(|mobile| number_of(mobile.trim()))
                .flat_map(|mobile| self.messages_to(mobile))
                .filter(|message| self.parcel_of(*message).account == account)
                .filter(|message| (from..=to).contains(&self.parcel_of(*message).at))
                .collect();
            found.sort_unstable_by(|a, b| b.cmp(a));
            found.dedup();
            found.into_iter().filter(is_asked).skip(skip).take(size).collect()
        } else {
            let parcels = &self.accounts[account as usize].parcels;
            let at = |parcel: &u32| self.parcels[*parcel as usize].at;
            let first = parcels.partition_point(|parcel| at(parcel) < from);
            let last = parcels.partition_point(|parcel| at(parcel) <= to).max(first);
            let newest = parcels[first..last].iter().rev();
            let messages = newest.flat_map(|parcel| self.parcels[*parcel as usize].messages.clone().rev());
            messages.filter(is_asked).skip(skip).take(size).collect()
        };
        json(&messages.into_iter().map(|message| self.record(message, now)).collect::<Vec<_>>())
    }

    fn record(&self, message: u32, now: i64) -> Record<'_> {
        let parcel = self.parcel_of(message);
        let (report_status, received, error_msg) = self.status(message, now);
        let text = self.delivered_text(message);
        Record {
            sid: self.sid(message),
            uid: parcel.uid.as_deref(),
            mobile: bare(self.messages[message as usize].mobile),
            send_time: to_wire(parcel.at),
            send_status: "SUCCESS",
            report_status,
            fee: segments(&text),
            text,
            user_receive_time: received.map(to_wire),
            error_msg,
        }
    }

    /// What the carrier says of a message by `now`: status, when it was received, its code.
    pub(super) fn status(&self, message: u32, now: i64) -> (&'static str, Option<i64>, &'static str) {
        let at = self.parcel_of(message).at;
        match self.delivery(message) {
            Delivery::Delivered { after_ms } if at + after_ms <= now => ("SUCCESS", Some(at + after_ms), ""),
            Delivery::Failed { after_ms, error } if at + after_ms <= now => ("FAIL", Some(at + after_ms), error),
            _ => ("UNKNOWN", None, ""),
        }
    }

    /// `pull_status`: reports that have come and were not pulled before. What is returned is gone.
    pub(super) fn pull_status(&mut self, account: u32, form: &Form, now: i64) -> Answer {
        let size = form.count("page_size", 20, 100)?;
        let mut reports = std::mem::take(&mut self.accounts[account as usize].reports);
        for parcel in &self.accounts[account as usize].parcels[reports.queued..] {
            for message in self.parcels[*parcel as usize].messages.clone() {
                let (_, when, _) = self.status(message, i64::MAX);
                reports.waiting.extend(when.map(|when| Reverse((when, message))));
            }
        }
        reports.queued = self.accounts[account as usize].parcels.len();
        let mut pulled = Vec::new();
        while pulled.len() < size && reports.waiting.peek().is_some_and(|Reverse((when, _))| *when <= now) {
            pulled.extend(reports.waiting.pop().map(|Reverse((when, message))| self.report(message, when)));
        }
        let answer = json(&pulled);
        self.accounts[account as usize].reports = reports;
        answer
    }

    fn report(&self, message: u32, when: i64) -> Pulled<'_> {
        let (report_status, _, error_msg) = self.status(message, when);
        Pulled {
            sid: self.sid(message),
            uid: self.parcel_of(message).uid.as_deref(),
            user_receive_time: to_wire(when),
            error_msg,
            error_detail: error_msg,
            mobile: bare(self.messages[message as usize].mobile),
            report_status,
        }
    }

    /// `get_reply`: what recipients wrote back in a window, newest first.
    pub(super) fn get_reply(&mut self, account: u32, form: &Form, now: i64) -> Answer {
        for name in ["start_time", "end_time", "page_num", "page_size"] {
            form.need(name)?;
        }
        let (from, to) = form.window(0, 0)?;
        let page = form.count("page_num", 1, usize::MAX)?;
        let size = form.count("page_size", 20, 100)?;
        let only = form.get("mobile").filter(|mobile| !mobile.is_empty()).map(number_of);
        self.index_replies(account);
        let drawn = self.accounts[account as usize].reports.replies.iter();
        let drawn = drawn.filter_map(|(at, message)| Some((*at, *message, self.reply(*message)?.1)));
        let by_hand = self.hand_replies.iter().map(|(message, at, text)| (*at, *message, text.as_str()));
        let mut replies: Vec<(i64, u32, &str)> = drawn
            .chain(by_hand.filter(|(_, message, _)| self.parcel_of(*message).account == account))
            .filter(|(at, ..)| (from..=to.min(now)).contains(at))
            .filter(|(_, message, _)| only.is_none_or(|only| only == Some(self.messages[*message as usize].mobile)))
            .collect();
        replies.sort_unstable_by_key(|(at, message, _)| Reverse((*at, *message)));
        let page = replies.into_iter().skip((page - 1).saturating_mul(size)).take(size);
        json(&page.map(|(at, message, text)| self.shown_reply(at, message, text)).collect::<Vec<_>>())
    }

    fn shown_reply<'a>(&self, at: i64, message: u32, text: &'a str) -> Written<'a> {
        let body = &self.text_of(message).body;
        let sign = body.find('】').map_or("", |end| &body[..end + '】'.len_utf8()]);
        Written {
            id: format!("{:x}", self.sid(message)),
            mobile: bare(self.messages[message as usize].mobile),
            text,
            reply_time: to_wire(at),
            extend: "",
            base_extend: "8887",
            sign: sign.to_owned(),
        }
    }

    fn index_replies(&mut self, account: u32) {
        let mut reports = std::mem::take(&mut self.accounts[account as usize].reports);
        for parcel in &self.accounts[account as usize].parcels[reports.asked..] {
            let messages = self.parcels[*parcel as usize].messages.clone();
            reports.replies.extend(messages.filter_map(|message| Some((self.reply(message)?.0, message))));
        }
        reports.asked = self.accounts[account as usize].parcels.len();
        self.accounts[account as usize].reports = reports;
    }
}
