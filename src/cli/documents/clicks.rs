//! `stat` and `clicks`.
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::Form;
use crate::sms::{CampaignId, ClickRow, ClickSource, ClickTotals, Sid, Stat};

/// One value of a series.
#[derive(Debug, Serialize)]
pub struct PointDocument {
    at: String,
    clicks: u64,
}

/// `stat`.
#[derive(Debug, Serialize)]
pub struct StatDocument {
    sid: String,
    from: String,
    to: String,
    total: Option<u64>,
    series: Vec<PointDocument>,
    counters: BTreeMap<String, i64>,
    as_of: String,
    source: &'static str,
}

impl StatDocument {
    /// The document of a link's totals between two times.
    #[must_use]
    pub fn new(sid: &Sid, from: Timestamp, to: Timestamp, stat: &Stat, form: &Form) -> Self {
        Self {
            sid: sid.to_string(),
            from: form.time(from),
            to: form.time(to),
            total: stat.total(),
            series: stat
                .series
                .iter()
                .map(|point| PointDocument { at: form.time(point.at), clicks: point.clicks })
                .collect(),
            counters: stat.counters.clone(),
            as_of: form.time(stat.as_of),
            source: stat.source,
        }
    }
}

/// The figures over a table. Where clicks are known in total only, `clicks` is that total, and `null` says that nobody
/// knows who clicked. `clickers` are all, `strangers` those of them that are no recipients of ours; `ctr` leaves them out.
/// `denominator_of` names what the rate is taken of: `delivered` once nine in ten of the accepted have a report, until
/// then `accepted`; `…-or-clicked` where clickers who were evidently reached are not among those.
#[derive(Debug, Serialize)]
pub struct TotalsDocument {
    clicks: Option<u64>,
    clickers: Option<u64>,
    strangers: Option<u64>,
    recipients: u64,
    denominator: u64,
    denominator_of: &'static str,
    ctr: Option<f64>,
}

impl TotalsDocument {
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
    fn new(totals: ClickTotals, source: ClickSource, total: Option<u64>) -> Self {
        let is_by_number = source != ClickSource::TotalOnly;
        let ctr = (totals.denominator > 0 && is_by_number)
            .then(|| (totals.of_recipients() as f64 / totals.denominator as f64 * 10_000.0).round() / 10_000.0);
        Self {
            clicks: if is_by_number { Some(totals.clicks) } else { total },
            clickers: is_by_number.then_some(totals.clickers),
            strangers: is_by_number.then_some(totals.strangers),
            recipients: totals.recipients,
            denominator: totals.denominator,
            denominator_of: totals.rate_of.code(),
            ctr,
        }
    }
}

/// `clicks forget`: the sheet that is kept no longer.
#[derive(Debug, Serialize)]
pub struct ForgottenDocument {
    sid: String,
    forgotten: SheetDocument,
}

#[derive(Debug, Serialize)]
struct SheetDocument {
    clicks: u64,
    clickers: u64,
    as_of: String,
}

impl ForgottenDocument {
    /// The document of a link's sheet, with its figures and the time it was imported.
    #[must_use]
    pub fn new(sid: &str, totals: ClickTotals, as_of: Timestamp, form: &Form) -> Self {
        let forgotten = SheetDocument { clicks: totals.clicks, clickers: totals.clickers, as_of: form.time(as_of) };
        Self { sid: sid.to_owned(), forgotten }
    }
}

/// One number's clicks.
#[derive(Debug, Serialize)]
pub struct NumberDocument {
    mobile: String,
    clicks: u32,
    first_at: Option<String>,
    last_at: Option<String>,
}

/// `clicks`. `total` is the link's own figure from `stat`, where it was asked: it stands beside the sum by number and is
/// never added to it (`api/yunpian-v2.md` §5). `shared_with` are the other campaigns with the campaign's link: clicks may
/// be theirs.
#[derive(Debug, Serialize)]
pub struct ClicksDocument {
    sid: String,
    sids: Vec<String>,
    campaign: Option<String>,
    shared_with: Vec<String>,
    as_of: String,
    source: &'static str,
    total: Option<u64>,
    totals: TotalsDocument,
    numbers: Vec<NumberDocument>,
}

/// What a look at clicks brought, as the document needs it.
#[derive(Debug)]
pub struct Looked<'a> {
    /// The links, the first of which is the document's `sid`.
    pub sids: &'a [Sid],
    /// The campaign they were asked for, if one.
    pub campaign: Option<String>,
    /// Other campaigns with its link.
    pub shared_with: &'a [CampaignId],
    /// When we asked.
    pub as_of: Timestamp,
    /// Where the rows come from.
    pub source: ClickSource,
    /// The total of `stat`.
    pub total: Option<u64>,
    /// The figures over the rows.
    pub totals: ClickTotals,
    /// Clicks by number.
    pub rows: &'a [ClickRow],
}

impl ClicksDocument {
    /// The document of a look; it lists those with at least one click.
    #[must_use]
    pub fn new(looked: &Looked<'_>, form: &Form) -> Self {
        Self {
            sid: looked.sids.first().map(ToString::to_string).unwrap_or_default(),
            sids: looked.sids.iter().map(ToString::to_string).collect(),
            campaign: looked.campaign.clone(),
            shared_with: looked.shared_with.iter().map(ToString::to_string).collect(),
            as_of: form.time(looked.as_of),
            source: looked.source.code(),
            total: looked.total,
            totals: TotalsDocument::new(looked.totals, looked.source, looked.total),
            numbers: looked
                .rows
                .iter()
                .filter(|row| row.clicks > 0)
                .map(|row| NumberDocument::new(row, form))
                .collect(),
        }
    }
}

impl NumberDocument {
    fn new(row: &ClickRow, form: &Form) -> Self {
        Self {
            mobile: form.mobile(row.mobile),
            clicks: row.clicks,
            first_at: form.millis(row.first_at),
            last_at: form.millis(row.last_at),
        }
    }
}
