//! Who clicked a link: real visits to `GET /{code}` and what the audience did by now, seen after the statistics' lag.
//!
//! ```text
//! carriers (messages with the link) ─index→ people: (first click, message), sorted    visits: by hand, as they come
//!                                           crowd: the same without a number           └ move a person forward
//! clicked: a page of `people` up to now - lag       stat, series: all of them, by bucket
//! ```
//! People are only ever appended to what is visible, so pages stay put while somebody turns them.
use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::answer::{Answer, Refusal, json};
use super::audience::mix;
use super::clock::to_wire;
use super::form::Form;
use super::world::{DAY, World};

const HOUR: i64 = 3_600_000;
/// China time is eight hours ahead; buckets begin on its full hours and days.
const AHEAD: i64 = 8 * HOUR;

/// The traffic of one link.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// The messages that carry it.
    pub(super) carriers: Vec<u32>,
    /// How many of them are sorted in below.
    indexed: usize,
    /// First click and message of everybody who clicks or will, by time; one entry a number.
    people: Vec<(i64, u32)>,
    /// The same for messages without a link of their own: counted in total only.
    crowd: Vec<(i64, u32)>,
    /// Later messages to a number that had the link before, by its first message, and the reverse.
    followers: HashMap<u32, Vec<u32>>,
    leaders: HashMap<u32, u32>,
    /// Real visits, and those of them that came by a number's own code.
    visits: Vec<Visit>,
    visits_of: HashMap<u32, Vec<i64>>,
}

/// One real visit.
#[derive(Debug, Clone, Copy)]
struct Visit {
    at: i64,
    visitor: u64,
    ip: u64,
}

/// One click as the series counts it.
struct Click {
    at: i64,
    visitor: u64,
    ip: u64,
}

impl World {
    /// Counts a visit to `link`, by the code of `message` if it was a number's own.
    pub(super) fn visit(&mut self, link: u32, message: Option<u32>, at: i64, ip: u64, agent: u64) {
        if at >= self.links[link as usize].counts_until {
            return;
        }
        self.index_clicks(link);
        // Somebody known by number is the same visitor on whichever device.
        let visitor = message.map_or(mix(ip ^ agent), |message| self.visitor(message));
        self.links[link as usize].traffic.visits.push(Visit { at, visitor, ip });
        let Some(message) = message else { return };
        let leader = self.links[link as usize].traffic.leaders.get(&message).copied().unwrap_or(message);
        let before = self.clicks_of(link, leader).first().copied();
        let traffic = &mut self.links[link as usize].traffic;
        traffic.visits_of.entry(leader).or_default().push(at);
        traffic.place(leader, before, at);
    }

    fn visitor(&self, message: u32) -> u64 {
        mix(self.messages[message as usize].mobile)
    }

    /// When the audience clicks `link` in `message`, ascending.
    fn audience_clicks(&self, link: u32, message: u32) -> Vec<i64> {
        let person = self.person(message);
        let clicks = self.audience.clicks(person, self.parcel_of(message).pace);
        if clicks.is_empty() {
            return clicks;
        }
        // Of several links in a text a person clicks one.
        let links = &self.text_of(message).links;
        let chosen = links[usize::try_from(person % links.len().max(1) as u64).unwrap_or(0)];
        let Some(arrived) = self.arrived_at(message).filter(|_| chosen == link) else { return Vec::new() };
        let until = self.links[link as usize].counts_until;
        clicks.into_iter().map(|after| arrived + after).filter(|at| *at < until).collect()
    }

    /// All clicks of the number whose first message with the link is `leader`, ascending.
    fn clicks_of(&self, link: u32, leader: u32) -> Vec<i64> {
        let traffic = &self.links[link as usize].traffic;
        let mut clicks = self.audience_clicks(link, leader);
        for follower in traffic.followers.get(&leader).into_iter().flatten() {
            clicks.extend(self.audience_clicks(link, *follower));
        }
        clicks.extend(traffic.visits_of.get(&leader).into_iter().flatten());
        clicks.sort_unstable();
        clicks
    }

    /// Sorts in the messages accepted since the last look.
    fn index_clicks(&mut self, link: u32) {
        let traffic = &mut self.links[link as usize].traffic;
        if traffic.indexed == traffic.carriers.len() {
            return;
        }
        let mut traffic = std::mem::take(traffic);
        let mut followers = Vec::new();
        for message in &traffic.carriers[traffic.indexed..] {
            let first = self.audience_clicks(link, *message).first().copied();
            if !self.parcel_of(*message).mobile_stat {
                traffic.crowd.extend(first.map(|first| (first, *message)));
            } else if let Some(leader) = self.leader(link, *message) {
                followers.push((leader, *message));
            } else {
                traffic.people.extend(first.map(|first| (first, *message)));
            }
        }
        traffic.indexed = traffic.carriers.len();
        traffic.people.sort_unstable();
        traffic.crowd.sort_unstable();
        self.links[link as usize].traffic = traffic;
        for (leader, follower) in followers {
            let before = self.clicks_of(link, leader).first().copied();
            let first = self.audience_clicks(link, follower).first().copied();
            let traffic = &mut self.links[link as usize].traffic;
            traffic.followers.entry(leader).or_default().push(follower);
            traffic.leaders.insert(follower, leader);
            if let Some(first) = first {
                traffic.place(leader, before, first);
            }
        }
    }

    /// The first message to the same number that had its own copy of the link, if there was one before.
    fn leader(&self, link: u32, message: u32) -> Option<u32> {
        std::iter::successors(self.before(message), |earlier| self.before(*earlier))
            .filter(|earlier| self.parcel_of(*earlier).mobile_stat && self.text_of(*earlier).links.contains(&link))
            .last()
    }

    /// The link a statistic is asked of.
    fn asked_link(&mut self, account: u32, form: &Form) -> Result<u32, Refusal> {
        let sid = form.need("sid")?;
        let link = self.link(account, sid).ok_or_else(|| Refusal::new(-55, format!("短链接 {sid} 不存在")))?;
        self.index_clicks(link);
        Ok(link)
    }

    /// `clicked`: the numbers that clicked in a window, a page of them.
    pub(super) fn clicked(&mut self, account: u32, form: &Form, now: i64) -> Answer {
        let link = self.asked_link(account, form)?;
        let (from, to) = form.window(i64::MIN, i64::MAX)?;
        let page = form.count("page_num", 1, usize::MAX)?;
        let size = form.count("page_size", 100, 1000)?;
        let seen = to.min(now - self.stats_lag);
        let people = &self.links[link as usize].traffic.people;
        let visible = &people[..people.partition_point(|(first, _)| *first <= seen)];
        let skip = (page - 1).saturating_mul(size);
        let (total, rows): (usize, Vec<Row>) = if visible.first().is_none_or(|(first, _)| *first >= from) {
            // Nobody clicked before the window: it holds exactly those who are visible, in their order.
            let leaders = visible.iter().skip(skip).take(size);
            (visible.len(), leaders.filter_map(|(_, leader)| self.row(link, *leader, from, seen)).collect())
        } else {
            let mut rows: Vec<Row> =
                visible.iter().filter_map(|(_, leader)| self.row(link, *leader, from, seen)).collect();
            rows.sort_by_key(|row| row.first);
            (rows.len(), rows.into_iter().skip(skip).take(size).collect())
        };
        let data = rows.iter().map(Row::shown).collect();
        json(&Clicked { code: 0, msg: "OK", total, page_num: page, page_size: size, data })
    }

    fn row(&self, link: u32, leader: u32, from: i64, seen: i64) -> Option<Row> {
        let clicks = self.clicks_of(link, leader);
        let mut inside = clicks.into_iter().filter(|at| (from..=seen).contains(at));
        let first = inside.next()?;
        let (count, last) = inside.fold((1, first), |(count, _), at| (count + 1, at));
        Some(Row { mobile: self.messages[leader as usize].mobile, count, first, last })
    }

    /// Every visible click on the link in a window, and the width of a bucket that suits the window.
    fn visible_clicks(&mut self, account: u32, form: &Form, now: i64) -> Result<(Vec<Click>, i64), Refusal> {
        let link = self.asked_link(account, form)?;
        let (from, to) = form.window(now - HOUR, now)?;
        let step = match (to - from) / HOUR {
            ..=2 => 60_000,
            3..=48 => 600_000,
            49..=336 => HOUR,
            _ => DAY,
        };
        let seen = to.min(now - self.stats_lag);
        let traffic = &self.links[link as usize].traffic;
        let by_hand =
            traffic.visits.iter().map(|Visit { at, visitor, ip }| Click { at: *at, visitor: *visitor, ip: *ip });
        let mut clicks: Vec<Click> = by_hand.filter(|click| (from..=seen).contains(&click.at)).collect();
        for list in [&traffic.people, &traffic.crowd] {
            let some = &list[..list.partition_point(|(first, _)| *first <= seen)];
            for (_, leader) in some {
                let followers = traffic.followers.get(leader).into_iter().flatten();
                for message in std::iter::once(leader).chain(followers) {
                    let visitor = self.visitor(*message);
                    // Now and then two people share an address.
                    let ip = visitor >> 44;
                    let inside =
                        self.audience_clicks(link, *message).into_iter().filter(|at| (from..=seen).contains(at));
                    clicks.extend(inside.map(|at| Click { at, visitor, ip }));
                }
            }
        }
        Ok((clicks, step))
    }

    /// `stat`: clicks by bucket.
    pub(super) fn stat(&mut self, account: u32, form: &Form, now: i64) -> Answer {
        let (clicks, step) = self.visible_clicks(account, form, now)?;
        let mut buckets: BTreeMap<i64, u64> = BTreeMap::new();
        for click in clicks {
            *buckets.entry(bucket(click.at, step)).or_default() += 1;
        }
        let stat = buckets.into_iter().map(|(at, clicks)| (to_wire(at), clicks)).collect();
        json(&Totals { code: 0, msg: "OK", stat })
    }

    /// `time_series_stats`: clicks, visitors and addresses by bucket.
    pub(super) fn series(&mut self, account: u32, form: &Form, now: i64) -> Answer {
        let (clicks, step) = self.visible_clicks(account, form, now)?;
        let mut buckets: BTreeMap<i64, (u64, HashSet<u64>, HashSet<u64>)> = BTreeMap::new();
        for click in clicks {
            let (pv, visitors, ips) = buckets.entry(bucket(click.at, step)).or_default();
            *pv += 1;
            visitors.insert(click.visitor);
            ips.insert(click.ip);
        }
        let records: Vec<Record> = buckets
            .into_iter()
            .map(|(at, (pv, visitors, ips))| Record { pt: to_wire(at), pv, uv: visitors.len(), ip: ips.len() })
            .collect();
        let time_step = match step {
            60_000 => "1m",
            600_000 => "10m",
            HOUR => "1h",
            _ => "1d",
        };
        json(&Series { size: records.len(), records, time_step })
    }

    /// The newest message to a number that carries a link of ours, and its code's place: for the click helper.
    pub(super) fn latest_link_of(&self, mobile: u64) -> Option<u32> {
        self.messages_to(mobile).find(|message| !self.text_of(*message).links.is_empty())
    }
}

impl Traffic {
    /// Puts a number where its first click belongs, now that it clicks at `at` too.
    fn place(&mut self, leader: u32, before: Option<i64>, at: i64) {
        if before.is_some_and(|before| before <= at) {
            return;
        }
        if let Some(Ok(old)) = before.map(|before| self.people.binary_search(&(before, leader))) {
            self.people.remove(old);
        }
        let new = self.people.partition_point(|entry| *entry < (at, leader));
        self.people.insert(new, (at, leader));
    }
}

fn bucket(at: i64, step: i64) -> i64 {
    (at + AHEAD).div_euclid(step) * step - AHEAD
}

/// A number and its clicks.
struct Row {
    mobile: u64,
    count: u64,
    first: i64,
    last: i64,
}

impl Row {
    fn shown(&self) -> ShownRow {
        ShownRow {
            mobile: bare(self.mobile),
            count: self.count,
            first_click_time: to_wire(self.first),
            last_click_time: to_wire(self.last),
        }
    }
}

/// A number as the vendor writes it: bare for the mainland, else E.164.
pub(super) fn bare(mobile: u64) -> String {
    if mobile / 100_000_000_000 == 86 { (mobile % 100_000_000_000).to_string() } else { format!("+{mobile}") }
}

#[derive(Serialize)]
struct Clicked {
    code: i32,
    msg: &'static str,
    total: usize,
    page_num: usize,
    page_size: usize,
    data: Vec<ShownRow>,
}

#[derive(Serialize)]
struct ShownRow {
    mobile: String,
    count: u64,
    first_click_time: String,
    last_click_time: String,
}

#[derive(Serialize)]
struct Totals {
    code: i32,
    msg: &'static str,
    stat: BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct Series {
    records: Vec<Record>,
    size: usize,
    time_step: &'static str,
}

#[derive(Serialize)]
struct Record {
    pt: String,
    pv: u64,
    uv: usize,
    ip: usize,
}
