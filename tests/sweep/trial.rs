//! What every trial does: a campaign for forty, brought to its end after whatever happened, and a look at the ledger.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::world::{Ran, World, numbers};

/// Recipients of a trial.
pub const PEOPLE: u32 = 40;
/// A database is brought to its end in so many turns of reconcile and resume, or never.
const TURNS: u32 = 4;

/// Whether `just sweep` asks for everything.
pub fn is_full() -> bool {
    std::env::var("YUNQUE_SWEEP").is_ok_and(|wish| wish == "all")
}

/// The data directory of a world.
pub fn data(world: &World) -> PathBuf {
    world.path(".local/share/yunque/main")
}

/// The arguments of a `send` to all of them in eight batches, two in flight, with more of them behind.
pub fn send_args<'a>(list: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["--json", "send", "--recipients", list, "--text", "【云雀】您的订单已发货"];
    args.extend(["--kind", "notification", "--batch-size", "5", "--in-flight", "2", "--yes"]);
    args.extend(more);
    args
}

/// A world with the list, and with the first ten of them sent to by a campaign that then paused.
pub fn paused_world() -> World {
    let world = World::new(&["--audience", "0"]);
    let list = world.file("list.txt", numbers(0, PEOPLE));
    let ran = world.run(&send_args(&list, &["--canary", "10"])).expect(1);
    assert_eq!(ran.json()["campaign"]["counts"]["accepted"], 10, "{ran:?}");
    world
}

/// No panic, an exit code of the contract, one document.
#[track_caller]
pub fn is_orderly(ran: &Ran, what: &str) {
    assert!((0..=5).contains(&ran.code), "{what}: {ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{what}: {ran:?}");
    assert!(ran.json().is_object(), "{what}: {ran:?}");
}

/// How often the server accepted a message to each number.
pub fn ledger(world: &World) -> BTreeMap<String, u32> {
    let mut times = BTreeMap::new();
    for message in world.sandbox.ledger() {
        *times.entry(message["mobile"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    times
}

/// Nobody was written to more than once, as far as the server knows.
#[track_caller]
pub fn nobody_twice(world: &World, what: &str) {
    let twice: Vec<_> = ledger(world).into_iter().filter(|(_, times)| *times > 1).collect();
    assert!(twice.is_empty(), "{what}: written to more than once: {twice:?}");
}

/// Everybody was written to once.
#[track_caller]
pub fn everybody_once(world: &World, what: &str) {
    nobody_twice(world, what);
    assert_eq!(ledger(world).len(), PEOPLE as usize, "{what}: somebody was forgotten");
}

/// Reconciles and resumes the campaign `c1`, if there is one, until it is finished: then everybody has one message. If
/// there is none, nobody has.
#[track_caller]
pub fn bring_to_its_end(world: &World, what: &str) {
    let listed = world.run(&["--json", "campaigns", "list"]);
    assert_eq!(listed.code, 0, "{what}: {listed:?}");
    let listed = listed.json();
    if listed["campaigns"].as_array().unwrap().is_empty() {
        assert!(ledger(world).is_empty(), "{what}: sent without a campaign");
        return;
    }
    for _ in 0..TURNS {
        let shown = world.run(&["--json", "campaigns", "show", "c1"]);
        assert_eq!(shown.code, 0, "{what}: {shown:?}");
        let shown = shown.json();
        if shown["campaign"]["state"] == "finished" {
            everybody_once(world, what);
            return;
        }
        // Nothing is unknown where nothing was sent or all of it is known.
        let is_in_doubt = |counts: &Value| counts["unknown"] != 0 || counts["sending"] != 0;
        if is_in_doubt(&shown["campaign"]["counts"]) {
            let ran = world.run(&["--json", "campaigns", "reconcile", "c1", "--settle", "0s"]);
            assert!([0, 5].contains(&ran.code), "{what}: {ran:?}");
        }
        let ran = world.run(&["--json", "campaigns", "resume", "c1", "--yes"]);
        assert!([0, 5].contains(&ran.code), "{what}: {ran:?}");
        nobody_twice(world, what);
    }
    panic!("{what}: not finished after {TURNS} turns");
}

/// Copies the files of a data directory: those of the database, and beside them what `takes` says.
pub fn copy(from: &Path, to: &Path, takes: impl Fn(&str) -> bool) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap).filter(|file| file.path().is_file()) {
        let name = file.file_name();
        if takes(&name.to_string_lossy()) {
            std::fs::copy(file.path(), to.join(name)).unwrap();
        }
    }
}

/// Runs the trials on as many threads as there are cores; each has a world of its own.
pub fn side_by_side<T: Send>(trials: Vec<T>, run: impl Fn(T) + Sync) {
    let queue = std::sync::Mutex::new(trials.into_iter());
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some(trial) = next else { return };
                    run(trial);
                }
            });
        }
    });
}
