//! What an answer to a send means.

/// Which of the two calls was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `single_send`: the answer is one object.
    Single,
    /// `batch_send`: the answer has a list.
    Batch,
}
