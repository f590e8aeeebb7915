//! Something that is elsewhere: on the API, in the store.
use jiff::Timestamp;

use super::request::Failure;

/// A value from elsewhere. While it is loading or after a failure, what was shown stays shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Remote<T> {
    /// Not asked for yet.
    #[default]
    Idle,
    /// Asked for; what was known before, with its time.
    Loading {
        /// The value before, and when it came.
        shown: Option<(T, Timestamp)>,
    },
    /// Here.
    Ready {
        /// The value.
        value: T,
        /// When it came.
        at: Timestamp,
    },
    /// It did not come; what was known before, with its time.
    Failed {
        /// Why.
        error: Failure,
        /// The value before, and when it came.
        shown: Option<(T, Timestamp)>,
    },
}

impl<T> Remote<T> {
    /// What can be shown, whatever its state.
    pub const fn shown(&self) -> Option<&T> {
        match self {
            Self::Idle => None,
            Self::Ready { value, .. } => Some(value),
            Self::Loading { shown } | Self::Failed { shown, .. } => match shown {
                Some((value, _)) => Some(value),
                None => None,
            },
        }
    }

    /// What can be shown, to change it in place (a campaign's progress, say).
    pub const fn shown_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Idle => None,
            Self::Ready { value, .. } => Some(value),
            Self::Loading { shown } | Self::Failed { shown, .. } => match shown {
                Some((value, _)) => Some(value),
                None => None,
            },
        }
    }

    /// When what is shown came.
    pub const fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Idle => None,
            Self::Ready { at, .. } => Some(*at),
            Self::Loading { shown } | Self::Failed { shown, .. } => match shown {
                Some((_, at)) => Some(*at),
                None => None,
            },
        }
    }

    /// Whether it is on its way.
    pub const fn is_loading(&self) -> bool {
        matches!(self, Self::Loading { .. })
    }

    /// Why it did not come.
    pub const fn error(&self) -> Option<&Failure> {
        if let Self::Failed { error, .. } = self { Some(error) } else { None }
    }

    /// It has been asked for: keeps what is shown.
    pub fn load(&mut self) {
        *self = Self::Loading { shown: std::mem::take(self).into_shown() };
    }

    /// The reply came. A cancelled read goes back to what it was.
    pub fn settle(&mut self, outcome: Result<T, Failure>, now: Timestamp) {
        *self = match outcome {
            Ok(value) => Self::Ready { value, at: now },
            Err(Failure::Cancelled) => match std::mem::take(self).into_shown() {
                Some((value, at)) => Self::Ready { value, at },
                None => Self::Idle,
            },
            Err(error) => Self::Failed { error, shown: std::mem::take(self).into_shown() },
        };
    }

    fn into_shown(self) -> Option<(T, Timestamp)> {
        match self {
            Self::Idle => None,
            Self::Ready { value, at } => Some((value, at)),
            Self::Loading { shown } | Self::Failed { shown, .. } => shown,
        }
    }
}
