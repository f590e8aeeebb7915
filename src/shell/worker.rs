//! The worker: an async task that does what the core asks for. One call in, exactly one reply out.
//!
//! ```text
//! submit(call) ─one of 64 places─▶ a task a call ─▶ Service::call ─▶ the place is free ─▶ Event::Replied
//!      └ none: Failure::Busy, at once    ├ cancelled (reads only) ─▶ Failure::Cancelled
//!                                        └ panicked              ─▶ Failure::Panicked
//! ```
//! A write is never cancelled half way: its reply comes after all, and nobody needs to wait for it.
use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{AbortHandle, JoinError};

use super::run::Inbound;
use crate::app::{CallId, Event, Failure, Outlook, Request, Response};
use crate::problem::Problem;
use crate::sms::{Campaign, Draft, DraftId};

/// Calls under way at most; one more is a visible "busy".
const PLACES: usize = 64;

/// Why the console leaves what is being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// The operator quits, or a signal asks us to.
    Quit,
    /// The terminal is gone.
    HungUp,
    /// Ctrl-Z.
    Suspended,
}

/// What does the work: the operator's desk in the program, a script in tests.
pub trait Service: Send + Sync + 'static {
    /// Does one thing.
    fn call(&self, request: Request) -> BoxFuture<'static, Result<Response, Problem>>;
    /// Keeps a draft; returns when it is durable.
    fn save_draft(&self, draft: Draft) -> BoxFuture<'static, Result<DraftId, Problem>>;
    /// Keeps where the operator is looking; returns when it is durable, or could not be kept.
    fn keep_outlook(&self, outlook: Outlook) -> BoxFuture<'static, ()>;
    /// Brings what is being sent to a stop in good order: no new call, answers in flight journalled within the grace.
    /// What was sent from here and is not finished, oldest first.
    fn leave(&self, why: Leaving) -> BoxFuture<'static, Vec<Campaign>>;
}

enum Order {
    Call(CallId, Request, OwnedSemaphorePermit),
    Cancel(CallId),
}

/// The handle that the loop holds.
#[derive(Debug)]
pub struct Worker {
    orders: mpsc::UnboundedSender<Order>,
    places: Arc<Semaphore>,
    inbox: mpsc::UnboundedSender<Inbound>,
}

impl Worker {
    /// Starts the worker's task on the current runtime.
    #[must_use]
    pub fn start(service: Arc<dyn Service>, inbox: mpsc::UnboundedSender<Inbound>) -> Self {
        // Bounded by the places; only what nobody waits for any more comes on top.
        let (orders, waiting) = mpsc::unbounded_channel();
        tokio::spawn(serve(service, waiting, inbox.clone()));
        Self { orders, places: Arc::new(Semaphore::new(PLACES)), inbox }
    }

    /// Hands a call over. Never waits: without a free place it is answered as busy.
    pub fn submit(&self, id: CallId, request: Request) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return reply(&self.inbox, id, Err(Failure::Busy));
        };
        if self.orders.send(Order::Call(id, request, place)).is_err() {
            reply(&self.inbox, id, Err(Failure::Panicked));
        }
    }

    /// Nobody waits for this call any more.
    pub fn cancel(&self, id: CallId) {
        // A worker that has ended has nothing left to cancel.
        let _ = self.orders.send(Order::Cancel(id));
    }
}

fn reply(inbox: &mpsc::UnboundedSender<Inbound>, id: CallId, outcome: Result<Response, Failure>) {
    // The loop may have ended.
    let _ = inbox.send(Inbound::Event(Event::Replied { id, outcome }));
}

async fn serve(
    service: Arc<dyn Service>,
    mut orders: mpsc::UnboundedReceiver<Order>,
    inbox: mpsc::UnboundedSender<Inbound>,
) {
    let mut reads: HashMap<CallId, AbortHandle> = HashMap::new();
    while let Some(order) = orders.recv().await {
        match order {
            Order::Call(id, request, place) => {
                let is_read = request.thing().is_some();
                let service = Arc::clone(&service);
                // In the task from its first word on: a service that panics ends no other call.
                let work = tokio::spawn(async move { service.call(request).await });
                if is_read {
                    reads.retain(|_, read| !read.is_finished());
                    reads.insert(id, work.abort_handle());
                }
                let inbox = inbox.clone();
                tokio::spawn(async move {
                    let outcome = settled(work.await);
                    drop(place);
                    reply(&inbox, id, outcome);
                });
            }
            Order::Cancel(id) => {
                if let Some(read) = reads.remove(&id) {
                    read.abort();
                }
            }
        }
    }
}

/// However a task ended, it is an answer.
fn settled(ended: Result<Result<Response, Problem>, JoinError>) -> Result<Response, Failure> {
    match ended {
        Ok(answer) => answer.map_err(Failure::Problem),
        Err(e) if e.is_cancelled() => Err(Failure::Cancelled),
        Err(_) => Err(Failure::Panicked),
    }
}
