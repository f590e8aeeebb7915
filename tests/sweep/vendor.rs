//! A vendor that dies and comes back, and a request that arrives after whoever sent it is dead: the real program, and in
//! the end everybody once.
use std::collections::BTreeMap;
use std::process::Stdio;

use crate::relay::{Act, Relay};
use crate::trial::{PEOPLE, bring_to_its_end, ledger, nobody_twice, send_args};
use crate::world::{Ran, Sandbox, World, command_in, numbers, ran};

/// A world whose program speaks to the sandbox through the line.
fn through(relay: &Relay, world: &World, args: &[&str]) -> Ran {
    ran(command_in(world.folder.path(), &relay.url(), args), b"")
}

fn counts(world: &World) -> BTreeMap<String, u64> {
    let shown = world.json(0, &["campaigns", "show", "c1"]);
    serde_json::from_value(shown["campaign"]["counts"].clone()).unwrap()
}

/// The n-th call meets a vendor that dies, before or after it accepted it; it comes back with its ledger, and dies again
/// in the resumed run.
#[test]
fn a_vendor_that_dies_and_comes_back_writes_to_everybody_once() {
    let deaths = [(0, Act::DieBefore), (1, Act::DieAfter), (4, Act::DieBefore), (5, Act::DieAfter)];
    // Mostly waiting for a connection that is refused: all at once.
    std::thread::scope(|scope| deaths.map(|(nth, act)| drop(scope.spawn(move || dies(nth, act)))));
}

fn dies(nth: usize, act: Act) {
    let what = format!("{act:?} at request {nth}");
    let world = World::new(&["--audience", "0"]);
    let relay = Relay::to(&world.sandbox.url, move |n, _| if n == Some(nth) { act } else { Act::Pass });
    let list = world.file("list.txt", numbers(0, PEOPLE));
    let ran = through(&relay, &world, &send_args(&list, &[]));
    assert!([1, 5].contains(&ran.code), "{what}: {ran:?}");
    let left = counts(&world);
    assert!(left["unknown"] >= 5, "{what}: {left:?}");
    let before = ledger(&world);
    // While it is dead nothing is settled, and nobody is sent to.
    let meanwhile: &[&str] =
        if nth.is_multiple_of(2) { &["reconcile", "c1", "--settle", "0s"] } else { &["resume", "c1", "--yes"] };
    let ran = through(&relay, &world, &[&["--json", "campaigns"], meanwhile].concat());
    assert_ne!(ran.code, 0, "{what}: {ran:?}");
    assert_eq!((counts(&world), ledger(&world)), (left, before), "{what}: nobody moved");
    relay.script(move |n, _| if n == Some(1) { Act::DieAfter } else { Act::Pass });
    relay.come_back();
    let ran = through(&relay, &world, &["--json", "campaigns", "reconcile", "c1", "--settle", "0s"]);
    assert!([0, 5].contains(&ran.code), "{what}: {ran:?}");
    let ran = through(&relay, &world, &["--json", "campaigns", "resume", "c1", "--yes"]);
    assert!([0, 1, 5].contains(&ran.code), "{what}: {ran:?}");
    nobody_twice(&world, &what);
    bring_to_its_end(&world, &what);
}

/// The program is killed while its calls are on their way; the vendor accepts them after that, and after the campaign was
/// looked at and gone on with.
#[test]
fn a_request_that_arrives_after_the_death_of_its_sender_writes_to_nobody_twice() {
    for nth in [0, 3, 7] {
        let what = format!("request {nth} arrives after the death");
        let world = World::new(&["--audience", "0"]);
        let relay = Relay::to(&world.sandbox.url, move |n, _| if n == Some(nth) { Act::Hold } else { Act::Pass });
        let list = world.file("list.txt", numbers(0, PEOPLE));
        let mut child = command_in(world.folder.path(), &relay.url(), &send_args(&list, &[]))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        relay.holds(1);
        child.kill().unwrap();
        child.wait().unwrap();
        // Not shown by the records yet, and not old enough to be called absent: it stays in doubt.
        let ran = world.run(&["--json", "campaigns", "reconcile", "c1"]);
        assert_eq!(ran.json()["settled"]["absent"], 0, "{what}: {ran:?}");
        assert!(counts(&world)["unknown"] >= 5, "{what}");
        // Whoever is not in doubt is sent to.
        let ran = world.run(&["--json", "campaigns", "resume", "c1", "--yes"]);
        assert!([1, 5].contains(&ran.code), "{what}: {ran:?}");
        let before = ledger(&world).len();
        assert!(before < PEOPLE as usize, "{what}");
        relay.release();
        assert_eq!(ledger(&world).len(), before + 5, "{what}");
        bring_to_its_end(&world, &what);
    }
}

/// The sandbox itself is killed and another begins on its port, without its ledger: what was in doubt is not called absent
/// by records that show nothing we know.
#[test]
fn a_vendor_that_comes_back_without_its_memory_proves_nothing() {
    let world = World::new(&["--audience", "0", "--fault", "drop-after:1"]);
    let list = world.file("list.txt", numbers(0, PEOPLE));
    let ran = world.run(&send_args(&list, &[]));
    assert!([1, 5].contains(&ran.code), "{ran:?}");
    let unknown = counts(&world)["unknown"];
    assert_eq!(unknown, ledger(&world).len() as u64, "all of them were accepted, and no answer came");
    let other = Sandbox::start(&["--audience", "0"]);
    let settling = ["--json", "campaigns", "reconcile", "c1", "--settle", "0s"];
    let settled = ran_in(&world, &other, &settling);
    assert_eq!((settled["settled"]["absent"].as_u64(), counts(&world)["unknown"]), (Some(0), unknown), "{settled}");
    bring_to_its_end(&world, "its memory is back");
}

fn ran_in(world: &World, other: &Sandbox, args: &[&str]) -> serde_json::Value {
    ran(command_in(world.folder.path(), &other.url, args), b"").json()
}
