//! Clicks by number (`api/yunpian-v2.md` §4 and "Unknown shapes"): asked and read as [`ClickedShape`] says.
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::settings::ClickedShape;
use super::{Client, clock, wire};
use crate::problem::{ApiProblem, Expected};
use crate::sms::{ClickRow, Mobile, Sid};

/// Pages at most: two million rows.
const MOST_PAGES: u32 = 20_000;

/// What `clicked` answered, all pages together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClickedAnswer {
    /// One row a number with at least one click: clicks summed over the answer's rows, the first and the last time.
    /// In order of appearance.
    pub rows: Vec<ClickRow>,
    /// Rows whose number or count could not be read.
    pub unreadable: u64,
    /// Whether everything was read: not when the bound on pages was reached, or the answer's own total says more.
    pub is_complete: bool,
    /// When we asked.
    pub as_of: Timestamp,
}

impl Client {
    /// The numbers that clicked a link between two moments, page by page to the end.
    ///
    /// # Errors
    /// Why they could not be read; [`ApiProblem::Shape`] when a page holds no list, or no row of it can be read.
    pub async fn clicks(&self, sid: &Sid, from: Timestamp, to: Timestamp) -> Result<ClickedAnswer, ApiProblem> {
        let shape = &self.settings().clicked;
        let as_of = Timestamp::now();
        let (mut table, mut seen) = (Table::default(), HashSet::new());
        // What the answers say there is, and what they have shown; a page of theirs may be shorter than we asked for.
        let (mut promised, mut shown) = (0, 0);
        let mut is_complete = false;
        for page in 1..=MOST_PAGES {
            let form = vec![
                (shape.sid_name.as_str(), sid.0.clone()),
                (shape.start_name.as_str(), clock::to_wire(from)),
                (shape.end_name.as_str(), clock::to_wire(to)),
                (shape.page_name.as_str(), page.to_string()),
                (shape.size_name.as_str(), shape.page_size.to_string()),
            ];
            let answer = self.read(&shape.path, &form).await?;
            let Some(rows) = wire::list(&answer, &shape.list_fields) else {
                return Err(self.shape(Expected::Clicks, &shape.path, &answer));
            };
            // A row of an earlier page has moved here while we were paging, or pages are not told apart over there.
            let marks: Vec<u64> = rows.iter().map(mark).collect();
            let fresh: Vec<&Value> =
                rows.iter().zip(&marks).filter(|(_, mark)| !seen.contains(*mark)).map(|(row, _)| row).collect();
            let unreadable = fresh.iter().filter(|row| !table.add(row, shape)).count();
            if unreadable > 0 && unreadable == rows.len() {
                return Err(self.shape(Expected::Clicks, &shape.path, &answer));
            }
            table.unreadable += unreadable as u64;
            promised = promised.max(wire::total(&answer, &shape.list_fields).unwrap_or(0));
            let is_new = !fresh.is_empty();
            shown += if is_new { rows.len() as u64 } else { 0 };
            // Nobody has published whether such a total counts rows or clicks.
            let is_all = promised <= shown || promised <= table.clicks();
            if !is_new || (is_all && rows.len() < shape.page_size as usize) {
                is_complete = is_all;
                break;
            }
            seen.extend(marks);
        }
        table.rows.retain(|row| row.clicks > 0);
        Ok(ClickedAnswer { rows: table.rows, unreadable: table.unreadable, is_complete, as_of })
    }
}

/// The rows so far, one a number.
#[derive(Default)]
struct Table {
    rows: Vec<ClickRow>,
    places: HashMap<Mobile, usize>,
    unreadable: u64,
}

impl Table {
    fn clicks(&self) -> u64 {
        self.rows.iter().map(|row| u64::from(row.clicks)).sum()
    }

    /// Adds one row of the answer to its number; says whether its number and its count could be read.
    fn add(&mut self, row: &Value, shape: &ClickedShape) -> bool {
        let nothing = Map::new();
        let fields = row.as_object().unwrap_or(&nothing);
        let is_said = |value: &&Value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty());
        let first = |names: &[String]| names.iter().find_map(|name| fields.get(name).filter(is_said));
        // A list of bare numbers is a list of those who clicked.
        let number = if row.is_object() { first(&shape.mobile_fields) } else { Some(row) };
        let Some(mobile) = number.and_then(wire::mobile) else { return false };
        // Only an absent count is one click; one that cannot be read is not known.
        let Some(count) = first(&shape.count_fields).map_or(Some(1), wire::count) else { return false };
        let clicks = u32::try_from(count).unwrap_or(u32::MAX);
        let times = shape.time_fields.iter().filter_map(|name| wire::time(fields.get(name)?));
        let times: Vec<i64> = times.map(Timestamp::as_millisecond).collect();
        let place = *self.places.entry(mobile).or_insert_with(|| {
            self.rows.push(ClickRow { mobile, clicks: 0, is_new: false, first_at: i64::MIN, last_at: i64::MIN });
            self.rows.len() - 1
        });
        if let Some(known) = self.rows.get_mut(place) {
            known.clicks = known.clicks.saturating_add(clicks);
            for at in times {
                known.first_at = if known.first_at == i64::MIN { at } else { known.first_at.min(at) };
                known.last_at = known.last_at.max(at);
            }
        }
        true
    }
}

fn mark(row: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.to_string().hash(&mut hasher);
    hasher.finish()
}
