//! What stays on the normal screen when the console is left: the campaigns that are not finished, and how to go on.
use super::App;
use crate::sms::{Campaign, PauseReason};

/// How the console is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// For good.
    Quit,
    /// With Ctrl-Z.
    Suspended,
}

impl App {
    /// The lines for what was `left` paused; none when nothing is left to do. Counts only: nobody's number is in them.
    #[must_use]
    pub fn farewell(&self, left: &[Campaign], parting: Parting) -> Vec<String> {
        left.iter().flat_map(|campaign| self.farewell_of(campaign, parting)).collect()
    }

    fn farewell_of(&self, campaign: &Campaign, parting: Parting) -> Vec<String> {
        let (lang, command, id, counts) = (self.lang, &self.settings.command, campaign.id, campaign.counts);
        let pending = counts.pending + counts.sending;
        let mut lines = vec![lang.app_left(id, counts.accepted, counts.refused, counts.unknown, pending)];
        if parting == Parting::Suspended {
            lines.push(lang.app_left_back().to_owned());
            return lines;
        }
        if self.settings.is_trial {
            lines.push(lang.app_left_trial().to_owned());
            return lines;
        }
        if counts.unknown > 0 {
            lines.push(lang.app_left_reconcile(command, id));
        }
        // A campaign that was handed over is paused until `watch` takes it.
        match (pending > 0, &campaign.pause) {
            (false, _) => {}
            (true, Some(PauseReason::HungUp)) if self.data.is_watched => lines.push(lang.app_left_watch().to_owned()),
            (true, Some(PauseReason::HungUp)) => lines.push(lang.app_left_start_watch(command, id)),
            (true, _) => lines.push(lang.app_left_resume(command, id)),
        }
        lines
    }
}
