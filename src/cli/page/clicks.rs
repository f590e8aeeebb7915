//! Clicks: totals over time, and by number.
use jiff::Timestamp;

use super::count;
use crate::cli::documents::Looked;
use crate::cli::output::{Align, Output, Table};
use crate::sms::{ClickSource, Sid, Stat};
use crate::words::state;

/// Rows of a table that people read; more go to a file.
const SHOWN: usize = 40;

/// The totals of a link.
pub fn stat(sid: &Sid, from: Timestamp, to: Timestamp, stat: &Stat, out: &Output) -> String {
    let lang = out.lang;
    let total = stat.total().map_or_else(|| lang.cli_not_known().to_owned(), count);
    let mut page = lang.cli_stat_total(sid, total, out.form.moment(from), out.form.moment(to));
    page.push('\n');
    let mut table = Table::new(&[(lang.cli_at(), Align::Left), (lang.cli_clicks(), Align::Right)]);
    for point in stat.series.iter().filter(|point| point.clicks > 0) {
        table.row([out.form.short(point.at), count(point.clicks)]);
    }
    if !table.is_empty() {
        page.push_str(&table.render(out.paint));
    }
    for (name, value) in &stat.counters {
        page.extend([crate::sms::visible(name).as_ref(), "  ", &value.to_string(), "\n"]);
    }
    page.push_str(&lang.cli_as_of(out.form.moment(stat.as_of), stat.source));
    page
}

/// Who clicked.
pub fn clicks(looked: &Looked<'_>, out: &Output) -> String {
    let lang = out.lang;
    let totals = looked.totals;
    let is_by_number = looked.source != ClickSource::TotalOnly;
    let mut page = if is_by_number {
        lang.cli_clickers(totals.clickers, totals.clicks)
    } else {
        lang.cli_clickers_unknown().to_owned()
    };
    if let Some(rate) = state::rate(&totals, lang).filter(|_| is_by_number) {
        page.push_str(lang.problem_between());
        page.push_str(&lang.cli_rate_of(rate));
    }
    if totals.strangers > 0 {
        page.push_str(lang.problem_between());
        page.push_str(&lang.cli_strangers(totals.strangers));
    }
    if let Some(total) = looked.total {
        page.push_str(lang.problem_between());
        page.push_str(&lang.cli_in_total(total));
    }
    if !looked.shared_with.is_empty() {
        page.push_str(lang.problem_between());
        page.push_str(&lang.cli_shared_with(state::some_campaigns(looked.shared_with, lang)));
    }
    page.push('\n');
    if let Some(sid) = looked.sids.first().filter(|_| !is_by_number) {
        page.push_str(&lang.api_sheet_now(sid));
        page.push('\n');
    }
    let rows: Vec<_> = looked.rows.iter().filter(|row| row.clicks > 0).collect();
    let mut table = Table::new(&[
        (lang.cli_number(), Align::Left),
        (lang.cli_clicks(), Align::Right),
        (lang.cli_first(), Align::Left),
        (lang.cli_last(), Align::Left),
    ]);
    let time = |millis: i64| match Timestamp::from_millisecond(millis) {
        Ok(at) if millis != i64::MIN => out.form.short(at),
        _ => String::new(),
    };
    for row in rows.iter().take(SHOWN) {
        table.row([out.form.mobile(row.mobile), count(row.clicks.into()), time(row.first_at), time(row.last_at)]);
    }
    if !table.is_empty() {
        page.push_str(&table.render(out.paint));
    }
    if let Some(more) = rows.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        page.push_str(&lang.cli_and_more(more as u64));
        page.push('\n');
    }
    page.push_str(&lang.cli_as_of(out.form.moment(looked.as_of), state::source(looked.source, lang)));
    page
}
