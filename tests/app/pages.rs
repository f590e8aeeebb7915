//! The campaigns, clicks and stories of the screens in the design.
use std::sync::Arc;

use jiff::Timestamp;
use yunque::app::{CampaignPage, ClickPage, Failure, Group, Request, Response, Subject};
use yunque::problem::{ApiProblem, Unreachable};
use yunque::sms::{
    Campaign, CampaignId, CampaignState, ClickRow, ClickSource, ClickTable, ClickTotals, Counts, Deliveries, Doubt,
    DoubtReason, MessageSid, Mobile, Money, Owner, Point, Progress, RateOf, RecipientState, Refusal, RejectReason,
    Rejected, ReportStatus, Segments, Stat, Story, StoryLine,
};

use crate::world::{self, at};

/// A number.
pub fn mobile(text: &str) -> Mobile {
    Mobile::parse(text).expect("a number")
}

const fn counts(accepted: u64, refused: u64, unknown: u64, pending: u64) -> Counts {
    Counts { pending, sending: 0, accepted, refused, unknown }
}

/// One of each state, newest first.
pub fn campaigns() -> Vec<Campaign> {
    use CampaignState::{Cancelled, Finished, Paused, Running, Scheduled};
    let mut all = vec![
        world::campaign(144, "双12 开场 Opening night", Scheduled, counts(0, 0, 0, 48_210)),
        world::campaign(143, "双12 VIP early access", Running, counts(7411, 9, 0, 4892)),
        world::campaign(142, "退货指引 Returns how-to", Finished, counts(1, 0, 0, 0)),
        world::campaign(141, "优惠券到期 Coupon reminder", Paused, counts(6806, 14, 600, 580)),
        world::campaign(140, "黑五预热 Black Friday", Finished, counts(20_514, 31, 0, 0)),
        world::campaign(138, "双11 返场 Double 11 encore", Cancelled, counts(60_940, 137, 0, 923)),
    ];
    all[0].starts_at = Some(at("11-24 10:00"));
    (all[0].first_at, all[0].last_at) = (None, None);
    all[0].deliveries = Deliveries::default();
    all[1].owner = Some(Owner { by: "lina".to_owned(), pid: 77, since: at("11-23 13:59"), is_alive: true });
    all[2].deliveries = Deliveries { delivered: 1, failed: 0, no_report: 0 };
    all[3].note =
        Some((at("11-23 14:01"), "Priya".to_owned(), "请勿重发 do not resend, ticket 8841 is open".to_owned()));
    all[4].deliveries = Deliveries { delivered: 19_803, failed: 574, no_report: 137 };
    "赵敏".clone_into(&mut all[4].by);
    all[4].first_at = Some(at("11-23 10:00"));
    all
}

/// Everything that c141's screen shows; the others have a page without refusals.
pub fn page(id: CampaignId) -> Option<CampaignPage> {
    let campaign = campaigns().into_iter().find(|one| one.id == id)?;
    let is_141 = id == CampaignId(141);
    let refused = |code, msg: &str, number| Refusal { mobile: mobile(number), code, msg: msg.to_owned() };
    let doubt = |number| Doubt { mobile: mobile(number), at: Some(at("11-23 14:06")), why: "HTTP 500".to_owned() };
    let rejected = |row, raw: &str, reason| Rejected { row, raw: raw.into(), reason };
    Some(CampaignPage {
        refused_by_code: if is_141 {
            vec![(10, "号码在黑名单中".to_owned(), 9), (17, "24小时内超过限制".to_owned(), 5)]
        } else {
            Vec::new()
        },
        refusals: if is_141 {
            vec![refused(10, "号码在黑名单中", "13800138001"), refused(17, "24小时内超过限制", "13800138002")]
        } else {
            Vec::new()
        },
        unknown: if is_141 { vec![doubt("13800138207"), doubt("18600137719")] } else { Vec::new() },
        unknown_by_reason: if is_141 {
            vec![DoubtReason { why: "HTTP 500".to_owned(), requests: 3, recipients: 600 }]
        } else {
            Vec::new()
        },
        settles_at: is_141.then(|| at("11-23 14:22")),
        retryable: if is_141 { 5 } else { 0 },
        rejected: if is_141 {
            vec![
                rejected(45, "010-88886666", RejectReason::NotAMobile(yunque::sms::NotAMobile::Landline)),
                rejected(46, "13800138001", RejectReason::Duplicate { of: 12 }),
                rejected(51, "13900139000", RejectReason::OptedOut),
            ]
        } else {
            Vec::new()
        },
        notes: campaign.note.clone().into_iter().collect(),
        campaign,
    })
}

/// The first stage of c143 is on its way.
pub fn progress() -> Progress {
    Progress {
        id: CampaignId(143),
        state: CampaignState::Running,
        pause: None,
        counts: counts(7411, 9, 0, 4892),
        fee: Money::parse("370.55").expect("money"),
        rate: 40,
        done_at: Some(at("11-23 14:08")),
        gate: None,
        asked: None,
    }
}

fn row(number: &str, clicks: u32, first: &str, last: &str, is_new: bool) -> ClickRow {
    let millis = |clock: &str| at(&format!("11-23 {clock}")).as_millisecond();
    ClickRow { mobile: mobile(number), clicks, is_new, first_at: millis(first), last_at: millis(last) }
}

/// Who clicked in c140.
pub fn clicks(subject: &Subject, group: Group, as_of: &str, is_from_store: bool) -> ClickPage {
    let rows: Vec<ClickRow> = match group {
        Group::Clicked => vec![
            row("13800131207", 3, "13:41", "13:56", true),
            row("18600137719", 1, "13:55", "13:55", true),
            row("15200133391", 1, "13:54", "13:54", true),
            row("13900130042", 2, "11:37", "13:46", false),
            row("17700135560", 41, "10:02", "13:45", false),
            row("15000138213", 1, "13:45", "13:45", false),
            row("13300139074", 2, "10:31", "13:43", false),
            row("+85261234567", 1, "13:42", "13:42", false),
        ],
        _ => vec![ClickRow {
            mobile: mobile("18900136105"),
            clicks: 0,
            is_new: false,
            first_at: i64::MIN,
            last_at: i64::MIN,
        }],
    };
    let names = ["陈小明", "Grace Lee", "欧阳修文", "王芳", "Ahmed Khan", "李小娜", "司马光", ""];
    let count = u32::try_from(rows.len()).expect("a few");
    let campaign = campaigns().into_iter().find(|one| one.id == CampaignId(140));
    let is_link = matches!(subject, Subject::Link(_));
    ClickPage {
        subject: subject.clone(),
        group,
        campaign: campaign.filter(|_| !is_link),
        links: vec![world::link("Bf26Kq", "黑五预热 Black Friday", "11-20 09:41", "12-20 09:41", Some(4118))],
        names: names.iter().take(rows.len()).map(|name| Box::from(*name)).collect(),
        extra: Some((
            "level".to_owned(),
            ["gold", "gold", "silver", "gold", "silver", "gold", "black", ""]
                .iter()
                .take(rows.len())
                .map(|v| Box::from(*v))
                .collect(),
        )),
        shared_with: Vec::new(),
        delivered_at: rows.iter().map(|_| at("11-23 10:02").as_millisecond()).collect(),
        errors: if group == Group::NotDelivered { [Box::from("DB:0103")].into() } else { [].into() },
        table: ClickTable { rows: rows.into(), order: (0..count).collect(), generation: 0 },
        groups: if is_link { [2931, 0, 0, 0] } else { [2931, 16_872, 574, 137] },
        totals: ClickTotals {
            clicks: 4102,
            clickers: 2931,
            strangers: 0,
            recipients: 20_545,
            denominator: 19_803,
            rate_of: RateOf::Delivered,
        },
        stat: Some(stat(at(&format!("11-23 {as_of}")))),
        source: ClickSource::Clicked,
        as_of: at(&format!("11-23 {as_of}")),
        changed_at: at("11-23 13:48"),
        reports_at: Some(at("11-23 13:55")).filter(|_| !is_link),
        final_look: Some(at("12-20 09:26")),
        is_from_store,
    }
}

fn stat(as_of: Timestamp) -> Stat {
    let begins = at("11-23 10:00").as_second();
    let clicks =
        [0, 410, 600, 580, 340, 260, 190, 150, 120, 100, 90, 80, 75, 70, 66, 60, 58, 110, 180, 140, 90, 60, 40, 20];
    let points = (0_i64..).zip(clicks);
    let series = points
        .map(|(i, clicks)| Point { at: Timestamp::from_second(begins + 600 * i).expect("a time"), clicks })
        .collect();
    Stat { series, counters: std::collections::BTreeMap::new(), as_of, source: "series" }
}

/// A table of `n` clickers.
pub fn many(n: u32) -> ClickPage {
    let subject = Subject::Campaign(CampaignId(140));
    let mut page = clicks(&subject, Group::Clicked, "13:58", false);
    let rows: Vec<ClickRow> = (0..n)
        .map(|i| ClickRow {
            mobile: Mobile::from_digits(8_613_000_000_000 + u64::from(i)),
            clicks: 1,
            is_new: false,
            first_at: i64::from(i),
            last_at: i64::from(n - i),
        })
        .collect();
    page.table = ClickTable { rows: rows.into(), order: (0..n).collect(), generation: 0 };
    page.names = Arc::new([]);
    page.extra = None;
    page.delivered_at = Arc::new([]);
    page.groups = [u64::from(n), 0, 0, 0];
    page
}

/// What was sent to 138 0013 8000.
pub fn story() -> Story {
    let line = |id: i64, name: &str, by: &str, sent: &str, state| StoryLine {
        campaign: CampaignId(id),
        name: name.to_owned(),
        by: by.to_owned(),
        text: "【云雀优选】您的退货申请已通过，请按指引寄回商品：dx5.cn/Rt4mWx 如有疑问请致电客服400-000-1212"
            .to_owned(),
        sent_at: Some(at(sent)),
        state,
        refusal: None,
        doubt: None,
        sid: Some(MessageSid(3_310_228_064)),
        segments: Segments(1),
        fee: Money::parse("0.05").expect("money"),
        report: Some(ReportStatus::Delivered),
        received_at: Some(at(sent)),
        error: String::new(),
        mobile_stat: true,
        clicks: None,
        reported_as_of: Some(at("11-23 13:57")),
        clicks_as_of: Some(at("11-23 13:58")),
    };
    let accepted = RecipientState::Accepted;
    let mut lines = vec![
        line(141, "优惠券到期 Coupon reminder", "Priya", "11-23 13:56", RecipientState::Unknown),
        line(142, "退货指引 Returns how-to", "lina", "11-23 13:45", accepted),
        line(140, "黑五预热 Black Friday", "赵敏", "11-23 10:02", accepted),
        line(139, "发货通知 Order shipped", "Tom", "11-20 16:31", accepted),
        line(138, "双11 返场 Double 11 encore", "王磊", "11-11 09:14", accepted),
        line(121, "会员日 Members day", "王磊", "10-18 10:20", RecipientState::Refused),
    ];
    lines[1].clicks = Some((1, Some(at("11-23 13:50")), Some(at("11-23 13:50"))));
    lines[2].clicks = Some((2, Some(at("11-23 11:37")), Some(at("11-23 13:46"))));
    lines[0].doubt = Some("HTTP 500".to_owned());
    lines[3].mobile_stat = false;
    (lines[4].report, lines[4].error) = (Some(ReportStatus::Failed), "DB:0103".to_owned());
    lines[5].refusal = Some((22, "1小时内超过限制".to_owned()));
    Story { mobile: mobile("13800138000"), lines, opted_out: None }
}

/// A healthy worker that knows all this; the links and the rest are the world's.
pub fn answer(request: &Request) -> Option<Result<Response, Failure>> {
    Some(Ok(match request {
        Request::Campaigns => Response::Campaigns { list: campaigns(), is_watched: true },
        Request::Campaign(id) => Response::Campaign(page(*id).map(Box::new)),
        Request::ClicksSeen(subject, group) => Response::Clicks(Some(Box::new(clicks(subject, *group, "13:48", true)))),
        Request::Clicks(subject, group) => {
            let mut page = clicks(subject, *group, "14:02", false);
            page.totals.clickers += 37;
            page.groups = [2968, 16_835, 574, 137];
            Response::Clicks(Some(Box::new(page)))
        }
        Request::Arrange { table, .. } => {
            let order = (0..u32::try_from(table.rows.len()).expect("a few")).rev().collect();
            Response::Arranged { order, generation: table.generation }
        }
        Request::Find(_) => Response::Story(Box::new(story())),
        request => return world::answer(request),
    }))
}

/// Nobody answers there.
pub fn unreachable() -> ApiProblem {
    ApiProblem::Connect { how: Unreachable::Refused, why: "connection refused".to_owned() }
}
