//! What belongs to an account and never changes: `user/get`, `tpl/get`, `sign/get`, `get_black_word`.
use serde::Serialize;

use super::answer::{Answer, Refusal, json, number};
use super::form::Form;
use super::send::black_words;
use super::world::World;

#[derive(Serialize)]
struct User {
    nick: &'static str,
    gmt_created: &'static str,
    mobile: &'static str,
    email: &'static str,
    ip_whitelist: Option<&'static str>,
    api_version: &'static str,
    balance: f64,
    alarm_balance: f64,
    emergency_contact: &'static str,
    emergency_mobile: &'static str,
}

#[derive(Serialize)]
struct Template {
    tpl_id: i64,
    tpl_content: &'static str,
    check_status: &'static str,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Signatures {
    code: i32,
    msg: &'static str,
    total: usize,
    sign: Vec<Signature>,
}

#[derive(Serialize)]
struct Signature {
    sign: &'static str,
    check_status: &'static str,
    apply_state: &'static str,
    enabled: bool,
    vip: bool,
    only_global: bool,
    industry_type: &'static str,
}

/// The templates: content and status.
const TEMPLATES: [(i64, &str, &str, Option<&str>); 5] = [
    (1, "【#company#】您的验证码是#code#", "SUCCESS", None),
    (2, "【云雀优选】#name#您好，#event#今日开抢，点击 #url# 查看，拒收请回复R", "SUCCESS", None),
    (3, "【云雀优选】您的订单#code#已发货，物流详情：#url#", "SUCCESS", None),
    (4, "【云雀会员】#name#，您的积分将于#date#到期，兑换请点 #url# ，退订回T", "SUCCESS", None),
    (5, "【云雀优选】全场一折，史上最低", "FAIL", Some("涉及绝对化用语")),
];
const SIGNATURES: [(&str, &str); 3] =
    [("【云雀优选】", "SUCCESS"), ("【云雀会员】", "SUCCESS"), ("【云雀】", "CHECKING")];

impl World {
    /// `user/get`.
    pub(super) fn user(&self, account: u32) -> Answer {
        json(&User {
            nick: "云雀沙盒",
            gmt_created: "2024-03-01 09:30:00",
            mobile: "19900000000",
            email: "sandbox@example.com",
            ip_whitelist: None,
            api_version: "v2",
            balance: number(self.accounts[account as usize].balance),
            alarm_balance: 100.0,
            emergency_contact: "",
            emergency_mobile: "",
        })
    }
}

/// `tpl/get`: all, or the one with `tpl_id`.
pub(super) fn templates(form: &Form) -> Answer {
    let mut all = TEMPLATES.into_iter().map(|(tpl_id, tpl_content, check_status, reason)| Template {
        tpl_id,
        tpl_content,
        check_status,
        reason,
    });
    match form.get("tpl_id").filter(|id| !id.is_empty()) {
        None => json(&all.collect::<Vec<_>>()),
        Some(id) => {
            let id: i64 = id.parse().map_err(|_| Refusal::new(2, "参数 tpl_id 格式不正确"))?;
            let one = all.find(|template| template.tpl_id == id);
            json(&one.ok_or_else(|| Refusal::new(5, format!("未找到模板 {id}")))?)
        }
    }
}

/// `sign/get`: all, or those that are or contain `sign`.
pub(super) fn signatures(form: &Form) -> Answer {
    let wanted = form.get("sign").unwrap_or_default();
    let sign: Vec<Signature> = SIGNATURES
        .into_iter()
        .filter(|(sign, _)| sign.contains(wanted))
        .map(|(sign, check_status)| Signature {
            sign,
            check_status,
            apply_state: check_status,
            enabled: check_status == "SUCCESS",
            vip: false,
            only_global: false,
            industry_type: "6. 电子商务",
        })
        .collect();
    json(&Signatures { code: 0, msg: "OK", total: sign.len(), sign })
}

/// `get_black_word`: the words of `text` that would be refused.
pub(super) fn black_word(form: &Form) -> Answer {
    json(&black_words(form.need("text")?).collect::<Vec<_>>())
}
