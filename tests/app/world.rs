//! A small, believable world: the links and campaigns of the screens in the design.
use jiff::Timestamp;
use jiff::tz::TimeZone;
use yunque::app::{Failure, Request, Response, Settings};
use yunque::sms::{
    Account, Campaign, CampaignId, CampaignState, Counts, Deliveries, Kind, Link, Money, PauseReason, Segments,
    ShortLink, Sid,
};
use yunque::words::Lang;

/// A moment, in China time: `11-23 14:02`.
pub fn at(text: &str) -> Timestamp {
    let (day, clock) = text.split_once(' ').expect("a day and a clock");
    format!("2026-{day}T{clock}:00+08:00").parse().expect("a moment")
}

/// Lina at shop-cn, in Shanghai.
pub fn settings(lang: Lang) -> Settings {
    Settings {
        profile: "shop-cn".to_owned(),
        operator: "lina".to_owned(),
        lang,
        zone: TimeZone::get("Asia/Shanghai").expect("a bundled zone"),
        config_path: "~/.config/yunque/config.toml".to_owned(),
        ..Settings::default()
    }
}

/// A link.
pub fn link(code: &str, name: &str, made: &str, until: &str, clicks: Option<u64>) -> Link {
    Link {
        short: ShortLink {
            sid: Sid(code.to_owned()),
            long_url: format!("https://m.youxuan.example/{code}?src=sms"),
            short_url: format!("https://dx5.cn/{code}"),
            name: name.to_owned(),
            stat_expire: None,
        },
        tags: Vec::new(),
        note: String::new(),
        by: "lina".to_owned(),
        created_at: at(made),
        counts_until: at(until),
        is_archived: false,
        clicks: clicks.map(|clicks| (clicks, at("11-23 13:58"))),
        recent: clicks.map_or_else(Vec::new, |n| (0..12).map(|i| u32::try_from(n * i % 23).expect("small")).collect()),
        campaigns: Vec::new(),
    }
}

/// The links of the screen.
pub fn links() -> Vec<Link> {
    let mut links = vec![
        link("D1vipQ", "双12 VIP early access", "11-23 14:02", "12-23 14:02", None),
        link("Bf26Kq", "黑五预热 Black Friday", "11-20 09:41", "12-20 09:41", Some(3987)),
        link("Cpn7Tz", "优惠券到期 Coupon reminder", "11-19 10:00", "12-19 10:00", Some(61)),
        link("Rt4mWx", "退货指引 Returns how-to", "11-14 10:00", "12-14 10:00", Some(318)),
        link("Sv0nPe", "满意度调查 Survey Q4", "10-31 10:00", "11-29 10:00", Some(742)),
        link("Mq8dLu", "中秋礼盒 Mid-Autumn gift box", "09-20 10:00", "10-20 10:00", Some(9410)),
    ];
    links[0].tags = vec!["双12".to_owned(), "vip".to_owned()];
    links[1].campaigns = vec![CampaignId(140)];
    links
}

/// What became of so many accepted: most are delivered, a few failed, some have no report yet.
pub fn reports(accepted: u64) -> Deliveries {
    let (failed, no_report) = (accepted * 58 / 6_806, accepted * 207 / 6_806);
    Deliveries { delivered: accepted - failed - no_report, failed, no_report }
}

/// A campaign.
pub fn campaign(id: i64, name: &str, state: CampaignState, counts: Counts) -> Campaign {
    Campaign {
        id: CampaignId(id),
        name: name.to_owned(),
        by: "Priya".to_owned(),
        kind: Kind::Marketing,
        state,
        pause: (state == CampaignState::Paused).then_some(PauseReason::Ambiguous { calls: 3 }),
        text: "【云雀优选】您的优惠券即将到期 dx5.cn/Cpn7Tz 拒收请回复R".to_owned(),
        mobile_stat: true,
        is_test: false,
        link_sids: vec![Sid("Cpn7Tz".to_owned())],
        created_at: at("11-23 13:48"),
        starts_at: None,
        first_at: Some(at("11-23 13:48")),
        last_at: Some(at("11-23 14:06")),
        counts,
        deliveries: reports(counts.accepted),
        rejected_rows: 45,
        duplicate_rows: 187,
        opted_out: 96,
        taken_out: 0,
        segments: Segments(1),
        fee: Money::parse("340.30").expect("money"),
        is_fee_estimated: false,
        canary: None,
        is_handed_over: false,
        owner: None,
        note: None,
        wish: None,
        take_over: None,
    }
}

/// The campaigns of the screen.
pub fn campaigns() -> Vec<Campaign> {
    let counts = |accepted, refused, unknown, pending| Counts { pending, sending: 0, accepted, refused, unknown };
    vec![
        campaign(142, "退货指引 Returns how-to", CampaignState::Finished, counts(1, 0, 0, 0)),
        campaign(141, "优惠券到期 Coupon reminder", CampaignState::Paused, counts(6806, 14, 600, 580)),
        campaign(140, "黑五预热 Black Friday", CampaignState::Finished, counts(20_514, 31, 0, 0)),
    ]
}

/// What a healthy worker answers to reads; `None` for what a test wants to answer itself.
pub fn answer(request: &Request) -> Option<Result<Response, Failure>> {
    Some(Ok(match request {
        Request::Links => Response::Links(links()),
        Request::Campaigns => Response::Campaigns { list: campaigns(), is_watched: true },
        Request::Account => Response::Account(Account {
            nick: "云雀优选".to_owned(),
            balance: Money::parse("8495").expect("money"),
            alarm_balance: None,
        }),
        Request::Drafts => Response::Drafts(Vec::new()),
        _ => return None,
    }))
}
