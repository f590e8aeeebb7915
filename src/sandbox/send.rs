//! `shorten`, `single_send`, `batch_send`: validation in the vendor's order, then acceptance.
use std::borrow::Cow;

use serde::Serialize;

use super::answer::{Answer, Refusal, json, message, number};
use super::clock::{to_minute, to_wire};
use super::form::Form;
use super::world::{Fixed, World};
use crate::sms::{Mobile, Money};

/// Most numbers of one call.
const MOST_NUMBERS: usize = 1000;
/// Most characters of a text.
const LONGEST: usize = 500;
/// Words that are refused (`get_black_word`, code 4).
const BLACK_WORDS: [&str; 6] = ["赌博", "博彩", "代开发票", "色情", "高利贷", "六合彩"];

/// What is the same for all numbers of a call.
struct Order<'a> {
    text: u32,
    uid: Option<&'a str>,
    mobile_stat: bool,
    segments: u32,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: i32,
    msg: &'static str,
    count: u32,
    fee: f64,
    unit: &'static str,
    mobile: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<i64>,
}

#[derive(Serialize)]
struct Batch<'a> {
    total_count: u32,
    total_fee: String,
    unit: &'static str,
    data: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Shortened {
    code: i32,
    msg: &'static str,
    short_url: ShortUrl,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the vendor's names")]
struct ShortUrl {
    sid: String,
    long_url: String,
    short_url: String,
    enter_url: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stat_expire: Option<String>,
}

impl World {
    /// `shorten`: a new link.
    pub(super) fn shorten(&mut self, account: u32, form: &Form, now: i64) -> Answer {
        let long_url = form.need("long_url")?.trim();
        let host = long_url.strip_prefix("https://").or_else(|| long_url.strip_prefix("http://"));
        if host.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) || long_url.contains(char::is_whitespace) {
            return Err(Refusal::new(2, "参数 long_url 格式不正确，必须以 http:// 或 https:// 开头"));
        }
        let days = match form.get("stat_duration").filter(|days| !days.is_empty()) {
            None => 30,
            Some(days) => days
                .parse()
                .ok()
                .filter(|days| (0..=30).contains(days))
                .ok_or_else(|| Refusal::new(2, "参数 stat_duration 应为 0 至 30 的整数"))?,
        };
        let name = form.get("name").map(str::trim).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| format!("{}生产的短链接", to_minute(now)), str::to_owned);
        let link = self.add_link(account, long_url, &name, now, days);
        let link = &self.links[link as usize];
        let short_url = format!("https://dx5.cn/{}", link.sid);
        json(&Shortened {
            code: 0,
            msg: "OK",
            short_url: ShortUrl {
                sid: link.sid.clone(),
                long_url: link.long_url.clone(),
                enter_url: short_url.clone(),
                short_url,
                name,
                stat_expire: (days > 0).then(|| to_wire(link.counts_until)),
            },
        })
    }

    /// `single_send`: one number; what is wrong with it is the answer as a whole.
    pub(super) fn single_send(&mut self, account: u32, form: &Form, now: i64) -> Answer {
        let asked = form.need("mobile")?;
        let order = self.order(account, form)?;
        if asked.contains(',') {
            return Err(Refusal::new(2, "参数 mobile 格式不正确，single_send 仅支持单号码发送"));
        }
        let mobile = number_of(asked).ok_or_else(|| Refusal::new(2, "参数 mobile 格式不正确，mobile 应为手机号"))?;
        self.open_parcel(account, order.text, order.uid, order.mobile_stat, now);
        let entry = self.send_to(account, &order, asked, mobile, now);
        if entry.code == 0 { json(&entry) } else { Err(Refusal::new(entry.code, message(entry.code))) }
    }

    /// `batch_send`: up to a thousand numbers, each with its own answer.
    pub(super) fn batch_send(&mut self, account: u32, form: &Form, now: i64) -> Answer {
        let mobiles = form.need("mobile")?;
        let order = self.order(account, form)?;
        let asked: Vec<&str> = mobiles.split(',').map(str::trim).filter(|mobile| !mobile.is_empty()).collect();
        if asked.is_empty() {
            return Err(Refusal::new(1, "参数 mobile 必须传入"));
        }
        if asked.len() > MOST_NUMBERS {
            return Err(Refusal::new(2, "参数 mobile 格式不正确，一次不要超过 1000 个号码"));
        }
        let cheapest = self.price.times(order.segments.into());
        if self.accounts[account as usize].balance < cheapest {
            return Err(Refusal::new(3, message(3)));
        }
        self.open_parcel(account, order.text, order.uid, order.mobile_stat, now);
        let mut data = Vec::with_capacity(asked.len());
        let (mut total_count, before) = (0, self.accounts[account as usize].balance);
        for asked in asked {
            let entry = match number_of(asked) {
                Some(mobile) => self.send_to(account, &order, asked, mobile, now),
                None => refused(2, Cow::Borrowed(asked)),
            };
            total_count += entry.count;
            data.push(entry);
        }
        let total_fee = (before - self.accounts[account as usize].balance).exact();
        json(&Batch { total_count, total_fee, unit: "RMB", data })
    }

    /// Everything but the numbers.
    fn order<'a>(&mut self, account: u32, form: &'a Form) -> Result<Order<'a>, Refusal> {
        let text = form.need("text")?;
        if !has_signature(text) {
            return Err(Refusal::new(16, "短信内容必须以【签名】开头"));
        }
        if characters(text) > LONGEST {
            return Err(Refusal::new(2, "参数 text 格式不正确，text 长度不能超过 500 个字"));
        }
        if let Some(word) = black_words(text).next() {
            return Err(Refusal::new(4, format!("短信内容含有屏蔽词：{word}")));
        }
        let uid = form.get("uid").filter(|uid| !uid.is_empty());
        if uid.is_some_and(|uid| uid.chars().count() > 256) {
            return Err(Refusal::new(2, "参数 uid 格式不正确，长度不能超过 256"));
        }
        if form.get("extend").is_some_and(|extend| !extend.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(Refusal::new(2, "参数 extend 格式不正确，应为数字"));
        }
        let mobile_stat = form.switch("mobile_stat")?;
        form.switch("register")?;
        Ok(Order { text: self.text(account, text), uid, mobile_stat, segments: segments(text) })
    }

    /// One number of the open parcel.
    fn send_to<'a>(&mut self, account: u32, order: &Order, asked: &'a str, mobile: u64, now: i64) -> Entry<'a> {
        let shown = if self.e164_answers { Cow::Owned(format!("+{mobile}")) } else { Cow::Borrowed(asked) };
        let count = order.segments;
        let fee = self.price.times(count.into());
        if let Some(code) = self.objection(account, order.text, mobile, fee, now) {
            return refused(code, shown);
        }
        let account = &mut self.accounts[account as usize];
        account.balance = account.balance - fee;
        let sid = Some(self.accept(mobile));
        Entry { code: 0, msg: message(0), count, fee: number(fee), unit: "RMB", mobile: shown, sid }
    }

    /// Why a number is refused: blacklist, limits, repeats (`api/yunpian-v2.md`, sending rules), balance.
    fn objection(&self, account: u32, text: u32, mobile: u64, fee: Money, now: i64) -> Option<i32> {
        match Fixed::of(mobile) {
            Some(Fixed::Blacklisted) => return Some(10),
            Some(Fixed::DailyLimit) => return Some(17),
            Some(Fixed::Internal) => return Some(-53),
            Some(Fixed::Fails | Fixed::Silent) | None => {}
        }
        if self.has_opted_out(account, mobile, now) {
            return Some(10);
        }
        let same = self.messages_to(mobile).map(|message| self.parcel_of(message)).filter(|parcel| parcel.text == text);
        let mut repeats = 0;
        for parcel in same.take_while(|parcel| now - parcel.at < 300_000) {
            if now - parcel.at < 30_000 {
                return Some(8);
            }
            repeats += 1;
        }
        if repeats >= 3 {
            return Some(9);
        }
        (self.accounts[account as usize].balance < fee).then_some(3)
    }
}

fn refused(code: i32, mobile: Cow<'_, str>) -> Entry<'_> {
    Entry { code, msg: message(code), count: 0, fee: 0.0, unit: "RMB", mobile, sid: None }
}

/// The digits of a number in E.164, if the vendor takes it so: eleven bare digits of the mainland, or `+` and the
/// country code.
pub(super) fn number_of(asked: &str) -> Option<u64> {
    let digits = asked.strip_prefix('+').unwrap_or(asked);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || (digits.len() == asked.len() && digits.len() != 11) {
        return None;
    }
    Mobile::parse(asked).ok().map(Mobile::digits)
}

fn has_signature(text: &str) -> bool {
    let name = text.strip_prefix('【').and_then(|rest| rest.split_once('】')).map(|(name, _)| name.trim());
    name.is_some_and(|name| !name.is_empty() && !name.contains('【'))
}

/// A character beyond the BMP counts two.
fn characters(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Up to 70 characters are one segment; longer, 67 a segment.
pub(super) fn segments(text: &str) -> u32 {
    let characters = characters(text);
    u32::try_from(if characters <= 70 { 1 } else { characters.div_ceil(67) }).unwrap_or(u32::MAX)
}

/// The refused words in a text.
pub(super) fn black_words(text: &str) -> impl Iterator<Item = &'static str> + '_ {
    BLACK_WORDS.into_iter().filter(move |word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendor_takes_bare_mainland_numbers_and_e164_and_nothing_else() {
        assert_eq!(number_of("15205201314"), Some(8_615_205_201_314));
        assert_eq!(number_of("+8615205201314"), Some(8_615_205_201_314));
        assert_eq!(number_of("+12025550123").is_some(), Mobile::parse("+12025550123").is_ok());
        for wrong in
            ["8615205201314", "008615205201314", "01088886666", "12345678901", "1520520131", "152 0520 1314", ""]
        {
            assert_eq!(number_of(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn seventy_characters_are_one_segment_and_then_sixty_seven_each() {
        let counts = [1, 70, 71, 134, 135].map(|n| segments(&"字".repeat(n)));
        assert_eq!(counts, [1, 1, 2, 2, 3]);
        assert_eq!(segments(&"😀".repeat(36)), 2);
    }
}
