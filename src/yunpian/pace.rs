//! How fast we call: a steady rate, and slower for a while whenever the vendor says -5.
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

/// Further -5 within this time of one belong to the same rush: the calls in flight then.
const SAME_RUSH: Duration = Duration::from_secs(1);
/// After this long without -5, the rate doubles again, up to the one configured.
const RECOVERY: Duration = Duration::from_secs(20);
/// Where an unlimited rate starts when it has to slow down, calls a second.
const FIRST_LIMIT: u32 = 16;
/// Halvings at most.
const SLOWEST: u32 = 5;

/// tokio's clock, so that tests can pause it.
#[derive(Debug, Clone, Copy)]
struct RuntimeClock;

impl Clock for RuntimeClock {
    type Instant = std::time::Instant;

    fn now(&self) -> Self::Instant {
        Instant::now().into_std()
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, RuntimeClock, NoOpMiddleware<std::time::Instant>>;

/// The rate of a client and all its clones.
#[derive(Debug)]
pub(super) struct Pace {
    configured: Option<NonZeroU32>,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    /// How often the rate is halved; 0 is full speed.
    halvings: u32,
    /// The last -5, or the last step of recovery since.
    changed: Option<Instant>,
    /// `None` is unlimited.
    limiter: Option<Arc<Limiter>>,
}

impl Pace {
    /// At `rate` calls a second; `None` and 0 are unlimited.
    pub(super) fn new(rate: Option<u32>) -> Self {
        let configured = rate.and_then(NonZeroU32::new);
        let now = Now { halvings: 0, changed: None, limiter: limiter(configured, 0) };
        Self { configured, now: Mutex::new(now) }
    }

    /// Waits until the next call may be made.
    pub(super) async fn permit(&self) {
        loop {
            let Some(limiter) = self.recovered() else { return };
            let Err(early) = limiter.check() else { return };
            tokio::time::sleep(early.wait_time_from(RuntimeClock.now())).await;
        }
    }

    /// Halves the rate, once for each rush of -5.
    pub(super) fn slow_down(&self) {
        let at = Instant::now();
        let mut now = self.lock();
        let is_same_rush = now.halvings > 0 && now.changed.is_some_and(|changed| at - changed < SAME_RUSH);
        if is_same_rush {
            return;
        }
        now.changed = Some(at);
        now.halvings = (now.halvings + 1).min(SLOWEST);
        now.limiter = limiter(self.configured, now.halvings);
        tracing::info!(halvings = now.halvings, "called too often: going slower");
    }

    /// The limiter that is in force, after as many steps of recovery as are due.
    fn recovered(&self) -> Option<Arc<Limiter>> {
        let mut now = self.lock();
        if now.halvings > 0
            && let Some(changed) = now.changed
        {
            let quiet = Instant::now() - changed;
            let steps = u32::try_from(quiet.as_secs() / RECOVERY.as_secs()).unwrap_or(u32::MAX).min(now.halvings);
            if steps > 0 {
                now.halvings -= steps;
                now.changed = Some(changed + RECOVERY * steps);
                now.limiter = limiter(self.configured, now.halvings);
            }
        }
        now.limiter.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A limiter at the configured rate halved so often; bursts are a tenth of a second long, so that timers that fire
/// late cost no speed and the vendor still sees a steady rate.
fn limiter(configured: Option<NonZeroU32>, halvings: u32) -> Option<Arc<Limiter>> {
    let full = match configured {
        Some(rate) => rate.get(),
        None if halvings == 0 => return None,
        None => FIRST_LIMIT * 2,
    };
    // Below one a second the period grows instead.
    let period = Duration::from_secs(1).saturating_mul(1 << halvings) / full;
    let burst = NonZeroU32::new((full >> halvings) / 10).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(period)?.allow_burst(burst);
    Some(Arc::new(RateLimiter::direct_with_clock(quota, RuntimeClock)))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn seconds_for(pace: &Pace, calls: u32) -> f32 {
        let start = Instant::now();
        for _ in 0..calls {
            pace.permit().await;
        }
        start.elapsed().as_secs_f32()
    }

    #[tokio::test(start_paused = true)]
    async fn calls_keep_to_the_rate() {
        let pace = Pace::new(Some(20));
        let took = seconds_for(&pace, 102).await;
        assert!((4.9..5.3).contains(&took), "{took}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_rush_of_refusals_halves_the_rate_once_and_it_recovers() {
        let pace = Pace::new(Some(20));
        for _ in 0..4 {
            pace.slow_down();
        }
        let slow = seconds_for(&pace, 51).await;
        assert!((4.9..5.3).contains(&slow), "{slow}");
        tokio::time::advance(RECOVERY).await;
        let full = seconds_for(&pace, 102).await;
        assert!((4.9..5.3).contains(&full), "{full}");
    }

    #[tokio::test(start_paused = true)]
    async fn no_rate_means_no_waiting_until_the_vendor_complains() {
        let pace = Pace::new(None);
        assert!(seconds_for(&pace, 1000).await < 0.001);
        pace.slow_down();
        let slow = seconds_for(&pace, 33).await;
        assert!((1.9..2.3).contains(&slow), "{slow}");
    }
}
