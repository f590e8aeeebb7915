//! The suppression list as a table, and what an export says.
use crate::cli::output::{Align, Output, Table};
use crate::desk::Written;
use crate::store::Suppression;
use crate::words::reason;

/// The list, newest first.
pub fn suppression(list: &[Suppression], out: &Output) -> String {
    let lang = out.lang;
    if list.is_empty() {
        return lang.cli_nobody_suppressed().to_owned() + "\n";
    }
    let mut table = Table::new(&[
        (lang.cli_number(), Align::Left),
        (lang.cli_since(), Align::Left),
        (lang.cli_by(), Align::Left),
        (lang.cli_why(), Align::Left),
    ]);
    for entry in list {
        table.row([
            out.form.mobile(entry.mobile),
            out.form.short(entry.at),
            entry.by.clone(),
            reason::opted_out(&entry.why, lang),
        ]);
    }
    table.render(out.paint)
}

/// A file that was written.
pub fn written(written: &Written, out: &Output) -> String {
    out.lang.cli_written(written.rows, written.path.display()) + "\n"
}
