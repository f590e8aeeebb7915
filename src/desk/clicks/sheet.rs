//! The sheet of the vendor's web console, where the API does not say who clicked.
use std::path::Path;

use super::sums::{clickers, sum};
use super::{Clicks, kept_look};
use crate::app::Subject;
use crate::desk::links::sid_of;
use crate::desk::{Desk, Result};
use crate::problem::InputProblem;
use crate::sms::ClickSource;

impl Desk {
    /// Takes the sheet of the vendor's web console as the clicks of a link. `may_shrink`: even where it knows fewer
    /// clicks than are known already. `is_made_elsewhere`: even of a link that this database does not know, such as one
    /// made in the vendor's console. Audited.
    ///
    /// # Errors
    /// The file; [`InputProblem::LinkOfSheet`]; [`InputProblem::FewerClicks`]; a read-only profile.
    pub async fn import_clicks(
        &self,
        file: &Path,
        text: &str,
        may_shrink: bool,
        is_made_elsewhere: bool,
    ) -> Result<Clicks> {
        self.writable()?;
        let sid = sid_of(text)?;
        if !is_made_elsewhere && self.store().link(&sid).await?.is_none() {
            return Err(InputProblem::LinkOfSheet { sid: sid.0 }.into());
        }
        let (rows, unreadable) = self.read_clicks(file).await?;
        let count = rows.len() as u64;
        if let Some(known) = kept_look(self.store(), &sid).await?.filter(|_| !may_shrink) {
            let (clicks, known_clicks) = (sum(&rows), sum(&known.rows));
            if clicks < known_clicks {
                let known_clickers = clickers(&known.rows);
                return Err(InputProblem::FewerClicks { clicks, clickers: count, known_clicks, known_clickers }.into());
            }
        }
        self.store().save_clicks(&sid, rows, ClickSource::Import, self.now()).await?;
        self.note_down("clicks-import", &format!("{sid} {}", file.display()), count).await?;
        let seen = self.clicks_seen(&Subject::Link(sid)).await?;
        let mut clicks = seen.ok_or(InputProblem::NoClicksYet)?;
        clicks.unreadable = unreadable;
        Ok(clicks)
    }

    /// Forgets the imported sheet of a link, and says what it was: from now on its clicks are what the API says. Audited.
    ///
    /// # Errors
    /// No link; [`InputProblem::NoSheet`]; a read-only profile.
    pub async fn forget_clicks(&self, text: &str) -> Result<Clicks> {
        self.writable()?;
        let sid = sid_of(text)?;
        let seen = self.clicks_seen(&Subject::Link(sid.clone())).await?;
        let sheet = seen.filter(|seen| seen.source == ClickSource::Import);
        let sheet = sheet.ok_or_else(|| InputProblem::NoSheet { sid: sid.0.clone() })?;
        self.store().forget_sheet(&sid).await?;
        self.note_down("clicks-forget", &sid.0, sheet.totals.clickers).await?;
        Ok(sheet)
    }
}
