//! What the review says, line by line; the same lines are drawn and scrolled through.
use super::{Review, known};
use crate::app::data::Data;
use crate::app::layout::Layout;
use crate::app::pane::compose::roll::sentence;
use crate::app::scene::Cx;
use crate::app::settings::Settings;
use crate::app::text::Widths;
use crate::app::when::When;
use crate::sms::{
    Charset, Check, CheckState, Kind, Mobile, Money, Preflight, Signature, Source, Start, Template, characters,
    visible, visible_lines,
};
use crate::words::{Lang, check};

/// Rows at the bottom that never scroll: a blank one, the canary, the question.
pub const BOTTOM: u16 = 3;
/// Where the values begin.
const VALUES: usize = 12;
/// Rows that the text takes at most, before it has to be scrolled for elsewhere.
const TEXT_ROWS: usize = 3;

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Plain,
    Strong,
    Dim,
    Waits,
    Failed,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub label: &'static str,
    pub state: Option<CheckState>,
    pub text: String,
    pub role: Role,
    /// At the right edge.
    pub right: String,
    /// It begins where labels begin.
    pub is_wide: bool,
}

impl Line {
    fn new(label: &'static str, text: impl Into<String>) -> Self {
        Self { label, state: None, text: text.into(), role: Role::Plain, right: String::new(), is_wide: false }
    }

    fn blank() -> Self {
        Self::new("", "")
    }

    fn with(self, role: Role) -> Self {
        Self { role, ..self }
    }
}

/// What the lines are read from.
pub struct See<'a> {
    pub data: &'a Data,
    pub settings: &'a Settings,
    pub when: When<'a>,
    pub widths: Widths,
    pub layout: Layout,
}

impl See<'_> {
    const fn lang(&self) -> Lang {
        self.when.lang
    }

    fn who(&self, mobile: Mobile) -> String {
        if self.settings.is_masked { mobile.masked() } else { mobile.wire() }
    }

    /// A text in the columns of values, at most so many rows; what is cut says so by a `~`.
    fn wrapped(&self, text: &str, cells: usize, most: usize) -> Vec<String> {
        let text = visible_lines(text);
        let ranges = self.widths.wrap(&text, cells);
        let is_cut = ranges.len() > most;
        let mut rows: Vec<String> =
            ranges.into_iter().take(most).map(|range| text[range].trim_end().to_owned()).collect();
        if let Some(last) = rows.last_mut().filter(|_| is_cut) {
            *last = format!("{}~", self.widths.fit(last, cells.saturating_sub(1)).trim_end_matches('~'));
        }
        rows
    }

    fn cells(&self) -> usize {
        usize::from(self.layout.right()).saturating_sub(VALUES)
    }
}

/// How far the review can be scrolled.
pub fn most_skipped(review: &Review, cx: &Cx<'_>) -> usize {
    let when = When { zone: &cx.settings.zone, lang: cx.lang, now: cx.now };
    let see = See { data: cx.data, settings: cx.settings, when, widths: cx.widths(), layout: cx.layout() };
    let room = usize::from(cx.layout().body.height.saturating_sub(BOTTOM));
    lines(review, &see).len().saturating_sub(room)
}

/// Everything above the question.
pub fn lines(review: &Review, see: &See<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let checks = known(see.data);
    head(review, see, &mut lines);
    whom(review, checks, see, &mut lines);
    money_and_time(review, checks, see, &mut lines);
    lines.push(Line::blank());
    found(review, checks, see, &mut lines);
    command(review, see, &mut lines);
    lines
}

fn head(review: &Review, see: &See<'_>, lines: &mut Vec<Line>) {
    let (lang, plan) = (see.lang(), &review.plan);
    let kind = match plan.kind {
        Kind::Marketing => lang.compose_marketing(),
        Kind::Notification => lang.compose_notification(),
    };
    let signed = Signature::of(&plan.text).map(|signature| signature.to_string()).unwrap_or_default();
    let right = lang.review_signed(kind, visible(&signed));
    lines.push(Line { right, ..Line::new(lang.compose_name(), plan.name.clone()).with(Role::Strong) });
    let most = if see.layout.is_roomy { 8 } else { TEXT_ROWS };
    let mut label = lang.compose_text();
    for row in see.wrapped(&plan.text, see.cells(), most) {
        lines.push(Line::new(std::mem::take(&mut label), row));
    }
    let length = u64::from(characters(&plan.text, Charset::Mainland));
    let own = match (plan.mobile_stat, plan.link_sids.is_empty(), plan.recipients.len()) {
        (true, false, 1) => lang.review_own_link(),
        (true, false, _) => lang.review_own_links(),
        (true, true, _) => lang.review_no_link(),
        (false, false, _) => lang.compose_total_only(),
        (false, true, _) => lang.review_no_link(),
    };
    let is_plain = Template::new(&plan.text).is_plain();
    let text = match known(see.data).map(|checks| checks.histogram.as_slice()) {
        Some([(parts, _)]) if is_plain => lang.review_length(length, u64::from(parts.0)),
        Some(histogram) if !histogram.is_empty() => {
            let parts = histogram.iter().map(|(parts, count)| lang.compose_of_segments(*count, u64::from(parts.0)));
            lang.review_histogram(parts.collect::<Vec<_>>().join(lang.compose_comma()))
        }
        _ => lang.review_characters(length),
    };
    lines.push(Line::new("", lang.review_two(text, own)).with(Role::Dim));
    lines.push(Line::blank());
}

fn whom(review: &Review, checks: Option<&Preflight>, see: &See<'_>, lines: &mut Vec<Line>) {
    let (lang, plan) = (see.lang(), &review.plan);
    let count = plan.recipients.len() as u64;
    if let [only] = plan.recipients.mobiles() {
        // Whom one message goes to is what has to be looked at: it is shown in full.
        lines.push(Line::new(lang.compose_to(), only.wire()));
        return;
    }
    let is_plain = Template::new(&plan.text).is_plain();
    let text = match (&review.source, is_plain) {
        (Source::File { path, .. }, true) => lang.review_to_file(count, visible(file_name(path))),
        (Source::File { path, .. }, false) => lang.review_to_file_own(count, visible(file_name(path))),
        (Source::Typed(_), true) => lang.review_to_typed(count),
        (Source::Typed(_), false) => lang.review_to_typed_own(count),
    };
    lines.push(Line::new(lang.compose_to(), text));
    let samples = checks.map_or(&[][..], |checks| checks.samples.as_slice());
    if is_plain {
        let numbers: Vec<Mobile> = match samples {
            [] => plan.recipients.mobiles().iter().copied().take(3).collect(),
            some => some.iter().map(|(mobile, _)| *mobile).collect(),
        };
        let numbers: Vec<String> = numbers.into_iter().map(|mobile| see.who(mobile)).collect();
        lines.push(Line::new("", numbers.join("   ")));
        return;
    }
    let most = if see.layout.is_roomy { 4 } else { 2 };
    for (mobile, text) in samples {
        let who = see.who(*mobile);
        let indent = see.widths.of(&who) + 2;
        for (i, row) in see.wrapped(text, see.cells().saturating_sub(indent), most).into_iter().enumerate() {
            let before = if i == 0 { format!("{who}  ") } else { " ".repeat(indent) };
            lines.push(Line::new("", format!("{before}{row}")));
        }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn money_and_time(review: &Review, checks: Option<&Preflight>, see: &See<'_>, lines: &mut Vec<Line>) {
    let (lang, plan) = (see.lang(), &review.plan);
    if let Some(checks) = checks {
        let text = match (checks.balance, checks.balance_after()) {
            (Some(balance), Some(after)) if checks.committed > Money::ZERO => {
                lang.review_cost_committed(checks.fee, balance, checks.committed, after)
            }
            (Some(balance), Some(after)) => lang.review_cost(checks.fee, balance, after),
            _ => lang.review_cost_only(checks.fee),
        };
        let is_short = checks.balance_after().is_some_and(|after| after < Money::ZERO);
        let rows = see.wrapped(&text, see.cells(), 2);
        let mut label = lang.review_cost_label();
        for row in rows {
            lines.push(Line::new(std::mem::take(&mut label), row).with(if is_short {
                Role::Waits
            } else {
                Role::Plain
            }));
        }
    }
    let done = checks.and_then(|checks| checks.done_at).map(|at| see.when.stamp(at));
    let until = see.settings.quiet_hours.filter(|_| plan.kind == Kind::Marketing);
    let until = until.map(|hours| hours.until.strftime("%H:%M").to_string());
    let mut text = match plan.start {
        Start::Now => lang.review_begins().to_owned(),
        Start::At(at) => lang.review_scheduled(see.when.day_and_clock(at)),
    };
    if let Some(done) = done {
        text.push_str(&lang.review_done_about(done));
    }
    if let Some(until) = until {
        text.push_str(&lang.review_may_run_until(until));
    }
    lines.push(Line::new(lang.review_time_label(), text));
    if matches!(plan.start, Start::At(_)) && !see.data.is_watched {
        lines.push(Line::new("", lang.review_unwatched()).with(Role::Waits));
    }
    if !plan.is_test {
        let text = if plan.goes_on_after_hangup { lang.review_goes_on() } else { lang.review_pauses() };
        lines.push(Line::new(lang.review_hangup_label(), text));
    }
}

/// What blocks and warns, each in its own line; what is in order together, or, with room, each too.
fn found(review: &Review, checks: Option<&Preflight>, see: &See<'_>, lines: &mut Vec<Line>) {
    let lang = see.lang();
    let mut label = lang.review_checks();
    let Some(checks) = checks else {
        match see.data.preflight.error() {
            Some(failure) => {
                for row in see.wrapped(&failure.sentence(lang), see.cells(), 3) {
                    lines.push(Line::new(std::mem::take(&mut label), row).with(Role::Failed));
                }
                lines.push(Line::new("", lang.review_try_again()).with(Role::Dim));
            }
            None => lines.push(Line::new(label, lang.review_checking()).with(Role::Dim)),
        }
        return;
    };
    let mut sorted: Vec<&Check> = checks.checks.iter().collect();
    sorted.sort_by_key(|check| std::cmp::Reverse(check.state));
    let (mut fine, mut rest): (Vec<&Check>, Vec<&Check>) = (Vec::new(), Vec::new());
    for check in sorted {
        if check.state == CheckState::Ok && !see.layout.is_roomy { fine.push(check) } else { rest.push(check) }
    }
    for found in rest {
        let cells = see.cells().saturating_sub(6);
        let right = if !see.layout.is_roomy && found.state != CheckState::Ok { lang.review_w_shows() } else { "" };
        let text = sentence(found, lang);
        if see.layout.is_roomy && found.state != CheckState::Ok {
            lines.push(Line { state: Some(found.state), ..Line::new(std::mem::take(&mut label), text) });
            for row in see.wrapped(check::words(found, lang).hint, cells, 2) {
                lines.push(Line::new("", format!("      {row}")).with(Role::Dim));
            }
            continue;
        }
        let line = Line::new(std::mem::take(&mut label), text);
        lines.push(Line { state: Some(found.state), right: right.to_owned(), ..line });
    }
    if !fine.is_empty() {
        let names: Vec<&str> = fine.iter().map(|found| check::label(found.name, lang)).collect();
        let text = names.join(lang.compose_comma());
        let mut state = Some(CheckState::Ok);
        for row in see.wrapped(&text, see.cells().saturating_sub(6), 3) {
            let indent = if state.is_some() { "" } else { "      " };
            let line = Line::new(std::mem::take(&mut label), format!("{indent}{row}")).with(Role::Dim);
            lines.push(Line { state: state.take(), ..line });
        }
    }
    let left_out = review.plan.recipients.rejected().len() as u64;
    if left_out > 0 {
        lines.push(Line { right: lang.compose_x_shows().to_owned(), ..Line::new("", lang.review_left_out(left_out)) });
    }
}

fn command(review: &Review, see: &See<'_>, lines: &mut Vec<Line>) {
    lines.push(Line::blank());
    let most = if see.layout.is_roomy { 4 } else { 2 };
    let cells = usize::from(see.layout.right()).saturating_sub(4);
    let text = review.command(see.settings).replace('\n', " ");
    for (i, row) in see.wrapped(&text, cells, most).into_iter().enumerate() {
        let sign = if i == 0 { "$" } else { " " };
        lines.push(Line { is_wide: true, ..Line::new("", format!("{sign} {row}")).with(Role::Dim) });
    }
}

/// What the first few are for.
pub fn canary(review: &Review, lang: Lang) -> Option<String> {
    let canary = u64::from(review.plan.pacing.canary?.get());
    Some(lang.review_canary(canary, (review.plan.recipients.len() as u64).saturating_sub(canary)))
}
