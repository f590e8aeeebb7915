//! The connection: one exchange, made once; and reads, made again where that helps.
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{RequestBuilder, Url};
use serde_json::Value;

use super::outcome::{self, Call};
use super::pace::Pace;
use super::{ApiKey, SendAnswer, SendOptions, Settings, clock, failure};
use crate::problem::{ApiProblem, Expected};
use crate::sms::{Code, Mobile, visible};

/// What the clock difference is before the first answer.
const NOT_KNOWN: i64 = i64::MIN;
/// The longest body that is read; the longest honest one (1,000 numbers, 100 records) is below one megabyte.
const LONGEST_BODY: usize = 32 << 20;
/// What [`Inner::server`] holds: nobody has answered yet.
const NOT_MET: u8 = 0;
/// The latest answer was a sandbox's.
const MET_SANDBOX: u8 = 1;
/// The latest answer was somebody else's.
const MET_OTHER: u8 = 2;
/// The header by which a sandbox of ours tells what it is.
const SANDBOX: &str = "x-yunque-sandbox";
/// Keys have 32 characters; what is shorter than this is none.
const SHORTEST_SECRET: usize = 16;
/// How much of a strange body an error quotes, in characters.
const QUOTED: usize = 200;

/// A connection to the API for one key. Clones share connections, rate and clock, and are cheap.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: OnceLock<reqwest::Client>,
    url: Url,
    base: String,
    key: ApiKey,
    settings: Settings,
    pace: Pace,
    /// Server time minus ours, milliseconds.
    offset: AtomicI64,
    /// Who gave the latest answer: a sandbox of ours says so.
    server: AtomicU8,
}

/// One answer, whatever it says.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) date: Option<Timestamp>,
    /// Scheme and host of a redirect.
    to: Option<String>,
}

/// The fields of a form or a query, without the key.
pub(super) type Form<'a> = Vec<(&'a str, String)>;

impl Client {
    /// Makes a client; connects to nothing yet.
    ///
    /// # Errors
    /// [`ApiProblem::Setup`] when the base URL cannot be used. (Proxy settings that cannot be used show at the first call.)
    pub fn new(key: ApiKey, settings: Settings) -> Result<Self, ApiProblem> {
        let base = settings.base_url.trim().trim_end_matches('/').to_owned();
        let setup = |why: String| ApiProblem::Setup { why };
        let url = Url::parse(&base).map_err(|e| setup(format!("base_url: {e}")))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(setup("base_url must begin with http:// or https://".to_owned()));
        }
        let (pace, offset) = (Pace::new(settings.rate), AtomicI64::new(NOT_KNOWN));
        let server = AtomicU8::new(NOT_MET);
        Ok(Self(Arc::new(Inner { http: OnceLock::new(), url, base, key, settings, pace, offset, server })))
    }

    /// The connections, made with the first call: reading the system's certificates takes longer than a first frame.
    fn http(&self) -> Result<&reqwest::Client, ApiProblem> {
        if let Some(http) = self.0.http.get() {
            return Ok(http);
        }
        let (settings, url) = (&self.0.settings, &self.0.url);
        // Whoever installed a provider before us is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json;charset=utf-8"));
        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent(concat!("yunque/", env!("CARGO_PKG_VERSION")))
            // The stack must send nothing by itself, and one cut connection must concern one call.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .tcp_nodelay(true)
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.timeout);
        if is_loopback(url) {
            builder = builder.no_proxy();
        }
        if url.scheme() == "http" {
            builder = builder.tls_certs_only([]);
        }
        let setup = |e: reqwest::Error| ApiProblem::Setup { why: failure::words(&e.without_url()) };
        let http = builder.build().map_err(setup)?;
        Ok(self.0.http.get_or_init(|| http))
    }

    /// What it was made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The mark of its account: [`ApiKey::fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.key.fingerprint()
    }

    /// Waits until the rate allows another call. Reads wait by themselves; the engine waits here before it makes the
    /// intent of a send durable.
    pub async fn permit(&self) {
        self.0.pace.permit().await;
    }

    /// The vendor said -5: halves the rate for a while.
    pub fn slow_down(&self) {
        self.0.pace.slow_down();
    }

    /// Whether the latest answer was given by a sandbox of ours, which says so; `None` before the first. No other server
    /// is believed to be one, and a tunnel may lead elsewhere from one answer to the next.
    #[must_use]
    pub fn is_sandbox(&self) -> Option<bool> {
        match self.0.server.load(Ordering::Relaxed) {
            NOT_MET => None,
            met => Some(met == MET_SANDBOX),
        }
    }

    /// Server time minus ours, from the latest answer's `Date`; `None` before the first.
    #[must_use]
    pub fn server_offset(&self) -> Option<SignedDuration> {
        let millis = self.0.offset.load(Ordering::Relaxed);
        (millis != NOT_KNOWN).then(|| SignedDuration::from_millis(millis))
    }

    /// Makes one of the two sending calls, once, and says what its answer means.
    pub(super) async fn send(&self, call: Call, asked: &[Mobile], text: &str, options: &SendOptions) -> SendAnswer {
        let (path, form) = send_form(call, asked, text, options, self.settings());
        match self.post(path, &form).await {
            Ok(answer) => {
                let read = outcome::of(call, answer.status, &answer.body, asked);
                SendAnswer { server_date: answer.date, ..read }
            }
            // Without connections of ours nothing was written, either.
            Err(ApiProblem::Connect { why, .. } | ApiProblem::Setup { why }) => outcome::not_sent(asked, &why),
            Err(problem) => outcome::ambiguous(asked, &problem.to_string()),
        }
    }

    /// One `POST`, made once.
    pub(super) async fn post(&self, path: &str, form: &Form<'_>) -> Result<Answer, ApiProblem> {
        let mut fields = vec![("apikey", self.0.key.expose())];
        fields.extend(form.iter().map(|(name, value)| (*name, value.as_str())));
        let request = self
            .http()?
            .post(self.url(path))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded;charset=utf-8")
            .form(&fields);
        self.exchange(path, request).await
    }

    /// One `GET` with a query: `time_series_stats` alone. Its URL holds the key and is never shown.
    async fn get(&self, path: &str, query: &Form<'_>) -> Result<Answer, ApiProblem> {
        let key = [("apikey", self.0.key.expose())];
        self.exchange(path, self.http()?.get(self.url(path)).query(&key).query(query)).await
    }

    /// A `POST` that only reads: made up to three times, on failures that may pass.
    pub(super) async fn read(&self, path: &str, form: &Form<'_>) -> Result<Value, ApiProblem> {
        self.again(|| async { self.accepted(self.post(path, form).await?) }).await
    }

    /// As [`Client::read`], by `GET`.
    pub(super) async fn read_query(&self, path: &str, query: &Form<'_>) -> Result<Value, ApiProblem> {
        self.again(|| async { self.accepted(self.get(path, query).await?) }).await
    }

    /// A `POST` that is made once: it changes something over there.
    pub(super) async fn once(&self, path: &str, form: &Form<'_>) -> Result<Value, ApiProblem> {
        self.permit().await;
        let answer = self.accepted(self.post(path, form).await?);
        if is_too_often(answer.as_ref().err()) {
            self.slow_down();
        }
        answer
    }

    async fn again<F>(&self, mut attempt: impl FnMut() -> F) -> Result<Value, ApiProblem>
    where
        F: Future<Output = Result<Value, ApiProblem>>,
    {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(150))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(2)
            .with_jitter();
        let tries = (|| {
            let attempt = attempt();
            async {
                self.permit().await;
                attempt.await
            }
        })
        .retry(pauses)
        .when(is_passing)
        .notify(|problem, _| {
            if is_too_often(Some(problem)) {
                self.slow_down();
            }
        });
        let longest = self.settings().timeout.saturating_mul(3) + Duration::from_secs(10);
        tokio::time::timeout(longest, tries)
            .await
            .unwrap_or_else(|_| Err(ApiProblem::NoAnswer { is_timeout: true, why: "three tries took too long".into() }))
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{}", self.0.base, path.trim_start_matches('/'))
    }

    /// Writes one request and reads its whole answer. Only here does anything leave this machine.
    async fn exchange(&self, path: &str, request: RequestBuilder) -> Result<Answer, ApiProblem> {
        let failed = |error| {
            let problem = self.without_key(failure::problem(error));
            tracing::debug!(path, %problem, "call failed");
            problem
        };
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let server = if response.headers().contains_key(SANDBOX) { MET_SANDBOX } else { MET_OTHER };
        self.0.server.store(server, Ordering::Relaxed);
        let header = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let date = header(DATE).and_then(clock::from_http);
        let to = header(LOCATION).and_then(|to| Url::parse(to).ok()).map(|to| to.origin().ascii_serialization());
        if let Some(date) = date {
            let offset = date.as_millisecond() - Timestamp::now().as_millisecond();
            self.0.offset.store(offset, Ordering::Relaxed);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LONGEST_BODY {
                return Err(ApiProblem::Undecodable { why: "far too long".to_owned(), body: self.quote(&body) });
            }
            body.extend_from_slice(&chunk);
        }
        tracing::debug!(path, status, bytes = body.len(), "answered");
        Ok(Answer { status, body: self.without_echo(body), date, to })
    }

    /// The JSON of an answer that says yes.
    fn accepted(&self, answer: Answer) -> Result<Value, ApiProblem> {
        let Answer { status, body, to, .. } = answer;
        if (300..400).contains(&status) {
            return Err(ApiProblem::Redirected { status, to });
        }
        let foreign = || ApiProblem::Foreign { status, body: self.quote(&body) };
        let text = body.trim_ascii();
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        if status >= 500 || text.is_empty() {
            return Err(foreign());
        }
        let json: Value = match serde_json::from_slice(text) {
            Ok(json) => json,
            Err(why) if status == 200 && matches!(text[0], b'{' | b'[') => {
                return Err(ApiProblem::Undecodable { why: why.to_string(), body: self.quote(&body) });
            }
            Err(_) => return Err(foreign()),
        };
        let code = json.get("code").and_then(super::wire::int).and_then(|code| i32::try_from(code).ok());
        match code {
            Some(code) if code != 0 => {
                let words = |name| self.redacted(&json.get(name).and_then(super::wire::text).unwrap_or_default());
                Err(ApiProblem::Refused { code, msg: words("msg"), detail: words("detail") })
            }
            _ if status == 200 => Ok(json),
            _ => Err(foreign()),
        }
    }

    /// An answer in which nothing was found that we can read: kept beside the log for a look.
    pub(super) fn shape(&self, expected: Expected, path: &str, answer: &Value) -> ApiProblem {
        let raw = self.redacted(&answer.to_string());
        let saved = self.settings().raw_folder.as_deref().and_then(|folder| {
            super::raw::save(folder, path, &raw)
                .inspect_err(|error| tracing::warn!(%error, "an answer of unknown shape could not be saved"))
                .ok()
        });
        tracing::warn!(path, ?expected, ?saved, "an answer of unknown shape");
        ApiProblem::Shape { expected, raw, saved }
    }

    /// The beginning of a body, safe to show.
    fn quote(&self, body: &[u8]) -> String {
        let text = self.redacted(String::from_utf8_lossy(body).trim());
        let beginning: String = text.chars().take(QUOTED).collect();
        visible(&beginning).into_owned()
    }

    /// A body without the key, should somebody echo it: what answers say is kept and shown. A key too short to be one
    /// is no secret, and may stand in an answer by chance.
    fn without_echo(&self, body: Vec<u8>) -> Vec<u8> {
        let key = self.0.key.expose();
        let text = String::from_utf8_lossy(&body);
        if key.len() >= SHORTEST_SECRET && text.contains(key) { self.redacted(&text).into_bytes() } else { body }
    }

    /// `text` without the key, should somebody echo it.
    fn redacted(&self, text: &str) -> String {
        let key = self.0.key.expose();
        if key.is_empty() { text.to_owned() } else { text.replace(key, "[key]") }
    }

    fn without_key(&self, problem: ApiProblem) -> ApiProblem {
        match problem {
            ApiProblem::Connect { how, why } => ApiProblem::Connect { how, why: self.redacted(&why) },
            ApiProblem::NoAnswer { is_timeout, why } => ApiProblem::NoAnswer { is_timeout, why: self.redacted(&why) },
            other => other,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.0.base).field("key", &self.0.key).finish_non_exhaustive()
    }
}

/// The path and the fields of a send (`api/yunpian-v2.md` §2, §3).
fn send_form(
    call: Call,
    asked: &[Mobile],
    text: &str,
    options: &SendOptions,
    settings: &Settings,
) -> (&'static str, Form<'static>) {
    let path = match call {
        Call::Single => "/v2/sms/single_send.json",
        Call::Batch => "/v2/sms/batch_send.json",
    };
    let numbers: Vec<String> = asked.iter().map(|mobile| mobile.wire()).collect();
    let mut form = vec![("mobile", numbers.join(",")), ("text", text.to_owned())];
    if let Some(uid) = options.uid.as_ref().or(settings.uid.as_ref()) {
        form.push(("uid", uid.clone()));
    }
    if options.mobile_stat {
        form.push(("mobile_stat", "true".to_owned()));
    }
    (path, form)
}

/// Whether the same read may go through in a moment.
fn is_passing(problem: &ApiProblem) -> bool {
    match problem {
        ApiProblem::Connect { .. } | ApiProblem::NoAnswer { .. } => true,
        ApiProblem::Foreign { status, .. } => *status >= 500,
        problem => is_too_often(Some(problem)),
    }
}

fn is_too_often(problem: Option<&ApiProblem>) -> bool {
    matches!(problem, Some(ApiProblem::Refused { code: Code::TOO_OFTEN, .. }))
}

/// Whether `url` is this machine, which no proxy is asked for.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.ends_with(".localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}
