//! Big lists: fifty thousand numbers, and a list cut by a reader.
use crate::world::{World, numbers};

#[test]
fn fifty_thousand_recipients_are_reached_once_each() {
    let world = World::new(&["--audience", "0"]);
    let file = world.file("list.txt", numbers(0, 50_000));
    let args = crate::send_to_file(&file, &["--batch-size", "1000"]);
    let sent = world.json(0, &args)["campaign"].clone();
    assert_eq!(sent["counts"]["accepted"], 50_000);
    assert_eq!(world.sandbox.accepted(), 50_000);
    assert_eq!(world.sandbox.writes(), 50);
}
