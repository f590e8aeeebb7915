//! What people read on stdout: pages and tables made of the same nouns as the documents, in the reader's language.
mod account;
mod audit;
mod campaign;
mod clicks;
mod links;
mod preflight;
mod story;
mod suppression;
mod today;

pub use account::{balance, doctor};
pub use audit::audit;
pub use campaign::{campaign, campaigns, people, reasons, reconciled};
pub use clicks::{clicks, stat};
pub use links::{link, links};
pub use preflight::preflight;
pub use story::story;
pub use suppression::{suppression, written};
pub use today::today;

use super::output::{Align, Output, Paint, Table};
use crate::sms::{Money, Rejected};
use crate::words::{Grouped, reason};

/// Rows that were left out which a page lists; all of them are in the document.
const LEFT_OUT: usize = 20;

/// `¥8,412.55`; without the sign where only ASCII may be drawn.
pub fn money(out: &Output, amount: Money) -> String {
    if out.is_ascii { format!("{amount} RMB") } else { format!("¥{amount}") }
}

/// A count in groups of three.
pub fn count(n: u64) -> String {
    Grouped(n).to_string()
}

/// The rows of the source that were left out, each with its reason; the first of them.
pub fn left_out(rejected: &[Rejected], paint: Paint, out: &Output) -> String {
    if rejected.is_empty() {
        return String::new();
    }
    let lang = out.lang;
    let mut table = Table::new(&[
        (lang.cli_row(), Align::Right),
        (lang.cli_left_out(), Align::Left),
        (lang.cli_why(), Align::Left),
    ]);
    for row in rejected.iter().take(LEFT_OUT) {
        table.row([row.row.to_string(), row.text(out.form.is_masked), reason::words(row.reason, lang)]);
    }
    let mut page = table.render(paint);
    if let Some(more) = rejected.len().checked_sub(LEFT_OUT).filter(|more| *more > 0) {
        page.push_str(&lang.cli_more_rows(more as u64));
        page.push('\n');
    }
    page
}

/// Labels in one column, values in the next.
fn facts<'a>(out: &Output, facts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
    for (label, value) in facts {
        table.row([label.to_owned(), value]);
    }
    table.render(out.paint)
}
