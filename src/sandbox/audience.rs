//! What recipients do, as a pure function of the seed, the message and the time.
//!
//! A message is drawn from a hash of (seed, number, text, how many that number had before), so the order in which
//! calls arrive changes nobody's behaviour, and asking twice gives the same answer.
//!
//! ```text
//! accepted ─ 97 %  ─▶ delivered in seconds ─ share `audience` ─▶ first click: median 9 min, 90 % within the hour,
//!          ├ 2.5 % ─▶ failed, carrier code                        long tail ─▶ some twice or more; a few scanners
//!          └ 0.5 % ─▶ no report ever                             └ about 1 % of `audience` reply, most to opt out
//! ```
//! All delays are those of life, divided by the pace.

/// A small generator (splitmix64): every draw of the sandbox comes from one of these, from a seed.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

/// Mixes a word so that near words give far ones.
pub(super) const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any word.
    pub(super) const fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// From 0 to 1, 1 excluded.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub(super) fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From the normal distribution around 0 with deviation 1 (Box and Muller's way).
    pub(super) fn normal(&mut self) -> f64 {
        let (radius, angle) = (1.0 - self.unit(), self.unit());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// Log-normal around a median: how long people take.
    pub(super) fn delay(&mut self, median: f64, spread: f64) -> f64 {
        median * (spread * self.normal()).exp()
    }
}

/// The people behind the numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Audience {
    /// Decides who is who.
    pub(super) seed: u64,
    /// The share that clicks, 0 to 1.
    pub(super) share: f64,
}

/// What becomes of a message at the carrier. Times are milliseconds after it was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// Arrives.
    Delivered {
        /// When the report comes.
        after_ms: i64,
    },
    /// Does not.
    Failed {
        /// When the report comes.
        after_ms: i64,
        /// The carrier's code.
        error: &'static str,
    },
    /// Nobody ever says.
    Silent,
}

/// Carrier codes of failures: switched off, no such number, out of reach, blocked by the handset, full.
const ERRORS: [&str; 5] = ["DB:0103", "MK:0001", "UNDELIV", "MI:0055", "EXPIRED"];

const REPLIES: [&str; 8] = ["R", "TD", "退订", "T", "td", "好的", "谢谢", "请问几点开始？"];

/// Salts: one for each kind of draw, so that none depends on another.
const DELIVERY: u64 = 0x0de1;
const CLICKS: u64 = 0xc11c;
const REPLY: u64 = 0x4e91;

impl Audience {
    /// The word that all draws about a message start from.
    #[must_use]
    pub(super) const fn person(&self, mobile: u64, text: u64, nth: u16) -> u64 {
        mix(mix(mix(self.seed ^ 0x9e37_79b9_7f4a_7c15) ^ mobile).wrapping_add(text) ^ nth as u64)
    }

    /// What becomes of the message.
    #[must_use]
    pub(super) fn delivery(person: u64, pace: f64) -> Delivery {
        let mut dice = Dice::new(person ^ DELIVERY);
        let luck = dice.unit();
        if luck < 0.97 {
            Delivery::Delivered { after_ms: millis(dice.delay(4.0, 0.6), pace) }
        } else if luck < 0.995 {
            let after_ms = millis(dice.delay(20.0, 0.8), pace);
            Delivery::Failed { after_ms, error: pick(&ERRORS, dice.word()) }
        } else {
            Delivery::Silent
        }
    }

    /// When the person clicks, in milliseconds after delivery, ascending; empty for most.
    #[must_use]
    pub(super) fn clicks(&self, person: u64, pace: f64) -> Vec<i64> {
        let mut dice = Dice::new(person ^ CLICKS);
        if dice.unit() >= self.share {
            return Vec::new();
        }
        let mut at = dice.delay(9.0 * 60.0, 1.4).clamp(3.0, 4.0 * 86_400.0);
        let mut clicks = Vec::with_capacity(2);
        if dice.unit() < 0.015 {
            // A phone that looks at links before its owner does.
            clicks.push(millis(0.8, pace));
        }
        clicks.push(millis(at, pace));
        while clicks.len() < 8 && dice.unit() < 0.26 {
            at += dice.delay(25.0 * 60.0, 1.6).clamp(2.0, 2.0 * 86_400.0);
            clicks.push(millis(at, pace));
        }
        clicks
    }

    /// What the person answers, and how long after delivery.
    #[must_use]
    pub(super) fn reply(&self, person: u64, pace: f64) -> Option<Reply> {
        let mut dice = Dice::new(person ^ REPLY);
        if dice.unit() >= self.share * 0.01 {
            return None;
        }
        let after_ms = millis(dice.delay(6.0 * 60.0, 1.0), pace);
        let word = dice.word();
        // Four in five want to hear no more.
        let from = if word % 5 < 4 { &REPLIES[..5] } else { &REPLIES[5..] };
        let text = pick(from, word >> 8);
        Some(Reply { after_ms, text })
    }
}

/// An answer to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reply {
    /// Milliseconds after delivery.
    pub(super) after_ms: i64,
    /// What it says.
    pub(super) text: &'static str,
}

/// Whether an answer asks to hear no more (`api/yunpian-v2.md` §7).
#[must_use]
pub(super) fn is_opt_out(text: &str) -> bool {
    matches!(text.trim().to_ascii_uppercase().as_str(), "R" | "TD" | "T" | "N" | "退订")
}

fn pick(from: &[&'static str], word: u64) -> &'static str {
    usize::try_from(word).map_or("", |word| from[word % from.len()])
}

/// Seconds of life as milliseconds at a pace.
#[expect(clippy::cast_possible_truncation, reason = "days of milliseconds fit, and a cast saturates")]
fn millis(seconds: f64, pace: f64) -> i64 {
    (seconds * 1000.0 / pace.max(1e-6)) as i64
}
