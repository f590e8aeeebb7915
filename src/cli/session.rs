//! What a verb works with: the desk, the output, and whether we were asked to go.
use std::sync::Arc;

use super::interrupt::Stop;
use super::output::Output;
use super::progress::ProgressLine;
use crate::campaign::{Run, SystemClock};
use crate::config::{Config, Environment};
use crate::desk::Desk;
use crate::problem::{CampaignProblem, Explain, InputProblem, Problem};
use crate::sms::Campaign;

/// What a verb works with.
#[derive(Debug)]
pub struct Session<'a> {
    /// Everything an operator can do.
    pub desk: Desk,
    /// Where to print.
    pub out: &'a Output,
    /// Whether we were asked to go.
    pub stop: Stop,
}

impl<'a> Session<'a> {
    /// Opens the desk. Blocks while the key is read and the database opened; signals still end the process then.
    ///
    /// # Errors
    /// A key that cannot be read, a database that cannot be opened.
    pub fn open(config: Config, environment: &Environment, out: &'a Output) -> Result<Self, Problem> {
        let desk = Desk::open(config, &environment.caller(), Arc::new(SystemClock))?;
        Ok(Self { desk, out, stop: Stop::listen() })
    }

    /// Stays with a run until it ends; a signal interrupts it, and its answers in flight are waited for within the
    /// profile's grace. Gives the campaign as it then stands, and whether a signal came.
    ///
    /// # Errors
    /// The store could not be read or written at the end.
    pub async fn stay_with(&self, run: Run, line: ProgressLine) -> Result<(Campaign, bool), Problem> {
        let reins = run.reins();
        let id = run.progress.borrow().id;
        let mut progress = run.progress.clone();
        let ended = run.join();
        tokio::pin!(ended);
        let (mut is_interrupted, mut is_open) = (false, true);
        let end = loop {
            tokio::select! {
                biased;
                end = &mut ended => break end,
                why = self.stop.asked(), if !is_interrupted => {
                    is_interrupted = true;
                    reins.interrupt(why, self.desk.config().profile.hangup_grace);
                }
                changed = progress.changed(), if is_open => {
                    is_open = changed.is_ok();
                    line.show(&progress.borrow_and_update());
                }
            }
        };
        line.finish();
        let mut campaign = match end {
            Ok(campaign) => campaign,
            // The end could not be written down (a full disk, say). What was sent is in the journal all the same, and
            // the counts must not be kept back behind a sentence that knows nothing of them.
            Err(problem) => {
                self.out.say(&problem.what(self.out.lang));
                self.desk.campaign(id).await.map_err(|_| CampaignProblem::BrokeOff { id })?
            }
        };
        // We held it, and hold it no more.
        campaign.owner = campaign.owner.filter(|owner| owner.pid != std::process::id());
        Ok((campaign, is_interrupted))
    }

    /// Does something that may be dropped at any point, unless we are asked to go first.
    ///
    /// # Errors
    /// Those of the work, or [`InputProblem::Interrupted`].
    pub async fn unless_stopped<T>(&self, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        tokio::select! {
            biased;
            _ = self.stop.asked() => Err(InputProblem::Interrupted.into()),
            done = work => done,
        }
    }

    /// Notes in the audit that numbers were printed in full, unless they were masked.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn note_reveal(&self, about: &str, numbers: u64) -> Result<(), Problem> {
        if self.out.form.is_masked || numbers == 0 {
            return Ok(());
        }
        self.desk.revealed(about, numbers).await
    }
}
