//! The calls that are in flight: the only place that gives out ids, and what the status line is fed from.
//!
//! ```text
//! ask(read of X)   nothing of X in flight → Effect::Call
//!                  the same in flight     → waits; a newer wish replaces the one that waits
//!                  another one of X       → Effect::Cancel for that, waits; its late reply is dropped
//! settle(id)       → who asked, once; what waited goes out now
//! ```
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::action::PaneName;
use super::effect::{Effect, Effects};
use super::request::{CallId, Request, Thing};

/// Who asked, and so who hears the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asker {
    /// What all panes share ([`super::data::Data`]).
    Data,
    /// A pane.
    Pane(PaneName),
    /// The screen on top.
    Overlay,
}

/// A call in flight.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Who asked.
    pub asker: Asker,
    /// What.
    pub request: Request,
    /// Since when.
    pub since: Timestamp,
    /// Nobody waits for it any more.
    pub is_stale: bool,
}

/// All calls in flight.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calls {
    last: u64,
    open: BTreeMap<CallId, Call>,
    waiting: BTreeMap<Thing, (Asker, Request)>,
}

impl Calls {
    /// Asks for something, now or when what is in flight of the same thing has come back. The id, when it goes out now.
    pub fn ask(&mut self, asker: Asker, request: Request, now: Timestamp, effects: &mut Effects) -> Option<CallId> {
        if let Some(thing) = request.thing()
            && let Some((id, call)) = self.open.iter_mut().find(|(_, call)| call.request.thing() == Some(thing))
        {
            if call.request != request && !call.is_stale {
                call.is_stale = true;
                effects.push(Effect::Cancel(*id));
            }
            self.waiting.insert(thing, (asker, request));
            return None;
        }
        self.last += 1;
        let id = CallId(self.last);
        self.open.insert(id, Call { asker, request: request.clone(), since: now, is_stale: false });
        effects.push(Effect::Call { id, request });
        Some(id)
    }

    /// The reply has come: who is to hear it. `None` when nobody waits for it any more.
    pub fn settle(&mut self, id: CallId, now: Timestamp, effects: &mut Effects) -> Option<Call> {
        let call = self.open.remove(&id)?;
        if let Some((asker, request)) = call.request.thing().and_then(|thing| self.waiting.remove(&thing)) {
            self.ask(asker, request, now, effects);
        }
        (!call.is_stale).then_some(call)
    }

    /// Gives up the reads of one asker, and those of the API that are everybody's; writes go on, as nobody can take them
    /// back. The reads that were given up: whoever asked is told so now, and never hears of the late reply.
    #[must_use]
    pub fn give_up_reads(&mut self, asker: Asker, effects: &mut Effects) -> Vec<Call> {
        let is_meant = |who: Asker, request: &Request| {
            // What is read from the store comes in a moment.
            let is_asked_afar = matches!(request.thing(), Some(Thing::Account | Thing::Phrases | Thing::Preflight));
            request.thing().is_some() && (who == asker || (who == Asker::Data && is_asked_afar))
        };
        self.waiting.retain(|_, (who, request)| !is_meant(*who, request));
        let mut given_up = Vec::new();
        for (id, call) in &mut self.open {
            if !call.is_stale && is_meant(call.asker, &call.request) {
                given_up.push(call.clone());
                call.is_stale = true;
                effects.push(Effect::Cancel(*id));
            }
        }
        given_up
    }

    /// The calls that somebody waits for, oldest first.
    pub fn open(&self) -> impl Iterator<Item = (CallId, &Call)> {
        self.open.iter().filter(|(_, call)| !call.is_stale).map(|(id, call)| (*id, call))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::CampaignId;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn ask(calls: &mut Calls, request: Request) -> (Option<CallId>, Effects) {
        let mut effects = Effects::none();
        (calls.ask(Asker::Data, request, NOW, &mut effects), effects)
    }

    #[test]
    fn at_most_one_refresh_of_a_thing_is_in_flight() {
        let mut calls = Calls::default();
        let (first, _) = ask(&mut calls, Request::Links);
        for _ in 0..3 {
            let (none, effects) = ask(&mut calls, Request::Links);
            assert_eq!((none, effects.is_empty()), (None, true));
        }
        let mut effects = Effects::none();
        assert!(calls.settle(first.unwrap(), NOW, &mut effects).is_some());
        assert_eq!(effects.iter().count(), 1, "the waiting wish goes out, once");
    }

    #[test]
    fn a_late_reply_to_what_nobody_wants_any_more_is_dropped() {
        let mut calls = Calls::default();
        let (first, _) = ask(&mut calls, Request::Campaign(CampaignId(1)));
        let (_, effects) = ask(&mut calls, Request::Campaign(CampaignId(2)));
        assert_eq!(effects.iter().next(), Some(&Effect::Cancel(first.unwrap())));
        let mut effects = Effects::none();
        assert_eq!(calls.settle(first.unwrap(), NOW, &mut effects), None);
        let wanted = Effect::Call { id: CallId(2), request: Request::Campaign(CampaignId(2)) };
        assert_eq!(effects.into_iter().next(), Some(wanted));
        assert_eq!(calls.settle(CallId(99), NOW, &mut Effects::none()), None);
    }

    #[test]
    fn writes_are_never_merged_and_never_given_up() {
        let mut calls = Calls::default();
        let (first, _) = ask(&mut calls, Request::Pause(CampaignId(1)));
        let (second, _) = ask(&mut calls, Request::Pause(CampaignId(1)));
        assert_ne!(first, second);
        assert_eq!(calls.give_up_reads(Asker::Data, &mut Effects::none()), []);
        assert_eq!(calls.open().count(), 2);
    }
}
