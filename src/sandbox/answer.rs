//! What the server says: the vendor's JSON, and its envelope for a refusal.
use std::borrow::Cow;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use crate::sms::Money;

/// A call that fails: HTTP 400 with this (`api/yunpian-v2.md`, ground rules).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: i32,
    pub(super) detail: String,
}

impl Refusal {
    pub(super) fn new(code: i32, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// The body of an answer, or why there is none.
pub(super) type Answer = Result<String, Refusal>;

/// The vendor's words for a code.
pub(super) const fn message(code: i32) -> &'static str {
    match code {
        0 => "发送成功",
        1 => "请求参数缺失",
        2 => "请求参数格式错误",
        3 => "账户余额不足",
        4 => "关键词屏蔽",
        5 => "未找到对应id的模板",
        8 => "同一手机号30秒内重复提交相同的内容",
        9 => "同一手机号5分钟内重复提交相同的内容超过3次",
        10 => "手机号在黑名单中",
        11 => "接口不支持GET方式调用",
        12 => "接口不支持POST方式调用",
        14 => "解码失败",
        16 => "签名格式不正确",
        17 => "24小时内同一手机号发送次数超过限制",
        -1 => "非法的apikey",
        -5 => "访问频率超限",
        -53 => "内部错误，提交失败",
        -55 => "短链接不存在",
        _ => "未知异常",
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    http_status_code: u16,
    code: i32,
    msg: &'static str,
    detail: &'a str,
}

/// Any of our own structures as JSON.
pub(super) fn json(value: &impl Serialize) -> Answer {
    serde_json::to_string(value).map_err(|error| Refusal::new(-50, error.to_string()))
}

/// Money as the vendor's JSON number.
#[expect(clippy::cast_precision_loss, reason = "an account holds far less than 2⁵³ ten-thousandths")]
pub(super) fn number(money: Money) -> f64 {
    money.units() as f64 / 10_000.0
}

/// The body on the wire, of an answer or of a refusal.
pub(super) fn body_of(answer: &Answer) -> Cow<'_, str> {
    match answer {
        Ok(body) => Cow::Borrowed(body),
        Err(Refusal { code, detail }) => {
            let envelope = Envelope { http_status_code: 400, code: *code, msg: message(*code), detail };
            Cow::Owned(serde_json::to_string(&envelope).unwrap_or_default())
        }
    }
}

/// The whole answer on the wire.
pub(super) fn response(answer: Answer) -> Response {
    match answer {
        Ok(body) => plain(StatusCode::OK, JSON, body),
        refused => plain(StatusCode::BAD_REQUEST, JSON, body_of(&refused).into_owned()),
    }
}

pub(super) const JSON: &str = "application/json;charset=utf-8";
pub(super) const TEXT: &str = "text/plain;charset=utf-8";
pub(super) const HTML: &str = "text/html;charset=utf-8";

/// An answer of any kind.
pub(super) fn plain(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}
