//! The way in: routes, methods, keys, faults; one function from a request to an answer.
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::{any, get, post};
use futures_util::{StreamExt, stream};

use super::account;
use super::answer::{Answer, HTML, Refusal, TEXT, body_of, plain, response};
use super::clock::to_http;
use super::codes::CodeOwner;
use super::fault::{Faults, Mishap};
use super::form::Form;
use super::helpers;
use super::settings::Clock;
use super::wire::Line;
use super::world::{World, hash};

/// The longest body that is read: a thousand numbers and a text are far below.
const LONGEST_BODY: usize = 4 << 20;

/// What all requests share.
#[derive(Debug)]
pub(super) struct Shared {
    world: Mutex<World>,
    faults: Mutex<Faults>,
    requests: Mutex<BTreeMap<&'static str, u64>>,
    pub(super) clock: Clock,
}

impl Shared {
    pub(super) fn new(world: World, faults: Faults, clock: Clock) -> Self {
        Self { world: Mutex::new(world), faults: Mutex::new(faults), requests: Mutex::default(), clock }
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        open(&self.world)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        open(&self.faults)
    }

    /// How often each endpoint was called.
    pub(super) fn requests(&self) -> BTreeMap<&'static str, u64> {
        open(&self.requests).clone()
    }

    /// Unix milliseconds.
    pub(super) fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }
}

/// A handler that panicked leaves data that is still whole enough for a sandbox.
fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a path under `/v2` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    Shorten,
    SingleSend,
    BatchSend,
    Clicked,
    Stat,
    Series,
    User,
    Records,
    PullStatus,
    Replies,
    Templates,
    Signatures,
    BlackWord,
}

const ENDPOINTS: [(&str, Endpoint); 14] = [
    ("/v2/short_url/shorten.json", Endpoint::Shorten),
    ("/v2/sms/single_send.json", Endpoint::SingleSend),
    ("/v2/sms/batch_send.json", Endpoint::BatchSend),
    ("/v2/short_url/clicked", Endpoint::Clicked),
    ("/v2/short_url/clicked.json", Endpoint::Clicked),
    ("/v2/short_url/stat.json", Endpoint::Stat),
    ("/v2/short_url/time_series_stats.json", Endpoint::Series),
    ("/v2/user/get.json", Endpoint::User),
    ("/v2/sms/get_record.json", Endpoint::Records),
    ("/v2/sms/pull_status.json", Endpoint::PullStatus),
    ("/v2/sms/get_reply.json", Endpoint::Replies),
    ("/v2/tpl/get.json", Endpoint::Templates),
    ("/v2/sign/get.json", Endpoint::Signatures),
    ("/v2/sms/get_black_word.json", Endpoint::BlackWord),
];

impl Endpoint {
    /// Whether calling it twice does something twice: these meet the faults.
    const fn is_act(self) -> bool {
        matches!(self, Self::Shorten | Self::SingleSend | Self::BatchSend)
    }
}

/// All routes.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v2/{*path}", any(api))
        .route("/_sandbox/ledger", get(helpers::ledger))
        .route("/_sandbox/requests", get(helpers::requests))
        .route("/_sandbox/click", post(helpers::click))
        .route("/_sandbox/reply", post(helpers::reply))
        .route("/{code}", get(redirect))
        .with_state(shared)
}

async fn api(State(shared): State<Arc<Shared>>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    let path = request.uri().path();
    let Some((path, endpoint)) = ENDPOINTS.into_iter().find(|(known, _)| *known == path) else {
        return plain(StatusCode::NOT_FOUND, TEXT, "no such endpoint\n");
    };
    *open(&shared.requests).entry(path).or_default() += 1;
    let wait = shared.faults().wait();
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, TEXT, "the body is longer than 4 MiB\n");
    };
    let now = shared.clock.now();
    let mishap = if endpoint.is_act() { shared.faults().draw(now) } else { None };
    let query = parts.uri.query().unwrap_or_default();
    let mut response = match mishap {
        Some(Mishap::DropBefore) => lost(&line),
        Some(Mishap::Http500Before) => broken(),
        Some(Mishap::TooOften) => response(Err(Refusal::new(-5, "访问频率超限，请稍后再试"))),
        Some(Mishap::DropAfter) => {
            drop(answer(&shared, endpoint, &parts.method, query, &body));
            lost(&line)
        }
        Some(Mishap::Http500After) => {
            drop(answer(&shared, endpoint, &parts.method, query, &body));
            broken()
        }
        Some(Mishap::Truncate) => truncated(answer(&shared, endpoint, &parts.method, query, &body)),
        None => response(answer(&shared, endpoint, &parts.method, query, &body)),
    };
    response.headers_mut().insert("x-yunque-sandbox", HeaderValue::from_static("1"));
    // The server's own clock, which clients measure theirs by.
    if let Ok(date) = HeaderValue::from_str(&to_http(now)) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// Method, form, key; then the endpoint itself.
fn answer(shared: &Shared, endpoint: Endpoint, method: &Method, query: &str, body: &Bytes) -> Answer {
    let fields = match (method, endpoint) {
        (&Method::GET, Endpoint::Series) => query.as_bytes(),
        (_, Endpoint::Series) => return Err(Refusal::new(12, "请使用 GET 方式调用")),
        (&Method::POST, _) => body,
        _ => return Err(Refusal::new(11, "请使用 POST 方式调用")),
    };
    let form = &Form::parse(fields)?;
    let key = form.need("apikey")?;
    let mut world = shared.world();
    let now = shared.now();
    let account = world.account(key).ok_or_else(|| Refusal::new(-1, "请检查 apikey 是否正确"))?;
    match endpoint {
        Endpoint::Shorten => world.shorten(account, form, now),
        Endpoint::SingleSend => world.single_send(account, form, now),
        Endpoint::BatchSend => world.batch_send(account, form, now),
        Endpoint::Clicked => world.clicked(account, form, now),
        Endpoint::Stat => world.stat(account, form, now),
        Endpoint::Series => world.series(account, form, now),
        Endpoint::User => world.user(account),
        Endpoint::Records => world.get_record(account, form, now),
        Endpoint::PullStatus => world.pull_status(account, form, now),
        Endpoint::Replies => world.get_reply(account, form, now),
        Endpoint::Templates => account::templates(form),
        Endpoint::Signatures => account::signatures(form),
        Endpoint::BlackWord => account::black_word(form),
    }
}

/// Nothing of what is returned here reaches anybody.
fn lost(line: &Line) -> Response {
    line.cut();
    Response::new(Body::empty())
}

fn broken() -> Response {
    let page = "<html><head><title>500 Internal Server Error</title></head><body><h1>500</h1></body></html>";
    plain(StatusCode::INTERNAL_SERVER_ERROR, HTML, page)
}

/// Half of the body under a content-length of all of it, then the connection breaks.
fn truncated(answer: Answer) -> Response {
    let whole = body_of(&answer);
    let half = Bytes::copy_from_slice(&whole.as_bytes()[..whole.len() / 2]);
    let length = whole.len();
    let broken = async {
        // The half must have left before the connection breaks.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    };
    let (parts, _) = response(answer).into_parts();
    let body = Body::from_stream(stream::iter([Ok(half)]).chain(stream::once(broken)));
    let mut response = Response::from_parts(parts, body);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}

/// `GET /{code}`: what a recipient's browser does. Redirects, and counts.
async fn redirect(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(asked): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let now = shared.now();
    let mut server = shared.world();
    let Some((short, message)) = server.link_of_code(&asked) else {
        return plain(StatusCode::NOT_FOUND, TEXT, "no such short link\n");
    };
    if method == Method::GET {
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        server.visit(short, message, now, hash(&line.peer.ip().to_string()), hash(agent));
    }
    let mut response = plain(StatusCode::FOUND, TEXT, "");
    // An address with letters outside ASCII travels percent-encoded.
    let location = encoded(&server.links[short as usize].long_url);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn encoded(url: &str) -> String {
    url.bytes().fold(String::with_capacity(url.len()), |mut encoded, byte| {
        if byte.is_ascii_graphic() {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

impl World {
    /// The link behind a code, and the message whose own code it is.
    pub(super) fn link_of_code(&self, code: &str) -> Option<(u32, Option<u32>)> {
        match self.codes.owner(code)? {
            CodeOwner::Link(link) => Some((link, None)),
            CodeOwner::Copy { message, slot } => {
                self.text_of(message).links.get(usize::from(slot)).map(|link| (*link, Some(message)))
            }
        }
    }
}
