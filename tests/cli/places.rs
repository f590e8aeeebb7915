//! Files and folders that cannot be used: refused before anything is asked or sent, each with its sentence.
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::world::{Ran, World, YUNQUE, ran};

const SEND: [&str; 6] = ["send", "--to", "13800138000", "--text", "【云雀】hi", "--yes"];

/// The program for somebody whom permissions bind: root is bound by none, so its power to pass over them is taken away.
/// `None` where that cannot be done.
fn bound_by_permissions(world: &World, args: &[&str]) -> Option<Command> {
    let plain = world.command(&[&["--json"], args].concat());
    if !rustix::process::geteuid().is_root() {
        return Some(plain);
    }
    let mut bound = Command::new("setpriv");
    bound.arg("--bounding-set=-dac_override,-dac_read_search");
    let works = Command::new("setpriv").arg("--bounding-set=-dac_override,-dac_read_search").arg("true").status();
    if !works.is_ok_and(|status| status.success()) {
        println!("we are root, and setpriv cannot take its power away: not tried");
        return None;
    }
    bound.arg(YUNQUE).args(plain.get_args()).env_clear().current_dir(world.folder.path());
    bound.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Some(bound)
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[track_caller]
fn is_refused(world: &World, ran: &Ran, kind: &str, words: &str) {
    assert_eq!(ran.code, 2, "{ran:?}");
    let error = &ran.json()["error"];
    assert_eq!((error["kind"].as_str(), error["sent"].as_str()), (Some(kind), Some("no")), "{ran:?}");
    assert!(error["message"].as_str().unwrap().contains(words) && ran.stderr.contains(words), "{words}: {ran:?}");
    assert_eq!(world.sandbox.requests().len(), 0, "nobody was asked: {ran:?}");
}

#[test]
fn a_folder_in_place_of_a_file() {
    let world = World::new(&[]);
    std::fs::create_dir(world.path("folder")).unwrap();
    for file in ["--recipients", "--text-file"] {
        let other = if file == "--recipients" { ["--text", "【云雀】hi"] } else { ["--to", "13800138000"] };
        let args = [&["--json", "send", file, "folder", "--yes"], &other[..]].concat();
        is_refused(&world, &world.run(&args), "file", "folder is a folder");
    }
}

#[test]
fn a_file_that_may_not_be_read() {
    let world = World::new(&[]);
    let list = world.file("list.txt", "13800138000\n");
    set_mode(Path::new(&list), 0o000);
    let args = ["send", "--recipients", &list, "--text", "【云雀】hi", "--yes"];
    let Some(command) = bound_by_permissions(&world, &args) else { return };
    is_refused(&world, &ran(command, b""), "file", "may not be read or written by this user");
}

#[test]
fn an_empty_text_is_not_asked_for_numbers() {
    let world = World::new(&[]);
    world.file("empty.txt", "");
    let ran = world.run(&["--json", "send", "--to", "13800138000", "--text-file", "empty.txt", "--yes"]);
    is_refused(&world, &ran, "file-empty", "empty.txt is empty");
    assert!(!ran.stderr.contains("number"), "{ran:?}");
}

#[test]
fn a_data_directory_that_cannot_be_one() {
    let world = World::new(&[]);
    world.file("taken", "");
    for place in ["taken", "/proc/yunque"] {
        let ran = world.run(&[&["--json", "--data-dir", place], &SEND[..]].concat());
        is_refused(&world, &ran, "unavailable", &format!("{place} cannot be opened"));
    }
}

#[test]
fn a_data_directory_in_which_nothing_may_be_written() {
    let world = World::new(&[]);
    std::fs::create_dir(world.path("closed")).unwrap();
    set_mode(&world.path("closed"), 0o500);
    let args = [&["--data-dir", "closed/data"], &SEND[..]].concat();
    let Some(command) = bound_by_permissions(&world, &args) else { return };
    is_refused(&world, &ran(command, b""), "read-only", "cannot be written");
}

#[test]
fn a_data_directory_of_somebody_else_is_looked_at_and_not_sent_from() {
    const NOBODY: u32 = 65_534;
    fn give_away(path: &Path) {
        if path.is_dir() {
            std::fs::read_dir(path).unwrap().flatten().for_each(|entry| give_away(&entry.path()));
        }
        set_mode(path, if path.is_dir() { 0o755 } else { 0o644 });
        std::os::unix::fs::chown(path, Some(NOBODY), None).unwrap();
    }
    let world = World::new(&[]);
    if !rustix::process::geteuid().is_root() {
        println!("only root can give a folder away: not tried");
        return;
    }
    world.json(0, &["links"]);
    give_away(&world.path(".local/share/yunque"));
    let Some(command) = bound_by_permissions(&world, &SEND) else { return };
    is_refused(&world, &ran(command, b""), "read-only", "cannot be written");
    let Some(command) = bound_by_permissions(&world, &["campaigns"]) else { return };
    ran(command, b"").expect(0);
}

#[test]
fn nothing_but_the_database_is_left_when_a_program_has_ended() {
    let world = World::new(&[]);
    world.json(0, &["links"]);
    let left = |suffix: &str| world.path(&format!(".local/share/yunque/main/yunque.db{suffix}")).exists();
    assert!(left("") && !left("-wal") && !left("-shm"));
}
