//! The console's core, driven by key strings and looked at as a picture: no runtime, no mock, no terminal.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]
#[path = "app/campaigns.rs"]
mod campaigns;
#[path = "app/chinese.rs"]
mod chinese;
#[path = "app/clicks.rs"]
mod clicks;
#[path = "app/compose.rs"]
mod compose;
#[path = "app/console.rs"]
mod console;
#[path = "app/core.rs"]
mod core;
#[path = "app/find.rs"]
mod find;
#[path = "app/hostile.rs"]
mod hostile;
#[path = "app/keys.rs"]
mod keys;
#[path = "app/letters.rs"]
mod letters;
#[path = "app/links.rs"]
mod links;
#[path = "app/messages.rs"]
mod messages;
#[path = "app/outlook.rs"]
mod outlook;
#[path = "app/overlays.rs"]
mod overlays;
#[path = "app/pages.rs"]
mod pages;
#[path = "app/picture.rs"]
mod picture;
#[path = "app/properties.rs"]
mod properties;
#[path = "app/review.rs"]
mod review;
#[path = "app/world.rs"]
mod world;
