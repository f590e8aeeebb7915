//! What the operator meant: what the keymap yields, the palette lists and the help shows.
use super::editor::Edit;
use crate::sms::{CampaignId, CheckName, DraftId, Mobile, Sid};
use crate::words::Lang;

/// One of the four panes, in the order of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum PaneName {
    /// `1`: the short links.
    #[default]
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
    /// Crash on purpose, so that anybody can see that the terminal and the journal survive it. Never bound by itself.
    Crash,
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
    /// Read the file of recipients in another encoding.
    NextEncoding,
    /// A test to oneself.
    TestSend,
    /// Who was left out, and why.
    ShowLeftOut,
    /// Show the warnings of the review and whom they are about.
    ShowWarnings,
    /// Choose a time.
    Schedule,
    /// Leave out of this send whom a check is about.
    LeaveOut,
    /// Keep or ignore quiet hours for this send. Audited.
    ToggleQuietHours,
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
    /// Leave a campaign to `yunque watch`.
    HandOver,
    /// Put a number on the suppression list.
    Suppress,

    /// A step of line editing, while a field is typed in.
    Edit(Edit),

    // with an object; from the palette and between panes, never from a key
    /// Go to a pane and do this there; what is about a selection that nobody has seen yet is left to its key.
    In(PaneName, Box<Action>),
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
    /// Insert this text at the cursor of the message being written: a link, a signature, a template.
    Insert(String),
    /// Go on with this draft; what was being written is kept.
    UseDraft(DraftId),
    /// Leave out of the send under review whom this check is about.
    LeaveOutOf(CheckName),
    /// Review a test to this number.
    TestTo(Mobile),
}

/// What is known of an action that a key can be bound to.
pub struct ActionInfo {
    /// The action.
    pub action: Action,
    /// Its name in the config.
    pub name: &'static str,
    /// Its label in the footer, the help and the palette.
    pub label: fn(Lang) -> &'static str,
}

impl ActionInfo {
    /// Every action that a key can be bound to, in the order of the help.
    pub const ALL: &'static [Self] = &[
        info(Action::GoTo(PaneName::Links), "go-links", Lang::action_go_links),
        info(Action::GoTo(PaneName::Compose), "go-compose", Lang::action_go_compose),
        info(Action::GoTo(PaneName::Campaigns), "go-campaigns", Lang::action_go_campaigns),
        info(Action::GoTo(PaneName::Clicks), "go-clicks", Lang::action_go_clicks),
        info(Action::NextArea, "next-area", Lang::action_next_area),
        info(Action::PreviousArea, "previous-area", Lang::action_previous_area),
        info(Action::Up, "up", Lang::action_up),
        info(Action::Down, "down", Lang::action_down),
        info(Action::Left, "left", Lang::action_left),
        info(Action::Right, "right", Lang::action_right),
        info(Action::PageUp, "page-up", Lang::action_page_up),
        info(Action::PageDown, "page-down", Lang::action_page_down),
        info(Action::First, "first", Lang::action_first),
        info(Action::Last, "last", Lang::action_last),
        info(Action::Open, "open", Lang::action_open),
        info(Action::Back, "back", Lang::action_back),
        info(Action::Filter, "filter", Lang::action_filter),
        info(Action::Palette, "palette", Lang::action_palette),
        info(Action::Help, "help", Lang::action_help),
        info(Action::Messages, "messages", Lang::action_messages),
        info(Action::Refresh, "refresh", Lang::action_refresh),
        info(Action::Copy, "copy", Lang::action_copy),
        info(Action::CopyCommand, "copy-command", Lang::action_copy_command),
        info(Action::Find, "find", Lang::action_find),
        info(Action::SwitchLanguage, "switch-language", Lang::action_switch_language),
        info(Action::Reveal, "reveal", Lang::action_reveal),
        info(Action::Sort, "sort", Lang::action_sort),
        info(Action::Export, "export", Lang::action_export),
        info(Action::Repaint, "repaint", Lang::action_repaint),
        info(Action::Crash, "crash", Lang::action_crash),
        info(Action::Suspend, "suspend", Lang::action_suspend),
        info(Action::Quit, "quit", Lang::action_quit),
        info(Action::Interrupt, "interrupt", Lang::action_interrupt),
        info(Action::New, "new", Lang::action_new),
        info(Action::Message, "message", Lang::action_message),
        info(Action::Clicks, "clicks", Lang::action_clicks),
        info(Action::ShowQr, "qr", Lang::action_qr),
        info(Action::Archive, "archive", Lang::action_archive),
        info(Action::Retag, "retag", Lang::action_retag),
        info(Action::ToggleArchived, "archived", Lang::action_archived),
        info(Action::ImportFile, "import", Lang::action_import),
        info(Action::PickLink, "link", Lang::action_link),
        info(Action::PickTemplate, "template", Lang::action_template),
        info(Action::PickDraft, "drafts", Lang::action_drafts),
        info(Action::ToggleMobileStat, "count", Lang::action_count),
        info(Action::ToggleKind, "kind", Lang::action_kind),
        info(Action::NextEncoding, "encoding", Lang::action_encoding),
        info(Action::TestSend, "test", Lang::action_test),
        info(Action::ShowLeftOut, "left-out", Lang::action_left_out),
        info(Action::ShowWarnings, "warnings", Lang::action_warnings),
        info(Action::Schedule, "schedule", Lang::action_schedule),
        info(Action::ToggleAfterHangup, "after-hangup", Lang::action_after_hangup),
        info(Action::LeaveOut, "leave-out", Lang::action_leave_out),
        info(Action::ToggleQuietHours, "quiet-hours", Lang::action_quiet_hours),
        info(Action::Discard, "discard", Lang::action_discard),
        info(Action::PauseOrResume, "pause", Lang::action_pause),
        info(Action::PauseAll, "pause-all", Lang::action_pause_all),
        info(Action::CancelCampaign, "cancel", Lang::action_cancel),
        info(Action::Retry, "retry", Lang::action_retry),
        info(Action::Reconcile, "reconcile", Lang::action_reconcile),
        info(Action::Settle, "settle", Lang::action_settle),
        info(Action::Duplicate, "duplicate", Lang::action_duplicate),
        info(Action::Note, "note", Lang::action_note),
        info(Action::TakeOver, "take-over", Lang::action_take_over),
        info(Action::HandOver, "hand-over", Lang::action_hand_over),
        info(Action::Suppress, "suppress", Lang::action_suppress),
        info(Action::Edit(Edit::Beginning), "edit-beginning", Lang::help_edit_beginning),
        info(Action::Edit(Edit::End), "edit-end", Lang::help_edit_end),
        info(Action::Edit(Edit::Back), "edit-back", Lang::help_edit_back),
        info(Action::Edit(Edit::Forward), "edit-forward", Lang::help_edit_forward),
        info(Action::Edit(Edit::WordBack), "edit-word-back", Lang::help_edit_word_back),
        info(Action::Edit(Edit::WordForward), "edit-word-forward", Lang::help_edit_word_forward),
        info(Action::Edit(Edit::Delete), "edit-delete", Lang::help_edit_delete),
        info(Action::Edit(Edit::DeleteNext), "edit-delete-next", Lang::help_edit_delete_next),
        info(Action::Edit(Edit::DeleteWord), "edit-delete-word", Lang::help_edit_delete_word),
        info(Action::Edit(Edit::DeleteNextWord), "edit-delete-next-word", Lang::help_edit_delete_next_word),
        info(Action::Edit(Edit::DeleteBeginning), "edit-delete-beginning", Lang::help_edit_delete_head),
        info(Action::Edit(Edit::DeleteEnd), "edit-delete-end", Lang::help_edit_delete_end),
        info(Action::Edit(Edit::PutBack), "edit-put-back", Lang::help_edit_put_back),
        info(Action::Edit(Edit::Undo), "edit-undo", Lang::help_edit_undo),
        info(Action::Edit(Edit::Redo), "edit-redo", Lang::help_edit_redo),
    ];
}

const fn info(action: Action, name: &'static str, label: fn(Lang) -> &'static str) -> ActionInfo {
    ActionInfo { action, name, label }
}

impl Action {
    fn info(&self) -> Option<&'static ActionInfo> {
        if let Self::In(_, action) = self {
            return action.info();
        }
        ActionInfo::ALL.iter().find(|info| info.action == *self)
    }

    /// Its name in the config; `-` for the actions with an object, which no key can be bound to.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.info().map_or("-", |info| info.name)
    }

    /// Its label; empty for the actions with an object.
    #[must_use]
    pub fn label(&self, lang: Lang) -> &'static str {
        self.info().map_or("", |info| (info.label)(lang))
    }

    /// Whether it is done to what is selected, so that somebody has to have seen what that is.
    #[must_use]
    pub const fn is_about_the_selection(&self) -> bool {
        matches!(
            self,
            Self::Message
                | Self::Clicks
                | Self::ShowQr
                | Self::Archive
                | Self::Retag
                | Self::ShowLeftOut
                | Self::PauseOrResume
                | Self::CancelCampaign
                | Self::Retry
                | Self::Reconcile
                | Self::Settle
                | Self::Duplicate
                | Self::Note
                | Self::TakeOver
                | Self::HandOver
                | Self::Export
                | Self::Discard
        )
    }

    /// Whether it means something before there is an account.
    #[must_use]
    pub const fn needs_no_account(&self) -> bool {
        matches!(
            self,
            Self::SwitchLanguage
                | Self::Quit
                | Self::Interrupt
                | Self::Repaint
                | Self::Suspend
                | Self::Crash
                | Self::Help
                | Self::Messages
        )
    }

    /// Whether it changes anything beyond this screen: such actions are hidden and rejected when read-only.
    #[must_use]
    pub const fn changes_something(&self) -> bool {
        matches!(
            self,
            Self::Archive
                | Self::Retag
                | Self::TestSend
                | Self::PauseOrResume
                | Self::PauseAll
                | Self::CancelCampaign
                | Self::Retry
                | Self::Reconcile
                | Self::Settle
                | Self::Note
                | Self::TakeOver
                | Self::HandOver
                | Self::Suppress
                | Self::New
                | Self::Message
                | Self::MessageWith(_)
                | Self::MessageTo(_)
                | Self::TestTo(_)
                | Self::Duplicate
        )
    }
}
