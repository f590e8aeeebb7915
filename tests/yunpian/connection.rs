//! What can go wrong on the way, and what is said of it: in both languages, and never with the key.
use std::time::Duration;

use yunque::problem::{ApiProblem, Problem, Unreachable};
use yunque::sms::Sid;
use yunque::words::Lang;
use yunque::yunpian::{ApiKey, Client, Settings};

use crate::common::{KEY, assert_no_key, client, settings};
use crate::server::{Say, Server};

async fn problem_at(url: &str) -> ApiProblem {
    told(client(url).user_get().await.unwrap_err())
}

/// The problem, after a look at everything it prints.
fn told(problem: ApiProblem) -> ApiProblem {
    for lang in [Lang::En, Lang::ZhCn] {
        let sentence = Problem::from(problem.clone()).sentence(lang);
        assert_no_key(&sentence);
        assert!(sentence.len() > 40, "{sentence}");
    }
    assert_no_key(&format!("{problem:?} {problem}"));
    problem
}

#[test]
fn the_key_is_shown_as_its_fingerprint() {
    let key = ApiKey::new(&format!(" {KEY}\n"));
    assert_eq!(key.fingerprint(), "3eb1bd439947eb76");
    assert_eq!(format!("{key:?}"), "ApiKey(3eb1bd439947eb76…)");
    assert!(key.is_plausible() && !ApiKey::new("short").is_plausible());
    assert_no_key(&format!("{:?}", client("http://127.0.0.1:1")));
}

#[tokio::test]
async fn an_unreachable_host_is_told_by_its_step() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert!(matches!(problem_at(&url).await, ApiProblem::Connect { how: Unreachable::Refused, .. }));

    let garbage = || Say::Blurt(b"HTTP/1.1 400 plain text\r\n\r\n".to_vec());
    let server = Server::start([garbage(), garbage(), garbage()]);
    let problem = problem_at(&format!("https://127.0.0.1:{}", server.port())).await;
    assert!(matches!(problem, ApiProblem::Connect { how: Unreachable::Tls, .. }), "{problem:?}");

    let server = Server::start([Say::Silence, Say::Silence, Say::Silence]);
    let base = settings(&format!("https://127.0.0.1:{}", server.port()));
    let quick = Settings { connect_timeout: Duration::from_millis(100), ..base };
    let problem = told(Client::new(ApiKey::new(KEY), quick).unwrap().user_get().await.unwrap_err());
    assert!(matches!(problem, ApiProblem::Connect { how: Unreachable::Timeout, .. }), "{problem:?}");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_told() {
    let problem = problem_at("http://nonexistent.invalid").await;
    if std::env::vars().all(|(name, _)| !name.to_ascii_lowercase().ends_with("_proxy")) {
        assert!(matches!(problem, ApiProblem::Connect { how: Unreachable::Dns, .. }), "{problem:?}");
    }
}

#[tokio::test]
async fn a_call_without_an_answer_runs_out_of_time() {
    let server = Server::start([Say::Silence, Say::Silence, Say::Silence]);
    let quick = Settings { timeout: Duration::from_millis(100), ..settings(&server.url()) };
    let client = Client::new(ApiKey::new(KEY), quick).unwrap();
    let sid = Sid("YRDOnF".to_owned());
    // The one call whose URL holds the key.
    let (from, to) = (jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::UNIX_EPOCH);
    let problem = told(client.time_series_stats(&sid, from, to).await.unwrap_err());
    assert!(matches!(problem, ApiProblem::NoAnswer { is_timeout: true, .. }), "{problem:?}");
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn answers_that_are_not_the_apis_are_told_apart() {
    let one = |say: Say| async move {
        let server = Server::start([say.clone(), say.clone(), say]);
        problem_at(&server.url()).await
    };
    let to = format!("Location: https://login.example:8443/x?apikey={KEY}\r\n");
    let redirected = one(Say::with(307, &to, b"")).await;
    assert_eq!(redirected, ApiProblem::Redirected { status: 307, to: Some("https://login.example:8443".to_owned()) });
    let portal = one(Say::html(200, &format!("<html>\u{202e}login {KEY}</html>"))).await;
    let ApiProblem::Foreign { status: 200, body } = &portal else { panic!("{portal:?}") };
    assert!(body.contains("[key]") && !body.contains('\u{202e}'), "{body}");
    for status in [401, 403, 404, 500, 502] {
        let problem = one(Say::html(status, "<html>no</html>")).await;
        assert!(matches!(problem, ApiProblem::Foreign { status: told, .. } if told == status), "{problem:?}");
    }
    let empty = one(Say::json(200, "")).await;
    assert_eq!(empty, ApiProblem::Foreign { status: 200, body: String::new() });
    assert!(matches!(one(Say::json(200, r#"{"nick":"x","bal"#)).await, ApiProblem::Undecodable { .. }));
    assert!(matches!(one(Say::json(200, r#"{"nick":"x","balance":[]}"#)).await, ApiProblem::Shape { .. }));
    let refused = one(Say::json(200, r#"{"code":"-3","msg":"IP没有权限","detail":"1.2.3.4"}"#)).await;
    assert!(matches!(refused, ApiProblem::Refused { code: -3, .. }));
}

#[test]
fn a_base_url_that_cannot_be_used_is_told() {
    for url in ["", "sms.yunpian.com", "ftp://sms.yunpian.com", "https://"] {
        let problem = Client::new(ApiKey::new(KEY), settings(url)).unwrap_err();
        assert!(matches!(told(problem), ApiProblem::Setup { .. }), "{url}");
    }
    assert!(Client::new(ApiKey::new(KEY), settings("https://us.yunpian.com/")).is_ok());
}

#[tokio::test]
async fn one_connection_serves_one_call_after_another() {
    let fine = || Say::json(200, r#"{"nick":"x","balance":1}"#);
    let server = Server::start([fine(), fine(), fine()]);
    let client = client(&server.url());
    for _ in 0..3 {
        client.user_get().await.unwrap();
    }
    assert_eq!((server.connections(), server.asked().len()), (1, 3));
}
