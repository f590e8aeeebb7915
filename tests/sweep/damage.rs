//! A damaged database: flipped bits, a file cut short. It is refused or read; it is never sent from, and nothing panics.
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use rusqlite::Connection;

use crate::trial::{
    PEOPLE, data, everybody_once, is_full, is_orderly, ledger, nobody_twice, paused_world, send_args, side_by_side,
};
use crate::world::{World, numbers};

/// Damaged places of each kind in `cargo test`.
const PLACES: usize = 12;

#[derive(Debug, Clone, Copy)]
enum Damage {
    /// One byte has its bits turned over.
    Flipped(usize),
    /// A whole sector is zero.
    Zeroed(usize),
    /// The file ends here.
    Cut(usize),
}

impl Damage {
    fn on(self, whole: &[u8]) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        match self {
            Self::Flipped(at) => bytes[at] ^= 0xff,
            Self::Zeroed(at) => bytes[at..].iter_mut().take(512).for_each(|byte| *byte = 0),
            Self::Cut(at) => bytes.truncate(at),
        }
        bytes
    }
}

/// Places all over a file, denser in its header. What is zero is mostly free: places are among the other bytes.
fn damages(whole: &[u8]) -> Vec<Damage> {
    let places = if is_full() { PLACES * 16 } else { PLACES };
    let used: Vec<usize> = (100..whole.len()).filter(|at| whole[*at] != 0).collect();
    let step = used.len() / places;
    let mut damages: Vec<_> = [0, 17, 27, 60].into_iter().map(Damage::Flipped).collect();
    damages.extend((0..places).map(|i| Damage::Flipped(used[i * step])));
    damages.extend((0..places / 2).map(|i| Damage::Zeroed(used[i * step * 2] / 512 * 512)));
    damages.extend([0, 50, 4095, 4096, whole.len() / 2, whole.len() - 1].map(Damage::Cut));
    damages
}

#[test]
fn nothing_is_sent_from_a_damaged_database_and_nothing_panics() {
    let damages = damages(&fs::read(whole(&paused_world())).unwrap());
    let count = damages.len();
    let told = Mutex::new(BTreeMap::<String, usize>::new());
    side_by_side(damages, |damage| {
        let kind = one(damage);
        // What no verb reads harms nothing, whatever becomes of it.
        assert!(kind == "damaged" || !matches!(damage, Damage::Cut(_)), "{damage:?}: {kind}");
        *told.lock().unwrap().entry(kind).or_default() += 1;
    });
    let told = told.into_inner().unwrap();
    println!("{count} damages: {told:?}");
    assert!(told.get("damaged").is_some_and(|n| n * 5 > count), "{told:?}");
}

/// The database file, with everything that was in its log.
fn whole(world: &World) -> PathBuf {
    let path = data(world).join("yunque.db");
    let db = Connection::open(&path).unwrap();
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    path
}

/// What `resume` says of it. Whatever it says: nobody gets a second message, and nobody who is on no list gets one.
fn one(damage: Damage) -> String {
    let what = format!("{damage:?}");
    let world = paused_world();
    let path = whole(&world);
    fs::write(&path, damage.on(&fs::read(&path).unwrap())).unwrap();
    is_orderly(&world.run(&["--json", "campaigns", "list"]), &what);
    let ran = world.run(&["--json", "campaigns", "resume", "c1", "--yes"]);
    is_orderly(&ran, &what);
    let document = ran.json();
    if document.get("error").is_some() {
        assert_eq!(ledger(&world).len(), 10, "{what}: sent all the same: {ran:?}");
    }
    if ran.code == 0 {
        everybody_once(&world, &what);
    }
    let other = world.file("other.txt", numbers(500, 3));
    is_orderly(&world.run(&send_args(&other, &[])), &what);
    nobody_twice(&world, &what);
    let lists = numbers(0, PEOPLE) + &numbers(500, 3);
    for mobile in ledger(&world).into_keys() {
        assert!(lists.contains(mobile.trim_start_matches("+86")), "{what}: {mobile} is on no list");
    }
    document["error"]["kind"].as_str().unwrap_or("went on, unharmed").to_owned()
}
