//! The two calls that send: their bytes, and that each is made once whatever happens.
use std::time::Duration;

use yunque::sms::{MessageSid, Mobile, Money, Outcome, Segments};
use yunque::yunpian::{ApiKey, Client, SendAnswer, SendOptions, Settings, Whole};

use crate::common::{KEY, assert_no_key, client, settings};
use crate::server::{Say, Server};

const OK: &str =
    r#"{"code":0,"msg":"发送成功","count":1,"fee":0.05,"unit":"RMB","mobile":"13800138000","sid":3310228064}"#;

fn mobile(text: &str) -> Mobile {
    Mobile::parse(text).unwrap()
}

async fn send(client: &Client) -> SendAnswer {
    client.single_send(mobile("13800138000"), "【云雀】hi", &SendOptions::default()).await
}

fn is_unknown(answer: &SendAnswer) -> bool {
    matches!(answer.outcomes.as_slice(), [(_, Outcome::Unknown { .. })])
        && matches!(answer.whole, Some(Whole::Ambiguous { .. }))
}

#[tokio::test]
async fn a_single_send_goes_out_byte_for_byte() {
    let server = Server::start([Say::with(200, "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n", OK.as_bytes())]);
    let client = client(&server.url());
    let options = SendOptions { mobile_stat: true, uid: Some("c1/7".to_owned()) };
    let answer = client.single_send(mobile("+447400123456"), "【云雀】a+b & 100% dx5.cn/X", &options).await;
    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/v2/sms/single_send.json"));
    let head = asked.head.to_ascii_lowercase();
    assert!(head.contains("content-type: application/x-www-form-urlencoded;charset=utf-8\r\n"), "{head}");
    assert!(head.contains("accept: application/json;charset=utf-8\r\n"), "{head}");
    assert!(head.contains("accept-encoding: gzip"), "{head}");
    assert_eq!(
        asked.body,
        format!(
            "apikey={KEY}&mobile=%2B447400123456&text=%E3%80%90%E4%BA%91%E9%9B%80%E3%80%91a%2Bb+%26+100%25+dx5.cn%2FX\
             &uid=c1%2F7&mobile_stat=true"
        )
    );
    assert_eq!(answer.server_date, "2026-01-01T00:00:00Z".parse().ok());
    assert!(client.server_offset().unwrap().is_negative());
}

#[tokio::test]
async fn a_batch_goes_out_as_one_list_of_numbers() {
    let body = r#"{"total_count":2,"total_fee":"0.1000","unit":"RMB","data":[
        {"code":2,"msg":"格式错误","count":0,"fee":0,"mobile":"+447400123456","unit":"RMB"},
        {"code":0,"msg":"发送成功","count":2,"fee":0.1,"unit":"RMB","mobile":"13800138000","sid":"3310228064123"}]}"#;
    let server = Server::start([Say::json(200, body)]);
    let asked = [mobile("13800138000"), mobile("+447400123456")];
    let settings = Settings { uid: Some("team".to_owned()), ..settings(&server.url()) };
    let client = Client::new(ApiKey::new(KEY), settings).unwrap();
    let answer = client.batch_send(&asked, "【云雀】hi", &SendOptions::default()).await;
    assert_eq!(
        server.asked()[0].body,
        format!(
            "apikey={KEY}&mobile=13800138000%2C%2B447400123456&text=%E3%80%90%E4%BA%91%E9%9B%80%E3%80%91hi&uid=team"
        )
    );
    assert_eq!(server.asked()[0].target, "/v2/sms/batch_send.json");
    let accepted = Outcome::Accepted {
        sid: Some(MessageSid(3_310_228_064_123)),
        fee: Some(Money::from_units(1000)),
        segments: Segments(2),
    };
    let refused = Outcome::Refused { code: 2, msg: "格式错误".to_owned() };
    assert_eq!(answer.outcomes, [(asked[0], accepted), (asked[1], refused)]);
    assert_eq!((answer.whole, answer.strangers), (None, 0));
}

#[tokio::test]
async fn a_send_is_made_once_whatever_happens_to_it() {
    let awkward = [
        Say::Slam,
        Say::CutInBody,
        Say::CutAfterRequest,
        Say::RawThenClose(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"code\":0,".to_vec()),
        Say::RawThenClose(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Wi-Fi login</html>".to_vec()),
        Say::RawThenClose(b"garbage, not HTTP\r\n\r\n".to_vec()),
        Say::RawThenClose(b"HTTP/1.1 307 X\r\nLocation: /v2/elsewhere\r\nContent-Length: 0\r\n\r\n".to_vec()),
        Say::with(200, "Content-Encoding: gzip\r\n", b"no gzip at all"),
        Say::html(502, "<html>Bad Gateway</html>"),
        Say::json(500, r#"{"code":-50}"#),
        Say::json(200, ""),
    ];
    for say in awkward {
        let server = Server::start([say.clone(), Say::json(200, OK), Say::json(200, OK)]);
        let answer = send(&client(&server.url())).await;
        assert!(is_unknown(&answer), "{say:?}: {answer:?}");
        assert_no_key(&format!("{answer:?}"));
        assert_eq!(server.connections(), 1, "{say:?}");
        assert!(server.asked().len() <= 1, "{say:?}");
    }
}

#[tokio::test]
async fn a_kept_connection_that_closes_under_a_send_is_not_asked_again() {
    let server = Server::start([Say::json(200, OK), Say::CutAfterRequest, Say::json(200, OK)]);
    let client = client(&server.url());
    assert!(matches!(send(&client).await.outcomes[0].1, Outcome::Accepted { .. }));
    assert!(is_unknown(&send(&client).await));
    let connections: Vec<usize> = server.asked().iter().map(|asked| asked.connection).collect();
    assert_eq!(connections, [1, 1], "the connection was reused, and the request written once");
}

#[tokio::test]
async fn a_redirect_is_not_followed_by_a_send() {
    let elsewhere = Server::start([Say::json(200, OK)]);
    for status in [301, 302, 303, 307, 308] {
        let to = format!("Location: {}/v2/sms/single_send.json\r\n", elsewhere.url());
        let server = Server::start([Say::with(status, &to, b"")]);
        assert!(is_unknown(&send(&client(&server.url())).await), "{status}");
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_refused_connection_was_certainly_not_sent() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let answer = send(&client(&url)).await;
    assert!(matches!(answer.outcomes[0].1, Outcome::NotSent { .. }), "{answer:?}");
    assert!(matches!(answer.whole, Some(Whole::NotSent { .. })));
    assert_no_key(&format!("{answer:?}"));
}

#[tokio::test]
async fn a_name_that_does_not_resolve_was_certainly_not_sent() {
    let answer = send(&client("http://nonexistent.invalid")).await;
    // Behind a proxy of the environment it is the proxy that answers.
    if std::env::vars().all(|(name, _)| !name.to_ascii_lowercase().ends_with("_proxy")) {
        assert!(matches!(answer.outcomes[0].1, Outcome::NotSent { .. }), "{answer:?}");
    }
    assert_eq!(answer.outcomes.len(), 1);
}

#[tokio::test]
async fn time_running_out_after_the_body_was_written_is_unknown() {
    let server = Server::start([Say::Silence]);
    let settings = Settings { timeout: Duration::from_millis(200), ..settings(&server.url()) };
    let client = Client::new(ApiKey::new(KEY), settings).unwrap();
    assert!(is_unknown(&send(&client).await));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_handshake_that_fails_was_not_sent_and_one_that_outlasts_the_call_is_unknown() {
    let server = Server::start([Say::Blurt(b"HTTP/1.1 400 plain text\r\n\r\n".to_vec())]);
    let answer = send(&client(&format!("https://127.0.0.1:{}", server.port()))).await;
    assert!(matches!(answer.outcomes[0].1, Outcome::NotSent { .. }), "{answer:?}");

    // Whole-call time-out inside the handshake: is_connect() is false, so nothing is certain.
    let server = Server::start([Say::Silence]);
    let base = settings(&format!("https://127.0.0.1:{}", server.port()));
    let settings = Settings { timeout: Duration::from_millis(200), ..base };
    assert!(is_unknown(&send(&Client::new(ApiKey::new(KEY), settings).unwrap()).await));
}
