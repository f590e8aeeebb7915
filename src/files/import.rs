//! Recipients from a file or a stream.
use std::ops::ControlFlow;

use super::inspect::position_of;
use super::rows::{RowBuf, Table};
use super::{ColumnRef, Options, Source};
use crate::problem::FileProblem;
use crate::sms::{Recipients, RejectReason, Row};

/// Rows between two calls of `on_progress`.
pub(super) const STEP: u64 = 4096;

/// Reads recipients. Every row ends up taken or left out with its number and reason; `on_progress` hears every few
/// thousand rows how many were read and may stop it.
///
/// # Errors
/// The file cannot be opened or is no table of numbers, a column is not there, or `on_progress` stopped it.
pub fn import(
    source: Source,
    options: &Options,
    on_progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Recipients, FileProblem> {
    let table = Table::open(source, options)?;
    let columns = &table.shape.columns;
    let missing = |wanted: &str| FileProblem::NoColumn {
        path: table.name.clone(),
        wanted: wanted.to_owned(),
        found: table.column_names(),
    };
    let kept: Vec<usize> = options
        .keep_columns
        .iter()
        .map(|name| position_of(columns, name).ok_or_else(|| missing(name)))
        .collect::<Result<_, _>>()?;
    let mobile = match &options.mobile_column {
        Some(ColumnRef::Name(name)) => Some(position_of(columns, name).ok_or_else(|| missing(name))?),
        Some(ColumnRef::Index(i)) if *i >= columns.len() => return Err(missing(&(i + 1).to_string())),
        Some(ColumnRef::Index(i)) => Some(*i),
        None if table.shape.rivals.len() > 1 => {
            let found: Vec<&str> = table.shape.rivals.iter().map(|i| columns[*i].as_str()).collect();
            return Err(FileProblem::ManyColumns { path: table.name.clone(), found: found.join(", ") });
        }
        None => table.shape.mobile_column,
    };
    let mobile = match mobile {
        None if !table.is_text() => {
            return Err(FileProblem::NoNumbers { path: table.name.clone(), found: table.column_names() });
        }
        mobile => mobile.filter(|_| !table.is_text()),
    };
    let mut list = Recipients::with_columns(options.keep_columns.clone());
    let (mut read, mut was_stopped) = (0_u64, false);
    table.each_row(&mut |row| {
        take(&mut list, row, mobile, &kept);
        read += 1;
        if read.is_multiple_of(STEP) && on_progress(read).is_break() {
            was_stopped = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    if was_stopped || on_progress(read).is_break() {
        return Err(FileProblem::Cancelled);
    }
    list.close();
    Ok(list)
}

fn take(list: &mut Recipients, row: &RowBuf, mobile: Option<usize>, kept: &[usize]) {
    match mobile {
        _ if !row.is_readable => list.reject(row.number, &row.text, RejectReason::Unreadable),
        None => {
            list.offer_line(row.number, row.get(0));
        }
        Some(mobile) if kept.is_empty() => {
            list.offer(Row { number: row.number, mobile: number_in(row.get(mobile)), values: &[] });
        }
        Some(mobile) => {
            let values: Vec<&str> = kept.iter().map(|i| row.get(*i)).collect();
            list.offer(Row { number: row.number, mobile: number_in(row.get(mobile)), values: &values });
        }
    }
}

/// A number without what spreadsheets put around it: `'138…` and `="138…"` mean text, `138….0` was a float.
pub(super) fn number_in(field: &str) -> &str {
    if field.len() == 11 {
        return field;
    }
    let field = field.trim();
    let field = field.strip_prefix("=\"").and_then(|f| f.strip_suffix('"')).unwrap_or(field);
    let field = field.strip_prefix('\'').unwrap_or(field);
    field.strip_suffix(".0").unwrap_or(field)
}
