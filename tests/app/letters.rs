//! A worker for Compose: lists, templates, checks, as the screens of the design show them.
use std::path::PathBuf;
use std::sync::Arc;

use yunque::app::{Failure, Request, Response, Settings, Sheet, Size};
use yunque::problem::{FileProblem, Problem};
use yunque::sms::{
    CampaignId, Check, CheckName, CheckState, Draft, Kind, Mobile, Money, Plan, Preflight, QuietHours, Recipients,
    RejectReason, Row, Segments, SignatureEntry, Source, Start, Template, TemplateEntry, segments,
};
use yunque::words::Lang;

use crate::console::Console;
use crate::world;

/// A message to many, and its list.
pub const SALE: &str = "【云雀优选】双12会员专享：全场满300减60，今晚20点准时开抢，好物先到先得，别错过！点击进入会场";
/// The same with what marketing has to say.
pub const OPT_OUT: &str = " 拒收请回复R";

/// With quiet hours, as profiles have them.
pub fn settings(lang: Lang) -> Settings {
    let clock = |hour| jiff::civil::Time::new(hour, 0, 0, 0).expect("as written here");
    let hours = QuietHours { from: clock(8), until: clock(21) };
    Settings { quiet_hours: Some(hours), ..world::settings(lang) }
}

/// A console whose worker reads lists, knows templates and checks plans.
pub fn console(lang: Lang, size: Size) -> Console {
    Console::answering(settings(lang), size, answer)
}

/// 80×24 in English.
pub fn english() -> Console {
    console(Lang::En, Size::new(80, 24))
}

/// In Compose with one recipient and the text of the screens.
pub fn one(mut console: Console) -> Console {
    console.run("2<enter>13800138000<enter>");
    console.run("【云雀优选】您的退货申请已通过，请按指引寄回商品：dx5.cn/Rt4mWx 如有疑问请致电客服400-000-1212<esc>");
    console.pass(2);
    console
}

/// In Compose with the list and the text of the screens.
pub fn many(mut console: Console) -> Console {
    console.run("2<up><enter>双12 VIP early access<enter>~/lists/vip-1212.csv<enter>");
    console.run(SALE).run(" dx5.cn/D1vipQ").run(OPT_OUT).run("<esc>");
    console.pass(2);
    console
}

/// What a healthy worker answers.
pub fn answer(request: &Request) -> Option<Result<Response, Failure>> {
    Some(Ok(match request {
        Request::Recipients { source, variables } => match source {
            Source::Typed(text) => {
                let mut people = Recipients::typed(text);
                people.close();
                Response::Recipients(Arc::new(people))
            }
            Source::File { path, .. } if path.contains("missing") => {
                return Some(Err(Problem::from(FileProblem::Missing { path: path.clone() }).into()));
            }
            Source::File { .. } => Response::Recipients(Arc::new(vip(variables))),
        },
        Request::Peek { path, .. } if path.contains("missing") => return Some(Err(Failure::Busy)),
        Request::Peek { path, .. } => Response::Sheet(Box::new(Sheet {
            path: PathBuf::from(path),
            encoding: "GB18030".to_owned(),
            columns: ["会员号", "姓名", "手机号", "level"].map(str::to_owned).to_vec(),
            mobile_column: 2,
            rows: [
                ["10001", "陈美丽", "13900000042", "gold"],
                ["10002", "Grace Liu", "18612347719", "gold"],
                ["10003", "欧阳\u{1b}[2J", "15212343391", "silver"],
            ]
            .map(|row| row.map(str::to_owned).to_vec())
            .to_vec(),
        })),
        Request::Complete(typed) => Response::Completions(
            ["~/lists/vip-1111.csv", "~/lists/vip-1212.csv", "~/logo.png"]
                .into_iter()
                .filter(|path| path.starts_with(typed.as_str()))
                .map(str::to_owned)
                .collect(),
        ),
        Request::Phrases => Response::Phrases {
            templates: vec![
                TemplateEntry {
                    id: 7,
                    content: "【云雀优选】您的退货申请已通过，请按指引寄回商品：#link# 如有疑问请致电客服#phone#"
                        .to_owned(),
                    status: "SUCCESS".to_owned(),
                },
                TemplateEntry {
                    id: 8,
                    content: "【云雀优选】您的验证码是#code#".to_owned(),
                    status: "CHECKING".to_owned(),
                },
            ],
            signatures: vec![SignatureEntry { sign: "【云雀优选】".to_owned(), status: "SUCCESS".to_owned() }],
        },
        Request::LeaveOut { plan, whom, why } => Response::Trimmed(Box::new(plan.without(whom, *why))),
        Request::Preflight(plan) => Response::Preflight(Box::new(preflight(plan))),
        Request::DiscardDraft(_) => Response::Done,
        Request::Duplicate(id) => Response::Duplicated(Box::new(copy(*id))),
        other => return world::answer(other),
    }))
}

/// A duplicate of last week's campaign: everything but its list.
pub fn copy(id: CampaignId) -> Draft {
    Draft {
        name: "优惠券到期 Coupon reminder".to_owned(),
        kind: Some(Kind::Marketing),
        text: "【云雀优选】您的优惠券即将到期 dx5.cn/Cpn7Tz 拒收请回复R".to_owned(),
        mobile_stat: Some(true),
        copied_from: Some(id),
        ..Draft::new(world::at("11-23 14:02"))
    }
}

/// 12,312 recipients of 12,640 rows.
pub fn vip(variables: &[String]) -> Recipients {
    let names = ["陈美丽", "Grace Liu", "欧阳娜娜"];
    let mut people = Recipients::with_columns(variables.to_vec());
    for i in 0..12_312_u32 {
        let mobile = format!("139{:08}", u64::from(i) * 37 + 42);
        let name = names[(i % 3) as usize];
        let values: Vec<&str> = variables.iter().map(|_| name).collect();
        people.offer(Row { number: i + 2, mobile: &mobile, values: &values });
    }
    for i in 0..45 {
        people.offer(Row {
            number: 12_400 + i,
            mobile: ["010-88888888", "12345", "\u{202e}张三", ""][(i % 4) as usize],
            values: &[],
        });
    }
    for i in 0..187 {
        people.reject(12_500 + i, "13900000042", RejectReason::Duplicate { of: 2 });
    }
    for i in 0..96 {
        people.reject(2_000 + i, "13700137000", RejectReason::OptedOut);
    }
    people.close();
    people
}

fn check(name: CheckName, state: CheckState, count: u64, detail: &str, mobiles: &[&str]) -> Check {
    let mobiles = mobiles.iter().map(|mobile| Mobile::parse(mobile).expect("as written here")).collect();
    Check { name, state, count, detail: detail.to_owned(), mobiles }
}

/// The first 214 of the list had a message.
fn is_recent(mobile: Mobile) -> bool {
    (8_613_900_000_042..8_613_900_000_042 + 37 * 214).contains(&mobile.digits())
}

/// As the engine would find it; a text with `BLOCKED` in it is blocked.
pub fn preflight(plan: &Plan) -> Preflight {
    let template = Template::new(&plan.text);
    let people = &plan.recipients;
    let text = |i: usize| template.fill(&people.columns, people.values(i)).unwrap_or_else(|_| plan.text.clone());
    let parts = segments(&text(0), yunque::sms::Charset::Mainland);
    let price = Money::from_units(500);
    let count = people.len() as u64;
    let fee = price.times(count * u64::from(parts.0));
    let is_blocked = plan.text.contains("BLOCKED");
    let (ok, warn) = (CheckState::Ok, CheckState::Warn);
    let mut checks = vec![
        check(CheckName::Recipients, ok, count, "", &[]),
        check(CheckName::Text, ok, 74, "", &[]),
        check(CheckName::Signature, ok, 0, "【云雀优选】", &[]),
        check(CheckName::Template, ok, 0, "7", &[]),
        check(CheckName::BlockedWords, if is_blocked { CheckState::Block } else { ok }, 1, "BLOCKED", &[]),
        check(CheckName::Link, ok, 1, "dx5.cn/D1vipQ", &[]),
        check(CheckName::OptOut, ok, 0, "R", &[]),
        check(CheckName::QuietHours, ok, 0, "08:00-21:00", &[]),
        check(CheckName::Variables, ok, 0, "", &[]),
        check(CheckName::Suppressed, ok, 96, "", &[]),
        check(CheckName::Repeat, ok, 0, "", &[]),
        check(CheckName::DailyLimit, ok, 0, "", &[]),
        check(CheckName::Balance, ok, 0, "", &[]),
        check(CheckName::Journal, ok, 0, "", &[]),
        check(CheckName::Segments, ok, 0, &format!("{count}x{}", parts.0), &[]),
    ];
    if count > 1 {
        let mobiles: Arc<[Mobile]> = people.mobiles().iter().copied().filter(|m| is_recent(*m)).collect();
        let recent = format!("3\t{n}\t0\nsent\tc140\t{n}\t93600\tlina", n = mobiles.len());
        let (n, state) = (mobiles.len() as u64, if mobiles.is_empty() { ok } else { warn });
        checks.insert(11, Check { mobiles, ..check(CheckName::Recent, state, n, &recent, &[]) });
    }
    let samples = [0, 1, 2].into_iter().filter(|i| *i < people.len()).map(|i| (people.mobiles()[i], text(i))).collect();
    Preflight {
        checks,
        recipients: count,
        histogram: vec![(Segments(parts.0), count)],
        fee,
        price,
        balance: Some(Money::parse("8412.55").expect("as written here")),
        committed: if count > 1 { Money::parse("29").expect("as written here") } else { Money::ZERO },
        samples,
        saving: None,
        done_at: Some(match plan.start {
            Start::Now => world::at("11-23 14:17"),
            Start::At(at) => at + jiff::SignedDuration::from_mins(5),
        }),
    }
}
