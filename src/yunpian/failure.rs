//! What reqwest's errors mean, without the URL: that may hold the key.
use std::error::Error;
use std::io;

use crate::problem::{ApiProblem, Unreachable};

/// The problem behind a failed exchange. [`ApiProblem::Connect`] comes from `is_connect()` and from nothing else: it
/// alone says for certain that nothing was written (`api/yunpian-v2.md`, "What an answer to a send means").
pub(super) fn problem(error: reqwest::Error) -> ApiProblem {
    let error = error.without_url();
    let why = words(&error);
    if error.is_connect() {
        ApiProblem::Connect { how: step(&error), why }
    } else if error.is_builder() {
        ApiProblem::Setup { why }
    } else {
        ApiProblem::NoAnswer { is_timeout: error.is_timeout(), why }
    }
}

/// The library's words: the innermost cause, which is the system's.
pub(super) fn words(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// At which step no connection came about.
fn step(error: &reqwest::Error) -> Unreachable {
    if error.is_dns() {
        return Unreachable::Dns;
    }
    for cause in causes(error) {
        if is_tls(cause) {
            return Unreachable::Tls;
        }
        match io_kind(cause) {
            Some(io::ErrorKind::ConnectionRefused) => return Unreachable::Refused,
            Some(io::ErrorKind::TimedOut) => return Unreachable::Timeout,
            // What a peer that cuts the handshake looks like.
            Some(io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => return Unreachable::Tls,
            _ => {}
        }
    }
    if error.is_timeout() { Unreachable::Timeout } else { Unreachable::Other }
}

/// Whether rustls speaks; I/O errors wrap it, some of them twice, and their `source()` skips what they wrap.
fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    cause.is::<rustls::Error>()
        || cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref).is_some_and(|inside| is_tls(inside))
}

/// The system's kind, the innermost where one I/O error wraps another.
fn io_kind(cause: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    let error = cause.downcast_ref::<io::Error>()?;
    error.get_ref().and_then(|inside| io_kind(inside)).or_else(|| Some(error.kind()))
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}
