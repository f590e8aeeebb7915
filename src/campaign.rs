//! Floor 3: drives the campaign machine: plan → journal → dispatch → settle → reconcile.
//! The only room that may name `single_send` and `batch_send`: a single SMS is a campaign of one.
