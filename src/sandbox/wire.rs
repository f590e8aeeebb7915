//! Connections that can be cut: a listener for axum whose sockets a handler may order to be closed without a word.
//!
//! axum writes whatever a handler returns; a fault such as `drop-after` needs a connection that ends with no byte of
//! an answer. So each socket is wrapped, and the handler finds its [`Line`] through `ConnectInfo`.
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// The listening socket. Its connections end when `stop` is cancelled.
pub(super) struct Loopback {
    listener: TcpListener,
    addr: SocketAddr,
    stop: CancellationToken,
}

impl Loopback {
    pub(super) async fn bind(listen: impl ToSocketAddrs, stop: CancellationToken) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let addr = listener.local_addr()?;
        Ok(Self { listener, addr, stop })
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.addr
    }
}

impl Listener for Loopback {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.listener).await;
        // Small answers must not wait for the peer's acknowledgement; without it they merely come later.
        let _ = stream.set_nodelay(true);
        let line = Line { peer, is_cut: Arc::new(AtomicBool::new(false)) };
        (Wire { stream, line, stopped: Box::pin(self.stop.clone().cancelled_owned()) }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.addr)
    }
}

/// What a handler knows of the connection that its request came on.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The other end.
    pub(super) peer: SocketAddr,
    is_cut: Arc<AtomicBool>,
}

impl Line {
    /// From now on no byte leaves: the answer about to be returned is lost, and the connection ends.
    pub(super) fn cut(&self) {
        self.is_cut.store(true, Ordering::Release);
    }
}

impl Connected<IncomingStream<'_, Loopback>> for Line {
    fn connect_info(stream: IncomingStream<'_, Loopback>) -> Self {
        stream.io().line.clone()
    }
}

/// A socket that can be cut.
pub(super) struct Wire {
    stream: TcpStream,
    line: Line,
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Wire {
    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.get_mut().stream)
    }

    fn is_cut(&self) -> bool {
        self.line.is_cut.load(Ordering::Acquire)
    }
}

fn cut() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionAborted)
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.is_cut() || self.stopped.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(cut()));
        }
        self.stream().poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_cut() {
            return Poll::Ready(Err(cut()));
        }
        self.stream().poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }
}
