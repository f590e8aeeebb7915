//! The rule by which facts make a state, in one place.
//!
//! ```text
//! no attempt: pending ─intent→ sending ─accepted→ accepted
//!                ▲                 ├─refused→ refused ─requeued─▶ pending
//!                │                 ├─unknown→ unknown ─found / by hand→ accepted, or absent ─▶ pending
//!                └─not sent, code -5
//! ```
use crate::sms::Code;
use crate::sms::RecipientState::{self, Accepted, Pending, Refused, Sending, Unknown};

/// What a fact says, as the journal spells it. The numbers are fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    NotSent = 1,
    Refused = 2,
    Accepted = 3,
    Unknown = 4,
    FoundAccepted = 5,
    FoundAbsent = 6,
    HandAccepted = 7,
    HandAbsent = 8,
    Requeued = 9,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::NotSent,
        Self::Refused,
        Self::Accepted,
        Self::Unknown,
        Self::FoundAccepted,
        Self::FoundAbsent,
        Self::HandAccepted,
        Self::HandAbsent,
        Self::Requeued,
    ];

    /// What an operator decides.
    pub(super) const BY_HAND: [Self; 3] = [Self::HandAccepted, Self::HandAbsent, Self::Requeued];

    pub(super) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == code)
    }

    /// The state after a fact.
    pub(super) const fn leads_to(self, code: i32) -> RecipientState {
        match self {
            Self::Refused if code == Code::TOO_OFTEN => Pending,
            Self::NotSent | Self::FoundAbsent | Self::HandAbsent | Self::Requeued => Pending,
            Self::Refused => Refused,
            Self::Accepted | Self::FoundAccepted | Self::HandAccepted => Accepted,
            Self::Unknown => Unknown,
        }
    }

    /// Whether a fact may be added about a recipient who stands there.
    pub(super) const fn may_follow(self, before: RecipientState) -> bool {
        match self {
            Self::NotSent | Self::Refused => matches!(before, Sending),
            Self::Accepted | Self::Unknown => matches!(before, Sending | Unknown),
            // Records prove it whatever was believed: also of one who was called absent, or whose answer had no id.
            Self::FoundAccepted => true,
            Self::FoundAbsent => matches!(before, Sending | Unknown | Refused),
            Self::HandAccepted | Self::HandAbsent => matches!(before, Sending | Unknown),
            Self::Requeued => matches!(before, Refused),
        }
    }

    /// Whether an operator decided.
    pub(super) fn is_by_hand(self) -> bool {
        Self::BY_HAND.contains(&self)
    }

    /// How the audit calls a decision; empty for what nobody decides.
    pub(super) const fn decision(self) -> &'static str {
        match self {
            Self::HandAccepted => "settle-accepted",
            Self::HandAbsent => "settle-absent",
            Self::Requeued => "retry",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accepted_recipient_never_becomes_pending_again() {
        for kind in Kind::ALL {
            assert!(!kind.may_follow(Accepted) || kind.leads_to(0) == Accepted, "{kind:?}");
        }
    }

    #[test]
    fn unknown_becomes_pending_by_proof_or_by_hand_only() {
        let ways: Vec<Kind> =
            Kind::ALL.into_iter().filter(|k| k.may_follow(Unknown) && k.leads_to(0) == Pending).collect();
        assert_eq!(ways, [Kind::FoundAbsent, Kind::HandAbsent]);
    }

    #[test]
    fn called_too_often_is_pending_and_any_other_refusal_is_refused() {
        assert_eq!(Kind::Refused.leads_to(-5), Pending);
        assert_eq!(Kind::Refused.leads_to(-53), Refused);
    }
}
