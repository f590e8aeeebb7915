//! Plays the small believable past of an embedded sandbox.
use jiff::Timestamp;

use super::audience::Dice;
use super::history::{History, HistoryCampaign, HistoryLink, HistoryMessage};
use super::send::segments;
use super::world::{DAY, Fixed, World};
use crate::sms::{Kind, MessageSid, Mobile, Money, ReportStatus, Segments, Sid};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// A link of the past: alias, address, label, who made it, how long ago.
struct PastLink(&'static str, &'static str, &'static str, &'static str, i64);

const LINKS: [PastLink; 7] = [
    PastLink("会员日返场", "https://shop.example.com/member-day?utm_source=sms", "会员", "lin", 24 * DAY),
    PastLink("Spring lookbook", "https://shop.example.com/lookbook/spring", "lookbook", "mei", 19 * DAY),
    PastLink("积分到期提醒", "https://shop.example.com/points", "会员", "lin", 13 * DAY),
    PastLink("新品首发 · 晨露系列", "https://shop.example.com/new/chenlu?ch=sms&v=2", "新品", "mei", 8 * DAY),
    PastLink("Order tracking", "https://track.example.com/o/8812603", "service", "lin", 5 * DAY),
    PastLink("门店开业 · 徐汇滨江", "https://shop.example.com/store/xuhui", "门店", "wang", 2 * DAY),
    PastLink(
        "周末满减券",
        "https://shop.example.com/coupon/weekend?utm_campaign=w47",
        "会员",
        "lin",
        3 * HOUR + 20 * MINUTE,
    ),
];

/// A campaign of the past. In `text`, `{}` stands for the link.
struct PastCampaign {
    name: &'static str,
    text: &'static str,
    kind: Kind,
    by: &'static str,
    link: usize,
    mobile_stat: bool,
    ago: i64,
    recipients: u64,
    /// Of them, how many the vendor refuses.
    refused: u64,
    /// Of them, how many belong to phones that are never reached.
    unreachable: u64,
}

const CAMPAIGNS: [PastCampaign; 6] = [
    PastCampaign {
        name: "会员日返场",
        text: "【云雀优选】会员日返场，今晚20点开抢，爆款低至5折，点击 {} 查看，拒收请回复R",
        kind: Kind::Marketing,
        by: "lin",
        link: 0,
        mobile_stat: true,
        ago: 23 * DAY + 2 * HOUR,
        recipients: 860,
        refused: 0,
        unreachable: 0,
    },
    PastCampaign {
        name: "Spring lookbook (totals only)",
        text: "【云雀优选】春季新品画册已上线，先睹为快 {} ，拒收请回复R",
        kind: Kind::Marketing,
        by: "mei",
        link: 1,
        mobile_stat: false,
        ago: 18 * DAY + 5 * HOUR,
        recipients: 420,
        refused: 0,
        unreachable: 0,
    },
    PastCampaign {
        name: "积分到期提醒",
        text: "【云雀会员】您的积分将于本月底到期，兑换请点 {} ，退订回T",
        kind: Kind::Marketing,
        by: "lin",
        link: 2,
        mobile_stat: true,
        ago: 12 * DAY + 3 * HOUR,
        recipients: 312,
        refused: 14,
        unreachable: 0,
    },
    PastCampaign {
        name: "新品首发 · 晨露系列",
        text: "【云雀优选】晨露系列今日首发，前500名赠旅行装一份，库存有限，点击 {} 预约专属顾问，或到店出示本短信领取。拒收请回复R",
        kind: Kind::Marketing,
        by: "mei",
        link: 3,
        mobile_stat: true,
        ago: 7 * DAY + 4 * HOUR,
        recipients: 1_480,
        refused: 3,
        unreachable: 10,
    },
    PastCampaign {
        name: "Order 8812603 shipped",
        text: "【云雀优选】您的订单8812603已发货，物流详情：{} ",
        kind: Kind::Notification,
        by: "lin",
        link: 4,
        mobile_stat: true,
        ago: 4 * DAY + 6 * HOUR,
        recipients: 1,
        refused: 0,
        unreachable: 0,
    },
    PastCampaign {
        name: "周末满减券",
        text: "【云雀优选】周末满200减40，券已到账，点击 {} 使用，周日24点失效，拒收请回复R",
        kind: Kind::Marketing,
        by: "lin",
        link: 6,
        mobile_stat: true,
        ago: 2 * HOUR + 48 * MINUTE,
        recipients: 238,
        refused: 2,
        unreachable: 0,
    },
];

/// Beginnings of numbers that are valid and plainly made up: 199 0000 …, 198 0000 …, and so on.
const PREFIXES: [u64; 4] = [1_990_000, 1_980_000, 1_910_000, 1_660_000];

impl World {
    /// Everything above, as of `now`, for `account`; the readers of the past are as fast as life.
    pub(super) fn play_past(&mut self, account: u32, now: Timestamp) -> History {
        let now = now.as_millisecond();
        let pace = std::mem::replace(&mut self.pace, 1.0);
        let links: Vec<u32> =
            LINKS.iter().map(|link| self.add_link(account, link.1, link.0, now - link.4, 30)).collect();
        let mut history = History::default();
        for (number, past) in links.iter().zip(&LINKS) {
            let link = &self.links[*number as usize];
            history.links.push(HistoryLink {
                sid: Sid(link.sid.clone()),
                short_url: format!("https://dx5.cn/{}", link.sid),
                long_url: link.long_url.clone(),
                name: link.name.clone(),
                tags: vec![past.2.to_owned()],
                by: past.3.to_owned(),
                created_at: timestamp(link.created_at),
                counts_until: timestamp(link.counts_until),
            });
        }
        let mut dice = Dice::new(self.audience.seed ^ 0x9a57);
        for past in &CAMPAIGNS {
            let campaign = self.play_campaign(account, past, links[past.link], now, &mut dice);
            history.campaigns.push(campaign);
        }
        self.pace = pace;
        history
    }

    fn play_campaign(
        &mut self,
        account: u32,
        past: &PastCampaign,
        link: u32,
        now: i64,
        dice: &mut Dice,
    ) -> HistoryCampaign {
        let sid = self.links[link as usize].sid.clone();
        let body = past.text.replace("{}", &format!("dx5.cn/{sid}"));
        let text = self.text(account, &body);
        let segments = segments(&body);
        let created = now - past.ago;
        let numbers = numbers(past, dice);
        let mut messages = Vec::with_capacity(numbers.len());
        for (batch, numbers) in numbers.chunks(200).enumerate() {
            let at = created + 2_000 + 900 * i64::try_from(batch).unwrap_or(0);
            self.open_parcel(account, text, None, past.mobile_stat, at);
            for mobile in numbers {
                let refusal = match Fixed::of(*mobile) {
                    Some(Fixed::Blacklisted) => 10,
                    Some(Fixed::DailyLimit) => 17,
                    _ => 0,
                };
                let message = u32::try_from(self.messages.len()).unwrap_or(u32::MAX);
                let sid = if refusal == 0 { Some(MessageSid(self.accept(*mobile))) } else { None };
                let (status, received, error) = if sid.is_some() { self.status(message, now) } else { ("", None, "") };
                messages.push(HistoryMessage {
                    mobile: Mobile::from_digits(*mobile),
                    sid,
                    at: timestamp(at),
                    code: refusal,
                    fee: if sid.is_some() { self.price.times(segments.into()) } else { Money::ZERO },
                    segments: Segments(if sid.is_some() { segments } else { 0 }),
                    report: match status {
                        "SUCCESS" => ReportStatus::Delivered,
                        "FAIL" => ReportStatus::Failed,
                        _ => ReportStatus::NoReport,
                    },
                    received_at: received.map(timestamp),
                    error,
                });
            }
        }
        HistoryCampaign {
            name: past.name.to_owned(),
            kind: past.kind,
            by: past.by.to_owned(),
            text: body,
            mobile_stat: past.mobile_stat,
            link_sids: vec![Sid(sid)],
            created_at: timestamp(created),
            messages,
        }
    }
}

/// The numbers of a campaign, each once: customers, and here and there one with a fate of its own.
fn numbers(past: &PastCampaign, dice: &mut Dice) -> Vec<u64> {
    let ordinary = past.recipients - past.refused - past.unreachable;
    // Customers are numbered 0 to 39,999; a step that shares no factor with that meets each at most once.
    let (mut customer, step) = (dice.word() % 40_000, 7_919);
    let mut numbers: Vec<u64> = (0..ordinary)
        .map(|_| {
            customer = (customer + step) % 40_000;
            let prefix = PREFIXES[usize::try_from(customer / 10_000).unwrap_or(0)];
            8_600_000_000_000 + prefix * 10_000 + customer % 10_000
        })
        .collect();
    let special = |from: u64, count: u64| (0..count).map(move |n| 8_617_000_000_000 + from + n);
    let blacklisted = past.refused.min(10);
    let fates =
        special(10, blacklisted).chain(special(40, past.refused - blacklisted)).chain(special(20, past.unreachable));
    for fate in fates {
        let place = usize::try_from(dice.word()).unwrap_or(0) % (numbers.len() + 1);
        numbers.insert(place, fate);
    }
    numbers
}

fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}
