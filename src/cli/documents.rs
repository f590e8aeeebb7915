//! The JSON documents of the contract (`design.md`, command line): these names, this nesting. Fields may be added, none
//! is ever removed or renamed; scripts count on them.
//!
//! Times are RFC 3339 with their offset, in the reader's zone; numbers are E.164 unless masked; money is a JSON number
//! with at most four decimals (made from whole ten-thousandths, so what is printed is exact).
mod account;
mod campaign;
mod clicks;
mod links;
mod plan;
mod story;
mod suppression;
mod today;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use account::{
    AuditDocument, AuditLinesDocument, BalanceDocument, CheckDocument, DoctorDocument, ErrorBody, ErrorDocument,
    GoneDocument,
};
pub use campaign::{
    CampaignDocument, CampaignEnvelope, CampaignWithPeople, Campaigns, OwnerDocument, People, ReconcileDocument,
    Settled,
};
pub use clicks::{ClicksDocument, ForgottenDocument, Looked, StatDocument};
pub use links::{LinkDocument, LinksDocument};
pub use plan::{PlanDocument, RejectedDocument};
pub use story::StoryDocument;
pub use suppression::{SuppressionDocument, WrittenDocument};
pub use today::TodayDocument;

use crate::sms::{Mobile, Money};

/// How values are written: the reader's zone, and whether numbers are masked.
#[derive(Debug, Clone)]
pub struct Form {
    /// The zone whose offset the times carry.
    pub zone: TimeZone,
    /// Whether numbers are masked.
    pub is_masked: bool,
}

impl Form {
    /// `2026-11-23T14:00:00.000+08:00`.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
    }

    /// For people: `2026-11-23 14:00:05 +08:00`.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
    }

    /// For tables, whose head says the offset: `11-23 14:00`.
    #[must_use]
    pub fn short(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.zone.clone()).strftime("%m-%d %H:%M").to_string()
    }

    /// E.164, or masked.
    #[must_use]
    pub fn mobile(&self, mobile: Mobile) -> String {
        if self.is_masked { mobile.masked() } else { mobile.to_string() }
    }

    /// A time of the click table, which keeps milliseconds and `i64::MIN` for none.
    #[must_use]
    pub fn millis(&self, millis: i64) -> Option<String> {
        if millis == i64::MIN { None } else { Timestamp::from_millisecond(millis).ok().map(|at| self.time(at)) }
    }
}

/// An amount as a JSON number: the double nearest to the decimal, which prints as that decimal.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "exact to 900 billion of the unit")]
pub fn amount(money: Money) -> f64 {
    money.units() as f64 / 10_000.0
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::sms::{
        Campaign, CampaignId, CampaignState, Counts, Deliveries, DoubtReason, Kind, Reasons, Segments, Sid,
    };
    use crate::words::Lang;

    pub(crate) fn form() -> Form {
        Form { zone: TimeZone::get("Asia/Shanghai").unwrap(), is_masked: false }
    }

    pub(crate) fn campaign() -> Campaign {
        Campaign {
            id: CampaignId(141),
            name: "优惠券到期".into(),
            by: "lina".into(),
            kind: Kind::Marketing,
            state: CampaignState::Finished,
            pause: None,
            text: "【云雀】dx5.cn/Cpn7Tz".into(),
            mobile_stat: true,
            is_test: false,
            link_sids: vec![Sid("Cpn7Tz".into())],
            created_at: "2026-11-23T06:00:00Z".parse().unwrap(),
            starts_at: None,
            first_at: None,
            last_at: None,
            counts: Counts { accepted: 3, ..Counts::default() },
            deliveries: Deliveries { delivered: 2, failed: 0, no_report: 1 },
            rejected_rows: 1,
            duplicate_rows: 0,
            opted_out: 0,
            taken_out: 0,
            segments: Segments(1),
            fee: Money::from_units(1500),
            is_fee_estimated: false,
            canary: None,
            is_handed_over: false,
            owner: None,
            note: None,
            wish: None,
            take_over: None,
        }
    }

    fn reasons() -> Reasons {
        Reasons {
            refused: vec![(10, "号码在黑名单中".into(), 2)],
            unknown: vec![DoubtReason { why: "HTTP 500".into(), requests: 3, recipients: 600 }],
        }
    }

    #[test]
    fn the_campaign_document_keeps_the_names_of_the_contract() {
        let document = CampaignEnvelope::new(&campaign(), &reasons(), Lang::En, &form());
        insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
    }

    #[test]
    fn money_is_printed_exactly() {
        let shown: Vec<String> = [500, 12_312_000, -1, 1, 84_125_500]
            .map(|units| serde_json::to_string(&amount(Money::from_units(units))).unwrap())
            .to_vec();
        assert_eq!(shown, ["0.05", "1231.2", "-0.0001", "0.0001", "8412.55"]);
    }

    #[test]
    fn numbers_are_masked_only_when_asked() {
        let mobile = Mobile::parse("13800138000").unwrap();
        assert_eq!(form().mobile(mobile), "+8613800138000");
        assert_eq!(Form { is_masked: true, ..form() }.mobile(mobile), "138****8000");
    }
}
