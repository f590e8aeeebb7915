//! What the review says, line by line; the same lines are drawn and scrolled through.
use super::{Review, known};
use crate::app::data::Data;
use crate::app::keymap::Keymap;
use crate::app::layout::Layout;
use crate::app::scene::Cx;
use crate::app::settings::Settings;
use crate::app::text::Widths;
use crate::app::when::When;
use crate::sms::{
    Charset, Check, CheckName, CheckState, Kind, Mobile, Money, Preflight, Signature, Source, Start, Template,
    characters, visible, visible_lines,
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

    fn with(self, role: Role) -> Self {
        Self { role, ..self }
    }
}

/// What the lines are read from.
pub struct See<'a> {
    pub data: &'a Data,
    pub settings: &'a Settings,
    pub when: When<'a>,
    pub keymap: &'a Keymap,
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
        let text = self.keymap.spell(text);
        let text = visible_lines(&text);
        let ranges = self.widths.wrap(&text, cells);
        let is_cut = ranges.len() > most;
        let mut rows: Vec<String> =
            ranges.into_iter().take(most).map(|range| text[range].trim_end().to_owned()).collect();
        if let Some(last) = rows.last_mut().filter(|_| is_cut) {
            *last = format!("{}~", self.widths.fit(last, cells.saturating_sub(1)).trim_end_matches('~'));
        }
        rows
    }

    /// The same as lines, the first with its label.
    fn rows(&self, mut label: &'static str, text: &str, most: usize, role: Role) -> Vec<Line> {
        let rows = self.wrapped(text, self.cells(), most).into_iter();
        rows.map(|row| Line::new(std::mem::take(&mut label), row).with(role)).collect()
    }

    /// A line behind the word for a state; without one it begins where that would end.
    fn behind_state(label: &'static str, state: Option<CheckState>, text: &str, role: Role) -> Line {
        let text = if state.is_some() { text.to_owned() } else { format!("      {text}") };
        Line { state, ..Line::new(label, text).with(role) }
    }

    fn cells(&self) -> usize {
        usize::from(self.layout.right()).saturating_sub(VALUES)
    }
}

/// How far the review can be scrolled.
pub fn most_skipped(review: &Review, cx: &Cx<'_>) -> usize {
    let when = When { zone: &cx.settings.zone, lang: cx.lang, now: cx.now };
    let see =
        See { data: cx.data, settings: cx.settings, when, keymap: cx.keymap, widths: cx.widths(), layout: cx.layout() };
    let room = usize::from(cx.layout().body.height.saturating_sub(BOTTOM));
    lines(review, &see, room).len().saturating_sub(room)
}

/// Everything above the question. Where rows are few, what decides comes before what explains.
pub fn lines(review: &Review, see: &See<'_>, room: usize) -> Vec<Line> {
    let checks = known(see.data);
    let text = text(review, see);
    let length = length(review, checks, see);
    let whom = whom(review, see);
    let samples = samples(review, checks, see);
    let cost = cost(checks, see);
    let time = time(review, checks, see);
    let found = found(checks, &review.changed, see);
    let fine = fine(checks, &found, see);
    let command = command(review, see);
    let core = [&text, &length, &whom, &samples, &cost, &time, &found].map(Vec::len);
    if see.layout.is_tight || core.iter().sum::<usize>() > room {
        // What each will get stands below who they are; where there is no room for it all, the longest. Numbers alone,
        // with the text of all above them, can wait there.
        let mut samples = samples;
        let first = if Template::new(&review.plan.text).is_plain() { 0 } else { 2 };
        let below = if see.layout.is_tight { samples.split_off(samples.len().min(first)) } else { Vec::new() };
        return [text, whom, samples, cost, found, fine, time, below, length, command].concat();
    }
    let parts = [[text, length].concat(), [whom, samples, cost, time].concat(), [found, fine].concat(), command];
    // Blank lines only where they push nothing out of sight.
    let mut spare = room.saturating_sub(parts.iter().map(Vec::len).sum());
    let mut lines = Vec::new();
    for part in parts {
        if !lines.is_empty() && spare > 0 {
            lines.push(Line::new("", ""));
            spare -= 1;
        }
        lines.extend(part);
    }
    lines
}

/// The name, the kind, the signature, the text.
fn text(review: &Review, see: &See<'_>) -> Vec<Line> {
    let (lang, plan) = (see.lang(), &review.plan);
    let kind = match plan.kind {
        Kind::Marketing => lang.compose_marketing(),
        Kind::Notification => lang.compose_notification(),
    };
    let signed = Signature::of(&plan.text).map(|signature| signature.to_string()).unwrap_or_default();
    let right = lang.review_signed(kind, visible(&signed));
    let mut lines = vec![Line { right, ..Line::new(lang.compose_name(), plan.name.clone()).with(Role::Strong) }];
    let most = match (see.layout.is_roomy, see.layout.is_tight) {
        (true, _) => 8,
        (_, true) => 2,
        _ => TEXT_ROWS,
    };
    lines.extend(see.rows(lang.compose_text(), &plan.text, most, Role::Plain));
    lines
}

/// How long it is, and what counting means.
fn length(review: &Review, checks: Option<&Preflight>, see: &See<'_>) -> Vec<Line> {
    let (lang, plan) = (see.lang(), &review.plan);
    let own = match (plan.mobile_stat, plan.link_sids.is_empty(), plan.recipients.len()) {
        (_, true, _) => lang.review_no_link(),
        (true, false, 1) => lang.review_own_link(),
        (true, false, _) => lang.review_own_links(),
        (false, false, _) => lang.compose_total_only(),
    };
    let length = u64::from(characters(&plan.text, Charset::Mainland));
    let is_plain = Template::new(&plan.text).is_plain();
    let text = match checks.map(|checks| checks.histogram.as_slice()) {
        Some([(parts, _)]) if is_plain => lang.review_length(length, u64::from(parts.0)),
        Some(histogram) if !histogram.is_empty() => {
            let parts = histogram.iter().map(|(parts, count)| lang.compose_of_segments(*count, u64::from(parts.0)));
            lang.review_histogram(parts.collect::<Vec<_>>().join(lang.compose_comma()))
        }
        // Of texts that cannot be made nothing is known.
        Some(_) if !is_plain => lang.review_no_figures().to_owned(),
        _ => lang.review_characters(length),
    };
    see.rows("", &lang.review_two(text, own), 2, Role::Dim)
}

/// How many, and from where; of one alone the number, in full: whom it goes to is what has to be looked at.
fn whom(review: &Review, see: &See<'_>) -> Vec<Line> {
    let (lang, plan) = (see.lang(), &review.plan);
    if let [only] = plan.recipients.mobiles() {
        return vec![Line::new(lang.compose_to(), only.wire())];
    }
    let count = review.recipients();
    let is_plain = Template::new(&plan.text).is_plain();
    let text = match (&review.source, is_plain) {
        (Source::File { path, .. }, true) => lang.review_to_file(count, visible(file_name(path))),
        (Source::File { path, .. }, false) => lang.review_to_file_own(count, visible(file_name(path))),
        (Source::Typed(_), true) => lang.review_to_typed(count),
        (Source::Typed(_), false) => lang.review_to_typed_own(count),
    };
    see.rows(lang.compose_to(), &text, 2, Role::Plain)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Three of them; when each has a text of their own, with that. Who was left out stands beside them.
fn samples(review: &Review, checks: Option<&Preflight>, see: &See<'_>) -> Vec<Line> {
    let (lang, plan) = (see.lang(), &review.plan);
    let mut lines = Vec::new();
    let samples = checks.map_or(&[][..], |checks| checks.samples.as_slice());
    if plan.recipients.len() == 1 {
        // The line above names the only one.
    } else if Template::new(&plan.text).is_plain() {
        let numbers: Vec<Mobile> = match samples {
            [] => plan.recipients.mobiles().iter().copied().take(3).collect(),
            some => some.iter().map(|(mobile, _)| *mobile).collect(),
        };
        let numbers: Vec<String> = numbers.into_iter().map(|mobile| see.who(mobile)).collect();
        lines.push(Line::new("", numbers.join("   ")));
    } else {
        let most = if see.layout.is_roomy { 4 } else { 2 };
        let length = |text: &str| characters(text, Charset::Mainland);
        let mut samples: Vec<&(Mobile, String)> = samples.iter().collect();
        // The longest first, and whole where there is room to scroll: it decides whether the text fits.
        samples.sort_by_key(|(_, text)| std::cmp::Reverse(length(text)));
        let has_longest = samples.len() > 1;
        for (n, (mobile, text)) in samples.into_iter().enumerate() {
            let mark = if n == 0 && has_longest { lang.review_longest() } else { "" };
            let who = see.who(*mobile);
            let indent = see.widths.of(&who) + 2;
            let room = see.widths.of(mark) + if mark.is_empty() { 0 } else { 2 };
            let cells = see.cells().saturating_sub(indent + room);
            let rows = if n == 0 && !see.layout.is_tight { usize::MAX } else { most };
            for (i, row) in see.wrapped(text, cells, rows).into_iter().enumerate() {
                let before = if i == 0 { format!("{who}  ") } else { " ".repeat(indent) };
                let right = if i == 0 { mark.to_owned() } else { String::new() };
                lines.push(Line { right, ..Line::new("", format!("{before}{row}")) });
            }
        }
    }
    let left_out = plan.recipients.rejected().len() as u64;
    if left_out > 0 {
        let right = lang.review_x_shows(lang.review_left_out(left_out));
        match lines.as_mut_slice() {
            [only] => only.right = right,
            _ => lines.push(Line { right, ..Line::new("", "") }),
        }
    }
    lines
}

fn cost(checks: Option<&Preflight>, see: &See<'_>) -> Vec<Line> {
    let lang = see.lang();
    let Some(checks) = checks else { return Vec::new() };
    if checks.histogram.is_empty() {
        return vec![Line::new(lang.review_cost_label(), lang.review_no_figures())];
    }
    let text = match (checks.balance, checks.balance_after()) {
        (Some(balance), Some(after)) if checks.committed > Money::ZERO => {
            lang.review_cost_committed(checks.fee, balance, checks.committed, after)
        }
        (Some(balance), Some(after)) => lang.review_cost(checks.fee, balance, after),
        _ => lang.review_cost_only(checks.fee),
    };
    let is_short = checks.balance_after().is_some_and(|after| after < Money::ZERO);
    see.rows(lang.review_cost_label(), &text, 2, if is_short { Role::Waits } else { Role::Plain })
}

/// When it begins and ends, who sends it then, and what happens when this terminal drops.
fn time(review: &Review, checks: Option<&Preflight>, see: &See<'_>) -> Vec<Line> {
    let (lang, plan) = (see.lang(), &review.plan);
    let done = checks.and_then(|checks| checks.done_at).map(|at| see.when.stamp(at));
    let mut text = match plan.start {
        Start::Now => lang.review_begins().to_owned(),
        Start::At(at) => lang.review_scheduled(see.when.day_and_clock(at)),
    };
    if let Some(done) = done {
        text.push_str(&lang.review_done_about(done));
    }
    let mut lines = see.rows(lang.review_time_label(), &text, 2, Role::Plain);
    lines.extend(hours(review, checks, see));
    if matches!(plan.start, Start::At(_)) {
        // Not this terminal sends it then, so its dropping means nothing.
        if !see.data.is_watched {
            lines.push(Line::new("", lang.review_unwatched()).with(Role::Waits));
        }
    } else if !plan.is_test {
        let (text, role) = match (plan.goes_on_after_hangup, see.data.is_watched) {
            (true, true) => (lang.review_goes_on(), Role::Plain),
            (true, false) => (lang.review_goes_on_unwatched(), Role::Waits),
            (false, _) => (lang.review_pauses(), Role::Plain),
        };
        lines.push(Line::new(lang.review_hangup_label(), text).with(role));
    }
    lines
}

/// Which hours bind marketing, whether it is done before they end, what happens if not, and how to decide otherwise.
fn hours(review: &Review, checks: Option<&Preflight>, see: &See<'_>) -> Vec<Line> {
    let (lang, plan) = (see.lang(), &review.plan);
    let Some(hours) = see.settings.quiet_hours.filter(|_| plan.kind == Kind::Marketing) else { return Vec::new() };
    let begins = match plan.start {
        Start::Now => see.when.now,
        Start::At(at) => at,
    };
    let said = see.when.hours(hours);
    let is_done_by = |closes| checks.and_then(|checks| checks.done_at).map(|done| done <= closes);
    let (text, role) = if plan.ignores_quiet_hours {
        (lang.review_hours_ignored(said), Role::Waits)
    } else if see.settings.is_sandbox {
        (lang.review_hours_sandbox(said), Role::Plain)
    } else if !hours.allows(begins) {
        (lang.review_hours_closed(said), Role::Waits)
    } else {
        match hours.closes_after(begins).and_then(is_done_by) {
            Some(true) => (lang.review_hours_before(said), Role::Plain),
            Some(false) => (lang.review_hours_pause(said), Role::Waits),
            None => (lang.review_hours_kept(said), Role::Plain),
        }
    };
    see.rows(lang.review_hours_label(), &text, 3, role)
}

/// What blocks and warns, each in its own lines; before the answer that it is awaited, after a failure why.
fn found(checks: Option<&Preflight>, changed: &[CheckName], see: &See<'_>) -> Vec<Line> {
    let lang = see.lang();
    let Some(checks) = checks else {
        return match see.data.preflight.error() {
            Some(failure) => {
                let mut lines = see.rows(lang.review_checks(), &failure.sentence(lang), 3, Role::Failed);
                lines.push(Line::new("", lang.review_try_again()).with(Role::Dim));
                lines
            }
            None => vec![Line::new(lang.review_checks(), lang.review_checking()).with(Role::Dim)],
        };
    };
    let mut sorted: Vec<&Check> = checks.checks.iter().filter(|check| check.state != CheckState::Ok).collect();
    // What has changed comes first.
    sorted.sort_by_key(|check| (std::cmp::Reverse(changed.contains(&check.name)), std::cmp::Reverse(check.state)));
    let mut lines = Vec::new();
    let mut label = lang.review_checks();
    for found in sorted {
        let words = check::words(found, lang);
        let mut state = Some(found.state);
        let right = see.widths.of(&see.keymap.spell(lang.review_w_shows())) + 2;
        let is_new = changed.contains(&found.name);
        let sentence = if is_new { lang.review_changed_mark(&words.sentence) } else { words.sentence };
        let role = if is_new { Role::Waits } else { Role::Plain };
        for row in see.wrapped(&sentence, see.cells().saturating_sub(6 + right), 2) {
            let line = See::behind_state(std::mem::take(&mut label), state.take(), &row, role);
            lines.push(line);
        }
        if see.layout.is_roomy {
            for row in see.wrapped(words.hint, see.cells().saturating_sub(6), 2) {
                lines.push(See::behind_state("", None, &row, Role::Dim));
            }
        }
    }
    // Once is enough.
    if let Some(first) = lines.first_mut() {
        lang.review_w_shows().clone_into(&mut first.right);
    }
    lines
}

/// What is in order: together, or, with room, each in its own line.
fn fine(checks: Option<&Preflight>, found: &[Line], see: &See<'_>) -> Vec<Line> {
    let lang = see.lang();
    let Some(checks) = checks else { return Vec::new() };
    let fine: Vec<&Check> = checks.checks.iter().filter(|check| check.state == CheckState::Ok).collect();
    let mut label = if found.is_empty() { lang.review_checks() } else { "" };
    if see.layout.is_roomy {
        let each = fine.into_iter().map(|check| {
            See::behind_state(std::mem::take(&mut label), Some(CheckState::Ok), &one_line(check, lang), Role::Dim)
        });
        return each.collect();
    }
    if fine.is_empty() {
        return Vec::new();
    }
    let text = lang.review_fine(fine.len() as u64);
    let right = if found.is_empty() { lang.review_w_shows().to_owned() } else { String::new() };
    vec![Line { right, ..See::behind_state(label, Some(CheckState::Ok), &text, Role::Dim) }]
}

/// A check as one line.
fn one_line(found: &Check, lang: Lang) -> String {
    let words = check::words(found, lang);
    lang.review_check_line(words.label, words.sentence)
}

fn command(review: &Review, see: &See<'_>) -> Vec<Line> {
    let cells = usize::from(see.layout.right()).saturating_sub(4);
    let text = review.command(see.settings).replace('\n', " ");
    // Whole: half a command is worse than none. `Y` copies it as it is.
    let rows = see.wrapped(&text, cells, usize::MAX).into_iter().enumerate();
    rows.map(|(i, row)| {
        let sign = if i == 0 { "$" } else { " " };
        Line { is_wide: true, ..Line::new("", format!("{sign} {row}")).with(Role::Dim) }
    })
    .collect()
}

/// What the first few are for, in so many cells.
pub fn canary(review: &Review, lang: Lang, keymap: &Keymap, widths: Widths, cells: usize) -> Option<String> {
    let canary = u64::from(review.plan.pacing.canary?.get());
    let others = (review.plan.recipients.len() as u64).saturating_sub(canary);
    let (text, tight) = match review.plan.pacing.gate {
        Some(gate) => (
            lang.review_canary_gate(canary, gate.percent, others),
            lang.review_canary_gate_tight(canary, others, gate.percent),
        ),
        None => (lang.review_canary(canary, others), lang.review_canary_tight(canary, others)),
    };
    let (text, tight) = (keymap.spell(&text), keymap.spell(&tight));
    Some(if widths.of(&text) > cells { tight } else { text }.into_owned())
}
