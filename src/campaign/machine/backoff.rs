//! The two answers after which a call may be made again by itself: the connection was never made, and code -5.
use std::time::Duration;

/// A connection is tried so often before the campaign pauses.
const TRIES: u32 = 3;
/// The first wait after code -5; it doubles.
const SLOWER: Duration = Duration::from_millis(500);
/// The longest wait after code -5.
const SLOWEST: Duration = Duration::from_secs(15);
/// So many -5 with no other answer between them pause the campaign.
const TOO_OFTEN: u32 = 12;

/// Waits, and counts. Several calls are out when a server goes away, and each of them says so: only the first of an
/// epoch counts as a try.
#[derive(Debug)]
pub(super) struct Backoff {
    epoch: u32,
    unconnected: u32,
    slowed: u32,
    until: Duration,
    reconnect_after: [Duration; 2],
}

impl Backoff {
    pub const fn new(reconnect_after: [Duration; 2]) -> Self {
        Self { epoch: 0, unconnected: 0, slowed: 0, until: Duration::ZERO, reconnect_after }
    }

    /// A call notes the epoch in which it was made.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// No new call before this.
    pub const fn until(&self) -> Duration {
        self.until
    }

    /// A connection was not made; says whether that was the last try.
    pub fn not_connected(&mut self, epoch: u32, now: Duration) -> bool {
        if epoch == self.epoch {
            self.epoch += 1;
            self.unconnected += 1;
            let wait = self.reconnect_after[usize::from(self.unconnected > 1)];
            self.until = self.until.max(now + wait);
        }
        self.unconnected >= TRIES
    }

    /// The vendor said -5; says whether it has said so too long.
    pub fn too_often(&mut self, epoch: u32, now: Duration) -> bool {
        self.unconnected = 0;
        if epoch == self.epoch {
            self.epoch += 1;
            let wait = SLOWER.saturating_mul(1 << self.slowed.min(8)).min(SLOWEST);
            self.slowed += 1;
            self.until = self.until.max(now + wait);
        }
        self.slowed >= TOO_OFTEN
    }

    /// Some other answer came.
    pub const fn reached(&mut self) {
        self.unconnected = 0;
        self.slowed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(100);

    #[test]
    fn calls_that_fail_together_are_one_try() {
        let mut backoff = Backoff::new([Duration::from_secs(1), Duration::from_secs(3)]);
        assert!(!(0..8).any(|_| backoff.not_connected(0, NOW)));
        assert_eq!(backoff.until(), NOW + Duration::from_secs(1));
        assert!(!backoff.not_connected(1, backoff.until()));
        assert_eq!(backoff.until(), NOW + Duration::from_secs(4));
        assert!(backoff.not_connected(2, backoff.until()), "the third try is the last");
    }

    #[test]
    fn the_waits_after_code_minus_five_double_up_to_a_limit() {
        let mut backoff = Backoff::new([Duration::ZERO; 2]);
        let mut waits = Vec::new();
        for _ in 0..7 {
            let before = backoff.until().max(NOW);
            assert!(!backoff.too_often(backoff.epoch(), before));
            waits.push(backoff.until().saturating_sub(before).as_millis());
        }
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 15000, 15000]);
        backoff.reached();
        let before = backoff.until();
        backoff.too_often(backoff.epoch(), before);
        assert_eq!(backoff.until().saturating_sub(before), SLOWER);
    }
}
