//! What people read on stdout: pages and tables made of the same nouns as the documents, in the reader's language.
mod account;
mod campaign;
mod clicks;
mod links;
mod preflight;
mod story;
mod today;

pub use account::{balance, doctor};
pub use campaign::{campaign, campaigns, reconciled, refused, refused_by_code};
pub use clicks::{clicks, stat};
pub use links::{link, links};
pub use preflight::preflight;
pub use story::story;
pub use today::today;

use super::output::{Align, Output, Table};
use crate::sms::Money;
use crate::words::Grouped;

/// `¥8,412.55`; without the sign where only ASCII may be drawn.
pub fn money(out: &Output, amount: Money) -> String {
    if out.is_ascii { format!("{amount} RMB") } else { format!("¥{amount}") }
}

/// A count in groups of three.
pub fn count(n: u64) -> String {
    Grouped(n).to_string()
}

/// Labels in one column, values in the next.
fn facts<'a>(out: &Output, facts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
    for (label, value) in facts {
        table.row([label.to_owned(), value]);
    }
    table.render(out.paint)
}
