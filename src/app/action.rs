//! What the operator meant: what the keymap yields, the palette lists and the help shows.
use crate::sms::{CampaignId, Mobile, Sid};

/// One of the four panes, in the order of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PaneName {
    /// `1`: the short links.
    Links,
    /// `2`: the message being written.
    Compose,
    /// `3`: what was and is being sent.
    Campaigns,
    /// `4`: who clicked.
    Clicks,
}

impl PaneName {
    /// All of them, left to right.
    pub const ALL: [Self; 4] = [Self::Links, Self::Compose, Self::Campaigns, Self::Clicks];

    /// Its place in [`PaneName::ALL`], from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// What the operator meant. One word for one idea: [`Action::Message`] starts a message wherever it stands and never
/// sends by itself, [`Action::Clicks`] shows who clicked, [`Action::Back`] goes back and never sends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Action {
    // everywhere
    /// Go to a pane.
    GoTo(PaneName),
    /// Go to the next field or area.
    NextArea,
    /// Go to the one before.
    PreviousArea,
    /// One up.
    Up,
    /// One down.
    Down,
    /// One to the left (a group, a choice).
    Left,
    /// One to the right.
    Right,
    /// One screenful up.
    PageUp,
    /// One screenful down.
    PageDown,
    /// The first.
    First,
    /// The last.
    Last,
    /// Open or confirm what is selected.
    Open,
    /// Go back. Never sends.
    Back,
    /// Filter what is listed.
    Filter,
    /// Any command, link or campaign.
    Palette,
    /// The help.
    Help,
    /// All messages so far.
    Messages,
    /// Ask again for what is shown.
    Refresh,
    /// Copy what is selected.
    Copy,
    /// Copy it as the command that does the same.
    CopyCommand,
    /// Find a number everywhere.
    Find,
    /// The other language.
    SwitchLanguage,
    /// Show numbers in full, or masked again. Audited.
    Reveal,
    /// Sort by the next column.
    Sort,
    /// Export what is shown.
    Export,
    /// Draw everything anew.
    Repaint,
    /// Leave to the shell, to come back with `fg`.
    Suspend,
    /// Quit; asks while something is being sent.
    Quit,
    /// Ctrl-C: twice when idle, else as [`Action::Quit`].
    Interrupt,

    // what can be done with what is selected
    /// A new link (Links), a new draft (Compose).
    New,
    /// Start a message with this link, from this draft, to these people; in Compose, go to the review.
    Message,
    /// Who clicked.
    Clicks,
    /// The address as a QR code.
    ShowQr,
    /// Put a link away, or take it out again.
    Archive,
    /// Change alias and tags of a link.
    Retag,
    /// Show archived links too.
    ToggleArchived,
    /// Import recipients from a file.
    ImportFile,
    /// Insert a link from the list.
    PickLink,
    /// Insert a template of the account.
    PickTemplate,
    /// Another draft.
    PickDraft,
    /// Switch `mobile_stat`.
    ToggleMobileStat,
    /// Switch between marketing and notification.
    ToggleKind,
    /// A test to oneself.
    TestSend,
    /// Who was left out, and why.
    ShowLeftOut,
    /// Show the warnings of the review and whom they are about.
    ShowWarnings,
    /// Choose a time.
    Schedule,
    /// Go on or pause when this terminal drops.
    ToggleAfterHangup,
    /// Throw the draft away.
    Discard,
    /// Pause or go on.
    PauseOrResume,
    /// Pause everything.
    PauseAll,
    /// Cancel a campaign: who is pending gets nothing.
    CancelCampaign,
    /// Retry what may be retried.
    Retry,
    /// Look the unknown up in the vendor's records.
    Reconcile,
    /// Settle one unknown number by hand.
    Settle,
    /// Duplicate as a new draft.
    Duplicate,
    /// Write a note.
    Note,
    /// Take a campaign over from a colleague.
    TakeOver,
    /// Put a number on the suppression list.
    Suppress,

    // with an object; from the palette and between panes, never from a key
    /// Show this link in Links.
    ShowLink(Sid),
    /// Show this campaign in Campaigns.
    ShowCampaign(CampaignId),
    /// Show who clicked this link.
    ShowClicks(Sid),
    /// Show who clicked in this campaign.
    ShowCampaignClicks(CampaignId),
    /// Start a message with this link.
    MessageWith(Sid),
    /// Start a message to these numbers (clickers, say).
    MessageTo(Vec<Mobile>),
    /// Show every message to this number.
    FindNumber(Mobile),
}
