//! One campaign's life as lines: counts that add up, what may have happened, what is being done, what to do.
//!
//! The list shows the first of them under itself, the whole page all of them.
use crate::app::keymap::Keymap;
use crate::app::request::CampaignPage;
use crate::app::text::Widths;
use crate::app::when::When;
use crate::sms::{
    Campaign, CampaignState, Class, Code, Kind, Looked, Mobile, PauseReason, Progress, RecipientState, TakeOver,
    visible,
};
use crate::words::{Grouped, Lang, doubt, reason, state, take_over};

use super::question::is_held_elsewhere;

/// Cells that the word of a state and the fee take beside what is said about a count.
const WORD_CELLS: usize = 11;
const FEE_CELLS: usize = 10;

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Data.
    Plain,
    /// Labels, and what is nothing.
    Dim,
    /// It waits for a person.
    Waits,
    /// It was refused.
    Refused,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Nothing.
    Blank,
    /// How much of it is out.
    Bar {
        /// Who has been tried.
        out: u64,
        /// Everybody.
        total: u64,
    },
    /// A count, what it counts, and more about it.
    Count {
        /// How many, with `? ` before what is unknown.
        figure: String,
        /// The state's word.
        word: &'static str,
        /// More about it.
        text: String,
        /// What stands at the right edge: the fee.
        right: String,
        /// Its weight.
        weight: Weight,
    },
    /// A label and a text, or the next row of the text before.
    Text {
        /// Empty for a further row.
        label: &'static str,
        /// The text.
        text: String,
        /// Its weight.
        weight: Weight,
    },
    /// A number, masked when it is drawn.
    Person {
        /// The label of the section, in its first line.
        label: &'static str,
        /// Who.
        mobile: Mobile,
        /// More about it.
        text: String,
        /// Nobody knows what became of it: `u` settles it.
        is_unknown: bool,
    },
}

impl Line {
    /// Whether a small screen does without it.
    #[must_use]
    pub fn is_spare(&self) -> bool {
        match self {
            Self::Blank | Self::Bar { .. } => true,
            Self::Count { figure, .. } => figure == "0",
            Self::Text { .. } | Self::Person { .. } => false,
        }
    }
}

/// What is known of a campaign.
pub struct Life<'a> {
    /// Its sum.
    pub campaign: &'a Campaign,
    /// Its page, once it is read.
    pub page: Option<&'a CampaignPage>,
    /// How it gets on, when this process sends it.
    pub progress: Option<&'a Progress>,
    /// How far a look into the vendor's records is, while one is taken here.
    pub looked: Option<Looked>,
    /// Whether a `yunque watch` is alive.
    pub is_watched: bool,
    /// How times are said.
    pub when: When<'a>,
    /// The live keymap.
    pub keymap: &'a Keymap,
    /// How wide things are.
    pub widths: Widths,
    /// The cells that a text has.
    pub cells: usize,
}

impl Life<'_> {
    const fn lang(&self) -> Lang {
        self.when.lang
    }

    /// The head: bar, counts, what is to be known now, and the newest note.
    #[must_use]
    pub fn head(&self) -> Vec<Line> {
        let mut lines = self.counts();
        lines.push(Line::Blank);
        self.text("", &self.sentence(), self.weight(), &mut lines);
        lines
    }

    /// The newest note.
    #[must_use]
    pub fn newest_note(&self) -> Option<Line> {
        let (at, by, text) = self.campaign.note.as_ref()?;
        let text = format!("{by} {}: {text}", self.when.stamp(*at));
        Some(Line::Text { label: self.lang().campaigns_label_note(), text, weight: Weight::Plain })
    }

    fn weight(&self) -> Weight {
        let is_to_come = self.campaign.state == CampaignState::Scheduled;
        let is_nobodys = (is_to_come || self.campaign.waits_for_watch()) && !self.is_watched;
        let counts = self.campaign.counts;
        let is_stillborn = self.campaign.state == CampaignState::Paused && counts.accepted == 0 && counts.refused > 0;
        if is_nobodys || self.is_asked() || is_stillborn || self.is_abandoned() { Weight::Waits } else { Weight::Plain }
    }

    fn is_ours(&self) -> bool {
        self.progress.is_some_and(|progress| progress.state == CampaignState::Running)
    }

    /// Whether a colleague waits for an answer of whoever sits here.
    fn is_asked(&self) -> bool {
        self.is_ours() && self.campaign.take_over.as_ref().is_some_and(TakeOver::is_open)
    }

    fn is_abandoned(&self) -> bool {
        let is_held = self.is_ours() || is_held_elsewhere(self.campaign, false);
        self.campaign.state == CampaignState::Running && !is_held
    }

    /// The gate it waits at: when it goes on by itself, and how far that is.
    fn at_gate(&self) -> Option<String> {
        if self.is_abandoned() {
            return None;
        }
        let at = self.progress.and_then(|progress| progress.gate).or_else(|| self.campaign.at_gate())?;
        let until = self.when.stamp(at.until);
        Some(self.lang().campaigns_at_gate(at.delivered, at.of, at.gate.percent, until))
    }

    fn counts(&self) -> Vec<Line> {
        let (lang, campaign) = (self.lang(), self.campaign);
        let counts = campaign.counts;
        let total = counts.total();
        let fee = match (campaign.is_fee_estimated, counts.accepted) {
            (_, 0) => String::new(),
            (true, _) => lang.campaigns_about_fee(campaign.fee),
            (false, _) => format!("¥{}", campaign.fee),
        };
        let count = |n: u64, of: RecipientState, text: String, weight: Weight| Line::Count {
            figure: Grouped(n).to_string(),
            word: state::recipient(of, lang),
            text,
            right: String::new(),
            weight: if n == 0 { Weight::Dim } else { weight },
        };
        let mut accepted = count(counts.accepted, RecipientState::Accepted, self.reports(), Weight::Plain);
        if let Line::Count { right, .. } = &mut accepted {
            *right = fee;
        }
        let mut unknown = count(counts.unknown, RecipientState::Unknown, self.unknown(), Weight::Waits);
        if let Line::Count { figure, .. } = &mut unknown
            && counts.unknown > 0
        {
            *figure = format!("? {figure}");
        }
        let mut lines = vec![
            Line::Bar { out: total - counts.pending - counts.sending, total },
            accepted,
            count(counts.refused, RecipientState::Refused, self.refused(), Weight::Plain),
            unknown,
        ];
        if counts.sending > 0 {
            let text = lang.campaigns_on_their_way().to_owned();
            lines.push(count(counts.sending, RecipientState::Sending, text, Weight::Plain));
        }
        lines.push(count(counts.pending, RecipientState::Pending, self.pending(), Weight::Plain));
        lines.push(Line::Count {
            figure: Grouped(total).to_string(),
            word: lang.campaigns_in_all(),
            text: String::new(),
            right: String::new(),
            weight: Weight::Plain,
        });
        lines
    }

    fn reports(&self) -> String {
        let reports = self.campaign.deliveries;
        if self.campaign.counts.accepted == 0 {
            return String::new();
        }
        let text = self.lang().campaigns_reports(reports.delivered, reports.failed, reports.no_report);
        // Room for the fee behind it.
        if self.widths.of(&text) + FEE_CELLS <= self.cells.saturating_sub(WORD_CELLS) {
            return text;
        }
        self.lang().campaigns_reports_tight(reports.delivered, self.campaign.counts.accepted)
    }

    /// Why, most first.
    fn refused(&self) -> String {
        let lang = self.lang();
        let codes = self.page.map_or(&[][..], |page| &page.refused_by_code);
        let parts: Vec<String> =
            codes.iter().map(|(code, _, n)| lang.campaigns_refused_code(*n, why(Code(*code), lang), code)).collect();
        parts.join(if lang == Lang::En { ", " } else { "，" })
    }

    fn unknown(&self) -> String {
        let (lang, campaign) = (self.lang(), self.campaign);
        let (Some(at), true) = (campaign.last_at.or(campaign.first_at), campaign.counts.unknown > 0) else {
            return String::new();
        };
        if let Some(looked) = self.looked {
            return lang.app_looked_up(looked.done, looked.total);
        }
        let at = self.when.stamp(at);
        let reasons = self.page.map_or(&[][..], |page| &page.unknown_by_reason);
        if !reasons.is_empty() {
            return lang.doubt_last(doubt::lines(reasons, lang), at);
        }
        match campaign.pause {
            Some(PauseReason::Ambiguous { calls }) => lang.campaigns_calls_unanswered(u64::from(calls), at),
            _ => lang.campaigns_last_tried(at),
        }
    }

    fn pending(&self) -> String {
        let (lang, campaign) = (self.lang(), self.campaign);
        if campaign.counts.pending == 0 {
            return String::new();
        }
        match (campaign.state, self.progress.filter(|progress| progress.rate > 0), campaign.starts_at) {
            (CampaignState::Running, Some(Progress { rate, done_at: Some(done), .. }), _) => {
                lang.campaigns_rate_until(rate, self.when.stamp(*done))
            }
            (CampaignState::Running, Some(progress), _) => lang.campaigns_rate(progress.rate),
            (CampaignState::Scheduled, _, Some(at)) => lang.campaigns_not_before(self.when.day_and_clock(at)),
            (CampaignState::Cancelled, ..) => lang.campaigns_got_nothing().to_owned(),
            _ => lang.campaigns_not_sent().to_owned(),
        }
    }

    /// What may have happened, what is being done, by when it is known, and what a key would do.
    fn sentence(&self) -> String {
        let (lang, campaign) = (self.lang(), self.campaign);
        let counts = campaign.counts;
        let mut parts: Vec<String> = Vec::new();
        if let Some(asked) = &campaign.take_over {
            parts.push(if self.is_asked() {
                lang.take_over_asks_here(visible(&asked.asker()), self.when.stamp(asked.asked_at))
            } else {
                take_over::standing(asked, self.when.now, |at| self.when.stamp(at), lang)
            });
        }
        parts.extend(state::wish(campaign, lang).map(str::to_owned));
        match campaign.state {
            CampaignState::Draft => parts.push(lang.campaigns_not_begun(counts.pending)),
            CampaignState::Scheduled => {
                let due = campaign.starts_at.unwrap_or(campaign.created_at);
                let at = self.when.day_and_clock(due);
                parts.push(match (due > self.when.now, self.is_watched) {
                    (false, _) => lang.campaigns_overdue(at),
                    (true, true) => lang.campaigns_watched(at),
                    (true, false) => lang.campaigns_unwatched(at),
                });
            }
            CampaignState::Running if self.at_gate().is_some() => parts.extend(self.at_gate()),
            CampaignState::Running => match &campaign.owner {
                _ if self.is_ours() => parts.push(lang.campaigns_sent_here().to_owned()),
                Some(owner) if owner.is_alive => {
                    parts.push(lang.campaigns_sent_by(&owner.by, self.when.stamp(owner.since)));
                }
                _ => parts.push(lang.campaigns_abandoned(counts.pending)),
            },
            CampaignState::Paused => {
                if let (Some((why, next)), 0) = (state::standstill(campaign, lang), counts.unknown) {
                    parts.push(visible(&why).into_owned());
                    // What the key does is said below, with the count.
                    let is_said_below = next == lang.state_paused_operator_next() && counts.pending > 0;
                    parts.extend(Some(next.to_owned()).filter(|_| !is_said_below));
                    if campaign.waits_for_watch() && !self.is_watched {
                        parts.push(lang.campaigns_no_watch().to_owned());
                    }
                }
            }
            CampaignState::Finished => parts.push(lang.campaigns_settled().to_owned()),
            CampaignState::Cancelled => parts.push(lang.campaigns_cancelled(counts.pending)),
        }
        if counts.unknown > 0 {
            parts.push(lang.campaigns_may_have(counts.unknown));
            parts.push(match self.page.and_then(|page| page.settles_at).filter(|at| *at > self.when.now) {
                Some(at) => lang.campaigns_tells_at(self.when.stamp(at)),
                None => lang.campaigns_u_looks().to_owned(),
            });
        }
        if campaign.state == CampaignState::Paused && counts.pending > 0 {
            parts.push(if campaign.waits_for_watch() && self.is_watched {
                lang.campaigns_p_keeps_watch(counts.pending)
            } else {
                lang.campaigns_p_resumes(counts.pending)
            });
        }
        let retryable = self.page.map_or(0, |page| page.retryable);
        if matches!(campaign.state, CampaignState::Finished | CampaignState::Paused) && retryable > 0 {
            parts.push(lang.campaigns_retry_may(retryable));
        }
        parts.join(if lang == Lang::En { " " } else { "" })
    }

    /// The whole page: the head, then everything that is kept of it.
    #[must_use]
    pub fn whole(&self) -> Vec<Line> {
        let (lang, campaign) = (self.lang(), self.campaign);
        let mut lines = self.head();
        lines.push(Line::Blank);
        self.text(lang.campaigns_label_text(), &campaign.text, Weight::Plain, &mut lines);
        let short: Vec<&str> = campaign.link_sids.iter().map(|sid| sid.0.as_str()).collect();
        if !short.is_empty() {
            self.text(lang.campaigns_label_links(), &short.join("  "), Weight::Plain, &mut lines);
        }
        let kind = match campaign.kind {
            Kind::Marketing => lang.campaigns_marketing(),
            Kind::Notification => lang.campaigns_notification(),
        };
        let count = if campaign.mobile_stat { lang.campaigns_by_number() } else { lang.campaigns_in_total_only() };
        let about = lang.campaigns_about(kind, count, u64::from(campaign.segments.0));
        self.text(lang.campaigns_label_about(), &about, Weight::Plain, &mut lines);
        if let Some(page) = self.page {
            self.notes(page, &mut lines);
            self.codes(page, &mut lines);
            self.people(page, &mut lines);
            self.left_out(page, &mut lines);
        }
        lines
    }

    fn notes(&self, page: &CampaignPage, lines: &mut Vec<Line>) {
        if page.notes.is_empty() {
            return;
        }
        lines.push(Line::Blank);
        let mut label = self.lang().campaigns_label_note();
        for (at, by, text) in &page.notes {
            self.text(label, &format!("{by} {}: {text}", self.when.stamp(*at)), Weight::Plain, lines);
            label = "";
        }
    }

    /// Refused by code: how many, what the code means, the vendor's words, what to do.
    fn codes(&self, page: &CampaignPage, lines: &mut Vec<Line>) {
        let lang = self.lang();
        let mut label = lang.campaigns_label_refused();
        for (code, msg, n) in &page.refused_by_code {
            if !label.is_empty() {
                lines.push(Line::Blank);
            }
            let says = lang.campaigns_code_says(code, Code(*code).meaning(lang));
            let says = format!("{}  {says}", Grouped(*n));
            self.text(label, &says, Weight::Refused, lines);
            if !msg.is_empty() {
                self.text("", msg, Weight::Dim, lines);
            }
            self.text("", Code(*code).next_step(lang), Weight::Plain, lines);
            label = "";
        }
        for refusal in &page.refusals {
            let (mobile, text) = (refusal.mobile, format!("{}  {}", refusal.code, visible(&refusal.msg)));
            lines.push(Line::Person { label: "", mobile, text, is_unknown: false });
        }
        self.more(self.campaign.counts.refused, page.refusals.len(), lines);
    }

    fn people(&self, page: &CampaignPage, lines: &mut Vec<Line>) {
        let mut label = self.lang().campaigns_label_unknown();
        if !page.unknown.is_empty() {
            lines.push(Line::Blank);
        }
        for reason in &page.unknown_by_reason {
            let text = format!("{}  {}", Grouped(reason.recipients), doubt::line(reason, self.lang()));
            self.text(label, &text, Weight::Waits, lines);
            label = "";
        }
        for one in &page.unknown {
            let at = one.at.map_or_else(String::new, |at| self.when.stamp(at));
            let text = format!("{at}  {}", doubt::words(&one.why, self.lang())).trim().to_owned();
            lines.push(Line::Person { label, mobile: one.mobile, text, is_unknown: true });
            label = "";
        }
        if !page.unknown.is_empty() {
            self.text("", self.lang().campaigns_by_hand(), Weight::Dim, lines);
        }
        self.more(self.campaign.counts.unknown, page.unknown.len(), lines);
    }

    /// Rows of the source that nobody was written to for.
    fn left_out(&self, page: &CampaignPage, lines: &mut Vec<Line>) {
        let (lang, campaign) = (self.lang(), self.campaign);
        lines.push(Line::Blank);
        let parts = [
            (campaign.rejected_rows, lang.compose_malformed(campaign.rejected_rows)),
            (campaign.duplicate_rows, lang.compose_duplicates(campaign.duplicate_rows)),
            (campaign.opted_out, lang.compose_opted_out(campaign.opted_out)),
            (campaign.taken_out, lang.compose_taken_out(campaign.taken_out)),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, text)| text).collect();
        let text = match parts.as_slice() {
            [] => lang.campaigns_left_out_none().to_owned(),
            parts => parts.join(lang.compose_comma()),
        };
        self.text(lang.campaigns_label_left_out(), &text, Weight::Plain, lines);
        for row in &page.rejected {
            let place = lang.campaigns_left_out_row(row.row);
            let raw = row.text(true);
            let text = format!("{}{}  {}", self.widths.pad(&place, 12), visible(&raw), reason::words(row.reason, lang));
            lines.push(Line::Text { label: "", text, weight: Weight::Plain });
        }
    }

    fn more(&self, all: u64, shown: usize, lines: &mut Vec<Line>) {
        let rest = all.saturating_sub(shown as u64);
        if rest > 0 && shown > 0 {
            let text = self.lang().campaigns_more(rest);
            lines.push(Line::Text { label: "", text, weight: Weight::Dim });
        }
    }

    /// A text in as many rows as it takes.
    fn text(&self, label: &'static str, text: &str, weight: Weight, lines: &mut Vec<Line>) {
        let text = self.keymap.spell(text);
        let text = crate::sms::visible_lines(&text);
        let mut label = label;
        for range in self.widths.wrap(&text, self.cells) {
            lines.push(Line::Text { label, text: text[range].trim_end().to_owned(), weight });
            label = "";
        }
    }
}

/// A code's reason in a word or two, for a line that names several.
const fn why(code: Code, lang: Lang) -> &'static str {
    match code.class() {
        Class::FixInput => lang.campaigns_why_input(),
        Class::FixText => lang.campaigns_why_text(),
        Class::NumberLater => lang.campaigns_why_often(),
        Class::Suppress => lang.campaigns_why_opted_out(),
        Class::Country => lang.campaigns_why_country(),
        Class::Balance => lang.campaigns_why_balance(),
        Class::Account | Class::StopKey | Class::StopPermission | Class::Quota | Class::SlowDown | Class::Suspended => {
            lang.campaigns_why_account()
        }
        Class::Accepted | Class::Defect | Class::Internal | Class::Unlisted => lang.campaigns_why_vendor(),
    }
}
